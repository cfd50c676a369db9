//! What must hold for inputs that are too many to try them all.

use iapt_core::batch::{self, FactColumns, Flags, Missing, Output, Scores, Values};
use iapt_core::{
    Change, Counts, Disclosed, Edition, EffectSize, ErrorKind, Fact, GAD7, MI, Measure, MissingItems,
    Outcome, PHQ9, Rate, Referral, Score, SelfHarm, disclose,
};
use iapt_tests::bitmap;
use proptest::collection::vec;
use proptest::prelude::*;
use std::array;
use std::collections::{HashMap, HashSet};

fn measures() -> impl Strategy<Value = &'static Measure> {
    proptest::sample::select(Edition::CURRENT.measures).prop_map(|built_in| built_in.measure)
}

/// A valid score of a measure, in hundredths where it has decimals.
fn score_of(measure: &'static Measure) -> BoxedStrategy<Score> {
    let range = measure.range();
    let (min, max) = (range.min.numerator(), range.max.numerator());
    if range.whole {
        (min..=max).prop_map(Score::whole).boxed()
    } else {
        (min * 100..=max * 100).prop_map(|n| Score::ratio(n, 100).unwrap()).boxed()
    }
}

fn measure_and_scores<const N: usize>() -> impl Strategy<Value = (&'static Measure, [Score; N])> {
    measures().prop_flat_map(|m| (Just(m), array::from_fn::<_, N, _>(|_| score_of(m))))
}

fn swapped(change: Option<Change>) -> Option<Change> {
    change.map(|change| match change {
        Change::ReliableImprovement => Change::ReliableDeterioration,
        Change::ReliableDeterioration => Change::ReliableImprovement,
        Change::NoReliableChange => Change::NoReliableChange,
    })
}

fn outcome(specific: &'static Measure, scores: [Score; 4]) -> Outcome {
    let [p0, p1, a0, a1] = scores.map(Some);
    Referral::new(PHQ9.pair(p0, p1).unwrap(), specific.pair(a0, a1).unwrap(), None).unwrap().outcome()
}

fn referral() -> impl Strategy<Value = (&'static Measure, [Score; 4])> {
    let with_threshold = |m: &&'static Measure| m.definition().caseness_threshold.is_some();
    measures()
        .prop_filter("it has caseness", with_threshold)
        .prop_flat_map(|m| (Just(m), [score_of(&PHQ9), score_of(&PHQ9), score_of(m), score_of(m)]))
}

