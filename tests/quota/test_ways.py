import pytest

from quota.adds import Kind
from quota.ways import HANDOVERS, WAY_CODES, way_name
from tests.quota.rules import add


@pytest.mark.parametrize(("name", "code"), WAY_CODES.items())
def test_names_and_codes_are_both_accepted(name: str, code: int) -> None:
    assert way_name(name) == way_name(code) == way_name(str(code)) == name


def test_the_codes_are_those_of_wecom() -> None:
    codes = set(WAY_CODES.values())
    assert codes == {*range(7), *range(8, 17), 201, 202}
    assert len(WAY_CODES) == len(codes)
    assert {WAY_CODES[name] for name in HANDOVERS} == {201, 202}


@pytest.mark.parametrize("value", ["", "QR_CODE", "qr-code", "7", 7, -1, "-1", "²", "1.0", "203"])
def test_anything_else_is_refused_with_the_known_ways(value: str | int) -> None:
    with pytest.raises(ValueError, match=r"unknown way .*qr_code \(1\)"):
        way_name(value)


@pytest.mark.parametrize(
    ("way", "initiated_by", "kind"),
    [
        ("unknown", "member", Kind.ACTIVE),
        ("qr_code", "contact", Kind.PASSIVE),
        ("qr_code", "member", Kind.ACTIVE),
        ("shared_by_member", "member", Kind.HANDOVER),
        ("admin_assigned", "contact", Kind.HANDOVER),
    ],
)
def test_who_initiated_says_the_direction_but_for_hand_overs(
    way: str, initiated_by: str, kind: Kind
) -> None:
    assert add(way=way, initiated_by=initiated_by).kind is kind
