//! How many referrals of a service have each fact.

use crate::error::{Error, ErrorKind};
use crate::outcome::{Fact, Outcome};
use crate::rates::{Rate, Rates};

/// Counts over the referrals of a service that finished a course of treatment, paired or not.
///
/// ```
/// use iapt_core::{Counts, Outcome};
/// let counts: Counts = [155, 69, 0].into_iter().flat_map(Outcome::from_bits).collect();
/// assert_eq!((counts.finished, counts.recovery, counts.not_caseness), (3, 1, 1));
/// # Ok::<(), iapt_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
// Rule RATE-7: In the annual table by therapy the same rates are taken of courses of therapy. Source: NHS
// England, Psychological Therapies annual reports, outcomes by therapy.
pub struct Counts {
    /// Referrals that finished a course of treatment.
    pub finished: u64,
    /// Of these, paired.
    pub paired: u64,
    /// Of these, at caseness at the start.
    pub caseness: u64,
    /// Of these, known not to be at caseness at the start.
    pub not_caseness: u64,
    /// Of these, recovered.
    pub recovery: u64,
    /// Of these, reliably improved.
    pub reliable_improvement: u64,
    /// Of these, reliably deteriorated.
    pub reliable_deterioration: u64,
    /// Of these, without reliable change.
    pub no_reliable_change: u64,
    /// Of these, reliably recovered.
    pub reliable_recovery: u64,
}

impl Counts {
    /// How many have a fact.
    #[must_use]
    pub const fn get(&self, fact: Fact) -> u64 {
        match fact {
            Fact::Paired => self.paired,
            Fact::Caseness => self.caseness,
            Fact::NotCaseness => self.not_caseness,
            Fact::Recovery => self.recovery,
            Fact::ReliableImprovement => self.reliable_improvement,
            Fact::ReliableDeterioration => self.reliable_deterioration,
            Fact::NoReliableChange => self.no_reliable_change,
            Fact::ReliableRecovery => self.reliable_recovery,
        }
    }

    fn get_mut(&mut self, fact: Fact) -> &mut u64 {
        match fact {
            Fact::Paired => &mut self.paired,
            Fact::Caseness => &mut self.caseness,
            Fact::NotCaseness => &mut self.not_caseness,
            Fact::Recovery => &mut self.recovery,
            Fact::ReliableImprovement => &mut self.reliable_improvement,
            Fact::ReliableDeterioration => &mut self.reliable_deterioration,
            Fact::NoReliableChange => &mut self.no_reliable_change,
            Fact::ReliableRecovery => &mut self.reliable_recovery,
        }
    }

    /// Counts one more referral that finished a course of treatment.
    pub fn add(&mut self, outcome: Outcome) {
        self.add_times(outcome, 1);
    }

    /// Counts so many more referrals with the same outcome. Counts beyond 64 bits stay at the largest.
    pub fn add_times(&mut self, outcome: Outcome, times: u64) {
        // Rule RATE-3: Referrals without scores stay in the denominators. Source: NHS England, NHS Talking
        // Therapies metadata, M186, M192 and M195.
        self.finished = self.finished.saturating_add(times);
        for fact in Fact::ALL {
            if outcome.has(fact) {
                let count = self.get_mut(fact);
                *count = count.saturating_add(times);
            }
        }
    }

    /// The five rates, as officially published.
    ///
    /// # Errors
    /// [`ErrorKind::InconsistentCounts`], with the field, where a count exceeds one that contains it.
    pub fn rates(&self) -> Result<Rates, Error> {
        self.check()?;
        // Rule RATE-1: Recovery and reliable recovery rates are shares of those who finished a course less
        // those not at caseness. Source: NHS England, NHS Talking Therapies metadata, M192 and M195.
        let not_known_below = self.finished - self.not_caseness;
        let rate = |fact| {
            let denominator = match fact {
                Fact::Recovery | Fact::ReliableRecovery => not_known_below,
                // Rule RATE-2: Rates of reliable improvement, deterioration and no change are shares of all
                // who finished a course. Source: NHS England, NHS Talking Therapies metadata, M186 and M1010.
                _ => self.finished,
            };
            Rate::new(self.get(fact), denominator).map_err(|e| e.in_field(fact.name()))
        };
        Rates::try_from_fn(rate)
    }

    // Rule RATE-6: Counts that cannot be true together are refused. Source: this project's choice.
    fn check(&self) -> Result<(), Error> {
        let changes = u128::from(self.reliable_improvement)
            + u128::from(self.reliable_deterioration)
            + u128::from(self.no_reliable_change);
        let either = u128::from(self.caseness) + u128::from(self.not_caseness);
        let rules = [
            (self.paired <= self.finished, "paired", "paired exceeds finished"),
            (either <= u128::from(self.finished), "caseness", "caseness and not_caseness exceed finished"),
            (
                changes == u128::from(self.paired),
                "paired",
                "the three kinds of change do not add up to paired",
            ),
            (u128::from(self.paired) <= either, "paired", "paired exceeds caseness and not_caseness"),
            (self.recovery <= self.caseness, "recovery", "recovery exceeds caseness"),
            (self.recovery <= self.paired, "recovery", "recovery exceeds paired"),
            (
                self.reliable_recovery <= self.recovery,
                "reliable_recovery",
                "reliable_recovery exceeds recovery",
            ),
            (
                self.reliable_recovery <= self.reliable_improvement,
                "reliable_recovery",
                "reliable_recovery exceeds reliable_improvement",
            ),
        ];
        match rules.iter().find(|(holds, ..)| !holds) {
            Some((_, field, text)) => Err(Error::new(ErrorKind::InconsistentCounts(text)).in_field(field)),
            None => Ok(()),
        }
    }
}

impl FromIterator<Outcome> for Counts {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Self {
        let mut counts = Self::default();
        outcomes.into_iter().for_each(|outcome| counts.add(outcome));
        counts
    }
}
