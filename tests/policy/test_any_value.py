from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.policy import Policy, PolicyError, default_policy, policy_from_object

SHIPPED: dict[str, Any] = default_policy().model_dump(mode="json")


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from places(each, (*path, index))


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        [".", "/", "..", "UTC", "9/hour", "0/minute", "1/3 hours", "-1/hour", "a\0b"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([path for path in places(SHIPPED) if path]), values)
def test_whatever_stands_in_a_place_it_is_a_policy_or_named(
    path: tuple[str | int, ...], value: Any
) -> None:
    written = deepcopy(SHIPPED)
    holder: Any = written
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    try:
        found: Policy | PolicyError = policy_from_object(written)
    except PolicyError as error:
        found = error
    if isinstance(found, PolicyError):
        assert found.problems
        assert all(problem.path and problem.message for problem in found.problems)
    else:
        assert policy_from_object(found.model_dump(mode="json")) == found
