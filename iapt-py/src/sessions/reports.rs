//! Reports: every official measure for every group, in long form.

use super::work::in_parts;
use super::{AllShown, PART, Sessions, batch, named, period};
use crate::errors::Fault;
use crate::groups::Groups;
use crate::imported::Imported;
use crate::room;
use crate::stream::{ArrowStream, arrow_error};
use crate::threads::threads;
use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int64Builder, StringBuilder, StringDictionaryBuilder,
};
use arrow_array::types::Int16Type;
use arrow_array::{Array, ArrayRef, Date32Array, UInt64Array};
use arrow_select::{concat::concat, take::take};
use iapt_core::pathway::Table;
use iapt_core::report::{
    Disclosure, Figure, Formula, INDICATORS, Inputs, Number, Period, Report, Shown, Tally,
};
use iapt_core::{Edition, ErrorKind};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use std::collections::HashMap;
use std::sync::Arc;

/// The official measures: identifier, name, kind and target in per cent.
#[pyfunction]
#[pyo3(name = "_indicators")]
pub(crate) fn indicators() -> Vec<(&'static str, &'static str, &'static str, Option<u8>)> {
    let row = |indicator: &'static iapt_core::report::Indicator| {
        let target = indicator.target(Edition::CURRENT).map(|target| target.percent);
        (indicator.id, indicator.name, kind(indicator.formula), target)
    };
    INDICATORS.iter().map(row).collect()
}

const fn kind(formula: Formula) -> &'static str {
    match formula {
        Formula::Count(_) => "count",
        Formula::Sum(..) => "sum",
        Formula::Percent(..) => "percentage",
        Formula::Mean(..) | Formula::Quotient(..) => "mean",
        Formula::Median(..) => "median",
        Formula::Max(..) => "maximum",
        Formula::Min(..) => "minimum",
        Formula::StandardDeviation(..) => "standard deviation",
        Formula::EffectSize(..) => "effect size",
    }
}

/// The months of a period, each as a text that is a period.
#[pyfunction]
#[pyo3(name = "_period_months")]
pub(crate) fn period_months(period: &str) -> PyResult<Vec<String>> {
    Ok(self::period(period)?.months().map(|month| month.to_string()).collect())
}

/// The first and the last day of a period, in ISO form.
#[pyfunction]
#[pyo3(name = "_period_days")]
pub(crate) fn period_days(period: &str) -> PyResult<(String, String)> {
    let period = self::period(period)?;
    Ok((period.first().to_string(), period.last().to_string()))
}

/// The report in long form, from the columns of the groups (a row a pathway) and their names.
#[pyfunction]
#[pyo3(name = "_report", signature = (sessions, period, by, sds, disclosure, progress=None))]
pub(crate) fn report(
    py: Python<'_>,
    sessions: &Sessions,
    period: &str,
    by: Option<Py<ArrowStream>>,
    sds: HashMap<String, String>,
    disclosure: &str,
    progress: Option<Py<PyAny>>,
) -> PyResult<ArrowStream> {
    let (period, disclosure) = (self::period(period)?, self::disclosure(disclosure)?);
    let inputs = inputs(|table| sessions.has(table), &sds)?;
    let threads = threads(py)?;
    let shown = sessions.shown(py, period, threads, progress)?;
    py.detach(|| {
        let groups = Grouped::of(by.as_ref(), shown.len())?;
        let count = groups.first_rows.len();
        let report = Report::of_referrals(&shown, &groups.numbers, count, &inputs, disclosure, threads);
        write(&report.map_err(Fault::from)?, &groups, period)
    })
}

/// The tally of each group of pathways as bytes, with the first pathway of the group.
#[pyfunction]
#[pyo3(name = "_tallies")]
pub(crate) fn tallies(
    py: Python<'_>,
    sessions: &Sessions,
    period: &str,
    by: Option<Py<ArrowStream>>,
) -> PyResult<Vec<(u64, Vec<u8>)>> {
    let shown = sessions.shown(py, self::period(period)?, threads(py)?, None)?;
    py.detach(|| {
        let groups = Grouped::of(by.as_ref(), shown.len())?;
        let members = groups.members()?;
        let tally = |(group, first): (usize, &u64)| {
            let rows = members.places(group).iter();
            let tally: Tally = rows.filter_map(|row| shown[*row as usize].as_ref()).collect();
            (*first, tally.to_bytes())
        };
        Ok(groups.first_rows.iter().enumerate().map(tally).collect())
    })
}

