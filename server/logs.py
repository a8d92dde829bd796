"""How every process of the service logs."""

from __future__ import annotations

import logging
import sys


def begin_logging(*, embedded: bool = False) -> None:
    """One line an entry, to stderr; migrations only speak when something is wrong."""
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s [%(process)d] %(name)s: %(message)s",
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if embedded:  # every start refills every shard there: no news
        logging.getLogger("server.worker.refill").setLevel(logging.WARNING)
