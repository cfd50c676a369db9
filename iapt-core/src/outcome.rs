//! The eight facts of a referral's outcome, and the one rule that makes them.

use crate::error::{Error, ErrorKind};
use core::fmt;

/// One of the eight facts. The discriminant is its bit in [`Outcome::bits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[repr(u8)]
pub enum Fact {
    /// All four scores are present.
    Paired = 0,
    /// Either first score is at caseness.
    Caseness = 1,
    /// Both first scores are present and neither is at caseness.
    NotCaseness = 2,
    /// Paired, caseness, and neither last score is at caseness (M191).
    Recovery = 3,
    /// Paired, either score fell reliably and neither rose reliably (M185).
    ReliableImprovement = 4,
    /// Paired, either score rose reliably and neither fell reliably (M189).
    ReliableDeterioration = 5,
    /// Paired, and neither of the two (M187).
    NoReliableChange = 6,
    /// Recovery and reliable improvement (M193).
    ReliableRecovery = 7,
}

impl Fact {
    /// All eight, in the order of their bits.
    pub const ALL: [Self; 8] = [
        Self::Paired,
        Self::Caseness,
        Self::NotCaseness,
        Self::Recovery,
        Self::ReliableImprovement,
        Self::ReliableDeterioration,
        Self::NoReliableChange,
        Self::ReliableRecovery,
    ];

    /// The fact's bit alone.
    #[must_use]
    pub const fn mask(self) -> u8 {
        1 << self as u8
    }

    /// The name as it stands in columns and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paired => "paired",
            Self::Caseness => "caseness",
            Self::NotCaseness => "not_caseness",
            Self::Recovery => "recovery",
            Self::ReliableImprovement => "reliable_improvement",
            Self::ReliableDeterioration => "reliable_deterioration",
            Self::NoReliableChange => "no_reliable_change",
            Self::ReliableRecovery => "reliable_recovery",
        }
    }

    /// The name in the manner of NHS England's derived tables. `Paired_Flag` and `ReliableRecovery_Flag` are
    /// this project's, after the same pattern.
    #[must_use]
    pub const fn nhs_england_name(self) -> &'static str {
        match self {
            Self::Paired => "Paired_Flag",
            Self::Caseness => "Caseness_Flag",
            Self::NotCaseness => "NotCaseness_Flag",
            Self::Recovery => "Recovery_Flag",
            Self::ReliableImprovement => "ReliableImprovement_Flag",
            Self::ReliableDeterioration => "ReliableDeterioration_Flag",
            Self::NoReliableChange => "NoChange_Flag",
            Self::ReliableRecovery => "ReliableRecovery_Flag",
        }
    }
}

/// The outcome of one referral: eight facts that hold together.
///
/// Unknown caseness is neither [`Fact::Caseness`] nor [`Fact::NotCaseness`]; a referral that is not paired has
/// none of the facts from [`Fact::Recovery`] on.
///
/// It has no order: an outcome is not a grade.
///
/// ```
/// use iapt_core::{Fact, Outcome};
/// let outcome = Outcome::from_bits(0b1001_1011)?;
/// assert!(outcome.has(Fact::ReliableRecovery));
/// assert!(Outcome::from_bits(0b0000_0110).is_err(), "a case and not a case");
/// # Ok::<(), iapt_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "u8", into = "u8")
)]
pub struct Outcome(u8);

impl Outcome {
    /// The facts as a byte, [`Fact::Paired`] in the lowest bit.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The outcome of a byte that [`Outcome::bits`] or a batch function gave.
    ///
    /// # Errors
    /// [`ErrorKind::InconsistentFacts`] for a byte that no referral can have.
    pub const fn from_bits(bits: u8) -> Result<Self, Error> {
        if consistent(bits) { Ok(Self(bits)) } else { Err(Error::new(ErrorKind::InconsistentFacts)) }
    }

    /// The outcome of a referral of which nothing is known: no fact holds.
    pub(crate) const UNKNOWN: Self = Self(0);

    /// Whether a fact holds.
    #[must_use]
    pub const fn has(self, fact: Fact) -> bool {
        self.0 & fact.mask() != 0
    }

    /// The outcome that follows from what the two measures show together.
    #[must_use]
    #[inline(always)]
    pub(crate) const fn of(shown: &Shown) -> Self {
        Self(facts(shown))
    }
}

/// What the scores on the depression and the anxiety measure show together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    /// All four scores are present.
    pub(crate) paired: bool,
    /// Both first scores are present.
    pub(crate) firsts: bool,
    /// Either first score is present and a case.
    pub(crate) case_at_first: bool,
    /// Either last score is a case; asked only where all are present.
    pub(crate) case_at_last: bool,
    /// Either score fell reliably; asked only where all are present.
    pub(crate) fell: bool,
    /// Either score rose reliably; asked only where all are present.
    pub(crate) rose: bool,
}

