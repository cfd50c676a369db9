//! Counts and rates of many referrals, by group.

use crate::column::{Batches, Column, read_source};
use crate::errors::Fault;
use crate::groups::Groups;
use crate::imported::Imported;
use crate::names::{RatesPlan, count_names};
use crate::room;
use crate::stream::ArrowStream;
use crate::threads::threads;
use arrow_array::{ArrayRef, Float64Array, Int64Array, UInt64Array};
use iapt_core::batch::{self, FactColumns, Flags};
use iapt_core::{Counts, Fact, Rates, rate_name};
use pyo3::prelude::*;
use pyo3::types::PyMapping;
use std::collections::HashMap;
use std::sync::Arc;

/// Rows worked on at a time: their group numbers stay in the processor's cache.
const ROWS: usize = 1 << 17;

/// More where several threads share them.
const ROWS_FOR_THREADS: usize = 1 << 20;

/// How many have finished, and each of the eight facts.
type Sums = [u64; 9];

/// The first row of each group, and its counts and rates.
#[pyfunction]
pub(crate) fn rates(
    source: &Bound<'_, PyAny>,
    plan: &Bound<'_, RatesPlan>,
) -> PyResult<(ArrowStream, ArrowStream)> {
    let (mut batches, plan, threads) = (read_source(source)?, plan.get(), threads(source.py())?);
    source.py().detach(|| {
        for columns in &mut batches {
            only_true_ones_finished(columns, plan)?;
        }
        let (first_rows, sums) = count_all(&batches, plan, threads)?;
        let groups = first_rows.len();
        let rows: ArrayRef = Arc::new(UInt64Array::from(first_rows));
        Ok((ArrowStream::of_columns(vec![("row", rows)], groups)?, table(&sums)?))
    })
}

fn count_all(batches: &Batches, plan: &RatesPlan, threads: usize) -> Result<(Vec<u64>, Vec<Sums>), Fault> {
    let by = plan.by().len();
    let mut groups: Option<Groups> = None;
    let mut sums: Vec<Sums> = if by == 0 { vec![[0; 9]] } else { Vec::new() };
    let mut before = 0;
    for columns in batches {
        let (by_columns, fact_columns) = columns.split_at(by.min(columns.len()));
        let facts = read_facts(fact_columns, plan).map_err(|fault| fault.after(before))?;
        let finished = read_finished(fact_columns, plan).map_err(|fault| fault.after(before))?;
        let rows = facts.len();
        if by == 0 {
            let counts = batch::count(facts, finished, None, 1, threads);
            add(&mut sums, &counts.map_err(|error| Fault::from(error).after(before))?)?;
        } else {
            let arrays = read_by(by_columns, plan)?;
            let groups = match &mut groups {
                Some(groups) => groups,
                none => none.insert(Groups::new(plan.by(), &arrays)?),
            };
            count_by_group(&arrays, facts, finished, groups, &mut sums, before, threads)?;
        }
        before += rows;
    }
    let first_rows = groups.map_or_else(Vec::new, Groups::into_first_rows);
    Ok((first_rows, sums))
}

fn count_by_group(
    arrays: &[Imported],
    facts: FactColumns<'_>,
    finished: Option<Flags<'_>>,
    groups: &mut Groups,
    sums: &mut Vec<Sums>,
    before: usize,
    threads: usize,
) -> Result<(), Fault> {
    groups.start(arrays)?;
    let mut numbers = Vec::new();
    let mut from = 0;
    while from < facts.len() {
        // At least as many rows as groups, so that adding up the groups' counts costs no more than the rows.
        let rows = if threads > 1 { ROWS_FOR_THREADS } else { ROWS }.max(groups.len());
        let range = from..facts.len().min(from + rows);
        groups.encode(arrays, range.clone(), before as u64, &mut numbers)?;
        let finished = finished.map(|finished| finished.slice(range.clone()));
        let counts =
            batch::count(facts.slice(range.clone()), finished, Some(&numbers), groups.len(), threads);
        add(sums, &counts.map_err(|error| Fault::from(error).after(before + from))?)?;
        from = range.end;
    }
    Ok(())
}

fn read_facts<'c>(columns: &'c [Column], plan: &RatesPlan) -> Result<FactColumns<'c>, Fault> {
    let mut flags = [Flags::Bools(&[]); 8];
    for ((slot, column), name) in flags.iter_mut().zip(columns).zip(plan.facts()) {
        *slot = column.flags().map_err(|fault| fault.in_field(name))?;
    }
    Ok(FactColumns::Columns(flags))
}

