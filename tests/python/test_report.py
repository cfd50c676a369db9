"""Reports: what their columns say, the figures against the naive oracle, and what may be published."""

import csv
import datetime as dt
import io
import os
import random
import re
import zipfile
from decimal import Decimal, getcontext
from fractions import Fraction
from xml.etree import ElementTree

import pytest

import attack
import iapt
from conftest import ROOT, load
from kinds import library, read
from test_derive import MAKE_TYPED, Caseload, Oddities, date, day, derive_simple, naive, plain, refused

KINDS = ["polars", "pyarrow table", "pandas"]
every_kind = pytest.mark.parametrize("kind", KINDS)
STATUS = {"ok", "suppressed", "not_applicable", "missing"}
FIXED = ["numerator", "denominator", "value", "lower", "upper", "target"]
FIXED += ["status", "against_target", "is_total", "period_start", "period_end"]
# A period in which much happens to the pathways of `Oddities`.
APRIL = (day("2024-04-01"), day("2024-04-30"))


def derived(number=300, seed="report", columns=None, **options):
    """Random pathways with columns to group by: a function of each column's name and the number of the pathway."""
    caseload = Oddities(seed).caseload(number)
    frames = caseload.frames(MAKE_TYPED["polars"])
    made = {name: list(map(column, range(number))) for name, column in (columns or {}).items()}
    pl = library("polars")
    places = {f"P{at}": at for at in range(number)}
    at = [places[pathway] for pathway in frames[0]["pathway_id"]]
    frames[0] = frames[0].with_columns(pl.Series(n, [v[i] for i in at], strict=False) for n, v in made.items())
    return caseload, iapt.derive(*frames, **options)


def exact(source, period=APRIL, by=(), **options):
    return iapt.report(source, period, by, disclosure=False, **options)


def figures(report):
    """{(groups): {measure: row}}; the total has the groups None."""
    result = {}
    for row in report.to_dicts():
        group = None if row["is_total"] else tuple(plain(row[name]) for name in report.by)
        result.setdefault(group, {})[row["measure_id"]] = row
    return result


@pytest.fixture(scope="module")
def caseload():
    return derived(columns={"provider": lambda at: f"PR{at % 7}", "one": lambda at: at % 5 + 1 if at % 5 else None})


@pytest.fixture(scope="module")
def source(caseload):
    return caseload[1]


# Columns


def test_columns_and_types(source):
    pl = library("polars")
    report = exact(source, by=["provider", "one"])
    frame = report.to_polars()
    assert report.columns == frame.columns == ["measure_id", "measure", "provider", "one", *FIXED]
    types = dict(frame.schema)
    texts = {"measure_id", "measure", "status", "against_target", "provider"}
    assert {name for name, dtype in types.items() if dtype == pl.String} == texts
    assert {name for name, dtype in types.items() if dtype == pl.Int64} == {"numerator", "denominator", "one"}
    assert {name for name, dtype in types.items() if dtype == pl.Float64} == {"value", "lower", "upper", "target"}
    assert {name for name, dtype in types.items() if dtype == pl.Date} == {"period_start", "period_end"}
    assert types["is_total"] == pl.Boolean
    for column in ("measure_id", "measure", "status", "is_total", "period_start", "period_end"):
        assert frame[column].null_count() == 0


def test_it_is_an_arrow_stream(source):
    pa, pd = library("pyarrow"), library("pandas")
    report = exact(source, by="provider")
    rows = report.to_dicts()
    assert pa.table(report).to_pylist() == rows == report.to_polars().to_dicts()
    frame = report.to_pandas()
    assert frame["numerator"].dtype == pd.Int64Dtype()
    assert list(frame["measure_id"]) == [row["measure_id"] for row in rows]
    assert len(report) == len(rows) == frame.shape[0]


