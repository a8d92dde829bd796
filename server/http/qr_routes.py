"""Spreading a contact-me QR code over the members behind it (§5.1, DOMAIN §4)."""

from __future__ import annotations

from aiohttp import web
from typing_extensions import TypedDict

from quota.accounts import AccountState
from quota.adds import Add, Mode
from scoring import qr
from server.http.available import available
from server.http.decisions import DecisionShape, decision_shape
from server.http.precheck import decide
from server.http.problems import Problem
from server.http.requests import QrRouteBody
from server.http.routing import Call, reply


class QrRouteShape(TypedDict):
    """The member to route the scan to, and the hold that was taken for it."""

    member_id: str
    decision: DecisionShape


async def route_scan(call: Call[QrRouteBody, None]) -> web.Response:
    """Holds a passive add of the member with the most passive headroom."""
    services, body, enterprise_id = call.services, call.body, call.path["enterprise_id"]
    accounts, rules = services.ledger.accounts, services.policy.rules()
    members = list(dict.fromkeys(body.members))
    company = await accounts.enterprise(enterprise_id, rules)
    states = await accounts.members(enterprise_id, members, rules)
    headroom = _headroom(members, company, states)
    while (member_id := qr.route(headroom)) is not None:
        add = Add(
            enterprise_id=enterprise_id,
            member_id=member_id,
            contact=services.contacts.contact(body.target_id),
            aliases=services.contacts.aliases(body.target_id),
            way="qr_code",
            initiated_by="contact",
            mode=Mode.HOLD,
            hold_s=body.hold_s,
        )
        decision = await decide(services, add)
        if decision.allowed:
            shape: QrRouteShape = {"member_id": member_id, "decision": decision_shape(decision)}
            return reply(shape)
        del headroom[member_id]
    raise Problem(409, "None of these members has passive headroom now.")


def _headroom(
    members: list[str], company: AccountState, states: list[AccountState]
) -> dict[str, int]:
    return {
        member_id: available(state, company)["passive"]
        for member_id, state in zip(members, states, strict=True)
    }
