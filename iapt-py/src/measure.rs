//! `Measure`: a questionnaire with its range, its threshold and its reliable change.

use crate::enums;
use crate::errors::{Fault, raise, wrong_type};
use crate::items::{self, ItemScore};
use crate::number;
use iapt_core::{
    Band, BuiltIn, CaseWhen, Definition, Edition, Error, MissingItems, Questionnaire, Range, Score, Scoring,
    Severity,
};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyMappingProxy, PyString, PyTuple};
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// A measure of the edition's table, or a caller's own.
#[derive(Clone)]
pub(crate) enum Held {
    BuiltIn(&'static BuiltIn),
    Own(Arc<Own>),
}

pub(crate) struct Own {
    measure: iapt_core::Measure,
    purpose: String,
}

impl Held {
    pub(crate) fn id(&self) -> Option<&'static str> {
        match self {
            Self::BuiltIn(built_in) => Some(built_in.id),
            Self::Own(_) => None,
        }
    }

    fn purpose(&self) -> &str {
        match self {
            Self::BuiltIn(built_in) => built_in.purpose,
            Self::Own(own) => &own.purpose,
        }
    }

    /// The measure of the edition's table that the core gave.
    pub(crate) fn built_in(measure: &'static iapt_core::Measure) -> Self {
        match Edition::CURRENT.measures.iter().find(|known| std::ptr::eq(known.measure, measure)) {
            Some(known) => Self::BuiltIn(known),
            None => Self::Own(Arc::new(Own { measure: measure.clone(), purpose: String::new() })),
        }
    }

    /// The Python object: one and the same for a built-in measure.
    pub(crate) fn to_python(&self, py: Python<'_>) -> PyResult<Py<Measure>> {
        let at =
            |built_in: &BuiltIn| Edition::CURRENT.measures.iter().position(|m| std::ptr::eq(m, built_in));
        let known = match self {
            Self::BuiltIn(built_in) => at(built_in).and_then(|at| BUILT_IN.get(py)?.get(at)),
            Self::Own(_) => None,
        };
        known.map_or_else(|| Py::new(py, Measure(self.clone())), |known| Ok(known.clone_ref(py)))
    }
}

impl Deref for Held {
    type Target = iapt_core::Measure;
    fn deref(&self) -> &Self::Target {
        match self {
            Self::BuiltIn(built_in) => built_in.measure,
            Self::Own(own) => &own.measure,
        }
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        **self == **other && self.purpose() == other.purpose()
    }
}

/// As an argument: a `Measure`, or the identifier or name of a built-in one.
impl<'py> FromPyObject<'_, 'py> for Held {
    type Error = PyErr;
    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(measure) = value.cast::<Measure>() {
            return Ok(measure.get().0.clone());
        }
        match value.cast::<PyString>() {
            Ok(name) => Edition::CURRENT.measure(name.to_str()?).map(Self::built_in).map_err(raise),
            Err(_) => Err(wrong_type("measure", "a Measure or the name of one", &value)),
        }
    }
}

/// A questionnaire with its range of scores, its caseness threshold and its reliable change. Lower is better.
///
/// The built-in measures are `PHQ9`, `GAD7` and the others of `MEASURES`. Numbers may be int, Decimal, Fraction
/// or float; a float stands for its shortest decimal text, so 0.73 is 73/100.
///
/// Args:
///     name: What it is called in texts and, as a slug, in columns.
///     min_score: The lowest score, in points.
///     max_score: The highest score.
///     caseness_threshold: Where a case begins; None for a measure without caseness.
///     reliable_change: The smallest change, in points, that exceeds measurement error; None where unknown.
///     case_when: "at_or_above" the threshold, or only "above" it.
///     whole_scores: Whether only whole scores exist; None means: if all four numbers are whole.
///     items: How many items there are (for a mean, at most); None where only totals are scored.
///     answers: The lowest and the highest answer to an item.
///     reversed_items: The items, counted from 0, whose answers count in reverse.
///     scoring: "sum" of the items, or "mean" of the answered ones.
///     self_harm_item: The item, counted from 0, that asks about self-harm.
///     bands: From the name of a severity to the lowest score of its band, lowest first.
///     source: Where the numbers come from.
///     purpose: What it measures.
///
/// Raises:
///     MeasureError: Numbers that contradict each other; `field` says which.
///     TypeError: A value that is no number.
///
/// >>> from iapt import Measure
/// >>> scale = Measure("My scale", 0, 40, caseness_threshold=20, reliable_change=5)
/// >>> scale.is_case(20), scale.change(25, 19).name
/// (True, 'RELIABLE_IMPROVEMENT')
#[pyclass(frozen, module = "iapt", eq)]
#[derive(PartialEq)]
pub(crate) struct Measure(pub(crate) Held);

