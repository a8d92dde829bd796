"""What lines of a replay say of decisions: when, whether a service made them, about what."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from penalties.catalogue import Track
from penalties.restrictions import Scope
from penalties.violation import Grounds, Violation
from scoring.events import Event

ANYBODY = "somebody"
"""Whoever speaks in a line that names no holder; two such lines are not two holders."""


def moment_ms(event: Event) -> int:
    """When it was decided: of the service's own events their time, else the file's clock."""
    return min(event.at_ms, event.received_ms) if is_of_service(event) else event.received_ms


def is_of_service(event: Event) -> bool:
    """Whether a decision is of an export: scoring has been told of it in lines of their own."""
    return bool(event.fields.get("of_service"))


def follow_up(event: Event, type_: str, member_id: str | None, fields: Mapping[str, Any]) -> Event:
    """An event of the same moment and enterprise, for the fold."""
    return replace(event, type=type_, member_id=member_id, target="", fields=fields)


def violation_of_line(event: Event, violation_id: str) -> Violation:
    """The violation that a line describes."""
    fields = event.fields
    grounds = fields.get("grounds")
    return Violation(
        id=violation_id,
        type=fields["violation"],
        track=Track(int(fields["violation"][1])),
        severity=fields.get("severity", "normal"),
        source=fields.get("source", "own_initiative"),
        enterprise_id=event.enterprise_id,
        member_id=event.member_id,
        occurred_ms=min(fields.get("occurred_at", event.at_ms), moment_ms(event)),
        scopes=frozenset(Scope(scope) for scope in fields.get("scopes", ())),
        facts=fields.get("facts", ""),
        evidence=tuple(fields.get("evidence", ())),
        contacts=tuple(fields.get("contacts", ())),
        grounds=None if grounds is None else _grounds(grounds),
    )


def _grounds(given: Mapping[str, Any]) -> Grounds:
    number, share = str(given["number"]), str(given["share"])
    return Grounds(number, share, given["gravity"], given["intent"])
