//! `outcome` and `Outcome`: one referral.

use crate::enums;
use crate::errors::{raise, wrong_type};
use crate::items::is_text;
use crate::measure::{self, Held, Measure};
use crate::number;
use iapt_core::batch::{self, MISSING};
use iapt_core::{Fact, PHQ9, Referral, Score, ScorePair};
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyTuple};
use std::hash::{DefaultHasher, Hash, Hasher};

type Pair = [Option<Score>; 2];

/// A referral's scores: bytes where they are whole scores of PHQ-9 and GAD-7, which is nearly always, so that
/// nothing is allocated.
enum Scores {
    Codes([u8; 4]),
    Exact(Box<Exact>),
}

struct Exact {
    phq9: Pair,
    /// On GAD-7, or on whichever anxiety measure alone was given.
    anxiety: (Held, Pair),
    /// On an anxiety measure given beside GAD-7.
    specific: Option<(Held, Pair)>,
}

/// The outcome of one referral, made by `outcome`: eight facts, and why they hold.
///
/// It has no order: an outcome is not a grade. `repr` shows the facts only, never the scores.
///
/// >>> import iapt
/// >>> o = iapt.outcome(phq9=(18, 9), gad7=(14, 6))
/// >>> o.recovery, o.reliable_recovery, o.flags
/// (True, True, 155)
#[pyclass(frozen, module = "iapt")]
pub(crate) struct Outcome {
    facts: iapt_core::Outcome,
    scores: Scores,
}

/// The outcome of one referral from its first and last scores.
///
/// A last score exists only where there are two; one without a first is accepted, and the referral is then not
/// paired. With both `gad7` and `anxiety`, the anxiety measure counts if both its scores are present, else GAD-7.
///
/// Args:
///     phq9: First and last PHQ-9 score, each int, Decimal, Fraction, a float read by its shortest decimal text,
///         or None (also NaN, `pd.NA`) where missing.
///     gad7: First and last GAD-7 score, in the same way.
///     anxiety: A measure specific to the anxiety disorder, with its first and last score.
///
/// Returns:
///     The eight facts, with `explain()`. Source: NHS England, measures M185 to M193.
///
/// Raises:
///     ScoreError: A score outside the range of its measure; `field` is phq9_first and so on.
///     MeasureError: A measure without a caseness threshold or reliable change.
///     TypeError: A score that is no number.
///
/// >>> import iapt
/// >>> iapt.outcome(phq9=(18, 9), gad7=(14, 6))
/// Outcome(paired, caseness, recovery, reliable_improvement, reliable_recovery)
/// >>> iapt.outcome(phq9=(18, 9), anxiety=(iapt.SPIN, 41, 15)).anxiety_measure
/// iapt.SPIN
/// >>> iapt.outcome(phq9=(18, 28))
/// Traceback (most recent call last):
/// iapt.ScoreError: phq9_last: must be a whole number from 0 to 27
#[pyfunction]
#[pyo3(signature = (*, phq9, gad7=None, anxiety=None))]
pub(crate) fn outcome(
    phq9: &Bound<'_, PyAny>,
    gad7: Option<&Bound<'_, PyAny>>,
    anxiety: Option<&Bound<'_, PyAny>>,
) -> PyResult<Outcome> {
    if let (Some(gad7), None) = (gad7, anxiety)
        && let (Some([p0, p1]), Some([g0, g1])) = (small_codes(phq9), small_codes(gad7))
        && let Ok(facts) = batch::outcome_of_codes([p0, p1, g0, g1])
    {
        return Ok(Outcome { facts, scores: Scores::Codes([p0, p1, g0, g1]) });
    }
    exact_outcome(phq9, gad7, anxiety)
}

/// A tuple of two ints or None as bytes; nothing where it needs a closer look.
fn small_codes(pair: &Bound<'_, PyAny>) -> Option<[u8; 2]> {
    let pair = pair.cast_exact::<PyTuple>().ok()?;
    if pair.len() != 2 {
        return None;
    }
    let code = |at| {
        let score = pair.get_borrowed_item(at).ok()?;
        if score.is_none() {
            return Some(MISSING);
        }
        let score: i64 = score.cast_exact::<PyInt>().ok()?.extract().ok()?;
        u8::try_from(score).ok().filter(|code| *code != MISSING)
    };
    Some([code(0)?, code(1)?])
}

