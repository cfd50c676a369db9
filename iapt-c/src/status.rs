//! What a call can return.

use crate::guard::guard_or;
use crate::pointer::Place;
use iapt_core::{Error, ErrorKind, ParseScoreError};
use std::ffi::{CStr, c_char};

/// What became of a call: IAPT_OK, or why there is no result. The numbers never change their meaning.
pub type iapt_status = i32;

/// The call succeeded and its results are written.
pub const IAPT_OK: iapt_status = 0;

/// A score outside the range of its measure.
pub const IAPT_ERROR_OUT_OF_RANGE: iapt_status = 101;
/// A fraction on a measure of whole scores.
pub const IAPT_ERROR_NOT_WHOLE: iapt_status = 102;
/// Not a decimal number of at most 18 digits, or a missing number where there must be one.
pub const IAPT_ERROR_NOT_A_NUMBER: iapt_status = 103;

/// An answer outside the range of its item.
pub const IAPT_ERROR_ITEM_OUT_OF_RANGE: iapt_status = 201;
/// Another number of items than the questionnaire has.
pub const IAPT_ERROR_ITEM_COUNT: iapt_status = 202;
/// Too many items are unanswered for a score.
pub const IAPT_ERROR_TOO_MANY_MISSING: iapt_status = 203;
/// An unanswered item where only complete questionnaires are accepted.
pub const IAPT_ERROR_INCOMPLETE: iapt_status = 204;
/// A measure that was defined without items.
pub const IAPT_ERROR_NO_ITEMS: iapt_status = 205;

/// No measure of this name or number.
pub const IAPT_ERROR_UNKNOWN_MEASURE: iapt_status = 301;
/// A measure without the threshold or the reliable change that is needed.
pub const IAPT_ERROR_NO_THRESHOLD: iapt_status = 302;
/// A definition of a measure that contradicts itself.
pub const IAPT_ERROR_INVALID_MEASURE: iapt_status = 303;

/// Counts of which one exceeds another that contains it.
pub const IAPT_ERROR_INCONSISTENT_COUNTS: iapt_status = 401;
/// Flags that no referral can have.
pub const IAPT_ERROR_INCONSISTENT_FACTS: iapt_status = 402;
/// A standard deviation that is not above 0.
pub const IAPT_ERROR_INVALID_SD: iapt_status = 403;
/// A figure or a sum beyond what can be computed exactly.
pub const IAPT_ERROR_TOO_LARGE: iapt_status = 404;

/// Columns of different lengths.
pub const IAPT_ERROR_LENGTH_MISMATCH: iapt_status = 501;
/// A group number that is not below the number of groups.
pub const IAPT_ERROR_GROUP_OUT_OF_RANGE: iapt_status = 502;
/// Memory to work in could not be had.
pub const IAPT_ERROR_OUT_OF_MEMORY: iapt_status = 503;

/// A NULL pointer where there must be a value.
pub const IAPT_ERROR_NULL_POINTER: iapt_status = 901;
/// A pointer that is not aligned for its type.
pub const IAPT_ERROR_MISALIGNED: iapt_status = 902;
/// An option or a flag that does not exist, a reserved byte that is not 0, an array too long to exist, an output array
/// that overlaps another array, two own measures for one instrument, a text that is no UTF-8, or tallies that do not
/// belong together.
pub const IAPT_ERROR_INVALID_ARGUMENT: iapt_status = 903;
/// A buffer too small for the text.
pub const IAPT_ERROR_BUFFER_TOO_SMALL: iapt_status = 904;
/// No day of the years 0 to 9999, or a period that ends before it begins.
pub const IAPT_ERROR_NOT_A_DAY: iapt_status = 905;
/// A fault of this library, which it caught. Use none of the outputs of the call, and report it.
pub const IAPT_ERROR_PANIC: iapt_status = 999;

struct Status {
    status: iapt_status,
    name: &'static CStr,
    message: &'static CStr,
}

const fn status(status: iapt_status, name: &'static CStr, message: &'static CStr) -> Status {
    Status { status, name, message }
}

