"""What accounts are and do: usage reports, profiles, verification, time zone."""

from datetime import date

from scoring.compliance import settle
from scoring.events import Event
from scoring.step import Step
from scoring.views import EnterpriseView

DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()


def usage_reported(step: Step) -> None:
    """`usage.reported`: a day's chats and replies; the last report of a day is the one that counts.

    Reports of days to come, or too old for the window, change nothing.
    """
    fields, member = step.event.fields, step.member
    day = date.fromisoformat(fields["stat_date"]).toordinal() - _EPOCH
    age = member.day - day
    if not 0 <= age < step.policy.usage.window_days:
        return
    chats = fields.get("chat_cnt") or 0
    member.replies[day] = [chats, fields.get("reply_percentage") or 0]
    if chats:
        member.active_days |= 1 << age
        step.company.active_days |= 1 << age
        step.seat(day)
    step.rescore = True


def member_updated(step: Step) -> None:
    """`member.updated`: attested fields, the person behind it, the linked account, activation."""
    event, member = step.event, step.member
    fields = event.fields
    member.profile = frozenset(fields.get("profile") or ())
    member.person_id = fields.get("person_id")
    member.linked_account_id = fields.get("linked_account_id")
    activated_ms = fields.get("activated_at")
    if activated_ms is not None:
        days = max(0, event.day_end_ms - 1 - activated_ms) // DAY_MS
        member.active_since_day = member.clean_since_day = event.day - days
        settle(member, step.policy)
    step.rescore = True


def enterprise_updated(company: EnterpriseView, event: Event) -> None:
    """`enterprise.updated`: attested fields, verification, time zone."""
    company.profile = frozenset(event.fields.get("profile") or ())
    company.verification = event.fields.get("verification") or "none"
    company.time_zone = event.fields.get("time_zone") or ""
