"""The rates of groups against their size."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import _iapt
from .._files import label
from ._axes import axes, beside, finish, set_percent_limits
from ._names import label_points
from ._notes import not_drawn
from ._reports import Row, read_report
from ._scores import exact
from ._style import BLUE, INK, MM, ORANGE, QUIET, VERMILLION, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
    # Rule DISCLOSURE-12: Points of a funnel plot are those of the rounded counts of the report. Source: this project's
    # choice.
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
    name = label(None, total=True) if centre is None else "centre"
    ends.append((percent, f"{name} {percent:.1f} %", INK))
    heights = [*(row.percent for row in drawn), *edges_at(limits, drawn), *(height for height, _, _ in ends)]
    set_percent_limits(ax, heights)
    ax.axhline(percent, color=INK, linewidth=0.8, gid="centre")
    beside(ax, ends)
    outliers = draw_groups(ax, drawn, limits)
    finish(ax, f"{groups[0].measure} by {group}" if groups else measure_id, not_drawn(groups, drawn))
    label_points(ax, outliers, drawn, percent)
    return ax


def centre_of(centre: Any, total: Row | None) -> tuple[int, int]:
    if centre is not None:
        share = exact(centre) / 100
        return share.numerator, share.denominator
    if total is None or total.status != "ok" or not total.denominator:
        raise ValueError("the report has no total that is shown: give the rate of the centre, centre=")
    return total.numerator, total.denominator


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
