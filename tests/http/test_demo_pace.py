"""The living sample organisations: seen to move at every hour, and no flood to any of them."""

import random
from collections import defaultdict

import pytest

from server.contacts import ContactHasher
from server.demo import COMPANIES
from server.demo.living import HOUR_S, an_hour, at_work, chosen
from server.demo.organisation import Organisation
from server.demo.stretches import Stretch
from server.secret_keys import read_keys

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
NEW_YEAR_MS = 20_454 * DAY_MS
HOURS = [NEW_YEAR_MS + hour * HOUR_MS for hour in range(24)]
KEYS = "old:" + "11" * 32


@pytest.mark.parametrize("at_ms", HOURS[::3])
def test_it_adds_as_the_same_hour_of_the_last_day_did(at_ms: int) -> None:
    organisation = Organisation(ContactHasher(read_keys(KEYS)))
    stretch = Stretch(at_ms, HOUR_MS, at_ms + DAY_MS)
    made = [
        len(organisation.stretch(company, stretch, stretch.pace))
        for _ in range(5)
        for company in COMPANIES
    ]
    assert an_hour(at_ms) == pytest.approx(sum(made) / 5, rel=0.25)


def test_it_waits_as_long_as_that_takes() -> None:
    draw = random.Random(7)
    pauses_s = [chosen(draw, HOURS[5])[1] for _ in range(200)]
    assert HOUR_S / an_hour(HOURS[5]) == pytest.approx(sum(pauses_s) / 200, rel=0.1)


def test_whoever_looks_on_sees_it_move() -> None:
    """An add every 40 seconds at the least, most of the day every 20; answers come between."""
    paces = sorted(map(an_hour, HOURS))
    assert paces[0] >= 90
    assert paces[9] >= 180


def test_a_day_of_it_leaves_most_of_the_caps() -> None:
    adds: defaultdict[str, float] = defaultdict(float)
    scans: defaultdict[tuple[str, str], float] = defaultdict(float)
    for at_ms in HOURS:
        for does in at_work(at_ms):
            if does.is_scan:
                scans[does.company.enterprise_id, does.one.member_id] += does.an_hour
            else:
                adds[does.company.enterprise_id] += does.an_hour
    caps = {"harbour": 600, "yunshan": 2_700, "nordlicht": 600, "hudson": 600}
    assert all(adds[name] < cap / 2 for name, cap in caps.items())
    assert max(scans.values()) < 1_000, "a member of tier 3 may have as many"