# Proves REPORT-1.
def test_measures_are_in_official_order_and_named_so(source, reference):
    official = {}
    with open(reference / "nhs_england_measure_definitions_monthly.csv", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            official[row["measure_id"]] = row["measure_name"]
    rows = exact(source).to_dicts()
    numbered = {row["measure_id"]: row["measure"] for row in rows if row["measure_id"] in official}
    assert len(numbered) >= 120
    assert numbered == {name: official[name].replace(" ", "") for name in numbered}
    numbers = [int(name[1:]) for name in numbered]
    assert numbers == sorted(numbers)
    assert all(row["measure"] == row["measure_id"] for row in rows if row["measure_id"] not in official)


def test_counts_have_their_value_and_no_numerator(source):
    for row in exact(source, by="provider").to_dicts():
        if row["measure"].startswith("Count_") and row["measure_id"] != "M089":
            assert (row["numerator"], row["denominator"]) == (None, None)
            assert row["value"] == int(row["value"]) >= 0
            assert row["status"] == "ok"
        if row["measure"].startswith("Percentage_") and row["status"] == "ok":
            assert 0 <= row["numerator"] <= row["denominator"] > 0


def test_repr_and_page(source):
    report = exact(source, by="provider")
    assert (
        repr(report)
        == "<iapt.Report: 2024-04-01 to 2024-04-30, by provider, 1,384 rows, exact figures, not for publication>"
    )
    assert report.period == APRIL
    hidden = iapt.report(source, APRIL, by="provider")
    assert repr(hidden).endswith("with disclosure control>")


# Periods

PERIODS = {
    "2024-25": ("2024-04-01", "2025-03-31"),
    "2024-Q1": ("2024-04-01", "2024-06-30"),
    "2024-Q4": ("2025-01-01", "2025-03-31"),
    "2024-06": ("2024-06-01", "2024-06-30"),
    "2024-02": ("2024-02-01", "2024-02-29"),
    "1999-00": ("1999-04-01", "2000-03-31"),
    ("2024-04-01", "2025-03-31"): ("2024-04-01", "2025-03-31"),
    ("2024-05-05", "2024-05-05"): ("2024-05-05", "2024-05-05"),
}


@pytest.mark.parametrize("period", PERIODS, ids=str)
# Proves PERIOD-4.
def test_periods(source, period):
    first, last = PERIODS[period]
    expected = exact(source, (first, last))
    assert exact(source, period).to_dicts() == expected.to_dicts()
    assert expected.period == (day(first), day(last))
    assert exact(source, [day(first), day(last)]).to_dicts() == expected.to_dicts()
    times = [dt.datetime.combine(day(text), dt.time(10)) for text in (first, last)]
    assert exact(source, times).to_dicts() == expected.to_dicts()


WRONG = ["", "2024", "2024-13", "2024-26", "2024-Q5", "24-25", "2024-1", "soon", "2024-04-01"]
WRONG += [("2024-04-02", "2024-04-01"), ("2024-04-01", "soon"), ("2024-02-30", "2024-04-01"), ("", "")]


@pytest.mark.parametrize("period", WRONG, ids=str)
# Proves PERIOD-4.
def test_what_is_no_period(source, period):
    error = refused(lambda: exact(source, period))
    assert isinstance(error, iapt.FrameError)
    assert error.field == "period"


@pytest.mark.parametrize("period", [None, 2024, ("2024-04-01",), ("2024-04-01",) * 3, (1, 2)], ids=str)
def test_objects_that_are_no_period(source, period):
    with pytest.raises((TypeError, ValueError)):
        exact(source, period)


# Groups


def test_without_groups_there_is_the_total_alone(source):
    rows = exact(source).to_dicts()
    assert all(row["is_total"] for row in rows)
    assert len({row["measure_id"] for row in rows}) == len(rows)


def test_groups_are_in_order_of_first_appearance(source):
    """Each with all measures in their order, and the total last."""
    rows = exact(source, by=["provider", "one"]).to_dicts()
    measures = [row["measure_id"] for row in exact(source).to_dicts()]
    groups = list(dict.fromkeys((row["provider"], row["one"]) for row in rows if not row["is_total"]))
    columns = read(source.referrals)
    assert groups == list(dict.fromkeys(zip(columns["provider"], columns["one"], strict=True)))
    assert len(groups) == 35
    assert [row["measure_id"] for row in rows] == measures * 36
    assert [row["is_total"] for row in rows] == [False] * 35 * len(measures) + [True] * len(measures)
    assert all(row["provider"] is None and row["one"] is None for row in rows[-len(measures) :])


def test_a_group_that_is_null_is_not_the_total(source):
    made = figures(exact(source, by="one"))
    assert set(made) == {None, (None,), (2,), (3,), (4,), (5,)}
    assert 0 < made[(None,)]["M001"]["value"] < made[None]["M001"]["value"]


# Proves REPORT-9.
def test_total_is_that_of_all_groups(source):
    for by in ("provider", "one", ["provider", "one"]):
        made = figures(exact(source, by=by))
        total = made.pop(None)
        assert strip(total) == strip(figures(exact(source))[None])
        for name, row in total.items():
            if row["measure"].startswith("Count_"):
                assert row["value"] == sum(group[name]["value"] for group in made.values())


def strip(rows):
    """Rows without the columns of the groups."""
    return {name: {column: row[column] for column in FIXED} for name, row in rows.items()}


def test_derived_columns_as_groups(source):
    made = figures(exact(source, by=["anxiety_measure", "finished_course"]))
    total = made.pop(None)
    assert {type(group[1]) for group in made} == {bool}
    finished = sum(rows["M076"]["value"] for group, rows in made.items() if group[1])
    assert finished <= total["M076"]["value"]
    by_day = figures(exact(source, by="first_treatment_date"))
    assert any(isinstance(group[0], dt.date) for group in by_day if group)


@every_kind
def test_columns_of_any_type_as_groups(kind):
    """Whole numbers, texts, booleans, categories and dates; a missing value is a group."""
    pa = library("pyarrow")
    columns = {
        "number": pa.array([2, None, 2]),
        "text": pa.array(["b", None, "b"]),
        "flag": pa.array([True, None, True]),
        "category": pa.array(["b", None, "b"]).dictionary_encode(),
        "day": pa.array([date("04-01"), None, date("04-01")]),
        "float": pa.array([0.5, None, 0.5]),
    }
    source = derive_simple(kind, changes={"referrals": columns})
    for name, column in columns.items():
        made = figures(exact(source, "2024-25", by=name))
        first = plain(column[0].as_py())
        assert list(made) == [(first,), (None,), None]
        assert [rows["M001"]["value"] for rows in made.values()] == [2, 1, 3]
    both = figures(exact(source, "2024-25", by=list(columns)))
    assert len(both) == 3


def test_groups_that_are_not_there(source):
    for by in ("nowhere", ["provider", "nowhere"]):
        assert refused(lambda b=by: exact(source, by=b)).field == "nowhere"


@every_kind
def test_groups_with_the_names_of_the_report(kind):
    """A column of the report can't be there twice."""
    source = derive_simple(kind, changes={"referrals": {"value": [1, 2, 3], "status": [1, 2, 3]}})
    for by in ("value", ["status"]):
        error = refused(lambda b=by: exact(source, "2024-25", by=b))
        assert error.field in ("value", "status")
    error = refused(lambda: exact(source, "2024-25", by=["end_code", "end_code"]))
    assert error.field == "end_code"


# The four that are no figure, or are one


# Proves DISCLOSURE-11, SICKPAY-1.
def test_zero_is_a_figure():
    made = figures(exact(derive_simple(), "2024-25"))[None]
    for name in ("M021", "M189", "M237"):
        assert (made[name]["status"], made[name]["value"]) == ("ok", 1 if name == "M237" else 0)
    assert (made["M1010"]["status"], made["M1010"]["value"], made["M1010"]["numerator"]) == ("ok", 0, 0)
    assert made["M1010"]["denominator"] == 2


# Proves RATE-4, DISCLOSURE-11.
def test_without_denominator_there_is_nothing_to_apply():
    made = figures(exact(derive_simple(), "2023-24"))[None]
    for name, row in made.items():
        if row["measure"].startswith(("Count_", "Sum_")):
            assert (row["status"], row["value"]) == ("ok", 0), name
        elif not name.startswith("EffectSize"):
            assert (row["status"], row["value"], row["lower"]) == ("not_applicable", None, None), name
            assert row["against_target"] is None
    assert (made["M192"]["numerator"], made["M192"]["denominator"]) == (0, 0)


NEEDS = {
    "scores": ["M179", "M185", "M191", "M192", "M195", "M186", "M1010", "M198", "M201", "M202", "M204", "M205", "M212"],
    "complaints": ["M203", "M204", "M205"],
    "employment": ["M237"],
}


@pytest.mark.parametrize("table", NEEDS)
# Proves REPORT-8, DISCLOSURE-11.
def test_without_a_table_figures_are_missing(table):
    made = figures(exact(derive_simple(changes={table: None}), "2024-25"))[None]
    assert all(made[name]["status"] == "missing" for name in NEEDS[table])
    assert all(made[name]["value"] is None and made[name]["numerator"] is None for name in NEEDS[table])
    others = {name for other, names in NEEDS.items() if other != table for name in names} - set(NEEDS[table])
    assert not any(made[name]["status"] == "missing" for name in others | {"M001", "M031", "M056", "M076"})
    hidden = figures(iapt.report(derive_simple(changes={table: None}), "2024-25"))[None]
    assert all(hidden[name]["status"] == "missing" for name in NEEDS[table])


def test_an_empty_table_is_there():
    """No row is not the same as no table."""
    nothing = {name: column[:0] for name, column in library("pyarrow").table({"a": [1]}).to_pydict().items()}
    assert nothing == {"a": []}
    employment = {"pathway_id": [], "date": [], "sick_pay": []}
    source = derive_simple("pyarrow table", changes={"employment": employment})
    made = figures(exact(source, "2024-25"))[None]
    assert (made["M237"]["status"], made["M237"]["value"]) == ("ok", 0)


# Proves EFFECT-3.
def test_effect_sizes_need_a_standard_deviation(source):
    without = figures(exact(source))[None]
    names = ["EffectSize_PHQ9", "EffectSize_GAD7", "EffectSize_WSAS"]
    assert {without[name]["status"] for name in names} == {"missing"}
    some = figures(exact(source, sd={"PHQ-9": 6.3, "gad7": Decimal("5.1")}))[None]
    assert [some[name]["status"] for name in names] == ["ok", "ok", "missing"]
    for wrong in ({"PHQ-9": 0}, {"PHQ-9": -1}, {"PHQ-9": "much"}, {"PHQ-9": float("nan")}, {"HADS": 1}):
        refused(lambda w=wrong: exact(source, sd=w))


# Proves EFFECT-1, EFFECT-2, ROUNDING-2.
def test_effect_size_is_that_of_the_means():
    """(18 + 12) / 2 less (9 + 7) / 2, over 4: 1.75, rounded half up."""
    scores = {
        "pathway_id": [101, 101, 102, 102],
        "date": [date("05-01"), date("06-01")] * 2,
        "measure": ["PHQ-9"] * 4,
        "score": [18, 9, 12, 7],
        "score_id": None,
        "contact_id": None,
    }
    source = derive_simple(changes={"scores": scores})
    made = figures(exact(source, "2024-25", sd={"PHQ-9": 4}))[None]
    assert made["Mean_Start_PHQ9"]["value"] == 15
    assert made["Mean_End_PHQ9"]["value"] == 8
    assert made["SD_Start_PHQ9"]["value"] == 3
    assert made["EffectSize_PHQ9"]["value"] == 1.8


def four(make="polars"):
    """A report in which all four occur."""
    changes = {"employment": None, "referrals": {"provider": ["a", "a", "b"]}}
    return iapt.report(derive_simple(make, changes=changes), "2024-25", by="provider", national_total=True)


# Proves DISCLOSURE-11.
def test_all_four_occur():
    report = four()
    assert {row["status"] for row in report.to_dicts()} == STATUS
    for row in report.to_dicts():
        assert (row["value"] is None) == (row["status"] != "ok")
        if row["status"] != "ok":
            assert [row[name] for name in ("numerator", "lower", "upper", "against_target")] in (
                [None] * 4,
                [0, None, None, None],
            )
        if row["status"] in ("suppressed", "missing"):
            assert row["denominator"] is None


# Proves DISCLOSURE-11.
def test_csv_keeps_the_four_apart(tmp_path):
    report = four()
    report.to_csv(tmp_path / "report.csv")
    text = (tmp_path / "report.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == report.columns
    for written, row in zip(rows, report.to_dicts(), strict=True):
        assert written["status"] == row["status"]
        for name in FIXED[:6]:
            assert (written[name] or None) == (None if row[name] is None else written[name])
            assert row[name] is None or Decimal(written[name]) == Decimal(str(row[name]))
        assert written["is_total"] == str(row["is_total"]).lower()
        assert written["period_end"] == "2025-03-31"
    assert {row["value"] for row in rows if row["status"] == "ok"} >= {"0"}
    assert ".0," not in text
    assert "\r" not in text


# Proves DISCLOSURE-11.
def test_parquet_keeps_the_four_apart(tmp_path):
    pl = library("polars")
    report = four()
    report.to_parquet(tmp_path / "report.parquet")
    assert pl.read_parquet(tmp_path / "report.parquet").to_dicts() == report.to_dicts()


def test_parquet_without_polars(tmp_path, monkeypatch):
    pq = library("pyarrow.parquet")
    report = four()
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    report.to_parquet(tmp_path / "report.parquet")
    assert pq.read_table(tmp_path / "report.parquet").to_pylist() == report.to_dicts()


def sheets(path):
    """{sheet: rows of cells} of an Excel file: numbers, texts, and None for what is not there."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    result = {}
    with zipfile.ZipFile(path) as book:
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(text.itertext()) for text in shared]
        names = [
            sheet.get("name") for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{space}sheet")
        ]
        for number, name in enumerate(names, start=1):
            page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            result[name] = []
            for row in page.iter(f"{space}row"):
                cells = {}
                for cell in row.iter(f"{space}c"):
                    value = cell.find(f"{space}v")
                    if value is not None:
                        column = re.match("[A-Z]+", cell.get("r"))[0]
                        cells[column] = texts[int(value.text)] if cell.get("t") == "s" else float(value.text)
                result[name].append(cells)
    return result


def column_name(at):
    return (chr(64 + at // 26) if at // 26 else "") + chr(65 + at % 26)


# Proves DISCLOSURE-11.
def test_excel_keeps_the_four_apart(tmp_path):
    library("xlsxwriter")
    report = four()
    report.to_excel(tmp_path / "report.xlsx")
    book = sheets(tmp_path / "report.xlsx")
    assert set(book) == {"Notes", "Figures", "All"}
    head, *rows = book["All"]
    assert list(head.values()) == report.columns
    letters = dict(zip(report.columns, head, strict=True))
    for written, row in zip(rows, report.to_dicts(), strict=True):
        assert written[letters["status"]] == row["status"]
        assert written[letters["measure_id"]] == row["measure_id"]
        if row["status"] == "ok":
            assert written[letters["value"]] == row["value"]
    # One row a group: a figure, or the sign for why there is none.
    head, *rows = book["Figures"]
    seen = {}
    for written, values, states in zip(rows, records(report.wide()), records(report.wide("status")), strict=True):
        for letter, name in head.items():
            if name in ("provider", "is_total"):
                continue
            if states[name] == "ok":
                assert written[letter] == values[name]
            else:
                seen.setdefault(states[name], set()).add(written.get(letter))
    assert all(len(signs) == 1 for signs in seen.values())
    assert len({min(map(str, signs)) for signs in seen.values()}) == len(seen) == 3
    notes = " ".join(str(value) for row in book["Notes"] for value in row.values())
    assert all(str(sign) in notes for signs in seen.values() for sign in signs)


def test_excel_takes_no_text_for_a_formula(tmp_path):
    library("xlsxwriter")
    source = derive_simple(changes={"referrals": {"provider": ["=1+1", "http://x", None]}})
    iapt.report(source, "2024-25", by="provider").to_excel(tmp_path / "report.xlsx")
    with zipfile.ZipFile(tmp_path / "report.xlsx") as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if "sheet" in name)
    assert "<f>" not in text and "hyperlink" not in text


def records(frame):
    columns = read(frame)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@every_kind
def test_wide(kind):
    """A row for each group and the total, a column for each measure; of the kind of the referrals."""
    report = four(kind)
    made = figures(report)
    kinds = {"polars": "DataFrame", "pyarrow table": "Table", "pandas": "DataFrame"}
    for values in ("value", "numerator", "denominator", "lower", "upper", "target", "status"):
        frame = report.wide(values)
        assert type(frame).__name__ == kinds[kind]
        rows = records(frame)
        assert [row["provider"] for row in rows] == ["a", "b", None]
        assert [bool(row["is_total"]) for row in rows] == [False, False, True]
        for row, group in zip(rows, made.values(), strict=True):
            expected = {name: figure[values] for name, figure in group.items()}
            assert {name: plain(row[name]) for name in expected} == {n: plain(v) for n, v in expected.items()}
            assert list(row) == ["provider", "is_total", *expected]
    assert {status for row in records(report.wide("status")) for status in list(row.values())[2:]} == STATUS
    assert refused(lambda: report.wide("measure")).field == "measure"


# Figures against the oracle


def rounded(value, places=1):
    """Half up, from the exact value."""
    scale = 10**places
    tenths = Fraction(value) * scale + Fraction(1, 2)
    return float(Fraction(tenths.numerator // tenths.denominator, scale))


def check_figure(row, expected):
    """A row of a report against what the oracle has for it."""
    form, *numbers = expected
    assert row["status"] in ("ok", "not_applicable")
    if form == "count":
        assert row["value"] == numbers[0]
        return
    if form in ("percent", "mean", "ratio"):
        numerator, denominator = numbers
        assert (row["numerator"], row["denominator"]) == (numerator, denominator)
        factor = 100 if form == "percent" else 1
        value = Fraction(factor * numerator, denominator) if denominator else None
    else:
        value = numbers[0]
    if value is None:
        assert (row["status"], row["value"]) == ("not_applicable", None)
    else:
        assert (row["status"], row["value"]) == ("ok", rounded(value))


def check_oracle(caseload, source, period, by):
    """Every measure of the oracle, for each group and the total."""
    last = period[1]
    made = {pathway: naive.derive_pathway(*tables, last)[0] for pathway, tables in caseload.pathways.items()}
    columns = read(source.referrals)
    groups = {None: list(made)}
    if by:
        keys = zip(*(map(plain, columns[name]) for name in by), strict=True)
        for pathway, key in zip(columns["pathway_id"], keys, strict=True):
            groups.setdefault(key, []).append(pathway)
    report = figures(exact(source, period, by))
    assert set(report) == set(groups)
    checked = 0
    for group, pathways in groups.items():
        expected = naive.indicators([made[p] for p in pathways if made[p]], *period)
        assert len(expected) > 120
        for name, value in expected.items():
            try:
                check_figure(report[group][name], value)
            except AssertionError as error:
                raise AssertionError(f"{name} of {group}: {report[group][name]} is not {value}") from error
            checked += value[1] not in (0, None)
    return checked


PERIODS_TO_CHECK = [APRIL, (day("2024-03-25"), day("2024-06-30")), (day("2024-05-01"), day("2024-05-31"))]


@pytest.mark.parametrize("period", PERIODS_TO_CHECK, ids=lambda period: str(period[1]))
# Proves COURSE-1, COURSE-2, COURSE-3, WAIT-1, WAIT-2, WAIT-3, WAIT-4, WAIT-5, STAGE-3, STAGE-4, STAGE-6, SICKPAY-1,
# REPORT-2, REPORT-3, REPORT-4, REPORT-5, RATE-1, RATE-2, PERIOD-1, ROUNDING-1, ROUNDING-2.
def test_figures_are_those_of_the_oracle(caseload, period):
    """With tables in which everything is odd; and most figures are not 0."""
    assert check_oracle(*caseload, period, []) >= 80
    assert check_oracle(*caseload, period, ["provider"]) >= 300
    check_oracle(*caseload, period, ["provider", "one"])


# Proves WAIT-1, WAIT-2, WAIT-3, WAIT-4, WAIT-5.
def test_long_waits_are_those_of_the_oracle():
    """The same pathways, spread over two years: waits of every length."""
    caseload = Caseload(
        (pathway, stretched(tables)) for pathway, tables in Oddities("long").caseload(250).pathways.items()
    )
    source = iapt.derive(*caseload.frames(MAKE_TYPED["polars"]))
    for period in [(day("2024-04-01"), day("2025-03-31")), (day("2024-07-01"), day("2024-09-30"))]:
        assert check_oracle(caseload, source, period, []) >= 70


def stretched(tables):
    """The same rows, with every date seven times as late."""
    start = day("2024-03-25")

    def later(value):
        return str(start + (day(value) - start) * 7)

    return [
        [{name: later(v) if name.endswith("date") and v else v for name, v in row.items()} for row in rows]
        for rows in tables
    ]


def waits(days):
    """Finished courses with these days from referral to the first treatment."""
    first = date("04-01")
    ids = list(range(len(days)))
    contacts = {
        "pathway_id": ids * 2,
        "date": [first + dt.timedelta(days=n) for n in days] + [date("12-01")] * len(ids),
    }
    contacts |= {"attendance": [5] * 2 * len(ids), "type": [2] * 2 * len(ids)}
    pl = library("polars")
    referrals = {"pathway_id": ids, "referral_date": [first] * len(ids), "discharge_date": [date("12-31")] * len(ids)}
    return iapt.derive(pl.DataFrame(referrals), pl.DataFrame(contacts), None)


MEDIANS = [([5], 5), ([1, 2], 1.5), ([1, 2, 9], 2), ([1, 2, 4, 9], 3), ([0, 0, 3, 3, 3, 200], 3), ([7, 0], 3.5)]


@pytest.mark.parametrize(("days", "median"), MEDIANS)
# Proves REPORT-4.
def test_medians(days, median):
    made = figures(exact(waits(days), "2024-25"))[None]
    assert made["M049"]["value"] == made["M051"]["value"] == median
    assert made["M051"]["denominator"] == len(days)


TIES = [([0] * 19 + [1], 0.1), ([0] * 39 + [1], 0.0), ([0] * 3 + [1], 0.3), ([2] * 3 + [3], 2.3), ([0] * 20 + [1], 0.0)]


@pytest.mark.parametrize(("days", "mean"), TIES)
# Proves ROUNDING-2.
def test_means_are_rounded_half_up(days, mean):
    """1/20 is 0.05, and 0.1 as published."""
    made = figures(exact(waits(days), "2024-25"))[None]
    assert (made["M048"]["value"], made["M050"]["value"]) == (mean, mean)
    assert (made["M050"]["numerator"], made["M050"]["denominator"]) == (sum(days), len(days))


@pytest.mark.parametrize(
    ("within", "total", "percent"), [(1, 16, 6.3), (5, 80, 6.3), (1, 8, 12.5), (2, 3, 66.7), (1, 2000, 0.1)]
)
# Proves ROUNDING-1.
def test_percentages_are_rounded_half_up(within, total, percent):
    """From the exact ratio: 5/80 is 6.25 % and published as 6.3."""
    made = figures(exact(waits([42] * within + [43] * (total - within)), "2024-25"))[None]
    assert (made["M053"]["numerator"], made["M053"]["denominator"]) == (within, total)
    assert made["M053"]["value"] == percent


def wilson(numerator, denominator, places=1):
    """Wilson's 95 % interval in per cent, exactly, rounded to so many decimals."""
    getcontext().prec = 50
    z, x, n = Decimal("1.959964"), Decimal(numerator), Decimal(denominator)
    middle = (x + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * (x * (n - x) / n + z * z / 4).sqrt()
    return tuple(
        rounded(Fraction(max(Decimal(0), min(Decimal(1), end)) * 100), places) for end in (middle - half, middle + half)
    )


# Proves REPORT-6.
def test_intervals_are_those_of_wilson(source):
    seen = 0
    for row in exact(source, by=["provider", "one"]).to_dicts():
        if row["measure"].startswith("Percentage_") and row["status"] == "ok":
            assert (row["lower"], row["upper"]) == wilson(row["numerator"], row["denominator"])
            seen += 1
        else:
            assert (row["lower"], row["upper"], row["against_target"]) == (None, None, None)
    assert seen > 200


TARGETS = {"M192": 50, "M186": 67, "M195": 48, "M053": 75, "M055": 95}


# Proves TARGET-1, REPORT-7.
def test_targets(source):
    rows = exact(source, by=["provider", "one"]).to_dicts()
    for row in rows:
        assert row["target"] == TARGETS.get(row["measure_id"])
        if row["target"] is None or row["status"] != "ok":
            assert row["against_target"] is None
        else:
            assert row["against_target"] == against(row["numerator"], row["denominator"], row["target"])
    assert {row["against_target"] for row in rows} == {None, "above", "below", "across"}


def against(numerator, denominator, target):
    """Where the interval lies, from its exact ends."""
    z = Fraction("1.959964")
    p, x, n = Fraction(int(target), 100), Fraction(numerator), Fraction(denominator)
    if (x - n * p) ** 2 <= z * z * n * p * (1 - p):
        return "across"
    return "above" if x > n * p else "below"


# Time


def test_months_come_to_the_year(source):
    """Of what happens on a day and is not taken back later: referrals received."""
    year = figures(exact(source, "2024-25", by="provider"))
    months = [f"2024-{month:02}" for month in range(4, 13)] + [("2025-01-01", "2025-03-31")]
    parts = [figures(exact(source, month, by="provider")) for month in months]
    for group, rows in year.items():
        assert rows["M001"]["value"] == sum(part[group]["M001"]["value"] for part in parts) > 0


def known_at(caseload, last):
    """The tables as they were at the end of a day."""
    cut = {}
    for pathway, (referrals, *tables) in caseload.pathways.items():
        kept = [
            row | {"discharge_date": row["discharge_date"] if row["discharge_date"] <= str(last) else ""}
            for row in referrals
            if row["referral_date"] <= str(last)
        ]
        cut[pathway] = [kept, *([row for row in rows if row["date"] <= str(last)] for rows in tables)]
    return Caseload(cut)


@pytest.mark.parametrize("last", [day("2024-04-02"), day("2024-04-20"), day("2024-05-10")], ids=str)
# Proves PERIOD-1, PERIOD-2.
def test_what_is_known_later_changes_no_earlier_report(last):
    """A report is that of the data cut at the end of its period."""
    caseload, source = derived(150, "cut")
    cut = iapt.derive(*known_at(caseload, last).frames(MAKE_TYPED["polars"]))
    assert len(read(cut.findings)["row"]) < len(read(source.findings)["row"])
    period = (day("2024-04-01"), last)
    assert strip(figures(exact(source, period))[None]) == strip(figures(exact(cut, period))[None])


# Proves PERIOD-1.
def test_reports_do_not_depend_on_the_day_of_the_derivation():
    """The columns of the referrals do; a report looks at the sessions as at the end of its own period."""
    caseload, source = derived(100, "as at")
    frames = caseload.frames(MAKE_TYPED["polars"])
    for as_at in ("2024-04-15", "2024-05-15"):
        other = iapt.derive(*frames, as_at=as_at)
        assert not other.referrals.equals(source.referrals)
        assert exact(other).to_dicts() == exact(source).to_dicts()


def test_reports_do_not_depend_on_those_before(source):
    fresh = exact(derived(columns={"provider": lambda at: f"PR{at % 7}"})[1], by="provider").to_dicts()
    exact(source, "2023-24")
    exact(source, "2024-05", by="one")
    assert exact(source, by="provider").to_dicts() == fresh
    assert exact(source, by="provider").to_dicts() == fresh


def test_threads_change_nothing(source, monkeypatch):
    reports = []
    for threads in ("1", "2"):
        monkeypatch.setenv("IAPT_THREADS", threads)
        for disclosure in (True, False):
            reports.append(iapt.report(derived()[1], APRIL, by="anxiety_measure", disclosure=disclosure).to_dicts())
    assert reports[:2] == reports[2:]


# What may be published


# Proves DISCLOSURE-1, DISCLOSURE-2, DISCLOSURE-3, DISCLOSURE-7, DISCLOSURE-8, DISCLOSURE-10.
def test_disclosure_is_on_unless_switched_off(source):
    shown = iapt.report(source, APRIL, by="provider")
    assert shown.disclosure
    exact_rows, rows = exact(source, by="provider").to_dicts(), shown.to_dicts()
    for true, row in zip(exact_rows, rows, strict=True):
        if row["status"] != "ok":
            assert row["status"] in ("suppressed", true["status"])
            assert row["status"] != "not_applicable"
            continue
        check_published(row, true)
    assert sum(row["status"] == "suppressed" for row in rows) > 500
    assert sum(row["status"] == "ok" for row in rows) > 100


def check_published(row, true):
    """A figure that is shown, as rounded from the true one."""
    if row["measure"].startswith(("Count_", "Sum_")):
        assert row["value"] == 5 * ((true["value"] + 2) // 5) >= 5
    elif row["measure"].startswith("Percentage_"):
        assert true["numerator"] > 4 and true["denominator"] > 4
        assert row["value"] == rounded(Fraction(100 * true["numerator"], true["denominator"]), 0)
        for name in ("numerator", "denominator"):
            assert row[name] == 5 * ((true[name] + 2) // 5)
        shown = wilson(min(row["numerator"], row["denominator"]), row["denominator"], places=0)
        assert (row["lower"], row["upper"]) == shown
    else:
        assert row["value"] == true["value"]
        assert (row["numerator"], row["denominator"]) == (None, None)
        assert true["denominator"] >= 5
        assert not row["measure"].startswith(("Max_", "Min_"))


TABLES = ["IDS101Referral", "IDS201CareContact", "IDS607Scores", "IDS603PresentingComplaints"]
TABLES += ["IDS205InternetTherLog", "IDS004EmpStatus"]


@pytest.fixture(scope="module")
def services():
    """The tables of a synthetic year of some services, and its referrals in their order."""
    year = load(ROOT / "examples" / "national_year.py")
    tables = year.make_batch(5, 0, 2500, year.Providers.draw(5))
    frames = [library("polars").DataFrame(tables[name].unify_dictionaries()) for name in TABLES]
    return frames, frames[0]["PathwayID"].unique(maintain_order=True)


def service(services, size, groups, logs=True):
    """The first referrals, in groups that differ much in size."""
    pl = library("polars")
    frames, ids = services
    rng = random.Random(f"{size} {groups}")
    weights = [rng.random() ** 3 for _ in range(groups)]
    group = pl.DataFrame({"PathwayID": ids[:size], "group": rng.choices(range(groups), weights, k=min(size, len(ids)))})
    kept = [frame.join(group, on="PathwayID", maintain_order="left") for frame in frames]
    kept[1:] = [frame.drop("group") for frame in kept[1:]]
    if not logs:
        kept[4] = None
    return iapt.derive(*kept, names="nhs_england")


def attacks(source, period, by, national=False):
    """An attacker on the report, and one on what primary suppression alone would leave of it."""
    exact_figures = attack.Figures.of(exact(source, period, by))
    shown = attack.Figures.of(iapt.report(source, period, by, national_total=national))
    found = attack.Attack(shown, exact_figures, national)
    primary = attack.Attack(exact_figures.published(), exact_figures)
    assert found.is_sound() and primary.is_sound()
    return found, primary


@pytest.mark.parametrize("groups", [2, 3, 5, 8, 15, 30])
@pytest.mark.parametrize("size", [40, 150, 600, 2500])
# Proves DISCLOSURE-5.
def test_nobody_is_told_from_what_is_published(services, size, groups):
    """However small the groups: no hidden count of 0 to 4 is left with one possible value."""
    source = service(services, size, groups, logs=groups in (2, 8, 30))
    won = 0
    for period in ("2024-25", "2024-Q3"):
        for by in (["group"], ["group", "Gender"]):
            found, primary = attacks(source, period, by)
            assert found.found() == [], (period, by)
            won += len(primary.found())
    assert won > 10, "the attacker must be one who can win"


# Proves DISCLOSURE-5, DISCLOSURE-6.
def test_nobody_is_told_beside_an_exact_total(services):
    """But for what the total says alone: where it is 0, so is every group."""
    for size, groups in [(150, 4), (2500, 15)]:
        source = service(services, size, groups)
        found, _ = attacks(source, "2024-25", ["group"], national=True)
        true = attack.Figures.of(exact(source, "2024-25", ["group"]))
        alone = attack.Attack(true.nothing(), true, exact_total=True)
        assert set(found.found()) - set(alone.found()) == set()
        assert all(value == 0 for _, _, value in alone.found())


def courses(treatments, logs=0, scores=True):
    """Ended referrals with so many treatments each, and some treated by the internet alone, all in one group."""
    pl = library("polars")
    ids = range(len(treatments) + logs)
    referrals = pl.DataFrame({"pathway_id": ids, "group": ["a"] * len(ids)}).with_columns(
        referral_date=pl.date(2024, 4, 1), discharge_date=pl.date(2024, 12, 31)
    )
    seen = [(at, 1 + (n > 0)) for at, number in enumerate(treatments) for n in range(number + 1)]
    contacts = pl.DataFrame(seen, schema=["pathway_id", "type"], orient="row").with_columns(
        date=pl.date(2024, 5, 1), attendance=5
    )
    no_scores = pl.DataFrame(schema={"pathway_id": pl.Int64, "date": pl.Date, "measure": pl.String, "score": pl.Int64})
    therapy = {"pathway_id": list(ids)[len(treatments) :], "date": [date("05-01")] * logs}
    therapy = pl.DataFrame(therapy, schema={"pathway_id": pl.Int64, "date": pl.Date})
    return iapt.derive(referrals, contacts, no_scores if scores else None, internet_therapy=therapy)


# Proves DISCLOSURE-5.
def test_a_percentage_may_tell_too_much():
    """Of about 20 about 20, and 91 %: only 20 of 22 is 91 %, so that two were never treated."""
    found, primary = attacks(courses([0] * 2 + [1] * 10 + [2] * 10), "2024-25", [])
    assert (None, "M153", 2) in primary.found()
    assert found.found() == []


@pytest.mark.parametrize("by", [(), "group"])
@pytest.mark.parametrize(("logs", "scores"), [(0, True), (1, True), (9, True), (0, False)])
def test_large_counts_are_shown(logs, scores, by):
    """Also beside referrals of which nobody was seen but who were treated, and without a table."""
    made = figures(iapt.report(courses([0] * 40 + [1] * 40 + [2] * 40, logs, scores), "2024-25", by))
    for rows in made.values():
        assert (rows["M153"]["value"], rows["M076"]["value"]) == (40, 40)
        assert rows["M056"]["value"] == 5 * ((120 + logs + 2) // 5)
        assert rows["M077"]["value"] == rounded(Fraction(4000, 120 + logs), 0)


def test_not_all_is_hidden(services):
    """A report that hides everything keeps every secret, too."""
    source = service(services, 2500, 5)
    true = attack.Figures.of(exact(source, "2024-25", ["group"])).counts
    shown = attack.Figures.of(iapt.report(source, "2024-25", ["group"])).counts
    large = [shown[name][row] for name in true for row, count in enumerate(true[name]) if count > 20]
    assert sum(value is not None for value in large) > 0.8 * len(large) > 100


# Proves DISCLOSURE-6.
def test_a_national_total_is_exact(source):
    rows = figures(iapt.report(source, APRIL, by="provider", national_total=True))
    assert strip(rows[None]) == strip(figures(exact(source))[None])
    without = figures(iapt.report(source, APRIL, by="provider"))
    assert strip(without[None]) != strip(rows[None])


def test_an_empty_report():
    pl = library("polars")
    referrals = pl.DataFrame(schema={"pathway_id": pl.Int64, "referral_date": pl.Date, "provider": pl.String})
    contacts = {"pathway_id": pl.Int64, "date": pl.Date, "attendance": pl.Int64, "type": pl.Int64}
    source = iapt.derive(referrals, pl.DataFrame(schema=contacts), None)
    for by in ((), "provider"):
        made = figures(exact(source, by=by))
        assert list(made) == [None]
        assert made[None]["M001"]["value"] == 0
        assert made[None]["M053"]["status"] == "not_applicable"
        hidden = iapt.report(source, APRIL, by=by).to_dicts()
        assert {row["status"] for row in hidden} == {"suppressed", "missing"}


# Files


class Full(Exception):
    pass


def test_an_older_file_survives(tmp_path, monkeypatch, source):
    """Where a new one can't be written, and nothing else is left behind."""
    report = exact(source)
    path = tmp_path / "report.csv"
    path.write_text("older")

    def fail(*_):
        raise Full

    for function in ("os.fsync", "os.replace", "pathlib.Path.write_bytes"):
        with monkeypatch.context() as context:
            context.setattr(function, fail)
            with pytest.raises(Full):
                report.to_csv(path)
        assert path.read_text() == "older"
        assert os.listdir(tmp_path) == ["report.csv"]
    report.to_csv(path)
    assert path.read_text().startswith("measure_id,measure,")
    assert os.listdir(tmp_path) == ["report.csv"]


def test_a_folder_that_is_gone(tmp_path, source):
    report = exact(source)
    for write in (report.to_csv, report.to_parquet):
        with pytest.raises(OSError):
            write(tmp_path / "gone" / "report")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="NOT TESTED: no /dev/full here")
def test_a_full_disk(tmp_path, monkeypatch, source):
    """The part that is written first lies on a full disk: what is there stays."""
    path = tmp_path / "report.csv"
    path.write_text("older")

    def full(dir, prefix, suffix):
        part = os.path.join(dir, f"{prefix}x{suffix}")
        os.symlink("/dev/full", part)
        return os.open(os.devnull, os.O_RDONLY), part

    monkeypatch.setattr("tempfile.mkstemp", full)
    with pytest.raises(OSError, match="No space"):
        exact(source).to_csv(path)
    assert path.read_text() == "older"
    assert os.listdir(tmp_path) == ["report.csv"]


def test_permissions(tmp_path, source):
    """A file that is replaced keeps its own; a new one has the usual."""
    report = exact(source)
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("older")
    old.chmod(0o640)
    report.to_csv(old)
    report.to_csv(str(new))
    plain_file = tmp_path / "plain"
    plain_file.write_text("")
    assert old.stat().st_mode & 0o777 == 0o640
    assert new.stat().st_mode == plain_file.stat().st_mode


def test_notebooks_show_the_groups(source):
    html = iapt.report(source, APRIL, by="provider")._repr_html_()
    assert "PR3" in html and "<table" in html and "2024-04-30" in html
    assert "<script" not in exact(source)._repr_html_()
    sharp = derive_simple(changes={"referrals": {"provider": ["<b>", "&", None]}})
    html = exact(sharp, "2024-25", by="provider")._repr_html_()
    assert "<b>" not in html.replace("<br>", "") and "&lt;b&gt;" in html


def test_random_reports_can_be_drawn():
    """So that the comparison with the oracle is of more than one caseload."""
    rng = random.Random(8)
    for seed in ("a", "b", "c"):
        caseload, source = derived(60, seed, {"g": lambda _: rng.choice("xyz")})
        check_oracle(caseload, source, APRIL, ["g"])
