"""What is wrong with a policy, in words that say what would be right."""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from server.policy.lines import KeyPath

_SAYINGS = {
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "string_type": "must be a text in quotes",
    "model_type": "must be a table",
    "dict_type": "must be a table",
    "tuple_type": "must be an array",
    "list_type": "must be an array",
    "greater_than": "must be greater than {gt:,.10g}",
    "greater_than_equal": "must be at least {ge:,.10g}",
    "less_than": "must be less than {lt:,.10g}",
    "less_than_equal": "must be at most {le:,.10g}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "too_short": "must have at least {min_length:d}",
    "value_error": "{error}",
}
_WITHOUT_INPUT = {"value_error", "missing", "extra_forbidden", "too_short"}


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """One mistake. `line` counts from 1, and is None where the policy did not come as a text."""

    file: str
    line: int | None
    path: KeyPath
    message: str

    @property
    def key(self) -> str:
        """The path as a person writes it: `scoring.tiers[2].score`."""
        return dotted(self.path)

    def __str__(self) -> str:
        """The form of a compiler's message, which editors jump to."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.message) if part)


class PolicyError(Exception):
    """A policy that cannot be used, with every mistake that was found in it."""

    def __init__(self, problems: Iterable[PolicyProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def dotted(path: KeyPath) -> str:
    """`("a", "b", 2)` as `a.b[2]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:]


def found_in(errors: Iterable[ErrorDetails], example: Mapping[str, Any]) -> dict[KeyPath, str]:
    """What to say of each path; an array is not called empty for having items that are wrong."""
    listed = list(errors)
    wrong = {error["loc"][:length] for error in listed for length in range(len(error["loc"]))}
    return {
        error["loc"]: explain(error, example)
        for error in listed
        if error["type"] != "too_short" or error["loc"] not in wrong
    }


def explain(error: ErrorDetails, example: Mapping[str, Any]) -> str:
    """The message for one validation error; `example` is a policy known to be right."""
    kind, path = error["type"], error["loc"]
    if kind == "extra_forbidden":
        return _unknown_key(str(path[-1]), _at(example, path[:-1]))
    if kind == "missing":
        siblings = _at(example, path[:-1])
        value = siblings.get(str(path[-1])) if isinstance(siblings, dict) else None
        return "is missing" if value is None else f"is missing; for example {_shown(value)}"
    saying = _SAYINGS.get(kind)
    message = saying.format(**error.get("ctx", {})) if saying else _lowered(error["msg"])
    return message if kind in _WITHOUT_INPUT else f"{message}, not {_shown(error['input'])}"


def _unknown_key(name: str, siblings: Any) -> str:
    known = list(siblings) if isinstance(siblings, dict) else []
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"unknown key; did you mean {close[0]}?"
    return f"unknown key; known here: {', '.join(known)}" if known else "unknown key"


def _at(example: Any, path: KeyPath) -> Any:
    """What stands at a path; for an item of an array, the example's first."""
    for step in path:
        if isinstance(example, dict):
            example = example.get(str(step))
        elif isinstance(example, list) and example:
            example = example[0]
        else:
            return None
    return example


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]