#[pymethods]
impl Measure {
    #[new]
    #[pyo3(signature = (
        name, min_score, max_score, caseness_threshold=None, reliable_change=None, case_when="at_or_above",
        whole_scores=None, items=None, answers=None, reversed_items=Vec::new(), scoring="sum",
        self_harm_item=None, bands=None, source="", purpose=""
    ))]
    #[allow(clippy::too_many_arguments, reason = "all but three have a name at the call")]
    fn new(
        name: String,
        min_score: &Bound<'_, PyAny>,
        max_score: &Bound<'_, PyAny>,
        caseness_threshold: Option<&Bound<'_, PyAny>>,
        reliable_change: Option<&Bound<'_, PyAny>>,
        case_when: &str,
        whole_scores: Option<bool>,
        items: Option<&Bound<'_, PyAny>>,
        answers: Option<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
        reversed_items: Vec<Bound<'_, PyAny>>,
        scoring: &str,
        self_harm_item: Option<&Bound<'_, PyAny>>,
        bands: Option<&Bound<'_, PyDict>>,
        source: &str,
        purpose: &str,
    ) -> PyResult<Self> {
        let (min, max) = (definite(min_score, "min_score")?, definite(max_score, "max_score")?);
        let threshold = caseness_threshold.map(|n| definite(n, "caseness_threshold")).transpose()?;
        let change = reliable_change.map(|n| definite(n, "reliable_change")).transpose()?;
        let whole = || [Some(min), Some(max), threshold, change].iter().flatten().all(|n| n.is_whole());
        let questionnaire = match (items, answers) {
            (Some(items), Some((lowest, highest))) => Some(Questionnaire {
                items: byte(items, "items")?,
                lowest: byte(&lowest, "answers")?,
                highest: byte(&highest, "answers")?,
                reversed: reversed_items
                    .iter()
                    .map(|n| byte(n, "reversed_items"))
                    .collect::<PyResult<_>>()?,
                scoring: choice("scoring", scoring, SCORINGS)?,
                self_harm_item: self_harm_item.map(|n| byte(n, "self_harm_item")).transpose()?,
            }),
            (None, None) => None,
            _ => return Err(PyTypeError::new_err("items and answers must be given together")),
        };
        let definition = Definition {
            name: name.into(),
            min_score: min,
            max_score: max,
            whole_scores: whole_scores.unwrap_or_else(whole),
            caseness_threshold: threshold,
            case_when: choice("case_when", case_when, CASES)?,
            reliable_change: change,
            questionnaire,
            bands: read_bands(bands)?,
            source: Cow::Owned(source.into()),
        };
        let measure = iapt_core::Measure::define(definition).map_err(raise)?;
        Ok(Self(Held::Own(Arc::new(Own { measure, purpose: purpose.into() }))))
    }

    /// The identifier of a built-in measure, as in `MEASURES`; None for others.
    #[getter]
    fn id(&self) -> Option<&'static str> {
        self.0.id()
    }

    /// The name, as in "PHQ-9".
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The lowest score, in points.
    #[getter]
    fn min_score<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        number::to_python(py, self.0.range().min)
    }

    /// The highest score, in points.
    #[getter]
    fn max_score<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        number::to_python(py, self.0.range().max)
    }

    /// Whether only whole scores exist.
    #[getter]
    fn whole_scores(&self) -> bool {
        self.0.range().whole
    }

    /// Where a case begins; None for a measure without caseness.
    #[getter]
    fn caseness_threshold<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        number::optional(py, self.0.definition().caseness_threshold)
    }

    /// Whether a case lies "at_or_above" the threshold or only "above" it.
    #[getter]
    fn case_when(&self) -> &'static str {
        name_of(CASES, &self.0.definition().case_when)
    }

    /// The smallest change, in points, that is reliable; None where it is not known.
    #[getter]
    fn reliable_change<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        number::optional(py, self.0.definition().reliable_change)
    }

    /// How many items there are (for a mean, at most); None where only totals are scored.
    #[getter]
    fn items(&self) -> Option<u8> {
        self.questionnaire().map(|q| q.items)
    }

    /// The lowest and the highest answer to an item.
    #[getter]
    fn answers(&self) -> Option<(u8, u8)> {
        self.questionnaire().map(|q| (q.lowest, q.highest))
    }

    /// The items, counted from 0, whose answers count in reverse.
    #[getter]
    fn reversed_items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.questionnaire().map_or(&[][..], |q| &q.reversed))
    }

    /// "sum" of the items, or "mean" of the answered ones; None without items.
    #[getter]
    fn scoring(&self) -> Option<&'static str> {
        self.questionnaire().map(|q| name_of(SCORINGS, &q.scoring))
    }

    /// The item, counted from 0, that asks about self-harm; None where none does.
    #[getter]
    fn self_harm_item(&self) -> Option<u8> {
        self.questionnaire().and_then(|q| q.self_harm_item)
    }

    /// From the name of a severity to the lowest score of its band; empty for a measure without bands.
    #[getter]
    fn bands<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let bands = PyDict::new(py);
        for band in self.0.definition().bands.iter() {
            bands.set_item(band.severity.name(), number::to_python(py, band.from)?)?;
        }
        Ok(bands)
    }

    /// Whether the numbers were checked against the current official source. Where not, check them before
    /// clinical use.
    #[getter]
    fn verified(&self) -> bool {
        self.0.verified()
    }

    /// Where the numbers come from.
    #[getter]
    fn source(&self) -> &str {
        &self.0.definition().source
    }

    /// What it measures.
    #[getter]
    fn purpose(&self) -> &str {
        self.0.purpose()
    }

    /// The score of one filled-in questionnaire.
    ///
    /// Missing items are prorated by default: one or two are replaced by the mean of the answered ones, and the
    /// result is rounded half up. Source: IAPT Data Handbook, appendix D, for PHQ-9 and GAD-7; the rounding, and
    /// the use for other sums, are this project's choice.
    ///
    /// Args:
    ///     items: The answers in the questionnaire's order, each int or None (missing).
    ///     missing: "prorate", or "reject" to accept complete questionnaires only.
    ///
    /// Raises:
    ///     ItemError: The wrong number of items, an answer that the item does not have (`item` counts from 0), or
    ///         too many missing.
    ///     TypeError: An answer that is no number.
    ///
    /// >>> from iapt import PHQ9
    /// >>> s = PHQ9.score([3, 2, 2, 1, 2, 1, 1, 0, None])
    /// >>> s.total, s.imputed, s.self_harm
    /// (14, 1, None)
    #[pyo3(signature = (items, missing="prorate"))]
    fn score(&self, items: &Bound<'_, PyAny>, missing: &str) -> PyResult<ItemScore> {
        let answers = items::read_answers(items)?;
        let score = self.0.score_items(answers, missing_items(missing)?).map_err(raise)?;
        Ok(ItemScore::new(self.0.clone(), score))
    }

    /// The answer to the item on self-harm alone, also where too few items were answered for a score: True for
    /// any answer above 0, False for 0, None (not known) where it was not answered or the measure does not ask.
    ///
    /// Args:
    ///     items: The answers in the questionnaire's order, each int or None (missing).
    ///
    /// Raises:
    ///     ItemError: The wrong number of items, or an answer that the item does not have.
    ///     TypeError: An answer that is no number.
    ///
    /// >>> from iapt import PHQ9
    /// >>> PHQ9.self_harm([None] * 8 + [3])
    /// True
    fn self_harm(&self, items: &Bound<'_, PyAny>) -> PyResult<Option<bool>> {
        let self_harm = self.0.self_harm(items::read_answers(items)?).map_err(raise)?;
        Ok(items::self_harm(self_harm))
    }

    /// Whether a score is a clinical case; None for a missing score, or a measure without a threshold.
    ///
    /// Raises:
    ///     ScoreError: A score outside the range of the measure.
    ///     TypeError: A value that is no number.
    ///
    /// >>> from iapt import PHQ9, WSAS
    /// >>> PHQ9.is_case(10), PHQ9.is_case(9), WSAS.is_case(40)
    /// (True, False, None)
    fn is_case(&self, score: &Bound<'_, PyAny>) -> PyResult<Option<bool>> {
        let Some(score) = self.read(score, "score")? else { return Ok(None) };
        self.0.is_case(score).map_err(raise)
    }

    /// What the band of a score is called; None for a missing score, or a measure without bands.
    ///
    /// Raises:
    ///     ScoreError: A score outside the range of the measure.
    ///     TypeError: A value that is no number.
    ///
    /// >>> from iapt import GAD7
    /// >>> GAD7.severity(15)
    /// <Severity.SEVERE: 'severe'>
    fn severity(&self, py: Python<'_>, score: &Bound<'_, PyAny>) -> PyResult<Option<Py<PyAny>>> {
        let Some(score) = self.read(score, "score")? else { return Ok(None) };
        let severity = self.0.severity(score).map_err(raise)?;
        Ok(severity.and_then(|severity| enums::severity(py, severity)))
    }

    /// The change from the first to the last score; None where one is missing, or the measure has no reliable
    /// change.
    ///
    /// Raises:
    ///     ScoreError: A score outside the range of the measure.
    ///     TypeError: A value that is no number.
    ///
    /// >>> from iapt import MI
    /// >>> MI.change(3.00, 2.27)
    /// <Change.RELIABLE_IMPROVEMENT: 'reliable_improvement'>
    fn change(
        &self,
        py: Python<'_>,
        first: &Bound<'_, PyAny>,
        last: &Bound<'_, PyAny>,
    ) -> PyResult<Option<Py<PyAny>>> {
        let (first, last) = (self.read(first, "first")?, self.read(last, "last")?);
        let Some((first, last)) = first.zip(last) else { return Ok(None) };
        let change = self.0.change(first, last).map_err(raise)?;
        Ok(change.and_then(|change| enums::change(py, change)))
    }

    /// The same measure with some values changed; never `verified`.
    ///
    /// Args:
    ///     **changes: The arguments of `Measure` that differ.
    ///
    /// Raises:
    ///     MeasureError: Numbers that contradict each other.
    ///
    /// >>> from iapt import PHQ9
    /// >>> stricter = PHQ9.replace(name="PHQ-9, local threshold", caseness_threshold=12)
    /// >>> stricter.is_case(11), stricter.verified
    /// (False, False)
    #[pyo3(signature = (**changes))]
    fn replace<'py>(
        slf: &Bound<'py, Self>,
        changes: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let arguments = slf.get().arguments(slf.py())?;
        if let Some(changes) = changes {
            arguments.update(changes.as_mapping())?;
        }
        slf.get_type().call((), Some(&arguments))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        if let Some(id) = self.0.id() {
            return Ok(format!("iapt.{id}"));
        }
        let all = self.arguments(py)?;
        let shown = ["name", "min_score", "max_score", "caseness_threshold", "reliable_change", "case_when"];
        let shown = shown
            .iter()
            .map(|key| Ok(format!("{key}={}", all.as_any().get_item(key)?.repr()?)))
            .collect::<PyResult<Vec<_>>>()?;
        Ok(format!("Measure({})", shown.join(", ")))
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let Range { min, max, whole } = self.0.range();
        (self.0.name(), min, max, whole, self.0.definition().caseness_threshold).hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.0.id() {
            Some(id) => Ok(PyString::new(py, id).into_any()),
            None => {
                let restore = py.import("iapt._iapt")?.getattr("_measure")?;
                Ok((restore, (self.arguments(py)?,)).into_pyobject(py)?.into_any())
            }
        }
    }
}

