"""The OpenAPI 3.1 document, made of the route table and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Literal

from pydantic import TypeAdapter

from server.http.bodies import JSON
from server.http.fields import ID_PATTERN
from server.http.multipart import MULTIPART
from server.http.problems import KINDS, MEDIA_TYPE, ProblemBody
from server.http.ratelimit import RETRY_AFTER
from server.http.routing import Route
from server.http.same_site import COOKIE, CSRF_TOKEN

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]

_REF = "#/components/schemas/{model}"
_PROBLEM = {"$ref": "#/components/schemas/ProblemBody"}
_PATH_NAME = re.compile(r"{(\w+)}")
_TEXT = {"type": "string", "description": "The same as a text in this format."}
_BINARY = {"type": "string", "format": "binary"}
_OBJECTS = frozenset({JSON, MULTIPART})
"""Media types of bodies that are objects, whose fields the document names."""
_RETRY_LATER = frozenset({429, 503})
"""Statuses whose problems say when to ask again."""
_ID = {"type": "string", "pattern": ID_PATTERN}
_SCHEMES: Schema = {
    "key": {"type": "http", "scheme": "bearer"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The dashboard's session, where there is no `Authorization`.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_TOKEN,
        "description": "The session's `csrf_token`, where something may change.",
    },
}


def document(routes: Sequence[Route]) -> Schema:
    """The whole document; routes below a free path are described by that path alone."""
    described = [route for route in routes if route.documented]
    schemas, components = _schemas(described)
    paths: dict[str, Schema] = {}
    for route in described:
        method = "get" if route.method == "*" else route.method.lower()
        paths.setdefault(route.path, {})[method] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Contact Quota",
            "version": version("contact-quota"),
            "description": "May this member add this contact now?",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": _SCHEMES,
        },
    }


def _schemas(routes: Iterable[Route]) -> tuple[Mapping[tuple[Any, Mode], Schema], Schema]:
    shapes: dict[tuple[Any, Mode], TypeAdapter[Any]] = {}
    for route in routes:
        for shape in (route.body, route.query):
            if shape is not None:
                shapes[shape, "validation"] = TypeAdapter(shape)
        if route.response is not None:
            shapes[route.response, "serialization"] = TypeAdapter(route.response)
    shapes[ProblemBody, "serialization"] = TypeAdapter(ProblemBody)
    inputs = [(key, key[1], adapter) for key, adapter in shapes.items()]
    made, definitions = TypeAdapter.json_schemas(inputs, ref_template=_REF)
    return {key: schema for (key, _), schema in made.items()}, definitions["$defs"]


def _operation(route: Route, schemas: Mapping[tuple[Any, Mode], Schema]) -> Schema:
    operation: Schema = {
        "operationId": route.handler.__name__,
        "summary": route.summary,
        "responses": _responses(route, schemas),
    }
    if route.description:
        operation["description"] = route.description
    if route.scopes:
        proof: Schema = {} if route.method == "GET" else {"csrf": []}
        operation["security"] = [{"key": []}, {"session": [], **proof}]
        operation["x-scopes"] = sorted(route.scopes)
    parameters = [*_path_parameters(route), *_query_parameters(route), *route.headers]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        schema = schemas[route.body, "validation"]
        content = {
            media: {"schema": _TEXT if media not in _OBJECTS else schema}
            for media in route.media_types
        }
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _path_parameters(route: Route) -> Iterable[Schema]:
    for name in _PATH_NAME.findall(route.path):
        yield {"name": name, "in": "path", "required": True, "schema": _ID}


def _query_parameters(route: Route) -> Iterable[Schema]:
    if route.query is None:
        return
    schema = route.query.model_json_schema()
    required = schema.get("required", ())
    for name, each in schema["properties"].items():
        yield {"name": name, "in": "query", "required": name in required, "schema": _bare(each)}


def _bare(schema: Schema) -> Schema:
    """A parameter that may be left out is never null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) == 1:
        return dict(kinds[0])
    return {key: value for key, value in schema.items() if key not in {"title", "default"}}


def _responses(route: Route, schemas: Mapping[tuple[Any, Mode], Schema]) -> Schema:
    good: Schema = {"description": "As asked"}
    if route.response is not None:
        content = {route.response_type: {"schema": schemas[route.response, "serialization"]}}
        good["content"] = content | {media: {"schema": _TEXT} for media in route.response_also}
    elif route.response_type != JSON:
        text = route.response_type.startswith("text/")
        good["content"] = {route.response_type: {"schema": {"type": "string"} if text else _BINARY}}
    if route.answers_with:
        good["headers"] = dict(route.answers_with)
    made: Schema = {str(route.status): good}
    if route.repeated is not None:
        made[str(route.repeated)] = good | {"description": "As it was answered before"}
    for status in (*route.also, *_failures(route)):
        problem: Schema = {MEDIA_TYPE: {"schema": _PROBLEM}}
        failed: Schema = {"description": KINDS[status].title, "content": problem}
        if status in route.also:
            failed |= {**good, "description": KINDS[status].title}
            failed["content"] = {**good["content"], **problem}
        elif status in _RETRY_LATER:
            failed["headers"] = {"Retry-After": RETRY_AFTER}
        made[str(status)] = failed
    return made


def _failures(route: Route) -> list[int]:
    """Statuses of problems that may come: those of its sort, and its own."""
    sort = {405, 500}
    if not route.free:
        sort |= {400, 413}
    if route.scopes:
        sort |= {401, 403, 429, 503}
    if route.body is not None:
        sort |= {400, 415}
    return sorted((sort | set(route.problems)) - {route.status, *route.also})
