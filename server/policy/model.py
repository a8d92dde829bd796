"""The whole policy, as one frozen value."""

import hashlib
import json
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from penalties.policy import PenaltiesPolicy
from quota.policy import QuotaPolicy
from scoring.policy import ScoringPolicy


class Policy(BaseModel):
    """The sections of a policy file, each owned by the package that it steers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    quota: QuotaPolicy
    scoring: ScoringPolicy
    penalties: PenaltiesPolicy

    @cached_property
    def exempt_blocks(self) -> frozenset[str]:
        """Declared corporate blocks: phone numbers without their last four digits."""
        return frozenset(self.scoring.patterns.sequential_numbers.exempt_blocks)

    @cached_property
    def digest(self) -> str:
        """16 hex digits that depend on the values alone, not on layout, order or comments."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]
