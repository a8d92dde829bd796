"""The parameters of made-up traffic: workload.toml and what a file of one's own lays over it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from quota.ways import WAY_CODES

DEFAULTS = Path(__file__).with_name("workload.toml")
_WEIGHTS = frozenset({"cold", "warm", "members"})


class WorkloadError(Exception):
    """What was asked for cannot be made; the message says what would be right."""


def _known_ways(given: dict[str, float]) -> dict[str, float]:
    if unknown := sorted(set(given) - set(WAY_CODES)):
        raise ValueError(f"unknown way {unknown[0]!r}; known: {', '.join(WAY_CODES)}")
    if given and sum(given.values()) <= 0:
        raise ValueError("at least one way needs a weight above 0")
    return given


def _in_order(given: tuple[float, float]) -> tuple[float, float]:
    if given[0] > given[1]:
        raise ValueError("the first number must not be above the second")
    return given


Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Weight = Annotated[float, Field(ge=0)]
Whole = Annotated[int, Field(ge=0)]
Counts = Annotated[tuple[Whole, Whole], AfterValidator(_in_order)]
Span = Annotated[tuple[Weight, Weight], AfterValidator(_in_order)]
Hour = Annotated[int, Field(ge=0, le=23)]
Ways = Annotated[dict[str, Weight], AfterValidator(_known_ways)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Rates(_Table):
    """What contacts do to an add; the rest is ignored."""

    accept: Share
    decline: Share
    block: Share
    complain: Share

    @model_validator(mode="after")
    def _at_most_one(self) -> "Rates":
        if self.accept + self.decline + self.block + self.complain > 1:
            raise ValueError("accept, decline, block and complain are more than 1 together")
        return self


class Qr(_Table):
    """Bursts of contacts who scan a member's code."""

    days_a_week: Annotated[float, Field(ge=0, le=7)]
    bursts: Counts
    scans: Counts
    accept: Share


class Machine(_Table):
    """Adds at a fixed interval."""

    interval_s: Span
    jitter_s: Span


class Hijacked(_Table):
    """An account that behaved as another class until somebody took it over."""

    before: str
    days: Counts


class Farm(_Table):
    """Accounts of the abuser's own, which accept."""

    accounts: Annotated[int, Field(ge=1)]
    adds: Share
    accept_min: Positive
    scans: Whole


class ClassRates(Rates):
    """How the members of a class behave; workload.toml says what each key means."""

    abusive: bool = False
    adds_a_day: Positive
    delete: Share = 0.0
    cold: Ways
    warm: Ways = {}
    warm_share: Share = 0.0
    gap_s: Positive
    gap_sigma: Weight = 1.0
    sessions: Counts = (1, 4)
    hours: Annotated[tuple[Hour, Hour], AfterValidator(_in_order)] = (9, 18)
    weekend: Share = 1.0
    rest: Share = 0.0
    missed: Annotated[float, Field(ge=0, le=0.95)] = 0.0
    block_sessions: Share = 0.0
    block_numbers: Counts = (5, 25)
    block_width: Annotated[int, Field(ge=1, le=1_000)] = 100
    greeted: Share = 0.0
    templates: Counts = (1, 1)
    personal: Share = 0.0
    one_greeting: bool = False
    group: Whole = 0
    daily_cap: Whole = 0
    pool: Whole = 0
    step: Counts | None = None
    qr: Qr | None = None
    machine: Machine | None = None
    hijacked: Hijacked | None = None
    farm: Farm | None = None


class Composition(_Table):
    """Who sits together."""

    members: dict[str, Weight]
    smallest: Annotated[int, Field(ge=1)]
    usual: Annotated[int, Field(ge=1)]
    largest: Annotated[int, Field(ge=1)]
    mixed_share: Share
    focus: Share
    kinds: dict[str, str]


