"""Last against first scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._iapt import PHQ9, Change, Measure
from ._axes import above, axes, beside, finish, size
from ._frames import columns
from ._scores import caseness_text, published, withheld
from ._style import BLUE, GREEN, INK, MM, PALE, QUIET, VERMILLION, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@picture
def jacobson(
    frame: Any,
    measure: Measure = PHQ9,
    first: str = "phq9_first",
    last: str = "phq9_last",
    *,
    disclosure: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Last against first scores (a Jacobson plot), with caseness and reliable change.

    Each pair of scores is one bubble whose area is the number of referrals. The lines are drawn at the threshold and at
    the reliable change; what a pair on a line is, its colour and shape tell.

    Args:
        frame: A pandas, polars or pyarrow frame, a mapping of columns, or any object that offers Arrow columns. Rows
            without both scores are left out.
        measure: The measure of the two scores.
        first: The column of the first scores, in points.
        last: The column of the last scores.
        disclosure: Whether small counts are left out and the others rounded, as `disclose` does: a picture of single
            patients must not leave the service.
        ax: Where to draw; None for a new figure.

    Raises:
        FrameError: A column that is not there.
        ScoreError: A score outside the range of the measure.
        ImportError: matplotlib is not installed.

    Source: N. S. Jacobson and P. Truax, Journal of Consulting and Clinical Psychology 59 (1991), 12-19.

    >>> import iapt.plot
    >>> ax = iapt.plot.jacobson({"phq9_first": [18, 12], "phq9_last": [9, 11]}, disclosure=False)
    >>> ax.get_xlabel()
    'First score (points)'
    """
    scores = columns(frame, [first, last])
    pairs = [pair for pair in zip(scores[first], scores[last], strict=True) if None not in pair]
    changes = {pair: measure.change(*pair) for pair in set(pairs)}
    shown, hidden = published(Counter(pairs), disclosure)
    ax = axes(ax, height=84 * MM)
    low, high = float(measure.min_score), float(measure.max_score)
    margin = (high - low) / 40
    ax.set(xlim=(low - margin, high + margin), ylim=(low - margin, high + margin), aspect="equal")
    ax.set_xlabel("First score (points)")
    ax.set_ylabel("Last score (points)")
    draw_change_band(ax, measure)
    draw_caseness(ax, measure)
    name_areas(ax, measure)
    draw_bubbles(ax, measure, shown, changes)
    areas = f"Area: number of referrals, at most {max(shown.values())}." if shown else ""
    finish(ax, f"{measure.name}: first and last score", areas, withheld(hidden), over=True)
    return ax


CHANGES = {
    Change.RELIABLE_IMPROVEMENT: ("reliable\nimprovement", GREEN, "o"),
    Change.NO_RELIABLE_CHANGE: ("no reliable\nchange", QUIET, "s"),
    Change.RELIABLE_DETERIORATION: ("reliable\ndeterioration", VERMILLION, "^"),
}
# Behind a text on a line.
BACKED = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6}


def draw_change_band(ax: Axes, measure: Measure) -> None:
    low, high = ax.get_xlim()
    ax.plot([low, high], [low, high], color=QUIET, linewidth=0.5, linestyle=":", zorder=1, gid="no change")
    if measure.reliable_change is None:
        return
    change = float(measure.reliable_change)
    ax.fill_between([low, high], [low - change, high - change], [low + change, high + change], color=PALE, zorder=0)
    for sign, name in ((-1, "improvement"), (1, "deterioration")):
        ends = [low + sign * change, high + sign * change]
        ax.plot([low, high], ends, color=QUIET, linewidth=0.8, zorder=1, gid=f"reliable {name}")
    ax.set_ylim(low, high)


def draw_caseness(ax: Axes, measure: Measure) -> None:
    if measure.caseness_threshold is None:
        return
    threshold = float(measure.caseness_threshold)
    for line, gid in ((ax.axvline, "caseness first"), (ax.axhline, "caseness last")):
        line(threshold, color=BLUE, linewidth=0.9, linestyle="--", zorder=1, gid=gid)
    above(ax, threshold, caseness_text(measure), color=BLUE)


def name_areas(ax: Axes, measure: Measure) -> None:
    """What is where, to the right of the picture; only deterioration leaves the picture at its top."""
    low, high = ax.get_xlim()
    labels = []
    if measure.caseness_threshold is not None:
        labels.append((float(measure.caseness_threshold), caseness_text(measure).replace(" ", "\n", 1), BLUE))
    if measure.reliable_change is not None:
        change = float(measure.reliable_change)
        heights = {Change.NO_RELIABLE_CHANGE: high - change / 2, Change.RELIABLE_IMPROVEMENT: 0.85 * low + 0.15 * high}
        labels += [(height, CHANGES[kind][0], CHANGES[kind][1]) for kind, height in heights.items()]
        text, color, _ = CHANGES[Change.RELIABLE_DETERIORATION]
        ax.text(0.02, 0.99, text, color=color, transform=ax.transAxes, va="top", bbox=BACKED, zorder=4)
    beside(ax, labels, lines=2)


def draw_bubbles(ax: Axes, measure: Measure, counts: Mapping[Any, int], changes: Mapping[Any, Change | None]) -> None:
    low, high = ax.get_xlim()
    step = size(ax)[1] / (high - low) if measure.whole_scores else 5.0
    largest = min(max(step * 1.1, 4.0), 16.0) ** 2 / max(counts.values(), default=1)
    for change, (_, color, marker) in CHANGES.items():
        draw_pairs(ax, counts, [p for p in counts if changes[p] is change], largest, color, marker, change.value)
    draw_pairs(ax, counts, [p for p in counts if changes[p] is None], largest, INK, "o", "change not known")


def draw_pairs(
    ax: Axes, counts: Mapping[Any, int], pairs: list[Any], largest: float, color: str, marker: str, gid: str
) -> None:
    if pairs:
        xs, ys = ([float(score) for score in scores] for scores in zip(*pairs, strict=True))
        areas = [largest * counts[pair] for pair in pairs]
        ax.scatter(xs, ys, s=areas, c=color, marker=marker, linewidths=0, alpha=0.85, zorder=3, gid=gid)
