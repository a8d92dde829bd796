"""What a person decided about a case, as far as scoring goes: the patterns begin anew.

Adds made before the decision feed scores, but no new flag (DOMAIN §5): what they show was judged,
whether it was confirmed or dismissed.
"""

from scoring.events import Event
from scoring.step import Step
from scoring.views import EnterpriseView


def case_decided(step: Step) -> None:
    """`case.confirmed`, `case.dismissed`: of a member."""
    step.member.patterns.clear()
    step.member.judged_ms = max(step.member.judged_ms, step.event.received_ms)


def enterprise_case_decided(company: EnterpriseView, event: Event) -> None:
    """`case.confirmed`, `case.dismissed`: of an enterprise as a whole."""
    company.patterns.clear()
    company.judged_ms = max(company.judged_ms, event.received_ms)
