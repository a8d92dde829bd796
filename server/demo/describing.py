"""The sample organisations are described, as their gateway would."""

from __future__ import annotations

from quota.calls import Event
from server.demo.cast import ZONE, Company
from server.records import accounts
from server.records.accounts import Enterprise, Member
from server.wiring import Stores


async def describe(stores: Stores, company: Company, now_ms: int) -> None:
    """What is known of a company and of everybody there."""
    profile = dict(company.profile or {})
    body = {
        "type": "enterprise.updated",
        "at": now_ms,
        "enterprise_id": company.enterprise_id,
        "time_zone": company.zone,
        "verification": company.verification,
        "profile": dict.fromkeys(profile, True),
    }
    own = {one.member_id: {"real_name": one.name, "title": "Sales"} for one in company.cast}
    events = [Event(company.enterprise_id, f"demo-{company.enterprise_id}", body)]
    for one in company.cast:
        update = {
            "type": "member.updated",
            "at": now_ms,
            "enterprise_id": company.enterprise_id,
            "member_id": one.member_id,
            "activated_at": None,
            "linked_account_id": one.linked_account_id,
            "person_id": None,
            "profile": dict.fromkeys(own[one.member_id], True),
        }
        events.append(Event(company.enterprise_id, f"demo-of-{one.member_id}", update))
    await stores.ledger.accounts.change_zone(company.enterprise_id, company.zone)
    await stores.ledger.append(events, ZONE)
    async with stores.database.write() as connection:
        known = Enterprise(
            company.enterprise_id,
            now_ms,
            now_ms,
            company.name,
            company.zone,
            company.verification,
            profile,
        )
        await accounts.put_enterprise(connection, known)
        for one in company.cast:
            member = Member(
                company.enterprise_id,
                one.member_id,
                now_ms,
                now_ms,
                one.name,
                linked_account_id=one.linked_account_id,
                profile=own[one.member_id],
            )
            await accounts.put_member(connection, member)
