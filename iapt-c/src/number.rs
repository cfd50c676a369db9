//! Exact numbers.

use crate::guard::guard;
use crate::pointer::Caller;
use crate::status::{Failure, iapt_status};
use iapt_core::Score;
use std::ffi::c_char;
use std::str;

/// An exact number: numerator / denominator. 18 is {18, 1}, 2.27 is {227, 100}.
///
/// A denominator of 0 is a missing number, whatever the numerator. Numbers that the library gives are in lowest
/// terms; numbers it is given need not be, but the denominator in lowest terms must be at most 10^18.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_number {
    /// Bears the sign.
    pub numerator: i64,
    /// 0 where the number is missing.
    pub denominator: u64,
}

impl iapt_number {
    const MISSING: Self = Self { numerator: 0, denominator: 0 };

    /// The exact number, or `None` where it is missing.
    pub(crate) fn score(self) -> Result<Option<Score>, Failure> {
        if self.denominator == 0 {
            return Ok(None);
        }
        Score::ratio(self.numerator, self.denominator).map(Some).ok_or(Failure::NOT_A_NUMBER)
    }

    /// The exact number, which must be there.
    pub(crate) fn present(self) -> Result<Score, Failure> {
        self.score()?.ok_or(Failure::NOT_A_NUMBER)
    }
}

impl From<Score> for iapt_number {
    fn from(score: Score) -> Self {
        Self { numerator: score.numerator(), denominator: score.denominator() }
    }
}

impl From<Option<Score>> for iapt_number {
    fn from(score: Option<Score>) -> Self {
        score.map_or(Self::MISSING, Self::from)
    }
}

/// Reads a number exactly: "18", "-3", "2.27", "1e-2", or a ratio of whole numbers such as "61/27".
///
/// `text` has `length` bytes and need not be NUL-terminated.
///
/// Errors: IAPT_ERROR_NOT_A_NUMBER, also for an empty text and for more than 18 digits that count;
/// IAPT_ERROR_OUT_OF_RANGE for a number larger than any score could be.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_number_parse(
    text: *const c_char,
    length: usize,
    out: *mut iapt_number,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let text = caller.slice(text.cast::<u8>(), length)?;
        let out = caller.place(out)?;
        let text = str::from_utf8(text).map_err(|_| Failure::NOT_A_NUMBER)?;
        out.write(text.parse::<Score>()?.into());
        Ok(())
    })
}
