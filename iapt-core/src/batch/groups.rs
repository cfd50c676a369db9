//! Counts of facts by group.

use super::facts::{Bitmap, FactColumns, interleave};
use super::grouped::{filled, reserved};
use super::level::{self, Kernel, Level};
use super::{BLOCK, Flags};
use crate::counts::Counts;
use crate::error::{Error, ErrorKind};
use crate::outcome::Outcome;
#[cfg(feature = "std")]
use crate::threads::in_threads;
use alloc::vec::Vec;

/// Counts the facts of the referrals of each group.
///
/// The facts of rows that did not finish are not looked at; group numbers are checked in every row.
///
/// `groups` gives the number of each row's group, below `number_of_groups`; without it all rows are group 0.
/// `finished` says which rows finished a course of treatment and are counted; without it all are. Large inputs
/// are shared among so many threads (without `std`, one).
///
/// # Errors
/// [`ErrorKind::LengthMismatch`], [`ErrorKind::InconsistentFacts`] or [`ErrorKind::GroupOutOfRange`] for the
/// first bad row, [`ErrorKind::OutOfMemory`].
///
/// ```
/// use iapt_core::batch::{FactColumns, count};
/// let by_provider = count(FactColumns::Bits(&[155, 69, 0]), None, Some(&[0, 1, 0]), 2, 1)?;
/// assert_eq!((by_provider[0].finished, by_provider[0].recovery), (2, 1));
/// # Ok::<(), iapt_core::Error>(())
/// ```
// Rule RATE-5: Only referrals that finished a course of treatment are counted in rates. Source: NHS England,
// NHS Talking Therapies metadata, M186 and M192.
pub fn count(
    facts: FactColumns<'_>,
    finished: Option<Flags<'_>>,
    groups: Option<&[u32]>,
    number_of_groups: usize,
    threads: usize,
) -> Result<Vec<Counts>, Error> {
    facts.check()?;
    let rows = facts.len();
    let lengths = [("finished_course", finished.map(|f| f.len())), ("groups", groups.map(<[u32]>::len))];
    if let Some((field, _)) = lengths.iter().find(|(_, len)| len.is_some_and(|len| len != rows)) {
        return Err(Error::new(ErrorKind::LengthMismatch(rows)).in_field(field));
    }
    if finished.is_some_and(|flags| !flags.is_sound()) {
        return Err(Error::new(ErrorKind::LengthMismatch(rows)).in_field("finished_course"));
    }
    let input = Input { facts, finished, groups, number_of_groups };
    let Some(classes) = tally(input, threads)? else { return Err(first_fault(input)) };
    let mut counts = reserved(number_of_groups)?;
    counts.extend(classes.iter().map(of_classes));
    Ok(counts)
}

#[derive(Clone, Copy)]
struct Input<'a> {
    facts: FactColumns<'a>,
    finished: Option<Flags<'a>>,
    groups: Option<&'a [u32]>,
    number_of_groups: usize,
}

impl Input<'_> {
    fn rows(&self) -> usize {
        self.facts.len()
    }

    fn slice(&self, rows: core::ops::Range<usize>) -> Self {
        Self {
            facts: self.facts.slice(rows.clone()),
            finished: self.finished.map(|f| f.slice(rows.clone())),
            groups: self.groups.map(|g| &g[rows]),
            number_of_groups: self.number_of_groups,
        }
    }
}

/// A referral has one of twelve outcomes, so that a group needs few counters; the last is for rows that are not counted.
const CLASSES: usize = 16;

/// How many rows of a group are of each class: in 32 bits while they are counted, so that the processor's first cache
/// holds the counters of more groups.
type Group<T> = [T; CLASSES];

/// No more rows than 32 bits count are counted together.
const MOST_ROWS: usize = 1 << 31;

/// The class of outcome of eight rows, a bit of each row in each of the four bytes, from the rows' facts in the order of
/// [`Fact::ALL`](crate::Fact::ALL); and the rows whose facts are no outcome.
///
/// The two lower bits of a class are the change (none, improved, deteriorated; both set: not paired), the two upper ones
/// caseness at first (unknown, a case, none; both set: recovered).
#[inline(always)]
const fn classify(facts: [u8; 8]) -> ([u8; 4], u8) {
    let [paired, case, no_case, recovered, improved, deteriorated, unchanged, reliably_recovered] = facts;
    let [a, b, c, d] = [improved | !paired, deteriorated | !paired, case, no_case | recovered];
    let not_as_the_class_says = (paired ^ !(a & b))
        | (improved ^ (a & !b))
        | (deteriorated ^ (b & !a))
        | (unchanged ^ !(a | b))
        | (recovered ^ (c & d))
        | (no_case ^ (d & !c))
        | (reliably_recovered ^ (recovered & improved));
    let no_such_class = (paired & !(c | d)) | (!paired & c & d);
    ([a, b, c, d], not_as_the_class_says | no_such_class)
}

