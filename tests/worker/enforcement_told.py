"""What everybody else knows of enforcement once the worker has come to rest."""

from collections.abc import Sequence

from penalties.restrictions import Scope
from quota.adds import Decision
from scoring.compliance import points_of
from scoring.policy import ScoringPolicy
from scoring.views import MemberView
from server.records import views
from server.worker.restricting import ELSEWHERE
from tests.worker.enforcement_record import HOUR_MS, Seen
from tests.worker.scene import Scene

Member = tuple[str, str]


async def check_told(
    scene: Scene, now: Seen, members: Sequence[Member], scoring: ScoringPolicy
) -> None:
    """What Redis binds is what the record says, and scores know the violations that stand."""
    async with scene.database.read() as connection:
        rows = await views.members_by_id(connection, members)
    for member in members:
        await _check_bound(scene, now, member)
        view = MemberView.from_json(rows[member].data)
        assert view.points == _points(now, member, scoring), (member, view.upheld)


def check_released(now: Seen, now_ms: int, linked: tuple[int, str] | None) -> None:
    """What waited for a linked account ends within a day of its unblocking.

    `linked` is when it changed last and to what, None where nobody can know.
    """
    at_ms, state = linked or (0, "unknown")
    if state == "unblocked" and now_ms >= at_ms + 24 * HOUR_MS:
        some = [one for one in now.penalties.values() if one.linked_account_id]
        assert not any(one.binds_at(now_ms) for one in some)


async def _check_bound(scene: Scene, now: Seen, member: Member) -> None:
    enterprise_id, member_id = member
    now_ms, ledger = scene.clock(), scene.ledger
    own, whole = now.binding(member, now_ms), now.binding((enterprise_id, None), now_ms)
    state = await ledger.accounts.member(enterprise_id, member_id, scene.rules)
    told = [(one.penalty_id, one.scope, one.ends_at_ms) for one in state.restrictions]
    wanted = [
        (one.id if one.enterprise_id == enterprise_id else ELSEWHERE, one.scope, one.ends_ms)
        for one in own.values()
    ]
    assert sorted(told, key=str) == sorted(wanted, key=str), member
    company = await ledger.accounts.enterprise(enterprise_id, scene.rules)
    assert {one.penalty_id for one in company.restrictions} == whole.keys()
    blocks = Scope.ENTERPRISE_ACCOUNT in {one.scope for one in whole.values()}
    peeked = await scene.add("any", member_id, enterprise_id, mode="peek")
    assert _is_restricted(peeked) == (bool(own) or blocks), (member, peeked.reason)


def _points(now: Seen, member: Member, scoring: ScoringPolicy) -> float:
    """Of one incident only the violation that its penalty is for costs points."""
    brought = {one.violation_id for one in now.penalties.values() if not one.is_hold}
    return sum(
        points_of(int(one.track), one.severity, scoring)
        for id_, one in now.violations.items()
        if (one.enterprise_id, one.member_id) == member
        and now.verdicts[id_] == "upheld"
        and id_ in brought
    )


def _is_restricted(decision: Decision) -> bool:
    return decision.reason in {"member_restricted", "enterprise_restricted"}
