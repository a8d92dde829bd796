"""Group commit: pre-checks that arrive within one tick of the event loop share one script call."""

import asyncio
from collections.abc import Callable

from quota.adds import Add, Decision, Refusal, StoreUnavailable
from quota.ledger import Ledger
from quota.policy import Rules

MOST_AT_ONCE = 256


class GroupCommit:
    """Collects adds of one tick and decides them by one `Ledger.spend`, in order of arrival.

    While a call is under way the next group gathers, so the groups grow with the load. `rules` is
    asked once a group. The queue is bounded: past `queue_most` waiting adds a new one is refused.
    """

    def __init__(self, ledger: Ledger, rules: Callable[[], Rules], queue_most: int = 4096) -> None:
        self._ledger = ledger
        self._rules = rules
        self._queue_most = queue_most
        self._waiting: list[tuple[Add, asyncio.Future[Decision | Refusal]]] = []
        self._task: asyncio.Task[None] | None = None

    async def decide(self, add: Add) -> Decision | Refusal:
        """The answer to one add. Raises StoreUnavailable like the ledger."""
        if len(self._waiting) >= self._queue_most:
            return Refusal("unavailable", "too many pre-checks are waiting", 1)
        future: asyncio.Future[Decision | Refusal] = asyncio.get_running_loop().create_future()
        self._waiting.append((add, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        await asyncio.sleep(0)
        while self._waiting:
            group, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            await self._commit(group)

    async def _commit(self, group: list[tuple[Add, asyncio.Future[Decision | Refusal]]]) -> None:
        try:
            answers = await self._ledger.spend([add for add, _ in group], self._rules())
        except BaseException as error:  # every waiting caller gets it; none may wait for ever
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
            if isinstance(error, StoreUnavailable):  # nobody waits for a second deadline
                self._fail_waiting(error)
            elif not isinstance(error, Exception):
                self._fail_waiting(error)
                raise
            return
        for (_, future), answer in zip(group, answers, strict=True):
            if not future.done():
                future.set_result(answer)

    def _fail_waiting(self, error: BaseException) -> None:
        """The store is away, or the loop is ending: no later group will be committed in time."""
        for _, future in self._waiting:
            if not future.done():
                future.set_exception(error)
        self._waiting = []
