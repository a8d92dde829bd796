"""Which accounts a penalty or a hold binds now, as conditions of queries over many accounts.

`standing` answers the same for one account, with the penalties themselves.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select, union

from penalties.penalty import PERSONAL
from penalties.restrictions import Scope
from server.records.penalty_rows import not_over
from server.records.tables import members, penalties


def enterprise(enterprise_id: ColumnElement[str], now_ms: int) -> ColumnElement[bool]:
    """Whether one of the blocks of an enterprise as a whole binds it."""
    whole = select(penalties.c.enterprise_id).where(penalties.c.member_id.is_(None), _binds(now_ms))
    return enterprise_id.in_(whole)


def member(enterprise_id: str, member_id: ColumnElement[str], now_ms: int) -> ColumnElement[bool]:
    """Whether something binds a member: its own, its person's `interop`, its enterprise's block."""
    own = penalties.c.enterprise_id == enterprise_id
    blocked = select(penalties.c.id).where(
        own,
        penalties.c.member_id.is_(None),
        penalties.c.scope == str(Scope.ENTERPRISE_ACCOUNT),
        _binds(now_ms),
    )
    by_name = select(penalties.c.member_id).where(
        own, penalties.c.member_id.is_not(None), _binds(now_ms)
    )
    return or_(blocked.exists(), member_id.in_(union(by_name, _by_person(enterprise_id, now_ms))))


def _by_person(enterprise_id: str, now_ms: int) -> Select[tuple[str]]:
    """Members whose person was named when a penalty was imposed, or is by its account now."""
    personal = and_(penalties.c.scope.in_([str(scope) for scope in PERSONAL]), _binds(now_ms))
    owner, named = members.alias("owner"), members.alias("named")
    is_owner = and_(
        owner.c.enterprise_id == penalties.c.enterprise_id,
        owner.c.member_id == penalties.c.member_id,
    )
    people = union(
        select(penalties.c.person_id).where(penalties.c.person_id.is_not(None), personal),
        select(owner.c.person_id)
        .select_from(penalties.join(owner, is_owner))
        .where(owner.c.person_id.is_not(None), personal),
    )
    return select(named.c.member_id).where(
        named.c.enterprise_id == enterprise_id, named.c.person_id.in_(people)
    )


def _binds(now_ms: int) -> ColumnElement[bool]:
    # What is not over was not noted as ended either: the index has few that are.
    return and_(penalties.c.end_noted.is_(False), not_over(now_ms))
