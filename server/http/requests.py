"""What pre-checks and their kin are asked with (API.md)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from server.http.fields import Body, Identifier, Phone, Way

MOST_ITEMS = 1_000
MOST_HOLD_S = 3_600


class PrecheckBody(Body):
    """May this member add this contact now? `hold_s` goes with `mode` hold, and only with it."""

    request_id: Identifier | None = None
    enterprise_id: Identifier
    member_id: Identifier
    target_id: Identifier
    way: Way = "unknown"
    initiated_by: Literal["member", "contact"] = "member"
    target_phone: Phone | None = None
    greeting: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    mode: Literal["spend", "peek", "hold"] = "spend"
    hold_s: Annotated[int, Field(ge=1, le=MOST_HOLD_S)] | None = Field(
        None,
        description="How long a hold is kept before it is returned, in seconds: needed with `mode` "
        "hold, and an error with every other.",
    )

    @model_validator(mode="after")
    def _hold_has_its_time(self) -> Self:
        if (self.hold_s is None) is (self.mode == "hold"):
            raise ValueError(f"hold_s (1–{MOST_HOLD_S}) goes with mode hold, and only with it")
        return self


class BatchBody(Body):
    """Pre-checks to decide in order, each alone: a bad one is a problem in its place."""

    items: Annotated[list[Any], Field(max_length=MOST_ITEMS)]


class QrRouteBody(Body):
    """The members behind one contact-me QR code, and the contact who scanned it."""

    members: Annotated[list[Identifier], Field(min_length=1, max_length=100)]
    target_id: Identifier
    hold_s: Annotated[int, Field(ge=1, le=MOST_HOLD_S)] = 60
