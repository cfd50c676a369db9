//! Disclosure control: what of a table of counts may be shown so that no small count can be worked out.

use crate::edition::Edition;
use crate::error::{Error, ErrorKind};
use crate::rates::Disclosed;
use alloc::vec::Vec;

/// Groups of a table and their total, ready for publication.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct DisclosedCounts {
    /// The counts of the groups, in the order given.
    pub groups: Vec<Disclosed<u64>>,
    /// Their total.
    pub total: Disclosed<u64>,
}

/// Rounds and suppresses the counts of groups that add up to a total which is published with them.
///
/// Counts of 0 to 4 are suppressed, zero included; the others are rounded to the nearest 5 (NHS England's rule
/// for sub-national tables). Beyond it: where one group alone would be hidden, or where the rounded figures would
/// still pin a hidden small count to one value, the next smallest group is hidden too, and at last the total.
///
/// # Errors
/// [`ErrorKind::TooLarge`] where the total is beyond 64 bits, [`ErrorKind::OutOfMemory`].
///
/// ```
/// use iapt_core::{disclose, Disclosed::{Suppressed, Value}};
/// let table = disclose(&[3, 12, 48])?;
/// assert_eq!(table.groups, [Suppressed, Suppressed, Value(50)]); // 3, or else 63 - 48 - 12 would tell it
/// assert_eq!(table.total, Value(65));
/// # Ok::<(), iapt_core::Error>(())
/// ```
pub fn disclose(groups: &[u64]) -> Result<DisclosedCounts, Error> {
    let sum = groups.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count));
    // Room for rounding up.
    let total = sum.filter(|sum| *sum <= u64::MAX - rounding_base()).ok_or(ErrorKind::TooLarge)?;
    let mut table = Table::new(groups, total)?;
    while let Some(next) = table.next_to_hide() {
        table.hide(next);
    }
    Ok(table.published()?)
}

pub(crate) fn rounding_base() -> u64 {
    Edition::CURRENT.rounding_base
}

pub(crate) fn largest_suppressed() -> u64 {
    Edition::CURRENT.largest_suppressed_count
}

pub(crate) fn rounded(count: u64) -> u64 {
    let base = rounding_base();
    (count + base / 2) / base * base
}

/// What a reader knows of a count that is shown: the values that round to it and are not suppressed.
fn bounds(count: u64) -> (u128, u128) {
    let (half, shown) = (rounding_base() / 2, rounded(count));
    let low = shown.saturating_sub(half).max(largest_suppressed() + 1);
    (u128::from(low), u128::from(shown) + u128::from(half))
}

/// What can be hidden.
#[derive(Clone, Copy)]
enum Cell {
    Group(usize),
    Total,
}

/// The table on its way: which cells are hidden, and sums over those that are not.
struct Table<'a> {
    groups: &'a [u64],
    total: u64,
    hidden: Vec<bool>,
    total_hidden: bool,
    /// The groups that are not small, the largest first, those already hidden taken off the end.
    shown: Vec<usize>,
    small: u128,
    others_hidden: u128,
    shown_bounds: (u128, u128),
}

impl<'a> Table<'a> {
    fn new(groups: &'a [u64], total: u64) -> Result<Self, ErrorKind> {
        let mut hidden = Vec::new();
        hidden.try_reserve_exact(groups.len()).map_err(|_| ErrorKind::OutOfMemory)?;
        hidden.extend(groups.iter().map(|count| *count <= largest_suppressed()));
        let mut shown = Vec::new();
        shown.try_reserve_exact(groups.len()).map_err(|_| ErrorKind::OutOfMemory)?;
        shown.extend((0..groups.len()).filter(|at| !hidden[*at]));
        shown.sort_unstable_by_key(|at| (core::cmp::Reverse(groups[*at]), *at));
        let small = (groups.len() - shown.len()) as u128;
        let shown_bounds =
            shown.iter().map(|at| bounds(groups[*at])).fold((0, 0), |s, b| (s.0 + b.0, s.1 + b.1));
        let total_hidden = total <= largest_suppressed();
        Ok(Self { groups, total, hidden, total_hidden, shown, small, others_hidden: 0, shown_bounds })
    }

    /// The cell to hide next, while the table as it stands gives something away.
    // Rule DISCLOSURE-4: Of a list of counts with its total more is hidden until no small count can be worked
    // out. Source: this project's choice.
    fn next_to_hide(&self) -> Option<Cell> {
        if self.small == 0 || self.total_hidden || !(self.lonely() || self.pinned()) {
            return None;
        }
        Some(self.shown.last().map_or(Cell::Total, |at| Cell::Group(*at)))
    }

    /// A single hidden group is the total less the others.
    fn lonely(&self) -> bool {
        self.small + self.others_hidden == 1
    }

    /// Whether the rounded figures leave a small group only one value. What the hidden groups hold together lies
    /// between the total's lower bound less the others' upper bounds, and the reverse.
    fn pinned(&self) -> bool {
        let largest = u128::from(largest_suppressed());
        let (low, high) = bounds(self.total);
        let most = high.saturating_sub(self.shown_bounds.0);
        let least = low.saturating_sub(self.shown_bounds.1);
        // Other hidden groups hold more than the largest small count each, and are known to be the smallest of the
        // rest: no larger than the smallest that is shown.
        let most_for_small = most.saturating_sub(self.others_hidden * (largest + 1));
        let least_for_small = match self.shown.last() {
            Some(at) => least.saturating_sub(self.others_hidden * bounds(self.groups[*at]).1),
            None if self.others_hidden > 0 => 0,
            None => least,
        };
        most_for_small == 0 || least_for_small >= self.small * largest
    }

    fn hide(&mut self, cell: Cell) {
        match cell {
            Cell::Total => self.total_hidden = true,
            Cell::Group(at) => {
                let (low, high) = bounds(self.groups[at]);
                self.shown_bounds = (self.shown_bounds.0 - low, self.shown_bounds.1 - high);
                self.shown.pop();
                self.hidden[at] = true;
                self.others_hidden += 1;
            }
        }
    }

    fn published(&self) -> Result<DisclosedCounts, ErrorKind> {
        let cell = |hidden: bool, count: u64| {
            if hidden { Disclosed::Suppressed } else { Disclosed::Value(rounded(count)) }
        };
        let mut groups = Vec::new();
        groups.try_reserve_exact(self.groups.len()).map_err(|_| ErrorKind::OutOfMemory)?;
        groups.extend(self.groups.iter().zip(&self.hidden).map(|(count, hidden)| cell(*hidden, *count)));
        Ok(DisclosedCounts { groups, total: cell(self.total_hidden, self.total) })
    }
}
