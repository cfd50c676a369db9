//! An interpreter with the instrumented extension module, which runs the functions in the folder `python`.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::OnceLock;

extern crate _iapt as _;

unsafe extern "C" {
    fn PyInit__iapt() -> *mut pyo3::ffi::PyObject;
}

/// Calls `run` of the module with the bytes. What it raises is a fault.
pub fn run(module: &str, data: &[u8]) {
    static RUN: OnceLock<Py<PyAny>> = OnceLock::new();
    let run = RUN.get_or_init(|| start(module).expect("Python starts"));
    Python::attach(|py| {
        if let Err(error) = run.call1(py, (PyBytes::new(py, data),)) {
            error.print(py);
            std::process::abort();
        }
    });
}

fn start(module: &str) -> PyResult<Py<PyAny>> {
    // The fuzzer ends the program at any panic, also at one that is caught and becomes an error. One that is not becomes an
    // exception that is no error, which `run` takes for a fault.
    std::panic::set_hook(Box::new(|_| ()));
    // SAFETY: the interpreter does not run yet, the name is NUL-terminated, and the function is the module's.
    unsafe { pyo3::ffi::PyImport_AppendInittab(c"_iapt".as_ptr(), Some(PyInit__iapt)) };
    Python::initialize();
    Python::attach(|py| {
        let modules = py.import("sys")?.getattr("modules")?;
        modules.set_item("iapt._iapt", py.import("_iapt")?)?;
        Ok(py.import(module)?.getattr("run")?.unbind())
    })
}
