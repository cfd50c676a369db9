//! Control limits of a funnel plot: which counts a service of a given size has by chance alone, if its underlying
//! rate is the target's.
//!
//! A count is outside where chance gives a count as far out, or farther, on that side in at most 2.5 % (or 0.1 %) of
//! services of that size. Source: D. J. Spiegelhalter, Funnel plots for comparing institutional performance,
//! Statistics in Medicine 24 (2005), 1185-1202: exact binomial limits of 95 % and 99.8 %.

use crate::rates::Rate;
use alloc::vec::Vec;
use core::iter::successors;

/// The share of services, in per cent, that chance alone leaves inside the limits (at least, as counts are whole).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Coverage {
    /// 95 %, about two standard deviations: worth a look.
    P95,
    /// 99.8 %, about three standard deviations: worth an inquiry.
    P998,
}

impl Coverage {
    /// Both, the narrow one first.
    pub const ALL: [Self; 2] = [Self::P95, Self::P998];

    /// As it is written beside a line: "95" and "99.8", in per cent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P95 => "95",
            Self::P998 => "99.8",
        }
    }

    /// The probability, in thousandths, that may lie beyond either limit.
    const fn tail_per_mille(self) -> f64 {
        match self {
            Self::P95 => 25.0,
            Self::P998 => 1.0,
        }
    }
}

/// Where a count lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Position {
    /// Below the lower limit.
    Below,
    /// Between the limits, or on one.
    Inside,
    /// Above the upper limit.
    Above,
}

/// The limits for services of one size, as counts and, for a curve, as percentages.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Limits {
    lower: u64,
    upper: u64,
    lower_percent: f64,
    upper_percent: f64,
}

impl Limits {
    /// The lowest count inside: the largest with P(fewer) at most 2.5 % (or 0.1 %).
    #[must_use]
    pub const fn lower(&self) -> u64 {
        self.lower
    }

    /// The highest count inside: the smallest with P(more) at most 2.5 % (or 0.1 %).
    #[must_use]
    pub const fn upper(&self) -> u64 {
        self.upper
    }

    /// The lower limit as a smooth curve has it, from 0 to 100.
    ///
    /// Between the highest count outside and the lowest one inside, where straight lines between the cumulative
    /// probabilities reach the level (Spiegelhalter 2005, appendix A.1), so a count is below the curve where
    /// it is outside, and only there.
    #[must_use]
    pub const fn lower_percent(&self) -> f64 {
        self.lower_percent
    }

    /// The upper limit as a smooth curve has it, from 0 to 100: the mirror image of the lower one.
    ///
    /// Spiegelhalter's own upper curve is one person lower, and has the highest count inside above it. That the
    /// mirror image keeps both tails below their level: B. N. Manktelow and S. E. Seaton, PLoS ONE 7 (2012), e45723.
    #[must_use]
    pub const fn upper_percent(&self) -> f64 {
        self.upper_percent
    }

    /// Where a count of a service of this size lies.
    #[must_use]
    pub const fn position(&self, count: u64) -> Position {
        if count < self.lower {
            Position::Below
        } else if count > self.upper {
            Position::Above
        } else {
            Position::Inside
        }
    }
}

/// The largest size of a service that has limits.
pub const LARGEST_SIZE: u64 = 1_000_000_000;

