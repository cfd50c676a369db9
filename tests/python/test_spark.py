"""Spark: partitions of DataFrames give what the same functions give of the whole in memory."""

import datetime as dt
import doctest
import inspect
import os
import random
import shutil
import sys
from collections import Counter
from functools import partial

import pytest

import iapt
import small_service
from conftest import ROOT, load
from iapt._iapt import _report_of_tallies
from iapt._report import tallies
from iapt._sessions import TABLES
from kinds import library
from test_derive import COLUMNS, IDS, NAMES, Oddities

library("pyspark")
pa, pc, pl = library("pyarrow"), library("pyarrow.compute"), library("polars")
if not shutil.which("java") and "JAVA_HOME" not in os.environ:
    pytest.skip("NOT TESTED: Spark needs Java", allow_module_level=True)

from pyspark.errors import PythonException  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

import iapt.spark  # noqa: E402

CASELOAD = ROOT / "examples" / "data" / "caseload.csv"
SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.adaptive.coalescePartitions.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "400",
    "spark.sql.session.timeZone": "Europe/London",
}


@pytest.fixture(scope="module")
def spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").appName("iapt")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def caseload():
    return as_spark_has_it(pl.read_csv(CASELOAD))


def as_spark_has_it(frame):
    """A polars frame as an Arrow table with texts of the type that Spark gives."""
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    kinds = {pa.large_string(): pa.string()}
    return table.cast(pa.schema([field.with_type(kinds.get(field.type, field.type)) for field in table.schema]))


def refused(code, call):
    with pytest.raises(iapt.IaptError) as caught:
        call()
    assert caught.value.code == code
    return caught.value


def sorted_rows(table, names=None):
    """The rows as tuples, in an order of their own."""
    return sorted(zip(*table.select(names or table.column_names).to_pydict().values(), strict=True), key=repr)


def frames_of(spark, tables):
    """DataFrames of two partitions, the rows of each table in any order."""
    rng = random.Random(7)
    shuffled = {name: rng.sample(range(len(table)), len(table)) for name, table in tables.items()}
    return {name: spark.createDataFrame(table.take(shuffled[name])) for name, table in tables.items()}


# Outcomes and rates


def test_outcomes(spark, caseload):
    expected = iapt.outcomes(caseload)
    frame = spark.createDataFrame(caseload).repartition(4, "finished_course")
    assert 0 in [len(rows) for rows in frame.rdd.glom().collect()], "some partitions are empty"
    outcomes = iapt.spark.outcomes(frame)
    assert outcomes.columns == expected.column_names
    assert outcomes.schema.fields[:7] == frame.schema.fields
    made = outcomes.toArrow()
    assert made.schema.types == expected.schema.types
    assert made.column("referral_id").equals(frame.toArrow().column("referral_id")), "the order of rows is kept"
    assert sorted_rows(made) == sorted_rows(expected)


@pytest.mark.parametrize("by", [None, "provider", ["provider", "year.`x"]])
def test_rates(spark, caseload, by):
    """Also by numbers of which some are missing: NaN and null are one group."""
    years = pa.array([(2023.0, float("nan"), None)[at % 3] for at in range(len(caseload))])
    outcomes = iapt.outcomes(caseload).append_column("year.`x", years)
    made = iapt.spark.rates(spark.createDataFrame(outcomes), by=by).toArrow()
    known = pc.if_else(pc.is_finite(years), years, None)
    expected = iapt.rates(outcomes.set_column(outcomes.num_columns - 1, "year.`x", known), by=by)
    assert made.schema.types == expected.schema.types
    assert sorted_rows(made) == sorted_rows(expected)


def test_rates_of_nothing(spark, caseload):
    outcomes = iapt.outcomes(caseload).slice(0, 0)
    frame = spark.createDataFrame(outcomes.to_pylist(), iapt.spark.spark_schema(outcomes.schema))
    assert iapt.spark.rates(frame).toArrow().to_pylist() == iapt.rates(outcomes).to_pylist()
    assert iapt.spark.rates(frame, by="provider").toArrow().num_rows == 0


