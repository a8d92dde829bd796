"""Where the platform's people decide: reports, cases, links. All by the service's own functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from penalties.cases import Action, CaseDecision
from penalties.catalogue import Track
from penalties.penalty import Severity, Source
from penalties.violation import Violation
from quota.calls import Event
from quota.keys import shard_of
from server.demo.cast import HOUR_MS, ZONE
from server.demo.staff import Held, actor_of
from server.enforcement.changes import Actor, Terms
from server.enforcement.deciding import decide
from server.enforcement.reporting import report
from server.http.active_policy import ActivePolicy
from server.records import cases
from server.wiring import Stores
from server.worker.loop import Worker
from server.worker.telling import Told, tell

SYSTEM = "content-scanner"
"""The holder of an automated source."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """A report about somebody, `enterprise/member`."""

    who: str
    kind: str
    facts: str
    by: str
    severity: Severity = "normal"
    source: Source = "user_report"
    evidence: tuple[str, ...] = ()


@dataclass(slots=True)
class Desk:
    """Decides at given times; `worker` folds. Ids are kept by whose penalty or case they are."""

    stores: Stores
    policy: ActivePolicy
    worker: Worker
    keys: Mapping[str, Held]
    penalties: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

    async def fold(self) -> None:
        """Folds what there is, and imposes what follows."""
        await self.worker.keep()
        while await self.worker.turn():
            pass

    def actor(self, holder: str) -> Actor:
        """Somebody with their key."""
        return actor_of(self.keys, holder)

    def terms(self, now_ms: int, who: str) -> Terms:
        """What is in force then, for somebody."""
        shard = shard_of(who.partition("/")[0], self.stores.ledger.shards)
        now = self.policy.now
        return Terms(now_ms, now.policy.penalties, now.version, shard)

    async def tell(self, told: Told) -> None:
        """Tells Redis and the fold what was decided."""
        await tell(self.stores.ledger, self.stores.database, told, ZONE)

    async def report(self, said: Reporting, now_ms: int) -> None:
        """Somebody reports a violation of the hour before."""
        enterprise_id, member_id = said.who.split("/")
        asked = Violation(
            id=f"demo-{enterprise_id}-{member_id}-{now_ms}",
            type=said.kind,
            track=Track(int(said.kind[1])),
            severity=said.severity,
            source=said.source,
            enterprise_id=enterprise_id,
            member_id=member_id,
            occurred_ms=now_ms - HOUR_MS,
            facts=said.facts,
            evidence=said.evidence,
        )
        terms = self.terms(now_ms, said.who)
        made = await report(self.stores.database, asked, self.actor(said.by), terms)
        if made.penalties:
            self.penalties[said.who] = made.penalties[0].penalty.id
        if made.case is not None:
            self.cases[said.who] = made.case.case.id
        await self.tell(Told(made.penalties, [made.violation]))

    async def decide(self, who: str, action: Action, by: str, note: str, now_ms: int) -> None:
        """A reviewer decides the case that somebody has open."""
        case_id = self.cases.get(who) or await self._case_of_patterns(who)
        if case_id is None:
            return
        actor = self.actor(by)
        severity: Severity | None = None if action == "dismiss" else "normal"
        if who in self.cases:
            severity = None  # the second of two joins what the first said
        said = CaseDecision(now_ms, action, actor.holder, actor.key_id, note, severity)
        made = await decide(self.stores.database, case_id, said, self.terms(now_ms, who))
        new = [one.penalty.id for one in made.penalties if not one.penalty.is_hold]
        if new:
            self.penalties[who] = new[0]
        await self.tell(Told(made.penalties, made.violations, made.record))

    async def _case_of_patterns(self, who: str) -> str | None:
        enterprise_id, member_id = who.split("/")
        async with self.stores.database.read() as connection:
            found = await cases.open_of(connection, enterprise_id, member_id)
        return None if found is None else found.case.id

    async def link(self, who: str, how: str, now_ms: int) -> None:
        """The linked account is blocked or unblocked, as another service tells."""
        enterprise_id, member_id = who.split("/")
        body = {
            "type": f"linked_account.{how}",
            "at": now_ms,
            "enterprise_id": enterprise_id,
            "member_id": member_id,
            "linked_account_id": f"wx-{member_id}",
        }
        event = Event(enterprise_id, f"demo-{how}-{member_id}", body)
        await self.stores.ledger.append([event], ZONE)
