"""A watched quota is made anew where something changed, and only there."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from server.http import quota_looks
from server.http.quota import Account, quota_shape
from server.http.quota_looks import ANEW_MS, REMADE_A_SECOND, Folded, QuotaLooks
from server.http.topics import lasting
from tests.http.service import Service, until


class Counted:
    """`quota_shape`, counted."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self, *asked: Any, **how: Any) -> Any:
        self.times += 1
        return await quota_shape(*asked, **how)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted = Counted()
    monkeypatch.setattr(quota_looks, "quota_shape", counted)
    return counted


QUOTA_OF_LI = "/v1/enterprises/acme/members/li/quota"
OF_LI, OF_MU = (Account("acme", member, hidden=False) for member in ("li", "mu"))


async def settled(service: Service, member: str = "li") -> None:
    """Until the fold has come to what was added last."""

    async def folded() -> bool:
        days = (await service.get(f"/v1/enterprises/acme/members/{member}/history")).body["days"]
        return bool(days) and days[-1]["allowed"] == 1

    await until(folded)


async def test_nothing_new_is_not_made_anew(service: Service, counted: Counted) -> None:
    await service.precheck("wm-1", member_id="li")
    await settled(service)
    looks = QuotaLooks(service.services)
    first = await looks.look(OF_LI)
    assert lasting(await looks.look(OF_LI)) == lasting(first)
    assert counted.times == 1
    await looks.look(Account("acme", "li", hidden=True))
    assert counted.times == 2, "who sees less is shown another one"


async def test_an_add_and_a_fold_are_seen(service: Service) -> None:
    await service.precheck("wm-1", member_id="li")
    await settled(service)
    looks = QuotaLooks(service.services)
    first = await looks.look(OF_LI)
    await service.precheck("wm-2", member_id="li")
    second = await looks.look(OF_LI)
    assert [one["limits"][0]["used"] for one in (first, second)] == [1, 2]
    left = [one["available"]["active"] for one in (first, second)]
    assert left[0] - left[1] == 1
    asked = lasting((await service.get(QUOTA_OF_LI)).body)
    assert asked["limits"] == lasting(second)["limits"]
    profile = {"name": "Li", "profile": {"real_name": "Li"}}
    assert (await service.put("/v1/enterprises/acme/members/li", profile)).status == 200

    async def risen() -> bool:
        return bool((await looks.look(OF_LI))["score"] > second["score"])

    await until(risen)


@pytest.fixture
async def looks(service: Service) -> QuotaLooks:
    """Of li and mu, who both added somebody."""
    for member in ("li", "mu"):
        await service.precheck(f"wm-{member}", member_id=member)
        await settled(service, member)
    return QuotaLooks(service.services)


class Told:
    """Tells, in place of the record, how far accounts were folded."""

    def __init__(self, looks: QuotaLooks, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at, self.times = 1, 0
        monkeypatch.setattr(looks, "_fold_of", self._fold_of)

    async def _fold_of(self, accounts: Collection[Account]) -> dict[Account, Folded]:
        self.times += 1
        return dict.fromkeys(accounts, (self.at, None))


async def test_an_add_alone_makes_nothing_anew(
    service: Service, looks: QuotaLooks, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    Told(looks, monkeypatch)
    used = [(await looks.look(OF_LI))["limits"][0]["used"]]
    await service.precheck("wm-2", member_id="li")
    used.append((await looks.look(OF_LI))["limits"][0]["used"])
    assert (used, counted.times) == ([1, 2], 1)


async def test_folds_make_no_more_anew_than_so_many_a_second(
    service: Service, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_ms = service.services.clock_ms()
    looks = QuotaLooks(replace(service.services, clock_ms=lambda: now_ms))
    told = Told(looks, monkeypatch)
    for contact, account in (("wm-1", OF_LI), ("wm-2", OF_MU)):
        await service.precheck(contact, member_id=account.member_id)
    for account in (OF_LI, OF_MU):
        await looks.look(account)
    rests_ms = 2 * 1000 // REMADE_A_SECOND
    made = []
    for passed_ms in (rests_ms - 1, 1):
        now_ms += passed_ms
        told.at += 1
        await looks.look(OF_LI)
        made.append(counted.times)
    assert made == [2, 3]


async def test_what_is_watched_is_read_at_once_and_only_for_the_next_look(
    looks: QuotaLooks, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(looks, monkeypatch)
    await looks.prepare([OF_LI, OF_MU])
    for account in (OF_LI, OF_MU):
        await looks.look(account)
    assert told.times == 1
    await looks.look(OF_LI)
    assert (told.times, counted.times) == (2, 2), "what was read a while ago may be old"
    await looks.prepare([OF_MU])
    await looks.look(OF_LI)
    assert counted.times == 3, "nobody watched it any more"


async def test_what_only_time_changes_is_seen_after_a_while(
    service: Service, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    await service.precheck("wm-1", member_id="li")
    await settled(service)
    looks = QuotaLooks(service.services)
    await looks.look(OF_LI)
    began = quota_looks.ANEW_MS
    monkeypatch.setattr(quota_looks, "ANEW_MS", 0)
    await looks.look(OF_LI)
    assert (began, counted.times) == (ANEW_MS, 2)