/// Of these texts none contains a value, which could be a patient's.
static STATUSES: [Status; 25] = [
    status(IAPT_OK, c"OK", c"success"),
    status(IAPT_ERROR_OUT_OF_RANGE, c"OUT_OF_RANGE", c"a score is outside the range of its measure"),
    status(IAPT_ERROR_NOT_WHOLE, c"NOT_WHOLE", c"a score of this measure must be a whole number"),
    status(
        IAPT_ERROR_NOT_A_NUMBER,
        c"NOT_A_NUMBER",
        c"not a decimal number of at most 18 digits, or missing where a number is needed",
    ),
    status(IAPT_ERROR_ITEM_OUT_OF_RANGE, c"ITEM_OUT_OF_RANGE", c"an answer is outside the range of its item"),
    status(IAPT_ERROR_ITEM_COUNT, c"ITEM_COUNT", c"the number of items is not that of the questionnaire"),
    status(IAPT_ERROR_TOO_MANY_MISSING, c"TOO_MANY_MISSING", c"no score: too many items are unanswered"),
    status(IAPT_ERROR_INCOMPLETE, c"INCOMPLETE", c"an item is unanswered where every item must be answered"),
    status(IAPT_ERROR_NO_ITEMS, c"NO_ITEMS", c"the measure was defined without items"),
    status(IAPT_ERROR_UNKNOWN_MEASURE, c"UNKNOWN_MEASURE", c"no such measure is known"),
    status(
        IAPT_ERROR_NO_THRESHOLD,
        c"NO_THRESHOLD",
        c"threshold not configured: give the measure's caseness threshold and reliable change",
    ),
    status(
        IAPT_ERROR_INVALID_MEASURE,
        c"INVALID_MEASURE",
        c"the definition of the measure contradicts itself",
    ),
    status(IAPT_ERROR_INCONSISTENT_COUNTS, c"INCONSISTENT_COUNTS", c"the counts contradict each other"),
    status(
        IAPT_ERROR_INCONSISTENT_FACTS,
        c"INCONSISTENT_FACTS",
        c"the flags contradict each other: no referral has this outcome",
    ),
    status(IAPT_ERROR_INVALID_SD, c"INVALID_SD", c"a standard deviation must be above 0"),
    status(IAPT_ERROR_TOO_LARGE, c"TOO_LARGE", c"a figure or a sum is too large"),
    status(IAPT_ERROR_LENGTH_MISMATCH, c"LENGTH_MISMATCH", c"the columns differ in length"),
    status(
        IAPT_ERROR_GROUP_OUT_OF_RANGE,
        c"GROUP_OUT_OF_RANGE",
        c"a group number is not below the number of groups",
    ),
    status(IAPT_ERROR_OUT_OF_MEMORY, c"OUT_OF_MEMORY", c"not enough memory"),
    status(IAPT_ERROR_NULL_POINTER, c"NULL_POINTER", c"a pointer is NULL"),
    status(IAPT_ERROR_MISALIGNED, c"MISALIGNED", c"a pointer is not aligned for its type"),
    status(
        IAPT_ERROR_INVALID_ARGUMENT,
        c"INVALID_ARGUMENT",
        c"unknown option, reserved byte not 0, array too long, arrays that overlap, or arguments that contradict",
    ),
    status(IAPT_ERROR_BUFFER_TOO_SMALL, c"BUFFER_TOO_SMALL", c"the buffer is too small for the text"),
    status(
        IAPT_ERROR_NOT_A_DAY,
        c"NOT_A_DAY",
        c"no day of the years 0 to 9999, or a period that ends before it begins",
    ),
    status(IAPT_ERROR_PANIC, c"PANIC", c"a fault of the library; please report it"),
];

const UNKNOWN: Status = status(-1, c"UNKNOWN_STATUS", c"no such status is known");

fn find(status: iapt_status) -> &'static Status {
    STATUSES.iter().find(|s| s.status == status).unwrap_or(&UNKNOWN)
}

/// What a status means, as a text for people. It contains no value of the input.
///
/// Gives a constant text for every number, unknown ones too; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn iapt_status_message(status: iapt_status) -> *const c_char {
    guard_or(UNKNOWN.message.as_ptr(), || find(status).message.as_ptr())
}

/// The name of a status, the same in every language: "OUT_OF_RANGE" for IAPT_ERROR_OUT_OF_RANGE.
///
/// Gives a constant text for every number, unknown ones too; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn iapt_status_name(status: iapt_status) -> *const c_char {
    guard_or(UNKNOWN.name.as_ptr(), || find(status).name.as_ptr())
}

/// Why a call has no result: a status other than `IAPT_OK`, and the row and the item at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failure {
    status: iapt_status,
    row: Option<usize>,
    item: Option<usize>,
}

impl Failure {
    pub(crate) const NULL_POINTER: Self = Self::of(IAPT_ERROR_NULL_POINTER);
    pub(crate) const MISALIGNED: Self = Self::of(IAPT_ERROR_MISALIGNED);
    pub(crate) const INVALID_ARGUMENT: Self = Self::of(IAPT_ERROR_INVALID_ARGUMENT);
    pub(crate) const BUFFER_TOO_SMALL: Self = Self::of(IAPT_ERROR_BUFFER_TOO_SMALL);
    pub(crate) const NOT_A_NUMBER: Self = Self::of(IAPT_ERROR_NOT_A_NUMBER);
    pub(crate) const NOT_A_DAY: Self = Self::of(IAPT_ERROR_NOT_A_DAY);
    pub(crate) const PANIC: Self = Self::of(IAPT_ERROR_PANIC);

    const fn of(status: iapt_status) -> Self {
        Self { status, row: None, item: None }
    }

    pub(crate) const fn status(self) -> iapt_status {
        self.status
    }

    /// The same failure, its row and its item written where the caller wants them.
    pub(crate) fn told(self, row: Option<Place<'_, usize>>, item: Option<Place<'_, usize>>) -> Self {
        for (place, at) in [(row, self.row), (item, self.item)] {
            if let (Some(place), Some(at)) = (place, at) {
                place.write(at);
            }
        }
        self
    }
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Error::from(kind).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { status: i32::from(error.kind().code()), row: error.row(), item: error.item() }
    }
}

impl From<ParseScoreError> for Failure {
    fn from(error: ParseScoreError) -> Self {
        match error {
            ParseScoreError::TooLarge => Self::of(IAPT_ERROR_OUT_OF_RANGE),
            _ => Self::NOT_A_NUMBER,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_the_core_has_its_status() {
        let own = |s: &&Status| s.status > 0 && s.status < IAPT_ERROR_NULL_POINTER;
        let here: Vec<_> =
            STATUSES.iter().filter(own).map(|s| (s.status, s.name.to_str().unwrap())).collect();
        let core: Vec<_> = ErrorKind::CODES.iter().map(|(code, name)| (i32::from(*code), *name)).collect();
        assert_eq!(here, core);
        assert_eq!(Failure::from(ErrorKind::NoItems).status(), IAPT_ERROR_NO_ITEMS);
    }

    #[test]
    fn statuses_ascend_and_have_texts() {
        assert!(STATUSES.windows(2).all(|pair| pair[0].status < pair[1].status));
        assert!(STATUSES.iter().all(|s| !s.name.is_empty() && !s.message.is_empty()));
        assert_eq!(find(12345).name, UNKNOWN.name);
        assert_eq!(find(i32::MIN).name, UNKNOWN.name);
    }
}
