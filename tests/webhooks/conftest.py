"""Fixtures of the webhooks' tests: a receiver on loopback, and what is sent to it."""

from collections.abc import AsyncIterator

import pytest

from server.records.engine import Database
from server.webhooks.sending import open_session
from tests.conftest import Clock
from tests.webhooks.receiver import Receiver, receiving
from tests.webhooks.scene import LONG, Post


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def post(database: Database, clock: Clock) -> AsyncIterator[Post]:
    async with open_session(private=True, deadlines=LONG) as session:
        yield Post(database, clock, session)
