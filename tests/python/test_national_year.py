"""A synthetic national year: the truth that was drawn, the same measures in SQL, and what an attacker makes of it."""

from fractions import Fraction

import pytest

import attack
import iapt
from conftest import ROOT, load
from kinds import library, read
from test_report import figures, rounded

REFERRALS = 20_000
TABLES = ["IDS101Referral", "IDS201CareContact", "IDS607Scores", "IDS603PresentingComplaints"]
TABLES += ["IDS205InternetTherLog", "IDS004EmpStatus"]
LAST = "2025-03-31"
GROUPS = {"nobody": [], "providers": ["OrgID_Provider"], "people": ["Gender", "AgeGroup"]}
by_groups = pytest.mark.parametrize("by", GROUPS.values(), ids=GROUPS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    library("numpy")
    library("pyarrow")
    path = tmp_path_factory.mktemp("year")
    rows = load(ROOT / "examples" / "national_year.py").make(path, REFERRALS, truth=True)
    assert rows["truth"] > 0.95 * REFERRALS
    return path


@pytest.fixture(scope="module")
def derived(folder):
    pl = library("polars")
    tables = [pl.read_parquet(folder / f"{name}.parquet") for name in TABLES]
    return iapt.derive(*tables, names="nhs_england", as_at=LAST)


@pytest.fixture(scope="module")
def oracle(folder):
    library("duckdb")
    sql = load(ROOT / "tests" / "sql_oracle.py")
    connection = sql.duckdb.connect()
    sql.load(connection, folder)
    sql.derive(connection)
    return sql, connection


# Proves CONTACT-5, COURSE-1, FIRSTLAST-1, STAGE-1, PERIOD-2.
def test_what_is_derived_is_what_was_drawn(folder, derived):
    """Every column of the truth, referral by referral."""
    pl = library("polars")
    truth = pl.read_parquet(folder / "truth.parquet")
    truth = truth.rename({name: name.replace("_activities", "") for name in truth.columns})
    made = derived.referrals.with_columns(
        pl.col("sick_pay_first", "sick_pay_last").replace_strict({True: "Y", False: "N"}, return_dtype=pl.String)
    )
    assert set(truth.columns) <= set(made.columns)
    later = made.filter(pl.col("ReferralRequestReceivedDate") > pl.lit(LAST).str.to_date())
    assert set(made["PathwayID"]) - set(truth["PathwayID"]) <= set(later["PathwayID"])
    joined = truth.join(made, on="PathwayID", how="left", suffix=" derived", validate="1:1", maintain_order="left")
    assert joined.height == truth.height
    for name in truth.columns[1:]:
        drawn, found = joined[name], joined[f"{name} derived"]
        assert drawn.equals(found.cast(drawn.dtype, strict=True), null_equal=True), name
        assert drawn.drop_nulls().n_unique() > 1
    assert len(truth.columns) >= 30


@by_groups
# Proves COURSE-1, COURSE-2, COURSE-3, WAIT-1, WAIT-2, WAIT-3, WAIT-4, WAIT-5, STAGE-3, STAGE-4, STAGE-6, SICKPAY-1,
# REPORT-2, REPORT-3, REPORT-4, REPORT-5, RATE-1, RATE-2, PERIOD-1, ROUNDING-1, ROUNDING-2.
def test_every_measure_is_that_of_sql(derived, oracle, by):
    """Counts, numerators and denominators are equal; other figures are rounded half up from the exact ones."""
    sql, connection = oracle
    expected = {}
    for row in sql.computed(connection, by=by).to_pylist():
        expected.setdefault(tuple(row[name] for name in by), {})[row["measure_id"]] = row
    made = figures(iapt.report(derived, "2024-25", by, disclosure=False))
    total = made.pop(None)
    if not by:
        made = {(): total}
    # A group of which nobody was referred by the end of the year is in the report alone.
    assert set(expected) <= set(made)
    assert all(row["value"] in (0, None) for group in set(made) - set(expected) for row in made[group].values())
    differences = [
        (group, name, made[group][name], row)
        for group, rows in expected.items()
        for name, row in rows.items()
        if not is_that(made[group][name], row)
    ]
    assert differences == []
    measures = next(iter(expected.values()))
    assert len(measures) >= 140
    assert {name for name in total if name[1:].isdigit()} <= set(measures)


def is_that(made, expected):
    """Whether a figure is the one of SQL."""
    value = expected["value"]
    if value is None:
        return made["status"] == "not_applicable" and made["value"] is None
    if made["status"] != "ok":
        return False
    if expected["denominator"] is not None:
        counts = expected["numerator"], expected["denominator"]
        return (made["numerator"], made["denominator"]) == counts and made["value"] == rounded(
            Fraction(100 * counts[0], counts[1])
        )
    if made["numerator"] is not None:
        exact = Fraction(made["numerator"], made["denominator"])
        return float(exact) == value and made["value"] == rounded(exact)
    return made["value"] == rounded(Fraction(value))


@by_groups
@pytest.mark.parametrize("national", [False, True], ids=["", "national total"])
# Proves DISCLOSURE-5.
def test_nobody_is_told_from_what_is_published(derived, by, national):
    exact = attack.Figures.of(iapt.report(derived, "2024-25", by, disclosure=False))
    shown = attack.Figures.of(iapt.report(derived, "2024-25", by, national_total=national))
    attacker = attack.Attack(shown, exact, exact_total=national)
    alone = attack.Attack(exact.nothing(), exact, exact_total=True).found() if national else []
    assert attacker.is_sound()
    assert set(attacker.found()) <= set(alone)
    if not national:
        assert attacker.hidden.any() or not by


def test_primary_suppression_alone_would_not_do(derived):
    exact = attack.Figures.of(iapt.report(derived, "2024-25", ["Gender", "AgeGroup"], disclosure=False))
    attacker = attack.Attack(exact.published(), exact)
    assert attacker.is_sound()
    assert len(attacker.found()) > 20


def test_not_too_much_is_hidden(derived):
    """A report that hides everything keeps every secret, too."""
    by = ["OrgID_Provider"]
    exact = attack.Figures.of(iapt.report(derived, "2024-25", by, disclosure=False))
    shown = attack.Figures.of(iapt.report(derived, "2024-25", by))
    large = [
        (count, shown.counts[name][row])
        for name, counts in exact.counts.items()
        for row, count in enumerate(counts)
        if count > attack.SMALL
    ]
    assert sum(value is not None for _, value in large) > 0.6 * len(large)
    largest = [value for count, value in large if count > 500]
    assert largest and None not in largest


def test_the_year_is_read_from_csv_as_well(tmp_path):
    """Dates and codes are texts then, and ids have gaps."""
    pl, pd = library("polars"), library("pandas")
    year = load(ROOT / "examples" / "national_year.py")
    for kind in ("csv", "parquet"):
        year.make(tmp_path, 500, kind=kind)
    results = [
        [pl.read_parquet(tmp_path / f"{name}.parquet") for name in TABLES],
        [pl.read_csv(tmp_path / f"{name}.csv", infer_schema_length=None) for name in TABLES],
        [pd.read_csv(tmp_path / f"{name}.csv", low_memory=False) for name in TABLES],
    ]
    reports, findings = [], []
    for tables in results:
        derived = iapt.derive(*tables, names="nhs_england")
        reports.append(figures(iapt.report(derived, "2024-25", "OrgID_Provider", disclosure=False)))
        findings.append(read(derived.findings)["kind"])
    assert reports[0] == reports[1] == reports[2]
    assert findings[0] == findings[1] == findings[2]
