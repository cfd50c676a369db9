"""Tables of sessions from files: which file holds which table, and what is in it.

Codes stay as they are written: what a CSV file holds is text, so that "01" never becomes 1.
"""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import _book
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

# No line of a table is longer, in bytes, and no table wider: Excel has as many columns.
BLOCK = LONGEST_LINE = 1 << 20
MOST_COLUMNS = 1 << 14


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
        FileError: A file that is not there, cannot be read, has no or doubled names of columns, a row without all its
            fields, or would take more memory than a table needs.
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
    except BaseException as error:
        # Of the libraries that read files: a file that they did not foresee.
        if type(error).__name__ == "PanicException":
            raise FileError(f"{path}: is damaged") from None
        raise


def read_csv(path: Path) -> Any:
    separator = check_header(path)
    signs = Signs.of(path, separator)
    pl = polars()
    try:
        frame = pl.read_csv(path, separator=separator, infer_schema=False, glob=False)
    except pl.exceptions.PolarsError as error:
        # What polars says may quote the data.
        raise FileError(f"{path}: {why_unreadable(path)}") from error
    check_rows(path, frame, signs, separator)
    return frame


def check_header(path: Path) -> str:
    """The separator of a CSV file, after a look at the line of names.

    Raises:
        FileError: A file that is not UTF-8, or has no names, too many or doubled ones.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            line = file.readline(LONGEST_LINE)
    except UnicodeDecodeError:
        raise FileError(f"{path}: {NO_TEXT}") from None
    if not line.strip() or "\0" in line:
        raise FileError(f"{path}: has no line with the names of the columns")
    if len(line) == LONGEST_LINE:
        raise FileError(f"{path}: {TOO_LONG}")
    if line.endswith("\r"):
        raise FileError(f"{path}: has line ends that are not read: save it as CSV UTF-8")
    separator = next((sign for sign in SEPARATORS if sign in line), ",")
    try:
        names = next(csv.reader([line], delimiter=separator))
    except csv.Error:
        raise FileError(f"{path}: has no line with the names of the columns") from None
    check_names(path, names)
    return separator


@dataclass
class Signs:
    """What a CSV file has, between its values and in them."""

    separators: int
    quoted: bool

    @classmethod
    def of(cls, path: Path, separator: str) -> Signs:
        """Counts them, block by block.

        Raises:
            FileError: A line that is too long to be one of a table, or what is no text.
        """
        signs = cls(0, False)
        with open(path, "rb") as file:
            while block := file.read(BLOCK):
                if b"\0" in block:
                    raise FileError(f"{path}: has zeros between its letters: it is damaged, or no text")
                if len(block) == BLOCK and b"\n" not in block:
                    raise FileError(f"{path}: {TOO_LONG}")
                signs.separators += block.count(separator.encode())
                signs.quoted |= b'"' in block
        return signs


def check_rows(path: Path, frame: Any, signs: Signs, separator: str) -> None:
    """Every row has all its fields: a file that was cut off has one that has not.

    Each separator of the file stands between two fields or within one; empty lines have none.

    Raises:
        FileError: There is a row with fewer fields than there are columns.
    """
    pl = polars()
    between = frame.width - 1
    within = sum(name.count(separator) for name in frame.columns)
    if signs.quoted:
        within += sum(frame.select(pl.all().str.count_matches(separator, literal=True).sum()).row(0))
    lacking = between * (len(frame) + 1) + within - signs.separators
    if between == 0 or lacking == 0:
        return
    empty = frame.select(pl.all_horizontal(pl.all().is_null()).sum()).item()
    if lacking % between or lacking // between > empty:
        raise FileError(f"{path}: a row has fewer fields than there are columns: the file may have been cut off")


NO_TEXT = "is not UTF-8 text: save it as CSV UTF-8"
TOO_LONG = f"a line is longer than {LONGEST_LINE >> 20} MB: this is no table, or its lines do not end"


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
    """There are not too many columns, and none is there twice: which of them counts would be chance."""
    if len(names) > MOST_COLUMNS:
        raise FileError(f"{path}: has more than {MOST_COLUMNS:,} columns")
    places: dict[str, int] = {}
    for at, name in enumerate(names, start=1):
        if places.setdefault(name, at) != at:
            # By their places: what stands in the first line may be data.
            raise FileError(f"{path}: columns {places[name]} and {at} have the same name")


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
    try:
        _book.check(path)
    except _book.Unreadable as error:
        raise FileError(f"{path}: {error}") from error
    # It remarks on every column that is empty.
    logging.getLogger("fastexcel").setLevel(logging.ERROR)
    try:
        book = fastexcel.read_excel(str(path))
        if not book.sheet_names:
            raise FileError(f"{path}: has no sheet")
        name = sheet if sheet in book.sheet_names else book.sheet_names[0]
        head = book.load_sheet(name, header_row=None, n_rows=1).to_polars()
        check_names(path, [str(cell) for cell in head.row(0) if cell is not None] if len(head) else [])
        # All rows decide what a column holds: codes may be numbers at first and texts later.
        frame = book.load_sheet(name, schema_sample_rows=None).to_polars()
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise FileError(f"{path}: {_book.NO_EXCEL}") from error
    if not frame.width:
        raise FileError(f"{path}: has no line with the names of the columns")
    return frame
