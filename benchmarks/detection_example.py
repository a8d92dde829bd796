"""One member worked through: what its outcomes and the gaps between its adds come to."""

from collections.abc import Iterator, Sequence
from random import Random

from benchmarks.detection_cells import number
from benchmarks.detection_events import Converter
from benchmarks.detection_summary import Figures
from benchmarks.workload_company import Line
from benchmarks.workload_plan import DAY_MS, START_MS
from scoring import verdict
from scoring.fold import fold
from scoring.policy import ScoringPolicy
from scoring.working import Effects, Working

ADDS_A_DAY = 20
ANSWERS = {"accepted": 4, "declined": 9, "blocked": 4, "complained": 1}
"""Of 60 cold adds; the others are ignored."""
_ADDS = 60
_WAIT_DAYS = 4
_GAPS_S = (150, 900)


def example(policy: ScoringPolicy) -> Figures:
    """The contributions in nats, their sum with the prior, posterior and level."""
    working, effects = Working(), Effects()
    for event in Converter().events(sorted(_lines(), key=lambda line: int(line["at"]))):
        fold(event, working, policy, effects)
    (view,) = working.members.values()
    found = verdict.contributions(view, policy.patterns)
    probability = verdict.posterior(found, policy.patterns)
    return {
        "adds": _ADDS,
        "answers": ANSWERS,
        "prior": policy.patterns.verdict.prior,
        "prior_nats": policy.patterns.verdict.prior_nats,
        "contributions": found,
        "log_odds": verdict.log_odds(found, policy.patterns),
        "posterior": probability,
        "level": verdict.level(found, probability, policy.patterns),
    }


def _lines() -> Iterator[Line]:
    draw = Random("a worked example")
    answers: Sequence[str] = [kind for kind, count in ANSWERS.items() for _ in range(count)]
    at = START_MS
    for place in range(_ADDS):
        if place % ADDS_A_DAY == 0:
            at = START_MS + place // ADDS_A_DAY * DAY_MS + 9 * DAY_MS // 24
        at += draw.randint(*_GAPS_S) * 1_000
        yield _line("add.requested", at, f"c{place}")
        if place < len(answers):
            yield _line(f"contact.{answers[place]}", at + 60_000, f"c{place}")
    yield _line("add.committed", at + _WAIT_DAYS * DAY_MS, f"c{_ADDS}")


def _line(kind: str, at: int, contact: str) -> Line:
    account = {"enterprise_id": "acme", "member_id": "li", "target_id": contact}
    return {"type": kind, "at": at, **account}


def in_words(found: Figures) -> str:
    """The example as a paragraph of a page."""
    answers = ", ".join(f"{count} {kind}" for kind, count in found["answers"].items())
    terms = [(f"prior, ln({found['prior']:g} ÷ {1 - found['prior']:g})", found["prior_nats"])]
    terms += [(f"`{name}`", nats) for name, nats in found["contributions"].items() if nats]
    lines = [f"| {name} | {nats:+.2f} |" for name, nats in terms]
    lines.append(f"| log-odds | {found['log_odds']:+.2f} |")
    called = _CALLED[found["level"]]
    odds, probability = found["log_odds"], found["posterior"]
    left = found["adds"] - sum(found["answers"].values())
    return "\n".join(
        [
            f"A member made {number(found['adds'])} cold adds: {answers}, {left} ignored.",
            "",
            "| | nats |",
            "|---|---:|",
            *lines,
            "",
            f"The posterior is 1 ÷ (1 + exp({-odds:.2f})) = {probability:.3f}: {called}.",
        ]
    )


_CALLED = {
    None: "nothing is called for",
    "review": "a person is to look",
    "enforce": "the case is enforced",
}
