"""What else befalls a member of made-up traffic on a day: scans, hand-overs, sabotage, revenge."""

from datetime import UTC, datetime
from random import Random

from benchmarks.workload_account import MINUTE_MS
from benchmarks.workload_habits import poisson
from benchmarks.workload_member import Member
from benchmarks.workload_plan import DAY_MS, HOUR_MS, START_MS

_HANDOVERS = ("shared_by_member", "admin_assigned")


def scan_bursts(member: Member, day: int, factor: float) -> None:
    """On an event day contacts scan the member's code, most of them within some hours."""
    qr, draw = member.habit.rates.qr, member.draw
    if qr is None or draw.random() >= qr.days_a_week / 7:
        return
    first, last = member.habit.rates.hours
    hours = range(first, last + 1)
    for hour in draw.sample(hours, min(len(hours), draw.randint(*qr.bursts))):
        begun = START_MS + day * DAY_MS + hour * HOUR_MS
        for _ in range(round(draw.randint(*qr.scans) * factor)):
            at, contact = begun + int(draw.random() * HOUR_MS), member.company.new_contact()
            member.scanned(at, contact)
            member.answered(at, contact, member.habit.scanned, scanned=True)


def hand_over(member: Member, day: int, load: float) -> None:
    """Colleagues' contacts are passed on to the member, who has them soon or never hears."""
    colleagues, draw = member.company.plan.parameters.colleagues, member.draw
    for _ in range(poisson(draw, colleagues.handovers_a_day * min(load, 1.0))):
        contact = member.company.of_colleague(member.member_id, day, draw)
        if contact is None:
            continue
        at = _within_hours(member, day, draw)
        member.handed_over(at, draw.choice(_HANDOVERS), contact)
        if draw.random() < colleagues.handover_accept:
            member.answer("contact.accepted", at, contact, member.scanned_mu)


def sabotage(member: Member, day: int, days: range, fate: Random) -> None:
    """Today's share of the scans by a competitor's accounts, which block or complain soon.

    Draws of its own leave the member's other lines as they are without.
    """
    if day not in days:
        return
    before, scans = day - days.start, member.seat.sabotage
    accounts = member.company.plan.parameters.stress.qr_sabotage.accounts
    today = scans * (before + 1) // len(days) - scans * before // len(days)
    for _ in range(today):
        contact = f"c{member.company.number}-x{fate.randrange(accounts)}"
        at = _within_hours(member, day, fate)
        member.scanned(at, contact)
        accepted_at = at + fate.randrange(MINUTE_MS, 5 * MINUTE_MS)
        member.happened("contact.accepted", accepted_at, contact)
        kind = fate.choice(("contact.blocked", "contact.complained"))
        member.happened(kind, accepted_at + fate.randrange(5, 60) * MINUTE_MS, contact)


def retaliate(member: Member, day: int, left: int, fate: Random) -> int:
    """Today's share of complaints that are left; how many stay. The last day takes them all."""
    remaining_days = member.company.plan.days - day
    due = sum(fate.random() < 1 / remaining_days for _ in range(left))
    due = min(due, len(member.remembered))
    for _ in range(due):
        place = fate.randrange(len(member.remembered))
        contact, since = member.remembered.pop(place)
        at = max(since, START_MS + (day + 1) * DAY_MS) + fate.randrange(HOUR_MS, 12 * HOUR_MS)
        member.happened("contact.complained", at, contact)
    return left - due


def report_usage(member: Member, day: int, draw: Random) -> None:
    """The member's day in the messenger's statistics, told in the evening."""
    evening = START_MS + day * DAY_MS + 20 * HOUR_MS
    at = evening + draw.randrange(HOUR_MS)
    date = datetime.fromtimestamp(evening / 1_000, UTC)
    chats = 1 + poisson(draw, 12)
    line = member.line("usage.reported", at) | {"stat_date": f"{date:%Y-%m-%d}"}
    line |= {"chat_cnt": chats, "message_cnt": chats * draw.randint(3, 12)}
    member.company.lines.append(line | {"reply_percentage": draw.randint(70, 100)})


def _within_hours(member: Member, day: int, draw: Random) -> int:
    first, last = member.habit.rates.hours
    return START_MS + day * DAY_MS + int(draw.uniform(first, last) * HOUR_MS)
