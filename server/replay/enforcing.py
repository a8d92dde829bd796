"""`--enforce`: every add is decided by the real ledger, on a Redis in this process.

The service in miniature: adds are spent, other events appended, the shard's stream is folded at
once, and caps, cool-downs, holds and penalties that follow are published before the next line is
read.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal

from fakeredis import FakeAsyncRedis

from quota.adds import Decision
from quota.calls import Event as Appended
from quota.keys import shard_of
from quota.ledger import Ledger
from quota.rebuild import ShardState
from quota.shard_log import Cooldown
from scoring.events import parse
from server.replay.adds import SHARDS, outcome_of, to_add
from server.replay.calendars import Calendars
from server.replay.expiry import Expiry
from server.replay.fates import DAY_MS, Fates
from server.replay.folding import Folding
from server.replay.output import LinesFile
from server.replay.policies import InForce, Policies
from server.replay.publishing import FENCE, Publishing
from server.replay.reading import Line
from server.replay.results import decision_line

_READ = 1_000


class Enforcing:
    """Decides adds line by line; what came of denied ones did not happen, and is dropped.

    Feedback on its own line is, where the member's adds of the contact were denied and none was
    allowed within the policy's `provenance_days`: else it is about the one that was.
    """

    def __init__(
        self, folding: Folding, calendars: Calendars, policies: Policies, decisions: LinesFile
    ) -> None:
        self._folding = folding
        self._calendars = calendars
        self._policies = policies
        self._decisions = decisions
        self._now_ms = 0
        self._redis = FakeAsyncRedis()
        self._ledger = Ledger(self._redis, shards=SHARDS, clock_ms=lambda: self._now_ms)
        self._expiry = Expiry(self._redis)
        self._fates = Fates(folding.memory)
        self._folded = dict.fromkeys(range(SHARDS), 0)
        self._publishing = Publishing(self._ledger, folding.memory.working)
        self._lines = 0

    async def open(self) -> None:
        """Opens every shard, empty."""
        for shard in range(SHARDS):
            await self._ledger.log.refill(shard, ShardState(), "replay", fence=FENCE)

    async def close(self) -> None:
        """Lets the Redis go."""
        await self._redis.aclose()

    async def take(self, line: Line) -> None:
        """One line, in the order of the files: decided or appended, folded, published."""
        in_force = self._policies.of(line)
        enterprise_id = line.body["enterprise_id"]
        self._now_ms = self._calendars.advance(enterprise_id, line.clock_ms)
        self._lines += 1
        if line.type == "add.requested":
            await self._decide(line, in_force)
        elif line.type in ("add.committed", "add.cancelled"):
            await self._settle(line, in_force)
        elif line.type.startswith("contact."):
            await self._answer(line, in_force)
        elif line.type != "add.expired":  # holds expire here by their own time
            await self._append(line.body, in_force, f"/{self._lines}")
        await self._fold(shard_of(enterprise_id, SHARDS), in_force)

    async def finish(self) -> None:
        """Nothing is left: every line was folded when it was read."""

    async def _decide(self, line: Line, in_force: InForce) -> None:
        add = to_add(line)
        today = self._calendars.today(add.enterprise_id)
        await self._publishing.project(add.enterprise_id, add.member_id, today.day, in_force)
        (answer,) = await self._ledger.spend([add], in_force.rules)
        self._decisions.write(decision_line(self._now_ms, add, answer))
        made_id = answer.decision_id if isinstance(answer, Decision) and answer.allowed else None
        allowed = made_id is not None
        key = (add.enterprise_id, add.member_id, add.contact)
        self._fates.note(key, allowed=allowed, now_ms=self._now_ms)
        if "decision_id" in line.body:
            self._fates.name(add.enterprise_id, line.body["decision_id"], made_id)
        outcome = outcome_of(line)
        if outcome is not None and allowed:
            await self._append(outcome, in_force, f"/{self._lines}/outcome")
        elif outcome is not None:
            self._folding.tally.dropped += 1

    async def _settle(self, line: Line, in_force: InForce) -> None:
        """A commit or cancel of a decision of the file, under the id that it got here."""
        body = line.body
        made_id = self._fates.made_id(body["enterprise_id"], body["decision_id"])
        action: Literal["commit", "cancel"] = "commit" if line.type == "add.committed" else "cancel"
        settled = await self._ledger.settle(made_id, action, in_force.rules) if made_id else None
        if settled is None or settled.state is None or settled.conflict is not None:
            self._folding.tally.dropped += 1

    async def _answer(self, line: Line, in_force: InForce) -> None:
        if self._did_not_happen(line, in_force):
            self._folding.tally.dropped += 1
            return
        # The add has another id here; the fold finds it by the contact.
        event = {name: value for name, value in line.body.items() if name != "decision_id"}
        await self._append(event, in_force, f"/{self._lines}")

    def _did_not_happen(self, line: Line, in_force: InForce) -> bool:
        """Whether what a contact did, or a failure of a request, needs an add that was denied."""
        body = line.body
        names = (body["target"], *body.get("aliases", ()))
        keys = [(body["enterprise_id"], body["member_id"], name) for name in names]
        if line.type == "contact.failed":  # is about the last request, whatever came before
            return self._fates.last_denied(keys)
        days = in_force.policy.scoring.outcomes.provenance_days
        return self._fates.never_made(keys, self._now_ms - days * DAY_MS)

    async def _append(self, body: Mapping[str, Any], in_force: InForce, event_id: str) -> None:
        enterprise_id = body["enterprise_id"]
        zone = body.get("time_zone")
        if zone is not None:
            await self._ledger.accounts.change_zone(enterprise_id, zone)
            self._calendars.change_zone(enterprise_id, zone)
        event = Appended(enterprise_id, body.get("event_id", event_id), body)
        default_zone = in_force.rules.policy.default_time_zone
        appended = await self._ledger.append([event], default_zone)
        self._folding.tally.dropped += appended.duplicates

    async def _fold(self, shard: int, in_force: InForce) -> None:
        """Folds what the stream has gained; again where refunds added to it."""
        more = True
        while more:
            read = (await self._ledger.log.read({shard: self._folded[shard]}, _READ))[shard]
            if not read:
                return
            more = False
            self._folded[shard] = read[-1].seq
            bodies = [json.loads(event.body) for event in read]
            for body in bodies:
                self._expiry.note(shard, body)
            effects = self._folding.fold([parse(body) for body in bodies], in_force)
            for refund in effects.refunds:
                await self._ledger.settle(refund.decision_id, "cancel", in_force.rules)
                more = True
            for account, active in self._folding.enforcement.take_changed(self._now_ms).items():
                await self._ledger.accounts.restrict(*account, active)
            cooldowns = [
                Cooldown(cool.enterprise_id, cool.contact, cool.member_id, cool.until_ms)
                for cool in effects.cooldowns
            ]
            for cooldown in cooldowns:
                self._expiry.note_cooldown(shard, cooldown)
            await self._publishing.folded(shard, read[-1].seq, cooldowns)
            self._folding.memory.settle()
            await self._expiry.remove(self._now_ms)
