"""Who is signed in to the dashboard, as a browser would send it; the client keeps no cookie."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import Morsel, SimpleCookie
from typing import Any

from tests.http.service import ADMIN_KEY, Answer, Service

SESSION = "/dashboard/session"
COOKIE = "contact_quota_session"


@dataclass(frozen=True)
class Visitor:
    """A session: its cookie goes with every call, its token with what is not a GET."""

    service: Service
    cookie: str
    shape: Any

    @property
    def token(self) -> str:
        return str(self.shape["csrf_token"])

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """`headers` replace those of a well-behaved page; an empty one is left out."""
        sent = {"Cookie": f"{COOKIE}={self.cookie}"}
        if method not in {"GET", "HEAD"}:
            sent["X-CSRF-Token"] = self.token
        sent = {name: value for name, value in {**sent, **(headers or {})}.items() if value}
        return await self.service.call(method, path, body, key=None, headers=sent)

    async def get(self, path: str) -> Answer:
        return await self.call("GET", path)


async def ask_in(
    service: Service, body: object, headers: Mapping[str, str] | None = None
) -> Answer:
    """The answer to a sign-in."""
    answer = await service.call("POST", SESSION, body, key=None, headers=headers)
    service.client.session.cookie_jar.clear()
    return answer


def cookie_in(answer: Answer) -> "Morsel[str]":
    """The session's cookie as an answer sets it."""
    return SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]


async def sign_in(service: Service, key: str = ADMIN_KEY) -> Visitor:
    """Somebody who is signed in with that key."""
    answer = await ask_in(service, {"key": key})
    assert answer.status == 200, answer.raw
    return Visitor(service, cookie_in(answer).value, answer.body)
