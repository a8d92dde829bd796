"""Cases, and the events that a flag rests on.

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("flags", sa.Column("events", sa.Text(), server_default="[]", nullable=False))
    _create_cases()
    for columns in (
        ["opened_ms", "id"],
        ["enterprise_id", "member_id", "state"],
        ["enforced_day", "enterprise_id"],
        ["shard", "untold"],
        ["shard", "deferred_day"],
    ):
        op.create_index(op.f(f"ix_cases_{'_'.join(columns)}"), "cases", columns)


def downgrade() -> None:
    op.drop_table("cases")
    with op.batch_alter_table("flags") as flags:
        flags.drop_column("events")


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("changed_seq", sa.BigInteger(), nullable=False),
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=True),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("posterior", sa.Double(), nullable=True),
        sa.Column("contributions", sa.Text(), nullable=False),
        sa.Column("patterns", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("adds_before", sa.Integer(), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("enforced_day", sa.Integer(), nullable=True),
        sa.Column("deferred_day", sa.Integer(), nullable=True),
        sa.Column("hold_starts_ms", sa.BigInteger(), nullable=True),
        sa.Column("hold_ends_ms", sa.BigInteger(), nullable=True),
        sa.Column("hold_lifted_ms", sa.BigInteger(), nullable=True),
        sa.Column("decided_ms", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("key_id", sa.String(length=128), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("severity", sa.String(length=16), nullable=True),
        sa.Column("untold", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
