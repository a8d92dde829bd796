"""The policy: every number a trust-and-safety team would tune, in one versioned TOML file.

Each domain package defines its own section; this one composes them, reads files and says what is
wrong with them, line by line.
"""

from server.policy.load import default_policy, load_policy, parse_policy, policy_from_object
from server.policy.model import Policy
from server.policy.problems import PolicyError, PolicyProblem

__all__ = [
    "Policy",
    "PolicyError",
    "PolicyProblem",
    "default_policy",
    "load_policy",
    "parse_policy",
    "policy_from_object",
]