def test_errors(spark, caseload):
    """Those of names at once; those of values where Spark runs, and they don't say the value."""
    frame = spark.createDataFrame(caseload)
    assert refused("MISSING_COLUMN", lambda: iapt.spark.outcomes(frame.drop("gad7_last"))).field == "gad7_last"
    assert refused("MISSING_COLUMN", lambda: iapt.spark.rates(frame)).field == "paired"
    rows = caseload.slice(0, 1000).to_pydict()
    rows["gad7_last"][701] = 7351994
    bad = iapt.spark.outcomes(spark.createDataFrame(pa.table(rows)).coalesce(1))
    with pytest.raises(PythonException) as caught:
        bad.collect()
    said = "iapt.ScoreError: gad7_last, row 701 of partition 0: must be a whole number from 0 to 21"
    assert str(caught.value).strip().endswith(said)
    assert "7351994" not in str(caught.value) and len(str(caught.value)) < 2000


# Derivation and reports


@pytest.fixture(scope="module")
def service():
    return {name: pa.Table.from_pylist(rows) for name, rows in small_service.rows().items()}


@pytest.fixture(scope="module")
def derived(spark, service):
    return iapt.spark.derive(**frames_of(spark, service))


def test_derive(derived, service):
    expected = iapt.derive(**service, progress=False)
    assert derived.referrals.columns == expected.referrals.column_names
    made = derived.referrals.toArrow()
    assert made.schema.types == expected.referrals.schema.types
    assert made.sort_by("pathway_id").equals(expected.referrals)
    assert derived.findings.columns == [*expected.findings.column_names, "record_id"]
    assert derived.findings.toArrow().num_rows == expected.findings.num_rows == 0


