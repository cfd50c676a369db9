//! The outcomes of many referrals: columns in, a byte a row out.

use crate::guard::guard;
use crate::measure::iapt_definition;
use crate::pointer::{Caller, Place, Plain, Span};
use crate::status::{Failure, iapt_status};
use iapt_core::batch::{Missing, Output, Scores, Values, outcomes_on};
use iapt_core::{GAD7, Measure, PHQ9};
use std::ptr;

/// The columns of a call.
struct Columns<T> {
    values: [*const T; 4],
    validity: [*const u8; 4],
    n: usize,
    flags: *mut u8,
    error_row: *mut usize,
}

impl<T: Plain> Columns<T> {
    /// Where the memory can be used, writes the outcomes, or zeros where there is an error.
    fn outcomes<'c>(
        self,
        caller: &'c Caller,
        values: fn(&'c [T]) -> Values<'c>,
        measures: impl FnOnce() -> Result<[Measure; 2], Failure>,
    ) -> Result<(), Failure> {
        let [a, b, c, d] = self.values.map(|column| caller.slice(column, self.n));
        let columns = [a?, b?, c?, d?];
        let [a, b, c, d] = self.validity.map(|bits| bitmap(caller, bits, self.n));
        let bitmaps = [a?, b?, c?, d?];
        let [a, b, c, d] = columns.map(Span::of);
        let [e, f, g, h] = bitmaps.map(|bits| Span::of(bits.unwrap_or(&[])));
        let error_row = caller.optional_place(self.error_row)?;
        let row = Place::optional_span(error_row.as_ref());
        let flags = caller.slice_mut(self.flags, self.n, &[a, b, c, d, e, f, g, h, row])?;
        let [a, b, c, d] = [0, 1, 2, 3].map(|at| {
            let missing = bitmaps[at].map_or(Missing::None, |bits| Missing::Bitmap { bits, offset: 0 });
            Scores::new(values(columns[at]), missing)
        });
        let result = (|| {
            let [depression, anxiety] = &measures()?;
            Ok(outcomes_on([depression, anxiety], &[a?, b?, c?, d?], Output::Bits(flags), 1)?)
        })();
        if result.is_err() {
            flags.fill(0);
        }
        result.map_err(|failure: Failure| failure.told(error_row, None))
    }
}

fn bitmap(caller: &Caller, bits: *const u8, rows: usize) -> Result<Option<&[u8]>, Failure> {
    if bits.is_null() { Ok(None) } else { caller.slice(bits, rows.div_ceil(8)).map(Some) }
}

fn national() -> Result<[Measure; 2], Failure> {
    Ok([PHQ9.clone(), GAD7.clone()])
}

const ALL_VALID: [*const u8; 4] = [ptr::null(); 4];

/// The outcomes of `n` referrals from columns of bytes, in which IAPT_MISSING_U8 is a missing score.
///
/// `flags` gets a byte of iapt_outcome_flags a row. It must not overlap the columns.
///
/// Errors: IAPT_ERROR_OUT_OF_RANGE for the first bad row, which is written to `error_row`, counted from 0, unless that
/// is NULL. `flags` is then 0 over its whole length. Where a pointer or a length is refused, nothing is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_outcomes_u8(
    phq9_first: *const u8,
    phq9_last: *const u8,
    gad7_first: *const u8,
    gad7_last: *const u8,
    n: usize,
    flags: *mut u8,
    error_row: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let values = [phq9_first, phq9_last, gad7_first, gad7_last];
        let columns = Columns { values, validity: ALL_VALID, n, flags, error_row };
        columns.outcomes(&caller, Values::Codes, national)
    })
}

