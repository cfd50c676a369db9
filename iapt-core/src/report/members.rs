//! The report of many referrals, by several threads.

use super::conditions::Shown;
use super::disclosure::Figures;
use super::figure::Inputs;
use super::table::{Disclosure, Report};
use super::tally::Tally;
use crate::batch::{Grouped, NO_OWNER, useful};
use crate::error::{Error, ErrorKind};
use crate::threads::in_threads;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicUsize, Ordering};

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
        if shown.len() != group_of.len() {
            return Err(ErrorKind::LengthMismatch(shown.len()).into());
        }
        if group_of.contains(&NO_OWNER) {
            return Err(ErrorKind::GroupOutOfRange(groups).into());
        }
        let members = Grouped::new(groups, group_of, |_| (), threads)?;
        let workers = useful(threads);
        let next = AtomicUsize::new(0);
        let parts = in_threads(0..workers, |_| work(&members, groups, shown, &next, inputs));
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

/// What one worker made of the groups that it took.
#[derive(Default)]
struct Part {
    total: Tally,
    groups: Vec<(usize, Figures)>,
}

/// Takes group after group until there are none left.
fn work(
    members: &Grouped<()>,
    groups: usize,
    shown: &[Option<Shown>],
    next: &AtomicUsize,
    inputs: &Inputs,
) -> Part {
    let mut part = Part::default();
    loop {
        let group = next.fetch_add(1, Ordering::Relaxed);
        if group >= groups {
            return part;
        }
        let tally: Tally =
            members.places(group).iter().filter_map(|row| shown[*row as usize].as_ref()).collect();
        part.total.merge(&tally);
        part.groups.push((group, tally.figures(inputs).collect()));
    }
}
