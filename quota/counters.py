"""What Redis keeps of an account: caps, counts of its day, restrictions; packed as in state.lua."""

from dataclasses import dataclass
from struct import Struct
from typing import Self

from quota import windows

_PLACES = Struct(">BII HI IIIII HI HI I34s I34s")
"""named ca cp, v, d uh fa fp fh, de, dn, ua ba, up bp; numbers of 6 bytes as two."""
_NOTHING = bytes(_PLACES.size)


@dataclass(slots=True)
class Counters:
    """One account. Fields are those of state.lua, by their names there; caps None: not judged yet.

    `day` 0: no day was ever opened; its ends and the zone are an enterprise's.
    """

    named: bool = False
    cap_active: int | None = None
    cap_passive: int | None = None
    caps_seq: int = 0
    day: int = 0
    active: int = 0
    passive: int = 0
    handover: int = 0
    refunds_active: int = 0
    refunds_passive: int = 0
    refunds_handover: int = 0
    day_end_ms: int = 0
    next_end_ms: int = 0
    burst_active: bytes = windows.EMPTY
    burst_passive: bytes = windows.EMPTY
    restrictions: str = ""
    zone: str = ""

    @property
    def known(self) -> bool:
        """Whether the ledger has ever seen the account."""
        return self.named or self.cap_active is not None or self.day > 0

    def begin_day(self, day: int) -> None:
        """A day on which nothing is used yet."""
        self.day = day
        self.active = self.passive = self.handover = 0
        self.refunds_active = self.refunds_passive = self.refunds_handover = 0

    def pack(self) -> bytes:
        """The string as Redis holds it."""
        tail = self.restrictions + (f"|{self.zone}" if self.zone else "")
        return (
            _PLACES.pack(
                self.named,
                0 if self.cap_active is None else self.cap_active + 1,
                0 if self.cap_passive is None else self.cap_passive + 1,
                self.caps_seq >> 32,
                self.caps_seq & 0xFFFFFFFF,
                self.day,
                self.handover,
                self.refunds_active,
                self.refunds_passive,
                self.refunds_handover,
                self.day_end_ms >> 32,
                self.day_end_ms & 0xFFFFFFFF,
                self.next_end_ms >> 32,
                self.next_end_ms & 0xFFFFFFFF,
                self.active,
                self.burst_active,
                self.passive,
                self.burst_passive,
            )
            + tail.encode()
        )

    @classmethod
    def unpack(cls, packed: bytes | None) -> Self:
        """The account that a string of Redis stands for; None: one never seen."""
        text = packed or b""
        found = _PLACES.unpack_from(text + _NOTHING[len(text) :])
        named, ca, cp, v_high, v_low, day, uh, fa, fp, fh, *ends, ua, ba, up, bp = found
        restrictions, _, zone = text[_PLACES.size :].decode().partition("|")
        return cls(
            named=named > 0,
            cap_active=ca - 1 if ca else None,
            cap_passive=cp - 1 if cp else None,
            caps_seq=v_high << 32 | v_low,
            day=day,
            active=ua,
            passive=up,
            handover=uh,
            refunds_active=fa,
            refunds_passive=fp,
            refunds_handover=fh,
            day_end_ms=ends[0] << 32 | ends[1],
            next_end_ms=ends[2] << 32 | ends[3],
            burst_active=ba,
            burst_passive=bp,
            restrictions=restrictions,
            zone=zone,
        )
