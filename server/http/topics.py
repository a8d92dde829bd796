"""Topics of the live stream: how they are named, who may watch them, what there is to see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from typing_extensions import TypedDict

from quota.adds import StoreUnavailable
from server.http.fields import instant, is_identifier
from server.http.overview import Overview
from server.http.problems import Problem, invalid_at
from server.http.quota import Account
from server.http.quota_looks import QuotaLooks
from server.http.rounding import HIDDEN_FROM
from server.http.routing import Call
from server.http.scopes import Caller, Scope
from server.http.services import Services
from server.paced import Paced
from server.records import overview
from server.records.engine import RecordsUnavailable
from server.worker.refill import closed_shards

MOST = 8
"""Topics of one stream."""
COUNTERS_S, COUNTERS_REST = 0.5, 1
"""Topics of the record ask Redis whether it is there no more often, and while it is away wait for
its deadline half of the time at most: that it is back is to be told at once, too."""
FORMS = "overview, cases, requests, requests:<enterprise>, quota:<enterprise>[/<member>]"

_REVIEW = frozenset({Scope.REVIEWER, Scope.ADMIN})
_COMPANY = _REVIEW | {Scope.ENTERPRISE}
_PERSON = _COMPANY | {Scope.MEMBER}


class CasesTopicShape(TypedDict):
    """Cases that wait; `newest_changed_at` is of those."""

    open: int
    awaiting_second: int
    newest_changed_at: str | None


class RequestsTopicShape(TypedDict):
    """Requests that wait for a reviewer; `newest_changed_at` is of all recent ones."""

    appeals: int
    applications: int
    overdue: int
    newest_changed_at: str | None


@dataclass(frozen=True, slots=True)
class Topic:
    """What is watched, under the name it was asked for; equal ones are looked at once for all.

    `hidden`: whoever watches it does not see all of it.
    """

    name: str
    kind: Literal["overview", "cases", "requests", "quota"]
    enterprise_id: str | None = None
    member_id: str | None = None
    hidden: bool = False


def asked_topics(call: Call[Any, Any]) -> Sequence[Topic]:
    """The topics of a request, each once. Raises Problem 400, or 403 where one is not allowed."""
    query = call.request.query
    for name in query:
        if name != "topic":
            raise invalid_at(["query", name], "unknown parameter; known here: topic")
    names = list(dict.fromkeys(query.getall("topic", ())))
    if not 1 <= len(names) <= MOST:
        raise invalid_at(["query", "topic"], f"must be given once to {MOST} times: {FORMS}")
    return [_allowed(_parsed(name), call.caller) for name in names]


@dataclass(frozen=True, slots=True)
class Seen:
    """A topic's value, None where it cannot be told; `away` is a store that does not answer."""

    value: Mapping[str, Any] | None
    away: Literal["redis", "record"] | None = None


def lasting(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A value without what changes with every look: its time, and that unused windows end now."""
    kept = {name: part for name, part in value.items() if name != "as_of"}
    if "limits" in kept:
        kept["limits"] = [
            limit if limit["used"] or limit["window"] == "day" else {**limit, "resets_at": None}
            for limit in kept["limits"]
        ]
    return kept


@dataclass(frozen=True, slots=True)
class Looks:
    """What topics are looked at with. `counters`: whether Redis answers, found for all topics."""

    services: Services
    platform: Overview
    quotas: QuotaLooks
    counters: Paced[bool]


def counters_of(services: Services) -> Paced[bool]:
    """Whether Redis answers.

    That it does not is remembered, too: it takes a deadline to find out, and topics that only read
    the record are not to wait for it one after the other.
    """

    async def answer() -> bool:
        try:
            await closed_shards(services.ledger)
        except StoreUnavailable:
            return False
        return True

    return Paced(answer, COUNTERS_REST)


async def prepare(topics: Collection[Topic], looks: Looks) -> None:
    """Before each of these topics, all that are watched, is looked at: what is read for all."""
    with suppress(RecordsUnavailable):  # each look will find that out, and tell it
        await looks.quotas.prepare([_account(topic) for topic in topics if topic.kind == "quota"])


async def look_at(topic: Topic, looks: Looks) -> Seen:
    """What there is to see now. Raises Problem 404 where an account was never seen."""
    try:
        if topic.kind == "overview":
            shape = await looks.platform.shape()
            return Seen(shape, "redis" if shape["stores"]["redis"] == "away" else None)
        value = await _value(topic, looks)
        if topic.kind == "quota" or await looks.counters.get(COUNTERS_S):
            return Seen(value)
        # What waits is on record and can be decided; that it will not bind at once has to be told.
        return Seen(value, "redis")
    except StoreUnavailable:
        return Seen(None, "redis")
    except RecordsUnavailable:
        return Seen(None, "record")


async def _value(topic: Topic, looks: Looks) -> Mapping[str, Any]:
    match topic.kind:
        case "cases":
            return await _cases(looks.services)
        case "requests":
            return await _requests(looks.services, topic.enterprise_id)
        case _:
            return await looks.quotas.look(_account(topic))


def _account(topic: Topic) -> Account:
    return Account(topic.enterprise_id or "", topic.member_id, topic.hidden)


def _parsed(name: str) -> Topic:
    kind, colon, account = name.partition(":")
    enterprise_id, slash, member_id = account.partition("/")
    if kind in {"overview", "cases"} and not colon:
        return Topic(name, "overview" if kind == "overview" else "cases")
    if kind == "requests" and not colon:
        return Topic(name, "requests")
    if kind == "requests" and not slash and is_identifier(enterprise_id):
        return Topic(name, "requests", enterprise_id)
    if kind == "quota" and is_identifier(enterprise_id) and (not slash or is_identifier(member_id)):
        return Topic(name, "quota", enterprise_id, member_id or None)
    raise invalid_at(["query", "topic"], f"{name[:80]!r} is no topic; there are {FORMS}")


def _allowed(topic: Topic, caller: Caller) -> Topic:
    scopes = _REVIEW
    if topic.enterprise_id is not None:
        scopes = _PERSON if topic.kind == "quota" and topic.member_id else _COMPANY
    account = {"enterprise_id": topic.enterprise_id, "member_id": topic.member_id}
    scope = caller.scope_for(scopes, account)
    if scope is None:
        names = ", ".join(sorted(scopes))
        raise Problem(403, f"{topic.name} needs a key with one of these scopes: {names}.")
    hidden = topic.kind == "quota" and scope in HIDDEN_FROM
    return Topic(topic.name, topic.kind, topic.enterprise_id, topic.member_id, hidden)


async def _cases(services: Services) -> CasesTopicShape:
    async with services.database.read() as connection:
        found = await overview.undecided(connection, services.clock_ms())
    return {
        "open": found.open,
        "awaiting_second": found.awaiting_second,
        "newest_changed_at": _instant(found.newest_changed_ms),
    }


async def _requests(services: Services, enterprise_id: str | None) -> RequestsTopicShape:
    async with services.database.read() as connection:
        found = await overview.asked(connection, services.clock_ms(), enterprise_id)
    return {
        "appeals": found.appeals,
        "applications": found.applications,
        "overdue": found.overdue,
        "newest_changed_at": _instant(found.newest_changed_ms),
    }


def _instant(at_ms: int | None) -> str | None:
    return None if at_ms is None else instant(at_ms)
