"""How the figures of a report are written for readers: numbers, signs, names and their order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._files import SIGNS, label

# What the signs mean, in words that are read aloud.
MEANINGS = {
    "suppressed": "hidden, so that nobody can be told from it",
    "not_applicable": "not applicable: there is nothing to take it of",
    "missing": "not known from the data that were given",
}
SPOKEN = {"suppressed": "hidden", "not_applicable": "not applicable", "missing": "not known"}

# The sign and the words for where the interval lies.
AGAINST = {
    "above": ("▲", "above the target"),
    "below": ("▼", "below the target"),
    "across": ("◆", "not clearly above or below the target"),
}

# Kinds of figures that are whole numbers, or halves where they are medians.
WHOLE = ("count", "sum", "maximum", "minimum", "median")

WORD = re.compile(r"[A-Z]+[0-9]*(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_]+")


@dataclass(frozen=True)
class Cell:
    """A figure as it is written.

    Attributes:
        text: The number, or the sign of why there is none.
        state: ok, suppressed, not_applicable or missing.
        interval: The ends of the 95 % interval; empty where there is none.
        counts: "numerator of denominator" of a percentage; empty for other kinds.
        against: above, below, across, or empty without a target or an interval.
    """

    text: str
    state: str
    interval: str = ""
    counts: str = ""
    against: str = ""


def cell(row: Mapping[str, Any] | None, kind: str, rounded: bool) -> Cell:
    """The figure of a row of the report; `rounded` says whether percentages are whole numbers."""
    if row is None:
        return Cell(SIGNS["not_applicable"], "not_applicable")
    state = str(row["status"])
    if row["value"] is None:
        return Cell(SIGNS.get(state, SIGNS["missing"]), state if state in SIGNS else "missing")
    ends = [row["lower"], row["upper"]]
    counts = [row["numerator"], row["denominator"]]
    return Cell(
        text=number(row["value"], kind, rounded),
        state="ok",
        interval="" if None in ends else " to ".join(plain(end, kind, rounded) for end in ends),
        counts="" if None in counts or kind != "percentage" else f"{counts[0]:,} of {counts[1]:,}",
        against=row["against_target"] or "",
    )


def number(value: float, kind: str, rounded: bool = False) -> str:
    """A number with its unit, as in 12,345 or 52.1 %."""
    unit = "\N{NO-BREAK SPACE}%" if kind == "percentage" else ""
    return plain(value, kind, rounded) + unit


def plain(value: float, kind: str, rounded: bool) -> str:
    """A number without its unit, with one decimal where its kind has decimals."""
    text = f"{value:,.1f}"
    whole = kind in WHOLE or (rounded and kind == "percentage")
    return text.removesuffix(".0") if whole else text


def words(measure: str) -> str:
    """The official name of a measure as words: Percentage_ReliableRecovery is "Percentage: reliable recovery"."""
    parts = [" ".join(lowered(word) for word in WORD.findall(part)) for part in measure.split("_")]
    first, *rest = [part for part in parts if part] or [measure]
    text = f"{first}: {', '.join(rest)}" if rest else first
    return text[:1].upper() + text[1:]


def subject(measure: str) -> str:
    """What a measure is about, without the kind of figure: "Reliable recovery"."""
    text = words(measure).partition(": ")[2] or words(measure)
    return text[:1].upper() + text[1:]


def lowered(word: str) -> str:
    """Abbreviations keep their capitals."""
    return word if len(word) > 1 and word[:2].isupper() else word.lower()


def group_name(key: Sequence[Any], total: bool = False) -> str:
    """What a group is called, by one column or several."""
    if total:
        return label(None, total=True)
    return " · ".join(label(value) for value in key)


def natural(key: Sequence[Any]) -> list[Any]:
    """A key for sorting groups as people would: 2 before 10, those without a name last."""
    texts = ["" if value is None else str(value) for value in key]
    return [(value is None, runs(text), text) for value, text in zip(key, texts, strict=True)]


def runs(text: str) -> list[tuple[bool, int, str]]:
    """The letters and the numbers of a text in turn; numbers of any length compare by their size."""
    parts = re.split(r"([0-9]+)", text.casefold())
    numbers = [part.lstrip("0") for part in parts]
    return [(True, len(numbers[at]), numbers[at]) if at % 2 else (False, 0, part) for at, part in enumerate(parts)]
