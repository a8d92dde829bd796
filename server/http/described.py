"""Enterprises and members: described, read back, listed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from quota.calls import Event
from server.http.accounts import (
    EnterpriseBody,
    EnterprisesShape,
    ListQuery,
    MemberBody,
    MembersShape,
    TotalShape,
    enterprise_shape,
    figures_shape,
    member_shape,
)
from server.http.fields import instant
from server.http.problems import Problem, invalid_at
from server.http.rounding import HIDDEN_FROM
from server.http.routing import Call, reply
from server.http.scopes import Caller, Scope
from server.http.services import Services
from server.records import accounts, audit, listings, penalties
from server.records.accounts import Enterprise, Member
from server.records.audit import Deed
from server.records.cursors import CursorError
from server.records.listing_pages import Listing, Page
from server.worker.restricting import push_people


async def put_enterprise(call: Call[EnterpriseBody, None]) -> web.Response:
    """Describes an enterprise; a new time zone extends its present day."""
    services, body, enterprise_id = call.services, call.body, call.path["enterprise_id"]
    now_ms = services.clock_ms()
    known = await seen_enterprise(services, enterprise_id)
    zone = body.time_zone or services.policy.rules().policy.default_time_zone
    enterprise = Enterprise(
        enterprise_id,
        known.first_seen_ms if known else now_ms,
        now_ms,
        name=body.name,
        time_zone=zone,
        verification=body.verification,
        profile=body.profile,
    )
    await services.ledger.accounts.change_zone(enterprise_id, zone)
    changed = {
        "type": "enterprise.updated",
        "time_zone": zone,
        "verification": body.verification,
        "profile": _attested(body.profile),
    }
    await _append(services, changed, enterprise_id, None, now_ms)
    async with services.database.write() as connection:
        before = await accounts.get_enterprise(connection, enterprise_id, for_update=True)
        await accounts.put_enterprise(connection, enterprise)
        await _note_change(connection, call.caller, before, enterprise)
    return reply(enterprise_shape(enterprise))


async def get_enterprise(call: Call[None, None]) -> web.Response:
    """An enterprise as it was described, or as it was first seen."""
    enterprise = await seen_enterprise(call.services, call.path["enterprise_id"])
    if enterprise is None:
        raise Problem(404, "No enterprise of this id was ever seen.")
    return reply(enterprise_shape(enterprise))


async def put_member(call: Call[MemberBody, None]) -> web.Response:
    """Describes a member; only an admin says that it is older than what was seen of it."""
    services, body = call.services, call.body
    enterprise_id, member_id = call.path["enterprise_id"], call.path["member_id"]
    now_ms = services.clock_ms()
    known = await seen_member(services, enterprise_id, member_id)
    first_seen_ms = known.first_seen_ms if known else now_ms
    if body.activated_at is not None and body.activated_at < first_seen_ms:
        unchanged = known is not None and known.activated_ms == body.activated_at
        if call.scope is not Scope.ADMIN and not unchanged:
            raise Problem(403, "Only an admin may set activated_at before the first sighting.")
    member = Member(
        enterprise_id,
        member_id,
        first_seen_ms,
        now_ms,
        name=body.name,
        activated_ms=body.activated_at,
        linked_account_id=body.linked_account_id,
        person_id=body.person_id,
        profile=body.profile,
    )
    changed = {
        "type": "member.updated",
        "activated_at": body.activated_at,
        "linked_account_id": body.linked_account_id,
        "person_id": body.person_id,
        "profile": _attested(body.profile),
    }
    await _append(services, changed, enterprise_id, member_id, now_ms)
    zone = services.policy.rules().policy.default_time_zone
    async with services.database.write() as connection:
        company = Enterprise(enterprise_id, now_ms, now_ms, time_zone=zone)
        await accounts.first_seen(connection, [company], [])
        before = await accounts.get_member(connection, enterprise_id, member_id, for_update=True)
        await accounts.put_member(connection, member)
        await _note_change(connection, call.caller, before, member)
        people = _people(before, member)
        if before is None or before.person_id != member.person_id:
            await penalties.tell_again(connection, enterprise_id, member_id, people)
    if people:  # also where nothing changed: the call before may have found Redis away
        ledger = services.ledger
        await push_people(ledger, services.database, enterprise_id, member_id, people)
    return reply(member_shape(member))


async def get_member(call: Call[None, None]) -> web.Response:
    """A member as it was described, or as it was first seen."""
    member = await seen_member(call.services, call.path["enterprise_id"], call.path["member_id"])
    if member is None:
        raise Problem(404, "No member of this id was ever seen.")
    return reply(member_shape(member))


async def list_enterprises(call: Call[None, ListQuery]) -> web.Response:
    """Enterprises with today's figures."""
    services = call.services
    async with services.database.read() as connection:
        try:
            listing = await listings.list_enterprises(connection, _page(call), services.clock_ms())
        except CursorError as error:
            raise invalid_at(["query", "cursor"], str(error)) from error
    shape: EnterprisesShape = {
        "items": [{**enterprise_shape(e), **figures_shape(f)} for e, f in listing.rows],
        "next_cursor": listing.next_cursor,
        **_total(listing),
    }
    return reply(shape)


