//! The rows of a table by whom they belong to.

use crate::error::{Error, ErrorKind};
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
/// let grouped = Grouped::new(2, &[1, 0, NO_OWNER, 1], |row| ["a", "b", "c", "d"][row])?;
/// assert_eq!((grouped.rows(0), grouped.rows(1)), (&["b"][..], &["a", "d"][..]));
/// assert_eq!(grouped.places(1), [0, 3]);
/// # Ok::<(), iapt_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Grouped<T> {
    starts: Vec<u32>,
    rows: Vec<T>,
    places: Vec<u32>,
}

impl<T: Copy + Default> Grouped<T> {
    /// Puts the rows in the order of their owners, of which there are so many, by counting.
    ///
    /// # Errors
    /// [`ErrorKind::GroupOutOfRange`] where an owner is not below their number, [`ErrorKind::TooLarge`] for tables of
    /// 2^32 rows or more, [`ErrorKind::OutOfMemory`].
    pub fn new(owned_by: usize, owners: &[Owner], row: impl Fn(usize) -> T) -> Result<Self, Error> {
        check_length(owners)?;
        let mut starts = filled(owned_by + 1, 0)?;
        for owner in owners.iter().filter(|owner| **owner != NO_OWNER) {
            let next = starts.get_mut(*owner as usize + 1).ok_or(ErrorKind::GroupOutOfRange(owned_by))?;
            *next += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let owned = starts.last().map_or(0, |owned| *owned as usize);
        let (mut rows, mut places) = (filled(owned, T::default())?, filled(owned, 0)?);
        let mut next = filled(owned_by, 0)?;
        next.copy_from_slice(&starts[..owned_by]);
        for (place, owner) in (0..).zip(owners).filter(|(_, owner)| **owner != NO_OWNER) {
            let at = &mut next[*owner as usize];
            rows[*at as usize] = row(place as usize);
            places[*at as usize] = place;
            *at += 1;
        }
        Ok(Self { starts, rows, places })
    }

    /// How many owners there are.
    pub(super) fn owners(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn range(&self, owner: usize) -> Range<usize> {
        match (self.starts.get(owner), self.starts.get(owner + 1)) {
            (Some(start), Some(end)) => *start as usize..*end as usize,
            _ => 0..0,
        }
    }

    /// The rows of an owner.
    #[must_use]
    pub fn rows(&self, owner: usize) -> &[T] {
        &self.rows[self.range(owner)]
    }

    /// Where these rows are in the table.
    #[must_use]
    pub fn places(&self, owner: usize) -> &[u32] {
        &self.places[self.range(owner)]
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

pub(super) fn check_length(owners: &[Owner]) -> Result<(), Error> {
    if owners.len() >= NO_OWNER as usize { Err(ErrorKind::TooLarge.into()) } else { Ok(()) }
}
