"""Frames of every kind: what goes in, what comes out, and what is refused."""

import copy
import decimal
import types

import pytest

import iapt
from kinds import MAKE, library, read

SCORES = {
    "phq9_first": [18, 9, None, 10, 5],
    "phq9_last": [9, 9, 3, None, 11],
    "gad7_first": [14, 7, 5, 2, None],
    "gad7_last": [6, 7, 1, 0, 3],
}
FLAGS = [155, 69, 0, 2, 0]
every_kind = pytest.mark.parametrize("kind", MAKE)


def flags_of(frame, names=iapt.FACTS):
    columns = read(frame)
    return [
        sum(column << bit for bit, column in enumerate(row)) for row in zip(*(columns[n] for n in names), strict=True)
    ]


def refused(code, call):
    with pytest.raises(iapt.IaptError) as caught:
        call()
    assert caught.value.code == code
    return caught.value


@every_kind
def test_the_same_kind_comes_back(kind):
    frame = MAKE[kind](SCORES)
    result = iapt.outcomes(frame)
    assert type(result) is (iapt.ArrowStream if kind == "arrow stream" else type(frame))
    assert flags_of(result) == FLAGS


@every_kind
def test_columns_and_their_order_are_kept(kind):
    given = {"id": ["a", "b", "c", "d", "e"], **SCORES, "more": [1, 2, 3, 4, 5]}
    columns = read(iapt.outcomes(MAKE[kind](given)))
    assert list(columns) == [*given, *iapt.FACTS]
    assert {name: columns[name] for name in given} == given


@every_kind
def test_no_rows(kind):
    result = read(iapt.outcomes(MAKE[kind]({name: [] for name in SCORES})))
    assert result == {name: [] for name in [*SCORES, *iapt.FACTS]}


@every_kind
def test_all_missing(kind):
    assert flags_of(iapt.outcomes(MAKE[kind](SCORES | {"phq9_first": [None] * 5}))) == [2, 0, 0, 0, 0]
    assert flags_of(iapt.outcomes(MAKE[kind](dict.fromkeys(SCORES, [None] * 5)))) == [0] * 5


@every_kind
# Proves FINDING-4, SCORE-2.
def test_first_bad_row_and_field(kind):
    bad = SCORES | {"gad7_last": [6, 7, 22, 0, 3], "phq9_last": [9, 9, 28, 99, 11]}
    error = refused("OUT_OF_RANGE", lambda: iapt.outcomes(MAKE[kind](bad)))
    assert (error.field, error.row, error.item) == ("phq9_last", 2, None)
    assert str(error) == "phq9_last, row 2: must be a whole number from 0 to 27"


@every_kind
def test_own_column_names(kind):
    names = {"phq9_first": "P one", "gad7_last": "G last"}
    renamed = {names.get(name, name): values for name, values in SCORES.items()}
    assert flags_of(iapt.outcomes(MAKE[kind](renamed), columns=names)) == FLAGS
    error = refused(
        "OUT_OF_RANGE", lambda: iapt.outcomes(MAKE[kind](renamed | {"G last": [1, 1, 1, 77, 1]}), columns=names)
    )
    assert (error.field, error.row) == ("G last", 3)
    assert "77" not in str(error)
    error = refused("MISSING_COLUMN", lambda: iapt.outcomes(MAKE[kind](renamed)))
    assert error.field == "phq9_first"


@every_kind
def test_a_column_twice(kind):
    error = refused("COLUMN_EXISTS", lambda: iapt.outcomes(MAKE[kind](SCORES | {"recovery": [1, 1, 1, 1, 1]})))
    assert error.field == "recovery"


@every_kind
@pytest.mark.parametrize("values", [["a", "b", "c", "d", "e"], [True, False, None, True, True]])
def test_a_column_without_numbers(kind, values):
    error = refused("COLUMN_TYPE", lambda: iapt.outcomes(MAKE[kind](SCORES | {"phq9_last": values})))
    assert error.field == "phq9_last"


