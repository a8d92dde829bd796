"""The lines of a replay file: events under the API's names, one JSON object each (API "Events").

A line becomes the event that the journal would hold: contacts, numbers and greetings only hashed,
`target_id` as `target`, times in epoch ms. What the service itself adds to an event (its decision,
its place in the journal) may stand in a line, as it does in an export.
"""

from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import Field, StringConstraints, with_config

from quota.policy import TimeZone
from server.http.fields import Identifier, Line, Way
from server.replay.decision_lines import (
    AppealDecided,
    ApplicationDecided,
    CaseDecided,
    ViolationJudged,
    ViolationReported,
)
from server.replay.fields import (
    MOST,
    STRICT,
    Activation,
    Attested,
    Count,
    Date,
    Day,
    Hash,
    Journaled,
    OfContact,
    OfEnterprise,
    OfMember,
    Phone,
)

Outcome = Literal["accepted", "declined", "ignored", "deleted", "blocked", "complained", "failed"]


@with_config(STRICT)
class AddRequested(OfContact):
    """An add, with what came of it where that is known; without `allowed` it counts as made."""

    type: Literal["add.requested"]
    request_id: NotRequired[Identifier | None]
    way: NotRequired[Way]
    initiated_by: NotRequired[Literal["member", "contact"]]
    target_phone: NotRequired[Phone | None]
    greeting: NotRequired[Annotated[str, StringConstraints(max_length=2_000)] | None]
    mode: NotRequired[Literal["spend", "hold"]]
    hold_s: NotRequired[Annotated[int, Field(ge=1, le=3_600)] | None]
    outcome: NotRequired[Outcome | None]
    number_block: NotRequired[Hash]
    number_tail: NotRequired[Hash]
    greeting_hash: NotRequired[Hash]
    decision_id: NotRequired[Hash]
    allowed: NotRequired[bool]
    reason: NotRequired[Hash]
    policy_version: NotRequired[Count]
    record: NotRequired[str]


@with_config(STRICT)
class AddSettled(OfContact):
    """What became of a decision. `refunded`: the count of `charged_day` went back by one.

    `kind` is `a` active, `p` passive, `h` hand-over.
    """

    type: Literal["add.committed", "add.cancelled", "add.expired"]
    decision_id: Hash
    refunded: NotRequired[bool]
    kind: NotRequired[Literal["a", "p", "h"]]
    charged_day: NotRequired[Day]


@with_config(STRICT)
class ContactEvent(OfContact):
    """What a contact did, or `failed`: the request never reached it."""

    type: Literal[
        "contact.accepted",
        "contact.declined",
        "contact.deleted",
        "contact.blocked",
        "contact.complained",
        "contact.failed",
    ]
    decision_id: NotRequired[Hash | None]
    category: NotRequired[Hash | None]


@with_config(STRICT)
class PhoneSearchMissed(OfMember):
    """A searched number that belongs to nobody."""

    type: Literal["phone_search.missed"]
    target_phone: NotRequired[Phone]
    number_block: NotRequired[Hash]
    number_tail: NotRequired[Hash]


@with_config(STRICT)
class UsageReported(OfMember):
    """A member's day in WeCom's statistics."""

    type: Literal["usage.reported"]
    stat_date: Date
    chat_cnt: NotRequired[Count | None]
    message_cnt: NotRequired[Count | None]
    reply_percentage: NotRequired[Annotated[float, Field(ge=0, le=100)] | None]
    avg_reply_time: NotRequired[Annotated[float, Field(ge=0, le=MOST)] | None]
    negative_feedback_cnt: NotRequired[Count | None]
    new_apply_cnt: NotRequired[Count | None]
    new_contact_cnt: NotRequired[Count | None]


@with_config(STRICT)
class LinkedAccount(OfMember):
    """The linked account was blocked, or is no longer."""

    type: Literal["linked_account.blocked", "linked_account.unblocked"]
    linked_account_id: Identifier


@with_config(STRICT)
class EnterpriseUpdated(OfEnterprise):
    """What is known of an enterprise from now on."""

    type: Literal["enterprise.updated"]
    name: NotRequired[Line | None]
    time_zone: NotRequired[TimeZone]
    verification: NotRequired[Literal["none", "verified", "certified"]]
    profile: NotRequired[Attested]


@with_config(STRICT)
class MemberUpdated(OfMember):
    """What is known of a member from now on."""

    type: Literal["member.updated"]
    name: NotRequired[Line | None]
    activated_at: NotRequired[Activation]
    linked_account_id: NotRequired[Identifier | None]
    person_id: NotRequired[Identifier | None]
    profile: NotRequired[Attested]


@with_config(STRICT)
class PolicyActivated(Journaled):
    """The policy of the events that follow: of the line's shard where it names one, else of all."""

    type: Literal["policy.activated"]
    version: Annotated[int, Field(ge=1, le=MOST)]
    policy: dict[str, Any]


AnyLine: TypeAlias = Annotated[
    AddRequested
    | AddSettled
    | ContactEvent
    | PhoneSearchMissed
    | UsageReported
    | LinkedAccount
    | EnterpriseUpdated
    | MemberUpdated
    | CaseDecided
    | ViolationReported
    | ViolationJudged
    | AppealDecided
    | ApplicationDecided
    | PolicyActivated,
    Field(discriminator="type"),
]
