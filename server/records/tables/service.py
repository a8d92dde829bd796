"""Tables of the service itself: settings, who folds which shard, policies, keys, sessions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from server.records.tables.columns import id_, key, metadata, ms, text, whole

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

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    id_("key_id"),
    ms("created_ms"),
    ms("expires_ms"),
)
"""Who is signed in to the dashboard: the hash of the cookie, and the key it stands for."""
Index(None, sessions.c.expires_ms)
