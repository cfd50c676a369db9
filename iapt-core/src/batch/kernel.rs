//! The outcomes of many referrals.

use super::facts::Output;
use super::level::{self, Kernel, Level};
use super::scores::{BAD, Scores};
use super::{BLOCK, COLUMNS, MISSING};
use crate::editions::nhs_2024_25::{GAD7, PHQ9};
use crate::error::{Error, ErrorKind};
use crate::measure::{CaseWhen, Measure};
use crate::outcome::{Outcome, Shown, facts};
use crate::referral::Referral;
#[cfg(feature = "std")]
use crate::threads::in_threads;

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
    let result =
        check(measures, columns).and_then(|()| in_parts(measures, columns, output.reborrow(), threads));
    if result.is_err() {
        // Rule FINDING-4: A batch that meets a bad value names the first bad row and leaves no half-written
        // output. Source: this project's choice.
        output.clear();
    }
    result
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

/// What decides on a measure of whole scores from 0 to 253, in bytes. The questions are answered for scores one higher
/// than they are, so that 0 is a missing one, and with bytes that are 0 for no.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cutoffs {
    /// The highest score.
    pub(crate) max: u8,
    /// The lowest score that is a case.
    pub(crate) case: u8,
    /// The smallest reliable change.
    pub(crate) change: u8,
}

#[inline(always)]
const fn shifted(code: u8) -> u8 {
    code.wrapping_sub(MISSING)
}

impl Cutoffs {
    /// `None` for a measure that has no threshold or whose scores do not begin at 0 and fit a byte.
    pub(crate) const fn of(measure: &Measure) -> Option<Self> {
        let definition = measure.definition();
        let (Some(threshold), Some(change)) = (definition.caseness_threshold, definition.reliable_change)
        else {
            return None;
        };
        let case = match definition.case_when {
            CaseWhen::AtOrAbove => threshold.ceil(),
            CaseWhen::Above => threshold.floor() + 1,
        };
        let fits = definition.whole_scores && definition.min_score.floor() == 0;
        match (byte(definition.max_score.floor()), byte(case), byte(change.ceil())) {
            (Some(max), Some(case), Some(change)) if fits => Some(Self { max, case, change }),
            _ => None,
        }
    }

    /// How far a score is beyond the range.
    #[inline(always)]
    const fn excess(self, score: u8) -> u8 {
        score.saturating_sub(self.max + 1)
    }

    /// How far a score is above the highest that is not a case.
    #[inline(always)]
    const fn caseness(self, score: u8) -> u8 {
        score.saturating_sub(self.case)
    }

    /// How far a fall is above the largest that is not reliable.
    #[inline(always)]
    const fn fall(self, from: u8, to: u8) -> u8 {
        from.saturating_sub(to).saturating_sub(self.change - 1)
    }
}

