"""A decision says which state of the case its holder saw: no first word turns into a second."""

from tests.http.enforcing import Json, report, reviewers
from tests.http.service import Answer, Service

GROUNDS = {"number": "3 of 4 members", "share": "all", "gravity": "fraud", "intent": "planned"}


async def _open_case(service: Service, key: str) -> str:
    """What a machine reported, and takes two people for the measure that is for good."""
    made = await report(service, key, type="T3.PLUGIN", source="automated")
    assert made["case"]["state"] == "open"
    return f"/v1/cases/{made['case']['id']}"


async def _say(
    service: Service, path: str, action: str, key: str, seen_state: str | None, **more: object
) -> Answer:
    body: Json = {"note": "seen", **more}
    if seen_state is not None:
        body["seen_state"] = seen_state
    return await service.post(f"{path}/{action}", body, key)


async def test_who_saw_an_open_case_is_not_the_second_of_two(service: Service, ann: str) -> None:
    bob, cat = await reviewers(service, "bob", "cat")
    path = await _open_case(service, ann)
    first = await _say(service, path, "confirm", bob, "open")
    assert (first.status, first.body["case"]["state"]) == (200, "awaiting_second")
    for action in ("confirm", "dismiss"):
        late = await _say(service, path, action, cat, "open")
        assert (late.status, late.is_problem) == (409, True)
        assert late.body["detail"].startswith("bob asked to confirm this case as normal at ")
    assert (await service.get(path)).body["state"] == "awaiting_second"
    again = await _say(service, path, "confirm", bob, "open")
    assert (again.status, again.body["case"]["state"]) == (200, "awaiting_second"), "a lost answer"
    second = await _say(service, path, "confirm", cat, "awaiting_second")
    assert (second.status, second.body["case"]["state"]) == (200, "confirmed")
    repeated = await _say(service, path, "confirm", cat, "awaiting_second")
    assert repeated.body == second.body


async def test_who_escalates_at_the_same_time_agrees_to_nothing(service: Service, ann: str) -> None:
    bob, cat = await reviewers(service, "bob", "cat")
    path = await _open_case(service, ann)
    blocks = {"scopes": ["enterprise_account"], "grounds": GROUNDS}
    first = await _say(service, path, "escalate", bob, "open", **blocks)
    assert first.body["case"]["state"] == "awaiting_second"
    late = await _say(service, path, "escalate", cat, "open", **blocks)
    assert (late.status, "bob asked to escalate" in late.body["detail"]) == (409, True)
    seen = await _say(service, path, "escalate", cat, "awaiting_second", **blocks)
    assert seen.body["case"]["state"] == "confirmed"


async def test_who_does_not_say_what_they_saw_is_taken_at_their_word(
    service: Service, ann: str
) -> None:
    bob, cat = await reviewers(service, "bob", "cat")
    path = await _open_case(service, ann)
    await _say(service, path, "confirm", bob, None)
    second = await _say(service, path, "confirm", cat, None)
    assert second.body["case"]["state"] == "confirmed"


async def test_a_state_that_no_case_has_is_refused(service: Service, ann: str) -> None:
    path = await _open_case(service, ann)
    answer = await _say(service, path, "confirm", ann, "closed")
    assert (answer.status, answer.body["errors"][0]["loc"]) == (400, ["body", "seen_state"])