/// The outcomes of `n` referrals from columns of 16-bit integers, each with a validity bitmap.
///
/// A bitmap has a bit a row, the lowest bit of a byte first, 0 for a missing score (Apache Arrow's validity bitmap,
/// from its first bit on); NULL where no score of the column is missing. No integer stands for a missing score: 255
/// is out of range here.
///
/// Errors: as iapt_outcomes_u8().
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "C names columns by its arguments")]
pub unsafe extern "C" fn iapt_outcomes_i16(
    phq9_first: *const i16,
    phq9_last: *const i16,
    gad7_first: *const i16,
    gad7_last: *const i16,
    phq9_first_validity: *const u8,
    phq9_last_validity: *const u8,
    gad7_first_validity: *const u8,
    gad7_last_validity: *const u8,
    n: usize,
    flags: *mut u8,
    error_row: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let values = [phq9_first, phq9_last, gad7_first, gad7_last];
        let validity = [phq9_first_validity, phq9_last_validity, gad7_first_validity, gad7_last_validity];
        Columns { values, validity, n, flags, error_row }.outcomes(&caller, Values::I16, national)
    })
}

/// The same for columns of 32-bit integers: see iapt_outcomes_i16().
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "C names columns by its arguments")]
pub unsafe extern "C" fn iapt_outcomes_i32(
    phq9_first: *const i32,
    phq9_last: *const i32,
    gad7_first: *const i32,
    gad7_last: *const i32,
    phq9_first_validity: *const u8,
    phq9_last_validity: *const u8,
    gad7_first_validity: *const u8,
    gad7_last_validity: *const u8,
    n: usize,
    flags: *mut u8,
    error_row: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let values = [phq9_first, phq9_last, gad7_first, gad7_last];
        let validity = [phq9_first_validity, phq9_last_validity, gad7_first_validity, gad7_last_validity];
        Columns { values, validity, n, flags, error_row }.outcomes(&caller, Values::I32, national)
    })
}

/// The same for columns of 64-bit integers: see iapt_outcomes_i16().
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "C names columns by its arguments")]
pub unsafe extern "C" fn iapt_outcomes_i64(
    phq9_first: *const i64,
    phq9_last: *const i64,
    gad7_first: *const i64,
    gad7_last: *const i64,
    phq9_first_validity: *const u8,
    phq9_last_validity: *const u8,
    gad7_first_validity: *const u8,
    gad7_last_validity: *const u8,
    n: usize,
    flags: *mut u8,
    error_row: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let values = [phq9_first, phq9_last, gad7_first, gad7_last];
        let validity = [phq9_first_validity, phq9_last_validity, gad7_first_validity, gad7_last_validity];
        Columns { values, validity, n, flags, error_row }.outcomes(&caller, Values::I64, national)
    })
}

/// The same for columns of floats, in which NaN is a missing score. Each float is read by its shortest decimal text.
///
/// Errors: as iapt_outcomes_u8(); IAPT_ERROR_NOT_WHOLE for a fraction, IAPT_ERROR_NOT_A_NUMBER for an infinity and for a
/// number of more than 18 decimals.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_outcomes_f64(
    phq9_first: *const f64,
    phq9_last: *const f64,
    gad7_first: *const f64,
    gad7_last: *const f64,
    n: usize,
    flags: *mut u8,
    error_row: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let values = [phq9_first, phq9_last, gad7_first, gad7_last];
        let columns = Columns { values, validity: ALL_VALID, n, flags, error_row };
        columns.outcomes(&caller, Values::F64, national)
    })
}

/// As iapt_outcomes_f64(), on a depression and an anxiety measure of the caller's choice.
///
/// Errors: those of iapt_definition_check(); IAPT_ERROR_NO_THRESHOLD for a measure without a threshold or a reliable
/// change; those of iapt_outcomes_f64(). `flags` is then 0 over its whole length.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "C names columns by its arguments")]
pub unsafe extern "C" fn iapt_outcomes_f64_on(
    depression: *const iapt_definition,
    anxiety: *const iapt_definition,
    depression_first: *const f64,
    depression_last: *const f64,
    anxiety_first: *const f64,
    anxiety_last: *const f64,
    n: usize,
    flags: *mut u8,
    error_row: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let (depression, anxiety) = (caller.read(depression)?, caller.read(anxiety)?);
        let values = [depression_first, depression_last, anxiety_first, anxiety_last];
        let columns = Columns { values, validity: ALL_VALID, n, flags, error_row };
        columns.outcomes(&caller, Values::F64, || Ok([depression.measure()?, anxiety.measure()?]))
    })
}
