"""From tables of sessions to figures: one referral derived and explained, and the recovery rate of three.

The same case as in the other languages, with the same output: examples/expected-derive.txt.

    python examples/python/derive.py
"""

import polars as pl

import iapt

REFERRALS = pl.DataFrame(
    {
        "pathway_id": ["A", "B", "C"],
        "referral_date": ["2024-04-01"] * 3,
        "discharge_date": ["2024-09-30"] * 3,
        "end_code": ["46"] * 3,
    }
)
DAYS = {"A": ["2024-05-01", "2024-06-12", "2024-09-01"], "B": ["2024-05-01", "2024-06-12", "2024-09-01"]}
# Treated once: not a finished course.
DAYS["C"] = DAYS["A"][:1]
# The last score is dated after the discharge.
SCORES = [
    ("2024-05-01", "PHQ-9", 18),
    ("2024-09-01", "PHQ-9", 9),
    ("2024-05-01", "SPIN", 41),
    ("2024-09-01", "SPIN", 15),
    ("2024-05-01", "GAD-7", 14),
    ("2024-12-01", "GAD-7", 6),
]
# Without a descriptor GAD-7 decides, which has no last score.
COMPLAINTS = pl.DataFrame({"pathway_id": ["A"], "code": ["F40.1"], "date": ["2024-04-01"], "primary": ["Y"]})


def main() -> None:
    """Prints the case."""
    contacts = [{"pathway_id": name, "date": day} for name, days in DAYS.items() for day in days]
    scores = [(name, *score) for name in DAYS for score in SCORES]
    derived = iapt.derive(
        REFERRALS,
        pl.DataFrame(contacts).with_columns(attendance=5, type=2),
        pl.DataFrame(scores, schema=["pathway_id", "date", "measure", "score"], orient="row"),
        COMPLAINTS,
    )
    print(derived.explain(0))
    findings = derived.findings.filter(pl.col("pathway_id") == "A")
    print(f"Findings: {len(findings)}")
    for table, row, message in findings.select("table", "row", "message").iter_rows():
        print(f"   {table}, row {row}: {message}")
    report = iapt.report(derived, "2024-25", disclosure=False).to_polars()
    rate = report.row(by_predicate=pl.col("measure_id") == "M192", named=True)
    print(
        f"Recovery rate (M192): {rate['numerator']} of {rate['denominator']}, {rate['value']:.1f} %, "
        f"95 % interval {rate['lower']:.1f} to {rate['upper']:.1f}"
    )


if __name__ == "__main__":
    main()
