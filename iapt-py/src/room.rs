//! Memory that is asked for before it is taken: to be refused is then an error, and not the end of the process.

use crate::errors::Fault;
use iapt_core::ErrorKind;
use std::hint::black_box;

/// What the small allocations take that are made beside a large one.
const BESIDE: usize = 8 << 20;

/// An empty list with room for so many values.
pub(crate) fn list<T>(length: usize) -> Result<Vec<T>, Fault> {
    let mut list = Vec::new();
    list.try_reserve_exact(length).map_err(|_| ErrorKind::OutOfMemory)?;
    Ok(list)
}

/// A list of so many equal values.
pub(crate) fn filled<T: Clone>(length: usize, value: T) -> Result<Vec<T>, Fault> {
    let mut list = list(length)?;
    list.resize(length, value);
    Ok(list)
}

/// Makes a list so long, if need be by more of a value.
pub(crate) fn fit<T: Clone>(list: &mut Vec<T>, length: usize, value: T) -> Result<(), Fault> {
    list.try_reserve(length.saturating_sub(list.len())).map_err(|_| ErrorKind::OutOfMemory)?;
    list.resize(length, value);
    Ok(())
}

/// Appends a value.
pub(crate) fn push<T>(list: &mut Vec<T>, value: T) -> Result<(), Fault> {
    list.try_reserve(1).map_err(|_| ErrorKind::OutOfMemory)?;
    list.push(value);
    Ok(())
}

/// Appends the values of another list.
pub(crate) fn append<T>(list: &mut Vec<T>, other: impl ExactSizeIterator<Item = T>) -> Result<(), Fault> {
    list.try_reserve(other.len()).map_err(|_| ErrorKind::OutOfMemory)?;
    list.extend(other);
    Ok(())
}

/// Refuses work that takes more memory than there is, for libraries that end the process where they are refused any. What
/// another thread takes between this and the work is not seen.
pub(crate) fn check(bytes: usize) -> Result<(), Fault> {
    // Without the box the compiler would see that nobody uses the memory, and not ask for it.
    black_box(list::<u8>(bytes.saturating_add(BESIDE))?);
    Ok(())
}