@every_kind
def test_flags_into_memory_of_the_caller(kind):
    out = bytearray(b"\xff" * 5)
    assert iapt.outcome_flags(MAKE[kind](SCORES), out=out) is out
    assert list(out) == FLAGS
    refused("OUT_OF_RANGE", lambda: iapt.outcome_flags(MAKE[kind](SCORES | {"gad7_last": [1, 1, 1, 1, 22]}), out=out))
    assert list(out) == [0] * 5
    with pytest.raises(BufferError):
        iapt.outcome_flags(MAKE[kind](SCORES), out=bytearray(4))
    with pytest.raises(BufferError):
        iapt.outcome_flags(MAKE[kind](SCORES), out=bytes(5))


def test_flags_into_memory_that_is_refused():
    np, pa, pd = library("numpy"), library("pyarrow"), library("pandas")
    memory = np.array([9, 8, 7, 6, 5], dtype="uint8")
    for make in [pa.table, lambda columns: pd.DataFrame(columns, copy=False)]:
        for name in SCORES:
            frame = make(dict.fromkeys(SCORES, np.ones(5, dtype="uint8")) | {name: memory})
            with pytest.raises(BufferError):
                iapt.outcome_flags(frame, out=memory)
            with pytest.raises(BufferError):
                iapt.outcome_flags(frame, out=np.ones(5, dtype=bool))
            assert memory.tolist() == [9, 8, 7, 6, 5]


@every_kind
@pytest.mark.parametrize("wrong", [{"phq9_last": ["a"] * 5}, {"paired": None}, {}])
# Proves FINDING-4.
def test_flags_are_zeros_after_any_error(kind, wrong, monkeypatch):
    out = bytearray(b"\xff" * 5)
    columns = {"columns": {"phq9_first": "nowhere"}} if "paired" in wrong else {}
    if not wrong:
        monkeypatch.setenv("IAPT_THREADS", "none")
    with pytest.raises(ValueError, match=r"phq9_last|nowhere|IAPT_THREADS"):
        iapt.outcome_flags(MAKE[kind](SCORES | {n: v for n, v in wrong.items() if v}), out=out, **columns)
    assert list(out) == [0] * 5


D = decimal.Decimal
EXACT = [
    ([D("12.0000000000000000000"), None], None, None),
    ([D("12.0000000000000000001"), None], "NOT_A_NUMBER", 0),
    ([None, D("2.3000000000000000001")], "NOT_A_NUMBER", 1),
    ([D("0.5"), D(1)], "NOT_WHOLE", 0),
    ([D(1), D(9_007_199_254_740_993)], "OUT_OF_RANGE", 1),
    ([D(1), D(10**30)], "OUT_OF_RANGE", 1),
]


@pytest.mark.parametrize(("values", "code", "row"), EXACT)
# Proves SCORE-1.
def test_decimals_are_exact(values, code, row):
    pa, pd = library("pyarrow"), library("pandas")
    for column in [pa.array(values), pa.array(values).dictionary_encode(), pd.Series(values, dtype=object)]:
        make = pd.DataFrame if isinstance(column, pd.Series) else pa.table
        frame = make({"phq9_first": [1, 1], "phq9_last": column, "gad7_first": [1, 1], "gad7_last": [1, 1]})
        if code is None:
            assert read(iapt.outcomes(frame))["paired"] == [True, False]
            continue
        error = refused(code, lambda f=frame: iapt.outcomes(f))
        assert (error.field, error.row) == ("phq9_last", row)


