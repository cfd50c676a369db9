//! The outcomes of many referrals.

use super::facts::Output;
use super::level::{self, Kernel};
use super::scores::{BAD, Scores};
use super::{BLOCK, COLUMNS, MISSING};
use crate::editions::nhs_2024_25::{GAD7, PHQ9};
use crate::error::{Error, ErrorKind};
use crate::measure::{CaseWhen, Measure};
use crate::outcome::{Outcome, Reading, facts};
use crate::referral::Referral;

/// The facts of many referrals from their PHQ-9 and GAD-7 scores: [`COLUMNS`] says in which order. Large inputs
/// are shared among so many threads (without `std`, one).
///
/// # Errors
/// [`ErrorKind::LengthMismatch`], or the first bad row's first bad score: [`ErrorKind::OutOfRange`],
/// [`ErrorKind::NotWhole`] or [`ErrorKind::NotANumber`], with field and row. The output is then all zeros.
pub fn outcomes(columns: &[Scores<'_>; 4], output: Output<'_>, threads: usize) -> Result<(), Error> {
    outcomes_on([&PHQ9, &GAD7], columns, output, threads)
}

/// The same for a depression and an anxiety measure of the caller's choice.
///
/// # Errors
/// As [`outcomes`], and [`ErrorKind::NoThreshold`].
pub fn outcomes_on(
    measures: [&Measure; 2],
    columns: &[Scores<'_>; 4],
    mut output: Output<'_>,
    threads: usize,
) -> Result<(), Error> {
    let rows = columns[0].len();
    output.check(rows)?;
    let result = check(measures, columns).and_then(|()| {
        let undone = match measures.map(Cutoffs::of) {
            [Some(depression), Some(anxiety)] => {
                by_blocks([depression, anxiety], columns, &mut output, threads)
            }
            _ => Some(0),
        };
        undone.map_or(Ok(()), |from| exactly(measures, columns, &mut output, from))
    });
    if result.is_err() {
        output.clear();
    }
    result
}

/// The outcome of one referral whose PHQ-9 and GAD-7 scores are bytes, 255 for a missing one.
///
/// # Errors
/// [`ErrorKind::OutOfRange`], with the field.
pub fn outcome_of_codes(scores: [u8; 4]) -> Result<Outcome, Error> {
    const CUTOFFS: Option<[Cutoffs; 2]> = match (Cutoffs::of(&PHQ9), Cutoffs::of(&GAD7)) {
        (Some(depression), Some(anxiety)) => Some([depression, anxiety]),
        _ => None,
    };
    let [depression, anxiety] = const { CUTOFFS.expect("both are whole scores that fit a byte") };
    let [p0, p1, g0, g1] = scores;
    if depression.refuses(p0) | depression.refuses(p1) | anxiety.refuses(g0) | anxiety.refuses(g1) {
        return Err(fault_of_codes([depression, anxiety], scores));
    }
    Ok(Outcome::of(depression.read(p0, p1), anxiety.read(g0, g1)))
}

#[cold]
fn fault_of_codes(cutoffs: [Cutoffs; 2], scores: [u8; 4]) -> Error {
    let refused = (0..4).find(|at| cutoffs[at / 2].refuses(scores[*at])).unwrap_or(0);
    let range = [&PHQ9, &GAD7][refused / 2].range();
    Error::new(ErrorKind::OutOfRange(range)).in_field(COLUMNS[refused])
}

fn check(measures: [&Measure; 2], columns: &[Scores<'_>; 4]) -> Result<(), Error> {
    let rows = columns[0].len();
    for (column, field) in columns.iter().zip(COLUMNS) {
        if column.len() != rows {
            return Err(Error::new(ErrorKind::LengthMismatch(rows)).in_field(field));
        }
    }
    let [depression, anxiety] = measures.map(|m| m.pair(None, None));
    Referral::new(depression?, anxiety?, None).map(|_| ())
}

/// What decides on a measure of whole scores from 0 to 253, in bytes.
#[derive(Debug, Clone, Copy)]
struct Cutoffs {
    min: u8,
    max: u8,
    /// The lowest score that is a case.
    case: u8,
    /// The smallest reliable change.
    change: u8,
}

impl Cutoffs {
    /// `None` for a measure that has no threshold or does not fit a byte.
    const fn of(measure: &Measure) -> Option<Self> {
        let definition = measure.definition();
        let (Some(threshold), Some(change)) = (definition.caseness_threshold, definition.reliable_change)
        else {
            return None;
        };
        let case = match definition.case_when {
            CaseWhen::AtOrAbove => threshold.ceil(),
            CaseWhen::Above => threshold.floor() + 1,
        };
        let (min, max) = (definition.min_score.floor(), definition.max_score.floor());
        match (byte(min), byte(max), byte(case), byte(change.ceil())) {
            (Some(min), Some(max), Some(case), Some(change)) if definition.whole_scores => {
                Some(Self { min, max, case, change })
            }
            _ => None,
        }
    }

    #[inline(always)]
    const fn refuses(&self, code: u8) -> bool {
        (code > self.max || code < self.min) & (code != MISSING)
    }

    #[inline(always)]
    const fn read(&self, first: u8, last: u8) -> Reading {
        Reading {
            first: first != MISSING,
            last: last != MISSING,
            case_at_first: (first >= self.case) & (first != MISSING),
            case_at_last: last >= self.case,
            fell: first.saturating_sub(last) >= self.change,
            rose: last.saturating_sub(first) >= self.change,
        }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked in the same line")]
const fn byte(n: i128) -> Option<u8> {
    if n >= 0 && n < BAD as i128 { Some(n as u8) } else { None }
}

/// Works on the columns by the fastest way there is; gives where the first block begins that has a bad value.
fn by_blocks(
    cutoffs: [Cutoffs; 2],
    columns: &[Scores<'_>; 4],
    output: &mut Output<'_>,
    threads: usize,
) -> Option<usize> {
    #[cfg(feature = "std")]
    if threads > 1 && columns[0].len() > LEAST_FOR_THREADS {
        return in_threads(cutoffs, columns, output.reborrow(), threads);
    }
    _ = threads;
    level::run(Blocks { cutoffs, columns, output: output.reborrow() })
}

/// Below so many rows, starting a thread takes longer than the work.
#[cfg(feature = "std")]
pub(crate) const LEAST_FOR_THREADS: usize = 100_000;

#[cfg(feature = "std")]
fn in_threads(
    cutoffs: [Cutoffs; 2],
    columns: &[Scores<'_>; 4],
    mut output: Output<'_>,
    threads: usize,
) -> Option<usize> {
    let rows = columns[0].len();
    let share = super::share(rows, threads);
    std::thread::scope(|scope| {
        let mut workers = alloc::vec::Vec::new();
        for from in (0..rows).step_by(share) {
            let to = rows.min(from + share);
            let columns = columns.each_ref().map(|c| c.slice(from..to));
            let (mine, rest) = output.split_at(to - from);
            output = rest;
            let work =
                move || level::run(Blocks { cutoffs, columns: &columns, output: mine }).map(|at| from + at);
            workers.push(scope.spawn(work));
        }
        // A worker cannot panic; if one did, its rows are worked on again by the exact way.
        workers
            .into_iter()
            .zip((0..rows).step_by(share))
            .filter_map(|(w, from)| w.join().unwrap_or(Some(from)))
            .min()
    })
}

/// Works through columns block by block; gives where the first block begins that has a bad value.
struct Blocks<'r, 'a, 'o> {
    cutoffs: [Cutoffs; 2],
    columns: &'r [Scores<'a>; 4],
    output: Output<'o>,
}

impl Kernel for Blocks<'_, '_, '_> {
    type Output = Option<usize>;

    #[inline(always)]
    fn run(mut self) -> Option<usize> {
        let mut codes = [[MISSING; BLOCK]; 4];
        let mut block = [0; BLOCK];
        for from in (0..self.columns[0].len()).step_by(BLOCK) {
            for (column, codes) in self.columns.iter().zip(&mut codes) {
                column.narrow(from, codes);
            }
            if block_facts(self.cutoffs, &codes, &mut block) {
                return Some(from);
            }
            self.output.write(from, &block);
        }
        None
    }
}

/// The facts of a block; whether a score was refused.
#[inline(always)]
fn block_facts(cutoffs: [Cutoffs; 2], codes: &[[u8; BLOCK]; 4], block: &mut [u8; BLOCK]) -> bool {
    let [depression, anxiety] = cutoffs;
    let [p0, p1, g0, g1] = codes;
    let mut refused = false;
    for row in 0..BLOCK {
        let (p0, p1, g0, g1) = (p0[row], p1[row], g0[row], g1[row]);
        refused |=
            depression.refuses(p0) | depression.refuses(p1) | anxiety.refuses(g0) | anxiety.refuses(g1);
        block[row] = facts(depression.read(p0, p1), anxiety.read(g0, g1));
    }
    refused
}

/// Works row by row with exact scores, from a block on: for measures with decimals, and to say what is wrong.
fn exactly(
    measures: [&Measure; 2],
    columns: &[Scores<'_>; 4],
    output: &mut Output<'_>,
    start: usize,
) -> Result<(), Error> {
    let rows = columns[0].len();
    for from in (start..rows).step_by(BLOCK) {
        let mut block = [0; BLOCK];
        for (slot, row) in block.iter_mut().zip(from..rows) {
            *slot = exact_outcome(measures, columns, row)?.bits();
        }
        output.write(from, &block);
    }
    Ok(())
}

fn exact_outcome(measures: [&Measure; 2], columns: &[Scores<'_>; 4], row: usize) -> Result<Outcome, Error> {
    let mut scores = [None; 4];
    for (at, (column, slot)) in columns.iter().zip(&mut scores).enumerate() {
        let read = column.get(row, &measures[at / 2].range());
        *slot = read.map_err(|kind| Error::new(kind).in_field(COLUMNS[at]).in_row(row))?;
    }
    let [p0, p1, a0, a1] = scores;
    let [depression, anxiety] = measures;
    Ok(Referral::new(depression.pair(p0, p1)?, anxiety.pair(a0, a1)?, None)?.outcome())
}
