//! From derived referrals to a service's report: the official measures for a period.

mod bytes;
mod conditions;
mod disclosure;
mod figure;
mod indicators;
mod interval;
#[cfg(feature = "std")]
mod members;
mod period;
mod table;
mod tally;

pub use bytes::ReadTallyError;
pub use conditions::{BANDS, Condition, Conditions, Quantity, Shown};
pub use figure::{Figure, Inputs, Number, Status};
pub use indicators::{Formula, INDICATORS, Indicator, RELATIONS, Relation, Terms};
pub use interval::{Against, Interval};
pub use period::{ParsePeriodError, Period};
pub use table::{Disclosure, Report};
pub use tally::Tally;
