"""The driver of the fold, as in the worker: needs, load, needs, load, fold each event."""

from collections.abc import Sequence

from scoring.events import Event
from scoring.fold import first_needs, fold, second_needs
from scoring.working import Effects
from server.replay.enforcement import UNFOLDED, Enforcement
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
        effects, enforcement = Effects(), self.enforcement
        for event in events:
            self._fold(event, in_force, effects)
            follow_ups = enforcement.take(event, in_force)
            while follow_ups:
                self._load(follow_ups)
                for each in follow_ups:
                    self._fold(each, in_force, effects)
                follow_ups = enforcement.take_follow_ups()
            self.tally.note(event, self.memory.working)
        self.tally.gather(effects)
        for flag in effects.flags:
            self._flags.write(flag_line(flag))
        return effects

    def _fold(self, event: Event, in_force: InForce, effects: Effects) -> None:
        if event.type in UNFOLDED:
            return
        known = len(effects.verdicts)
        fold(event, self.memory.working, in_force.policy.scoring, effects)
        self.enforcement.folded(event, effects.verdicts[known:], in_force)

    def _load(self, events: Sequence[Event]) -> None:
        self.memory.load(first_needs(events))
        self.memory.load(second_needs(events, self.memory.working))
