"""From signals to flags and verdicts: what one event calls for, once all patterns have seen it."""

from scoring import verdict
from scoring.patterns import Signal
from scoring.patterns.policy import Patterns
from scoring.step import Step
from scoring.working import Flag, Level, Verdict


def judge(step: Step) -> None:
    """Flags what fired, and calls for a case where a member's evidence or a flag does."""
    for signal in step.fired:
        step.effects.flags.append(_flag(step, signal, step.member_id))
    for signal in step.company_fired:
        step.effects.flags.append(_flag(step, signal, None))
    for signal in step.company_fired:
        if signal.mode != "shadow":
            step.effects.verdicts.append(_of_company(step, signal))
    if step.fired or _may_rise(step):
        _judge_member(step)


def _may_rise(step: Step) -> bool:
    """Whether the member's level may be a higher one now; nothing is above `enforce`.

    Most events end here: acceptances and waiting only ever speak for a member.
    """
    view, policy = step.member, step.policy.patterns
    if verdict.level_of(view) == "enforce":
        return False
    if step.refused:
        return verdict.is_suspect(view, policy)
    return step.tried and verdict.is_regular(view, policy)


def _judge_member(step: Step) -> None:
    """Calls for a case where the level rises, or where a flag joins the case that is open."""
    policy, view = step.policy.patterns, step.member
    shown = [signal for signal in step.fired if signal.mode != "shadow"]
    verdict.remember(view, shown, policy)
    found = verdict.contributions(view, policy)
    probability = verdict.posterior(found, policy)
    before = verdict.level_of(view)
    now = max(before, _level(found, probability, shown, policy), key=verdict.rank)
    if now is None or (now == before and not shown):
        return
    verdict.state(view)["level"] = now
    speaking = verdict.speaking(found, policy)
    events = tuple(event for signal in shown for event in signal.events)
    step.effects.verdicts.append(
        Verdict(
            at_ms=step.event.received_ms,
            enterprise_id=step.event.enterprise_id,
            member_id=step.member_id,
            level=now,
            posterior=probability,
            contributions=found,
            patterns=tuple(dict.fromkeys([*speaking, *(signal.pattern for signal in shown)])),
            adds_before=view.adds,
            evidence=verdict.in_words(view, found, shown, policy),
            events=events or verdict.cited(view, speaking),
        )
    )


def _level(
    found: dict[str, float], probability: float, shown: list[Signal], policy: Patterns
) -> Level | None:
    """What evidence calls for; some flags ask for a person by themselves."""
    alone = any(signal.pattern in verdict.ASK_ALONE for signal in shown)
    return verdict.level(found, probability, policy) or ("review" if alone else None)


def _flag(step: Step, signal: Signal, member_id: str | None) -> Flag:
    account = step.company if member_id is None else step.member
    return Flag(
        at_ms=step.event.received_ms,
        enterprise_id=step.event.enterprise_id,
        member_id=member_id,
        pattern=signal.pattern,
        mode=signal.mode,
        statistic=signal.statistic,
        threshold=signal.threshold,
        adds_before=account.adds,
        evidence=signal.evidence,
        events=signal.events,
    )


def _of_company(step: Step, signal: Signal) -> Verdict:
    """A flag of a whole enterprise only ever asks for a person: nobody is held for colleagues."""
    return Verdict(
        at_ms=step.event.received_ms,
        enterprise_id=step.event.enterprise_id,
        member_id=None,
        level="review",
        posterior=None,
        contributions={},
        patterns=(signal.pattern,),
        adds_before=step.company.adds,
        evidence=signal.evidence,
        events=signal.events,
    )
