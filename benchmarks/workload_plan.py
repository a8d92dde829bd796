"""Who works where in made-up traffic: enterprises, their seats, and which of them are abusive."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.workload_parameters import Parameters, WorkloadError, defaults

START_MS = 1_767_542_400_000
"""Monday 2026-01-05, midnight in Shanghai."""
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
PER_MEMBERS = 3_000
"""Legitimate members that the counts of [abusers] stand for."""
_TRIES = 20
_GUESTS = 0.15
"""Abusers in a legitimate enterprise: at most this share of its members, or two."""


@dataclass(frozen=True)
class Plan:
    """What is to be made; everything else follows from a seed.

    `abusers` counts members by class, for classes with a `group` enterprises. The last five are
    what stress variants change.
    """

    parameters: Parameters
    members: int
    days: int
    abusers: Mapping[str, int]
    negatives: float = 1.0
    accept_shift: float = 0.0
    retaliation: bool = False
    sabotage: bool = False
    viral_day: int | None = None

    def hijack_days(self, first: int, last: int) -> tuple[int, int]:
        """The days of a class of hijacked accounts; of a run that ends before, its middle third."""
        return (first, last) if last < self.days else (self.days // 3, self.days * 2 // 3)


@dataclass(frozen=True)
class Label:
    """What a member is. `since_ms` is None where it is so from its first event on.

    `note` tells a variant of the class, and what a stress variant does to this member.
    """

    enterprise_id: str
    member_id: str
    class_name: str
    abusive: bool
    since_ms: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A member before its first day: its class, and what befalls it."""

    class_name: str
    hijack_day: int | None = None
    farm: str | None = None
    retaliation: int = 0
    sabotage: int = 0
    viral: bool = False

    @property
    def note(self) -> str:
        """The seat's variant and stresses, in words."""
        told = [self.farm or ""]
        told += [name for name in ("retaliation", "sabotage", "viral") if getattr(self, name)]
        return " ".join(filter(None, told))


@dataclass(frozen=True)
class Roster:
    """An enterprise before its first day."""

    number: int
    kind: str
    seats: Sequence[Seat]
    handovers: bool = False

    @property
    def enterprise_id(self) -> str:
        """The id in every line."""
        return f"e{self.number}"


@dataclass(slots=True)
class _Draft:
    kind: str
    classes: list[str]
    guests: list[str] = field(default_factory=list)


def make_plan(
    parameters: Parameters | None = None,
    *,
    members: int = PER_MEMBERS,
    days: int = 30,
    abusers: Mapping[str, int] | float | None = None,
) -> Plan:
    """A plan without stress. `abusers` counts them by class, or is their share of `members`.

    Without it they are those of the parameters, scaled with the members, at least one of each.
    Raises WorkloadError.
    """
    parameters = parameters or defaults()
    if members < parameters.composition.smallest:
        raise WorkloadError(f"members: at least {parameters.composition.smallest} are needed")
    if days < 1:
        raise WorkloadError("days: at least 1 is needed")
    if isinstance(abusers, Mapping):
        return Plan(parameters, members, days, _known(parameters, abusers))
    return Plan(parameters, members, days, _scaled(parameters, members, abusers))


def _known(parameters: Parameters, counts: Mapping[str, int]) -> dict[str, int]:
    known = [name for name, rates in parameters.classes.items() if rates.abusive]
    for name, count in counts.items():
        if name not in known:
            raise WorkloadError(f"abusers: unknown class {name!r}; known: {', '.join(known)}")
        if count < 0:
            raise WorkloadError(f"abusers: {name}={count}: must not be negative")
    return dict(counts)


def _scaled(parameters: Parameters, members: int, share: float | None) -> dict[str, int]:
    usual = parameters.abusers
    factor = members / PER_MEMBERS
    if share is not None:
        if not 0 <= share <= 10:
            raise WorkloadError("abusers: a share lies between 0 and 10")
        factor = share * members / sum(count * _seats(parameters, n) for n, count in usual.items())
    least = 0 if factor == 0 else 1
    return {n: max(least, round(count * factor)) if count else 0 for n, count in usual.items()}


def _seats(parameters: Parameters, class_name: str) -> int:
    return max(1, parameters.classes[class_name].group)


