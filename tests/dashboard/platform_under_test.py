"""A real service on a real Redis, asked by HTTP as gateways, enterprises and reviewers ask it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.http.process import ServeProcess
from tests.redis_server import RedisServer, require_redis_server

Json = dict[str, Any]

TOUCHY = """
[scoring.patterns.hard_negatives]
threshold = 0.9

[scoring.patterns.verdict]
prior = 0.3
review = 0.31
noted = 0.1
enforce = 0.35
"""
"""A policy under which one block is enough for a case that holds its member."""


PATIENT = {"CONTACT_QUOTA_REDIS_DEADLINE_MS": "1000"}
"""A browser beside it makes Redis late on a small machine, which is not what is tested."""


class Platform:
    """The service, its Redis and what tests say to it; every method is one HTTP request."""

    def __init__(self, served: ServeProcess, redis: RedisServer) -> None:
        self.served = served
        self.redis = redis
        self.url = served.url
        self.admin = served.key
        self._numbers = count(1)

    def ask(self, method: str, path: str, body: Json | None = None, key: str = "") -> Json:
        """The answer's JSON. Raises AssertionError where it is no success."""
        headers = {"Authorization": f"Bearer {key or self.admin}"}
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        whole = self.url + path
        request = Request(whole, data=data, headers=headers, method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=20) as response:  # noqa: S310
                raw = response.read()
        except HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()!r}") from error
        return dict(json.loads(raw)) if raw else {}

    def key(self, *scopes: str, holder: str = "") -> str:
        """A new API key."""
        body: Json = {"scopes": list(scopes), "note": "test"}
        if holder:
            body["holder"] = holder
        return str(self.ask("POST", "/v1/keys", body)["key"])

    def add(self, enterprise: str, member: str, **changed: Any) -> Json:
        """A pre-check of a contact never asked for before."""
        plain = {
            "enterprise_id": enterprise,
            "member_id": member,
            "target_id": f"wm-{next(self._numbers)}",
            "way": "card_share",
        }
        return self.ask("POST", "/v1/precheck", plain | changed)

    def event(self, kind: str, enterprise: str, member: str, target: str) -> None:
        """What a contact did."""
        event = {
            "event_id": f"e-{next(self._numbers)}",
            "type": kind,
            "at": datetime.now(UTC).isoformat(),
            "enterprise_id": enterprise,
            "member_id": member,
            "target_id": target,
        }
        self.ask("POST", "/v1/events", {"events": [event]})

    def violation(self, enterprise: str, member: str, key: str = "", **changed: Any) -> Json:
        """A reported violation and what came of it."""
        plain = {
            "type": "T1.HARASSING_CONTENT",
            "enterprise_id": enterprise,
            "member_id": member,
            "facts": "Advertising was sent to 40 contacts.",
            "evidence": ["message 17"],
            "source": "own_initiative",
            "occurred_at": datetime.now(UTC).isoformat(),
        }
        return self.ask("POST", "/v1/violations", plain | changed, key)

    def blocked(self, enterprise: str, member: str) -> None:
        """A contact that was added blocks the member: under the touchy policy that makes a case."""
        target = f"wm-blocks-{next(self._numbers)}"
        assert self.add(enterprise, member, target_id=target)["allowed"]
        self.event("contact.blocked", enterprise, member, target)

    def reason(self, enterprise: str, member: str) -> str:
        """What a pre-check would say now."""
        return str(self.add(enterprise, member, mode="peek")["reason"])


@contextmanager
def running(directory: Path) -> Iterator[Platform]:
    """A platform of its own under the touchy policy, until the block ends."""
    require_redis_server()
    policy = directory / "policy.toml"
    policy.write_text(TOUCHY)
    redis = RedisServer(directory)
    try:
        options = ("--redis", redis.url, "--policy", str(policy))
        with ServeProcess(directory / "data", *options, settings=PATIENT) as served:
            yield Platform(served, redis)
    finally:
        redis.kill()
