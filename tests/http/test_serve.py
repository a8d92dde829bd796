"""The service as a process: what it prints, how it ends, what it refuses, what it keeps."""

import asyncio
import json
import signal
import socket
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientConnectionError, ClientSession

from tests.http.process import PATIENT, ServeProcess, refused
from tests.redis_server import RedisServer

Json = Mapping[str, Any]


def session_of(served: ServeProcess) -> ClientSession:
    return ClientSession(served.url, headers={"Authorization": f"Bearer {served.key}"})


async def post(session: ClientSession, path: str, body: object = None) -> Any:
    async with session.post(path, json=body) as response:
        answer = await response.json()
        assert response.status < 300, answer
        return answer


def test_what_it_prints_can_be_pasted(tmp_path: Path) -> None:
    with ServeProcess(tmp_path / "data", key="") as served:
        assert "Admin key, shown this once: cq_" in served.said
        curl = served.said.strip().splitlines()[-1]
        out = subprocess.run(["/bin/bash", "-c", curl], capture_output=True, check=True)
        assert json.loads(out.stdout)["allowed"] is True
        assert served.end(signal.SIGINT) == 0
    with ServeProcess(tmp_path / "data", key="") as served:
        assert "cq_" not in served.said
        assert served.end(signal.SIGTERM) == 0


def test_two_services_on_one_directory_are_refused(tmp_path: Path) -> None:
    with ServeProcess(tmp_path / "data"):
        code, said = refused("--data", str(tmp_path / "data"), "--port", "0")
    assert (code, "another contact-quota runs" in said) == (1, True)


def test_what_is_no_http_is_a_problem(tmp_path: Path) -> None:
    with ServeProcess(tmp_path / "data") as served:
        host, _, port = served.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as plain:
            plain.sendall(b"BREW /coffee HTCPCP/1.0\r\n\r\n")
            answer = b"".join(iter(lambda: plain.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 400 ")
    assert b"application/problem+json" in head
    assert b"X-Request-Id: " in head
    assert json.loads(body)["status"] == 400


def _add(n: int) -> dict[str, str]:
    return {
        "request_id": f"r-{n}",
        "enterprise_id": "acme",
        "member_id": f"m-{n % 4}",
        "target_id": f"wm-{n}",
        "initiated_by": "contact",
    }


def _event(n: int) -> dict[str, str]:
    return {
        "event_id": f"v-{n}",
        "type": "contact.accepted",
        "at": datetime.now(UTC).isoformat(),
        "enterprise_id": "acme",
        "member_id": f"m-{n % 4}",
        "target_id": f"wm-{n}",
    }


class _Acknowledged:
    """What a service said it had done before it was killed."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        self.decisions: dict[int, Json] = {}
        self.events: list[int] = []
        self.enough = asyncio.Event()

    async def keep_asking(self, session: ClientSession, numbers: "asyncio.Queue[int]") -> None:
        try:
            while True:
                n = await numbers.get()
                self.sent.append(n)
                self.decisions[n] = await post(session, "/v1/precheck", _add(n))
                answer = await post(session, "/v1/events", {"events": [_event(n)]})
                assert answer == {"accepted": 1, "duplicates": 0}
                self.events.append(n)
                if len(self.events) >= 60:
                    self.enough.set()
        except ClientConnectionError:
            self.enough.set()


async def test_a_killed_service_keeps_all_it_acknowledged(tmp_path: Path) -> None:
    done = _Acknowledged()
    with ServeProcess(tmp_path / "data") as served:
        async with session_of(served) as session:
            held = await post(
                session, "/v1/precheck", {**_add(1000), "mode": "hold", "hold_s": 3000}
            )
            await post(session, "/v1/keys", {"scopes": ["reviewer"], "note": "kept"})
            numbers: asyncio.Queue[int] = asyncio.Queue()
            for n in range(180):
                numbers.put_nowait(n)
            clients = [asyncio.create_task(done.keep_asking(session, numbers)) for _ in range(8)]
            await done.enough.wait()
            assert served.end(signal.SIGKILL) == -signal.SIGKILL
            for client in clients:
                client.cancel()
            await asyncio.gather(*clients, return_exceptions=True)
    with ServeProcess(tmp_path / "data") as served:
        async with session_of(served) as session:
            await _kept(session, done)
            again = await post(
                session, "/v1/precheck", {**_add(1000), "mode": "hold", "hold_s": 3000}
            )
            assert again == {**held, "replayed": True}
            committed = await post(session, f"/v1/decisions/{held['decision_id']}/commit")
            assert committed["state"] == "committed"
            async with session.get("/v1/keys") as response:
                keys = (await response.json())["items"]
            assert [key["note"] for key in keys] == ["CONTACT_QUOTA_ADMIN_KEY", "kept"]


async def _kept(session: ClientSession, done: _Acknowledged) -> None:
    for n, decision in done.decisions.items():
        assert await post(session, "/v1/precheck", _add(n)) == {**decision, "replayed": True}
    for n in set(done.sent) - done.decisions.keys():
        await post(session, "/v1/precheck", _add(n))
    answer = await post(session, "/v1/events", {"events": [_event(n) for n in done.events]})
    assert answer == {"accepted": 0, "duplicates": len(done.events)}
    for member in range(4):
        peek = {**_add(member), "request_id": None, "target_id": "x", "mode": "peek"}
        decision = await post(session, "/v1/precheck", peek)
        held = member == 1000 % 4
        sent = sum(n % 4 == member for n in done.sent)
        assert decision["limits"][0]["used"] == sent + held


async def test_three_processes_and_200_clients_share_one_cap(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    redis_server.restart()
    policy = tmp_path / "policy.toml"
    policy.write_text("[quota]\nhandover_daily = 1000\n")
    options = ("--redis", redis_server.url, "--processes", "3", "--policy", str(policy))
    with ServeProcess(tmp_path / "data", *options, settings=PATIENT) as served:
        async with session_of(served) as session:
            session.connector._limit = 200  # type: ignore[union-attr]
            numbers = iter(range(1_300))
            answers = await asyncio.gather(*(_hand_over(session, numbers) for _ in range(200)))
            decisions = [decision for some in answers for decision in some]
            allowed = {d["decision_id"] for d in decisions if d["allowed"]}
            assert len(decisions) == 1_300
            assert len(allowed) == 1_000
            assert {d["reason"] for d in decisions if not d["allowed"]} == {"handover_cap"}
            peek = {**_hand(0), "request_id": None, "target_id": "x", "mode": "peek"}
            (limit,) = (await post(session, "/v1/precheck", peek))["limits"]
            assert (limit["cap"], limit["used"]) == (1_000, 1_000)
            async with session.get("/v1/policy") as response:
                assert (await response.json())["version"] == 1
        assert served.end(signal.SIGTERM) == 0


def _hand(n: int) -> dict[str, str]:
    return {
        "request_id": f"r-{n}",
        "enterprise_id": "acme",
        "member_id": f"m-{n % 50}",
        "target_id": f"wm-{n}",
        "way": "admin_assigned",
    }


async def _hand_over(session: ClientSession, numbers: "Any") -> list[Any]:
    """One client: takes numbers until there are none; sends again what was answered by 503."""
    decisions = []
    for n in numbers:
        while True:
            async with session.post("/v1/precheck", json=_hand(n)) as response:
                answer = await response.json()
            if response.status == 200:
                decisions.append(answer)
                break
            assert response.status == 503, answer
    return decisions