def test_pandas_objects_are_read_value_by_value():
    pd = library("pandas")
    mixed = pd.DataFrame(SCORES).assign(
        phq9_last=pd.Series([9, 9.0, D(3), None, 11], dtype=object),
        gad7_last=pd.Series([6, 7, pd.NA, float("nan"), 3], dtype=object),
    )
    assert flags_of(iapt.outcomes(mixed)) == FLAGS
    assert list(iapt.outcome_flags(mixed)) == FLAGS
    for wrong in ["3", True, object()]:
        values = pd.Series([9, None, wrong, 3, 11], dtype=object)
        error = refused("COLUMN_TYPE", lambda v=values: iapt.outcomes(mixed.assign(phq9_last=v)))
        assert (error.field, error.row) == ("phq9_last", 2)
    tenths = pd.DataFrame({"a": pd.Series([D("1.1"), 1], dtype=object), "b": [1, 2]})
    assert refused("ITEM_OUT_OF_RANGE", lambda: iapt.score(tenths, iapt.MI, items=["a", "b"])).row == 0


@every_kind
def test_any_mapping(kind):
    columns = types.MappingProxyType({"phq9_first": "phq9_last"})
    assert len(read(iapt.outcomes(MAKE[kind](SCORES), columns=columns))["paired"]) == 5
    measures = types.MappingProxyType({"PTSD": iapt.IESR})
    assert len(iapt.outcome_flags(MAKE[kind](NATIONAL | ADSM), names="nhs_england", measures=measures)) == 5


@every_kind
def test_score_names_the_column_at_fault(kind):
    answers = {name: [1, 2] for name in QUESTIONS}
    wrong = MAKE[kind](answers | {"q3": ["a", "b"]})
    assert refused("COLUMN_TYPE", lambda: iapt.score(wrong, "PHQ9", items=QUESTIONS)).field == "q3"
    error = refused("AMBIGUOUS_COLUMN", lambda: iapt.score(MAKE[kind](answers), "PHQ9", items=["q2"] * 9))
    assert error.field == "q2"


class Failing:
    """A stream that fails with a text that nobody should read."""

    def __arrow_c_stream__(self, requested_schema=None):
        pa = library("pyarrow")

        def batches():
            yield pa.record_batch(SCORES)
            raise ValueError("secret")

        return pa.RecordBatchReader.from_batches(pa.record_batch(SCORES).schema, batches()).__arrow_c_stream__()


def test_arrow_streams_that_fail_and_without_columns():
    pa = library("pyarrow")
    error = refused("ARROW", lambda: iapt.outcomes(Failing()))
    assert str(error) == "the source failed while it was read" and error.__cause__ is None
    full, none = iapt.ArrowStream(pa.table(SCORES)), iapt.ArrowStream(pa.table(SCORES)).select([])
    rows = iapt.ArrowStream(pa.table({"row": pa.array([1, 0], "uint64")}))
    assert len(none.take(rows)) == len(full.take(rows)) == 2
    with pytest.raises(TypeError):
        full.take(none)


NATIONAL = {
    "PHQ9_FirstScore": [18, 18, 18, 18, None],
    "PHQ9_LastScore": [9, 9, 9, 9, None],
    "GAD_FirstScore": [14, 14, 14, None, None],
    "GAD_LastScore": [6, 6, 6, None, None],
}
ADSM = {
    "ADSM": [None, "SocialPhobia", "SocialPhobia", "PTSD", "GAD7"],
    "ADSM_FirstScore": [None, 41, 41, 40, None],
    "ADSM_LastScore": [None, 25, None, 20, None],
}
FLAG_NAMES = [
    "Paired_Flag",
    "Caseness_Flag",
    "NotCaseness_Flag",
    "Recovery_Flag",
    "ReliableImprovement_Flag",
    "ReliableDeterioration_Flag",
    "NoChange_Flag",
    "ReliableRecovery_Flag",
]