def test_national_names(spark):
    tables = small_service.national(small_service.rows(each=12))
    tables = {name: pa.Table.from_pylist(rows) for name, rows in tables.items()}
    options = {"names": "nhs_england", "as_at": "2024-06-30"}
    expected = iapt.derive(**tables, **options, progress=False)
    made = iapt.spark.derive(**frames_of(spark, tables), **options).referrals.toArrow()
    assert made.sort_by("PathwayID").equals(expected.referrals)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """The tables of a synthetic national year, with columns to group by that have gaps, and the same derived."""
    library("numpy")
    folder = tmp_path_factory.mktemp("year")
    load(ROOT / "examples" / "national_year.py").make(folder, 4000)
    files = zip(TABLES, NATIONAL_FILES, strict=True)
    tables = {name: as_spark_has_it(pl.read_parquet(folder / f"{file}.parquet")) for name, file in files}
    rows = len(tables["referrals"])
    for times, (name, (kind, values)) in enumerate(GAPS.items(), 1):
        column = pa.array([values[at // times % len(values)] for at in range(rows)], kind)
        tables["referrals"] = tables["referrals"].append_column(name, column)
    tables["referrals"] = tables["referrals"].sort_by("PathwayID")
    return tables, iapt.derive(**tables, names="nhs_england", progress=False)


NATIONAL_FILES = ["IDS101Referral", "IDS201CareContact", "IDS607Scores", "IDS603PresentingComplaints"]
NATIONAL_FILES += ["IDS205InternetTherLog", "IDS004EmpStatus"]
TODAY = dt.date(2024, 5, 1)
GAPS = {
    "tally": (pa.string(), ["b", None, "", "a", "ä"]),
    "a.`number": (pa.float64(), [1.5, None, float("nan"), -2.0, 0.0, -0.0]),
    "1": (pa.int64(), [None, 7, 10**15]),
    "day": (pa.date32(), [TODAY, None, dt.date(1969, 12, 31)]),
}


@pytest.fixture(scope="module", params=[1, 5], ids="{} partitions".format)
def derived_year(request, spark, year):
    spark.conf.set("spark.sql.shuffle.partitions", str(request.param))
    yield iapt.spark.derive(**frames_of(spark, year[0]), names="nhs_england")
    spark.conf.set("spark.sql.shuffle.partitions", SETTINGS["spark.sql.shuffle.partitions"])


def cells(rows):
    """The texts of the values, of which those of NaN can be compared."""
    return [{name: repr(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize(
    ("by", "options"),
    [
        ((), {}),
        ("OrgID_Provider", {"national_total": True}),
        (["tally"], {}),
        (["1", "a.`number", "day"], {"disclosure": False}),
        ("anxiety_measure", {"disclosure": False}),
    ],
    ids=str,
)
def test_report(derived_year, year, by, options, monkeypatch):
    """Every figure is that of the report of the whole, and the driver is given no table to make it of."""
    monkeypatch.delattr(iapt.spark.Derived, "collect")
    options = {"sd": {"PHQ-9": 5.5, "GAD-7": "4.8"}} | options
    made = iapt.spark.report(derived_year, "2024-25", by, **options)
    expected = iapt.report(year[1], "2024-25", by, progress=False, **options)
    assert made.by == expected.by and made.disclosure == expected.disclosure
    assert cells(made.to_dicts()) == cells(expected.to_dicts())
    assert made.wide().schema == expected.wide().schema
    assert cells(made.wide().to_pylist()) == cells(expected.wide().to_pylist())


def test_only_tallies_come_to_the_driver(derived_year, year):
    """For each group in each partition one, and nothing of the order that they are in."""
    by = ["Gender", "AgeGroup"]
    tallied = derived_year._tallied("2024-25", by)
    assert [field.dataType.typeName() for field in tallied.schema] == ["string", "string", "string", "binary"]
    values, tallies = iapt.spark.in_one_place(tallied, by)
    assert values.column_names == by
    groups = len(set(sorted_rows(year[1].referrals, by)))
    assert groups <= len(tallies) == len(values) <= groups * 5
    assert sum(map(len, tallies)) < 2000 * len(tallies)


def test_reports_of_little(spark, service):
    """One group; a group in a partition of its own, others empty; only what no referral belongs to; nothing at all."""
    nobody = {name: table.slice(0, 0) for name, table in service.items()}
    for tables in (
        {name: table.slice(0, 4) for name, table in service.items()},
        {name: table.slice(0, 1) for name, table in service.items()},
        service | {"referrals": nobody["referrals"]},
        nobody,
    ):
        frames = {name: spark.createDataFrame(table) for name, table in tables.items()}
        made, expected = iapt.spark.derive(**frames), iapt.derive(**tables, progress=False)
        for by in ([], "provider"):
            for disclosure in (True, False):
                options = {"by": by, "disclosure": disclosure}
                report = iapt.spark.report(made, "2024-25", **options)
                assert report.to_dicts() == iapt.report(expected, "2024-25", progress=False, **options).to_dicts()
                assert len(report.wide()) == 1 + len(set(tables["referrals"]["provider"].to_pylist() if by else []))


def test_tables_that_are_missing(spark, service):
    """Measures of what was not given are `missing`, as in a report of the whole."""
    tables = service | {"scores": None}
    frames = frames_of(spark, {name: table for name, table in tables.items() if table is not None})
    made = iapt.spark.report(iapt.spark.derive(**frames, scores=None), "2024-Q2", "gender")
    expected = iapt.report(iapt.derive(**tables, progress=False), "2024-Q2", "gender", progress=False)
    assert made.to_dicts() == expected.to_dicts()
    assert "missing" in {row["status"] for row in made.to_dicts()}


def test_tallies_of_another_version_are_refused(service):
    derived = iapt.derive(**service, progress=False)
    [(_, tally)] = tallies(derived, "2024-25", [])
    make = partial(_report_of_tallies, period="2024-25", by=None, tables=list(service), sds={}, disclosure="exact")
    assert pa.table(make([tally])).equals(pa.table(iapt.report(derived, "2024-25", disclosure=False, progress=False)))
    version = iapt.__version__.encode()
    other, cut = tally.replace(version, b"9" + version, 1), tally[:-1]
    for bad in (other, cut, b"", b"PAR1"):
        assert refused("NOT_A_TALLY", lambda bad=bad: make([tally, bad])).field is None


def test_the_driver_explains(derived, service):
    local = derived.collect()
    expected = iapt.derive(**service, progress=False)
    assert local.referrals.equals(expected.referrals)
    assert local.explain(5) == expected.explain(5)


def test_names_are_checked_at_once(spark, derived, service):
    frames = frames_of(spark, service)
    contacts = frames["contacts"].drop("attendance")
    assert refused("MISSING_COLUMN", lambda: iapt.spark.derive(**frames | {"contacts": contacts})).field == "attendance"
    assert refused("MISSING_COLUMN", lambda: iapt.spark.report(derived, "2024-25", "nowhere")).field == "nowhere"
    assert refused("NOT_A_PERIOD", lambda: iapt.spark.report(derived, "soon")).field == "period"
    assert refused("INVALID_SD", lambda: iapt.spark.report(derived, "2024-25", sd={"PHQ-9": 0})).field == "sd"


def in_order(name, columns):
    """A table in the order in which Spark takes the rows of a pathway."""
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return as_spark_has_it(table.sort("pathway_id", *COLUMNS[name]))


def finding_rows(findings, tables):
    """Findings with the identifiers of their records, in place of the numbers of their rows."""
    own_ids = {name: next((column for column in COLUMNS[name] if column in IDS), None) for name in NAMES}
    for finding in findings.to_pylist():
        table, row = finding.pop("table"), finding.pop("row")
        if row is not None:
            own_id = own_ids[table]
            finding["record_id"] = own_id and tables[table][own_id][row].as_py()
        yield (table, *finding.values())


def test_oddities(spark):
    """Everything odd, often: also identifiers used twice, where the order of rows decides."""
    caseload = Oddities("spark").caseload(250)
    tables = {name: in_order(name, columns) for name, columns in caseload.tables.items()}
    expected = iapt.derive(**tables, progress=False)
    made = iapt.spark.derive(**frames_of(spark, tables))
    assert made.referrals.toArrow().sort_by("pathway_id").equals(expected.referrals)
    found, wanted = (Counter(finding_rows(d, tables)) for d in (made.findings.toArrow(), expected.findings))
    assert found == wanted and found.total() > 1000
    reports = [iapt.spark.report(made, "2024-25"), iapt.report(expected, "2024-25", progress=False)]
    assert reports[0].to_dicts() == reports[1].to_dicts()


def test_identifiers_of_several_types(spark):
    """A pathway is one, be its identifier a whole number, a text or, for a gap, a float."""
    kinds = {"referrals": pa.int64(), "contacts": pa.float64(), "scores": pa.string()}
    tables = {name: pa.Table.from_pylist(rows) for name, rows in small_service.rows(each=5).items()}
    numbers = {name: [int(text) for text in table["pathway_id"].to_pylist()] for name, table in tables.items()}
    numbers["contacts"][0] = None
    tables = {
        name: table.set_column(0, "pathway_id", pa.array(numbers[name]).cast(kinds[name]))
        for name, table in tables.items()
    }
    expected = iapt.derive(**tables, progress=False)
    made = iapt.spark.derive(**frames_of(spark, tables))
    assert made.referrals.toArrow().sort_by("pathway_id").equals(expected.referrals)
    findings = made.findings.toArrow()
    kinds = [Counter(found["kind"].to_pylist()) for found in (findings, expected.findings)]
    assert kinds[0] == kinds[1] and kinds[0]["missing_id"] == 1
    assert findings["row"].null_count == len(findings)


def test_examples(spark):
    runner = doctest.DocTestRunner()
    for thing in (iapt.spark.outcomes, iapt.spark.rates, iapt.spark.derive, iapt.spark.report):
        names = {"spark": spark}
        runner.run(doctest.DocTestParser().get_doctest(inspect.getdoc(thing), names, thing.__name__, None, None))
    assert runner.tries > 15 and runner.failures == 0