/// The report in long form, from tallies of parts of the data, the columns of their groups (a row a tally), and the
/// tables that were given.
#[pyfunction]
#[pyo3(name = "_report_of_tallies")]
pub(crate) fn report_of_tallies(
    py: Python<'_>,
    tallies: Vec<PyBackedBytes>,
    period: &str,
    by: Option<Py<ArrowStream>>,
    tables: Vec<String>,
    sds: HashMap<String, String>,
    disclosure: &str,
) -> PyResult<ArrowStream> {
    let (period, disclosure) = (self::period(period)?, self::disclosure(disclosure)?);
    let inputs = inputs(|table| tables.iter().any(|name| name == table.name()), &sds)?;
    py.detach(|| {
        let groups = Grouped::of(by.as_ref(), tallies.len())?;
        let mut merged = room::filled(groups.first_rows.len(), Tally::default())?;
        for (bytes, group) in tallies.iter().zip(&groups.numbers) {
            let tally = Tally::from_bytes(bytes);
            let tally = tally.map_err(|error| Fault::frame("NOT_A_TALLY", error.to_string()))?;
            merged[*group as usize].merge(&tally);
        }
        let report = Report::of(merged, &inputs, disclosure);
        write(&report.map_err(Fault::from)?, &groups, period)
    })
}

fn disclosure(name: &str) -> PyResult<Disclosure> {
    match name {
        "controlled" => Ok(Disclosure::Controlled),
        "national_total" => Ok(Disclosure::NationalTotal),
        "exact" => Ok(Disclosure::Exact),
        _ => Err(PyValueError::new_err("no such disclosure")),
    }
}

/// What a report is given: these tables, and these standard deviations.
fn inputs(has: impl Fn(Table) -> bool, sds: &HashMap<String, String>) -> PyResult<Inputs> {
    let lacking = Table::ALL.into_iter().filter(|table| !has(*table));
    let mut inputs = lacking.fold(Inputs::default(), Inputs::without);
    for (name, sd) in sds {
        let sd = sd.parse().ok().filter(|sd| *sd > iapt_core::Score::whole(0));
        let wrong = || Fault::counts("INVALID_SD", "must be a number above 0").in_field("sd");
        inputs = inputs.with_sd(named(name)?, sd.ok_or_else(wrong)?);
    }
    Ok(inputs)
}

impl Sessions {
    /// What every pathway shows in a period; kept for the next report on the same period.
    fn shown(
        &self,
        py: Python<'_>,
        period: Period,
        threads: usize,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<AllShown> {
        let kept = || self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, shown)) = kept().as_ref().filter(|(of, _)| *of == period) {
            return Ok(Arc::clone(shown));
        }
        let instruments = self.instruments();
        let work = |pathways: std::ops::Range<usize>| {
            let mut shown = Vec::with_capacity(pathways.len());
            self.sessions.derive(pathways, &instruments, Some(period.last()), None, |_, derived| {
                shown.push(Shown::of(derived, period));
            });
            shown
        };
        let mut shown = room::list(self.sessions.len())?;
        room::check(size_of::<Option<Shown>>().saturating_mul(self.sessions.len()))?;
        let parts = in_parts(py, self.sessions.len(), PART, threads, progress, work)?;
        parts.into_iter().for_each(|part| shown.extend(part));
        let shown = Arc::new(shown);
        *kept() = Some((period, Arc::clone(&shown)));
        Ok(shown)
    }
}

/// The groups that rows belong to: those with the same values, or all rows, where there are no columns.
struct Grouped {
    names: Vec<String>,
    columns: Vec<ArrayRef>,
    numbers: Vec<u32>,
    first_rows: Vec<u64>,
}

impl Grouped {
    fn of(by: Option<&Py<ArrowStream>>, rows: usize) -> PyResult<Self> {
        let Some(by) = by.map(Py::get) else {
            let (numbers, first_rows) = (room::filled(rows, 0)?, vec![0; rows.min(1)]);
            return Ok(Self { names: Vec::new(), columns: Vec::new(), numbers, first_rows });
        };
        let (schema, batches) = (by.schema(), by.check()?);
        let mut columns = Vec::new();
        for at in 0..schema.fields().len() {
            let arrays: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(at).as_ref()).collect();
            let empty = arrow_array::new_empty_array(schema.field(at).data_type());
            columns.push(if arrays.is_empty() { empty } else { concat(&arrays).map_err(arrow_error)? });
        }
        if columns.iter().any(|column| column.len() != rows) {
            return Err(Fault::from(ErrorKind::LengthMismatch(rows)).into());
        }
        let names: Vec<_> = schema.fields().iter().map(|field| field.name().clone()).collect();
        let arrays: Vec<_> = columns.iter().cloned().map(Imported::Array).collect();
        let (mut groups, mut numbers) = (Groups::new(&names, &arrays)?, Vec::new());
        groups.start(&arrays)?;
        groups.encode(&arrays, 0..rows, 0, &mut numbers)?;
        Ok(Self { names, columns, numbers, first_rows: groups.into_first_rows() })
    }

    /// Which rows each group has.
    fn members(&self) -> Result<iapt_core::batch::Grouped<()>, Fault> {
        Ok(iapt_core::batch::Grouped::new(self.first_rows.len(), &self.numbers, |_| (), 1)?)
    }
}

