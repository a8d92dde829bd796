"""What webhooks are told out of the fold: standings, caps, and daily quotas that run out.

It costs next to nothing where no webhook wants these types. What it tells of standing and caps are
the account's own words and numbers: no contact, and nothing that a contact did (DOMAIN §7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quota.records import LIMITS
from scoring.caps import Caps, starting
from scoring.views import EnterpriseView, MemberView
from scoring.working import Working
from server.http.fields import instant
from server.records.outbox import Notice
from server.worker.folding import Batch
from server.worker.translate import Journaled, Place

STANDING, CAP, LOW, EXHAUSTED = "standing.changed", "cap.changed", "quota.low", "quota.exhausted"
_VIEWED = frozenset({STANDING, CAP})
_DECIDED = frozenset({LOW, EXHAUSTED})
LOW_SHARE = 5
"""A daily cap is low when at most one in so many of its adds is left."""
_RECORD_LIMITS = 10
"""Where a decision's record has its limits, see `quota/records.py`."""

AccountKey = tuple[str, str | None]
"""(enterprise, member); None: the enterprise as a whole"""


@dataclass(frozen=True, slots=True)
class Seen:
    """Standing and caps of an account, as others know them."""

    standing: str
    caps: Caps


@dataclass(frozen=True, slots=True)
class Before:
    """What is wanted, and how the accounts of a batch stood before it."""

    wanted: frozenset[str]
    accounts: Mapping[AccountKey, Seen]


def before(working: Working, wanted: frozenset[str]) -> Before | None:
    """How loaded accounts stand; None where nobody wants to hear what `notices` could say."""
    wanted &= _VIEWED | _DECIDED
    if not wanted:
        return None
    accounts: dict[AccountKey, Seen] = {}
    if wanted & _VIEWED:
        accounts |= {(e, None): _seen(view) for e, view in working.enterprises.items()}
        accounts |= {key: _seen(view) for key, view in working.members.items()}
    return Before(wanted, accounts)


def notices(known: Before | None, batch: Batch, read: Sequence[Journaled]) -> list[Notice]:
    """What the batch changed of what is wanted, in the order of its events.

    Folding the same events again gives the same ids.
    """
    if known is None:
        return []
    found = [*_of_adds(known, read), *_of_views(known, batch)]
    return [notice for _, notice in sorted(found, key=lambda each: each[0])]


def _seen(view: EnterpriseView | MemberView) -> Seen:
    return Seen(view.standing, Caps(view.cap_active, view.cap_passive))


def _of_views(known: Before, batch: Batch) -> Iterator[tuple[int, Notice]]:
    if not known.wanted & _VIEWED:
        return
    begin = starting(batch.version.scoring)
    for enterprise_id, place in batch.enterprises.items():
        new = Seen("collecting", begin.enterprise)
        company = batch.working.enterprises[enterprise_id]
        yield from _compared(known, (enterprise_id, None), new, company, place)
    for key, place in batch.members.items():
        new = Seen("collecting", begin.member)
        yield from _compared(known, key, new, batch.working.members[key], place)


def _compared(
    known: Before,
    key: AccountKey,
    new: Seen,
    view: EnterpriseView | MemberView,
    place: Place,
) -> Iterator[tuple[int, Notice]]:
    old, now = known.accounts.get(key, new), _seen(view)
    where = f"{_name(key)}:{place.shard}-{place.seq}"
    if STANDING in known.wanted and old.standing != now.standing:
        body: dict[str, object] = {"before": old.standing, "after": now.standing}
        id_ = f"{STANDING}:{where}"
        yield place.seq, Notice(id_, STANDING, *key, place.received_ms, body)
    if CAP in known.wanted and old.caps != now.caps:
        body = {"before": _caps(old.caps), "after": _caps(now.caps), "tier": view.tier}
        yield place.seq, Notice(f"{CAP}:{where}", CAP, *key, place.received_ms, body)


def _of_adds(known: Before, read: Sequence[Journaled]) -> Iterator[tuple[int, Notice]]:
    if not known.wanted & _DECIDED:
        return
    for journaled in read:
        if journaled.entry.type == "add.requested" and journaled.body.get("allowed"):
            for notice in _crossed(journaled):
                if notice.type in known.wanted:
                    yield journaled.entry.seq, notice


def _crossed(journaled: Journaled) -> Iterator[Notice]:
    """Of the daily limits that an allowed add was charged to, those where it crossed a line.

    Once a local day: an add that crosses it again, after a cancel, gives the same id.
    """
    body, entry = journaled.body, journaled.entry
    record = body.get("record")
    if not isinstance(record, str) or entry.enterprise_id is None:
        return  # a replayed or imported add, which no ledger decided
    for packed in record.split("|")[_RECORD_LIMITS].split(";"):
        number, cap, used, resets_ms = map(int, packed.split(","))
        name, left = LIMITS[number], cap - used
        is_daily = "_burst_" not in name
        if not is_daily or left < 0:
            continue
        lines = {
            LOW: left * LOW_SHARE <= cap < (left + 1) * LOW_SHARE,
            EXHAUSTED: left == 0,
        }
        member_id = entry.member_id if name.startswith("member_") else None
        key = (entry.enterprise_id, member_id)
        told = {
            "limit": name,
            "cap": cap,
            "used": used,
            "remaining": left,
            "resets_at": instant(resets_ms),
        }
        for type_, crossed in lines.items():
            if crossed:
                id_ = f"{type_}:{_name(key)}:{name}:{body['day']}"
                yield Notice(id_, type_, *key, entry.received_ms, told)


def _caps(caps: Caps) -> dict[str, int]:
    return {"active": caps.active, "passive": caps.passive}


def _name(key: AccountKey) -> str:
    enterprise_id, member_id = key
    return enterprise_id if member_id is None else f"{enterprise_id}/{member_id}"
