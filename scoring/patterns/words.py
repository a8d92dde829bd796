"""How evidence is put into words."""

from datetime import UTC, datetime


def moment(at_ms: int) -> str:
    """A time as reviewers read it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