@every_kind
# Proves ANXIETY-2, ANXIETY-6.
def test_national_names(kind):
    result = iapt.outcomes(MAKE[kind](NATIONAL), names="nhs_england")
    assert flags_of(result, FLAG_NAMES) == [155, 155, 155, 2, 0]
    result = iapt.outcomes(MAKE[kind](NATIONAL | ADSM), names="nhs_england")
    columns = read(result)
    assert list(columns) == [*NATIONAL, *ADSM, *FLAG_NAMES]
    # The second is still a case on SPIN; the third has no last SPIN score; the fourth has no GAD-7.
    flags = [sum(columns[n][row] << bit for bit, n in enumerate(FLAG_NAMES)) for row in range(5)]
    assert flags == [155, 19, 155, 155, 0]
    assert list(iapt.outcome_flags(MAKE[kind](NATIONAL | ADSM), names="nhs_england")) == flags


@every_kind
# Proves ANXIETY-6, MEASURE-13, EDITION-2.
def test_national_measures_of_the_caller(kind):
    given = NATIONAL | ADSM | {"ADSM": [None, "BIQ", "SocialPhobia", "PTSD", "GAD7"]}
    error = refused("NO_THRESHOLD", lambda: iapt.outcomes(MAKE[kind](given), names="nhs_england"))
    assert (error.field, error.row) == ("ADSM", 1)
    biq = iapt.Measure("BIQ", 0, 72, caseness_threshold=20, reliable_change=5)
    result = iapt.outcomes(MAKE[kind](given), names="nhs_england", measures={"BIQ": biq, "PTSD": "IESR"})
    assert flags_of(result, FLAG_NAMES) == [155, 19, 155, 155, 0]
    error = refused(
        "UNKNOWN_MEASURE", lambda: iapt.outcomes(MAKE[kind](given | {"ADSM": ["?"] * 5}), names="nhs_england")
    )
    assert (error.field, error.row) == ("ADSM", 0)
    bad = given | {"ADSM": [None, None, "SocialPhobia", "PTSD", None], "ADSM_FirstScore": [None, 99, 41, 99, None]}
    error = refused("OUT_OF_RANGE", lambda: iapt.outcomes(MAKE[kind](bad), names="nhs_england"))
    assert (error.field, error.row) == ("ADSM_FirstScore", 3)
    bad["GAD_LastScore"] = [6, 6, 6, 22, None]  # comes first in the same row
    error = refused("OUT_OF_RANGE", lambda: iapt.outcomes(MAKE[kind](bad), names="nhs_england"))
    assert (error.field, error.row) == ("GAD_LastScore", 3)
    error = refused(
        "MISSING_COLUMN", lambda: iapt.outcomes(MAKE[kind](NATIONAL | {"ADSM": [None] * 5}), names="nhs_england")
    )
    assert error.field == "ADSM_FirstScore"


def test_arguments():
    frame = MAKE["arrow stream"](SCORES)
    for wrong in [{"names": "nhs"}, {"columns": {"phq": "x"}}, {"measures": {"BIQ": iapt.SPIN}}]:
        with pytest.raises(ValueError, match=r"names|columns|measures"):
            iapt.outcomes(frame, **wrong)
    refused("NO_THRESHOLD", lambda: iapt.outcomes(frame, names="nhs_england", measures={"BIQ": iapt.WSAS}))
    for wrong in [None, 5, "text", SCORES, [1, 2]]:
        with pytest.raises(TypeError):
            iapt.outcomes(wrong)
    with pytest.raises(TypeError):
        iapt.score(frame, iapt.PHQ9, items="phq9_first")


