"""Views as documents: JSON that reads back as the same view.

What still is as a view begins is left out: of most relations and contacts that is nearly all.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any, Self

from pydantic_core import from_json, to_json

from scoring.sums import Sums

Ring = dict[int, Any]
Names = frozenset[str]
Opened = list[list[int]]
"""[added ms, local day, 1 if warm else 0] of adds, in order of time."""


@dataclass(slots=True)
class Stored:
    """A view that can be kept: names of fields to values, rings with their days as text."""

    def to_json(self) -> str:
        """The document that `from_json` reads."""
        kind: Any = type(self)
        layout = _layout(kind)
        document = {
            name: value
            for name, value, begins in zip(
                layout.names, layout.values(self), layout.begins, strict=True
            )
            if value != begins
        }
        for name, form in layout.forms:
            if name in document:
                document[name] = form.written(document[name])
        return to_json(document).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """A view out of its document. Raises TypeError for another version's fields."""
        document: dict[str, Any] = from_json(text)
        kind: Any = cls
        for name, form in _layout(kind).forms:
            if name in document:
                document[name] = form.read(document[name])
        return cls(**document)


@dataclass(frozen=True, slots=True)
class _Form:
    """How values are written and read that JSON has no form of their own for."""

    written: Callable[[Any], Any]
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Of a kind of view: its fields, what each begins as, and the forms of those that have one."""

    names: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]
    begins: tuple[Any, ...]
    forms: tuple[tuple[str, _Form], ...]


@cache
def _layout(kind: type[Stored]) -> _Layout:
    known = fields(kind)
    names = tuple(f.name for f in known)
    return _Layout(
        names,
        attrgetter(*names),
        tuple(_begins(f) for f in known),
        tuple((f.name, _FORMS[f.type]) for f in known if f.type in _FORMS),
    )


def _begins(of: Field[Any]) -> Any:
    """A field's default; one without is never left out."""
    return of.default if of.default_factory is MISSING else of.default_factory()


def _sums(value: Sums) -> dict[str, float]:
    return {name: getattr(value, name) for name in Sums.__dataclass_fields__}


def _ring(value: dict[str, Any]) -> Ring:
    return {int(day): entry for day, entry in value.items()}


def _packed(opened: Opened) -> list[int]:
    """Differences to the add before: of ms, and twice that of days, with the warmth added."""
    flat, last_ms, last_day = [], 0, 0
    for ms, day, warm in opened:
        flat += [ms - last_ms, 2 * (day - last_day) + warm]
        last_ms, last_day = ms, day
    return flat


def _unpacked(flat: list[Any]) -> Opened:
    if flat and isinstance(flat[0], list):  # as revision 0001 kept them, when nobody asked for ways
        return [[ms, day, 0] for ms, day in flat]
    opened: Opened = []
    ms = day = 0
    for place in range(0, len(flat), 2):
        ms += flat[place]
        day += flat[place + 1] // 2
        opened.append([ms, day, flat[place + 1] % 2])
    return opened


_FORMS: dict[Any, _Form] = {
    Sums: _Form(_sums, lambda value: Sums(**value)),
    Ring: _Form(lambda value: value, _ring),
    Names: _Form(sorted, frozenset),
    Opened: _Form(_packed, _unpacked),
}
