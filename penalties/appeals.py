"""Two requests, not one: who may ask for what, and how far an answer reaches.

An *unblock application* asks for leniency (§2.2 "the enterprise administrator can apply for
unblocking"); an *appeal* says that the facts are wrong (§5.3 "blocked or restricted by mistake").
Filing lifts nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from penalties.catalogue import Track
from penalties.penalty import Penalty
from penalties.policy import PenaltiesPolicy
from penalties.restrictions import Scope
from penalties.tracks import DAY_MS

Kind = Literal["appeal", "application"]
RequestState = Literal[
    "submitted",
    "under_review",
    "need_information",
    "overturned",
    "modified",
    "approved",
    "rejected",
    "withdrawn",
    "expired",
]
Step = Literal[
    "review", "ask", "answer", "overturn", "modify", "approve", "reject", "withdraw", "expire"
]
Role = Literal["administrator", "member", "platform"]
"""Who files: with an enterprise's key, a member's own, or for them with a reviewer's."""
Right = Literal["no", "yes", "permanent_review", "linked_facts"]

TRANSITIONS: Mapping[Kind, Mapping[tuple[RequestState, Step], RequestState]] = MappingProxyType(
    {
        "appeal": {
            ("submitted", "review"): "under_review",
            ("submitted", "ask"): "need_information",
            ("under_review", "ask"): "need_information",
            ("need_information", "answer"): "under_review",
            ("submitted", "overturn"): "overturned",
            ("submitted", "modify"): "modified",
            ("submitted", "reject"): "rejected",
            ("under_review", "overturn"): "overturned",
            ("under_review", "modify"): "modified",
            ("under_review", "reject"): "rejected",
            ("submitted", "withdraw"): "withdrawn",
            ("under_review", "withdraw"): "withdrawn",
            ("need_information", "withdraw"): "withdrawn",
            ("submitted", "expire"): "expired",
            ("under_review", "expire"): "expired",
            ("need_information", "expire"): "expired",
        },
        "application": {
            ("submitted", "approve"): "approved",
            ("submitted", "reject"): "rejected",
            ("submitted", "withdraw"): "withdrawn",
            ("submitted", "expire"): "expired",
        },
    }
)
"""What becomes of a request; what is not here is not allowed."""

OPEN = frozenset({"submitted", "under_review", "need_information"})
DECISIONS: Mapping[str, Step] = MappingProxyType(
    {
        "overturned": "overturn",
        "modified": "modify",
        "rejected": "reject",
        "need_information": "ask",
        "approved": "approve",
    }
)
"""What a reviewer's outcome does, by its name."""

LINKED_GROUNDS = frozenset({"wrong_link", "stale_state"})
"""All that can be wrong about a linked account: that it is linked, or that it is still blocked."""

ENTERPRISE_DOCUMENTS = (
    "business_licence",
    "legal_person_id",
    "handheld_id",
    "authorisation_letter",
)
"""What an appeal of a whole enterprise has to bring (§5.3)."""

_COUNTED = frozenset(("appeal", state) for state in get_args(RequestState) if state != "withdrawn")

MOST_APPEALS = 2
"""One, and one re-opening with something new."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What may be done about a sort of penalty; `clause` is where the seed says so."""

    apply: bool
    appeal: Right
    clause: str


RIGHTS: Mapping[str, Rights] = MappingProxyType(
    {
        "hold": Rights(apply=False, appeal="yes", clause="§5.3"),
        "ladder.1": Rights(apply=True, appeal="yes", clause="§2.2 (1), §5.3"),
        "ladder.2": Rights(apply=False, appeal="yes", clause="§2.2 (2), §5.3"),
        "ladder.3": Rights(apply=False, appeal="permanent_review", clause="§2.2 (3), §5.3"),
        "linked": Rights(apply=False, appeal="linked_facts", clause="§3.2"),
        "member_account": Rights(apply=False, appeal="permanent_review", clause="§5.3"),
        "admin_account": Rights(apply=False, appeal="yes", clause="§5.3"),
        "enterprise_account": Rights(apply=False, appeal="yes", clause="§5.3"),
    }
)
"""What may be done about which penalty, as DOMAIN §6 tables it."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A request that was filed before, as far as a new one depends on it."""

    kind: Kind
    state: RequestState
    text: str


@dataclass(frozen=True, slots=True)
class Filing:
    """A request that somebody wants to file: who, what they say, and what was filed before.

    `before` are the penalty's requests, `of_enterprise` counts the enterprise's applications within
    the policy's `applications_days`.
    """

    role: Role
    grounds: str
    text: str
    at_ms: int
    before: tuple[Filed, ...] = ()
    of_enterprise: int = 0