// Rule RECOVERY-3: Who is below caseness at first can improve reliably but cannot recover. Source: NHS
// England, NHS Talking Therapies metadata, M185 and M191.
/// The rule (M185 to M193): the one place where facts are made from scores, for one referral and for millions.
/// Free of branches, so that it becomes vector instructions; taken by reference, as six booleans by value would be packed
/// into one integer on the way.
#[inline(always)]
pub(crate) const fn facts(shown: &Shown) -> u8 {
    let &Shown { paired, firsts, case_at_first, case_at_last, fell, rose } = shown;
    // Rule CASENESS-3: A referral is not at caseness only where both first scores are present and neither is
    // a case. Source: NHS England, NHS Talking Therapies metadata, M179 (NotCaseness_Flag).
    let not_caseness = firsts & !case_at_first;
    // Rule RECOVERY-1: Recovery: paired, at caseness at first, and neither last score is a case. Source: NHS
    // England, NHS Talking Therapies metadata, M191.
    let recovery = case_at_first & !case_at_last;
    // Rule CHANGE-2: Reliable improvement: paired, either score fell reliably and neither rose reliably.
    // Source: NHS England, NHS Talking Therapies metadata, M185.
    let improved = fell & !rose;
    // Rule CHANGE-3: Reliable deterioration: paired, either score rose reliably and neither fell reliably.
    // Source: NHS England, NHS Talking Therapies metadata, M189.
    let deteriorated = rose & !fell;
    let first_scores = bit(case_at_first, Fact::Caseness) | bit(not_caseness, Fact::NotCaseness);
    let both_scores = Fact::Paired.mask()
        | bit(recovery, Fact::Recovery)
        | bit(improved, Fact::ReliableImprovement)
        | bit(deteriorated, Fact::ReliableDeterioration)
        // Rule CHANGE-4: No reliable change: paired and neither of the two, also where one measure improved
        // and the other deteriorated reliably. Source: NHS England, NHS Talking Therapies metadata, M187.
        | bit(!(improved | deteriorated), Fact::NoReliableChange)
        // Rule RECOVERY-2: Reliable recovery is recovery and reliable improvement. Source: NHS England, NHS
        // Talking Therapies metadata, M193.
        | bit(recovery & improved, Fact::ReliableRecovery);
    first_scores | if paired { both_scores } else { 0 }
}

#[inline(always)]
const fn bit(holds: bool, fact: Fact) -> u8 {
    if holds { fact.mask() } else { 0 }
}

/// Whether some referral has these facts.
// Rule CHANGE-5: Exactly one of improvement, deterioration and no change holds where a referral is paired,
// and none where it is not. Source: NHS England, NHS Talking Therapies metadata, M185 to M189.
const fn consistent(bits: u8) -> bool {
    let changes = bits
        & (Fact::ReliableImprovement.mask()
            | Fact::ReliableDeterioration.mask()
            | Fact::NoReliableChange.mask());
    let caseness = bits & (Fact::Caseness.mask() | Fact::NotCaseness.mask());
    let recovery = bits & Fact::Recovery.mask() != 0;
    let improved = bits & Fact::ReliableImprovement.mask() != 0;
    let reliable_recovery = bits & Fact::ReliableRecovery.mask() != 0;
    if bits & Fact::Paired.mask() == 0 {
        return changes == 0 && !recovery && !reliable_recovery && caseness.count_ones() < 2;
    }
    changes.count_ones() == 1
        && caseness.count_ones() == 1
        && (!recovery || caseness == Fact::Caseness.mask())
        && reliable_recovery == (recovery && improved)
}

impl TryFrom<u8> for Outcome {
    type Error = Error;
    fn try_from(bits: u8) -> Result<Self, Error> {
        Self::from_bits(bits)
    }
}

impl From<Outcome> for u8 {
    fn from(outcome: Outcome) -> Self {
        outcome.0
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outcome")?;
        f.debug_set()
            .entries(Fact::ALL.iter().filter(|fact| self.has(**fact)).map(|fact| fact.name()))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination of what two measures can show gives a consistent byte, and every consistent byte comes
    /// from one.
    #[test]
    // Proves CHANGE-5.
    fn consistent_bytes_are_those_that_the_rule_makes() {
        let mut made = [false; 256];
        for n in 0..1_u32 << 6 {
            let [paired, firsts, case_at_first, case_at_last, fell, rose] =
                core::array::from_fn(|bit| n >> bit & 1 != 0);
            if firsts || !paired {
                let shown = Shown { paired, firsts, case_at_first, case_at_last, fell, rose };
                made[usize::from(Outcome::of(&shown).bits())] = true;
            }
        }
        for bits in 0..=255_u8 {
            assert_eq!(Outcome::from_bits(bits).is_ok(), made[usize::from(bits)], "{bits:#010b}");
        }
        assert_eq!(made.iter().filter(|m| **m).count(), 12);
    }

    #[test]
    fn national_names() {
        let names = Fact::ALL.map(Fact::nhs_england_name).map(|name| name.strip_suffix("_Flag").unwrap());
        let changes = ["ReliableImprovement", "ReliableDeterioration", "NoChange"];
        assert_eq!(names[..4], ["Paired", "Caseness", "NotCaseness", "Recovery"]);
        assert_eq!(names[4..7], changes);
        assert_eq!(names[7], "ReliableRecovery");
    }
}
