"""A person decides a case: record first, then Redis, then the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, NotRequired

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from penalties.cases import CaseDecision, State
from penalties.restrictions import Scope as Reach
from server.enforcement.deciding import CaseConflict, DecidedCase, NoCase, decide
from server.enforcement.shapes import PenaltyShape
from server.http.cases import UNKNOWN, CaseShape, case_shape
from server.http.enforcing import actor_of, is_told, shown, terms_of
from server.http.fields import Body, Words, instant
from server.http.named import put_names
from server.http.problems import Problem
from server.http.routing import Call, reply
from server.http.violations import GroundsBody, grounds_of
from server.records.case_rows import CaseRecord
from server.worker.telling import Told


class DecisionBody(Body):
    """What any decision may say.

    `seen_state` is the state of the case that the holder saw: where it is another one by now, the
    decision would mean something else, the second word of two instead of the first. It is a 409.
    """

    seen_state: State | None = None


class ConfirmBody(DecisionBody):
    """What was found to be so; `severe` is bad influence (§2.2 Note).

    A second holder may leave `severity` out: then it is what the first one said.
    """

    note: Words
    severity: Literal["normal", "severe"] | None = None


class DismissBody(DecisionBody):
    """Why it is no violation."""

    note: Words


class EscalateBody(DecisionBody):
    """Which account blocks are wanted, and what they rest on (DSA 23(3)); takes two holders.

    The second one agrees to the grounds of the first; its own are not kept.
    """

    scopes: Annotated[
        list[Literal["member_account", "admin_account", "enterprise_account"]],
        Field(min_length=1, max_length=3),
    ]
    grounds: GroundsBody
    note: Words = "Escalated."


class DecidedShape(TypedDict):
    """A decided case, and what it imposes: `penalty` is the member's, `penalties` are all.

    While another holder has to say the same, `case.state` is awaiting_second and `penalty` the
    interim hold. `queued`: the decision is on record, Redis is away and told when it is back.
    """

    case: CaseShape
    penalty: PenaltyShape | None
    penalties: list[PenaltyShape]
    why_none: str | None
    queued: NotRequired[bool]


async def confirm_case(call: Call[ConfirmBody, None]) -> web.Response:
    """The case shows a violation: its track's penalty is imposed.

    What is severe, or for good, takes another holder's confirm. The same decision by the same
    holder again gives the same answer; any other one is a 409.
    """
    return await _decide(call, _said(call, "confirm", call.body.note, call.body.severity))


async def dismiss_case(call: Call[DismissBody, None]) -> web.Response:
    """The case shows no violation; its holds end at once, and its patterns begin anew.

    The same decision by the same holder again gives the same answer; any other one is a 409.
    """
    return await _decide(call, _said(call, "dismiss", call.body.note, None))


async def escalate_case(call: Call[EscalateBody, None]) -> web.Response:
    """Accounts are to be blocked: the first holder proposes, another one's same call imposes it."""
    body, actor = call.body, actor_of(call)
    wanted = CaseDecision(
        at_ms=call.services.clock_ms(),
        action="escalate",
        holder=actor.holder,
        key_id=actor.key_id,
        note=body.note,
        severity="severe",
        scopes=frozenset(Reach(scope) for scope in body.scopes),
        grounds=grounds_of(body.grounds),
    )
    return await _decide(call, wanted)


def _said(
    call: Call[ConfirmBody, None] | Call[DismissBody, None],
    action: Literal["confirm", "dismiss"],
    note: str,
    severity: Literal["normal", "severe"] | None,
) -> CaseDecision:
    actor = actor_of(call)
    now_ms = call.services.clock_ms()
    return CaseDecision(now_ms, action, actor.holder, actor.key_id, note, severity)


async def _decide(
    call: Call[ConfirmBody, None] | Call[DismissBody, None] | Call[EscalateBody, None],
    wanted: CaseDecision,
) -> web.Response:
    services, case_id = call.services, call.path["case_id"]
    terms = replace(terms_of(services, ""), now_ms=wanted.at_ms)
    try:
        made = await decide(services.database, case_id, wanted, terms, call.body.seen_state)
    except NoCase:
        raise Problem(404, UNKNOWN) from None
    except CaseConflict as conflict:
        raise Problem(409, _conflict(conflict.record, wanted)) from None
    return reply(await _shape(call, made, wanted.at_ms))


async def _shape(
    call: Call[ConfirmBody, None] | Call[DismissBody, None] | Call[EscalateBody, None],
    made: DecidedCase,
    now_ms: int,
) -> DecidedShape:
    decided = made.record if made.record.case.is_decided and made.record.untold else None
    told = await is_told(call.services, Told(made.penalties, made.violations, decided))
    imposed = [one for one in made.penalties if one.penalty.binds_at(now_ms)]
    penalties = await shown(call.services, imposed, now_ms, told=told)
    shape: DecidedShape = {
        "case": case_shape(made.record.case, now_ms),
        "penalty": penalties[0] if penalties else None,
        "penalties": penalties,
        "why_none": made.why_none,
    }
    await put_names(call.services.database, [shape["case"]])
    if not told:
        shape["queued"] = True
    return shape


def _conflict(record: CaseRecord, wanted: CaseDecision) -> str:
    case = record.case
    if case.state == "awaiting_second" and case.proposal is not None:
        first = case.proposal.decision
        said = f"{first.holder} asked to {first.action} this case as {first.severity}"
        if first.holder == wanted.holder:
            return f"{said}: another holder has to say so."
        return f"{said} at {instant(first.at_ms)}: confirm that, or dismiss the case."
    made = case.decision
    if made is None:
        return f"The case is {case.state}: nobody can {wanted.action} it now."
    severity = "" if made.severity is None else f" as {made.severity}"
    return (
        f"{made.holder} {case.state} this case{severity} at {instant(made.at_ms)}; "
        f"a decision is made once."
    )