/// How far scores are beyond their ranges (0: not at all), and the facts. All steps are on bytes: comparisons would
/// be widened where this becomes vector instructions.
#[inline(always)]
fn judge([depression, anxiety]: [Cutoffs; 2], p0: u8, p1: u8, a0: u8, a1: u8) -> (u8, u8) {
    let (p0, p1, a0, a1) = (shifted(p0), shifted(p1), shifted(a0), shifted(a1));
    let excess = depression.excess(p0.max(p1)) | anxiety.excess(a0.max(a1));
    let firsts = p0.min(a0);
    let all = firsts.min(p1.min(a1));
    let case_at_first = depression.caseness(p0) | anxiety.caseness(a0);
    let case_at_last = depression.caseness(p1) | anxiety.caseness(a1);
    let fell = depression.fall(p0, p1) | anxiety.fall(a0, a1);
    let rose = depression.fall(p1, p0) | anxiety.fall(a1, a0);
    let shown = Shown {
        paired: all != 0,
        firsts: firsts != 0,
        case_at_first: case_at_first != 0,
        case_at_last: case_at_last != 0,
        fell: fell != 0,
        rose: rose != 0,
    };
    (excess, facts(&shown))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked in the same line")]
const fn byte(n: i128) -> Option<u8> {
    if n >= 0 && n < BAD as i128 { Some(n as u8) } else { None }
}

/// Below so many rows, starting a thread takes longer than the work.
#[cfg(feature = "std")]
pub(crate) const LEAST_FOR_THREADS: usize = 100_000;

fn in_parts(
    measures: [&Measure; 2],
    columns: &[Scores<'_>; 4],
    output: Output<'_>,
    threads: usize,
) -> Result<(), Error> {
    #[cfg(feature = "std")]
    if threads > 1 && columns[0].len() >= LEAST_FOR_THREADS {
        return share_among(threads, measures, columns, output);
    }
    _ = threads;
    level::run(Blocks::new(measures, columns, output))
}

#[cfg(feature = "std")]
fn share_among(
    threads: usize,
    measures: [&Measure; 2],
    columns: &[Scores<'_>; 4],
    mut output: Output<'_>,
) -> Result<(), Error> {
    let rows = columns[0].len();
    let share = super::share(rows, threads);
    let parts = (0..rows).step_by(share).map(|from| {
        let (mine, rest) =
            core::mem::replace(&mut output, Output::Bits(&mut [])).split_at(share.min(rows - from));
        output = rest;
        (from, mine)
    });
    let work = |(from, mine): (usize, Output<'_>)| {
        let columns = columns.each_ref().map(|c| c.slice(from..rows.min(from + share)));
        let result = level::run(Blocks::new(measures, &columns, mine));
        result.map_err(|error| error.row().map_or(error, |row| error.in_row(from + row)))
    };
    // In order of the rows, so that the first error is that of the first bad row.
    in_threads(parts, work).into_iter().collect()
}

/// Works through columns block by block.
struct Blocks<'r, 'a, 'o> {
    measures: [&'r Measure; 2],
    cutoffs: Option<[Cutoffs; 2]>,
    columns: &'r [Scores<'a>; 4],
    output: Output<'o>,
}

impl<'r, 'a, 'o> Blocks<'r, 'a, 'o> {
    fn new(measures: [&'r Measure; 2], columns: &'r [Scores<'a>; 4], output: Output<'o>) -> Self {
        let cutoffs = match measures.map(Cutoffs::of) {
            [Some(depression), Some(anxiety)] => Some([depression, anxiety]),
            _ => None,
        };
        Self { measures, cutoffs, columns, output }
    }
}

impl Kernel for Blocks<'_, '_, '_> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run<L: Level>(mut self, level: L) -> Result<(), Error> {
        let [mut p0, mut p1, mut a0, mut a1] = [[MISSING; BLOCK]; 4];
        let [depression_first, depression_last, anxiety_first, anxiety_last] = self.columns;
        let mut block = [0; BLOCK];
        for from in (0..depression_first.len()).step_by(BLOCK) {
            let (p0, sure_p0) = depression_first.narrow(level, from, &mut p0);
            let (p1, sure_p1) = depression_last.narrow(level, from, &mut p1);
            let (a0, sure_a0) = anxiety_first.narrow(level, from, &mut a0);
            let (a1, sure_a1) = anxiety_last.narrow(level, from, &mut a1);
            let whole = match self.cutoffs {
                Some(cutoffs) if sure_p0 & sure_p1 & sure_a0 & sure_a1 => {
                    block_facts(cutoffs, [p0, p1, a0, a1], &mut block)
                }
                _ => false,
            };
            if !whole {
                exact_block(self.measures, self.columns, from, &mut block)?;
            }
            self.output.write(level, from, &block);
        }
        Ok(())
    }
}

/// The facts of a block; whether all scores are in their ranges.
#[inline(always)]
fn block_facts(cutoffs: [Cutoffs; 2], codes: [&[u8; BLOCK]; 4], block: &mut [u8; BLOCK]) -> bool {
    let [p0, p1, a0, a1] = codes;
    let mut excess = 0;
    for row in 0..BLOCK {
        let (beyond, facts) = judge(cutoffs, p0[row], p1[row], a0[row], a1[row]);
        excess |= beyond;
        block[row] = facts;
    }
    excess == 0
}

/// Works on a block row by row with exact scores: for measures with decimals, and to say what is wrong.
#[cold]
#[inline(never)]
fn exact_block(
    measures: [&Measure; 2],
    columns: &[Scores<'_>; 4],
    from: usize,
    block: &mut [u8; BLOCK],
) -> Result<(), Error> {
    *block = [0; BLOCK];
    for (slot, row) in block.iter_mut().zip(from..columns[0].len()) {
        *slot = exact_outcome(measures, columns, row)?.bits();
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
