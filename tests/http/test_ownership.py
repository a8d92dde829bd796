"""What is found by an id is shown to whom it belongs, and is not there for anybody else."""

from dataclasses import dataclass

import pytest
from aiohttp.test_utils import make_mocked_request

from server.http.ownership import own
from server.http.problems import Problem
from server.http.routing import Call
from server.http.scopes import Caller, Scope, parse_grant
from server.http.services import Services
from tests.http.service import Service

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNKNOWN = "No appeal has this id."
ALLOWED = frozenset({Scope.ENTERPRISE, Scope.MEMBER, Scope.REVIEWER, Scope.ADMIN})


@dataclass(frozen=True)
class Subject:
    enterprise_id: str
    member_id: str | None


LIS = Subject("acme", "li")
OF_ALL = Subject("acme", None)


def call(services: Services, *scopes: str) -> Call[None, None]:
    caller = Caller("k", "holder", tuple(map(parse_grant, scopes)))
    scope = caller.scope_for(ALLOWED, None)
    request = make_mocked_request("GET", "/")
    return Call(request, services, caller, ALLOWED, scope, {}, None, None)


@pytest.mark.parametrize(
    ("scopes", "subject", "seen_as"),
    [
        (["member:acme/li"], LIS, Scope.MEMBER),
        (["member:acme/mu"], LIS, None),
        (["member:other/li"], LIS, None),
        (["member:acme/li"], OF_ALL, None),
        (["enterprise:acme"], LIS, Scope.ENTERPRISE),
        (["enterprise:acme"], OF_ALL, Scope.ENTERPRISE),
        (["enterprise:other"], LIS, None),
        (["reviewer"], OF_ALL, Scope.REVIEWER),
        (["admin"], LIS, Scope.ADMIN),
        (["gateway"], LIS, None),
        (["gateway", "enterprise:other"], LIS, None),
        (["enterprise:other", "member:acme/li"], LIS, Scope.MEMBER),
    ],
)
async def test_a_key_sees_what_is_its_accounts(
    shared: Service, scopes: list[str], subject: Subject, seen_as: Scope | None
) -> None:
    asked = call(shared.services, *scopes)
    assert asked.seen_as(subject.enterprise_id, subject.member_id) is seen_as
    assert asked.may_see(subject.enterprise_id, subject.member_id) is (seen_as is not None)
    if seen_as is not None:
        assert own(asked, subject, UNKNOWN) is subject


async def test_what_is_somebody_elses_is_not_there(shared: Service) -> None:
    asked = call(shared.services, "enterprise:other")
    bodies = []
    for subject in (LIS, OF_ALL, None):
        with pytest.raises(Problem) as refused:
            own(asked, subject, UNKNOWN)
        bodies.append(refused.value.body())
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["status"] == 404
