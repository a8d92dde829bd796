"""The worker of shard 0 deletes the documents of appeals that were decided."""

from server.records import documents
from server.worker.upkeep import DOCUMENTS_AT_ONCE, prune
from tests.appeals import document, insert_appeal
from tests.worker.scene import Scene


async def test_documents_go_30_days_after_the_decision(scene: Scene) -> None:
    worker = await scene.up()
    lease = worker.leasing.held[0].lease
    ids = [f"d-{n}" for n in range(DOCUMENTS_AT_ONCE + 1)]
    async with scene.database.write() as connection:
        await insert_appeal(connection, "a-1", state="overturned", decided_ms=scene.clock())
        for one in ids:
            await documents.add(connection, document(one), b"sealed")
    scene.clock.forward(days=29)
    assert not await prune(scene.stores(), lease)
    scene.clock.forward(days=1)
    assert [await prune(scene.stores(), lease) for _ in range(2)] == [True, False]
    async with scene.database.read() as connection:
        found = await documents.listed(connection, "a-1")
    assert [one.deleted_ms for one in found] == [scene.clock()] * len(ids)
