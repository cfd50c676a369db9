"""The text that explains an outcome says what the outcome says, for every worked example."""

import pytest

import iapt
from test_vectors import number, rows_of

REFERRALS = [row for row in rows_of("outcome.csv") if not row["error"]]
NOT_VERIFIED = "Its numbers are not verified: check them before clinical use."


def explained(row):
    scores = {name: (number(row[f"{name}_first"]), number(row[f"{name}_last"])) for name in ("phq9", "gad7", "anxiety")}
    specific = scores.pop("anxiety")
    anxiety = (row["anxiety"], *specific) if row["anxiety"] else None
    outcome = iapt.outcome(**scores, anxiety=anxiety)
    return outcome, outcome.explain().splitlines()


def begins(lines, text):
    return any(line.startswith(text) for line in lines)


# Proves EXPLAIN-1, CASENESS-4.
@pytest.mark.parametrize("row", REFERRALS, ids=lambda row: row["id"])
def test_the_text_agrees_with_the_facts(row):
    outcome, lines = explained(row)
    assert begins(lines, f"Paired: {'yes' if outcome.paired else 'no'}")
    caseness = "yes" if outcome.caseness else "no" if outcome.not_caseness else "unknown"
    assert begins(lines, f"Caseness at the start: {caseness}")
    assert begins(lines, f"Recovery: {'yes' if outcome.recovery else 'no'}")
    assert begins(lines, "Reliable improvement: yes") == outcome.reliable_improvement
    assert begins(lines, "Reliable deterioration: yes") == outcome.reliable_deterioration
    assert begins(lines, "No reliable change: ") == outcome.no_reliable_change
    assert begins(lines, "Reliable change: none is counted") == (not outcome.paired)
    assert begins(lines, f"Reliable recovery: {'yes' if outcome.reliable_recovery else 'no'}")


# Proves EXPLAIN-1, EXPLAIN-3.
@pytest.mark.parametrize("row", REFERRALS, ids=lambda row: row["id"])
def test_the_text_names_measures_and_scores(row):
    outcome, lines = explained(row)
    pairs = [(iapt.PHQ9, outcome.phq9_scores), (outcome.anxiety_measure, outcome.anxiety_scores)]
    assert lines[0].startswith(f"Anxiety measure: {outcome.anxiety_measure.name},")
    for line, (measure, scores) in zip(lines[1:3], pairs, strict=True):
        assert line.startswith(f"{measure.name}: first ")
        assert line.endswith(NOT_VERIFIED) == (not measure.verified)
        for which, score in zip(("first", "last"), scores, strict=True):
            verdict = "missing" if score is None else "(a case)" if measure.is_case(score) else "(not a case)"
            assert verdict in line.split(f"{which} ")[1].split(", last")[0].split(";")[0]


# Proves PAIRED-2.
@pytest.mark.parametrize("row", REFERRALS, ids=lambda row: row["id"])
def test_a_last_score_without_a_first_one_is_remarked_on(row):
    outcome, lines = explained(row)
    alone = [first is None and last is not None for first, last in (outcome.phq9_scores, outcome.anxiety_scores)]
    text = " ".join(line for line in lines if line.startswith("Paired:"))
    assert ("A last score without a first one is a finding of data quality." in text) == any(alone)
    assert not (any(alone) and outcome.paired)


def test_the_examples_are_of_every_kind():
    """So that the comparisons above mean something."""
    outcomes = [explained(row)[0] for row in REFERRALS]
    for fact in iapt.FACTS:
        assert {getattr(outcome, fact) for outcome in outcomes} == {True, False}
    assert len({outcome.anxiety_measure.name for outcome in outcomes}) > 8
