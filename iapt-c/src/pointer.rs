//! The caller's memory, lent for one call.

use crate::status::Failure;
use std::ffi::{CStr, c_char};
use std::marker::PhantomData;
use std::ops::Range;
use std::ptr::NonNull;
use std::slice;

/// A type of which every pattern of bits is a value, so that C cannot hand over an invalid one.
///
/// # Safety
/// The type consists of integers, floats, raw pointers, or arrays of such alone.
pub(crate) unsafe trait Plain: Copy {}

macro_rules! plain {
    ($($type:ty)+) => {$(
        // SAFETY: integers, floats, raw pointers, or structs of these.
        unsafe impl Plain for $type {}
    )+};
}

plain! { i8 i16 i32 i64 u8 u16 u32 u64 usize f64 }
plain! { crate::number::iapt_number crate::measure::iapt_definition crate::items::iapt_score }
plain! { crate::outcome::iapt_scores crate::outcome::iapt_pair }
plain! { crate::counts::iapt_counts crate::rates::iapt_rates crate::disclosure::iapt_disclosed }
plain! { crate::instrument::iapt_own_measure crate::finding::iapt_finding crate::derived::iapt_derived }
plain! { crate::records::iapt_contact crate::records::iapt_dated_score crate::records::iapt_complaint }
plain! { crate::records::iapt_therapy_log crate::records::iapt_sick_pay crate::records::iapt_pathway }
plain! { crate::figure::iapt_indicator crate::figure::iapt_inputs crate::figure::iapt_figure }
plain! { *const c_char *mut crate::tally::iapt_tally }

/// Leave to use the pointers of one call. What is borrowed by it does not outlive it.
pub(crate) struct Caller(());

impl Caller {
    /// # Safety
    /// While the value lives, each pointer that its methods are given is NULL, or points to as many values as the
    /// method is told: initialised ones that nobody changes for inputs, writable ones that nobody else uses for
    /// outputs, a NUL-terminated text for [`Caller::text`], a value that [`hand_out`] gave and that was not taken back for
    /// [`Caller::handle`], [`Caller::handle_mut`] (nobody else uses it) and [`Caller::take_back`] (nobody uses it again).
    /// This is what the header asks of the caller.
    pub(crate) const unsafe fn trusted() -> Self {
        Self(())
    }

    /// A copy of one value.
    pub(crate) fn read<T: Plain>(&self, pointer: *const T) -> Result<T, Failure> {
        let pointer = checked(pointer.cast_mut())?;
        // SAFETY: not NULL, aligned, and readable by the promise of `trusted`.
        Ok(unsafe { pointer.read() })
    }

    /// A copy of some bytes, loaded one by one: C may have stored them one by one just before, and one wide load would
    /// have to wait until they have left the processor's store buffer.
    pub(crate) fn read_bytes<const N: usize>(&self, pointer: *const u8) -> Result<[u8; N], Failure> {
        let first = checked_array(pointer.cast_mut(), N)?.as_ptr();
        // SAFETY: not NULL, of a size that can exist, and readable by the promise of `trusted`.
        let byte = |at| unsafe { first.wrapping_add(at).read_volatile() };
        Ok(std::array::from_fn(byte))
    }

    /// A copy of one value that may be absent.
    pub(crate) fn read_optional<T: Plain>(&self, pointer: *const T) -> Result<Option<T>, Failure> {
        if pointer.is_null() { Ok(None) } else { self.read(pointer).map(Some) }
    }

    /// Where one result is to be written.
    pub(crate) fn place<T: Plain>(&self, pointer: *mut T) -> Result<Place<'_, T>, Failure> {
        Ok(Place { pointer: checked(pointer)?, caller: PhantomData })
    }

    /// Where something is to be written if the caller wants it.
    pub(crate) fn optional_place<T: Plain>(&self, pointer: *mut T) -> Result<Option<Place<'_, T>>, Failure> {
        if pointer.is_null() { Ok(None) } else { self.place(pointer).map(Some) }
    }

    /// An array to read; of length 0 where there is nothing, whatever the pointer.
    pub(crate) fn slice<T: Plain>(&self, pointer: *const T, len: usize) -> Result<&[T], Failure> {
        if len == 0 {
            return Ok(&[]);
        }
        let pointer = checked_array(pointer.cast_mut(), len)?;
        // SAFETY: not NULL, aligned, of a size that can exist, and readable by the promise of `trusted`.
        Ok(unsafe { slice::from_raw_parts(pointer.as_ptr(), len) })
    }

    /// An array to write, which must not overlap the other arrays of the call.
    #[allow(
        clippy::mut_from_ref,
        reason = "made from a pointer, and kept apart from other borrows by `others`"
    )]
    pub(crate) fn slice_mut<T: Plain>(
        &self,
        pointer: *mut T,
        len: usize,
        others: &[Span],
    ) -> Result<&mut [T], Failure> {
        if len == 0 {
            return Ok(&mut []);
        }
        let pointer = checked_array(pointer, len)?;
        let start = pointer.addr().get();
        let own = Span(start..start + len * size_of::<T>());
        if others.iter().any(|other| own.overlaps(other)) {
            return Err(Failure::INVALID_ARGUMENT);
        }
        // SAFETY: not NULL, aligned, of a size that can exist, apart from the call's other arrays, and writable by
        // the promise of `trusted`. What the array held before is not read; whatever bytes C left there are values.
        Ok(unsafe { slice::from_raw_parts_mut(pointer.as_ptr(), len) })
    }

    /// An array of records, of which there are no more than the core counts.
    pub(crate) fn records<T: Plain>(&self, pointer: *const T, len: usize) -> Result<&[T], Failure> {
        if u32::try_from(len).is_ok() { self.slice(pointer, len) } else { Err(Failure::INVALID_ARGUMENT) }
    }

    /// What the caller was handed.
    pub(crate) fn handle<T>(&self, pointer: *const T) -> Result<&T, Failure> {
        let pointer = checked(pointer.cast_mut())?;
        // SAFETY: not NULL, aligned, and made by `hand_out` by the promise of `trusted`.
        Ok(unsafe { pointer.as_ref() })
    }

    /// What the caller was handed, to change it.
    #[allow(
        clippy::mut_from_ref,
        reason = "made from a pointer that nobody else uses, by the promise of `trusted`"
    )]
    pub(crate) fn handle_mut<T>(&self, pointer: *mut T) -> Result<&mut T, Failure> {
        let mut pointer = checked(pointer)?;
        // SAFETY: not NULL, aligned, made by `hand_out` and used by nobody else by the promise of `trusted`.
        Ok(unsafe { pointer.as_mut() })
    }

    /// What the caller was handed and gives back; `None` where that is NULL, or no pointer that was handed out.
    pub(crate) fn take_back<T>(&self, pointer: *mut T) -> Option<Box<T>> {
        let pointer = checked(pointer).ok()?;
        // SAFETY: made by `hand_out` and used by nobody again by the promise of `trusted`.
        Some(unsafe { Box::from_raw(pointer.as_ptr()) })
    }

    /// A NUL-terminated text.
    pub(crate) fn text(&self, pointer: *const c_char) -> Result<&CStr, Failure> {
        let pointer = checked(pointer.cast_mut())?;
        // SAFETY: not NULL, and NUL-terminated by the promise of `trusted`.
        Ok(unsafe { CStr::from_ptr(pointer.as_ptr()) })
    }
}

