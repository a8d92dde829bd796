"""Spreading a contact-me QR code over the members behind it (§5.1, DOMAIN §4)."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from typing_extensions import TypedDict

from quota.adds import Add, Decision, Mode, Refusal
from scoring import qr
from server.http.decisions import DecisionShape, decision_shape, refused
from server.http.precheck import decide
from server.http.problems import Problem
from server.http.requests import QrRouteBody
from server.http.routing import Call, reply
from server.http.services import Services


class QrRouteShape(TypedDict):
    """The member to route the scan to, and the hold that was taken for it."""

    member_id: str
    decision: DecisionShape


async def route_scan(call: Call[QrRouteBody, None]) -> web.Response:
    """Holds a passive add of the member with the most passive headroom.

    Of one contact's scans on the same local day the first one counts: the others get its member and
    its decision again, `replayed`, for as long as it is not cancelled or expired.
    """
    services = call.services
    holds = _holds(call.body, call.path["enterprise_id"], services)
    peeked = await _peek(holds, services)
    headroom = {member_id: headroom_of(decision) for member_id, decision in peeked.items()}
    before = next((member_id for member_id, decision in peeked.items() if decision.replayed), None)
    while (member_id := before or qr.route(headroom)) is not None:
        decision = await decide(services, holds[member_id])
        if decision.allowed:
            shape: QrRouteShape = {"member_id": member_id, "decision": decision_shape(decision)}
            return reply(shape)
        before, headroom[member_id] = None, 0
    raise Problem(409, "None of these members has passive headroom now.")


def headroom_of(peeked: Decision) -> int:
    """How many more passive adds the limits leave; 0 where one would be denied for any reason."""
    return min(limit.remaining for limit in peeked.limits) if peeked.allowed else 0


def _holds(body: QrRouteBody, enterprise_id: str, services: Services) -> Mapping[str, Add]:
    """The add that each member would make, in the order asked."""
    contact = services.contacts.contact(body.target_id)
    aliases = services.contacts.aliases(body.target_id)
    return {
        member_id: Add(
            enterprise_id=enterprise_id,
            member_id=member_id,
            contact=contact,
            aliases=aliases,
            way="qr_code",
            initiated_by="contact",
            mode=Mode.HOLD,
            hold_s=body.hold_s,
        )
        for member_id in body.members
    }


async def _peek(holds: Mapping[str, Add], services: Services) -> dict[str, Decision]:
    """What each member's add would come to, those left out that the policy does not know.

    Raises Problem where no member is left.
    """
    peeks = [add._replace(mode=Mode.PEEK, hold_s=None) for add in holds.values()]
    answers = await services.ledger.spend(peeks, services.policy.rules())
    known = {
        member_id: answer
        for member_id, answer in zip(holds, answers, strict=True)
        if isinstance(answer, Decision)
    }
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    if not known:
        raise refused(refusals[0])
    return known
