//! Numbers on their way from Python to exact scores, and back.

use crate::errors::{raise, wrong_type};
use iapt_core::{Error, ParseScoreError, Range, Score};
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyFloat, PyInt, PyType};

/// What was read: nothing (missing), a score, or a number that is no score.
pub(crate) type Read = Option<Result<Score, ParseScoreError>>;

const WANTED: &str = "a number, or None where it is missing";

/// Reads a score: `None`, NaN and `pd.NA` are missing; integers, `Decimal` and `Fraction` are exact; a float
/// stands for its shortest decimal text. Every other type, `bool` and text included, is a `TypeError`.
pub(crate) fn read(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Read> {
    if value.is_none() {
        return Ok(None);
    }
    if value.is_exact_instance_of::<PyInt>() {
        return whole(value).map(Some);
    }
    if let Ok(float) = value.cast::<PyFloat>() {
        let float = pyo3::types::PyFloatMethods::value(float);
        return Ok((!float.is_nan()).then(|| Score::from_f64(float)));
    }
    read_rare(value, field)
}

/// Reads a score that must lie in a range.
pub(crate) fn read_in(
    value: &Bound<'_, PyAny>,
    range: &Range,
    field: &'static str,
) -> PyResult<Option<Score>> {
    let Some(read) = read(value, field)? else { return Ok(None) };
    range.check_read(read).map(Some).map_err(|kind| raise(Error::from(kind).in_field(field)))
}

/// Reads a number that must be there: a mean, a threshold.
pub(crate) fn required(
    value: &Bound<'_, PyAny>,
    field: &'static str,
) -> PyResult<Result<Score, ParseScoreError>> {
    read(value, field)?.ok_or_else(|| wrong_type(field, "a number", value))
}

fn read_rare(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Read> {
    let py = value.py();
    let refused = || wrong_type(field, WANTED, value);
    if value.is_instance_of::<PyBool>() {
        return Err(refused());
    }
    if value.is_instance(DECIMAL.import(py, "decimal", "Decimal")?)? {
        if value.call_method0("is_nan")?.extract()? {
            return Ok(None);
        }
        return Ok(Some(value.str()?.to_str()?.parse()));
    }
    if value.is_instance(FRACTION.import(py, "fractions", "Fraction")?)? {
        return ratio(value).map(Some);
    }
    let kind = value.get_type();
    let (module, name) = (kind.module()?.to_string(), kind.name()?.to_string());
    if module.starts_with("pandas.") && name == "NAType" {
        return Ok(None);
    }
    if module == "numpy" && name.starts_with("float") {
        // Not Python's own width: the text of such a float is the shortest one of its width.
        let float: f64 = value.extract()?;
        let text = value.str()?;
        let read = || if float.is_finite() { text.to_str().ok()?.parse().ok() } else { None };
        return Ok((!float.is_nan()).then(|| read().ok_or(ParseScoreError::NotANumber)));
    }
    let is_bool = name.starts_with("bool");
    match value.call_method0("__index__") {
        Ok(index) if !is_bool => whole(&index).map(Some),
        _ => Err(refused()),
    }
}

/// Reads a boolean; nothing where it is of another type.
pub(crate) fn read_bool(value: &Bound<'_, PyAny>, field: &str) -> Option<Option<bool>> {
    let is_bool =
        value.is_instance_of::<PyBool>() || value.get_type().name().ok()?.to_str().ok()?.starts_with("bool");
    if is_bool {
        return value.is_truthy().ok().map(Some);
    }
    matches!(read(value, field), Ok(None)).then_some(None)
}

fn whole(value: &Bound<'_, PyAny>) -> PyResult<Result<Score, ParseScoreError>> {
    match value.extract::<i64>() {
        Ok(number) => Ok(Ok(Score::whole(number))),
        Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => {
            Ok(Err(ParseScoreError::TooLarge))
        }
        Err(error) => Err(error),
    }
}

fn ratio(value: &Bound<'_, PyAny>) -> PyResult<Result<Score, ParseScoreError>> {
    let parts = (value.getattr("numerator")?.extract(), value.getattr("denominator")?.extract());
    if let (Ok(numerator), Ok(denominator)) = parts {
        return Ok(Score::ratio(numerator, denominator).ok_or(ParseScoreError::NotANumber));
    }
    let floor = whole(&value.call_method0("__floor__")?)?;
    Ok(floor.and(Err(ParseScoreError::NotANumber)))
}

/// A score as Python has it: an `int` where whole, else a `Decimal`, else (no finite decimal) a `Fraction`.
pub(crate) fn to_python<'py>(py: Python<'py>, score: Score) -> PyResult<Bound<'py, PyAny>> {
    if score.is_whole() {
        return Ok(score.numerator().into_pyobject(py)?.into_any());
    }
    let text = score.to_string();
    if text.contains('/') {
        fraction(py, score)
    } else {
        DECIMAL.import(py, "decimal", "Decimal")?.call1((text,))
    }
}

/// A score as an `int` where whole, else a `Fraction`.
pub(crate) fn fraction<'py>(py: Python<'py>, score: Score) -> PyResult<Bound<'py, PyAny>> {
    if score.is_whole() {
        return to_python(py, score);
    }
    FRACTION.import(py, "fractions", "Fraction")?.call1((score.numerator(), score.denominator()))
}

pub(crate) fn optional<'py>(py: Python<'py>, score: Option<Score>) -> PyResult<Option<Bound<'py, PyAny>>> {
    score.map(|score| to_python(py, score)).transpose()
}

static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static FRACTION: PyOnceLock<Py<PyType>> = PyOnceLock::new();
