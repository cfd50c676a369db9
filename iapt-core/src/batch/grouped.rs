//! The rows of a table by whom they belong to.

use crate::error::{Error, ErrorKind};
#[cfg(feature = "std")]
use crate::threads::in_threads;
use alloc::vec::Vec;
use core::ops::Range;

/// Whom a row of a table belongs to, if it belongs to anyone: owners, such as pathways, are numbered from 0.
pub type Owner = u32;

/// The number of a row that belongs to nobody.
pub const NO_OWNER: Owner = u32::MAX;

/// The rows of a table, those of each owner side by side and in the order of the table.
///
/// ```
/// use iapt_core::batch::{Grouped, NO_OWNER};
/// let grouped = Grouped::new(2, &[1, 0, NO_OWNER, 1], |row| ["a", "b", "c", "d"][row], 1)?;
/// assert_eq!((grouped.rows(0), grouped.rows(1)), (&["b"][..], &["a", "d"][..]));
/// assert_eq!(grouped.places(1), [0, 3]);
/// # Ok::<(), iapt_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Grouped<T> {
    owned_by: usize,
    /// How many owners each part has, but for the last.
    share: usize,
    parts: Vec<Part<T>>,
}

/// The rows of some owners.
#[derive(Debug, Default)]
struct Part<T> {
    starts: Vec<u32>,
    rows: Vec<T>,
    places: Vec<u32>,
}

impl<T: Copy + Default + Send> Grouped<T> {
    /// Puts the rows in the order of their owners, of which there are so many, by counting. Large tables are shared among
    /// so many threads (without `std`, one).
    ///
    /// # Errors
    /// [`ErrorKind::GroupOutOfRange`] where an owner is not below their number, [`ErrorKind::TooLarge`] for 2^32 - 1 rows
    /// or owners or more, [`ErrorKind::OutOfMemory`].
    pub fn new(
        owned_by: usize,
        owners: &[Owner],
        row: impl Fn(usize) -> T + Sync,
        threads: usize,
    ) -> Result<Self, Error> {
        check_length(owners.len())?;
        check_length(owned_by)?;
        if owners.iter().any(|owner| *owner != NO_OWNER && *owner as usize >= owned_by) {
            return Err(ErrorKind::GroupOutOfRange(owned_by).into());
        }
        let share = share_of_owners(owned_by, owners.len(), threads).max(1);
        let part = |from: usize| Part::new(from..owned_by.min(from.saturating_add(share)), owners, &row);
        let starts = (0..owned_by).step_by(share);
        #[cfg(feature = "std")]
        let parts = in_threads(starts, part).into_iter();
        #[cfg(not(feature = "std"))]
        let parts = starts.map(part);
        Ok(Self { owned_by, share, parts: parts.collect::<Result<_, _>>()? })
    }
}

/// More threads would do no good, as each looks at the owners of all rows.
#[cfg(feature = "std")]
const MOST_THREADS: usize = 8;

/// How many owners each thread takes.
fn share_of_owners(owned_by: usize, rows: usize, threads: usize) -> usize {
    #[cfg(feature = "std")]
    if threads > 1 && rows >= super::kernel::LEAST_FOR_THREADS {
        return owned_by.div_ceil(super::useful(threads).min(MOST_THREADS));
    }
    _ = (rows, threads);
    owned_by
}

impl<T: Copy + Default> Part<T> {
    fn new(owned_by: Range<usize>, owners: &[Owner], row: impl Fn(usize) -> T) -> Result<Self, ErrorKind> {
        let mine =
            |owner: Owner| (owner as usize).checked_sub(owned_by.start).filter(|at| *at < owned_by.len());
        let mut starts = filled(owned_by.len() + 1, 0)?;
        for at in owners.iter().filter_map(|owner| mine(*owner)) {
            starts[at + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let owned = starts.last().map_or(0, |owned| *owned as usize);
        let (mut rows, mut places) = (filled(owned, T::default())?, filled(owned, 0)?);
        let mut next = filled(owned_by.len(), 0)?;
        next.copy_from_slice(&starts[..owned_by.len()]);
        for (place, owner) in (0..).zip(owners) {
            if let Some(at) = mine(*owner) {
                let at = &mut next[at];
                rows[*at as usize] = row(place as usize);
                places[*at as usize] = place;
                *at += 1;
            }
        }
        Ok(Self { starts, rows, places })
    }
}

impl<T> Grouped<T> {
    /// How many owners there are.
    pub(super) const fn owners(&self) -> usize {
        self.owned_by
    }

    /// The part in which an owner's rows are, and which of that they are.
    fn find(&self, owner: usize) -> Option<(&Part<T>, Range<usize>)> {
        let part = self.parts.get(owner.checked_div(self.share)?)?;
        let at = owner % self.share;
        Some((part, *part.starts.get(at)? as usize..*part.starts.get(at + 1)? as usize))
    }

    /// The rows of an owner.
    #[must_use]
    pub fn rows(&self, owner: usize) -> &[T] {
        self.find(owner).map_or(&[], |(part, range)| &part.rows[range])
    }

    /// Where these rows are in the table.
    #[must_use]
    pub fn places(&self, owner: usize) -> &[u32] {
        self.find(owner).map_or(&[], |(part, range)| &part.places[range])
    }

    /// Where one of these rows is in the table.
    pub(super) fn place(&self, owner: usize, row: usize) -> usize {
        self.places(owner).get(row).map_or(0, |place| *place as usize)
    }
}

pub(super) fn reserved<T>(length: usize) -> Result<Vec<T>, ErrorKind> {
    let mut vector = Vec::new();
    vector.try_reserve_exact(length).map_err(|_| ErrorKind::OutOfMemory)?;
    Ok(vector)
}

pub(super) fn filled<T: Clone>(length: usize, value: T) -> Result<Vec<T>, ErrorKind> {
    let mut vector = reserved(length)?;
    vector.resize(length, value);
    Ok(vector)
}

pub(super) fn push<T>(vector: &mut Vec<T>, value: T) -> Result<(), ErrorKind> {
    vector.try_reserve(1).map_err(|_| ErrorKind::OutOfMemory)?;
    vector.push(value);
    Ok(())
}

fn check_length(length: usize) -> Result<(), Error> {
    if length >= NO_OWNER as usize { Err(ErrorKind::TooLarge.into()) } else { Ok(()) }
}
