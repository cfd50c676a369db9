//! From tables of sessions to derived referrals and reports.

mod columns;
mod ids;
mod load;
mod names;
mod read;
mod reports;
mod work;

pub(crate) use names::{session_columns, session_names};
pub(crate) use reports::{indicators, period_days, period_months, report, report_of_tallies, tallies, wide};

use crate::errors::Fault;
use crate::measure::Held;
use crate::room;
use crate::stream::{ArrowStream, arrow_error};
use crate::threads::threads;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Schema};
use columns::Columns;
use iapt_core::pathway::{Finding, Instrument, Instruments, Table};
use iapt_core::report::{Period, Shown};
use iapt_core::{Day, Edition, Measure};
use load::{TableData, Tables, Tools};
use pyo3::prelude::*;
use read::Column;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use work::in_parts;

/// The sessions of many referrals, read and put in order.
#[pyclass(frozen, module = "iapt._iapt")]
pub(crate) struct Sessions {
    sessions: iapt_core::batch::Sessions,
    /// The caller's own measures.
    measures: HashMap<Instrument, Measure>,
    /// Of each table given, the identifiers of its rows' pathways.
    pathway_ids: HashMap<&'static str, Column>,
    /// What the pathways show in the period that was last asked for.
    shown: Mutex<Option<(Period, AllShown)>>,
}

/// What every pathway shows in a period; nothing for those received later.
type AllShown = Arc<Vec<Option<Shown>>>;

/// The rows at which the work is cut, so that it can be stopped and its progress told.
const PART: usize = 1 << 14;

/// What a derived referral takes at most, with most of its findings.
const MOST_OF_A_REFERRAL: usize = 1 << 10;

/// What a finding takes at most in its table, and while that is written.
const MOST_OF_A_FINDING: usize = 1 << 10;

#[pymethods]
impl Sessions {
    /// Reads the tables: each by its name, as an Arrow stream, with the names that the derivation knows of its
    /// columns, in their order.
    #[new]
    fn new(
        py: Python<'_>,
        tables: HashMap<String, (Py<ArrowStream>, Vec<String>)>,
        tools: HashMap<String, String>,
        measures: HashMap<String, Held>,
    ) -> PyResult<Self> {
        let mut read = Tables::new();
        for (name, (stream, columns)) in &tables {
            read.insert(load::table_named(name)?, TableData::of(py, stream.get(), columns)?);
        }
        let tools = tools.into_iter().map(|(code, name)| Ok((code, named(&name)?)));
        let tools: Tools = tools.collect::<PyResult<_>>()?;
        let own = measures.into_iter().map(|(name, measure)| Ok((named(&name)?, (*measure).clone())));
        let measures: HashMap<_, _> = own.collect::<PyResult<_>>()?;
        let threads = threads(py)?;
        let sessions = py.detach(|| load::load(&read, &tools, threads))?;
        let ids = |(name, table): (&&'static str, &TableData)| {
            (*name, table.get("pathway_id").cloned().unwrap_or_default())
        };
        let pathway_ids = read.iter().map(ids).collect();
        Ok(Self { sessions, measures, pathway_ids, shown: Mutex::default() })
    }

    fn __len__(&self) -> usize {
        self.sessions.len()
    }

    /// The rows of the table of referrals that count, one a pathway.
    #[pyo3(signature = (as_at=None))]
    fn kept_rows(&self, as_at: Option<&str>) -> PyResult<ArrowStream> {
        let as_at = as_at.map(day).transpose()?;
        let mut rows = room::list(self.sessions.len())?;
        rows.extend(self.sessions.kept_rows(as_at).map(u64::from));
        let length = rows.len();
        ArrowStream::of_columns(vec![("row", Arc::new(UInt64Array::from(rows)))], length)
    }

