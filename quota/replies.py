"""Reads what the scripts answer: a decision's packed record, refusals, settlements."""

from collections.abc import Mapping

from quota.adds import Add, Decision, LimitState, Mode, Refusal, Restriction, Settlement
from quota.records import LIMITS, REASONS, SHAPES

STATES = {
    b"s": "spent",
    b"h": "held",
    b"c": "committed",
    b"x": "cancelled",
    b"e": "expired",
    b"d": "denied",
    b"p": "peeked",
}
REPLAYED = b"="
RESTRICTED = {REASONS.index("enterprise_restricted"), REASONS.index("member_restricted")}
_BINDING = {
    (REASONS.index(reason), kind): limit
    for reason, kind, limit in (
        ("member_daily_cap", b"a", "member_daily_active"),
        ("member_daily_cap", b"p", "member_daily_passive"),
        ("enterprise_daily_cap", b"a", "enterprise_daily_active"),
        ("enterprise_daily_cap", b"p", "enterprise_daily_passive"),
        ("handover_cap", b"h", "handover_daily"),
        ("member_burst", b"a", "member_burst_active"),
        ("member_burst", b"p", "member_burst_passive"),
        ("enterprise_burst", b"a", "enterprise_burst_active"),
    )
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


def decision(id_: bytes, record: bytes, add: Add, windows: Mapping[str, str]) -> Decision:
    """The decision of a record; `windows` maps bursts to hour or minute."""
    shape, numbers, daily = SHAPES[record[1]]
    state, kind, number, _, high, low, day, end_s, _, _, *rest = shape.unpack_from(record)
    until_high, until_low, version, *rest = rest
    decided_ms, day_end_ms, reason = high << 32 | low, end_s * 1000, REASONS[number]
    limits: list[LimitState] = []
    at = 0
    for limit in numbers:
        name = LIMITS[limit]
        if len(limits) < daily:
            limits.append(LimitState(name, rest[at], rest[at + 1], "day", day_end_ms))
            at += 2
        else:
            resets_ms = rest[at + 2] * 1000 or decided_ms
            limits.append(LimitState(name, rest[at], rest[at + 1], windows[name], resets_ms))
            at += 3
    restriction = None
    if number in RESTRICTED:
        packed, _, _ = record[shape.size :].partition(b"|")
        (restriction,) = restrictions(packed.decode() + ";")
    return Decision(
        id_.removeprefix(REPLAYED).decode(),
        number == 0,
        reason,
        _BINDING.get((number, kind)),
        tuple(limits),
        (until_high << 32 | until_low) or None if number else None,
        restriction,
        version,
        "peeked" if add.mode is Mode.PEEK else STATES[state],
        id_.startswith(REPLAYED),
        day,
        decided_ms,
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
    return Settlement(decision_id, STATES[state.encode()], conflict or None)
