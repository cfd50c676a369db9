"""A report as one page of HTML that needs no network, and as a short table for notebooks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from . import _pictures
from ._cells import AGAINST, MEANINGS, SPOKEN, Cell, cell, group_name, natural, number, subject, words
from ._files import EXTRA, SIGNS
from ._iapt import EDITION, __version__, _indicators

if TYPE_CHECKING:
    from datetime import date

    from jinja2 import Template

    from ._report import Report

# The headings of the page in their order, and what in the name of a measure puts it there.
THEMES = {
    "Activity and access": r"OpenReferral|Received|Attrition|Appts|Duration|"
    r"^Count_(FirstAssessment|AccessingServices|SecondTreatment)$",
    "Waits": r"Mean_Wait[A-Z]|Median_Wait|Waiting|Waited|"
    r"(Assessment|Services|Treatment)(Over)?[0-9].*([Dd]ays|[Ww]eeks)",
    "Endings": r"Ended|^Count_FinishedCourseTreatment$",
    "Outcomes": r"Recovery|Reliable|Caseness|SickPay|TreatmentAppointments",
    "Pairing of scores": r"ADSM|(Only|No|Paired)(GAD|PHQ)|(GAD|PHQ)Only",
    "Work and social adjustment (WSAS)": r"_(First|Last)?WSAS[A-Z]",
    "Stepped care": r"Step(Up|Down)|Intensity",
    "Effect sizes": r"_(Start|End)_|^EffectSize_",
}
OTHERS = "Other measures"

# What the page and the table of a notebook begin with.
KEY = ("M001", "M031", "M076", "M053", "M055", "M192", "M186", "M195", "M1010")
SHORT = ("M001", "M076", "M053", "M192", "M186", "M195")
SHORT_GROUPS = 20

# With more groups than this each is a row, and so many measures stand side by side.
FEW_GROUPS = 8
SIDE_BY_SIDE = 8
# In letters: the column of the groups, in which longer names are broken.
NAME_WIDTH = 26


@dataclass(frozen=True)
class Measure:
    """A measure as the tables name it."""

    id: str
    name: str
    words: str
    kind: str
    target: str


class Figures:
    """The rows of a report, found by group and measure. Groups are in natural order, the total is last."""

    def __init__(self, report: Report) -> None:
        self.rows = report.to_dicts()
        self.rounded = report.disclosure
        kinds = {measure_id: kind for measure_id, _, kind, _ in _indicators()}
        self.measures: dict[str, Measure] = {}
        self.by_group: dict[tuple[bool, tuple[Any, ...]], dict[str, dict[str, Any]]] = {}
        for row in self.rows:
            measure_id = row["measure_id"]
            if measure_id not in self.measures:
                self.measures[measure_id] = measure_of(row, kinds.get(measure_id, ""))
            group = (bool(row["is_total"]), tuple(named(row[name]) for name in report.by))
            self.by_group.setdefault(group, {})[measure_id] = row
        self.groups = sorted(self.by_group, key=lambda group: (group[0], natural(group[1])))
        self.names = [group_name(key, total) for total, key in self.groups]

    def cells(self, measures: Iterable[Measure], group: tuple[bool, tuple[Any, ...]]) -> list[Cell]:
        """The figures of a group."""
        there = self.by_group[group]
        return [cell(there.get(measure.id), measure.kind, self.rounded) for measure in measures]

    def total(self, measure: Measure) -> Cell:
        """The figure over all groups."""
        return self.cells([measure], self.groups[-1])[0]


def named(value: Any) -> Any:
    """The value by which a group is found: NaN, which equals nothing, is no name."""
    return None if isinstance(value, float) and math.isnan(value) else value


def measure_of(row: Mapping[str, Any], kind: str) -> Measure:
    target = "" if row["target"] is None else number(row["target"], kind, rounded=True)
    return Measure(row["measure_id"], row["measure"], words(row["measure"]), kind, target)


def theme(measure: str) -> str:
    """The heading under which a measure stands, by its official name."""
    return next((heading for heading, pattern in THEMES.items() if re.search(pattern, measure)), OTHERS)


def page(report: Report, title: str | None = None, months: Sequence[Report] | None = None) -> str:
    """The report as one page of HTML with its tables and pictures. It needs no network.

    Args:
        report: The report.
        title: The heading; None for one that says what it is.
        months: Reports of single months in their order, for run charts of the total.

    Raises:
        ImportError: jinja2 is not installed. Without matplotlib the page says how to get the pictures.
    """
    form = template()
    figures = Figures(report)
    drawn = _pictures.available()
    of_months = _pictures.of_months(months or []) if drawn else []
    of_groups = _pictures.of_groups(report, figures.rows) if drawn else []
    start, end = report.period
    text: str = form.render(
        title=title or "NHS Talking Therapies: official measures",
        start=day(start),
        end=day(end),
        groups=groups_line(report, figures),
        report=report,
        figures=figures,
        keys=[(subject(m.name), m, figures.total(m)) for m in map(figures.measures.get, KEY) if m is not None],
        themes=[(heading, slug(heading), tables(figures, chosen)) for heading, chosen in by_theme(figures)],
        widest=min(max(map(len, figures.names)) + 3, NAME_WIDTH),
        few=len(figures.groups) - 1 <= FEW_GROUPS,
        pictures=[*of_months, *of_groups],
        drawn=drawn,
        why_none="" if of_groups else why_no_pictures(report),
        extra=EXTRA,
        signs=SIGNS,
        meanings=MEANINGS,
        spoken=SPOKEN,
        against=AGAINST,
        edition=EDITION,
        version=__version__,
    )
    return text


def template() -> Template:
    """The template of the page, which makes text of everything that is put into it."""
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise ImportError(f"pages need jinja2: {EXTRA}") from None
    loader = PackageLoader("iapt")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template("report.html")


def day(when: date) -> str:
    """A date as people write it."""
    return f"{when.day} {when:%B %Y}"


def slug(heading: str) -> str:
    """A heading as the name of a place in the page."""
    return re.sub(r"\W+", "-", heading.lower()).strip("-")


def groups_line(report: Report, figures: Figures) -> str:
    """What the report is broken down by."""
    if not report.by:
        return "All referrals, not broken down."
    count = len(figures.groups) - 1
    return f"By {', '.join(report.by)}: {count:,} group{'' if count == 1 else 's'} and the total."


def why_no_pictures(report: Report) -> str:
    """Why no picture compares groups."""
    if len(report.by) != 1:
        return "Pictures compare the groups of one column; this report is not broken down by just one."
    return f"Pictures compare at least {_pictures.FEWEST} groups; fewer have rates that may be shown."


def by_theme(figures: Figures) -> list[tuple[str, list[Measure]]]:
    """The headings in their order, each with its measures."""
    found: dict[str, list[Measure]] = {}
    for measure in figures.measures.values():
        found.setdefault(theme(measure.name), []).append(measure)
    return [(heading, found[heading]) for heading in (*THEMES, OTHERS) if heading in found]


def tables(figures: Figures, measures: list[Measure]) -> list[tuple[list[Measure], list[list[Cell]]]]:
    """The tables of a theme: for each the measures, and for each group the cells."""
    width = len(measures) if len(figures.groups) - 1 <= FEW_GROUPS else SIDE_BY_SIDE
    parts = [measures[start : start + width] for start in range(0, len(measures), width)]
    return [(part, [figures.cells(part, group) for group in figures.groups]) for part in parts]


def table(report: Report) -> str:
    """The main figures of the groups as a short table of HTML for notebooks."""
    figures = Figures(report)
    measures = [figures.measures[measure_id] for measure_id in SHORT if measure_id in figures.measures]
    groups, names = figures.groups, figures.names
    left_out = len(groups) - 1 - SHORT_GROUPS
    shown = range(len(groups)) if left_out <= 0 else [*range(SHORT_GROUPS), len(groups) - 1]
    head = "".join(f'<th scope="col">{escape(subject(measure.name))}</th>' for measure in measures)
    corner = escape(", ".join(report.by)) or "Group"
    lines = [
        f'<tr><th scope="row">{escape(names[at])}</th>{"".join(map(td, figures.cells(measures, groups[at])))}</tr>'
        for at in shown
    ]
    if left_out > 0:
        more = f'<tr><td colspan="{len(measures) + 1}">and {left_out:,} more groups</td></tr>'
        lines.insert(-1, more)
    legend = "; ".join(f"{sign} {meaning}" for sign, meaning in zip(SIGNS.values(), MEANINGS.values(), strict=True))
    caption = f"<caption>NHS Talking Therapies: main figures. {escape(legend)}.</caption>"
    head = f'<thead><tr><th scope="col">{corner}</th>{head}</tr></thead>'
    return f"<table>{caption}{head}<tbody>{''.join(lines)}</tbody></table>"


def td(figure: Cell) -> str:
    """A cell of the short table."""
    if figure.state == "ok":
        return f"<td>{escape(figure.text)}</td>"
    return f'<td><span role="img" aria-label="{SPOKEN[figure.state]}">{escape(figure.text)}</span></td>'
