"""Violations, penalties in the place of restrictions, requests, documents, audit.

Revision 0003, after 0002.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INDEXES = (
    ("violations", ["enterprise_id", "member_id"]),
    ("violations", ["reported_ms"]),
    ("violations", ["shard", "untold"]),
    ("penalties", ["case_id"]),
    ("penalties", ["end_noted", "ends_ms"]),
    ("penalties", ["end_noted", "lifted_ms"]),
    ("penalties", ["enterprise_id", "member_id", "starts_ms"]),
    ("penalties", ["linked_account_id"]),
    ("penalties", ["person_id"]),
    ("penalties", ["shard", "untold"]),
    ("penalties", ["starts_ms", "id"]),
    ("penalties", ["violation_id"]),
    ("requests", ["enterprise_id", "kind", "created_ms"]),
    ("requests", ["kind", "state", "created_ms"]),
    ("documents", ["request_id"]),
    ("audit", ["enterprise_id", "seq"]),
    ("audit", ["subject_kind", "subject_id"]),
)

_STATEMENT = {
    "measure": "The member cannot add external contacts; being added still works.",
    "facts": "Signs of malicious addition of external contacts.",
    "source": "Detected by automated means.",
    "automated_detection": True,
    "automated_decision": True,
    "decided_by": "The service, by its published rules.",
    "clause": "§2.1, §2.2",
    "rule": "While a person has yet to look at signs of malicious addition, active adds are held, "
    "for a limited time and without a strike.",
    "redress": "Member or administrator may appeal, claiming a mistake.",
}
"""What a hold says that was imposed when nobody wrote statements."""

_APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
        ),
    ],
}


def upgrade() -> None:
    _create_violations()
    _create_penalties()
    _create_requests()
    _create_documents()
    _create_audit()
    for table, columns in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
    _widen()
    _move_restrictions()
    op.drop_table("restrictions")


def downgrade() -> None:
    """What restrictions cannot say of penalties is lost."""
    op.create_table(
        "restrictions",
        sa.Column("penalty_id", sa.String(128), primary_key=True),
        sa.Column("scope", sa.String(128), primary_key=True),
        sa.Column("enterprise_id", sa.String(128), nullable=False),
        sa.Column("member_id", sa.String(128), nullable=True),
        sa.Column("starts_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_ms", sa.BigInteger(), nullable=True),
        sa.Column("may_apply", sa.Boolean(), nullable=False),
        sa.Column("may_appeal", sa.Boolean(), nullable=False),
        sa.Column("lifted_ms", sa.BigInteger(), nullable=True),
    )
    account = ["enterprise_id", "member_id"]
    op.create_index(op.f("ix_restrictions_enterprise_id_member_id"), "restrictions", account)
    op.execute(
        """
        INSERT INTO restrictions
        SELECT id, scope, enterprise_id, member_id, starts_ms, ends_ms, may_apply, may_appeal,
            COALESCE(lifted_ms, overturned_ms)
        FROM penalties
        """
    )
    for table in ("violations", "penalties", "requests", "documents", "audit"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_append_only()")
    with op.batch_alter_table("flags") as flags:
        flags.drop_column("written_off_ms")
    with op.batch_alter_table("cases") as cases:
        for name in ("type", "source", "violation_id", "proposal", "reports"):
            cases.drop_column(name)


def _widen() -> None:
    with op.batch_alter_table("keys") as keys:
        keys.alter_column(
            "holder", existing_type=sa.String(128), type_=sa.String(256), existing_nullable=False
        )
    op.add_column("flags", sa.Column("written_off_ms", sa.BigInteger(), nullable=True))
    for column in (
        sa.Column("type", sa.String(64), nullable=False, server_default="T1.MALICIOUS_ADD"),
        sa.Column("source", sa.String(16), nullable=False, server_default="automated"),
        sa.Column("violation_id", sa.String(128), nullable=True),
        sa.Column("proposal", sa.Text(), nullable=True),
        sa.Column("reports", sa.Text(), nullable=False, server_default="[]"),
    ):
        op.add_column("cases", column)


def _move_restrictions() -> None:
    """Holds of cases are all there was: nothing imposed any other restriction before."""
    moved = sa.text(
        """
        INSERT INTO penalties (
            id, shard, case_id, type, track, is_hold, severity, enterprise_id, member_id, subject,
            scope, starts_ms, ends_ms, lifted_ms, may_apply, may_appeal, source, automated,
            decided_by, statement, policy_version, untold, end_noted
        )
        SELECT r.penalty_id, COALESCE(c.shard, 0), c.id, 'T1.MALICIOUS_ADD', 1, true, 'normal',
            r.enterprise_id, r.member_id, r.enterprise_id || '/' || COALESCE(r.member_id, ''),
            r.scope, r.starts_ms, r.ends_ms, r.lifted_ms, r.may_apply, r.may_appeal, 'automated',
            true, '[]', :statement, COALESCE(c.policy_version, 1), false, true
        FROM restrictions r LEFT JOIN cases c ON c.id = r.penalty_id
        """
    )
    op.execute(moved.bindparams(statement=json.dumps(_STATEMENT)))


def _create_violations() -> None:
    op.create_table(
        "violations",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("track", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("occurred_ms", sa.BigInteger(), nullable=False),
        sa.Column("reported_ms", sa.BigInteger(), nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=128), nullable=False),
        sa.Column("case_id", sa.String(length=128), nullable=True),
        sa.Column("linked_account_id", sa.String(length=128), nullable=True),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("untold", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_violations")),
    )


def _create_penalties() -> None:
    op.create_table(
        "penalties",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("violation_id", sa.String(length=128), nullable=True),
        sa.Column("case_id", sa.String(length=128), nullable=True),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("track", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("is_hold", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=True),
        sa.Column("person_id", sa.String(length=128), nullable=True),
        sa.Column("linked_account_id", sa.String(length=128), nullable=True),
        sa.Column("subject", sa.String(length=256), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=True),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("starts_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_ms", sa.BigInteger(), nullable=True),
        sa.Column("lifted_ms", sa.BigInteger(), nullable=True),
        sa.Column("overturned_ms", sa.BigInteger(), nullable=True),
        sa.Column("may_apply", sa.Boolean(), nullable=False),
        sa.Column("may_appeal", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("automated", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("untold", sa.Boolean(), nullable=False),
        sa.Column("end_noted", sa.Boolean(), nullable=False),
        sa.Column("renamed", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_penalties")),
        sa.UniqueConstraint("subject", "ordinal", name=op.f("uq_penalties_subject_ordinal")),
    )


def _create_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("penalty_id", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=128), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("decided_ms", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint(
            "penalty_id", "kind", "number", name=op.f("uq_requests_penalty_id_kind_number")
        ),
    )


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("deleted_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=128), nullable=False),
        sa.Column("enterprise_id", sa.String(length=128), nullable=True),
        sa.Column("member_id", sa.String(length=128), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
