"""Brings a server into the state that is measured, then measures requests/s and CPU a request."""

import http.client
import json
import random
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from benchmarks.speed.driving import Drive, drive
from benchmarks.speed.programs import ProgramError, cpu_s
from benchmarks.speed.subjects import REDIS_CORE, Subject
from benchmarks.speed.traffic import USED_UP, Traffic, run_id

LOAD_CORE = REDIS_CORE
SAMPLE = 400
DENIED_LEAST, DENIED_MOST = 0.05, 0.15
"""The share of denials that the same tenth of used-up members gives, in a sample of `SAMPLE`."""
USE_UP_ROUNDS = 60
TIMEOUT_S = 10
ALLOWED, TOO_MANY = 200, 429


@dataclass(frozen=True, slots=True)
class Measured:
    """One round of one subject; CPU is of the server's processes, in µs a request."""

    drive: Drive
    server_us: float
    redis_us: float | None


def measure(subject: Subject, seconds: float, connections: int) -> Measured:
    """Asks at full speed for `seconds`. Raises ProgramError where requests went unanswered."""
    pids = [subject.pid, *([subject.redis_pid] if subject.redis_pid else [])]
    before = [cpu_s(pid) for pid in pids]
    driven = drive(
        subject.url, subject.traffic, seconds=seconds, connections=connections, core=LOAD_CORE
    )
    used = [
        (cpu_s(pid) - was) * 1e6 / driven.requests for pid, was in zip(pids, before, strict=True)
    ]
    if driven.errors:
        raise ProgramError(f"{subject.url}: {driven.errors} requests were not answered")
    return Measured(driven, used[0], used[1] if len(used) > 1 else None)


def prepare(subject: Subject, seconds: float, connections: int) -> float:
    """Uses up the caps of the members meant for that, lets all others begin, checks the mix.

    Returns the share of denials in a sample. Raises ProgramError where caps do not deny, or deny
    others too.
    """
    only_used_up = replace(subject.traffic, denied_share=1.0)
    for _ in range(USE_UP_ROUNDS):
        drive(subject.url, only_used_up, seconds=1, connections=connections, core=LOAD_CORE)
        if denied_share(subject.url, only_used_up) == 1:
            break
    else:
        raise ProgramError(f"{subject.url}: the caps of {USED_UP} members do not get used up")
    drive(subject.url, subject.traffic, seconds=seconds, connections=connections, core=LOAD_CORE)
    return check(subject)


def check(subject: Subject) -> float:
    """The share of denials in a sample. Raises ProgramError where it is not about a tenth."""
    share = denied_share(subject.url, subject.traffic)
    if not DENIED_LEAST <= share <= DENIED_MOST:
        raise ProgramError(f"{subject.url}: a share of {share:.2f} was denied, not a tenth")
    return share


def denied_share(url: str, traffic: Traffic, requests: int = SAMPLE) -> float:
    """How many of some requests, one after the other, are denied: a share.

    Raises ProgramError on an answer that is neither a decision nor 429.
    """
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_S)
    draw, run = random.Random(run_id()), run_id()
    denied = 0
    try:
        for number in range(requests):
            mark = f"{run}-{number}"
            headers = traffic.request_headers(draw, mark)
            connection.request("POST", traffic.where, traffic.body(draw, mark), headers)
            denied += _is_denied(connection.getresponse())
    finally:
        connection.close()
    return denied / requests


def _is_denied(response: http.client.HTTPResponse) -> bool:
    body = response.read()
    if response.status not in {ALLOWED, TOO_MANY}:
        raise ProgramError(f"status {response.status}: {body.decode(errors='replace')[:500]}")
    return response.status == TOO_MANY or not json.loads(body)["allowed"]
