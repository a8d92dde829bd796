"""What the OpenAPI document says beyond what follows from a route's types."""

from typing import Any

import pytest

from server.http.openapi import document
from server.http.routes import ROUTES

DOCUMENT = document(ROUTES)


def operation(method: str, path: str) -> Any:
    return DOCUMENT["paths"][path][method]


@pytest.mark.parametrize(("method", "path"), [("put", "/v1/policy"), ("post", "/v1/policy/check")])
def test_a_policy_is_wrapped_bare_or_toml(method: str, path: str) -> None:
    content = operation(method, path)["requestBody"]["content"]
    schemas = DOCUMENT["components"]["schemas"]
    (name,) = [content["application/json"]["schema"]["$ref"].rpartition("/")[2]]
    kinds = [schemas[kind["$ref"].rpartition("/")[2]] for kind in schemas[name]["anyOf"]]
    assert [kind.get("required") for kind in kinds] == [["policy"], None]
    assert [kind["type"] for kind in kinds] == ["object", "object"]
    assert content["application/toml"]["schema"]["type"] == "string"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("post", "/v1/precheck", "200"),
        ("get", "/v1/forward-auth", "200"),
        ("get", "/v1/forward-auth", "403"),
        ("get", "/v1/forward-auth", "429"),
    ],
)
def test_a_decision_declares_its_headers(method: str, path: str, status: str) -> None:
    headers = operation(method, path)["responses"][status]["headers"]
    assert {"RateLimit-Policy", "RateLimit", "Retry-After"} <= headers.keys()
    assert all("schema" in header for header in headers.values())


def test_problems_that_pass_say_when() -> None:
    responses = operation("post", "/v1/precheck")["responses"]
    assert list(responses["503"]["headers"]) == list(responses["429"]["headers"]) == ["Retry-After"]


def test_a_hold_and_its_time_are_explained() -> None:
    body = DOCUMENT["components"]["schemas"]["PrecheckBody"]
    assert "`mode` hold" in body["properties"]["hold_s"]["description"]


def test_other_methods_of_forward_auth_are_mentioned() -> None:
    described = operation("get", "/v1/forward-auth")["description"]
    assert all(
        method in described for method in ("HEAD", "POST", "PUT", "DELETE", "below this one")
    )


def test_a_body_may_be_too_large_wherever_it_is_looked_at() -> None:
    cancel = operation("post", "/v1/decisions/{decision_id}/cancel")
    assert "413" in cancel["responses"]
    assert "413" not in operation("get", "/v1/forward-auth")["responses"]


def test_what_is_not_a_get_needs_a_sessions_token_too() -> None:
    by_key: dict[str, list[str]] = {"key": []}
    by_session: dict[str, list[str]] = {"session": []}
    assert operation("get", "/v1/keys")["security"] == [by_key, by_session]
    proved = [by_key, by_session | {"csrf": []}]
    assert operation("post", "/v1/keys")["security"] == proved
    assert operation("get", "/v1/forward-auth")["security"] == proved
    assert "security" not in operation("post", "/dashboard/session")
    assert DOCUMENT["components"]["securitySchemes"].keys() == {"key", "session", "csrf"}
