"""Bodies that cannot be read, or hold too much: refused as a whole, and nothing is applied."""

import asyncio
import gzip
import json
import zlib
from collections.abc import Mapping

import pytest
from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request

from server.http.bodies import MAX_BODY, read_body
from server.http.problems import Problem
from tests.http.rightful import add, event
from tests.http.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="module")

BODIES: Mapping[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "no JSON": (b"member=li", 400),
    "half an object": (b'{"enterprise_id": "acme"', 400),
    "more than one value": (b"{} {}", 400),
    "a comment": (b"{/* */}", 400),
    "an array": (b"[]", 400),
    "a text": (b'"acme"', 400),
    "null": (b"null", 400),
    "no UTF-8": (b'{"enterprise_id": "\xff"}', 400),
    "UTF-16": ('{"enterprise_id": "acme"}'.encode("utf-16"), 400),
    "a byte order mark": (b"\xef\xbb\xbf{}", 400),
    "not a number": (b'{"hold_s": NaN}', 400),
    "infinity": (b'{"hold_s": -Infinity}', 400),
    "a number without end": (b'{"hold_s": ' + b"9" * 5000 + b"}", 400),
    "a name twice": (
        b'{"enterprise_id": "acme", "member_id": "li", "target_id": "a", "target_id": "b"}',
        400,
    ),
    "too deep": (b'{"enterprise_id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    "more than 1 MiB": (b'{"greeting": "' + b"x" * 1024 * 1024 + b'"}', 413),
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize(
    "path", ["/v1/precheck", "/v1/precheck/batch", "/v1/events", "/v1/keys", "/v1/policy/check"]
)
async def test_a_body_that_is_no_object(shared: Service, path: str, kind: str) -> None:
    raw, status = BODIES[kind]
    before = await shared.journaled()
    answer = await shared.call("POST", path, raw=raw)
    assert answer.status == status, answer.raw
    assert answer.is_problem
    assert await shared.journaled() == before


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "x"],
)
async def test_another_media_type_is_415(shared: Service, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    answer = await shared.call("POST", "/v1/precheck", add(), headers=headers)
    assert (answer.status, answer.is_problem) == (415, True)


async def test_a_bad_item_of_a_batch_is_a_problem_in_its_place(shared: Service) -> None:
    items = [add(), add(member_id="/"), 7, add(target_id="wm-78")]
    answer = await shared.post("/v1/precheck/batch", {"items": items})
    assert answer.status == 200
    first, second, third, fourth = answer.body["items"]
    assert (first["allowed"], fourth["allowed"]) == (True, True)
    assert (second["status"], second["errors"][0]["loc"]) == (
        400,
        ["body", "items", 1, "member_id"],
    )
    assert (third["status"], third["errors"][0]["loc"]) == (400, ["body", "items", 2])


async def test_more_than_1000_items_are_refused(shared: Service) -> None:
    before = await shared.journaled()
    answer = await shared.post("/v1/precheck/batch", {"items": [add()] * 1001})
    assert (answer.status, answer.places) == (400, ["body.items"])
    events = [event(event_id=f"v-{n}") for n in range(1001)]
    answer = await shared.post("/v1/events", {"events": events})
    assert (answer.status, answer.places) == (400, ["body.events"])
    assert await shared.journaled() == before


RAW_DEFLATE = zlib.compress(json.dumps(add()).encode())[2:-4]
WHOLE = {
    "gzip": gzip.compress(json.dumps(add()).encode()),
    "deflate": zlib.compress(json.dumps(add()).encode()),
}
CODED: Mapping[str, tuple[str, bytes, int]] = {
    "whole gzip": ("gzip", WHOLE["gzip"], 200),
    "whole gzip under its old name": ("X-GZip", WHOLE["gzip"], 200),
    "whole deflate": ("deflate", WHOLE["deflate"], 200),
    "no coding by name": ("identity", json.dumps(add()).encode(), 200),
    "no gzip": ("gzip", b"notgzip", 400),
    "no deflate": ("deflate", b"notgzip", 400),
    "deflate without its frame": ("deflate", RAW_DEFLATE, 400),
    "gzip cut short": ("gzip", WHOLE["gzip"][:-5], 400),
    "deflate cut short": ("deflate", WHOLE["deflate"][:-2], 400),
    "gzip with a wrong checksum": ("gzip", WHOLE["gzip"][:-8] + bytes(8), 400),
    "gzip twice": ("gzip", WHOLE["gzip"] * 2, 400),
    "empty gzip": ("gzip", b"", 400),
    "2 MiB in 2 KiB": ("gzip", gzip.compress(b" " * 2 * MAX_BODY), 413),
    "a coding nobody asked for": ("br", b"x", 415),
    "two codings": ("gzip, gzip", gzip.compress(WHOLE["gzip"]), 415),
}


@pytest.mark.parametrize("kind", CODED)
async def test_a_compressed_body_is_whole_or_refused(shared: Service, kind: str) -> None:
    coding, raw, status = CODED[kind]
    await shared.precheck()
    before = await shared.journaled()
    answer = await shared.call(
        "POST", "/v1/precheck", raw=raw, headers={"Content-Encoding": coding}
    )
    assert answer.status == status, answer.raw
    assert answer.is_problem or status == 200
    assert await shared.journaled() == before
    assert (answer.headers.get("Accept-Encoding") == "gzip, deflate") is (status == 415)


@pytest.mark.parametrize("failure", [ConnectionResetError(), web.RequestPayloadError()])
async def test_a_body_that_breaks_off_is_400(failure: Exception) -> None:
    """Nobody is left to be told, but it is no failure of the service either."""
    loop = asyncio.get_running_loop()
    payload = StreamReader(BaseProtocol(loop), 2**16, loop=loop)
    payload.feed_data(b'{"enterprise_id"')
    payload.set_exception(failure)
    headers = {"Content-Type": "application/json"}
    request = make_mocked_request("POST", "/v1/precheck", headers, payload=payload)
    with pytest.raises(Problem) as told:
        await read_body(request, "application/json")
    assert told.value.status == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/decisions/0-x/cancel"),
        ("POST", "/v1/decisions/0-x/commit"),
        ("GET", "/v1/policy"),
        ("DELETE", "/v1/keys/k-none"),
        ("GET", "/healthz"),
        ("POST", "/v1/precheck"),
    ],
)
async def test_a_body_nobody_reads_has_its_limit_too(
    shared: Service, method: str, path: str
) -> None:
    answer = await shared.call(method, path, raw=b"x" * (MAX_BODY + 1))
    assert (answer.status, answer.is_problem) == (413, True)
