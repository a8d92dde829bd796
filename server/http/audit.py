"""The audit, for those who look into who did what."""

from __future__ import annotations

from typing import Annotated, Any

from aiohttp import web
from pydantic import Field
from typing_extensions import TypedDict

from server.http.fields import Identifier, Line, Query, instant
from server.http.routing import Call, reply
from server.records import audit
from server.records.audit import Deed, DeedFilter

SubjectId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,128}$")]
"""An id of ours may be longer than one that is given to us."""


class AuditQuery(Query):
    """Which deeds, newest first; `cursor` is the `seq` of the last one seen."""

    subject_kind: Identifier | None = None
    subject: SubjectId | None = None
    enterprise: Identifier | None = None
    holder: Annotated[Line, Field(max_length=200)] | None = None
    action: Identifier | None = None
    cursor: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class SubjectShape(TypedDict):
    """What something was done to; `kind` is also how `action` begins, mostly."""

    kind: str
    id: str


class DeedShape(TypedDict):
    """One thing that was done; `before` and `after` are what of the subject it concerned.

    `holder` is `contact-quota` and `key_id` empty, or again `contact-quota`, where the service did
    it by itself. `enterprise_id` and `member_id`: whose subject it is, null where it is nobody's.
    """

    seq: int
    at: str
    holder: str
    key_id: str
    action: str
    subject: SubjectShape
    enterprise_id: str | None
    member_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    why: str


class AuditShape(TypedDict):
    """A page of deeds; `next_cursor` null at the end."""

    items: list[DeedShape]
    next_cursor: str | None


async def list_audit(call: Call[None, AuditQuery]) -> web.Response:
    """Who did what, when and why, newest first."""
    query = call.query
    which = DeedFilter(
        subject_kind=query.subject_kind,
        subject_id=query.subject,
        enterprise_id=query.enterprise,
        holder=query.holder,
        action=query.action,
        before_seq=query.cursor,
        limit=query.limit + 1,
    )
    async with call.services.database.read() as connection:
        found = await audit.listed(connection, which)
    shown = found[: query.limit]
    shape: AuditShape = {
        "items": [_shape(deed) for deed in shown],
        "next_cursor": str(shown[-1].seq) if len(found) > query.limit else None,
    }
    return reply(shape)


def _shape(deed: Deed) -> DeedShape:
    return {
        "seq": deed.seq,
        "at": instant(deed.at_ms),
        "holder": deed.holder,
        "key_id": deed.key_id,
        "action": deed.action,
        "subject": {"kind": deed.subject_kind, "id": deed.subject_id},
        "enterprise_id": deed.enterprise_id,
        "member_id": deed.member_id,
        "before": None if deed.before is None else dict(deed.before),
        "after": None if deed.after is None else dict(deed.after),
        "why": deed.why,
    }