impl Measure {
    fn questionnaire(&self) -> Option<&Questionnaire> {
        self.0.definition().questionnaire.as_ref()
    }

    fn read(&self, score: &Bound<'_, PyAny>, field: &'static str) -> PyResult<Option<Score>> {
        number::read_in(score, &self.0.range(), field)
    }

    /// What `Measure` would have to be called with.
    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let arguments = PyDict::new(py);
        arguments.set_item("name", self.name())?;
        arguments.set_item("min_score", self.min_score(py)?)?;
        arguments.set_item("max_score", self.max_score(py)?)?;
        arguments.set_item("caseness_threshold", self.caseness_threshold(py)?)?;
        arguments.set_item("reliable_change", self.reliable_change(py)?)?;
        arguments.set_item("case_when", self.case_when())?;
        arguments.set_item("whole_scores", self.whole_scores())?;
        arguments.set_item("items", self.items())?;
        arguments.set_item("answers", self.answers())?;
        arguments.set_item("reversed_items", self.reversed_items(py)?)?;
        arguments.set_item("scoring", self.scoring().unwrap_or(SCORINGS[0].0))?;
        arguments.set_item("self_harm_item", self.self_harm_item())?;
        arguments.set_item("bands", self.bands(py)?)?;
        arguments.set_item("source", self.source())?;
        arguments.set_item("purpose", self.purpose())?;
        Ok(arguments)
    }
}

