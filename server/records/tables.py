"""Every table of the record, in types that SQLite and PostgreSQL share.

Times are epoch milliseconds (`*_ms`), `day` is a local day (days since 1970-01-01), documents are
JSON text. `member_id` is `''` where a key may also mean the enterprise as a whole. Of a day,
`allowed` counts every add, `charged` the active ones less refunds.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from quota.replies import REASONS

DENIAL_REASONS = REASONS[1:]
COUNTS = (
    "requested",
    "allowed",
    "charged",
    *(f"denied_{reason}" for reason in DENIAL_REASONS),
    "accepted",
    "declined",
    "deleted",
    "blocked",
    "complained",
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str) -> Column[str]:
    return Column(name, String(128), primary_key=True)


def _ms(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


settings = Table("settings", metadata, _key("name"), _text("value"))

shards = Table(
    "shards",
    metadata,
    Column("shard", Integer, primary_key=True, autoincrement=False),
    _text("owner", nullable=True),
    Column("fence", BigInteger, nullable=False),
    _ms("lease_until_ms"),
    Column("folded_seq", BigInteger, nullable=False),
    Column("numbered_from", BigInteger, nullable=False),
    _whole("policy_version"),
)

workers = Table("workers", metadata, _key("owner"), _ms("alive_until_ms"))

journal = Table(
    "journal",
    metadata,
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(64), nullable=False),
    _ms("received_ms"),
    Column("enterprise_id", String(128), nullable=True),
    Column("member_id", String(128), nullable=True),
    _text("payload"),
)
Index(None, journal.c.shard, journal.c.received_ms, journal.c.seq)

enterprises = Table(
    "enterprises",
    metadata,
    _key("enterprise_id"),
    _text("name", nullable=True),
    Column("time_zone", String(64), nullable=False),
    Column("verification", String(16), nullable=False),
    _text("profile"),
    _ms("first_seen_ms"),
    _ms("updated_ms"),
)

members = Table(
    "members",
    metadata,
    _key("enterprise_id"),
    _key("member_id"),
    _text("name", nullable=True),
    _ms("activated_ms", nullable=True),
    Column("linked_account_id", String(128), nullable=True, index=True),
    Column("person_id", String(128), nullable=True, index=True),
    _text("profile"),
    _ms("first_seen_ms"),
    _ms("updated_ms"),
)


def _view_columns() -> tuple[Column[int] | Column[float] | Column[str], ...]:
    return (
        _whole("shard"),
        _text("data"),
        Column("changed_seq", BigInteger, nullable=False),
        _whole("day"),
        Column("score", Double, nullable=False),
        _whole("tier"),
        _whole("cap_active"),
        _whole("cap_passive"),
    )


enterprise_views = Table(
    "enterprise_views",
    metadata,
    _key("enterprise_id"),
    *_view_columns(),
    _whole("cap_handover"),
    _ms("day_end_ms"),
    _ms("sweep_due_ms"),
)
Index(None, enterprise_views.c.shard, enterprise_views.c.changed_seq)
Index(None, enterprise_views.c.shard, enterprise_views.c.sweep_due_ms)

member_views = Table(
    "member_views", metadata, _key("enterprise_id"), _key("member_id"), *_view_columns()
)
Index(None, member_views.c.shard, member_views.c.changed_seq)

relations = Table(
    "relations",
    metadata,
    _key("enterprise_id"),
    _key("member_id"),
    _key("contact"),
    _text("data"),
    _ms("changed_ms"),
)
Index(None, relations.c.changed_ms)

contacts = Table(
    "contacts",
    metadata,
    _key("enterprise_id"),
    _key("contact"),
    _text("data"),
    _ms("changed_ms"),
)
Index(None, contacts.c.changed_ms)

cooldowns = Table(
    "cooldowns",
    metadata,
    _key("enterprise_id"),
    _key("contact"),
    _key("member_id"),
    _whole("shard"),
    _ms("until_ms"),
    Column("changed_seq", BigInteger, nullable=False),
)
Index(None, cooldowns.c.shard, cooldowns.c.changed_seq)
Index(None, cooldowns.c.until_ms)

days = Table(
    "days",
    metadata,
    _key("enterprise_id"),
    _key("member_id"),
    Column("day", Integer, primary_key=True, autoincrement=False),
    *(_whole(name) for name in COUNTS),
    _whole("cap"),
    Column("score", Double, nullable=False),
    _whole("tier"),
)
Index(None, days.c.day)

flags = Table(
    "flags",
    metadata,
    _key("id"),
    _whole("shard"),
    Column("seq", BigInteger, nullable=False),
    _ms("at_ms"),
    Column("enterprise_id", String(128), nullable=False),
    Column("member_id", String(128), nullable=True),
    Column("pattern", String(64), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("statistic", Double, nullable=False),
    Column("threshold", Double, nullable=False),
    _whole("adds_before"),
    _text("evidence"),
    _whole("policy_version"),
    Column("events", Text, nullable=False, server_default="[]"),
)
Index(None, flags.c.at_ms, flags.c.id)
Index(None, flags.c.enterprise_id, flags.c.member_id, flags.c.at_ms)

cases = Table(
    "cases",
    metadata,
    _key("id"),
    _whole("shard"),
    Column("seq", BigInteger, nullable=False),
    Column("changed_seq", BigInteger, nullable=False),
    Column("enterprise_id", String(128), nullable=False),
    Column("member_id", String(128), nullable=True),
    Column("level", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("posterior", Double, nullable=True),
    _text("contributions"),
    _text("patterns"),
    _text("flags"),
    _text("evidence"),
    _text("events"),
    _whole("adds_before"),
    _ms("opened_ms"),
    _ms("changed_ms"),
    _whole("policy_version"),
    _whole("enforced_day", nullable=True),
    _whole("deferred_day", nullable=True),
    _ms("hold_starts_ms", nullable=True),
    _ms("hold_ends_ms", nullable=True),
    _ms("hold_lifted_ms", nullable=True),
    _ms("decided_ms", nullable=True),
    _text("decided_by", nullable=True),
    Column("key_id", String(128), nullable=True),
    _text("note", nullable=True),
    Column("severity", String(16), nullable=True),
    Column("untold", Boolean, nullable=False),
)
Index(None, cases.c.opened_ms, cases.c.id)
Index(None, cases.c.enterprise_id, cases.c.member_id, cases.c.state)
Index(None, cases.c.enforced_day, cases.c.enterprise_id)
Index(None, cases.c.shard, cases.c.untold)
Index(None, cases.c.shard, cases.c.deferred_day)

policies = Table(
    "policies",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    _text("body"),
    _ms("created_ms"),
    _ms("activated_ms", nullable=True),
    _text("made_by"),
)

keys = Table(
    "keys",
    metadata,
    _key("id"),
    Column("hash", String(64), nullable=False, unique=True),
    _text("scopes"),
    _text("note"),
    Column("holder", String(128), nullable=False),
    _ms("created_ms"),
    _ms("revoked_ms", nullable=True),
)

restrictions = Table(
    "restrictions",
    metadata,
    _key("penalty_id"),
    _key("scope"),
    Column("enterprise_id", String(128), nullable=False),
    Column("member_id", String(128), nullable=True),
    _ms("starts_ms"),
    _ms("ends_ms", nullable=True),
    Column("may_apply", Boolean, nullable=False),
    Column("may_appeal", Boolean, nullable=False),
    _ms("lifted_ms", nullable=True),
)
Index(None, restrictions.c.enterprise_id, restrictions.c.member_id)
