"""One server process of the contention test: many clients at once on one group commit.

Arguments: the Redis URL, this process's number, its clients, adds per client, the ms at which its
clock stands. Waits for a line on standard input, then spends; prints each answer's decision id and
reason.
"""

import asyncio
import json
import sys

from quota.adds import Decision
from quota.group import GroupCommit
from quota.ledger import Ledger
from tests.quota.rules import add, roomy_rules
from tests.redis_server import client_of


async def spend_all(
    url: str, process: int, clients: int, each: int, now_ms: int
) -> list[tuple[str, str]]:
    """The answers of all clients, each of which asks one after the other."""
    redis = client_of(url)
    rules = roomy_rules()
    group = GroupCommit(Ledger(redis, shards=4, clock_ms=lambda: now_ms), lambda: rules)
    answers: list[tuple[str, str]] = []

    async def client(number: int) -> None:
        for n in range(each):
            answer = await group.decide(add(f"c-{process}-{number}-{n}", f"m{number % 7}"))
            assert isinstance(answer, Decision), answer
            answers.append((answer.decision_id, answer.reason))

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    await asyncio.gather(*(client(n) for n in range(clients)))
    await redis.aclose()
    return answers


if __name__ == "__main__":
    url, *numbers = sys.argv[1:]
    process, clients, each, now_ms = map(int, numbers)
    sys.stdout.write(json.dumps(asyncio.run(spend_all(url, process, clients, each, now_ms))))
