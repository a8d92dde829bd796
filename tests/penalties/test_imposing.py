"""From measures to penalties: what waits for what, who decided, and what the statement says."""

from dataclasses import replace

from penalties.imposing import Imposing, imposed, report_hold
from penalties.restrictions import Scope
from penalties.tracks import rule_on
from penalties.violation import Violation
from server.policy import default_policy
from tests.penalties.build import violation

POLICY = default_policy().penalties
LINKED = violation(
    type="T2.LINKED_WECHAT_BLOCKED", source="automated", linked_account_id="wx-1", occurred_ms=500
)
WIDER = frozenset({Scope.ADMIN_ACCOUNT, Scope.ENTERPRISE_ACCOUNT})


def how(*holders: str) -> Imposing:
    return Imposing(now_ms=1_000, decided_by=holders, policy=POLICY, policy_version=1)


def scopes_that_wait(asked: Violation) -> dict[Scope, str | None]:
    ruling = rule_on(asked, [], POLICY, 1_000)
    return {
        one.scope: one.linked_account_id
        for one in imposed(asked, ruling.measures, how("ann", "bob"))
    }


def test_interop_waits_for_the_linked_account() -> None:
    (made,) = imposed(LINKED, rule_on(LINKED, [], POLICY, 1_000).measures, how())
    assert (made.scope, made.linked_account_id, made.ends_ms) == (Scope.INTEROP, "wx-1", None)
    assert not made.is_permanent
    assert "until the linked account is unblocked" in str(made.statement["measure"])


def test_blocks_for_what_the_linked_account_did_do_not_end_with_its_unblocking() -> None:
    """§3.2 "the account will be directly blocked": what is unblocked is `interop` alone."""
    grave = replace(LINKED, severity="severe", scopes=WIDER)
    assert scopes_that_wait(grave) == dict.fromkeys([Scope.MEMBER_ACCOUNT, *WIDER])
    for made in imposed(grave, rule_on(grave, [], POLICY, 1_000).measures, how("ann", "bob")):
        assert made.is_permanent
        assert "for good" in str(made.statement["measure"])


def test_a_hold_ends_at_its_own_time_whatever_becomes_of_the_linked_account() -> None:
    held = report_hold(replace(LINKED, severity="severe"), how())
    assert (held.linked_account_id, held.ends_ms) == (None, 1_000 + 72 * 3_600_000)


def test_a_hold_that_a_person_asked_for_was_no_automated_decision() -> None:
    """A machine found it, a reviewer holds it until a second one has looked."""
    found = violation(source="automated", severity="severe")
    by_person, by_machine = report_hold(found, how("ann")), report_hold(found, how())
    assert (by_person.automated, by_machine.automated) == (False, True)
    assert by_person.statement["decided_by"] == "One reviewer."
    assert by_machine.statement["decided_by"] == "The service, by its published rules."
    assert by_person.statement["automated_detection"] is True
    assert by_person.statement["automated_decision"] is False
