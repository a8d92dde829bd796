"""API keys: made, listed, ended."""

from __future__ import annotations

import secrets
from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from server.http.fields import Body, Line, instant
from server.http.problems import Problem
from server.http.routing import Call, reply
from server.http.scopes import Caller, parse_grant
from server.records import keys
from server.records.audit import SERVICE, Doer
from server.records.keys import ApiKey


def _scope(text: str) -> str:
    parse_grant(text)
    return text


def _nobody_else(holder: str) -> str:
    named = " ".join(holder.split())
    if not named:
        raise ValueError("names nobody: say who holds the key, or leave it out")
    if named.casefold() == SERVICE:
        raise ValueError("is what the service itself is called in the audit: give another name")
    return named


ScopeText = Annotated[str, Field(max_length=200), AfterValidator(_scope)]


class KeyBody(Body):
    """A key to make; two-person rules compare `holder`s: name the person who holds it.

    Without one each key counts as a person of its own. Case and spaces make no other holder.
    """

    scopes: Annotated[list[ScopeText], Field(min_length=1, max_length=50)]
    note: Line = ""
    holder: Annotated[Line, Field(min_length=1), AfterValidator(_nobody_else)] | None = None


class KeyShape(TypedDict):
    """A key without its secret; `revoked_at` null while it is live."""

    id: str
    scopes: list[str]
    note: str
    holder: str
    created_at: str
    revoked_at: str | None


class NewKeyShape(TypedDict):
    """A new key; `key` is shown this once."""

    id: str
    key: str
    scopes: list[str]
    note: str
    holder: str


class KeysShape(TypedDict):
    """All keys, revoked ones too, oldest first."""

    items: list[KeyShape]


def new_secret() -> str:
    """A key of 256 random bits."""
    return f"cq_{secrets.token_urlsafe(32)}"


async def create_key(call: Call[KeyBody, None]) -> web.Response:
    """Makes a key."""
    key_id, secret = f"k-{secrets.token_hex(6)}", new_secret()
    wanted = call.body.holder or key_id
    scopes = tuple(dict.fromkeys(call.body.scopes))
    async with call.services.database.write() as connection:
        # "Rui" and "rui" are one person to the two-person rules.
        holder = await keys.spelled(connection, wanted)
        record = ApiKey(key_id, scopes, call.body.note, holder, call.services.clock_ms())
        await keys.create(connection, record, secret, _doer(call.caller))
    shape: NewKeyShape = {
        "id": key_id,
        "key": secret,
        "scopes": list(scopes),
        "note": record.note,
        "holder": holder,
    }
    return reply(shape, 201)


async def list_keys(call: Call[None, None]) -> web.Response:
    """All keys, without their secrets."""
    async with call.services.database.read() as connection:
        found = await keys.listed(connection)
    shape: KeysShape = {"items": [_shape(key) for key in found]}
    return reply(shape)


async def revoke_key(call: Call[None, None]) -> web.Response:
    """Ends a key: here at once, in other processes within two seconds."""
    key_id, services = call.path["key_id"], call.services
    async with services.database.write() as connection:
        ended = await keys.revoke(connection, key_id, services.clock_ms(), _doer(call.caller))
    if not ended:
        raise Problem(404, "No live key has this id.")
    services.keys.forget(key_id)
    return web.Response(status=204)


def _doer(caller: Caller) -> Doer:
    return Doer(caller.holder, caller.key_id)


def _shape(key: ApiKey) -> KeyShape:
    return {
        "id": key.id,
        "scopes": list(key.scopes),
        "note": key.note,
        "holder": key.holder,
        "created_at": instant(key.created_ms),
        "revoked_at": None if key.revoked_ms is None else instant(key.revoked_ms),
    }
