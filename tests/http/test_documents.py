"""Documents of appeals, as they are brought: what is taken, what is refused, and how often."""

import asyncio
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from penalties.appeals import ENTERPRISE_DOCUMENTS
from server.documents import KINDS, MOST_BYTES, MOST_BYTES_OF_APPEAL, MOST_OF_APPEAL
from server.records import documents
from server.records.tables import documents as table
from tests.appeals import JPEG, PDF, PNG, change_appeal
from tests.appeals import document as document_record
from tests.http.bringing import appeal, bring, deeds, id_in, listed
from tests.http.forms import form, in_chunks, part, send, send_unannounced, upload
from tests.http.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("file", "media_type"),
    [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")],
)
async def test_a_document_is_told_as_it_was_brought(
    shared: Service, file: bytes, media_type: str
) -> None:
    path = await appeal(shared)
    made = await bring(shared, path, "business_licence", file)
    assert made == {
        "id": made["id"],
        "appeal_id": id_in(path),
        "kind": "business_licence",
        "media_type": media_type,
        "size": len(file),
        "sha256": sha256(file).hexdigest(),
        "created_at": made["created_at"],
    }
    assert await listed(shared, path) == [{**made, "deleted_at": None}]
    (added,) = await deeds(shared, made["id"])
    assert (added.action, added.enterprise_id, added.member_id) == ("document.added", "acme", "li")


async def test_a_document_is_a_change_of_its_appeal(shared: Service) -> None:
    """So live pages learn of it."""
    path = await appeal(shared)
    told = []
    for _ in range(2):
        told.append((await shared.get(path.removesuffix("/documents"))).body["changed_at"])
        await send(shared, path, upload("business_licence", PDF))
    told.append((await shared.get(path.removesuffix("/documents"))).body["changed_at"])
    assert told[0] < told[1] == told[2], "the same document again changes nothing"


@pytest.mark.parametrize("kind", [*KINDS, "business_license", " authorization_letter "])
async def test_every_kind_is_taken_in_either_spelling(shared: Service, kind: str) -> None:
    made = await bring(shared, await appeal(shared), kind)
    assert made["kind"] in {*ENTERPRISE_DOCUMENTS, "other"}


async def test_a_file_is_what_its_bytes_are(shared: Service) -> None:
    path = await appeal(shared)
    told = upload("other", PNG, "Content-Type: application/pdf")
    assert (await send(shared, path, told)).body["media_type"] == "image/png"
    for file in (b"<html>", b"PK\3\4", b"GIF89a", b"MZ", b" " + PDF):
        answer = await send(shared, path, upload("other", file, "Content-Type: image/png"))
        assert (answer.status, answer.is_problem) == (415, True)
        assert "PDF, PNG or JPEG" in answer.body["detail"]


async def test_the_same_file_again_is_the_same_document(shared: Service) -> None:
    path = await appeal(shared)
    first = await bring(shared, path, "legal_person_id")
    again = await send(shared, path, upload("legal_person_id", PDF))
    assert (again.status, again.body) == (200, first)
    other = await bring(shared, path, "handheld_id")
    elsewhere = await bring(shared, await appeal(shared), "legal_person_id")
    assert len({first["id"], other["id"], elsewhere["id"]}) == 3
    assert [one["id"] for one in await listed(shared, path)] == [first["id"], other["id"]]


