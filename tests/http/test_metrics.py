"""`/metrics` after traffic of every kind: true, bounded, the same from several processes."""

import asyncio
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from server.http.metrics import exposition
from tests.http.enforcing import now, report
from tests.http.express_lane import asking, listening, opened, said
from tests.http.process import PATIENT, ServeProcess
from tests.http.service import Service, until
from tests.observed import OPEN_ENDED, documented
from tests.redis_server import RedisServer

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]
IDS = ("acme", "li-of-acme", "wm-secret", "beta", "the-holder", "r-once")


def samples(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(found: Samples, name: str, **labels: str) -> float:
    return found.get((f"contact_quota_{name}", frozenset(labels.items())), 0)


async def read(service: Service) -> Samples:
    return samples((await service.get("/metrics", key=None)).raw.decode())


async def test_every_way_a_request_ends_counts(service: Service) -> None:
    before = await read(service)
    add = {"enterprise_id": "acme", "member_id": "li", "request_id": "r-once"}
    for _ in range(2):
        await service.precheck("wm-1", **add)
    conflict = {"enterprise_id": "acme", "member_id": "li", "target_id": "x"}
    assert (await service.post("/v1/precheck", conflict | add)).status == 409
    items = [{**conflict, "target_id": f"wm-{n}", "mode": "peek"} for n in range(7)]
    assert (await service.post("/v1/precheck/batch", {"items": items})).status == 200
    await _report_twice(service)
    assert (await service.post("/v1/precheck", {})).status == 400
    assert (await service.get("/v1/keys", key="of nobody")).status == 401
    assert (await service.get("/v1/no-such-thing")).status == 404
    assert (await service.get("/no-such-thing")).status == 404
    after = await read(service)

    def more(name: str, **labels: str) -> float:
        return of(after, name, **labels) - of(before, name, **labels)

    assert more("decisions_total", reason="ok") == 8
    assert more("decisions_total", reason="replayed") == 1
    assert more("decisions_total", reason="conflict") == 1
    assert more("precheck_seconds_count") == 3
    assert more("precheck_batch_size_sum") == 7
    assert more("event_batch_size_sum") == 4
    assert more("events_total", outcome="accepted") == 2
    assert more("events_total", outcome="duplicate") == 2
    problems = {status: more("http_problems_total", status=status) for status in _STATUSES}
    assert problems == {"400": 1, "401": 1, "404": 1, "409": 1, "503": 0, "other": 0}


_STATUSES = ("400", "401", "404", "409", "503", "other")


async def _report_twice(service: Service) -> None:
    events = [
        {
            "event_id": f"v-{n}",
            "type": "contact.accepted",
            "at": now(),
            "enterprise_id": "acme",
            "member_id": "li",
            "target_id": f"wm-{n}",
        }
        for n in (1, 2)
    ]
    for _ in range(2):
        assert (await service.post("/v1/events", {"events": events})).status == 202


async def test_a_problem_of_the_express_lane_counts_like_any_other(tmp_path: Path) -> None:
    async with opened(tmp_path) as services, listening(services) as lane:
        await lane.learn()
        async with lane.connected() as wire:
            assert (await wire.ask(asking(said("wm-1", request_id="r-1")))).status == 200
            ordinary, before = lane.ordinary, samples(exposition()[0].decode())
            assert (await wire.ask(asking(said("wm-2", request_id="r-1")))).status == 409
            after = samples(exposition()[0].decode())
            assert lane.ordinary == ordinary
    counted = [of(found, "http_problems_total", status="409") for found in (before, after)]
    assert counted[1] == counted[0] + 1


async def test_a_policy_that_comes_into_force_shows(service: Service) -> None:
    policy: Any = (await service.get("/v1/policy")).body
    made = await service.put("/v1/policy", policy["policy"])
    assert made.status == 200, made.raw
    version = made.body["version"]

    async def shown() -> bool:
        return of(await read(service), "policy_version") == float(version)

    await until(shown)


async def test_labels_have_the_values_that_are_known_and_no_id_is_among_them(
    service: Service, ann: str
) -> None:
    await service.precheck("wm-secret", enterprise_id="acme", member_id="li-of-acme")
    await service.precheck("wm-secret", enterprise_id="beta", request_id="r-once")
    await _report_twice(service)
    made = await report(service, ann, member_id="li-of-acme")
    await service.key("enterprise:acme", holder="the-holder")
    penalty = made["penalties"][0]["id"]
    text = (await service.get("/metrics", key=None)).raw.decode()
    assert not any(f'"{one}' in text for one in (*IDS, penalty))
    known = documented()
    for name, labels in samples(text):
        if not name.startswith("contact_quota_"):
            continue
        stem = re.sub(r"_(bucket|sum|count)$", "", name)
        values = known[name if name in known else stem].values
        for label, value in labels:
            if label != "le" and label not in OPEN_ENDED:
                assert value in values[label], (name, label, value)
    imposed = {"track": "1", "scope": made["penalties"][0]["scope"], "hold": "false"}
    assert of(samples(text), "penalties_imposed_total", **imposed) >= 1


@pytest.fixture
def served(
    tmp_path: Path, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ServeProcess]:
    redis_server.restart()
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    options = ("--redis", redis_server.url, "--processes", "3")
    with ServeProcess(tmp_path / "data", *options, settings=PATIENT) as running:
        yield running


async def _metrics_of(url: str) -> str:
    # A connection of its own: the kernel spreads these over the processes.
    async with ClientSession() as session, session.get(f"{url}/metrics") as response:
        return await response.text()


async def test_any_of_several_processes_answers_for_all(served: ServeProcess) -> None:
    await asyncio.gather(*(_ask(served, n) for n in range(60)))
    for _ in range(6):
        found = samples(await _metrics_of(served.url))
        assert of(found, "decisions_total", reason="ok") == 60
        assert of(found, "precheck_seconds_count") == 60
        assert of(found, "precheck_seconds_bucket", le="+Inf") == 60
        assert of(found, "policy_version") == 1
        assert of(found, "shards") == 16
        assert not any(name.startswith(("process_", "python_")) for name, _ in found)
        assert [value for (name, _), value in found.items() if name.endswith("build_info")] == [1]

    async def up() -> bool:
        found = samples(await _metrics_of(served.url))
        return of(found, "store_up", store="redis") == 1

    await until(up)  # a busy machine may have missed a deadline of Redis just now


async def test_a_process_that_died_takes_its_gauges_with_it_and_leaves_its_counts(
    served: ServeProcess, tmp_path: Path
) -> None:
    await asyncio.gather(*(_ask(served, n) for n in range(30)))
    held = await _until_held(served, 16)
    before = _processes(tmp_path)
    assert len(before) == 3
    os.kill(before[0], signal.SIGKILL)

    async def buried() -> bool:
        return before[0] not in _processes(tmp_path)

    await until(buried)
    found = await _until_held(served, 16)
    assert of(found, "decisions_total", reason="ok") == 30
    assert of(held, "decisions_total", reason="ok") == 30


def _processes(directory: Path) -> list[int]:
    """Those whose gauges count, by the files that they keep them in."""
    files = directory.glob("contact-quota-metrics-*/gauge_livesum_*.db")
    return sorted(int(file.stem.rpartition("_")[2]) for file in files)


async def _until_held(served: ServeProcess, shards: int) -> Samples:
    found: Samples = {}

    async def all_held() -> bool:
        found.clear()
        found.update(samples(await _metrics_of(served.url)))
        return of(found, "shards_held") == shards

    await until(all_held, 30)
    return found


async def _ask(served: ServeProcess, n: int) -> None:
    headers = {"Authorization": f"Bearer {served.key}"}
    body = {"enterprise_id": f"e-{n % 5}", "member_id": f"m-{n}", "target_id": f"wm-{n}"}
    async with (
        ClientSession(headers=headers) as session,
        session.post(f"{served.url}/v1/precheck", json=body) as response,
    ):
        assert response.status == 200
