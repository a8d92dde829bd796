"""Which policy holds for a line: the one given, else the one that the file last activated."""

from dataclasses import dataclass, field
from functools import cached_property

from quota.policy import Rules
from server.policy import Policy, PolicyError, default_policy, policy_from_object
from server.policy.rules import rules_of
from server.replay.reading import Line


@dataclass(frozen=True)
class InForce:
    """A policy under its version."""

    policy: Policy
    version: int

    @cached_property
    def rules(self) -> Rules:
        """What the ledger takes of it."""
        return rules_of(self.policy, self.version)


@dataclass(slots=True)
class Policies:
    """`given` holds throughout; without it, the shipped policy holds until a file activates one.

    An export has one `policy.activated` per shard of the service, and its lines name their shard.
    """

    given: Policy | None
    latest: InForce = field(init=False)
    """What was activated last, for reports at the end."""
    _of_shard: dict[int | None, InForce] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.latest = InForce(self.given or default_policy(), 1)
        self._of_shard[None] = self.latest

    def of(self, line: Line) -> InForce:
        """The policy that holds for a line."""
        return self._of_shard.get(line.shard) or self._of_shard[None]

    def activate(self, line: Line) -> None:
        """Takes over a `policy.activated`. Raises ReplayError for a policy that cannot be used."""
        if self.given is not None:
            return
        try:
            policy = policy_from_object(line.body["policy"])
        except PolicyError as error:
            raise line.error(str(error.problems[0])) from None
        if policy != self.latest.policy or line.body["version"] != self.latest.version:
            self.latest = InForce(policy, line.body["version"])
        if line.shard is None:
            self._of_shard.clear()
            self._of_shard[None] = self.latest
        else:
            self._of_shard[line.shard] = self.latest
