"""What a member of made-up traffic is like: its own rates, ways, pauses and greetings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, log, sqrt
from random import Random

from benchmarks.workload_parameters import ClassRates, Rates
from benchmarks.workload_plan import Plan

_MOST_ACCEPTED = 0.99
_OPENINGS = ("Hello", "Hi", "Good day", "Greetings", "Nice to meet you", "A quick hello")
_MATTERS = (
    "I'd like to send you our new catalogue",
    "may I tell you about an open position",
    "we met at the fair last week",
    "a colleague of yours gave me your name",
    "about your request of this month",
    "I look after your company from now on",
    "here is the offer we spoke about",
    "there is a free seat at our event",
    "can we arrange a short call",
)
_NAMES = ("Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Zhao", "Huang", "Zhou", "Wu", "Xu", "Sun")


@dataclass(frozen=True, slots=True)
class Odds:
    """Thresholds in 0–1: a number below `accepted` is an acceptance … above all: no answer."""

    accepted: float
    declined: float
    blocked: float
    complained: float


@dataclass(frozen=True, slots=True)
class Habit:
    """How one member behaves under one class. Ways stand with their cumulative shares."""

    rates: ClassRates
    adds_a_day: float
    cold: Odds
    warm: Odds
    scanned: Odds
    ways: Sequence[tuple[str, Odds]]
    shares: Sequence[float]
    greetings: Sequence[str]
    gap_mu: float
    interval_s: float = 0.0
    jitter_s: float = 0.0


def habit_of(rates: ClassRates, plan: Plan, greetings: Sequence[str], draw: Random) -> Habit:
    """Draws a member of a class. `greetings` are the enterprise's."""
    spread, warm = plan.parameters.spread, plan.parameters.warm
    factors = _factors(plan, draw)
    cold_odds = _odds(rates, rates.accept, factors, plan, draw)
    of_warm = warm.abusive if rates.abusive else warm.legitimate
    warm_odds = _odds(of_warm, of_warm.accept, factors, plan, draw)
    scanned = _odds(rates, rates.qr.accept if rates.qr else rates.accept, factors, plan, draw)
    ways = [(way, cold_odds) for way in rates.cold] + [(way, warm_odds) for way in rates.warm]
    machine = rates.machine
    return Habit(
        rates,
        draw.gammavariate(spread.adds_shape, rates.adds_a_day / spread.adds_shape),
        cold_odds,
        warm_odds,
        scanned,
        ways,
        list(accumulate(_weights(rates))),
        _greetings(rates, greetings, draw),
        log(rates.gap_s),
        draw.uniform(*machine.interval_s) if machine else 0.0,
        draw.uniform(*machine.jitter_s) if machine else 0.0,
    )


def _factors(plan: Plan, draw: Random) -> Sequence[float]:
    """How many times its class's rates a member is declined, blocked and complained about."""
    spread = plan.parameters.spread
    shape = spread.negatives_shape
    drawn = [
        draw.gammavariate(shape, 1 / shape) for _ in range(1 if spread.negatives_together else 3)
    ]
    return [factor * plan.negatives for factor in (drawn * 3)[:3]]


def _odds(rates: Rates, accept: float, factors: Sequence[float], plan: Plan, draw: Random) -> Odds:
    """A member's acceptance from Beta around the class's; negatives take what room there is."""
    if plan.accept_shift:
        shifted = accept + plan.accept_shift
        accept = min(max(shifted, plan.parameters.stress.accept_least), _MOST_ACCEPTED)
    weight = plan.parameters.spread.accept_concentration
    if 0 < accept < 1:
        accept = draw.betavariate(accept * weight, (1 - accept) * weight)
    means = (rates.decline, rates.block, rates.complain)
    negatives = [mean * factor for mean, factor in zip(means, factors, strict=True)]
    room = min(1.0, (1 - accept) / max(sum(negatives), 1e-12))
    declined, blocked, complained = accumulate(each * room for each in negatives)
    return Odds(accept, accept + declined, accept + blocked, accept + complained)


def _weights(rates: ClassRates) -> list[float]:
    warm_share = rates.warm_share if rates.warm else 0.0
    return _shares(rates.cold, 1 - warm_share) + _shares(rates.warm, warm_share)


def _shares(weights: Mapping[str, float], of: float) -> list[float]:
    total = sum(weights.values())
    return [of * weight / total for weight in weights.values()]


def template(draw: Random, signed: str) -> str:
    """A greeting that somebody would send to many."""
    return f"{draw.choice(_OPENINGS)}, {draw.choice(_MATTERS)}. {signed} {draw.randrange(1000)}"


def _greetings(rates: ClassRates, shared: Sequence[str], draw: Random) -> list[str]:
    """A member's templates, each once for every name that it is addressed to.

    Which is taken is one draw: `personal` is the share of those with a name.
    """
    if rates.one_greeting:
        return list(shared[:1])
    own = [template(draw, "Yours") for _ in range(draw.randint(*rates.templates))]
    known = own if rates.abusive else [*own, *shared]
    named = [f"{name}, {text}" for text in known for name in _NAMES]
    if not rates.personal:
        return known
    plain = round(len(named) * (1 - rates.personal) / rates.personal / len(known)) if known else 0
    return named + known * plain


def poisson(draw: Random, mean: float) -> int:
    """A count with this mean: exact up to 30, then by the normal law."""
    if mean <= 0:
        return 0
    if mean > 30:
        return max(0, round(draw.gauss(mean, sqrt(mean))))
    count, left, least = 0, draw.random(), exp(-mean)
    while left > least:
        count += 1
        left *= draw.random()
    return count


def mobile(draw: Random) -> str:
    """A Chinese mobile number in E.164 form."""
    return f"+861{3 + int(draw.random() * 7)}{int(draw.random() * 1e9):09d}"


def company_numbers(draw: Random, count: int, width: int) -> list[str]:
    """Numbers of one company, close together: a landline's in Shanghai, or a mobile block."""
    digits, first = (7, "+86215") if draw.random() < 0.5 else (9, "+86138")
    base = draw.randrange(10**digits - width)
    numbers = draw.sample(range(base, base + width), min(count, width))
    return [f"{first}{number:0{digits}d}" for number in numbers]
