"""Requests generated from the OpenAPI document: nothing fails, everything answers as described."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.http.openapi import document
from server.http.routes import ROUTES
from tests.http.process import ServeProcess

CHECKS = [
    schemathesis.checks.not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeProcess]:
    with ServeProcess(tmp_path_factory.mktemp("fuzzed") / "data") as running:
        yield running


# The page is there once it was built, for which these tests do not wait.
api = schemathesis.openapi.from_dict(document(ROUTES)).exclude(path="/dashboard")
api.config.phases.coverage.enabled = False


@api.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(case: "schemathesis.Case[Any]", served: ServeProcess) -> None:
    headers = {"Authorization": f"Bearer {served.key}"}
    response = case.call_and_validate(served.url, headers=headers, checks=CHECKS)
    assert response.headers["x-request-id"]
