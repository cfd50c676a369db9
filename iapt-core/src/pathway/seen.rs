//! The first and the last of dated values.

use crate::day::Day;

/// The earliest and the latest value seen so far, which may be the same. Of values on one day the one that was added last
/// counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<T>(Option<[(Day, T); 2]>);

impl<T: Copy> Seen<T> {
    /// None yet.
    pub(crate) const NONE: Self = Self(None);

    pub(crate) fn add(&mut self, date: Day, value: T) {
        let new = (date, value);
        let [first, last] = self.0.unwrap_or([new; 2]);
        self.0 = Some([if date <= first.0 { new } else { first }, if date >= last.0 { new } else { last }]);
    }

    pub(crate) const fn ends(self) -> Option<[(Day, T); 2]> {
        self.0
    }
}
