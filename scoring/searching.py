"""Phone numbers that a member searched: those it added, and those that nobody has."""

from scoring import patterns
from scoring.step import Step


def missed(step: Step) -> None:
    """`phone_search.missed`: nobody has the number."""
    searched(step, missed=True)


def searched(step: Step, *, missed: bool) -> None:
    """Shows a number that was searched to the patterns; without a number there is nothing."""
    fields = step.event.fields
    block, tail = fields.get("number_block"), fields.get("number_tail")
    if not block or not tail:
        return
    event = step.event
    search = patterns.Search(event.at_ms, event.id, event.target, block, tail, missed)
    step.search(search)
