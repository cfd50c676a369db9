//! What can be wrong with an input, and where.

use crate::measure::Range;
use core::fmt;

/// An input that has no result: what is wrong, in which field, row and item, and what would be allowed.
///
/// Rows and items are counted from 0. The message never contains the value that was refused: answers and scores
/// are patient data, and error texts end up in logs.
///
/// ```
/// use iapt_core::{PHQ9, ErrorKind, Score};
/// let error = PHQ9.pair(Some(Score::whole(30)), None).unwrap_err();
/// assert_eq!(error.to_string(), "first: must be a whole number from 0 to 27");
/// assert_eq!(error.kind().code(), 101);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    field: Option<&'static str>,
    row: Option<usize>,
    item: Option<usize>,
}

macro_rules! error_kinds {
    ($($(#[$attribute:meta])* $variant:ident $(($($payload:ty),+))? = $code:literal, $name:literal;)+) => {
        /// What is wrong, with what would be allowed. Every kind has a number and a name that are the same in
        /// every language and never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[$attribute])* $variant $(($($payload),+))?,)+
        }

        impl ErrorKind {
            /// Every code with its name, in ascending order.
            pub const CODES: &'static [(u16, &'static str)] = &[$(($code, $name)),+];

            /// The stable number, the same as the C status.
            #[must_use]
            pub const fn code(self) -> u16 {
                match self {
                    $(error_kinds!(@pattern $variant $(($($payload),+))?) => $code,)+
                }
            }
        }
    };
    (@pattern $variant:ident) => { Self::$variant };
    (@pattern $variant:ident ($($payload:ty),+)) => { Self::$variant(..) };
}

error_kinds! {
    /// A score outside the range of its measure.
    #[error("must be {0}")]
    OutOfRange(Range) = 101, "OUT_OF_RANGE";
    /// A fraction on a measure of whole scores.
    #[error("must be {0}")]
    NotWhole(Range) = 102, "NOT_WHOLE";
    /// Not a decimal number of at most 18 digits.
    #[error("must be {0}, with at most 18 digits")]
    NotANumber(Range) = 103, "NOT_A_NUMBER";
    /// An answer outside the range of its item.
    #[error("must be a whole number from {0} to {1}, or missing")]
    ItemOutOfRange(u8, u8) = 201, "ITEM_OUT_OF_RANGE";
    /// Another number of items than the questionnaire has.
    #[error(fmt = write_item_count)]
    ItemCount(u8, u8) = 202, "ITEM_COUNT";
    /// Too many items unanswered for a score: the number allowed.
    #[error("has no score: more than {0} items are unanswered")]
    TooManyMissing(u8) = 203, "TOO_MANY_MISSING";
    /// An unanswered item where only complete questionnaires are accepted.
    #[error("has an unanswered item where every item must be answered")]
    Incomplete = 204, "INCOMPLETE";
    /// A measure that was defined without items.
    #[error("the measure was defined without items")]
    NoItems = 205, "NO_ITEMS";
    /// No measure of this name.
    #[error("no measure of this name is known")]
    UnknownMeasure = 301, "UNKNOWN_MEASURE";
    /// A known measure whose national threshold is not confirmed, or one without a threshold.
    #[error("threshold not configured: give the measure's caseness threshold and reliable change")]
    NoThreshold = 302, "NO_THRESHOLD";
    /// A definition that contradicts itself.
    #[error("{0}")]
    InvalidMeasure(DefinitionFault) = 303, "INVALID_MEASURE";
    /// Counts of which one exceeds another that contains it.
    #[error("the counts contradict each other: {0}")]
    InconsistentCounts(&'static str) = 401, "INCONSISTENT_COUNTS";
    /// Facts that cannot hold together.
    #[error("the eight facts contradict each other: no referral has this outcome")]
    InconsistentFacts = 402, "INCONSISTENT_FACTS";
    /// A standard deviation that is not above 0.
    #[error("must be a number above 0")]
    InvalidSd = 403, "INVALID_SD";
    /// Counts whose sum is beyond 64 bits, or tables of more rows or groups than 32 bits count.
    #[error("the counts or tables are too large to be added")]
    TooLarge = 404, "TOO_LARGE";
    /// Columns of different lengths.
    #[error("must be as long as the other columns: {0} rows")]
    LengthMismatch(usize) = 501, "LENGTH_MISMATCH";
    /// A group number that is not below the number of groups.
    #[error("must be below the number of groups: {0}")]
    GroupOutOfRange(usize) = 502, "GROUP_OUT_OF_RANGE";
    /// Memory for the result could not be had.
    #[error("not enough memory")]
    OutOfMemory = 503, "OUT_OF_MEMORY";
}

fn write_item_count(least: &u8, most: &u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if least == most {
        write!(f, "must have {most} items")
    } else {
        write!(f, "must have from {least} to {most} items")
    }
}

impl ErrorKind {
    /// Whether it only says that too few items were answered for a score: not a fault of the input, and in a column
    /// a missing score.
    #[must_use]
    pub const fn is_missing_items(self) -> bool {
        matches!(self, Self::TooManyMissing(_) | Self::Incomplete)
    }

    /// The stable name, for instance `OUT_OF_RANGE`.
    #[must_use]
    pub fn name(self) -> &'static str {
        let code = self.code();
        Self::CODES.iter().find(|(c, _)| *c == code).map_or("", |(_, name)| name)
    }
}

