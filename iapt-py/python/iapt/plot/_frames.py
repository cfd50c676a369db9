"""Reading columns of any frame."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from .._errors import FrameError


def columns(frame: Any, names: Iterable[str], optional: Iterable[str] = ()) -> dict[str, list[Any]]:
    """Columns as lists, missing values None; of the optional ones those that are there."""
    frame = subscriptable(frame)
    names_there = getattr(frame, "column_names", None) or getattr(frame, "columns", None)
    there = set(frame if names_there is None else names_there)
    for name in names:
        if name not in there:
            message = f"{name}: the frame has no such column"
            raise FrameError(message, code="MISSING_COLUMN", field=name)
    wanted = dict.fromkeys([*names, *(name for name in optional if name in there)])
    return {name: [None if is_missing(value) else value for value in listed(frame[name])] for name in wanted}


def subscriptable(frame: Any) -> Any:
    """A frame that gives a column by its name."""
    kind = {(known.__module__.partition(".")[0], known.__name__) for known in type(frame).__mro__}
    if ("polars", "LazyFrame") in kind:
        raise TypeError("a polars LazyFrame has no data yet: call .collect() first")
    if ("pyarrow", "RecordBatchReader") in kind:
        return frame.read_all()
    known = {("pandas", "DataFrame"), ("polars", "DataFrame"), ("pyarrow", "Table"), ("pyarrow", "RecordBatch")}
    if isinstance(frame, Mapping) or kind & known:
        return frame
    if not hasattr(frame, "__arrow_c_stream__"):
        raise TypeError(f"a data frame is needed, not {type(frame).__name__}")
    try:
        return arrow_table(frame)
    except ImportError as error:
        raise ImportError("to draw from an Arrow stream, install pyarrow or polars") from error


def arrow_table(frame: Any) -> Any:
    if "polars" in sys.modules and "pyarrow" not in sys.modules:
        return import_module("polars").DataFrame(frame)
    return import_module("pyarrow").table(frame)


def listed(column: Any) -> list[Any]:
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, method):
            return list(getattr(column, method)())
    return list(column)


def is_missing(value: Any) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or type(value).__name__ in ("NAType", "NaTType")
