//! Scores of questionnaires.

use crate::guard::guard;
use crate::measure::{IAPT_NO_SEVERITY, built_in, iapt_measure, severity};
use crate::pointer::{Caller, Place, Span};
use crate::status::{Failure, iapt_status};
use iapt_core::{Error, ErrorKind, ItemScore, MissingItems};

/// An unanswered item.
pub const IAPT_MISSING_ITEM: i8 = -1;

/// Option: only complete questionnaires have a score. Without it a few missing items are replaced by the mean of
/// the answered ones, and the score is rounded half up.
pub const IAPT_REJECT_MISSING: u32 = 1;

/// The item on self-harm was answered with 0.
pub const IAPT_SELF_HARM_NOT_REPORTED: u8 = 0;
/// The item on self-harm was answered with more than 0.
pub const IAPT_SELF_HARM_REPORTED: u8 = 1;
/// The item on self-harm was not answered: not to be taken for 'not reported'.
pub const IAPT_SELF_HARM_UNKNOWN: u8 = 2;
/// The measure does not ask about self-harm.
pub const IAPT_SELF_HARM_NOT_ASKED: u8 = 3;

/// The score of one questionnaire: total / divisor.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct iapt_score {
    /// The score, or the numerator of a mean.
    pub total: u32,
    /// 1; above it only for a mean in lowest terms; 0 where a row has no score.
    pub divisor: u32,
    /// How many unanswered items were replaced by the mean of the answered ones.
    pub imputed: u8,
    /// IAPT_SEVERITY_MINIMAL and so on, or IAPT_NO_SEVERITY.
    pub severity: i8,
    /// 1 for a case, 0 for none, -1 where the measure has no threshold.
    pub is_case: i8,
    /// IAPT_SELF_HARM_REPORTED and so on, as answered in the questionnaire.
    pub self_harm: u8,
}

impl iapt_score {
    /// A row without a score.
    const fn none(self_harm: u8) -> Self {
        Self { total: 0, divisor: 0, imputed: 0, severity: IAPT_NO_SEVERITY, is_case: -1, self_harm }
    }

    fn of(score: ItemScore) -> Result<Self, Failure> {
        Ok(Self {
            total: u32::try_from(score.total.numerator()).map_err(|_| ErrorKind::TooLarge)?,
            divisor: u32::try_from(score.total.denominator()).map_err(|_| ErrorKind::TooLarge)?,
            imputed: score.imputed,
            severity: severity(score.severity),
            is_case: score.is_case.map_or(-1, i8::from),
            self_harm: score.self_harm as u8,
        })
    }
}

fn missing_items(options: u32) -> Result<MissingItems, Failure> {
    match options {
        0 => Ok(MissingItems::Prorate),
        IAPT_REJECT_MISSING => Ok(MissingItems::Reject),
        _ => Err(Failure::INVALID_ARGUMENT),
    }
}

fn answers(items: &[i8]) -> impl ExactSizeIterator<Item = Option<i64>> {
    items.iter().map(|item| (*item != IAPT_MISSING_ITEM).then_some(i64::from(*item)))
}

/// Scores the answers to a questionnaire's items, in its order; IAPT_MISSING_ITEM is an unanswered one.
///
/// `options` is 0 or IAPT_REJECT_MISSING.
///
/// Errors: IAPT_ERROR_UNKNOWN_MEASURE; IAPT_ERROR_INVALID_ARGUMENT for unknown options; then, the first of them that
/// applies, IAPT_ERROR_ITEM_COUNT, IAPT_ERROR_ITEM_OUT_OF_RANGE, IAPT_ERROR_INCOMPLETE, IAPT_ERROR_TOO_MANY_MISSING.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_score_items(
    measure: iapt_measure,
    items: *const i8,
    len: usize,
    options: u32,
    out: *mut iapt_score,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let (items, out) = (caller.slice(items, len)?, caller.place(out)?);
        let score = built_in(measure)?.score_items(answers(items), missing_items(options)?)?;
        out.write(iapt_score::of(score)?);
        Ok(())
    })
}

/// As iapt_score_items(), and says which item is at fault.
///
/// With IAPT_ERROR_ITEM_OUT_OF_RANGE the item, counted from 0, is written to `error_item`, unless that is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_score_items_at(
    measure: iapt_measure,
    items: *const i8,
    len: usize,
    options: u32,
    out: *mut iapt_score,
    error_item: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let (items, out) = (caller.slice(items, len)?, caller.place(out)?);
        let error_item = caller.optional_place(error_item)?;
        let score = built_in(measure)?.score_items(answers(items), missing_items(options)?);
        let score = score.map_err(|error| Failure::from(error).told(None, error_item))?;
        out.write(iapt_score::of(score)?);
        Ok(())
    })
}

