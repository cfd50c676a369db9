"""The pictures of a page: drawn by matplotlib, and put into the page as they are."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ._cells import subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ._report import Report

FUNNELS = ("M192", "M186", "M195", "M053")
RUNS = ("M192", "M053")

FEWEST = 3
# A picture with a line for each group is too high for a page with more.
MOST_LINES = 40


@dataclass(frozen=True)
class Picture:
    """A picture: the image as a data URI, what it shows for those who do not see it, and its heading."""

    image: str
    alt: str
    heading: str


def available() -> bool:
    """Whether pictures can be drawn."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        return False
    return True


def of_groups(report: Report, rows: Sequence[dict[str, Any]]) -> list[Picture]:
    """The rates of the groups of one column, where enough of them may be shown."""
    if len(report.by) != 1:
        return []
    from . import plot

    group = report.by[0]
    pictures = []
    for measure_id in FUNNELS:
        of_measure = [row for row in rows if row["measure_id"] == measure_id]
        shown = [row for row in of_measure if row["status"] == "ok" and not row["is_total"]]
        if len(shown) < FEWEST:
            continue
        figures = {name: [row[name] for row in of_measure] for name in of_measure[0]}
        about = f"{subject(of_measure[0]['measure'])} by {group}"
        numbers = f"{len(shown)} groups. The figures are in the tables below."
        if total_shown(of_measure):
            alt = f"Funnel plot: {about}, the rate against the size of the group, with the limits of chance, {numbers}"
            drawn = draw(partial(plot.funnel, figures, measure_id, group), 70)
            pictures.append(Picture(drawn, alt, f"{about}: sizes and rates"))
        if len(shown) <= MOST_LINES:
            alt = f"Rates with their intervals: {about}, highest first, and the target, {numbers}"
            drawn = draw(partial(plot.rates_by_group, figures, measure_id, group), 26 + 4.2 * (len(shown) + 1))
            pictures.append(Picture(drawn, alt, f"{about}: rates and intervals"))
    return pictures


def total_shown(rows: Sequence[dict[str, Any]]) -> bool:
    """Whether there is a rate of all for the centre line."""
    return any(row["is_total"] and row["status"] == "ok" and row["denominator"] for row in rows)


def of_months(months: Sequence[Report]) -> list[Picture]:
    """The rates of the total, month by month."""
    from . import plot

    labels = [f"{month.period[0]:%b %y}" for month in months]
    totals = [[row for row in month.to_dicts() if row["is_total"]] for month in months]
    pictures = []
    for measure_id in RUNS:
        rows = [next((row for row in total if row["measure_id"] == measure_id), None) for total in totals]
        there = [(text, row) for text, row in zip(labels, rows, strict=True) if row is not None]
        if not any(row["status"] == "ok" for _, row in there):
            continue
        pairs = [(text, {name: [value] for name, value in row.items()}) for text, row in there]
        about = subject(there[0][1]["measure"])
        alt = f"Run chart: {about} of all referrals, month by month from {labels[0]} to {labels[-1]}"
        drawn = draw(partial(plot.run_chart, pairs, measure_id), 66)
        pictures.append(Picture(drawn, alt, f"{about}: month by month"))
    return pictures


def draw(paint: Callable[..., Axes], height: float) -> str:
    """What is painted on Axes as an SVG in a data URI; the height is in millimetres.

    As an image of its own it shares no names with the page or with other pictures.
    """
    import matplotlib
    from matplotlib.figure import Figure

    from .plot._axes import alone
    from .plot._style import MM, STYLE, WIDTH

    # The same figures make the same bytes.
    style = {**STYLE, "svg.hashsalt": "iapt", "svg.fonttype": "path"}
    out = io.BytesIO()
    with matplotlib.rc_context(style), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # letters that the font does not have
        figure = Figure(figsize=(WIDTH, height * MM), layout="constrained")
        # The page has the heading as text.
        paint(ax=alone(figure)).set_title("")
        figure.savefig(out, format="svg", metadata={"Date": None}, bbox_inches="tight", pad_inches=0.02)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
