"""Whatever fails, dies, is replayed or taken over: per webhook and account, the order holds."""

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.records import deliveries, migrations
from server.records.dispatch import Noted
from server.records.engine import open_database
from server.records.webhooks import Webhook
from server.webhooks.delivering import CLAIM_MS
from server.webhooks.sending import Sender, open_session
from tests.conftest import Clock
from tests.webhooks.scene import SEALER, Post, work

Key = tuple[str, str, str | None]
Step = tuple[str, object]

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("note"), st.sampled_from(["li", "mu", None])),
        st.tuples(st.just("turn"), st.lists(st.booleans(), max_size=6)),
        st.tuples(st.just("wait"), st.sampled_from([1_000, 31_000, 3_600_000, 90_000_000])),
        st.tuples(st.just("kill"), st.just(None)),
        st.tuples(st.just("replay"), st.integers(1, 12)),
        st.tuples(st.just("replay all"), st.just(None)),
    ),
    max_size=25,
)


class Watched(Sender):
    """Sends nothing: ends each attempt as it was told, and watches the order of them."""

    def __init__(self, post: Post) -> None:
        super().__init__(post.session, SEALER, post.clock)
        self._scene = post
        self.outcomes: list[bool] = []
        self.sent: list[int] = []
        self._now: set[Key] = set()
        self.dies = False

    async def send(self, webhook: Webhook, noted: Noted) -> str | None:
        key = (webhook.id, noted.enterprise_id, noted.member_id)
        assert key not in self._now, "two of one account are under way"
        self._now.add(key)
        self.sent.append(noted.seq)
        try:
            for other in await self._scene.deliveries(webhook.id, "waiting"):
                same = (other.enterprise_id, other.member_id) == key[1:]
                assert not (same and other.seq < noted.seq), "an earlier one still waits"
            if self.dies:
                raise asyncio.CancelledError
            arrived = self.outcomes.pop(0) if self.outcomes else True
            return None if arrived else "answered 500"
        finally:
            self._now.discard(key)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("order") / "migrated.sqlite"

    async def make() -> None:
        database = open_database(str(path))
        await migrations.upgrade(database)
        await database.close()

    asyncio.run(make())
    return path


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_the_order_holds(migrated: Path, steps: Sequence[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "record.sqlite"
        shutil.copy(migrated, path)
        asyncio.run(_run(path, steps))


async def _run(path: Path, steps: Sequence[Step]) -> None:
    database = open_database(str(path))
    async with open_session(private=True) as session:
        post = Post(database, Clock(1_795_320_000_000), session)
        await post.hook("http://hooks.example/", "w1")
        await post.hook("http://hooks.example/", "w2", events=["standing.*"])
        sender = Watched(post)
        for name, value in steps:
            await _step(post, sender, name, value)
        sender.outcomes = []
        post.clock.forward(days=1)
        await work(post.dispatcher(sender=sender))
        for hook in ("w1", "w2"):
            assert not await post.deliveries(hook, "waiting"), "nothing is left behind"
    await database.close()


async def _step(post: Post, sender: Watched, name: str, value: object) -> None:
    dispatcher = post.dispatcher(sender=sender)
    match name, value:
        case "note", str() | None as member:
            await post.note(member)
        case "turn", list() as outcomes:
            sender.outcomes = outcomes
            await work(dispatcher)
        case "wait", int() as ms:
            post.clock.forward(ms=ms)
        case "kill", None:
            sender.dies = True
            await dispatcher.turn()
            await dispatcher.turn()
            await dispatcher.settled()
            sender.dies = False
        case "replay", int() as seq:
            async with post.database.write() as connection:
                await deliveries.replay(connection, "w1", post.clock(), seq)
        case _:
            async with post.database.write() as connection:
                await deliveries.replay(connection, "w2", post.clock())


async def test_what_waits_behind_a_failure_is_not_looked_at_in_vain(post: Post) -> None:
    sender = Watched(post)
    await post.hook("http://hooks.example/")
    first, second = await post.note(), await post.note()
    sender.outcomes = [False]
    await work(post.dispatcher(sender=sender))
    head, behind = await post.delivery(first), await post.delivery(second)
    assert head.next_ms == behind.next_ms == post.clock() + 5_000
    assert behind.attempts == 0


async def test_an_earlier_notice_that_comes_late_goes_first(post: Post) -> None:
    """A delivered one that is replayed while a later one waits."""
    sender = Watched(post)
    await post.hook("http://hooks.example/")
    await post.note()
    await work(post.dispatcher(sender=sender))
    await post.note()
    sender.outcomes = [False]
    await work(post.dispatcher(sender=sender))
    async with post.database.write() as connection:
        await deliveries.replay(connection, "w1", post.clock(), 1)
    post.clock.forward(minutes=1)
    await work(post.dispatcher(sender=sender))
    assert sender.sent == [1, 2, 1, 2]


async def test_a_claim_that_ran_out_is_taken_over_in_order(post: Post) -> None:
    sender = Watched(post)
    await post.hook("http://hooks.example/")
    await post.note("li")
    await _step(post, sender, "kill", None)
    await post.note("li")
    await post.note("mu")
    await work(post.dispatcher(sender=sender))
    assert sender.sent == [1, 3], "the second of li waits for the first, which is claimed"
    post.clock.forward(ms=CLAIM_MS)
    await work(post.dispatcher(sender=sender))
    assert sender.sent == [1, 3, 1, 2]
