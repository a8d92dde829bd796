"""An outbox, webhooks and the dispatcher between them, on an injected clock."""

import itertools
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from sqlalchemy import select

from server.records import deliveries, outbox, tables, webhooks
from server.records.deliveries import Delivery, DeliveryFilter
from server.records.engine import Database
from server.records.outbox import Notice
from server.records.webhooks import Webhook
from server.sealing import Sealer
from server.secret_keys import Ring, SecretKey
from server.webhooks import signing
from server.webhooks.delivering import DEFAULT_LIMITS, Dispatcher, Limits
from server.webhooks.sending import Sender
from tests.conftest import Clock

SECRET = "a-secret-for-tests"
TYPE = "standing.changed"
SEALER = Sealer(Ring([SecretKey("t1", b"7" * 32)]))
LONG = ClientTimeout(total=120, connect=120)
"""For receivers that answer at once: what the machine stands still is not theirs."""
SHORT = ClientTimeout(total=0.2, connect=0.2)
"""For receivers that are to be too slow."""


class Post:
    """Notes, webhooks and dispatchers; `session` may reach loopback."""

    def __init__(self, database: Database, clock: Clock, session: ClientSession) -> None:
        self.database = database
        self.clock = clock
        self.session = session
        self._numbers = itertools.count(1)

    def dispatcher(
        self,
        *,
        sender: Sender | None = None,
        session: ClientSession | None = None,
        limits: Limits = DEFAULT_LIMITS,
        holds: bool = True,
    ) -> Dispatcher:
        """A dispatcher without jitter."""
        return Dispatcher(
            self.database,
            sender or Sender(session or self.session, SEALER, self.clock),
            self.clock,
            holds=lambda: holds,
            limits=limits,
            chance=lambda: 0.5,
        )

    async def hook(
        self, url: str, id_: str = "w1", events: Sequence[str] = ("*",), secret: str = SECRET
    ) -> None:
        """A webhook made now."""
        kept = signing.sealed(SEALER, id_, secret)
        now_ms = self.clock()
        webhook = Webhook(id_, url, kept, tuple(events), now_ms, now_ms, "test")
        async with self.database.write() as connection:
            await webhooks.put(connection, webhook)

    async def note(
        self,
        member: str | None = "li",
        type_: str = TYPE,
        enterprise: str = "acme",
        **body: object,
    ) -> str:
        """Notes something now; returns the notice's id."""
        id_ = f"{type_}:{next(self._numbers)}"
        notice = Notice(id_, type_, enterprise, member, self.clock(), body)
        async with self.database.write() as connection:
            await outbox.put(connection, [notice])
        return id_

    async def deliveries(self, webhook_id: str = "w1", state: Any = None) -> list[Delivery]:
        """Deliveries of a webhook, oldest first."""
        which = DeliveryFilter(webhook_id, state, limit=500)
        async with self.database.read() as connection:
            return (await deliveries.listed(connection, which))[::-1]

    async def delivery(self, notice_id: str, webhook_id: str = "w1") -> Delivery:
        (found,) = [d for d in await self.deliveries(webhook_id) if d.notice_id == notice_id]
        return found

    async def unspread(self) -> int:
        query = select(tables.outbox.c.seq).where(~tables.outbox.c.spread)
        async with self.database.read() as connection:
            return len((await connection.execute(query)).all())


async def work(dispatcher: Dispatcher) -> None:
    """Turns until nothing is due; whatever was started has ended."""
    for _ in range(500):
        await dispatcher.settled()
        done = await dispatcher.turn()
        if not done:
            return
    raise AssertionError("the dispatcher never comes to rest")
