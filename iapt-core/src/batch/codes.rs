//! The outcome of one referral whose scores are bytes, in a few nanoseconds: by tables that the compiler makes from the
//! measures and the rule.

use super::kernel::Cutoffs;
use super::{COLUMNS, MISSING};
use crate::editions::nhs_2024_25::{GAD7, PHQ9};
use crate::error::{Error, ErrorKind};
use crate::outcome::{Outcome, Shown};

/// The outcome of one referral whose PHQ-9 and GAD-7 scores are bytes, 255 for a missing one.
///
/// # Errors
/// [`ErrorKind::OutOfRange`], with the field.
#[inline]
pub fn outcome_of_codes(scores: [u8; 4]) -> Result<Outcome, Error> {
    let [p0, p1, a0, a1] = scores;
    let [depression, anxiety] = &SCORES;
    let first = depression.marks(p0) | anxiety.marks(a0);
    let last = depression.marks(p1) | anxiety.marks(a1);
    if (first | last) & REFUSED != 0 {
        return Err(fault(p0, p1, a0, a1));
    }
    let fell = depression.is_fall(p0, p1) | anxiety.is_fall(a0, a1);
    let rose = depression.is_fall(p1, p0) | anxiety.is_fall(a1, a0);
    let index = first | last << 2 | u8::from(fell) << 4 | u8::from(rose) << 5;
    Ok(OUTCOMES[usize::from(index) % OUTCOMES.len()])
}

/// A score that is missing.
const ABSENT: u8 = 1;
/// A score that is a case.
const CASE: u8 = 2;
/// A code that is no score.
const REFUSED: u8 = 4;

/// What the codes of a measure mean.
struct Codes {
    marks: [u8; 256],
    change: i32,
}

/// The depression measure and the anxiety measure.
const SCORES: [Codes; 2] = {
    const WHY: &str = "both measures have whole scores from 0 that fit a byte";
    [const { Codes::of(Cutoffs::of(&PHQ9).expect(WHY)) }, const { Codes::of(Cutoffs::of(&GAD7).expect(WHY)) }]
};

impl Codes {
    const fn of(cutoffs: Cutoffs) -> Self {
        let mut marks = [REFUSED; 256];
        marks[MISSING as usize] = ABSENT;
        let mut score = 0;
        while score <= cutoffs.max {
            marks[score as usize] = if score >= cutoffs.case { CASE } else { 0 };
            score += 1;
        }
        Self { marks, change: cutoffs.change as i32 }
    }

    #[inline(always)]
    const fn marks(&self, code: u8) -> u8 {
        self.marks[code as usize]
    }

    #[inline(always)]
    fn is_fall(&self, from: u8, to: u8) -> bool {
        i32::from(from) - i32::from(to) >= self.change
    }
}

/// The outcome for the marks of the first scores, those of the last ones, whether any fell and whether any rose.
const OUTCOMES: [Outcome; 64] = {
    let mut outcomes = [Outcome::UNKNOWN; 64];
    let mut index = 0_u8;
    while (index as usize) < outcomes.len() {
        let (first, last) = (index & 0b11, index >> 2 & 0b11);
        outcomes[index as usize] = Outcome::of(&Shown {
            paired: (first | last) & ABSENT == 0,
            firsts: first & ABSENT == 0,
            case_at_first: first & CASE != 0,
            case_at_last: last & CASE != 0,
            fell: index & 0b01_0000 != 0,
            rose: index & 0b10_0000 != 0,
        });
        index += 1;
    }
    outcomes
};

#[cold]
#[inline(never)]
fn fault(p0: u8, p1: u8, a0: u8, a1: u8) -> Error {
    let scores = [p0, p1, a0, a1];
    let refused = (0..4).find(|at| SCORES[at / 2].marks(scores[*at]) == REFUSED).unwrap_or(0);
    let range = [&PHQ9, &GAD7][refused / 2].range();
    Error::new(ErrorKind::OutOfRange(range)).in_field(COLUMNS[refused])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wherever a code is that is no score, and beside whatever other codes, the first such is named.
    #[test]
    fn codes_that_are_no_scores_are_refused() {
        let codes = [0, 10, 21, 22, 27, 28, 254, MISSING];
        for row in (0..codes.len().pow(4)).map(|at| [0, 1, 2, 3].map(|place| codes[at >> (3 * place) & 7])) {
            let refused = (0..4).find(|at| (if *at < 2 { 28..255 } else { 22..255 }).contains(&row[*at]));
            let found = outcome_of_codes(row).err().map(|error| (error.kind(), error.field()));
            let expected =
                |at: usize| (ErrorKind::OutOfRange([&PHQ9, &GAD7][at / 2].range()), Some(COLUMNS[at]));
            assert_eq!(found, refused.map(expected), "{row:?}");
        }
    }
}
