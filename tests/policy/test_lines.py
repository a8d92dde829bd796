import tomllib
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.policy.lines import KeyPath, key_lines

TEXT = Path(__file__).with_name("every_form.toml").read_text(encoding="utf-8")


def test_every_key_has_its_line() -> None:
    assert key_lines(TEXT) == {
        ("title",): 2,
        ("physical",): 3,
        ("physical", "color"): 3,
        ("physical", "shape of it"): 4,
        ("owner",): 6,
        ("owner", "first name"): 6,
        ("owner", "first name", "note"): 7,
        ("owner", "first name", "ports"): 10,
        ("owner", "first name", "ports", 0): 10,
        ("owner", "first name", "ports", 1): 11,
        ("owner", "first name", "ports", 1, 0): 11,
        ("owner", "first name", "ports", 1, 1): 11,
        ("owner", "first name", "ports", 2): 12,
        ("owner", "first name", "ports", 2, "a"): 12,
        ("owner", "first name", "ports", 2, "b"): 12,
        ("owner", "first name", "ports", 2, "b", "c"): 12,
        ("owner", "first name", "ports", 2, "b", "c", 0): 12,
        ("tiers",): 15,
        ("tiers", 0): 15,
        ("tiers", 0, "score"): 16,
        ("tiers", 0, "member"): 17,
        ("tiers", 0, "member", "active"): 18,
        ("tiers", 1): 19,
        ("tiers", 1, "score"): 20,
        ("tiers", 1, "member"): 21,
        ("tiers", 1, "member", "active"): 21,
        ("tiers", 1, "notes"): 23,
        ("tiers", 1, "notes", 0): 23,
        ("tiers", 1, "notes", 1): 24,
        ("tiers", 1, "notes", 1, "text"): 25,
    }


def paths(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    if isinstance(value, dict):
        inner = [paths(each, (*path, key)) for key, each in value.items()]
    elif isinstance(value, list):
        inner = [paths(each, (*path, index)) for index, each in enumerate(value)]
    else:
        inner = []
    return {path}.union(*inner)


names = st.sampled_from(["a", "b-1", '"q.\\"x"', "'l#'", '"[x]"', "7"])
numbers = st.sampled_from(["1", "-3.5e2", "true", "inf", "07:32:00"])
short_texts = st.sampled_from(['"a]}\\"#"', "'{['"])
long_texts = st.sampled_from(['"""\n"x = [1\n"""""', "'''\n#'''"])
scalars = numbers | short_texts | long_texts
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner).map(lambda items: "[ # [\n" + ",\n".join(items) + "]")
        | st.lists(st.tuples(names, inner), unique_by=lambda pair: pair[0]).map(
            lambda pairs: "{" + ", ".join(f"{name} = {value}" for name, value in pairs) + "}"
        )
    ),
    max_leaves=6,
)
pairs = st.lists(st.tuples(names, values), unique_by=lambda pair: pair[0]).map(
    lambda rows: "".join(f"{name}\t= {value} # {{\n" for name, value in rows)
)
headers = st.lists(names, min_size=1, max_size=3).map(".".join)
tables = st.lists(st.tuples(headers.map("[{}]".format) | headers.map("[[{}]]".format), pairs))


@given(pairs, tables)
def test_the_keys_found_are_the_parsers(top: str, below: list[tuple[str, str]]) -> None:
    text = top
    for header, body in below:
        longer = f"{text}{header}\n{body}"
        try:
            tomllib.loads(longer)
        except tomllib.TOMLDecodeError:
            continue  # a header that defines a table twice
        text = longer
    lines = key_lines(text)
    assert {*lines, ()} == paths(tomllib.loads(text))
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())


def test_lines_count_the_same_with_carriage_returns() -> None:
    assert key_lines(TEXT.replace("\n", "\r\n")) == key_lines(TEXT)
