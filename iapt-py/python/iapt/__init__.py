"""Outcomes of NHS Talking Therapies: item scoring, caseness, recovery, reliable change and service rates.

>>> import iapt
>>> iapt.outcome(phq9=(18, 9), gad7=(14, 6)).reliable_recovery
True
"""

from . import fhir
from ._errors import CountsError, FrameError, IaptError, ItemError, MeasureError, ScoreError
from ._frames import outcome_flags, outcomes, rates, score
from ._iapt import (
    EDITION,
    FACTS,
    GAD7,
    HAI,
    IESR,
    MEASURES,
    MI,
    OCI,
    PCL5,
    PDSS,
    PHQ9,
    PSWQ,
    SPIN,
    SUPPRESSED,
    TARGETS,
    WSAS,
    ArrowStream,
    Change,
    DisclosedCounts,
    ItemScore,
    Measure,
    Outcome,
    Severity,
    Suppressed,
    __version__,
    disclose,
    effect_size,
    outcome,
    rate_from_counts,
    rates_from_counts,
)
from ._report import Report, report
from ._sessions import Derived, derive

__all__ = [
    "EDITION",
    "FACTS",
    "GAD7",
    "HAI",
    "IESR",
    "MEASURES",
    "MI",
    "OCI",
    "PCL5",
    "PDSS",
    "PHQ9",
    "PSWQ",
    "SPIN",
    "SUPPRESSED",
    "TARGETS",
    "WSAS",
    "ArrowStream",
    "Change",
    "CountsError",
    "Derived",
    "DisclosedCounts",
    "FrameError",
    "IaptError",
    "ItemError",
    "ItemScore",
    "Measure",
    "MeasureError",
    "Outcome",
    "Report",
    "ScoreError",
    "Severity",
    "Suppressed",
    "__version__",
    "derive",
    "disclose",
    "effect_size",
    "fhir",
    "outcome",
    "outcome_flags",
    "outcomes",
    "rate_from_counts",
    "rates",
    "rates_from_counts",
    "report",
    "score",
]


def __getattr__(name: str) -> object:
    """The pictures, which are looked at by few and imported when they are."""
    if name == "plot":
        from importlib import import_module

        return import_module(".plot", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
