//! Stepped care: in which stages of low and high intensity a treatment went.

use super::codes::Intensity;
use crate::day::Day;
use alloc::vec::Vec;

/// The first two stages of a treatment. A stage is two or more consecutive contacts of one intensity; a single
/// contact of the other intensity before the first stage is set aside, and with more than one before it a treatment has
/// no stages. Source: NHS England, notes 1 and 4 of M347.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Stages {
    /// The first stage.
    pub first: Option<Intensity>,
    /// The day on which the first stage began.
    pub began: Option<Day>,
    /// The second stage; it may be of the same intensity, with a single contact of the other one between them.
    pub second: Option<Intensity>,
    /// Days from the last contact of the first stage to the first of the second, where they differ in intensity.
    pub wait: Option<i32>,
    /// Whether more than one contact, all single ones, lie between the two: such a step down is not measured (M349).
    pub mixed: bool,
}

/// Working memory: the contacts that have an intensity.
#[derive(Debug, Default)]
pub(crate) struct Work(Vec<(Day, Intensity)>);

/// Consecutive contacts of one intensity.
struct Run {
    intensity: Intensity,
    length: usize,
    first: Day,
    last: Day,
}

impl Work {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn push(&mut self, date: Day, intensity: Intensity) {
        self.0.push((date, intensity));
    }

    /// The stages of the contacts, by date, and on one day those of low intensity first.
    pub(crate) fn find(&mut self) -> Stages {
        // Rule STAGE-5: Contacts are in the order of their days, and on one day low intensity comes before
        // high. Source: this project's choice.
        if !self.0.is_sorted() {
            self.0.sort_unstable();
        }
        let mut runs = self.0.chunk_by(|a, b| a.1 == b.1).filter_map(Run::of);
        let (first, before) = next_stage(&mut runs);
        // Rule STAGE-1: A stage is two or more consecutive contacts of one intensity; a single contact of the
        // other before the first stage is set aside, and with more there are no stages. Source: NHS England,
        // NHS Talking Therapies metadata, M347, notes 1 and 4.
        let Some(first) = first.filter(|_| before <= 1) else { return Stages::default() };
        let (second, between) = next_stage(&mut runs);
        let step = second.as_ref().filter(|second| second.intensity != first.intensity);
        Stages {
            first: Some(first.intensity),
            began: Some(first.first),
            // Rule STAGE-3: The wait between stages is from the last day of the first to the first day of the
            // second; the printed order is read as a slip. Source: NHS England, NHS Talking Therapies
            // metadata, M349 and M350; the reading is this project's choice.
            wait: step.map(|second| second.first.days_since(first.last)),
            second: second.map(|second| second.intensity),
            mixed: between > 1,
        }
    }
}

impl Run {
    fn of(contacts: &[(Day, Intensity)]) -> Option<Self> {
        let ((first, intensity), (last, _)) = (*contacts.first()?, *contacts.last()?);
        Some(Self { intensity, length: contacts.len(), first, last })
    }
}

/// The next run long enough to be a stage, and how many single contacts come before it.
fn next_stage(runs: &mut impl Iterator<Item = Run>) -> (Option<Run>, usize) {
    let mut singles = 0;
    for run in runs {
        if run.length > 1 {
            return (Some(run), singles);
        }
        singles += 1;
    }
    (None, singles)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages(pattern: &str) -> Stages {
        let mut work = Work::default();
        for (at, letter) in (0..).zip(pattern.bytes()) {
            let intensity = if letter == b'L' { Intensity::Low } else { Intensity::High };
            work.push(Day::from_unix(at * 7).unwrap(), intensity);
        }
        work.find()
    }

    #[test]
    // Proves STAGE-1, STAGE-3.
    fn patterns() {
        use Intensity::{High, Low};
        let found = |pattern| {
            let stages = stages(pattern);
            (stages.first, stages.second, stages.wait, stages.mixed)
        };
        assert_eq!(found(""), (None, None, None, false));
        assert_eq!(found("L"), (None, None, None, false));
        assert_eq!(found("LL"), (Some(Low), None, None, false));
        assert_eq!(found("HLL"), (Some(Low), None, None, false));
        assert_eq!(found("LHLL"), (None, None, None, false));
        assert_eq!(found("LLHH"), (Some(Low), Some(High), Some(7), false));
        assert_eq!(found("HHLL"), (Some(High), Some(Low), Some(7), false));
        assert_eq!(found("LLHLHH"), (Some(Low), Some(High), Some(21), true));
        assert_eq!(found("HHLHLL"), (Some(High), Some(Low), Some(21), true));
        assert_eq!(found("HHLHH"), (Some(High), Some(High), None, false));
    }
}
