//! Arrow data through the C data interface.

#![no_main]

mod python;

libfuzzer_sys::fuzz_target!(|data: &[u8]| python::run("fuzz_arrow", data));
