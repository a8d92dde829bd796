"""From the outbox to deliveries, and how long either is kept."""

import pytest
from sqlalchemy import func, select

from server.records import deliveries, tables, webhooks
from server.records.outbox import TYPES
from server.webhooks.spreading import SPREAD_MOST, spread
from server.webhooks.subscriptions import check_event, wants
from tests.stored import ON_SQLITE
from tests.webhooks.receiver import Receiver, status
from tests.webhooks.scene import Post, work


@pytest.mark.parametrize(
    ("events", "wanted"),
    [
        (["*"], set(TYPES)),
        (["quota.low", "case.opened"], {"quota.low", "case.opened"}),
        (["quota.*", "quota.low"], {"quota.low", "quota.exhausted"}),
        (["standing.*"], {"standing.changed"}),
    ],
)
def test_what_is_wanted(events: list[str], wanted: set[str]) -> None:
    assert {type_ for type_ in TYPES if wants(events, type_)} == wanted
    assert [check_event(event) for event in events] == events


@pytest.mark.parametrize(
    "text", ["", "quota", "quota.", "quota.lo", ".*", "**", "*.low", "Quota.*"]
)
def test_what_is_no_type(text: str) -> None:
    with pytest.raises(ValueError, match="is no type of notice"):
        check_event(text)


async def test_each_webhook_gets_what_it_wants(post: Post) -> None:
    await post.hook("http://hooks.example/", "all")
    await post.hook("http://hooks.example/", "caps", events=["cap.*"])
    standing = await post.note(type_="standing.changed")
    cap = await post.note(type_="cap.changed")
    assert await spread(post.database, post.clock()) == 2
    assert [d.notice_id for d in await post.deliveries("all")] == [standing, cap]
    assert [d.notice_id for d in await post.deliveries("caps")] == [cap]
    assert await spread(post.database, post.clock()) == 0


async def test_what_nobody_wants_is_done_with(post: Post) -> None:
    await post.note()
    assert await spread(post.database, post.clock()) == 1
    assert await post.unspread() == 0
    post.clock.forward(ms=1)
    await post.hook("http://hooks.example/")
    await spread(post.database, post.clock())
    assert await post.deliveries() == []


async def test_a_webhook_hears_nothing_of_the_time_before_it(post: Post) -> None:
    await post.note()
    post.clock.forward(ms=1)
    await post.hook("http://hooks.example/")
    at_once = await post.note()
    await spread(post.database, post.clock())
    assert [d.notice_id for d in await post.deliveries()] == [at_once]


@ON_SQLITE
async def test_a_long_outbox_is_spread_a_part_at_a_time(post: Post) -> None:
    await post.hook("http://hooks.example/")
    for _ in range(SPREAD_MOST + 1):
        await post.note()
    assert await spread(post.database, post.clock()) == SPREAD_MOST
    assert await spread(post.database, post.clock()) == 1
    seqs = [d.seq for d in await post.deliveries()]
    assert seqs == sorted(seqs)
    assert len(seqs) == SPREAD_MOST + 1


async def count(post: Post, table: str) -> int:
    query = select(func.count()).select_from(tables.metadata.tables[table])
    async with post.database.read() as connection:
        return int((await connection.execute(query)).scalar_one())


async def pruned(post: Post) -> int:
    async with post.database.write() as connection:
        return await deliveries.prune(connection, post.clock(), 100)


async def test_what_arrived_goes_after_30_days_and_the_dead_after_90(
    post: Post, receiver: Receiver
) -> None:
    await post.hook(receiver.url)
    receiver.script = [status(500)] * 30
    await post.note("li")
    dispatcher = post.dispatcher()
    for _ in range(30):
        await work(dispatcher)
        post.clock.forward(hours=2)
    receiver.script = []
    await post.note("mu")
    await work(dispatcher)
    assert [d.state for d in await post.deliveries()] == ["dead", "delivered"]
    post.clock.forward(days=29)
    assert await pruned(post) == 0
    post.clock.forward(days=2)
    assert await pruned(post) == 1
    assert [d.state for d in await post.deliveries()] == ["dead"], "with its notice"
    assert await count(post, "outbox") == 1
    async with post.database.write() as connection:
        assert await deliveries.replay(connection, "w1", post.clock()) == 1
    await work(dispatcher)
    assert len(receiver.got) > 2, "so it can still be sent"
    post.clock.forward(days=91)
    await pruned(post)
    assert (await count(post, "outbox"), await count(post, "deliveries")) == (0, 0)


async def test_a_notice_on_its_way_is_kept_however_old(post: Post) -> None:
    await post.hook("http://hooks.example/")
    await post.note()
    await spread(post.database, post.clock())
    post.clock.forward(days=365)
    assert await pruned(post) == 0
    assert await count(post, "outbox") == 1


async def test_what_no_webhook_waits_for_goes(post: Post) -> None:
    await post.hook("http://hooks.example/")
    await post.note()
    await spread(post.database, post.clock())
    async with post.database.write() as connection:
        await webhooks.end(connection, "w1", post.clock())
    assert await pruned(post) == 1
    assert await count(post, "deliveries") == 0


async def test_the_dispatcher_tidies_up_by_itself(post: Post, receiver: Receiver) -> None:
    await post.hook(receiver.url)
    await post.note()
    dispatcher = post.dispatcher()
    await work(dispatcher)
    post.clock.forward(days=31)
    await work(dispatcher)
    assert (await count(post, "outbox"), await count(post, "deliveries")) == (0, 0)


async def test_what_failed_is_tried_at_once_where_the_webhook_changed(
    post: Post, receiver: Receiver
) -> None:
    receiver.script = [status(500)] * 5
    await post.hook(receiver.url)
    await post.note()
    dispatcher = post.dispatcher()
    for _ in range(5):
        await work(dispatcher)
        post.clock.forward(minutes=15)
    async with post.database.write() as connection:
        await deliveries.hurry(connection, "w1", post.clock(), 60_000)
    await work(dispatcher)
    assert (await post.deliveries())[0].state == "delivered"