/// The columns of a report under construction.
#[derive(Default)]
struct Rows {
    ids: StringDictionaryBuilder<Int16Type>,
    names: StringDictionaryBuilder<Int16Type>,
    numerator: Int64Builder,
    denominator: Int64Builder,
    value: Float64Builder,
    lower: Float64Builder,
    upper: Float64Builder,
    target: Float64Builder,
    against: StringBuilder,
    status: StringBuilder,
    is_total: BooleanBuilder,
}

impl Rows {
    fn push(&mut self, figure: &Figure, is_total: bool) {
        self.ids.append_value(figure.indicator.id);
        self.names.append_value(figure.indicator.name);
        self.numerator.append_option(figure.numerator);
        self.denominator.append_option(figure.denominator.and_then(|n| i64::try_from(n).ok()));
        self.value.append_option(figure.value.map(Number::to_f64));
        self.lower.append_option(figure.interval.map(|(lower, _)| lower.to_f64()));
        self.upper.append_option(figure.interval.map(|(_, upper)| upper.to_f64()));
        self.target.append_option(figure.target.map(|target| f64::from(target.percent)));
        self.against.append_option(figure.against.map(|against| against.name()));
        self.status.append_value(figure.status.name());
        self.is_total.append_value(is_total);
    }
}

/// What a figure takes at most, while it is written.
const MOST_OF_A_FIGURE: usize = 512;

fn write(report: &Report, groups: &Grouped, period: Period) -> PyResult<ArrowStream> {
    room::check((report.groups.len() + 1).saturating_mul(INDICATORS.len() * MOST_OF_A_FIGURE))?;
    let mut rows = Rows::default();
    let mut places: Vec<Option<u64>> = Vec::new();
    if !groups.names.is_empty() {
        for (figures, first) in report.groups.iter().zip(&groups.first_rows) {
            figures.iter().for_each(|figure| rows.push(figure, false));
            places.resize(places.len() + figures.len(), Some(*first));
        }
    }
    report.total.iter().for_each(|figure| rows.push(figure, true));
    places.resize(places.len() + report.total.len(), None);
    let length = places.len();
    let places = UInt64Array::from(places);
    let plain = |mut builder: StringDictionaryBuilder<Int16Type>| -> PyResult<ArrayRef> {
        super::read::as_texts(&(Arc::new(builder.finish()) as ArrayRef)).map_err(Into::into)
    };
    let day = |day: iapt_core::Day| -> ArrayRef { Arc::new(Date32Array::from(vec![day.to_unix(); length])) };
    let mut columns = vec![("measure_id", plain(rows.ids)?), ("measure", plain(rows.names)?)];
    for (name, column) in groups.names.iter().zip(&groups.columns) {
        columns.push((name, take(column, &places, None).map_err(arrow_error)?));
    }
    columns.extend([
        ("numerator", Arc::new(rows.numerator.finish()) as ArrayRef),
        ("denominator", Arc::new(rows.denominator.finish())),
        ("value", Arc::new(rows.value.finish())),
        ("lower", Arc::new(rows.lower.finish())),
        ("upper", Arc::new(rows.upper.finish())),
        ("target", Arc::new(rows.target.finish())),
        ("status", Arc::new(rows.status.finish())),
        ("against_target", Arc::new(rows.against.finish())),
        ("is_total", Arc::new(rows.is_total.finish())),
        ("period_start", day(period.first())),
        ("period_end", day(period.last())),
    ]);
    let batch = batch(columns).map_err(arrow_error)?;
    Ok(ArrowStream::new(batch.schema(), vec![batch]))
}

/// A report with a row for each group and a column for each official measure, of one column of its figures.
#[pyfunction]
#[pyo3(name = "_wide")]
pub(crate) fn wide(
    py: Python<'_>,
    report: &ArrowStream,
    by: Vec<String>,
    values: &str,
) -> PyResult<ArrowStream> {
    let (schema, batches) = (report.schema(), py.detach(|| report.check())?);
    let column = |name: &str| -> PyResult<ArrayRef> {
        let at = schema.index_of(name).map_err(|_| Fault::no_column(name))?;
        let arrays: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(at).as_ref()).collect();
        concat(&arrays).map_err(arrow_error)
    };
    // Each group has every measure, in their order.
    let figures = column(values)?;
    let rows = figures.len() / INDICATORS.len();
    let every = |first: usize| -> UInt64Array {
        (0..rows).map(|row| u64::try_from(row * INDICATORS.len() + first).ok()).collect()
    };
    let mut columns = Vec::new();
    for name in by.iter().map(String::as_str).chain(["is_total"]) {
        columns.push((name, take(&column(name)?, &every(0), None).map_err(arrow_error)?));
    }
    for (at, indicator) in INDICATORS.iter().enumerate() {
        columns.push((indicator.id, take(&figures, &every(at), None).map_err(arrow_error)?));
    }
    let batch = batch(columns).map_err(arrow_error)?;
    Ok(ArrowStream::new(batch.schema(), vec![batch]))
}
