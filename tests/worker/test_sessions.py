"""The worker of shard 0 deletes the dashboard's sessions that expired."""

from sqlalchemy import func, select

from server.records import sessions
from server.records.tables import sessions as table
from server.worker.upkeep import prune
from tests.worker.scene import Scene


async def test_sessions_go_when_they_have_expired(scene: Scene) -> None:
    worker = await scene.up()
    lease = worker.leasing.held[0].lease
    async with scene.database.write() as connection:
        await sessions.begin(connection, "cookie", "k-1", scene.clock())
    for hours, left in ((0, 1), (12, 0)):
        scene.clock.forward(hours=hours)
        assert not await prune(scene.stores(), lease)
        async with scene.database.read() as connection:
            found = await connection.execute(select(func.count()).select_from(table))
            assert found.scalar_one() == left
