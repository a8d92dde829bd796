from pathlib import Path

import pytest

from server.policy import (
    PolicyError,
    default_policy,
    load_policy,
    parse_policy,
    policy_from_object,
)

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.toml"))
SHIPPED = HERE.parents[1] / "server" / "policy.toml"


def problems_of(text: str) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        parse_policy(text, "p.toml")
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_named_with_its_line_and_key(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix("# expect ") for line in lines if line.startswith("# expect ")]
    with pytest.raises(PolicyError) as refused:
        load_policy(path)
    found = [str(problem) for problem in refused.value.problems]
    assert len(found) == len(expected)
    for said, wanted in zip(found, expected, strict=True):
        assert said.startswith(f"{path}:{wanted}")


def test_the_shipped_file_is_the_default() -> None:
    assert load_policy(SHIPPED) == default_policy()


def test_what_a_file_leaves_out_is_the_shipped_default() -> None:
    policy = parse_policy("[quota.refunds]\nshare = 0.5\n", "p.toml")
    assert policy.quota.refunds.share == 0.5
    assert policy.quota.refunds.at_least == default_policy().quota.refunds.at_least
    assert policy.penalties == default_policy().penalties


def test_an_empty_file_is_the_shipped_policy() -> None:
    assert parse_policy("", "p.toml") == default_policy()


def test_a_byte_order_mark_and_carriage_returns_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf[quota]\r\nhandover_daily = 7\r\n")
    assert load_policy(path).quota.handover_daily == 7


def test_a_file_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b"[quota]\n# caf\xe9\n")
    with pytest.raises(PolicyError, match=r"latin\.toml:2: is not UTF-8"):
        load_policy(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"none\.toml: cannot be read: no such file"):
        load_policy(tmp_path / "none.toml")


def test_a_wrong_default_elsewhere_is_put_at_the_table_that_made_it_wrong() -> None:
    (problem,) = problems_of("\n\n[penalties.ladder]\nfirst_h = 200\n")
    assert problem.startswith("p.toml:3: penalties.ladder.second_h: must be at least first_h (200)")


def test_an_object_gives_paths_without_lines() -> None:
    with pytest.raises(PolicyError) as refused:
        policy_from_object({"quota": {"handover_daily": "many"}, "x": 1})
    places = {(problem.line, problem.path) for problem in refused.value.problems}
    assert places == {(None, ("quota", "handover_daily")), (None, ("x",))}


def test_a_policy_written_as_an_object_reads_back_the_same() -> None:
    policy = parse_policy("penalties.ladder.strikes_expire_days = 365\n", "p.toml")
    again = policy_from_object(policy.model_dump(mode="json"))
    assert again == policy
    assert again.digest == policy.digest


def test_the_digest_depends_on_values_alone() -> None:
    one = parse_policy("[quota]\nhandover_daily = 7\nmember_burst_active = '9/hour'\n", "a")
    other = parse_policy("# x\n[quota]\nmember_burst_active='9/hour'\nhandover_daily=7", "b")
    assert one.digest == other.digest != default_policy().digest
