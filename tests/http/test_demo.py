"""The sample organisations: they have a history, they live, and the start shows where to look."""

import asyncio
import json
import re
import signal
import subprocess
from collections import Counter
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from server import demo, wiring
from server.cli.demo import LOOKS, new_keys
from server.demo.living import an_hour
from server.documents import PDF, recognise
from server.policy import default_policy
from server.records import policies
from server.settings import Settings
from tests.http.process import COMMAND
from tests.http.service import ADMIN_KEY, Service, serving, until
from tests.http.visitors import SESSION

COMPANY = f"/v1/enterprises/{demo.ENTERPRISE}"
SLOTS_OF_A_DAY, SLOT_H = 144, 1 / 6
TERMINAL = 100


@pytest.fixture(autouse=True)
def _shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample has days of its own."""
    monkeypatch.setattr(wiring, "default_policy", default_policy)


async def test_the_sample_organisations_show_life(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, admin_key=SecretStr(ADMIN_KEY))
    await demo.make_history(settings)
    async with serving(tmp_path) as service:
        await _has_a_past(service)
        await _walks_the_ladder(service)
        await _undoes_a_mistake(service)
        await _waits_for_linked_accounts(service)
        await _has_cases(service)
        await _has_requests(service)
        await _has_the_present_day(service)
        await _goes_on_as_it_was(service)
        await _had_other_policies(service)
        await _shows_where_to_look(service)
        await _works(service)
    await _keys_are_those_of_the_newest_start(tmp_path, settings)


async def _has_a_past(service: Service) -> None:
    days = (await service.get(f"{COMPANY}/history")).body["days"]
    assert len(days) >= demo.HISTORY_DAYS
    good = (await service.get(f"{COMPANY}/members/li/quota")).body
    bad = (await service.get(f"{COMPANY}/members/zhao/quota")).body
    assert good["score"] > bad["score"]
    assert bad["standing"]["state"] == "restricted"
    companies = (await service.get("/v1/enterprises")).body["items"]
    assert {one["enterprise_id"] for one in companies} == {
        each.enterprise_id for each in demo.COMPANIES
    }
    assert {"Europe/Berlin", "Asia/Shanghai"} <= {one["time_zone"] for one in companies}
    new = (await service.get("/v1/enterprises/xinchen/quota")).body
    assert new["standing"]["state"] == "collecting"


async def _of(service: Service, member: str) -> list[Any]:
    """A member's penalties and holds, oldest first."""
    found = await service.get(f"/v1/penalties?member={member}")
    return list(reversed(found.body["items"]))


async def _walks_the_ladder(service: Service) -> None:
    found = [one for one in await _of(service, "qian") if not one["hold"]]
    assert [one["step"] for one in found] == [1, 2, 3]
    assert [one["state"] for one in found] == ["ended", "ended", "active"]
    decided_by = [one["statement"]["decided_by"] for one in found]
    assert decided_by == ["One reviewer.", "One reviewer.", "Two reviewers."]
    deeds = (await service.get("/v1/audit?enterprise=harbour&action=case.confirmed")).body["items"]
    assert [deed["holder"] for deed in deeds] == [demo.MEI]


async def _undoes_a_mistake(service: Service) -> None:
    (overturned,) = await _of(service, "he")
    assert overturned["state"] == "overturned"
    quota = (await service.get(f"{COMPANY}/members/he/quota")).body
    assert quota["parts"][-1]["inputs"]["violation_points"] == 0


async def _waits_for_linked_accounts(service: Service) -> None:
    (released,) = await _of(service, "tang")
    (waiting,) = await _of(service, "xu")
    assert (released["track"], released["state"]) == (waiting["track"], "ended") == (2, "ended")
    assert (waiting["state"], waiting["ends_at"]) == ("active", None)
    denied = await service.precheck(
        "wm-1", enterprise_id=demo.ENTERPRISE, member_id="xu", mode="peek"
    )
    assert denied["reason"] == "member_restricted"


async def _has_cases(service: Service) -> None:
    cases = (await service.get("/v1/cases")).body["items"]
    # By chance, at some hours of the day, there is one of a whole enterprise, too.
    assert {(one["member_id"], one["state"]) for one in cases if one["member_id"]} == {
        ("anna", "dismissed"),
        ("gao", "awaiting_second"),
        ("jiang", "confirmed"),
        ("lena", "open"),
        ("ning", "open"),
        ("peng", "confirmed"),
        ("qian", "confirmed"),
        ("zhao", "open"),
    }
    for held in ("gao", "lena", "zhao"):
        (hold,) = await _of(service, held)
        assert (hold["hold"], hold["state"]) == (True, "active")
    assert not await _of(service, "ning")
    tracks = (await service.get("/v1/overview")).body["penalties"]
    assert all(each["penalties"] for each in tracks)


