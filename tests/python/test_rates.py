"""Counts and rates by group, in every kind of frame, against counting by hand."""

import itertools
import random

import pytest

import iapt
from kinds import MAKE, library, read

COUNTS = ["finished", *iapt.FACTS]
RATES = ["recovery_rate", "reliable_recovery_rate", "reliable_improvement_rate", "reliable_deterioration_rate"]
RATES += ["no_reliable_change_rate"]
OUTCOMES = [155, 69, 0, 2, 4, 19, 67, 35, 21, 37, 75, 43]
every_kind = pytest.mark.parametrize("kind", MAKE)


def facts_of(flags, names=iapt.FACTS):
    return {name: [bool(byte >> bit & 1) for byte in flags] for bit, name in enumerate(names)}


def by_hand(naive, keys, flags, finished=None):
    """Groups in order of first appearance with their counts and rates, by the oracle."""
    groups = {}
    for key, byte, counted in zip(keys, flags, finished or itertools.repeat(True), strict=False):
        counts = groups.setdefault(key, [0] * 9)
        if counted:
            for at, holds in enumerate([1, *(byte >> bit & 1 for bit in range(8))]):
                counts[at] += holds
    rates = {key: naive.rates(naive.Counts(*counts)) for key, counts in groups.items()}
    return [(key, *counts, *(rate and float(rate) for rate in rates[key])) for key, counts in groups.items()]


def rows_of(frame):
    return list(zip(*read(frame).values(), strict=True))


@every_kind
# Proves RATE-1, RATE-2, RATE-3.
def test_one_row(kind, naive):
    flags = random.Random(1).choices(OUTCOMES, k=1000)
    result = read(iapt.rates(MAKE[kind](facts_of(flags))))
    assert list(result) == [*COUNTS, *RATES]
    assert list(zip(*result.values(), strict=True)) == [row[1:] for row in by_hand(naive, [0] * 1000, flags)]


@every_kind
# Proves RATE-4.
def test_no_rows(kind):
    empty = read(iapt.rates(MAKE[kind](facts_of([]))))
    assert empty == {name: [0] for name in COUNTS} | {name: [None] for name in RATES}
    grouped = iapt.rates(MAKE[kind](facts_of([]) | {"provider": []}), by=["provider"])
    assert read(grouped) == {name: [] for name in ["provider", *COUNTS, *RATES]}


KEYS = {
    "short text": ["b", "a", None, "", "twelve bytes"],
    "long text": ["a provider of some name", "a provider of another name", None, "x", "a provider of some nam"],
    "number": [5, -1, None, 70_000, 0],
    "boolean": [True, None, False, False, True],
}


@every_kind
@pytest.mark.parametrize("key", KEYS)
# Proves RATE-1, RATE-2, RATE-5.
def test_groups(kind, key, naive):
    rng = random.Random(2)
    keys, flags = rng.choices(KEYS[key], k=500), rng.choices(OUTCOMES, k=500)
    finished = rng.choices([True, False], k=500)
    for columns, counted in [({}, None), ({"finished_course": finished}, finished)]:
        frame = MAKE[kind]({"provider": keys} | facts_of(flags) | columns)
        assert rows_of(iapt.rates(frame, by="provider")) == by_hand(naive, keys, flags, counted)


@every_kind
def test_several_columns(kind, naive):
    rng = random.Random(3)
    a, b, c = rng.choices("xyz", k=400), rng.choices([1, 2, None], k=400), rng.choices([None, "p", "q"], k=400)
    flags = rng.choices(OUTCOMES, k=400)
    result = iapt.rates(MAKE[kind]({"a": a, "b": b, "c": c} | facts_of(flags)), by=["c", "a", "b"])
    assert [(row[:3], *row[3:]) for row in rows_of(result)] == by_hand(naive, list(zip(c, a, b, strict=True)), flags)


