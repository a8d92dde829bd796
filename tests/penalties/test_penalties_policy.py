import json
from typing import Any

import pytest
from pydantic import ValidationError

from penalties.policy import CircuitBreaker, Ladder, LinkedAccount, PenaltiesPolicy
from server.policy import default_policy

SHIPPED = default_policy().penalties
DEEPFAKE = {"id": "T3.DEEPFAKE", "track": 3, "clause": "house 7", "title": "Deepfakes"}


def with_kinds(*kinds: dict[str, Any]) -> PenaltiesPolicy:
    return PenaltiesPolicy.model_validate_json(
        json.dumps({**SHIPPED.model_dump(mode="json"), "kinds": kinds})
    )


def test_the_shipped_numbers_are_the_models() -> None:
    assert (SHIPPED.ladder.first_h, SHIPPED.ladder.second_h) == (72, 168)
    assert SHIPPED.ladder.automatic_steps == 0
    assert SHIPPED.ladder.strikes_expire_days is None
    assert SHIPPED.linked_account.release_after_h == 1
    assert (SHIPPED.holds.interop_h, SHIPPED.holds.active_adds_h) == (72, 72)
    assert (SHIPPED.redress.applications, SHIPPED.redress.applications_days) == (3, 30)
    assert (SHIPPED.redress.appeal_window_days, SHIPPED.redress.appeal_target_h) == (180, 48)
    assert not SHIPPED.redress.permanent_review


def test_a_release_later_than_the_seed_promises_is_refused() -> None:
    assert LinkedAccount(release_after_h=24).release_after_h == 24
    with pytest.raises(ValidationError, match="within 24 hours"):
        LinkedAccount(release_after_h=25)


def test_the_second_step_is_not_milder_than_the_first() -> None:
    with pytest.raises(ValidationError, match="not milder"):
        Ladder(first_h=72, second_h=71, automatic_steps=0)


@pytest.mark.parametrize("steps", [2, 3, -1])
def test_no_step_beyond_the_first_is_automatic(steps: int) -> None:
    with pytest.raises(ValidationError, match="automatic_steps"):
        Ladder.model_validate({"first_h": 72, "second_h": 168, "automatic_steps": steps})


@pytest.mark.parametrize(("seats", "limit"), [(0, 20), (1000, 20), (1001, 20), (5000, 100)])
def test_the_breaker_grows_with_seats_above_its_floor(seats: int, limit: int) -> None:
    assert SHIPPED.circuit_breaker.enterprise_limit(seats) == limit


def test_the_breaker_can_stop_every_automatic_action() -> None:
    closed = CircuitBreaker(enterprise_floor=0, enterprise_seat_share=0, total=0)
    assert closed.enterprise_limit(1_000_000) == 0


def test_added_kinds_join_the_catalogue() -> None:
    assert with_kinds(DEEPFAKE).catalogue["T3.DEEPFAKE"].clause == "house 7"


@pytest.mark.parametrize("known", [DEEPFAKE["id"], "T3.FRAUD"])
def test_a_kind_defined_twice_is_refused(known: str) -> None:
    with pytest.raises(ValidationError, match="already in the catalogue"):
        with_kinds(DEEPFAKE, DEEPFAKE | {"id": known})
