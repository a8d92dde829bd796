"""What Alembic runs: on the connection that `upgrade` opened, never on one of its own."""

from __future__ import annotations

from alembic import context

from server.records.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
