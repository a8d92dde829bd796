"""What holds now, for every other external function to ask; answered from Redis alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Annotated

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from penalties.restrictions import Scope
from quota.accounts import AccountState
from quota.adds import Restriction
from server.http.decisions import RestrictionShape, restriction_shape
from server.http.fields import Body, Identifier
from server.http.requests import MOST_ITEMS
from server.http.routing import Call, reply
from server.http.services import Services

AT_ONCE = 16
"""Enterprises that one batch asks Redis for at the same time."""


class WhoseBody(Body):
    """A member of an enterprise."""

    enterprise_id: Identifier
    member_id: Identifier


class RestrictionsBatchBody(Body):
    """Members to look up, answered in order."""

    items: Annotated[list[WhoseBody], Field(max_length=MOST_ITEMS)]


class HeldShape(TypedDict):
    """What holds for a member: its own restrictions and its enterprise's.

    `forbidden` is their union: active_add, passive_add, other_external, account.
    """

    enterprise_id: str
    member_id: str
    restrictions: list[RestrictionShape]
    forbidden: list[str]


class HeldBatchShape(TypedDict):
    """In the order asked for."""

    items: list[HeldShape]


async def get_restrictions(call: Call[None, None]) -> web.Response:
    """What holds for one member now; an account never seen is not restricted."""
    whose = (call.path["enterprise_id"], call.path["member_id"])
    (held,) = await _held(call.services, [whose])
    return reply(held)


async def restrictions_batch(call: Call[RestrictionsBatchBody, None]) -> web.Response:
    """What holds for up to 1,000 members now."""
    asked = [(item.enterprise_id, item.member_id) for item in call.body.items]
    shape: HeldBatchShape = {"items": await _held(call.services, asked)}
    return reply(shape)


async def _held(services: Services, asked: Sequence[tuple[str, str]]) -> list[HeldShape]:
    members: dict[str, list[str]] = {}
    for enterprise_id, member_id in asked:
        members.setdefault(enterprise_id, []).append(member_id)
    gate = asyncio.Semaphore(AT_ONCE)

    async def of_enterprise(enterprise_id: str) -> dict[tuple[str, str], HeldShape]:
        rules, accounts = services.policy.rules(), services.ledger.accounts
        ids = list(dict.fromkeys(members[enterprise_id]))
        async with gate:
            company = await accounts.enterprise(enterprise_id, rules)
            states = await accounts.members(enterprise_id, ids, rules)
        return {
            (enterprise_id, member_id): _shape(enterprise_id, member_id, company, state)
            for member_id, state in zip(ids, states, strict=True)
        }

    held: dict[tuple[str, str], HeldShape] = {}
    for found in await asyncio.gather(*map(of_enterprise, members)):
        held |= found
    return [held[whose] for whose in asked]


def _shape(
    enterprise_id: str, member_id: str, company: AccountState, member: AccountState
) -> HeldShape:
    restrictions = [*company.restrictions, *member.restrictions]
    return {
        "enterprise_id": enterprise_id,
        "member_id": member_id,
        "restrictions": [restriction_shape(one) for one in restrictions],
        "forbidden": sorted(forbidden(restrictions)),
    }


def forbidden(restrictions: Iterable[Restriction]) -> frozenset[str]:
    """The functions that restrictions forbid together."""
    return frozenset(str(each) for held in restrictions for each in Scope(held.scope).binds)
