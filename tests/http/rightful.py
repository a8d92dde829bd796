"""Requests that are right, to be spoilt one field at a time; `...` leaves a field out."""

from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]


def now(**shift: float) -> str:
    return (datetime.now(UTC) + timedelta(**shift)).isoformat()


def event(**changed: Any) -> Json:
    base = {
        "event_id": "v-1",
        "type": "contact.accepted",
        "at": now(),
        "enterprise_id": "acme",
        "member_id": "li",
        "target_id": "wm-77",
    }
    return {name: value for name, value in {**base, **changed}.items() if value is not ...}


def add(**changed: Any) -> Json:
    base = {"enterprise_id": "acme", "member_id": "li", "target_id": "wm-77"}
    return {name: value for name, value in {**base, **changed}.items() if value is not ...}
