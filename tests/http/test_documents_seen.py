"""Documents of appeals, once they are there: whose they are, who looks at them, when they go."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from penalties.appeals import ENTERPRISE_DOCUMENTS
from server.http.openapi import document as openapi
from server.http.routes import ROUTES
from server.records import documents
from server.records.tables import documents as table
from tests.appeals import PDF, PNG, change_appeal
from tests.http.bringing import appeal, bring, deeds, id_in, listed
from tests.http.forms import send, upload
from tests.http.service import Service, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY_MS = 86_400_000


MEMBERS, COMPANIES = {"member_id": "li"}, {"member_id": None}


@pytest.mark.parametrize(
    ("scope", "whose", "mine"),
    [
        ("member:acme/li", MEMBERS, True),
        ("enterprise:acme", MEMBERS, True),
        ("enterprise:acme", COMPANIES, True),
        ("reviewer", COMPANIES, True),
        ("admin", MEMBERS, True),
        ("member:acme/li", COMPANIES, False),
        ("member:acme/mu", MEMBERS, False),
        ("member:other/li", MEMBERS, False),
        ("enterprise:other", MEMBERS, False),
        ("enterprise:other", COMPANIES, False),
    ],
)
async def test_an_appeal_of_somebody_else_is_not_there(
    shared: Service, scope: str, whose: dict[str, str | None], mine: bool
) -> None:
    key = await shared.key(scope)
    path = await appeal(shared, **whose)
    none = "/v1/appeals/a-none/documents"
    sent, seen = await send(shared, path, upload("other", PDF), key), await shared.get(path, key)
    if mine:
        # Whoever decides looks at documents, and brings none.
        assert (sent.status, seen.status) == (403 if scope == "reviewer" else 201, 200)
        return
    assert (sent.status, seen.status) == (404, 404)
    assert (await send(shared, none, upload("other", PDF), key)).raw == sent.raw == seen.raw
    assert (await shared.get(none, key)).raw == seen.raw
    assert (await send(shared, path, b"no parts at all", key)).raw == seen.raw


async def test_an_unblock_application_has_no_documents(shared: Service) -> None:
    path = await appeal(shared, kind="application")
    assert (await shared.get(path)).status == 404
    assert (await send(shared, path, upload("other", PDF))).status == 404


async def test_a_document_is_saved_and_never_shown(shared: Service) -> None:
    path = await appeal(shared)
    made = await bring(shared, path, "business_licence")
    answer = await shared.get(f"{path}/{made['id']}", await shared.key("reviewer"))
    assert (answer.status, answer.raw) == (200, PDF)
    named = f"business_licence-{made['id']}.pdf"
    assert {name: answer.headers[name] for name in _SAFE} == {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{named}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }


_SAFE = (
    "Content-Type",
    "Content-Disposition",
    "X-Content-Type-Options",
    "Cache-Control",
    "Content-Security-Policy",
)


async def test_each_view_is_in_the_audit(shared: Service) -> None:
    path = await appeal(shared)
    made = await bring(shared, path)
    for holder in ("wu", "chen", "chen"):
        key = await shared.key("reviewer", holder=holder)
        assert (await shared.get(f"{path}/{made['id']}", key)).status == 200
    seen = [deed for deed in await deeds(shared, made["id"]) if deed.action == "document.viewed"]
    assert [deed.holder for deed in seen] == ["chen", "chen", "wu"]
    assert {deed.enterprise_id for deed in seen} == {"acme"}
    assert seen[0].after is not None
    assert seen[0].after["appeal_id"] == id_in(path)


@pytest.mark.parametrize("scope", ["member:acme/li", "enterprise:acme", "gateway"])
async def test_contents_are_for_reviewers(shared: Service, scope: str) -> None:
    path = await appeal(shared)
    made = await bring(shared, path)
    assert (await shared.get(f"{path}/{made['id']}", await shared.key(scope))).status == 403
    assert len(await deeds(shared, made["id"])) == 1


async def test_a_document_is_found_under_its_own_appeal_only(shared: Service) -> None:
    made = await bring(shared, await appeal(shared))
    other = await appeal(shared)
    for path in (f"{other}/{made['id']}", f"{other}/d-none"):
        answer = await shared.get(path)
        assert (answer.status, answer.is_problem) == (404, True)


async def test_a_content_is_gone_30_days_after_the_decision(shared: Service) -> None:
    path = await appeal(shared)
    made = await bring(shared, path)
    now_ms = shared.services.clock_ms()
    async with shared.services.database.write() as connection:
        await change_appeal(connection, id_in(path), state="rejected", decided_ms=now_ms)
        await documents.prune_documents(connection, now_ms + 30 * DAY_MS, most=100)
    answer = await shared.get(f"{path}/{made['id']}")
    assert (answer.status, answer.is_problem) == (410, True)
    (row,) = await listed(shared, path)
    assert row["deleted_at"] is not None
    assert {"document.viewed"}.isdisjoint(deed.action for deed in await deeds(shared, made["id"]))


def bytes_of(directory: Path) -> list[bytes]:
    return [file.read_bytes() for file in directory.iterdir()]


async def test_nothing_of_a_document_lies_readable(tmp_path: Path) -> None:
    secret = b"%PDF-1.7 " + b"the legal person's number " * 99 + b"%%EOF"
    async with serving(tmp_path) as service:
        path = await appeal(service)
        made = await bring(service, path, file=secret)
        files = bytes_of(tmp_path)
    assert any(made["sha256"].encode() in kept for kept in files)
    assert not any(b"legal person" in kept for kept in [*files, *bytes_of(tmp_path)])


async def test_a_content_put_into_another_row_is_not_shown(shared: Service) -> None:
    path = await appeal(shared)
    one, other = await bring(shared, path), await bring(shared, path, file=PNG)
    async with shared.services.database.write() as connection:
        content = select(table.c.content).where(table.c.id == other["id"]).scalar_subquery()
        await connection.execute(
            update(table).where(table.c.id == one["id"]).values(content=content)
        )
    answer = await shared.get(f"{path}/{one['id']}")
    assert (answer.status, answer.is_problem) == (500, True)
    assert len(await deeds(shared, one["id"])) == 1


async def test_the_document_describes_parts_and_bytes() -> None:
    described = openapi(ROUTES)
    path = described["paths"]["/v1/appeals/{appeal_id}/documents"]
    (media, content), *others = path["post"]["requestBody"]["content"].items()
    assert (media, others) == ("multipart/form-data", [])
    form_of = described["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
    assert sorted(form_of["required"]) == ["file", "kind"]
    assert form_of["properties"]["file"]["format"] == "binary"
    assert set(ENTERPRISE_DOCUMENTS) < set(form_of["properties"]["kind"]["enum"])
    assert {"200", "201", "404", "409", "413", "415"} <= path["post"]["responses"].keys()
    got = described["paths"]["/v1/appeals/{appeal_id}/documents/{document_id}"]["get"]["responses"]
    assert got["200"]["content"]["application/octet-stream"]["schema"]["format"] == "binary"
    assert "410" in got
