"""Every kind of frame, made from columns and read back, so that a test is written once for all."""

import importlib

import pytest


def library(name):
    """A library, or a loud skip of the test that needs it."""
    return pytest.importorskip(name, reason=f"NOT TESTED: {name} is not installed")


def missing_to_none(values):
    return [None if type(value).__name__ == "NAType" or value != value else value for value in values]


class Other:
    """An object of which nothing is known but that it offers Arrow columns."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


def pandas_frame(columns, dtype=None):
    pd = library("pandas")
    if dtype and "pyarrow" in dtype:
        library("pyarrow")
    series = {
        name: pd.Series(list(values), dtype=dtype if is_number(values) else None) for name, values in columns.items()
    }
    return pd.DataFrame(series)


def polars_frame(columns):
    return library("polars").DataFrame(columns, strict=False)


def table(columns):
    return library("pyarrow").table(columns)


def batch(columns):
    return library("pyarrow").RecordBatch.from_pydict(columns)


def is_number(values):
    return any(isinstance(value, int | float) for value in values) and not any(isinstance(v, bool) for v in values)


MAKE = {
    "polars": polars_frame,
    "pyarrow table": table,
    "pyarrow batch": batch,
    "pyarrow reader": lambda columns: table(columns).to_reader(),
    "arrow stream": lambda columns: Other(table(columns)),
    "pandas": pandas_frame,
    "pandas nullable": lambda columns: pandas_frame(columns, "Int64"),
    "pandas arrow": lambda columns: pandas_frame(columns, "int64[pyarrow]"),
}


def read(frame):
    """A frame as a mapping from name to list, missing values None."""
    module = type(frame).__module__.partition(".")[0]
    if module == "polars":
        return frame.to_dict(as_series=False)
    if module == "pandas":
        return {name: missing_to_none(frame[name].tolist()) for name in frame.columns}
    if hasattr(frame, "read_all"):
        frame = frame.read_all()
    if module != "pyarrow":
        frame = importlib.import_module("pyarrow").table(frame)
    return frame.to_pydict()
