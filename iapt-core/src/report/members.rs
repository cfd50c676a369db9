//! The report of many referrals, by several threads.

use super::conditions::Shown;
use super::disclosure::Figures;
use super::figure::Inputs;
use super::table::{Disclosure, Report};
use super::tally::Tally;
use crate::error::{Error, ErrorKind};
use alloc::vec::Vec;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::panic::resume_unwind;
use std::thread::ScopedJoinHandle;

impl Report {
    /// The report of referrals of which each belongs to one of so many groups; `None` are left out. It is made by up to so
    /// many threads.
    ///
    /// # Errors
    /// [`ErrorKind::LengthMismatch`] where the lists differ in length, [`ErrorKind::GroupOutOfRange`],
    /// [`ErrorKind::OutOfMemory`], [`ErrorKind::TooLarge`].
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
}

/// The referrals of each group, side by side.
struct Members {
    starts: Vec<usize>,
    rows: Vec<usize>,
}

/// What one worker made of the groups that it took.
#[derive(Default)]
struct Part {
    total: Tally,
    groups: Vec<(usize, Figures)>,
}

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
