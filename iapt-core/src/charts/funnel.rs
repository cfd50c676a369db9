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
/// to it, as in the rare cases where it is equal. The time grows with the square root of the size (0.2 ms for a
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
    let below = edge(&binomial.below, level);
    let above = edge(&binomial.above, level);
    let (lower, upper) =
        (binomial.mode.saturating_sub(below.steps), binomial.mode.saturating_add(above.steps));
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

/// The last count, going outwards, beyond which lies at most `level`.
fn edge(side: &[f64], level: f64) -> Edge {
    let mut beyond = 0.0;
    for (steps, weight) in side.iter().enumerate().rev() {
        if beyond + weight > level * (1.0 + TOLERANCE) {
            let steps = u64::try_from(steps).unwrap_or(u64::MAX);
            return Edge { steps, beyond: ((beyond + weight - level) / weight).clamp(0.0, 1.0) };
        }
        beyond += weight;
    }
    // Never reached: the most likely count with all on one side of it is far more than the level.
    Edge { steps: 0, beyond: 1.0 }
}

#[allow(clippy::cast_precision_loss, reason = "the error is part of the accuracy that is stated")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(numerator: u64, denominator: u64, size: u64, coverage: Coverage) -> Limits {
        limits(Rate::new(numerator, denominator).unwrap(), size, coverage).unwrap()
    }

    /// The weights of all counts, times the denominator to the power of the size: exact.
    fn exact(numerator: u64, denominator: u64, size: u64) -> Vec<u128> {
        let (yes, no) = (u128::from(numerator), u128::from(denominator - numerator));
        let mut row = vec![1];
        for _ in 0..size {
            let mut next = vec![0; row.len() + 1];
            for (at, weight) in row.iter().enumerate() {
                next[at] += weight * no;
                next[at + 1] += weight * yes;
            }
            row = next;
        }
        row
    }

    fn exact_limits(weights: &[u128], coverage: Coverage) -> (u64, u64) {
        let per_mille = if coverage == Coverage::P95 { 25 } else { 1 };
        let level = weights.iter().sum::<u128>() * per_mille;
        let small = |tail: &[u128]| tail.iter().sum::<u128>() * 1000 <= level;
        let lower = (0..weights.len()).rev().find(|at| small(&weights[..*at])).unwrap();
        let upper = (0..weights.len()).find(|at| small(&weights[at + 1..])).unwrap();
        (u64::try_from(lower).unwrap(), u64::try_from(upper).unwrap())
    }

    #[test]
    fn small_sizes_agree_with_exact_integers() {
        for (denominator, largest) in [(1, 40), (2, 100), (3, 60), (10, 33), (20, 25), (40, 20), (1000, 11)] {
            for (numerator, size) in (0..=denominator).flat_map(|n| (0..=largest).map(move |size| (n, size)))
            {
                let weights = exact(numerator, denominator, size);
                for coverage in Coverage::ALL {
                    let found = of(numerator, denominator, size, coverage);
                    let wanted = exact_limits(&weights, coverage);
                    let what = (numerator, denominator, size, coverage);
                    assert_eq!((found.lower(), found.upper()), wanted, "{what:?}");
                    for count in 0..=size {
                        let (is_below, is_above) = (count < wanted.0, count > wanted.1);
                        assert_eq!(found.position(count) == Position::Below, is_below, "{count} of {what:?}");
                        assert_eq!(found.position(count) == Position::Above, is_above, "{count} of {what:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_tail_that_equals_the_level_is_within_it() {
        // P(X > 2) is 1/10 to the third power; P(X > 0) is 1/40.
        assert_eq!(of(1, 10, 3, Coverage::P998).upper(), 2);
        assert_eq!(of(1, 40, 1, Coverage::P95).upper(), 0);
        assert_eq!(of(39, 40, 1, Coverage::P95).lower(), 1);
    }

    #[test]
    fn no_target_or_no_size() {
        assert_eq!(limits(Rate::new(0, 0).unwrap(), 10, Coverage::P95), None);
        assert_eq!(limits(Rate::new(1, 2).unwrap(), LARGEST_SIZE + 1, Coverage::P95), None);
        assert!(limits(Rate::new(1, 2).unwrap(), LARGEST_SIZE, Coverage::P95).is_some());
        assert_eq!(Coverage::ALL.map(Coverage::name), ["95", "99.8"]);
        let none = of(1, 2, 0, Coverage::P998);
        assert_eq!((none.lower(), none.upper()), (0, 0));
        assert_eq!((none.lower_percent(), none.upper_percent()), (0.0, 100.0));
    }

    #[test]
    fn agrees_with_scipy() {
        // scipy.stats.binom, its cdf, sf and pmf put into the definitions.
        let rows = [
            ((50, 100, 100), Coverage::P95, (40, 60), (39.68240417, 60.31759583)),
            ((50, 100, 100), Coverage::P998, (35, 65), (34.12158837, 65.87841163)),
            ((902, 1760, 250), Coverage::P95, (113, 144), (44.84949251, 57.63960991)),
            ((902, 1760, 250), Coverage::P998, (104, 152), (41.28098394, 61.18082821)),
            ((67, 100, 1234), Coverage::P95, (794, 859), (64.32259482, 69.65160607)),
            ((67, 100, 1234), Coverage::P998, (775, 877), (62.78511016, 71.13617391)),
            ((48, 100, 20000), Coverage::P95, (9462, 9738), (47.30520289, 48.69498405)),
            ((48, 100, 20000), Coverage::P998, (9382, 9818), (46.90611712, 49.09444467)),
            ((6, 100, 77), Coverage::P95, (1, 9), (0.51038516, 12.53921225)),
            ((6, 100, 77), Coverage::P998, (0, 12), (0.00000000, 16.55528874)),
            ((1, 1000, 50000), Coverage::P95, (37, 64), (0.07225414, 0.12964652)),
            ((1, 1000, 50000), Coverage::P998, (30, 73), (0.05825917, 0.14747748)),
            ((999, 1000, 3000), Coverage::P95, (2993, 3000), (99.75363579, 100.00000000)),
            ((999, 1000, 3000), Coverage::P998, (2990, 3000), (99.66275713, 100.00000000)),
            ((50, 100, 1000000), Coverage::P95, (499020, 500980), (49.90195178, 50.09804822)),
            ((50, 100, 1000000), Coverage::P998, (498455, 501545), (49.84543842, 50.15456158)),
            ((4673, 10000, 5000000), Coverage::P95, (2334313, 2338687), (46.68625832, 46.77374292)),
            ((4673, 10000, 5000000), Coverage::P998, (2333053, 2339948), (46.66104011, 46.79896362)),
            ((319999, 640000, 640000), Coverage::P95, (319215, 320783), (49.87726783, 50.12241967)),
            ((319999, 640000, 640000), Coverage::P998, (318763, 321235), (49.80662618, 50.19306133)),
        ];
        for ((numerator, denominator, size), coverage, counts, percents) in rows {
            let found = of(numerator, denominator, size, coverage);
            assert_eq!((found.lower(), found.upper()), counts);
            assert!((found.lower_percent() - percents.0).abs() < 1e-7, "{found:?}");
            assert!((found.upper_percent() - percents.1).abs() < 1e-7, "{found:?}");
        }
    }

    proptest! {
        #[test]
        fn the_curve_separates_what_the_counts_separate(of_hundred in 1_u64..100, size in 1_u64..3000) {
            for coverage in Coverage::ALL {
                let limits = of(of_hundred, 100, size, coverage);
                let (lower, upper) = (float(limits.lower()), float(limits.upper()));
                let (low, high) = (limits.lower_percent(), limits.upper_percent());
                let size = float(size);
                prop_assert!((lower - 1.0).max(0.0) / size * 100.0 <= low + 1e-9 && low <= lower / size * 100.0 + 1e-9);
                prop_assert!(upper / size * 100.0 <= high + 1e-9 && high <= (upper + 1.0).min(size) / size * 100.0 + 1e-9);
            }
        }

        #[test]
        fn the_limits_of_those_without_are_the_mirror_image(numerator in 0_u64..=1000, size in 1_u64..100_000) {
            for coverage in Coverage::ALL {
                let (with, without) = (of(numerator, 1000, size, coverage), of(1000 - numerator, 1000, size, coverage));
                prop_assert_eq!((with.lower(), with.upper()), (size - without.upper(), size - without.lower()));
                prop_assert!((with.lower_percent() - 100.0 + without.upper_percent()).abs() < 1e-6);
            }
        }

        #[test]
        fn any_input_has_limits_in_order(a in any::<u64>(), b in any::<u64>(), size in 0..=LARGEST_SIZE) {
            let rate = Rate::new(a.min(b), a.max(b)).unwrap();
            let narrow = limits(rate, size, Coverage::P95).unwrap();
            let wide = limits(rate, size, Coverage::P998).unwrap();
            prop_assert!(wide.lower() <= narrow.lower() && narrow.upper() <= wide.upper() && wide.upper() <= size);
            prop_assert!(wide.lower_percent() <= narrow.lower_percent() && narrow.upper_percent() <= wide.upper_percent());
            prop_assert_eq!(narrow.position(narrow.upper() + 1), Position::Above);
        }
    }
}