/// The outcome of each class.
const OUTCOMES: [Option<Outcome>; CLASSES] = {
    let mut outcomes = [None; CLASSES];
    let mut bits = 0_u8;
    loop {
        if let Ok(outcome) = Outcome::from_bits(bits) {
            let mut facts = [0; 8];
            let mut bit = 0;
            while bit < 8 {
                facts[bit] = bits >> bit & 1;
                bit += 1;
            }
            let ([a, b, c, d], wrong) = classify(facts);
            let class = (a & 1 | (b & 1) << 1 | (c & 1) << 2 | (d & 1) << 3) as usize;
            assert!(wrong & 1 == 0 && outcomes[class].is_none(), "every outcome has a class of its own");
            outcomes[class] = Some(outcome);
        }
        if bits == u8::MAX {
            break;
        }
        bits += 1;
    }
    assert!(outcomes[CLASSES - 1].is_none(), "the last class is for rows that are not counted");
    outcomes
};

fn of_classes(group: &Group<u64>) -> Counts {
    let mut counts = Counts::default();
    for (outcome, times) in OUTCOMES.iter().zip(group) {
        if let Some(outcome) = outcome {
            counts.add_times(*outcome, *times);
        }
    }
    counts
}

/// What is wrong with the first row with which something is.
#[cold]
fn first_fault(input: Input<'_>) -> Error {
    let mut facts = [0; BLOCK];
    let mut finished = [1; BLOCK];
    for from in (0..input.rows()).step_by(BLOCK) {
        input.facts.read(from, &mut facts);
        read_finished(&input, from, &mut finished);
        for (row, (bits, finished)) in (from..input.rows()).zip(facts.iter().zip(&finished)) {
            let group = input.groups.map_or(0, |groups| groups[row] as usize);
            if group >= input.number_of_groups {
                let kind = ErrorKind::GroupOutOfRange(input.number_of_groups);
                return Error::new(kind).in_field("groups").in_row(row);
            }
            if *finished != 0 && Outcome::from_bits(*bits).is_err() {
                return Error::new(ErrorKind::InconsistentFacts).in_row(row);
            }
        }
    }
    ErrorKind::InconsistentFacts.into()
}

/// How many rows of each group are of each class; `None` where a row has a group or facts that do not exist.
type Tallied<T> = Result<Option<Vec<Group<T>>>, Error>;

fn tally(input: Input<'_>, threads: usize) -> Tallied<u64> {
    let rows = input.rows();
    let mut total = filled(input.number_of_groups, [0; CLASSES])?;
    #[cfg(feature = "std")]
    if threads > 1 && rows > super::kernel::LEAST_FOR_THREADS.max(input.number_of_groups) {
        // Each thread has counters of its own for all groups.
        let share = super::share(rows, threads).max(input.number_of_groups.next_multiple_of(BLOCK));
        return Ok(tally_in_threads(input, share.min(MOST_ROWS), &mut total)?.then_some(total));
    }
    _ = threads;
    for from in (0..rows).step_by(MOST_ROWS) {
        let part = input.slice(from..rows.min(from.saturating_add(MOST_ROWS)));
        if !add(&mut total, level::run(Tally(part)))? {
            return Ok(None);
        }
    }
    Ok(Some(total))
}

#[cfg(feature = "std")]
fn tally_in_threads(input: Input<'_>, share: usize, total: &mut [Group<u64>]) -> Result<bool, Error> {
    let rows = input.rows();
    let parts = (0..rows).step_by(share);
    let tally = |from: usize| {
        let part = input.slice(from..rows.min(from.saturating_add(share)));
        level::run(Tally(part))
    };
    let mut whole = true;
    for part in in_threads(parts, tally) {
        whole &= add(total, part)?;
    }
    Ok(whole)
}

/// Adds the counts of a part, and says whether it had any.
fn add(total: &mut [Group<u64>], part: Tallied<u32>) -> Result<bool, Error> {
    let Some(part) = part? else { return Ok(false) };
    for (sum, count) in total.iter_mut().flatten().zip(part.iter().flatten()) {
        *sum += u64::from(*count);
    }
    Ok(true)
}

struct Tally<'a>(Input<'a>);

impl Kernel for Tally<'_> {
    type Output = Tallied<u32>;

    #[inline(always)]
    fn run<L: Level>(self, _level: L) -> Tallied<u32> {
        let input = self.0;
        let mut classes = filled(input.number_of_groups, [0; CLASSES])?;
        let mut wrong = 0;
        for from in (0..input.rows()).step_by(BLOCK) {
            let rows = BLOCK.min(input.rows() - from);
            let (block, wrong_here) = classes_of_block(&input, from, rows);
            wrong |= wrong_here;
            let whole = match input.groups {
                Some(groups) => add_by_group(&groups[from..from + rows], &block, &mut classes),
                None => add_to_one(&block[..rows], &mut classes),
            };
            if !whole {
                return Ok(None);
            }
        }
        Ok((wrong == 0).then_some(classes))
    }
}

