//! No exported function does anything outside the guard against panics.

use std::fs;
use std::path::Path;

#[test]
fn every_exported_function_is_one_guarded_closure() {
    let mut exported = 0;
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap() {
        let source = fs::read_to_string(file.unwrap().path()).unwrap();
        let marked = source.split("#[unsafe(no_mangle)]\n").skip(1);
        assert_eq!(source.matches("extern \"C\" fn").count(), marked.clone().count(), "not all are exported");
        for function in marked {
            let (_, signature_and_body) = function.split_once("extern \"C\" fn ").unwrap();
            let (signature, body) = signature_and_body.split_once(" {\n").unwrap();
            let (body, _) = body.split_once("\n}\n").unwrap();
            let guard = if signature.ends_with("iapt_status") { "    guard(|| {" } else { "    guard_or(" };
            let top_level = body.lines().filter(|line| !line.starts_with("     "));
            let top_level: Vec<_> = top_level.filter(|line| !matches!(*line, "    })" | "    )")).collect();
            assert!(matches!(top_level[..], [line] if line.starts_with(guard)), "{signature}: {top_level:?}");
            exported += 1;
        }
    }
    assert!(exported >= 53, "only {exported} functions were found");
}
