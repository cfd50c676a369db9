//! Counts of facts by group.

use super::facts::FactColumns;
use super::level::{self, Kernel};
use super::{BLOCK, Flags};
use crate::counts::Counts;
use crate::error::{Error, ErrorKind};
use crate::outcome::Outcome;
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
    let mut counts = Vec::new();
    counts.try_reserve_exact(number_of_groups).map_err(|_| ErrorKind::OutOfMemory)?;
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

    #[cfg(feature = "std")]
    fn slice(&self, rows: core::ops::Range<usize>) -> Self {
        Self {
            facts: self.facts.slice(rows.clone()),
            finished: self.finished.map(|f| f.slice(rows.clone())),
            groups: self.groups.map(|g| &g[rows]),
            number_of_groups: self.number_of_groups,
        }
    }
}

/// A referral has one of twelve outcomes, so that a group needs few counters; two more are for rows that are not
/// counted and for bytes that are no outcome.
const CLASSES: usize = 16;
const NOT_COUNTED: u8 = 14;
const BAD_FACTS: u8 = 15;

type Group = [u64; CLASSES];

/// The outcome of each class, and the class of each byte of facts.
const TABLES: ([Option<Outcome>; CLASSES], [u8; 256]) = {
    let (mut outcomes, mut classes) = ([None; CLASSES], [BAD_FACTS; 256]);
    let (mut bits, mut next) = (0_u8, 0);
    loop {
        if let Ok(outcome) = Outcome::from_bits(bits) {
            assert!(next < NOT_COUNTED, "every outcome has a class of its own");
            outcomes[next as usize] = Some(outcome);
            classes[bits as usize] = next;
            next += 1;
        }
        if bits == u8::MAX {
            break;
        }
        bits += 1;
    }
    (outcomes, classes)
};

const CLASS_OF: [u8; 256] = TABLES.1;

fn of_classes(group: &Group) -> Counts {
    let mut counts = Counts::default();
    for (outcome, times) in TABLES.0.iter().zip(group) {
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
type Tallied = Result<Option<Vec<Group>>, Error>;

fn tally(input: Input<'_>, threads: usize) -> Tallied {
    #[cfg(feature = "std")]
    if threads > 1 && input.rows() > super::kernel::LEAST_FOR_THREADS.max(input.number_of_groups) {
        return tally_in_threads(input, threads);
    }
    _ = threads;
    level::run(Tally(input))
}

#[cfg(feature = "std")]
fn tally_in_threads(input: Input<'_>, threads: usize) -> Tallied {
    let rows = input.rows();
    // Each thread has counters of its own for all groups.
    let share = super::share(rows, threads).max(input.number_of_groups.next_multiple_of(BLOCK));
    let parts: Vec<Tallied> = std::thread::scope(|scope| {
        let spawn = |from: usize| {
            let part = input.slice(from..rows.min(from + share));
            scope.spawn(move || level::run(Tally(part)))
        };
        let workers: Vec<_> = (0..rows).step_by(share).map(spawn).collect();
        workers
            .into_iter()
            .map(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut total: Option<Vec<Group>> = None;
    for part in parts {
        let Some(part) = part? else { return Ok(None) };
        match &mut total {
            None => total = Some(part),
            Some(total) => {
                for (sum, count) in total.iter_mut().flatten().zip(part.iter().flatten()) {
                    *sum += count;
                }
            }
        }
    }
    Ok(total)
}

struct Tally<'a>(Input<'a>);

impl Kernel for Tally<'_> {
    type Output = Tallied;

    #[inline(always)]
    fn run(self) -> Tallied {
        let input = self.0;
        let mut classes: Vec<Group> = Vec::new();
        classes.try_reserve_exact(input.number_of_groups).map_err(|_| ErrorKind::OutOfMemory)?;
        classes.resize(input.number_of_groups, [0; CLASSES]);
        let mut facts = [0; BLOCK];
        let mut finished = [1; BLOCK];
        for from in (0..input.rows()).step_by(BLOCK) {
            input.facts.read(from, &mut facts);
            read_finished(&input, from, &mut finished);
            for (class, finished) in facts.iter_mut().zip(&finished) {
                let known = CLASS_OF[usize::from(*class)];
                *class = if *finished == 0 { NOT_COUNTED } else { known };
            }
            let rows = BLOCK.min(input.rows() - from);
            let whole = match input.groups {
                Some(groups) => add_by_group(&groups[from..from + rows], &facts, &mut classes),
                None => add_to_one(&facts[..rows], &mut classes),
            };
            if !whole {
                return Ok(None);
            }
        }
        let consistent = classes.iter().all(|group| group[usize::from(BAD_FACTS)] == 0);
        Ok(consistent.then_some(classes))
    }
}

#[inline(always)]
fn read_finished(input: &Input<'_>, from: usize, finished: &mut [u8; BLOCK]) {
    if let Some(flags) = input.finished {
        *finished = [0; BLOCK];
        flags.gather(from, 0, finished);
    }
}

/// Counts rows to their groups; whether all groups exist.
#[inline(always)]
fn add_by_group(groups: &[u32], block: &[u8; BLOCK], classes: &mut [Group]) -> bool {
    for (group, class) in groups.iter().zip(block) {
        let Some(group) = classes.get_mut(*group as usize) else { return false };
        group[usize::from(*class) % CLASSES] += 1;
    }
    true
}

/// Counts rows to the first group, in four tables in turn, so that a row need not wait for the one before it; whether
/// there is a group.
#[inline(always)]
fn add_to_one(block: &[u8], classes: &mut [Group]) -> bool {
    let Some(group) = classes.first_mut() else { return block.is_empty() };
    let mut tables = [[0_u64; CLASSES]; 4];
    for (row, class) in block.iter().enumerate() {
        tables[row % 4][usize::from(*class) % CLASSES] += 1;
    }
    for table in &tables {
        group.iter_mut().zip(table).for_each(|(sum, count)| *sum += count);
    }
    true
}
