"""What our code does where the seed's §5.1 says how many contacts may be added, one story each."""

from penalties.catalogue import catalogue
from quota.policy import window
from scoring import caps, tiers, trust
from scoring.patterns.sequential_numbers import NAME as SEQUENTIAL
from scoring.qr import route
from scoring.views import EnterpriseView
from scoring.ways import COLD
from server.policy import default_policy
from tests.scoring.build import DAY, ENTERPRISE_FIELDS, a_company, a_member, next_day, sums
from tests.scoring.punished import overturn, settled, uphold
from tests.scoring.story import Story

POLICY = default_policy()
SCORING = POLICY.scoring
NO_RULE: frozenset[str] = frozenset()
"""Limits are no penalties: no statement of reasons quotes a rule about them."""


def _score(company: EnterpriseView) -> float:
    return trust.enterprise_score(company, SCORING).total


def real_customers_rather_than_marketing() -> frozenset[str]:
    """Who is accepted rises, who is refused falls; inducing and fraud are violations."""
    company = a_company()
    welcome = a_member(company, sums=sums(positive=60, accepted=60, resolved=80))
    refused = a_member(company, sums=sums(negative=60, resolved=80), negative_contacts=20)
    scores = [trust.member_score(one, company, SCORING).total for one in (welcome, refused)]
    assert scores[0] > scores[1]
    assert {"T1.INDUCED_SHARING", "T3.FRAUD"} <= set(catalogue())
    return NO_RULE


def number_and_frequency_of_members_and_enterprises() -> frozenset[str]:
    """Daily caps and sliding bursts, of every member and of the enterprise as a whole."""
    for tier in range(len(SCORING.tiers)):
        company = a_company()
        for view in (company, a_member(company)):
            allowed = caps.caps(view, tier, SCORING)
            assert 0 < allowed.active < allowed.passive
    assert window(POLICY.quota.member_burst_active).amount == 40
    assert window(POLICY.quota.member_burst_passive).amount == 60
    assert POLICY.quota.enterprise_burst_active.share < 1
    return NO_RULE


def not_a_fixed_value() -> frozenset[str]:
    """An enterprise's cap follows its tier and its seats."""
    small, large = a_company(seats={DAY: [3, 1.0]}), a_company(seats={DAY: [300, 100.0]})
    found = {
        caps.enterprise_caps(company, tier, SCORING).active
        for company in (small, large)
        for tier in (1, 3)
    }
    assert len(found) == 4
    return NO_RULE


def completeness() -> frozenset[str]:
    """Each attested field and each rank of verification counts."""
    fields = sorted(ENTERPRISE_FIELDS)
    scores = [_score(a_company(profile=frozenset(fields[:n]))) for n in range(len(fields) + 1)]
    assert scores == sorted(set(scores))
    ranks = [_score(a_company(rank)) for rank in ("none", "verified", "certified")]
    assert ranks == sorted(set(ranks))
    return NO_RULE


def usage() -> frozenset[str]:
    """Seats that are in use and answer their chats count; idle ones bring nothing."""
    idle, used = a_company(seats={DAY: [3, 0.0]}), a_company(seats={DAY: [3, 2.4]})
    assert _score(used) > _score(idle)
    assert _score(idle) == _score(a_company(seats={}))
    return NO_RULE


def feedback() -> frozenset[str]:
    """A complaint weighs more than a block, a block more than having been deleted."""
    costs = []
    for outcome in ("accepted", "deleted", "blocked", "complained"):
        story = Story()
        story.tell("enterprise.updated", None, verification="verified", profile={})
        for number in range(6):
            story.add(f"c{number}")
            story.answer(f"c{number}", outcome)
        costs.append((story.member().score, story.company.score))
    assert costs == sorted(set(costs), reverse=True)
    return NO_RULE


def compliance() -> frozenset[str]:
    """Upheld violations cost the member and the enterprise; overturned ones do not."""
    story = settled()
    before = story.member().score, story.company.score
    uphold(story)
    assert (story.member().score, story.company.score) < before
    assert story.company.score < before[1]
    overturn(story)
    assert (story.member().score, story.company.score) == before
    return NO_RULE


def a_higher_upper_limit() -> frozenset[str]:
    """Complete, in use, welcome and clean: the cap rises, midnight after midnight, to the top."""
    company = a_company("certified", seats={DAY: [1, 1.0]})
    good = {"positive": 400.0, "accepted": 400.0, "resolved": 500.0}
    member = a_member(company, profile=frozenset(SCORING.profile.member_fields))
    seen = []
    for _ in range(len(SCORING.tiers)):
        member.sums, company.sums = sums(**good), sums(**good)
        member.active_days = company.active_days = (1 << 28) - 1
        member.clean_since_day = company.clean_since_day = member.day - 90
        member.replies, member.best = {member.day: [10, 100]}, {member.day: 200}
        next_day(company, member, used=True)
        seen.append((member.cap_active, company.cap_active))
    assert seen == sorted(seen)
    assert seen[-1] == (SCORING.tiers[-1].member_active, SCORING.tiers[-1].enterprise_floor)
    assert tiers.project(member, company, SCORING, member.day).active == seen[-1][0]
    return NO_RULE


def several_qr_codes_share() -> frozenset[str]:
    """A scan goes to the member with most left; being added has ten times the cap of adding."""
    assert route({"li": 3, "wang": 9, "zhao": 0}) == "wang"
    assert route({"li": 0, "wang": 0}) is None
    assert all(tier.member_passive == 10 * tier.member_active for tier in SCORING.tiers)
    return NO_RULE


def caution_about_phone_searches() -> frozenset[str]:
    """A search is a cold way; numbers searched in a row are a pattern that holds active adds."""
    assert "phone_search" in COLD
    assert "qr_code" not in COLD
    story = Story()
    for number in range(40):
        story.add(f"c{number}", number_block="n.k1.abc", number_tail=f"{number:04d}")
        story.wait(hours=0.1)
    (flag, *_) = story.flags(SEQUENTIAL)
    assert flag.mode == "enforce"
    return NO_RULE
