"""Group commit: pre-checks that arrive within one tick of the event loop share one script call."""

import asyncio
from collections.abc import Callable, Sequence

from quota.adds import Add, Decision, Refusal, StoreUnavailable
from quota.ledger import Ledger
from quota.policy import Rules

MOST_AT_ONCE = 256
BATCHED_MOST = 16_384
"""Adds of batches that may wait."""


Answer = Decision | Refusal
Tell = Callable[[Answer | BaseException], None]
"""Takes the answer, or why there is none; called once, and must not fail."""


Observe = Callable[[Sequence[Answer | BaseException], float | None], None]
"""Is told the answers of a group and how many seconds its call took; None: there was none."""


Waited = Callable[[Sequence[float]], None]
"""Is told how many seconds each single pre-check of a group waited for its answer."""


def _nothing(_answers: Sequence[Answer | BaseException], _seconds: float | None) -> None:
    return None


def _unwatched(_seconds: Sequence[float]) -> None:
    return None


class GroupCommit:
    """Collects adds of one tick and decides them by one `Ledger.spend`, in order of arrival.

    While a call is under way the next group gathers, so the groups grow with the load. `rules` is
    asked once a group; `observe` is told of each, `waited` of each that has single adds. The queue
    is bounded: past `queue_most` waiting adds a new one is refused, which counts as no wait.

    `now_s` is a clock of seconds; without one it is the loop's, which may count milliseconds only.
    """

    def __init__(
        self,
        ledger: Ledger,
        rules: Callable[[], Rules],
        *,
        queue_most: int = 4096,
        observe: Observe = _nothing,
        waited: Waited = _unwatched,
        now_s: Callable[[], float] | None = None,
    ) -> None:
        self._ledger = ledger
        self._rules = rules
        self._observe = observe
        self._waited = waited
        self._now_s = now_s or _loop_s
        self._queue_most = queue_most
        self._waiting: list[tuple[Add, Tell, float]] = []
        self._task: asyncio.Task[None] | None = None
        self._batches = asyncio.Lock()
        self._in_batches = 0
        self._batch_failures = 0

    async def decide(self, add: Add) -> Answer:
        """The answer to one add. Raises StoreUnavailable like the ledger."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def tell(answer: Answer | BaseException) -> None:
            if future.done():  # whoever asked went away
                return
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)

        self.submit(add, tell)
        return await future

    def submit(self, add: Add, tell: Tell) -> None:
        """Asks for the answer to one add; `tell` gets it, at once where the queue is full."""
        if len(self._waiting) >= self._queue_most:
            refusal = Refusal("unavailable", "too many pre-checks are waiting", 1)
            self._observe([refusal], None)
            tell(refusal)
            return
        self._waiting.append((add, tell, self._now_s()))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._drain())

    async def decide_all(self, adds: Sequence[Add]) -> list[Answer | StoreUnavailable]:
        """The answers to a batch, in order, by calls of its own beside those of single adds.

        One such call is under way at a time, so that the next waits here and not in Redis, where
        its deadline would run. Where the store is away in the middle, the rest gets the error, and
        so do those that wait: nobody waits for a second deadline.
        """
        answers: list[Answer | StoreUnavailable] = []
        if self._in_batches + len(adds) > BATCHED_MOST:
            answers += [Refusal("unavailable", "too many batches are waiting", 1)] * len(adds)
            self._observe(answers, None)
            return answers
        self._in_batches += len(adds)
        failures = self._batch_failures
        try:
            for start in range(0, len(adds), MOST_AT_ONCE):
                async with self._batches:
                    group = adds[start : start + MOST_AT_ONCE]
                    answers += await self._spend_unless(failures, group)
        except StoreUnavailable as error:
            answers += [error] * (len(adds) - len(answers))
        finally:
            self._in_batches -= len(adds)
        return answers

    async def _spend_unless(self, failures: int, adds: Sequence[Add]) -> list[Answer]:
        """Raises StoreUnavailable at once where another batch found the store away meanwhile."""
        if failures != self._batch_failures:
            raise StoreUnavailable("the counters cannot be reached")
        try:
            return await self._spend(adds)
        except StoreUnavailable:
            self._batch_failures += 1
            raise

    async def _drain(self) -> None:
        await asyncio.sleep(0)
        while self._waiting:
            group, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            await self._commit(group)

    async def _commit(self, group: list[tuple[Add, Tell, float]]) -> None:
        try:
            answers = await self._spend([add for add, _, _ in group])
        except BaseException as error:  # every waiting caller gets it; none may wait for ever
            if isinstance(error, StoreUnavailable) or not isinstance(error, Exception):
                # Nobody waits for a second deadline, or for a loop that is ending.
                group, self._waiting = group + self._waiting, []
            self._note_waits(group)
            for _, tell, _ in group:
                _tell(tell, error)
            if not isinstance(error, Exception):
                raise
            return
        self._note_waits(group)
        for (_, tell, _), answer in zip(group, answers, strict=True):
            _tell(tell, answer)

    def _note_waits(self, group: list[tuple[Add, Tell, float]]) -> None:
        now_s = self._now_s()
        self._waited([now_s - since_s for _, _, since_s in group])

    async def _spend(self, adds: Sequence[Add]) -> list[Answer]:
        now_s = self._now_s
        start_s = now_s()
        try:
            answers = await self._ledger.spend(adds, self._rules())
        except Exception as error:
            self._observe([error] * len(adds), now_s() - start_s)
            raise
        self._observe(answers, now_s() - start_s)
        return answers


def _loop_s() -> float:
    return asyncio.get_running_loop().time()


def _tell(tell: Tell, answer: Answer | BaseException) -> None:
    """One who fails to take an answer must not keep the others of the group from theirs."""
    try:
        tell(answer)
    except Exception as error:  # noqa: BLE001  it is told to whoever watches the loop
        context = {"message": "the answer to a pre-check was not taken", "exception": error}
        asyncio.get_running_loop().call_exception_handler(context)
