"""What people decide in a live service, drawn from a seed: reports, second words, answers."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select

from penalties.cases import CaseDecision
from penalties.catalogue import Track
from penalties.restrictions import Scope
from penalties.violation import Grounds, Violation
from quota.keys import shard_of
from server.enforcement import answering, deciding, reporting, requesting
from server.enforcement.answering import Answer
from server.enforcement.changes import Actor, Terms
from server.enforcement.deciding import CaseConflict
from server.enforcement.reporting import NotLinked
from server.enforcement.requesting import Asking, NotNow
from server.policy import Policy
from server.records import accounts, penalties, requests, tables
from server.records.accounts import Member
from server.records.penalties import PenaltyFilter
from server.records.requests import RequestFilter
from server.replay.results import penalty_line
from server.worker.telling import Told, tell
from tests.replay.files import Line
from tests.worker.suspicion import listed

HOLDERS = ("rui", "mei", "ann")
KINDS = ("T1.HARASSING_CONTENT", "T1.MALICIOUS_ADD", "T1.INDUCED_SHARING", "T3.FRAUD")
LINKED = "T2.LINKED_WECHAT_BLOCKED"
LINKS = ("wx-1", "wx-2")
PEOPLE = (None, None, "p-1", "p-2")
ZONE = "Asia/Shanghai"
SAME = (
    *("violation_id", "type", "track", "step", "hold", "enterprise_id", "member_id", "scope"),
    *("starts_at", "ends_at", "automated", "rule"),
)
"""What a penalty of the service and one of a replay have to have in common."""


class Governing:
    """Decides about the members of a live service (`tests.replay.test_export.Live`)."""

    def __init__(self, live: Any, policy: Policy, companies: Any, members: Any) -> None:
        self.live, self.policy = live, policy
        self._companies, self._members = companies, members
        self._count = 0
        live.is_governed = True  # only what `_describe` says is on record, too

    async def happen(self) -> None:
        """One decision, or what a linked account does."""
        steps: tuple[Callable[[], Awaitable[None]], ...] = (
            *(self._report, self._decide, self._describe, self._link),
            *(self._file, self._answer, self._answer),
        )
        weights = (5, 4, 2, 3, 4, 3, 3)
        self.live.clock.forward(ms=1)  # shards do not tell which of two was first in one ms
        await self.live.draw.choices(steps, weights)[0]()

    def _actor(self) -> Actor:
        holder = self.live.draw.choice(HOLDERS)
        return Actor(holder, f"k-{holder}")

    def _terms(self, enterprise: str) -> Terms:
        ledger = self.live.scene.ledger
        shard = shard_of(enterprise, ledger.shards)
        return Terms(self.live.clock(), self.policy.penalties, 1, shard)

    async def _tell(self, told: Told) -> None:
        await tell(self.live.scene.ledger, self.live.scene.database, told, ZONE)

    async def _report(self) -> None:
        draw, now_ms = self.live.draw, self.live.clock()
        self._count += 1
        kind = draw.choice((*KINDS, LINKED))
        grave = kind != LINKED and draw.random() < 0.3
        wide = grave and draw.random() < 0.5
        source = draw.choice(("user_report", "own_initiative", "automated"))
        asked = Violation(
            id=f"v{self._count}",
            type=kind,
            track=Track(int(kind[1])),
            severity="severe" if grave else "normal",
            source="user_report" if kind == LINKED else source,
            enterprise_id=draw.choice(self._companies),
            member_id=draw.choice(self._members),
            occurred_ms=now_ms - draw.randrange(4 * 3_600_000),
            scopes=frozenset({Scope.ENTERPRISE_ACCOUNT} if wide else ()),
            facts="as it was seen",
            grounds=Grounds("40", "most", "grave", "meant") if wide else None,
        )
        terms = self._terms(asked.enterprise_id)
        try:
            made = await reporting.report(self.live.scene.database, asked, self._actor(), terms)
        except NotLinked:
            return
        await self._tell(Told(made.penalties, [made.violation]))

    async def _decide(self) -> None:
        """Somebody decides a case: what waits for a second holder more often than others."""
        draw, database = self.live.draw, self.live.scene.database
        found = await listed(database, limit=500)
        waiting = [one for one in found if not one.case.is_decided]
        if not waiting:
            return
        record, actor = draw.choice(waiting), self._actor()
        action = draw.choice(("confirm", "confirm", "confirm", "dismiss"))
        severity = None if action == "dismiss" else draw.choice(("normal", "normal", "severe"))
        proposal = record.case.proposal
        if action == "confirm" and proposal is not None:
            severity = proposal.decision.severity
        said = CaseDecision(
            self.live.clock(), action, actor.holder, actor.key_id, "looked", severity
        )
        try:
            made = await deciding.decide(
                database, record.case.id, said, self._terms(record.case.enterprise_id)
            )
        except CaseConflict:
            return
        decided = made.record if made.record.case.is_decided else None
        await self._tell(Told(made.penalties, made.violations, decided))

    async def _describe(self) -> None:
        draw, now_ms = self.live.draw, self.live.clock()
        company, member = draw.choice(self._companies), draw.choice(self._members)
        about = {
            "linked_account_id": draw.choice((None, *LINKS)),
            "person_id": draw.choice(PEOPLE),
        }
        async with self.live.scene.database.write() as connection:
            known = Member(company, member, now_ms, now_ms, **about)
            await accounts.put_member(connection, known)
        told = {"enterprise_id": company, "activated_at": None, "profile": {}, **about}
        await self.live.scene.event("member.updated", None, member, **told)

    async def _link(self) -> None:
        draw = self.live.draw
        type_ = f"linked_account.{draw.choice(('blocked', 'unblocked'))}"
        at_ms = self.live.clock() - draw.choice((0, 60_000, 7_200_000))
        whose = {"enterprise_id": draw.choice(self._companies), "at": at_ms}
        link = {"linked_account_id": draw.choice(LINKS)}
        await self.live.scene.event(type_, None, draw.choice(self._members), **whose, **link)

    async def _file(self) -> None:
        draw, database = self.live.draw, self.live.scene.database
        async with database.read() as connection:
            found = await penalties.listed(connection, PenaltyFilter(limit=500))
        if not found:
            return
        one, kind = draw.choice(found).penalty, draw.choice(("appeal", "application"))
        asking = Asking(kind, one.id, "administrator", "wrong_link", f"{draw.random()}")
        try:
            await requesting.file(
                database, asking, Actor("admin", "k-9"), self._terms(one.enterprise_id)
            )
        except NotNow:
            return

    async def _answer(self) -> None:
        draw, database = self.live.draw, self.live.scene.database
        kind = draw.choice(("appeal", "application"))
        async with database.read() as connection:
            which = RequestFilter(kind=kind, state="submitted", limit=500)
            found = await requests.listed(connection, which)
        if not found:
            return
        request = draw.choice(found)
        outcome = draw.choice(("overturned", "overturned", "modified", "rejected"))
        if kind == "application":
            outcome = draw.choice(("approved", "rejected"))
        ends_ms = None
        if outcome == "modified" and draw.random() < 0.5:
            ends_ms = self.live.clock() + draw.randrange(1, 48) * 3_600_000
        made, terms = Answer(kind, outcome, "seen", ends_ms), self._terms(request.enterprise_id)
        try:
            done = await answering.answer(database, request.id, made, self._actor(), terms)
        except NotNow:
            return
        await self._tell(Told(done.penalties, done.violations))


async def service_penalties(live: Any) -> list[list[Any]]:
    """The service's penalties and holds, as a replay's last lines have them."""
    async with live.scene.database.read() as connection:
        rows = await connection.execute(select(tables.penalties.c.id))
        records = [await penalties.get(connection, row.id) for row in rows]
    lines = [penalty_line(one.penalty, live.clock()) for one in records if one is not None]
    return compared(lines)


def compared(lines: list[Line]) -> list[list[Any]]:
    """What counts of lines of penalties, in an order of its own; of each id the last one."""
    last = {line["id"]: line for line in lines if line["id"] is not None}
    counting = (
        [*(line[name] for name in SAME), line["state"] == "overturned"] for line in last.values()
    )
    return sorted(counting, key=str)
