"""A member of made-up traffic at work: which contacts and numbers its sessions go through."""

from bisect import bisect
from collections.abc import Sequence
from math import log
from random import Random

from benchmarks.workload_account import MINUTE_MS, Account
from benchmarks.workload_company import Company
from benchmarks.workload_habits import Habit, company_numbers, habit_of, mobile, poisson
from benchmarks.workload_plan import DAY_MS, START_MS, Seat
from benchmarks.workload_times import times_of

WEEKEND = (5, 6)
_BEFORE_MS = 60_000
"""How long before a session's first add the searches that miss begin."""
_SCANNED_WITHIN_MS = 10 * MINUTE_MS


class Member(Account):
    """One seat, or the crew of a group whose members work one after the other."""

    def __init__(self, company: Company, seat: Seat, crew: Sequence[str], draw: Random) -> None:
        rates = company.plan.parameters.classes[seat.class_name]
        later = habit_of(rates, company.plan, company.greetings, draw)
        self._hijacker: Habit | None = None
        habit = later
        if rates.hijacked is not None:
            before = company.plan.parameters.classes[rates.hijacked.before]
            habit = habit_of(before, company.plan, company.greetings, draw)
            self._hijacker = later
        super().__init__(company, crew[0], seat, habit, draw)
        self.crew = crew
        self._place = self._used = 0
        self._number = 8_613_000_000_000 + draw.randrange(6_000_000_000)
        self._own = list(company.pool) if rates.pool else []
        """Contacts with their numbers that are used again and again: a pool's, or a farm's."""
        if rates.farm is not None:
            name = f"c{company.number}-{self.member_id}-f"
            self._own = [(f"{name}{n}", mobile(draw)) for n in range(rates.farm.accounts)]
        self._next_own = len(self._own)

    def work(self, day: int) -> float:
        """Makes a day's adds and their answers; how much of a usual day's work was done."""
        if day == self.seat.hijack_day and self._hijacker is not None:
            self.habit = self._hijacker
        load, rates = self._load(day), self.habit.rates
        count = poisson(self.draw, self.habit.adds_a_day * load)
        if rates.daily_cap:
            count = min(count, rates.daily_cap * len(self.crew))
            self._used = rates.daily_cap
        if count:
            for times in times_of(self.habit, START_MS + day * DAY_MS, count, self.draw):
                self._session(day, times)
        return load

    def _load(self, day: int) -> float:
        rates, plan = self.habit.rates, self.company.plan
        rests = self.draw.random() < rates.rest
        if self.seat.viral and day == plan.viral_day:
            return plan.parameters.stress.viral.factor
        if rests:
            return 0.0
        return rates.weekend if day % 7 in WEEKEND else 1.0

    def _session(self, day: int, times: Sequence[int]) -> None:
        habit, draw, rates = self.habit, self.draw, self.habit.rates
        ways, shares, last = habit.ways, habit.shares, len(habit.ways) - 1
        numbers: list[str] = []
        if draw.random() < rates.block_sessions:
            numbers = company_numbers(draw, draw.randint(*rates.block_numbers), rates.block_width)
        previous = times[0] - _BEFORE_MS
        for at in times:
            if rates.daily_cap:
                self._take_turns(rates.daily_cap)
            way, odds = ways[min(last, bisect(shares, draw.random()))]
            if numbers:
                way, odds = "phone_search", habit.cold
            if rates.farm is not None and self._add_of_farm(at, way):
                continue
            contact, phone = self._contact(day)
            if way == "phone_search" and phone is None:
                phone = self._searched(previous, at, numbers)
            self.add(at, way, contact, phone)
            self.answered(at, contact, odds)
            previous = at

    def _take_turns(self, daily_cap: int) -> None:
        """The next of the crew goes on when one has used up the day's cap, and each new day."""
        if self._used >= daily_cap:
            self._place, self._used = (self._place + 1) % len(self.crew), 0
            self.member_id = self.crew[self._place]
        self._used += 1

    def _contact(self, day: int) -> tuple[str, str | None]:
        """Whom to add, and the number where it is known beforehand."""
        company, rates = self.company, self.habit.rates
        if rates.pool:
            return self._of_own()
        if rates.abusive:
            return company.new_contact(), None
        contact = None
        if self.draw.random() < company.overlap:
            contact = company.of_colleague(self.member_id, day, self.draw)
        contact = contact or company.new_contact()
        company.remember(contact, self.member_id, day)
        return contact, None

    def _of_own(self) -> tuple[str, str]:
        """The next in an order of this member's own, which is new each time it is through."""
        if self._next_own == len(self._own):
            self.draw.shuffle(self._own)
            self._next_own = 0
        self._next_own += 1
        return self._own[self._next_own - 1]

    def _searched(self, previous: int, at: int, numbers: list[str]) -> str:
        """The number that hits; those that miss before it are searched since the last add."""
        misses: list[str] = []
        phone = self._number_searched(numbers)
        while self.draw.random() < self.habit.rates.missed:
            misses.append(phone)
            phone = self._number_searched(numbers)
        for place, number in enumerate(misses, start=1):
            self.missed(previous + (at - previous) * place // (len(misses) + 1), number)
        return phone

    def _number_searched(self, numbers: list[str]) -> str:
        if numbers:
            return numbers.pop()
        if self.habit.rates.step is None:
            return mobile(self.draw)
        self._number += self.draw.randint(*self.habit.rates.step)
        return f"+{self._number}"

    def _add_of_farm(self, at: int, way: str) -> bool:
        """Adds of the farm's accounts, or scans by them; whether that takes a victim's place."""
        farm = self.habit.rates.farm
        if farm is None or (self.seat.farm == "farm_adds" and self.draw.random() >= farm.adds):
            return False
        mu = log(farm.accept_min * MINUTE_MS)
        if self.seat.farm == "farm_adds":
            contact, phone = self._of_own()
            self.add(at, way, contact, phone)
            self.answer("contact.accepted", at, contact, mu)
            return True
        for contact, _ in self.draw.sample(self._own, min(farm.scans, len(self._own))):
            scanned_at = at + int(self.draw.random() * _SCANNED_WITHIN_MS)
            self.scanned(scanned_at, contact)
            self.answer("contact.accepted", scanned_at, contact, mu)
        return False
