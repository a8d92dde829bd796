"""Reports, decisions and appeals as tests of enforcement make them, told unless they say not."""

import itertools
from typing import Any

from penalties.cases import CaseDecision
from penalties.penalty import Penalty
from quota.keys import shard_of
from scoring.views import MemberView
from server.enforcement import answering, deciding, reporting, requesting
from server.enforcement.answering import Answer, Answered
from server.enforcement.changes import Actor, Terms
from server.enforcement.deciding import DecidedCase
from server.enforcement.reporting import Reported
from server.enforcement.requesting import Asking
from server.policy import Policy, default_policy, policy_from_object
from server.records import accounts, audit, penalties, views
from server.records.accounts import Enterprise, Member
from server.records.audit import DeedFilter
from server.records.penalties import PenaltyFilter
from server.worker.restricting import push_people
from server.worker.telling import Told, tell
from tests.penalties.build import violation
from tests.worker.scene import Scene
from tests.worker.suspicion import touchy

ZONE = "Asia/Shanghai"
HOUR_MS = 3_600_000
_NUMBERS = itertools.count(1)


def automatic(**breaker: Any) -> Policy:
    """The touchy policy, under which an enforced case imposes the first step by itself."""
    given = touchy(**breaker).model_dump(mode="json")
    given["penalties"]["ladder"]["automatic_steps"] = 1
    return policy_from_object(given)


def terms(scene: Scene, enterprise: str = "acme", policy: Policy | None = None) -> Terms:
    """Now, under the shipped policy unless another one is given."""
    by = (policy or default_policy()).penalties
    return Terms(scene.clock(), by, 1, shard_of(enterprise, scene.shards))


async def report(
    scene: Scene, member: str = "li", enterprise: str = "acme", *, tell: bool = True, **more: Any
) -> Reported:
    """Ann reports harassing content, of this moment unless `more` says otherwise."""
    by = more.pop("holder", "ann")
    plain = {"enterprise_id": enterprise, "member_id": member, "occurred_ms": scene.clock()}
    one = violation(more.pop("id", f"v-{next(_NUMBERS)}"), **plain | more)
    made = await reporting.report(scene.database, one, Actor(by, "k"), terms(scene, enterprise))
    if tell:
        await told(scene, Told(made.penalties, [made.violation]))
    return made


async def said(
    scene: Scene, case_id: str, action: Any, holder: str = "ann", *, tell: bool = True, **more: Any
) -> DecidedCase:
    """What a holder's word about a case comes to."""
    decision = CaseDecision(
        scene.clock(), action, holder, "k", more.pop("note", "looked"), more.pop("severity", None)
    )
    made = await deciding.decide(scene.database, case_id, decision, terms(scene))
    if tell:
        settled = made.record if made.record.case.decision is not None else None
        await told(scene, Told(made.penalties, made.violations, settled))
    return made


async def appealed(scene: Scene, penalty_id: str, grounds: str = "mistake") -> str:
    """The id of an appeal that the member files."""
    asking = Asking("appeal", penalty_id, "member", grounds, f"not me {next(_NUMBERS)}")
    made = await requesting.file(scene.database, asking, Actor("the member", "k"), terms(scene))
    return made.id


async def overturned(
    scene: Scene, penalty_id: str, *, tell: bool = True, grounds: str = "mistake"
) -> Answered:
    """Zoe, who decided nothing else, finds an appeal to be right."""
    request_id = await appealed(scene, penalty_id, grounds)
    made = Answer("appeal", "overturned", "a mistake")
    done = await answering.answer(scene.database, request_id, made, Actor("zoe", "k"), terms(scene))
    if tell:
        await told(scene, Told(done.penalties, done.violations))
    return done


async def told(scene: Scene, what: Told) -> None:
    """As a server tells it."""
    await tell(scene.ledger, scene.database, what, ZONE)


async def described(
    scene: Scene, member: str = "li", enterprise: str = "acme", **more: Any
) -> None:
    """As a gateway describes a member: the event first, the record then, who is bound last."""
    now_ms = scene.clock()
    await scene.event("member.updated", None, member, enterprise_id=enterprise, **more)
    async with scene.database.write() as connection:
        await accounts.first_seen(connection, [Enterprise(enterprise, now_ms, now_ms)], [])
        before = await accounts.get_member(connection, enterprise, member)
        await accounts.put_member(connection, Member(enterprise, member, now_ms, now_ms, **more))
        named = (more.get("person_id"), before.person_id if before else None)
        people = {person for person in named if person is not None}
        await penalties.tell_again(connection, enterprise, member, people)
    await push_people(scene.ledger, scene.database, enterprise, member, people)


async def imposed(scene: Scene, **which: Any) -> list[Penalty]:
    """Penalties on record, oldest first."""
    async with scene.database.read() as connection:
        found = await penalties.listed(connection, PenaltyFilter(limit=1_000, **which))
    return [record.penalty for record in found][::-1]


async def bound(scene: Scene, member: str = "li", enterprise: str = "acme") -> list[str]:
    """The scopes of what Redis holds against a member now."""
    state = await scene.ledger.accounts.member(enterprise, member, scene.rules)
    return sorted(one.scope for one in state.restrictions)


async def reason(scene: Scene, member: str = "li", enterprise: str = "acme", **more: Any) -> str:
    """What a pre-check would say now."""
    decision = await scene.add(f"any-{member}", member, enterprise, mode="peek", **more)
    return decision.reason


async def points(scene: Scene, member: str = "li", enterprise: str = "acme") -> float:
    """Violation points as the fold has come to know them."""
    async with scene.database.read() as connection:
        rows = await views.members_by_id(connection, [(enterprise, member)])
    return MemberView.from_json(rows[enterprise, member].data).points


async def deeds(scene: Scene, action: str) -> list[str]:
    """What this was done to, latest first."""
    async with scene.database.read() as connection:
        found = await audit.listed(connection, DeedFilter(action=action, limit=1_000))
    return [deed.subject_id for deed in found]
