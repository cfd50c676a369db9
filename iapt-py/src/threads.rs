//! How many threads work on many rows.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::thread::available_parallelism;

const VARIABLE: &str = "IAPT_THREADS";

/// The number in the environment variable `IAPT_THREADS`, or else as many as this process may use processors. Read
/// at each call, and no pool is kept, so that a forked process is as good as its parent.
pub(crate) fn threads(py: Python<'_>) -> PyResult<usize> {
    let set = py.import("os")?.getattr("environ")?.call_method1("get", (VARIABLE,))?;
    let set: Option<String> = set.extract()?;
    match set.as_deref().map(str::trim) {
        None | Some("") => Ok(available_parallelism().map_or(1, usize::from)),
        Some(text) => text
            .parse()
            .ok()
            .filter(|threads| *threads > 0)
            .ok_or_else(|| PyValueError::new_err(format!("{VARIABLE} must be a whole number above 0"))),
    }
}
