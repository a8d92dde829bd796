"""Who works for the sample organisations, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

ENTERPRISE = "harbour"
ZONE = "Asia/Shanghai"
HOUR_MS = 3_600_000
DAY_H = 24


@dataclass(frozen=True)
class Character:
    """How a member works: adds and scans an hour, and what share of contacts does what.

    `spell`: from and until how many hours ago they worked so; else as their kind usually do.
    """

    member_id: str
    name: str
    adds: float = 0.8
    scans: float = 0.5
    accepts: float = 0.65
    deletes: float = 0.01
    blocks: float = 0.002
    complains: float = 0.0
    declines: float = 0.05
    way: str = "card_share"
    chats: int = 20
    replies: float = 90.0
    linked_account_id: str | None = None
    spell: tuple[float, float] | None = None

    def then(self, hours_ago: float) -> Character:
        """How they worked that long ago."""
        if self.spell is None or self.spell[0] >= hours_ago >= self.spell[1]:
            return self
        return _usually(self)


@lru_cache(maxsize=64)
def _usually(one: Character) -> Character:
    plain = Character(one.member_id, one.name)
    return replace(plain, chats=one.chats, replies=one.replies)


@dataclass(frozen=True)
class Company:
    """An enterprise: where it is, who works there, and since how many days (None: from the first).

    `fills`: the share of its active cap that it has used by now today.
    """

    enterprise_id: str
    name: str
    cast: tuple[Character, ...]
    verification: str = "certified"
    profile: Mapping[str, str] | None = None
    zone: str = ZONE
    days: int | None = None
    fills: float = 0.0

    @property
    def clock(self) -> ZoneInfo:
        """Its local time."""
        return ZoneInfo(self.zone)


def hard_sell(member_id: str, name: str, spell: tuple[float, float], adds: float) -> Character:
    """Somebody whom contacts block: `hard_negatives` notices it, and holds."""
    return Character(
        member_id,
        name,
        adds=adds,
        scans=0.0,
        accepts=0.1,
        deletes=0.06,
        blocks=0.35,
        complains=0.015,
        way="phone_search",
        chats=3,
        replies=20.0,
        spell=spell,
    )


def unwanted(member_id: str, name: str, spell: tuple[float, float], adds: float) -> Character:
    """Somebody whom contacts turn down all at once: `outcome_shift` asks for a look."""
    return Character(
        member_id,
        name,
        adds=adds,
        scans=0.0,
        accepts=0.03,
        blocks=0.004,
        declines=0.5,
        way="phone_search",
        chats=10,
        replies=60.0,
        spell=spell,
    )
