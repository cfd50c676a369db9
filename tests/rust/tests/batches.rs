//! Many rows at once: measures of one's own against single referrals, and input that is wrong in one place.

use iapt_core::batch::{
    self, COLUMNS, FactColumns, Flags, Grouped, MISSING, Missing, NO_OWNER, Output, Scores, Values,
};
use iapt_core::{
    CaseWhen, Definition, Error, ErrorKind, GAD7, Measure, MissingItems, PHQ9, Referral, Score, SelfHarm,
    WSAS,
};
use iapt_tests::bitmap;
use std::ops::RangeInclusive;

fn measure(
    range: RangeInclusive<i64>,
    whole_scores: bool,
    threshold: Score,
    case_when: CaseWhen,
    change: Score,
) -> Measure {
    Measure::define(Definition {
        name: "a measure of one's own".into(),
        min_score: Score::whole(*range.start()),
        max_score: Score::whole(*range.end()),
        whole_scores,
        caseness_threshold: Some(threshold),
        case_when,
        reliable_change: Some(change),
        questionnaire: None,
        bands: Vec::new().into(),
        source: "a test".into(),
    })
    .unwrap()
}

fn own_measures() -> Vec<Measure> {
    let halves = |n| Score::ratio(n, 2).unwrap();
    let mut all = Vec::new();
    for (range, whole) in [(0..=6, true), (1..=6, true), (0..=6, false)] {
        for threshold in [6, 7] {
            for case_when in [CaseWhen::AtOrAbove, CaseWhen::Above] {
                for change in [4, 5] {
                    all.push(measure(range.clone(), whole, halves(threshold), case_when, halves(change)));
                }
            }
        }
    }
    all
}

/// Every score of such a measure, in halves where there are any, and none.
fn scores_of(measure: &Measure) -> Vec<Option<Score>> {
    let range = measure.range();
    let scores = (0..=12).map(|n| Score::ratio(n, 2).unwrap()).filter(|score| range.check(*score).is_ok());
    scores.map(Some).chain([None]).collect()
}

/// Every pair of pairs of scores of each measure, in bytes and in floats: the same as one by one.
#[test]
// Proves MEASURE-4.
fn measures_of_ones_own_agree_with_single_referrals() {
    for measure in &own_measures() {
        let scores = scores_of(measure);
        let each = || scores.iter().copied();
        // In halves, two whole scores of anxiety are enough.
        let anxiety: Vec<_> =
            if measure.range().whole { each().collect() } else { each().step_by(4).collect() };
        let mut rows: Vec<[Option<Score>; 4]> = Vec::new();
        for p0 in each() {
            for p1 in each() {
                rows.extend(anxiety.iter().flat_map(|a0| anxiety.iter().map(move |a1| [p0, p1, *a0, *a1])));
            }
        }
        let expected: Vec<u8> = rows
            .iter()
            .map(|[p0, p1, a0, a1]| {
                let pairs = (measure.pair(*p0, *p1).unwrap(), measure.pair(*a0, *a1).unwrap());
                Referral::new(pairs.0, pairs.1, None).unwrap().outcome().bits()
            })
            .collect();
        let column = |at: usize| rows.iter().map(move |row| row[at]);
        let floats: [Vec<f64>; 4] =
            std::array::from_fn(|at| column(at).map(|s| s.map_or(f64::NAN, Score::to_f64)).collect());
        let columns = floats.each_ref().map(|c| Scores::new(Values::F64(c), Missing::None).unwrap());
        let mut facts = vec![77; rows.len()];
        batch::outcomes_on([measure, measure], &columns, Output::Bits(&mut facts), 1).unwrap();
        assert_eq!(facts, expected, "{measure:?}");
        if measure.range().whole {
            let code = |score: Score| u8::try_from(score.numerator()).unwrap();
            let codes: [Vec<u8>; 4] =
                std::array::from_fn(|at| column(at).map(|s| s.map_or(MISSING, code)).collect());
            let columns = codes.each_ref().map(|c| Scores::codes(c));
            batch::outcomes_on([measure, measure], &columns, Output::Bits(&mut facts), 1).unwrap();
            assert_eq!(facts, expected, "{measure:?}");
        }
    }
}