/// A value that the caller gets to keep until it gives it back.
pub(crate) fn hand_out<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// A place for one result, known to be writable.
pub(crate) struct Place<'c, T> {
    pointer: NonNull<T>,
    caller: PhantomData<&'c Caller>,
}

impl<T: Plain> Place<'_, T> {
    pub(crate) fn span(&self) -> Span {
        let start = self.pointer.addr().get();
        Span(start..start.saturating_add(size_of::<T>()))
    }

    /// The span of a place that there may not be.
    pub(crate) fn optional_span(place: Option<&Self>) -> Span {
        place.map_or(Span(0..0), Self::span)
    }

    pub(crate) fn write(self, value: T) {
        // SAFETY: not NULL, aligned, and writable by the promise of `Caller::trusted`.
        unsafe { self.pointer.write(value) }
    }
}

/// The addresses of an array.
pub(crate) struct Span(Range<usize>);

impl Span {
    pub(crate) fn of<T>(array: &[T]) -> Self {
        let Range { start, end } = array.as_ptr_range();
        Self(start.addr()..end.addr())
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.0.start < other.0.end && other.0.start < self.0.end
    }
}

fn checked<T>(pointer: *mut T) -> Result<NonNull<T>, Failure> {
    let pointer = NonNull::new(pointer).ok_or(Failure::NULL_POINTER)?;
    if pointer.is_aligned() { Ok(pointer) } else { Err(Failure::MISALIGNED) }
}

fn checked_array<T>(pointer: *mut T, len: usize) -> Result<NonNull<T>, Failure> {
    let pointer = checked(pointer)?;
    let size = len.checked_mul(size_of::<T>()).filter(|size| isize::try_from(*size).is_ok());
    let end = size.and_then(|size| pointer.addr().get().checked_add(size));
    if end.is_some() { Ok(pointer) } else { Err(Failure::INVALID_ARGUMENT) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller() -> Caller {
        // SAFETY: the pointers of these tests are refused or point to arrays of the length given.
        unsafe { Caller::trusted() }
    }

    #[test]
    fn refuses_what_no_array_can_be() {
        let (caller, mut values) = (caller(), [1_u32, 2, 3]);
        let pointer = values.as_mut_ptr();
        let misaligned = pointer.wrapping_byte_add(1);
        assert_eq!(caller.slice::<u32>(std::ptr::null(), 1), Err(Failure::NULL_POINTER));
        assert_eq!(caller.slice(misaligned, 1), Err(Failure::MISALIGNED));
        assert_eq!(caller.read(misaligned), Err(Failure::MISALIGNED));
        assert_eq!(caller.slice(pointer, usize::MAX), Err(Failure::INVALID_ARGUMENT));
        assert_eq!(caller.slice(pointer, usize::MAX / 8 + 1), Err(Failure::INVALID_ARGUMENT));
        let last = std::ptr::without_provenance::<u32>(usize::MAX - 3);
        assert_eq!(caller.slice(last, 2), Err(Failure::INVALID_ARGUMENT));
        assert_eq!(caller.slice::<u32>(std::ptr::null(), 0), Ok(&[][..]));
        assert_eq!(caller.slice(pointer, 3), Ok(&[1, 2, 3][..]));
    }

    #[test]
    fn outputs_stay_apart() {
        let (caller, mut values) = (caller(), [0_u8; 8]);
        let pointer = values.as_mut_ptr();
        let input = caller.slice(pointer, 4).unwrap();
        for at in 0..4 {
            let output = caller.slice_mut(pointer.wrapping_add(at), 4, &[Span::of(input)]);
            assert_eq!(output, Err(Failure::INVALID_ARGUMENT), "{at}");
        }
        assert!(caller.slice_mut(pointer.wrapping_add(4), 4, &[Span::of(input)]).is_ok());
        assert!(caller.slice_mut(pointer, 0, &[Span::of(input)]).is_ok());
    }
}
