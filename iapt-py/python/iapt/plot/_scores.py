"""Scores of single referrals: exact numbers, and counts that may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from .._iapt import Measure, disclose


def exact(number: Any) -> Fraction:
    """A number by its shortest decimal text."""
    return Fraction(str(number))


# Rule DISCLOSURE-9: Pictures of single referrals are under disclosure control: few are left out, and more are rounded.
# Source: this project's choice.
def published(counts: Mapping[Any, int], disclosure: bool) -> tuple[dict[Any, int], int]:
    """The counts that may be shown, and how many may not."""
    if not disclosure or not counts:
        return dict(counts), 0
    cells = disclose(list(counts.values())).groups
    shown = {key: cell for key, cell in zip(counts, cells, strict=True) if isinstance(cell, int)}
    return shown, len(counts) - len(shown)


def withheld(hidden: int) -> str:
    return "Small numbers are not shown; the others are rounded." if hidden else ""


def caseness_text(measure: Measure) -> str:
    sign = "\N{GREATER-THAN OR EQUAL TO}" if measure.case_when == "at_or_above" else ">"
    return f"caseness {sign} {measure.caseness_threshold}"
