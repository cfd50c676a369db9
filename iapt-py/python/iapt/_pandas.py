"""pandas frames: columns are read where they lie, and new ones are attached without copies."""

from __future__ import annotations

import sys
from typing import Any

from . import _iapt
from ._errors import FrameError
from ._iapt import ArrowStream, OutcomePlan, RatesPlan, ScorePlan


class Pandas:
    """A pandas DataFrame."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.pd = sys.modules["pandas"]
        self.np = sys.modules["numpy"]

    def __len__(self) -> int:
        return len(self.frame)

    def names(self) -> list[str]:
        return [name for name in self.frame.columns if isinstance(name, str)]

    def outcomes(self, plan: OutcomePlan) -> Any:
        facts = self.np.empty((len(plan.outputs), len(self)), dtype=bool)
        _iapt.outcomes_into(self.scores(plan), plan, list(facts))
        return self.append(self.pd.DataFrame(facts.T, index=self.frame.index, columns=plan.outputs, copy=False))

    def flags(self, plan: OutcomePlan, out: Any) -> None:
        _iapt.outcomes_into(self.scores(plan), plan, [out])

    def rates(self, plan: RatesPlan) -> Any:
        columns = [self.group_numbers(name) for name in plan.by]
        columns += [self.column(name, "b", "booleans") for name in plan.facts]
        rows, figures = (stream.to_pydict() for stream in _iapt.rates(columns, plan))
        kinds = {name: "float64" if name.endswith("_rate") else "int64" for name in plan.outputs}
        counts = {name: self.np.array(figures[name], dtype=kind) for name, kind in kinds.items()}
        counts = self.pd.DataFrame(counts)
        if not plan.by:
            return counts
        groups = self.frame[plan.by].iloc[rows["row"]].reset_index(drop=True)
        return self.pd.concat([groups, counts], axis=1)

    def score(self, plan: ScorePlan) -> Any:
        np, pd, rows = self.np, self.pd, len(self)
        total = np.zeros(rows, dtype="int64" if plan.whole else "float64")
        imputed, severity = np.zeros(rows, dtype="int64"), np.zeros(rows, dtype="int8")
        missing, reported, unknown = (np.zeros(rows, dtype=bool) for _ in range(3))
        asks = [reported, unknown] if len(plan.outputs) > 3 else []
        items = [self.column(name, "iuf", "numbers") for name in plan.inputs]
        _iapt.score_into(items, plan, [total, imputed, missing, severity, *asks])
        bands = pd.CategoricalDtype(_iapt.SEVERITIES, ordered=True)
        arrays = [
            pd.arrays.IntegerArray(total, missing) if plan.whole else total,
            pd.arrays.IntegerArray(imputed, missing.copy()),
            pd.Categorical.from_codes(severity, dtype=bands),
        ]
        if asks:
            arrays.append(pd.arrays.BooleanArray(reported, unknown))
        new = dict(zip(plan.outputs, arrays, strict=True))
        return self.append(pd.DataFrame(new, index=self.frame.index))

    def stream(self, names: list[str]) -> ArrowStream:
        """Some columns as an Arrow stream."""
        columns = {name: self.arrow_column(name) for name in dict.fromkeys(names)}
        return ArrowStream(self.arrow().table(columns)).select(names)

    def arrow_column(self, name: str) -> Any:
        """A column as an Arrow array; objects of several types are written out as texts."""
        pa, series = self.arrow(), self.frame[name]
        try:
            return pa.array(series, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            pass
        texts = [None if missing else str(value) for value, missing in zip(series, series.isna(), strict=True)]
        return pa.array(texts, type=pa.string())

    def arrow(self) -> Any:
        """pyarrow, by which pandas reads and writes texts and dates."""
        try:
            import pyarrow
        except ImportError:
            text = "tables of sessions in pandas need pyarrow: pip install pyarrow"
            raise ImportError(text) from None
        return pyarrow

    def frame_of(self, columns: ArrowStream) -> Any:
        """A new frame; whole numbers and booleans that may be missing are of pandas' nullable dtypes."""
        pa, pd = self.arrow(), self.pd
        table = pa.table(columns)
        nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
        frame = table.to_pandas(types_mapper=nullable.get, date_as_object=False)
        full = {name: "bool" for name in frame.columns if frame[name].dtype == "boolean" and not frame[name].hasnans}
        return frame.astype(full)

    def grouped(self, by: list[str], rows: ArrowStream, columns: ArrowStream) -> Any:
        """A new frame: some rows of some columns, and more columns."""
        places = self.arrow().table(rows)["row"].to_numpy()
        kept = self.frame[by].iloc[places].reset_index(drop=True)
        return self.pd.concat([kept, self.frame_of(columns)], axis=1)

    def append(self, columns: Any) -> Any:
        result = self.pd.concat([self.frame, columns], axis=1)
        result.attrs = dict(self.frame.attrs)
        return result

    def scores(self, plan: OutcomePlan) -> list[Any]:
        """The columns of scores; the fifth is that of the names of measures."""
        columns = [self.column(name, "iuf", "numbers") for name in plan.inputs[:4]]
        for name in plan.inputs[4:5]:
            numbers, texts = self.pd.factorize(self.frame[name])
            if not all(isinstance(text, str) for text in texts):
                raise FrameError(f"{name}: must be a column of texts", code="COLUMN_TYPE", field=name)
            columns.append(("labels", numbers, list(texts)))
        return columns + [self.column(name, "iuf", "numbers") for name in plan.inputs[5:]]

    def column(self, name: str, kinds: str, wanted: str) -> Any:
        """A column as the extension module reads it: an array, array and mask, an Arrow stream, or objects."""
        series = self.frame[name]
        dtype, array = series.dtype, series.array
        if isinstance(dtype, self.np.dtype) and dtype.kind in kinds and dtype.itemsize <= 8:
            return self.plain(series.to_numpy())
        if hasattr(array, "_mask") and hasattr(array, "_data") and dtype.kind in kinds:
            return self.plain(array._data), self.plain(array._mask)
        if hasattr(dtype, "pyarrow_dtype"):
            return sys.modules["pyarrow"].table({name: array.__arrow_array__()})
        if series.isna().all():
            return wanted, name, [None] * len(series)
        if isinstance(dtype, self.np.dtype) and dtype.kind == "O":
            return wanted, name, series.to_numpy()
        raise FrameError(f"{name}: must be a column of {wanted}", code="COLUMN_TYPE", field=name)

    def plain(self, array: Any) -> Any:
        """The same array, or a copy where it is strided, of another byte order or of half floats."""
        if array.dtype.itemsize == 2 and array.dtype.kind == "f":
            array = array.astype("float32")
        return self.np.require(array, array.dtype.newbyteorder("="), ["C", "A"])

    def group_numbers(self, name: str) -> Any:
        """The values of a column as whole numbers: equal where they are equal."""
        series = self.frame[name]
        if isinstance(series.dtype, self.pd.CategoricalDtype):
            return self.plain(series.cat.codes.to_numpy())
        return self.plain(self.pd.factorize(series, use_na_sentinel=True)[0])
