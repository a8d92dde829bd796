"""Documents on record: found by their appeal, and without content 30 days after its decision."""

from collections.abc import Sequence
from typing import Any

import pytest

from server.records import audit, documents
from server.records.audit import DeedFilter
from server.records.documents import Document, Kept
from server.records.engine import Database
from tests.appeals import AT_MS, document, insert_appeal

DAY_MS = 86_400_000


async def put(database: Database, appeal_id: str, *ids: str, **appeal: Any) -> None:
    async with database.write() as connection:
        await insert_appeal(connection, appeal_id, **appeal)
        for document_id in ids:
            await documents.add(connection, document(document_id, appeal_id), b"sealed")


async def prune(database: Database, now_ms: int, most: int = 10) -> int:
    async with database.write() as connection:
        return await documents.prune_documents(connection, now_ms, most)


async def of(database: Database, appeal_id: str) -> Sequence[Document]:
    async with database.read() as connection:
        return await documents.listed(connection, appeal_id)


async def test_a_document_is_found_under_its_own_appeal_only(database: Database) -> None:
    await put(database, "a-1", "d-1")
    await put(database, "a-2")
    async with database.read() as connection:
        assert await documents.get(connection, "a-1", "d-1") == Kept(document("d-1"), b"sealed")
        assert await documents.get(connection, "a-2", "d-1") is None
        assert await documents.get(connection, "a-1", "d-2") is None
    assert await of(database, "a-2") == []


async def test_the_oldest_is_listed_first(database: Database) -> None:
    async with database.write() as connection:
        for document_id, at_ms in (("d-1", 7), ("d-2", 5), ("d-0", 7)):
            await documents.add(connection, document(document_id, created_ms=at_ms), b"")
    assert [one.id for one in await of(database, "a-1")] == ["d-2", "d-0", "d-1"]


def test_ids_cannot_be_guessed() -> None:
    made = {documents.new_id() for _ in range(100)}
    assert len(made) == 100
    assert all(len(one) == 34 and one.startswith("d-") for one in made)


async def test_a_content_goes_30_days_after_the_decision(database: Database) -> None:
    await put(database, "a-1", "d-1", state="rejected", decided_ms=AT_MS)
    due_ms = AT_MS + 30 * DAY_MS
    assert await prune(database, due_ms - 1) == 0
    assert await prune(database, due_ms) == 1
    assert await prune(database, due_ms) == 0
    async with database.read() as connection:
        kept = await documents.get(connection, "a-1", "d-1")
        (deed,) = await audit.listed(connection, DeedFilter(subject_kind="document"))
    assert kept is not None
    assert (kept.content, kept.document.deleted_ms) == (None, due_ms)
    assert (deed.action, deed.subject_id, deed.holder) == (
        "document.deleted",
        "d-1",
        audit.SERVICE,
    )
    assert (deed.enterprise_id, deed.member_id) == ("acme", "li")


@pytest.mark.parametrize("state", ["submitted", "under_review", "need_information"])
async def test_an_open_appeal_keeps_its_documents(database: Database, state: str) -> None:
    await put(database, "a-1", "d-1", state=state, decided_ms=AT_MS)
    assert await prune(database, AT_MS + 365 * DAY_MS) == 0


@pytest.mark.parametrize("state", ["withdrawn", "expired"])
async def test_what_nobody_decided_ended_when_it_last_changed(
    database: Database, state: str
) -> None:
    await put(database, "a-1", "d-1", state=state, changed_ms=AT_MS + DAY_MS)
    assert await prune(database, AT_MS + 31 * DAY_MS - 1) == 0
    assert await prune(database, AT_MS + 31 * DAY_MS) == 1


async def test_deleting_takes_bounded_steps(database: Database) -> None:
    await put(database, "a-1", *(f"d-{n}" for n in range(5)), state="modified", decided_ms=AT_MS)
    now_ms = AT_MS + 40 * DAY_MS
    assert [await prune(database, now_ms, 2) for _ in range(4)] == [2, 2, 1, 0]
    assert all(one.deleted_ms == now_ms for one in await of(database, "a-1"))