const CASES: &[(&str, CaseWhen)] = &[("at_or_above", CaseWhen::AtOrAbove), ("above", CaseWhen::Above)];
const SCORINGS: &[(&str, Scoring)] = &[("sum", Scoring::Sum), ("mean", Scoring::Mean)];
const MISSING: &[(&str, MissingItems)] =
    &[("prorate", MissingItems::Prorate), ("reject", MissingItems::Reject)];

/// What is done about missing items.
pub(crate) fn missing_items(text: &str) -> PyResult<MissingItems> {
    choice("missing", text, MISSING)
}

fn choice<T: Copy>(argument: &str, text: &str, choices: &[(&str, T)]) -> PyResult<T> {
    let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| format!("{name:?}")).collect();
        PyValueError::new_err(format!("{argument} must be {}", names.join(" or ")))
    })
}

fn name_of<T: PartialEq>(choices: &[(&'static str, T)], value: &T) -> &'static str {
    choices.iter().find(|(_, choice)| choice == value).map_or("", |(name, _)| name)
}

fn definite(value: &Bound<'_, PyAny>, field: &'static str) -> PyResult<Score> {
    number::required(value, field)?.map_err(|_| Fault::definition().in_field(field).into())
}

/// A whole number that describes a questionnaire.
fn byte(value: &Bound<'_, PyAny>, field: &str) -> PyResult<u8> {
    if value.is_instance_of::<PyBool>() {
        return Err(wrong_type(field, "a whole number", value));
    }
    value.extract().map_err(|error: PyErr| match error.is_instance_of::<PyOverflowError>(value.py()) {
        true => Fault::beyond_a_byte().in_field(field).into(),
        false => wrong_type(field, "a whole number", value),
    })
}

fn read_bands(bands: Option<&Bound<'_, PyDict>>) -> PyResult<Cow<'static, [Band]>> {
    let Some(bands) = bands else { return Ok(Cow::Borrowed(&[])) };
    let names: Vec<_> = Severity::ALL.iter().map(|severity| (severity.name(), *severity)).collect();
    let mut read = Vec::with_capacity(bands.len());
    for (name, from) in bands {
        let name: String = name.extract()?;
        read.push(Band { from: definite(&from, "bands")?, severity: choice("bands", &name, &names)? });
    }
    Ok(Cow::Owned(read))
}

static BUILT_IN: PyOnceLock<Vec<Py<Measure>>> = PyOnceLock::new();

/// Restores a pickled measure from the arguments of `Measure`.
#[pyfunction]
pub(crate) fn _measure<'py>(py: Python<'py>, arguments: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
    py.get_type::<Measure>().call((), Some(arguments))
}

/// Adds the class, the built-in measures and the mapping of them to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add_class::<Measure>()?;
    module.add_function(wrap_pyfunction!(_measure, module)?)?;
    let made = BUILT_IN.get_or_try_init(py, || {
        Edition::CURRENT
            .measures
            .iter()
            .map(|m| Py::new(py, Measure(Held::BuiltIn(m))))
            .collect::<PyResult<_>>()
    })?;
    let mapping = PyDict::new(py);
    for (built_in, object) in Edition::CURRENT.measures.iter().zip(made) {
        mapping.set_item(built_in.id, object)?;
        module.add(built_in.id, object)?;
    }
    module.add("MEASURES", PyMappingProxy::new(py, mapping.as_mapping()))
}

/// The anxiety measure that is used where no other is given: the one of the fourth column of the core's batches.
pub(crate) fn gad7() -> Held {
    Held::built_in(&iapt_core::GAD7)
}

/// Whether outcomes can be told by a measure.
pub(crate) fn decides(measure: &iapt_core::Measure) -> Result<(), Error> {
    let none = measure.pair(None, None)?;
    iapt_core::Referral::new(none, none, None).map(|_| ())
}