def compose(plan: Plan, seed: int) -> Iterator[Roster]:
    """Every enterprise of a plan, in the order of their numbers; the same for the same seed."""
    draw = Random(f"{seed}/composition")
    drafts = list(_legitimate(plan, draw))
    alone = {name: n for name, n in plan.abusers.items() if not plan.parameters.classes[name].group}
    _seat_guests(drafts, alone, draw)
    for name, count in plan.abusers.items():
        if group := plan.parameters.classes[name].group:
            drafts += [_Draft(name, [], [name] * group) for _ in range(count)]
    offsets = draw.random(), draw.random()
    for number, draft in enumerate(drafts):
        handovers = _is_of(plan.parameters.colleagues.handover_share, number, offsets[0])
        campaign = _is_of(plan.parameters.stress.viral.share, number, offsets[1])
        viral = campaign and plan.viral_day is not None
        honest = bool(draft.classes)
        seats = _seats_of(plan, draft, viral and honest, Random(f"{seed}/{number}/roster"))
        yield Roster(number, draft.kind, seats, handovers and honest)


def _is_of(share: float, number: int, offset: float) -> bool:
    """Spreads a share of numbers evenly over them."""
    return int((number + 1) * share + offset) > int(number * share + offset)


def _legitimate(plan: Plan, draw: Random) -> Iterator[_Draft]:
    """Enterprises that use up the members of each class: most are of a kind, some are mixed."""
    composition = plan.parameters.composition
    left = _apportioned(plan.members, composition.members)
    for size in _sizes(plan, draw):
        kind, focus = "mixed", ""
        if draw.random() >= composition.mixed_share:
            (focus,) = draw.choices(list(left), list(left.values()))
            kind = composition.kinds.get(focus, focus)
        members: list[str] = [focus] * min(left[focus], round(size * composition.focus))
        left.subtract(members)
        for _ in range(size - len(members)):
            (name,) = draw.choices(list(left), list(left.values()))
            left[name] -= 1
            members.append(name)
        yield _Draft(kind, members)


def _apportioned(total: int, weights: Mapping[str, float]) -> Counter[str]:
    """Whole numbers that add up to the total, by largest remainders."""
    exact = {name: total * weight / sum(weights.values()) for name, weight in weights.items()}
    whole = Counter({name: int(each) for name, each in exact.items()})
    by_remainder = sorted(exact, key=lambda name: int(exact[name]) - exact[name])
    whole.update(by_remainder[: total - whole.total()])
    return whole


def _sizes(plan: Plan, draw: Random) -> list[int]:
    composition, sizes = plan.parameters.composition, list[int]()
    while (left := plan.members - sum(sizes)) > 0:
        drawn = draw.triangular(composition.smallest, composition.largest, composition.usual)
        sizes.append(min(round(drawn), left))
    while len(sizes) > 1 and sizes[-1] < composition.smallest:
        sizes[sizes.index(min(sizes[:-1]))] += 1
        sizes[-1] -= 1
        sizes = [size for size in sizes if size]
    return sizes


def _seat_guests(drafts: Sequence[_Draft], counts: Mapping[str, int], draw: Random) -> None:
    """Seats abusers alone or in twos among legitimate members, more likely where many are."""
    sizes = [len(draft.classes) for draft in drafts]
    for name, count in counts.items():
        left = count
        while left > 0:
            together = min(left, draw.randint(1, 2))
            left -= together
            for draft in draw.choices(drafts, sizes, k=_TRIES):
                if len(draft.guests) + together <= max(2, _GUESTS * len(draft.classes)):
                    break
            draft.guests += [name] * together


def _seats_of(plan: Plan, draft: _Draft, viral: bool, draw: Random) -> list[Seat]:
    """An enterprise's seats in no order that tells who is abusive."""
    classes = draft.classes + draft.guests
    draw.shuffle(classes)
    return [_seat(plan, name, viral, draw) for name in classes]


def _seat(plan: Plan, name: str, viral: bool, draw: Random) -> Seat:
    """What befalls a member; the draws are the same whatever stress there is."""
    rates, stress = plan.parameters.classes[name], plan.parameters.stress
    dice = [draw.random() for _ in range(3)]
    complaints = draw.randint(*stress.retaliation.complaints)
    scans = draw.randint(*stress.qr_sabotage.scans)
    hijack_day = draw.randint(*plan.hijack_days(*rates.hijacked.days)) if rates.hijacked else None
    retaliated = name in stress.retaliation.classes and dice[0] < stress.retaliation.share
    sabotaged = not rates.abusive and dice[1] < stress.qr_sabotage.share
    return Seat(
        name,
        hijack_day=hijack_day,
        farm=("farm_adds" if dice[2] < 0.5 else "farm_scans") if rates.farm else None,
        retaliation=complaints if plan.retaliation and retaliated else 0,
        sabotage=scans if plan.sabotage and sabotaged else 0,
        viral=viral and name in stress.viral.classes,
    )
