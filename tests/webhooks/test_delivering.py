"""The dispatcher: in order per member, again until it arrives, never twice at once."""

import asyncio
import logging
from typing import Any

import pytest

from server.records import deliveries, dispatch
from server.records.dispatch import Noted
from server.records.webhooks import Webhook
from server.webhooks.delivering import CLAIM_MS, Limits
from server.webhooks.metrics import ATTEMPTS, OLDEST_SECONDS
from server.webhooks.sending import Sender
from tests.stored import ON_SQLITE
from tests.webhooks.receiver import Receiver, fine, status
from tests.webhooks.scene import SEALER, Post, work


class Killed(Sender):
    """Sends, and is killed before anybody can note what came of it."""

    def __init__(self, post: Post) -> None:
        super().__init__(post.session, SEALER, post.clock)
        self.sent = asyncio.Event()

    async def send(self, webhook: Webhook, noted: Noted) -> str | None:
        await super().send(webhook, noted)
        self.sent.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes it")


async def test_a_failure_is_tried_again_until_it_arrives(post: Post, receiver: Receiver) -> None:
    receiver.script = [status(500), status(503), fine]
    await post.hook(receiver.url)
    id_ = await post.note()
    dispatcher = post.dispatcher()
    await work(dispatcher)
    await work(dispatcher)
    assert len(receiver.got) == 1, "the second attempt waits for its time"
    post.clock.forward(ms=5_000)
    await work(dispatcher)
    post.clock.forward(ms=29_999)
    await work(dispatcher)
    assert len(receiver.got) == 2
    post.clock.forward(ms=1)
    await work(dispatcher)
    assert receiver.ids == [id_] * 3
    assert len({got.raw for got in receiver.got}) == 1, "the same bytes each time"
    delivery = await post.delivery(id_)
    assert (delivery.state, delivery.attempts, delivery.error) == ("delivered", 3, None)


async def test_a_member_is_told_in_order_while_others_go_on(post: Post, receiver: Receiver) -> None:
    receiver.script = [status(500)]
    await post.hook(receiver.url)
    dispatcher = post.dispatcher()
    first = await post.note("li")
    await work(dispatcher)
    second, third = await post.note("li"), await post.note("li")
    others = [await post.note("mu"), await post.note(None), await post.note("li", enterprise="b")]
    await work(dispatcher)
    assert receiver.ids[0] == first
    assert sorted(receiver.ids[1:]) == sorted(others), "li's later ones wait behind the first"
    post.clock.forward(ms=5_000)
    await work(dispatcher)
    assert receiver.ids[4:] == [first, second, third]


async def test_a_dead_notice_no_longer_blocks(post: Post, receiver: Receiver) -> None:
    receiver.by_path["/in"] = status(500)
    await post.hook(f"{receiver.url}/in")
    dispatcher = post.dispatcher()
    first = await post.note("li")
    await work(dispatcher)
    second = await post.note("li")
    died = ATTEMPTS.labels("dead")._value.get()
    for _ in range(40):
        post.clock.forward(hours=1)
        await work(dispatcher)
        if (await post.delivery(first)).state == "dead":
            break
    dead = await post.delivery(first)
    assert (dead.state, dead.error) == ("dead", "answered 500")
    assert 24 <= dead.attempts <= 30
    assert ATTEMPTS.labels("dead")._value.get() == died + 1
    del receiver.by_path["/in"]
    post.clock.forward(hours=1)
    await work(dispatcher)
    assert (await post.delivery(second)).state == "delivered"
    assert receiver.ids[-1] == second
    assert (await post.delivery(first)).state == "dead", "it is not sent by itself"


async def test_dead_letters_are_sent_again_on_request(post: Post, receiver: Receiver) -> None:
    await post.hook(receiver.url)
    ids = [await post.note(member) for member in ("li", "li", "mu")]
    receiver.script = [status(400)] * 400
    dispatcher = post.dispatcher()
    for _ in range(100):
        post.clock.forward(hours=1)
        await work(dispatcher)
    assert [d.state for d in await post.deliveries()] == ["dead"] * 3
    receiver.script, receiver.got = [], []
    async with post.database.write() as connection:
        assert await deliveries.replay(connection, "w1", post.clock()) == 3
    await work(dispatcher)
    assert sorted(receiver.ids) == sorted(ids)
    assert [id_ for id_ in receiver.ids if id_ != ids[2]] == ids[:2], "in order, too"
    assert [d.state for d in await post.deliveries()] == ["delivered"] * 3


