"""Reading reports: the rows of groups and of months."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .. import _files
from ._frames import columns


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
    rows = report_rows(report, measure_id, [group])
    totals = [read_row(row, _files.label(row[group], total=True)) for row in rows if row.get("is_total")]
    values = [row[group] for row in rows if not row.get("is_total")]
    if len(totals) > 1 or len(set(values)) < len(values):
        raise ValueError(f"{group}: several rows for one group: draw from a report by {group} alone")
    groups = [read_row(row, _files.label(row[group])) for row in rows if not row.get("is_total")]
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