/// In every column and at the ends of blocks, and the output is then all zeros.
#[test]
// Proves FINDING-4, MEASURE-4.
fn scores_beyond_a_measure_of_ones_own_are_found() {
    for measure in &own_measures() {
        for wrong in [0, 7, 253, 254]
            .into_iter()
            .filter(|n| measure.range().check(Score::whole(i64::from(*n))).is_err())
        {
            for (at, field) in COLUMNS.into_iter().enumerate() {
                for row in [0, 255, 256, 599] {
                    let mut codes = vec![vec![3; 600]; 4];
                    codes[at][row] = wrong;
                    let columns: [Scores<'_>; 4] = std::array::from_fn(|at| Scores::codes(&codes[at]));
                    let mut facts = vec![77; 600];
                    let error = batch::outcomes_on([measure, measure], &columns, Output::Bits(&mut facts), 1);
                    let error = error.unwrap_err();
                    assert_eq!(
                        (error.kind().name(), error.field(), error.row()),
                        ("OUT_OF_RANGE", Some(field), Some(row))
                    );
                    assert!(facts.iter().all(|facts| *facts == 0));
                }
            }
        }
    }
}

#[test]
// Proves FINDING-4.
fn columns_of_different_lengths_and_measures_without_threshold_are_refused() {
    for (at, field) in COLUMNS.into_iter().enumerate().skip(1) {
        let codes = [5; 10];
        let mut columns = [Scores::codes(&codes); 4];
        columns[at] = Scores::codes(&codes[1..]);
        let mut facts = [77; 10];
        let error = batch::outcomes(&columns, Output::Bits(&mut facts), 1).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::LengthMismatch(10), Some(field)));
        assert_eq!(facts, [0; 10]);
    }
    let mut facts = [77; 2];
    let columns = [Scores::codes(&[MISSING; 2]); 4];
    let refused = |measures, facts: &mut [u8]| {
        batch::outcomes_on(measures, &columns, Output::Bits(facts), 1).unwrap_err().kind()
    };
    assert_eq!(refused([&WSAS, &GAD7], &mut facts).name(), "NO_THRESHOLD");
    assert_eq!(refused([&PHQ9, &WSAS], &mut facts).name(), "NO_THRESHOLD");
    assert_eq!(facts, [0; 2]);
}

/// Measures about as wide as a byte: what fits one and what does not is told apart.
#[test]
// Proves MEASURE-4, FINDING-4.
fn wide_measures_are_exact() {
    for most in [252, 253, 254, 255, 256, 300] {
        let measure = measure(0..=most, true, Score::whole(150), CaseWhen::AtOrAbove, Score::whole(20));
        let some = [0, 1, 19, 20, 43, 44, 45, 130, 149, 150, 151, 170, 231, 232].into_iter().chain(250..=302);
        let values: Vec<i64> = some.collect();
        for first in &values {
            for last in &values {
                let columns = [first, last, first, last].map(|value| [*value]);
                let columns = columns.each_ref().map(|c| Scores::new(Values::I64(c), Missing::None).unwrap());
                let mut facts = [77];
                let result = batch::outcomes_on([&measure, &measure], &columns, Output::Bits(&mut facts), 1);
                let pair = measure.pair(Some(Score::whole(*first)), Some(Score::whole(*last)));
                match pair {
                    Ok(pair) => {
                        let outcome = Referral::new(pair, pair, None).unwrap().outcome();
                        assert_eq!((result, facts), (Ok(()), [outcome.bits()]), "{first}, {last} of {most}");
                    }
                    Err(_) => assert_eq!((result.unwrap_err().kind().name(), facts), ("OUT_OF_RANGE", [0])),
                }
            }
        }
    }
}

