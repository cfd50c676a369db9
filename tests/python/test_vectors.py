"""The shared vectors, through Python."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import iapt
from kinds import MAKE, read

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


SCORES = [
    "score",
    "first",
    "last",
    "phq9_first",
    "phq9_last",
    "gad7_first",
    "gad7_last",
    "anxiety_first",
    "anxiety_last",
]


def rows_of(file):
    header, *lines = (VECTORS / file).read_text("ascii").splitlines()
    rows = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
    assert rows, f"{file} has no rows"
    return rows


def each(file):
    return pytest.mark.parametrize("row", rows_of(file), ids=lambda row: row["id"])


def number(text):
    """As a caller would write it; letters stay a text."""
    try:
        return Decimal(text) if text else None
    except ArithmeticError:
        return text


def has_text(row):
    """Whether a score is a text that is no number: in Python that is an error of type."""
    return any(isinstance(number(row.get(name, "")), str) for name in SCORES)


def whole(text):
    return int(text) if text else None


def check(row, call):
    """Calls it; the error, if there should be one, is the one in the row."""
    if not row["error"]:
        return call()
    text = row["error"] == "NOT_A_NUMBER" and has_text(row)
    with pytest.raises(TypeError if text else iapt.IaptError) as caught:
        call()
    if text:
        assert row.get("error_field", "") in str(caught.value)
        return None
    assert caught.value.code == row["error"]
    return caught.value


def name_of(member):
    return member.value if member else ""


def text_of(value):
    return "" if value is None else str(value).lower()


def measure(name):
    """By name where it is known, so that an unknown one is the library's error and not the test's."""
    return iapt.MEASURES.get(name) or iapt.outcome(phq9=None, anxiety=(name, None, None)).anxiety_measure


@each("score.csv")
# Proves SCORE-2, CASENESS-1, SEVERITY-1, SEVERITY-2, MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5, MEASURE-6,
# MEASURE-7, MEASURE-8, MEASURE-9, MEASURE-10, MEASURE-11.
def test_score(row):
    if row["measure"] not in iapt.MEASURES:
        check(row, lambda: measure(row["measure"]))
        return
    scale = iapt.MEASURES[row["measure"]]
    score = number(row["score"])
    kinds = [score]
    if isinstance(score, Decimal) and len(row["score"]) < 16:
        kinds += [float(score)] + ([int(score)] if score.is_finite() and score % 1 == 0 else [])
    for given in kinds:
        result = check(row, lambda given=given: (scale.is_case(given), scale.severity(given)))
        if not row["error"]:
            assert (text_of(result[0]), name_of(result[1])) == (row["is_case"], row["severity"])


@each("change.csv")
# Proves SCORE-1, SCORE-2, CHANGE-1, MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5, MEASURE-6, MEASURE-7,
# MEASURE-8, MEASURE-9, MEASURE-10, MEASURE-11.
def test_change(row):
    result = check(row, lambda: measure(row["measure"]).change(number(row["first"]), number(row["last"])))
    if not row["error"]:
        assert result.name == row["change"]


SELF_HARM = {"reported": True, "not_reported": False, "unknown": None, "not_asked": None}


@each("items.csv")
# Proves MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5, MEASURE-6, MEASURE-7, MEASURE-8, MEASURE-9, MEASURE-10,
# MEASURE-11, SCORE-3, SCORE-4, MISSING-1, MISSING-2, MISSING-3, MISSING-4, MISSING-5, MISSING-6, RISK-1, RISK-2,
# RISK-3, SEVERITY-1, SEVERITY-2.
def test_items(row):
    if row["measure"] not in iapt.MEASURES:
        check(row, lambda: measure(row["measure"]))
        return
    scale = iapt.MEASURES[row["measure"]]
    items = [None if item == "-" else int(item) for item in row["items"].split()]
    result = check(row, lambda: scale.score(items, row["missing"]))
    if row["error"]:
        assert (result.field, result.item) == ("items", whole(row["error_item"]))
        if row["self_harm"]:
            assert scale.self_harm(items) is SELF_HARM[row["self_harm"]]
        return
    assert result.total == Fraction(row["total"])
    assert result.imputed == int(row["imputed"])
    assert (name_of(result.severity), text_of(result.is_case)) == (row["severity"], row["is_case"])
    assert result.self_harm is SELF_HARM[row["self_harm"]]
    assert (scale.self_harm_item is None) == (row["self_harm"] == "not_asked")


@pytest.mark.parametrize("kind", MAKE)
# Proves SCORE-3, MISSING-1, MISSING-2, MISSING-4, MISSING-6, RISK-1, RISK-2, RISK-3.
def test_items_in_frames(kind):
    checked = 0
    for row in rows_of("items.csv"):
        items = [None if item == "-" else int(item) for item in row["items"].split()]
        if row["measure"] not in iapt.MEASURES or not items or any(abs(item or 0) >= 2**63 for item in items):
            continue
        names = [f"item {n}" for n in range(len(items))]
        frame = MAKE[kind]({name: [None, item] for name, item in zip(names, items, strict=True)})
        unscored = row["error"] in ("TOO_MANY_MISSING", "INCOMPLETE")
        call = lambda f=frame, r=row, n=names: iapt.score(f, r["measure"], n, r["missing"])  # noqa: E731
        result = call() if unscored else check(row, call)
        checked += 1
        if row["error"] and not unscored:
            assert (result.row, result.item) == (1 if row["error_item"] else None, whole(row["error_item"]))
            continue
        prefix = row["measure"].lower()
        columns = {name: values for name, values in read(result).items() if name.startswith(prefix)}
        assert all(values[0] is None for values in columns.values())
        made = {name: values[1] for name, values in columns.items()}
        total = made[f"{prefix}_total"]
        if row["measure"] == "PHQ9":
            assert made["phq9_self_harm"] is SELF_HARM[row["self_harm"]]
        if unscored:
            made.pop("phq9_self_harm", None)
            assert set(made.values()) == {None}
            continue
        assert total == (float(Fraction(row["total"])) if "/" in row["total"] else int(row["total"]))
        assert made[f"{prefix}_imputed"] == int(row["imputed"])
        assert (made[f"{prefix}_severity"] or "") == row["severity"]
    assert checked > 200


@each("outcome.csv")
# Proves PAIRED-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-2, CHANGE-3, CHANGE-4, CHANGE-5, RECOVERY-1, RECOVERY-2,
# RECOVERY-3, ANXIETY-2, ANXIETY-5, MEASURE-11, MEASURE-15, SCORE-2.
def test_outcome(row):
    pair = lambda name: (number(row[f"{name}_first"]), number(row[f"{name}_last"]))  # noqa: E731
    anxiety = (row["anxiety"], *pair("anxiety")) if row["anxiety"] else None
    result = check(row, lambda: iapt.outcome(phq9=pair("phq9"), gad7=pair("gad7"), anxiety=anxiety))
    if row["error"]:
        assert result is None or (result.field or "") == row["error_field"]
    else:
        assert result.flags == int(row["flags"])
        assert [getattr(result, fact) for fact in iapt.FACTS] == [bool(result.flags >> bit & 1) for bit in range(8)]


NATIONAL = ["PHQ9_FirstScore", "PHQ9_LastScore", "GAD_FirstScore", "GAD_LastScore"]


@pytest.mark.parametrize("kind", ["polars", "pyarrow table", "arrow stream", "pandas"])
# Proves PAIRED-1, CASENESS-2, CASENESS-3, CASENESS-4, RECOVERY-1, ANXIETY-2, ANXIETY-5, FINDING-4.
def test_outcome_in_national_frames(kind):
    """Row by row as frames of two rows, the first of which has no scores."""
    checked = 0
    fields = ["phq9_first", "phq9_last", "gad7_first", "gad7_last", "anxiety_first", "anxiety_last"]
    columns = [*NATIONAL, "ADSM_FirstScore", "ADSM_LastScore"]
    for row in rows_of("outcome.csv"):
        name = row["anxiety"]
        if name == "GAD7" or row["error"] == "UNKNOWN_MEASURE" or has_text(row):
            continue
        values = {column: [None, float(row[f]) if row[f] else None] for f, column in zip(fields, columns, strict=True)}
        frame = MAKE[kind](values | {"ADSM": [None, name or None]})
        known = {name: name} if name in iapt.MEASURES else None
        if name in iapt.MEASURES and iapt.MEASURES[name].caseness_threshold is None:
            with pytest.raises(iapt.MeasureError):
                iapt.outcomes(frame, names="nhs_england", measures=known)
            continue
        result = check(row, lambda f=frame, k=known: iapt.outcomes(f, names="nhs_england", measures=k))
        checked += 1
        if row["error"]:
            renamed = dict(zip(fields, columns, strict=True)) | {"": "ADSM"}
            assert (result.field, result.row) == (renamed[row["error_field"]], 1)
            continue
        made = list(read(result).values())[-8:]
        assert [sum(made[bit][at] << bit for bit in range(8)) for at in (0, 1)] == [0, int(row["flags"])]
    assert checked > 100


@pytest.mark.parametrize("kind", MAKE)
# Proves PAIRED-1, CASENESS-2, CHANGE-2, CHANGE-3, CHANGE-4, RECOVERY-1, RECOVERY-2, FINDING-4, SCORE-2.
def test_batch(kind):
    for row in rows_of("batch.csv"):
        scores = [[None if s == "-" else float(s) for s in one.split(":")] for one in row["rows"].split()]
        if kind in ("pandas nullable", "pandas arrow") and any(s and s % 1 for one in scores for s in one):
            continue  # no column of integers can carry it
        values = [[one[at] for one in scores] for at in range(4)]
        names = ["phq9_first", "phq9_last", "gad7_first", "gad7_last"]
        frame = MAKE[kind](dict(zip(names, values, strict=True)))
        result = check(row, lambda f=frame: iapt.outcomes(f))
        if row["error"]:
            assert (result.row, result.field) == (int(row["error_row"]), row["error_field"])
            continue
        made = read(result)
        flags = [sum(made[fact][at] << bit for bit, fact in enumerate(iapt.FACTS)) for at in range(len(scores))]
        assert flags == [int(flag) for flag in row["flags"].split()]


@each("percent.csv")
# Proves ROUNDING-1, RATE-4.
def test_percent(row):
    counts = int(row["numerator"]), int(row["denominator"])
    for decimals, column in [(1, "one_decimal"), (0, "whole")]:
        result = check(row, lambda d=decimals: iapt.rate_from_counts(*counts, decimals=d))
        if not row["error"]:
            assert result == (None if row[column] == "none" else float(row[column]))


@each("rates.csv")
# Proves RATE-1, RATE-2, RATE-3, RATE-4, RATE-6, ROUNDING-1.
def test_rates(row):
    counts = {name: int(row[name]) for name in ["finished", *iapt.FACTS]}
    result = check(row, lambda: iapt.rates_from_counts(counts))
    if not row["error"]:
        assert result == {name: None if row[name] == "none" else float(row[name]) for name in result}
        assert len(result) == 5


@each("measure.csv")
# Proves MEASURE-14.
def test_measure(row):
    numbers = {name: number(row[name]) for name in ["min_score", "max_score", "caseness_threshold", "reliable_change"]}
    when = {"case_when": row["case_when"]} if row["case_when"] else {}
    made = check(row, lambda: iapt.Measure("scale", **numbers, **when))
    if not row["error"]:
        assert [getattr(made, name) for name in numbers] == list(numbers.values())


@each("effect.csv")
# Proves EFFECT-1, EFFECT-2.
def test_effect(row):
    numbers = [number(row[name]) for name in ["mean_first", "mean_last", "sd_first"]]
    result = check(row, lambda: iapt.effect_size(*numbers))
    if not row["error"]:
        assert result == float(row["one_decimal"])
        assert iapt.effect_size(*map(float, numbers)) == result
