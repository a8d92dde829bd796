"""Track 2: what follows a linked account's block and unblock (§3.2), for everybody linked to it.

Events are taken by their own time: a later one that came before counts, an earlier one that comes
after does not. A link is judged as it stands when the event is folded; unlinking releases nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.catalogue import Track
from penalties.penalty import Penalty
from penalties.tracks import HOUR_MS, rule_on
from penalties.violation import OWN_IDS, Violation
from quota.keys import shard_of
from server.enforcement.changes import THE_SERVICE, Changes, Terms
from server.enforcement.upholding import impose, new_record
from server.records import links, standing
from server.records.links import Linked, LinkState
from server.records.penalty_rows import PenaltyRecord

LINKED_BLOCKED = "T2.LINKED_WECHAT_BLOCKED"

Account = tuple[str, str]
"""(enterprise, member)"""


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """A linked account was blocked or unblocked, or (`state` None) a member was linked to it."""

    linked_account_id: str
    state: LinkState | None
    account: Account
    at_ms: int


async def take(
    connection: AsyncConnection, event: LinkEvent, terms: Terms, shards: int
) -> list[PenaltyRecord]:
    """What the event changes; `terms.shard` is not asked for: each member's own counts."""
    known = await links.get(connection, event.linked_account_id)
    if event.state is None:
        if known is None or known.state != "blocked":
            return []
        if await _was_judged(connection, event, known):
            return []
        return await _block(connection, event, [event.account], terms, shards)
    if known is not None and not _is_news(event, known):
        return []
    linked = Linked(event.linked_account_id, event.state, event.at_ms, terms.now_ms)
    await links.put(connection, linked)
    if event.state == "unblocked":
        return await _release(connection, event, terms)
    return await _block(connection, event, await _linked(connection, event), terms, shards)


async def _was_judged(connection: AsyncConnection, event: LinkEvent, known: Linked) -> bool:
    """Whether this block of the account hit the member before: describing it again is no news.

    What an appeal overturned, or ended, must not come back with it.
    """
    enterprise_id, member_id = event.account
    situation = await standing.situation(connection, enterprise_id, member_id)
    return any(
        one.linked_account_id == event.linked_account_id
        and (one.enterprise_id, one.member_id) == event.account
        and one.starts_ms >= known.received_ms
        for one in situation.penalties
    )


def _is_news(event: LinkEvent, known: Linked) -> bool:
    """Whether it is later than what is known; of both at the same time the unblocking counts."""
    if event.at_ms != known.at_ms:
        return event.at_ms > known.at_ms
    return known.state == "blocked" and event.state == "unblocked"


async def _linked(connection: AsyncConnection, event: LinkEvent) -> list[Account]:
    """Whoever is linked now, and whom the event names unless that is linked to another account."""
    accounts = [(e, m) for e, m, _ in await links.linked_to(connection, event.linked_account_id)]
    link = await links.link_of(connection, *event.account)
    if link in (None, event.linked_account_id) and event.account not in accounts:
        accounts.append(event.account)
    return accounts


async def _block(
    connection: AsyncConnection,
    event: LinkEvent,
    accounts: list[Account],
    terms: Terms,
    shards: int,
) -> list[PenaltyRecord]:
    changed: list[PenaltyRecord] = []
    for enterprise_id, member_id in accounts:
        here = replace(terms, shard=shard_of(enterprise_id, shards))
        changes = Changes(THE_SERVICE, here, "the linked account is blocked")
        violation = _violation(event, enterprise_id, member_id, terms)
        situation = await standing.situation(connection, enterprise_id, member_id)
        ruling = rule_on(violation, situation.penalties, terms.policy, terms.now_ms)
        if ruling.measures:
            changes.report(new_record(violation, changes, ruling))
            impose(changes, violation, ruling, situation)
        for one in situation.penalties:
            if _waits_for(one, event, (enterprise_id, member_id), terms.now_ms):
                changes.wait_on(one)
        await changes.write(connection)
        changed += changes.penalties
    return changed


def _waits_for(one: Penalty, event: LinkEvent, account: Account, now_ms: int) -> bool:
    """Whether it is about to be released: blocked again while waiting it stays (DOMAIN §6)."""
    same = one.linked_account_id == event.linked_account_id
    own = (one.enterprise_id, one.member_id) == account
    return same and own and one.ends_ms is not None and one.binds_at(now_ms)


async def _release(
    connection: AsyncConnection, event: LinkEvent, terms: Terms
) -> list[PenaltyRecord]:
    """Within a day of the unblocking what was withheld comes back by itself (§3.2)."""
    ends_ms = event.at_ms + terms.policy.linked_account.release_after_h * HOUR_MS
    changed: list[PenaltyRecord] = []
    for record in await standing.of_linked_account(
        connection, event.linked_account_id, terms.now_ms
    ):
        if record.penalty.track is not Track.LINKED_ACCOUNT or record.penalty.ends_ms is not None:
            continue
        here = replace(terms, shard=record.shard)
        changes = Changes(THE_SERVICE, here, "the linked account is unblocked")
        changes.lift(record.penalty, ends_ms=ends_ms)
        await changes.write(connection)
        changed += changes.penalties
    return changed


def _violation(event: LinkEvent, enterprise_id: str, member_id: str, terms: Terms) -> Violation:
    named = f"{event.linked_account_id}|{enterprise_id}|{member_id}|{event.at_ms}|{terms.now_ms}"
    return Violation(
        id=f"{OWN_IDS}l-{sha256(named.encode()).hexdigest()[:24]}",
        type=LINKED_BLOCKED,
        track=Track.LINKED_ACCOUNT,
        severity="normal",
        source="automated",
        enterprise_id=enterprise_id,
        member_id=member_id,
        occurred_ms=event.at_ms,
        facts="The WeChat account that the member is linked to was blocked.",
        linked_account_id=event.linked_account_id,
    )
