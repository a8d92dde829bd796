"""What a person decided about a case, as far as scoring goes: the patterns begin anew.

Adds made before the decision feed scores, but no new flag (DOMAIN §5): what they show was judged,
whether it was confirmed or dismissed. The reports (complaints) behind a dismissed case count as
dismissed (DOMAIN §1).
"""

from scoring.events import Event
from scoring.sabotage import note_dismissed
from scoring.step import Step
from scoring.views import EnterpriseView


def case_decided(step: Step) -> None:
    """`case.confirmed`, `case.dismissed`: of a member."""
    step.member.patterns.clear()
    step.member.judged_ms = max(step.member.judged_ms, step.event.received_ms)
    if step.event.type == "case.dismissed":
        for contact in step.event.fields.get("contacts", ()):
            note_dismissed(step, contact)
        step.rescore = True


def enterprise_case_decided(company: EnterpriseView, event: Event) -> None:
    """`case.confirmed`, `case.dismissed`: of an enterprise as a whole."""
    company.patterns.clear()
    company.judged_ms = max(company.judged_ms, event.received_ms)