def test_chunks_slices_and_dictionaries():
    pa = library("pyarrow")
    parts = [pa.table(SCORES).slice(at, 1) for at in range(5)]
    chunked = pa.concat_tables(parts)
    other = {"phq9_last": pa.chunked_array([SCORES["phq9_last"][:2], [], SCORES["phq9_last"][2:]], "int64")}
    mixed = chunked.set_column(1, "phq9_last", other["phq9_last"])
    assert mixed.column(0).num_chunks != mixed.column(1).num_chunks
    encoded = pa.table({name: pa.array(values, "int8").dictionary_encode() for name, values in SCORES.items()})
    exact = pa.table(
        {
            name: pa.array([v if v is None else decimal.Decimal(v) for v in values], pa.decimal128(9, 2))
            for name, values in SCORES.items()
        }
    )
    for table in [chunked, mixed, encoded, exact]:
        assert flags_of(iapt.outcomes(table)) == FLAGS
        assert list(iapt.outcome_flags(table)) == FLAGS
        assert flags_of(iapt.outcomes(table.slice(1, 3))) == FLAGS[1:4]
    bad = pa.concat_tables([pa.table(SCORES), pa.table(SCORES | {"gad7_last": [6, 7, 1, 99, 3]})])
    error = refused("OUT_OF_RANGE", lambda: iapt.outcomes(bad))
    assert (error.field, error.row) == ("gad7_last", 8)
    assert read(iapt.outcomes(pa.table(SCORES).schema.empty_table()))["paired"] == []
    decimals = pa.table(SCORES | {"phq9_last": pa.array([decimal.Decimal("9.5")] * 5)})
    assert refused("NOT_WHOLE", lambda: iapt.outcomes(decimals)).field == "phq9_last"


def test_pyarrow_keeps_metadata():
    pa = library("pyarrow")
    table = pa.table(SCORES).replace_schema_metadata({"who": "me"})
    assert iapt.outcomes(table).schema.metadata == {b"who": b"me"}
    two = pa.Table.from_arrays([*table.columns, table.column(0)], names=[*SCORES, "phq9_first"])
    assert refused("AMBIGUOUS_COLUMN", lambda: iapt.outcomes(two)).field == "phq9_first"


def test_arrow_streams_can_be_read_again():
    pa, pl = library("pyarrow"), library("polars")
    stream = iapt.outcomes(MAKE["arrow stream"](SCORES))
    assert pa.schema(stream).names == stream.names
    for _ in range(2):
        assert pa.table(stream).num_rows == len(stream) == 5
    assert flags_of(pl.DataFrame(stream)) == FLAGS
    assert flags_of(iapt.outcomes(pa.table(SCORES).to_batches()[0])) == FLAGS
    assert iapt.ArrowStream(pa.record_batch(SCORES)).select(["gad7_last"]).to_pydict() == {
        "gad7_last": SCORES["gad7_last"]
    }
    with pytest.raises(TypeError):
        iapt.ArrowStream(pa.array([1, 2]))


def test_polars_keeps_other_types():
    pl = library("polars")
    frame = pl.DataFrame(SCORES).with_columns(
        kind=pl.Series(list("abcab"), dtype=pl.Enum(["a", "b", "c"])),
        thing=pl.Series([object()] * 5, dtype=pl.Object),
    )
    result = iapt.outcomes(pl.concat([frame.drop("thing")] * 2, rechunk=False))
    assert result["kind"].dtype == pl.Enum(["a", "b", "c"])
    assert flags_of(result) == FLAGS * 2
    assert iapt.outcomes(frame)["thing"].dtype == pl.Object


def test_pandas_keeps_index_and_attributes():
    pd, np = library("pandas"), library("numpy")
    for index in [
        [7, 7, 8, 9, 9],
        pd.MultiIndex.from_product([["x"], range(5)], names=["a", "b"]),
        pd.date_range("2024", periods=5),
    ]:
        frame = pd.DataFrame(SCORES, index=index)
        frame.attrs["note"] = "kept"
        before = frame.copy()
        result = iapt.outcomes(frame)
        assert result.index.equals(frame.index)
        assert result.attrs == {"note": "kept"}
        assert all(result[fact].dtype == np.dtype(bool) for fact in iapt.FACTS)
        assert flags_of(result) == FLAGS
        result.loc[:, "paired"] = False
        result.loc[:, "gad7_last"] = 0
        pd.testing.assert_frame_equal(frame, before)
    items = {f"w{n}": [0, 1, 2, None, 8] for n in range(5)}
    assert iapt.score(frame.assign(**items), iapt.WSAS, items=list(items))["wsas_total"].dtype == "Int64"


