"""DuckDB: relations in and out of the same connection, and functions for SQL."""

import doctest
import inspect

import pytest

import iapt
import small_service
from conftest import ROOT
from kinds import library

duckdb = library("duckdb")
CASELOAD = ROOT / "examples" / "data" / "caseload.csv"
SCORES = "phq9_first, phq9_last, gad7_first, gad7_last"


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE caseload AS SELECT * FROM '{CASELOAD}'")
        connection.execute("CREATE TABLE providers AS SELECT DISTINCT provider, 'North' AS region FROM caseload")
        yield connection


def local():
    return library("polars").read_csv(CASELOAD)


def rows(relation):
    return relation.fetchall()


def test_relations(connection):
    """The result can be joined with other tables of the connection, and read again."""
    caseload = connection.table("caseload")
    outcomes = iapt.outcomes(caseload)
    expected = iapt.outcomes(local())
    assert type(outcomes) is type(caseload)
    assert outcomes.columns == expected.columns
    assert rows(outcomes) == rows(outcomes) == expected.rows()
    joined = connection.sql("SELECT count(*) FILTER (recovery) FROM outcomes JOIN providers USING (provider)")
    assert rows(joined) == [(expected["recovery"].sum(),)]
    assert rows(outcomes.filter("recovery").aggregate("count(*)")) == rows(joined)
    views = connection.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal")
    assert rows(views) == []


@pytest.mark.parametrize("by", [None, "provider"])
def test_rates(connection, by):
    made = iapt.rates(iapt.outcomes(connection.table("caseload")), by=by)
    assert rows(made) == iapt.rates(iapt.outcomes(local()), by=by).rows()


def test_scores(connection):
    items = [f"q{n}" for n in range(5)]
    answers = connection.sql("SELECT " + ", ".join(f"{n % 4} AS {name}" for n, name in enumerate(items)))
    assert rows(iapt.score(answers, "WSAS", items=items).project("wsas_total")) == [(6,)]


def test_errors(connection):
    bad = connection.sql("SELECT 28 AS phq9_first, 1 AS phq9_last, 1 AS gad7_first, 1 AS gad7_last")
    with pytest.raises(iapt.ScoreError) as caught:
        iapt.outcomes(bad)
    assert (caught.value.field, caught.value.row) == ("phq9_first", 0)


def test_derive_and_report(connection):
    pa, pl = library("pyarrow"), library("polars")
    expected = small_service.derived(pl)
    tables = {name: pa.Table.from_pylist(rows) for name, rows in small_service.rows().items()}
    derived = iapt.derive(**{name: connection.from_arrow(table) for name, table in tables.items()}, progress=False)
    assert derived.referrals.columns == expected.referrals.columns
    assert rows(derived.referrals) == expected.referrals.rows()
    assert rows(derived.findings) == expected.findings.rows()
    reports = [iapt.report(one, "2024-25", by="provider", progress=False) for one in (derived, expected)]
    assert reports[0].to_dicts() == reports[1].to_dicts()
    assert rows(reports[0].wide()) == reports[1].wide().rows()


@pytest.fixture
def functions(connection):
    from iapt.duckdb import register

    library("pyarrow")
    register(connection)
    return connection


def test_functions(functions):
    expected = iapt.outcomes(local())
    flags = functions.sql(f"SELECT iapt_flags({SCORES}) FROM caseload")
    assert bytes(flag for (flag,) in rows(flags)) == iapt.outcome_flags(local())
    assert flags.types == ["UTINYINT"]
    facts = functions.sql(f"SELECT unnest(iapt_outcome({SCORES})) FROM caseload")
    assert facts.columns == list(iapt.FACTS)
    assert rows(facts) == expected.select(iapt.FACTS).rows()


def test_functions_in_aggregates(functions):
    rate = f"avg((iapt_flags({SCORES}) & 8 > 0)::INT) FILTER (iapt_outcome({SCORES}).paired)"
    made = functions.sql(f"SELECT provider, {rate} FROM caseload GROUP BY provider ORDER BY provider")
    assert len(rows(made)) == 8 and all(0 < share < 1 for _, share in rows(made))


MISSING = ["NULL", "'NaN'::DOUBLE", "NULL::TINYINT"]


@pytest.mark.parametrize("missing", MISSING)
def test_missing_scores(functions, missing):
    assert rows(functions.sql(f"SELECT iapt_flags(18, 9, 14, {missing})")) == [(2,)]
    assert rows(functions.sql(f"SELECT iapt_outcome(18, 9, 14, {missing}).caseness")) == [(True,)]
    nothing = ", ".join([missing] * 4)
    assert rows(functions.sql(f"SELECT iapt_flags({nothing})")) == [(0,)]


@pytest.mark.parametrize("kind", ["TINYINT", "UBIGINT", "DECIMAL(5, 2)", "FLOAT", "HUGEINT"])
def test_numbers_of_every_type(functions, kind):
    scores = ", ".join(f"{score}::{kind}" for score in (18, 9, 14, 6))
    assert rows(functions.sql(f"SELECT iapt_flags({scores})")) == [(155,)]


def test_no_rows(functions):
    assert rows(functions.sql(f"SELECT iapt_flags({SCORES}), iapt_outcome({SCORES}) FROM caseload WHERE false")) == []


@pytest.mark.parametrize("function", ["iapt_flags", "iapt_outcome"])
@pytest.mark.parametrize("score", ["99", "7.125"])
def test_errors_of_functions(functions, function, score):
    """They say which score and what it may be, not what it was, nor where in a vector of unknown beginning."""
    with pytest.raises(duckdb.Error, match="gad7_first: must be a whole number from 0 to 21") as caught:
        rows(functions.sql(f"SELECT {function}(1, 1, {score}, 1)"))
    assert score not in str(caught.value) and "row" not in str(caught.value)


def test_examples():
    import iapt.duckdb

    library("pyarrow")
    runner = doctest.DocTestRunner()
    for thing in (iapt.duckdb, iapt.duckdb.register):
        test = doctest.DocTestParser().get_doctest(inspect.getdoc(thing), {}, thing.__name__, None, None)
        runner.run(test)
    assert runner.tries > 5 and runner.failures == 0
