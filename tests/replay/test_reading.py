import json
from typing import Any

import pytest

from server.contacts import ContactHasher, is_contact
from server.replay.files import Raw, ReplayError
from server.replay.reading import Line, Reader, replay_hasher
from server.secret_keys import SecretKey
from tests.replay.files import START, add, line

START_MS = 1_795_320_000_000
HASH = "h.k1.AAAAAAAAAAAAAAAAAAAAAA"


def read(text: str | bytes | dict[str, Any]) -> Line:
    raw = json.dumps(text) if isinstance(text, dict) else text
    raw = raw.encode() if isinstance(raw, str) else raw
    return Reader(replay_hasher()).line(Raw("events.ndjson", 17, raw))


def without(event: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key != name}


BAD = [
    ("", "is not JSON: EOF while parsing a value at column 0"),
    (b"\xff\xfe", "is not JSON: expected value"),
    ("[1]", "is not an event: a JSON object is"),
    ("7", "is not an event: a JSON object is"),
    ({}, "type: is missing"),
    (line("contact.loved", target_id="c"), "type: contact.loved is no event; known: add.requested"),
    (without(add("c"), "target_id"), "target_id: is missing"),
    (without(add("c"), "at"), "at: is missing"),
    (without(add("c"), "enterprise_id"), "enterprise_id: is missing"),
    (add("c", member="no spaces"), "member_id: string should match pattern"),
    (add("c" * 65), "target_id: string should match pattern"),
    (add("c", at="2026-11-22T04:00:00"), "at: must be an RFC 3339 time with zone"),
    (add("c", at="2026-02-30T04:00:00Z"), "at: is no time of the calendar"),
    (add("c") | {"at": 1_795_320_000_000}, "at: must be an RFC 3339 time with zone"),
    (add("c", initated_by="member"), "initated_by: unknown field of add.requested"),
    (add("c", initiated_by="me"), "initiated_by: input should be 'member' or 'contact'"),
    (add("c", way="carrier_pigeon"), "way: unknown way 'carrier_pigeon'"),
    (line("case.dismissed"), "case_id: is missing"),
    (line("case.dismissed", case_id="1", note="n"), "note: unknown field of case.dismissed"),
    (add("c", mode="peek"), "mode: input should be 'spend' or 'hold'"),
    (add("c", outcome="loved"), "outcome: input should be 'accepted'"),
    (add("c", allowed="yes"), "allowed: input should be a valid boolean"),
    (add("c", target_phone="13800000000"), "target_phone: string should match pattern"),
    (add("c", target_phone="+8613"), "target_phone: string should match pattern"),
    (add("c", target_phone="+999123456789"), "target_phone: not a phone number"),
    (line("usage.reported", stat_date="2026-02-30"), "stat_date: must be a date such as"),
    (line("usage.reported", stat_date="22/11/2026"), "stat_date: must be a date such as"),
    (
        line("usage.reported", stat_date="2026-11-22", chat_cnt=-1),
        "chat_cnt: input should be greater than or equal to 0",
    ),
    (
        line("usage.reported", stat_date="2026-11-22", reply_percentage=float("nan")),
        "reply_percentage: input should be",
    ),
    (
        line("enterprise.updated", member=None, time_zone="Mars/Olympus"),
        "time_zone: 'Mars/Olympus' is not an IANA time zone",
    ),
    (line("member.updated", activated_at="yesterday"), "activated_at: must be an RFC 3339 time"),
    (add("c", at="1969-12-31T23:59:59Z"), "at: must lie between 1970 and 9999"),
    (add("c", at="0001-01-01T00:00:00+14:00"), "at: must lie between 1970 and 9999"),
    (add("c", at="9998-12-31T23:59:59Z"), "at: lies in or after the year 9000"),
    (add("c", at="9999-12-31T23:59:59-12:00"), "at: must lie between 1970 and 9999"),
    (add("c", received_at="9000-01-01T00:00:00Z"), "received_at: lies in or after the year 9000"),
    (line("member.updated", activated_at=-1), "activated_at: lies before 1970"),
    (line("member.updated", activated_at=10**400), "activated_at: lies in or after the year 9000"),
    (line("usage.reported", stat_date="1969-12-31"), "stat_date: must lie between 1970 and 9999"),
    (line("usage.reported", stat_date="9998-12-31"), "stat_date: lies in or after the year 9000"),
    (line("enterprise.updated", member=None, profile=["x"]), "profile: must be a JSON object"),
    (line("enterprise.updated", member=None, profile=None), "profile: must be a JSON object"),
    (line("member.updated", profile="x"), "profile: must be a JSON object"),
    (line("policy.activated", version=1, policy=None), "policy: must be a JSON object"),
]


