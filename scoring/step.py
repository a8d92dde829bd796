"""One event on its way through the fold: the views at hand, and what every handler may do."""

from dataclasses import dataclass, field
from typing import Any

from scoring import patterns
from scoring.events import Event
from scoring.outcomes import HOUR_MS, REFUSALS, Waiting, count_resolved, ignored_by_now
from scoring.patterns import recent
from scoring.policy import ScoringPolicy
from scoring.trust import usage_value
from scoring.views import EnterpriseView, MemberView, Relation
from scoring.ways import COLD
from scoring.working import Effects, Working


@dataclass(slots=True)
class Step:
    """A member's event with the views of its accounts, moved to its day.

    `rescore` is set where something changed that the score or a ceiling depends on. `fired` are
    signals of the member's patterns, `company_fired` those of its enterprise's. `refused`: they
    were shown an outcome that speaks against the member, `tried`: a request or a search.
    `is_counted`: not False where the enterprise has counted a negative of the contact already.
    """

    event: Event
    company: EnterpriseView
    member: MemberView
    member_id: str
    working: Working
    policy: ScoringPolicy
    effects: Effects
    rescore: bool = False
    fired: list[patterns.Signal] = field(default_factory=list)
    company_fired: list[patterns.Signal] = field(default_factory=list)
    is_counted: bool = True
    refused: bool = False
    tried: bool = False

    def count(self, name: str, by: int = 1, day: int | None = None) -> None:
        """Adds to a figure of history, of the event's day unless another is given."""
        event = self.event
        on = event.day if day is None else day
        self.effects.count(event.enterprise_id, self.member_id, on, name, by)

    def relation(self) -> tuple[str, Relation | None]:
        """The contact's name in this member's relations, and the relation there is."""
        event, found = self.event, self.working.relations
        for name in event.contact_names:
            relation = found.get((event.enterprise_id, self.member_id, name))
            if relation is not None:
                return name, relation
        return event.contact_names[0], None

    def touch_relation(self, contact: str, relation: Relation) -> None:
        """Keeps a relation that is new or changed."""
        key = (self.event.enterprise_id, self.member_id, contact)
        self.working.relations[key] = relation
        self.working.changed.relations.add(key)

    def attempt(self, attempt: patterns.Attempt) -> None:
        """Shows a request for an active add to the member's patterns."""
        self.tried = True
        recent.note_add(attempt, self.member)
        self._show(attempt, patterns.OF_ATTEMPTS)

    def search(self, search: patterns.Search) -> None:
        """Shows a search for a phone number to the member's patterns."""
        self.tried = True
        self._show(search, patterns.OF_SEARCHES)

    def _show(self, seen: Any, observers: Any) -> None:
        self.fired += patterns.show(seen, self.member, observers, self.policy.patterns)

    def observe_answer(self, answer: patterns.Answer) -> None:
        """Shows the outcome of an active add to the patterns of member and enterprise.

        Adds made before an account was judged raise nothing new (DOMAIN §5).
        """
        if answer.added_ms < self.member.judged_ms:
            return
        if answer.after in REFUSALS or answer.before == "accepted":
            self.refused = True
        recent.note_answer(answer, self.member)
        self._show(answer, patterns.OF_ANSWERS)
        if self.is_counted and answer.added_ms >= self.company.judged_ms:
            recent.note_answer(answer, self.company)
            observers = patterns.OF_COMPANY_ANSWERS
            fired = patterns.show(answer, self.company, observers, self.policy.patterns)
            self.company_fired += fired

    def changed(
        self, contact: str, relation: Relation, before: str | None, after: str | None
    ) -> None:
        """The outcome of an active add of this member is another one now: patterns see it."""
        self.observe_answer(
            patterns.Answer(
                at_ms=self.event.at_ms,
                contact=contact,
                before=before,
                after=after,
                added_ms=relation.added_ms,
                warm=relation.way not in COLD,
                greeting=relation.greeting,
                member_id=self.member_id,
                event_id=self.event.id,
            )
        )

    def resolve(self, outcome: str, day: int, sign: int = 1) -> None:
        """Counts an active add as resolved for member and enterprise, or takes it back (−1)."""
        for account in (self.member, self.company):
            count_resolved(account, outcome, day, sign, self.policy)
        self.rescore = True

    def ignore(self, by_midnight: list[Waiting]) -> None:
        """Counts adds that came to be ignored by now; the midnights of the step counted some.

        Which contacts they were is not known here, nor needed.
        """
        by_now = ignored_by_now(self.member, self.member.clock_ms, self.policy)
        wait_ms = self.policy.outcomes.ignored_after_h * HOUR_MS
        for added_ms, _, warm in by_midnight + by_now:
            self.observe_answer(
                patterns.Answer(
                    at_ms=added_ms + wait_ms,
                    contact=None,
                    before=None,
                    after="ignored",
                    added_ms=added_ms,
                    warm=bool(warm),
                    member_id=self.member_id,
                )
            )
            self.rescore = True

    def seat(self, day: int) -> None:
        """Notes the member as a seat of its enterprise on `day`, with its present usage value."""
        member, ring = self.member, self.company.seats
        self._leave_seat()
        member.seat_day = max(member.seat_day, day)
        member.seat_usage = usage_value(member, self.policy)
        entry = ring.setdefault(member.seat_day, [0, 0.0])
        entry[0] += 1
        entry[1] += member.seat_usage
        self.rescore = True

    def keep_seat(self) -> None:
        """Gives the enterprise the present usage value of a member that is a seat."""
        if self.member.seat_day in self.company.seats:
            self.seat(self.member.seat_day)
        if self.member.upheld:
            self.company.offenders[self.member_id] = self.member.seat_day

    def _leave_seat(self) -> None:
        member, ring = self.member, self.company.seats
        entry = ring.get(member.seat_day)
        if entry is None:
            return
        entry[0] -= 1
        entry[1] -= member.seat_usage
        if entry[0] <= 0:
            del ring[member.seat_day]
