//! What the pictures need of the core: the limits of a funnel plot, and a run chart's limits and signals.

use crate::errors::{Fault, raise};
use crate::figures::count;
use crate::number;
use iapt_core::Rate;
use iapt_core::charts::funnel::{self, Coverage, Limits};
use iapt_core::charts::xmr::{Rules, Signal, Xmr};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// The control limits of services, for a picture.
///
/// Returns:
///     From the coverage in per cent, narrow limits first, to a dict of lists as long as `sizes`: `lower` and `upper`
///     are the lowest and the highest count inside, `lower_percent` and `upper_percent` the points of the curves.
#[pyfunction]
pub(crate) fn _funnel_limits<'py>(
    py: Python<'py>,
    numerator: &Bound<'py, PyAny>,
    denominator: &Bound<'py, PyAny>,
    sizes: Vec<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let target =
        Rate::new(count(numerator, "numerator")?, count(denominator, "denominator")?).map_err(raise)?;
    let sizes = sizes.iter().map(|size| count(size, "sizes")).collect::<PyResult<Vec<_>>>()?;
    let by_coverage = PyDict::new(py);
    for coverage in Coverage::ALL {
        let limits =
            sizes.iter().map(|size| limits(target, *size, coverage)).collect::<PyResult<Vec<_>>>()?;
        let lists = PyDict::new(py);
        lists.set_item("lower", PyList::new(py, limits.iter().map(Limits::lower))?)?;
        lists.set_item("upper", PyList::new(py, limits.iter().map(Limits::upper))?)?;
        lists.set_item("lower_percent", PyList::new(py, limits.iter().map(Limits::lower_percent))?)?;
        lists.set_item("upper_percent", PyList::new(py, limits.iter().map(Limits::upper_percent))?)?;
        by_coverage.set_item(coverage.name(), lists)?;
    }
    Ok(by_coverage)
}

fn limits(target: Rate, size: u64, coverage: Coverage) -> PyResult<Limits> {
    funnel::limits(target, size, coverage).ok_or_else(|| {
        let text = "a funnel needs a rate with a denominator, and groups that are not too large";
        raise(Fault::counts("OUT_OF_RANGE", text).in_field("sizes"))
    })
}

/// An XmR chart, for a picture.
///
/// Args:
///     values: Numbers in the order of time, None where one is missing.
///     points_for_significance: How many points are a shift or a trend; None for the number last published.
///
/// Returns:
///     A dict: `mean`, `lower` and `upper` (None where there are none), and `signals`, for each value a list of names.
#[pyfunction]
#[pyo3(signature = (values, points_for_significance=None))]
pub(crate) fn _xmr<'py>(
    py: Python<'py>,
    values: Vec<Bound<'py, PyAny>>,
    points_for_significance: Option<usize>,
) -> PyResult<Bound<'py, PyDict>> {
    let rules = points_for_significance.map_or(Some(Rules::CURRENT), Rules::with_points_for_significance);
    let rules = rules.ok_or_else(|| {
        raise(Fault::counts("OUT_OF_RANGE", Rules::WANTED_POINTS).in_field("points_for_significance"))
    })?;
    let values = values.iter().enumerate().map(|(row, value)| {
        let read = number::read(value, "values")?.transpose();
        read.map_err(|_| {
            let text = "must be a decimal number of at most 18 digits";
            raise(Fault::counts("NOT_A_NUMBER", text).in_field("values").in_row(row))
        })
    });
    let chart = Xmr::of(&values.collect::<PyResult<Vec<_>>>()?, rules).map_err(raise)?;
    let signals = chart.signals.iter().map(|signals| signals.iter().map(Signal::name).collect::<Vec<_>>());
    let result = PyDict::new(py);
    result.set_item("mean", chart.mean)?;
    result.set_item("lower", chart.limits.map(|(lower, _)| lower))?;
    result.set_item("upper", chart.limits.map(|(_, upper)| upper))?;
    result.set_item("signals", PyList::new(py, signals.collect::<Vec<_>>())?)?;
    Ok(result)
}
