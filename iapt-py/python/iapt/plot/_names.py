"""Names beside points, where they hide least."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._axes import fitting, lay_out
from ._reports import Row
from ._style import LETTER, LINE_HEIGHT, VERMILLION

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
            ha="left" if best.side > 0 else "right", color=VERMILLION, zorder=4, gid="outlier", parse_math=False,
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
