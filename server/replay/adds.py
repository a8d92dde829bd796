"""Adds of a file: as the ledger is asked for them, and as events where they count as made."""

from typing import Any

from quota.adds import Add, Mode
from quota.keys import decision_base, shard_of
from server.replay.reading import Line

SHARDS = 16
"""The service's default, so that a replay gives decisions the ids that the service would."""

SETTLED = ("add.committed", "add.cancelled", "add.expired")

_HOLD_S = 60


def to_add(line: Line) -> Add:
    """The add of an `add.requested`; a hold without its length is held for a minute."""
    body = line.body
    mode = Mode(body.get("mode", "spend"))
    return Add(
        enterprise_id=body["enterprise_id"],
        member_id=body["member_id"],
        contact=body["target"],
        way=body.get("way", "unknown"),
        initiated_by=body.get("initiated_by", "member"),
        mode=mode,
        hold_s=(line.hold_s or _HOLD_S) if mode is Mode.HOLD else None,
        request_id=body.get("request_id"),
        number_block=body.get("number_block"),
        number_tail=body.get("number_tail"),
        greeting_hash=body.get("greeting_hash"),
        aliases=tuple(body.get("aliases", ())),
    )


def as_made(line: Line, day: int, policy_version: int) -> list[dict[str, Any]]:
    """The events of a line as it stands, an add as allowed unless its line says otherwise.

    What the line of an add says came of it follows the add at once.
    """
    body = line.body
    if line.type == "add.requested":
        defaults = {
            "way": "unknown",
            "initiated_by": "member",
            "mode": "spend",
            "allowed": True,
            "reason": "ok",
            "policy_version": policy_version,
        }
        made = defaults | body
        if "decision_id" not in made:
            made["decision_id"] = _decision_id(to_add(line), day)
        outcome = outcome_of(line) if made["allowed"] else None
        return [made] if outcome is None else [made, outcome]
    if line.type in SETTLED:
        return [{"kind": "a", "charged_day": day, "refunded": True} | body]
    return [body]


def outcome_of(line: Line) -> dict[str, Any] | None:
    """The event that an add's line says came of it; None for none, and for `ignored`."""
    if line.outcome in (None, "ignored"):
        return None
    kept = ("at", "enterprise_id", "member_id", "target", "aliases")
    event = {name: line.body[name] for name in kept if name in line.body}
    return event | {"type": f"contact.{line.outcome}"}


def _decision_id(add: Add, day: int) -> str:
    """The id that the ledger would give."""
    fixed = add.request_id is not None
    base = decision_base(add, shard_of(add.enterprise_id, SHARDS), fixed=fixed)
    return base if fixed else f"{base}.{day}"