async def test_a_replayed_notice_is_tried_for_a_while_however_old_it_is(
    post: Post, receiver: Receiver
) -> None:
    await post.hook(receiver.url)
    id_ = await post.note()
    dispatcher = post.dispatcher()
    await work(dispatcher)
    post.clock.forward(days=3)
    receiver.script = [status(500)] * 3
    async with post.database.write() as connection:
        assert await deliveries.replay(connection, "w1", post.clock(), 1) == 1
    for _ in range(3):
        await work(dispatcher)
        assert (await post.delivery(id_)).state == "waiting"
        post.clock.forward(minutes=10)
    await work(dispatcher)
    assert receiver.ids == [id_] * 5
    assert (await post.delivery(id_)).state == "delivered"


async def test_a_crash_between_sending_and_noting_sends_again_with_the_same_id(
    post: Post, receiver: Receiver
) -> None:
    await post.hook(receiver.url)
    id_, later = await post.note("li"), await post.note("li")
    killed = Killed(post)
    limits = Limits(stop_s=0)
    running = asyncio.create_task(post.dispatcher(sender=killed, limits=limits).run())
    await killed.sent.wait()
    running.cancel()
    await asyncio.wait([running])
    assert receiver.ids == [id_]
    other = post.dispatcher()
    await work(other)
    assert receiver.ids == [id_], "the claim of the one that died holds"
    post.clock.forward(ms=CLAIM_MS)
    await work(other)
    assert receiver.ids == [id_, id_, later]
    assert (await post.delivery(id_)).state == "delivered"


async def test_a_stale_holder_changes_nothing(post: Post, receiver: Receiver) -> None:
    receiver.by_path["/in"] = receiver.hang
    await post.hook(f"{receiver.url}/in")
    id_ = await post.note()
    stale = post.dispatcher()
    await stale.turn()
    await stale.turn()
    await receiver.arrived(1)
    post.clock.forward(ms=CLAIM_MS)
    receiver.by_path["/in"] = status(500)
    await work(post.dispatcher())
    receiver.released.set()
    await stale.settled()
    delivery = await post.delivery(id_)
    assert (delivery.state, delivery.attempts) == ("waiting", 1)
    assert delivery.error == "answered 500", "it had lost its claim, so its success is not noted"


async def test_two_at_once_send_each_notice_once(post: Post, receiver: Receiver) -> None:
    await post.hook(receiver.url)
    ids = [await post.note(f"m{n}") for n in range(12)]
    one, other = post.dispatcher(), post.dispatcher()
    for _ in range(8):
        await asyncio.gather(one.turn(), other.turn())
        await asyncio.gather(one.settled(), other.settled())
    assert sorted(receiver.ids) == sorted(ids)


@ON_SQLITE
async def test_who_does_not_hold_the_first_shard_does_nothing(
    post: Post, receiver: Receiver
) -> None:
    await post.hook(receiver.url)
    await post.note()
    assert await post.dispatcher(holds=False).turn() == 0
    assert await post.unspread() == 1
    assert receiver.got == []


@ON_SQLITE
async def test_a_slow_webhook_leaves_room_for_the_others(post: Post, receiver: Receiver) -> None:
    receiver.by_path["/slow"] = receiver.hang
    await post.hook(f"{receiver.url}/slow", "slow")
    await post.hook(f"{receiver.url}/quick", "quick")
    for n in range(30):
        await post.note(f"m{n}")
    dispatcher = post.dispatcher()
    for _ in range(40):
        await dispatcher.turn()
        quick = [task for (hook, _), task in dispatcher._under_way.items() if hook == "quick"]
        if quick:
            await asyncio.wait(quick, return_when=asyncio.FIRST_COMPLETED)
        if len(await post.deliveries("quick", "delivered")) == 30:
            break
    else:
        raise AssertionError("the quick one was held up")
    await receiver.arrived(34)
    slow = [got for got in receiver.got if got.path == "/slow"]
    assert len(slow) == 4, "one webhook gets four at a time"
    receiver.released.set()
    await work(dispatcher)
    assert len(await post.deliveries("slow", "delivered")) == 30


@ON_SQLITE
async def test_what_failed_last_gets_one_attempt_at_a_time(post: Post, receiver: Receiver) -> None:
    receiver.script = [status(500)]
    await post.hook(receiver.url)
    await post.note("m0")
    dispatcher = post.dispatcher()
    await work(dispatcher)
    receiver.script = [receiver.hang]
    for n in range(1, 6):
        await post.note(f"m{n}")
    await dispatcher.turn()
    await dispatcher.turn()
    await receiver.arrived(2)
    assert len(dispatcher._under_way) == 1
    receiver.released.set()
    await dispatcher.settled()
    await dispatcher.turn()
    assert len(dispatcher._under_way) == 4, "it is fine again"
    await dispatcher.settled()


