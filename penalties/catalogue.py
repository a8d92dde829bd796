"""The kinds of violation and the penalty track that each belongs to.

The seed lists them with "including but not limited to" (§1): a deployment adds kinds of its own in
the policy, and may not redefine the ones below.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator


class Track(IntEnum):
    """The seed's three penalty rules: §2 (a ladder), §3 (a linked account), §4 (for good)."""

    LADDER = 1
    LINKED_ACCOUNT = 2
    PERMANENT = 3


class ViolationKind(BaseModel):
    """One kind of violation.

    `id` reads `T<track>.<NAME>`, `clause` is where the rule stands ("§2.1" of the seed, or the
    deployment's own words), `title` is shown to people in a statement of reasons.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    track: Track
    id: str = Field(pattern=r"^T[123]\.[A-Z][A-Z0-9_]{1,47}$")
    clause: str = Field(min_length=1, max_length=200)
    title: str = Field(min_length=1, max_length=200)

    @field_validator("id")
    @classmethod
    def _id_names_its_track(cls, value: str, info: ValidationInfo) -> str:
        track = info.data.get("track")
        if track is not None and not value.startswith(f"T{int(track)}."):
            msg = f"must begin with T{int(track)}., as its track is {int(track)}"
            raise ValueError(msg)
        return value


def _kind(kind_id: str, clause: str, title: str) -> ViolationKind:
    return ViolationKind(id=kind_id, track=Track(int(kind_id[1])), clause=clause, title=title)


SEED_KINDS: tuple[ViolationKind, ...] = (
    _kind("T1.HARASSING_CONTENT", "§2.1", "Send harassing content"),
    _kind("T1.INDUCED_SHARING", "§2.1", "Send inducing sharing content"),
    _kind("T1.MALICIOUS_ADD", "§2.1", "Malicious addition of external contacts"),
    _kind("T2.LINKED_WECHAT_BLOCKED", "§3", "Violation of the linked WeChat account"),
    _kind("T3.PLUGIN", "§4.1", "Use plug-in"),
    _kind("T3.MALICIOUS_REGISTRATION", "§4.1", "Malicious registration"),
    _kind("T3.ACCOUNT_INFO", "§4.1", "Account information violates regulations and laws"),
    _kind("T3.ONLINE_ORDER", "§4.1", "Sending online order content"),
    _kind("T3.SECURITY", "§4.1", "Send content that endangers corporate WeChat security"),
    _kind("T3.INFRINGEMENT", "§4.1", "Send infringing content"),
    _kind("T3.PORNOGRAPHY", "§4.1", "Sending pornographic content"),
    _kind("T3.VIOLENCE", "§4.1", "Send violent and illegal content"),
    _kind("T3.GAMBLING", "§4.1", "Send gambling content"),
    _kind("T3.GANG_TERROR", "§4.1", "Send gang-related and terrorist content"),
    _kind("T3.ILLEGAL", "§4.1", "Sending illegal content"),
    _kind("T3.FRAUD", "§4.1", "Sending fraudulent information content"),
    _kind("T3.FALSE_INFORMATION", "§4.1", "Sending false information"),
    _kind("T3.OTHER_ILLEGAL", "§4.1", "Send other illegal content"),
)
"""What the seed names, in its order and by its own headings."""


def catalogue(added: Iterable[ViolationKind] = ()) -> Mapping[str, ViolationKind]:
    """Every kind by id: the seed's first, then those a policy adds.

    Raises ValueError when an added kind redefines one that is already there.
    """
    kinds = {kind.id: kind for kind in SEED_KINDS}
    for kind in added:
        if kind.id in kinds:
            msg = f"{kind.id} is already in the catalogue: give the added kind another id"
            raise ValueError(msg)
        kinds[kind.id] = kind
    return MappingProxyType(kinds)
