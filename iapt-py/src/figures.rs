//! Single figures: percentages, effect sizes, disclosure control, targets.

use crate::errors::{Fault, raise, wrong_type};
use crate::number;
use iapt_core::{Disclosed, Edition, Rate};
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyMappingProxy, PyTuple};

/// A count as a Python integer.
pub(crate) fn count(value: &Bound<'_, PyAny>, field: &str) -> PyResult<u64> {
    if value.is_instance_of::<PyBool>() {
        return Err(wrong_type(field, "a whole number", value));
    }
    let index = value.call_method0("__index__").map_err(|_| wrong_type(field, "a whole number", value))?;
    index.extract().map_err(|error: PyErr| {
        if error.is_instance_of::<PyOverflowError>(value.py()) {
            let text = "must be a whole number from 0 to 18446744073709551615";
            return raise(Fault::counts("OUT_OF_RANGE", text).in_field(field));
        }
        error
    })
}

/// How many decimals a figure is to have.
pub(crate) struct Decimals(u64);

impl Decimals {
    fn refused(text: &'static str) -> PyErr {
        raise(Fault::counts("OUT_OF_RANGE", text).in_field("decimals"))
    }
}

impl<'py> FromPyObject<'_, 'py> for Decimals {
    type Error = PyErr;
    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        count(&value, "decimals").map(Self)
    }
}

/// A share of referrals in per cent, rounded half up from the exact ratio.
///
/// Args:
///     numerator: How many have the outcome.
///     denominator: Of how many.
///     decimals: 1 as published for England, 0 as published for services.
///
/// Returns:
///     The percentage; None where the denominator is 0, for that is neither 0 nor NaN.
///
/// Raises:
///     CountsError: A numerator above a denominator that is not 0, or a count that is not from 0 to 2^64 - 1.
///     TypeError: A count that is no whole number.
///
/// >>> import iapt
/// >>> iapt.rate_from_counts(902, 1760)  # 51.25
/// 51.3
/// >>> print(iapt.rate_from_counts(0, 0))
/// None
#[pyfunction]
#[pyo3(
    signature = (numerator, denominator, *, decimals=Decimals(1)),
    text_signature = "(numerator, denominator, *, decimals=1)"
)]
pub(crate) fn rate_from_counts(
    numerator: &Bound<'_, PyAny>,
    denominator: &Bound<'_, PyAny>,
    decimals: Decimals,
) -> PyResult<Option<f64>> {
    let rate =
        Rate::new(count(numerator, "numerator")?, count(denominator, "denominator")?).map_err(raise)?;
    match decimals.0 {
        1 => Ok(rate.percent().map(iapt_core::Percent::to_f64)),
        0 => Ok(rate.whole_percent().map(f64::from)),
        _ => Err(Decimals::refused("must be 1 or 0")),
    }
}

/// How far the mean fell, in standard deviations of the first scores: (mean_first - mean_last) / sd_first.
///
/// Above 0 is improvement. In the annual PROMs tables the standard deviation is England's for the same therapy and
/// problem descriptor.
///
/// Args:
///     mean_first: The mean of the first scores, in points.
///     mean_last: The mean of the last scores.
///     sd_first: The standard deviation of the first scores.
///     decimals: 1 as published, rounded half up from the exact value; None for the float nearest to it.
///
/// Raises:
///     CountsError: A standard deviation that is not above 0, or a mean beyond a million.
///     TypeError: A value that is no number, or missing.
///
/// >>> import iapt
/// >>> iapt.effect_size(14.4, 8.1, 6.1)
/// 1.0
#[pyfunction]
#[pyo3(
    signature = (mean_first, mean_last, sd_first, *, decimals=Some(Decimals(1))),
    text_signature = "(mean_first, mean_last, sd_first, *, decimals=1)"
)]
pub(crate) fn effect_size(
    mean_first: &Bound<'_, PyAny>,
    mean_last: &Bound<'_, PyAny>,
    sd_first: &Bound<'_, PyAny>,
    decimals: Option<Decimals>,
) -> PyResult<f64> {
    let read = |value: &Bound<'_, PyAny>, field: &'static str| {
        number::required(value, field)?.map_err(|_| {
            let text = "must be a decimal number of at most 18 digits";
            raise(Fault::counts("NOT_A_NUMBER", text).in_field(field))
        })
    };
    let (first, last) = (read(mean_first, "mean_first")?, read(mean_last, "mean_last")?);
    let effect = iapt_core::EffectSize::new(first, last, read(sd_first, "sd_first")?).map_err(raise)?;
    match decimals {
        None => Ok(effect.to_f64()),
        #[allow(clippy::cast_precision_loss, reason = "tenths of an effect size are far below 2^53")]
        Some(Decimals(1)) => Ok(effect.tenths() as f64 / 10.0),
        Some(_) => Err(Decimals::refused("must be 1 or None")),
    }
}

