"""The dashboard's page and files, out of a tiny build: what is sent, how, and what never is."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

import server
from server.http.app import build_app
from server.http.assets import Assets, best_coding
from tests.http.express_lane import Wire
from tests.http.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = b"<!doctype html><title>Contact Quota</title>"
SCRIPT = b"export const one = 1;\n" * 20
FILES = {
    "index.html": PAGE,
    "index.html.br": b"page as br",
    "index.html.gz": gzip.compress(PAGE),
    "favicon.svg": b"<svg/>",
    "assets/app-Ab3_-x.js": SCRIPT,
    "assets/app-Ab3_-x.js.br": b"script as br",
    "assets/app-Ab3_-x.js.gz": gzip.compress(SCRIPT),
    "assets/app-Ab3_-x.css": b"a{}",
    "assets/text-9.woff2": b"font",
    "assets/strange-9.zzz": b"bytes",
}
JS = "/dashboard/assets/app-Ab3_-x.js"
NONE = {"Accept-Encoding": "identity"}


def build(directory: Path) -> Path:
    """A directory as the front-end's build leaves it, beside a file that is no part of it."""
    built = directory / "built"
    for name, content in FILES.items():
        (built / name).parent.mkdir(parents=True, exist_ok=True)
        (built / name).write_bytes(content)
    (directory / "secret.txt").write_text("secret")
    return built


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pages(
    shared: Service, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """The service with a built dashboard."""
    assets = Assets.read(build(tmp_path_factory.mktemp("web")))
    async with TestClient(
        TestServer(build_app(shared.services, assets)), auto_decompress=False
    ) as client:
        yield Service(client, shared.services)


@pytest.mark.parametrize(
    "path",
    [
        "/dashboard",
        "/dashboard/",
        "/dashboard/cases",
        "/dashboard/cases?status=open&a=b",
        "/dashboard/enterprises/acme/members/li",
        "/dashboard/index.html",
        "/dashboard/assets",
        "/dashboard/sessions",
        "/dashboard/..%2fsecret.txt",
        "/dashboard/%00",
        "/dashboard/%E7%8E%8B",
        "/dashboard/index.html.br",
        "/dashboard//etc/passwd",
    ],
)
async def test_every_path_of_the_dashboard_is_its_page(pages: Service, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer = await pages.call(method, path, key=None, headers=NONE)
        assert (answer.status, answer.raw) == (200, PAGE if method == "GET" else b"")
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Content-Length"] == str(len(PAGE))
        assert answer.headers["Cache-Control"] == "no-cache"


async def test_the_page_may_load_nothing_from_elsewhere_and_stand_in_no_frame(
    pages: Service,
) -> None:
    headers = (await pages.get("/dashboard", key=None)).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Server"] == "contact-quota"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("app-Ab3_-x.js", "text/javascript; charset=utf-8"),
        ("app-Ab3_-x.css", "text/css; charset=utf-8"),
        ("text-9.woff2", "font/woff2"),
        ("strange-9.zzz", "application/octet-stream"),
    ],
)
async def test_a_file_whose_name_changes_with_it_is_kept_for_good(
    pages: Service, name: str, media_type: str
) -> None:
    answer = await pages.call("GET", f"/dashboard/assets/{name}", key=None, headers=NONE)
    assert (answer.status, answer.raw) == (200, FILES[f"assets/{name}"])
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert ("Vary" in answer.headers) is (name == "app-Ab3_-x.js")
    assert "Set-Cookie" not in answer.headers


async def test_other_files_are_asked_for_again(pages: Service) -> None:
    answer = await pages.get("/dashboard/favicon.svg", key=None)
    assert (answer.status, answer.raw) == (200, b"<svg/>")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "app.js",
        "app-Ab3_-x.js.br",
        "app-Ab3_-x.js.gz",
        "APP-Ab3_-x.js",
        "app-Ab3_-x.js/",
        "below/app-Ab3_-x.js",
        "..%2findex.html",
        "..%5c..%5csecret.txt",
        "%2fetc%2fpasswd",
        "app-Ab3_-x.js%00",
        "x" * 2_000,
    ],
)
async def test_whatever_is_no_file_of_the_build_is_not_found(pages: Service, name: str) -> None:
    answer = await pages.get(f"/dashboard/assets/{name}", key=None)
    assert (answer.status, answer.is_problem) == (404, True)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/dashboard/../secret.txt", 200),
        ("/dashboard/%2e%2e/secret.txt", 200),
        ("/dashboard/%2E%2E%2Fsecret.txt", 200),
        ("/dashboard/assets/../../secret.txt", 404),
        ("/dashboard/assets/%2e%2e/index.html", 404),
        ("/dashboard/assets/%2e%2e%2f%2e%2e%2fsecret.txt", 404),
        ("/dashboard/assets//../app-Ab3_-x.js", 404),
        ("/../secret.txt", 404),
    ],
)
async def test_dots_in_a_path_lead_nowhere(pages: Service, path: str, status: int) -> None:
    """A client would resolve them before it asks, so this is written by hand."""
    port = pages.client.server.port
    assert port is not None
    wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
    answer = await wire.ask(f"GET {path} HTTP/1.1\r\nHost: quota.test\r\n\r\n".encode())
    await wire.close()
    assert answer.status == status
    assert answer.raw == PAGE if status == 200 else answer.is_problem


