"""The exceptions. Each says where and what would be allowed, and never what the value was."""

from __future__ import annotations

from typing import Any


class IaptError(ValueError):
    """An input that has no result.

    Attributes:
        code: A stable name of what is wrong, such as "OUT_OF_RANGE".
        field: The column or argument at fault, as the caller names it; None where there is none.
        row: The row at fault, counted from 0 over the whole frame; None where there is none.
        item: The questionnaire item at fault, counted from 0; None where there is none.

    >>> import iapt
    >>> try:
    ...     iapt.outcome(phq9=(18, 28), gad7=(14, 6))
    ... except iapt.IaptError as error:
    ...     error.code, error.field, error.row
    ('OUT_OF_RANGE', 'phq9_last', None)
    """

    code: str
    field: str | None
    row: int | None
    item: int | None

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        field: str | None = None,
        row: int | None = None,
        item: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.field, self.row, self.item = code, field, row, item

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.args, self.__dict__


class ScoreError(IaptError):
    """A score that its measure cannot have."""


class ItemError(IaptError):
    """Answers to a questionnaire that have no score."""


class MeasureError(IaptError):
    """A measure that is not known, not configured or contradicts itself."""


class CountsError(IaptError):
    """Counts that cannot be true together, or no figure can be made of."""


class FrameError(IaptError):
    """A frame without a column that is needed, or with one of another type."""


for _class in (IaptError, ScoreError, ItemError, MeasureError, CountsError, FrameError):
    _class.__module__ = "iapt"
del _class
