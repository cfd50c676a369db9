"""polars LazyFrames: outcomes, scores and rates are computed when the result is collected, part by part."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cached_property
from typing import Any

from ._arrow import Polars
from ._errors import IaptError
from ._iapt import ArrowStream, OutcomePlan, RatesPlan, ScorePlan
from ._places import moved

Work = Callable[[Polars], Any]


class Lazy:
    """A polars LazyFrame; what can't wait is made of the collected frame."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.schema = frame.collect_schema()

    def names(self) -> list[str]:
        return list(self.schema.names())

    def outcomes(self, plan: OutcomePlan) -> Any:
        return self.by_part(lambda part: part.outcomes(plan))

    def score(self, plan: ScorePlan) -> Any:
        return self.by_part(lambda part: part.score(plan))

    def rates(self, plan: RatesPlan) -> Any:
        def work(frame: Any) -> Any:
            return Polars(frame).rates(plan)

        needed = self.frame.select(list(dict.fromkeys(plan.by + plan.facts)))
        return needed.map_batches(work, schema=work(self.schema.to_frame()).schema)

    def by_part(self, work: Work) -> Any:
        """The rows with new columns. They are numbered, for a part does not know where it begins."""
        number = unused("row", self.names())

        def part(frame: Any) -> Any:
            rows = frame.drop(number)
            try:
                return work(Polars(rows))
            except IaptError as error:
                raise moved(error, frame[0, number]) from None

        schema = work(Polars(self.schema.to_frame())).schema
        return self.frame.with_row_index(number).map_batches(part, schema=schema, streamable=True)

    @cached_property
    def collected(self) -> Polars:
        """The frame, collected once: a second time its rows might be in another order."""
        return Polars(self.frame.collect(engine="streaming"))

    def __len__(self) -> int:
        return len(self.collected)

    def flags(self, plan: OutcomePlan, out: Any) -> None:
        self.collected.flags(plan, out)

    def stream(self, names: list[str]) -> ArrowStream:
        return self.collected.stream(names)

    def grouped(self, by: list[str], rows: ArrowStream, columns: ArrowStream) -> Any:
        return self.collected.grouped(by, rows, columns)

    def frame_of(self, columns: ArrowStream) -> Any:
        """A new DataFrame."""
        return sys.modules["polars"].DataFrame(columns)


def unused(name: str, names: list[str]) -> str:
    """A name that no column has."""
    while name in names:
        name += "_"
    return name
