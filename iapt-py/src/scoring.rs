//! The scores of many questionnaires: columns of items in, columns of scores out.

use crate::buffer::Room;
use crate::column::{Column, read_source};
use crate::errors::Fault;
use crate::names::ScorePlan;
use crate::room;
use crate::stream::{self, ArrowStream};
use arrow_array::types::{Float64Type, Int8Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, DictionaryArray, PrimitiveArray, StringArray};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow_schema::{Field, Schema};
use iapt_core::batch::{self, Scores};
use iapt_core::{SelfHarm, Severity};
use pyo3::exceptions::PyBufferError;
use pyo3::prelude::*;
use std::sync::Arc;

/// No band, as a number into the list of severities.
const NO_BAND: i8 = -1;

/// Where scores are written, one value a row.
struct Columns<'a> {
    total: Totals<'a>,
    imputed: &'a mut [i64],
    /// Which rows have no score.
    missing: &'a mut [bool],
    severity: &'a mut [i8],
    self_harm: Option<[&'a mut [bool]; 2]>,
}

enum Totals<'a> {
    Whole(&'a mut [i64]),
    Mean(&'a mut [f64]),
}

impl Columns<'_> {
    fn write(&mut self, row: usize, score: Option<iapt_core::ItemScore>, self_harm: SelfHarm) {
        self.missing[row] = score.is_none();
        self.severity[row] = NO_BAND;
        if let Some([reported, unknown]) = &mut self.self_harm {
            reported[row] = self_harm == SelfHarm::Reported;
            unknown[row] = !matches!(self_harm, SelfHarm::Reported | SelfHarm::NotReported);
        }
        let Some(score) = score else {
            if let Totals::Mean(totals) = &mut self.total {
                totals[row] = f64::NAN;
            }
            return;
        };
        match &mut self.total {
            Totals::Whole(totals) => totals[row] = score.total.numerator(),
            Totals::Mean(totals) => totals[row] = score.total.to_f64(),
        }
        self.imputed[row] = i64::from(score.imputed);
        if let Some(severity) = score.severity {
            self.severity[row] = i8::try_from(severity as u8).unwrap_or(NO_BAND);
        }
    }
}

fn score_batch(
    columns: Vec<Column>,
    plan: &ScorePlan,
    out: &mut Columns<'_>,
    from: usize,
) -> Result<(), Fault> {
    let numbers = columns
        .into_iter()
        .enumerate()
        .map(|(item, column)| column.into_numbers().map_err(|fault| fault.in_field(plan.input(item))))
        .collect::<Result<Vec<_>, _>>()?;
    let items = numbers.iter().map(Column::scores).collect::<Result<Vec<Scores<'_>>, _>>()?;
    let mut row = from;
    let each = |score, self_harm| {
        out.write(row, score, self_harm);
        row += 1;
    };
    batch::score_items(&plan.measure, &items, plan.missing, each)
        .map_err(|error| plan.rename(error).after(from))
}

fn rows(columns: &[Column]) -> usize {
    columns.first().map_or(0, Column::len)
}

/// The columns of scores for a source of columns of items.
#[pyfunction]
pub(crate) fn score(source: &Bound<'_, PyAny>, plan: &Bound<'_, ScorePlan>) -> PyResult<ArrowStream> {
    let (batches, plan) = (read_source(source)?, plan.get());
    source.py().detach(|| {
        let mut made: Vec<Vec<ArrayRef>> = Vec::with_capacity(batches.len());
        let mut lengths = Vec::with_capacity(batches.len());
        let mut before = 0;
        for columns in batches {
            let rows = rows(&columns);
            made.push(arrow_columns(columns, rows, plan).map_err(|fault| fault.after(before))?);
            lengths.push(rows);
            before += rows;
        }
        if made.is_empty() {
            made.push(arrow_columns(empty_items(plan), 0, plan)?);
            lengths.push(0);
        }
        let arrays = made.first().into_iter().flatten();
        let field = |(name, array): (&String, &ArrayRef)| Field::new(name, array.data_type().clone(), true);
        let schema = Arc::new(Schema::new(plan.outputs().iter().zip(arrays).map(field).collect::<Vec<_>>()));
        let batch = |(arrays, rows)| stream::batch(&schema, arrays, rows);
        let made = made.into_iter().zip(lengths).map(batch).collect::<Result<_, _>>();
        Ok(ArrowStream::new(Arc::clone(&schema), made.map_err(stream::arrow_error)?))
    })
}