@ON_SQLITE
async def test_what_is_under_way_is_bounded(post: Post, receiver: Receiver) -> None:
    for hook in range(6):
        receiver.by_path[f"/{hook}"] = receiver.hang
        await post.hook(f"{receiver.url}/{hook}", f"w{hook}")
    for n in range(10):
        await post.note(f"m{n}")
    dispatcher = post.dispatcher()
    for _ in range(5):
        await dispatcher.turn()
    assert len(dispatcher._under_way) == 16
    receiver.released.set()
    await work(dispatcher)
    assert len(receiver.got) == 60


@ON_SQLITE
async def test_a_stop_lets_what_is_under_way_end(post: Post, receiver: Receiver) -> None:
    receiver.script = [receiver.hang]
    await post.hook(receiver.url)
    id_, later = await post.note("li"), await post.note("li")
    dispatcher = post.dispatcher(limits=Limits(poll_ms=1))
    running = asyncio.create_task(dispatcher.run())
    await receiver.arrived(1)
    dispatcher.stop()
    receiver.released.set()
    await running
    assert receiver.ids == [id_], "nothing new is begun"
    assert (await post.delivery(id_)).state == "delivered"
    assert (await post.delivery(later)).state == "waiting"


@ON_SQLITE
async def test_a_stop_amid_a_turn_begins_nothing(
    post: Post, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, dispatcher = dispatch.due, post.dispatcher()

    async def stopped(*asked: Any) -> Any:
        dispatcher.stop()
        return await due(*asked)

    monkeypatch.setattr(dispatch, "due", stopped)
    await post.hook(receiver.url)
    id_ = await post.note("li")
    await dispatcher.turn()
    await dispatcher.settled()
    assert (receiver.ids, (await post.delivery(id_)).state) == ([], "waiting")


@ON_SQLITE
async def test_a_stop_does_not_wait_for_a_receiver_that_hangs(
    post: Post, receiver: Receiver
) -> None:
    receiver.script = [receiver.hang]
    await post.hook(receiver.url)
    id_ = await post.note()
    dispatcher = post.dispatcher(limits=Limits(poll_ms=1, stop_s=0.01))
    running = asyncio.create_task(dispatcher.run())
    await receiver.arrived(1)
    dispatcher.stop()
    await running
    assert (await post.delivery(id_)).state == "waiting"


@ON_SQLITE
async def test_a_stop_ends_what_has_not_even_begun(post: Post, receiver: Receiver) -> None:
    await post.hook(receiver.url)
    await post.note()
    dispatcher = post.dispatcher()
    await dispatcher.turn()
    assert len(dispatcher._under_way) == 1
    for task in dispatcher._under_way.values():
        task.cancel()
    await dispatcher.settled()
    assert receiver.got == []


@ON_SQLITE
async def test_a_mistake_of_ours_is_told_and_harms_nothing_else(
    post: Post, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    class Wrong(Sender):
        async def send(self, webhook: Webhook, noted: Noted) -> str | None:
            if noted.member_id == "li":
                raise RuntimeError("a mistake")
            return await super().send(webhook, noted)

    await post.hook(receiver.url)
    await post.note("li")
    other = await post.note("mu")
    with caplog.at_level(logging.ERROR):
        await work(post.dispatcher(sender=Wrong(post.session, SEALER, post.clock)))
    assert receiver.ids == [other]
    assert "a mistake of ours" in caplog.text


@ON_SQLITE
async def test_the_oldest_waiting_age_is_told(post: Post, receiver: Receiver) -> None:
    receiver.script = [status(500)]
    await post.hook(receiver.url)
    await post.note()
    dispatcher = post.dispatcher()
    await work(dispatcher)
    post.clock.forward(ms=4_000)
    await dispatcher.turn()
    post.clock.forward(ms=500)
    await dispatcher.turn()
    assert OLDEST_SECONDS._value.get() == 0, "looked at a moment ago"
    post.clock.forward(ms=500)
    await work(dispatcher)
    post.clock.forward(ms=5_000)
    await dispatcher.turn()
    assert OLDEST_SECONDS._value.get() == 0, "it has arrived"