    /// The derived columns, a row a pathway, and the findings.
    #[pyo3(signature = (as_at=None, progress=None))]
    fn derived(
        &self,
        py: Python<'_>,
        as_at: Option<&str>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<(ArrowStream, ArrowStream)> {
        let as_at = as_at.map(day).transpose()?;
        let instruments = self.instruments();
        let whole = |instrument| {
            instruments.measure(instrument).is_none_or(|measure| measure.definition().whole_scores)
        };
        let threads = threads(py)?;
        let work = |pathways: Range<usize>| {
            room::check(pathways.len().saturating_mul(MOST_OF_A_REFERRAL).saturating_mul(threads))?;
            let (mut columns, mut findings) = (Columns::new(whole), Vec::new());
            let found = Some(&mut findings);
            self.sessions.derive(pathways, &instruments, as_at, found, |_, derived| columns.push(derived));
            Ok::<_, Fault>((columns.finish(), findings))
        };
        let parts = in_parts(py, self.sessions.len(), PART, threads, progress, work)?;
        let (schema, empty) = Columns::new(whole).finish().map_err(arrow_error)?;
        let mut findings = Vec::new();
        for finding in self.sessions.findings(as_at) {
            room::push(&mut findings, finding)?;
        }
        let mut batches = Vec::new();
        for part in parts {
            let (part, found) = part?;
            batches.push(part.map_err(arrow_error)?.1);
            room::append(&mut findings, found.into_iter())?;
        }
        if batches.is_empty() {
            batches.push(empty);
        }
        room::check(findings.len().saturating_mul(MOST_OF_A_FINDING))?;
        findings.sort_by_key(|finding| (finding.table, finding.row, finding.kind.code()));
        let findings = py.detach(|| self.table_of(&findings))?;
        Ok((ArrowStream::new(schema, batches), findings))
    }

    /// Why one referral was derived as it was.
    #[pyo3(signature = (pathway, as_at=None))]
    fn explain(&self, pathway: usize, as_at: Option<&str>) -> PyResult<String> {
        let as_at = as_at.map(day).transpose()?;
        let derived = self.sessions.pathway(pathway, as_at).derive(&self.instruments(), as_at, None);
        Ok(derived.explain().to_string())
    }
}

impl Sessions {
    fn instruments(&self) -> Instruments<'_> {
        let edition = Instruments::of(Edition::CURRENT);
        self.measures.iter().fold(edition, |all, (instrument, measure)| all.with(*instrument, measure))
    }

    fn has(&self, table: Table) -> bool {
        self.pathway_ids.contains_key(table.name())
    }

    fn table_of(&self, findings: &[Finding]) -> PyResult<ArrowStream> {
        let texts = |text: &dyn Fn(&Finding) -> String| -> ArrayRef {
            Arc::new(findings.iter().map(|finding| Some(text(finding))).collect::<StringArray>())
        };
        let rows: arrow_array::Int64Array =
            findings.iter().map(|finding| i64::try_from(finding.row).ok()).collect();
        let columns = vec![
            ("table", texts(&|finding| finding.table.name().to_owned())),
            ("row", Arc::new(rows) as ArrayRef),
            ("pathway_id", self.ids_of(findings)?),
            ("kind", texts(&|finding| finding.kind.name().to_owned())),
            ("message", texts(&|finding| finding.kind.to_string())),
        ];
        ArrowStream::of_columns(columns, findings.len())
    }

    /// The identifiers of the pathways of findings, which are in the order of their tables and rows.
    fn ids_of(&self, findings: &[Finding]) -> PyResult<ArrayRef> {
        let of = |table: Table| self.pathway_ids.get(table.name()).and_then(|column| column.first());
        let data_type = match of(Table::Referrals).map(|ids| ids.data_type()) {
            None | Some(DataType::Null | DataType::Dictionary(..)) => DataType::Utf8View,
            Some(data_type) => data_type.clone(),
        };
        let mut parts = vec![arrow_array::new_empty_array(&data_type)];
        for group in findings.chunk_by(|a, b| a.table == b.table) {
            let Some(column) = self.pathway_ids.get(group[0].table.name()) else { continue };
            let column = read::of_one_type(column)?;
            let arrays: Vec<&dyn Array> = column.iter().map(AsRef::as_ref).collect();
            let mut places = room::list(group.len())?;
            let (mut at, mut before) = (0, 0);
            for finding in group {
                while at < arrays.len() && finding.row >= before + arrays[at].len() {
                    before += arrays[at].len();
                    at += 1;
                }
                places.push((at, finding.row - before));
            }
            let ids = arrow_select::interleave::interleave(&arrays, &places).map_err(arrow_error)?;
            parts.push(read::cast(&ids, &data_type)?);
        }
        let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
        arrow_select::concat::concat(&parts).map_err(arrow_error)
    }
}

/// The instrument of a name or code.
fn named(name: &str) -> PyResult<Instrument> {
    let unknown = || Fault::frame("UNKNOWN_MEASURE", "no measure of this name is known to the derivation");
    Ok(Instrument::named(name, Edition::CURRENT).ok_or_else(unknown)?)
}

fn day(text: &str) -> PyResult<Day> {
    text.parse().map_err(|error: iapt_core::ParseDayError| {
        Fault::frame("NOT_A_DATE", error.to_string()).in_field("as_at").into()
    })
}

/// A batch under a schema of its own.
fn batch(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let field =
        |(name, array): &(&str, ArrayRef)| arrow_schema::Field::new(*name, array.data_type().clone(), true);
    let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), columns.into_iter().map(|(_, array)| array).collect())
}

fn period(text: &str) -> PyResult<Period> {
    text.parse().map_err(|error: iapt_core::report::ParsePeriodError| {
        Fault::frame("NOT_A_PERIOD", error.to_string()).in_field("period").into()
    })
}