@every_kind
def test_national_names(kind):
    names = ["Paired_Flag", "Caseness_Flag", "NotCaseness_Flag", "Recovery_Flag", "ReliableImprovement_Flag"]
    names += ["ReliableDeterioration_Flag", "NoChange_Flag", "ReliableRecovery_Flag"]
    frame = facts_of([155, 69, 155], names) | {"CompletedTreatment_Flag": [True, True, False]}
    result = read(iapt.rates(MAKE[kind](frame)))
    assert (result["finished"], result["recovery"], result["recovery_rate"]) == ([2], [1], [100.0])


@every_kind
def test_refused(kind):
    good = facts_of([155, 69, 0])
    cases = [
        ("NULL", {"recovery": [True, None, False]}, "recovery", 1),
        ("COLUMN_TYPE", {"paired": ["a", "b", "c"]}, "paired", None),
        ("INCONSISTENT_FACTS", {"not_caseness": [False, True, True], "caseness": [True, False, True]}, None, 2),
    ]
    for code, columns, field, row in cases:
        with pytest.raises(iapt.IaptError) as caught:
            iapt.rates(MAKE[kind](good | columns))
        assert (caught.value.code, caught.value.field, caught.value.row) == (code, field, row)
    for columns, by, code in [
        ({}, "provider", "MISSING_COLUMN"),
        ({"finished": [1, 2, 3]}, ["finished"], "COLUMN_EXISTS"),
        ({"p": [1, 2, 3]}, ["p", "p"], "AMBIGUOUS_COLUMN"),
    ]:
        with pytest.raises(iapt.FrameError) as caught:
            iapt.rates(MAKE[kind](good | columns), by=by)
        assert caught.value.code == code
    with pytest.raises(iapt.FrameError) as caught:
        iapt.rates(MAKE[kind]({name: values for name, values in good.items() if name != "caseness"}))
    assert (caught.value.code, caught.value.field) == ("MISSING_COLUMN", "caseness")


@every_kind
@pytest.mark.parametrize("finished", [[True, None, False], [None] * 3])
# Proves RATE-5.
def test_finished_and_not_known(kind, finished):
    frame = facts_of([155, 69, 0]) | {"finished_course": finished}
    assert read(iapt.rates(MAKE[kind](frame)))["finished"] == [finished.count(True)]
    grouped = read(iapt.rates(MAKE[kind](frame), by=["finished_course"]))
    assert grouped["finished"] == [int(value is True) for value in dict.fromkeys(finished)]


@every_kind
def test_groups_of_floats(kind):
    frame = facts_of([0] * 6) | {"by": [0.5, -0.0, 0.0, None, float("nan"), 0.5]}
    if kind in ("pandas nullable", "pandas arrow"):
        pytest.skip("these are columns of whole numbers")
    assert read(iapt.rates(MAKE[kind](frame), by="by"))["finished"] == [2, 2, 2]


def test_groups_of_objects():
    pl = library("polars")
    frame = pl.DataFrame(facts_of([0, 0])).with_columns(by=pl.Series([object(), object()], dtype=pl.Object))
    with pytest.raises(iapt.FrameError) as caught:
        iapt.rates(frame, by="by")
    assert (caught.value.code, caught.value.field) == ("COLUMN_TYPE", "by")


def test_many_groups_and_chunks(naive):
    """More groups than a table begins with, and rows beyond one block, in chunks of odd sizes."""
    pa = library("pyarrow")
    rng = random.Random(4)
    keys, flags = [f"provider {rng.randrange(30_000)}" for _ in range(150_000)], rng.choices(OUTCOMES, k=150_000)
    whole = pa.table({"provider": keys} | facts_of(flags))
    chunked = pa.concat_tables([whole.slice(0, 1), whole.slice(1, 70_001), whole.slice(70_002)])
    expected = by_hand(naive, keys, flags)
    for kind in ["string", "large_string", pa.string_view(), pa.dictionary(pa.int32(), pa.string())]:
        table = chunked.set_column(0, "provider", chunked["provider"].cast(kind))
        assert rows_of(iapt.rates(table, by="provider")) == expected
        assert rows_of(iapt.rates(iapt.ArrowStream(table), by="provider")) == expected


