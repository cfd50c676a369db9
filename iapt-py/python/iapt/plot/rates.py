"""The rates of groups with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._axes import above, axes, finish, fitting
from ._notes import not_drawn
from ._reports import read_report
from ._style import BLUE, INK, MM, VERMILLION, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
    ax.set_yticks(list(heights), [fitting(ax, row.label, 0.42) for row in lines], parse_math=False)
    ax.set_ylim(-0.7, max(len(lines) - 0.3, 0.7))
    ax.tick_params(axis="y", length=0)
    targets = {row.target for row in lines if row.target is not None}
    for target in targets:
        ax.axvline(target, color=VERMILLION, linewidth=0.9, linestyle="--", zorder=1, gid="target")
        above(ax, target, f"target {target:g}", color=VERMILLION)
    heading = f"{groups[0].measure} by {group}" if groups else measure_id
    finish(ax, heading, not_drawn(groups, drawn), over=bool(targets))
    return ax
