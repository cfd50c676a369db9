"""What an Excel file would become in memory, found out before it is read: a few kilobytes can hold many gigabytes."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

# What all parts of a file may come to, unpacked, and how many cells the used rectangle of a sheet may have.
LARGEST = 2 << 30
MOST_CELLS = 1 << 26

BLOCK = 1 << 20
# Where a row or a cell of a sheet says which it is.
PLACE = re.compile(rb"""r\s*=\s*["']([A-Za-z]{0,3})([0-9]{1,7})["']""")
LONGEST_PLACE = 64


NO_EXCEL = "is not an Excel file that can be read"


class Unreadable(Exception):
    """Why a file is not read."""


def check(path: Path) -> None:
    """Unpacks a file without keeping anything of it, up to the bounds; what its directory says is not relied on.

    Raises:
        Unreadable: A file that is no Excel file, is damaged, or would take too much memory.
    """
    try:
        with zipfile.ZipFile(path) as book:
            left = LARGEST
            for part in book.infolist():
                left -= unpack(book, part, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unreadable(NO_EXCEL) from error


def unpack(book: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """The size of a part, unpacked; of a sheet also the used cells are looked at."""
    stated = part.file_size
    if stated > left:
        raise Unreadable(f"would be larger than {LARGEST >> 30} GB unpacked: save it as CSV UTF-8")
    # Else zipfile would stop at the stated size, and others go on.
    part.file_size = stated + 1
    used = Used() if part.filename.lower().endswith(".xml") else None
    size, tail = 0, b""
    with book.open(part) as source:
        while block := source.read(BLOCK):
            size += len(block)
            if used is not None:
                used.add(tail + block)
                tail = block[-LONGEST_PLACE:]
    if size != stated:
        raise Unreadable(NO_EXCEL)
    return size


class Used:
    """The rectangle of cells that a sheet uses, which readers hold whole."""

    def __init__(self) -> None:
        self.rows: set[int] = set()
        self.columns: set[int] = set()

    def add(self, xml: bytes) -> None:
        """Takes a piece of the sheet.

        Raises:
            Unreadable: There are too many cells.
        """
        places = set(PLACE.findall(xml))
        self.rows = ends(self.rows | {int(row) for _, row in places})
        self.columns = ends(self.columns | {column(letters) for letters in {letters for letters, _ in places}})
        if length(self.rows) * length(self.columns) > MOST_CELLS:
            raise Unreadable(f"a sheet uses more than {MOST_CELLS:,} cells: save it as CSV UTF-8")


def ends(numbers: set[int]) -> set[int]:
    return {min(numbers), max(numbers)} if numbers else numbers


def length(numbers: set[int]) -> int:
    return max(numbers) - min(numbers) + 1 if numbers else 0


def column(letters: bytes) -> int:
    """The number of a column; a row, which has no letters, begins with the first."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return max(number, 1)
