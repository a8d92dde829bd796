"""Documents of appeals: which are taken, how many, and what they are, judged by their bytes.

What somebody calls a file says nothing about it, so neither its name nor its declared type is
looked at. A document is recognised by how its format begins and ends, and is never parsed further,
run, or shown in a browser: whoever looks at it downloads it.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from penalties.appeals import ENTERPRISE_DOCUMENTS

MOST_BYTES = 10 * 1024 * 1024
"""Of one document."""
MOST_OF_APPEAL = 10
MOST_BYTES_OF_APPEAL = 40 * 1024 * 1024
KEEP_MS = 30 * 86_400_000
"""How long after the final decision a content is kept (DOMAIN §7)."""

OTHER = "other"
KINDS = (*ENTERPRISE_DOCUMENTS, OTHER)
SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "business_license": "business_licence",
        "authorization_letter": "authorisation_letter",
    }
)
"""The same kinds as they are spelled elsewhere."""

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
TAKEN = "PDF, PNG or JPEG"
SUFFIXES: Mapping[str, str] = MappingProxyType({PDF: "pdf", PNG: "png", JPEG: "jpg"})

_PDF_BEGINS = re.compile(rb"%PDF-[12]\.[0-9]")
_PNG_BEGINS = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_PNG_ENDS = b"\0\0\0\0IEND\xaeB`\x82"
_IHDR = struct.Struct(">II5B")
_PNG_DEPTHS: Mapping[int, tuple[int, ...]] = MappingProxyType(
    {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
)
"""Bit depths by colour type (PNG, third edition, table 12)."""
_MOST_PIXELS = 100_000_000
"""More unpacks to more than a reviewer's computer should have to hold."""
_JPEG_BEGINS = re.compile(rb"\xff\xd8\xff[\xc0-\xcf\xdb\xdd\xe0-\xef\xfe]")
_JPEG_ENDS = b"\xff\xd9"
_NEAR_THE_END = 1024
"""Writers append to a PDF, cameras to a JPEG; this far readers look for the end, too."""


def kind_of(text: str) -> str | None:
    """The kind that a text names, in either spelling; None: there is no such kind."""
    name = SPELLINGS.get(text, text)
    return name if name in KINDS else None


def recognise(content: bytes) -> str | None:
    """The media type that the bytes are; None: nothing that is taken."""
    return next((name for name, is_it in _FORMATS.items() if is_it(content)), None)


def _is_pdf(content: bytes) -> bool:
    return _PDF_BEGINS.match(content) is not None and b"%%EOF" in content[-_NEAR_THE_END:]


def _is_png(content: bytes) -> bool:
    if not (content.startswith(_PNG_BEGINS) and content.endswith(_PNG_ENDS)):
        return False
    begin = len(_PNG_BEGINS)
    header = content[begin : begin + _IHDR.size]
    check = content[begin + _IHDR.size :][:4]
    if len(header) < _IHDR.size or check != struct.pack(">I", zlib.crc32(b"IHDR" + header)):
        return False
    width, height, depth, colour, compression, filtering, interlace = _IHDR.unpack(header)
    return (
        0 < width * height <= _MOST_PIXELS
        and depth in _PNG_DEPTHS.get(colour, ())
        and (compression, filtering) == (0, 0)
        and interlace in {0, 1}
    )


def _is_jpeg(content: bytes) -> bool:
    return _JPEG_BEGINS.match(content) is not None and _JPEG_ENDS in content[-_NEAR_THE_END:]


_FORMATS: Mapping[str, Callable[[bytes], bool]] = MappingProxyType(
    {PDF: _is_pdf, PNG: _is_png, JPEG: _is_jpeg}
)
