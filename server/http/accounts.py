"""Accounts as they are described and listed (API "Accounts")."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, PlainValidator, WithJsonSchema
from typing_extensions import TypedDict

from quota.policy import TimeZone
from server.http.fields import Body, Identifier, Line, PastMs, Query, instant
from server.records.accounts import Enterprise, Member
from server.records.listing_pages import Figures, Only, Order, Sort

MOST_VALUE = 500
Name = Annotated[Line, Field(min_length=1)]
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


def _field_value(value: object) -> str | bool:
    if isinstance(value, bool) or (isinstance(value, str) and len(value) <= MOST_VALUE):
        return value
    raise ValueError(f"must be a text of up to {MOST_VALUE} characters, true or false")


_VALUE = {"anyOf": [{"type": "string", "maxLength": MOST_VALUE}, {"type": "boolean"}]}
FieldValue = Annotated[str | bool, PlainValidator(_field_value), WithJsonSchema(_VALUE)]
Profile = Annotated[dict[FieldName, FieldValue], Field(max_length=50)]
"""Attested fields with their values, or true where the value is kept elsewhere.

An empty value, or false, is a field that is not attested.
"""


class EnterpriseBody(Body):
    """An enterprise as a whole: what is left out goes back to its default."""

    name: Name | None = None
    time_zone: Annotated[TimeZone, Field(max_length=64)] | None = None
    verification: Literal["none", "verified", "certified"] = "none"
    profile: Profile = Field(default_factory=dict)


class MemberBody(Body):
    """A member as a whole: what is left out goes back to its default."""

    name: Name | None = None
    activated_at: PastMs | None = None
    linked_account_id: Identifier | None = None
    person_id: Identifier | None = None
    profile: Profile = Field(default_factory=dict)


class ListQuery(Query):
    """Part of a list: `limit` rows behind `cursor`, by `sort` (else by id).

    Of a `sort` the largest stand first unless `order` is `asc`; without one it is by id, upwards.
    `share` is used ÷ cap. `filter`: `at_cap` has used all of its cap, `near_cap` 80 %, `denied` had
    a denial today, `unused` has used nothing today, `restricted` has a penalty or a hold in force.
    """

    cursor: Annotated[str, Field(max_length=500)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    sort: Sort | None = None
    order: Order | None = None
    filter: Only | None = None
    q: Line | None = None


class EnterpriseShape(TypedDict):
    """An enterprise; `name` is null while nobody described it."""

    enterprise_id: str
    name: str | None
    time_zone: str
    verification: str
    profile: dict[str, str | bool]
    first_seen: str


class MemberShape(TypedDict):
    """A member; `activated_at` null: as first seen."""

    enterprise_id: str
    member_id: str
    name: str | None
    activated_at: str | None
    linked_account_id: str | None
    person_id: str | None
    profile: dict[str, str | bool]
    first_seen: str


class FiguresShape(TypedDict):
    """Today so far, and what is thought of the account; null before its first folded event.

    `score` is in steps of 5 for enterprises. `restricted`: a penalty or a hold is in force, of its
    own or of its whole enterprise.
    """

    used: int
    remaining: int
    denied: int
    score: float | None
    tier: int | None
    cap: int | None
    restricted: bool


class ListedEnterprise(EnterpriseShape, FiguresShape):
    """A row of the list of enterprises."""


class ListedMember(MemberShape, FiguresShape):
    """A row of the list of members."""


class TotalShape(TypedDict):
    """How many rows match, on the first page."""

    total: NotRequired[int]


class EnterprisesShape(TotalShape):
    """A page of enterprises; `next_cursor` null at the end."""

    items: list[ListedEnterprise]
    next_cursor: NotRequired[str | None]


class MembersShape(TotalShape):
    """A page of members; `next_cursor` null at the end."""

    items: list[ListedMember]
    next_cursor: NotRequired[str | None]


def enterprise_shape(enterprise: Enterprise) -> EnterpriseShape:
    """An enterprise as it is sent."""
    return {
        "enterprise_id": enterprise.enterprise_id,
        "name": enterprise.name,
        "time_zone": enterprise.time_zone,
        "verification": enterprise.verification,
        "profile": dict(enterprise.profile),
        "first_seen": instant(enterprise.first_seen_ms),
    }


def member_shape(member: Member) -> MemberShape:
    """A member as it is sent."""
    activated_ms = member.activated_ms
    return {
        "enterprise_id": member.enterprise_id,
        "member_id": member.member_id,
        "name": member.name,
        "activated_at": None if activated_ms is None else instant(activated_ms),
        "linked_account_id": member.linked_account_id,
        "person_id": member.person_id,
        "profile": dict(member.profile),
        "first_seen": instant(member.first_seen_ms),
    }


def figures_shape(figures: Figures) -> FiguresShape:
    """The figures beside an account in a list."""
    return {
        "used": figures.used,
        "remaining": figures.remaining,
        "denied": figures.denied,
        "score": figures.score,
        "tier": figures.tier,
        "cap": figures.cap,
        "restricted": figures.restricted,
    }
