"""The fold: one event changes the views of its accounts, and may call for more.

    event ─▶ enterprise's midnight ─▶ member's midnight ─▶ adds that came to be ignored
          ─▶ the event's own handler, which shows it to the patterns ─▶ flags and verdicts
          ─▶ score, ceilings and caps, where they have to change

A driver loads what `needs` names, folds events in their order, then keeps what changed.
"""

from collections.abc import Callable, Iterable

from scoring import adding, answering, deciding, describing, judging, punishing, searching, tiers
from scoring.events import Event
from scoring.outcomes import NEGATIVES, Waiting
from scoring.policy import ScoringPolicy
from scoring.step import Step
from scoring.views import EnterpriseView, MemberView, new_enterprise, new_member
from scoring.working import ContactKey, Effects, Needs, Working


def _nothing(_: Step) -> None:
    """An event that only proves the account alive, for now."""


HANDLERS: dict[str, Callable[[Step], None]] = {
    "add.requested": adding.requested,
    "add.committed": _nothing,
    "add.cancelled": adding.undone,
    "add.expired": adding.undone,
    "contact.failed": adding.failed,
    "contact.accepted": answering.answered,
    "contact.declined": answering.answered,
    "contact.deleted": answering.answered,
    "contact.blocked": answering.answered,
    "contact.complained": answering.answered,
    "phone_search.missed": searching.missed,
    "usage.reported": describing.usage_reported,
    "member.updated": describing.member_updated,
    "linked_account.blocked": _nothing,
    "linked_account.unblocked": _nothing,
    "case.confirmed": deciding.case_decided,
    "case.dismissed": deciding.case_decided,
    "violation.upheld": punishing.upheld,
    "violation.overturned": punishing.overturned,
}
"""What a member's event does, by its type."""

ENTERPRISE_HANDLERS: dict[str, Callable[[EnterpriseView, Event], None]] = {
    "enterprise.updated": describing.enterprise_updated,
    "case.confirmed": deciding.enterprise_case_decided,
    "case.dismissed": deciding.enterprise_case_decided,
    "violation.upheld": punishing.enterprise_upheld,
    "violation.overturned": punishing.enterprise_overturned,
}
"""What an event of an enterprise as a whole does, by its type."""

_OF_CONTACTS = frozenset(
    {
        *("add.requested", "add.cancelled", "add.expired", "contact.failed"),
        *(f"contact.{outcome}" for outcome in NEGATIVES),
    }
)
"""Events that need what the enterprise knows of the contact."""


def fold(event: Event, working: Working, policy: ScoringPolicy, effects: Effects) -> None:
    """Changes views by one event. Raises KeyError for a type that no handler knows."""
    company = _company(event, working, policy)
    if event.member_id is None:
        ENTERPRISE_HANDLERS[event.type](company, event)
        tiers.refresh_enterprise(company, policy, event.received_ms)
        return
    member, ignored = _member(event, event.member_id, company, working, policy)
    step = Step(event, company, member, event.member_id, working, policy, effects)
    step.ignore(ignored)
    HANDLERS[event.type](step)
    judging.judge(step)
    if step.rescore:
        step.keep_seat()
        tiers.refresh(member, company, policy, event.received_ms)
        tiers.refresh_enterprise(company, policy, event.received_ms)


def _company(event: Event, working: Working, policy: ScoringPolicy) -> EnterpriseView:
    key = event.enterprise_id
    company = working.enterprises.get(key)
    if company is None:
        company = working.enterprises[key] = new_enterprise(event.received_ms)
    working.changed.enterprises.add(key)
    company.day_end_ms = max(company.day_end_ms, event.day_end_ms)
    if event.day > company.day:
        tiers.begin_enterprise_day(company, policy, event.day, event.received_ms)
    return company


def _member(
    event: Event, member_id: str, company: EnterpriseView, working: Working, policy: ScoringPolicy
) -> tuple[MemberView, list[Waiting]]:
    """The member on its enterprise's day, and its adds that the midnights found ignored."""
    key = (event.enterprise_id, member_id)
    member = working.members.get(key)
    if member is None:
        member = working.members[key] = new_member(event.received_ms)
    working.changed.members.add(key)
    member.clock_ms = max(member.clock_ms, event.received_ms)
    return member, tiers.begin_day(member, company, policy, company.day, event.received_ms)


def first_needs(events: Iterable[Event]) -> Needs:
    """The views that the events name."""
    needs = Needs()
    for event in events:
        enterprise_id, member_id = event.enterprise_id, event.member_id
        needs.enterprises.add(enterprise_id)
        if member_id is None:
            continue
        needs.members.add((enterprise_id, member_id))
        for contact in event.fields.get("contacts", ()):
            needs.relations.add((enterprise_id, member_id, contact))
            needs.contacts.add((enterprise_id, contact))
        if not event.target:
            continue
        for contact in event.contact_names:
            needs.relations.add((enterprise_id, member_id, contact))
            if event.type in _OF_CONTACTS:
                needs.contacts.add((enterprise_id, contact))
    return needs


def second_needs(events: Iterable[Event], working: Working) -> Needs:
    """Colleagues whom the contacts of these events gave negatives to, where not yet loaded."""
    return needs_of_contacts(first_needs(events).contacts, working)


def needs_of_contacts(contacts: Iterable[ContactKey], working: Working) -> Needs:
    """Those whom these contacts gave negatives to, where not yet loaded."""
    needs = Needs()
    for enterprise_id, contact in contacts:
        view = working.contacts.get((enterprise_id, contact))
        for member_id in view.negatives if view is not None else ():
            if (enterprise_id, member_id) not in working.members:
                needs.members.add((enterprise_id, member_id))
            if (enterprise_id, member_id, contact) not in working.relations:
                needs.relations.add((enterprise_id, member_id, contact))
    return needs