/// The type of `SUPPRESSED`, a figure that disclosure control hides. It is neither zero nor missing.
#[pyclass(frozen, module = "iapt")]
pub(crate) struct Suppressed;

static SUPPRESSED: PyOnceLock<Py<Suppressed>> = PyOnceLock::new();

#[pymethods]
impl Suppressed {
    #[allow(clippy::unused_self, reason = "a method of Python")]
    const fn __repr__(&self) -> &'static str {
        "*"
    }

    #[allow(clippy::unused_self, reason = "a method of Python")]
    const fn __reduce__(&self) -> &'static str {
        "SUPPRESSED"
    }
}

/// Counts of groups and their total, ready for publication; made by `disclose`.
///
/// Each is an int, or `SUPPRESSED`.
#[pyclass(frozen, module = "iapt")]
pub(crate) struct DisclosedCounts {
    /// The counts of the groups, in the order given.
    #[pyo3(get)]
    groups: Py<PyTuple>,
    /// Their total.
    #[pyo3(get)]
    total: Py<PyAny>,
}

#[pymethods]
impl DisclosedCounts {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "DisclosedCounts(groups={}, total={})",
            self.groups.bind(py).repr()?,
            self.total.bind(py).repr()?
        ))
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        (&self.groups, &self.total).into_pyobject(py)?.hash()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let state = (&self.groups, &self.total);
        (py.import("iapt._iapt")?.getattr("_disclosed")?, state).into_pyobject(py)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let py = other.py();
        let Ok(other) = other.cast::<Self>() else { return Ok(py.NotImplemented()) };
        let other = other.get();
        let equal = self.groups.bind(py).eq(&other.groups)? && self.total.bind(py).eq(&other.total)?;
        Ok(equal.into_pyobject(py)?.to_owned().into_any().unbind())
    }
}

/// Restores pickled counts.
#[pyfunction]
pub(crate) const fn _disclosed(groups: Py<PyTuple>, total: Py<PyAny>) -> DisclosedCounts {
    DisclosedCounts { groups, total }
}

/// Rounds and suppresses the counts of groups that add up to a total which is published with them.
///
/// Counts of 0 to 4 are suppressed, zero included; the others are rounded to the nearest 5 (NHS England's rule for
/// sub-national tables). Beyond it: where the rest would still give a hidden count away, the next smallest group is
/// hidden too, and at last the total.
///
/// Args:
///     counts: The counts of the groups of one table, whole numbers from 0.
///
/// Returns:
///     `groups` and `total`, each figure an int or `SUPPRESSED`.
///
/// Raises:
///     CountsError: A count that is not from 0, or a total beyond 64 bits.
///     TypeError: A count that is no whole number.
///
/// >>> import iapt
/// >>> iapt.disclose([3, 12, 48])
/// DisclosedCounts(groups=(*, *, 50), total=65)
#[pyfunction]
pub(crate) fn disclose(py: Python<'_>, counts: Vec<Bound<'_, PyAny>>) -> PyResult<DisclosedCounts> {
    let counts = counts.iter().map(|value| count(value, "counts")).collect::<PyResult<Vec<_>>>()?;
    let table = iapt_core::disclose(&counts).map_err(raise)?;
    let groups = table.groups.iter().map(|cell| disclosed(py, *cell)).collect::<PyResult<Vec<_>>>()?;
    Ok(DisclosedCounts { groups: PyTuple::new(py, groups)?.unbind(), total: disclosed(py, table.total)? })
}

fn disclosed(py: Python<'_>, cell: Disclosed<u64>) -> PyResult<Py<PyAny>> {
    Ok(match cell {
        Disclosed::Value(value) => value.into_pyobject(py)?.into_any().unbind(),
        Disclosed::Suppressed => {
            SUPPRESSED.get_or_try_init(py, || Py::new(py, Suppressed))?.clone_ref(py).into_any()
        }
        Disclosed::NotApplicable => py.None(),
    })
}

/// Adds the constants to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let targets = PyDict::new(py);
    for target in Edition::CURRENT.targets {
        if let Some(fact) = target.fact {
            targets.set_item(fact.name(), target.percent)?;
        }
    }
    module.add("TARGETS", PyMappingProxy::new(py, targets.as_mapping()))?;
    module.add("EDITION", Edition::CURRENT.id)?;
    module.add("SUPPRESSED", disclosed(py, Disclosed::Suppressed)?)
}
