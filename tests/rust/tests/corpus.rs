//! What fuzzing found for FHIR, and what it began with.

#[path = "../../fuzz/fhir.rs"]
mod fhir;

use iapt_tests::root;
use std::fs;

#[test]
fn fhir_corpus() {
    let files = fs::read_dir(root().join("tests/fuzz/corpus/fhir")).unwrap();
    let read = files.map(|file| fhir::run(&fs::read(file.unwrap().path()).unwrap())).count();
    assert!(read > 10);
}
