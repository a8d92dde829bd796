"""Bodies in parts (RFC 7578), read up to a limit of their own and taken apart strictly.

The whole body is read first, counted as it comes, whatever length was announced: what is then in
memory has an end, and no order of its parts makes a difference.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import collapse_rfc2231_value

from aiohttp import web

from server.http.problems import Problem, invalid_at

MULTIPART = "multipart/form-data"
WITHIN_S = 300.0
"""How long a body may take to come: a slow client must not hold memory for ever."""
MOST_PARTS = 16
_MOST_HEAD = 8 * 1024
_MOST_BOUNDARY = 70
_AS_THEY_ARE = frozenset({"", "binary", "8bit", "7bit"})


@dataclass(frozen=True, slots=True)
class Part:
    """A named part; what else its headers say is not looked at."""

    name: str
    content: bytes = field(repr=False)


async def read_parts(
    request: web.Request, most: int, within_s: float = WITHIN_S
) -> Mapping[str, bytes]:
    """The contents of the body's parts by name; the body has at most `most` bytes.

    Raises Problem: 415 for another media type or an encoded body or part, 413 when it is too large,
    400 when it does not arrive whole, is not made of parts, or a name stands twice.
    """
    if request.content_type != MULTIPART:
        raise Problem(415, f"The body must be {MULTIPART}, not {request.content_type}.")
    if request.headers.get("Content-Encoding", "").strip().lower() not in {"", "identity"}:
        detail = "A body in parts must not have a Content-Encoding."
        raise Problem(415, detail, headers={"Accept-Encoding": "identity"})
    boundary = _boundary(request.headers.get("Content-Type", ""))
    parts: dict[str, bytes] = {}
    for part in split(await read_counted(request, most, within_s), boundary):
        if part.name in parts:
            raise invalid_at(["body", part.name[:64]], "stands twice in the body")
        parts[part.name] = part.content
    return parts


async def read_counted(request: web.Request, most: int, within_s: float) -> bytes:
    """The body as it is, at most `most` bytes of it. Raises Problem 413, 400."""
    received = bytearray()
    try:
        async with asyncio.timeout(within_s):
            async for some in request.content.iter_any():
                received += some
                if len(received) > most:
                    raise Problem(413, f"The body must not be larger than {most} bytes.")
    except TimeoutError as error:
        raise invalid_at(["body"], f"did not arrive within {within_s:g} seconds") from error
    except (web.RequestPayloadError, ConnectionError) as error:
        raise invalid_at(["body"], "did not arrive whole") from error
    return bytes(received)


def split(body: bytes, boundary: bytes) -> Iterator[Part]:
    """The parts between the boundary's lines. Raises Problem 400, or 415 for an encoded part."""
    line = b"\r\n--" + boundary
    # The first line need not follow another one.
    at = len(line) - 2 if body.startswith(line[2:]) else _after(line, body, 0)
    for _ in range(MOST_PARTS):
        if body.startswith(b"--", at):
            return
        begin = body.find(b"\r\n", at)
        if begin < 0 or body[at:begin].strip(b" \t"):
            raise invalid_at(["body"], "has a boundary with something behind it")
        head_end = body.find(b"\r\n\r\n", begin, begin + _MOST_HEAD)
        if head_end < 0:
            raise invalid_at(["body"], "has a part whose headers do not end")
        at = _after(line, body, head_end + 2)
        yield _part(body[begin + 2 : head_end + 2], body[head_end + 4 : at - len(line)])
    raise invalid_at(["body"], f"has more than {MOST_PARTS} parts")


def _after(line: bytes, body: bytes, begin: int) -> int:
    """Where the next boundary ends."""
    found = body.find(line, begin)
    if found < 0:
        raise invalid_at(["body"], "does not end with its boundary")
    return found + len(line)


def _part(head: bytes, content: bytes) -> Part:
    try:
        headers = BytesHeaderParser().parsebytes(head)
        is_a_field = headers.get_content_disposition() == "form-data"
        name = collapse_rfc2231_value(_param(headers, "name", "content-disposition"))
    except (MessageError, LookupError, ValueError) as error:
        raise invalid_at(["body"], "has a part whose headers cannot be read") from error
    if not (is_a_field and name):
        raise invalid_at(["body"], "has a part without Content-Disposition: form-data and a name")
    for coding, taken in (
        ("Content-Encoding", {"", "identity"}),
        ("Content-Transfer-Encoding", _AS_THEY_ARE),
    ):
        if str(headers.get(coding, "")).strip().lower() not in taken:
            raise Problem(415, f"The part {name[:64]!r} must not have a {coding}.")
    return Part(name, content)


def _boundary(content_type: str) -> bytes:
    message = Message()
    message["Content-Type"] = content_type
    try:
        boundary = collapse_rfc2231_value(_param(message, "boundary", "content-type"))
        taken = boundary.encode("ascii")
    except (MessageError, LookupError, ValueError) as error:
        raise invalid_at(["header", "Content-Type"], "has no boundary in ASCII") from error
    if not 0 < len(taken) <= _MOST_BOUNDARY:
        raise invalid_at(
            ["header", "Content-Type"], f"needs a boundary of 1–{_MOST_BOUNDARY} characters"
        )
    return taken


def _param(message: Message, name: str, header: str) -> str | tuple[str | None, str | None, str]:
    return message.get_param(name, "", header) or ""
