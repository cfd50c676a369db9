"""The vector files and the naive oracle agree."""

import importlib.util
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
VECTORS = TESTS / "vectors"

# By path: the oracle is no part of the package and needs nothing installed.
spec = importlib.util.spec_from_file_location("naive", TESTS / "naive.py")
naive = importlib.util.module_from_spec(spec)
spec.loader.exec_module(naive)

COLUMNS = {
    "score.csv": "id,measure,score,is_case,severity,error,source",
    "change.csv": "id,measure,first,last,change,error,source",
    "items.csv": "id,measure,missing,items,total,imputed,severity,is_case,self_harm,error,error_item,source",
    "outcome.csv": "id,phq9_first,phq9_last,gad7_first,gad7_last,anxiety,"
    "anxiety_first,anxiety_last,flags,error,error_field,source",
    "batch.csv": "id,rows,flags,error,error_row,error_field,source",
    "percent.csv": "id,numerator,denominator,one_decimal,whole,error,source",
    "rates.csv": ",".join(["id", *naive.COUNTS, *naive.RATES, "error", "source"]),
    "measure.csv": "id,min_score,max_score,caseness_threshold,case_when,reliable_change,error,source",
    "effect.csv": "id,mean_first,mean_last,sd_first,one_decimal,error,source",
}

ERRORS = {
    "OUT_OF_RANGE",
    "NOT_WHOLE",
    "NOT_A_NUMBER",
    "ITEM_OUT_OF_RANGE",
    "ITEM_COUNT",
    "TOO_MANY_MISSING",
    "INCOMPLETE",
    "NO_THRESHOLD",
    "UNKNOWN_MEASURE",
    "INVALID_MEASURE",
    "INCONSISTENT_COUNTS",
    "INVALID_SD",
}


def rows_of(file):
    lines = (VECTORS / file).read_bytes().decode("ascii").splitlines()
    header = lines[0].split(",")
    return [dict(zip(header, line.split(","), strict=True)) for line in lines[1:]]


def text(value):
    """A value as the files write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def cell(value):
    """An input cell: None where empty."""
    return value or None


# Each takes a row and gives the expected cells, or raises a RuleError.


def score(row):
    value = naive.read_score(row["measure"], row["score"])
    measure = naive.MEASURES[row["measure"]]
    return {
        "is_case": naive.is_case(measure, value),
        "severity": naive.severity(row["measure"], value),
    }


def change(row):
    first = naive.read_score(row["measure"], row["first"])
    last = naive.read_score(row["measure"], row["last"])
    return {"change": naive.change(naive.MEASURES[row["measure"]], first, last)}


def answers_of(row):
    return [None if item == "-" else int(item) for item in row["items"].split()]


def items(row):
    result = naive.score_items(row["measure"], answers_of(row), row["missing"])
    return result._asdict()


def outcome(row):
    flags = naive.outcome(
        (cell(row["phq9_first"]), cell(row["phq9_last"])),
        (cell(row["gad7_first"]), cell(row["gad7_last"])),
        cell(row["anxiety"]),
        (cell(row["anxiety_first"]), cell(row["anxiety_last"])),
    )
    return {"flags": flags}


def batch(row):
    rows = [[None if score == "-" else score for score in referral.split(":")] for referral in row["rows"].split()]
    return {"flags": " ".join(str(flags) for flags in naive.batch(rows))}


def percent(row):
    counts = int(row["numerator"]), int(row["denominator"])
    return {
        "one_decimal": naive.percent(*counts, decimals=1) or "none",
        "whole": naive.percent(*counts, decimals=0) or "none",
    }


def rates(row):
    counts = naive.Counts(*(int(row[name]) for name in naive.COUNTS))
    values = [rate or "none" for rate in naive.rates(counts)]
    return dict(zip(naive.RATES, values, strict=True))


def measure(row):
    naive.check_measure(
        row["min_score"],
        row["max_score"],
        cell(row["caseness_threshold"]),
        cell(row["case_when"]),
        cell(row["reliable_change"]),
    )
    return {}


def effect(row):
    size = naive.effect_size(row["mean_first"], row["mean_last"], row["sd_first"])
    return {"one_decimal": size}


RESULTS = {
    "score": "is_case severity",
    "change": "change",
    "items": "total imputed severity is_case self_harm",
    "outcome": "flags",
    "batch": "flags",
    "percent": "one_decimal whole",
    "rates": " ".join(naive.RATES),
    "measure": "",
    "effect": "one_decimal",
}
CHECKS = [score, change, items, outcome, batch, percent, rates, measure, effect]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_vectors_agree_with_the_oracle(check):
    name = check.__name__
    wrong = []
    for row in rows_of(name + ".csv"):
        expected = {
            column: row[column] for column in row if column in RESULTS[name].split() or column.startswith("error")
        }
        actual = dict.fromkeys(expected, "")
        try:
            for column, value in check(row).items():
                actual[column] = text(value)
        except naive.RuleError as error:
            found = {
                "error": error.code,
                "error_field": error.field,
                "error_row": error.row,
                "error_item": error.item,
            }
            if error.code in ("INCOMPLETE", "TOO_MANY_MISSING"):
                found["self_harm"] = naive.self_harm(row["measure"], answers_of(row))
            for column in expected:
                actual[column] = text(found.get(column))
        if actual != expected:
            wrong.append((row["id"], expected, actual))
    assert not wrong


@pytest.mark.parametrize("file", COLUMNS)
def test_file_is_well_formed(file):
    data = (VECTORS / file).read_bytes()
    data.decode("ascii")
    assert b"\r" not in data and b'"' not in data
    assert data.endswith(b"\n") and not data.endswith(b"\n\n")
    lines = data.decode("ascii").splitlines()
    assert lines[0] == COLUMNS[file]
    assert len(lines) > 1, "no rows"
    width = len(lines[0].split(","))
    for line in lines[1:]:
        assert len(line.split(",")) == width, line
    for row in rows_of(file):
        assert row["id"] and row["source"]
        assert row["error"] == "" or row["error"] in ERRORS


def test_no_file_is_forgotten():
    # That of derivation has a form of its own: see test_derive.py.
    assert {path.name for path in VECTORS.glob("*.csv")} == {*COLUMNS, "derivation.csv"}


def test_ids_are_unique_over_all_files():
    ids = [row["id"] for file in COLUMNS for row in rows_of(file)]
    assert len(ids) == len(set(ids))


def test_every_error_occurs():
    seen = {row["error"] for file in COLUMNS for row in rows_of(file)}
    assert seen - {""} == ERRORS


def test_all_flags():
    flags = bytes(naive.all_flags())
    assert len(flags) == 29 * 29 * 23 * 23
    # phq9 18 to 9, gad7 14 to 6; the very last one is all missing.
    assert flags[((18 * 29 + 9) * 23 + 14) * 23 + 6] == 155
    assert flags[-1] == 0
