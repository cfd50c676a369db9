//! The whole text of explanations, for each thing that they can say.

use iapt_core::{Edition, GAD7, Measure, PHQ9, Referral, Score};

type Scores = (Option<i64>, Option<i64>);

fn explained(depression: Scores, anxiety: Scores, specific: Option<(&str, Scores)>) -> Vec<String> {
    let pair = |measure: &'static Measure, (first, last): Scores| {
        measure.pair(first.map(Score::whole), last.map(Score::whole)).unwrap()
    };
    let specific = specific.map(|(name, scores)| pair(Edition::CURRENT.measure(name).unwrap(), scores));
    let referral = Referral::new(pair(&PHQ9, depression), pair(&GAD7, anxiety), specific).unwrap();
    referral.explain().to_string().lines().map(str::to_owned).collect()
}

fn some(first: i64, last: i64) -> Scores {
    (Some(first), Some(last))
}

#[test]
// Proves EXPLAIN-1.
fn recovery() {
    assert_eq!(
        explained(some(18, 9), some(14, 6), None),
        [
            "Anxiety measure: GAD-7, as no other was given.",
            "PHQ-9: first 18 (a case), last 9 (not a case); a case is at or above 10; fell reliably (a change of at least 6 counts).",
            "GAD-7: first 14 (a case), last 6 (not a case); a case is at or above 8; fell reliably (a change of at least 4 counts).",
            "Paired: yes, all four scores are present.",
            "Caseness at the start: yes, by PHQ-9 and GAD-7.",
            "Recovery: yes, a case at the start and on neither measure at the end.",
            "Reliable improvement: yes, by PHQ-9 and GAD-7, and no measure rose reliably.",
            "Reliable recovery: yes, recovery and reliable improvement.",
        ]
    );
}

#[test]
// Proves EXPLAIN-1.
fn recovery_without_reliable_improvement() {
    assert_eq!(
        explained(some(10, 9), some(8, 7), None),
        [
            "Anxiety measure: GAD-7, as no other was given.",
            "PHQ-9: first 10 (a case), last 9 (not a case); a case is at or above 10; no reliable change (a change of at least 6 counts).",
            "GAD-7: first 8 (a case), last 7 (not a case); a case is at or above 8; no reliable change (a change of at least 4 counts).",
            "Paired: yes, all four scores are present.",
            "Caseness at the start: yes, by PHQ-9 and GAD-7.",
            "Recovery: yes, a case at the start and on neither measure at the end.",
            "No reliable change: neither measure changed by its reliable change.",
            "Reliable recovery: no, recovery without reliable improvement.",
        ]
    );
}

#[test]
// Proves EXPLAIN-1.
fn reliable_improvement_without_recovery() {
    assert_eq!(
        explained(some(20, 12), some(7, 7), None),
        [
            "Anxiety measure: GAD-7, as no other was given.",
            "PHQ-9: first 20 (a case), last 12 (a case); a case is at or above 10; fell reliably (a change of at least 6 counts).",
            "GAD-7: first 7 (not a case), last 7 (not a case); a case is at or above 8; no reliable change (a change of at least 4 counts).",
            "Paired: yes, all four scores are present.",
            "Caseness at the start: yes, by PHQ-9.",
            "Recovery: no, still a case at the end by PHQ-9.",
            "Reliable improvement: yes, by PHQ-9, and no measure rose reliably.",
            "Reliable recovery: no, reliable improvement without recovery.",
        ]
    );
}

#[test]
// Proves EXPLAIN-1.
fn no_case_at_the_start() {
    assert_eq!(
        explained(some(9, 10), some(7, 8), None),
        [
            "Anxiety measure: GAD-7, as no other was given.",
            "PHQ-9: first 9 (not a case), last 10 (a case); a case is at or above 10; no reliable change (a change of at least 6 counts).",
            "GAD-7: first 7 (not a case), last 8 (a case); a case is at or above 8; no reliable change (a change of at least 4 counts).",
            "Paired: yes, all four scores are present.",
            "Caseness at the start: no, neither first score is a case.",
            "Recovery: no, only a case at the start can recover.",
            "No reliable change: neither measure changed by its reliable change.",
            "Reliable recovery: no, neither recovery nor reliable improvement.",
        ]
    );
}

#[test]
// Proves EXPLAIN-1.
fn opposite_changes() {
    assert_eq!(
        explained(some(20, 12), some(7, 12), None),
        [
            "Anxiety measure: GAD-7, as no other was given.",
            "PHQ-9: first 20 (a case), last 12 (a case); a case is at or above 10; fell reliably (a change of at least 6 counts).",
            "GAD-7: first 7 (not a case), last 12 (a case); a case is at or above 8; rose reliably (a change of at least 4 counts).",
            "Paired: yes, all four scores are present.",
            "Caseness at the start: yes, by PHQ-9.",
            "Recovery: no, still a case at the end by PHQ-9 and GAD-7.",
            "No reliable change: PHQ-9 fell reliably but GAD-7 rose reliably.",
            "Reliable recovery: no, neither recovery nor reliable improvement.",
        ]
    );
}

