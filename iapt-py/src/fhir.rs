//! FHIR: resources in as JSON, scores, Observations and outcomes out.

use crate::errors::raise;
use crate::items::ItemScore;
use crate::measure::Held;
use crate::number;
use crate::outcome::{self, Outcome};
use iapt_core::MissingItems;
use iapt_core::fhir::{Course, Error, Response};
use iapt_core::pathway::FirstAndLast;
use pyo3::prelude::*;
use pyo3::types::PyDict;

pub(crate) use iapt_core::fhir::LONGEST;

/// The score of a QuestionnaireResponse.
#[pyfunction]
pub(crate) fn _fhir_score(py: Python<'_>, json: &[u8]) -> PyResult<ItemScore> {
    let response = read(py, Response::read(json))?;
    let score = response.score(MissingItems::Prorate).map_err(raise)?;
    Ok(ItemScore::new(Held::built_in(response.measure()), score))
}

/// The Observation of a QuestionnaireResponse, as JSON.
#[pyfunction]
pub(crate) fn _fhir_observation(py: Python<'_>, json: &[u8]) -> PyResult<String> {
    Ok(read(py, Response::read(json))?.observation().to_json())
}

/// The outcome of a Bundle.
#[pyfunction]
pub(crate) fn _fhir_outcome(py: Python<'_>, json: &[u8]) -> PyResult<Outcome> {
    let course = read(py, Course::read(json))?;
    let pair = |scores: FirstAndLast| {
        let (first, last) = (number::optional(py, scores.first)?, number::optional(py, scores.last)?);
        (first, last).into_pyobject(py)
    };
    outcome::outcome(pair(course.phq9)?.as_any(), Some(pair(course.gad7)?.as_any()), None)
}

/// Why a Bundle has its outcome.
#[pyfunction]
pub(crate) fn _fhir_explain(py: Python<'_>, json: &[u8]) -> PyResult<String> {
    read(py, Course::read(json))?.explain().map_err(raise)
}

fn read<T>(py: Python<'_>, read: Result<T, Error>) -> PyResult<T> {
    read.map_err(|error| exception(py, &error).unwrap_or_else(|fault| fault))
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let places = PyDict::new(py);
    places.set_item("code", error.fault().code())?;
    places.set_item("field", Some(error.field()).filter(|field| !field.is_empty()))?;
    places.set_item("row", error.entry())?;
    places.set_item("item", error.item())?;
    let class = py.import("iapt.fhir")?.getattr("FhirError")?;
    Ok(PyErr::from_value(class.call((error.to_string(),), Some(&places))?))
}