fn exact_outcome(
    phq9: &Bound<'_, PyAny>,
    gad7: Option<&Bound<'_, PyAny>>,
    anxiety: Option<&Bound<'_, PyAny>>,
) -> PyResult<Outcome> {
    let specific = anxiety.map(named_pair).transpose()?;
    if let Some((held, ..)) = &specific {
        measure::decides(held).map_err(raise)?;
    }
    let phq9 = read_pair(phq9, &PHQ9, [batch::COLUMNS[0], batch::COLUMNS[1]])?;
    let general = measure::gad7();
    let gad7_scores = match gad7 {
        Some(gad7) => read_pair(gad7, &general, [batch::COLUMNS[2], batch::COLUMNS[3]])?,
        None => [None; 2],
    };
    let specific = match specific {
        Some((held, first, last)) => {
            let read = |score: &Bound<'_, PyAny>, field| number::read_in(score, &held.range(), field);
            let pair = [read(&first, "anxiety_first")?, read(&last, "anxiety_last")?];
            Some((held, pair))
        }
        None => None,
    };
    let exact = match (gad7, specific) {
        (None, Some(alone)) => Exact { phq9, anxiety: alone, specific: None },
        (_, specific) => Exact { phq9, anxiety: (general, gad7_scores), specific },
    };
    let facts = exact.referral().map_err(raise)?.outcome();
    Ok(Outcome { facts, scores: Scores::Exact(Box::new(exact)) })
}

/// First and last score, both missing where the pair is None.
fn read_pair(
    pair: &Bound<'_, PyAny>,
    measure: &iapt_core::Measure,
    fields: [&'static str; 2],
) -> PyResult<Pair> {
    if pair.is_none() {
        return Ok([None; 2]);
    }
    let name = fields[0].trim_end_matches("_first");
    let [first, last] = match pair.extract::<[Bound<'_, PyAny>; 2]>() {
        Ok(scores) if !is_text(pair) => scores,
        _ => return Err(wrong_type(name, "first and last score", pair)),
    };
    let range = measure.range();
    Ok([number::read_in(&first, &range, fields[0])?, number::read_in(&last, &range, fields[1])?])
}

type Named<'py> = (Held, Bound<'py, PyAny>, Bound<'py, PyAny>);

fn named_pair<'py>(anxiety: &Bound<'py, PyAny>) -> PyResult<Named<'py>> {
    let [measure, first, last] = match anxiety.extract::<[Bound<'py, PyAny>; 3]>() {
        Ok(parts) if !is_text(anxiety) => parts,
        _ => return Err(wrong_type("anxiety", "a measure, first and last score", anxiety)),
    };
    Ok((measure.extract()?, first, last))
}

impl Exact {
    fn of_codes(codes: [u8; 4]) -> Self {
        let [p0, p1, g0, g1] = codes.map(|code| (code != MISSING).then(|| Score::from(code)));
        Self { phq9: [p0, p1], anxiety: (measure::gad7(), [g0, g1]), specific: None }
    }

    fn referral(&self) -> Result<Referral<'_>, iapt_core::Error> {
        let specific = match &self.specific {
            Some((held, [first, last])) => Some(held.pair(*first, *last)?),
            None => None,
        };
        let (anxiety, [first, last]) = &self.anxiety;
        Referral::new(PHQ9.pair(self.phq9[0], self.phq9[1])?, anxiety.pair(*first, *last)?, specific)
    }

    /// The anxiety measure that counts, with its scores: the choice is that of the core's referral.
    fn counting(&self) -> &(Held, Pair) {
        let chosen = self.referral().ok();
        let is_chosen = |(held, [first, last]): &&(Held, Pair)| {
            let pair = held.pair(*first, *last).ok();
            chosen.is_some_and(|referral| Some(referral.anxiety()) == pair)
        };
        self.specific.as_ref().filter(is_chosen).unwrap_or(&self.anxiety)
    }
}

impl Outcome {
    fn has(&self, fact: Fact) -> bool {
        self.facts.has(fact)
    }

    fn with_exact<T>(&self, use_it: impl FnOnce(&Exact) -> PyResult<T>) -> PyResult<T> {
        match &self.scores {
            Scores::Codes(codes) => use_it(&Exact::of_codes(*codes)),
            Scores::Exact(exact) => use_it(exact),
        }
    }

    fn with_referral<T>(&self, use_it: impl FnOnce(&Referral<'_>) -> PyResult<T>) -> PyResult<T> {
        self.with_exact(|exact| use_it(&exact.referral().map_err(raise)?))
    }

    fn facts_held(&self) -> Vec<&'static str> {
        Fact::ALL.into_iter().filter(|fact| self.has(*fact)).map(Fact::name).collect()
    }
}

type PyPair<'py> = (Option<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>);

fn pair_to_python<'py>(py: Python<'py>, pair: Pair) -> PyResult<PyPair<'py>> {
    Ok((number::optional(py, pair[0])?, number::optional(py, pair[1])?))
}

fn change_to_python(py: Python<'_>, pair: ScorePair<'_>) -> Option<Py<PyAny>> {
    enums::change(py, pair.change()?)
}

#[pymethods]
impl Outcome {
    /// Whether all four scores are present.
    #[getter]
    fn paired(&self) -> bool {
        self.has(Fact::Paired)
    }

    /// Whether either first score is a case. False also where that is unknown.
    #[getter]
    fn caseness(&self) -> bool {
        self.has(Fact::Caseness)
    }

