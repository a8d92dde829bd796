"""Brings a server into the state that is measured, then measures requests/s and CPU a request."""

import http.client
import json
import random
import time
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from urllib.request import urlopen

from benchmarks.speed.driving import REFUSED, Drive, drive
from benchmarks.speed.programs import ProgramError, cpu_s
from benchmarks.speed.subjects import REDIS_CORE, Subject
from benchmarks.speed.traffic import USED_UP, Traffic, run_id

LOAD_CORE = REDIS_CORE
SAMPLE = 400
DENIED_LEAST, DENIED_MOST = 0.04, 0.18
"""The share of denials where a tenth comes from members whose caps are used up: by chance a sample
of `SAMPLE` is outside of these once in 370,000."""
USED_UP_SAMPLE = 200
USE_UP_ROUNDS = 60
MOST_FAILED = 0.01
TIMEOUT_S = 10
TOO_MANY = 429
CATCH_UP_S, STILL_S = 600, 0.5


@dataclass(frozen=True, slots=True)
class Measured:
    """One round of one subject; CPU is of the server's processes, in µs a request.

    `failed` is the share of requests answered with an error, such as 503 of a store that was late.
    """

    drive: Drive
    server_us: float
    redis_us: float | None
    failed: float = 0.0


def measure(subject: Subject, seconds: float, connections: int) -> Measured:
    """Asks at full speed for `seconds`. Raises ProgramError where it does not answer."""
    pids = [subject.pid, *([subject.redis_pid] if subject.redis_pid else [])]
    before = [cpu_s(pid) for pid in pids]
    driven = drive(
        subject.url, subject.traffic, seconds=seconds, connections=connections, core=LOAD_CORE
    )
    used = [
        (cpu_s(pid) - was) * 1e6 / driven.requests for pid, was in zip(pids, before, strict=True)
    ]
    failed = 0.0 if subject.denies_by_status else driven.statuses[REFUSED] / driven.requests
    if driven.errors or failed > MOST_FAILED:
        raise ProgramError(
            f"{subject.url}: {driven.errors} requests had no answer, {failed:.1%} failed; where "
            "others use this machine's cores, a store is late"
        )
    return Measured(driven, used[0], used[1] if len(used) > 1 else None, failed)


def prepare(subject: Subject, seconds: float, connections: int) -> float:
    """Uses up the caps of the members meant for that, lets all others begin, checks the mix.

    Others begin for `seconds`, of which there may be none. Returns the share of denials in a
    sample. Raises ProgramError where caps do not deny, or deny others too.
    """
    only_used_up = replace(subject.traffic, denied_share=1.0)
    for _ in range(USE_UP_ROUNDS):
        drive(subject.url, only_used_up, seconds=1, connections=connections, core=LOAD_CORE)
        if denied_share(subject.url, only_used_up, USED_UP_SAMPLE) == 1:
            break
    else:
        raise ProgramError(f"{subject.url}: the caps of {USED_UP} members do not get used up")
    if seconds:
        drive(
            subject.url, subject.traffic, seconds=seconds, connections=connections, core=LOAD_CORE
        )
    return check(subject)


def check(subject: Subject) -> float:
    """The share of denials in a sample. Raises ProgramError where it is not about a tenth."""
    share = denied_share(subject.url, subject.traffic)
    if not DENIED_LEAST <= share <= DENIED_MOST:
        raise ProgramError(f"{subject.url}: a share of {share:.2f} was denied, not a tenth")
    return share


def decided(url: str) -> int:
    """How many pre-checks a service of one process has decided since it began, by its metrics."""
    return _counted(url, "contact_quota_decisions_total")


def folded(url: str) -> int:
    """How many events the worker in a serving process has folded since it began."""
    return _counted(url, "contact_quota_events_folded_total")


def caught_up(url: str) -> None:
    """Returns when a worker in the serving process folds no more: all that was asked is folded.

    Raises ProgramError where it goes on for longer than `CATCH_UP_S`.
    """
    deadline, before = time.monotonic() + CATCH_UP_S, -1
    while (now := folded(url)) != before:
        if time.monotonic() > deadline:
            raise ProgramError(f"{url}: still folding after {CATCH_UP_S} s")
        before = now
        time.sleep(STILL_S)


def _counted(url: str, metric: str) -> int:
    """A counter, over all its labels."""
    with urlopen(f"{url}/metrics", timeout=TIMEOUT_S) as response:  # noqa: S310 - ours
        lines = response.read().decode().splitlines()
    counts = [line.split() for line in lines if not line.startswith("#")]
    return round(sum(float(count) for name, count in counts if name.partition("{")[0] == metric))


def denied_share(url: str, traffic: Traffic, adds: int = SAMPLE) -> float:
    """How many of about as many adds, asked one request after the other, are denied: a share.

    Raises ProgramError on an answer that is neither a decision, nor a batch of them, nor 429.
    """
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_S)
    draw, run = random.Random(run_id()), run_id()
    denied, requests = 0, max(1, adds // traffic.items)
    try:
        for number in range(requests):
            mark = f"{run}-{number}"
            headers = traffic.request_headers(draw, mark)
            connection.request("POST", traffic.where, traffic.body(draw, mark), headers)
            denied += _denied(connection.getresponse())
    finally:
        connection.close()
    return denied / requests / traffic.items


def _denied(response: http.client.HTTPResponse) -> int:
    """How many were denied: of one decision, or of a batch of them."""
    body = response.read()
    if response.status == TOO_MANY:
        return 1
    try:
        told = json.loads(body)
        return sum(not one["allowed"] for one in told.get("items", [told]))
    except (ValueError, KeyError) as error:
        said = body.decode(errors="replace")[:500]
        raise ProgramError(f"no decision, but {response.status}: {said}") from error
