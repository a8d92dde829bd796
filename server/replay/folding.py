"""The driver of the fold, as in the worker: needs, load, needs, load, fold each event."""

from collections.abc import Sequence

from scoring.events import Event
from scoring.fold import first_needs, fold, second_needs
from scoring.policy import ScoringPolicy
from scoring.working import Effects
from server.replay.memory import Memory
from server.replay.output import LinesFile
from server.replay.results import flag_line
from server.replay.tally import Tally


class Folding:
    """Folds batches of events over the memory of a replay; writes flags, counts what came of it."""

    def __init__(self, memory: Memory, tally: Tally, flags: LinesFile) -> None:
        self.memory = memory
        self.tally = tally
        self._flags = flags

    def fold(self, events: Sequence[Event], policy: ScoringPolicy) -> Effects:
        """What the events call for. Which views changed stands in `working` until `settle`."""
        memory = self.memory
        working = memory.working
        memory.load(first_needs(events))
        memory.load(second_needs(events, working))
        effects = Effects()
        for event in events:
            fold(event, working, policy, effects)
            self.tally.note(event, working)
        self.tally.gather(effects)
        for flag in effects.flags:
            self._flags.write(flag_line(flag))
        return effects
