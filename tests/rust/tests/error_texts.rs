//! What people read when an input has no result: every text, whole.

use iapt_core::batch::{self, FactColumns, Missing, Output, Scores, Values};
use iapt_core::{
    Counts, Definition, Edition, EffectSize, Error, GAD7, MI, Measure, MissingItems, PHQ9, Rate, Referral,
    Score, WSAS, disclose,
};

fn own(change: impl FnOnce(&mut Definition)) -> Error {
    let mut definition = PHQ9.definition().clone();
    change(&mut definition);
    Measure::define(definition).unwrap_err()
}

fn score(text: &str) -> Option<Score> {
    Some(text.parse().unwrap())
}

fn batch_error(rows: [Vec<f64>; 4]) -> Error {
    let columns = rows.each_ref().map(|c| Scores::new(Values::F64(c), Missing::None).unwrap());
    batch::outcomes(&columns, Output::Bits(&mut vec![0; rows[0].len()]), 1).unwrap_err()
}

fn nothing(measure: &Measure) -> iapt_core::ScorePair<'_> {
    measure.pair(None, None).unwrap()
}

#[test]
// Proves FINDING-3, MEASURE-13, MEASURE-15.
fn every_text() {
    let items =
        |items: &[Option<i64>], missing| PHQ9.score_items(items.iter().copied(), missing).unwrap_err();
    let answers = |most: i64| [most, 0, 0, 0, 0, 0, 0, 0, 0].map(Some);
    let no_items = Measure::define(Definition { questionnaire: None, ..PHQ9.definition().clone() }).unwrap();
    let errors = [
        PHQ9.pair(score("28"), None).unwrap_err(),
        MI.pair(None, score("0.99")).unwrap_err(),
        GAD7.is_case(Score::ratio(17, 2).unwrap()).unwrap_err(),
        batch_error([vec![1.0, 2.0], vec![1.0, f64::INFINITY], vec![1.0; 2], vec![1.0; 2]]),
        batch_error([vec![1.0, 2.0], vec![1.0; 2], vec![1.0, 1e300], vec![1.0; 2]]),
        batch_error([vec![1.0], vec![1.0; 2], vec![1.0], vec![1.0]]),
        items(&answers(4), MissingItems::Prorate),
        items(&[Some(0); 8], MissingItems::Prorate),
        MI.score_items([None; 28], MissingItems::Prorate).unwrap_err(),
        items(&[None; 9], MissingItems::Prorate),
        items(&[None; 9], MissingItems::Reject),
        no_items.score_items(answers(0), MissingItems::Prorate).unwrap_err(),
        Edition::CURRENT.measure("XYZ").unwrap_err(),
        Edition::CURRENT.measure("BIQ").unwrap_err(),
        Referral::new(nothing(&PHQ9), nothing(&WSAS), None).unwrap_err(),
        own(|d| d.min_score = Score::whole(30)),
        own(|d| d.max_score = Score::ratio(55, 2).unwrap()),
        own(|d| d.caseness_threshold = score("0")),
        own(|d| d.reliable_change = score("28")),
        own(|d| d.max_score = Score::whole(30)),
        own(|d| d.bands.to_mut().swap(0, 1)),
        Rate::new(3, 2).unwrap_err(),
        Counts { paired: 1, ..Counts::default() }.rates().unwrap_err(),
        batch::count(FactColumns::Bits(&[155, 6]), None, None, 1, 1).unwrap_err(),
        batch::count(FactColumns::Bits(&[155]), None, Some(&[2]), 2, 1).unwrap_err(),
        EffectSize::new(Score::whole(9), Score::whole(5), Score::whole(0)).unwrap_err(),
        disclose(&[u64::MAX, 1]).unwrap_err(),
    ];
    let texts: Vec<String> = errors.iter().map(|e| format!("{} {e}", e.kind().name())).collect();
    let expected = "\
OUT_OF_RANGE first: must be a whole number from 0 to 27
OUT_OF_RANGE last: must be a number from 1 to 5
NOT_WHOLE score: must be a whole number from 0 to 21
NOT_A_NUMBER phq9_last, row 1: must be a whole number from 0 to 27, with at most 18 digits
OUT_OF_RANGE gad7_first, row 1: must be a whole number from 0 to 21
LENGTH_MISMATCH phq9_last: must be as long as the other columns: 1 rows
ITEM_OUT_OF_RANGE items, item 0: must be a whole number from 0 to 3, or missing
ITEM_COUNT items: must have 9 items
ITEM_COUNT items: must have from 1 to 27 items
TOO_MANY_MISSING items: has no score: more than 2 items are unanswered
INCOMPLETE items: has an unanswered item where every item must be answered
NO_ITEMS items: the measure was defined without items
UNKNOWN_MEASURE no measure of this name is known
NO_THRESHOLD threshold not configured: give the measure's caseness threshold and reliable change
NO_THRESHOLD threshold not configured: give the measure's caseness threshold and reliable change
INVALID_MEASURE min_score: min_score must be below max_score
INVALID_MEASURE min_score: min_score and max_score must be whole numbers where the scores are
INVALID_MEASURE caseness_threshold: caseness_threshold must divide the range of scores in cases and others
INVALID_MEASURE reliable_change: reliable_change must be above 0 and at most the width of the range
INVALID_MEASURE items: the items do not give scores from min_score to max_score
INVALID_MEASURE bands: the severity bands must rise from min_score
INCONSISTENT_COUNTS numerator: the counts contradict each other: the numerator exceeds the denominator
INCONSISTENT_COUNTS paired: the counts contradict each other: paired exceeds finished
INCONSISTENT_FACTS row 1: the eight facts contradict each other: no referral has this outcome
GROUP_OUT_OF_RANGE groups, row 0: must be below the number of groups: 2
INVALID_SD sd_first: must be a number above 0
TOO_LARGE the counts or tables are too large to be added";
    assert_eq!(texts.join("\n"), expected);
}
