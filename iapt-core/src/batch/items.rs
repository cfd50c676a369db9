//! The scores of many questionnaires.

use super::grouped::filled;
use super::level::Portable;
use super::scores::{BAD, Scores};
use super::{BLOCK, MISSING};
use crate::error::{Error, ErrorKind};
use crate::items::{ItemScore, MissingItems, SelfHarm};
use crate::measure::{Measure, Range};
use crate::score::Score;

/// Scores many questionnaires of which each item is a column, and hands row by row to `each`: the score, or
/// `None` where too many items are unanswered for one; and the answer on self-harm, which is there in both cases.
///
/// # Errors
/// As [`Measure::score_items`] for the number of items; [`ErrorKind::LengthMismatch`]; and for the first bad row
/// [`ErrorKind::ItemOutOfRange`], with row and item. Rows before it were handed out: write them to a place of
/// which nothing is used after an error.
///
/// ```
/// use iapt_core::{MissingItems, PHQ9, Score};
/// use iapt_core::batch::{MISSING, Scores, score_items};
/// let (zeros, threes) = ([0_u8, MISSING], [3_u8, 3]);
/// let items: Vec<_> = (0..9).map(|n| Scores::codes(if n < 3 { &zeros } else { &threes })).collect();
/// let mut totals = Vec::new();
/// score_items(&PHQ9, &items, MissingItems::Prorate, |score, _| totals.push(score.map(|s| s.total)))?;
/// assert_eq!(totals, [Some(Score::whole(18)), None]);
/// # Ok::<(), iapt_core::Error>(())
/// ```
pub fn score_items(
    measure: &Measure,
    items: &[Scores<'_>],
    missing: MissingItems,
    mut each: impl FnMut(Option<ItemScore>, SelfHarm),
) -> Result<(), Error> {
    let rows = items.first().map_or(0, Scores::len);
    if let Some(item) = items.iter().position(|column| column.len() != rows) {
        return Err(Error::new(ErrorKind::LengthMismatch(rows)).in_field("items").in_item(item));
    }
    check_number(measure, items.len())?;
    let mut codes = filled(items.len(), [MISSING; BLOCK])?;
    for from in (0..rows).step_by(BLOCK) {
        let mut reliable = true;
        for (column, codes) in items.iter().zip(&mut codes) {
            // Columns that are codes already are not copied.
            let mut block = [MISSING; BLOCK];
            let (narrowed, sure) = column.narrow(Portable, from, &mut block);
            *codes = *narrowed;
            reliable &= sure;
        }
        for (row, at) in (from..rows).zip(0..BLOCK) {
            let read = |(code, item): (&[u8; BLOCK], &Scores<'_>)| {
                if reliable { answer(code[at]) } else { exact_answer(item, row) }
            };
            let answers = codes.iter().zip(items).map(read);
            match measure.score_items(answers.clone(), missing) {
                Ok(score) => each(Some(score), score.self_harm),
                Err(error) if error.kind().is_missing_items() => {
                    each(None, measure.self_harm(answers).map_err(|error| error.in_row(row))?);
                }
                Err(error) => return Err(error.in_row(row)),
            }
        }
    }
    Ok(())
}

/// The number of items is wrong for the questionnaire, not for a row, and there may be no row.
fn check_number(measure: &Measure, items: usize) -> Result<(), Error> {
    match measure.score_items(core::iter::repeat_n(None, items), MissingItems::Prorate) {
        Err(error) if matches!(error.kind(), ErrorKind::ItemCount(..) | ErrorKind::NoItems) => Err(error),
        _ => Ok(()),
    }
}

fn answer(code: u8) -> Option<i64> {
    match code {
        MISSING => None,
        // Beyond every questionnaire, whose answers fit a byte below it.
        BAD => Some(i64::from(u16::MAX)),
        code => Some(i64::from(code)),
    }
}

/// Of a block that has to be read value by value; what is no whole number is beyond every questionnaire too.
fn exact_answer(item: &Scores<'_>, row: usize) -> Option<i64> {
    let any = Range { min: Score::whole(0), max: Score::whole(i64::from(BAD)), whole: true };
    match item.get(row, &any) {
        Ok(answer) => answer.map(Score::numerator),
        Err(_) => answer(BAD),
    }
}
