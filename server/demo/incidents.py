"""What is decided about the samples, and how many hours before the present.

Rui and Mei review for the platform; members and administrators appeal and apply. Some of it waits
for whoever looks on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from server.demo.cast import DAY_H
from server.demo.desk import SYSTEM, Desk, Reporting
from server.demo.redress import Redress
from server.demo.staff import MEI, RUI

LONGEST_AGO = 20
"""Days; a history that does not reach back so far has no incidents."""

Act = Callable[[int], Awaitable[None]]
"""Something that happens at a time, in epoch ms."""
Acts = dict[float, Act]
"""By how many hours ago."""


@dataclass(frozen=True, slots=True)
class Incidents:
    """What happens how many hours ago; whatever was before has been folded: it rests on that."""

    desk: Desk
    redress: Redress

    def acts(self) -> list[tuple[float, Act]]:
        """All of it, oldest first."""
        some = (
            self._ladder(),
            self._mistake(),
            self._links(),
            self._grave(),
            self._found(),
            self._leniency(),
            self._appeals(),
        )
        # Not one table: two things may happen at the same time.
        acts = [act for each in some for act in each.items()]
        return sorted(acts, key=lambda act: -act[0])

    def _ladder(self) -> Acts:
        """Three times, and two people say so."""
        first, second, third = (
            _advertising("harbour/qian", by, facts)
            for by, facts in (
                (RUI, "Sent advertising to 40 contacts."),
                (MEI, "Sent advertising again, to 25."),
                (RUI, "Sent advertising for the third time."),
            )
        )
        report, decide = self.desk.report, self.desk.decide
        return {
            19 * DAY_H + 13: partial(report, first),
            15 * DAY_H + 14: partial(report, second),
            5 * DAY_H + 13: partial(report, third),
            5 * DAY_H + 8: partial(decide, "harbour/qian", "confirm", MEI, "I saw it, too."),
        }

    def _mistake(self) -> Acts:
        """Whoever appealed was right."""
        who, redress = "harbour/he", self.redress
        said = _advertising(who, RUI, "Sent the same message to 12 contacts.")
        text = "These twelve had asked for the price list; it was sent to nobody else."
        why = "All twelve confirm that they had asked for it."
        return {
            9 * DAY_H + 10: partial(self.desk.report, said),
            8 * DAY_H + 14: partial(redress.appeal, who, text),
            7 * DAY_H + 9: partial(redress.answer, who, "overturned", why, MEI),
        }

    def _links(self) -> Acts:
        """One linked account is open again, one still blocked."""
        link = self.desk.link
        return {
            6 * DAY_H + 11: partial(link, "harbour/tang", "blocked"),
            4 * DAY_H + 14: partial(link, "harbour/tang", "unblocked"),
            1 * DAY_H + 12: partial(link, "harbour/xu", "blocked"),
        }

    def _grave(self) -> Acts:
        """Track 3: one that two people upheld, one that waits for the second, one by a machine."""
        plugin = Reporting(
            "yunshan/peng",
            "T3.PLUGIN",
            "Sent through a plug-in: 300 messages within a minute.",
            RUI,
            evidence=("Client signature unknown to every released version.",),
        )
        fraud = Reporting(
            "harbour/gao", "T3.FRAUD", "Asked three contacts for deposits.", RUI, severity="severe"
        )
        scanned = Reporting(
            "nordlicht/lena",
            "T3.FALSE_INFORMATION",
            "Names a travel licence that the register does not have.",
            SYSTEM,
            source="automated",
        )
        report, note = self.desk.report, "The log of the client shows the same."
        return {
            10 * DAY_H + 12: partial(report, plugin),
            10 * DAY_H + 8: partial(self.desk.decide, "yunshan/peng", "confirm", MEI, note),
            15: partial(report, fraud),
            7: partial(report, scanned),
        }

    def _found(self) -> Acts:
        """What patterns found: one was a violation, one was none. Later ones wait."""
        decide, redress, jiang = self.desk.decide, self.redress, "yunshan/jiang"
        note, text = "Called people who never asked for it.", "The numbers came from a fair."
        why = "The fair had ended a year before, and contacts say that they were not there."
        fair = "A campaign for a new route: the list was bought, nobody was pressed."
        return {
            9 * DAY_H: partial(decide, jiang, "confirm", MEI, note),
            8 * DAY_H + 20: partial(redress.appeal, jiang, text),
            7 * DAY_H + 22: partial(redress.answer, jiang, "rejected", why, RUI),
            8 * DAY_H: partial(decide, "nordlicht/anna", "dismiss", RUI, fair),
        }

    def _leniency(self) -> Acts:
        """Applications: granted, refused, and one that waits."""
        report, redress = self.desk.report, self.redress
        greta = _advertising("nordlicht/greta", RUI, "Sent a coupon to 18 contacts.")
        reed = _advertising("hudson/reed", MEI, "Sent chain letters to 30 contacts.")
        shen = _advertising("harbour/shen", RUI, "Sent a lottery link to 9 contacts.")
        sorry = "She was told how to ask first; her customers wait for their tickets."
        again = "We need him back at his desk."
        training = "He took the training on Friday, and the link is gone from our material."
        return {
            12 * DAY_H + 10: partial(report, greta),
            12 * DAY_H + 2: partial(redress.apply, "nordlicht/greta", sorry),
            11 * DAY_H + 12: partial(
                redress.answer, "nordlicht/greta", "approved", "First time, and made good.", MEI
            ),
            11 * DAY_H + 5: partial(report, reed),
            10 * DAY_H + 20: partial(redress.apply, "hudson/reed", again),
            10 * DAY_H + 5: partial(
                redress.answer, "hudson/reed", "rejected", "Says nothing of what changed.", RUI
            ),
            30: partial(report, shen),
            5: partial(redress.apply, "harbour/shen", training),
        }

    def _appeals(self) -> Acts:
        """Those that wait: overdue, under review, for information, and a new one."""
        report, redress = self.desk.report, self.redress
        sharing = "T1.INDUCED_SHARING"
        lin = Reporting("yunshan/lin", sharing, "Promised a prize for sharing in 5 groups.", RUI)
        cai = Reporting("yunshan/cai", sharing, "Asked 20 parents to forward a poster.", MEI)
        jonas = _advertising("nordlicht/jonas", RUI, "Sent offers to 22 contacts at night.")
        pang = _advertising("lantern/pang", MEI, "Sent a menu to 35 contacts twice.")
        poster = ("Poster of the open day, 3 pages", "Approved by the parents' council", "Cai Yi")
        order = ("Orders of 35 guests who asked for the menu", "Lantern Tea (Deng Long)")
        prize = "奖品是学校的活动，没有要求转发。"
        night = "Kunden hatten um Nachtangebote gebeten."
        asked = "Please name the customers who had asked for night offers, with dates."
        return {
            5 * DAY_H: partial(report, lin),
            3 * DAY_H: partial(redress.appeal, "yunshan/lin", prize),
            2 * DAY_H + 6: partial(report, jonas),
            40: partial(redress.appeal, "nordlicht/jonas", night),
            28: partial(redress.answer, "nordlicht/jonas", "need_information", asked, MEI),
            36: partial(report, cai),
            26: partial(redress.appeal, "yunshan/cai", "The council had asked for the poster."),
            25.5: partial(redress.bring, "yunshan/cai", poster),
            20: partial(redress.review, "yunshan/cai", RUI),
            22: partial(report, pang),
            3: partial(redress.appeal, "lantern/pang", "Guests asked for it: 客人要的菜单。"),
            2.5: partial(redress.bring, "lantern/pang", order),
        }


def _advertising(who: str, by: str, facts: str) -> Reporting:
    return Reporting(who, "T1.HARASSING_CONTENT", facts, by)
