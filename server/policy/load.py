"""Reads policies: from a file, a text, or the object that the API receives.

A policy may leave out any key; the shipped `server/policy.toml` says what then holds. Tables are
laid over it key by key, arrays replace it whole.
"""

import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from server.policy.lines import KeyPath, key_lines
from server.policy.model import Policy
from server.policy.problems import PolicyError, PolicyProblem, found_in

_SHIPPED = "policy.toml"
_TOML_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


def load_policy(path: Path) -> Policy:
    """The policy in a TOML file. Raises PolicyError with every mistake and its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise PolicyError([PolicyProblem(str(path), None, (), reason)]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = PolicyProblem(str(path), line, (), "is not UTF-8, as TOML has to be")
        raise PolicyError([problem]) from None
    return parse_policy(text, str(path))


def parse_policy(text: str, file: str) -> Policy:
    """The policy in a TOML text; `file` names it in the problems of a PolicyError."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError([_syntax_problem(str(error), text, file)]) from None
    return _validated(written, file, key_lines(text))


def policy_from_object(written: Mapping[str, Any]) -> Policy:
    """The policy in an object as JSON gives it. Raises PolicyError, its problems without lines."""
    return _validated(written, "policy", {})


@lru_cache(maxsize=1)
def default_policy() -> Policy:
    """The policy that ships with the service: every default of the model."""
    return Policy.model_validate_json(json.dumps(_shipped()))


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    return tomllib.loads(resources.files("server").joinpath(_SHIPPED).read_text(encoding="utf-8"))


def _validated(written: Mapping[str, Any], file: str, lines: Mapping[KeyPath, int]) -> Policy:
    mistakes: dict[KeyPath, str] = {}
    policy = None
    merged = _laid_over(_shipped(), written)
    try:
        # As JSON, so that strict validation takes an array for a tuple and a text for an enum.
        policy = Policy.model_validate_json(json.dumps(merged, default=str))
    except ValidationError as error:
        mistakes = found_in(error.errors(), _shipped())
    mistakes |= dict.fromkeys(_not_finite(written, ()), "must be a finite number")
    if policy is None or mistakes:
        problems = [
            PolicyProblem(file, _line(lines, path), path, message)
            for path, message in mistakes.items()
        ]
        raise PolicyError(sorted(problems, key=lambda problem: problem.line or 0))
    return policy


def _syntax_problem(message: str, text: str, file: str) -> PolicyProblem:
    place = _TOML_PLACE.search(message)
    last = text.rstrip("\n").count("\n") + 1
    line = int(place["line"]) if place and place["line"] else last
    said = message[: place.start()] if place else message
    return PolicyProblem(file, line, (), f"not TOML: {said[:1].lower()}{said[1:]}")


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        beneath = merged.get(key)
        if isinstance(beneath, dict) and isinstance(value, dict):
            merged[key] = _laid_over(beneath, value)
        else:
            merged[key] = value
    return merged


def _not_finite(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    if isinstance(value, float) and not math.isfinite(value):
        yield path
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _not_finite(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _not_finite(each, (*path, index))


def _line(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """The line of a key, or of the nearest table around it; line 1 where neither is written."""
    if not lines:
        return None
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1
