"""A document is what its bytes say, whatever it is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import documents
from server.documents import KINDS, SUFFIXES, kind_of, recognise
from tests.appeals import JPEG, PDF, PNG, png

TAKEN = {"application/pdf": PDF, "image/png": PNG, "image/jpeg": JPEG}


@pytest.mark.parametrize("media_type", TAKEN)
def test_what_is_taken_is_recognised(media_type: str) -> None:
    assert recognise(TAKEN[media_type]) == media_type
    assert media_type in SUFFIXES


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-2.0\n%%EOF", "application/pdf"),
        (PDF + b"\n" * 1000, "application/pdf"),
        (b"%PDF-1.4 <script>alert(1)</script> %%EOF", "application/pdf"),
        (JPEG + b"SEFT camera's own", "image/jpeg"),
        (b"\xff\xd8\xff\xdb" + PDF + b"\xff\xd9", "image/jpeg"),
        (PDF + PNG, "application/pdf"),
        (png(form=b"\x01\x03\0\0\x01"), "image/png"),
    ],
)
def test_it_is_judged_by_how_it_begins_and_ends(content: bytes, media_type: str) -> None:
    assert recognise(content) == media_type


@pytest.mark.parametrize(
    "content",
    {
        "nothing": b"",
        "text": b"a business licence",
        "HTML": b"<html><script>alert(1)</script></html>",
        "SVG": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "GIF": b"GIF89a\1\0\1\0\0\0\0;",
        "an archive": b"PK\3\4",
        "a program": b"MZ\x90\0",
        "an old PDF's name only": b"%PDF-",
        "a PDF of no release": b"%PDF-3.0 %%EOF",
        "a PDF without an end": b"%PDF-1.7 ...",
        "a PDF whose end is long past": PDF + b"\n" * 2000,
        "a PDF behind something": b"\n" + PDF,
        "a PNG's signature": PNG[:8],
        "a PNG cut short": PNG[:-1],
        "a PNG with something behind it": PNG + b"PK\3\4",
        "a PNG whose header is not first": PNG.replace(b"IHDR", b"tEXt"),
        "a PNG whose header was changed": PNG.replace(b"\0\0\0\2\0\0\0\3", b"\0\0\0\2\0\0\0\4"),
        "a PNG without a width": png(width=0),
        "a PNG as large as a house": png(width=100_000, height=100_000),
        "a PNG of no depth there is": png(form=b"\x07\x02\0\0\0"),
        "a PNG of no colour there is": png(form=b"\x08\x05\0\0\0"),
        "a PNG packed otherwise": png(form=b"\x08\x02\1\0\0"),
        "a PNG laced otherwise": png(form=b"\x08\x02\0\0\2"),
        "a JPEG without an end": JPEG[:-2],
        "a JPEG with no marker": b"\xff\xd8\x00\xe0\xff\xd9",
        "a JPEG that ends at once": b"\xff\xd8\xff\xd9",
        "a JPEG whose end is long past": JPEG + b"\0" * 2000,
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_something_else_is_not_taken(content: tuple[str, bytes]) -> None:
    assert recognise(content[1]) is None


BEGINNINGS = (b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", PNG[:29], b"\xff\xd8\xff\xe0")
ENDINGS = (b"", b"%%EOF", PNG[-12:], b"\xff\xd9")


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=200), st.sampled_from(ENDINGS))
def test_no_bytes_are_too_much_for_it(begins: bytes, middle: bytes, ends: bytes) -> None:
    content = begins + middle + ends
    found = recognise(content)
    assert found in {None, *SUFFIXES}
    assert found is None or begins


def test_kinds_have_two_spellings() -> None:
    assert kind_of("business_license") == "business_licence"
    assert kind_of("authorization_letter") == "authorisation_letter"
    assert {kind_of(kind) for kind in KINDS} == set(KINDS)
    assert kind_of("passport") is None
    assert kind_of("") is None


def test_the_most_fits_what_the_contract_says() -> None:
    assert documents.MOST_BYTES == 10 * 2**20
    assert documents.MOST_BYTES_OF_APPEAL == 40 * 2**20
