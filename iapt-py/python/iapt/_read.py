"""Tables of sessions from files: which file holds which table, and what is in it.

Codes stay as they are written: what a CSV file holds is text, so that "01" never becomes 1.
"""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ._files import EXTRA
from ._sessions import TABLES

NEEDED = ("referrals", "contacts", "scores")

# The tables of the national data set, by the beginning of their names.
NATIONAL = {
    "ids101": "referrals",
    "ids201": "contacts",
    "ids607": "scores",
    "ids603": "complaints",
    "ids205": "internet_therapy",
    "ids004": "employment",
}
SUFFIXES = (".csv", ".parquet", ".xlsx")
SEPARATORS = (",", ";", "\t", "|")


class FileError(ValueError):
    """A file that is not there, cannot be read, or of which it is not clear what it holds."""


def polars() -> Any:
    """The library that reads and writes tables."""
    try:
        import polars
    except ImportError:
        raise ImportError(f"reading files needs polars: {EXTRA}") from None
    return polars


def table_of(path: Path) -> str | None:
    """The table that the name of a file tells, such as referrals for referrals.csv or IDS101Referral.parquet."""
    stem = path.stem.lower()
    for table in TABLES:
        if re.fullmatch(rf"{table}([^a-z].*)?", stem):
            return table
    return NATIONAL.get(stem[:6]) if not stem[6:7].isdigit() else None


def find(paths: Iterable[Path], named: Mapping[str, Path]) -> dict[str, Path]:
    """The file of each table.

    Args:
        paths: Folders, of which the files are taken whose names tell a table, and files, whose names must.
        named: From tables to their files, whatever these are called.

    Raises:
        FileError: A file that tells no table, two files for one table, or no file for one that is needed.
    """
    found = dict(named)
    folders = []
    for path in paths:
        if path.is_dir():
            folders.append(path)
            files = sorted(file for file in path.iterdir() if is_table(file))
        else:
            files = [path]
        for file in files:
            table = table_of(file)
            if table is None:
                raise FileError(f"{file}: the name tells no table ({', '.join(TABLES)}): say --TABLE FILE")
            if table in named:
                continue
            if table in found:
                raise FileError(f"two files for the table {table}: {found[table]} and {file}")
            found[table] = file
    for table in NEEDED:
        if table not in found:
            code = next(code for code, name in NATIONAL.items() if name == table).upper()
            where = f" in {', '.join(map(str, folders))}" if folders else ""
            names = " or ".join(f"{table}{suffix}" for suffix in SUFFIXES)
            raise FileError(
                f"no file for the table {table}{where}: call it {names}, or {code}*, or give --{table} FILE"
            )
    return found


def is_table(file: Path) -> bool:
    """Whether a file of a folder is taken for a table."""
    hidden = file.name.startswith((".", "~"))
    return not hidden and file.suffix.lower() in SUFFIXES and table_of(file) is not None and not file.is_dir()


def read(path: Path, sheet: str | None = None) -> Any:
    """The table in a CSV, Parquet or Excel file, as a polars DataFrame.

    Args:
        path: The file, of a kind told by its suffix. CSV is UTF-8 with a line of names, separated by comma, semicolon,
            tab or bar; all its columns are texts, and empty ones are missing.
        sheet: The sheet of an Excel file that is taken where it is there; else the first.

    Raises:
        FileError: A file that is not there, cannot be read or has no or doubled names of columns.
        ImportError: polars, or fastexcel for Excel files, is not installed.
    """
    readers: dict[str, Callable[[Path], Any]]
    readers = {".csv": read_csv, ".parquet": read_parquet, ".xlsx": lambda file: read_excel(file, sheet)}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise FileError(f"{path}: cannot be read: the name must end in {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise FileError(f"{path}: is a folder" if path.is_dir() else f"{path}: no such file")
    try:
        return reader(path)
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror or type(error).__name__}") from error


def read_csv(path: Path) -> Any:
    separator = check_header(path)
    pl = polars()
    try:
        return pl.read_csv(path, separator=separator, infer_schema=False, glob=False)
    except pl.exceptions.PolarsError as error:
        # What polars says may quote the data.
        raise FileError(f"{path}: {why_unreadable(path)}") from error


def check_header(path: Path) -> str:
    """The separator of a CSV file, after a look at the line of names.

    Raises:
        FileError: A file that is not UTF-8, or has no names or doubled ones.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            line = file.readline(1_000_000)
    except UnicodeDecodeError:
        raise FileError(f"{path}: {NO_TEXT}") from None
    if not line.strip() or "\0" in line:
        raise FileError(f"{path}: has no line with the names of the columns")
    separator = next((sign for sign in SEPARATORS if sign in line), ",")
    check_names(path, next(csv.reader([line], delimiter=separator)))
    return separator


NO_TEXT = "is not UTF-8 text: save it as CSV UTF-8"


def why_unreadable(path: Path) -> str:
    """What is wrong with a CSV file of which the line of names can be read."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            for _ in file:
                pass
    except UnicodeDecodeError:
        return NO_TEXT
    return "a row has more fields than there are columns, or a quotation mark is not closed"


def check_names(path: Path, names: list[str]) -> None:
    """No column is there twice: which of them counts would be chance."""
    for at, name in enumerate(names):
        if name in names[:at]:
            # By their places: what stands in the first line may be data.
            raise FileError(f"{path}: columns {names.index(name) + 1} and {at + 1} have the same name")


def read_parquet(path: Path) -> Any:
    pl = polars()
    try:
        return pl.read_parquet(path, glob=False)
    except pl.exceptions.PolarsError as error:
        raise FileError(f"{path}: is not a complete Parquet file") from error


def read_excel(path: Path, sheet: str | None) -> Any:
    try:
        import fastexcel
    except ImportError:
        raise ImportError(f"Excel files need fastexcel: {EXTRA}") from None
    pl = polars()
    # It remarks on every column that is empty.
    logging.getLogger("fastexcel").setLevel(logging.ERROR)
    try:
        book = fastexcel.read_excel(str(path))
        name = sheet if sheet in book.sheet_names else book.sheet_names[0]
        head = book.load_sheet(name, header_row=None, n_rows=1).to_polars()
        check_names(path, [str(cell) for cell in head.row(0) if cell is not None] if len(head) else [])
        # All rows decide what a column holds: codes may be numbers at first and texts later.
        frame = book.load_sheet(name, schema_sample_rows=None).to_polars()
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise FileError(f"{path}: is not an Excel file that can be read") from error
    if not frame.width:
        raise FileError(f"{path}: has no line with the names of the columns")
    return frame
