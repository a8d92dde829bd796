"""What our code does where the seed's §5.2 and §5.3 say something, one story each."""

from dataclasses import replace

from penalties.appeals import ENTERPRISE_DOCUMENTS, RIGHTS, missing_documents, why_not_decide
from penalties.restrictions import Function, Scope
from penalties.tracks import DAY_MS
from penalties.violation import Violation
from tests.penalties.build import case_of_patterns, violation
from tests.penalties.seed_cases import (
    EXTERNAL,
    POLICY,
    WIDER,
    Rules,
    asked,
    ladder,
    office,
    quoted,
    told,
    withheld,
)


def by_severity_and_never_by_itself() -> Rules:
    """What is not severe stays with the member, and a colleague is not restricted."""
    for type_ in ("T1.HARASSING_CONTENT", "T3.FRAUD"):
        record = office()
        made = told(record, type=type_, scopes=WIDER)
        assert not WIDER & {one.scope for one in made}
        assert withheld(record, "wang") == frozenset()
    return frozenset()


def blocks_of_an_enterprise_are_rare() -> Rules:
    """Severe, asked for by name, and by two: one reviewer or a machine brings none."""
    record = office()
    for source in ("own_initiative", "automated"):
        asked_for: Violation = violation(
            f"v-{source}", severity="severe", scopes=WIDER, occurred_ms=record.now_ms
        )
        record.report(replace(asked_for, source=source), "ann")
    record.enforce(case_of_patterns("k1", "acme", "li", record.now_ms), 100)
    assert not WIDER & {one.scope for one in record.penalties.values()}
    return quoted(record)


def a_mistake_can_be_said_to_be_one() -> Rules:
    """Member and administrator may appeal; somebody else decides, and it is as if never imposed."""
    record = office()
    (first,) = ladder(record, 1)
    assert record.file(replace(asked(first, "appeal"), role="member"), "mistake") is None
    assert withheld(record) == EXTERNAL
    assert not record.answer(0, "overturned", "ann", 0, ())
    assert record.answer(0, "overturned", "bob", 0, ())
    assert withheld(record) == frozenset()
    record.now_ms += DAY_MS
    assert told(record, "v2")[0].step == 1
    return quoted(record)


def what_is_not_permanent_may_be_appealed() -> Rules:
    """The table of rights; for good only where the policy opens a review."""
    record = office()
    for one in ladder(record, 3):
        assert (record.file(asked(one, "appeal"), "mistake") is None) is (one.step != 3)
    assert RIGHTS["hold"].appeal == "yes"
    redress = POLICY.redress.model_copy(update={"permanent_review": True})
    record.policy = POLICY.model_copy(update={"redress": redress})
    third = next(one for one in record.penalties.values() if one.step == 3)
    assert record.file(asked(third, "appeal"), "mistake") is None
    return quoted(record)


def an_enterprise_brings_four_documents() -> Rules:
    """Through the administrator account; without all four it cannot succeed."""
    record = office()
    made = told(record, severity="severe", scopes=frozenset({Scope.ENTERPRISE_ACCOUNT}))
    (block,) = [one for one in made if one.scope is Scope.ENTERPRISE_ACCOUNT]
    assert record.file(replace(asked(block, "appeal"), role="member"), "mistake") is not None
    assert record.file(asked(block, "appeal"), "mistake") is None
    for missing in ENTERPRISE_DOCUMENTS:
        brought = [kind for kind in ENTERPRISE_DOCUMENTS if kind != missing]
        left = missing_documents(block, brought)
        assert left == (missing,)
        assert why_not_decide(block, "firm", "cho", "overturn", left) is not None
    assert record.answer(0, "overturned", "cho", 0, ENTERPRISE_DOCUMENTS)
    assert withheld(record, "wang") == frozenset()
    assert withheld(record) == EXTERNAL | {Function.ACCOUNT}
    return quoted(record)