def sort_of(penalty: Penalty) -> str:
    """The row of `RIGHTS` that a penalty falls under."""
    if penalty.is_hold:
        return "hold"
    if penalty.scope is not Scope.INTEROP:
        return str(penalty.scope)
    return "linked" if penalty.track is Track.LINKED_ACCOUNT else f"ladder.{penalty.step}"


def may_apply(penalty: Penalty) -> bool:
    """Whether leniency may be asked for at all."""
    return RIGHTS[sort_of(penalty)].apply


def may_appeal(penalty: Penalty, policy: PenaltiesPolicy) -> bool:
    """Whether it may be said that the facts are wrong."""
    right = RIGHTS[sort_of(penalty)].appeal
    return right in {"yes", "linked_facts"} or (
        right == "permanent_review" and policy.redress.permanent_review
    )


def why_no_application(penalty: Penalty, filing: Filing, policy: PenaltiesPolicy) -> str | None:
    """Why an unblock application is not taken now; None: it is."""
    most, days = policy.redress.applications, policy.redress.applications_days
    return _first(
        {
            "Only the first step of the ladder may be applied against (§2.2).": not may_apply(
                penalty
            ),
            "The enterprise's administrator applies for unblocking, not the member (§2.2).": (
                filing.role == "member"
            ),
            "The penalty is over: there is nothing to unblock.": not penalty.binds_at(filing.at_ms),
            "An application was filed already; there is one for each penalty.": any(
                one.kind == "application" for one in filing.before
            ),
            f"The enterprise filed {filing.of_enterprise} applications within {days} days, which "
            f"is as many as it may.": filing.of_enterprise >= most,
        }
    )


def why_no_appeal(penalty: Penalty, filing: Filing, policy: PenaltiesPolicy) -> str | None:
    """Why an appeal is not taken now; None: it is."""
    # One that was withdrawn was never decided, and uses nothing up.
    before = [one for one in filing.before if (one.kind, one.state) in _COUNTED]
    days = policy.redress.appeal_window_days
    known = " or ".join(sorted(LINKED_GROUNDS))
    return _first(
        {
            "A penalty for good cannot be appealed (§5.3: non-permanent ban).": not may_appeal(
                penalty, policy
            ),
            "The enterprise appeals through its administrator account (§5.3).": (
                penalty.member_id is None and filing.role == "member"
            ),
            "The penalty was overturned already.": penalty.overturned_ms is not None,
            "The hold is over: appeal what came of it, if anything did.": (
                penalty.is_hold and not penalty.binds_at(filing.at_ms)
            ),
            f"The {days} days for an appeal are over.": (
                filing.at_ms >= penalty.starts_ms + days * DAY_MS
            ),
            f"Of a linked account only {known} may be claimed: give one of them as grounds.": (
                sort_of(penalty) == "linked" and named(filing.grounds) not in LINKED_GROUNDS
            ),
            "An appeal against it is open already.": any(one.state in OPEN for one in before),
            "It was appealed and re-opened already; the decision is final.": (
                len(before) >= MOST_APPEALS
            ),
            "A re-opening needs something new: its text says what the appeal before said.": any(
                one.text.split() == filing.text.split() for one in before
            ),
        }
    )


def _first(obstacles: Mapping[str, bool]) -> str | None:
    """The first obstacle that there is, in words."""
    return next((words for words, is_there in obstacles.items() if is_there), None)


def named(grounds: str) -> str:
    """Grounds in words as their name: `Wrong link` is `wrong_link`."""
    return re.sub(r"[^a-z]+", "_", grounds.lower()).strip("_")


def missing_documents(penalty: Penalty, brought: Sequence[str]) -> tuple[str, ...]:
    """What has still to be brought before an appeal of a whole enterprise can succeed (§5.3)."""
    if penalty.member_id is not None:
        return ()
    return tuple(kind for kind in ENTERPRISE_DOCUMENTS if kind not in brought)


def why_not_decide(
    penalty: Penalty, filed_by: str, holder: str, step: Step, missing: Sequence[str]
) -> str | None:
    """Why this holder may not decide so; None: they may (DOMAIN §6: not who decided, a person)."""
    if holder in penalty.decided_by:
        return "You decided the penalty: another holder has to decide about it."
    if holder == filed_by:
        return "You filed it: another holder has to decide."
    if missing and step in {"overturn", "modify"}:
        return f"Documents are missing: {', '.join(missing)} (§5.3)."
    return None


def falls_with(penalty: Penalty, of_violation: Sequence[Penalty]) -> tuple[Penalty, ...]:
    """What is overturned with a penalty, itself among them.

    Where a member's penalty was wrong the violation was none, and everything that came of it falls.
    A block of the whole enterprise falls alone: the member's violation stands.
    """
    standing = [one for one in of_violation if one.overturned_ms is None]
    if penalty.member_id is None or penalty.violation_id is None:
        return (penalty,)
    return tuple(standing)
