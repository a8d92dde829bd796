"""Trust through the fold: of the same adds, better outcomes and more use never make it worse."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import tiers, trust
from scoring.views import MemberView
from tests.scoring.story import Story

FROM_BEST = ("accepted", "ignored", "declined", "deleted", "blocked", "complained")
FIELDS = ("real_name", "avatar", "title", "phone")


@dataclass(frozen=True)
class Add:
    """One add and how its contact answers in either story, some hours later."""

    better: str
    worse: str
    after_h: int
    by: str


@dataclass(frozen=True)
class Step:
    """A while passes, then some adds; in the better story the member may also be in use."""

    hours: int
    adds: list[Add]
    chat: bool
    denied: bool
    fields: int
    verified: bool


@st.composite
def _adds(draw: st.DrawFn) -> Add:
    ends = sorted(draw(st.tuples(_RANKS, _RANKS)))
    by = draw(st.sampled_from(["member", "member", "contact"]))
    return Add(FROM_BEST[ends[0]], FROM_BEST[ends[1]], draw(st.integers(1, 60)), by)


_RANKS = st.integers(0, len(FROM_BEST) - 1)
_HOURS = st.one_of(st.integers(1, 60), st.integers(1, 60), st.integers(1, 24 * 90))
STEPS = st.builds(
    Step,
    hours=_HOURS,
    adds=st.lists(_adds(), max_size=12),
    chat=st.booleans(),
    denied=st.booleans(),
    fields=st.integers(0, 4),
    verified=st.booleans(),
)


def _enterprise(story: Story, verification: str) -> None:
    fields = {"legal_name": True, "domain": True, "logo": True}
    story.tell("enterprise.updated", None, verification=verification, profile=fields)


def _profile(story: Story, fields: int) -> None:
    story.tell("member.updated", profile=dict.fromkeys(FIELDS[:fields], True))


def _more_use(story: Story, step: Step) -> None:
    if step.chat:
        when = story.day - 20_000
        date = f"2024-10-{4 + when:02}" if when < 27 else None
        if date is not None:
            story.tell("usage.reported", stat_date=date, chat_cnt=5, reply_percentage=100)
    if step.denied:
        story.deny("somebody")


def _tell_adds(story: Story, step: Step, at: int, *, better: bool) -> None:
    for place, add in enumerate(step.adds):
        story.add(f"{at}.{place}", by=add.by)
    answers = sorted((add.after_h, place) for place, add in enumerate(step.adds))
    passed = 0
    for after_h, place in answers:
        outcome = step.adds[place].better if better else step.adds[place].worse
        story.wait(hours=after_h - passed)
        passed = after_h
        if outcome != "ignored":
            story.answer(f"{at}.{place}", outcome)


def _at(story: Story, day: int) -> MemberView:
    company = tiers.moved_enterprise(story.company, story.policy, day, day)
    return tiers.moved_member(story.member(), company, story.policy, company.day, day)


def _caught_up(story: Story) -> None:
    """Lets the clock reach both members: what was ignored by now counts as ignored."""
    story.tell("linked_account.unblocked", linked_account_id="w")


@settings(deadline=None, max_examples=150)
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_a_better_story_is_never_worse_off_on_any_day(steps: list[Step]) -> None:
    better, worse = Story(), Story()
    for story in (better, worse):
        _enterprise(story, "none")
        _profile(story, 0)
    known = 0
    for at, step in enumerate(steps):
        for story in (better, worse):
            story.wait(hours=step.hours)
        if step.verified:
            _enterprise(better, "verified")
        known = max(known, step.fields)
        _profile(better, known)
        _more_use(better, step)
        for story in (better, worse):
            _tell_adds(story, step, at, better=story is better)
            _caught_up(story)
        for later in (0, 1, 2, 5, 40):
            _assert_never_lower(_at(better, better.day + later), _at(worse, worse.day + later))


def _assert_never_lower(better: MemberView, worse: MemberView) -> None:
    assert better.score >= worse.score - 1e-9
    assert better.tier >= worse.tier
    assert better.cap_active >= worse.cap_active
    assert better.cap_passive >= worse.cap_passive


@settings(deadline=None, max_examples=50)
@given(
    outcomes=st.lists(st.sampled_from(FROM_BEST), max_size=40),
    wait_h=st.integers(1, 400),
)
def test_colleagues_move_a_member_by_at_most_5_4_points(outcomes: list[str], wait_h: int) -> None:
    story = Story()
    _enterprise(story, "verified")
    for number, outcome in enumerate(outcomes):
        story.add(f"c{number}", "colleague")
        if outcome != "ignored":
            story.answer(f"c{number}", outcome, "colleague")
    story.wait(hours=wait_h)
    _caught_up(story)
    alone = Story()
    alone.wait(hours=wait_h)
    _enterprise(alone, "verified")
    _caught_up(alone)
    assert abs(story.member().score - alone.member().score) <= 5.4


@settings(deadline=None, max_examples=50)
@given(outcomes=st.lists(st.sampled_from(FROM_BEST), max_size=30), pause=st.integers(1, 30))
def test_the_fold_leaves_scores_that_explain_themselves(outcomes: list[str], pause: int) -> None:
    story = Story()
    _enterprise(story, "certified")
    for number, outcome in enumerate(outcomes):
        story.wait(hours=pause)
        story.add(f"c{number}")
        if outcome != "ignored":
            story.answer(f"c{number}", outcome)
        member, company = story.member(), story.company
        member_score = trust.member_score(member, company, story.policy)
        whole = trust.enterprise_score(company, story.policy)
        tiers.refresh(member, company, story.policy, story.now_ms)
        tiers.refresh_enterprise(company, story.policy, story.now_ms)
        assert (member.score, company.score) == (member_score.total, whole.total)
        assert member.tier <= member.midnight_tier
