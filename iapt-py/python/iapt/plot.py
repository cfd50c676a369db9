"""Pictures of outcomes, by matplotlib: `pip install 'iapt[plot]'`.

Each function draws on the Axes given, or on a new figure as wide as a column of print (85 mm), and returns the Axes.
Colours are those of Okabe and Ito, which colour-blind people can tell apart; shapes and line styles differ too.
"""

from __future__ import annotations

import functools
import math
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from . import _iapt
from ._errors import FrameError
from ._iapt import PHQ9, Change, Measure, disclose

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["distributions", "funnel", "jacobson", "rates_by_group", "run_chart"]

P = ParamSpec("P")
R = TypeVar("R")

INK, QUIET, PALE = "#222222", "#6b6b6b", "#e9e9e9"
BLUE, ORANGE, GREEN, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#D55E00"

MM = 1 / 25.4
WIDTH = 85 * MM
STYLE: dict[Any, Any] = {
    "font.size": 7,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7,
    "axes.edgecolor": QUIET,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "text.color": INK,
    "axes.labelcolor": INK,
    "lines.linewidth": 1,
    "savefig.dpi": 300,
}
# In points: a line of text, and a letter of it and of a heading, wide ones included.
LINE_HEIGHT, LETTER, WIDE_LETTER = 8.75, 3.9, 5.2


