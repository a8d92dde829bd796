"""A policy under which one block is enough for a case, and what tests do with cases."""

from typing import Any

from penalties.cases import Action, CaseDecision
from penalties.penalty import Severity
from server.enforcement import deciding
from server.enforcement.changes import Terms
from server.policy import Policy, default_policy, policy_from_object
from server.records import cases
from server.records.case_rows import CaseRecord
from server.records.cases import CaseFilter
from server.records.engine import Database
from server.worker.telling import Told
from server.worker.telling import tell as tell_all
from tests.worker.scene import Scene, drain

VERDICT = {"prior": 0.3, "review": 0.31, "noted": 0.1}
REVIEW_ONLY = 0.99999


def touchy(*, enforce: float = 0.35, company: float = 11.5, **breaker: Any) -> Policy:
    """Any evidence at all is enough, under `enforce=REVIEW_ONLY` none is for more than a review.

       `breaker` are numbers of the circuit breaker.
    `company` is the threshold of `enterprise_negatives`,
       which one block passes from .98 down.
    """
    patterns = {
        "hard_negatives": {"threshold": 0.9},
        "enterprise_negatives": {"threshold": company},
        "verdict": {**VERDICT, "enforce": enforce},
    }
    return policy_from_object(
        {"scoring": {"patterns": patterns}, "penalties": {"circuit_breaker": breaker}}
    )


async def suspicious(scene: Scene, policy: Policy | None = None) -> Any:
    """A worker whose shards follow the touchy policy."""
    worker = await scene.up()
    await scene.put_policy(policy or touchy())
    await scene.announce()
    await drain(worker)
    return worker


async def blocked(scene: Scene, member: str = "li", enterprise: str = "acme", n: int = 0) -> None:
    """The member adds a contact, who blocks it."""
    contact = f"{member}-{n}"
    decision = await scene.add(contact, member, enterprise)
    assert decision.allowed, decision.reason
    await scene.event("contact.blocked", contact, member, enterprise_id=enterprise)


async def listed(database: Database, **which: Any) -> list[CaseRecord]:
    """Cases, oldest first."""
    async with database.read() as connection:
        return (await cases.listed(connection, CaseFilter(**which)))[::-1]


async def decide(
    scene: Scene, record: CaseRecord, action: Action = "dismiss", *, tell: bool = True
) -> CaseRecord:
    """What the service does when a person decides; `tell` False: and Redis is away."""
    severity: Severity | None = "normal" if action == "confirm" else None
    ruling = CaseDecision(scene.clock(), action, "ann", "k-1", "looked", severity)
    terms = Terms(scene.clock(), default_policy().penalties, 1, record.shard)
    made = await deciding.decide(scene.database, record.case.id, ruling, terms)
    if tell:
        told = Told(made.penalties, made.violations, made.record)
        await tell_all(scene.ledger, scene.database, told, "Asia/Shanghai")
    return made.record
