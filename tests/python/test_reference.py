"""What others published, computed again: England's percentages and effect sizes, and real answers to the PHQ-9."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

import iapt
from kinds import MAKE, library, read
from nhanes_lines import SELF_HARM, lines

ROOT = Path(__file__).resolve().parents[2]


def rows_of(reference, name):
    with open(reference / name, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    return rows


def count(text):
    return int(Decimal(text))


def number(text):
    return None if text in ("", "NULL") else float(text)


KINDS = ["improvement", "no_reliable_change", "deterioration", "recovery", "reliable_recovery"]


# Proves RATE-1, RATE-2, ROUNDING-1.
def test_every_percentage_of_england(reference):
    checked = 0
    for row in rows_of(reference, "england_outcome_measures_2017-18_to_2022-23.csv"):
        if not any(row[f"{kind}_percentage"] for kind in KINDS):
            continue  # nothing was published for this group
        finished, below = count(row["finished_course_treatment_count"]), count(row["not_at_caseness_count"])
        counts = {kind: count(row[f"{kind}_count"]) for kind in KINDS}
        published = {kind: number(row[f"{kind}_percentage"]) for kind in KINDS}
        for kind in KINDS:
            denominator = finished - below if "recovery" in kind else finished
            assert iapt.rate_from_counts(counts[kind], denominator) == published[kind], row
            checked += 1
        together = {
            "finished": finished,
            "paired": counts["improvement"] + counts["no_reliable_change"] + counts["deterioration"],
            "caseness": count(row["at_caseness_count"]),
            "not_caseness": below,
            "reliable_improvement": counts["improvement"],
            "reliable_deterioration": counts["deterioration"],
            "no_reliable_change": counts["no_reliable_change"],
            "recovery": counts["recovery"],
            "reliable_recovery": counts["reliable_recovery"],
        }
        assert iapt.rates_from_counts(together) == {
            "recovery_rate": published["recovery"],
            "reliable_recovery_rate": published["reliable_recovery"],
            "reliable_improvement_rate": published["improvement"],
            "reliable_deterioration_rate": published["deterioration"],
            "no_reliable_change_rate": published["no_reliable_change"],
        }
    assert checked == 565 * 5


# Proves EFFECT-1.
def test_every_effect_size_of_england(reference):
    """Within what inputs that were rounded to one decimal allow."""
    checked, half = 0, Decimal("0.05")
    for row in rows_of(reference, "england_proms_effect_sizes_2019-20_to_2022-23.csv"):
        for scale in ["phq", "gad", "wsas"]:
            texts = [row[f"{scale}_{part}"] for part in ["mean_start", "mean_end", "sd_start", "effect_size"]]
            if any(text in ("", "NULL", "*") for text in texts):
                continue
            first, last, sd, published = map(Decimal, texts)
            if sd <= half:
                with pytest.raises(iapt.CountsError):
                    iapt.effect_size(first, last, 0)
                continue
            ends = [
                iapt.effect_size(first + a * half, last - a * half, sd + b * half) for a in (-1, 1) for b in (-1, 1)
            ]
            assert min(ends) <= float(published) <= max(ends), row
            assert min(ends) <= iapt.effect_size(first, last, sd) <= max(ends)
            checked += 1
    assert checked > 1000


# Proves RATE-7, ROUNDING-1.
def test_rates_of_proms(reference):
    checked = 0
    kinds = {"recovery": True, "rel_recovery": True, "improvement": False, "deterioration": False, "no_change": False}
    for row in rows_of(reference, "england_proms_effect_sizes_2019-20_to_2022-23.csv"):
        for kind, of_cases in kinds.items():
            texts = [row[f"ther_{kind}_count"], row["courses_of_therapy_count"], row["not_caseness_count"]]
            published = number(row[f"ther_{kind}_percentage"])
            if any(text in ("", "NULL", "*") for text in texts):
                continue
            numerator, courses, below = map(count, texts)
            assert iapt.rate_from_counts(numerator, courses - below if of_cases else courses) == published, row
            checked += 1
    assert checked > 1000


@pytest.fixture(scope="module")
def people(reference):
    return rows_of(reference, "nhanes_2017-2018_phq9_items.csv")


# Proves MISSING-1, MISSING-2, RISK-1.
def test_real_answers(reference, people, naive):
    scored = lines(reference / "nhanes_2017-2018_phq9_items.csv")
    assert len(scored) == len(people) == 2532
    for row, line in zip(people, scored, strict=True):
        answers = [int(text) if text else None for text in list(row.values())[1:]]
        try:
            score = naive.score_items("PHQ9", answers)
            expected = f"{score.total},{score.imputed},{score.severity},{score.self_harm}"
        except naive.RuleError as error:
            assert error.code == "TOO_MANY_MISSING"
            expected = "none"
        assert line == f"{row['SEQN']},{expected}"


@pytest.mark.parametrize("kind", ["polars", "pyarrow table", "pandas", "pandas nullable"])
def test_real_answers_in_frames(reference, people, kind):
    scored = lines(reference / "nhanes_2017-2018_phq9_items.csv")
    items = [f"phq9_{n}" for n in range(1, 10)]
    frame = MAKE[kind]({name: [int(row[name]) if row[name] else None for row in people] for name in items})
    made = list(read(iapt.score(frame, iapt.PHQ9, items)).values())[9:]
    got = [
        f"{row['SEQN']},none" if total is None else f"{row['SEQN']},{total},{imputed},{severity},{SELF_HARM[harm]}"
        for row, total, imputed, severity, harm in zip(people, *made, strict=True)
    ]
    assert got == scored


def test_caseload_of_the_examples():
    """The rates that its README states."""
    pl = library("polars")
    frame = pl.read_csv(ROOT / "examples" / "data" / "caseload.csv")
    rates = iapt.rates(iapt.outcomes(frame)).row(0, named=True)
    assert (rates["finished"], rates["recovery_rate"], rates["reliable_recovery_rate"]) == (6009, 49.3, 46.9)
    assert (rates["reliable_improvement_rate"], rates["no_reliable_change_rate"]) == (66.9, 25.9)
    assert rates["reliable_deterioration_rate"] == 5.8
