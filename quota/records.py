"""A decision's record: packed as `spend.lua` writes it, and as text, as the journal keeps it.

Packed, big-endian: state, kind, reason (1 byte each), fingerprint (6), decided_ms (6), local day
(2), its end in s (4), expires_ms (6), until_ms (6: a hold's end, else when a denial may turn, 0
never), policy version (4); then the limits of the kind: cap and used (4 each) of a daily one, and
of a burst one when it will be empty in s, too (4; 0: it is). Then, as text, `restriction`,
`enterprise`, `member`, `contact` with a `|` between them, and the number of spend.lua's `of_today`
where there is one.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from types import MappingProxyType
from typing import Any, Self

LIMITS = (
    "",
    "member_daily_active",
    "enterprise_daily_active",
    "member_burst_active",
    "enterprise_burst_active",
    "member_daily_passive",
    "enterprise_daily_passive",
    "member_burst_passive",
    "handover_daily",
)
"""Names of limits by number; a record's limits go by it in the journal."""

REASONS = (
    "ok",
    "enterprise_restricted",
    "member_restricted",
    "contact_cooldown",
    "member_daily_cap",
    "enterprise_daily_cap",
    "handover_cap",
    "member_burst",
    "enterprise_burst",
)
"""Reasons by number, in the order of the checks."""

_HEAD = ">ccB6sHIHIHIHII"
SHAPES: Mapping[int, tuple[Struct, tuple[int, ...], int]] = MappingProxyType(
    {
        ord("a"): (Struct(_HEAD + "4I6I"), (1, 2, 3, 4), 2),
        ord("p"): (Struct(_HEAD + "4I3I"), (5, 6, 7), 2),
        ord("h"): (Struct(_HEAD + "2I"), (8,), 1),
    }
)
"""By kind: how a record is packed, its limits by number, how many of them are daily."""
NO_FINGERPRINT = bytes(6)
"""Of an add without a request_id."""
OPTIONAL = ("request_id", "number_block", "number_tail", "greeting_hash", "aliases")
"""What an event has only where the add had it."""
_MODES = {"s": "spend", "h": "hold"}


