//! How sure a percentage is: Wilson's 95 % interval, by whole numbers alone.

use crate::rates::Rate;
use core::cmp::Ordering;

/// A 95 % interval of a percentage, in tenths of a per cent, rounded half up.
///
/// Source: Wilson, 'Probable inference, the law of succession, and statistical inference', 1927; as recommended for
/// proportions by the Association of Public Health Observatories, technical briefing 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The lower end.
    pub lower: u16,
    /// The upper end.
    pub upper: u16,
}

/// Where an interval lies in relation to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Against {
    /// All of it is above the target.
    Above,
    /// All of it is below the target.
    Below,
    /// The target is in it.
    Across,
}

impl Against {
    /// The name as it stands in columns.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::Below => "below",
            Self::Across => "across",
        }
    }
}

/// The square of the normal quantile 1.959964, in units of 10^-12.
const Z_SQUARED: u128 = 1_959_964 * 1_959_964;
const UNIT: u128 = 1_000_000_000_000;

impl Rate {
    /// The 95 % interval of the rate; `None` where the denominator is 0 or more than 10^9.
    ///
    /// ```
    /// use iapt_core::Rate;
    /// let interval = Rate::new(902, 1760)?.interval().ok_or("no interval")?;
    /// assert_eq!((interval.lower, interval.upper), (489, 536)); // 48.9 % to 53.6 %
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn interval(self) -> Option<Interval> {
        self.interval_in(1)
    }

    /// The same with its ends rounded to so many tenths of a per cent, at once: 53.47 % is 53 %, though 53.5 % would be 54 %.
    pub(crate) fn interval_in(self, tenths: u16) -> Option<Interval> {
        let steps = 1000 / tenths;
        let halves = 2 * u128::from(steps);
        self.has_interval().then(|| Interval {
            // Half a step below a figure rounds up to it.
            lower: tenths * last(steps, |step| step == 0 || self.lies_above_or_at(2 * step - 1, halves)),
            upper: tenths * last(steps, |step| step == 0 || !self.lies_below(2 * step - 1, halves)),
        })
    }

    /// Where the 95 % interval lies in relation to a target in per cent.
    #[must_use]
    // Rule REPORT-7: A figure is above or below its target only where the whole interval is. Source: this
    // project's choice.
    pub fn against(self, percent: u8) -> Option<Against> {
        self.has_interval().then(|| {
            let target = u128::from(percent);
            if self.lies_above(target, 100) {
                Against::Above
            } else if self.lies_below(target, 100) {
                Against::Below
            } else {
                Against::Across
            }
        })
    }

    fn has_interval(self) -> bool {
        (1..=1_000_000_000).contains(&self.denominator())
    }

    /// Whether the lower end of the interval is above the fraction `part / whole`.
    fn lies_above(self, part: u128, whole: u128) -> bool {
        self.exceeds(part, whole) && self.outside(part, whole).is_gt()
    }

    fn lies_above_or_at(self, part: u128, whole: u128) -> bool {
        self.exceeds(part, whole) && self.outside(part, whole).is_ge()
    }

    /// Whether the upper end of the interval is below the fraction.
    fn lies_below(self, part: u128, whole: u128) -> bool {
        let (x, n) = (u128::from(self.numerator()), u128::from(self.denominator()));
        x * whole < part * n && self.outside(part, whole).is_gt()
    }

    fn exceeds(self, part: u128, whole: u128) -> bool {
        u128::from(self.numerator()) * whole > part * u128::from(self.denominator())
    }

    /// The score test: a fraction `p` is outside the interval where `(x - n p)^2 > z^2 n p (1 - p)`, at its end where
    /// the two are equal. Both sides are taken times `whole^2 UNIT / n`, so that nothing overflows.
    // Rule REPORT-6: The interval of a percentage is Wilson's of 95 %, rounded half up, by whole numbers
    // alone. Source: Wilson 1927; Association of Public Health Observatories, technical briefing 3.
    fn outside(self, part: u128, whole: u128) -> Ordering {
        let (x, n) = (u128::from(self.numerator()), u128::from(self.denominator()));
        let gap = (x * whole).abs_diff(n * part);
        let (quotient, rest) = (gap * gap / n * UNIT, gap * gap % n * UNIT);
        let reach = Z_SQUARED * part * whole.saturating_sub(part);
        (quotient + rest / n).cmp(&reach).then((rest % n).cmp(&0))
    }
}