CODINGS: Mapping[str, tuple[str, str]] = {
    "neither": ("", "identity"),
    "a browser": ("gzip, deflate, br, zstd", "br"),
    "only gzip": ("gzip", "gzip"),
    "no br": ("br;q=0, gzip", "gzip"),
    "no br at all": ("br; q=0.000", "identity"),
    "gzip rather": ("br;q=0.5, gzip;q=0.9", "gzip"),
    "as it is rather": ("br;q=0.5, identity", "identity"),
    "anything": ("*", "br"),
    "anything but br": ("br;q=0, *", "gzip"),
    "nothing": ("*;q=0", "identity"),
    "not as it is": ("identity;q=0, gzip", "gzip"),
    "capitals": ("GZIP", "gzip"),
    "a weight that is none": ("br;q=much, gzip;q=nan", "identity"),
    "no list": (",;,=;q,", "identity"),
    "other codings": ("deflate, zstd, compress", "identity"),
}


@pytest.mark.parametrize("name", CODINGS)
async def test_what_is_sent_is_packed_as_the_browser_wants(pages: Service, name: str) -> None:
    accept, coding = CODINGS[name]
    endings = {"br": ".br", "gzip": ".gz", "identity": ""}
    for path, file in (("/dashboard", "index.html"), (JS, "assets/app-Ab3_-x.js")):
        answer = await pages.call("GET", path, key=None, headers={"Accept-Encoding": accept})
        assert answer.raw == FILES[file + endings[coding]]
        assert answer.headers.get("Content-Encoding", "identity") == coding
        assert answer.headers["Vary"] == "Accept-Encoding"


async def test_only_codings_that_were_built_are_sent() -> None:
    assert best_coding("br, gzip", {"identity", "gzip"}) == "gzip"
    assert best_coding("br", {"identity"}) == "identity"


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/cases", JS])
async def test_what_did_not_change_is_not_sent_again(pages: Service, path: str) -> None:
    etags = {}
    for coding in ("br", "gzip", "identity"):
        first = await pages.call("GET", path, key=None, headers={"Accept-Encoding": coding})
        etags[coding] = etag = first.headers["ETag"]
        for known in (etag, f'"x", W/{etag}', "*"):
            asked = {"Accept-Encoding": coding, "If-None-Match": known}
            for method in ("GET", "HEAD"):
                again = await pages.call(method, path, key=None, headers=asked)
                assert (again.status, again.raw) == (304, b"")
                assert again.headers["ETag"] == etag
                assert again.headers["Vary"] == "Accept-Encoding"
                assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert len(set(etags.values())) == 3
    for known in (etags["br"], '"x"', "x", "", '"'):
        asked = {"Accept-Encoding": "gzip", "If-None-Match": known}
        assert (await pages.call("GET", path, key=None, headers=asked)).status == 200


async def test_another_build_has_another_etag(tmp_path: Path) -> None:
    built = build(tmp_path)
    before = Assets.read(built).find("index.html")
    (built / "index.html").write_bytes(PAGE + b" ")
    after = Assets.read(built).find("index.html")
    assert before is not None
    assert after is not None
    assert before.etag("br") != after.etag("br")


async def test_nobody_writes_to_the_page(pages: Service) -> None:
    for path in ("/dashboard", "/dashboard/", "/dashboard/cases", JS):
        answer = await pages.post(path, {})
        assert (answer.status, answer.is_problem) == (405, True)
        assert set(answer.headers["Allow"].split(",")) == {"GET", "HEAD"}


async def test_the_docs_and_what_is_not_there_are_as_before(pages: Service) -> None:
    docs = await pages.get("/docs", key=None)
    assert (docs.status, b"Contact Quota API" in docs.raw) == (200, True)
    for path in ("/dashboardx", "/Dashboard", "/assets/app-Ab3_-x.js"):
        assert (await pages.get(path, key=None)).status == 404


async def test_without_a_build_the_page_says_what_makes_one(
    shared: Service, tmp_path: Path
) -> None:
    app = build_app(shared.services, Assets.read(tmp_path / "none"))
    async with TestClient(TestServer(app)) as client:
        bare = Service(client, shared.services)
        for path in ("/dashboard", "/dashboard/cases"):
            answer = await bare.get(path, key=None)
            assert (answer.status, answer.is_problem) == (503, True)
            assert "make web" in answer.body["detail"]
        assert (await bare.get(JS, key=None)).status == 404
        assert (await bare.get("/dashboard/session", key=None)).body is None


async def test_the_bare_address_leads_to_the_pages(shared: Service) -> None:
    async with shared.client.request("GET", "/", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, "/dashboard")


async def test_the_packages_own_build_is_what_is_served_by_default() -> None:
    built = Path(server.__file__).parent / "web" / "built" / "index.html"
    page = Assets.of_package().find("index.html")
    assert (page and page.contents["identity"]) == (built.read_bytes() if built.exists() else None)
