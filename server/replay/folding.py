"""The driver of the fold, as in the worker: needs, load, needs, load, fold each event."""

from collections.abc import Sequence

from scoring.events import Event
from scoring.fold import first_needs, fold, second_needs
from scoring.working import Effects
from server.replay.enforcement import DECIDING, UNFOLDED, Enforcement
from server.replay.memory import Memory
from server.replay.output import LinesFile
from server.replay.policies import InForce
from server.replay.results import flag_line
from server.replay.tally import Tally


class Folding:
    """Folds batches of events over the memory of a replay; writes flags, counts what came of it."""

    def __init__(
        self, memory: Memory, tally: Tally, flags: LinesFile, enforcement: Enforcement
    ) -> None:
        self.memory = memory
        self.tally = tally
        self.enforcement = enforcement
        self._flags = flags

    def fold(self, events: Sequence[Event], in_force: InForce) -> Effects:
        """What the events call for. Which views changed stands in `working` until `settle`."""
        self._load(events)
        effects, working = Effects(), self.memory.working
        scoring, verdicts = in_force.policy.scoring, effects.verdicts
        for event in events:
            if event.type not in UNFOLDED:
                known = len(verdicts)
                fold(event, working, scoring, effects)
                if len(verdicts) > known or self.enforcement.is_put_off:
                    self.enforcement.folded(event, verdicts[known:], in_force)
            if event.type in DECIDING or self.enforcement.has_follow_ups:
                self._decide(event, in_force, effects)
            self.tally.note(event, working)
        self.tally.gather(effects)
        for flag in effects.flags:
            self._flags.write(flag_line(flag))
        return effects

    def _decide(self, event: Event, in_force: InForce, effects: Effects) -> None:
        """What the event decides, and what scoring has to know of that, folded at once."""
        follow_ups = self.enforcement.take(event, in_force)
        while follow_ups:
            self._load(follow_ups)
            for each in follow_ups:
                known = len(effects.verdicts)
                fold(each, self.memory.working, in_force.policy.scoring, effects)
                self.enforcement.folded(each, effects.verdicts[known:], in_force)
            follow_ups = self.enforcement.take_follow_ups()

    def _load(self, events: Sequence[Event]) -> None:
        self.memory.load(first_needs(events))
        self.memory.load(second_needs(events, self.memory.working))