class Spread(_Table):
    """How members of a class differ."""

    accept_concentration: Positive
    negatives_shape: Positive
    negatives_together: bool
    """Whether a member's three negative rates share one factor, or have one each."""
    adds_shape: Positive


class Answers(_Table):
    """When contacts answer."""

    accepted_h: Positive
    declined_h: Positive
    blocked_h: Positive
    complained_h: Positive
    sigma: Weight
    scanned_min: Positive
    deleted_days: Positive
    deleted_sigma: Weight
    tail_days: Whole


class Warm(_Table):
    """Outcomes of adds by a warm way."""

    legitimate: Rates
    abusive: Rates


class Colleagues(_Table):
    """Contacts that several members of an enterprise have to do with."""

    overlap: Span
    handover_share: Share
    handovers_a_day: Weight
    handover_accept: Share
    greetings: Annotated[int, Field(ge=1)]


class Usage(_Table):
    """For whom usage is reported."""

    enabled: bool
    members: Share


class Retaliation(_Table):
    """Extra complaints against honest members."""

    classes: tuple[str, ...]
    share: Share
    complaints: Counts


class Sabotage(_Table):
    """A competitor's accounts that scan codes to do harm."""

    share: Share
    accounts: Annotated[int, Field(ge=1)]
    scans: Counts
    days: Annotated[int, Field(ge=1)]


class Viral(_Table):
    """A campaign day."""

    classes: tuple[str, ...]
    share: Share
    factor: Weight


class StressRates(_Table):
    """What the stress variants do."""

    negatives: Weight
    accept_shift: Share
    accept_least: Share
    retaliation: Retaliation
    qr_sabotage: Sabotage
    viral: Viral


class Parameters(_Table):
    """All of workload.toml."""

    composition: Composition
    abusers: dict[str, Weight]
    spread: Spread
    answers: Answers
    warm: Warm
    colleagues: Colleagues
    usage: Usage
    classes: dict[str, ClassRates]
    stress: StressRates

    @model_validator(mode="after")
    def _classes_known(self) -> "Parameters":
        named = [*self.composition.members, *self.abusers, *self.stress.viral.classes]
        named += [each.hijacked.before for each in self.classes.values() if each.hijacked]
        if unknown := [name for name in named if name not in self.classes]:
            raise ValueError(f"unknown class {unknown[0]!r}; known: {', '.join(self.classes)}")
        for name in self.abusers:
            if not self.classes[name].abusive:
                raise ValueError(f"abusers.{name}: classes.{name}.abusive is not true")
        return self


def load(path: Path | None = None) -> Parameters:
    """The parameters of workload.toml, with those of a file laid over it key by key.

    Raises WorkloadError with the file and the key.
    """
    tables = _read(DEFAULTS)
    if path is not None:
        tables = _over(tables, _read(path))
    classes = tables.get("classes", {})
    try:
        tables["classes"] = {name: _whole(classes, name) for name in classes}
        return Parameters.model_validate(tables)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        key = ".".join(map(str, found["loc"])) or "the file"
        raise WorkloadError(f"{path or DEFAULTS}: {key}: {found['msg']}") from None
    except (KeyError, RecursionError) as error:
        raise WorkloadError(f"{path or DEFAULTS}: like: no such class: {error}") from None


defaults = cache(load)
"""The parameters of workload.toml, read once."""


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorkloadError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkloadError(f"{path}: is not TOML: {error}") from None


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables laid over tables, key by key."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        tables = isinstance(value, dict) and isinstance(under, dict)
        merged[key] = _over(under or {}, value) if tables and not _weights(key, value) else value
    return merged


def _weights(key: str, table: Mapping[str, Any]) -> bool:
    """Whether a table is one of weights, which replaces the one below as a whole."""
    return key in _WEIGHTS and not any(isinstance(each, dict) for each in table.values())


def _whole(classes: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A class with what it takes over from the one that it is like."""
    given = dict(classes[name])
    like = given.pop("like", None)
    return given if like is None else _over(_whole(classes, like), given)
