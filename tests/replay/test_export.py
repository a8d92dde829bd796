import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

import pytest
from fakeredis import FakeAsyncRedis
from sqlalchemy import select

from quota.adds import Mode
from quota.days import calendar_at
from scoring import verdict
from scoring.report import member_report
from scoring.views import EnterpriseView, MemberView
from server.http.fields import instant
from server.policy import Policy, policy_from_object
from server.records import migrations, tables, views
from server.records.engine import open_database
from server.replay.results import score_line
from server.replay.run import replay
from server.worker.export import export_lines
from tests.conftest import Clock
from tests.replay.files import read
from tests.replay.governing import Governing, compared, service_penalties
from tests.worker.scene import Scene, drain
from tests.worker.suspicion import decide, listed, touchy

SHARDS = 3
COMPANIES = ("acme", "beta", "gamma", "delta")
MEMBERS = ("li", "wang", "zhao")
OUTCOMES = ("accepted", "declined", "deleted", "blocked", "complained", "failed")
STEPS = 200
WAYS = ("phone_search", "qr_code", "admin_assigned", "group_chat")


class Live:
    """A service with a history drawn from a seed."""

    def __init__(self, scene: Scene, clock: Clock, seed: int) -> None:
        self.scene, self.clock, self.draw = scene, clock, random.Random(seed)
        self.zones = dict.fromkeys(COMPANIES, "Asia/Shanghai")
        self.held: list[str] = []
        self.is_governed = False
        self.added: list[tuple[str, str, str]] = []

    async def happen(self) -> None:
        """One thing that may happen, some time after the last."""
        draw, scene = self.draw, self.scene
        self.clock.forward(minutes=draw.expovariate(1 / 60), ms=draw.randrange(1_000))
        enterprise, member = draw.choice(COMPANIES), draw.choice(MEMBERS)
        contact = f"h.k1.{draw.randrange(60):022}"
        common: dict[str, Any] = {"enterprise_id": enterprise}
        match draw.choices(
            ("add", "answer", "usage", "settle", "company", "member"), (50, 40, 5, 5, 1, 2)
        ):
            case ["add"]:
                await self._add(contact, member, enterprise)
            case ["answer"]:
                if self.added and draw.random() < 0.9:
                    contact, member, enterprise = draw.choice(self.added[-40:])
                    common = {"enterprise_id": enterprise}
                await scene.event(f"contact.{draw.choice(OUTCOMES)}", contact, member, **common)
            case ["usage"]:
                report = {"stat_date": "2026-11-23", "chat_cnt": draw.randrange(9)}
                await scene.event("usage.reported", None, member, **common, **report)
            case ["settle"] if self.held:
                decision_id = self.held.pop(draw.randrange(len(self.held)))
                action: Literal["commit", "cancel"] = draw.choice(("commit", "cancel"))
                await scene.ledger.settle(decision_id, action, scene.rules)
            case ["company"]:
                await self._describe(enterprise)
            case ["member"] if not self.is_governed:
                about = {"profile": {"avatar": True}, "activated_at": self.clock() - 86_400_000}
                await scene.event("member.updated", None, member, **common, **about)

    async def _add(self, contact: str, member: str, enterprise: str) -> None:
        mode = self.draw.choice((Mode.SPEND, Mode.SPEND, Mode.HOLD))
        decision = await self.scene.add(
            contact,
            member,
            enterprise,
            way=self.draw.choice(WAYS),
            initiated_by=self.draw.choice(("member", "member", "contact")),
            mode=mode,
            hold_s=300 if mode is Mode.HOLD else None,
        )
        if decision.allowed:
            self.held.append(decision.decision_id)
            self.added.append((contact, member, enterprise))

    async def _describe(self, enterprise: str) -> None:
        zone = self.draw.choice(("Asia/Shanghai", "America/New_York", "UTC"))
        await self.scene.ledger.accounts.change_zone(enterprise, zone)
        self.zones[enterprise] = zone
        about = {"time_zone": zone, "verification": "certified", "profile": {"logo": True}}
        await self.scene.event("enterprise.updated", None, None, enterprise_id=enterprise, **about)


@asynccontextmanager
async def living(place: Path, clock: Clock, seed: int) -> AsyncIterator[Live]:
    database = open_database(str(place / "record.sqlite"))
    await migrations.upgrade(database)
    redis = FakeAsyncRedis()
    scene = Scene(redis, database, clock, SHARDS)
    await scene.begin()
    try:
        yield Live(scene, clock, seed)
    finally:
        await redis.aclose()
        await database.close()


async def reports(live: Live, policy: Policy) -> dict[tuple[str, str], dict[str, Any]]:
    """What the service says of every member now."""
    now_ms, found = live.clock(), {}
    keys = [(e, m) for e in COMPANIES for m in MEMBERS]
    async with live.scene.database.read() as connection:
        companies = await views.enterprises_by_id(connection, COMPANIES)
        members = await views.members_by_id(connection, keys)
    for key, row in members.items():
        company = companies[key[0]]
        ended = now_ms >= company.day_end_ms
        zone = live.zones[key[0]]
        day = calendar_at(zone, now_ms, company.day).day if ended else company.day
        view, patterns = MemberView.from_json(row.data), policy.scoring.patterns
        suspected = verdict.posterior(verdict.contributions(view, patterns), patterns)
        report = member_report(
            view,
            EnterpriseView.from_json(company.data),
            policy.scoring,
            day=day,
            now_ms=now_ms,
        )
        found[key] = score_line(key, report, {}, flagged=False, posterior=suspected)
    return found


