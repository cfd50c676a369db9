"""A rate over months."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from .. import _iapt
from ._axes import axes, beside, finish, set_percent_limits, size
from ._notes import missing_months
from ._reports import read_months
from ._style import BLUE, INK, LETTER, MM, QUIET, VERMILLION, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@picture
def run_chart(
    reports: Any,
    measure_id: str = "M192",
    *,
    points_for_significance: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A rate over months, with its mean, natural process limits and special causes: an XmR chart.

    By the rules of NHS England's "Making data count": a single point outside the limits; a shift, points in a row on
    one side of the mean; a trend, points in a row that rise or fall; two of three points close to a limit. A missing
    or suppressed month leaves a gap. With few points there are no limits, and no signals.

    Args:
        reports: A report in long form with the column period_start (a date or its ISO text) and one row a month, or the
            total of each month; or a mapping, or a list of pairs, from the text of each month to its report.
        measure_id: The measure, a rate.
        points_for_significance: How many points are a shift or a trend: 6, 7 or 8; None for the number last published.
        ax: Where to draw; None for a new figure.

    Raises:
        FrameError: A column that is not there.
        ValueError: A report without the measure, or with several rows for one month.
        ImportError: matplotlib is not installed.

    Source: NHS England, Making data count, SPC Charts SQL Query v2.6 (2024).

    >>> import iapt.plot
    >>> report = {"measure_id": ["M192"] * 2, "measure": ["Recovery rate"] * 2, "status": ["ok"] * 2}
    >>> report["value"] = [49.8, 51.3]
    >>> report |= dict.fromkeys(["numerator", "denominator", "lower", "upper", "target"], [None] * 2)
    >>> ax = iapt.plot.run_chart(report | {"period_start": ["2024-04-01", "2024-05-01"]})
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['Apr 24', 'May 24']
    """
    months = read_months(reports, measure_id)
    values = [row.value if row is not None and row.status == "ok" else None for _, row in months]
    chart = _iapt._xmr(values, points_for_significance)
    ax = axes(ax, height=66 * MM)
    measures = [row for _, row in months if row is not None]
    ax.set_ylabel("Rate (%)")
    ax.set_xlabel("Month")
    ax.set_xlim(-0.5, max(len(months) - 0.5, 0.5))
    target = next((row.target for row in reversed(measures) if row.target is not None), None)
    lines = [
        (chart["upper"], "upper limit", BLUE, "--"),
        (chart["mean"], "mean", INK, "-"),
        (chart["lower"], "lower limit", BLUE, "--"),
        (target, "target", VERMILLION, ":"),
    ]
    there = [line for line in lines if line[0] is not None]
    every_value = [value for value in values if value is not None] + [line[0] for line in there]
    set_percent_limits(ax, every_value, room=0.25 if any(chart["signals"]) else 0.12)
    for value, text, color, style in there:
        ax.axhline(value, color=color, linewidth=0.9, linestyle=style, zorder=1, gid=text)
    beside(ax, [(value, f"{text} {value:.1f}", color) for value, text, color, _ in there])
    label_months(ax, [text for text, _ in months])
    draw_months(ax, values, chart["signals"])
    few = "" if chart["upper"] is not None else "Too few months for limits and signals."
    finish(ax, measures[0].measure if measures else measure_id, few, missing_months(months))
    return ax


SIGNALS = {
    "above_limit": "outside limits",
    "below_limit": "outside limits",
    "shift_above": "shift",
    "shift_below": "shift",
    "trend_rising": "trend",
    "trend_falling": "trend",
    "two_of_three_above": "2 of 3",
    "two_of_three_below": "2 of 3",
}
LOOKS = {"": ("o", QUIET, 8), "high": ("^", BLUE, 18), "low": ("v", VERMILLION, 18)}
HIGH = {"above_limit", "shift_above", "trend_rising", "two_of_three_above"}


def draw_months(ax: Axes, values: Sequence[float | None], signals: list[list[str]]) -> None:
    heights = [math.nan if value is None else float(value) for value in values]
    ax.plot(range(len(heights)), heights, color=QUIET, linewidth=0.9, zorder=2, gid="rate")
    # A point with signals of both kinds, such as one of a rising trend below the mean, is shown by the first.
    kinds = ["" if not names else "high" if names[0] in HIGH else "low" for names in signals]
    there = [x for x, value in enumerate(values) if value is not None]
    for kind, (marker, color, area) in LOOKS.items():
        at = [x for x in there if kinds[x] == kind]
        if at:
            gid = f"special cause {kind}" if kind else "common cause"
            ax.scatter(at, [heights[x] for x in at], s=area, c=color, marker=marker, linewidths=0, zorder=3, gid=gid)
    for run in stretches(there, kinds):
        up = kinds[run[0]] == "high"
        tip = (max if up else min)(run, key=lambda x: heights[x])
        names = [name for x in run for name in signals[x] if (name in HIGH) == up]
        # Towards the middle of the picture.
        align = ("left", "center", "right")[min(3 * tip // len(values), 2)]
        ax.annotate(
            textwrap.fill(", ".join(dict.fromkeys(SIGNALS[name] for name in names)), 16), (tip, heights[tip]),
            (0, 4 if up else -4), textcoords="offset points", ha=align, va="bottom" if up else "top",
            color=LOOKS[kinds[tip]][1], zorder=4, gid="signal", linespacing=1.0,
        )  # fmt: skip


def stretches(there: Iterable[int], kinds: Sequence[str]) -> list[list[int]]:
    """The points of one kind in a row; those without a kind are left out."""
    runs = [list(run) for _, run in groupby(there, key=lambda x: kinds[x])]
    return [run for run in runs if kinds[run[0]]]


def label_months(ax: Axes, texts: Sequence[str]) -> None:
    """As many months as fit, at even distances."""
    fit = size(ax)[0] / (LETTER * (2 + max(map(len, texts), default=0)))
    every = next((step for step in (1, 2, 3, 4, 6, 12) if len(texts) <= fit * step), 1 + len(texts) // 4)
    ax.set_xticks(range(0, len(texts), every), texts[::every], parse_math=False)
