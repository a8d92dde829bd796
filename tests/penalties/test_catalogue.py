import pytest
from pydantic import ValidationError

from penalties.catalogue import SEED_KINDS, Track, ViolationKind, catalogue

SEED = {
    # §2.1, with the ladder of §2.2
    "Send harassing content": ("T1.HARASSING_CONTENT", Track.LADDER),
    "Send inducing sharing content": ("T1.INDUCED_SHARING", Track.LADDER),
    "Malicious addition of external contacts": ("T1.MALICIOUS_ADD", Track.LADDER),
    # §3: "WeChat violations will affect the WeCom account"
    "Violation of the linked WeChat account": ("T2.LINKED_WECHAT_BLOCKED", Track.LINKED_ACCOUNT),
    # §4.1, all "permanently ban the member account" (§4.2)
    "Use plug-in": ("T3.PLUGIN", Track.PERMANENT),
    "Malicious registration": ("T3.MALICIOUS_REGISTRATION", Track.PERMANENT),
    "Account information violates regulations and laws": ("T3.ACCOUNT_INFO", Track.PERMANENT),
    "Sending online order content": ("T3.ONLINE_ORDER", Track.PERMANENT),
    "Send content that endangers corporate WeChat security": ("T3.SECURITY", Track.PERMANENT),
    "Send infringing content": ("T3.INFRINGEMENT", Track.PERMANENT),
    "Sending pornographic content": ("T3.PORNOGRAPHY", Track.PERMANENT),
    "Send violent and illegal content": ("T3.VIOLENCE", Track.PERMANENT),
    "Send gambling content": ("T3.GAMBLING", Track.PERMANENT),
    "Send gang-related and terrorist content": ("T3.GANG_TERROR", Track.PERMANENT),
    "Sending illegal content": ("T3.ILLEGAL", Track.PERMANENT),
    "Sending fraudulent information content": ("T3.FRAUD", Track.PERMANENT),
    "Sending false information": ("T3.FALSE_INFORMATION", Track.PERMANENT),
    "Send other illegal content": ("T3.OTHER_ILLEGAL", Track.PERMANENT),
}
CLAUSES = {Track.LADDER: "§2.1", Track.LINKED_ACCOUNT: "§3", Track.PERMANENT: "§4.1"}


def test_the_catalogue_is_the_seeds_list() -> None:
    assert {kind.title: (kind.id, kind.track) for kind in SEED_KINDS} == SEED


@pytest.mark.parametrize("kind", SEED_KINDS, ids=lambda kind: kind.id)
def test_a_kind_cites_the_clause_of_its_track(kind: ViolationKind) -> None:
    assert kind.clause == CLAUSES[kind.track]


def test_a_policy_adds_kinds_after_the_seeds() -> None:
    added = ViolationKind(id="T1.SPAM_GROUPS", track=Track.LADDER, clause="house 4", title="Spam")
    kinds = catalogue([added])
    assert list(kinds)[-1] == "T1.SPAM_GROUPS"
    assert len(kinds) == len(SEED_KINDS) + 1


def test_a_policy_may_not_redefine_a_kind() -> None:
    again = SEED_KINDS[0].model_copy(update={"title": "Something milder"})
    with pytest.raises(ValueError, match="already in the catalogue"):
        catalogue([again])


@pytest.mark.parametrize("kind_id", ["T4.X1", "T1.", "t1.SPAM", "SPAM", "T1.9LIVES", "T2.OTHER"])
def test_an_id_names_the_track_it_belongs_to(kind_id: str) -> None:
    with pytest.raises(ValidationError):
        ViolationKind(id=kind_id, track=Track.LADDER, clause="house", title="Spam")
