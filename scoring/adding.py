"""Adds and what became of the request itself: made, denied, cancelled, expired, failed."""

from scoring import patterns
from scoring.outcomes import REFUSALS, present, start_waiting, stop_waiting
from scoring.patterns.likelihood import of_company
from scoring.searching import searched
from scoring.sharing import colleagues_of, forget_adder, note_adder
from scoring.step import Step
from scoring.views import Relation
from scoring.ways import HANDOVERS
from scoring.working import Refund

GREETING = 10
"""Characters of a greeting's hash that tell it from others."""


def requested(step: Step) -> None:
    """`add.requested`: an allowed one makes provenance and, if active, waits for its answer."""
    fields, member = step.event.fields, step.member
    step.count("requested")
    if not member.active_days & 1:
        member.active_days |= 1
        step.company.active_days |= 1
        step.rescore = True
    kind = _kind(fields["way"], fields["initiated_by"])
    if kind == "a":
        _show(step)
    if not fields["allowed"]:
        step.count(f"denied_{fields['reason']}")
        return
    step.count("allowed")
    member.adds += 1
    step.company.adds += 1
    if kind == "a":
        step.count("charged")
        member.best[step.event.day] = member.best.get(step.event.day, 0) + 1
    _note(step, kind)


def _show(step: Step) -> None:
    """Lets the patterns see the request, allowed or not."""
    event, fields, colleagues = step.event, step.event.fields, colleagues_of(step)
    company_nats = of_company(step.company, step.policy.patterns) if colleagues else 0.0
    attempt = patterns.Attempt(
        at_ms=event.at_ms,
        day=event.day,
        event_id=event.id,
        contact=event.target,
        reason=fields["reason"],
        colleagues=colleagues,
        company_nats=company_nats,
        asked_again=_asked_again(step),
    )
    step.attempt(attempt)
    if fields["way"] == "phone_search":
        searched(step, missed=False)
    if fields["allowed"]:
        note_adder(step)


def _asked_again(step: Step) -> int:
    """Requests for the contact since it refused this member, lately; this one is counted."""
    contact, relation = step.relation()
    if relation is None or relation.outcome not in REFUSALS:
        return 0
    if relation.outcome_kind != "a" or relation.voided:
        return 0  # who refused after a scan of its own may be a saboteur
    if step.event.day - relation.outcome_day > step.policy.patterns.repeat_target.within_days:
        return 0
    relation.asked += 1
    step.touch_relation(contact, relation)
    return relation.asked


def _kind(way: str, initiated_by: str) -> str:
    if way in HANDOVERS:
        return "h"
    return "a" if initiated_by == "member" else "p"


def _note(step: Step, kind: str) -> None:
    contact, relation = step.relation()
    if relation is None:
        relation = Relation()
    event = step.event
    relation.previous_ms, relation.added_ms = relation.added_ms, event.received_ms
    relation.added_day = event.day
    relation.decision_id = event.fields.get("decision_id", "")
    relation.previous = [relation.kind, relation.way, relation.greeting, relation.reopened]
    if kind == "a" or not _is_active(relation, kind):
        relation.kind, relation.way = kind, event.fields["way"]
        relation.greeting = (event.fields.get("greeting_hash") or "")[-GREETING:]
    relation.reopened = relation.outcome == "declined"
    if kind == "a" and relation.outcome is None and not relation.opened_ms:
        start_waiting(relation, step.member, step.company, event.received_ms)
    step.touch_relation(contact, relation)


def _is_active(relation: Relation, kind: str) -> bool:
    """Whether an active add of the contact goes on, whatever else the member does with it.

    It does while its answer is awaited, and through hand-overs: else either would launder it.
    """
    return bool(relation.opened_ms) or (
        kind == "h" and relation.outcome is not None and relation.outcome_kind == "a"
    )


def undone(step: Step) -> None:
    """`add.cancelled`, `add.expired`: the request never reached the contact."""
    fields, member = step.event.fields, step.member
    day = fields["charged_day"]
    if fields["refunded"] and fields["kind"] == "a":
        step.count("charged", -1, day)
        left = member.best.get(day, 0) - 1
        if left > 0:
            member.best[day] = left
        else:
            member.best.pop(day, None)
    _unmake(step)


def failed(step: Step) -> None:
    """`contact.failed`: the request never arrived; the decision is to be cancelled as well."""
    _, relation = step.relation()
    decision_id = step.event.fields.get("decision_id")
    if decision_id is None and relation is not None:
        decision_id = relation.decision_id
    if decision_id:
        step.effects.refunds.append(Refund(decision_id))
    _unmake(step, decision_id)


def _unmake(step: Step, decision_id: str | None = None) -> None:
    """Takes the member's last add of the contact back, if it is the one the event means."""
    contact, relation = step.relation()
    meant = decision_id or step.event.fields.get("decision_id")
    if relation is None or not meant or relation.decision_id != meant:
        return
    step.member.adds -= 1
    step.company.adds -= 1
    if relation.opened_ms and relation.opened_ms == relation.added_ms:
        before = present(relation, step.member)
        stop_waiting(relation, step.member, step.company, step.policy)
        step.rescore = True
        step.changed(contact, relation, before, None)
    relation.added_ms, relation.previous_ms = relation.previous_ms, 0
    relation.decision_id, relation.reopened = "", False
    if relation.previous:
        relation.kind, relation.way, relation.greeting, relation.reopened = relation.previous
        relation.previous = []
    forget_adder(step)
    step.touch_relation(contact, relation)
