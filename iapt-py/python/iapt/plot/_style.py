"""Colours and sizes of all pictures."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

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
