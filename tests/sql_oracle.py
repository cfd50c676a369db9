"""The measures of a national year computed in SQL: an oracle for the tests, and a rival in the benchmark.

This shares nothing with the library, on purpose: tests/sql holds the rules written out once more, for DuckDB.

    python tests/sql_oracle.py FOLDER [--by COLUMN ...] [--compare]

prints the main measures of the tables that examples/national_year.py wrote to the folder and how long they took.
"""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

import duckdb

SQL = Path(__file__).with_name("sql")
STEPS = ["referrals", "contacts", "stages", "scores", "descriptors", "sick_pay", "derive"]
TABLES = {
    "referrals": "IDS101Referral",
    "contacts": "IDS201CareContact",
    "scores": "IDS607Scores",
    "complaints": "IDS603PresentingComplaints",
    "logs": "IDS205InternetTherLog",
    "employment": "IDS004EmpStatus",
}
START, END = date(2024, 4, 1), date(2025, 3, 31)

# percentage: its numerator and denominator, each a sum of counts
PERCENTAGES = {
    "M053": ("M052", "M076"),
    "M055": ("M054", "M076"),
    "M077": ("M153", "M056"),
    "M078": ("M075", "M056"),
    "M079": ("M076", "M056"),
    "M080": ("M076 + M075", "M056"),
    "M081": ("M076", "M056 - M153"),
    "M123": ("M121", "M184"),
    "M124": ("M046", "M184"),
    "M125": ("M122", "M184"),
    "M126": ("M047", "M184"),
    "M180": ("M179", "M076"),
    "M186": ("M185", "M076"),
    "M192": ("M191", "M076 - M179"),
    "M195": ("M193", "M076 - M179"),
    "M205": ("M204", "M203"),
    "M288": ("M075", "M056 - M153"),
    "M362": ("M356", "M352"),
    "M363": ("M357", "M353"),
    "M364": ("M358", "M352"),
    "M365": ("M359", "M353"),
    "M366": ("M360", "M355"),
    "M367": ("M361", "M355"),
    "M1010": ("M189", "M076"),
}
# item of the WSAS: its first measure, the count of paired scores; mean and median of the first and last ones follow
WSAS = {
    "work": 212,
    "home_management": 217,
    "social_leisure_activities": 222,
    "private_leisure_activities": 227,
    "relationships": 232,
}
VALUES = [1, *range(19, 53), 54, *range(56, 64), 66, *range(69, 77), 89, 121, 122, *range(141, 145), 153, 179]
VALUES += [184, 185, 187, 189, 191, 193, *range(196, 205), *range(212, 238), *range(340, 343), 344, *range(347, 362)]


def load(connection, folder, kind="parquet"):
    """The tables of a folder as tables of DuckDB, in the order of their rows."""
    read = "read_csv('{}', sample_size = -1)" if kind == "csv" else "read_parquet('{}')"
    for name, file in TABLES.items():
        source = read.format(Path(folder) / f"{file}.{kind}")
        connection.execute(f"create or replace table {name} as from {source}")


def derive(connection, as_at=END):
    """The table `derived`, one row per pathway, as at a day; as everything is known where the day is None."""
    connection.execute("set variable as_at = ?::date", [as_at or date.max])
    for step in STEPS:
        connection.execute((SQL / f"{step}.sql").read_text())
    return connection.table("derived")


def measures(connection, start=START, end=END, by=()):
    """Every measure of the period in long form: measure_id, the columns of `by`, numerator, denominator, value."""
    derive(connection, end)
    return computed(connection, start, by)


def computed(connection, start=START, by=()):
    """The measures of what was derived already."""
    connection.execute("set variable start = ?::date", [start])
    columns = "".join(f'"{column}", ' for column in by)
    text = (SQL / "measures.sql").read_text()
    return connection.sql(text.format(by=columns, wsas=wsas_columns(), values=value_list())).to_arrow_table()


def wsas_columns():
    lines = []
    for item, number in WSAS.items():
        first, last = f"wsas_{item}_first", f"wsas_{item}_last"
        paired = f"filter (finished and {last} is not null)"
        columns = ["count(*)", f"avg({first})", f"median({first})", f"avg({last})", f"median({last})"]
        lines += [f"{column} {paired} as M{number + i}," for i, column in enumerate(columns)]
    return "\n        ".join(lines)


def value_list():
    entries = [entry(f"M{number:03}", "null", "null", f"M{number:03}") for number in VALUES]
    for measure, (numerator, denominator) in PERCENTAGES.items():
        value = f"100 * ({numerator}) / nullif({denominator}, 0)"
        entries.append(entry(measure, numerator, denominator, value))
    return ",\n        ".join(entries)


def entry(measure, numerator, denominator, value):
    numbers = f"'numerator': ({numerator})::bigint, 'denominator': ({denominator})::bigint, 'value': ({value})::double"
    return f"{{'measure_id': '{measure}', {numbers}}}"


def compare_with_truth(connection, truth):
    """Column: how many pathways of `derived` differ from the truth, a file or a relation; and those in one alone."""
    truth = connection.sql(f"from '{truth}'") if isinstance(truth, str | Path) else truth
    connection.register("truth", truth)
    columns = [column for column in truth.columns if column != "PathwayID"]
    counts = ", ".join(
        f"count(*) filter (both_sides and t.{column} is distinct from d.{column}) as {column}" for column in columns
    )
    row = connection.sql(f"""
        select count(*) filter (not both_sides) as pathways, {counts}
        from (from truth) as t
        full join derived as d on t.PathwayID = d.PathwayID,
        lateral (select t.PathwayID is not null and d.PathwayID is not null as both_sides)
    """)
    return dict(zip(row.columns, row.fetchall()[0], strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--by", nargs="*", default=[])
    parser.add_argument("--compare", action="store_true", help="compare with the truth that lies beside the tables")
    parser.add_argument("--format", choices=["csv", "parquet"], default="parquet")
    options = parser.parse_args()
    connection = duckdb.connect()
    steps = {
        "load": lambda: load(connection, options.folder, options.format),
        "derive": lambda: derive(connection),
        "measures": lambda: computed(connection, by=options.by),
    }
    for name, step in steps.items():
        start = time.perf_counter()
        step()
        print(f"{name:10}{time.perf_counter() - start:8.2f} s")
    show(computed(connection))
    if options.compare:
        differences = compare_with_truth(connection, options.folder / f"truth.{options.format}")
        print(differences)
        sys.exit(any(differences.values()))


def show(table):
    for row in table.to_pylist():
        of = "" if row["denominator"] is None else f"{row['numerator']:,} of {row['denominator']:,}"
        value = "" if row["value"] is None else f"{row['value']:14,.3f}"
        print(f"{row['measure_id']:6}{value:>14}  {of}")


if __name__ == "__main__":
    main()
