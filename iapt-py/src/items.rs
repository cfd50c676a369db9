//! `ItemScore`: the score of one filled-in questionnaire.

use crate::enums;
use crate::errors::{Fault, raise, wrong_type};
use crate::measure::{Held, Measure};
use crate::number;
use iapt_core::{Score, SelfHarm};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyAnyMethods, PyByteArray, PyBytes, PySequence, PyString};
use std::hash::{DefaultHasher, Hash, Hasher};

/// An answer beyond every questionnaire, for those that are no whole number.
const NO_ANSWER_OF_ANY_ITEM: i64 = i64::MAX;

/// Texts and bytes, which are sequences, but not of scores.
pub(crate) fn is_text(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyString>()
        || value.is_instance_of::<PyBytes>()
        || value.is_instance_of::<PyByteArray>()
}

/// Reads the answers to a questionnaire: a sequence of whole numbers, some of them missing.
pub(crate) fn read_answers(items: &Bound<'_, PyAny>) -> PyResult<Vec<Option<i64>>> {
    if is_text(items) || (items.cast::<PySequence>().is_err() && !items.hasattr("__array__")?) {
        return Err(wrong_type("items", "a sequence of int or None", items));
    }
    items
        .try_iter()?
        .map(|item| {
            let read = number::read(&item?, "each of the items")?;
            let whole = |score: Score| score.is_whole().then(|| score.numerator());
            Ok(read.map(|score| score.ok().and_then(whole).unwrap_or(NO_ANSWER_OF_ANY_ITEM)))
        })
        .collect()
}

/// The score of one filled-in questionnaire, made by `Measure.score`.
///
/// >>> from iapt import PHQ9
/// >>> s = PHQ9.score([3, 2, 2, 1, 2, 1, 1, 0, 0])
/// >>> int(s), s.is_case, s.severity.name, s.self_harm
/// (12, True, 'MODERATE', False)
#[pyclass(frozen, module = "iapt", eq)]
#[derive(PartialEq)]
pub(crate) struct ItemScore {
    measure: Held,
    score: iapt_core::ItemScore,
}

impl ItemScore {
    pub(crate) const fn new(measure: Held, score: iapt_core::ItemScore) -> Self {
        Self { measure, score }
    }
}

#[pymethods]
impl ItemScore {
    /// The measure.
    #[getter]
    fn measure(&self, py: Python<'_>) -> PyResult<Py<Measure>> {
        self.measure.to_python(py)
    }

    /// The score in points: an int, or a Fraction for a mean that is not whole.
    #[getter]
    fn total<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        number::fraction(py, self.score.total)
    }

    /// How many unanswered items were replaced by the mean of the answered ones.
    #[getter]
    fn imputed(&self) -> u8 {
        self.score.imputed
    }

    /// What the band of the score is called; None for a measure without bands.
    #[getter]
    fn severity(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        enums::severity(py, self.score.severity?)
    }

    /// Whether the score is a clinical case; None for a measure without a threshold.
    #[getter]
    fn is_case(&self) -> Option<bool> {
        self.score.is_case
    }

    /// Whether self-harm was reported: True, False, or None where the item was not answered or the measure does
    /// not ask. A missing answer is never False.
    #[getter]
    fn self_harm(&self) -> Option<bool> {
        self_harm(self.score.self_harm)
    }

    /// The score where it is whole; a mean that is not is an error, for it is never rounded.
    fn __int__(&self) -> PyResult<i64> {
        if self.score.total.is_whole() {
            return Ok(self.score.total.numerator());
        }
        Err(raise(Fault::not_whole()))
    }

    fn __float__(&self) -> f64 {
        self.score.total.to_f64()
    }

    fn __repr__(&self) -> String {
        let bool = |value: Option<bool>| value.map_or("None", |value| if value { "True" } else { "False" });
        let severity = self.score.severity.map_or("None".into(), |s| s.name().to_uppercase());
        format!(
            "ItemScore({}, total={}, imputed={}, severity={severity}, is_case={}, self_harm={})",
            self.measure.name(),
            self.score.total,
            self.score.imputed,
            bool(self.score.is_case),
            bool(self.self_harm()),
        )
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.measure.name(), self.score.total, self.score.imputed, self.score.self_harm).hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let iapt_core::ItemScore { total, imputed, self_harm, .. } = self.score;
        let state = (self.measure.to_python(py)?, number::fraction(py, total)?, imputed, self_harm as u8);
        Ok((py.import("iapt._iapt")?.getattr("_item_score")?, state).into_pyobject(py)?.into_any())
    }
}

/// Whether self-harm was reported; `None` where that is not known.
pub(crate) const fn self_harm(answer: SelfHarm) -> Option<bool> {
    match answer {
        SelfHarm::Reported => Some(true),
        SelfHarm::NotReported => Some(false),
        SelfHarm::Unknown | SelfHarm::NotAsked => None,
    }
}

/// Restores a pickled score.
#[pyfunction]
pub(crate) fn _item_score(
    measure: Held,
    total: &Bound<'_, PyAny>,
    imputed: u8,
    self_harm: u8,
) -> PyResult<ItemScore> {
    let Some(total) = number::read_in(total, &measure.range(), "total")? else {
        return Err(PyValueError::new_err("a pickled score has a total"));
    };
    let self_harm =
        SelfHarm::ALL.into_iter().find(|kind| *kind as u8 == self_harm).unwrap_or(SelfHarm::NotAsked);
    let severity = measure.severity(total).map_err(raise)?;
    let is_case = measure.is_case(total).map_err(raise)?;
    Ok(ItemScore::new(measure, iapt_core::ItemScore { total, imputed, severity, is_case, self_harm }))
}
