"""A dismissed case: its flags are written off, the reports behind it count as dismissed."""

import json
from typing import Any

from sqlalchemy import select

from server.records import flags
from server.records.flags import FlagFilter
from server.records.tables import contacts, member_views
from tests.worker.scene import Scene, drain
from tests.worker.suspicion import decide, listed, suspicious


async def _complained(scene: Scene, member: str, contact: str = "c1") -> None:
    assert (await scene.add(contact, member)).allowed
    await scene.event("contact.complained", contact, member)


async def _contact(scene: Scene, contact: str = "c1") -> dict[str, Any]:
    query = select(contacts.c.data).where(contacts.c.contact == contact)
    async with scene.database.read() as connection:
        found: dict[str, Any] = json.loads((await connection.execute(query)).scalar_one())
    return found


async def _negative(scene: Scene, member: str) -> float:
    query = select(member_views.c.data).where(member_views.c.member_id == member)
    async with scene.database.read() as connection:
        view = json.loads((await connection.execute(query)).scalar_one())
    return float(view["sums"]["negative"])


async def test_reports_behind_it_count_as_dismissed_and_two_of_them_weigh_nothing(
    scene: Scene,
) -> None:
    worker = await suspicious(scene)
    for n, member in enumerate(("li", "wu")):
        scene.clock.forward(days=181)  # behind the cool-down that a complaint brings
        await _complained(scene, member)
        await drain(worker)
        (record,) = await listed(scene.database, member_id=member)
        assert await _negative(scene, member) > 0
        await decide(scene, record)
        await drain(worker)
        assert (await _contact(scene))["dismissed"] == n + 1
    assert await _negative(scene, "wu") == 0


async def test_its_flags_are_written_off_and_no_others(scene: Scene) -> None:
    worker = await suspicious(scene)
    await _complained(scene, "li", "c1")
    await _complained(scene, "wu", "c2")
    await drain(worker)
    (record,) = await listed(scene.database, member_id="li")
    await decide(scene, record)
    async with scene.database.read() as connection:
        found = await flags.listed(connection, FlagFilter())
    written_off = {flag.member_id: flag.written_off_ms for flag in found}
    assert written_off == {"li": scene.clock(), "wu": None}


async def test_a_report_counts_for_one_dismissal_only(scene: Scene) -> None:
    worker = await suspicious(scene)
    await _complained(scene, "li", "c1")
    await drain(worker)
    (first,) = await listed(scene.database)
    await decide(scene, first)
    await drain(worker)
    scene.clock.forward(hours=1)
    await _complained(scene, "li", "c2")
    await drain(worker)
    (second,) = await listed(scene.database, state="open")
    decided = await decide(scene, second)
    assert (decided.reports, first.case.id != second.case.id) == (("c2",), True)
    await drain(worker)
    assert (await _contact(scene, "c1"))["dismissed"] == 1
