//! `Severity` and `Change`: Python enums with the members of the core's lists.

use iapt_core::{Change, Severity};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

static SEVERITY: PyOnceLock<Vec<Py<PyAny>>> = PyOnceLock::new();
static CHANGE: PyOnceLock<Vec<Py<PyAny>>> = PyOnceLock::new();

const SEVERITY_DOC: &str = "What the band of a score is called, from the least severe on.

The members have no order: compare the scores. Source: the cut-points published with PHQ-9 and GAD-7.

>>> from iapt import PHQ9, Severity
>>> PHQ9.severity(12) is Severity.MODERATE
True
>>> Severity.MODERATELY_SEVERE.value
'moderately_severe'
";

const CHANGE_DOC: &str = "A change from the first to the last score, judged by the measure's reliable change.

The members have no order: no reliable change is not half-way between the other two. Source: NHS England,
measures M185, M187 and M189.

>>> from iapt import PHQ9, Change
>>> PHQ9.change(18, 9) is Change.RELIABLE_IMPROVEMENT
True
";

/// The member for a severity.
pub(crate) fn severity(py: Python<'_>, severity: Severity) -> Option<Py<PyAny>> {
    member(py, &SEVERITY, severity as usize)
}

/// The member for a change.
pub(crate) fn change(py: Python<'_>, change: Change) -> Option<Py<PyAny>> {
    member(py, &CHANGE, change as usize)
}

fn member(py: Python<'_>, members: &PyOnceLock<Vec<Py<PyAny>>>, at: usize) -> Option<Py<PyAny>> {
    Some(members.get(py)?.get(at)?.clone_ref(py))
}

/// Makes both enums and adds them to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    make(module, "Severity", SEVERITY_DOC, &Severity::ALL.map(Severity::name), &SEVERITY)?;
    make(module, "Change", CHANGE_DOC, &Change::ALL.map(Change::name), &CHANGE)
}

fn make(
    module: &Bound<'_, PyModule>,
    name: &str,
    doc: &str,
    values: &[&str],
    members: &PyOnceLock<Vec<Py<PyAny>>>,
) -> PyResult<()> {
    let py = module.py();
    let pairs: Vec<_> = values.iter().map(|value| (value.to_uppercase(), *value)).collect();
    let options = PyDict::new(py);
    options.set_item("module", "iapt")?;
    let made = py.import("enum")?.getattr("Enum")?.call((name, pairs), Some(&options))?;
    made.setattr("__doc__", doc)?;
    let list = made.try_iter()?.map(|member| Ok(member?.unbind())).collect::<PyResult<_>>()?;
    // A second import in one process keeps the members of the first, so that they stay identical.
    _ = members.set(py, list);
    module.add(name, made)
}
