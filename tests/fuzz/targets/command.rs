//! The command on arbitrary files.

#![no_main]

mod python;

libfuzzer_sys::fuzz_target!(|data: &[u8]| python::run("fuzz_command", data));
