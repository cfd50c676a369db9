//! The outcomes of many referrals: columns of scores in, columns of facts out.

use crate::buffer::Room;
use crate::column::{Batches, Column, read_source};
use crate::errors::Fault;
use crate::measure::{self, Held};
use crate::names::OutcomePlan;
use crate::stream::{self, ArrowStream};
use crate::threads::threads;
use crate::zeros::Zeros;
use arrow_array::{ArrayRef, BooleanArray};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{DataType, Field, Schema};
use iapt_core::batch::{self, Output, Scores};
use iapt_core::{Error, PHQ9, Referral};
use pyo3::exceptions::PyBufferError;
use pyo3::prelude::*;
use std::sync::Arc;

/// The columns of scores of one batch, ready for the core.
struct Batch {
    /// First and last scores on PHQ-9 and GAD-7.
    scores: Vec<Column>,
    other: Option<OtherMeasure>,
}

/// Scores on another anxiety measure, which may differ from row to row.
struct OtherMeasure {
    /// For each row the number of a measure in the list.
    numbers: Vec<u32>,
    measures: Vec<Result<Option<Held>, Fault>>,
    /// First and last scores.
    scores: Vec<Column>,
}

impl Batch {
    fn new(columns: Vec<Column>, plan: &OutcomePlan) -> Result<Self, Fault> {
        let numbers = |(at, column): (usize, Column)| {
            column.into_numbers().map_err(|fault| fault.in_field(plan.input(at)))
        };
        let mut columns = columns.into_iter().enumerate();
        let four = columns.by_ref().take(batch::COLUMNS.len());
        let scores = four.map(numbers).collect::<Result<_, _>>()?;
        let other = match columns.next() {
            None => None,
            Some((at, names)) => {
                let labels = names.into_labels().map_err(|fault| fault.in_field(plan.input(at)))?;
                let measures = labels.1.iter().map(|text| plan.measure(text.as_deref())).collect();
                let scores = columns.map(numbers).collect::<Result<_, _>>()?;
                Some(OtherMeasure { numbers: labels.0, measures, scores })
            }
        };
        Ok(Self { scores, other })
    }

    fn rows(&self) -> usize {
        self.scores.first().map_or(0, Column::len)
    }

    /// Writes the facts of all rows.
    fn write(&self, mut facts: Output<'_>, plan: &OutcomePlan, threads: usize) -> Result<(), Fault> {
        let [p0, p1, g0, g1] = &self.scores[..] else {
            return Err(Fault::frame("MISSING_COLUMN", "four columns of scores are needed"));
        };
        let columns = [p0.scores()?, p1.scores()?, g0.scores()?, g1.scores()?];
        let all = batch::outcomes(&columns, facts.reborrow(), threads).map_err(|error| plan.rename(error));
        match &self.other {
            None => all,
            Some(other) => {
                let written =
                    other.write(&columns, &mut facts, plan, all.as_ref().err().and_then(Fault::row));
                let result = written.and(all);
                if result.is_err() {
                    facts.clear();
                }
                result
            }
        }
    }
}

