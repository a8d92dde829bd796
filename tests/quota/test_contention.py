"""200 clients in three server processes on one Redis: a cap of 1,000 is 1,000.

They share a clock that stands: a midnight meanwhile would begin to count anew.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from quota.ledger import Ledger
from tests.conftest import Clock
from tests.quota.opening import events_of, open_shards, set_caps, used
from tests.quota.rules import roomy_rules
from tests.redis_server import RedisServer, client_of

ROOT = Path(__file__).parents[2]
CAP, EACH = 1_000, 10
CLIENTS = (67, 67, 66)
ASKED = sum(CLIENTS) * EACH


@pytest.fixture
async def ledger(redis_server: RedisServer, clock: Clock) -> AsyncIterator[Ledger]:
    redis = client_of(redis_server.url)
    await redis.flushall()
    ledger = Ledger(redis, shards=4, clock_ms=clock)
    await open_shards(ledger)
    yield ledger
    await redis.aclose()


def _ask(url: str, now_ms: int) -> list[tuple[str, str]]:
    """What three server processes answer that start at the same moment."""
    command = [sys.executable, "-m", "tests.quota.contending_server", url]
    servers = [
        subprocess.Popen(
            [*command, str(number), str(clients), str(EACH), str(now_ms)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, clients in enumerate(CLIENTS)
    ]
    for server in servers:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
    for server in servers:
        assert server.stdin is not None
        server.stdin.write("go\n")
        server.stdin.flush()
    outputs = [server.communicate()[0] for server in servers]
    assert [server.returncode for server in servers] == [0, 0, 0]
    return [(id_, reason) for output in outputs for id_, reason in json.loads(output)]


@pytest.mark.parametrize("whose", ["member", "enterprise"])
async def test_of_two_thousand_adds_exactly_the_cap_is_allowed(
    ledger: Ledger, redis_server: RedisServer, clock: Clock, whose: str
) -> None:
    members = [f"m{n}" for n in range(7)]
    limited = ["m0", "m1"] if whose == "member" else [None]
    for account in limited:
        cap = CAP // 10 if whose == "member" else CAP
        await set_caps(ledger, cap, member=account)
    answers = _ask(redis_server.url, clock())
    rules = roomy_rules()
    reasons = Counter(reason for _, reason in answers)
    assert len(answers) == ASKED
    assert len({id_ for id_, _ in answers}) == ASKED
    assert set(reasons) == {"ok", f"{whose}_daily_cap"}
    counted = {m: await used(ledger, rules, "member_daily_active", m) for m in members}
    if whose == "enterprise":
        assert reasons["ok"] == CAP
    else:
        assert counted["m0"] == counted["m1"] == CAP // 10
    assert sum(counted.values()) == reasons["ok"]
    assert await used(ledger, rules, "enterprise_daily_active") == reasons["ok"]
    events = await events_of(ledger)
    assert sorted((e["decision_id"], e["reason"]) for e in events) == sorted(answers)
    assert [e["seq"] for e in events] == list(range(1, ASKED + 1))
