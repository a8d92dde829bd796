"""Views as they are stored."""

import json

from hypothesis import given
from hypothesis import strategies as st

from scoring.views import MemberView, new_member

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
    document = json.loads(view.to_json()) | {"opened": [[1_000, 20_000], [2_000, 20_000]]}
    for name in ("judged_ms",):
        del document[name]
    read = MemberView.from_json(json.dumps(document))
    assert read.opened == [[1_000, 20_000, 0], [2_000, 20_000, 0]]
    assert read.judged_ms == 0
