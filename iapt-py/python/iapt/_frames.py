"""Functions over data frames: a frame in, the same kind of frame out.

Each kind of frame has an adapter that hands columns to the extension module and puts the new ones beside the old.
No library of frames is imported but that of the frame at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from ._iapt import ArrowStream, Measure, OutcomePlan, RatesPlan, ScorePlan, clear

F = TypeVar("F")
V = TypeVar("V")


class Adapter(Protocol):
    """What the functions need of a kind of frame."""

    def __init__(self, frame: Any) -> None: ...
    def names(self) -> list[str]: ...
    def __len__(self) -> int: ...
    def outcomes(self, plan: OutcomePlan) -> Any: ...
    def flags(self, plan: OutcomePlan, out: Any) -> None: ...
    def rates(self, plan: RatesPlan) -> Any: ...
    def score(self, plan: ScorePlan) -> Any: ...
    def stream(self, names: list[str]) -> ArrowStream: ...
    def grouped(self, by: list[str], rows: ArrowStream, columns: ArrowStream) -> Any: ...
    def frame_of(self, columns: ArrowStream) -> Any: ...


def adapt(frame: Any) -> Adapter:
    """The adapter for a frame, chosen by the library that its class comes from."""
    for kind in type(frame).__mro__:
        library, name = kind.__module__.partition(".")[0], kind.__name__
        if library == "polars" and name == "LazyFrame":
            from ._lazy import Lazy

            return Lazy(frame)
        if library == "polars" and name == "DataFrame":
            from ._arrow import Polars

            return Polars(frame)
        if library == "pandas" and name == "DataFrame":
            from ._pandas import Pandas

            return Pandas(frame)
        if library == "pyarrow" and name in ("Table", "RecordBatch", "RecordBatchReader"):
            from ._arrow import PYARROW

            return PYARROW[name](frame)
        if library in ("duckdb", "_duckdb") and name == "DuckDBPyRelation":
            from .duckdb import Relation

            return Relation(frame)
    from ._arrow import Arrow

    return Arrow(frame)


def plain(mapping: Mapping[str, V] | None) -> dict[str, V] | None:
    """Any mapping as the extension module reads it."""
    return None if mapping is None else dict(mapping)


def outcomes(
    frame: F,
    *,
    columns: Mapping[str, str] | None = None,
    names: str | None = None,
    measures: Mapping[str, Measure | str] | None = None,
) -> F:
    """The frame with the eight facts of each referral's outcome appended.

    The facts are booleans without missing values: unknown caseness is false in both `caseness` and `not_caseness`,
    and a referral that is not paired has none of the facts from `recovery` on. Scores are whole numbers in points, of
    any number type; null, NaN and `pd.NA` are missing.

    Args:
        frame: A pandas, polars or pyarrow frame, a DuckDB relation, or any object that offers Arrow columns
            (`__arrow_c_stream__`). Columns: phq9_first, phq9_last, gad7_first, gad7_last.
        columns: From these names to those of the frame, where they differ. The names anxiety_measure,
            anxiety_first and anxiety_last may be given, too, for scores on another anxiety measure.
        names: "nhs_england" for the names of the national derived tables: PHQ9_FirstScore, PHQ9_LastScore,
            GAD_FirstScore, GAD_LastScore and, where present, ADSM, ADSM_FirstScore, ADSM_LastScore. The new columns
            are then called Paired_Flag, Caseness_Flag, and so on. A row with both ADSM scores is judged by that
            measure, else by GAD-7; where ADSM is null or GAD-7, its two scores are not looked at.
        measures: From a value of ADSM to the measure it means, for those without confirmed national thresholds
            (BIQ, CFQ, IBS, MUS) or instead of the built-in ones.

    Returns:
        A frame of the same kind, rows in the same order. (An Arrow stream for other kinds.) A polars LazyFrame gives
        a LazyFrame, computed part by part where it is collected or sunk by the streaming engine; all its columns are
        read, so select those that you need before. A DuckDB relation is run at once, and the result is a relation of
        the same connection over Arrow columns in memory.

    Raises:
        ScoreError: A score outside its range; `field` and `row` say where. Of a LazyFrame it is raised where the
            result is collected, and by the streaming engine perhaps of another row than the first.
        MeasureError: A value of ADSM without a configured measure; `row` says where.
        FrameError: A column that is not there, has no numbers, or that the result would have twice.
        TypeError: An object that is no frame.

    Source: NHS England, measures M185 to M193 and M204.

    >>> import iapt
    >>> import polars as pl
    >>> frame = pl.DataFrame({"phq9_first": [18], "phq9_last": [9], "gad7_first": [14], "gad7_last": [6]})
    >>> iapt.outcomes(frame)["recovery"].to_list()
    [True]
    """
    adapter = adapt(frame)
    result: F = adapter.outcomes(OutcomePlan(adapter.names(), plain(columns), names, plain(measures), True))
    return result


def outcome_flags(
    frame: Any,
    *,
    columns: Mapping[str, str] | None = None,
    names: str | None = None,
    measures: Mapping[str, Measure | str] | None = None,
    out: Any = None,
) -> Any:
    """The facts of each referral's outcome as one byte a row, the first of `FACTS` in the lowest bit.

    Args:
        frame: As for `outcomes`, but a LazyFrame is collected; so are columns, names and measures.
        columns: As for `outcomes`.
        names: As for `outcomes`.
        measures: As for `outcomes`.
        out: Writable contiguous memory of unsigned bytes, as many as rows, such as a numpy array or a bytearray,
            to be used again from call to call; None for a new bytearray.

    Returns:
        `out`. After an error it is all zeros, unless the error is that it is refused.

    Raises:
        ScoreError: As for `outcomes`; so are the other errors.
        BufferError: An `out` of another size or type, or that shares memory with the frame.

    >>> import iapt
    >>> import polars as pl
    >>> frame = pl.DataFrame({"phq9_first": [18], "phq9_last": [9], "gad7_first": [14], "gad7_last": [None]})
    >>> list(iapt.outcome_flags(frame))
    [2]
    """
    try:
        adapter = adapt(frame)
        plan = OutcomePlan(adapter.names(), plain(columns), names, plain(measures), False)
        if out is None:
            out = bytearray(len(adapter))
        adapter.flags(plan, out)
    except BufferError:
        raise
    except BaseException:
        clear(out)
        raise
    return out


def rates(outcomes: F, by: str | Sequence[str] | None = None) -> F:
    """Counts and rates of a service, or of each group of referrals, as officially published.

    Args:
        outcomes: A frame with the eight facts, as made by `outcomes`, under their own or their national names. All
            rows count as finished courses of treatment unless there is a boolean column finished_course
            (national: CompletedTreatment_Flag); then only the true ones: null does not count.
        by: The columns to group by, of any type but polars' Object.

    Returns:
        A frame of the same kind: the `by` columns (groups in order of first appearance, null and NaN one group of
        their own), then finished, paired and the other facts as counts of referrals, then recovery_rate,
        reliable_recovery_rate, reliable_improvement_rate, reliable_deterioration_rate and no_reliable_change_rate in
        per cent, with one decimal, rounded half up from the exact ratio; null without a denominator. Without `by`
        exactly one row. A polars LazyFrame gives a LazyFrame; of it only the columns needed are collected.

    Raises:
        FrameError: A column that is not there, is not boolean, or has missing values; `field` and `row` say where.
        CountsError: Facts that no referral can have; `row` says where.

    Source: NHS England, measures M186, M192, M195 and M1010.

    >>> import iapt
    >>> import polars as pl
    >>> frame = pl.DataFrame({"phq9_first": [18], "phq9_last": [9], "gad7_first": [14], "gad7_last": [6]})
    >>> iapt.rates(iapt.outcomes(frame))["recovery_rate"].to_list()
    [100.0]
    """
    adapter = adapt(outcomes)
    groups = [by] if isinstance(by, str) else list(by or ())
    result: F = adapter.rates(RatesPlan(adapter.names(), groups))
    return result


def score(frame: F, measure: Measure | str, items: Sequence[str], missing: str = "prorate") -> F:
    """The frame with the score of each filled-in questionnaire appended.

    Args:
        frame: A pandas, polars or pyarrow frame, a DuckDB relation, or any object that offers Arrow columns.
        measure: The measure, or the name of a built-in one.
        items: The names of the columns of answers, in the questionnaire's order. Answers are whole numbers; null,
            NaN and `pd.NA` are missing.
        missing: "prorate", or "reject" to score complete questionnaires only.

    Returns:
        A frame of the same kind with `<measure>_total` in points (a float for a mean), `<measure>_imputed`,
        `<measure>_severity` and, where the measure asks, `<measure>_self_harm` appended, where `<measure>` is
        phq9 and so on. A row with too many unanswered items has nulls; self_harm is null, never false, where the
        item was not answered, and is reported wherever it was, be there a score or not.

    Raises:
        ItemError: An answer that the item does not have; `field`, `row` and `item` say where.
        FrameError: A column that is not there, has no numbers, or that the result would have twice.

    Source: IAPT Data Handbook, appendix D, for missing items of PHQ-9 and GAD-7.

    >>> import iapt
    >>> import polars as pl
    >>> frame = pl.DataFrame({f"q{n}": [1, None] for n in range(1, 10)})
    >>> iapt.score(frame, iapt.PHQ9, items=[f"q{n}" for n in range(1, 10)])["phq9_total"].to_list()
    [9, None]
    """
    if isinstance(items, str):
        raise TypeError("items must be a sequence of column names, not one name")
    adapter = adapt(frame)
    result: F = adapter.score(ScorePlan(adapter.names(), measure, list(items), missing))
    return result
