"""The first schema: journal, leases, views, accounts, history, flags, policies and keys.

Revision 0001, after nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_fold()
    _create_views()
    _create_accounts()
    _create_history()
    _create_journal()
    _create_terms()


def downgrade() -> None:
    op.drop_table("workers")
    op.drop_table("shards")
    op.drop_table("settings")
    op.drop_table("restrictions")
    op.drop_table("relations")
    op.drop_table("policies")
    op.drop_table("members")
    op.drop_table("member_views")
    op.drop_table("keys")
    op.drop_table("journal")
    op.drop_table("flags")
    op.drop_table("enterprises")
    op.drop_table("enterprise_views")
    op.drop_table("days")
    op.drop_table("cooldowns")
    op.drop_table("contacts")


def _create_fold() -> None:
    op.create_table(
        "contacts",
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("contact", sa.String(length=128), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "contact", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_changed_ms"), "contacts", ["changed_ms"])
    op.create_table(
        "cooldowns",
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("contact", sa.String(length=128), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "contact", "member_id", name=op.f("pk_cooldowns")),
    )
    op.create_index(op.f("ix_cooldowns_shard_changed_seq"), "cooldowns", ["shard", "changed_seq"])
    op.create_index(op.f("ix_cooldowns_until_ms"), "cooldowns", ["until_ms"])
    op.create_table(
        "relations",
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=False),
        sa.Column("contact", sa.String(length=128), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "member_id", "contact", name=op.f("pk_relations")),
    )
    op.create_index(op.f("ix_relations_changed_ms"), "relations", ["changed_ms"])


def _create_views() -> None:
    op.create_table(
        "enterprise_views",
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("changed_seq", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("cap_active", sa.Integer(), nullable=False),
        sa.Column("cap_passive", sa.Integer(), nullable=False),
        sa.Column("cap_handover", sa.Integer(), nullable=False),
        sa.Column("day_end_ms", sa.BigInteger(), nullable=False),
        sa.Column("sweep_due_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_enterprise_views")),
    )
    op.create_index(
        op.f("ix_enterprise_views_shard_changed_seq"), "enterprise_views", ["shard", "changed_seq"]
    )
    op.create_index(
        op.f("ix_enterprise_views_shard_sweep_due_ms"),
        "enterprise_views",
        ["shard", "sweep_due_ms"],
    )
    op.create_table(
        "member_views",
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("changed_seq", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("cap_active", sa.Integer(), nullable=False),
        sa.Column("cap_passive", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "member_id", name=op.f("pk_member_views")),
    )
    op.create_index(
        op.f("ix_member_views_shard_changed_seq"), "member_views", ["shard", "changed_seq"]
    )


def _create_accounts() -> None:
    op.create_table(
        "enterprises",
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("verification", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("first_seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_enterprises")),
    )
    op.create_table(
        "members",
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("activated_ms", sa.BigInteger(), nullable=True),
        sa.Column("linked_account_id", sa.String(length=128), nullable=True),
        sa.Column("person_id", sa.String(length=128), nullable=True),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("first_seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "member_id", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_linked_account_id"), "members", ["linked_account_id"])
    op.create_index(op.f("ix_members_person_id"), "members", ["person_id"])
    op.create_table(
        "keys",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("holder", sa.String(length=128), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("hash", name=op.f("uq_keys_hash")),
    )


def _create_history() -> None:
    op.create_table(
        "days",
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("requested", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("charged", sa.Integer(), nullable=False),
        sa.Column("denied_enterprise_restricted", sa.Integer(), nullable=False),
        sa.Column("denied_member_restricted", sa.Integer(), nullable=False),
        sa.Column("denied_contact_cooldown", sa.Integer(), nullable=False),
        sa.Column("denied_member_daily_cap", sa.Integer(), nullable=False),
        sa.Column("denied_enterprise_daily_cap", sa.Integer(), nullable=False),
        sa.Column("denied_handover_cap", sa.Integer(), nullable=False),
        sa.Column("denied_member_burst", sa.Integer(), nullable=False),
        sa.Column("denied_enterprise_burst", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("blocked", sa.Integer(), nullable=False),
        sa.Column("complained", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "member_id", "day", name=op.f("pk_days")),
    )
    op.create_index(op.f("ix_days_day"), "days", ["day"])
    op.create_table(
        "flags",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=True),
        sa.Column("pattern", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("statistic", sa.Double(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("adds_before", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
    )
    op.create_index(op.f("ix_flags_at_ms_id"), "flags", ["at_ms", "id"])
    op.create_index(
        op.f("ix_flags_enterprise_id_member_id_at_ms"),
        "flags",
        ["enterprise_id", "member_id", "at_ms"],
    )


def _create_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("enterprise_id", sa.String(length=128), nullable=True),
        sa.Column("member_id", sa.String(length=128), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "seq", name=op.f("pk_journal")),
    )
    op.create_index(
        op.f("ix_journal_shard_received_ms_seq"), "journal", ["shard", "received_ms", "seq"]
    )
    op.create_table(
        "shards",
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("lease_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("folded_seq", sa.BigInteger(), nullable=False),
        sa.Column("numbered_from", sa.BigInteger(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("shard", name=op.f("pk_shards")),
    )
    op.create_table(
        "workers",
        sa.Column("owner", sa.String(length=128), nullable=False),
        sa.Column("alive_until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_workers")),
    )


def _create_terms() -> None:
    op.create_table(
        "policies",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("activated_ms", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policies")),
    )
    op.create_table(
        "restrictions",
        sa.Column("penalty_id", sa.String(length=128), nullable=False),
        sa.Column("scope", sa.String(length=128), nullable=False),
        sa.Column("enterprise_id", sa.String(length=128), nullable=False),
        sa.Column("member_id", sa.String(length=128), nullable=True),
        sa.Column("starts_ms", sa.BigInteger(), nullable=False),
        sa.Column("ends_ms", sa.BigInteger(), nullable=True),
        sa.Column("may_apply", sa.Boolean(), nullable=False),
        sa.Column("may_appeal", sa.Boolean(), nullable=False),
        sa.Column("lifted_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("penalty_id", "scope", name=op.f("pk_restrictions")),
    )
    op.create_index(
        op.f("ix_restrictions_enterprise_id_member_id"),
        "restrictions",
        ["enterprise_id", "member_id"],
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
