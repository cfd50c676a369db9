//! `Severity` and `Change`: Python enums with the members of the core's lists.

use iapt_core::{Change, Severity};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

/// A class and its members.
type Made = (Py<PyAny>, Vec<Py<PyAny>>);

static SEVERITY: PyOnceLock<Made> = PyOnceLock::new();
static CHANGE: PyOnceLock<Made> = PyOnceLock::new();

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

fn member(py: Python<'_>, made: &PyOnceLock<Made>, at: usize) -> Option<Py<PyAny>> {
    Some(made.get(py)?.1.get(at)?.clone_ref(py))
}

/// Makes both enums and adds them to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    add(module, "Severity", SEVERITY_DOC, &Severity::ALL.map(Severity::name), &SEVERITY)?;
    add(module, "Change", CHANGE_DOC, &Change::ALL.map(Change::name), &CHANGE)
}

/// A second import in one process gets the class of the first, so that its members stay identical.
fn add(
    module: &Bound<'_, PyModule>,
    name: &str,
    doc: &str,
    values: &[&str],
    made: &PyOnceLock<Made>,
) -> PyResult<()> {
    let py = module.py();
    let (class, _) = made.get_or_try_init(py, || make(py, name, doc, values))?;
    module.add(name, class)
}

fn make(py: Python<'_>, name: &str, doc: &str, values: &[&str]) -> PyResult<Made> {
    let pairs: Vec<_> = values.iter().map(|value| (value.to_uppercase(), *value)).collect();
    let options = PyDict::new(py);
    options.set_item("module", "iapt")?;
    let class = py.import("enum")?.getattr("Enum")?.call((name, pairs), Some(&options))?;
    class.setattr("__doc__", doc)?;
    let members = class.try_iter()?.map(|member| Ok(member?.unbind())).collect::<PyResult<_>>()?;
    Ok((class.unbind(), members))
}
