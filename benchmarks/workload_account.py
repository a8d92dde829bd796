"""The lines of one account of made-up traffic: adds, scans, and what contacts do with them."""

from math import exp, log
from random import Random

from benchmarks.workload_company import Company, Line
from benchmarks.workload_habits import Habit, Odds
from benchmarks.workload_plan import DAY_MS, HOUR_MS, Seat

MINUTE_MS = 60_000
_REMEMBERED = 200


class Account:
    """Writes lines into its company, under the habit that holds at present."""

    def __init__(
        self, company: Company, member_id: str, seat: Seat, habit: Habit, draw: Random
    ) -> None:
        self.company, self.member_id, self.draw = company, member_id, draw
        self.seat, self.habit = seat, habit
        answers = company.plan.parameters.answers
        self._sigma = answers.sigma
        self._accepted_mu = log(answers.accepted_h * HOUR_MS)
        self.scanned_mu = log(answers.scanned_min * MINUTE_MS)
        self._declined_mu = log(answers.declined_h * HOUR_MS)
        self._blocked_mu = log(answers.blocked_h * HOUR_MS)
        self._complained_mu = log(answers.complained_h * HOUR_MS)
        self._deleted = log(answers.deleted_days * DAY_MS), answers.deleted_sigma
        self.remembered: list[tuple[str, int]] = []
        """Who accepted or kept silent, and since when: kept where contacts will retaliate."""

    def line(self, kind: str, at: int) -> Line:
        """A line of this member; `at` is in epoch ms until it is written."""
        enterprise_id = self.company.enterprise_id
        return {"type": kind, "at": at, "enterprise_id": enterprise_id, "member_id": self.member_id}

    def add(self, at: int, way: str, contact: str, phone: str | None = None) -> None:
        """An active add, with a greeting perhaps."""
        event: Line = {
            "type": "add.requested",
            "at": at,
            "enterprise_id": self.company.enterprise_id,
            "member_id": self.member_id,
            "target_id": contact,
            "way": way,
            "initiated_by": "member",
        }
        if way == "phone_search" and phone is not None:
            event["target_phone"] = phone
        draw, greetings = self.draw, self.habit.greetings
        if draw.random() < self.habit.rates.greeted and greetings:
            event["greeting"] = greetings[int(draw.random() * len(greetings))]
        self.company.lines.append(event)

    def handed_over(self, at: int, way: str, contact: str) -> None:
        """An add of a contact that a colleague passed on."""
        more = {"target_id": contact, "way": way, "initiated_by": "member"}
        self.company.lines.append(self.line("add.requested", at) | more)

    def scanned(self, at: int, contact: str) -> None:
        """A passive add: the contact scans the member's code."""
        more = {"target_id": contact, "way": "qr_code", "initiated_by": "contact"}
        self.company.lines.append(self.line("add.requested", at) | more)

    def missed(self, at: int, phone: str) -> None:
        """A search for a number that nobody has."""
        line = self.line("phone_search.missed", at)
        line["target_phone"] = phone
        self.company.lines.append(line)

    def answer(self, kind: str, at: int, contact: str, mu: float) -> int:
        """What a contact does some time after `at`, lognormal in ms; when that is."""
        later = at + 1 + int(exp(mu + self._sigma * self.draw.gauss(0.0, 1.0)))
        self.company.lines.append(
            {
                "type": kind,
                "at": later,
                "enterprise_id": self.company.enterprise_id,
                "member_id": self.member_id,
                "target_id": contact,
            }
        )
        return later

    def answered(self, at: int, contact: str, odds: Odds, *, scanned: bool = False) -> None:
        """Draws what the contact does; no answer leaves no line."""
        drawn = self.draw.random()
        if drawn < odds.accepted:
            mu = self.scanned_mu if scanned else self._accepted_mu
            since = self.answer("contact.accepted", at, contact, mu)
            self._retaliates(contact, since)
            if self.draw.random() < self.habit.rates.delete:
                mu, sigma = self._deleted
                delay = 1 + int(self.draw.lognormvariate(mu, sigma))
                self.happened("contact.deleted", since + delay, contact)
        elif drawn >= odds.complained:
            self._retaliates(contact, at)
        elif drawn < odds.declined:
            self.answer("contact.declined", at, contact, self._declined_mu)
        elif drawn < odds.blocked:
            self.answer("contact.blocked", at, contact, self._blocked_mu)
        else:
            self.answer("contact.complained", at, contact, self._complained_mu)

    def _retaliates(self, contact: str, since: int) -> None:
        if self.seat.retaliation:
            self.remembered.append((contact, since))
            del self.remembered[:-_REMEMBERED]

    def happened(self, kind: str, at: int, contact: str) -> None:
        """What a contact does at an instant."""
        line = self.line(kind, at)
        line["target_id"] = contact
        self.company.lines.append(line)
