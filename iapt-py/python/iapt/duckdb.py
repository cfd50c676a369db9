"""SQL functions for DuckDB.

Relations need none of this: `iapt.outcomes`, `iapt.rates`, `iapt.score` and `iapt.derive` take a relation and give one
of the same connection.

>>> import duckdb, iapt
>>> scores = duckdb.sql("SELECT 18 AS phq9_first, 9 AS phq9_last, 14 AS gad7_first, 6 AS gad7_last")
>>> iapt.rates(iapt.outcomes(scores)).select("finished", "recovery_rate").fetchall()
[(1, 100.0)]
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ._arrow import Arrow
from ._errors import IaptError
from ._frames import outcome_flags, outcomes
from ._iapt import FACTS, ArrowStream
from ._places import placed

SCORES = ("phq9_first", "phq9_last", "gad7_first", "gad7_last")

__all__ = ["register"]


class Relation(Arrow):
    """A DuckDB relation. It is run once; results are relations over Arrow columns in memory."""

    def __init__(self, frame: Any) -> None:
        super().__init__(frame)
        self.relation = frame

    def append(self, columns: ArrowStream) -> Any:
        return self.frame_of(super().append(columns))

    def grouped(self, by: list[str], rows: ArrowStream, columns: ArrowStream) -> Any:
        return self.frame_of(super().grouped(by, rows, columns))

    def frame_of(self, columns: ArrowStream) -> Any:
        """A relation of the same connection, which finds the columns by the name of the variable."""
        iapt_columns_ = columns  # noqa: F841
        return self.relation.query("iapt_relation_", "SELECT * FROM iapt_columns_")


def register(connection: Any) -> None:
    """Gives a connection the SQL functions `iapt_flags` and `iapt_outcome`.

    Both take the first and last scores on PHQ-9 and GAD-7, in this order, as numbers; NULL and NaN are missing.
    `iapt_flags` is a UTINYINT, the first of `iapt.FACTS` in the lowest bit; `iapt_outcome` is a STRUCT of the eight
    facts as BOOLEANs, never NULL. They are run on the vectors that DuckDB works on, by all its threads. A score
    outside its range stops the query, with an error that says which score and what it may be, and not what it was.

    Args:
        connection: A DuckDB connection. It needs pyarrow.

    >>> import duckdb
    >>> import iapt.duckdb
    >>> with duckdb.connect() as connection:
    ...     iapt.duckdb.register(connection)
    ...     connection.sql("SELECT iapt_flags(18, 9, 14, 6), iapt_outcome(18, 9, 14, NULL).caseness").fetchall()
    [(155, True)]
    """
    facts = "STRUCT(" + ", ".join(f"{name} BOOLEAN" for name in FACTS) + ")"
    for name, work, result in [("iapt_flags", flags, "UTINYINT"), ("iapt_outcome", facts_of, facts)]:
        connection.create_function(
            name, of_scores(work), ["DOUBLE"] * len(SCORES), result, type="arrow", null_handling="special"
        )


def of_scores(work: Callable[[Any], Any]) -> Callable[..., Any]:
    """A function of vectors of scores. Errors leave out the row: its number in a vector says nothing to a user."""

    def function(phq9_first: Any, phq9_last: Any, gad7_first: Any, gad7_last: Any) -> Any:
        scores = dict(zip(SCORES, (phq9_first, phq9_last, gad7_first, gad7_last), strict=True))
        try:
            return work(import_module("pyarrow").table(scores))
        except IaptError as error:
            raise placed(error, None, "") from None

    return function


def flags(scores: Any) -> Any:
    """The flags of each row."""
    arrow = import_module("pyarrow")
    made = outcome_flags(scores)
    return arrow.Array.from_buffers(arrow.uint8(), len(made), [None, arrow.py_buffer(made)])


def facts_of(scores: Any) -> Any:
    """The facts of each row."""
    return outcomes(scores).select(list(FACTS)).to_struct_array().combine_chunks()
