//! The report of many referrals: every official measure for every group and for all.

use super::conditions::Shown;
use super::disclosure::{self, Figures};
use super::figure::{Figure, Inputs};
use super::tally::Tally;
use crate::error::{Error, ErrorKind};
use alloc::vec::Vec;
#[cfg(feature = "std")]
use core::sync::atomic::{AtomicUsize, Ordering};
#[cfg(feature = "std")]
use std::panic::resume_unwind;
#[cfg(feature = "std")]
use std::thread::ScopedJoinHandle;

/// What of a report may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Disclosure {
    /// As in published tables below the national level: counts of 0 to 4 hidden, all others rounded to 5, whole
    /// percentages, and more hidden where a small count could be worked out.
    #[default]
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
    /// [`ErrorKind::OutOfMemory`], [`ErrorKind::TooLarge`].
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

    /// The report of referrals of which each belongs to one of so many groups; `None` are left out. It is made by up to so
    /// many threads.
    ///
    /// # Errors
    /// [`ErrorKind::LengthMismatch`] where the lists differ in length, [`ErrorKind::GroupOutOfRange`],
    /// [`ErrorKind::OutOfMemory`], [`ErrorKind::TooLarge`].
    #[cfg(feature = "std")]
    pub fn of_referrals(
        shown: &[Option<Shown>],
        group_of: &[u32],
        groups: usize,
        inputs: &Inputs,
        disclosure: Disclosure,
        threads: usize,
    ) -> Result<Self, Error> {
        let members = Members::new(shown, group_of, groups)?;
        let workers = threads.clamp(1, std::thread::available_parallelism().map_or(1, usize::from));
        let next = AtomicUsize::new(0);
        let parts = std::thread::scope(|scope| {
            let work = || members.work(shown, &next, inputs);
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            let join = |worker: ScopedJoinHandle<'_, Part>| {
                worker.join().unwrap_or_else(|panic| resume_unwind(panic))
            };
            workers.into_iter().map(join).collect::<Vec<_>>()
        });
        let mut total = Tally::default();
        let mut made = Vec::new();
        for part in parts {
            total.merge(&part.total);
            made.extend(part.groups);
        }
        made.sort_unstable_by_key(|(group, _)| *group);
        let groups = made.into_iter().map(|(_, figures)| figures).collect();
        Self { groups, total: total.figures(inputs).collect() }.disclosed(disclosure)
    }

    fn disclosed(mut self, disclosure: Disclosure) -> Result<Self, Error> {
        if disclosure != Disclosure::Exact {
            let national = disclosure == Disclosure::NationalTotal;
            disclosure::disclose(&mut self.groups, &mut self.total, national)?;
        }
        Ok(self)
    }
}

/// The referrals of each group, side by side.
#[cfg(feature = "std")]
struct Members {
    starts: Vec<usize>,
    rows: Vec<usize>,
}

/// What one worker made of the groups that it took.
#[cfg(feature = "std")]
#[derive(Default)]
struct Part {
    total: Tally,
    groups: Vec<(usize, Figures)>,
}

#[cfg(feature = "std")]
impl Members {
    fn new(shown: &[Option<Shown>], group_of: &[u32], groups: usize) -> Result<Self, ErrorKind> {
        if shown.len() != group_of.len() {
            return Err(ErrorKind::LengthMismatch(shown.len()));
        }
        let mut starts = alloc::vec![0; groups + 1];
        for group in group_of {
            let next = starts.get_mut(*group as usize + 1).ok_or(ErrorKind::GroupOutOfRange(groups))?;
            *next += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut rows = Vec::new();
        rows.try_reserve_exact(shown.len()).map_err(|_| ErrorKind::OutOfMemory)?;
        rows.resize(shown.len(), 0);
        for (row, group) in group_of.iter().enumerate() {
            rows[next[*group as usize]] = row;
            next[*group as usize] += 1;
        }
        Ok(Self { starts, rows })
    }

    /// Takes group after group until there are none left.
    fn work(&self, shown: &[Option<Shown>], next: &AtomicUsize, inputs: &Inputs) -> Part {
        let mut part = Part::default();
        loop {
            let group = next.fetch_add(1, Ordering::Relaxed);
            let (Some(start), Some(end)) = (self.starts.get(group), self.starts.get(group + 1)) else {
                return part;
            };
            let mut tally = Tally::default();
            tally.extend(self.rows[*start..*end].iter().filter_map(|row| shown[*row].as_ref()));
            part.total.merge(&tally);
            part.groups.push((group, tally.figures(inputs).collect()));
        }
    }
}
