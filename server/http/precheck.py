"""Pre-checks, their batch, and commit and cancel of the decisions they made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from aiohttp import web
from pydantic import ValidationError
from typing_extensions import TypedDict

from quota.adds import Add, Decision, Mode, Refusal, StoreUnavailable
from server.http import ratelimit
from server.http.bodies import field_errors, parse_json, validated
from server.http.decisions import DecisionShape, decision_json, refused
from server.http.metrics import BATCH_SIZE
from server.http.problems import Problem, ProblemBody, invalid, unavailable
from server.http.requests import BatchBody, PrecheckBody
from server.http.routing import Call, reply, reply_text
from server.http.services import Services


class BatchShape(TypedDict):
    """Decisions and problems, in the order of the items."""

    items: list[DecisionShape | ProblemBody]


class SettlementShape(TypedDict):
    """A decision's present state."""

    decision_id: str
    state: str


async def precheck(call: Call[PrecheckBody, None]) -> web.Response:
    """Decides one add; a denial is a 200, too.

    503 where a store is out of reach, or where more accounts never seen before than the policy
    allows a minute would begin: `type` tells which.
    """
    decision = await decide(call.services, to_add(call.body, call.services))
    headers = ratelimit.headers(decision, call.services.clock_ms())
    return reply_text(decision_json(decision), headers)


async def decide(services: Services, add: Add) -> Decision:
    """A decision from the group commit. Raises Problem where none was made."""
    answer = await services.group.decide(add)
    if isinstance(answer, Refusal):
        raise refused(answer)
    return answer


async def precheck_batch(call: Call[bytes, None]) -> web.Response:
    """Decides up to 1,000 adds in order, each alone."""
    items = validated(BatchBody, parse_json(call.body)).items
    asked = [_item(item, index) for index, item in enumerate(items)]
    adds = [to_add(item, call.services) for item in asked if isinstance(item, PrecheckBody)]
    BATCH_SIZE.observe(len(items))
    answers = iter(await _decide_all(adds, call.services))
    answered = [next(answers) if isinstance(item, PrecheckBody) else item for item in asked]
    return reply_text(f'{{"items":[{",".join(map(_item_json, answered))}]}}')


async def commit(call: Call[None, None]) -> web.Response:
    """Keeps what a live hold charged."""
    return await _settle(call, "commit")


async def cancel(call: Call[None, None]) -> web.Response:
    """Gives back what a request that never reached the contact was charged."""
    return await _settle(call, "cancel")


def read(raw: bytes) -> PrecheckBody:
    """A pre-check out of its JSON, natively where that is sure. Raises Problem 400.

    The native parser keeps the last of duplicate names. Every member of an object has a colon:
    where there are no more of them than different names, no name came twice.
    """
    try:
        body = PrecheckBody.model_validate_json(raw)
    except ValidationError:
        return validated(PrecheckBody, parse_json(raw))  # which has the words for it
    if raw.count(b":") != len(body.model_fields_set):
        return validated(PrecheckBody, parse_json(raw))
    return body


def to_add(body: PrecheckBody, services: Services) -> Add:
    """A pre-check as the ledger takes it: the contact, the number and the greeting only hashed."""
    contacts = services.contacts
    number = None
    if body.target_phone:
        number = contacts.number(body.target_phone, services.policy.now.policy.exempt_blocks)
    return Add(
        body.enterprise_id,
        body.member_id,
        contacts.contact(body.target_id),
        body.way,
        body.initiated_by,
        _MODES[body.mode],
        body.hold_s,
        body.request_id,
        None if number is None else number.block,
        None if number is None else number.tail,
        contacts.greeting(body.greeting) if body.greeting else None,
        contacts.aliases(body.target_id),
    )


_MODES = {mode.value: mode for mode in Mode}


def _item(item: Any, index: int) -> PrecheckBody | Problem:
    try:
        return PrecheckBody.model_validate(item)
    except ValidationError as error:
        errors = list(field_errors(error, item, "body"))
        for found in errors:
            found["loc"][1:1] = ["items", index]
        return invalid(f"Item {index} is invalid.", errors)


async def _decide_all(
    adds: Sequence[Add], services: Services
) -> list[Decision | Refusal | Problem]:
    """Raises StoreUnavailable only where nothing at all was decided."""
    answers = await services.group.decide_all(adds)
    if answers and isinstance(answers[0], StoreUnavailable):
        raise answers[0]
    return [
        unavailable("The quota store went out of reach.", answer.retry_after_s)
        if isinstance(answer, StoreUnavailable)
        else answer
        for answer in answers
    ]


def _item_json(answer: Decision | Refusal | Problem) -> str:
    if isinstance(answer, Decision):
        return decision_json(answer)
    problem = refused(answer) if isinstance(answer, Refusal) else answer
    return json.dumps(problem.body())


async def _settle(call: Call[None, None], action: Literal["commit", "cancel"]) -> web.Response:
    services = call.services
    decision_id = call.path["decision_id"]
    settled = await services.ledger.settle(decision_id, action, services.policy.rules())
    if settled.state is None:
        raise Problem(404, "There is no such decision on record.")
    if settled.conflict is not None:
        raise Problem(409, f"The decision is {settled.state}: {settled.conflict}.")
    return reply({"decision_id": decision_id, "state": settled.state})
