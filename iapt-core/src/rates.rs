//! Rates: exact ratios of counts, rounded as they are officially published.

use crate::edition::{Edition, Target};
use crate::error::{Error, ErrorKind};
use crate::outcome::Fact;
use core::fmt;

/// A share of referrals, as an exact ratio. An empty denominator has no percentage: neither 0 nor NaN.
///
/// ```
/// use iapt_core::Rate;
/// let rate = Rate::new(902, 1760)?;
/// assert_eq!(rate.percent().map(|p| p.to_string()).as_deref(), Some("51.3")); // 51.25, half up
/// assert_eq!(Rate::new(0, 0)?.percent(), None);
/// # Ok::<(), iapt_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Rate {
    numerator: u64,
    denominator: u64,
}

impl Rate {
    /// So many of so many.
    ///
    /// # Errors
    /// [`ErrorKind::InconsistentCounts`] where the numerator exceeds a denominator that is not 0.
    pub const fn new(numerator: u64, denominator: u64) -> Result<Self, Error> {
        if numerator > denominator && denominator != 0 {
            let kind = ErrorKind::InconsistentCounts("the numerator exceeds the denominator");
            return Err(Error::new(kind).in_field("numerator"));
        }
        Ok(Self { numerator, denominator })
    }

    /// How many have the outcome.
    #[must_use]
    pub const fn numerator(self) -> u64 {
        self.numerator
    }

    /// Of how many.
    #[must_use]
    pub const fn denominator(self) -> u64 {
        self.denominator
    }

    /// The percentage with one decimal, rounded half up from the exact ratio, as published for England. `None`
    /// where the denominator is 0.
    #[must_use]
    pub fn percent(self) -> Option<Percent> {
        self.rounded(1000).map(Percent)
    }

    /// The percentage as a whole number, rounded half up from the exact ratio, as published for services. `None`
    /// where the denominator is 0.
    #[must_use]
    pub fn whole_percent(self) -> Option<u16> {
        self.rounded(100)
    }

    /// The percentage as it is published for services: from the exact counts, and suppressed where either of them is
    /// small. Where [`disclose`](crate::disclose) hides a count for the sake of another one, its rates must be left out
    /// too: this function sees no table.
    #[must_use]
    // Rule DISCLOSURE-3: Published percentages are whole numbers of the exact counts and suppressed where
    // either count is; that they are rounded half up is this project's choice. Source: NHS England,
    // Psychological Therapies annual reports, tables below the national level.
    pub fn disclosed(self) -> Disclosed<u16> {
        let small = Edition::CURRENT.largest_suppressed_count;
        match self.whole_percent() {
            None => Disclosed::NotApplicable,
            Some(_) if self.numerator <= small || self.denominator <= small => Disclosed::Suppressed,
            Some(percent) => Disclosed::Value(percent),
        }
    }

    /// Whether the exact ratio, before any rounding, reaches a target. `None` where the denominator is 0.
    #[must_use]
    pub fn reaches(self, target: &Target) -> Option<bool> {
        let (n, d) = (u128::from(self.numerator), u128::from(self.denominator));
        // Rule TARGET-2: Whether a target is reached is decided by the exact ratio, before rounding. Source:
        // this project's choice.
        (d > 0).then(|| n * 100 >= d * u128::from(target.percent))
    }

    fn rounded(self, scale: u128) -> Option<u16> {
        let (n, d) = (u128::from(self.numerator), u128::from(self.denominator));
        // Rule RATE-4: A rate without a denominator is none: neither 0 nor not-a-number. Source: this
        // project's choice.
        if d == 0 {
            return None;
        }
        // At most 1000, as the numerator is at most the denominator.
        // Rule ROUNDING-1: Percentages are rounded to one decimal, half up, once, from the exact ratio.
        // Source: NHS England, Psychological Therapies annual reports, every row for England.
        u16::try_from((2 * n * scale + d) / (2 * d)).ok()
    }
}

