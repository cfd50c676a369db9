"""A service's report: the official measures for a period, by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import _files
from ._errors import FrameError
from ._frames import Adapter, adapt
from ._iapt import ArrowStream, _period_days, _report, _tallies, _wide
from ._progress import bar
from ._sessions import Derived

NUMBERS = ("numerator", "denominator", "value", "lower", "upper", "target")
COLUMNS = ("measure_id", "measure", *NUMBERS, "status", "against_target", "is_total", "period_start", "period_end")


class Report:
    """The official measures for a period, by group, in long form: made by `report`.

    A row for each measure and group, and for each measure over all groups (`is_total`): `measure_id` and `measure` as
    in the official metadata, the columns of the groups, `numerator`, `denominator`, `value`, the ends of the 95 %
    interval `lower` and `upper`, `target` in per cent, `status` (`ok`, `suppressed`, `not_applicable`, `missing`),
    `against_target` (whether the interval is `above`, `below` or `across` the target), `is_total`, `period_start`
    and `period_end`.

    It is an Arrow stream: `polars.DataFrame(report)`, `pyarrow.table(report)` and DuckDB read it as it is.
    """

    def __init__(self, data: ArrowStream, by: Sequence[str], disclosure: bool, adapter: Adapter) -> None:
        self._data = data
        self._adapter = adapter
        self.by = list(by)
        self.disclosure = disclosure

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self._data.names

    @property
    def period(self) -> tuple[Any, Any]:
        """The first and the last day."""
        days = self._data.select(["period_start", "period_end"]).to_pydict()
        return days["period_start"][0], days["period_end"][0]

    def __len__(self) -> int:
        return len(self._data)

    def __repr__(self) -> str:
        start, end = self.period
        groups = f", by {', '.join(self.by)}" if self.by else ""
        shown = "with disclosure control" if self.disclosure else "exact figures, not for publication"
        return f"<iapt.Report: {start} to {end}{groups}, {len(self):,} rows, {shown}>"

    def __arrow_c_schema__(self) -> object:
        return self._data.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._data.__arrow_c_stream__(requested_schema)

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        return _files.rows(self._data)

    def to_polars(self) -> Any:
        """The report as a polars DataFrame."""
        import polars as pl

        return pl.DataFrame(self._data)

    def to_pandas(self) -> Any:
        """The report as a pandas DataFrame; whole numbers that may be missing are of the dtype Int64."""
        import pandas as pd
        import pyarrow as pa

        table = pa.table(self._data)
        return table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)

    def wide(self, values: str = "value") -> Any:
        """A row for each group and for the total (`is_total`), and a column for each measure, of one kind of figure.

        Args:
            values: Which: value, numerator, denominator, lower, upper, target or status.

        Returns:
            A frame of the kind of the referrals.

        Raises:
            FrameError: Another column.
        """
        return self._adapter.frame_of(self.wide_stream(values))

    def wide_stream(self, values: str = "value") -> ArrowStream:
        """As `wide`, as an Arrow stream."""
        if values not in (*NUMBERS, "status"):
            text = f"values must be one of {', '.join(NUMBERS)}, status"
            raise FrameError(text, code="UNKNOWN_NAME", field=str(values))
        return _wide(self._data, self.by, values)

    def to_csv(self, path: Any) -> None:
        """Writes the report as CSV (UTF-8). An older file survives where this fails.

        Source of the layout: long form, as NHS England publishes its figures.
        """
        _files.write_csv(self, path)

    def to_parquet(self, path: Any) -> None:
        """Writes the report as Parquet, with polars or pyarrow. An older file survives where this fails."""
        _files.write_parquet(self, path)

    def to_excel(self, path: Any) -> None:
        """Writes the report as an Excel file: sheets with the notes, the main figures by group, and all of it.

        An older file survives where this fails. It needs `pip install 'iapt[report]'`.
        """
        _files.write_excel(self, path)

    def save_html(self, path: Any, title: str | None = None) -> None:
        """Writes the report as one page with its tables and pictures that needs no network.

        An older file survives where this fails. It needs `pip install 'iapt[report]'`.
        """
        from ._page import page

        _files.replace(path, page(self, title).encode())

    def _repr_html_(self) -> str:
        return _files.short_html(self)


def report(
    derived: Derived,
    period: str | tuple[Any, Any] | Sequence[Any],
    by: str | Sequence[str] = (),
    *,
    disclosure: bool = True,
    national_total: bool = False,
    sd: Mapping[str, Any] | None = None,
    progress: bool | None = None,
) -> Report:
    """The official measures for a period, by group and in total.

    Everything is as at the end of the period: a referral received later is not counted, and a discharge, contact or
    score dated later is not known.

    Args:
        derived: Derived referrals.
        period: A financial year "2024-25", one of its quarters "2024-Q2" (July to September 2024), a month
            "2024-06", or two days ("2024-04-01", "2025-03-31").
        by: Columns of `derived.referrals` to group by, one or several.
        disclosure: Whether counts of 0 to 4 are hidden, other counts rounded to 5 and percentages to whole numbers, and
            more hidden where a small count could be worked out. Switch it off for internal work only.
        national_total: Whether the total is a national row, which is exact.
        sd: From measures (PHQ-9, GAD-7, WSAS) to the standard deviation of first scores, England's for the same
            group, in which effect sizes are measured; without it they are `missing`.
        progress: Whether to show how far the work is; None for only where there is a terminal.

    Returns:
        The report, in long form.

    Raises:
        FrameError: A period or a column that is not known; `field` says which.

    Source: NHS England, NHS Talking Therapies metadata, measures M001 to M1010; Wilson's interval; disclosure control
        as in the published sub-national tables.

    >>> import iapt
    >>> import polars as pl
    >>> referrals = pl.DataFrame({"pathway_id": [1, 2], "referral_date": ["2024-04-01", "2024-05-01"]})
    >>> contacts = pl.DataFrame({"pathway_id": [1], "date": ["2024-05-01"], "attendance": [5], "type": [2]})
    >>> scores = pl.DataFrame({"pathway_id": [1], "date": ["2024-05-01"], "measure": ["PHQ-9"], "score": [18]})
    >>> derived = iapt.derive(referrals, contacts, scores)
    >>> figures = iapt.report(derived, period="2024-25", disclosure=False).to_polars()
    >>> figures.filter(pl.col("measure_id") == "M001")["value"].to_list()
    [2.0]
    """
    adapter = adapt(derived.referrals)
    groups = groups_of(by, adapter.names())
    stream = adapter.stream(groups) if groups else None
    when = period_text(period)
    with bar(progress, len(derived), "Counting") as advance:
        data = _report(derived.sessions, when, stream, deviations(sd), level(disclosure, national_total), advance)
    return Report(data, groups, disclosure, adapter)


def tallies(derived: Derived, period: str, groups: list[str]) -> list[tuple[int, bytes]]:
    """What a report is made of: of each group, the row of its first referral and its tally."""
    stream = adapt(derived.referrals).stream(groups) if groups else None
    return _tallies(derived.sessions, period, stream)


def groups_of(by: str | Sequence[str], present: list[str]) -> list[str]:
    """The columns to group by: they are there, once each, and none has the name of a column of the report."""
    groups = [by] if isinstance(by, str) else list(by)
    for at, name in enumerate(groups):
        if name not in present:
            raise FrameError(f"{name}: the referrals have no such column", code="MISSING_COLUMN", field=name)
        if name in groups[:at]:
            raise FrameError(f"{name}: is named twice", code="AMBIGUOUS_COLUMN", field=name)
        if name in COLUMNS:
            text = f"{name}: the report has a column of this name already: rename it"
            raise FrameError(text, code="COLUMN_EXISTS", field=name)
    return groups


def level(disclosure: bool, national_total: bool) -> str:
    """The disclosure control, as the core calls it."""
    return "exact" if not disclosure else "national_total" if national_total else "controlled"


def deviations(sd: Mapping[str, Any] | None) -> dict[str, str]:
    """Standard deviations as the core reads them."""
    return {name: str(value) for name, value in (sd or {}).items()}


def period_text(period: Any) -> str:
    """A period as the core reads it; an error where it is none."""
    if isinstance(period, str):
        text = period
    else:
        first, last = period
        text = f"{day_text(first)}/{day_text(last)}"
    _period_days(text)
    return text


def day_text(day: Any) -> str:
    """A date, a datetime or an ISO text as an ISO date."""
    return day if isinstance(day, str) else str(day)[:10]
