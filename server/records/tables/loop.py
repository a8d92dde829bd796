"""Tables of the loop: journal, views, history, flags and cases, policies, keys."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from quota.records import REASONS
from server.records.tables.columns import key, metadata, ms, text, whole

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

settings = Table("settings", metadata, key("name"), text("value"))

shards = Table(
    "shards",
    metadata,
    Column("shard", Integer, primary_key=True, autoincrement=False),
    text("owner", nullable=True),
    Column("fence", BigInteger, nullable=False),
    ms("lease_until_ms"),
    Column("folded_seq", BigInteger, nullable=False),
    Column("numbered_from", BigInteger, nullable=False),
    whole("policy_version"),
)

workers = Table("workers", metadata, key("owner"), ms("alive_until_ms"))

journal = Table(
    "journal",
    metadata,
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(64), nullable=False),
    ms("received_ms"),
    Column("enterprise_id", String(128), nullable=True),
    Column("member_id", String(128), nullable=True),
    text("payload"),
)
Index(None, journal.c.shard, journal.c.received_ms, journal.c.seq)

enterprises = Table(
    "enterprises",
    metadata,
    key("enterprise_id"),
    text("name", nullable=True),
    Column("time_zone", String(64), nullable=False),
    Column("verification", String(16), nullable=False),
    text("profile"),
    ms("first_seen_ms"),
    ms("updated_ms"),
)

members = Table(
    "members",
    metadata,
    key("enterprise_id"),
    key("member_id"),
    text("name", nullable=True),
    ms("activated_ms", nullable=True),
    Column("linked_account_id", String(128), nullable=True, index=True),
    Column("person_id", String(128), nullable=True, index=True),
    text("profile"),
    ms("first_seen_ms"),
    ms("updated_ms"),
)


def _view_columns() -> tuple[Column[int] | Column[float] | Column[str], ...]:
    return (
        whole("shard"),
        text("data"),
        Column("changed_seq", BigInteger, nullable=False),
        whole("day"),
        Column("score", Double, nullable=False),
        whole("tier"),
        whole("cap_active"),
        whole("cap_passive"),
    )


enterprise_views = Table(
    "enterprise_views",
    metadata,
    key("enterprise_id"),
    *_view_columns(),
    whole("cap_handover"),
    ms("day_end_ms"),
    ms("sweep_due_ms"),
)
Index(None, enterprise_views.c.shard, enterprise_views.c.changed_seq)
Index(None, enterprise_views.c.shard, enterprise_views.c.sweep_due_ms)

member_views = Table(
    "member_views", metadata, key("enterprise_id"), key("member_id"), *_view_columns()
)
Index(None, member_views.c.shard, member_views.c.changed_seq)

relations = Table(
    "relations",
    metadata,
    key("enterprise_id"),
    key("member_id"),
    key("contact"),
    text("data"),
    ms("changed_ms"),
)
Index(None, relations.c.changed_ms)

contacts = Table(
    "contacts",
    metadata,
    key("enterprise_id"),
    key("contact"),
    text("data"),
    ms("changed_ms"),
)
Index(None, contacts.c.changed_ms)

cooldowns = Table(
    "cooldowns",
    metadata,
    key("enterprise_id"),
    key("contact"),
    key("member_id"),
    whole("shard"),
    ms("until_ms"),
    Column("changed_seq", BigInteger, nullable=False),
)
Index(None, cooldowns.c.shard, cooldowns.c.changed_seq)
Index(None, cooldowns.c.until_ms)

days = Table(
    "days",
    metadata,
    key("enterprise_id"),
    key("member_id"),
    Column("day", Integer, primary_key=True, autoincrement=False),
    *(whole(name) for name in COUNTS),
    whole("cap"),
    Column("score", Double, nullable=False),
    whole("tier"),
)
Index(None, days.c.day)

flags = Table(
    "flags",
    metadata,
    key("id"),
    whole("shard"),
    Column("seq", BigInteger, nullable=False),
    ms("at_ms"),
    Column("enterprise_id", String(128), nullable=False),
    Column("member_id", String(128), nullable=True),
    Column("pattern", String(64), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("statistic", Double, nullable=False),
    Column("threshold", Double, nullable=False),
    whole("adds_before"),
    text("evidence"),
    whole("policy_version"),
    Column("events", Text, nullable=False, server_default="[]"),
    ms("written_off_ms", nullable=True),
)
Index(None, flags.c.at_ms, flags.c.id)
Index(None, flags.c.enterprise_id, flags.c.member_id, flags.c.at_ms)

cases = Table(
    "cases",
    metadata,
    key("id"),
    whole("shard"),
    Column("seq", BigInteger, nullable=False),
    Column("changed_seq", BigInteger, nullable=False),
    Column("enterprise_id", String(128), nullable=False),
    Column("member_id", String(128), nullable=True),
    Column("level", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("posterior", Double, nullable=True),
    text("contributions"),
    text("patterns"),
    text("flags"),
    text("evidence"),
    text("events"),
    whole("adds_before"),
    ms("opened_ms"),
    ms("changed_ms"),
    whole("policy_version"),
    whole("enforced_day", nullable=True),
    whole("deferred_day", nullable=True),
    ms("hold_starts_ms", nullable=True),
    ms("hold_ends_ms", nullable=True),
    ms("hold_lifted_ms", nullable=True),
    ms("decided_ms", nullable=True),
    text("decided_by", nullable=True),
    Column("key_id", String(128), nullable=True),
    text("note", nullable=True),
    Column("severity", String(16), nullable=True),
    Column("untold", Boolean, nullable=False),
    Column("type", String(64), nullable=False, server_default="T1.MALICIOUS_ADD"),
    Column("source", String(16), nullable=False, server_default="automated"),
    Column("violation_id", String(128), nullable=True),
    Column("proposal", Text, nullable=True),
    Column("reports", Text, nullable=False, server_default="[]"),
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
    text("body"),
    ms("created_ms"),
    ms("activated_ms", nullable=True),
    text("made_by"),
)

keys = Table(
    "keys",
    metadata,
    key("id"),
    Column("hash", String(64), nullable=False, unique=True),
    text("scopes"),
    text("note"),
    Column("holder", String(256), nullable=False),
    ms("created_ms"),
    ms("revoked_ms", nullable=True),
)
