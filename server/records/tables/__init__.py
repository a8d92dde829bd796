"""Every table of the record, in types that SQLite and PostgreSQL share.

Times are epoch milliseconds (`*_ms`), `day` is a local day (days since 1970-01-01), documents are
JSON text. `member_id` is `''` where a key may also mean the enterprise as a whole. Of a day,
`allowed` counts every add, `charged` the active ones less refunds.
"""

from server.records.tables.columns import metadata
from server.records.tables.enforcement import (
    audit,
    batches,
    deliveries,
    documents,
    linked_accounts,
    outbox,
    penalties,
    requests,
    violations,
    webhooks,
)
from server.records.tables.loop import (
    COUNTS,
    DAY_COUNTS,
    DENIAL_REASONS,
    activity,
    cases,
    contacts,
    cooldowns,
    days,
    enterprise_views,
    enterprises,
    flags,
    journal,
    member_views,
    members,
    relations,
)
from server.records.tables.service import keys, policies, sessions, settings, shards, workers

__all__ = [
    "COUNTS",
    "DAY_COUNTS",
    "DENIAL_REASONS",
    "activity",
    "audit",
    "batches",
    "cases",
    "contacts",
    "cooldowns",
    "days",
    "deliveries",
    "documents",
    "enterprise_views",
    "enterprises",
    "flags",
    "journal",
    "keys",
    "linked_accounts",
    "member_views",
    "members",
    "metadata",
    "outbox",
    "penalties",
    "policies",
    "relations",
    "requests",
    "sessions",
    "settings",
    "shards",
    "violations",
    "webhooks",
    "workers",
]