/// Scores `n` questionnaires, the `items_per_row` answers of each one after those of the one before.
///
/// `scored` gets 1 for each row with a score and 0 for each that has none because items are missing: too many, or
/// any with IAPT_REJECT_MISSING. Such a row of `out` has the divisor 0, no severity and no caseness, but says of
/// self-harm what was answered. The two outputs must not overlap each other or `items`.
///
/// Errors: IAPT_ERROR_UNKNOWN_MEASURE; IAPT_ERROR_INVALID_ARGUMENT for unknown options; and of the first bad row
/// IAPT_ERROR_ITEM_COUNT or IAPT_ERROR_ITEM_OUT_OF_RANGE, with row and item, counted from 0, written to `error_row` and
/// `error_item` (either may be NULL). With these errors no row has a score, over the whole length of both outputs, and
/// self-harm is unknown.
/// Where a pointer or a length is refused, nothing is written.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "C names columns by its arguments")]
pub unsafe extern "C" fn iapt_score_items_rows(
    measure: iapt_measure,
    items: *const i8,
    items_per_row: usize,
    n: usize,
    options: u32,
    out: *mut iapt_score,
    scored: *mut u8,
    error_row: *mut usize,
    error_item: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let len = items_per_row.checked_mul(n).ok_or(Failure::INVALID_ARGUMENT)?;
        let items = caller.slice(items, len)?;
        let error_row = caller.optional_place(error_row)?;
        let error_item = caller.optional_place(error_item)?;
        let places = || [Place::optional_span(error_row.as_ref()), Place::optional_span(error_item.as_ref())];
        let [row, item] = places();
        let out = caller.slice_mut(out, n, &[Span::of(items), row, item])?;
        let [row, item] = places();
        let scored = caller.slice_mut(scored, n, &[Span::of(items), Span::of(out), row, item])?;
        let result = score_rows(measure, items, items_per_row, options, out, scored);
        if result.is_err() {
            out.fill(iapt_score::none(IAPT_SELF_HARM_UNKNOWN));
            scored.fill(0);
        }
        result.map_err(|failure| failure.told(error_row, error_item))
    })
}

fn score_rows(
    measure: iapt_measure,
    items: &[i8],
    items_per_row: usize,
    options: u32,
    out: &mut [iapt_score],
    scored: &mut [u8],
) -> Result<(), Failure> {
    let (measure, missing) = (built_in(measure)?, missing_items(options)?);
    for (row, (out, scored)) in out.iter_mut().zip(scored).enumerate() {
        let items = &items[row * items_per_row..][..items_per_row];
        let failed = |error: Error| Failure::from(error.in_row(row));
        (*out, *scored) = match measure.score_items(answers(items), missing) {
            Ok(score) => (iapt_score::of(score)?, 1),
            Err(error) if error.kind().is_missing_items() => {
                (iapt_score::none(measure.self_harm(answers(items)).map_err(failed)? as u8), 0)
            }
            Err(error) => return Err(failed(error)),
        };
    }
    Ok(())
}

/// The answer to the item on self-harm alone, also where too few items were answered for a score:
/// IAPT_SELF_HARM_REPORTED and so on.
///
/// Errors: IAPT_ERROR_UNKNOWN_MEASURE, IAPT_ERROR_ITEM_COUNT, IAPT_ERROR_ITEM_OUT_OF_RANGE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_self_harm(
    measure: iapt_measure,
    items: *const i8,
    len: usize,
    out: *mut u8,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let (items, out) = (caller.slice(items, len)?, caller.place(out)?);
        out.write(built_in(measure)?.self_harm(answers(items))? as u8);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use iapt_core::SelfHarm;

    #[test]
    fn constants_are_those_of_the_core() {
        assert_eq!(SelfHarm::NotReported as u8, IAPT_SELF_HARM_NOT_REPORTED);
        assert_eq!(SelfHarm::Reported as u8, IAPT_SELF_HARM_REPORTED);
        assert_eq!(SelfHarm::Unknown as u8, IAPT_SELF_HARM_UNKNOWN);
        assert_eq!(SelfHarm::NotAsked as u8, IAPT_SELF_HARM_NOT_ASKED);
    }
}