/// A figure in a table under disclosure control. Zero is a value; suppressed and not applicable are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Disclosed<T> {
    /// It may be shown.
    Value(T),
    /// It is hidden, written `*`.
    Suppressed,
    /// There is none: a rate without a denominator.
    NotApplicable,
}

impl<T: fmt::Display> fmt::Display for Disclosed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Suppressed => f.pad("*"),
            Self::NotApplicable => f.pad("-"),
        }
    }
}

/// A percentage with one decimal, from 0.0 to 100.0; exact, in tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u16);

impl Percent {
    /// The percentage times ten: 513 for 51.3.
    #[must_use]
    pub const fn tenths(self) -> u16 {
        self.0
    }

    /// The float nearest to the rounded percentage.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Percent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.to_f64())
    }
}

/// The five official rates of a service, made by [`Counts::rates`](crate::Counts::rates).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates([Rate; 5]);

impl Rates {
    /// The outcomes that have a rate, in the order of columns and files: recovery (M192), reliable recovery
    /// (M195), reliable improvement (M186), reliable deterioration (M1010), no reliable change.
    pub const FACTS: [Fact; 5] = [
        Fact::Recovery,
        Fact::ReliableRecovery,
        Fact::ReliableImprovement,
        Fact::ReliableDeterioration,
        Fact::NoReliableChange,
    ];

    pub(crate) fn try_from_fn(rate: impl Fn(Fact) -> Result<Rate, Error>) -> Result<Self, Error> {
        let mut rates = [Rate { numerator: 0, denominator: 0 }; 5];
        for (slot, fact) in rates.iter_mut().zip(Self::FACTS) {
            *slot = rate(fact)?;
        }
        Ok(Self(rates))
    }

    /// The rate of an outcome; `None` for facts that have none.
    #[must_use]
    pub fn get(&self, fact: Fact) -> Option<Rate> {
        Self::FACTS.iter().position(|f| *f == fact).map(|at| self.0[at])
    }

    /// The outcomes with their rates.
    pub fn iter(&self) -> impl Iterator<Item = (Fact, Rate)> + '_ {
        Self::FACTS.into_iter().zip(self.0)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Rates {
    /// A map from the names of the rates to numerator and denominator.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().filter_map(|(fact, rate)| Some((rate_name(fact)?, rate))))
    }
}

/// The name of an outcome's rate as it stands in columns: `recovery_rate` for [`Fact::Recovery`]; `None` for
/// facts that have no rate.
#[must_use]
pub const fn rate_name(fact: Fact) -> Option<&'static str> {
    match fact {
        Fact::Recovery => Some("recovery_rate"),
        Fact::ReliableRecovery => Some("reliable_recovery_rate"),
        Fact::ReliableImprovement => Some("reliable_improvement_rate"),
        Fact::ReliableDeterioration => Some("reliable_deterioration_rate"),
        Fact::NoReliableChange => Some("no_reliable_change_rate"),
        Fact::Paired | Fact::Caseness | Fact::NotCaseness => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Counts;
    use alloc::string::ToString;

    #[test]
    fn floats_are_the_nearest_to_what_is_shown() {
        for tenths in 0..=1000 {
            let percent = Percent(tenths);
            assert_eq!(percent.to_string().parse(), Ok(percent.to_f64()));
        }
    }

    #[test]
    fn each_rate_is_found_by_its_outcome() {
        let counts = Counts {
            finished: 12,
            paired: 11,
            caseness: 9,
            not_caseness: 2,
            recovery: 5,
            reliable_improvement: 6,
            reliable_deterioration: 1,
            no_reliable_change: 4,
            reliable_recovery: 3,
        };
        let rates = counts.rates().unwrap();
        for fact in Fact::ALL {
            let rate = rates.get(fact).map(|rate| (rate.numerator, rate.denominator));
            let expected = match fact {
                Fact::Recovery | Fact::ReliableRecovery => Some((counts.get(fact), 10)),
                Fact::Paired | Fact::Caseness | Fact::NotCaseness => None,
                _ => Some((counts.get(fact), 12)),
            };
            assert_eq!(rate, expected, "{fact:?}");
        }
    }
}
