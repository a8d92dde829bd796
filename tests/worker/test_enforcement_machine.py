"""Whatever people, contacts and failures do in whatever order: what is imposed is what is right."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from server.records.engine import Database
from tests.stored import ON_POSTGRESQL, ON_SQLITE, Stored
from tests.worker.enforcement_machine import EnforcementMachine

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "14"))
STEPS = int(os.environ.get("MACHINE_STEPS", "40"))


def _run(stored: Stored, examples: int) -> None:
    async def new_record() -> Database:
        return await stored.new("machine")

    bound = type("BoundMachine", (EnforcementMachine,), {"new_record": staticmethod(new_record)})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            phases=[Phase.reuse, Phase.generate],  # shrinking would outlast the test's time
            suppress_health_check=list(HealthCheck),
        ),
    )


@ON_SQLITE
def test_what_is_imposed_told_and_undone_is_right_after_every_step(stored: Stored) -> None:
    _run(stored, EXAMPLES)


@ON_POSTGRESQL
def test_so_it_is_on_postgresql(stored: Stored) -> None:
    _run(stored, max(1, EXAMPLES // 5))
