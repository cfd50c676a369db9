"""The questionnaires and the official measures as a list: as text, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ._files import number
from ._iapt import EDITION, MEASURES, _indicators


def questionnaires() -> list[dict[str, Any]]:
    """The questionnaires; numbers are in points."""
    return [
        {
            "id": measure.id,
            "name": measure.name,
            "purpose": measure.purpose,
            "min_score": exact(measure.min_score),
            "max_score": exact(measure.max_score),
            "case_when": None if measure.caseness_threshold is None else measure.case_when,
            "caseness_threshold": exact(measure.caseness_threshold),
            "reliable_change": exact(measure.reliable_change),
            "verified": measure.verified,
            "source": measure.source,
        }
        for measure in MEASURES.values()
    ]


def exact(value: Any) -> Any:
    """A number as JSON has it."""
    return value if value is None or isinstance(value, int) else float(value)


def official() -> list[dict[str, Any]]:
    """The official measures; targets are in per cent."""
    keys = ("id", "name", "kind", "target")
    return [dict(zip(keys, indicator, strict=True)) for indicator in _indicators()]


def as_json(scales: list[dict[str, Any]], indicators: list[dict[str, Any]]) -> str:
    whole = {"edition": EDITION, "questionnaires": scales, "official_measures": indicators}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def as_csv(scales: list[dict[str, Any]], indicators: list[dict[str, Any]]) -> str:
    text = io.StringIO(newline="")
    names = ["list", *dict.fromkeys(name for row in [*indicators[:1], *scales[:1]] for name in row)]
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    for kind, rows in (("questionnaire", scales), ("official measure", indicators)):
        writer.writerows({"list": kind} | {name: number(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def as_text(scales: list[dict[str, Any]], indicators: list[dict[str, Any]]) -> str:
    head = ("name", "range", "case", "reliable change", "verified", "purpose")
    rows = [
        (
            scale["name"],
            f"{scale['min_score']} to {scale['max_score']}",
            case_text(scale),
            "-" if scale["reliable_change"] is None else str(scale["reliable_change"]),
            "yes" if scale["verified"] else "no",
            scale["purpose"],
        )
        for scale in scales
    ]
    targets = [
        (row["id"], row["kind"], target_text(row), row["name"] * (row["id"] != row["name"])) for row in indicators
    ]
    sources: dict[str, list[str]] = {}
    for scale in scales:
        sources.setdefault(scale["source"], []).append(scale["name"])
    parts = [
        f"Questionnaires (edition {EDITION})", *columns([head, *rows]), "",
        *(f"Source of {', '.join(names)}: {source}." for source, names in sources.items()), "",
        "Official measures", *columns([("id", "kind", "target", "name"), *targets]),
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def case_text(scale: Mapping[str, Any]) -> str:
    """From which score a patient is a case."""
    if scale["caseness_threshold"] is None:
        return "-"
    return f"{'>=' if scale['case_when'] == 'at_or_above' else '>'} {scale['caseness_threshold']}"


def target_text(row: Mapping[str, Any]) -> str:
    return "-" if row["target"] is None else f"{row['target']} %"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of texts, each column as wide as its longest text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
