//! Memory that is read once, from one end to the other.

/// So many values of 128 bits are fetched from memory together.
pub(crate) const LINE: usize = 4;

/// So many values ahead are fetched.
const AHEAD: usize = 1 << 8;

/// Has the processor begin to fetch from memory what comes some way after these: by itself it waits for each page.
#[inline(always)]
pub(crate) fn fetch_ahead(values: &[u128]) {
    let ahead = values.as_ptr().wrapping_add(AHEAD);
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every processor of this architecture has the instruction; it reads no value and faults at no address.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T1>(ahead.cast());
    }
    _ = ahead;
}
