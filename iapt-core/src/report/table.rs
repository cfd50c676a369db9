//! The report of many referrals: every official measure for every group and for all.

use super::disclosure;
use super::figure::{Figure, Inputs};
use super::tally::Tally;
use crate::error::Error;
use alloc::vec::Vec;

/// What of a report may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Disclosure {
    /// As in published tables below the national level: counts of 0 to 4 hidden, all others rounded to 5, whole
    /// percentages, and more hidden where a small count could be worked out.
    #[default]
    // Rule DISCLOSURE-10: Disclosure control is on unless it is switched off. Source: this project's choice.
    Controlled,
    /// The same, but the total is a national row: exact.
    NationalTotal,
    /// Everything is exact: not for publication.
    Exact,
}

/// Every official measure for each group and for all referrals together.
#[derive(Debug, Clone)]
pub struct Report {
    /// The figures of each group, in the order of the groups and of the official measures.
    pub groups: Vec<Vec<Figure>>,
    /// The figures of all referrals.
    pub total: Vec<Figure>,
}

impl Report {
    /// The report of tallies of groups that have no referral in common.
    ///
    /// ```
    /// use iapt_core::report::{Disclosure, Inputs, Report, Tally};
    /// let report = Report::of([Tally::default()], &Inputs::default(), Disclosure::Controlled)?;
    /// assert_eq!(report.groups[0][0].value, None, "a zero is hidden");
    /// # Ok::<(), iapt_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::ErrorKind::OutOfMemory), [`TooLarge`](crate::ErrorKind::TooLarge).
    pub fn of(
        tallies: impl IntoIterator<Item = Tally>,
        inputs: &Inputs,
        disclosure: Disclosure,
    ) -> Result<Self, Error> {
        let mut total = Tally::default();
        let mut groups = Vec::new();
        for tally in tallies {
            total.merge(&tally);
            groups.push(tally.figures(inputs).collect());
        }
        Self { groups, total: total.figures(inputs).collect() }.disclosed(disclosure)
    }

    pub(super) fn disclosed(mut self, disclosure: Disclosure) -> Result<Self, Error> {
        if disclosure != Disclosure::Exact {
            let national = disclosure == Disclosure::NationalTotal;
            disclosure::disclose(&mut self.groups, &mut self.total, national)?;
        }
        Ok(self)
    }
}
