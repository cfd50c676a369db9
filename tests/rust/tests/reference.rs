//! Published figures and real questionnaires, where they are on this machine.

use iapt_core::batch::{self, MISSING, Scores};
use iapt_core::{EffectSize, Fact, MissingItems, PHQ9, Rate, Score};
use iapt_tests::{Row, reference};

/// A published percentage such as `42`, `42.3` or `42.0`, in tenths.
fn tenths(text: &str) -> u64 {
    let score: Score = text.parse().expect("a percentage");
    let times_ten = Score::ratio(score.numerator() * 10, score.denominator()).expect("small");
    u64::try_from(times_ten.numerator()).expect("not below 0") / times_ten.denominator()
}

fn count(row: &Row, column: &str) -> Option<u64> {
    row.value::<Score>(column).map(|count| u64::try_from(count.numerator()).expect("a count"))
}

/// Compares each published percentage with that of its counts; gives how many there were.
fn check_rates(row: &Row, columns: [(&str, &str, Fact); 5], all: &str, not_caseness: &str) -> usize {
    let (Some(all), Some(not_caseness)) = (count(row, all), count(row, not_caseness)) else { return 0 };
    let mut checked = 0;
    for (numerator, percentage, fact) in columns {
        let denominator =
            if matches!(fact, Fact::Recovery | Fact::ReliableRecovery) { all - not_caseness } else { all };
        let numerator = count(row, numerator).expect("counts come together");
        let percent = Rate::new(numerator, denominator).expect("published counts are consistent").percent();
        assert_eq!(percent.map(|p| u64::from(p.tenths())), row.given(percentage).map(tenths), "{row:?}");
        checked += usize::from(percent.is_some());
    }
    checked
}

#[test]
// Proves RATE-1, RATE-2, ROUNDING-1.
fn every_published_percentage_of_england() {
    let Some(rows) = reference("england_outcome_measures_2017-18_to_2022-23.csv") else { return };
    let columns = [
        ("improvement_count", "improvement_percentage", Fact::ReliableImprovement),
        ("no_reliable_change_count", "no_reliable_change_percentage", Fact::NoReliableChange),
        ("deterioration_count", "deterioration_percentage", Fact::ReliableDeterioration),
        ("recovery_count", "recovery_percentage", Fact::Recovery),
        ("reliable_recovery_count", "reliable_recovery_percentage", Fact::ReliableRecovery),
    ];
    let checked: usize = rows
        .iter()
        .map(|row| check_rates(row, columns, "finished_course_treatment_count", "not_at_caseness_count"))
        .sum();
    assert_eq!(checked, 2825, "percentages in the file");
}

#[test]
// Proves RATE-7, EFFECT-1, ROUNDING-1.
fn every_published_percentage_and_effect_size_by_therapy() {
    let Some(rows) = reference("england_proms_effect_sizes_2019-20_to_2022-23.csv") else { return };
    let columns = [
        ("ther_improvement_count", "ther_improvement_percentage", Fact::ReliableImprovement),
        ("ther_no_change_count", "ther_no_change_percentage", Fact::NoReliableChange),
        ("ther_deterioration_count", "ther_deterioration_percentage", Fact::ReliableDeterioration),
        ("ther_recovery_count", "ther_recovery_percentage", Fact::Recovery),
        ("ther_rel_recovery_count", "ther_rel_recovery_percentage", Fact::ReliableRecovery),
    ];
    let checked: usize = rows
        .iter()
        .map(|row| check_rates(row, columns, "courses_of_therapy_count", "not_caseness_count"))
        .sum();
    assert_eq!(checked, 3344, "percentages in the file");
    let effects: usize = rows
        .iter()
        .map(|row| ["phq", "gad", "wsas"].iter().filter(|m| effect_is_within(row, m)).count())
        .sum();
    assert_eq!(effects, 1909, "effect sizes in the file");
}

/// Whether there is an effect size; panics where it is not one that the rounded means and deviation allow.
fn effect_is_within(row: &Row, measure: &str) -> bool {
    let number = |name: &str| row.value::<Score>(&format!("{measure}_{name}"));
    let Some(published) = number("effect_size") else { return false };
    let given =
        ["mean_start", "mean_end", "sd_start"].map(|name| number(name).expect("given with an effect size"));
    // Each input lies within half a tenth of what is printed.
    let moved = |score: Score, twentieths: i64| {
        let twenty = i64::try_from(20 / score.denominator()).expect("small");
        Score::ratio(score.numerator() * twenty + twentieths, 20).expect("small")
    };
    let mut reached = Vec::new();
    for (first, last) in [(-1, 1), (1, -1)] {
        for sd in [-1, 1] {
            let [mean_first, mean_last, deviation] = given;
            let effect =
                EffectSize::new(moved(mean_first, first), moved(mean_last, last), moved(deviation, sd));
            reached.push(effect.expect("a deviation above 0").tenths());
        }
    }
    let published = published.numerator() * 10 / i64::try_from(published.denominator()).expect("small");
    let (low, high) = (reached.iter().min().expect("four"), reached.iter().max().expect("four"));
    assert!(*low <= published && published <= *high, "{measure} {low} {published} {high} {row:?}");
    true
}

/// Every real questionnaire: one by one and in a batch, to the same result, which is written for the comparison with
/// the other languages where `IAPT_NHANES_OUT` names a file.
#[test]
// Proves MISSING-1, RISK-1.
fn every_real_questionnaire() {
    let Some(rows) = reference("nhanes_2017-2018_phq9_items.csv") else { return };
    let columns: Vec<Vec<u8>> = (1..=9)
        .map(|item| rows.iter().map(|row| row.value(&format!("phq9_{item}")).unwrap_or(MISSING)).collect())
        .collect();
    let mut batch_scores = Vec::new();
    let items: Vec<_> = columns.iter().map(|column| Scores::codes(column)).collect();
    batch::score_items(&PHQ9, &items, MissingItems::Prorate, |score, _| batch_scores.push(score))
        .expect("in range");
    let mut lines = String::new();
    for (at, (row, batch_score)) in rows.iter().zip(&batch_scores).enumerate() {
        let answers: Vec<Option<i64>> =
            columns.iter().map(|column| (column[at] != MISSING).then(|| i64::from(column[at]))).collect();
        let score = PHQ9.score_items(answers.iter().copied(), MissingItems::Prorate).ok();
        assert_eq!(score, *batch_score, "{row:?}");
        lines += row.text("SEQN");
        match score {
            None => lines += ",none\n",
            Some(score) => {
                if answers.iter().all(Option::is_some) {
                    assert_eq!(score.total, Score::whole(answers.iter().flatten().sum()), "{row:?}");
                }
                let self_harm = score.self_harm.name();
                let severity = score.severity.expect("PHQ-9 has bands").name();
                lines += &format!(",{},{},{severity},{self_harm}\n", score.total, score.imputed);
            }
        }
    }
    assert_eq!(lines.matches(",none\n").count(), 1, "one has eight items missing");
    assert_eq!(lines.matches(",reported\n").count(), 85);
    if let Some(path) = std::env::var_os("IAPT_NHANES_OUT") {
        std::fs::write(path, lines).expect("the file can be written");
    }
}
