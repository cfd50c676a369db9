"""Spark: partitions of DataFrames give what the same functions give of the whole in memory."""

import doctest
import inspect
import os
import random
import shutil
import sys
from collections import Counter

import pytest

import iapt
import small_service
from conftest import ROOT
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


@pytest.mark.parametrize("disclosure", [True, False])
def test_report(derived, service, disclosure):
    expected = iapt.derive(**service, progress=False)
    by = ["provider", "anxiety_measure"]
    reports = [
        iapt.spark.report(derived, "2024-25", by, disclosure=disclosure, progress=False),
        iapt.report(expected, "2024-25", by, disclosure=disclosure, progress=False),
    ]
    assert reports[0].to_dicts() == reports[1].to_dicts()


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
    reports = [iapt.spark.report(made, "2024-25", progress=False), iapt.report(expected, "2024-25", progress=False)]
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
