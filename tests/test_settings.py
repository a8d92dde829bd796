"""What a deployment gets when it says nothing, and how it says something."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import EMBEDDED_IS_ONE_PROCESS, Settings


@pytest.fixture(autouse=True)
def _unconfigured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CONTACT_QUOTA_")]:
        monkeypatch.delenv(name)


def test_defaults_are_those_of_the_contract() -> None:
    settings = Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.data == Path("contact-quota-data")
    assert (settings.redis, settings.database, settings.policy) == (None, None, None)
    assert settings.processes == 1
    assert settings.redis_deadline_ms < 100, "a 503 is promised within 100 ms"


def test_each_flag_is_also_an_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTACT_QUOTA_PORT", "9090")
    monkeypatch.setenv("CONTACT_QUOTA_REDIS", "redis://127.0.0.1:6379/0")
    monkeypatch.setenv("CONTACT_QUOTA_PROCESSES", "3")
    settings = Settings()
    assert (settings.port, settings.processes) == (9090, 3)
    assert settings.redis == "redis://127.0.0.1:6379/0"


def test_several_processes_need_a_redis() -> None:
    with pytest.raises(ValidationError, match="the embedded store lives inside one process"):
        Settings(processes=2)
    assert "--redis" in EMBEDDED_IS_ONE_PROCESS
