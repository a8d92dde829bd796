"""Tables of the loop: journal, accounts and their views, history, flags and cases."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Double,
    Index,
    Integer,
    String,
    Table,
    Text,
    literal_column,
)

from quota.records import REASONS
from server.records.tables.columns import id_, index_where_given, key, metadata, ms, text, whole

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
WORST = ("resolved", "negatives")
DAY_COUNTS = (*COUNTS, *WORST)
"""What a day is counted in: `COUNTS` is what happened on it. `WORST` are contacts whose worst
outcome is of that day, and those of them where it is a negative that weighs something; a later,
worse outcome takes a contact away again, to its own day."""

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
Index(None, journal.c.enterprise_id, journal.c.member_id, journal.c.received_ms, journal.c.seq)

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
    id_("linked_account_id", nullable=True),
    id_("person_id", nullable=True),
    text("profile"),
    ms("first_seen_ms"),
    ms("updated_ms"),
)
index_where_given(members.c.linked_account_id)
index_where_given(members.c.person_id)


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
Index(
    None,
    member_views.c.enterprise_id,
    member_views.c.member_id,
    member_views.c.score,
    member_views.c.cap_active,
)
"""What lists sort all members of an enterprise by, without their documents."""

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
    *(Column(name, Integer, nullable=False, server_default="0") for name in WORST),
    whole("cap"),
    Column("score", Double, nullable=False),
    whole("tier"),
)
Index(None, days.c.day)
Index(None, days.c.enterprise_id, days.c.day, days.c.member_id)
"""All members of an enterprise on one day, without their other days between them."""
_OF_ENTERPRISES: ColumnElement[bool] = literal_column("member_id = ''")
Index(
    "ix_days_day_of_enterprises",
    days.c.day,
    sqlite_where=_OF_ENTERPRISES,
    postgresql_where=_OF_ENTERPRISES,
)
"""What the platform did on a day is read without its members, who are far more."""

activity = Table(
    "activity",
    metadata,
    Column("slot_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("shard", Integer, primary_key=True, autoincrement=False),
    *(whole(name) for name in COUNTS),
)
"""What the platform did in ten minutes, by the clock of the service: local days cannot tell."""

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
Index(None, cases.c.state, cases.c.opened_ms)
Index(None, cases.c.deferred_day)
Index(None, cases.c.enterprise_id, cases.c.member_id, cases.c.state)
Index(None, cases.c.enforced_day, cases.c.enterprise_id)
Index(None, cases.c.shard, cases.c.untold)
Index(None, cases.c.shard, cases.c.deferred_day)
