"""The list of penalties over HTTP: which of them a question takes."""

from tests.http.enforcing import confirm, report, reviewers
from tests.http.service import ADMIN_KEY, Service
from tests.http.test_cases import opened
from tests.worker.suspicion import touchy


async def _of_case(
    service: Service, case_id: str, more: str = "", key: str = ADMIN_KEY
) -> list[str]:
    """Ids of what came of a case, newest first."""
    answer = await service.get(f"/v1/penalties?case={case_id}{more}", key)
    assert answer.status == 200, answer.raw
    return [one["id"] for one in answer.body["items"]]


async def test_what_came_of_a_case_is_what_its_violation_brought(
    service: Service, ann: str
) -> None:
    (bob,) = await reviewers(service, "bob")
    await report(service, ann)
    made = await report(service, ann, member_id="wu", severity="severe", scopes=["admin_account"])
    case_id, held = made["case"]["id"], made["penalty"]["id"]
    assert await _of_case(service, case_id) == [held]
    done = (await confirm(service, case_id, bob)).body
    imposed = {one["id"] for one in done["penalties"]}
    # The administrator's account is the enterprise's: it is no penalty of the member.
    assert {one["member_id"] for one in done["penalties"]} == {"wu", None}
    assert set(await _of_case(service, case_id)) == imposed | {held}
    assert set(await _of_case(service, case_id, "&active=true")) == imposed
    assert held in await _of_case(service, case_id, "&member=wu")
    assert await _of_case(service, case_id, "&member=li") == []


async def test_a_hold_of_patterns_is_found_by_its_case(service: Service, ann: str) -> None:
    await service.services.policy.activate(touchy(), "test")
    case = await opened(service)
    await report(service, ann, member_id="wu")
    (hold,) = await _of_case(service, case["id"])
    made = (await confirm(service, case["id"], ann)).body["penalty"]
    assert set(await _of_case(service, case["id"])) == {hold, made["id"]}


async def test_the_case_pages_like_the_list(service: Service, ann: str) -> None:
    (bob,) = await reviewers(service, "bob")
    made = await report(service, ann, severity="severe", scopes=["admin_account"])
    case_id = made["case"]["id"]
    await confirm(service, case_id, bob)
    everything = await _of_case(service, case_id)
    one_by_one: list[str] = []
    cursor: str | None = None
    for _ in everything:
        more = f"&cursor={cursor}" if cursor else ""
        page = (await service.get(f"/v1/penalties?case={case_id}&limit=1{more}")).body
        one_by_one += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert one_by_one == everything
    assert cursor is None


async def test_a_case_opens_nothing_of_another_account(service: Service, ann: str) -> None:
    own, foreign = await service.key("enterprise:acme"), await service.key("enterprise:other")
    made = await report(service, ann, type="T3.FRAUD")
    case_id = made["case"]["id"]
    assert await _of_case(service, case_id, key=own) == [made["penalty"]["id"]]
    assert await _of_case(service, case_id, key=foreign) == []
    assert await _of_case(service, "c-none") == []
    refused = await service.get("/v1/penalties?case=a%20b")
    assert (refused.status, refused.places) == (400, ["query.case"])
