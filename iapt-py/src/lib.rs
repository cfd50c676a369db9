//! The extension module `iapt._iapt`: the core for Python.
//!
//! No rule and no number of the domain is here: they are all in `iapt_core`. The package's Python code knows the
//! kinds of data frames and hands their columns over, by the Arrow PyCapsule interface or as plain memory.

mod buffer;
mod charts;
mod column;
mod enums;
mod errors;
mod fetch;
mod fhir;
mod figures;
mod groups;
mod import;
mod imported;
mod items;
mod measure;
mod names;
mod number;
mod outcome;
mod outcomes;
mod pages;
mod rates;
mod room;
mod scoring;
mod sessions;
mod stream;
mod table;
mod threads;
mod zeros;

use iapt_core::{Fact, Severity};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// The extension module of the package `iapt`.
#[pymodule]
mod _iapt {
    use super::{Fact, PyTuple, Severity, enums, fhir, figures, measure};
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::charts::{_funnel_limits, _xmr};
    #[pymodule_export]
    use super::fhir::{_fhir_explain, _fhir_observation, _fhir_outcome, _fhir_score};
    #[pymodule_export]
    use super::figures::{_disclosed, DisclosedCounts, Suppressed, disclose, effect_size, rate_from_counts};
    #[pymodule_export]
    use super::items::{_item_score, ItemScore};
    #[pymodule_export]
    use super::names::{OutcomePlan, RatesPlan, ScorePlan};
    #[pymodule_export]
    use super::outcome::{_outcome, Outcome, outcome};
    #[pymodule_export]
    use super::outcomes::{clear, outcomes, outcomes_into};
    #[pymodule_export]
    use super::rates::{rates, rates_from_counts};
    #[pymodule_export]
    use super::scoring::{score, score_into};
    #[pymodule_export]
    use super::sessions::{
        Sessions, indicators, period_days, period_months, report, report_of_tallies, session_columns,
        session_names, tallies, wide,
    };
    #[pymodule_export]
    use super::stream::ArrowStream;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let py = module.py();
        enums::add_to(module)?;
        measure::add_to(module)?;
        figures::add_to(module)?;
        module.add("FACTS", PyTuple::new(py, Fact::ALL.map(Fact::name))?)?;
        module.add("SEVERITIES", PyTuple::new(py, Severity::ALL.map(Severity::name))?)?;
        module.add("_FHIR_LONGEST", fhir::LONGEST)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
