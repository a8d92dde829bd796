"""What the hot path writes and reads natively is what the plain way makes of it."""

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from quota.adds import WINDOW_S, Decision, LimitState, Restriction
from server.http import decisions
from server.http.bodies import parse_json, validated
from server.http.decisions import DecisionShape, LimitShape, RestrictionShape
from server.http.precheck import read
from server.http.problems import Problem, ProblemBody
from server.http.requests import PrecheckBody
from tests.http.express_bodies import bodies

INSTANTS_MS = st.integers(0, 253_370_764_799_999)
COUNTS = st.integers(0, 10**9)
WORDS = st.from_regex(r"[a-z_]{1,30}", fullmatch=True)
LIMITS = st.builds(LimitState, WORDS, COUNTS, COUNTS, st.sampled_from([*WINDOW_S]), INSTANTS_MS)
RESTRICTIONS = st.builds(
    Restriction, st.text(), st.text(), st.none() | INSTANTS_MS, st.booleans(), st.booleans()
)
DECISIONS = st.builds(
    Decision,
    decision_id=st.from_regex(r"[0-9]{1,4}-[A-Za-z0-9_-]{16}(\.[0-9]{1,6})?", fullmatch=True),
    allowed=st.booleans(),
    reason=st.sampled_from([*decisions._ADVICE_FOR]),
    binding_limit=st.none() | WORDS,
    limits=st.lists(LIMITS, max_size=6).map(tuple),
    retry_at_ms=st.none() | INSTANTS_MS,
    restriction=st.none() | RESTRICTIONS,
    policy_version=COUNTS,
    state=WORDS,
    replayed=st.booleans(),
    day=COUNTS,
    decided_ms=INSTANTS_MS,
)


@settings(deadline=None, max_examples=60)
@given(DECISIONS)
def test_a_decision_is_written_as_its_shape_says(decision: Decision) -> None:
    written = json.loads(decisions.decision_json(decision))
    shape = decisions.decision_shape(decision)
    assert json.dumps(written) == json.dumps(shape), "the same values in the same order"
    assert [*written] == [*DecisionShape.__annotations__]
    for limit in written["limits"]:
        assert [*limit] == [*LimitShape.__annotations__]
    if written["restriction"] is not None:
        assert [*written["restriction"]] == [*RestrictionShape.__annotations__]


def outcome(raw: bytes, *, natively: bool) -> PrecheckBody | ProblemBody:
    try:
        return read(raw) if natively else validated(PrecheckBody, parse_json(raw))
    except Problem as problem:
        return problem.body()


@settings(deadline=None, max_examples=150)
@given(bodies().map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b'{"enterprise_id":"e","member_id":"m","target_id":"t","target_id":"u"}')
@example(b'{"enterprise_id":"e","member_id":"m","target_id":"t","greeting":":","target_id":"u"}')
@example(b'{"enterprise_id":"e","member_id":"m","target_id":"t","target\\u005fid":"u"}')
@example(b'{"enterprise_id":"e","member_id":"m","target_id":"\xff"}')
@example(b"\xef\xbb\xbf{}")
@example(b"")
def test_a_body_is_read_natively_as_it_is_read_plainly(raw: bytes) -> None:
    assert outcome(raw, natively=True) == outcome(raw, natively=False)
