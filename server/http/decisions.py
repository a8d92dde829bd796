"""A decision on the wire: its body, its advice, its headers."""

from __future__ import annotations

import json
from types import MappingProxyType

from typing_extensions import TypedDict

from quota.adds import Decision, LimitState, Refusal, Restriction
from server.http.fields import instant
from server.http.problems import NEW_ACCOUNTS, Problem

ADVICE = MappingProxyType(
    {
        "spread_qr_code": "Let contacts scan a code that several members share, or wait.",
        "wait": "Ask again at retry_at.",
        "let_contact_scan": "Let the contact take the first step, such as scanning a code.",
        "see_restriction": "A penalty forbids this; the account's restrictions say until when.",
        "apply_for_unblocking": "The enterprise's administrator may apply for unblocking.",
        "appeal": "The penalty may be appealed.",
    }
)
"""What each word of `advice` means."""

_ADVICE_FOR = MappingProxyType(
    {
        "ok": (),
        "enterprise_restricted": ("see_restriction",),
        "member_restricted": ("see_restriction",),
        "contact_cooldown": ("let_contact_scan",),
        "member_daily_cap": ("spread_qr_code",),
        "enterprise_daily_cap": ("wait",),
        "handover_cap": ("wait",),
        "member_burst": ("wait",),
        "enterprise_burst": ("wait",),
    }
)


class LimitShape(TypedDict):
    """One limit: `remaining` of `cap` in its `window` (day, hour, minute), back at `resets_at`."""

    name: str
    cap: int
    used: int
    remaining: int
    window: str
    resets_at: str


class RestrictionShape(TypedDict):
    """A restriction that holds now; `ends_at` null means for good."""

    penalty_id: str
    scope: str
    ends_at: str | None
    may_apply: bool
    may_appeal: bool


class DecisionShape(TypedDict):
    """The answer to a pre-check, a denial included."""

    decision_id: str
    allowed: bool
    reason: str
    binding_limit: str | None
    limits: list[LimitShape]
    retry_at: str | None
    restriction: RestrictionShape | None
    advice: list[str]
    policy_version: int
    state: str
    degraded: bool
    replayed: bool


def decision_shape(decision: Decision) -> DecisionShape:
    """A decision as it is sent. A cool-down tells neither why nor until when."""
    held = decision.restriction
    return {
        "decision_id": decision.decision_id,
        "allowed": decision.allowed,
        "reason": decision.reason,
        "binding_limit": decision.binding_limit,
        "limits": [limit_shape(limit) for limit in decision.limits],
        "retry_at": _retry_at(decision),
        "restriction": restriction_shape(held) if held else None,
        "advice": advice(decision),
        "policy_version": decision.policy_version,
        "state": decision.state,
        "degraded": False,
        "replayed": decision.replayed,
    }


def decision_json(decision: Decision) -> str:
    """The JSON of `decision_shape`, for the hot path.

    Written out: but for a restriction, nothing in it needs escaping, and a dictionary with an
    encoder takes three times as long.
    """
    limits = ",".join(
        [
            f'{{"name":"{name}","cap":{cap},"used":{used},'
            f'"remaining":{cap - used if cap > used else 0},"window":"{window}",'
            f'"resets_at":"{instant(resets_ms)}"}}'
            for name, cap, used, window, resets_ms in decision.limits
        ]
    )
    held = decision.restriction
    restriction = json.dumps(restriction_shape(held)) if held else "null"
    words = ",".join([f'"{word}"' for word in advice(decision)])
    return (
        f'{{"decision_id":"{decision.decision_id}","allowed":{_BOOLEANS[decision.allowed]},'
        f'"reason":"{decision.reason}","binding_limit":{_quoted(decision.binding_limit)},'
        f'"limits":[{limits}],"retry_at":{_quoted(_retry_at(decision))},'
        f'"restriction":{restriction},"advice":[{words}],'
        f'"policy_version":{decision.policy_version},"state":"{decision.state}",'
        f'"degraded":false,"replayed":{_BOOLEANS[decision.replayed]}}}'
    )


_BOOLEANS = ("false", "true")


def _quoted(text: str | None) -> str:
    return "null" if text is None else f'"{text}"'


def _retry_at(decision: Decision) -> str | None:
    hidden = decision.reason == "contact_cooldown" or decision.retry_at_ms is None
    return None if hidden else instant(decision.retry_at_ms or 0)


def limit_shape(limit: LimitState) -> LimitShape:
    """A limit as it is sent."""
    return {
        "name": limit.name,
        "cap": limit.cap,
        "used": limit.used,
        "remaining": limit.remaining,
        "window": limit.window,
        "resets_at": instant(limit.resets_at_ms),
    }


def restriction_shape(restriction: Restriction) -> RestrictionShape:
    """A restriction as it is sent."""
    ends_ms = restriction.ends_at_ms
    return {
        "penalty_id": restriction.penalty_id,
        "scope": restriction.scope,
        "ends_at": None if ends_ms is None else instant(ends_ms),
        "may_apply": restriction.may_apply,
        "may_appeal": restriction.may_appeal,
    }


def advice(decision: Decision) -> list[str]:
    """What the caller can do about a denial, in words of `ADVICE`."""
    words = list(_ADVICE_FOR[decision.reason])
    if decision.restriction is not None and decision.restriction.may_apply:
        words.append("apply_for_unblocking")
    if decision.restriction is not None and decision.restriction.may_appeal:
        words.append("appeal")
    return words


def refused(refusal: Refusal) -> Problem:
    """Why no decision was made, as a problem."""
    status = {"conflict": 409, "unknown_account": 404}.get(refusal.code, 503)
    detail = f"{refusal.detail[:1].upper()}{refusal.detail[1:]}."
    if status != 503:
        return Problem(status, detail)
    return Problem(
        status,
        detail,
        headers={"Retry-After": str(refusal.retry_after_s or 1)},
        kind=NEW_ACCOUNTS if refusal.code == "new_accounts" else None,
    )