def picture(function: Callable[P, R]) -> Callable[P, R]:
    """A function that draws, in the style of this module."""

    @functools.wraps(function)
    def styled(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            import matplotlib
        except ImportError as error:
            raise ImportError("pictures need matplotlib: pip install 'iapt[plot]'") from error
        with matplotlib.rc_context(STYLE):
            return function(*args, **kwargs)

    return styled


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


def caseness_text(measure: Measure) -> str:
    sign = "\N{GREATER-THAN OR EQUAL TO}" if measure.case_when == "at_or_above" else ">"
    return f"caseness {sign} {measure.caseness_threshold}"


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


@picture
def funnel(
    report: Any,
    measure_id: str = "M192",
    group: str = "provider",
    *,
    centre: Any = None,
    ax: Axes | None = None,
) -> Axes:
    """The rates of groups against their size, with the limits of chance: a funnel plot.

    Exact binomial limits of 95 % and 99.8 %, in which a group with the rate of the centre would lie. Groups outside the
    wide limits are named. Points are numerator over denominator as the report has them, rounded where it is under
    disclosure control.

    Args:
        report: A report in long form, any kind of frame.
        measure_id: The measure, a rate.
        group: The column of the groups.
        centre: The rate of the centre line in per cent, such as a target; None for that of the total.
        ax: Where to draw; None for a new figure.

    Raises:
        FrameError: A column that is not there.
        ValueError: A report without the measure, without a total where no centre is given, or with several rows for
            one group.
        ImportError: matplotlib is not installed.

    Source: D. J. Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202.

    >>> import iapt.plot
    >>> report = {"measure_id": ["M192"], "measure": ["Recovery rate"], "provider": ["North"], "status": ["ok"]}
    >>> report |= {"numerator": [700], "denominator": [1000], "value": [70], "target": [50]}
    >>> report |= {"lower": [67], "upper": [73]}
    >>> iapt.plot.funnel(report, centre=50).get_ylabel()
    'Rate (%)'
    """
    total, groups = read_report(report, measure_id, group)
    drawn = [row for row in groups if row.status == "ok" and row.denominator]
    numerator, denominator = centre_of(centre, total)
    ax = axes(ax, height=70 * MM)
    ax.set_xlabel("Size of the group (denominator, referrals)")
    ax.set_ylabel("Rate (%)")
    largest = math.ceil(1.06 * max((row.denominator for row in drawn), default=100))
    ax.set_xlim(0, largest)
    limits = _iapt._funnel_limits(numerator, denominator, [row.denominator for row in drawn])
    percent = 100 * numerator / denominator
    ends = draw_limits(ax, numerator, denominator, largest)
    ends.append((percent, f"{'all' if centre is None else 'centre'} {percent:.1f} %", INK))
    heights = [*(row.percent for row in drawn), *edges_at(limits, drawn), *(height for height, _, _ in ends)]
    set_percent_limits(ax, heights)
    ax.axhline(percent, color=INK, linewidth=0.8, gid="centre")
    beside(ax, ends)
    outliers = draw_groups(ax, drawn, limits)
    finish(ax, f"{groups[0].measure} by {group}" if groups else measure_id, not_drawn(groups, drawn))
    label_points(ax, outliers, drawn, percent)
    return ax


def edges_at(limits: Mapping[str, Mapping[str, list[float]]], drawn: Sequence[Row]) -> list[float]:
    """Where the widest limits are at the median size, so that the picture shows them there."""
    if not drawn:
        return []
    middle = sorted(range(len(drawn)), key=lambda at: drawn[at].denominator)[len(drawn) // 2]
    wide = list(limits.values())[-1]
    return [wide["lower_percent"][middle], wide["upper_percent"][middle]]


LIMIT_STYLES = ("--", "-")


def draw_limits(ax: Axes, numerator: int, denominator: int, largest: int) -> list[tuple[float, str, str]]:
    """The curves; returns what is to be written at their ends."""
    # Denser where the curves bend: sizes as squares.
    sizes = sorted({max(1, round(largest * (step / 200) ** 2)) for step in range(1, 201)})
    labels = []
    for (name, curve), style in zip(
        _iapt._funnel_limits(numerator, denominator, sizes).items(), LIMIT_STYLES, strict=True
    ):
        for side in ("lower", "upper"):
            percents = curve[f"{side}_percent"]
            ax.plot(sizes, percents, color=BLUE, linewidth=0.9, linestyle=style, zorder=1, gid=f"{side} {name}")
            labels.append((percents[-1], f"{name} %", BLUE))
    return labels


def draw_groups(ax: Axes, drawn: Sequence[Row], limits: Mapping[str, Mapping[str, list[float]]]) -> list[Row]:
    """The points; returns those outside all limits."""

    # How many pairs of limits a group is outside of, below or above.
    def outside(at: int) -> int:
        row = drawn[at]
        below = sum(row.numerator < curve["lower"][at] for curve in limits.values())
        over = sum(row.numerator > curve["upper"][at] for curve in limits.values())
        return over - below

    places = [outside(at) for at in range(len(drawn))]
    looks = {
        0: ("inside", "o", QUIET, 9),
        -1: ("below the narrow limits", "D", ORANGE, 13),
        1: ("above the narrow limits", "D", ORANGE, 13),
        -2: ("below the wide limits", "v", VERMILLION, 22),
        2: ("above the wide limits", "^", VERMILLION, 22),
    }
    for place, (gid, marker, color, area) in looks.items():
        rows = [row for row, where in zip(drawn, places, strict=True) if where == place]
        if rows:
            ax.scatter(
                [row.denominator for row in rows], [row.percent for row in rows], s=area, c=color, marker=marker,
                linewidths=0.3, edgecolors="white", zorder=3, gid=gid,
            )  # fmt: skip
    return [row for row, where in zip(drawn, places, strict=True) if abs(where) == len(limits)]


def label_points(ax: Axes, rows: Sequence[Row], drawn: Sequence[Row], centre: float) -> None:
    """Names beside points, where they hide least; those far from the centre, where there is room, come first."""
    from matplotlib.patheffects import withStroke

    lay_out(ax)
    scale = 72 / lay_out(ax).dpi  # what was laid out once still moves a little
    at = {row: [scale * length for length in ax.transData.transform((row.denominator, row.percent))] for row in drawn}
    frame = [scale * end for end in ax.get_window_extent().extents]
    taken: list[Box] = []
    for row in sorted(rows, key=lambda row: -abs(row.percent - centre)):
        name = fitting(ax, row.label, 0.36)
        boxes = [Box.beside(at[row], name, side, rise) for rise in (0, 8, -8, 16, -16, 24, -24) for side in (5, -5)]
        best = min(boxes, key=lambda box: box.badness(frame, taken, at.values()))
        taken.append(best)
        ax.annotate(
            name, (row.denominator, row.percent), (best.side, best.rise), textcoords="offset points", va="center",
            ha="left" if best.side > 0 else "right", color=VERMILLION, zorder=4, gid="outlier",
            path_effects=[withStroke(linewidth=1.5, foreground="white")],
            arrowprops=LEADER | {"relpos": (0 if best.side > 0 else 1, 0.5)},
        )  # fmt: skip


LEADER = {"arrowstyle": "-", "color": VERMILLION, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 4}


@dataclass(frozen=True)
class Box:
    """A place for a name beside a point, in points of print."""

    side: float
    rise: float
    left: float
    right: float
    middle: float

    @classmethod
    def beside(cls, point: Sequence[float], name: str, side: float, rise: float) -> Box:
        start = point[0] + side - (0 if side > 0 else LETTER * len(name))
        return cls(side, rise, start, start + LETTER * len(name), point[1] + rise)

    def badness(self, frame: Sequence[float], taken: Iterable[Box], points: Iterable[Sequence[float]]) -> float:
        """How much is hidden, and how far away the name is."""
        outside = self.left < frame[0] or self.right > frame[2] or not frame[1] < self.middle < frame[3]
        texts = sum(self.meets(box.left, box.right, box.middle, LINE_HEIGHT) for box in taken)
        hidden = sum(self.meets(x - 2, x + 2, y, 5) for x, y in points)
        return 50 * outside + 20 * texts + 3 * hidden + abs(self.rise) / 8

    def meets(self, left: float, right: float, middle: float, near: float) -> bool:
        return self.left < right and left < self.right and abs(self.middle - middle) < near


@picture
def rates_by_group(report: Any, measure_id: str = "M192", group: str = "provider", *, ax: Axes | None = None) -> Axes:
    """The rates of groups with their intervals, highest first, and the target.

    Args:
        report: A report in long form, any kind of frame.
        measure_id: The measure, a rate.
        group: The column of the groups.
        ax: Where to draw; None for a new figure, as high as the groups need.

    Raises:
        FrameError: A column that is not there.
        ValueError: A report without the measure, or with several rows for one group.
        ImportError: matplotlib is not installed.

    >>> import iapt.plot
    >>> report = {"measure_id": ["M192"], "measure": ["Recovery rate"], "provider": ["North"], "status": ["ok"]}
    >>> report |= {"numerator": [700], "denominator": [1000], "value": [70], "target": [50]}
    >>> report |= {"lower": [67], "upper": [73]}
    >>> [label.get_text() for label in iapt.plot.rates_by_group(report).get_yticklabels()]
    ['North']
    """
    total, groups = read_report(report, measure_id, group)
    drawn = sorted((row for row in groups if row.status == "ok"), key=lambda row: row.value)
    lines = ([total] if total is not None and total.status == "ok" else []) + drawn
    ax = axes(ax, height=(34 + 4.2 * len(lines)) * MM)
    ax.set_xlabel("Rate (%) with its interval")
    heights = range(len(lines))
    for y, row in zip(heights, lines, strict=True):
        color, marker = (INK, "D") if row.is_total else (BLUE, "o")
        if row.lower is not None and row.upper is not None:
            ax.plot([row.lower, row.upper], [y, y], color=color, linewidth=1.1, zorder=2, gid="interval")
        ax.scatter([row.value], [y], s=14, c=color, marker=marker, zorder=3, gid="total" if row.is_total else "group")
    ax.set_yticks(list(heights), ["all" if row.is_total else fitting(ax, row.label, 0.42) for row in lines])
    ax.set_ylim(-0.7, max(len(lines) - 0.3, 0.7))
    ax.tick_params(axis="y", length=0)
    targets = {row.target for row in lines if row.target is not None}
    for target in targets:
        ax.axvline(target, color=VERMILLION, linewidth=0.9, linestyle="--", zorder=1, gid="target")
        above(ax, target, f"target {target:g}", color=VERMILLION)
    heading = f"{groups[0].measure} by {group}" if groups else measure_id
    finish(ax, heading, not_drawn(groups, drawn), over=bool(targets))
    return ax


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
    ax.set_xticks(range(0, len(texts), every), texts[::every])


# Reading frames.


def columns(frame: Any, names: Iterable[str], optional: Iterable[str] = ()) -> dict[str, list[Any]]:
    """Columns as lists, missing values None; of the optional ones those that are there."""
    frame = subscriptable(frame)
    names_there = getattr(frame, "column_names", None) or getattr(frame, "columns", None)
    there = set(frame if names_there is None else names_there)
    for name in names:
        if name not in there:
            message = f"{name}: the frame has no such column"
            raise FrameError(message, code="MISSING_COLUMN", field=name)
    wanted = dict.fromkeys([*names, *(name for name in optional if name in there)])
    return {name: [None if is_missing(value) else value for value in listed(frame[name])] for name in wanted}


def subscriptable(frame: Any) -> Any:
    """A frame that gives a column by its name."""
    kind = {(known.__module__.partition(".")[0], known.__name__) for known in type(frame).__mro__}
    if ("polars", "LazyFrame") in kind:
        raise TypeError("a polars LazyFrame has no data yet: call .collect() first")
    if ("pyarrow", "RecordBatchReader") in kind:
        return frame.read_all()
    known = {("pandas", "DataFrame"), ("polars", "DataFrame"), ("pyarrow", "Table"), ("pyarrow", "RecordBatch")}
    if isinstance(frame, Mapping) or kind & known:
        return frame
    if not hasattr(frame, "__arrow_c_stream__"):
        raise TypeError(f"a data frame is needed, not {type(frame).__name__}")
    try:
        return arrow_table(frame)
    except ImportError as error:
        raise ImportError("to draw from an Arrow stream, install pyarrow or polars") from error


def arrow_table(frame: Any) -> Any:
    if "polars" in sys.modules and "pyarrow" not in sys.modules:
        return import_module("polars").DataFrame(frame)
    return import_module("pyarrow").table(frame)


def listed(column: Any) -> list[Any]:
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, method):
            return list(getattr(column, method)())
    return list(column)


def is_missing(value: Any) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def exact(number: Any) -> Fraction:
    """A number by its shortest decimal text."""
    return Fraction(str(number))


def published(counts: Mapping[Any, int], disclosure: bool) -> tuple[dict[Any, int], int]:
    """The counts that may be shown, and how many may not."""
    if not disclosure or not counts:
        return dict(counts), 0
    cells = disclose(list(counts.values())).groups
    shown = {key: cell for key, cell in zip(counts, cells, strict=True) if isinstance(cell, int)}
    return shown, len(counts) - len(shown)


# Reading reports.


@dataclass(frozen=True)
class Row:
    """A row of a report."""

    label: str
    measure: str
    numerator: int
    denominator: int
    value: Any
    lower: Any
    upper: Any
    target: Any
    status: str
    is_total: bool
    period_start: Any = None

    @property
    def percent(self) -> float:
        return 100 * self.numerator / self.denominator


NEEDED = ["measure_id", "measure", "numerator", "denominator", "value", "lower", "upper", "target", "status"]


def report_rows(report: Any, measure_id: str, more: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The rows of a measure."""
    table = columns(report, [*NEEDED, *more], optional=["is_total"])
    rows = [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]
    rows = [row for row in rows if row["measure_id"] == measure_id]
    if not rows:
        raise ValueError(f"the report has no row of {measure_id}")
    return rows


def read_row(row: Mapping[str, Any], label: str) -> Row:
    return Row(
        label=label,
        measure=str(row["measure"]),
        numerator=int(row["numerator"] or 0),
        denominator=int(row["denominator"] or 0),
        value=row["value"],
        lower=row["lower"],
        upper=row["upper"],
        target=row["target"],
        status=str(row["status"]),
        is_total=bool(row.get("is_total")),
        period_start=row.get("period_start"),
    )


def read_report(report: Any, measure_id: str, group: str) -> tuple[Row | None, list[Row]]:
    """The row of the total, if there is one, and those of the groups."""
    rows = [
        read_row(row, "not stated" if row[group] is None else str(row[group]))
        for row in report_rows(report, measure_id, [group])
    ]
    totals = [row for row in rows if row.is_total]
    groups = [row for row in rows if not row.is_total]
    if len(totals) > 1 or len({row.label for row in groups}) < len(groups):
        raise ValueError(f"{group}: several rows for one group: draw from a report by {group} alone")
    return (totals[0] if totals else None), groups


def read_months(reports: Any, measure_id: str) -> list[tuple[str, Row | None]]:
    """The months in order, each with its row."""
    if isinstance(reports, Mapping) and "measure_id" not in reports:
        reports = list(reports.items())
    if isinstance(reports, Sequence):
        return [(str(label), only_row(report_rows(report, measure_id), str(label))) for label, report in reports]
    by_start: dict[date, list[dict[str, Any]]] = {}
    for row in report_rows(reports, measure_id, ["period_start"]):
        by_start.setdefault(date.fromisoformat(str(row["period_start"])[:10]), []).append(row)
    found = {start.year * 12 + start.month - 1: only_row(rows, str(start)) for start, rows in by_start.items()}
    first, last = min(found), max(found)
    step = math.gcd(*(month - first for month in found)) or 1
    return [(month_text(month), found.get(month)) for month in range(first, last + 1, step)]


def month_text(month: int) -> str:
    return date(month // 12, month % 12 + 1, 1).strftime("%b %y")


def only_row(rows: Sequence[Mapping[str, Any]], label: str) -> Row:
    """The total, or the one row there is."""
    chosen = [row for row in rows if row.get("is_total")] or list(rows)
    if len(chosen) > 1:
        raise ValueError(f"{label}: several rows for one month: choose those of one group, or the totals")
    return read_row(chosen[0], label)


def centre_of(centre: Any, total: Row | None) -> tuple[int, int]:
    if centre is not None:
        share = exact(centre) / 100
        return share.numerator, share.denominator
    if total is None or total.status != "ok" or not total.denominator:
        raise ValueError("the report has no total that is shown: give the rate of the centre, centre=")
    return total.numerator, total.denominator


# Texts.

WHY_NOT = {"suppressed": "Suppressed", "not_applicable": "No rate", "missing": "Missing"}


def not_drawn(groups: Sequence[Row], drawn: Sequence[Row]) -> str:
    """The groups that are left out, by name."""
    left_out: dict[str, list[str]] = {}
    for row in groups:
        if row not in drawn:
            left_out.setdefault(WHY_NOT.get(row.status, "No rate"), []).append(row.label)
    return " ".join(f"{why}: {', '.join(names)}." for why, names in left_out.items())


def missing_months(months: Sequence[tuple[str, Row | None]]) -> str:
    suppressed = [label for label, row in months if row is not None and row.status == "suppressed"]
    return f"Suppressed: {', '.join(suppressed)}." if suppressed else ""


def withheld(hidden: int) -> str:
    return "Small numbers are not shown; the others are rounded." if hidden else ""


# Drawing.

# Behind a text on a line.
BACKED = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6}


def axes(ax: Axes | None, height: float) -> Axes:
    """The Axes given, in the style of this module, or those of a new figure as wide as a column."""
    if ax is None:
        import matplotlib.pyplot as plt

        return plt.subplots(figsize=(WIDTH, height), layout="constrained")[1]
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set(color=QUIET, linewidth=STYLE["axes.linewidth"])
    ax.tick_params(labelsize=STYLE["xtick.labelsize"], color=QUIET, labelcolor=INK, width=STYLE["xtick.major.width"])
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set(size=STYLE["axes.labelsize"], color=INK)
    return ax


def fitting(ax: Axes, text: str, share: float) -> str:
    """A text cut to a share of the figure's width."""
    length = int(share * lay_out(ax).get_figwidth() * 72 / LETTER)
    return text if len(text) <= length else text[: length - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def lay_out(ax: Axes) -> Figure:
    """The figure, with everything at its place."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    return figure


def size(ax: Axes) -> tuple[float, float]:
    """How wide and how high the Axes are, in points."""
    box, dpi = ax.get_window_extent(), lay_out(ax).dpi
    return max(box.width / dpi * 72, 1.0), max(box.height / dpi * 72, 1.0)


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """The same heights, in the same order, moved apart as far as the gap where they are closer."""
    order = sorted(range(len(heights)), key=lambda at: heights[at])
    # Texts that touch form a block about the mean of their heights.
    blocks: list[list[int]] = []
    for at in order:
        blocks.append([at])
        while len(blocks) > 1 and bottom(blocks[-1], heights, gap) - top(blocks[-2], heights, gap) < gap:
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    moved = list(heights)
    for block in blocks:
        for place, at in enumerate(block):
            moved[at] = bottom(block, heights, gap) + place * gap
    return moved


def bottom(block: Sequence[int], heights: Sequence[float], gap: float) -> float:
    return sum(heights[at] for at in block) / len(block) - gap * (len(block) - 1) / 2


def top(block: Sequence[int], heights: Sequence[float], gap: float) -> float:
    return bottom(block, heights, gap) + gap * (len(block) - 1)


def beside(ax: Axes, labels: Sequence[tuple[float, str, str]], lines: int = 1) -> None:
    """Texts to the right of the Axes, at the heights of what they name, none over another."""
    low, high = ax.get_ylim()
    heights = spread([float(height) for height, _, _ in labels], (high - low) * lines * LINE_HEIGHT / size(ax)[1])
    for height, (_, text, color) in zip(heights, labels, strict=True):
        ax.annotate(
            text, (1, height), (3, 0), xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
            color=color, annotation_clip=False, linespacing=1.0,
        )  # fmt: skip


def above(ax: Axes, x: float, text: str, color: str = INK) -> None:
    """A text on top of the Axes, above a vertical line."""
    ax.annotate(
        text, (float(x), 1), (0, 2), xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
        va="bottom", color=color, annotation_clip=False,
    )  # fmt: skip


def finish(ax: Axes, heading: str, *notes: str, over: bool = False) -> None:
    """The heading, and remarks below the Axes, as wide as all that is drawn; `over` leaves room for texts on top."""
    figure = lay_out(ax)
    box, inner = ax.get_tightbbox(), ax.get_window_extent()
    assert box is not None
    left, width = (length / figure.dpi * 72 for length in (box.x0 - inner.x0, box.width))
    heading = textwrap.fill(heading[:1].upper() + heading[1:], max(int(width / WIDE_LETTER), 20))
    pad = LINE_HEIGHT + 3 if over else 6
    ax.set_title(heading, x=left / (inner.width / figure.dpi * 72), pad=pad)
    text = " ".join(text for text in notes if text)
    if text:
        ax.annotate(
            textwrap.fill(text, max(int(width / LETTER), 30)), (0, 0), (left, -3), gid="note", va="top", color=QUIET,
            xycoords=("axes fraction", ax.xaxis.label), textcoords="offset points", annotation_clip=False,
        )  # fmt: skip


def set_percent_limits(ax: Axes, percents: Iterable[Any], room: float = 0.12) -> None:
    """All percentages, and some room as a share of their range, within 0 and 100."""
    all_of_them = [float(percent) for percent in percents] or [0.0, 100.0]
    low, high = max(min(all_of_them), 0.0), min(max(all_of_them), 100.0)
    more = max((high - low) * room, 1.0)
    ax.set_ylim(max(low - more, 0), min(high + more, 100))


def even_y(ax: Axes) -> None:
    """The same room upwards and downwards, numbers without a sign."""
    from matplotlib.ticker import MaxNLocator

    reach = max(1.0, *(1.1 * abs(end) for end in ax.get_ylim()))
    ax.set_ylim(-reach, reach)
    ax.yaxis.set_major_locator(MaxNLocator(nbins="auto", integer=True))
    ax.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