proptest! {
    #[test]
    // Proves SCORE-1.
    fn order_of_scores_is_that_of_numbers(a in -1000_i64..1000, b in 1_u64..1000, c in -1000_i64..1000, d in 1_u64..1000) {
        let (x, y) = (Score::ratio(a, b).unwrap(), Score::ratio(c, d).unwrap());
        let (left, right) = (a * i64::try_from(d).unwrap(), c * i64::try_from(b).unwrap());
        prop_assert_eq!(x.cmp(&y), left.cmp(&right));
        prop_assert_eq!(Score::difference(x, y) >= Score::whole(0), left >= right);
        prop_assert_eq!(x.to_string().parse::<Score>(), Ok(x));
    }

    #[test]
    fn any_text_is_a_score_or_an_error(text in "\\PC{0,40}") {
        let _ = text.parse::<Score>();
    }

    #[test]
    // Proves SCORE-1.
    fn any_float_is_a_score_or_an_error(bits in any::<u64>()) {
        let float = f64::from_bits(bits);
        if let Ok(score) = Score::from_f64(float) {
            prop_assert_eq!(score, float.to_string().parse::<Score>().unwrap());
        }
        let _ = Score::from_f32(f32::from_bits(u32::try_from(bits >> 32).unwrap()));
    }

    #[test]
    // Proves CASENESS-1.
    fn a_higher_score_is_no_less_a_case((measure, [a, b]) in measure_and_scores()) {
        let (low, high) = (a.min(b), a.max(b));
        prop_assert!(measure.is_case(low).unwrap() <= measure.is_case(high).unwrap());
        let rank = |s: Score| measure.severity(s).unwrap().map(|s| s as u8);
        prop_assert!(rank(low) <= rank(high));
    }

    #[test]
    // Proves CHANGE-1.
    fn swapping_first_and_last_swaps_the_change((measure, [a, b]) in measure_and_scores()) {
        prop_assert_eq!(measure.change(a, b).unwrap(), swapped(measure.change(b, a).unwrap()));
        prop_assert_eq!(measure.change(a, a).unwrap().unwrap_or(Change::NoReliableChange), Change::NoReliableChange);
    }

    #[test]
    // Proves CHANGE-5, CHANGE-2, CHANGE-3.
    fn outcomes_are_exclusive_and_symmetric((measure, [p0, p1, a0, a1]) in referral()) {
        let (there, back) = (outcome(measure, [p0, p1, a0, a1]), outcome(measure, [p1, p0, a1, a0]));
        prop_assert_eq!(there.has(Fact::ReliableImprovement), back.has(Fact::ReliableDeterioration));
        prop_assert_eq!(there.has(Fact::NoReliableChange), back.has(Fact::NoReliableChange));
        prop_assert!(Outcome::from_bits(there.bits()).is_ok());
        prop_assert!(!(there.has(Fact::Recovery) && back.has(Fact::Recovery)));
    }

    #[test]
    // Proves CHANGE-1, RECOVERY-1.
    fn a_lower_last_score_never_harms((measure, [p0, p1, a0, a1]) in referral(), fall in 0_i64..10) {
        let lower = Score::whole(p1.numerator().saturating_sub(fall).max(0));
        let (before, after) = (outcome(measure, [p0, p1, a0, a1]), outcome(measure, [p0, lower, a0, a1]));
        prop_assert!(before.has(Fact::Recovery) <= after.has(Fact::Recovery));
        prop_assert!(before.has(Fact::ReliableImprovement) <= after.has(Fact::ReliableImprovement));
        prop_assert!(before.has(Fact::ReliableDeterioration) >= after.has(Fact::ReliableDeterioration));
    }

    #[test]
    // Proves ROUNDING-1, RATE-4, RATE-6.
    fn rates_are_exact_and_at_most_100(numerator in any::<u64>(), denominator in any::<u64>()) {
        match Rate::new(numerator, denominator) {
            Err(error) => {
                prop_assert!(numerator > denominator && denominator > 0);
                prop_assert!(matches!(error.kind(), ErrorKind::InconsistentCounts(_)));
            }
            Ok(rate) => {
                let Some(percent) = rate.percent() else { return Ok(()) };
                // Within half a tenth of the exact ratio, a tie upwards.
                let (n, d, t) = (u128::from(numerator), u128::from(denominator), u128::from(percent.tenths()));
                prop_assert!(percent.tenths() <= 1000);
                prop_assert!(2000 * n < (2 * t + 1) * d && 2000 * n + d >= 2 * t * d);
            }
        }
    }

    #[test]
    // Proves RATE-6.
    fn rates_of_counted_outcomes_never_fail(facts in vec((0_u8..28, 0_u8..28, 0_u8..22, 0_u8..22), 0..200)) {
        let outcomes = facts.into_iter().map(|(a, b, c, d)| batch::outcome_of_codes([a, b, c, d]).unwrap());
        let counts: Counts = outcomes.collect();
        for (_, rate) in counts.rates().unwrap().iter() {
            prop_assert!(rate.percent().is_none_or(|p| p.tenths() <= 1000));
        }
    }

    #[test]
    // Proves EFFECT-1, EFFECT-2.
    fn effect_sizes_are_rounded_half_up(first in -999_i64..999, last in -999_i64..999, sd in 1_u64..999) {
        let tenth = |n| Score::ratio(n, 10).unwrap();
        let effect = EffectSize::new(tenth(first), tenth(last), tenth(i64::try_from(sd).unwrap())).unwrap();
        let (n, d) = (i128::from(first - last), i128::from(sd));
        prop_assert_eq!(i128::from(effect.tenths()), (20 * n + d).div_euclid(2 * d));
    }

    #[test]
    // Proves MISSING-4, SCORE-2.
    fn items_are_total_and_within_range(answers in vec(proptest::option::of(-2_i64..7), 0..45), (measure, []) in measure_and_scores::<0>()) {
        for missing in [MissingItems::Prorate, MissingItems::Reject] {
            if let Ok(score) = measure.score_items(answers.iter().copied(), missing) {
                prop_assert_eq!(measure.range().check(score.total), Ok(score.total));
                prop_assert!(missing == MissingItems::Prorate || answers.iter().all(Option::is_some));
            }
        }
    }

    /// Floats of every kind in batches: the same as one by one, at any place of the batch.
    #[test]
    // Proves FINDING-4.
    fn batches_agree_with_single_scores(
        values in vec((odd_float(27), odd_float(27), odd_float(21), odd_float(21)), 1..600),
        threads in 1_usize..3,
    ) {
        let columns: [Vec<f64>; 4] = [
            values.iter().map(|v| v.0).collect(), values.iter().map(|v| v.1).collect(),
            values.iter().map(|v| v.2).collect(), values.iter().map(|v| v.3).collect(),
        ];
        let scores = columns.each_ref().map(|c| Scores::new(Values::F64(c), Missing::None).unwrap());
        let mut facts = vec![77; values.len()];
        let result = batch::outcomes(&scores, Output::Bits(&mut facts), threads);
        let single = |row: usize| {
            let read = |at: usize, measure: &'static Measure| {
                let value = columns[at][row];
                if value.is_nan() { return Ok(None); }
                measure.range().check_read(Score::from_f64(value)).map(Some).map_err(|_| at)
            };
            let pairs = (read(0, &PHQ9)?, read(1, &PHQ9)?, read(2, &GAD7)?, read(3, &GAD7)?);
            let phq9 = PHQ9.pair(pairs.0, pairs.1).unwrap();
            let gad7 = GAD7.pair(pairs.2, pairs.3).unwrap();
            Ok::<u8, usize>(Referral::new(phq9, gad7, None).unwrap().outcome().bits())
        };
        let first_bad = (0..values.len()).find_map(|row| single(row).err().map(|at| (row, batch::COLUMNS[at])));
        match (result, first_bad) {
            (Err(error), Some((row, field))) => {
                prop_assert_eq!((error.row(), error.field()), (Some(row), Some(field)));
                prop_assert!(facts.iter().all(|f| *f == 0));
            }
            (Ok(()), None) => prop_assert!((0..values.len()).all(|row| single(row) == Ok(facts[row]))),
            (result, bad) => prop_assert!(false, "{result:?} but {bad:?}"),
        }
    }

    /// Integers with a bitmap at any offset.
    #[test]
    fn bitmaps_may_begin_anywhere(values in vec(proptest::option::of(0_i64..22), 1..600), offset in 0_usize..20) {
        let bits = bitmap(&values.iter().map(Option::is_some).collect::<Vec<_>>(), offset);
        let filled: Vec<i64> = values.iter().map(|v| v.unwrap_or(i64::MIN)).collect();
        let column = Scores::new(Values::I64(&filled), Missing::Bitmap { bits: &bits, offset }).unwrap();
        let mut facts = vec![77; values.len()];
        batch::outcomes(&[column; 4], Output::Bits(&mut facts), 1).unwrap();
        for (value, facts) in values.iter().zip(&facts) {
            let code = value.map_or(batch::MISSING, |v| u8::try_from(v).unwrap());
            prop_assert_eq!(*facts, batch::outcome_of_codes([code; 4]).unwrap().bits());
        }
    }

    /// Bitmaps of facts at any offset, with groups, against counting one by one.
    #[test]
    // Proves RATE-5.
    fn counts_by_group_agree(rows in vec((0_u8..28, 0_u8..28, 0_u8..22, 0_u8..22, 0_u32..5, any::<bool>()), 0..600), offset in 0_usize..20) {
        let outcomes: Vec<Outcome> =
            rows.iter().map(|r| batch::outcome_of_codes([r.0, r.1, r.2, r.3]).unwrap()).collect();
        let groups: Vec<u32> = rows.iter().map(|r| r.4).collect();
        let finished: Vec<bool> = rows.iter().map(|r| r.5).collect();
        let has = |fact: Fact| outcomes.iter().map(move |outcome| outcome.has(fact)).collect::<Vec<_>>();
        let columns = Fact::ALL.map(has);
        let maps = columns.each_ref().map(|column| bitmap(column, offset));
        let ended = bitmap(&finished, offset / 2);
        let bytes: Vec<u8> = outcomes.iter().map(|outcome| outcome.bits()).collect();
        let flags = |bits, offset| Flags::Bitmap { bits, offset, rows: rows.len() };
        let layouts = [
            FactColumns::Columns(maps.each_ref().map(|map| flags(map, offset))),
            FactColumns::Columns(columns.each_ref().map(|column| Flags::Bools(column))),
            FactColumns::Bits(&bytes),
        ];
        let expected: Vec<Counts> = (0..5)
            .map(|group| {
                let counted = rows.iter().zip(&outcomes).filter(|(r, _)| r.4 == group && r.5);
                counted.map(|(_, outcome)| *outcome).collect()
            })
            .collect();
        for (facts, finished) in
            layouts.iter().flat_map(|facts| [(*facts, Flags::Bools(&finished)), (*facts, flags(&ended, offset / 2))])
        {
            prop_assert_eq!(&batch::count(facts, Some(finished), Some(&groups), 5, 1), &Ok(expected.clone()));
        }
    }

    #[test]
    // Proves DISCLOSURE-1, DISCLOSURE-2, DISCLOSURE-4.
    fn disclosed_tables_keep_their_secrets(groups in vec(prop_oneof![0_u64..6, 0_u64..40, 0_u64..1000], 0..9)) {
        attack(&groups);
    }
}

