"""What accounts are called, beside their ids: for whoever reads a list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from typing_extensions import TypedDict

from server.records import accounts
from server.records.engine import Database, RecordsUnavailable


class NamesShape(TypedDict):
    """Names of an account's enterprise and of its member; null where nobody described it."""

    enterprise: str | None
    member: str | None


async def put_names(database: Database, shapes: Sequence[Any]) -> None:
    """Puts `names` into shapes that have `enterprise_id` and `member_id`.

    With the record away there are none: what was decided is answered all the same.
    """
    whose = {(shape["enterprise_id"], shape["member_id"]) for shape in shapes}
    found: Mapping[accounts.Whose, tuple[str | None, str | None]] = {}
    if whose:
        with suppress(RecordsUnavailable):
            async with database.read() as connection:
                found = await accounts.names(connection, whose)
    for shape in shapes:
        account = shape["enterprise_id"], shape["member_id"]
        enterprise, member = found.get(account, (None, None))
        names: NamesShape = {"enterprise": enterprise, "member": member}
        shape["names"] = names
