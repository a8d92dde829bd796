"""A record of enforcement made by hand: rows as the service's own functions write them."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from penalties.cases import Case
from penalties.penalty import Penalty
from penalties.violation import Grounds
from server.records import accounts, audit, cases, flags, penalties
from server.records.accounts import Enterprise
from server.records.audit import Deed
from server.records.case_rows import CaseRecord
from server.records.flags import FlagRecord
from server.records.penalty_rows import PenaltyRecord
from server.records.requests import Request, row_of_request
from server.records.tables import requests as requests_table
from server.records.tables import violations as violations_table
from server.records.violations import ViolationRecord, row_of_violation
from server.records.writing import insert_new
from tests.penalties.build import violation


@dataclass
class World:
    """What is on record."""

    penalties: list[Penalty] = field(default_factory=list)
    violations: list[ViolationRecord] = field(default_factory=list)
    cases: list[CaseRecord] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    flags: list[FlagRecord] = field(default_factory=list)
    enterprises: list[Enterprise] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)

    async def keep(self, connection: AsyncConnection) -> None:
        """Writes it to an empty record."""
        await penalties.add(connection, [PenaltyRecord(one, 0) for one in self.penalties])
        await insert_new(
            connection, violations_table, [row_of_violation(one) for one in self.violations]
        )
        for record in self.cases:
            await cases.add(connection, record)
        await insert_new(connection, requests_table, [row_of_request(one) for one in self.requests])
        await flags.append(connection, self.flags)
        await accounts.first_seen(connection, self.enterprises, [])
        await audit.record(connection, *self.deeds)


def reported(id_: str = "v1", at_ms: int = 1, **changed: Any) -> ViolationRecord:
    """Harassing content of `li`, reported by `ann`; `changed` are fields of the violation.

    `state` is the record's, `without` counts the members that its grounds say are hit.
    """
    state = changed.pop("state", "upheld")
    without = changed.pop("without", None)
    if without is not None:
        changed["grounds"] = Grounds("all", "most", "grave", "meant", without)
    one = violation(id_, **changed)
    return ViolationRecord(one, state, at_ms, "ann", "k-ann", None, 1, 0)


def request(id_: str = "a1", **changed: Any) -> Request:
    """The first appeal against `p1`, filed at 1 ms, due at 100 ms, unless changed."""
    plain: dict[str, Any] = {
        "id": id_,
        "kind": "appeal",
        "penalty_id": "p1",
        "number": 1,
        "enterprise_id": "acme",
        "member_id": "li",
        "state": "submitted",
        "grounds": "mistake",
        "text": "It was not me.",
        "thread": (),
        "filed_by": "li",
        "key_id": "k-li",
        "created_ms": 1,
        "changed_ms": 1,
        "due_ms": 100,
    }
    return Request(**plain | changed)


def case(id_: str = "0-1-member", seq: int = 1, **changed: Any) -> CaseRecord:
    """A case of `li` that a pattern opened at 1 ms, unless changed; `seq` 0: a report did."""
    plain: dict[str, Any] = {
        "id": id_,
        "enterprise_id": "acme",
        "member_id": "li",
        "level": "review",
        "posterior": 0.5,
        "contributions": {},
        "patterns": ("hard_negatives",),
        "flags": (),
        "evidence": (),
        "events": (),
        "adds_before": 9,
        "opened_ms": 1,
        "changed_ms": 1,
        "policy_version": 1,
    }
    return CaseRecord(Case(**plain | changed), 0, seq, seq)


def flag(
    id_: str = "0-1-p", at_ms: int = 1, pattern: str = "p", mode: str = "review"
) -> FlagRecord:
    """A flag of acme's li."""
    return FlagRecord(id_, 0, 1, at_ms, "acme", "li", pattern, mode, 1.5, 1.0, 3, "[]", 1, "[]")


def deed(action: str, subject_id: str, at_ms: int, before: str | None = None) -> Deed:
    """What ann did to something whose state was `before`; None: it is new."""
    kind, _, state = action.partition(".")
    return Deed(
        at_ms=at_ms,
        holder="ann",
        key_id="k-ann",
        action=action,
        subject_kind=kind,
        subject_id=subject_id,
        enterprise_id="acme",
        member_id="li",
        before=None if before is None else {"state": before},
        after={"state": state},
    )
