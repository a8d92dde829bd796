"""A record with one enterprise of many members, as months of use would leave it."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.catalogue import Track
from penalties.penalty import Penalty
from penalties.restrictions import Scope
from scoring.sums import Sums
from scoring.views import EnterpriseView, MemberView
from server.records import tables
from server.records.engine import Database
from server.records.penalty_rows import PenaltyRecord, row_of_penalty

ENTERPRISE, LIVELY = "large", "m00007"
OTHER_MEMBERS = 50
"""Seats of each of the other enterprises, which together have a fifth of all members."""
DAYS = 30
DAY_MS = 86_400_000
PENALTIES = 500
SHARD = 1_000
"""One that no worker has, so that a service on this record does not fold it."""
CAPS = (5, 20, 50, 100, 200)
ROWS_AT_ONCE = 1_000
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """`members` of the large enterprise; its member `LIVELY` has `events` in the journal."""

    members: int
    events: int
    now_ms: int

    @property
    def day(self) -> int:
        """The present local day."""
        return self.now_ms // DAY_MS

    async def fill(self, database: Database) -> None:
        """Writes it all into a migrated, empty record; PostgreSQL looks at it, as it does unasked.

        SQLite does not, and nobody tells it to: it plans without statistics.
        """
        async with database.write(None) as connection:
            await _insert(connection, tables.enterprises, self._enterprises())
            await _insert(connection, tables.enterprise_views, self._company_views())
            await _insert(connection, tables.members, self._members())
            await _insert(connection, tables.member_views, self._views())
            await _insert(connection, tables.days, self._today())
            await self._days_before(connection)
            await _insert(connection, tables.penalties, self._penalties())
            await _insert(connection, tables.journal, self._journal())
            if connection.dialect.name == "postgresql":
                await connection.execute(text("ANALYZE"))

    def _accounts(self) -> Iterator[tuple[str, str, random.Random]]:
        for n in range(self.members):
            yield ENTERPRISE, f"m{n:05}", random.Random(n)
        for n in range(self.members // 5):
            yield f"e{n // OTHER_MEMBERS}", f"m{n % OTHER_MEMBERS:05}", random.Random(-n)

    def _companies(self) -> Iterator[str]:
        yield ENTERPRISE
        for n in range(-(-self.members // 5 // OTHER_MEMBERS)):
            yield f"e{n}"

    def _enterprises(self) -> Iterator[Row]:
        described = {"time_zone": "Asia/Shanghai", "verification": "verified", "profile": "{}"}
        for one in self._companies():
            yield {"enterprise_id": one, "name": f"Company {one}", **described, **self._seen()}

    def _company_views(self) -> Iterator[Row]:
        for one in self._companies():
            view = EnterpriseView(0, time_zone="Asia/Shanghai", verification="verified")
            more = {"cap_handover": 500, "day_end_ms": self.now_ms + DAY_MS}
            more |= {"sweep_due_ms": self.now_ms + DAY_MS}
            yield {"enterprise_id": one, **self._view(view, random.Random(1)), **more}

    def _members(self) -> Iterator[Row]:
        for enterprise_id, member_id, draw in self._accounts():
            name = draw.choice((None, "Li Na", "Zhou Wei", "王芳", "Ann")) and f"Li {member_id}"
            named: Row = {"enterprise_id": enterprise_id, "member_id": member_id, "name": name}
            plain = {"activated_ms": None, "linked_account_id": None, "person_id": None}
            yield named | plain | {"profile": '{"real_name": true}'} | self._seen()

    def _views(self) -> Iterator[Row]:
        for enterprise_id, member_id, draw in self._accounts():
            if draw.random() < 0.9:
                named = {"enterprise_id": enterprise_id, "member_id": member_id}
                yield named | self._view(_lived(self.day, draw), draw)

    def _view(self, view: MemberView | EnterpriseView, draw: random.Random) -> Row:
        tier = draw.randrange(5)
        figures = {"day": self.day, "score": draw.uniform(20, 95), "tier": tier}
        caps = {"cap_active": CAPS[tier], "cap_passive": CAPS[tier] * 10}
        return {"shard": SHARD, "data": view.to_json(), "changed_seq": 1} | figures | caps

    def _today(self) -> Iterator[Row]:
        for enterprise_id, member_id, draw in self._accounts():
            if draw.random() < 0.6:
                used = draw.randrange(60)
                counts = dict.fromkeys(tables.DAY_COUNTS, 0)
                counts |= {"requested": used, "allowed": used, "charged": used, "accepted": 1}
                counts["denied_member_daily_cap"] = draw.choice((0, 0, 0, 1, 4))
                named = {"enterprise_id": enterprise_id, "member_id": member_id, "day": self.day}
                yield named | counts | {"cap": 50, "score": draw.uniform(20, 95), "tier": 2}

    async def _days_before(self, connection: AsyncConnection) -> None:
        days = tables.days
        for back in range(1, DAYS):
            earlier = (days.c.day - literal(back)).label("day")
            columns = [earlier if column.name == "day" else column for column in days.c]
            same = select(*columns).where(days.c.day == self.day)
            await connection.execute(insert(days).from_select(days.c.keys(), same))

    def _penalties(self) -> Iterator[Row]:
        draw = random.Random(2)
        for n in range(PENALTIES):
            starts_ms = self.now_ms - draw.randrange(100) * DAY_MS
            one = Penalty(
                id=f"p-{n}",
                violation_id=f"v-{n}",
                case_id=None,
                type="T1.HARASSING_CONTENT",
                track=Track.LADDER,
                step=1,
                is_hold=False,
                severity="normal",
                enterprise_id=ENTERPRISE,
                member_id=f"m{draw.randrange(self.members):05}",
                person_id=None,
                scope=Scope.INTEROP,
                starts_ms=starts_ms,
                ends_ms=None if n % 2 else starts_ms + 3 * DAY_MS,
                may_apply=True,
                may_appeal=True,
                source="own_initiative",
                automated=False,
                decided_by=("ann",),
                policy_version=1,
                statement={"facts": "Advertising was sent to 40 contacts."},
            )
            yield {**row_of_penalty(PenaltyRecord(one, SHARD)), "ordinal": n}

    def _journal(self) -> Iterator[Row]:
        for seq in range(1, 2 * self.events + 1):
            lively = seq % 2 == 0
            yield self._entry(seq, LIVELY if lively else f"m{seq % self.members:05}")

    def _entry(self, seq: int, member_id: str) -> Row:
        at_ms = self.now_ms - (2 * self.events - seq) * 60_000
        type_ = "contact.accepted" if seq % 4 == 0 else "add.requested"
        named = {"enterprise_id": ENTERPRISE, "member_id": member_id}
        body = {"type": type_, **named, "target": f"h.k1.{seq:022}", "at": at_ms}
        if type_ == "add.requested":
            body |= {"way": "phone_search", "initiated_by": "member", "mode": "spend"}
            body |= {"decision_id": f"0-{seq}", "allowed": True, "reason": "ok"}
            body |= {"policy_version": 1, "record": "s|" + "0123456789|" * 20}
        body |= {"received_ms": at_ms, "day": at_ms // DAY_MS, "day_end_ms": at_ms + DAY_MS}
        plain = {"shard": SHARD, "seq": seq, "type": type_, "received_ms": at_ms, **named}
        return plain | {"payload": json.dumps(body, separators=(",", ":"))}

    def _seen(self) -> Row:
        return {"first_seen_ms": self.now_ms - 200 * DAY_MS, "updated_ms": self.now_ms}


def _lived(day: int, draw: random.Random) -> MemberView:
    """A member after a month of use, for the size of its document above all."""
    return MemberView(
        0,
        day=day,
        clean_since_day=day - 200,
        active_since_day=day - 200,
        profile=frozenset({"real_name", "avatar", "title"}),
        sums=Sums(*(draw.uniform(0, 90) for _ in range(4))),
        recent={day - back: [draw.randrange(40), 0] for back in range(28)},
        replies={day - back: [draw.randrange(40), 90] for back in range(28)},
        best={day - back: draw.randrange(40) for back in range(14)},
        opened=[[day * DAY_MS, day, 1] for _ in range(draw.randrange(60))],
        patterns={name: {"s": draw.uniform(-3, 9)} for name in ("hard_negatives", "timing")},
        adds=900,
    )


async def _insert(connection: AsyncConnection, table: Table, rows: Iterable[Row]) -> None:
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        await connection.execute(insert(table), some)