/// The rows of a column that hold a score; what lies in the others may be one, too.
fn is_there(row: usize) -> bool {
    row % 7 != 3 && row % 64 < 60
}

/// Calls a check with a column of each type, and with the score of each of its rows.
fn in_every_type(rows: usize, check: impl Fn(Values<'_>, &dyn Fn(usize) -> u8)) {
    let score = |row: usize| u8::try_from(row * 5 % 22).unwrap();
    macro_rules! types {
        ($($type:ty),+) => {$({
            let values: Vec<$type> = (0..rows).map(|row| <$type>::try_from(score(row)).unwrap()).collect();
            check(Values::from(&values[..]), &score);
        })+};
    }
    types!(i8, i16, i32, i64, f32, f64, u8, u16, u32, u64);
}

/// Every type of column and every way to say that a score is missing, for measures that are judged in bytes and not.
#[test]
// Proves MEASURE-4.
fn missing_scores_are_missing_in_every_type() {
    let own = |whole| measure(0..=30, whole, Score::whole(10), CaseWhen::Above, Score::whole(6));
    let measures = [own(true), own(false)];
    for rows in [1, 8, 255, 256, 600] {
        let mask: Vec<bool> = (0..rows).map(|row| !is_there(row)).collect();
        let there: Vec<bool> = (0..rows).map(is_there).collect();
        let bitmaps: Vec<(usize, Vec<u8>)> =
            [0, 1, 7, 8, 13].map(|offset| (offset, bitmap(&there, offset))).into();
        let maps = bitmaps.iter().map(|(offset, bits)| Missing::Bitmap { bits, offset: *offset });
        for missing in maps.chain([Missing::None, Missing::Mask(&mask)]) {
            in_every_type(rows, |values, score| {
                let column = Scores::new(values, missing).unwrap();
                let expected = |row: usize| match missing {
                    Missing::None => Some(Score::whole(i64::from(score(row)))),
                    _ => is_there(row).then(|| Score::whole(i64::from(score(row)))),
                };
                assert_eq!((column.len(), column.is_empty()), (rows, false));
                let other: Vec<u8> = (0..rows).map(|row| u8::try_from(row % 20).unwrap()).collect();
                let columns = [column, Scores::codes(&other), Scores::codes(&other), column];
                for measure in &measures {
                    let mut facts = vec![77; rows];
                    batch::outcomes_on([measure, measure], &columns, Output::Bits(&mut facts), 1).unwrap();
                    for (row, facts) in facts.iter().enumerate() {
                        let range = measure.range();
                        assert_eq!(column.get(row, &range), Ok(expected(row)), "row {row}, {missing:?}");
                        let other = Some(Score::whole(i64::from(other[row])));
                        let pairs = (measure.pair(expected(row), other), measure.pair(other, expected(row)));
                        let referral = Referral::new(pairs.0.unwrap(), pairs.1.unwrap(), None).unwrap();
                        assert_eq!(*facts, referral.outcome().bits(), "row {row} of {rows}, {missing:?}");
                    }
                }
            });
        }
    }
    assert!(Scores::codes(&[]).is_empty());
}

/// A wrong score far down is named by its row, however many threads share the work.
#[test]
// Proves FINDING-4.
fn threads_name_the_row_of_the_whole_column() {
    for wrong in [0, 99_999, 130_000, 249_999] {
        let mut codes = vec![5; 250_000];
        codes[wrong] = 40;
        let mut later = vec![5; 250_000];
        later[249_999] = 99;
        let columns =
            [Scores::codes(&codes), Scores::codes(&later), Scores::codes(&codes), Scores::codes(&later)];
        for threads in [1, 2, 3, 8] {
            let mut facts = vec![77; codes.len()];
            let error = batch::outcomes(&columns, Output::Bits(&mut facts), threads).unwrap_err();
            assert_eq!((error.row(), error.field()), (Some(wrong), Some(COLUMNS[0])), "{threads} threads");
            assert!(facts.iter().all(|facts| *facts == 0));
        }
    }
}

/// The totals of questionnaires, and what went wrong.
fn totals(measure: &Measure, items: &[Scores<'_>]) -> (Vec<Option<Score>>, Option<Error>) {
    let mut totals = Vec::new();
    let each = |score: Option<iapt_core::ItemScore>, _: SelfHarm| totals.push(score.map(|score| score.total));
    let result = batch::score_items(measure, items, MissingItems::Prorate, each);
    (totals, result.err())
}

/// A wrong answer of any kind, at the ends of blocks: named by row and item, and all before it are scored.
#[test]
// Proves FINDING-4, SCORE-2.
fn wrong_answers_are_named_by_row_and_item() {
    let floats = [0.5, 2.5, -1.0, 4.0, 253.5, 254.0, 255.0, 256.0, 65_537.0, 1e300, f64::INFINITY, -0.5];
    for (measure, length) in [(&PHQ9, 9), (&GAD7, 7)] {
        for item in 0..length {
            for row in [0, 1, 255, 256, 299] {
                for wrong in floats {
                    let mut answers: Vec<Vec<f64>> = (0..length)
                        .map(|item| (0..300).map(|row| f64::from((row + item) % 4)).collect())
                        .collect();
                    let whole: i64 = answers.iter().map(|item| item[0] as i64).sum();
                    answers[usize::try_from(item).unwrap()][row] = wrong;
                    let items: Vec<_> =
                        answers.iter().map(|a| Scores::new(Values::F64(a), Missing::None).unwrap()).collect();
                    let (totals, error) = totals(measure, &items);
                    let error = error.unwrap();
                    let place = (error.kind().name(), error.row(), error.item());
                    assert_eq!(place, ("ITEM_OUT_OF_RANGE", Some(row), usize::try_from(item).ok()));
                    assert_eq!(totals.len(), row);
                    if row > 0 {
                        assert_eq!(totals[0], Some(Score::whole(whole)));
                    }
                    for (row, total) in totals.iter().enumerate() {
                        let sum: f64 = answers.iter().map(|item| item[row]).sum();
                        assert_eq!(total.map(Score::to_f64), Some(sum));
                    }
                }
            }
        }
    }
}

#[test]
// Proves FINDING-4.
fn questionnaires_of_another_length_are_refused_also_without_rows() {
    for rows in [0, 1, 300] {
        let answers = vec![1; rows];
        for count in [0, 1, 8, 10] {
            let items = vec![Scores::codes(&answers); count];
            assert_eq!(
                totals(&PHQ9, &items).1.unwrap().kind().name(),
                "ITEM_COUNT",
                "{count} items, {rows} rows"
            );
        }
        let unlike = measure(0..=6, true, Score::whole(3), CaseWhen::AtOrAbove, Score::whole(2));
        assert_eq!(totals(&unlike, &[Scores::codes(&answers)]).1.unwrap().kind(), ErrorKind::NoItems);
        assert_eq!(totals(&PHQ9, &[Scores::codes(&answers); 9]), (vec![Some(Score::whole(9)); rows], None));
    }
    let (long, short) = ([1; 5], [1; 4]);
    let items: Vec<_> =
        (0..9).map(|item| Scores::codes(if item == 6 { &short[..] } else { &long })).collect();
    let error = totals(&PHQ9, &items).1.unwrap();
    assert_eq!((error.kind(), error.item()), (ErrorKind::LengthMismatch(5), Some(6)));
}

/// Facts that contradict each other, anywhere: they are refused where they count, and named rightly.
#[test]
// Proves RATE-4.
fn contradictory_facts_that_count_are_named() {
    const PAIRED_ALONE: u8 = 6;
    for rows in [1, 7, 8, 255, 256, 257, 600] {
        for wrong in [0, 1, 7, 8, 100, 255, 256, 300, 599].into_iter().filter(|row| *row < rows) {
            let mut facts = vec![155; rows];
            facts[wrong] = PAIRED_ALONE;
            let groups: Vec<u32> = (0..3).cycle().take(rows).collect();
            let mut finished = vec![true; rows];
            for by in [None, Some(&groups[..])] {
                let number = if by.is_some() { 3 } else { 1 };
                for finished in [None, Some(Flags::Bools(&finished))] {
                    let error = batch::count(FactColumns::Bits(&facts), finished, by, number, 1).unwrap_err();
                    assert_eq!((error.kind(), error.row()), (ErrorKind::InconsistentFacts, Some(wrong)));
                }
            }
            finished[wrong] = false;
            for by in [None, Some(&groups[..])] {
                let number = if by.is_some() { 3 } else { 1 };
                let ended = Some(Flags::Bools(&finished));
                let counts = batch::count(FactColumns::Bits(&facts), ended, by, number, 1).unwrap();
                assert_eq!(counts.iter().map(|counts| counts.finished).sum::<u64>(), rows as u64 - 1);
                // One that counts is named, not the one before it that does not.
                if wrong + 1 < rows {
                    let mut facts = facts.clone();
                    facts[rows - 1] = PAIRED_ALONE;
                    let error = batch::count(FactColumns::Bits(&facts), ended, by, number, 1).unwrap_err();
                    assert_eq!(error.row(), Some(rows - 1));
                }
            }
        }
    }
}

/// Rows that are scattered over owners, of whom some have none, and rows of nobody.
#[test]
fn rows_are_grouped_alike_by_any_number_of_threads() {
    for (owned_by, rows) in [(0, 0), (1, 9), (5, 0), (300, 120_000), (1_000, 100_000), (70_000, 150_001)] {
        let owner = |row: usize| match u32::try_from(row * 7_919 % (owned_by + owned_by / 3 + 1)).unwrap() {
            owner if (owner as usize) < owned_by => owner,
            _ => NO_OWNER,
        };
        let owners: Vec<_> = (0..rows).map(owner).collect();
        let mut expected = vec![Vec::new(); owned_by];
        for (row, owner) in (0..).zip(&owners).filter(|(_, owner)| **owner != NO_OWNER) {
            expected[*owner as usize].push(row);
        }
        for threads in [0, 1, 2, 3, 64] {
            let grouped = Grouped::new(owned_by, &owners, |row| row * 2, threads).unwrap();
            for (owner, places) in expected.iter().enumerate() {
                assert_eq!(grouped.places(owner), places, "{threads} threads");
                assert!(grouped.rows(owner).iter().copied().eq(places.iter().map(|row| *row as usize * 2)));
            }
            assert!(grouped.rows(owned_by).is_empty() && grouped.places(usize::MAX).is_empty());
        }
    }
}

#[test]
fn owners_that_there_are_not_are_refused() {
    let kind =
        |owned_by, owners: &[u32]| Grouped::new(owned_by, owners, |_| (), 2).err().map(|error| error.kind());
    assert_eq!(kind(3, &[0, NO_OWNER, 2]), None);
    assert_eq!(kind(3, &[0, 3]), Some(ErrorKind::GroupOutOfRange(3)));
    assert_eq!(kind(0, &[NO_OWNER - 1]), Some(ErrorKind::GroupOutOfRange(0)));
    let mut late = vec![0; 200_000];
    late[199_999] = 3;
    assert_eq!(kind(3, &late), Some(ErrorKind::GroupOutOfRange(3)));
    for too_many in [NO_OWNER as usize, usize::MAX] {
        assert_eq!(kind(too_many, &[]), Some(ErrorKind::TooLarge));
    }
}
