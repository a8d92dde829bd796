"""Days count contacts by their worst outcome, too.

Revision 0008, after 0007. Of days before only changes of outcomes are known, so they begin with
those: a contact that changed its mind within them counts each time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("resolved", "negatives"):
        op.add_column("days", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE days SET resolved = accepted + declined + deleted + blocked + complained, "
        "negatives = deleted + blocked + complained"
    )


def downgrade() -> None:
    for name in ("negatives", "resolved"):
        op.drop_column("days", name)
