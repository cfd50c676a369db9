"""What a picture says of the groups and months that it does not show."""

from __future__ import annotations

from collections.abc import Sequence

from ._reports import Row

WHY_NOT = {"suppressed": "Suppressed", "not_applicable": "No rate", "missing": "Missing"}
MOST_NAMES = 6


def not_drawn(groups: Sequence[Row], drawn: Sequence[Row]) -> str:
    """The groups that are left out."""
    left_out: dict[str, list[str]] = {}
    for row in groups:
        if row not in drawn:
            left_out.setdefault(WHY_NOT.get(row.status, "No rate"), []).append(row.label)
    return " ".join(remark(why, names, f"{len(groups)} groups") for why, names in left_out.items())


def missing_months(months: Sequence[tuple[str, Row | None]]) -> str:
    suppressed = [label for label, row in months if row is not None and row.status == "suppressed"]
    return remark(WHY_NOT["suppressed"], suppressed, f"{len(months)} months") if suppressed else ""


def remark(why: str, names: Sequence[str], everything: str) -> str:
    """A sentence with a few names, or the number of many."""
    return f"{why}: {', '.join(names) if len(names) <= MOST_NAMES else f'{len(names)} of {everything}'}."