impl OtherMeasure {
    /// Writes the facts of the rows with another anxiety measure than GAD-7, up to a row that is wrong already.
    fn write(
        &self,
        columns: &[Scores<'_>; 4],
        facts: &mut Output<'_>,
        plan: &OutcomePlan,
        last: Option<usize>,
    ) -> Result<(), Fault> {
        let [first_scores, last_scores] = &self.scores[..] else {
            return Err(Fault::frame("MISSING_COLUMN", "two columns of anxiety scores are needed"));
        };
        let scores = [first_scores.scores()?, last_scores.scores()?];
        let rows = last.map_or(self.numbers.len(), |last| last + 1);
        for (row, number) in self.numbers.iter().enumerate().take(rows) {
            let fault = |error: Error| plan.rename(error.in_row(row));
            let held = match self.measures.get(*number as usize) {
                None | Some(Ok(None)) => continue,
                Some(Ok(Some(held))) => held,
                Some(Err(fault)) => return Err(fault.in_row(row).in_field(plan.input(batch::COLUMNS.len()))),
            };
            let bits = outcome_of_row(columns, held, &scores, row).map_err(fault)?;
            if let Some(bits) = bits {
                facts.set(row, bits);
            }
        }
        Ok(())
    }
}

/// The facts of a row by another measure than GAD-7; nothing where that measure does not count.
fn outcome_of_row(
    columns: &[Scores<'_>; 4],
    measure: &Held,
    scores: &[Scores<'_>; 2],
    row: usize,
) -> Result<Option<u8>, Error> {
    let gad7 = measure::gad7();
    let read = |column: &Scores<'_>, measure: &iapt_core::Measure, field| {
        column.get(row, &measure.range()).map_err(|kind| Error::from(kind).in_field(field))
    };
    let [p0, p1, g0, g1] = columns;
    let names = batch::COLUMNS;
    let depression = PHQ9.pair(read(p0, &PHQ9, names[0])?, read(p1, &PHQ9, names[1])?)?;
    let general = gad7.pair(read(g0, &gad7, names[2])?, read(g1, &gad7, names[3])?)?;
    let [first, last] = scores;
    let specific =
        measure.pair(read(first, measure, "anxiety_first")?, read(last, measure, "anxiety_last")?)?;
    if !specific.is_paired() {
        return Ok(None);
    }
    Ok(Some(Referral::new(depression, general, Some(specific))?.outcome().bits()))
}

/// The eight columns of facts for a source of columns of scores.
#[pyfunction]
pub(crate) fn outcomes(source: &Bound<'_, PyAny>, plan: &Bound<'_, OutcomePlan>) -> PyResult<ArrowStream> {
    let (batches, plan, threads) = (read_source(source)?, plan.get(), threads(source.py())?);
    source.py().detach(|| {
        let fields = plan.outputs().iter().map(|name| Field::new(*name, DataType::Boolean, false));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let mut made = Vec::with_capacity(batches.len());
        let mut before = 0;
        for columns in batches {
            let batch = Batch::new(columns, plan)?;
            let rows = batch.rows();
            let mut bitmaps = Bitmaps::new(rows)?;
            batch.write(bitmaps.output(), plan, threads).map_err(|fault| fault.after(before))?;
            before += rows;
            let arrays = bitmaps.into_arrays();
            made.push(stream::batch(&schema, arrays, rows).map_err(stream::arrow_error)?);
        }
        Ok(ArrowStream::new(schema, made))
    })
}

/// Eight columns of booleans, one behind the other in the same memory.
struct Bitmaps {
    memory: Zeros,
    rows: usize,
}

impl Bitmaps {
    /// Where columns begin.
    const ALIGNMENT: usize = 64;

    fn new(rows: usize) -> PyResult<Self> {
        Ok(Self { memory: Zeros::new(8 * Self::stride(rows))?, rows })
    }

    /// From the beginning of a column to that of the next.
    const fn stride(rows: usize) -> usize {
        rows.div_ceil(8).next_multiple_of(Self::ALIGNMENT)
    }

    fn output(&mut self) -> Output<'_> {
        let (stride, bytes) = (Self::stride(self.rows), self.rows.div_ceil(8));
        let mut columns = self.memory.chunks_mut(stride.max(1));
        let next = |_| columns.next().map_or(&mut [][..], |column| &mut column[..bytes]);
        Output::Bitmaps(std::array::from_fn(next))
    }

    fn into_arrays(self) -> Vec<ArrayRef> {
        let (rows, stride) = (self.rows, Self::stride(self.rows));
        let memory = self.memory.into_buffer();
        let column = |at: usize| {
            let bits = memory.slice_with_length(at * stride, rows.div_ceil(8));
            Arc::new(BooleanArray::new(BooleanBuffer::new(bits, 0, rows), None)) as ArrayRef
        };
        (0..8).map(column).collect()
    }
}

/// Writes the facts to the caller's memory: one array of bytes, or eight of booleans.
#[pyfunction]
pub(crate) fn outcomes_into(
    source: &Bound<'_, PyAny>,
    plan: &Bound<'_, OutcomePlan>,
    out: Vec<Bound<'_, PyAny>>,
) -> PyResult<()> {
    let (batches, plan, threads) = (read_source(source)?, plan.get(), threads(source.py())?);
    let mut rooms = out.iter().map(Room::of).collect::<PyResult<Vec<_>>>()?;
    let rows: usize = batches.iter().map(|columns| columns.first().map_or(0, Column::len)).sum();
    if rooms.iter().any(|room| room.len() != rows) {
        return Err(PyBufferError::new_err(format!("out must have {rows} elements, one for each row")));
    }
    let overlaps = |room: &Room| batches.iter().flatten().any(|column| column.overlaps(&room.addresses()));
    if rooms.iter().any(overlaps) {
        return Err(PyBufferError::new_err("out must lie apart from the columns that are read"));
    }
    let mut facts = match &mut rooms[..] {
        [bits] => Output::Bits(bits.values()?),
        many => {
            let columns = many.iter_mut().map(Room::bytes_of_bools).collect::<PyResult<Vec<_>>>()?;
            let eight = <[&mut [u8]; 8]>::try_from(columns);
            Output::Bytes(eight.map_err(|_| PyBufferError::new_err("out must be one array or eight"))?)
        }
    };
    source.py().detach(|| {
        let result = write_all(batches, plan, facts.reborrow(), threads);
        if result.is_err() {
            facts.clear();
        }
        Ok(result?)
    })
}

/// Fills the caller's memory with zeros where it is writable bytes.
#[pyfunction]
pub(crate) fn clear(out: &Bound<'_, PyAny>) {
    if let Ok(mut room) = Room::of(out)
        && let Ok(bytes) = room.values::<u8>()
    {
        bytes.fill(0);
    }
}

fn write_all(
    batches: Batches,
    plan: &OutcomePlan,
    mut facts: Output<'_>,
    threads: usize,
) -> Result<(), Fault> {
    let mut before = 0;
    for columns in batches {
        let batch = Batch::new(columns, plan)?;
        let rows = batch.rows();
        let (mine, rest) = facts.split_at(rows);
        batch.write(mine, plan, threads).map_err(|fault| fault.after(before))?;
        facts = rest;
        before += rows;
    }
    Ok(())
}