/// What contradicts itself in the definition of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionFault {
    /// The range is empty.
    #[error("min_score must be below max_score")]
    EmptyRange,
    /// A fraction for the lowest or highest of whole scores.
    #[error("min_score and max_score must be whole numbers where the scores are")]
    FractionalRange,
    /// Nobody, or everybody, would be a case.
    #[error("caseness_threshold must divide the range of scores in cases and others")]
    Threshold,
    /// A change that always or never counts as reliable.
    #[error("reliable_change must be above 0 and at most the width of the range")]
    ReliableChange,
    /// Items that cannot give the range of scores.
    #[error("the items do not give scores from min_score to max_score")]
    Items,
    /// Severity bands that leave a gap or are out of order.
    #[error("the severity bands must rise from min_score")]
    Bands,
}

impl Error {
    pub(crate) const fn new(kind: ErrorKind) -> Self {
        Self { kind, field: None, row: None, item: None }
    }

    /// The same error, said of this field.
    #[must_use]
    pub const fn in_field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// The same error, said of this row, counted from 0.
    #[must_use]
    pub const fn in_row(mut self, row: usize) -> Self {
        self.row = Some(row);
        self
    }

    /// The same error, said of this item, counted from 0.
    #[must_use]
    pub const fn in_item(mut self, item: usize) -> Self {
        self.item = Some(item);
        self
    }

    /// What is wrong and what would be allowed.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The field at fault, where there is one.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        self.field
    }

    /// The row at fault, counted from 0, where there is one.
    #[must_use]
    pub const fn row(&self) -> Option<usize> {
        self.row
    }

    /// The item at fault, counted from 0, where there is one.
    #[must_use]
    pub const fn item(&self) -> Option<usize> {
        self.item
    }
}

// Rule FINDING-3: Errors and findings name place and allowed range, never the answer, score or identifier.
// Source: this project's choice.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        let places = [("row ", self.row), ("item ", self.item)];
        if let Some(field) = self.field {
            write!(f, "{field}")?;
            separator = ", ";
        }
        for (word, place) in places {
            if let Some(number) = place {
                write!(f, "{separator}{word}{number}")?;
                separator = ", ";
            }
        }
        let colon = if separator.is_empty() { "" } else { ": " };
        write!(f, "{colon}{}", self.kind)
    }
}

impl core::error::Error for Error {}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_ascending() {
        for pair in ErrorKind::CODES.windows(2) {
            assert!(pair[0].0 < pair[1].0);
        }
        let mut names: Vec<_> = ErrorKind::CODES.iter().map(|c| c.1).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ErrorKind::CODES.len());
        assert_eq!(ErrorKind::Incomplete.name(), "INCOMPLETE");
    }

    #[test]
    fn says_where() {
        let error = Error::new(ErrorKind::ItemOutOfRange(0, 3)).in_field("PHQ-9").in_row(7).in_item(8);
        assert_eq!(error.to_string(), "PHQ-9, row 7, item 8: must be a whole number from 0 to 3, or missing");
        assert_eq!(Error::new(ErrorKind::NoThreshold).to_string(), ErrorKind::NoThreshold.to_string());
    }
}
