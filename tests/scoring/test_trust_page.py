"""The worked score of docs/trust.md: its lines typed in, and the same member computed."""

import ast
import operator
import re
from collections.abc import Callable
from math import sqrt
from pathlib import Path

import pytest

from scoring import caps, ceilings, guidance, tiers, trust
from scoring.feedback import feedback
from scoring.sums import Sums
from scoring.views import EnterpriseView, MemberView
from tests.scoring.build import DAY, ENTERPRISE_FIELDS, MEMBER_FIELDS, POLICY, a_company, a_member

PAGE = (Path(__file__).parents[2] / "docs" / "trust.md").read_text(encoding="utf-8")
WORKED = PAGE.partition("## A worked score")[2]
ROWS = [
    [cell.strip(" *") for cell in line.strip("|").split("|")]
    for line in WORKED.splitlines()
    if line.startswith("|") and not line.startswith("|---")
]
FIGURES = {row[0]: float(row[1]) for row in ROWS if len(row) == 2 and row[0] != "figure"}
LINES = {row[0]: (row[1], row[2]) for row in ROWS if len(row) == 3 and row[2][0].isdigit()}

_OPERATORS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _typed_in(calculation: str) -> float:
    """What a pocket calculator makes of a line of the page."""
    text = calculation.replace("×", "*").replace("−", "-").replace("√", "sqrt")
    return _computed(ast.parse(text, mode="eval").body)


def _computed(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=float() | int() as value):
            return float(value)
        case ast.BinOp(left=left, op=by, right=right):
            return _OPERATORS[type(by)](_computed(left), _computed(right))
        case ast.Call(func=ast.Name(id="sqrt"), args=[inner]):
            return sqrt(_computed(inner))
    raise ValueError(ast.dump(node))


def _figure(beginning: str) -> float:
    (value,) = [value for name, value in FIGURES.items() if name.startswith(beginning)]
    return value


def _worked() -> tuple[MemberView, EnterpriseView]:
    fields = sorted(ENTERPRISE_FIELDS)[: int(_figure("enterprise's attested"))]
    company = a_company("verified", profile=frozenset(fields))
    member = a_member(
        company,
        profile=frozenset(sorted(MEMBER_FIELDS)[: int(_figure("own attested"))]),
        active_days=(1 << int(_figure("active days"))) - 1,
        replies={DAY: [40, _figure("chats")]},
        sums=Sums(
            negative=_figure("s,"),
            positive=_figure("r,"),
            accepted=_figure("accepted"),
            resolved=_figure("resolved"),
        ),
        negative_contacts=4,
        colleagues_rate=_figure("μ"),
        points=_figure("violation points"),
        clean_since_day=DAY - int(_figure("clean days")),
        best={DAY - 3: int(_figure("best day"))},
    )
    return member, company


@pytest.mark.parametrize("name", LINES)
def test_each_line_comes_to_what_the_page_says(name: str) -> None:
    calculation, result = LINES[name]
    decimals = len(result.partition(".")[2])
    assert _typed_in(calculation) == pytest.approx(float(result), abs=0.51 * 10**-decimals)


def test_the_code_comes_to_the_same() -> None:
    member, company = _worked()
    score = trust.member_score(member, company, POLICY)
    printed = {name: float(result) for name, (_, result) in LINES.items()}
    assert set(printed) == {"p", "u", "score", *POLICY.weights}
    for part in score.parts:
        assert part.points == pytest.approx(printed[part.name], abs=0.0006)
    assert score.total == pytest.approx(printed["score"], abs=0.003)
    found = feedback(member, POLICY)
    assert found.rate == pytest.approx(printed["p"], abs=0.00006)
    assert found.bound == pytest.approx(printed["u"], abs=0.00006)


def test_tier_caps_and_guidance_are_the_pages() -> None:
    member, company = _worked()
    score = trust.member_score(member, company, POLICY)
    assert ceilings.member_ceilings(member, company, POLICY, score) == ()
    assert POLICY.tiers[2].score < score.total < POLICY.tiers[3].score
    member.tier = member.score_tier = 2
    given = caps.member_caps(member, 2, POLICY)
    member.cap_active, member.cap_passive = given.active, given.passive
    assert f"**{given.active} active and {given.passive} passive adds a day**" in WORKED
    (way,) = guidance.member_guidance(member, company, POLICY)
    assert [f"`{action}`" in WORKED for action in way.actions] == [True]
    missing = POLICY.tiers[3].score - float(LINES["score"][1])
    assert f"{missing:.3f} points are missing" in WORKED
    company.verification = "certified"
    tiers.begin_enterprise_day(company, POLICY, DAY + 1, 2)
    tiers.begin_day(member, company, POLICY, DAY + 1, 2)
    assert member.tier == 3


def test_the_table_of_tiers_is_the_policys() -> None:
    rows = re.findall(
        r"^\| (\d) \| (\d+) \| (\d+) and (\d+) \| (\d+) a seat, at least (\d+) \|$",
        PAGE,
        re.MULTILINE,
    )
    assert [tuple(map(int, row)) for row in rows] == [
        (
            place,
            tier.score,
            tier.member_active,
            tier.member_passive,
            tier.enterprise_seat,
            tier.enterprise_floor,
        )
        for place, tier in enumerate(POLICY.tiers)
    ]


def test_the_table_of_parts_is_the_policys() -> None:
    parts = re.findall(r"^\| (\w+) \| (\d+) \| ", PAGE.partition("## From score")[0], re.MULTILINE)
    assert {name: float(points) for name, points in parts} == POLICY.weights
