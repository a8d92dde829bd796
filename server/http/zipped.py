"""Content coding of streams: each part is compressed once, for everybody who is sent it.

Every part is a run of whole deflate blocks that refers to nothing before it, so parts follow each
other in any stream (RFC 1951 §3.2). The stream of a viewer has no end and so no trailer: it breaks
off, as an event stream does.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""What a gzip stream begins with (RFC 1952): deflate, no name, no time, no system named."""
REMEMBERED = 128
_RAW = -15
_STORED_MOST = 100
"""A part as small as this gains nothing, and the compressor costs more than sending it."""


@lru_cache(maxsize=REMEMBERED)
def part(plain: bytes) -> bytes:
    """A part of a gzip stream, to be sent behind `HEAD` and other parts."""
    if len(plain) <= _STORED_MOST:
        size = len(plain)
        return b"\x00%b%b%b" % (size.to_bytes(2, "little"), _ones(size), plain)
    compressor = zlib.compressobj(wbits=_RAW)
    return compressor.compress(plain) + compressor.flush(zlib.Z_FULL_FLUSH)


def _ones(size: int) -> bytes:
    """The complement of a stored block's size, which guards it."""
    return (size ^ 0xFFFF).to_bytes(2, "little")