async def flags(live: Live) -> list[dict[str, Any]]:
    """The service's flags, as a replay writes them, in order of time."""
    async with live.scene.database.read() as connection:
        rows = (await connection.execute(select(tables.flags))).mappings().all()
    names = ("enterprise_id", "member_id", "pattern", "mode", "statistic", "threshold")
    return [
        {"at": instant(row["at_ms"]), "adds_before": row["adds_before"]}
        | {name: row[name] for name in names}
        | {name: json.loads(row[name]) for name in ("evidence", "events")}
        for row in sorted(rows, key=itemgetter("at_ms", "shard", "seq"))
    ]


async def cases(live: Live) -> list[tuple[Any, ...]]:
    """The service's cases: whose, since when, and what they came to."""
    return [
        (instant(case.opened_ms), case.enterprise_id, case.member_id, case.verdict)
        for case in (record.case for record in await listed(live.scene.database, limit=500))
    ]


def replayed_cases(path: Path) -> list[tuple[Any, ...]]:
    """The same of a replay: a case's last line counts."""
    last = {line["case_id"]: line for line in read(path)}
    names = ("opened_at", "enterprise_id", "member_id", "verdict")
    return [tuple(line[name] for name in names) for line in last.values()]


async def dismiss_one(live: Live) -> None:
    """A person dismisses a case, if one is open."""
    found = await listed(live.scene.database, state="open")
    if found:
        await decide(live.scene, live.draw.choice(found))


@pytest.mark.parametrize("seed", [1, 2])
async def test_an_export_replayed_gives_the_same_scores_flags_and_cases(
    tmp_path: Path, clock: Clock, seed: int
) -> None:
    async with living(tmp_path, clock, seed) as live:
        scene = live.scene
        worker = await scene.up()
        for n in range(300):
            await live.happen()
            if n == 100:
                await scene.put_policy(touchy())
                await scene.announce()
            if live.draw.random() < 0.1:
                await drain(worker)
                await dismiss_one(live)
        await drain(worker)
        exported = [line async for line in export_lines(scene.database, 0, 1 << 62)]
        path = tmp_path / "export.ndjson"
        path.write_text("\n".join(exported))
        summary = await replay([path], tmp_path / "out")
        expected, flagged = await reports(live, touchy()), await flags(live)
        suspected = await cases(live)
    found = {
        (line["enterprise_id"], line["member_id"]): line
        for line in read(tmp_path / "out" / "scores.ndjson")
    }
    assert found.keys() == expected.keys()
    for key, line in expected.items():
        for name in ("score", "tier", "parts", "caps", "ceilings", "standing"):
            assert found[key][name] == line[name], (key, name)
    assert read(tmp_path / "out" / "flags.ndjson") == flagged
    assert flagged
    assert sorted(replayed_cases(tmp_path / "out" / "cases.ndjson"), key=str) == sorted(
        suspected, key=str
    )
    assert any('"case.dismissed"' in line for line in exported)
    assert {verdict for *_, verdict in suspected} == {"enforce"}
    assert summary.tally.denied.total() > 0


@pytest.mark.parametrize(("seed", "automatic_steps"), [(1, 0), (2, 1)])
async def test_an_export_replayed_gives_the_same_penalties(
    tmp_path: Path, clock: Clock, seed: int, automatic_steps: int
) -> None:
    policy = touchy().model_dump(mode="json")
    policy["penalties"]["ladder"]["automatic_steps"] = automatic_steps
    policy["penalties"]["redress"]["permanent_review"] = True
    in_force = policy_from_object(policy)
    async with living(tmp_path, clock, seed) as live:
        scene, people = live.scene, Governing(live, in_force, COMPANIES[:2], MEMBERS[:2])
        worker = await scene.up()
        await scene.put_policy(in_force)
        await scene.announce()
        for _ in range(STEPS):
            await (people if live.draw.random() < 0.6 else live).happen()
            await drain(worker)
        exported = [line async for line in export_lines(scene.database, 0, 1 << 62)]
        path = tmp_path / "export.ndjson"
        path.write_text("\n".join(exported))
        summary = await replay([path], tmp_path / "out")
        expected, imposed = await reports(live, in_force), await service_penalties(live)
    found = read(tmp_path / "out" / "scores.ndjson")
    names = ("score", "tier", "parts", "caps", "standing")
    for line in found:
        key = line["enterprise_id"], line["member_id"]
        assert [line[name] for name in names] == [expected[key][name] for name in names], key
    assert compared(read(tmp_path / "out" / "penalties.ndjson")) == imposed
    assert {"track 1", "track 2"} <= summary.tally.imposed.keys()
    assert summary.tally.overturned, "the seed draws no mistake"
    assert summary.tally.dropped == 0
