"""Which colleagues added a contact lately: what tells members who work through one list."""

from scoring.step import Step
from scoring.views import ContactView

DAY_MS = 86_400_000
_MOST = 8
"""So many colleagues are remembered of a contact, the last ones."""


def colleagues_of(step: Step) -> tuple[str, ...]:
    """Other members who added the event's contact actively within the policy's days."""
    within_ms = step.policy.patterns.target_collision.within_days * DAY_MS
    since_ms = step.event.received_ms - within_ms
    found: dict[str, None] = {}
    for name in step.event.contact_names:
        view = step.working.contacts.get((step.event.enterprise_id, name))
        for member_id, at_ms in view.adders.items() if view is not None else ():
            if member_id != step.member_id and at_ms > since_ms:
                found[member_id] = None
    return tuple(found)


def note_adder(step: Step) -> None:
    """Remembers that the event's member has added the contact."""
    event = step.event
    key = (event.enterprise_id, event.target)
    view = step.working.contacts.get(key)
    if view is None:
        view = step.working.contacts[key] = ContactView()
    view.adders.pop(step.member_id, None)
    view.adders[step.member_id] = event.received_ms
    if len(view.adders) > _MOST:
        del view.adders[next(iter(view.adders))]
    step.working.changed.contacts.add(key)


def forget_adder(step: Step) -> None:
    """The event's member has not added the contact after all."""
    for name in step.event.contact_names:
        key = (step.event.enterprise_id, name)
        view = step.working.contacts.get(key)
        if view is not None and view.adders.pop(step.member_id, None) is not None:
            step.working.changed.contacts.add(key)