async def list_members(call: Call[None, ListQuery]) -> web.Response:
    """An enterprise's members with today's figures."""
    services, enterprise_id = call.services, call.path["enterprise_id"]
    if await seen_enterprise(services, enterprise_id) is None:
        raise Problem(404, "No enterprise of this id was ever seen.")
    async with services.database.read() as connection:
        try:
            listing = await listings.list_members(
                connection, enterprise_id, _page(call), services.clock_ms()
            )
        except CursorError as error:
            raise invalid_at(["query", "cursor"], str(error)) from error
    shape: MembersShape = {
        "items": [{**member_shape(m), **figures_shape(f)} for m, f in listing.rows],
        "next_cursor": listing.next_cursor,
        **_total(listing),
    }
    return reply(shape)


async def seen_enterprise(services: Services, enterprise_id: str) -> Enterprise | None:
    """What is on record, else what the ledger saw before the record did, else None."""
    async with services.database.read() as connection:
        enterprise = await accounts.get_enterprise(connection, enterprise_id)
    if enterprise is not None:
        return enterprise
    state = await services.ledger.accounts.enterprise(enterprise_id, services.policy.rules())
    now_ms = services.clock_ms()
    zone = state.time_zone
    return Enterprise(enterprise_id, now_ms, now_ms, time_zone=zone) if state.known else None


async def seen_member(services: Services, enterprise_id: str, member_id: str) -> Member | None:
    """What is on record, else what the ledger saw before the record did, else None."""
    async with services.database.read() as connection:
        member = await accounts.get_member(connection, enterprise_id, member_id)
    if member is not None:
        return member
    rules = services.policy.rules()
    state = await services.ledger.accounts.member(enterprise_id, member_id, rules)
    now_ms = services.clock_ms()
    return Member(enterprise_id, member_id, now_ms, now_ms) if state.known else None


def _people(before: Member | None, after: Member) -> set[str]:
    """The people whose accounts are bound otherwise from now on."""
    named = (after.person_id, None if before is None else before.person_id)
    return {person for person in named if person is not None}


async def _note_change(
    connection: AsyncConnection,
    caller: Caller,
    before: Enterprise | Member | None,
    after: Enterprise | Member,
) -> None:
    """A deed of what changed who the account is taken for; name and profile do not."""
    member_id = after.member_id if isinstance(after, Member) else None
    undescribed = Enterprise("", 0, 0) if member_id is None else Member("", "", 0, 0)
    was, now = _identity(before or undescribed), _identity(after)
    changed = [name for name in now if now[name] != was[name]]
    if not changed:
        return
    kind = "enterprise" if member_id is None else "member"
    deed = Deed(
        at_ms=after.updated_ms,
        holder=caller.holder,
        key_id=caller.key_id,
        action=f"{kind}.updated",
        subject_kind=kind,
        subject_id=member_id or after.enterprise_id,
        enterprise_id=after.enterprise_id,
        member_id=member_id,
        before={name: was[name] for name in changed},
        after={name: now[name] for name in changed},
    )
    await audit.record(connection, deed)


def _identity(account: Enterprise | Member) -> dict[str, str | None]:
    """What the audit keeps of an account."""
    if isinstance(account, Enterprise):
        return {"verification": account.verification}
    activated_ms = account.activated_ms
    return {
        "person_id": account.person_id,
        "linked_account_id": account.linked_account_id,
        "activated_at": None if activated_ms is None else instant(activated_ms),
    }


async def _append(
    services: Services,
    changed: Mapping[str, Any],
    enterprise_id: str,
    member_id: str | None,
    now_ms: int,
) -> None:
    body = {**changed, "at": now_ms, "enterprise_id": enterprise_id}
    if member_id is not None:
        body["member_id"] = member_id
    event = Event(enterprise_id, f"u-{secrets.token_hex(12)}", body)
    zone = services.policy.rules().policy.default_time_zone
    await services.ledger.append([event], zone)


def _attested(profile: Mapping[str, str | bool]) -> dict[str, bool]:
    """Names of the fields that have a value; the values reach no stream."""
    return {
        name: True
        for name, value in profile.items()
        if (value.strip() if isinstance(value, str) else value)
    }


def _page(call: Call[None, ListQuery]) -> Page:
    query = call.query
    coarse = call.scope in HIDDEN_FROM
    return Page(query.cursor, query.limit, query.sort, query.q, query.order, query.filter, coarse)


def _total(listing: Listing[Any]) -> TotalShape:
    """How many rows match, where that was counted."""
    return {} if listing.total is None else {"total": listing.total}
