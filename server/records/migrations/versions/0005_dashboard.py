"""What the dashboard reads: sessions, the platform's activity, indexes of days and of the journal.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COUNTS = (
    "requested",
    "allowed",
    "charged",
    "denied_enterprise_restricted",
    "denied_member_restricted",
    "denied_contact_cooldown",
    "denied_member_daily_cap",
    "denied_enterprise_daily_cap",
    "denied_handover_cap",
    "denied_member_burst",
    "denied_enterprise_burst",
    "accepted",
    "declined",
    "deleted",
    "blocked",
    "complained",
)


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=128), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_expires_ms"), "sessions", ["expires_ms"])
    op.create_table(
        "activity",
        sa.Column("slot_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("slot_ms", "shard", name=op.f("pk_activity")),
    )
    op.create_index(
        "ix_days_day_of_enterprises",
        "days",
        ["day"],
        sqlite_where=sa.text("member_id = ''"),
        postgresql_where=sa.text("member_id = ''"),
    )
    op.create_index(
        op.f("ix_journal_enterprise_id_member_id_received_ms_seq"),
        "journal",
        ["enterprise_id", "member_id", "received_ms", "seq"],
    )
    op.create_index(op.f("ix_cases_state_opened_ms"), "cases", ["state", "opened_ms"])
    op.create_index(op.f("ix_cases_deferred_day"), "cases", ["deferred_day"])


def downgrade() -> None:
    op.drop_index(op.f("ix_cases_deferred_day"), "cases")
    op.drop_index(op.f("ix_cases_state_opened_ms"), "cases")
    op.drop_index(op.f("ix_journal_enterprise_id_member_id_received_ms_seq"), "journal")
    op.drop_index("ix_days_day_of_enterprises", "days")
    op.drop_table("activity")
    op.drop_table("sessions")
