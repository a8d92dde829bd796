"""Settings that cannot be, in words: what is wrong, where it was said, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from types import MappingProxyType

from pydantic_core import ErrorDetails

from server.settings import PREFIX, Settings

_MUST_BE = MappingProxyType(
    {
        "int_parsing": "a whole number",
        "int_type": "a whole number",
        "float_parsing": "a number",
        "bool_parsing": "true or false",
        "greater_than": "more than {gt:g}",
        "greater_than_equal": "at least {ge:g}",
        "less_than_equal": "at most {le:g}",
    }
)


def mistake(found: ErrorDetails, options: Collection[str]) -> str:
    """One mistake of pydantic's, under the name of the option or else the environment variable.

    `options` are the names of the settings that the command line gave.
    """
    wanted = _MUST_BE.get(found["type"])
    if wanted is None:
        text = found["msg"].removeprefix("Value error, ")
    else:
        text = f"must be {wanted.format(**found.get('ctx', {}))}, not {found['input']}"
    if not found["loc"]:
        return text
    return f"{_where(str(found['loc'][0]), options)}: {text}"


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables named like a setting that are none, each with the setting that may be meant."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    told = []
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            meant = difflib.get_close_matches(name.upper(), known, 1, 0.8)
            told.append(f"{name} (is {meant[0]} meant?)" if meant else name)
    return told


def _where(name: str, options: Collection[str]) -> str:
    return f"--{name.replace('_', '-')}" if name in options else f"{PREFIX}{name.upper()}"
