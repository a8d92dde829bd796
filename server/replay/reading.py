"""Turns lines into the events that the journal would hold, or says what is wrong with one."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter, ValidationError

from server.contacts import ContactHasher, NumberError
from server.replay.decision_lines import DECISIONS
from server.replay.files import Raw, ReplayError
from server.replay.lines import AnyLine
from server.secret_keys import SecretKey

_NOT_OF_THE_EVENT = ("shard", "seq", "day", "day_end_ms", "record", "hold_s", "name")
_PLACE = re.compile(r" at line \d+ column (\d+)$")


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a file. `body` is the journal's, without the clock and the local day.

    `outcome` is what the line of an add says came of it; `hold_s` how long the add is held.
    """

    raw: Raw
    type: str
    clock_ms: int
    shard: int | None
    body: dict[str, Any]
    outcome: str | None = None
    hold_s: int | None = None

    def error(self, message: str) -> ReplayError:
        """What is wrong with this line."""
        return ReplayError(self.raw.file, self.raw.number, message)


class Reader:
    """Validates lines and hashes what is personal in them; hashes of an export stay as they are."""

    def __init__(self, contacts: ContactHasher) -> None:
        self._contacts = contacts
        self._adapter: TypeAdapter[Any] = TypeAdapter(AnyLine)

    def line(self, raw: Raw, exempt: Collection[str] = ()) -> Line:
        """The event of a line, without a number in one of the `exempt` blocks.

        Raises ReplayError that names file, line and field.
        """
        try:
            given: dict[str, Any] = self._adapter.validate_json(raw.text.rstrip(b"\r\n"))
        except ValidationError as error:
            raise ReplayError(raw.file, raw.number, _explained(error)) from None
        try:
            self._hash(given, exempt)
        except NumberError as error:
            raise ReplayError(raw.file, raw.number, f"target_phone: {error}") from None
        clock_ms = given.pop("received_at", given["at"])
        shard, outcome, hold_s = (given.get(name) for name in ("shard", "outcome", "hold_s"))
        for name in _NOT_OF_THE_EVENT:
            given.pop(name, None)
        if given["type"] not in DECISIONS:
            given.pop("outcome", None)
        elif shard is not None:
            given["of_service"] = True
        return Line(raw, given["type"], clock_ms, shard, given, outcome, hold_s)

    def _hash(self, given: dict[str, Any], exempt: Collection[str]) -> None:
        target_id = given.pop("target_id", None)
        if target_id is not None:
            given["target"] = self._contacts.replayed(target_id)
        if "contacts" in given:
            given["contacts"] = [self._contacts.replayed(each) for each in given["contacts"]]
        phone = given.pop("target_phone", None)
        if phone is not None:
            number = self._contacts.number(phone, exempt)
            if number is not None:
                given["number_block"], given["number_tail"] = number.block, number.tail
        greeting = given.pop("greeting", None)
        if greeting is not None and (hashed := self._contacts.greeting(greeting)) is not None:
            given["greeting_hash"] = hashed


def replay_hasher() -> ContactHasher:
    """The hashes of a replay: the same in every run, so that its results can be compared.

    They hide nothing from somebody who holds the files, and need not: the files have the ids.
    """
    return ContactHasher([SecretKey("replay", sha256(b"contact-quota replay").digest())])


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _explained(error: ValidationError) -> str:
    """The first mistake, under the field it is in."""
    found = error.errors(include_url=False)[0]
    kind, context = found["type"], found.get("ctx", {})
    message = _lowered(found["msg"].removeprefix("Value error, "))
    match kind:
        case "json_invalid":
            return "is not JSON: " + _PLACE.sub(r" at column \1", context["error"])
        case "dict_type" if not found["loc"]:
            return "is not an event: a JSON object is"
        case "union_tag_not_found":
            return "type: is missing"
        case "union_tag_invalid":
            message = f"{context['tag']!r} is no event; known: {context['expected_tags']}"
            return f"type: {message}".replace("'", "")
        case "dict_type":
            message = "must be a JSON object"
        case "missing":
            message = "is missing"
        case "extra_forbidden":
            message = f"unknown field of {found['loc'][0]}"
    return f"{'.'.join(map(str, found['loc'][1:]))}: {message}"
