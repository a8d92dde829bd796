"""Tables of what follows a violation: penalties, requests, audit, webhooks."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from server.records.tables.columns import (
    id_,
    index_where_given,
    key,
    metadata,
    ms,
    numbered,
    text,
    whole,
)

violations = Table(
    "violations",
    metadata,
    key("id"),
    whole("shard"),
    Column("type", String(64), nullable=False),
    whole("track"),
    Column("severity", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    id_("enterprise_id"),
    id_("member_id", nullable=True),
    text("scopes"),
    text("grounds", nullable=True),
    text("facts"),
    text("evidence"),
    text("contacts"),
    ms("occurred_ms"),
    ms("reported_ms"),
    text("reported_by"),
    Column("key_id", String(128), nullable=False),
    id_("case_id", nullable=True),
    id_("linked_account_id", nullable=True),
    Column("asked", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    whole("policy_version"),
    Column("untold", Boolean, nullable=False),
)
Index(None, violations.c.enterprise_id, violations.c.member_id)
Index(None, violations.c.shard, violations.c.untold)
Index(None, violations.c.reported_ms)

penalties = Table(
    "penalties",
    metadata,
    key("id"),
    whole("shard"),
    id_("violation_id", nullable=True),
    id_("case_id", nullable=True),
    Column("type", String(64), nullable=False),
    whole("track"),
    whole("step", nullable=True),
    Column("is_hold", Boolean, nullable=False),
    Column("severity", String(16), nullable=False),
    id_("enterprise_id"),
    id_("member_id", nullable=True),
    id_("person_id", nullable=True),
    id_("linked_account_id", nullable=True),
    Column("subject", String(256), nullable=False),
    whole("ordinal", nullable=True),
    Column("scope", String(32), nullable=False),
    ms("starts_ms"),
    ms("ends_ms", nullable=True),
    ms("lifted_ms", nullable=True),
    ms("overturned_ms", nullable=True),
    Column("may_apply", Boolean, nullable=False),
    Column("may_appeal", Boolean, nullable=False),
    Column("source", String(16), nullable=False),
    Column("automated", Boolean, nullable=False),
    text("decided_by"),
    text("statement"),
    whole("policy_version"),
    Column("untold", Boolean, nullable=False),
    Column("end_noted", Boolean, nullable=False),
    Column("renamed", Integer, nullable=False, server_default="0"),
    UniqueConstraint("subject", "ordinal"),
)
"""Restrictions with what they are for: holds, steps, blocks. `ordinal` numbers the strikes of a
subject (a person, else a member), so that two at once cannot both be the same step."""
for _given in ("violation_id", "case_id", "person_id", "linked_account_id"):
    index_where_given(penalties.c[_given])
Index(None, penalties.c.enterprise_id, penalties.c.member_id, penalties.c.starts_ms)
Index(None, penalties.c.starts_ms, penalties.c.id)
Index(None, penalties.c.shard, penalties.c.untold)
Index(None, penalties.c.end_noted, penalties.c.ends_ms)
Index(None, penalties.c.end_noted, penalties.c.lifted_ms)

requests = Table(
    "requests",
    metadata,
    key("id"),
    Column("kind", String(16), nullable=False),
    id_("penalty_id"),
    whole("number"),
    id_("enterprise_id"),
    id_("member_id", nullable=True),
    Column("state", String(24), nullable=False),
    text("grounds"),
    text("text"),
    text("thread"),
    text("filed_by"),
    Column("key_id", String(128), nullable=False),
    ms("created_ms"),
    ms("changed_ms"),
    ms("due_ms"),
    ms("decided_ms", nullable=True),
    text("decided_by", nullable=True),
    text("reason", nullable=True),
    UniqueConstraint("penalty_id", "kind", "number"),
)
"""Unblock applications and appeals; `thread` is what was asked and answered, as JSON."""
Index(None, requests.c.kind, requests.c.state, requests.c.created_ms)
Index(None, requests.c.enterprise_id, requests.c.kind, requests.c.created_ms)

documents = Table(
    "documents",
    metadata,
    key("id"),
    id_("request_id", index=True),
    Column("kind", String(32), nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=True),
    text("uploaded_by"),
    ms("created_ms"),
    ms("deleted_ms", nullable=True),
)
"""What appeals bring; `content` is encrypted, and gone once it was deleted."""

audit = Table(
    "audit",
    metadata,
    numbered("seq"),
    ms("at_ms"),
    text("holder"),
    Column("key_id", String(128), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject_kind", String(32), nullable=False),
    id_("subject_id"),
    id_("enterprise_id", nullable=True),
    id_("member_id", nullable=True),
    text("before", nullable=True),
    text("after", nullable=True),
    text("why"),
)
"""Who did what, before and after it, and why; triggers refuse every change of a row."""
Index(None, audit.c.subject_kind, audit.c.subject_id)
Index(None, audit.c.enterprise_id, audit.c.seq)

webhooks = Table(
    "webhooks",
    metadata,
    key("id"),
    text("url"),
    text("secret"),
    text("events"),
    ms("created_ms"),
    ms("changed_ms"),
    text("made_by"),
    ms("ended_ms", nullable=True),
)

outbox = Table(
    "outbox",
    metadata,
    numbered("seq"),
    Column("id", String(192), nullable=False, unique=True),
    Column("type", String(32), nullable=False),
    id_("enterprise_id"),
    id_("member_id", nullable=True),
    ms("at_ms"),
    text("body"),
    Column("spread", Boolean, nullable=False),
)
"""What webhooks are to be told, in the transaction that made it so; `spread`: to deliveries."""
Index(None, outbox.c.spread, outbox.c.seq)
Index(None, outbox.c.at_ms)

deliveries = Table(
    "deliveries",
    metadata,
    key("webhook_id"),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    id_("enterprise_id"),
    id_("member_id", nullable=True),
    Column("state", String(16), nullable=False),
    whole("attempts"),
    ms("next_ms"),
    ms("changed_ms"),
    text("error", nullable=True),
)
"""One notice on its way to one webhook: waiting, delivered or dead."""
Index(None, deliveries.c.state, deliveries.c.next_ms)
Index(None, deliveries.c.webhook_id, deliveries.c.state, deliveries.c.seq)
Index(None, deliveries.c.webhook_id, deliveries.c.state, deliveries.c.next_ms, deliveries.c.seq)
Index(
    None,
    deliveries.c.webhook_id,
    deliveries.c.enterprise_id,
    deliveries.c.member_id,
    deliveries.c.state,
    deliveries.c.seq,
)

linked_accounts = Table(
    "linked_accounts",
    metadata,
    key("linked_account_id"),
    Column("state", String(16), nullable=False),
    ms("at_ms"),
    ms("received_ms"),
)
"""How each linked account stands: blocked or unblocked, since its latest event by its own time."""

batches = Table(
    "batches",
    metadata,
    key("id"),
    text("selection"),
    text("reason"),
    text("counts"),
    text("asked_by"),
    ms("asked_ms"),
    text("confirmed_by", nullable=True),
    ms("confirmed_ms", nullable=True),
    ms("done_ms", nullable=True),
)
"""Overturns of many penalties at once: asked for by one holder, confirmed by another."""
