from benchmarks.detection_early import measure_early
from benchmarks.detection_events import Converter
from benchmarks.workload import Label
from benchmarks.workload_company import Line
from server.policy import default_policy

POLICY = default_policy().scoring
DAY_S = 86_400


def line(kind: str, at_s: int, contact: str, **more: str) -> Line:
    named = {"enterprise_id": "e", "member_id": "m", "target_id": contact}
    return {"type": kind, "at": at_s * 1_000, **named, **more}


def early(lines: list[Line], k: int, since_s: int | None = None) -> dict[str, tuple[float, float]]:
    label = Label("e", "m", "x", abusive=True, since_ms=since_s and since_s * 1_000)
    events = Converter().events(sorted(lines, key=lambda line: int(line["at"])))
    found = measure_early(events, [label], k, POLICY)
    return {member: (each.accepted, each.hard) for member, each in found.items()}


def many(kind: str, count: int, at_s: int, name: str = "c") -> list[Line]:
    return [line(kind, at_s + n, f"{name}{n}") for n in range(count)]


def test_only_the_first_adds_and_their_answers_count() -> None:
    lines = [*many("add.requested", 8, 10), *many("contact.blocked", 8, 100)]
    lines += many("contact.accepted", 2, 50)
    assert early(lines, 4) == {"m": (0.0, 1.0)}
    assert early(lines, 8) == {"m": (0.0, 1.0)}
    assert early(lines, 9) == {}


def test_answers_after_four_days_are_too_late() -> None:
    asked = many("add.requested", 2, 10)
    assert early([*asked, line("contact.accepted", 3 * DAY_S, "c0")], 2) == {"m": (0.5, 0.0)}
    assert early([*asked, line("contact.accepted", 5 * DAY_S, "c0")], 2) == {"m": (0.0, 0.0)}


def test_passive_adds_and_hand_overs_are_left_out() -> None:
    passive = [each | {"initiated_by": "contact"} for each in many("add.requested", 5, 1, "p")]
    handed = [each | {"way": "admin_assigned"} for each in many("add.requested", 5, 1, "h")]
    lines = [*passive, *handed, *many("contact.accepted", 5, 20, "p")]
    assert early(lines, 1) == {}
    assert early([*lines, *many("add.requested", 2, 30)], 2) == {"m": (0.0, 0.0)}


def test_of_a_hijacked_account_the_adds_after_the_hijack_count() -> None:
    before = [*many("add.requested", 6, 10, "b"), *many("contact.accepted", 6, 20, "b")]
    after = [*many("add.requested", 2, DAY_S), *many("contact.complained", 2, DAY_S + 50)]
    assert early([*before, *after], 2, since_s=DAY_S) == {"m": (0.0, 1.0)}
    assert early([*before, *after], 3, since_s=DAY_S) == {}


def test_evidence_is_read_when_what_has_no_answer_is_ignored() -> None:
    label = Label("e", "m", "x", abusive=True)
    events = Converter().events(
        [*many("add.requested", 30, 10), *many("contact.complained", 5, 100)]
    )
    found = measure_early(events, [label], 10, POLICY)["m"]
    assert found.hard == 0.5
    assert found.nats > 0
