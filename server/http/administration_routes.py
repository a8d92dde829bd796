"""The routes of administration and operation: policy, keys, health, metrics, documentation."""

from __future__ import annotations

from server.http import keys, operations, policies
from server.http.bodies import JSON
from server.http.routing import Route
from server.http.scopes import Scope

_ADMIN = frozenset({Scope.ADMIN})
_POLICY, _CHECKED = policies.PolicyShape, policies.CheckedShape

ADMINISTRATION = (
    Route(
        "GET",
        "/v1/policy",
        policies.get_policy,
        "The policy in force",
        scopes=_ADMIN,
        response=policies.PolicyShape,
    ),
    *(
        Route(
            method,
            path,
            handler,
            summary,
            scopes=_ADMIN,
            body=policies.PolicyBody,
            response=shape,
            media_types=(JSON, policies.TOML),
            raw=True,
        )
        for method, path, handler, summary, shape in (
            ("PUT", "/v1/policy", policies.put_policy, "Put a policy into force", _POLICY),
            ("POST", "/v1/policy/check", policies.check_policy, "Would it be taken?", _CHECKED),
        )
    ),
    Route(
        "POST",
        "/v1/keys",
        keys.create_key,
        "Make an API key",
        scopes=_ADMIN,
        body=keys.KeyBody,
        response=keys.NewKeyShape,
        status=201,
    ),
    Route("GET", "/v1/keys", keys.list_keys, "API keys", scopes=_ADMIN, response=keys.KeysShape),
    Route(
        "DELETE",
        "/v1/keys/{key_id}",
        keys.revoke_key,
        "End an API key",
        scopes=_ADMIN,
        status=204,
        problems=(404,),
    ),
)

OPERATIONS = (
    Route("GET", "/healthz", operations.alive, "Alive", response=operations.AliveShape),
    Route(
        "GET",
        "/readyz",
        operations.ready,
        "Ready for pre-checks",
        response=operations.ReadyShape,
        problems=(503,),
    ),
    Route("GET", "/metrics", operations.metrics, "Metrics", response_type="text/plain"),
    Route("GET", "/openapi.json", operations.openapi_document, "This document"),
    Route("GET", "/docs", operations.docs, "This document as a page", response_type="text/html"),
)
