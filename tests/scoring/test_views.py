"""Views as they are stored."""

import json
from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from scoring.views import ContactView, MemberView, Relation, new_member

opened = st.lists(
    st.tuples(st.integers(0, 2**45), st.integers(0, 60_000), st.integers(0, 1)), max_size=40
)


@given(adds=opened)
def test_open_adds_survive_storage(adds: list[tuple[int, int, int]]) -> None:
    view = new_member(1)
    view.opened = [list(each) for each in sorted(adds)]
    assert MemberView.from_json(view.to_json()) == view


def test_an_open_add_takes_less_than_16_bytes() -> None:
    view = new_member(1)
    empty = len(view.to_json())
    view.opened = [[1_769_997_516_457 + 97_531 * n, 20_486 + n // 90, n % 2] for n in range(300)]
    assert (len(view.to_json()) - empty) / 300 < 16


def test_views_of_the_revision_before_are_read() -> None:
    view = new_member(1)
    whole = asdict(view) | {"profile": [], "opened": [[1_000, 20_000], [2_000, 20_000]]}
    document = {name: value for name, value in whole.items() if name != "judged_ms"}
    read = MemberView.from_json(json.dumps(document))
    assert read.opened == [[1_000, 20_000, 0], [2_000, 20_000, 0]]
    assert read.judged_ms == 0


def test_what_is_as_a_view_begins_takes_no_room() -> None:
    assert json.loads(new_member(7).to_json()) == {"first_seen_ms": 7}
    assert Relation().to_json() == ContactView().to_json() == "{}"
    assert Relation(outcome=None, kind="p").to_json() == '{"kind":"p"}'


@given(
    value=st.floats(allow_nan=False, allow_infinity=False),
    whole=st.integers(0, 2**63 - 1),
    names=st.frozensets(st.text()),
)
def test_figures_and_names_survive_storage_as_they_are(
    value: float, whole: int, names: frozenset[str]
) -> None:
    view = MemberView(whole, score=value, active_days=whole, profile=names, replies={3: [1, value]})
    read = MemberView.from_json(view.to_json())
    assert read == view
    assert read.to_json() == view.to_json()
