"""Axes, and the texts around them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ._style import INK, LETTER, LINE_HEIGHT, QUIET, STYLE, WIDE_LETTER, WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def axes(ax: Axes | None, height: float) -> Axes:
    """The Axes given, in the style of this module, or those of a new figure as wide as a column."""
    if ax is None:
        import matplotlib.pyplot as plt

        return alone(plt.figure(figsize=(WIDTH, height), layout="constrained"))
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set(color=QUIET, linewidth=STYLE["axes.linewidth"])
    ax.tick_params(labelsize=STYLE["xtick.labelsize"], color=QUIET, labelcolor=INK, width=STYLE["xtick.major.width"])
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set(size=STYLE["axes.labelsize"], color=INK)
    return ax


OWN = "own"


def alone(figure: Figure) -> Axes:
    """The Axes of a figure that is theirs and grows by the notes below them."""
    figure.set_gid(OWN)
    return figure.subplots()


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


def beside(ax: Axes, labels: Sequence[tuple[float, str, str]], lines: int = 1) -> None:
    """Texts to the right of the Axes, at the heights of what they name, none over another."""
    low, high = ax.get_ylim()
    heights = spread([float(height) for height, _, _ in labels], (high - low) * lines * LINE_HEIGHT / size(ax)[1])
    for height, (_, text, color) in zip(heights, labels, strict=True):
        ax.annotate(
            text, (1, height), (3, 0), xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
            color=color, annotation_clip=False, linespacing=1.0,
        )  # fmt: skip


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
    ax.set_title(heading, x=left / (inner.width / figure.dpi * 72), pad=pad, parse_math=False)
    text = " ".join(text for text in notes if text)
    if text:
        gap = 3
        note = ax.annotate(
            textwrap.fill(text, max(int(width / LETTER), 30)), (0, 0), (left, -gap), gid="note", va="top", color=QUIET,
            xycoords=("axes fraction", ax.xaxis.label), textcoords="offset points", annotation_clip=False,
            parse_math=False,
        )  # fmt: skip
        if figure.get_gid() == OWN:
            more = note.get_window_extent().height / figure.dpi + gap / 72
            figure.set_figheight(figure.get_figheight() + more)


def set_percent_limits(ax: Axes, percents: Iterable[Any], room: float = 0.12) -> None:
    """All percentages, and some room as a share of their range, within 0 and 100."""
    all_of_them = [float(percent) for percent in percents] or [0.0, 100.0]
    low, high = max(min(all_of_them), 0.0), min(max(all_of_them), 100.0)
    more = max((high - low) * room, 1.0)
    ax.set_ylim(max(low - more, 0), min(high + more, 100))