def test_pandas_memory_layouts():
    pd, np = library("pandas"), library("numpy")
    wide = np.zeros((5, 8))
    wide[:, ::2] = np.array([[np.nan if v is None else v for v in values] for values in SCORES.values()]).T
    assert flags_of(iapt.outcomes(pd.DataFrame(wide[:, ::2], columns=list(SCORES)))) == FLAGS
    reversed_rows = pd.DataFrame({n: pd.Series(np.array(v, float)[::-1], copy=False) for n, v in SCORES.items()})
    assert flags_of(iapt.outcomes(reversed_rows)) == FLAGS[::-1]
    swapped = pd.DataFrame({n: np.array(v, float).astype(">f8") for n, v in SCORES.items()})
    assert flags_of(iapt.outcomes(swapped)) == FLAGS
    twice = pd.DataFrame(wide[:, :5], columns=[*SCORES, "phq9_first"])
    assert refused("AMBIGUOUS_COLUMN", lambda: iapt.outcomes(twice)).field == "phq9_first"
    nothing = pd.DataFrame(SCORES).assign(phq9_last=pd.Series([None] * 5, dtype=object))
    assert flags_of(iapt.outcomes(nothing)) == [2, 4, 0, 2, 0]
    assert flags_of(iapt.outcomes(copy.deepcopy(pd.DataFrame(SCORES)).iloc[1:4])) == FLAGS[1:4]


QUESTIONS = [f"q{n}" for n in range(1, 10)]


@every_kind
# Proves RISK-1, RISK-2, MISSING-1.
def test_scores(kind):
    answers = {name: [1, 3, None, 0] for name in QUESTIONS} | {"q9": [1, None, None, 0]}
    result = read(iapt.score(MAKE[kind](answers), "PHQ9", items=QUESTIONS))
    assert list(result) == [*QUESTIONS, "phq9_total", "phq9_imputed", "phq9_severity", "phq9_self_harm"]
    assert result["phq9_total"] == [9, 27, None, 0]
    assert result["phq9_imputed"] == [0, 1, None, 0]
    assert result["phq9_severity"] == ["mild", "severe", None, "minimal"]
    assert result["phq9_self_harm"] == [True, None, None, False]
    for bad in [-1, 4]:
        wrong = answers | {"q5": [0, 3, bad, 1]}
        error = refused("ITEM_OUT_OF_RANGE", lambda w=wrong: iapt.score(MAKE[kind](w), iapt.PHQ9, items=QUESTIONS))
        assert (error.field, error.row, error.item) == ("q5", 2, 4)
    error = refused("ITEM_COUNT", lambda: iapt.score(MAKE[kind](answers), iapt.PHQ9, items=QUESTIONS[:8]))
    assert isinstance(error, iapt.ItemError)
    assert (
        refused("MISSING_COLUMN", lambda: iapt.score(MAKE[kind](answers), iapt.PHQ9, items=[*QUESTIONS, "q10"])).field
        == "q10"
    )


@every_kind
# Proves MISSING-5, MEASURE-14.
def test_scores_of_means_and_of_own_measures(kind):
    answers = {"a": [1, 2, None], "b": [2, None, None], "c": [2, 3, None]}
    result = read(iapt.score(MAKE[kind](answers), iapt.MI, items=list(answers)))
    assert result["mi_total"] == [5 / 3, 2.5, None]
    assert "mi_self_harm" not in result
    own = iapt.Measure("My scale!", 0, 9, items=3, answers=(0, 3), reversed_items=[2])
    result = read(iapt.score(MAKE[kind](answers), own, items=list(answers)))
    assert result["my_scale_total"] == [4, 3, None]
    assert result["my_scale_severity"] == [None] * 3
