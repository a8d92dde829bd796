"""Puts the tables and plots of a measurement into a page, between its markers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.detection_cells import markdown
from benchmarks.detection_example import in_words
from benchmarks.detection_plots import PLOTS, draw
from benchmarks.detection_tables import all_of

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
IMAGES = "images"
_CAPTIONS = {
    "detection-roc": "Abusers found against honest members flagged",
    "detection-adds": "Share of each class enforced within so many adds",
    "detection-calibration": "Predicted and observed probability of abuse",
    "detection-removed": "Abusers found without each pattern",
}


class PageError(ValueError):
    """The page lacks the markers, or has them twice or turned round."""


def rewrite(page: Path, results: Mapping[str, Any]) -> None:
    """Replaces what stands between the markers, and the plots in `images` beside the page.

    Raises PageError, and then changes nothing.
    """
    text = page.read_text(encoding="utf-8")
    before, found, rest = text.partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not (found and ends) or BEGIN in rest or END in after:
        raise PageError(f"{page}: must have {BEGIN} and, after it, {END}, once each")
    draw(results, page.parent / IMAGES)
    page.write_text(f"{before}{BEGIN}\n\n{measured(results)}\n\n{END}{after}", encoding="utf-8")


def measured(results: Mapping[str, Any]) -> str:
    """The generated part of the page."""
    parts = ["### A verdict worked through", in_words(results["example"])]
    parts += ["### The traffic", _about(results)]
    parts += [f"![{_CAPTIONS[name]}]({IMAGES}/{name}.png)" for name in PLOTS]
    return "\n\n".join([*parts, *map(markdown, all_of(results))])


def _about(results: Mapping[str, Any]) -> str:
    size, policy = results["size"], results["policy"]
    seeds = ", ".join(map(str, size["seeds"]))
    return (
        f"Seeds {seeds}, {size['days']} days: {results['honest']:,} honest and "
        f"{results['abusive']:,} abusive members, {results['events']:,} events. "
        f"Reviewed from a posterior of {policy['review']:g}, enforced from {policy['enforce']:g}, "
        f"at a prior of {policy['prior']:g}; policy {results['digest']}."
    )
