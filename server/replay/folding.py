"""The driver of the fold, as in the worker: needs, load, needs, load, fold each event."""

from collections.abc import Sequence

from scoring.events import Event
from scoring.fold import first_needs, fold, second_needs
from scoring.working import Effects
from server.replay.cases import Cases
from server.replay.memory import Memory
from server.replay.output import LinesFile
from server.replay.policies import InForce
from server.replay.results import flag_line
from server.replay.tally import Tally


class Folding:
    """Folds batches of events over the memory of a replay; writes flags, counts what came of it."""

    def __init__(self, memory: Memory, tally: Tally, flags: LinesFile, cases: LinesFile) -> None:
        self.memory = memory
        self.tally = tally
        self.cases = Cases(memory.working, cases, tally)
        self._flags = flags

    def fold(self, events: Sequence[Event], in_force: InForce) -> Effects:
        """What the events call for. Which views changed stands in `working` until `settle`."""
        memory = self.memory
        working = memory.working
        memory.load(first_needs(events))
        memory.load(second_needs(events, working))
        effects = Effects()
        for event in events:
            known = len(effects.verdicts)
            fold(event, working, in_force.policy.scoring, effects)
            self.cases.folded(event, effects.verdicts[known:], in_force)
            self.tally.note(event, working)
        self.tally.gather(effects)
        for flag in effects.flags:
            self._flags.write(flag_line(flag))
        return effects
