"""What the dashboard's code knows by itself is what the service says."""

import re
from pathlib import Path

from penalties.restrictions import BINDS, Function
from server.http.fields import ID_PATTERN

WEB = Path(__file__).parents[1] / "server" / "web" / "src" / "pages"


def test_the_scopes_that_leave_no_adds_are_those_of_the_service() -> None:
    text = (WEB / "account" / "limits.ts").read_text()
    for direction, function in (
        ("active", Function.ACTIVE_ADD),
        ("passive", Function.PASSIVE_ADD),
    ):
        (listed,) = re.findall(rf"{direction}: new Set\(\[([^\]]+)\]\)", text)
        wanted = {str(scope) for scope, taken in BINDS.items() if function in taken}
        assert set(re.findall(r'"(\w+)"', listed)) == wanted


def test_an_identifier_is_one_for_both() -> None:
    assert f"const ID = /{ID_PATTERN}/;" in (WEB / "pages.tsx").read_text()
