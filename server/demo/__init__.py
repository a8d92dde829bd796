"""Sample organisations: three weeks of history through the real ledger and fold, then a live day.

Everything goes the way of real traffic, and of real decisions; only the clock of the history is set
back. `cast`, `companies`: who works where · `organisation`: what they do · `desk`, `redress`: how
the platform's people decide · `incidents`: what and when · `history`, `past`, `living`: then and
now · `staff`: the keys of whoever looks on
"""

from server.demo.cast import ENTERPRISE
from server.demo.companies import COMPANIES
from server.demo.history import HISTORY_DAYS, check_made, make_history
from server.demo.living import live
from server.demo.staff import ADMINISTRATOR, GATEWAY, LI, MEI, PLATFORM, RUI, Held, hand_out

__all__ = [
    "ADMINISTRATOR",
    "COMPANIES",
    "ENTERPRISE",
    "GATEWAY",
    "HISTORY_DAYS",
    "LI",
    "MEI",
    "PLATFORM",
    "RUI",
    "Held",
    "check_made",
    "hand_out",
    "live",
    "make_history",
]
