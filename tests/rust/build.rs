//! Makes a page of links of the Rust names in the README's table, so that the documentation does not build when one of
//! them does not exist.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let readme = Path::new("../../README.md");
    println!("cargo::rerun-if-changed={}", readme.display());
    let text = fs::read_to_string(readme)?;
    let rows = text.lines().skip_while(|line| !line.starts_with("| official term")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let names: Vec<&str> = rows.filter_map(|row| row.split('`').nth(1)).collect();
    assert!(names.len() > 20, "the README has a table of names");
    let links: String = names.iter().map(|name| format!("- [`{name}`](iapt_core::{name})\n")).collect();
    fs::write(Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("names.md"), links)
}
