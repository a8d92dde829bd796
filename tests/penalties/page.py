"""The tables of docs/penalties.md; `python -m tests.penalties.page` makes them anew."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from penalties import appeals, cases, violation
from penalties.appeals import RIGHTS
from penalties.catalogue import SEED_KINDS
from penalties.policy import PenaltiesPolicy
from penalties.restrictions import BINDS
from penalties.rules import RULES
from server.policy import default_policy
from tests.penalties.seed_cases import ladder, office
from tests.penalties.seed_sentences import SENTENCES

PAGE = Path(__file__).parents[2] / "docs" / "penalties.md"
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"
LONGEST = 360
"""Characters of a quote that the page prints; the table in the tests has all of them."""
EXAMPLE_MS = 1_771_200_000_000
"""2026-02-16 00:00 UTC: the example's penalty starts ten days later."""

_SORTS = {
    "hold": "a hold",
    "ladder.1": "track 1, first step",
    "ladder.2": "track 1, second step",
    "ladder.3": "track 1, third step",
    "linked": "track 2",
    "member_account": "a member account (track 3, or severe)",
    "admin_account": "the administrator account",
    "enterprise_account": "an enterprise account",
}
_APPEALS = {
    "yes": "yes",
    "no": "no",
    "permanent_review": "only where the policy opens `permanent_review`",
    "linked_facts": "only “wrong link” or “stale state”",
}
_VOICES = {
    "alone": "one reviewer",
    "first": "the first of two",
    "second": "the second of two, somebody else",
}


def generated(policy: PenaltiesPolicy) -> str:
    """Everything between the markers."""
    parts = {
        "What a restriction forbids": _scopes(),
        "How long": _lengths(policy),
        "What may be asked for": _rights(),
        "A statement of reasons": _statement(),
        "The published rules": _rules(),
        "Kinds of violation": _kinds(),
        "What becomes of a case": _of_cases(),
        "What becomes of a violation": _moves(violation.TRANSITIONS.items()),
        "What becomes of an appeal": _moves(appeals.TRANSITIONS["appeal"].items()),
        "What becomes of an application": _moves(appeals.TRANSITIONS["application"].items()),
        "The source, sentence by sentence": _sentences(),
    }
    return "\n\n".join(f"### {title}\n\n{text}" for title, text in parts.items())


def rewritten(page: str, policy: PenaltiesPolicy) -> str:
    """The page with its tables as they are now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{generated(policy)}\n\n{END}{after}"


def _scopes() -> str:
    rows = [(f"`{scope}`", _list(sorted(binds))) for scope, binds in BINDS.items()]
    return _table(("scope", "forbids"), rows)


def _lengths(policy: PenaltiesPolicy) -> str:
    most, days = policy.redress.applications, policy.redress.applications_days
    rows = [
        ("track 1, first step", f"{policy.ladder.first_h} h", "`ladder.first_h`"),
        ("track 1, second step", f"{policy.ladder.second_h} h", "`ladder.second_h`"),
        ("track 1, third step; track 3; every block of an account", "for good", ""),
        (
            "track 2: release after the unblocking",
            f"{policy.linked_account.release_after_h} h (at most 24)",
            "`linked_account.release_after_h`",
        ),
        (
            "a hold of active adds, for patterns",
            f"{policy.holds.active_adds_h} h (at most 72)",
            "`holds.active_adds_h`",
        ),
        (
            "a hold of external functions, for a report",
            f"{policy.holds.interop_h} h (at most 72)",
            "`holds.interop_h`",
        ),
        ("applications of an enterprise", f"{most} in {days} days", "`redress.applications`"),
        (
            "time to appeal",
            f"{policy.redress.appeal_window_days} days",
            "`redress.appeal_window_days`",
        ),
        ("time to decide an appeal", f"{policy.redress.appeal_target_h} h", "a target"),
    ]
    return _table(("what", "by default", "in the policy, under `[penalties]`"), rows)


def _rights() -> str:
    rows = [
        (
            _SORTS[sort],
            "administrator, once" if right.apply else "no",
            _APPEALS[right.appeal],
            right.clause,
        )
        for sort, right in RIGHTS.items()
    ]
    return _table(("penalty", "unblock application", "appeal", "source"), rows)


def _statement() -> str:
    record = office()
    record.now_ms = EXAMPLE_MS
    (first,) = ladder(record, 1)
    said = {True: "yes", False: "no"}
    rows = [
        (f"`{name}`", said[text] if isinstance(text, bool) else text)
        for name, text in first.statement.items()
    ]
    return _table(("field", "of a first step"), rows)


def _rules() -> str:
    rows = [(f"`{rule.id}`", rule.clause, rule.text) for rule in RULES.values()]
    return _table(("rule", "source", "in words"), rows)


def _kinds() -> str:
    rows = [(f"`{kind.id}`", str(int(kind.track)), kind.clause, kind.title) for kind in SEED_KINDS]
    return _table(("kind", "track", "source", "title"), rows)


def _of_cases() -> str:
    rows = [
        (_words(before), action, _VOICES[voice], _words(after))
        for (before, action, voice), after in cases.TRANSITIONS.items()
    ]
    table = _table(("a case that is", "on", "by", "becomes"), rows)
    return (
        f"{table}\n\nWhere the second word is awaited about a case that was confirmed before, "
        "dismissing leaves it\nconfirmed as it was."
    )


def _moves(transitions: Iterable[tuple[tuple[str, str], str]]) -> str:
    rows = [(_words(before), step, _words(after)) for (before, step), after in transitions]
    return _table(("one that is", "on", "becomes"), rows)


def _sentences() -> str:
    in_order = sorted(SENTENCES, key=lambda one: one.clause)
    rows = [(one.clause, _shortened(one.quote), one.does) for one in in_order]
    return _table(("clause", "what it says", "what we do"), rows)


def _shortened(quote: str) -> str:
    if len(quote) <= LONGEST:
        return quote
    return f"{quote[:LONGEST].rsplit(' ', 1)[0]} …"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _list(names: Iterable[str]) -> str:
    return ", ".join(_words(name) for name in names)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(rewritten(text, default_policy().penalties), encoding="utf-8")