/// Who is not known to have finished counts as not finished.
fn only_true_ones_finished(columns: &mut Vec<Column>, plan: &RatesPlan) -> Result<(), Fault> {
    if let Some(name) = plan.facts().get(Fact::ALL.len())
        && let Some(column) = columns.pop()
    {
        columns.push(column.into_true_ones().map_err(|fault| fault.in_field(name))?);
    }
    Ok(())
}

fn read_finished<'c>(columns: &'c [Column], plan: &RatesPlan) -> Result<Option<Flags<'c>>, Fault> {
    let finished = columns.iter().zip(plan.facts()).nth(Fact::ALL.len());
    finished.map(|(column, name)| column.flags().map_err(|fault| fault.in_field(name))).transpose()
}

fn read_by(columns: &[Column], plan: &RatesPlan) -> Result<Vec<Imported>, Fault> {
    let read = |(column, name): (&Column, &String)| column.imported().map_err(|fault| fault.in_field(name));
    columns.iter().zip(plan.by()).map(read).collect()
}

fn add(sums: &mut Vec<Sums>, counts: &[Counts]) -> Result<(), Fault> {
    let new = counts.len().saturating_sub(sums.len());
    room::append(sums, (0..new).map(|_| [0; 9]))?;
    for (sums, counts) in sums.iter_mut().zip(counts) {
        let all = std::iter::once(counts.finished).chain(Fact::ALL.map(|fact| counts.get(fact)));
        sums.iter_mut().zip(all).for_each(|(sum, count)| *sum += count);
    }
    Ok(())
}

/// The counts that these sums are.
fn counts([finished, facts @ ..]: &Sums) -> Counts {
    let get = |fact: Fact| facts[fact as usize];
    Counts {
        finished: *finished,
        paired: get(Fact::Paired),
        caseness: get(Fact::Caseness),
        not_caseness: get(Fact::NotCaseness),
        recovery: get(Fact::Recovery),
        reliable_improvement: get(Fact::ReliableImprovement),
        reliable_deterioration: get(Fact::ReliableDeterioration),
        no_reliable_change: get(Fact::NoReliableChange),
        reliable_recovery: get(Fact::ReliableRecovery),
    }
}

/// What a row of counts and rates takes at most, while it is written.
const MOST_OF_A_ROW: usize = 512;

fn table(sums: &[Sums]) -> PyResult<ArrowStream> {
    room::check(sums.len().saturating_mul(MOST_OF_A_ROW))?;
    let rates = sums
        .iter()
        .map(|sums| counts(sums).rates())
        .collect::<Result<Vec<Rates>, _>>()
        .map_err(Fault::from)?;
    let mut columns: Vec<(&str, ArrayRef)> = Vec::new();
    for (at, name) in count_names().enumerate() {
        let count = |sums: &Sums| i64::try_from(sums[at]).unwrap_or(i64::MAX);
        columns.push((name, Arc::new(sums.iter().map(count).collect::<Int64Array>())));
    }
    for fact in Rates::FACTS {
        let percent = |rates: &Rates| rates.get(fact)?.percent().map(iapt_core::Percent::to_f64);
        let name = rate_name(fact).unwrap_or_default();
        columns.push((name, Arc::new(rates.iter().map(percent).collect::<Float64Array>())));
    }
    ArrowStream::of_columns(columns, sums.len())
}

/// The five rates of a service from its counts.
///
/// Args:
///     counts: A mapping of "finished" and each of `FACTS` to how many referrals have it.
///
/// Returns:
///     From the name of each rate to its percentage with one decimal, rounded half up from the exact ratio; None
///     without a denominator. Source: NHS England, measures M186, M192, M195 and M1010.
///
/// Raises:
///     CountsError: Counts that cannot be true together; `field` says which.
///     TypeError: A count that is no whole number.
///     KeyError: A count that is not there.
///
/// >>> import iapt
/// >>> counts = dict.fromkeys(iapt.FACTS, 0) | {"finished": 8, "paired": 4, "caseness": 4, "recovery": 2}
/// >>> iapt.rates_from_counts(counts | {"no_reliable_change": 4})["recovery_rate"]
/// 25.0
#[pyfunction]
pub(crate) fn rates_from_counts(
    counts: &Bound<'_, PyMapping>,
) -> PyResult<HashMap<&'static str, Option<f64>>> {
    let mut sums = [0; 9];
    for (sum, name) in sums.iter_mut().zip(count_names()) {
        *sum = crate::figures::count(&counts.get_item(name)?, name)?;
    }
    let rates = self::counts(&sums).rates().map_err(Fault::from)?;
    let percent = |(fact, rate): (Fact, iapt_core::Rate)| {
        (rate_name(fact).unwrap_or_default(), rate.percent().map(iapt_core::Percent::to_f64))
    };
    Ok(rates.iter().map(percent).collect())
}
