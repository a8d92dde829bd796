"""The requests that every benchmark asks, of the service and of its peers.

Members draw evenly from `members`, each add is of a contact never asked about before, and a steady
share comes from `USED_UP` members whose daily cap is used up: these are denied.
"""

import json
import random
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

USED_UP = 20
"""Members whose daily cap is used up before a measurement; one in each of as many enterprises."""
WAY = "phone_search"

Form = Literal["body", "headers"]


def run_id() -> str:
    """A part of ids that no earlier run had: nothing asked is taken for a retry or a repeat."""
    return secrets.token_hex(4)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is asked.

    `items` above 1 asks the batch endpoint with as many adds a request. `form` "headers" says who
    asks in headers (X-Enterprise-Id, X-Member-Id, X-Target-Id), as a gateway does that forwards,
    with no body. `denied_share` is 0–1. `new_ids` False leaves `request_id` out.
    """

    members: int = 20_000
    enterprises: int = 400
    denied_share: float = 0.1
    items: int = 1
    form: Form = "body"
    path: str = "/v1/precheck"
    with_request_id: bool = True
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """The path that is asked."""
        return self.path if self.items == 1 else f"{self.path}/batch"

    def account(self, draw: random.Random) -> tuple[str, str]:
        """An enterprise and a member of it, by chance."""
        if draw.random() < self.denied_share:
            return used_up(draw.randrange(USED_UP))
        member = draw.randrange(self.members)
        return f"e{member % self.enterprises}", f"m{member}"

    def add(self, draw: random.Random, mark: str) -> dict[str, Any]:
        """One add as JSON has it; `mark` is new with each."""
        enterprise_id, member_id = self.account(draw)
        made = {
            "enterprise_id": enterprise_id,
            "member_id": member_id,
            "target_id": f"wm-{mark}",
            "way": WAY,
        }
        return made | ({"request_id": f"r-{mark}"} if self.with_request_id else {})

    def body(self, draw: random.Random, mark: str) -> bytes:
        """The body of one request."""
        if self.form == "headers":
            return b""
        if self.items == 1:
            return json.dumps(self.add(draw, mark), separators=(",", ":")).encode()
        items = [self.add(draw, f"{mark}-{n}") for n in range(self.items)]
        return json.dumps({"items": items}, separators=(",", ":")).encode()

    def request_headers(self, draw: random.Random, mark: str) -> dict[str, str]:
        """The headers of one request, those that are always sent among them."""
        if self.form == "body":
            return {"Content-Type": "application/json", **self.headers}
        add = self.add(draw, mark)
        told = {
            "X-Enterprise-Id": add["enterprise_id"],
            "X-Member-Id": add["member_id"],
            "X-Target-Id": add["target_id"],
            "X-Add-Way": WAY,
        }
        return (
            told
            | ({"Idempotency-Key": f"r-{mark}"} if self.with_request_id else {})
            | (self.headers)
        )


def used_up(number: int) -> tuple[str, str]:
    """The enterprise and the id of a member whose cap is used up; `number` below `USED_UP`."""
    return f"e{number}", f"used-{number}"
