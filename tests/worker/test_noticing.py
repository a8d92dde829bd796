"""What webhooks are told out of the fold, and that it costs nothing where nobody listens."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import event, select

from quota.adds import Mode
from quota.records import LIMITS
from server.records import outbox, tables, webhooks
from server.records.outbox import Notice
from server.records.webhooks import Webhook
from server.webhooks.subscriptions import FRESH_S, Wanted
from server.worker import noticing
from tests.worker.scene import Scene, drain

EMBEDDED = pytest.mark.parametrize("kinds", [("fakeredis", "sqlite")])


async def hook(scene: Scene, *events: str) -> None:
    webhook = Webhook("w1", "http://hooks.example/", "", events, 0, 0, "test")
    async with scene.database.write() as connection:
        await webhooks.put(connection, webhook)


async def noted(scene: Scene, *types: str) -> list[Any]:
    """Notices in their order: their rows, with `body` read."""
    query = select(tables.outbox).order_by(tables.outbox.c.seq)
    async with scene.database.read() as connection:
        rows = [dict(row) for row in (await connection.execute(query)).mappings()]
    for row in rows:
        row["body"] = json.loads(row["body"])
    return [row for row in rows if not types or row["type"] in types]


async def test_a_quota_that_runs_low_and_out_is_noted_once(scene: Scene) -> None:
    await hook(scene, "quota.*")
    worker = await scene.up()
    for n in range(5):
        await scene.add(f"c{n}")
    await drain(worker)
    low, out = await noted(scene)
    assert (low["type"], out["type"]) == ("quota.low", "quota.exhausted")
    assert low["id"] == "quota.low:acme/li:member_daily_active:20779"
    assert (low["enterprise_id"], low["member_id"]) == ("acme", "li")
    assert low["body"] == {
        "limit": "member_daily_active",
        "cap": 5,
        "used": 4,
        "remaining": 1,
        "resets_at": "2026-11-22T16:00:00Z",
    }
    assert (out["body"]["used"], out["body"]["remaining"]) == (5, 0)
    assert low["at_ms"] == scene.clock()


async def test_a_line_crossed_again_after_a_cancel_is_no_news(scene: Scene) -> None:
    await hook(scene, "quota.low")
    worker = await scene.up()
    for n in range(3):
        await scene.add(f"c{n}")
    for n in range(2):
        decision = await scene.add(f"d{n}", mode=Mode.HOLD, hold_s=60)
        await scene.ledger.settle(decision.decision_id, "cancel", scene.rules)
    await drain(worker)
    assert [row["body"]["used"] for row in await noted(scene)] == [4]


async def test_the_next_day_it_is_noted_again(scene: Scene) -> None:
    await hook(scene, "quota.exhausted")
    worker = await scene.up()
    for day in range(2):
        for n in range(5):
            await scene.add(f"c{day}-{n}")
        await drain(worker)
        scene.clock.forward(days=1)
    days = [row["id"].rpartition(":")[2] for row in await noted(scene)]
    assert days == ["20779", "20780"]


async def test_an_enterprise_runs_low_as_a_whole(scene: Scene) -> None:
    await hook(scene, "*")
    worker = await scene.up()
    for n in range(20):
        await scene.add(f"c{n}", f"m{n}")
    await drain(worker)
    found = await noted(scene, "quota.low", "quota.exhausted")
    assert [(row["type"], row["member_id"], row["body"]["limit"]) for row in found] == [
        ("quota.low", None, "enterprise_daily_active"),
        ("quota.exhausted", None, "enterprise_daily_active"),
    ]
    assert found[0]["body"]["used"] == 16


async def test_a_denied_or_peeked_add_notes_nothing(scene: Scene) -> None:
    await hook(scene, "quota.exhausted")
    worker = await scene.up()
    for n in range(5):
        await scene.add(f"c{n}")
    assert not (await scene.add("one too many")).allowed
    await scene.add("only looking", "mu", mode=Mode.PEEK)
    await drain(worker)
    assert len(await noted(scene)) == 1


async def test_a_standing_and_a_cap_that_change_are_noted(scene: Scene) -> None:
    await hook(scene, "standing.changed", "cap.changed")
    worker = await scene.up()
    await scene.add("c1")
    await drain(worker)
    before = await noted(scene, "standing.changed", "cap.changed")
    assert [row for row in before if row["type"] == "cap.changed"] == [], "it began with them"
    await complained_about(scene)
    await drain(worker)
    found = (await noted(scene, "standing.changed", "cap.changed"))[len(before) :]
    fallen = [row for row in found if row["type"] == "standing.changed" and row["member_id"]]
    assert fallen[-1]["body"]["after"] in {"limited", "at_risk"}
    assert fallen[-1]["body"].keys() == {"before", "after"}
    text = json.dumps([row["body"] for row in found])
    assert "contact" not in text
    assert "c-" not in text


async def complained_about(scene: Scene) -> None:
    """A day of adds of which every one is complained about; then the next day begins."""
    for day in range(2):
        for n in range(5):
            await scene.add(f"c-{day}-{n}")
            await scene.event("contact.complained", f"c-{day}-{n}")
        scene.clock.forward(days=1)
    await scene.event("usage.reported", None, stat_date="2026-11-23", chat_cnt=5)


async def test_a_cap_that_rises_names_both(scene: Scene) -> None:
    await hook(scene, "cap.changed")
    worker = await scene.up()
    await scene.event("enterprise.updated", None, None, verification="verified", profile=[])
    for day in range(20):
        for n in range(3):
            await scene.add(f"c-{day}-{n}")
            await scene.event("contact.accepted", f"c-{day}-{n}")
        await drain(worker)
        scene.clock.forward(days=1)
    await scene.add("last")
    await drain(worker)
    raised = [row for row in await noted(scene) if row["member_id"] == "li"]
    assert raised
    body = raised[0]["body"]
    assert body.keys() == {"before", "after", "tier"}
    assert body["before"] != body["after"]
    assert body["before"].keys() == {"active", "passive"}


@EMBEDDED
async def test_nothing_is_noted_where_nobody_listens(scene: Scene) -> None:
    worker = await scene.up()
    for n in range(5):
        await scene.add(f"c{n}")
    await drain(worker)
    assert await noted(scene) == []
    await hook(scene, "penalty.*", "appeal.submitted")
    worker = await scene.up(scene.worker("w2"))
    for n in range(5):
        await scene.add(f"d{n}", "mu")
    await drain(worker)
    assert await noted(scene) == []


@EMBEDDED
async def test_looking_who_listens_is_one_read_in_a_while(scene: Scene) -> None:
    now_s = [100.0]
    wanted = Wanted(scene.database, lambda: now_s[0])
    statements: list[str] = []

    def seen(*args: Any) -> None:
        statements.append(args[2])

    engine = scene.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", seen)
    assert await wanted.types() == frozenset()
    await hook(scene, "case.*", "quota.low")
    reads = len(statements)
    for _ in range(100):
        assert await wanted.types() == frozenset()
    assert len(statements) == reads
    now_s[0] += FRESH_S
    assert await wanted.types() == {"case.opened", "quota.low"}


@EMBEDDED
async def test_folding_again_gives_the_same_notices(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hook(scene, "*")
    given: list[Sequence[Notice]] = []
    whole = outbox.put

    async def put(connection: Any, notices: Sequence[Notice]) -> None:
        given.append(notices)
        await whole(connection, notices)
        if len(given) == 1:
            raise RuntimeError("a crash before the commit")

    worker = await scene.up()
    monkeypatch.setattr(outbox, "put", put)
    for n in range(5):
        await scene.add(f"c{n}")
    assert await worker.turn() == 0
    assert await noted(scene) == []
    scene.leases.forward(minutes=1)
    await scene.up(worker)
    assert given[0]
    assert [one.id for one in given[0]] == [one.id for one in given[1]]
    assert [row["id"] for row in await noted(scene)] == [one.id for one in given[1]]


@EMBEDDED
async def test_ids_fit_their_column(scene: Scene) -> None:
    enterprise, member = "e" * 64, "m" * 64
    await hook(scene, "*")
    worker = await scene.up()
    for n in range(5):
        await scene.add(f"c{n}", member, enterprise)
    await drain(worker)
    found = await noted(scene)
    assert found
    longest = max((*noticing._VIEWED, *noticing._DECIDED), key=len)
    limit = max(len(name) for name in LIMITS)
    assert len(longest) + limit + 64 + 1 + 64 + len("::99999:") <= 192
    assert all(len(row["id"]) <= 192 for row in found)
