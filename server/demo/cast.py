"""Who works for the sample organisation, and how."""

from __future__ import annotations

from dataclasses import dataclass

ENTERPRISE = "harbour"
ZONE = "Asia/Shanghai"
HOURS = range(9, 18)
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Character:
    """How a member works: adds and scans an hour, and what share of contacts does what."""

    member_id: str
    name: str
    adds: float
    scans: float
    accepts: float
    deletes: float = 0.01
    blocks: float = 0.002
    complains: float = 0.0
    way: str = "card_share"
    chats: int = 20
    replies: float = 90.0
    linked_account_id: str | None = None


CAST = (
    Character("li", "Li Na", adds=2.0, scans=3.0, accepts=0.75),
    Character("mu", "Mu Chen", adds=1.0, scans=0.5, accepts=0.7, way="group_chat"),
    Character("wang", "Wang Wei", adds=4.0, scans=1.0, accepts=0.6, chats=45),
    Character("sun", "Sun Li", adds=0.3, scans=9.0, accepts=0.9, chats=60, replies=97.0),
    Character(
        "zhao",
        "Zhao Min",
        adds=5.0,
        scans=0.0,
        accepts=0.12,
        deletes=0.06,
        blocks=0.14,
        complains=0.05,
        way="phone_search",
        chats=3,
        replies=20.0,
    ),
    Character("qian", "Qian Bo", adds=1.0, scans=0.5, accepts=0.6),
    Character("he", "He Yan", adds=1.0, scans=1.0, accepts=0.7),
    Character("tang", "Tang Yu", adds=0.6, scans=1.0, accepts=0.7, linked_account_id="wx-tang"),
    Character("xu", "Xu Jing", adds=0.6, scans=1.0, accepts=0.7, linked_account_id="wx-xu"),
    Character("gao", "Gao Feng", adds=1.0, scans=0.2, accepts=0.6),
)