    /// Whether both first scores are present and neither is a case. False also where that is unknown.
    #[getter]
    fn not_caseness(&self) -> bool {
        self.has(Fact::NotCaseness)
    }

    /// Paired, a case at the start, and neither last score is a case (M191).
    #[getter]
    fn recovery(&self) -> bool {
        self.has(Fact::Recovery)
    }

    /// Paired, either score fell reliably and neither rose reliably (M185).
    #[getter]
    fn reliable_improvement(&self) -> bool {
        self.has(Fact::ReliableImprovement)
    }

    /// Paired, either score rose reliably and neither fell reliably (M189).
    #[getter]
    fn reliable_deterioration(&self) -> bool {
        self.has(Fact::ReliableDeterioration)
    }

    /// Paired, with neither reliable improvement nor reliable deterioration (M187).
    #[getter]
    fn no_reliable_change(&self) -> bool {
        self.has(Fact::NoReliableChange)
    }

    /// Recovery and reliable improvement (M193).
    #[getter]
    fn reliable_recovery(&self) -> bool {
        self.has(Fact::ReliableRecovery)
    }

    /// The facts as a byte, the first of `FACTS` in the lowest bit.
    #[getter]
    fn flags(&self) -> u8 {
        self.facts.bits()
    }

    /// The change on PHQ-9; None where a score is missing.
    #[getter]
    fn phq9_change(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        self.with_referral(|referral| Ok(change_to_python(py, referral.depression())))
    }

    /// The change on the anxiety measure that counts; None where a score is missing.
    #[getter]
    fn anxiety_change(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        self.with_referral(|referral| Ok(change_to_python(py, referral.anxiety())))
    }

    /// The anxiety measure that counts.
    #[getter]
    fn anxiety_measure(&self, py: Python<'_>) -> PyResult<Py<Measure>> {
        self.with_exact(|exact| exact.counting().0.to_python(py))
    }

    /// First and last PHQ-9 score.
    #[getter]
    fn phq9_scores<'py>(&self, py: Python<'py>) -> PyResult<PyPair<'py>> {
        self.with_exact(|exact| pair_to_python(py, exact.phq9))
    }

    /// First and last score on the anxiety measure that counts.
    #[getter]
    fn anxiety_scores<'py>(&self, py: Python<'py>) -> PyResult<PyPair<'py>> {
        self.with_exact(|exact| pair_to_python(py, exact.counting().1))
    }

    /// Why the outcome is what it is, for people: which measure was used and why, which scores, which threshold
    /// decided, what was missing. It contains the scores.
    ///
    /// >>> import iapt
    /// >>> print(iapt.outcome(phq9=(18, 12), gad7=(14, 6)).explain().splitlines()[5])
    /// Recovery: no, still a case at the end by PHQ-9.
    fn explain(&self) -> PyResult<String> {
        self.with_referral(|referral| Ok(referral.explain().to_string()))
    }

    fn __repr__(&self) -> String {
        format!("Outcome({})", self.facts_held().join(", "))
    }

    fn _repr_html_(&self) -> String {
        let row = |fact: Fact| {
            let holds = if self.has(fact) { "yes" } else { "no" };
            format!("<tr><th>{}</th><td>{holds}</td></tr>", fact.name().replace('_', " "))
        };
        format!("<table><tbody>{}</tbody></table>", Fact::ALL.map(row).concat())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let Ok(other) = other.cast::<Self>() else { return Ok(py.NotImplemented()) };
        let equal = self.with_referral(|a| other.get().with_referral(|b| Ok(a == b)))?;
        Ok(equal.into_pyobject(py)?.to_owned().into_any().unbind())
    }

    fn __hash__(&self) -> PyResult<u64> {
        self.with_exact(|exact| {
            let mut hasher = DefaultHasher::new();
            let (measure, scores) = exact.counting();
            (exact.phq9, measure.name(), scores).hash(&mut hasher);
            Ok(hasher.finish())
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let named = |(held, pair): &(Held, Pair)| {
            let (first, last) = pair_to_python(py, *pair)?;
            PyResult::Ok((held.to_python(py)?, first, last))
        };
        self.with_exact(|exact| {
            let phq9 = pair_to_python(py, exact.phq9)?;
            let alone = exact.anxiety.0 != measure::gad7();
            let gad7 = if alone { None } else { Some(pair_to_python(py, exact.anxiety.1)?) };
            let other = if alone { Some(&exact.anxiety) } else { exact.specific.as_ref() };
            let state = (phq9, gad7, other.map(named).transpose()?);
            Ok((py.import("iapt._iapt")?.getattr("_outcome")?, state).into_pyobject(py)?.into_any())
        })
    }
}

/// Restores a pickled outcome.
#[pyfunction]
pub(crate) fn _outcome(
    phq9: &Bound<'_, PyAny>,
    gad7: Option<&Bound<'_, PyAny>>,
    anxiety: Option<&Bound<'_, PyAny>>,
) -> PyResult<Outcome> {
    outcome(phq9, gad7, anxiety)
}
