//! The number of the ABI. The one place: the soname, `iapt_abi_version()`, `IAPT_ABI_VERSION` in the header and the files
//! that are installed all have it from here.

/// Goes up by one with every change that breaks programs already built; `README.md` says what does.
pub(crate) const ABI: u32 = 0;
