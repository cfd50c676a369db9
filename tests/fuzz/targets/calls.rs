//! Every function of the C library.

#![no_main]

// Linked, though no name of it is used here.
extern crate iapt as _;

use libfuzzer_sys::fuzz_target;

unsafe extern "C" {
    fn fuzz_calls(data: *const u8, size: usize) -> u64;
}

fuzz_target!(|data: &[u8]| {
    // SAFETY: the pointer and the length are those of a slice.
    unsafe { fuzz_calls(data.as_ptr(), data.len()) };
});
