"""What is decided about the sample organisation: reports, second holders, an appeal, links.

Rui and Mei review for the platform; the organisation's administrator appeals. All of it goes
through the service's own functions, at its time in the history.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType

from penalties.cases import CaseDecision
from penalties.catalogue import Track
from penalties.penalty import Severity, Source
from penalties.violation import Violation
from quota.calls import Event
from quota.keys import shard_of
from server.demo.cast import ENTERPRISE, HOUR_MS, ZONE
from server.enforcement.answering import Answer, answer
from server.enforcement.changes import Actor, Terms
from server.enforcement.deciding import decide
from server.enforcement.reporting import report
from server.enforcement.requesting import Asking, file
from server.policy import Policy
from server.wiring import Stores
from server.worker.loop import Worker
from server.worker.telling import Told, tell

RUI, MEI, ADMINISTRATOR = (Actor(name, f"demo-{name}") for name in ("rui", "mei", "administrator"))
LONGEST_AGO = 20
"""Days; a history that does not reach back so far has no incidents."""

Act = Callable[[int], Awaitable[None]]
"""Something that happens at a time, in epoch ms."""


class Incidents:
    """What happens how many days ago, at which hour; `worker` folds it at once."""

    def __init__(self, stores: Stores, policy: Policy, worker: Worker) -> None:
        self._stores = stores
        self._policy = policy
        self._worker = worker
        self._ids: dict[str, str] = {}
        """Ids of penalties and cases, by whose they are."""
        spam = partial(self._report, kind="T1.HARASSING_CONTENT", source="user_report")
        fraud = partial(self._report, kind="T3.FRAUD", source="user_report", severity="severe")
        self._acts: Mapping[tuple[int, int], Act] = MappingProxyType(
            {
                (20, 11): partial(spam, "qian", RUI, facts="Sent advertising to 40 contacts."),
                (15, 10): partial(spam, "qian", MEI, facts="Sent advertising again, to 25."),
                (9, 14): partial(spam, "he", RUI, facts="Sent the same message to 12 contacts."),
                (8, 10): partial(self._appeal, "he"),
                (7, 15): partial(self._overturn, "he"),
                (6, 13): partial(self._link, "tang", "blocked"),
                (5, 11): partial(spam, "qian", RUI, facts="Sent advertising for the third time."),
                (5, 16): partial(self._confirm, "qian", MEI),
                (4, 10): partial(self._link, "tang", "unblocked"),
                (1, 12): partial(self._link, "xu", "blocked"),
                (1, 15): partial(fraud, "gao", RUI, facts="Asked three contacts for deposits."),
            }
        )

    async def begin(self, days_ago: int, days: int, hour: int, now_ms: int) -> None:
        """What happens when that hour begins, in a history of so many `days`."""
        act = self._acts.get((days_ago, hour))
        if act is None or days < LONGEST_AGO:
            return
        # Whatever was before has to be folded before it: decisions rest on it.
        await self.fold()
        await act(now_ms)
        await self.fold()

    async def fold(self) -> None:
        """Folds what there is, and imposes what follows."""
        while await self._worker.turn():
            pass

    async def _report(
        self,
        member_id: str,
        actor: Actor,
        now_ms: int,
        *,
        kind: str,
        source: Source,
        facts: str,
        severity: Severity = "normal",
    ) -> None:
        asked = Violation(
            id=f"demo-{member_id}-{now_ms}",
            type=kind,
            track=Track(int(kind[1])),
            severity=severity,
            source=source,
            enterprise_id=ENTERPRISE,
            member_id=member_id,
            occurred_ms=now_ms - HOUR_MS,
            facts=facts,
        )
        made = await report(self._stores.database, asked, actor, self._terms(now_ms))
        self._ids |= {member_id: made.penalties[0].penalty.id}
        if made.case is not None:
            self._ids[f"case of {member_id}"] = made.case.case.id
        await self._tell(Told(made.penalties, [made.violation]))

    async def _confirm(self, member_id: str, actor: Actor, now_ms: int) -> None:
        """The second holder says so, too."""
        said = CaseDecision(now_ms, "confirm", actor.holder, actor.key_id, "I saw it, too.", None)
        case_id, terms = self._ids[f"case of {member_id}"], self._terms(now_ms)
        made = await decide(self._stores.database, case_id, said, terms)
        await self._tell(Told(made.penalties, made.violations, made.record))

    async def _appeal(self, member_id: str, now_ms: int) -> None:
        text = "These twelve had asked for the price list; it was sent to nobody else."
        penalty_id = self._ids[member_id]
        asking = Asking("appeal", penalty_id, "administrator", "mistake", text)
        made = await file(self._stores.database, asking, ADMINISTRATOR, self._terms(now_ms))
        self._ids[f"appeal of {member_id}"] = made.id

    async def _overturn(self, member_id: str, now_ms: int) -> None:
        """Somebody else than who decided the penalty finds that it was a mistake."""
        made = Answer("appeal", "overturned", "All twelve confirm that they had asked for it.")
        appeal_id, terms = self._ids[f"appeal of {member_id}"], self._terms(now_ms)
        done = await answer(self._stores.database, appeal_id, made, MEI, terms)
        await self._tell(Told(done.penalties, done.violations))

    async def _link(self, member_id: str, how: str, now_ms: int) -> None:
        """The linked account is blocked or unblocked, as another service tells."""
        body = {
            "type": f"linked_account.{how}",
            "at": now_ms,
            "enterprise_id": ENTERPRISE,
            "member_id": member_id,
            "linked_account_id": f"wx-{member_id}",
        }
        event = Event(ENTERPRISE, f"demo-{how}-{member_id}", body)
        await self._stores.ledger.append([event], ZONE)

    def _terms(self, now_ms: int) -> Terms:
        shard = shard_of(ENTERPRISE, self._stores.ledger.shards)
        return Terms(now_ms, self._policy.penalties, 1, shard)

    async def _tell(self, told: Told) -> None:
        await tell(self._stores.ledger, self._stores.database, told, ZONE)
