//! What the tests read: vectors, the independent implementation, and the reference figures where they are present.

pub mod records;

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the checkout.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A row of a CSV file, by the names of its columns.
#[derive(Debug, Clone)]
pub struct Row(HashMap<String, String>);

impl Row {
    /// The text of a column.
    ///
    /// # Panics
    /// Where the file has no such column.
    #[must_use]
    pub fn text(&self, column: &str) -> &str {
        self.0.get(column).map_or_else(|| panic!("no column {column}"), String::as_str)
    }

    /// The text of a column, `None` where it is empty.
    #[must_use]
    pub fn given(&self, column: &str) -> Option<&str> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    /// What is in a column, `None` where it is empty.
    ///
    /// # Panics
    /// Where the text is no such value.
    #[must_use]
    pub fn value<T: std::str::FromStr>(&self, column: &str) -> Option<T> {
        let text = self.given(column)?;
        Some(text.parse().unwrap_or_else(|_| panic!("{column}: cannot read {text:?} in {self:?}")))
    }
}

/// All rows of a CSV file.
///
/// # Panics
/// Where the file cannot be read or has no rows.
#[must_use]
pub fn rows(path: &Path) -> Vec<Row> {
    let read = || -> csv::Result<Vec<Row>> {
        csv::Reader::from_path(path)?.deserialize().map(|row| row.map(Row)).collect()
    };
    let rows = read().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(!rows.is_empty(), "{} has no rows", path.display());
    rows
}

/// The vectors of a file in `tests/vectors`.
#[must_use]
pub fn vectors(name: &str) -> Vec<Row> {
    rows(&root().join("tests/vectors").join(name))
}

/// A file of the reference figures, or `None`, said aloud, where they are not on this machine.
#[must_use]
pub fn reference(name: &str) -> Option<Vec<Row>> {
    let folder =
        env::var_os("IAPT_REFERENCE_DIR").map_or_else(|| root().join("../shared/reference"), PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(rows(&path));
    }
    eprintln!(
        "SKIPPED: {} is not on this machine; set IAPT_REFERENCE_DIR to check against it",
        path.display()
    );
    None
}

/// The facts of every combination of PHQ-9 and GAD-7 scores by `tests/naive.py`, in the order that its text states.
/// `None`, said aloud, where there is no Python.
///
/// # Panics
/// Where the script fails.
#[must_use]
pub fn naive_facts() -> Option<Vec<u8>> {
    let python = env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let Ok(output) = Command::new(python).arg(root().join("tests/naive.py")).arg("flags").output() else {
        eprintln!("SKIPPED: there is no python3 to run tests/naive.py with");
        return None;
    };
    assert!(output.status.success(), "tests/naive.py failed: {}", String::from_utf8_lossy(&output.stderr));
    Some(output.stdout)
}

/// The Rust names in the README's table:
///
#[doc = include_str!(concat!(env!("OUT_DIR"), "/names.md"))]
pub mod names_in_the_readme {}

/// The Rust code of the README, run as a test.
#[doc = include_str!("../../../README.md")]
#[cfg(doctest)]
pub mod readme {}

/// A bitmap of these flags from a bit on, all other bits set.
#[must_use]
pub fn bitmap(flags: &[bool], offset: usize) -> Vec<u8> {
    let mut bitmap = vec![0xff; (offset + flags.len()).div_ceil(8)];
    for (at, flag) in (offset..).zip(flags) {
        let (byte, bit) = (&mut bitmap[at / 8], at % 8);
        *byte = *byte & !(1 << bit) | u8::from(*flag) << bit;
    }
    bitmap
}
