"""Events as the fold takes them: the journal's JSON, with its clock and its local day."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the journal; times in epoch ms.

    `received_ms` is the fold's clock, `day` the enterprise's local day then, which ends at
    `day_end_ms`. `target` is the contact's hash, empty where there is none; `contact_names` begins
    with it, then come those that the contact had under keys that were rotated out. `fields` has
    everything under the journal's names.
    """

    type: str
    at_ms: int
    received_ms: int
    day: int
    day_end_ms: int
    enterprise_id: str
    member_id: str | None
    target: str
    contact_names: tuple[str, ...]
    fields: Mapping[str, Any]

    @property
    def id(self) -> str:
        """What evidence cites it by: its `event_id`, of an add its `decision_id`; '' has none."""
        found: str = self.fields.get("event_id") or self.fields.get("decision_id") or ""
        return found


def parse(body: Mapping[str, Any]) -> Event:
    """An event out of a journal payload's JSON object. Raises KeyError where it is none."""
    received_ms, target = body["received_ms"], body.get("target", "")
    return Event(
        type=body["type"],
        at_ms=body.get("at", received_ms),
        received_ms=received_ms,
        day=body["day"],
        day_end_ms=body["day_end_ms"],
        enterprise_id=body["enterprise_id"],
        member_id=body.get("member_id"),
        target=target,
        contact_names=(target, *body["aliases"]) if "aliases" in body else (target,),
        fields=body,
    )