CHUNKS = [
    [0, 1, 2],
    [2, 1, 0],
    [3],
    [0, 3],
    [7],
    [7, 4, 0],
    [5],
    [None],
    [5, None, 8],
    [9, 0],
    [-1, 100],
    [-1, 0],
    [70_000, 3],
]


@pytest.mark.parametrize("width", [8, 16, 32, 64])
@pytest.mark.parametrize("sign", ["int", "uint"])
@pytest.mark.parametrize("skipped", [0, 2, 4])
def test_integers_in_and_out_of_order(naive, sign, width, skipped):
    """Groups are numbered as they come, be they integers that count up or not."""
    pa = library("pyarrow")
    least, most = (0, 2**width - 1) if sign == "uint" else (-(2 ** (width - 1)), 2 ** (width - 1) - 1)
    fits = [[key for key in keys if key is None or least <= key <= most] for keys in CHUNKS[skipped:]]
    keys = [key for chunk in fits for key in chunk]
    flags = random.Random(2).choices(OUTCOMES, k=len(keys))
    column = pa.chunked_array([pa.array(chunk, f"{sign}{width}") for chunk in fits])
    for table in (pa.table({"key": column}), pa.table({"key": column.combine_chunks()})):
        facts = facts_of(flags)
        for name in facts:
            table = table.append_column(name, [facts[name]])
        assert rows_of(iapt.rates(table, by="key")) == by_hand(naive, keys, flags)


def test_dictionaries_with_repeated_and_null_values(naive):
    pa = library("pyarrow")
    values = pa.DictionaryArray.from_arrays(pa.array([2, 0, 1, None, 3, 0], "int8"), pa.array(["a", None, "a", "b"]))
    flags = OUTCOMES[:6]
    table = pa.table({"p": values} | facts_of(flags))
    assert rows_of(iapt.rates(table, by="p")) == by_hand(naive, ["a", "a", None, None, "b", "a"], flags)


def test_types_of_groups_are_kept():
    pl, pd = library("polars"), library("pandas")
    facts = facts_of([155, 69, 0])
    days = [library("datetime").date(2024, 1, day) for day in (2, 1, 2)]
    frame = pl.DataFrame(facts).with_columns(
        e=pl.Series(["b", "a", "b"], dtype=pl.Enum(["a", "b"])),
        c=pl.Series(["b", None, "b"], dtype=pl.Categorical),
        d=pl.Series(days),
        l=pl.Series([[1], [2], [1]]),
    )
    result = iapt.rates(frame, by=["e", "c", "d", "l"])
    assert result.select("e", "c", "d", "l").schema == frame.select("e", "c", "d", "l").schema
    assert result["finished"].to_list() == [2, 1]
    frame = pd.DataFrame(facts, index=[3, 3, 3]).assign(
        c=pd.Categorical(["b", None, "b"], categories=["a", "b"]), d=days
    )
    frame["t"] = pd.to_datetime(frame["d"])
    result = iapt.rates(frame, by=["c", "t"])
    assert result[["c", "t"]].dtypes.equals(frame[["c", "t"]].dtypes)
    assert list(result.index) == [0, 1]
    assert result["finished"].tolist() == [2, 1]
    assert result.dtypes[COUNTS].eq("int64").all() and result.dtypes[RATES].eq("float64").all()


@pytest.mark.parametrize("threads", ["1", "2", "5"])
def test_threads(threads, monkeypatch, naive):
    pl = library("polars")
    monkeypatch.setenv("IAPT_THREADS", threads)
    rng = random.Random(5)
    keys, flags = rng.choices(["a", "b", None], k=300_000), rng.choices(OUTCOMES, k=300_000)
    frame = pl.DataFrame({"p": keys} | facts_of(flags))
    assert rows_of(iapt.rates(frame, by="p")) == by_hand(naive, keys, flags)
    monkeypatch.setenv("IAPT_THREADS", "0")
    with pytest.raises(ValueError, match="IAPT_THREADS"):
        iapt.rates(frame)
