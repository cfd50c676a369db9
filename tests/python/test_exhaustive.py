"""Every combination of PHQ-9 and GAD-7 scores, present or missing, against the naive oracle."""

import itertools

import pytest

import iapt
from kinds import library

COLUMNS = ["phq9_first", "phq9_last", "gad7_first", "gad7_last"]
AXES = [[*range(28), None]] * 2 + [[*range(22), None]] * 2
ROWS = 29 * 29 * 23 * 23


@pytest.fixture(scope="module")
def expected(naive):
    flags = bytes(naive.all_flags())
    assert len(flags) == ROWS == 444_889
    assert len(set(flags)) == 12  # so many outcomes there are
    return flags


@pytest.fixture(scope="module")
def rows():
    return list(itertools.product(*AXES))


@pytest.fixture(scope="module")
def scores(rows):
    return dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))


def bytes_of(columns):
    """Eight columns of booleans as bytes."""
    np = library("numpy")
    assert all(column.dtype == bool for column in columns)
    return sum(column.astype(np.uint8) << bit for bit, column in enumerate(columns)).astype(np.uint8).tobytes()


@pytest.mark.parametrize(
    "dtype", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float", "double"]
)
# Proves PAIRED-1, CASENESS-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-1, CHANGE-2, CHANGE-3, CHANGE-4, CHANGE-5,
# RECOVERY-1, RECOVERY-2, RECOVERY-3, MEASURE-1, MEASURE-2.
def test_pyarrow(scores, expected, dtype):
    pa = library("pyarrow")
    table = pa.table({name: pa.array(values, dtype) for name, values in scores.items()})
    result = iapt.outcomes(table)
    assert bytes_of([result[fact].to_numpy() for fact in iapt.FACTS]) == expected
    assert iapt.outcome_flags(table) == expected


@pytest.mark.parametrize("dtype", ["Int8", "Int32", "Int64", "UInt8", "Float32", "Float64"])
# Proves PAIRED-1, CASENESS-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-1, CHANGE-2, CHANGE-3, CHANGE-4, CHANGE-5,
# RECOVERY-1, RECOVERY-2, RECOVERY-3, MEASURE-1, MEASURE-2.
def test_polars(scores, expected, dtype):
    pl = library("polars")
    frame = pl.DataFrame({name: pl.Series(values, dtype=getattr(pl, dtype)) for name, values in scores.items()})
    result = iapt.outcomes(frame)
    assert bytes_of([result[fact].to_numpy() for fact in iapt.FACTS]) == expected
    assert iapt.outcome_flags(frame) == expected


@pytest.mark.parametrize(
    "dtype", ["float64", "float32", "float16", "Int8", "Int64", "UInt16", "Float64", "int64[pyarrow]"]
)
# Proves PAIRED-1, CASENESS-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-1, CHANGE-2, CHANGE-3, CHANGE-4, CHANGE-5,
# RECOVERY-1, RECOVERY-2, RECOVERY-3, MEASURE-1, MEASURE-2.
def test_pandas(scores, expected, dtype):
    pd, np = library("pandas"), library("numpy")
    frame = pd.DataFrame(
        {
            name: pd.array(list(values), dtype="Float64").astype(dtype)
            if dtype != "float16"
            else np.array(values, dtype=float).astype(dtype)
            for name, values in scores.items()
        }
    )
    result = iapt.outcomes(frame)
    assert bytes_of([result[fact].to_numpy() for fact in iapt.FACTS]) == expected
    assert iapt.outcome_flags(frame, out=bytearray(len(frame))) == expected


# Proves PAIRED-1, CASENESS-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-1, CHANGE-2, CHANGE-3, CHANGE-4, CHANGE-5,
# RECOVERY-1, RECOVERY-2, RECOVERY-3, MEASURE-1, MEASURE-2.
def test_scalar(rows, expected):
    """All of them, one by one."""
    outcome = iapt.outcome
    assert bytes(outcome(phq9=row[:2], gad7=row[2:]).flags for row in rows) == expected


def test_scalar_exact(rows, expected):
    """A sample by the way that takes any kind of number, and the eight properties."""
    facts = lambda one: sum(getattr(one, fact) << bit for bit, fact in enumerate(iapt.FACTS))  # noqa: E731
    for row, flags in list(zip(rows, expected, strict=True))[::97]:
        floats = [float("nan") if score is None else float(score) for score in row]
        one = iapt.outcome(phq9=floats[:2], gad7=tuple(floats[2:]), anxiety=(iapt.SPIN, 40, None))
        assert one.flags == flags == facts(one)


@pytest.mark.parametrize("threads", ["1", "2", "3", "7"])
def test_threads(scores, expected, threads, monkeypatch):
    pa = library("pyarrow")
    monkeypatch.setenv("IAPT_THREADS", threads)
    table = pa.table({name: pa.array(values, "int8") for name, values in scores.items()})
    assert iapt.outcome_flags(table) == expected
    result = iapt.outcomes(table)
    assert bytes_of([result[fact].to_numpy() for fact in iapt.FACTS]) == expected
    counts = iapt.rates(result).to_pylist()[0]
    assert counts["finished"] == ROWS
    assert [counts[fact] for fact in iapt.FACTS] == [sum(flags >> bit & 1 for flags in expected) for bit in range(8)]