@dataclass(slots=True)
class Record:
    """One decision as it is kept. `limits`: number, cap, used, resets_ms of each."""

    state: str
    kind: str
    reason: int
    fingerprint: bytes
    decided_ms: int
    day: int
    day_end_ms: int
    expires_ms: int
    until_ms: int
    version: int
    limits: list[tuple[int, int, int, int]]
    restriction: str
    enterprise_id: str
    member_id: str
    contact: str
    number: int = 0

    @property
    def text(self) -> str:
        """The record as the journal has it, fields joined by `|`.

        state fingerprint decided_ms day expires_ms kind reason retry_ms hold_ms version limits
        restriction enterprise member contact [number]
        """
        held = self.reason == 0
        fields = [
            self.state,
            _printed(self.fingerprint),
            self.decided_ms,
            self.day,
            self.expires_ms,
            self.kind,
            self.reason,
            0 if held else self.until_ms,
            self.until_ms if held else 0,
            self.version,
            ";".join(",".join(map(str, limit)) for limit in self.limits),
            self.restriction,
            self.enterprise_id,
            self.member_id,
            self.contact,
        ]
        return "|".join(map(str, [*fields, self.number] if self.number else fields))

    def pack(self) -> bytes:
        """The record as `spend.lua` writes it."""
        shape, _, daily = SHAPES[ord(self.kind)]
        limits: list[int] = []
        for place, (_, cap, used, resets_ms) in enumerate(self.limits):
            limits += (cap, used)
            if place >= daily:
                limits.append(resets_ms // 1000 if used else 0)
        head = shape.pack(
            self.state.encode(),
            self.kind.encode(),
            self.reason,
            self.fingerprint,
            *_halves(self.decided_ms),
            self.day,
            self.day_end_ms // 1000,
            *_halves(self.expires_ms),
            *_halves(self.until_ms),
            self.version,
            *limits,
        )
        names = f"{self.restriction}|{self.enterprise_id}|{self.member_id}|{self.contact}"
        return head + (f"{names}|{self.number}" if self.number else names).encode()

    @classmethod
    def unpack(cls, packed: bytes, start: int = 0) -> Self:
        """The record that stands in `packed` from `start` on."""
        shape, numbers, daily = SHAPES[packed[start + 1]]
        state, kind, reason, fingerprint, high, low, day, day_end_s, *rest = shape.unpack_from(
            packed, start
        )
        expires_high, expires_low, until_high, until_low, version, *amounts = rest
        decided_ms, day_end_ms = high << 32 | low, day_end_s * 1000
        ends = [day_end_ms] * daily
        if len(numbers) > daily:
            bursts = amounts[2 * daily + 2 :: 3]
            ends += [end_s * 1000 or decided_ms for end_s in bursts]
            del amounts[2 * daily + 2 :: 3]
        restriction, enterprise_id, member_id, contact, *number = (
            packed[start + shape.size :].decode().split("|")
        )
        return cls(
            state.decode(),
            kind.decode(),
            reason,
            fingerprint,
            decided_ms,
            day,
            day_end_ms,
            expires_high << 32 | expires_low,
            until_high << 32 | until_low,
            version,
            list(zip(numbers, amounts[::2], amounts[1::2], ends, strict=True)),
            restriction,
            enterprise_id,
            member_id,
            contact,
            int(number[0]) if number else 0,
        )

    @classmethod
    def from_text(cls, text: str, day_end_ms: int) -> Self:
        """The record that `text` gives, made on a local day that ends then."""
        f = text.split("|")
        return cls(
            state=f[0],
            kind=f[5],
            reason=int(f[6]),
            fingerprint=_read(f[1]),
            decided_ms=int(f[2]),
            day=int(f[3]),
            day_end_ms=day_end_ms,
            expires_ms=int(f[4]),
            until_ms=int(f[7]) or int(f[8]),
            version=int(f[9]),
            limits=[_limit(item) for item in f[10].split(";")],
            restriction=f[11],
            enterprise_id=f[12],
            member_id=f[13],
            contact=f[14],
            number=int(f[15]) if len(f) > 15 else 0,
        )


def _limit(item: str) -> tuple[int, int, int, int]:
    number, cap, used, resets_ms = map(int, item.split(","))
    return number, cap, used, resets_ms


def _halves(number: int) -> tuple[int, int]:
    return number >> 32, number & 0xFFFFFFFF


def _printed(fingerprint: bytes) -> str:
    return "" if fingerprint == NO_FINGERPRINT else urlsafe_b64encode(fingerprint).decode()


def _read(printed: str) -> bytes:
    return urlsafe_b64decode(printed) if printed else NO_FINGERPRINT


def event_of(said: bytes, decision_id: bytes, packed: bytes) -> bytes:
    """The JSON of the event `add.requested` of a stream.

    `said` is way, initiated_by, mode, request_id, number_block, number_tail, greeting_hash, aliases
    (joined by commas), with a `|` between them. What is empty is left out.
    """
    record = Record.unpack(packed)
    way, by, mode, *optional = said.decode().split("|")
    body: dict[str, Any] = {
        "type": "add.requested",
        "enterprise_id": record.enterprise_id,
        "member_id": record.member_id,
        "target": record.contact,
        "way": way,
        "initiated_by": by,
        "mode": _MODES[mode],
    }
    body |= {name: text for name, text in zip(OPTIONAL, optional, strict=True) if text}
    if "aliases" in body:
        body["aliases"] = body["aliases"].split(",")
    body |= {
        "at": record.decided_ms,
        "received_ms": record.decided_ms,
        "day": record.day,
        "day_end_ms": record.day_end_ms,
        "decision_id": decision_id.decode(),
        "allowed": record.reason == 0,
        "reason": REASONS[record.reason],
        "policy_version": record.version,
        "record": record.text,
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
