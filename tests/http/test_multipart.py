"""A body in parts is taken apart strictly, and no bytes break what does it."""

import asyncio

import pytest
from aiohttp import StreamReader
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request
from hypothesis import example, given
from hypothesis import strategies as st

from server.http.multipart import MOST_PARTS, Part, read_counted, split
from server.http.problems import Problem
from tests.http.forms import BOUNDARY, form, part

LINE = f"--{BOUNDARY}".encode()
ENDS = LINE + b"--\r\n"


def parts(body: bytes) -> list[Part]:
    return list(split(body, BOUNDARY.encode()))


def test_parts_are_what_stands_between_the_boundaries() -> None:
    sent = [Part("kind", b"other"), Part("file", b"\0\r\n\r\n--part-of\xff\r\n"), Part("n", b"")]
    assert parts(form(*(part(one.name, one.content) for one in sent))) == sent


@pytest.mark.parametrize(
    "body",
    [
        b"words before the first\r\n" + form(part("a", b"1")),
        b"\r\n" + form(part("a", b"1")),
        form(part("a", b"1")) + b"words after the last",
        form(part("a", b"1")).rstrip(),
        form(part("a", b"1")).replace(LINE + b"\r\n", LINE + b" \t\r\n"),
        form(part("a", b"1", "Content-Type: text/html", "X-Other: 1")),
        form(part("a", b"1", "Content-Encoding: identity", "Content-Transfer-Encoding: binary")),
        form(part("a", b"1", file="größe.pdf")),
        form(part("a", b"1")).replace(b'"a"', b"a"),
    ],
)
def test_what_is_around_a_part_changes_nothing(body: bytes) -> None:
    assert parts(body) == [Part("a", b"1")]


@pytest.mark.parametrize(
    "body",
    {
        "nothing": b"",
        "no boundary": b"kind=other",
        "another boundary": form(part("a", b"1")).replace(b"part-of-a-test", b"another"),
        "no last boundary": part("a", b"1"),
        "cut short in its headers": form(part("a", b"1"))[:30],
        "cut short in its content": form(part("a", b"1" * 100))[:-60],
        "a longer boundary": form(part("a", b"1")).replace(LINE + b"\r\n", LINE + b"x\r\n"),
        "no headers": LINE + b"\r\n\r\n1\r\n" + ENDS,
        "no name": LINE + b"\r\nContent-Disposition: form-data\r\n\r\n1\r\n" + ENDS,
        "an empty name": form(part("", b"1")),
        "an attachment": form(part("a", b"1")).replace(b"form-data;", b"attachment;"),
        "no end of its headers": form(part("a", b"1", "X-Other: " + "x" * 9000)),
        "too many parts": form(*(part(f"a{n}", b"") for n in range(MOST_PARTS + 1))),
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_not_made_of_parts_is_refused(body: tuple[str, bytes]) -> None:
    with pytest.raises(Problem) as refused:
        parts(body[1])
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "header",
    [
        "Content-Encoding: gzip",
        "content-encoding: br",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: Quoted-Printable",
    ],
)
def test_a_part_is_sent_as_it_is(header: str) -> None:
    with pytest.raises(Problem) as refused:
        parts(form(part("file", b"1", header)))
    assert refused.value.status == 415


PIECES = (LINE, b"\r\n", b"--", b"\r\n\r\n", b"Content-Disposition: form-data; name=", b'"a"', ENDS)


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=20))
@example([LINE, b"\r\n", b"Content-Disposition: form-data; name*=x'y'%ff", b"\r\n\r\n", ENDS])
@example([LINE, b"\r\n", b'Content-Disposition: form-data; name="\xff\xfe"', b"\r\n\r\n\r\n", ENDS])
def test_no_bytes_are_too_much_for_it(pieces: list[bytes]) -> None:
    try:
        found = parts(b"".join(pieces))
    except Problem as problem:
        said = problem.response()
    else:
        assert all(one.name for one in found)
        return
    assert said.status in {400, 415}


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    loop = asyncio.get_running_loop()
    connection = BaseProtocol(loop)
    connection.connection_made(asyncio.Transport())
    silent = StreamReader(connection, 1024, loop=loop)
    request = make_mocked_request("POST", "/", payload=silent)
    with pytest.raises(Problem) as refused:
        await read_counted(request, most=100, within_s=0.01)
    assert refused.value.errors == [{"loc": ["body"], "msg": "did not arrive within 0.01 seconds"}]
