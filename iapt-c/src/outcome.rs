//! The outcome of one referral.

use crate::guard::guard;
use crate::measure::iapt_definition;
use crate::number::iapt_number;
use crate::pointer::Caller;
use crate::status::{Failure, iapt_status};
use iapt_core::{Measure, Outcome, Referral, ScorePair, batch};

/// The eight facts of a referral's outcome, one bit each.
///
/// Unknown caseness is neither IAPT_CASENESS nor IAPT_NOT_CASENESS. A referral that is not paired has none of the
/// facts from IAPT_RECOVERY on.
pub type iapt_outcome_flags = u8;

/// All four scores are present.
pub const IAPT_PAIRED: iapt_outcome_flags = 1;
/// Either first score is at caseness.
pub const IAPT_CASENESS: iapt_outcome_flags = 2;
/// Both first scores are present and neither is at caseness.
pub const IAPT_NOT_CASENESS: iapt_outcome_flags = 4;
/// Paired, caseness, and neither last score is at caseness (M191).
pub const IAPT_RECOVERY: iapt_outcome_flags = 8;
/// Paired, either score fell reliably and neither rose reliably (M185).
pub const IAPT_RELIABLE_IMPROVEMENT: iapt_outcome_flags = 16;
/// Paired, either score rose reliably and neither fell reliably (M189).
pub const IAPT_RELIABLE_DETERIORATION: iapt_outcome_flags = 32;
/// Paired, and neither of the two (M187).
pub const IAPT_NO_RELIABLE_CHANGE: iapt_outcome_flags = 64;
/// Recovery and reliable improvement (M193).
pub const IAPT_RELIABLE_RECOVERY: iapt_outcome_flags = 128;

/// A missing score in a byte.
pub const IAPT_MISSING_U8: u8 = 255;

/// The first and last PHQ-9 and GAD-7 scores of a referral; IAPT_MISSING_U8 is a missing one.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_scores {
    /// First PHQ-9 score.
    pub phq9_first: u8,
    /// Last PHQ-9 score; it exists only where there are two.
    pub phq9_last: u8,
    /// First GAD-7 score.
    pub gad7_first: u8,
    /// Last GAD-7 score; it exists only where there are two.
    pub gad7_last: u8,
}

/// A first and a last score on one measure, either of which may be missing.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_pair {
    /// The measure.
    pub measure: iapt_definition,
    /// The first score.
    pub first: iapt_number,
    /// The last score; it exists only where there are two.
    pub last: iapt_number,
}

/// The outcome of one referral from its PHQ-9 and GAD-7 scores.
///
/// A last score without a first is accepted: the referral is not paired.
///
/// Errors: IAPT_ERROR_OUT_OF_RANGE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_outcome(
    scores: *const iapt_scores,
    out: *mut iapt_outcome_flags,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let codes = caller.read_bytes(scores.cast())?;
        let out = caller.place(out)?;
        out.write(batch::outcome_of_codes(codes)?.bits());
        Ok(())
    })
}

/// The outcome of one referral on measures of the caller's choice: a depression measure; GAD-7 or the only anxiety
/// measure used; and, unless `specific` is NULL, a measure specific to the anxiety disorder. The specific one counts
/// if both its scores are present, else the other.
///
/// Errors: those of iapt_definition_check() for the first bad measure; IAPT_ERROR_NO_THRESHOLD where any of them has no
/// threshold or no reliable change; then those of the first bad score in the order of the arguments, also on a measure
/// that does not count: IAPT_ERROR_OUT_OF_RANGE, IAPT_ERROR_NOT_WHOLE, IAPT_ERROR_NOT_A_NUMBER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_outcome_on(
    depression: *const iapt_pair,
    anxiety: *const iapt_pair,
    specific: *const iapt_pair,
    out: *mut iapt_outcome_flags,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let (depression, anxiety) = (caller.read(depression)?, caller.read(anxiety)?);
        let specific = caller.read_optional(specific)?;
        let out = caller.place(out)?;
        let depression = Pair::read(depression)?;
        let anxiety = Pair::read(anxiety)?;
        let specific = specific.map(Pair::read).transpose()?;
        out.write(outcome_on(&depression, &anxiety, specific.as_ref())?.bits());
        Ok(())
    })
}

struct Pair {
    measure: Measure,
    first: iapt_number,
    last: iapt_number,
}

impl Pair {
    fn read(pair: iapt_pair) -> Result<Self, Failure> {
        Ok(Self { measure: pair.measure.measure()?, first: pair.first, last: pair.last })
    }

    fn empty(&self) -> Result<ScorePair<'_>, Failure> {
        Ok(self.measure.pair(None, None)?)
    }

    /// The first score is checked before the last one is even read.
    fn scores(&self) -> Result<ScorePair<'_>, Failure> {
        let first = self.measure.pair(self.first.score()?, None)?.first();
        Ok(self.measure.pair(first, self.last.score()?)?)
    }
}

fn outcome_on(depression: &Pair, anxiety: &Pair, specific: Option<&Pair>) -> Result<Outcome, Failure> {
    // A measure at fault is reported before any score: without scores only the measures are judged.
    Referral::new(depression.empty()?, anxiety.empty()?, specific.map(Pair::empty).transpose()?)?;
    let (depression, anxiety) = (depression.scores()?, anxiety.scores()?);
    Ok(Referral::new(depression, anxiety, specific.map(Pair::scores).transpose()?)?.outcome())
}

#[cfg(test)]
mod tests {
    use super::*;
    use iapt_core::Fact;
    use std::mem::offset_of;

    #[test]
    fn constants_are_those_of_the_core() {
        let masks = [
            IAPT_PAIRED,
            IAPT_CASENESS,
            IAPT_NOT_CASENESS,
            IAPT_RECOVERY,
            IAPT_RELIABLE_IMPROVEMENT,
            IAPT_RELIABLE_DETERIORATION,
            IAPT_NO_RELIABLE_CHANGE,
            IAPT_RELIABLE_RECOVERY,
        ];
        assert_eq!(Fact::ALL.map(Fact::mask), masks);
        assert_eq!(batch::MISSING, IAPT_MISSING_U8);
    }

    /// `iapt_outcome` reads the struct as the four bytes that the core takes.
    #[test]
    fn scores_are_in_the_order_of_the_core() {
        assert_eq!(batch::COLUMNS, ["phq9_first", "phq9_last", "gad7_first", "gad7_last"]);
        let offsets = [
            offset_of!(iapt_scores, phq9_first),
            offset_of!(iapt_scores, phq9_last),
            offset_of!(iapt_scores, gad7_first),
            offset_of!(iapt_scores, gad7_last),
        ];
        assert_eq!(offsets, [0, 1, 2, 3]);
        assert_eq!(size_of::<iapt_scores>(), 4);
    }
}
