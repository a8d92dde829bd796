"""A case as a decision leaves it, whoever made that: a reviewer, or an appeal against its hold."""

from __future__ import annotations

from penalties.cases import Case
from server.enforcement.changes import Changes
from server.records import cases, flags
from server.records.case_rows import CaseRecord


def is_untold(before: CaseRecord, after: Case) -> bool:
    """The fold is told once that a case was decided; what is added to that later, it need not."""
    return before.untold or (after.is_decided and before.case.decision is None)


def put_case(changes: Changes, before: CaseRecord, after: CaseRecord) -> None:
    """Writes a case that this transaction read for writing; a dismissal writes its flags off."""
    case = after.case
    if case.state == "dismissed" and case.flags:
        changes.update(flags.write_off(case.flags, changes.terms.now_ms))
    changes.update(cases.change_of(after))
    was, now = {"state": before.case.state}, {"state": case.state}
    changes.deed(f"case.{case.state}", "case", case.id, was, now, whose=case)