/// The largest number of steps for which something holds that holds up to it.
fn last(most: u16, holds: impl Fn(u128) -> bool) -> u16 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if holds(u128::from(middle)) { low = middle } else { high = middle - 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    // Proves REPORT-6.
    fn agrees_with_the_formula() {
        let z = 1.959_964_f64;
        for n in (1..400_u64).chain([1_760, 99_999, 670_000, 1_000_000_000]) {
            for x in (0..=n).step_by(usize::try_from(n.div_ceil(50)).unwrap()).chain([n]) {
                let (p, m) = (x as f64 / n as f64, n as f64);
                let middle = p + z * z / (2.0 * m);
                let half = z * (p * (1.0 - p) / m + z * z / (4.0 * m * m)).sqrt();
                let ends = [middle - half, middle + half].map(|end| end / (1.0 + z * z / m) * 1000.0);
                let found = Rate::new(x, n).unwrap().interval().unwrap();
                for (end, tenths) in ends.into_iter().zip([found.lower, found.upper]) {
                    assert!((end - f64::from(tenths)).abs() <= 0.5 + 1e-6, "{x}/{n}: {end} {tenths}");
                }
                let whole = Rate::new(x, n).unwrap().interval_in(10).unwrap();
                for (end, tenths) in ends.into_iter().zip([whole.lower, whole.upper]) {
                    assert_eq!(tenths % 10, 0);
                    assert!((end - f64::from(tenths)).abs() <= 5.0 + 1e-6, "{x}/{n}: {end} {tenths}");
                }
            }
        }
    }

    /// Where both sides fit whole into 128 bits, they can be compared at once.
    #[test]
    // Proves REPORT-6.
    fn compares_exactly() {
        let rates = (1..=40_u64)
            .chain([9_999, 10_000_000_000_000])
            .flat_map(|n| (0..=n.min(40)).chain([n / 2, n - 1, n]).map(move |x| Rate::new(x, n).unwrap()));
        for rate in rates {
            let (x, n) = (u128::from(rate.numerator()), u128::from(rate.denominator()));
            for (part, whole) in
                [1, 2, 7, 100, 200].into_iter().flat_map(|whole| (0..=whole).map(move |p| (p, whole)))
            {
                let gap = (x * whole).abs_diff(n * part);
                let Some(square) = (gap * gap).checked_mul(UNIT) else { continue };
                let expected = square.cmp(&(Z_SQUARED * part * (whole - part) * n));
                assert_eq!(rate.outside(part, whole), expected, "{rate:?} {part}/{whole}");
            }
        }
    }

    #[test]
    // Proves REPORT-7.
    fn targets() {
        let against = |x, n, percent| Rate::new(x, n).unwrap().against(percent);
        assert_eq!(against(59, 100, 50), Some(Against::Across));
        assert_eq!(against(60, 100, 50), Some(Against::Above));
        assert_eq!(against(40, 100, 50), Some(Against::Below));
        assert_eq!(against(0, 0, 50), None);
        assert_eq!(against(100, 100, 95), Some(Against::Above));
        assert_eq!(against(0, 10, 0), Some(Against::Across));
        assert_eq!(against(10, 10, 100), Some(Against::Across));
        assert_eq!(
            [Against::Above, Against::Below, Against::Across].map(Against::name),
            ["above", "below", "across"]
        );
    }

    #[test]
    fn nothing_and_too_much_have_no_interval() {
        let has = |n| Rate::new(0, n).unwrap().interval().is_some();
        assert_eq!([0, 1, 1_000_000_000, 1_000_000_001].map(has), [false, true, true, false]);
        assert_eq!(Rate::new(0, 1_000_000_001).unwrap().against(50), None);
    }
}
