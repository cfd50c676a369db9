"""How many referrals have each score."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .._iapt import PHQ9, Measure
from ._axes import above, axes, finish
from ._frames import columns
from ._scores import caseness_text, exact, published, withheld
from ._style import BLUE, INK, MM, ORANGE, QUIET, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@picture
def distributions(
    frame: Any,
    measure: Measure = PHQ9,
    first: str = "phq9_first",
    last: str = "phq9_last",
    *,
    disclosure: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """How many referrals have each score: first scores upwards, last scores downwards, and the caseness threshold.

    The bar of a whole score begins at it, so that the line at the threshold stands between the scores below and those
    from it on. Where only scores above the threshold are cases, it ends there.

    Args:
        frame: As for `jacobson`; so are the other arguments. Every score counts, also without its counterpart.
        measure: As for `jacobson`.
        first: As for `jacobson`.
        last: As for `jacobson`.
        disclosure: Whether small counts are left out and the others rounded, as `disclose` does.
        ax: Where to draw; None for a new figure.

    Raises:
        FrameError: A column that is not there.
        ScoreError: A score outside the range of the measure.
        ImportError: matplotlib is not installed.

    >>> import iapt.plot
    >>> ax = iapt.plot.distributions({"phq9_first": [18, 12], "phq9_last": [9, None]}, disclosure=False)
    >>> ax.get_ylabel()
    'Referrals'
    """
    scores = columns(frame, [first, last])
    ax = axes(ax, height=66 * MM)
    bins = Bins(measure)
    hidden = 0
    for name, sign, color, text in ((first, 1, BLUE, "first score"), (last, -1, ORANGE, "last score")):
        counts = Counter(bins.left(score) for score in scores[name] if score is not None)
        shown, left_out = published(counts, disclosure)
        hidden += left_out
        heights = [sign * count for count in shown.values()]
        ax.bar(
            [float(left) for left in shown], heights, float(bins.width), align="edge", color=color, edgecolor="white",
            linewidth=0.4, gid=text,
        )  # fmt: skip
        place, align = (0.98, "top") if sign > 0 else (0.02, "bottom")
        ax.text(0.99, place, text, color=INK, weight="bold", transform=ax.transAxes, ha="right", va=align)
    ax.axhline(0, color=QUIET, linewidth=0.6)
    ax.set_xlim(float(measure.min_score), float(bins.end))
    even_y(ax)
    bins.label(ax)
    if measure.caseness_threshold is not None:
        ax.axvline(float(measure.caseness_threshold), color=INK, linewidth=0.9, linestyle="--", gid="caseness")
        above(ax, float(measure.caseness_threshold), caseness_text(measure))
    ax.set_xlabel("Score (points)")
    ax.set_ylabel("Referrals")
    finish(ax, f"{measure.name}: first and last scores", withheld(hidden), over=True)
    return ax


class Bins:
    """One bar for each whole score, or 40 for the range of a mean."""

    def __init__(self, measure: Measure) -> None:
        self.measure = measure
        self.low, high = exact(measure.min_score), exact(measure.max_score)
        self.width = Fraction(1) if measure.whole_scores else (high - self.low) / 40
        self.end = high + self.width if measure.whole_scores else high
        self.open_left = measure.case_when == "above"

    def left(self, score: Any) -> Fraction:
        """Where the bar of a score begins."""
        self.measure.is_case(score)  # refuses what is no score of the measure
        steps = (exact(score) - self.low) / self.width
        step = math.ceil(steps) - 1 if self.open_left else math.floor(steps)
        last = int((self.end - self.low) / self.width) - 1
        return self.low + self.width * min(max(step, 0), last)

    def label(self, ax: Axes) -> None:
        """Ticks in the middle of the bars of whole scores."""
        if self.measure.whole_scores:
            ticks = [tick for tick in ax.get_xticks() if self.low <= tick < self.end and tick == int(tick)]
            ax.set_xticks([tick + 0.5 for tick in ticks], [f"{tick:.0f}" for tick in ticks])


def even_y(ax: Axes) -> None:
    """The same room upwards and downwards, numbers without a sign."""
    from matplotlib.ticker import MaxNLocator

    reach = max(1.0, *(1.1 * abs(end) for end in ax.get_ylim()))
    ax.set_ylim(-reach, reach)
    ax.yaxis.set_major_locator(MaxNLocator(nbins="auto", integer=True))
    ax.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
