//! The checked-in header is the one that cbindgen makes of the sources.
//!
//! `IAPT_BLESS=1 cargo test -p iapt-c --test header` writes it anew.

#![allow(clippy::unwrap_used, reason = "a test")]

use cbindgen::{Builder, Config};
use iapt_core::{Edition, ErrorKind};
use std::path::Path;
use std::{env, fs};

#[path = "../src/abi.rs"]
mod abi;

const ABI_COMMENT: &str = "\
/**
 * The ABI of this header; iapt_abi_version() is that of the library. A host compares the two when it
 * starts, and calls nothing else where they differ. Within one ABI versions only add: what a header
 * declares is in the libraries of its own version and of later ones.
 */
";

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn version_macros() -> String {
    let parts = [
        ("MAJOR", env!("CARGO_PKG_VERSION_MAJOR")),
        ("MINOR", env!("CARGO_PKG_VERSION_MINOR")),
        ("PATCH", env!("CARGO_PKG_VERSION_PATCH")),
    ];
    let mut macros =
        String::from("\n/** The version of this header; iapt_version() is that of the library. */\n");
    for (part, number) in parts {
        macros.push_str(&format!("#define IAPT_VERSION_{part} {number}\n"));
    }
    macros.push_str(&format!("#define IAPT_VERSION \"{}\"\n", env!("CARGO_PKG_VERSION")));
    macros + ABI_COMMENT + &format!("#define IAPT_ABI_VERSION {}", abi::ABI)
}

fn generated() -> String {
    let mut config = Config::from_file(package().join("cbindgen.toml")).unwrap();
    config.after_includes = config.after_includes.map(|own| version_macros() + &own);
    let bindings = Builder::new().with_crate(package()).with_config(config).generate().unwrap();
    let mut header = Vec::new();
    bindings.write(&mut header);
    String::from_utf8(header).unwrap()
}

#[test]
fn header_is_up_to_date() {
    let path = package().join("include/iapt.h");
    let header = generated();
    if env::var_os("IAPT_BLESS").is_some_and(|bless| bless == "1") {
        fs::write(&path, &header).unwrap();
    }
    let checked_in = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        checked_in == header,
        "{} is out of date: IAPT_BLESS=1 cargo test -p iapt-c --test header",
        path.display()
    );
}

#[test]
fn names_of_the_core_have_their_constants() {
    let header = generated();
    let defines: Vec<_> = header.lines().filter(|line| line.starts_with("#define ")).collect();
    for (code, name) in ErrorKind::CODES {
        assert!(defines.contains(&format!("#define IAPT_ERROR_{name} {code}").as_str()), "{name}");
    }
    for (number, measure) in (1..).zip(Edition::CURRENT.measures) {
        assert!(
            defines.contains(&format!("#define IAPT_{} {number}", measure.id).as_str()),
            "{}",
            measure.id
        );
    }
}

#[test]
fn the_header_has_nothing_of_rust() {
    for word in ["Option<", "Some(", "None", "Self", "::", "[`", "unsafe"] {
        assert!(!generated().contains(word), "{word}");
    }
}
