"""Indexes of columns that most rows leave empty have only those that do not.

Revision 0007, after 0006. Why: `server.records.tables.columns.index_where_given`.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import column

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = (
    ("members", "linked_account_id"),
    ("members", "person_id"),
    ("penalties", "violation_id"),
    ("penalties", "case_id"),
    ("penalties", "person_id"),
    ("penalties", "linked_account_id"),
)


def upgrade() -> None:
    for table, name in COLUMNS:
        given = column(name).is_not(None)
        op.drop_index(op.f(f"ix_{table}_{name}"), table)
        op.create_index(
            op.f(f"ix_{table}_{name}"), table, [name], sqlite_where=given, postgresql_where=given
        )


def downgrade() -> None:
    for table, name in COLUMNS:
        op.drop_index(op.f(f"ix_{table}_{name}"), table)
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])
