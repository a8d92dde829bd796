"""Tells a story to the fold: adds, answers and passing time, with the days of Shanghai."""

from typing import Any

from scoring.events import Event, parse
from scoring.fold import first_needs, fold, second_needs
from scoring.policy import ScoringPolicy
from scoring.views import ContactView, EnterpriseView, MemberView, Relation
from scoring.working import Effects, Flag, Working
from server.policy import default_policy

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
_OFFSET_MS = 8 * HOUR_MS
START_MS = 20_000 * DAY_MS - _OFFSET_MS
"""A local midnight, the start of local day 20,000."""


class Story:
    """One enterprise's events, each folded as it is told."""

    def __init__(self, policy: ScoringPolicy | None = None, enterprise: str = "acme") -> None:
        self.policy = policy or default_policy().scoring
        self.enterprise_id = enterprise
        self.now_ms = START_MS + 9 * HOUR_MS
        self.working = Working()
        self.effects = Effects()
        self.events: list[dict[str, Any]] = []

    @property
    def day(self) -> int:
        return (self.now_ms + _OFFSET_MS) // DAY_MS

    @property
    def company(self) -> EnterpriseView:
        return self.working.enterprises[self.enterprise_id]

    def member(self, member: str = "li") -> MemberView:
        return self.working.members[(self.enterprise_id, member)]

    def relation(self, contact: str, member: str = "li") -> Relation:
        return self.working.relations[(self.enterprise_id, member, contact)]

    def contact(self, contact: str) -> ContactView:
        return self.working.contacts[(self.enterprise_id, contact)]

    def wait(self, *, days: float = 0, hours: float = 0) -> None:
        self.now_ms += round(days * DAY_MS + hours * HOUR_MS)

    def tell(self, type_: str, member: str | None = "li", **fields: Any) -> Event:
        body = {
            "type": type_,
            "enterprise_id": self.enterprise_id,
            "at": self.now_ms,
            "received_ms": self.now_ms,
            "day": self.day,
            "day_end_ms": (self.day + 1) * DAY_MS - _OFFSET_MS,
            **({} if member is None else {"member_id": member}),
            **fields,
        }
        self.events.append(body)
        event = parse(body)
        fold(event, self.working, self.policy, self.effects)
        return event

    def add(
        self,
        contact: str,
        member: str = "li",
        *,
        way: str = "phone_search",
        by: str = "member",
        **fields: Any,
    ) -> str:
        """An allowed add; its decision id."""
        decision_id = f"0.{member}.{contact}.{len(self.events)}"
        self.tell(
            "add.requested",
            member,
            target=contact,
            way=way,
            initiated_by=by,
            mode="spend",
            decision_id=decision_id,
            allowed=True,
            reason="ok",
            policy_version=1,
            **fields,
        )
        return decision_id

    def deny(self, contact: str, member: str = "li", reason: str = "member_daily_cap") -> None:
        self.tell(
            "add.requested",
            member,
            target=contact,
            way="phone_search",
            initiated_by="member",
            mode="spend",
            decision_id="0.x",
            allowed=False,
            reason=reason,
            policy_version=1,
        )

    def answer(self, contact: str, outcome: str, member: str = "li", **fields: Any) -> None:
        self.tell(f"contact.{outcome}", member, target=contact, **fields)

    def settled(self, how: str, decision_id: str, contact: str, member: str = "li") -> None:
        self.tell(
            f"add.{how}",
            member,
            target=contact,
            decision_id=decision_id,
            kind="a",
            charged_day=self.day,
            refunded=True,
        )

    def flags(self, pattern: str) -> list[Flag]:
        """The flags of a pattern so far."""
        return [flag for flag in self.effects.flags if flag.pattern == pattern]

    def levels(self, member: str | None = "li") -> list[str]:
        """The levels that verdicts of an account called for, in order."""
        return [v.level for v in self.effects.verdicts if v.member_id == member]

    def counts(self, member: str = "li", day: int | None = None) -> dict[str, int]:
        on = self.day if day is None else day
        return self.effects.counts.get((self.enterprise_id, member, on), {})

    def in_batches(self, size: int) -> "Story":
        """The same story told anew, views going through their JSON between batches."""
        again = Story(self.policy, self.enterprise_id)
        stored: dict[str, dict[Any, str]] = {name: {} for name in _KINDS}
        for start in range(0, len(self.events), size):
            events = [parse(body) for body in self.events[start : start + size]]
            working = Working()
            for needs in (first_needs(events), None):
                wanted = needs or second_needs(events, working)
                for name, kind in _KINDS.items():
                    for key in getattr(wanted, name):
                        if key in stored[name]:
                            getattr(working, name)[key] = kind.from_json(stored[name][key])
            for event in events:
                fold(event, working, again.policy, again.effects)
            for name in _KINDS:
                for key in getattr(working.changed, name):
                    stored[name][key] = getattr(working, name)[key].to_json()
        for name, kind in _KINDS.items():
            views = {key: kind.from_json(text) for key, text in stored[name].items()}
            setattr(again.working, name, views)
        again.now_ms = self.now_ms
        return again


_KINDS: dict[str, Any] = {
    "enterprises": EnterpriseView,
    "members": MemberView,
    "relations": Relation,
    "contacts": ContactView,
}