async def test_the_same_file_twice_at_once_is_one_document(shared: Service) -> None:
    path = await appeal(shared)
    answers = await asyncio.gather(*(send(shared, path, upload("other", PDF)) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [200, 200, 200, 201]
    assert len({answer.body["id"] for answer in answers}) == 1


MISTAKES: Mapping[str, tuple[bytes, list[str]]] = {
    "no kind": (form(part("file", PDF)), ["body.kind"]),
    "no file": (form(part("kind", b"other")), ["body.file"]),
    "no part": (form(), ["body.kind"]),
    "an unknown kind": (upload("passport", PDF), ["body.kind"]),
    "a kind without end": (upload("other" + "x" * 9999, PDF), ["body.kind"]),
    "a kind that is no text": (form(part("kind", b"\xff"), part("file", PDF)), ["body.kind"]),
    "an empty file": (upload("other", b""), ["body.file"]),
    "a part too many": (
        form(part("kind", b"other"), part("file", PDF), part("note", b"x")),
        ["body.note"],
    ),
    "two files": (
        form(part("file", PDF), part("file", PNG), part("kind", b"other")),
        ["body.file"],
    ),
    "two kinds": (form(part("kind", b"other"), part("kind", b"other")), ["body.kind"]),
    "no boundary in it": (b"kind=other", ["body"]),
    "nothing": (b"", ["body"]),
    "no end": (upload("other", PDF)[:-20], ["body"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_a_mistake_is_told_with_its_place(shared: Service, mistake: str) -> None:
    body, places = MISTAKES[mistake]
    path = await appeal(shared)
    answer = await send(shared, path, body)
    assert (answer.status, answer.places, answer.is_problem) == (400, places, True)
    assert await listed(shared, path) == []


async def test_the_order_of_the_parts_makes_no_difference(shared: Service) -> None:
    answer = await send(
        shared, await appeal(shared), form(part("file", PDF), part("kind", b"other"))
    )
    assert answer.status == 201


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/json"}, 415),
        ({"Content-Type": "application/pdf"}, 415),
        ({"Content-Type": "multipart/mixed; boundary=part-of-a-test"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Content-Type": "multipart/form-data"}, 400),
        ({"Content-Type": 'multipart/form-data; boundary=""'}, 400),
        ({"Content-Type": f"multipart/form-data; boundary={'x' * 71}"}, 400),
        ({"Content-Type": "multipart/form-data; boundary=é"}, 400),
        ({"Content-Type": "multipart/form-data; boundary=another"}, 400),
    ],
)
async def test_a_body_that_is_not_in_parts_is_refused(
    shared: Service, headers: Mapping[str, str], status: int
) -> None:
    path = await appeal(shared)
    answer = await send(shared, path, upload("other", PDF), headers=headers)
    assert (answer.status, answer.is_problem) == (status, True)
    assert await listed(shared, path) == []


@pytest.mark.parametrize("header", ["Content-Encoding: gzip", "Content-Transfer-Encoding: base64"])
async def test_an_encoded_part_is_refused(shared: Service, header: str) -> None:
    answer = await send(shared, await appeal(shared), upload("other", PDF, header))
    assert (answer.status, answer.is_problem) == (415, True)


def sized(size: int) -> bytes:
    """A PDF of as many bytes."""
    return PDF[:-6] + b"\0" * (size - len(PDF)) + PDF[-6:]


async def test_a_document_may_have_10_mib_and_no_byte_more(shared: Service) -> None:
    path = await appeal(shared)
    assert (await bring(shared, path, file=sized(MOST_BYTES)))["size"] == MOST_BYTES
    answer = await send(shared, path, upload("other", sized(MOST_BYTES + 1)))
    assert (answer.status, answer.is_problem) == (413, True)
    assert len(await listed(shared, path)) == 1


async def test_a_body_announced_as_too_large_is_not_read(shared: Service) -> None:
    answer = await send(shared, await appeal(shared), upload("other", sized(2 * MOST_BYTES)))
    assert (answer.status, answer.is_problem) == (413, True)


async def test_without_an_announced_length_the_limits_are_the_same(shared: Service) -> None:
    path = await appeal(shared)
    whole = upload("other", sized(MOST_BYTES))
    assert (await send_unannounced(shared, path, in_chunks(whole))).status == 201
    for size in (MOST_BYTES + 1, 2 * MOST_BYTES):
        body = upload("other", sized(size))
        answer = await send_unannounced(shared, path, in_chunks(body))
        assert (answer.status, answer.is_problem) == (413, True)
    assert len(await listed(shared, path)) == 1


@pytest.mark.parametrize("announced", [10, 200, 10**6])
async def test_a_length_that_lies_keeps_nothing(shared: Service, announced: int) -> None:
    path = await appeal(shared)
    body = upload("other", PDF)
    url = shared.client.make_url(path)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {await shared.key('admin')}\r\n"
        f"Content-Type: multipart/form-data; boundary=part-of-a-test\r\n"
        f"Content-Length: {announced}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    writer.write_eof()
    said = await reader.read()
    writer.close()
    assert not said or b" 400 " in said.splitlines()[0]
    assert await listed(shared, path) == []


async def put(service: Service, path: str, *sizes: int) -> None:
    """Documents of these sizes, as far as their rows say."""
    async with service.services.database.write() as connection:
        for size in sizes:
            made = document_record(documents.new_id(), id_in(path))
            await documents.add(connection, made, b"sealed")
            row = update(table).where(table.c.id == made.id)
            await connection.execute(row.values(size=size, sha256=uuid4().hex))


async def test_an_appeal_has_as_many_documents_as_it_may(shared: Service) -> None:
    path = await appeal(shared)
    await put(shared, path, *[1] * (MOST_OF_APPEAL - 1))
    last = await bring(shared, path)
    answer = await send(shared, path, upload("other", PNG))
    assert (answer.status, answer.is_problem) == (409, True)
    again = await send(shared, path, upload("other", PDF))
    assert (again.status, again.body) == (200, last)


async def test_an_appeal_has_as_many_bytes_as_it_may(shared: Service) -> None:
    path = await appeal(shared)
    await put(shared, path, MOST_BYTES_OF_APPEAL - len(PDF))
    answer = await send(shared, path, upload("other", sized(len(PDF) + 1)))
    assert (answer.status, answer.is_problem) == (409, True)
    await bring(shared, path, file=PDF)


@pytest.mark.parametrize("state", ["overturned", "modified", "rejected", "withdrawn", "expired"])
async def test_an_appeal_that_is_over_takes_none(shared: Service, state: str) -> None:
    answer = await send(shared, await appeal(shared, state=state), upload("other", PDF))
    assert (answer.status, answer.is_problem) == (409, True)
    assert state in answer.body["detail"]


@pytest.mark.parametrize("state", ["submitted", "under_review", "need_information"])
async def test_an_open_appeal_takes_some(shared: Service, state: str) -> None:
    await bring(shared, await appeal(shared, state=state))


async def test_an_appeal_that_is_decided_meanwhile_takes_none(shared: Service) -> None:
    path = await appeal(shared)
    body = upload("other", PDF)

    async def interrupted() -> Any:
        yield body[:100]
        async with shared.services.database.write() as connection:
            await change_appeal(connection, id_in(path), state="rejected")
        yield body[100:]

    assert (await send_unannounced(shared, path, interrupted())).status == 409
    assert await listed(shared, path) == []
