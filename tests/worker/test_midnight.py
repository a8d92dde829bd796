"""What changes caps without an event of the account: midnights, descriptions, policies."""

from redis.asyncio import Redis

from server.policy import default_policy, policy_from_object
from server.records import flags, leases
from tests.conftest import Clock
from tests.stored import Stored
from tests.worker.scene import Scene, drain

NOON_MS = 1_795_320_000_000
PROFILE = dict.fromkeys(["legal_name", "business_licence", "legal_person", "industry"], True)


async def _caps(scene: Scene, member: str = "li") -> tuple[int, ...]:
    """Daily caps in Redis: the member's and the enterprise's, active and passive."""
    one = await scene.ledger.accounts.member("acme", member, scene.rules)
    all_ = await scene.ledger.accounts.enterprise("acme", scene.rules)
    names = ("daily_active", "daily_passive")
    return (
        *(one.limit(f"member_{name}").cap for name in names),
        *(all_.limit(f"enterprise_{name}").cap for name in names),
    )


async def _good_day(scene: Scene) -> None:
    await scene.event("enterprise.updated", member=None, verification="certified", profile=PROFILE)
    for n in range(5):
        await scene.add(f"c{n}")
        await scene.event("contact.accepted", f"c{n}")
    await scene.add("c9", member="wu")


async def test_the_sweep_publishes_what_the_first_event_of_the_day_would(
    redis_backend: Redis, stored: Stored
) -> None:
    found = []
    for with_event in (True, False):
        await redis_backend.flushall()
        database = await stored.new()
        scene = Scene(redis_backend, database, Clock(NOON_MS))
        await scene.begin()
        worker = await scene.up()
        await _good_day(scene)
        await drain(worker)
        before = await _caps(scene)
        scene.clock.forward(days=1)
        if with_event:
            for member in ("li", "wu"):
                await scene.event("usage.reported", member=member, stat_date="2026-12-31")
        await drain(worker)
        found.append((before, await _caps(scene), await _caps(scene, "wu")))
        await database.close()
    assert found[0] == found[1]
    before, after, _ = found[0]
    assert after != before


async def test_a_swept_midnight_is_swept_once(scene: Scene) -> None:
    worker = await scene.up()
    await _good_day(scene)
    await drain(worker)
    scene.clock.forward(days=1)
    await drain(worker)
    caps = await _caps(scene)
    await scene.redis.flushall()
    await drain(worker)
    assert await _caps(scene) == caps, "a refill gives the midnight's caps, too"


async def test_a_verification_that_is_withdrawn_binds_every_member_at_once(scene: Scene) -> None:
    worker = await scene.up()
    for day in range(4):
        await scene.event(
            "enterprise.updated", member=None, verification="certified", profile=PROFILE
        )
        for n in range(5):
            await scene.add(f"c{day}-{n}")
            await scene.event("contact.accepted", f"c{day}-{n}")
        await drain(worker)
        scene.clock.forward(days=1)
    await drain(worker)
    trusted = await _caps(scene)
    await scene.event("enterprise.updated", member=None, verification="none", profile=PROFILE)
    await drain(worker)
    distrusted = await _caps(scene)
    assert distrusted[1] < trusted[1]
    await scene.add("c99")
    await drain(worker)
    assert await _caps(scene) == distrusted


async def test_a_policy_binds_the_events_behind_it_and_everyone_at_once(scene: Scene) -> None:
    worker = await scene.up()
    await scene.add("c1")
    await scene.add("c2")
    await scene.event("contact.blocked", "c1")
    quick = {"scoring": {"patterns": {"hard_negatives": {"threshold": 0.9}}}}
    version = await scene.put_policy(policy_from_object(quick))
    await scene.announce()
    await scene.announce()
    await scene.event("contact.blocked", "c2")
    assert await drain(worker) == 5
    async with scene.database.read() as connection:
        raised = await flags.listed(connection, flags.FlagFilter())
        assert await leases.policy_versions(connection) == {0: version}
    assert [(flag.policy_version, flag.pattern) for flag in raised] == [(version, "hard_negatives")]


async def test_a_policy_cuts_caps_at_the_next_midnight_without_an_event(scene: Scene) -> None:
    worker = await scene.up()
    await scene.add("c1")
    await drain(worker)
    tiers = [tier.model_dump() for tier in default_policy().scoring.tiers]
    tiers[0]["member_active"], tiers[1]["member_active"] = 2, 3
    await scene.put_policy(policy_from_object({"scoring": {"tiers": tiers}}))
    await scene.announce()
    await drain(worker)
    scene.clock.forward(days=1)
    await drain(worker)
    assert (await _caps(scene))[0] == 3
