"""What the worker makes of events: views, history, journal, flags, caps and cool-downs."""

from dataclasses import replace

from scoring.views import MemberView
from server.records import activity, days, journal, views
from server.records.activity import SLOT_MS, Slot, slot_of
from server.records.days import DayRecord
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
    wanted = {"requested": 2, "allowed": 2, "charged": 2, "accepted": 1, "resolved": 1}
    assert day.counts == wanted
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


async def test_activity_is_what_all_enterprises_counted_by_when_it_was_received(
    scene: Scene,
) -> None:
    worker, at_ms = await scene.up(), scene.clock()
    await scene.add("c1")
    await scene.add("c2", enterprise="other", member="wu")
    await drain(worker)
    scene.clock.forward(ms=SLOT_MS)
    await scene.add("c3")
    await scene.event("contact.accepted", "c1", at=at_ms)
    await drain(worker)
    async with scene.database.read() as connection:
        found = await activity.read(connection, 0)
        counted = [await days.history(connection, e, "", 0) for e in ("acme", "other")]
    first, second = slot_of(at_ms), slot_of(at_ms) + SLOT_MS
    assert found == [
        Slot(first, {"requested": 2, "allowed": 2, "charged": 2}),
        Slot(second, {"requested": 1, "allowed": 1, "charged": 1, "accepted": 1}),
    ]
    for name in ("requested", "allowed", "charged", "accepted"):
        in_days = sum(day.counts.get(name, 0) for each in counted for day in each)
        assert in_days == sum(slot.counts.get(name, 0) for slot in found)


async def test_what_is_taken_back_of_a_day_that_is_over_leaves_how_it_ended(scene: Scene) -> None:
    worker = await scene.up()
    members = [f"m{n}" for n in range(6)]
    for member in members:
        assert (await scene.add("c1", member)).allowed
    for member in members[:5]:
        await scene.event("contact.complained", "c1", member)
    await drain(worker)
    before = await _first_day(scene, "m1")
    assert before.counts["negatives"] == 1
    scene.clock.forward(days=1)
    # The sixth makes it sabotage: what the contact gave the others on the day before is void.
    await scene.event("contact.complained", "c1", "m5")
    await drain(worker)
    after = await _first_day(scene, "m1")
    assert "negatives" not in after.counts
    assert replace(after, counts=before.counts) == before


async def _first_day(scene: Scene, member: str) -> DayRecord:
    async with scene.database.read() as connection:
        return (await days.history(connection, "acme", member, 0))[0]
