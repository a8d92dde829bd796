"""What lists of an enterprise's many members look at: indexes of views and of days.

Revision 0006, after 0005.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_member_views_enterprise_id_member_id_score_cap_active"),
        "member_views",
        ["enterprise_id", "member_id", "score", "cap_active"],
    )
    op.create_index(
        op.f("ix_days_enterprise_id_day_member_id"), "days", ["enterprise_id", "day", "member_id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_days_enterprise_id_day_member_id"), "days")
    op.drop_index(op.f("ix_member_views_enterprise_id_member_id_score_cap_active"), "member_views")
