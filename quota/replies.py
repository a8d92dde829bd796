"""Reads what the scripts answer: a decision's packed record, refusals, settlements."""

from quota.adds import Add, Decision, Kind, LimitState, Mode, Refusal, Restriction, Settlement
from quota.records import LIMITS, REASONS, Record

STATES = {
    "s": "spent",
    "h": "held",
    "c": "committed",
    "x": "cancelled",
    "e": "expired",
    "d": "denied",
    "p": "peeked",
}
KINDS = {"a": Kind.ACTIVE, "p": Kind.PASSIVE, "h": Kind.HANDOVER}
_BINDING = {
    ("member_daily_cap", "a"): "member_daily_active",
    ("member_daily_cap", "p"): "member_daily_passive",
    ("enterprise_daily_cap", "a"): "enterprise_daily_active",
    ("enterprise_daily_cap", "p"): "enterprise_daily_passive",
    ("handover_cap", "h"): "handover_daily",
    ("member_burst", "a"): "member_burst_active",
    ("member_burst", "p"): "member_burst_passive",
    ("enterprise_burst", "a"): "enterprise_burst_active",
}
_UNAVAILABLE = {
    b"!full": Refusal("unavailable", "the event stream of this shard is full", 5),
    b"!closed": Refusal("unavailable", "the counters of this shard are being refilled", 1),
}


def refusal(reply: bytes) -> Refusal:
    """What an answer that begins with `!` means, but for `!calendar`, which the ledger handles."""
    if reply in _UNAVAILABLE:
        return _UNAVAILABLE[reply]
    code, _, rest = reply.decode().partition("|")
    match code:
        case "!conflict":
            return Refusal("conflict", "this request_id was used for another request")
        case "!new":
            detail = "too many accounts never seen before began within this minute"
            return Refusal("new_accounts", detail, int(rest))
        case "!unknown":
            return Refusal("unknown_account", "the policy refuses accounts it has never seen")
    raise ValueError(f"spend.lua answered {reply!r}")


def decision(reply: bytes, add: Add, windows: dict[str, str]) -> Decision:
    """The decision in `<replayed><length><id><record>`; `windows` maps bursts to hour or minute."""
    length = reply[1]
    record = Record.unpack(reply, 2 + length)
    reason, denied = REASONS[record.reason], record.reason > 0
    return Decision(
        decision_id=reply[2 : 2 + length].decode(),
        allowed=not denied,
        reason=reason,
        binding_limit=_BINDING.get((reason, record.kind)),
        limits=tuple(
            LimitState(LIMITS[number], cap, used, windows.get(LIMITS[number], "day"), resets_ms)
            for number, cap, used, resets_ms in record.limits
        ),
        retry_at_ms=record.until_ms or None if denied else None,
        restriction=restrictions(record.restriction + ";")[0] if record.restriction else None,
        policy_version=record.version,
        state="peeked" if add.mode is Mode.PEEK else STATES[record.state],
        replayed=reply[:1] == b"1",
        day=record.day,
        decided_ms=record.decided_ms,
    )


def pack_restrictions(restrictions: tuple[Restriction, ...]) -> str:
    """The `R` field of an account: `scope,penalty_id,ends_ms|0,may_apply,may_appeal;…`."""
    return "".join(
        f"{r.scope},{r.penalty_id},{r.ends_at_ms or 0},{r.may_apply:d},{r.may_appeal:d};"
        for r in restrictions
    )


def restrictions(packed: str) -> tuple[Restriction, ...]:
    """The restrictions of an `R` field, expired ones included."""
    found = []
    for item in packed.split(";")[:-1]:
        scope, penalty_id, ends_ms, apply, appeal = item.split(",")
        found.append(
            Restriction(penalty_id, scope, int(ends_ms) or None, apply == "1", appeal == "1")
        )
    return tuple(found)


def settlement(decision_id: str, reply: bytes) -> Settlement:
    """What settle.lua answered, `!closed` excepted."""
    if reply == b"!none":
        return Settlement(decision_id, None)
    state, _, conflict = reply.decode().removeprefix("!").partition("|")
    return Settlement(decision_id, STATES[state], conflict or None)
