"""A person decides a case: record first, then Redis, then the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, NotRequired

from aiohttp import web
from pydantic import StringConstraints
from typing_extensions import TypedDict

from penalties.cases import Action, CaseDecision, decided
from penalties.penalty import Severity
from quota.adds import StoreUnavailable
from server.http.cases import UNKNOWN, CaseShape, case_shape
from server.http.fields import Body, instant
from server.http.problems import Problem
from server.http.routing import Call, reply
from server.http.services import Services
from server.records import cases, penalties
from server.records.case_rows import CaseRecord
from server.records.engine import RecordsUnavailable

Note = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=2_000,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    ),
]
"""Why, in a reviewer's words: up to 2,000 characters, line ends among them."""


class ConfirmBody(Body):
    """What was found to be so; `severe` is bad influence (§2.2 Note)."""

    note: Note
    severity: Literal["normal", "severe"] = "normal"


class DismissBody(Body):
    """Why it is no violation."""

    note: Note


class DecidedShape(TypedDict):
    """A decided case, and what it imposes: nothing by itself yet.

    `queued`: the decision is on record, Redis is away and will be told when it is back.
    """

    case: CaseShape
    penalty: None
    queued: NotRequired[bool]


async def confirm_case(call: Call[ConfirmBody, None]) -> web.Response:
    """The case shows a violation; its hold lasts until its end.

    The same decision by the same holder again gives the same answer; any other one is a 409.
    """
    return await _decide(call, "confirm", call.body.note, call.body.severity)


async def dismiss_case(call: Call[DismissBody, None]) -> web.Response:
    """The case shows no violation; its hold ends at once, and its patterns begin anew.

    The same decision by the same holder again gives the same answer; any other one is a 409.
    """
    return await _decide(call, "dismiss", call.body.note, None)


async def _decide(
    call: Call[ConfirmBody, None] | Call[DismissBody, None],
    action: Action,
    note: str,
    severity: Severity | None,
) -> web.Response:
    services, caller = call.services, call.caller
    now_ms = services.clock_ms()
    wanted = CaseDecision(now_ms, action, caller.holder, caller.key_id, note, severity)
    record = await _recorded(services, call.path["case_id"], wanted)
    made = record.case.decision
    if made is None or not made.repeats(wanted):
        raise Problem(409, _conflict(record))
    shape: DecidedShape = {"case": case_shape(record.case, now_ms), "penalty": None}
    if record.untold and not await _told(services, record):
        shape["queued"] = True
    return reply(shape)


async def _recorded(services: Services, case_id: str, wanted: CaseDecision) -> CaseRecord:
    """The case as it is decided then, by `wanted` where nobody came before."""
    async with services.database.write() as connection:
        record = await cases.get(connection, case_id, for_update=True)
        if record is None:
            raise Problem(404, UNKNOWN)
        after = decided(record.case, wanted)
        if after is None or not await cases.decide(connection, after):
            return record
        if after.state == "dismissed":
            await penalties.lift(connection, case_id, wanted.at_ms)
        return replace(record, case=after, untold=True)


async def _told(services: Services, record: CaseRecord) -> bool:
    """Whether Redis has it; where a store is away, a worker goes on trying (see `untold`)."""
    try:
        await services.tell_case(record)
    except (StoreUnavailable, RecordsUnavailable):
        return False
    return True


def _conflict(record: CaseRecord) -> str:
    made = record.case.decision
    if made is None:
        return "Somebody else decides this case right now."
    severity = "" if made.severity is None else f" as {made.severity}"
    return (
        f"{made.holder} {record.case.state} this case{severity} at {instant(made.at_ms)}; "
        f"a decision is made once."
    )
