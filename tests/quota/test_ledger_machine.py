"""Ledger and model are equal at every step, on both backends."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.quota.conftest import NewRedis
from tests.quota.machine import LedgerMachine

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "100"))
STEPS = int(os.environ.get("MACHINE_STEPS", "40"))


def test_ledger_and_model_are_equal_at_every_step(new_redis: NewRedis) -> None:
    bound = type("BoundMachine", (LedgerMachine,), {"new_redis": staticmethod(new_redis)})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=[Phase.reuse, Phase.generate],  # shrinking would outlast the test's time
            suppress_health_check=list(HealthCheck),
        ),
    )