/// Columns without rows, as many as the caller named.
fn empty_items(plan: &ScorePlan) -> Vec<Column> {
    let empty = || Column::Array(arrow_array::new_empty_array(&arrow_schema::DataType::Null), None);
    (0..plan.items()).map(|_| empty()).collect()
}

fn arrow_columns(columns: Vec<Column>, rows: usize, plan: &ScorePlan) -> Result<Vec<ArrayRef>, Fault> {
    let (asks, is_whole) = (plan.asks_self_harm(), plan.measure.range().whole);
    let if_needed = |needed| if needed { rows } else { 0 };
    let mut whole = room::filled(if_needed(is_whole), 0)?;
    let mut mean = room::filled(if_needed(!is_whole), 0.0)?;
    let (mut imputed, mut severity) = (room::filled(rows, 0)?, room::filled(rows, 0)?);
    let mut missing = room::filled(rows, false)?;
    let mut reported = room::filled(if_needed(asks), false)?;
    let mut unknown = room::filled(if_needed(asks), false)?;
    let mut out = Columns {
        total: if is_whole { Totals::Whole(&mut whole) } else { Totals::Mean(&mut mean) },
        imputed: &mut imputed,
        missing: &mut missing,
        severity: &mut severity,
        self_harm: asks.then_some([&mut reported, &mut unknown]),
    };
    score_batch(columns, plan, &mut out, 0)?;
    // For severities, and bitmaps of what is known.
    room::check(rows.saturating_mul(4))?;
    let valid = |missing: &[bool]| {
        Some(NullBuffer::new(!&BooleanBuffer::from(missing))).filter(|nulls| nulls.null_count() > 0)
    };
    let nulls = valid(&missing);
    let total: ArrayRef = if is_whole {
        Arc::new(PrimitiveArray::<Int64Type>::new(whole.into(), nulls.clone()))
    } else {
        Arc::new(PrimitiveArray::<Float64Type>::new(mean.into(), nulls.clone()))
    };
    let mut arrays =
        vec![total, Arc::new(PrimitiveArray::<Int64Type>::new(imputed.into(), nulls)) as ArrayRef];
    arrays.push(Arc::new(severities(severity)?));
    if asks {
        arrays.push(Arc::new(BooleanArray::new(BooleanBuffer::from(&reported[..]), valid(&unknown))));
    }
    Ok(arrays)
}

fn severities(numbers: Vec<i8>) -> Result<DictionaryArray<Int8Type>, Fault> {
    let known: Vec<bool> = numbers.iter().map(|number| *number != NO_BAND).collect();
    let keys = numbers.into_iter().map(|number| number.max(0)).collect::<ScalarBuffer<i8>>();
    let keys = PrimitiveArray::<Int8Type>::new(keys, Some(NullBuffer::from(known)));
    let names = StringArray::from(Severity::ALL.map(Severity::name).to_vec());
    DictionaryArray::try_new(keys, Arc::new(names)).map_err(|_| Fault::column_type("severities"))
}

/// Writes scores to the caller's memory: totals, imputed, missing, severity and, where the measure asks, self-harm
/// with what of it is unknown.
#[pyfunction]
pub(crate) fn score_into(
    source: &Bound<'_, PyAny>,
    plan: &Bound<'_, ScorePlan>,
    out: Vec<Bound<'_, PyAny>>,
) -> PyResult<()> {
    let (batches, plan) = (read_source(source)?, plan.get());
    let mut rooms = out.iter().map(Room::of).collect::<PyResult<Vec<_>>>()?;
    let rows: usize = batches.iter().map(|columns| rows(columns)).sum();
    if rooms.iter().any(|room| room.len() != rows) {
        return Err(PyBufferError::new_err("out must be as long as the frame"));
    }
    let [total, imputed, missing, severity, self_harm @ ..] = &mut rooms[..] else {
        return Err(PyBufferError::new_err("out must have four or six arrays"));
    };
    let mut columns = Columns {
        total: match plan.measure.range().whole {
            true => Totals::Whole(total.values()?),
            false => Totals::Mean(total.values()?),
        },
        imputed: imputed.values()?,
        missing: missing.values()?,
        severity: severity.values()?,
        self_harm: match self_harm {
            [reported, unknown] => Some([reported.values()?, unknown.values()?]),
            _ => None,
        },
    };
    source.py().detach(|| {
        let mut before = 0;
        for batch in batches {
            let rows = self::rows(&batch);
            score_batch(batch, plan, &mut columns, before)?;
            before += rows;
        }
        Ok(())
    })
}
