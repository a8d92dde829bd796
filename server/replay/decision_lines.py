"""The lines of what people decide: violations, cases, appeals and unblock applications.

A line that names its `shard` is of an export: there, what scoring has to know has lines of its own.
"""

from typing import Annotated, Literal, NotRequired

from pydantic import Field, StringConstraints, with_config
from typing_extensions import TypedDict

from server.http.fields import Identifier
from server.replay.fields import STRICT, Instant, OfEnterprise

DECISIONS = frozenset(
    {
        *("case.confirmed", "case.dismissed"),
        *("violation.reported", "violation.upheld", "violation.overturned"),
        *("appeal.decided", "application.decided"),
    }
)

Severity = Literal["normal", "severe"]
Source = Literal["user_report", "own_initiative", "automated"]
Kind = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""A kind of violation, of the policy's catalogue."""
Blocks = list[Literal["member_account", "admin_account", "enterprise_account"]]
Contacts = list[Identifier]
"""Ids of contacts, or their hashes."""
Holder = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""Whoever said so; two-person rules compare holders."""
Text = Annotated[str, StringConstraints(max_length=2_000)]


@with_config(STRICT)
class Grounds(TypedDict):
    """What an enterprise block rests on (DSA 23(3))."""

    number: str | int
    share: str | int | float
    gravity: str
    intent: str


@with_config(STRICT)
class ViolationReported(OfEnterprise):
    """A violation as somebody, or a machine, reports it; `violation` is its kind.

    `second`: everybody has said so whose word it takes. `hold` false: nothing was withheld
    meanwhile. `automated`: nobody decided it, the service did by its rules.
    """

    type: Literal["violation.reported"]
    violation: Kind
    source: Source
    occurred_at: Instant
    member_id: NotRequired[Identifier]
    violation_id: NotRequired[Identifier]
    severity: NotRequired[Severity]
    scopes: NotRequired[Blocks]
    grounds: NotRequired[Grounds | None]
    facts: NotRequired[Text]
    evidence: NotRequired[Annotated[list[Text], Field(max_length=50)]]
    contacts: NotRequired[Contacts]
    case_id: NotRequired[Identifier]
    holder: NotRequired[Holder]
    second: NotRequired[bool]
    hold: NotRequired[bool]
    automated: NotRequired[bool]


@with_config(STRICT)
class ViolationJudged(OfEnterprise):
    """A violation is upheld, by everybody whose word it takes, or was a mistake.

    Without its kind (`violation`), and without a report before, it costs points and no penalty.
    """

    type: Literal["violation.upheld", "violation.overturned"]
    violation_id: Identifier
    track: Literal[1, 2, 3]
    severity: Severity
    member_id: NotRequired[Identifier]
    contacts: NotRequired[Contacts]
    violation: NotRequired[Kind]
    source: NotRequired[Source]
    occurred_at: NotRequired[Instant]
    scopes: NotRequired[Blocks]
    holder: NotRequired[Holder]


@with_config(STRICT)
class CaseDecided(OfEnterprise):
    """A person decided the open case of a member, or of the enterprise as a whole."""

    type: Literal["case.confirmed", "case.dismissed"]
    case_id: Identifier
    member_id: NotRequired[Identifier]
    severity: NotRequired[Severity]
    holder: NotRequired[Holder]
    second: NotRequired[bool]
    contacts: NotRequired[Contacts]


@with_config(STRICT)
class _Answer(OfEnterprise):
    """About which penalty: its id, its violation's, or the case's whose hold it is.

    `linked_account_id`: or what that withholds from the member. Of several of a case or link it is
    the one that began nearest to `starts_at`, by default to now.
    """

    penalty_id: NotRequired[Identifier]
    violation_id: NotRequired[Identifier]
    case_id: NotRequired[Identifier]
    linked_account_id: NotRequired[Identifier]
    starts_at: NotRequired[Instant]
    member_id: NotRequired[Identifier]
    holder: NotRequired[Holder]


@with_config(STRICT)
class AppealDecided(_Answer):
    """Overturned: it never was. Modified: it ends at `ends_at`, by default now. Else it stands."""

    type: Literal["appeal.decided"]
    outcome: Literal["overturned", "modified", "rejected"]
    ends_at: NotRequired[Instant]
    contacts: NotRequired[Contacts]


@with_config(STRICT)
class ApplicationDecided(_Answer):
    """Approved: the restriction ends, the strike stays."""

    type: Literal["application.decided"]
    outcome: Literal["approved", "rejected"]