/// The limits for a service with `size` persons in its denominator.
///
/// Binomial probabilities are computed from the exact target, relative to that of the most likely count: their
/// relative error is below 10^-10 up to [`LARGEST_SIZE`], and what agrees with the level to 9 digits counts as equal
/// to it, as in the rare cases where it is equal. The time grows with the square root of the size (0.1 ms for a
/// million).
///
/// `None` where the target has no denominator, or the size is above [`LARGEST_SIZE`].
///
/// ```
/// use iapt_core::Rate;
/// use iapt_core::charts::funnel::{Coverage, Position, limits};
/// let target = Rate::new(50, 100)?;
/// let small = limits(target, 40, Coverage::P95).ok_or("no limits")?;
/// assert_eq!((small.lower(), small.upper()), (14, 26)); // 35 % to 65 %
/// assert_eq!(small.position(13), Position::Below);
/// let large = limits(target, 4000, Coverage::P95).ok_or("no limits")?;
/// assert_eq!((large.lower(), large.upper()), (1938, 2062)); // 48.45 % to 51.55 %
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn limits(target: Rate, size: u64, coverage: Coverage) -> Option<Limits> {
    if target.denominator() == 0 || size > LARGEST_SIZE {
        return None;
    }
    let binomial = Binomial::new(target, size);
    let level = coverage.tail_per_mille() / 1000.0 * binomial.total;
    let below = edge(&binomial.below, binomial.total, level);
    let above = edge(&binomial.above, binomial.total, level);
    let (lower, upper) = (binomial.mode.saturating_sub(below.steps), binomial.mode.saturating_add(above.steps));
    let percent = |count: f64| if size == 0 { 0.0 } else { (100.0 * count / float(size)).clamp(0.0, 100.0) };
    let upper_percent = if size == 0 { 100.0 } else { percent(float(upper) + above.beyond) };
    Some(Limits { lower, upper, lower_percent: percent(float(lower) - below.beyond), upper_percent })
}

/// The binomial distribution, relative to the probability of its most likely count.
struct Binomial {
    mode: u64,
    /// Of the most likely count, the one below it, and so on, as far as it matters.
    below: Vec<f64>,
    /// Of the most likely count, the one above it, and so on.
    above: Vec<f64>,
    total: f64,
}

/// Ten standard deviations out: all that is left out is less than 10^-18 of the total.
const NEGLIGIBLE: f64 = 1e-22;

impl Binomial {
    fn new(rate: Rate, size: u64) -> Self {
        let (hits, of) = (u128::from(rate.numerator()), u128::from(rate.denominator()));
        let mode = u64::try_from((u128::from(size) + 1) * hits / of).map_or(size, |mode| mode.min(size));
        let (yes, no) = (float(rate.numerator()), float(rate.denominator() - rate.numerator()));
        let down = |(count, weight): &(u64, f64)| {
            let less = count.checked_sub(1)?;
            Some((less, weight * (float(*count) * no) / (float(size - less) * yes)))
        };
        let up = |(count, weight): &(u64, f64)| {
            let more = (*count < size).then_some(count + 1)?;
            Some((more, weight * (float(size - count) * yes) / (float(more) * no)))
        };
        let below = weights(successors(Some((mode, 1.0)), down));
        let above = weights(successors(Some((mode, 1.0)), up));
        // Smallest first; the most likely count is in both.
        let total = below.iter().rev().sum::<f64>() + above.iter().skip(1).rev().sum::<f64>();
        Self { mode, below, above, total }
    }
}

fn weights(counts: impl Iterator<Item = (u64, f64)>) -> Vec<f64> {
    counts.map(|(_, weight)| weight).take_while(|weight| *weight > NEGLIGIBLE).collect()
}

/// How far from the most likely count a limit lies.
struct Edge {
    steps: u64,
    /// How much farther out, from 0 to 1, the curve lies.
    beyond: f64,
}

/// What agrees to so many digits is equal.
const TOLERANCE: f64 = 1e-9;

/// The last count, going outwards, beyond which lies at most `level` of the total.
fn edge(side: &[f64], total: f64, level: f64) -> Edge {
    let mut beyond = 0.0;
    for (steps, weight) in (0_u64..).zip(side).rev() {
        if beyond + weight > level * (1.0 + TOLERANCE) {
            return Edge { steps, beyond: ((beyond + weight - level) / weight).clamp(0.0, 1.0) };
        }
        beyond += weight;
    }
    // One side is less than the level only where nearly all lies on the other one.
    Edge { steps: 0, beyond: (total - level) / total }
}

#[allow(clippy::cast_precision_loss, reason = "the error is part of the accuracy that is stated")]
fn float(count: u64) -> f64 {
    count as f64
}
