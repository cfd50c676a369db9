"""Frames whose columns are Arrow columns: polars, pyarrow, and all else that offers Arrow streams."""

from __future__ import annotations

import sys
from itertools import accumulate
from typing import Any

from . import _iapt
from ._errors import FrameError
from ._iapt import ArrowStream, OutcomePlan, RatesPlan, ScorePlan


class Arrow:
    """Any object that offers Arrow columns; results are Arrow streams. Other kinds differ in a few steps only."""

    frame: Any

    def __init__(self, frame: Any) -> None:
        self.frame = ArrowStream(frame)

    def __len__(self) -> int:
        return len(self.frame)

    def names(self) -> list[str]:
        return list(self.frame.names)

    def select(self, names: list[str]) -> Any:
        """Some columns, as an Arrow stream."""
        return self.frame.select(names)

    def append(self, columns: ArrowStream) -> Any:
        """The frame with more columns."""
        return self.frame.append(columns)

    def grouped(self, by: list[str], rows: ArrowStream, columns: ArrowStream) -> Any:
        """A new frame: some rows of some columns, and more columns."""
        return self.frame.select(by).take(rows).append(columns) if by else columns

    def stream(self, names: list[str]) -> ArrowStream:
        """Some columns, some of them perhaps twice, as an Arrow stream."""
        return ArrowStream(self.select(list(dict.fromkeys(names)))).select(names)

    def frame_of(self, columns: ArrowStream) -> Any:
        """A new frame of the same kind."""
        return columns

    def outcomes(self, plan: OutcomePlan) -> Any:
        return self.append(_iapt.outcomes(self.select(plan.inputs), plan))

    def flags(self, plan: OutcomePlan, out: Any) -> None:
        _iapt.outcomes_into(self.select(plan.inputs), plan, [out])

    def rates(self, plan: RatesPlan) -> Any:
        rows, columns = _iapt.rates(self.select(plan.by + plan.facts), plan)
        return self.grouped(plan.by, rows, columns)

    def score(self, plan: ScorePlan) -> Any:
        return self.append(_iapt.score(self.select(plan.inputs), plan))


class Polars(Arrow):
    """A polars DataFrame. Only the columns needed become Arrow columns, so that all others keep their types."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.pl = sys.modules["polars"]

    def names(self) -> list[str]:
        return list(self.frame.columns)

    def select(self, names: list[str]) -> Any:
        return self.exported(self.frame.select(list(dict.fromkeys(names))), names)

    def exported(self, frame: Any, names: list[str]) -> ArrowStream:
        """Columns, some of them perhaps twice; those of nulls as booleans, for polars exports them in its own way."""
        frame = frame.with_columns(self.pl.col(self.pl.Null).cast(self.pl.Boolean))
        return ArrowStream.chain([ArrowStream(part) for part in self.chunks(frame)]).select(names)

    def chunks(self, frame: Any) -> list[Any]:
        """The frame in parts of one chunk each: polars would copy it to export it whole."""
        lengths = [series.chunk_lengths() for series in frame.iter_columns()]
        if len(frame) == 0 or any(other != lengths[0] for other in lengths):
            return [frame]
        ends = list(accumulate(lengths[0]))
        return [frame.slice(end - length, length) for end, length in zip(ends, lengths[0], strict=True)]

    def rates(self, plan: RatesPlan) -> Any:
        frame = self.frame.select(list(dict.fromkeys(plan.by + plan.facts)))
        for name in plan.by:
            if frame[name].dtype == self.pl.Object:
                raise FrameError(
                    f"{name}: must be a column of a type that can be grouped", code="COLUMN_TYPE", field=name
                )
        # Categories are told apart by their numbers, which come without a copy.
        numbered = [s.to_physical() for s in frame[plan.by] if s.dtype in (self.pl.Categorical, self.pl.Enum)]
        rows, columns = _iapt.rates(self.exported(frame.with_columns(numbered), plan.by + plan.facts), plan)
        return self.grouped(plan.by, rows, columns)

    def frame_of(self, columns: ArrowStream) -> Any:
        return self.pl.DataFrame(columns)

    def append(self, columns: ArrowStream) -> Any:
        return self.frame.hstack(self.pl.DataFrame(columns).get_columns())

    def grouped(self, by: list[str], rows: ArrowStream, columns: ArrowStream) -> Any:
        new = self.pl.DataFrame(columns)
        if not by:
            return new
        return self.frame.select(by)[self.pl.DataFrame(rows).to_series()].hstack(new.get_columns())


class PyArrowTable(Arrow):
    """A pyarrow Table; the other kinds of pyarrow are read as one and turned back."""

    def __init__(self, frame: Any) -> None:
        self.pa = sys.modules["pyarrow"]
        self.frame = self.read(frame)

    def read(self, frame: Any) -> Any:
        return frame

    def back(self, table: Any) -> Any:
        return table

    def names(self) -> list[str]:
        return list(self.frame.column_names)

    def frame_of(self, columns: ArrowStream) -> Any:
        return self.back(self.pa.table(columns))

    def joined(self, table: Any, columns: ArrowStream) -> Any:
        new = self.pa.table(columns)
        for field, column in zip(new.schema, new.columns, strict=True):
            table = table.append_column(field, column)
        return self.back(table)

    def append(self, columns: ArrowStream) -> Any:
        return self.joined(self.frame, columns)

    def grouped(self, by: list[str], rows: ArrowStream, columns: ArrowStream) -> Any:
        if not by:
            return self.back(self.pa.table(columns))
        table = self.frame.select(by).replace_schema_metadata(None)
        return self.joined(self.pa.table(ArrowStream(table).take(rows)), columns)


class PyArrowBatch(PyArrowTable):
    """A pyarrow RecordBatch."""

    def read(self, frame: Any) -> Any:
        return self.pa.Table.from_batches([frame])

    def back(self, table: Any) -> Any:
        batches = table.combine_chunks().to_batches()
        return batches[0] if batches else self.pa.RecordBatch.from_pylist([], schema=table.schema)


class PyArrowReader(PyArrowTable):
    """A pyarrow RecordBatchReader."""

    def read(self, frame: Any) -> Any:
        return frame.read_all()

    def back(self, table: Any) -> Any:
        return table.to_reader()


PYARROW = {"Table": PyArrowTable, "RecordBatch": PyArrowBatch, "RecordBatchReader": PyArrowReader}