/// The class of each row of a block, and something other than 0 where facts that count are no outcome.
#[inline(always)]
fn classes_of_block(input: &Input<'_>, from: usize, rows: usize) -> ([u8; BLOCK], u8) {
    let [paired, case, no_case, recovered, improved, deteriorated, unchanged, reliably_recovered] =
        input.facts.read_bitmaps(from);
    let counted = counted(input, from, rows);
    let mut classes = [[0; BLOCK / 8]; 4];
    let mut wrong = 0;
    for at in 0..BLOCK / 8 {
        let (class, wrong_here) = classify([
            paired[at],
            case[at],
            no_case[at],
            recovered[at],
            improved[at],
            deteriorated[at],
            unchanged[at],
            reliably_recovered[at],
        ]);
        wrong |= wrong_here & counted[at];
        for (bitmap, bits) in classes.iter_mut().zip(class) {
            bitmap[at] = bits | !counted[at];
        }
    }
    (interleave(&classes), wrong)
}

/// The rows of a block that are there and finished.
#[inline(always)]
fn counted(input: &Input<'_>, from: usize, rows: usize) -> Bitmap {
    let mut bitmap = match &input.finished {
        None => [u8::MAX; BLOCK / 8],
        Some(flags) => flags.read_bitmap(from),
    };
    if rows < BLOCK {
        bitmap[rows.div_ceil(8)..].fill(0);
        if !rows.is_multiple_of(8) {
            bitmap[rows / 8] &= (1 << (rows % 8)) - 1;
        }
    }
    bitmap
}

#[inline(always)]
fn read_finished(input: &Input<'_>, from: usize, finished: &mut [u8; BLOCK]) {
    if let Some(flags) = input.finished {
        *finished = [0; BLOCK];
        flags.gather(from, 0, finished);
    }
}

/// Counts rows to their groups; whether all groups exist. No vector instructions help here, and apart from the rest all
/// that it needs stays in registers. Four at a time the rows need fewer instructions.
#[inline(never)]
fn add_by_group(groups: &[u32], block: &[u8; BLOCK], classes: &mut [Group<u32>]) -> bool {
    let counters = classes.as_flattened_mut();
    let ((fours, rest), (class_fours, _)) = (groups.as_chunks::<4>(), block.as_chunks::<4>());
    let rest_of_classes = &block[groups.len() - rest.len()..];
    let mut add = |(group, class): (&u32, &u8)| {
        let at = usize::try_from(u64::from(*group) * CLASSES as u64 + u64::from(*class));
        let counter = at.ok().and_then(|at| counters.get_mut(at));
        counter.map(|counter| *counter += 1).is_some()
    };
    fours.iter().zip(class_fours).all(|(groups, classes)| groups.iter().zip(classes).all(&mut add))
        && rest.iter().zip(rest_of_classes).all(add)
}

/// Counts rows to the first group, in four tables in turn, so that a row need not wait for the one before it; whether
/// there is a group.
#[inline(always)]
fn add_to_one(block: &[u8], classes: &mut [Group<u32>]) -> bool {
    let Some(group) = classes.first_mut() else { return block.is_empty() };
    let mut tables = [[0; CLASSES]; 4];
    for (row, class) in block.iter().enumerate() {
        tables[row % 4][usize::from(*class) % CLASSES] += 1;
    }
    for table in &tables {
        group.iter_mut().zip(table).for_each(|(sum, count)| *sum += count);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of all bytes of facts, just those of a referral have a class.
    #[test]
    fn facts_that_are_no_outcome_have_no_class() {
        for bits in 0..=u8::MAX {
            let facts = core::array::from_fn(|bit| bits >> bit & 1);
            let (_, wrong) = classify(facts);
            assert_eq!(wrong & 1 == 0, Outcome::from_bits(bits).is_ok(), "{bits:#010b}");
        }
    }

    #[test]
    fn more_rows_than_are_counted_together() {
        let outcome = |bits| Outcome::from_bits(bits).unwrap();
        let mut total = [[0; CLASSES]];
        let class = OUTCOMES.iter().position(|other| *other == Some(outcome(0b0100_0101))).unwrap();
        let mut part = [0; CLASSES];
        part[class] = u32::MAX;
        for _ in 0..2 {
            assert!(add(&mut total, Ok(Some(alloc::vec![part]))).unwrap());
        }
        assert_eq!(of_classes(&total[0]).paired, 2 * u64::from(u32::MAX));
    }
}
