"""Versions of the policy that the samples' platform had before the one that ships."""

from __future__ import annotations

from server.demo.cast import DAY_H
from server.policy import Policy, default_policy, policy_from_object


def first() -> Policy:
    """As careful as a platform begins."""
    return _with_quota(handover_daily=200, member_burst_passive="30/minute")


def later() -> dict[float, Policy]:
    """What came into force afterwards, by how many hours ago: the last is the one that ships."""
    return {
        14 * DAY_H + 4: _with_quota(member_burst_passive="30/minute"),
        6 * DAY_H + 5: default_policy(),
    }


def _with_quota(**changed: int | str) -> Policy:
    written = default_policy().model_dump(mode="json")
    return policy_from_object({**written, "quota": {**written["quota"], **changed}})