async def _has_requests(service: Service) -> None:
    appeals = (await service.get("/v1/appeals")).body["items"]
    assert Counter(one["state"] for one in appeals) == {
        "submitted": 2,
        "under_review": 1,
        "need_information": 1,
        "overturned": 1,
        "rejected": 1,
    }
    applications = (await service.get("/v1/unblock-applications")).body["items"]
    assert sorted(one["state"] for one in applications) == ["approved", "rejected", "submitted"]
    waiting = (await service.get("/v1/overview")).body["requests"]
    assert waiting == {"appeals": 3, "applications": 1, "overdue": 1}
    (reviewed,) = (one for one in appeals if one["state"] == "under_review")
    where = f"/v1/appeals/{reviewed['id']}/documents"
    (document,) = (await service.get(where)).body["items"]
    assert document["media_type"] == PDF
    assert recognise((await service.get(f"{where}/{document['id']}")).raw) == PDF


async def _has_the_present_day(service: Service) -> None:
    overview = (await service.get("/v1/overview")).body
    assert len(overview["activity"]) > 0.85 * SLOTS_OF_A_DAY
    assert overview["today"]["denied"]
    hour = datetime.fromisoformat(overview["as_of"]).astimezone(ZoneInfo("Asia/Shanghai")).hour
    near = {one["enterprise_id"] for one in overview["near_caps"]}
    assert "lantern" in near or hour == 0, "bursts keep a day that has just begun from being full"


async def _goes_on_as_it_was(service: Service) -> None:
    """Neither the last hours nor the last days are another pace than what follows."""
    overview = (await service.get("/v1/overview")).body
    slots = overview["activity"][-25:-7]  # in the last hour one enterprise fills its cap
    found = sum(slot["requested"] for slot in slots)
    starts = [datetime.fromisoformat(slot["at"]).timestamp() * 1000 for slot in slots]
    lived = sum(an_hour(int(start)) * SLOT_H for start in starts)
    assert 0.6 < found / lived < 1.5
    day_before_last = overview["days"][-3]["requested"]
    assert overview["today"]["requested"] < 2.5 * day_before_last


async def _had_other_policies(service: Service) -> None:
    async with service.services.database.read() as connection:
        known = await policies.versions(connection)
    assert [one.version for one in known] == [3, 2, 1]
    assert all(one.activated_ms for one in known)
    now = (await service.get("/v1/policy")).body
    assert (now["version"], now["policy"]["quota"]["handover_daily"]) == (3, 500)


async def _shows_where_to_look(service: Service) -> None:
    """Each path of the tour shows something."""
    for path in LOOKS.values():
        answer = await service.get(path)
        assert answer.status == 200, answer.raw
        assert answer.body.get("items", True), path


async def _works(service: Service) -> None:
    async def requested() -> int:
        return int((await service.get("/v1/overview")).body["today"]["requested"])

    async def is_at_work() -> bool:
        return await requested() > before

    before = await requested()
    living = asyncio.create_task(demo.live(service.services))
    await until(is_at_work)
    living.cancel()


async def _keys_are_those_of_the_newest_start(data: Path, settings: Settings) -> None:
    first, second = await new_keys(settings), await new_keys(settings)
    assert first.keys() == second.keys()
    async with serving(data) as service:
        assert (await service.get("/v1/cases", first[demo.RUI])).status == 401
        assert (await service.get("/v1/cases", second[demo.RUI])).status == 200
        assert (await service.get("/v1/cases", second[demo.LI])).status == 403
        for holder in (demo.ADMINISTRATOR, demo.LI):
            mine = await service.get(f"{COMPANY}/members/li/quota", second[holder])
            assert mine.status == 200
        for holder, secret in second.items():
            signed_in = await service.call("POST", SESSION, {"key": secret}, key=None)
            assert signed_in.body["holder"] == holder, "each page says who is signed in"


class DemoProcess:
    """`contact-quota demo` on a directory that has a history; `said` is what it showed.

    With the end of the block it is over, however that comes.
    """

    def __init__(self, data: Path) -> None:
        arguments = ["demo", "--data", str(data), "--port", "0"]
        self.process = subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        lines = iter(self.process.stdout or ())
        self.said = "".join(takewhile(lambda line: not line.startswith("Ctrl-C"), lines))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def end(self) -> tuple[int, str]:
        """As a person ends it; the exit code, and what it said to that."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said


def _pasted(said: str) -> list[Any]:
    """What the commands that were shown answer."""
    begin = said.index("  admin=")
    script = f"{said[begin:]}\n"
    out = subprocess.run(["/bin/bash", "-c", script], capture_output=True, check=True, text=True)
    decoder, answers, text = json.JSONDecoder(), [], out.stdout
    while text := text.strip():
        answer, end = decoder.raw_decode(text)
        answers.append(answer)
        text = text[end:]
    return answers


def test_what_the_start_shows_fits_works_and_ends_with_the_next_start(tmp_path: Path) -> None:
    asyncio.run(demo.make_history(Settings(data=tmp_path), days=1))
    with DemoProcess(tmp_path) as first:
        assert max(map(len, first.said.splitlines())) <= TERMINAL
        answers = _pasted(first.said)
        assert len(answers) == len(LOOKS) + 1
        assert not any("status" in answer for answer in answers), "no problem among them"
        assert answers[-1]["allowed"] is True, answers[-1]
        code, said = first.end()
        assert (code, "Traceback" in said) == (0, False)
    with DemoProcess(tmp_path) as second:
        keys = [set(re.findall(r"cq_\S{43}", each.said)) for each in (first, second)]
        assert [len(some) for some in keys] == [6, 6]
        assert not keys[0] & keys[1]
        assert second.end()[0] == 0
