"""Streams in gzip: parts that are made once, follow each other, and are read at once."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.http import zipped
from server.http.encodings import takes_gzip
from tests.http.service import ADMIN_KEY, Service
from tests.http.streaming import url_of

LARGE = st.integers(250, 300).map(lambda n: bytes(range(256)) * n)
PARTS = st.lists(st.binary(max_size=200) | LARGE, max_size=6)


@given(PARTS)
def test_each_part_can_be_read_as_soon_as_it_is_there(parts: list[bytes]) -> None:
    stream = zlib.decompressobj(31)
    assert stream.decompress(zipped.HEAD) == b""
    for plain in parts:
        assert stream.decompress(zipped.part(plain)) == plain


def test_a_part_is_made_once() -> None:
    plain = b"data: 0123456789 " * 100
    assert zipped.part(plain) is zipped.part(plain)
    assert len(zipped.part(plain)) < len(plain) / 10


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip, deflate, br, zstd", True),
        ("br;q=1, GZIP;q=.5", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("br, gzip;q=0", False),
    ],
)
def test_who_takes_gzip(accepted: str, takes: bool) -> None:
    assert takes_gzip(accepted) is takes


@pytest.mark.parametrize("coding", ["gzip", "identity"])
async def test_a_stream_comes_in_the_coding_that_was_asked_for(
    service: Service, coding: str
) -> None:
    await service.precheck("wm-1")
    headers = {"Authorization": f"Bearer {ADMIN_KEY}", "Accept-Encoding": coding}
    client = service.client.session
    url = service.client.make_url(str(url_of("overview")))
    async with client.request("GET", url, headers=headers, auto_decompress=False) as response:
        assert response.headers.get("Content-Encoding", "identity") == coding
        assert response.headers["Vary"] == "Accept-Encoding"
        stream, told = zlib.decompressobj(31), b""
        while b"event: alive" not in told or b"event: overview" not in told:
            raw = await response.content.readany()
            told += stream.decompress(raw) if coding == "gzip" else raw
    assert told.startswith(b"retry: 1000\n\nevent: overview\ndata: {")