#[test]
// Proves EXPLAIN-1.
fn reliable_deterioration() {
    assert_eq!(
        explained(some(10, 17), some(7, 11), None),
        [
            "Anxiety measure: GAD-7, as no other was given.",
            "PHQ-9: first 10 (a case), last 17 (a case); a case is at or above 10; rose reliably (a change of at least 6 counts).",
            "GAD-7: first 7 (not a case), last 11 (a case); a case is at or above 8; rose reliably (a change of at least 4 counts).",
            "Paired: yes, all four scores are present.",
            "Caseness at the start: yes, by PHQ-9.",
            "Recovery: no, still a case at the end by PHQ-9 and GAD-7.",
            "Reliable deterioration: yes, by PHQ-9 and GAD-7, and no measure fell reliably.",
            "Reliable recovery: no, neither recovery nor reliable improvement.",
        ]
    );
}

#[test]
// Proves EXPLAIN-1, PAIRED-2.
fn a_last_score_without_a_first_one() {
    assert_eq!(
        explained((None, Some(10)), (Some(7), None), None),
        [
            "Anxiety measure: GAD-7, as no other was given.",
            "PHQ-9: first missing, last 10 (a case); a case is at or above 10.",
            "GAD-7: first 7 (not a case), last missing; a case is at or above 8.",
            "Paired: no, missing: first PHQ-9, last GAD-7. A last score without a first one is a finding of data quality.",
            "Caseness at the start: unknown, one first score is missing and the other is no case.",
            "Recovery: no, it needs all four scores.",
            "Reliable change: none is counted, it needs all four scores.",
            "Reliable recovery: no, neither recovery nor reliable improvement.",
        ]
    );
}

#[test]
// Proves EXPLAIN-1.
fn no_scores() {
    assert_eq!(
        explained((None, None), (None, None), None),
        [
            "Anxiety measure: GAD-7, as no other was given.",
            "PHQ-9: first missing, last missing; a case is at or above 10.",
            "GAD-7: first missing, last missing; a case is at or above 8.",
            "Paired: no, missing: first PHQ-9, last PHQ-9, first GAD-7, last GAD-7.",
            "Caseness at the start: unknown, both first scores are missing.",
            "Recovery: no, it needs all four scores.",
            "Reliable change: none is counted, it needs all four scores.",
            "Reliable recovery: no, neither recovery nor reliable improvement.",
        ]
    );
}

#[test]
// Proves EXPLAIN-1.
fn caseness_by_a_single_score() {
    assert_eq!(
        explained((Some(10), None), (None, Some(8)), None),
        [
            "Anxiety measure: GAD-7, as no other was given.",
            "PHQ-9: first 10 (a case), last missing; a case is at or above 10.",
            "GAD-7: first missing, last 8 (a case); a case is at or above 8.",
            "Paired: no, missing: last PHQ-9, first GAD-7. A last score without a first one is a finding of data quality.",
            "Caseness at the start: yes, by PHQ-9.",
            "Recovery: no, it needs all four scores.",
            "Reliable change: none is counted, it needs all four scores.",
            "Reliable recovery: no, neither recovery nor reliable improvement.",
        ]
    );
}

#[test]
// Proves EXPLAIN-1, EXPLAIN-3.
fn another_anxiety_measure() {
    assert_eq!(
        explained(some(18, 9), some(14, 6), Some(("SPIN", some(30, 18)))),
        [
            "Anxiety measure: SPIN, because both its scores are present (GAD-7 is set aside).",
            "PHQ-9: first 18 (a case), last 9 (not a case); a case is at or above 10; fell reliably (a change of at least 6 counts).",
            "SPIN: first 30 (a case), last 18 (not a case); a case is at or above 19; fell reliably (a change of at least 10 counts). Its numbers are not verified: check them before clinical use.",
            "Paired: yes, all four scores are present.",
            "Caseness at the start: yes, by PHQ-9 and SPIN.",
            "Recovery: yes, a case at the start and on neither measure at the end.",
            "Reliable improvement: yes, by PHQ-9 and SPIN, and no measure rose reliably.",
            "Reliable recovery: yes, recovery and reliable improvement.",
        ]
    );
}

#[test]
// Proves EXPLAIN-1.
fn which_anxiety_measure_was_used() {
    let first_line = |name, scores| explained(some(18, 9), some(14, 6), Some((name, scores))).swap_remove(0);
    assert_eq!(first_line("SPIN", (None, None)), "Anxiety measure: GAD-7, because SPIN has no scores.");
    assert_eq!(
        first_line("SPIN", (Some(9), None)),
        "Anxiety measure: GAD-7, because SPIN has no last score."
    );
    assert_eq!(
        first_line("SPIN", (None, Some(9))),
        "Anxiety measure: GAD-7, because SPIN has a last score but no first one, a finding of data quality."
    );
    assert_eq!(
        explained(some(18, 9), some(14, 6), Some(("MI", some(2, 1))))[2],
        "MI: first 2 (not a case), last 1 (not a case); a case is above 2.3; fell reliably (a change of at least \
         0.73 counts). Its numbers are not verified: check them before clinical use."
    );
}
