"""Names beside ids, wherever accounts are read about."""

from typing import Any

import pytest

from tests.http.enforcing import appeal, report
from tests.http.service import Service

KNOWN = {"enterprise": "Acme Ltd", "member": "Li Na"}


async def _described(service: Service) -> None:
    for path, name in (("", "Acme Ltd"), ("/members/li", "Li Na")):
        answer = await service.put(f"/v1/enterprises/acme{path}", {"name": name})
        assert answer.status == 200, answer.raw


async def _items(service: Service, path: str, key: str) -> list[Any]:
    answer = await service.get(path, key)
    assert answer.status == 200, answer.raw
    items: list[Any] = answer.body["items"]
    return items


@pytest.mark.parametrize("kind", ["appeals", "penalties", "cases"])
async def test_lists_and_what_they_lead_to_have_names(
    service: Service, ann: str, acme: str, kind: str
) -> None:
    await _described(service)
    severe = kind == "cases"
    made = await report(service, ann, **({"severity": "severe"} if severe else {}))
    if kind == "appeals":
        assert (await appeal(service, made["penalty"]["id"], acme)).status == 201
    listed = await _items(service, f"/v1/{kind}", ann)
    one = (await service.get(f"/v1/{kind}/{listed[0]['id']}", ann)).body
    assert [each["names"] for each in (*listed, one)] == [KNOWN, KNOWN]


async def test_nobody_described_has_no_name(service: Service, ann: str) -> None:
    await report(service, ann)
    (listed,) = await _items(service, "/v1/penalties", ann)
    assert listed["names"] == {"enterprise": None, "member": None}