@pytest.mark.parametrize(("text", "said"), BAD, ids=[said for _, said in BAD])
def test_a_line_that_is_no_event_is_named_with_its_file_line_and_field(
    text: str | bytes | dict[str, Any], said: str
) -> None:
    with pytest.raises(ReplayError) as refused:
        read(text)
    assert str(refused.value).startswith(f"events.ndjson:17: {said}")


@pytest.mark.parametrize(("text", "column"), [("{\n", 1), ('{"type": x}\r\n', 10), ('{"a', 3)])
def test_what_is_not_json_is_named_with_its_column(text: str, column: int) -> None:
    with pytest.raises(ReplayError) as refused:
        read(text)
    assert str(refused.value).startswith("events.ndjson:17: is not JSON: ")
    assert str(refused.value).endswith(f" at column {column}")
    assert str(refused.value).count("line") == 0


USAGE = line("usage.reported", stat_date="2026-11-22")
CANCELLED = line("add.cancelled", target_id="c", decision_id="d")
ACTIVATED = {"type": "policy.activated", "at": START, "policy": {}}


@pytest.mark.parametrize("number", [10**9 + 1, 10**400])
@pytest.mark.parametrize(
    ("event", "name"),
    [
        (USAGE, "chat_cnt"),
        (USAGE, "message_cnt"),
        (USAGE, "avg_reply_time"),
        (USAGE, "reply_percentage"),
        (add("c"), "hold_s"),
        (add("c"), "policy_version"),
        (CANCELLED, "charged_day"),
        (ACTIVATED, "version"),
    ],
)
def test_a_number_that_is_out_of_all_bounds_is_named(
    event: dict[str, Any], name: str, number: int
) -> None:
    with pytest.raises(ReplayError) as refused:
        read(event | {name: number})
    assert str(refused.value).startswith(f"events.ndjson:17: {name}: input should be")


def test_ids_of_contacts_are_hashed_and_hashes_stay_as_they_are() -> None:
    assert is_contact(read(add("wm-77")).body["target"])
    assert read(add(HASH)).body["target"] == HASH
    assert "target_id" not in read(add("wm-77")).body


def test_numbers_and_greetings_go_no_further_than_their_hashes() -> None:
    found = read(add("c", target_phone="+8613800001234", greeting="Hello  THERE"))
    assert found.body["number_tail"] == "1234"
    assert found.body["number_block"].startswith("n.")
    assert (
        found.body["greeting_hash"] == read(add("c", greeting="hello there")).body["greeting_hash"]
    )
    assert "13800001234" not in str(found.body)
    assert "Hello" not in str(found.body)


def test_the_same_id_gets_the_same_hash_in_every_run() -> None:
    assert read(add("c")).body["target"] == read(add("c")).body["target"]
    other = ContactHasher([SecretKey("k1", bytes(32))])
    assert (
        Reader(other).line(Raw("f", 1, json.dumps(add("c")).encode())).body["target"]
        != read(add("c")).body["target"]
    )


def test_the_clock_is_when_the_service_received_an_event_else_its_own_time() -> None:
    assert read(add("c")).clock_ms == START_MS
    late = read(add("c", received_at="2026-11-22T04:00:01.250Z"))
    assert (late.clock_ms, late.body["at"]) == (START_MS + 1_250, START_MS)


def test_what_the_service_itself_adds_is_understood_and_left_to_the_replay() -> None:
    exported = add("c", seq=7, shard=3, day=20_779, day_end_ms=1, record="d|…", outcome="accepted")
    found = read(exported)
    assert found.shard == 3
    assert found.outcome == "accepted"
    assert {"seq", "shard", "day", "day_end_ms", "record", "outcome"}.isdisjoint(found.body)


def test_of_a_profile_only_the_names_of_fields_with_a_value_are_kept() -> None:
    profile = {"legal_name": "Acme", "logo": "", "size": None, "domain": True}
    found = read(line("enterprise.updated", member=None, profile=profile))
    assert found.body["profile"] == {"legal_name": True, "domain": True}


def test_a_way_is_a_name_or_a_code() -> None:
    assert read(add("c", way=2)).body["way"] == "phone_search"
    assert read(add("c", way="2")).body["way"] == "phone_search"


@pytest.mark.parametrize("given", [START, START_MS])
def test_an_activation_is_a_time_or_the_journals_ms(given: str | int) -> None:
    assert read(line("member.updated", activated_at=given)).body["activated_at"] == START_MS


def test_numbers_of_a_declared_block_are_not_read() -> None:
    raw = Raw("f", 1, json.dumps(add("c") | {"target_phone": "+8613800004321"}).encode())
    reader = Reader(replay_hasher())
    assert "number_block" in reader.line(raw).body
    kept = reader.line(raw, {"+861380000"}).body
    assert "number_block" not in kept
    assert "target_phone" not in kept
