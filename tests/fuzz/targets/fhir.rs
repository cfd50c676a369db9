//! FHIR resources.

#![no_main]

#[path = "../fhir.rs"]
mod fhir;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fhir::run(data));
