"""The results as pictures, PNG files for a page."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.detection_cells import said
from benchmarks.detection_tables import METHOD_NAMES
from benchmarks.detection_wanted import Results

_LEAST_FALSE = 3e-5
"""Where the logarithmic axis begins; what is 0 stands there."""
_FALSE_LABEL = "honest members flagged (none: at the left edge)"


def roc(axes: Axes, results: Results) -> None:
    """Found against false, with the other methods as points."""
    points = results["roc"]["points"]
    false = [max(point[0], _LEAST_FALSE) for point in points]
    axes.step(false, [point[1] for point in points], where="post", label="log-odds, any threshold")
    for each in results["methods"]:
        x = max(each["false"], _LEAST_FALSE)
        axes.plot(x, each["found"], "o", label=METHOD_NAMES[each["method"]])
    axes.set(xscale="log", xlabel=_FALSE_LABEL, ylabel="abusers found", ylim=(0, 1.02))
    axes.set_title("Found against false")
    axes.legend(loc="lower right", fontsize=8)


def over_adds(axes: Axes, results: Results) -> None:
    """How soon each class is enforced."""
    for name, points in results["over_adds"]["enforce"].items():
        x, y = zip(*points, strict=True)
        axes.plot(x, y, marker=".", label=said(name))
    axes.set(xscale="log", xlabel="active adds since abusive", ylabel="enforced", ylim=(0, 1.02))
    axes.set_title("Enforced within so many adds")
    axes.legend(fontsize=8)


def calibration(axes: Axes, results: Results) -> None:
    """Predicted against observed probability of abuse."""
    rows = results["calibration"]
    axes.plot([1e-4, 1], [1e-4, 1], color="grey", linewidth=1, label="as predicted")
    seen = [row for row in rows if row["observed"] > 0]
    axes.plot(
        [row["predicted"] for row in seen],
        [row["observed"] for row in seen],
        "o-",
        label="members at the end of the month",
    )
    axes.set(xscale="log", yscale="log", xlabel="posterior", ylabel="share that abuse")
    axes.set_title(f"Calibration at {results['policy']['prior']:.1%} abusers")
    axes.legend(fontsize=8)


def removed(axes: Axes, results: Results) -> None:
    """What is found without each pattern."""
    rows = results["removed"]
    places = range(len(rows))
    for shift, level in ((-0.2, "enforce"), (0.2, "review")):
        found = [row[level]["found"] for row in rows]
        axes.barh(
            [place + shift for place in places], found, height=0.38, label=METHOD_NAMES[level]
        )
    axes.set_yticks(list(places), [row["without"] or "(none)" for row in rows])
    axes.invert_yaxis()
    axes.set(xlabel="abusers found", xlim=(0, 1))
    axes.set_title("Without one pattern")
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncol=2)


PLOTS: Mapping[str, Callable[[Axes, Results], None]] = {
    "detection-roc": roc,
    "detection-adds": over_adds,
    "detection-calibration": calibration,
    "detection-removed": removed,
}


def draw(results: Results, directory: Path) -> list[Path]:
    """Writes every plot; the same results give the same bytes with the same matplotlib."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, plot in PLOTS.items():
        figure = Figure(figsize=(7, 4.5), dpi=110, layout="constrained")
        axes: Any = figure.subplots()
        plot(axes, results)
        axes.grid(visible=True, alpha=0.3)
        path = directory / f"{name}.png"
        figure.savefig(path, metadata={"Software": None})
        written.append(path)
    return written