/// What an attacker makes of a disclosed table who knows the rules and, at worst, which of the hidden counts are small:
/// every shown count within 2, the total and the sum. No hidden small count may be left with one value.
fn attack(groups: &[u64]) {
    let table = disclose(groups).unwrap();
    let total: u64 = groups.iter().sum();
    let shown =
        table.groups.iter().filter_map(|cell| if let Disclosed::Value(n) = cell { Some(*n) } else { None });
    let smallest_shown = shown.min();
    let known = |cell: &Disclosed<u64>, count: u64| match cell {
        Disclosed::Value(shown) => {
            assert!(count > 4 && shown.abs_diff(count) <= 2 && shown % 5 == 0, "{groups:?} {table:?}");
            (shown.saturating_sub(2).max(5), shown + 2)
        }
        _ if count <= 4 => (0, 4),
        // The smallest of the rest were hidden: none is larger than the smallest that is shown.
        _ => (5, smallest_shown.map_or(u64::MAX / 1000, |shown| shown + 2)),
    };
    let total = known(&table.total, total);
    let cells: Vec<(u64, u64)> =
        table.groups.iter().zip(groups).map(|(cell, count)| known(cell, *count)).collect();
    let sum = cells.iter().fold((0, 0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
    for (cell, count) in cells.iter().zip(groups).filter(|(_, count)| **count <= 4) {
        let least = total.0.saturating_sub(sum.1 - cell.1);
        let most = total.1.saturating_sub(sum.0 - cell.0).min(4);
        assert!(least < most, "{count} is pinned to {least}..={most} in {table:?} of {groups:?}");
    }
}

/// Every table of up to six groups of 0 to 13, but for their order.
#[test]
// Proves DISCLOSURE-1, DISCLOSURE-2, DISCLOSURE-4.
fn no_small_table_tells_its_secrets() {
    fn extend(groups: &mut Vec<u64>) {
        attack(groups);
        if groups.len() < 6 {
            for count in groups.last().copied().unwrap_or(0)..14 {
                groups.push(count);
                extend(groups);
                groups.pop();
            }
        }
    }
    extend(&mut Vec::new());
}

/// One who tries every table of three groups of up to 40 finds each disclosed table with more than one value for each
/// small count.
#[test]
// Proves DISCLOSURE-4.
fn no_small_table_is_the_only_one_of_its_kind() {
    let mut seen: HashMap<String, Vec<[u64; 3]>> = HashMap::new();
    for n in 0..41 * 41 * 41 {
        let groups = [n / 1681, n / 41 % 41, n % 41];
        seen.entry(format!("{:?}", disclose(&groups).unwrap())).or_default().push(groups);
    }
    for (table, origins) in &seen {
        for at in (0..3).filter(|at| origins[0][*at] <= 4) {
            let values: HashSet<u64> = origins.iter().map(|groups| groups[at]).collect();
            // At the edge of what was tried, origins are missing.
            assert!(values.len() > 1 || origins[0].iter().any(|n| *n > 35), "{table} is only {origins:?}");
        }
    }
}

#[test]
// Proves DISCLOSURE-1, DISCLOSURE-2, DISCLOSURE-4.
fn no_more_is_hidden_than_must_be() {
    let shown = |groups: &[u64]| {
        let table = disclose(groups).unwrap();
        let cells = table.groups.iter().chain([&table.total]).map(ToString::to_string);
        cells.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown(&[]), "*");
    assert_eq!(shown(&[5, 7, 8, 12]), "5 5 10 10 30");
    assert_eq!(shown(&[3, 12, 48]), "* * 50 65");
    assert_eq!(shown(&[3, 2, 48]), "* * 50 55");
    assert_eq!(shown(&[3, 12, 0, 48]), "* 10 * 50 65");
    assert_eq!(shown(&[2, 1]), "* * *");
    assert_eq!(shown(&[4]), "* *");
    assert_eq!(shown(&[4, 4, 4]), "* * * 10");
    assert_eq!(shown(&[3, 9]), "* * 10");
    // The four shown would leave nothing of the total for the two zeros.
    assert_eq!(shown(&[0, 0, 8, 8, 8, 8]), "* * 10 10 10 * 30");
    assert_eq!(shown(&[1000, 0]), "* * 1000");
    assert_eq!(shown(&[0, 0, 5, 5]), "* * 5 5 10");
    assert_eq!(shown(&[0, 0, 5, 8, 8, 8, 8]), "* * * 10 10 10 * 35");
    assert_eq!(shown(&[4, 12, 12]), "* * * 30");
}

fn odd_float(most: u8) -> impl Strategy<Value = f64> {
    let odd = proptest::sample::select(vec![
        -0.0,
        0.5,
        -1.0,
        27.5,
        254.0,
        255.0,
        256.0,
        1e300,
        -1e300,
        f64::INFINITY,
        f64::NEG_INFINITY,
        4_294_967_296.0,
        -4_294_967_296.0,
        5e-324,
        9_007_199_254_740_993.0,
    ]);
    prop_oneof![2000 => (0..=most).prop_map(f64::from), 40 => Just(f64::NAN), 1 => odd, 1 => any::<f64>()]
}

#[test]
// Proves SCORE-1, MEASURE-4.
fn decimals_are_compared_as_decimals() {
    let score = |text: &str| text.parse::<Score>().unwrap();
    assert_eq!(MI.is_case(score("2.3")), Ok(Some(false)));
    assert_eq!(MI.is_case(score("2.300000000000001")), Ok(Some(true)));
    assert_eq!(MI.change(score("3.00"), score("2.27")), Ok(Some(Change::ReliableImprovement)));
}

#[test]
// Proves SCORE-3.
fn minus_one_is_no_answer() {
    let error = PHQ9.score_items([0, -1, 0, 0, 0, 0, 0, 0, 0].map(Some), MissingItems::Prorate).unwrap_err();
    assert_eq!((error.kind().code(), error.item()), (201, Some(1)));
}

#[test]
// Proves FINDING-3.
fn errors_never_show_the_value() {
    for score in ["28", "-3", "27.5", "987654321"] {
        let score: Score = score.parse().unwrap();
        let error = PHQ9.pair(Some(score), None).unwrap_err();
        assert!(!error.to_string().contains(&score.to_string()), "{error}");
    }
}

#[test]
fn totals_that_do_not_fit_are_refused() {
    for groups in [&[u64::MAX, 1][..], &[u64::MAX - 1], &[u64::MAX / 2, u64::MAX / 2]] {
        assert_eq!(disclose(groups).map_err(|e| e.kind()), Err(ErrorKind::TooLarge));
    }
    assert_eq!(disclose(&[u64::MAX - 5]).unwrap().total, Disclosed::Value(u64::MAX - 5));
}

#[test]
// Proves DISCLOSURE-3.
fn disclosed_percentages_come_from_exact_counts() {
    let disclosed = |n, d| Rate::new(n, d).unwrap().disclosed();
    assert_eq!(disclosed(5, 8), Disclosed::Value(63));
    assert_eq!(disclosed(4, 100), Disclosed::Suppressed);
    assert_eq!(disclosed(0, 4), Disclosed::Suppressed);
    assert_eq!(disclosed(0, 0), Disclosed::NotApplicable);
}

#[test]
// Proves TARGET-2.
fn targets_are_reached_by_the_exact_ratio() {
    let target = Edition::CURRENT.targets.iter().find(|t| t.fact == Some(Fact::Recovery)).unwrap();
    // 49.95 % is published as 50.0 and still below 50 %.
    assert_eq!(Rate::new(999, 2000).unwrap().reaches(target), Some(false));
    assert_eq!(Rate::new(1000, 2000).unwrap().reaches(target), Some(true));
    assert_eq!(Rate::new(0, 0).unwrap().reaches(target), None);
}

#[test]
fn the_first_bad_row_of_a_count_is_named() {
    let count = |facts: &[u8], groups: &[u32]| {
        let error = batch::count(FactColumns::Bits(facts), None, Some(groups), 2, 1).unwrap_err();
        (error.kind().name(), error.row())
    };
    assert_eq!(count(&[6, 155], &[0, 9]), ("INCONSISTENT_FACTS", Some(0)));
    assert_eq!(count(&[155, 6], &[9, 0]), ("GROUP_OUT_OF_RANGE", Some(0)));
    assert_eq!(count(&[155, 155, 155], &[0, 1, 2]), ("GROUP_OUT_OF_RANGE", Some(2)));
    let many = vec![155; 300_000];
    let mut groups = vec![1; many.len()];
    groups[250_000] = 7;
    let error = batch::count(FactColumns::Bits(&many), None, Some(&groups), 2, 2).unwrap_err();
    assert_eq!(error.row(), Some(250_000));
    assert!(batch::count(FactColumns::Bits(&many), None, None, 0, 1).is_err());
}

#[test]
// Proves SCORE-2.
fn a_score_out_of_range_is_neither_severe_nor_a_case() {
    let beyond = Score::whole(99);
    assert!(GAD7.severity(beyond).is_err() && GAD7.is_case(beyond).is_err());
    assert_eq!(GAD7.change(Score::whole(9), beyond).unwrap_err().field(), Some("last"));
}

#[test]
// Proves RISK-3.
fn self_harm_is_reported_without_a_score() {
    let mut answers = [None; 9];
    answers[8] = Some(3);
    assert!(PHQ9.score_items(answers, MissingItems::Prorate).unwrap_err().kind().is_missing_items());
    assert_eq!(PHQ9.self_harm(answers), Ok(SelfHarm::Reported));
    let columns: Vec<Vec<u8>> = answers.iter().map(|a| vec![a.map_or(batch::MISSING, |_| 3)]).collect();
    let items: Vec<_> = columns.iter().map(|column| Scores::codes(column)).collect();
    let mut seen = Vec::new();
    batch::score_items(&PHQ9, &items, MissingItems::Prorate, |score, self_harm| {
        seen.push((score, self_harm))
    })
    .unwrap();
    assert_eq!(seen, [(None, SelfHarm::Reported)]);
}
