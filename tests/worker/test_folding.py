"""What the worker makes of events: views, history, journal, flags, caps and cool-downs."""

from scoring.views import MemberView
from server.records import days, journal, views
from tests.worker.scene import Scene, drain


async def test_a_first_start_opens_every_shard(scene: Scene) -> None:
    worker = await scene.up()
    assert (await scene.add("c1")).allowed
    assert await drain(worker) == 1


async def test_events_become_views_history_and_journal(scene: Scene) -> None:
    worker = await scene.up()
    await scene.add("c1")
    await scene.add("c2")
    await scene.event("contact.accepted", "c1")
    assert await drain(worker) == 3
    async with scene.database.read() as connection:
        member = (await views.members_by_id(connection, [("acme", "li")]))["acme", "li"]
        (day,) = await days.history(connection, "acme", "li", 0)
        entries = await journal.after(connection, 0, 0, 100)
    assert MemberView.from_json(member.data).adds == 2
    assert day.counts == {"requested": 2, "allowed": 2, "charged": 2, "accepted": 1}
    assert [entry.type for entry in entries] == [
        "add.requested",
        "add.requested",
        "contact.accepted",
    ]


async def test_history_shows_how_a_day_ended_though_its_last_event_counts_nothing(
    scene: Scene,
) -> None:
    worker = await scene.up()
    await scene.add("c1")
    await drain(worker)
    await scene.event("usage.reported", None, stat_date="2026-11-22", chat_cnt=5)
    await drain(worker)
    async with scene.database.read() as connection:
        member = (await views.members_by_id(connection, [("acme", "li")]))["acme", "li"]
        (day,) = await days.history(connection, "acme", "li", 0)
    assert (day.score, day.tier, day.cap) == (member.score, member.tier, member.cap_active)
    assert day.counts == {"requested": 1, "allowed": 1, "charged": 1}
