"""Reports as files and as tables to look at. A file is written beside its place and then put there whole."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._iapt import ArrowStream
    from ._report import Report

EXTRA = "pip install 'iapt[report]'"

# What stands where there is no value, so that the four never look the same.
SIGNS = {"suppressed": "*", "not_applicable": "–", "missing": "?"}

NOTES = (
    "* hidden, so that nobody can be told from it",
    "– not applicable: there is nothing to take it of",
    "? not known from the data that were given",
)


def replace(path: Any, data: bytes) -> None:
    """Writes a file whole or not at all: an older one survives a full disk."""
    write(path, lambda part: Path(part).write_bytes(data))


def write(path: Any, save: Callable[[str], object]) -> None:
    """Lets something be saved beside a path and puts it there when it is complete."""
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        write_into(target, save)
        return
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=target.suffix)
    os.close(handle)
    try:
        save(part)
        with open(part, "rb") as written:
            os.fsync(written.fileno())
        os.chmod(part, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~umask())
        os.replace(part, target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def write_into(device: Path, save: Callable[[str], object]) -> None:
    """Lets something be saved elsewhere and copies it into what is no file, such as a pipe."""
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part"
        save(str(part))
        device.write_bytes(part.read_bytes())


def umask() -> int:
    """The permissions that new files do not get."""
    current = os.umask(0o022)
    os.umask(current)
    return current


def write_csv(report: Report, path: Any) -> None:
    """The report as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(report.columns)
    writer.writerows([number(value) for value in row.values()] for row in report.to_dicts())
    replace(path, text.getvalue().encode())


def number(value: Any) -> Any:
    """A value as it stands in a file: whole numbers without a decimal point, booleans in lower case."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def write_parquet(report: Report, path: Any) -> None:
    """The report as Parquet."""
    try:
        import polars as pl
    except ImportError:
        pl = None  # type: ignore[assignment]
    if pl is not None:
        frame = pl.DataFrame(report)
        write(path, frame.write_parquet)
        return
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise ImportError(f"Parquet needs polars or pyarrow: {EXTRA}") from None
    write(path, lambda part: pq.write_table(pa.table(report), part))


def write_excel(report: Report, path: Any) -> None:
    """The report as an Excel file."""

    def fill(book: Any) -> None:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        notes = book.add_worksheet("Notes")
        notes.set_column(0, 0, 100)
        for row, line in enumerate(described(report)):
            notes.write(row, 0, line)
        sheet(book.add_worksheet("Figures"), signed(report), head, report)
        sheet(book.add_worksheet("All"), report.to_dicts(), head, report)

    replace(path, workbook(fill))


def workbook(fill: Callable[[Any], object]) -> bytes:
    """An Excel file, made in memory: temporary files of the sheets would stay where the disk is full."""
    try:
        import xlsxwriter
    except ImportError:
        raise ImportError(f"Excel files need xlsxwriter: {EXTRA}") from None
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, **plain}) as book:
        fill(book)
    return data.getvalue()


def rows(stream: ArrowStream) -> list[dict[str, Any]]:
    """The rows of an Arrow stream as dictionaries."""
    columns = stream.to_pydict()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def signed(report: Report) -> list[dict[str, Any]]:
    """A row for each group and a column for each measure, with a sign where there is no value."""
    figures, states = rows(report.wide_stream("value")), rows(report.wide_stream("status"))
    return [
        {name: SIGNS.get(str(state[name]), value) if name not in report.by else value for name, value in row.items()}
        for row, state in zip(figures, states, strict=True)
    ]


def sheet(page: Any, table: list[dict[str, Any]], head: Any, report: Report) -> None:
    """A sheet of rows, with the heading and the columns of the groups fixed."""
    columns = list(table[0]) if table else []
    for at, name in enumerate(columns):
        page.write(0, at, name, head)
        page.set_column(at, at, 30 if name == "measure" else max(10, min(18, len(name))))
    for down, row in enumerate(table, start=1):
        for across, value in enumerate(row.values()):
            if value is not None:
                page.write(down, across, number(value) if isinstance(value, (bool, int, float)) else str(value))
    page.freeze_panes(1, len(report.by))
    if table:
        page.autofilter(0, 0, len(table), len(columns) - 1)


def described(report: Report) -> list[str]:
    """What a reader must know about a report, line by line."""
    start, end = report.period
    lines = [f"NHS Talking Therapies: official measures, {start:%d %B %Y} to {end:%d %B %Y}"]
    if report.by:
        lines.append(f"By {', '.join(report.by)}, and in total")
    if report.disclosure:
        lines += [
            "Counts of 0 to 4 are hidden, other counts rounded to the nearest 5, percentages to whole numbers;",
            "further figures are hidden where a small count could be worked out from them.",
        ]
    else:
        lines.append("Exact figures without disclosure control: not for publication.")
    return [*lines, "Intervals are Wilson's 95 % intervals.", *NOTES]


def label(value: Any, total: bool = False) -> str:
    """What a group is called in a table."""
    if total:
        return "Total"
    return "(none)" if value is None else str(value)


def short_html(report: Report) -> str:
    """What a notebook shows: the main figures of the groups."""
    from ._page import table

    start, end = report.period
    return f"<p>{start} to {end}</p>{table(report)}"
