"""Usage that a strict type checker must accept; read by mypy, not run."""

from decimal import Decimal
from fractions import Fraction

import iapt


def scored(answers: list[int | None]) -> tuple[int | Fraction, str | None]:
    score = iapt.PHQ9.score(answers, missing="reject")
    return score.total, score.severity.value if score.severity else None


def outcome() -> bool:
    one = iapt.outcome(phq9=(18, Decimal(9)), gad7=(14.0, None), anxiety=(iapt.SPIN, 41, 15))
    change: iapt.Change | None = one.phq9_change
    return one.recovery and change is iapt.Change.RELIABLE_IMPROVEMENT


def rates(frame: iapt.ArrowStream) -> iapt.ArrowStream:
    return iapt.rates(iapt.outcomes(frame, names="nhs_england", measures={"PTSD": iapt.IESR}), by=["provider"])


def code(error: iapt.IaptError) -> tuple[str, str | None, int | None, int | None]:
    return error.code, error.field, error.row, error.item


SCALE: iapt.Measure = iapt.Measure("scale", 0, 40, caseness_threshold=20, reliable_change=5, case_when="above")
HIDDEN: bool = iapt.disclose([3, 12]).groups[0] is iapt.SUPPRESSED
