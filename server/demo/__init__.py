"""A sample organisation: three weeks of history through the real ledger and fold, then a live day.

Everything goes the way of real traffic, and of real decisions; only the clock of the history is set
back. `cast`: who works there · `organisation`: what they do · `incidents`: what is decided about
them · `history`, `living`: then and now
"""

from server.demo.cast import ENTERPRISE
from server.demo.history import HISTORY_DAYS, make_history
from server.demo.living import live

__all__ = ["ENTERPRISE", "HISTORY_DAYS", "live", "make_history"]
