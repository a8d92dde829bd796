"""Reading what was sent: strict JSON, strict models, every mistake with its place."""

from __future__ import annotations

from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from server.http.encodings import decoded
from server.http.problems import FieldError, Problem, invalid, invalid_at

MAX_BODY = 1024 * 1024
JSON = "application/json"
ModelT = TypeVar("ModelT", bound=BaseModel)


async def read_body(request: web.Request, *media_types: str) -> bytes:
    """The body's bytes, decompressed, at most `MAX_BODY` of them.

    Raises Problem: 415 for another media type, charset than UTF-8 or coding, 413 when it is too
    large, 400 when it does not arrive whole.
    """
    if request.content_type not in media_types:
        wanted = " or ".join(media_types)
        raise Problem(415, f"The body must be {wanted}, not {request.content_type}.")
    if (request.charset or "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Problem(415, "The body must be UTF-8.")
    try:
        raw = await request.read()
    except (web.RequestPayloadError, ConnectionError) as error:
        raise invalid_at(["body"], "did not arrive whole") from error
    return decoded(raw, request.headers.get("Content-Encoding", ""), MAX_BODY)


def check_announced(request: web.Request, most: int = MAX_BODY) -> None:
    """Raises Problem 413 for a body announced as too large, also where none is read."""
    if (request.content_length or 0) > most:
        raise Problem(413, f"The body must not be larger than {most} bytes.")


def parse_json(raw: bytes) -> object:
    """The JSON value in `raw` (RFC 8259), without duplicate names, NaN or Infinity.

    Raises Problem 400 that names the position.
    """
    try:
        return _decoder.decode(raw.decode())
    except UnicodeDecodeError as error:
        raise invalid_at(["body"], f"is not UTF-8 at byte {error.start}") from error
    except JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise invalid_at(["body"], f"is not JSON: {error.msg} at {place}") from error
    except RecursionError as error:
        raise invalid_at(["body"], "is nested too deeply") from error
    except ValueError as error:
        raise invalid_at(["body"], f"is not acceptable JSON: {error}") from error


def validated(
    model: type[ModelT], value: object, where: str = "body", now_ms: int | None = None
) -> ModelT:
    """`value` as an instance of `model`. Raises Problem 400 with one error per mistake.

    Models that judge times need `now_ms`; they find it in pydantic's validation context.
    """
    try:
        return model.model_validate(value, context={"now_ms": now_ms})
    except ValidationError as error:
        errors = list(field_errors(error, value, where))
        mistakes = "1 mistake" if len(errors) == 1 else f"{len(errors)} mistakes"
        raise invalid(f"The {where} has {mistakes}.", errors) from error


def validated_query(model: type[ModelT] | None, request: web.Request) -> ModelT | None:
    """The query parameters; unknown and repeated ones are refused with Problem 400."""
    query = request.query
    if model is None and not query:
        return None
    fields = {} if model is None else model.model_fields
    known = frozenset(field.alias or name for name, field in fields.items())
    for name in query:
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            raise invalid_at(["query", name], f"unknown parameter; known here: {listed}")
        if len(query.getall(name)) > 1:
            raise invalid_at(["query", name], "given more than once")
    return None if model is None else validated(model, dict(query), "query")


def field_errors(error: ValidationError, value: object, where: str) -> Iterator[FieldError]:
    """The single mistakes, each with the path a reader of the body would follow."""
    for found in error.errors(include_url=False, include_context=False, include_input=False):
        yield {"loc": [where, *_path(found["loc"], value)], "msg": found["msg"]}


def _path(loc: tuple[int | str, ...], value: Any) -> Iterator[int | str]:
    """`loc` without the names of union members, which are not part of the body."""
    last = len(loc) - 1
    for index, part in enumerate(loc):
        if isinstance(value, dict) and part not in value and index != last:
            continue
        yield part
        try:
            value = value[part]
        except (LookupError, TypeError):
            value = None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice[:64]!r} stands twice in one object")
    return made


def _not_a_number(name: str) -> float:
    raise ValueError(f"{name} is not a number of JSON")


# As fast as pydantic's own JSON parser to within 2 µs a pre-check, which keeps the last of
# duplicate names and so could not tell a request from one that was tampered with.
_decoder = JSONDecoder(object_pairs_hook=_object, parse_constant=_not_a_number)
