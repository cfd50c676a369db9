//! Many referrals at once: columns in, columns out, no object per row.
//!
//! Every value is checked. The first bad row is reported and the output is then all zeros, so that nothing
//! half-written can be taken for a result.
//!
//! ```
//! use iapt_core::batch::{self, MISSING, Output, Scores};
//! let columns = [&[18_u8, 7][..], &[9, 7], &[14, 6], &[6, MISSING]].map(Scores::codes);
//! let mut facts = [0; 2];
//! batch::outcomes(&columns, Output::Bits(&mut facts), 1)?;
//! assert_eq!(facts, [0b1001_1011, 0b0000_0100]);
//! # Ok::<(), iapt_core::Error>(())
//! ```

mod codes;
mod facts;
mod grouped;
mod groups;
mod items;
mod kernel;
mod level;
mod scores;
mod sessions;

pub use codes::outcome_of_codes;
pub use facts::{FactColumns, Flags, Output};
pub use grouped::{Grouped, NO_OWNER, Owner};
pub use groups::count;
pub use items::score_items;
pub use kernel::{outcomes, outcomes_on};
pub use scores::{Missing, Scores, Values};
pub use sessions::{ReferralRow, Sessions};

/// The code of a missing score in a column of `u8`.
pub const MISSING: u8 = u8::MAX;

/// Answers are below this in every questionnaire, so that a byte holds them beside the codes for missing and bad ones.
pub(crate) const LARGEST_ANSWER: u8 = scores::BAD;

/// The names of the four columns of scores, in order; errors name the field by them.
pub const COLUMNS: [&str; 4] = ["phq9_first", "phq9_last", "gad7_first", "gad7_last"];

/// How many rows are worked on at a time: few enough to stay in the processor's first cache.
pub(crate) const BLOCK: usize = 256;

/// The rows of each thread's share: a multiple of a block, so that no two threads share a byte of a bitmap.
#[cfg(feature = "std")]
pub(crate) fn share(rows: usize, threads: usize) -> usize {
    rows.div_ceil(useful(threads)).next_multiple_of(BLOCK)
}

/// So many threads, but never more than the machine runs at once.
#[cfg(feature = "std")]
pub(crate) fn useful(threads: usize) -> usize {
    threads.clamp(1, std::thread::available_parallelism().map_or(1, usize::from))
}
