"""Content codings. Of request bodies: one whole gzip or zlib stream, never more than is allowed.

The server itself would take a stream that was cut short as whole, so it is told not to decompress.
"""

from __future__ import annotations

import zlib
from types import MappingProxyType

from server.http.problems import Problem, invalid_at

_WINDOW_BITS = MappingProxyType({"gzip": 31, "x-gzip": 31, "deflate": 15})
"""What zlib calls the formats of RFC 1952 and RFC 1950."""


def takes_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` names gzip, and not with a weight of 0 (RFC 9110 §12.5.3)."""
    for one in accepted.split(","):
        name, _, weight = one.partition(";")
        if name.strip().lower() in {"gzip", "x-gzip", "*"}:
            return weight.replace(" ", "").lower() not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def decoded(raw: bytes, coding: str, most: int) -> bytes:
    """The body inside a content coding (RFC 9110 §8.4.1), at most `most` bytes.

    Raises Problem: 415 for a coding not known here, 400 for what it is not, 413 for too much.
    """
    name = coding.strip().lower()
    if name in ("", "identity"):
        return raw
    if name not in _WINDOW_BITS:
        detail = "The body's Content-Encoding must be gzip or deflate, or left out."
        raise Problem(415, detail, headers={"Accept-Encoding": "gzip, deflate"})
    stream = zlib.decompressobj(_WINDOW_BITS[name])
    try:
        body = stream.decompress(raw, most + 1)
    except zlib.error as error:
        raise invalid_at(["body"], f"is not {name}, as its Content-Encoding says") from error
    if len(body) > most:
        raise Problem(413, f"The body must not be larger than {most} bytes.")
    if not stream.eof:
        raise invalid_at(["body"], f"is cut short: its {name} stream has no end")
    if stream.unused_data:
        raise invalid_at(["body"], f"goes on after its {name} stream")
    return body
