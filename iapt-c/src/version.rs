//! What is running.

use crate::abi::ABI;
use crate::guard::guard_or;
use iapt_core::Edition;
use std::ffi::c_char;
use std::ptr;

/// A text as C wants it, for tables made at compile time.
pub(crate) const fn nul_terminated<const SIZE: usize>(text: &str) -> [u8; SIZE] {
    let (text, mut bytes) = (text.as_bytes(), [0; SIZE]);
    assert!(text.len() < SIZE, "there must be room for the NUL");
    let mut at = 0;
    while at < text.len() {
        bytes[at] = text[at];
        at += 1;
    }
    bytes
}

static VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
static EDITION: [u8; Edition::CURRENT.id.len() + 1] = nul_terminated(Edition::CURRENT.id);

/// The version of the library at run time; IAPT_VERSION is that of the header. A constant text.
#[unsafe(no_mangle)]
pub extern "C" fn iapt_version() -> *const c_char {
    guard_or(ptr::null(), || VERSION.as_ptr().cast())
}

/// The ABI of the library at run time; IAPT_ABI_VERSION is that of the header. Where the two differ, call nothing else.
#[unsafe(no_mangle)]
pub extern "C" fn iapt_abi_version() -> u32 {
    guard_or(ABI, || ABI)
}

/// The edition of the national rules by which the library counts: the financial year from which it holds, as in
/// "2024-25". A constant text.
#[unsafe(no_mangle)]
pub extern "C" fn iapt_edition() -> *const c_char {
    guard_or(ptr::null(), || EDITION.as_ptr().cast())
}
