//! Why an outcome is what it is, as a text in the caller's buffer.

use crate::guard::guard;
use crate::outcome::{IAPT_MISSING_U8, iapt_scores};
use crate::pointer::{Caller, Place};
use crate::status::{Failure, iapt_status};
use iapt_core::{GAD7, PHQ9, Referral, Score};
use std::ffi::c_char;
use std::fmt::{self, Display, Write};

/// Explains a referral's outcome, in English: which scores there are, which threshold decided, what was missing. The
/// text contains the scores.
///
/// Writes a NUL-terminated ASCII text to `buffer`, which has room for `capacity` bytes, and its length without the NUL
/// to `length`. Where the text and its NUL do not fit, `length` alone is written, so that a buffer of `*length + 1`
/// bytes is enough for a second call. `buffer` may be NULL where `capacity` is 0.
///
/// Errors: IAPT_ERROR_OUT_OF_RANGE; IAPT_ERROR_BUFFER_TOO_SMALL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_explain(
    scores: *const iapt_scores,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let scores = caller.read(scores)?;
        let length = caller.place(length)?;
        let buffer = caller.slice_mut(buffer.cast::<u8>(), capacity, &[length.span()])?;
        let referral = Referral::new(
            PHQ9.pair(score(scores.phq9_first), score(scores.phq9_last))?,
            GAD7.pair(score(scores.gad7_first), score(scores.gad7_last))?,
            None,
        )?;
        write_text(&referral.explain(), buffer, length)
    })
}

/// Writes a text and its NUL if they fit, and says how long it is in any case.
pub(crate) fn write_text(
    text: &impl Display,
    buffer: &mut [u8],
    length: Place<'_, usize>,
) -> Result<(), Failure> {
    let needed = measured(text);
    length.write(needed);
    if needed >= buffer.len() {
        return Err(Failure::BUFFER_TOO_SMALL);
    }
    let (place, rest) = buffer.split_at_mut(needed);
    rest[0] = 0;
    write!(Text(place), "{text}").map_err(|_| Failure::BUFFER_TOO_SMALL)
}

fn score(code: u8) -> Option<Score> {
    (code != IAPT_MISSING_U8).then_some(code.into())
}

fn measured(text: &impl Display) -> usize {
    let mut length = Length(0);
    // Counting cannot fail.
    _ = write!(length, "{text}");
    length.0
}

struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

struct Text<'b>(&'b mut [u8]);

impl Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let place = self.0.split_off_mut(..text.len()).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        Ok(())
    }
}
