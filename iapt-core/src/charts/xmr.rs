//! XmR charts: a run chart with its mean, its natural process limits and the points that chance alone hardly explains.
//!
//! The rules are those of NHS England's "Making data count": SPC Charts SQL Query v2.6 (10 January 2024) and the
//! checks of its Single Chart Tool v5.0.
//!
//! - The limits are the mean plus and minus 2.66 times the mean moving range, the mean of the absolute differences
//!   between consecutive points. 2.66 is 3 / 1.128: three sigma, where 1.128 is the mean range of two draws from a normal
//!   distribution in standard deviations. Moving ranges are never left out for being large.
//! - With 12 points or fewer there is a mean, but there are no limits and no signals.
//! - *Single point*: beyond a limit.
//! - *Shift*: 6 or more points in a row above the mean, or below it. A point on the mean ends the run.
//! - *Trend*: 6 or more points in a row, each higher than the one before, or each lower. An equal one ends the run.
//! - *Two of three*: of three points in a row on one side of the mean, two or three beyond two thirds of the way to
//!   the limit, points beyond the limit included; those two or three are marked.
//!
//! Before version 2.6 a run was of 7 points, and a point beyond a limit was none of the two; the number may be set to 6,
//! 7 or 8. A missing month is skipped, as the guidance asks: the points before and after it are consecutive.
//!
//! Everything is decided in whole numbers: each value is taken in billionths, and a point on a line is on it.

use crate::error::{Error, ErrorKind};
use crate::score::Score;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// What a chart is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rules {
    points_for_significance: usize,
}

impl Rules {
    /// The rules as last published: 6 points for a shift or a trend.
    pub const CURRENT: Self = Self { points_for_significance: 6 };

    /// The fewest points with which a chart has limits and signals.
    pub const MINIMUM_POINTS: usize = 13;

    /// What [`Rules::with_points_for_significance`] takes, for messages.
    pub const WANTED_POINTS: &'static str = "must be 6, 7 or 8";

    /// The same rules with 6, 7 or 8 points for a shift or a trend; `None` for another number.
    #[must_use]
    pub const fn with_points_for_significance(points: usize) -> Option<Self> {
        match points {
            6..=8 => Some(Self { points_for_significance: points }),
            _ => None,
        }
    }

    /// How many points in a row are a shift or a trend.
    #[must_use]
    pub const fn points_for_significance(self) -> usize {
        self.points_for_significance
    }
}

/// Limits lie 2.66 mean moving ranges from the mean: this many hundredths.
const LIMIT_HUNDREDTHS: i128 = 266;

macro_rules! signals {
    ($($(#[$doc:meta])* $variant:ident = $bit:literal, $name:literal;)+) => {
        /// Why a point is special cause variation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
        #[repr(u8)]
        pub enum Signal {
            $($(#[$doc])* $variant = 1 << $bit,)+
        }

        impl Signal {
            /// All of them.
            pub const ALL: [Self; 8] = [$(Self::$variant),+];

            /// The name, the same in every language.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

signals! {
    /// A single point above the upper limit.
    AboveLimit = 0, "above_limit";
    /// A single point below the lower limit.
    BelowLimit = 1, "below_limit";
    /// Part of a run above the mean.
    ShiftAbove = 2, "shift_above";
    /// Part of a run below the mean.
    ShiftBelow = 3, "shift_below";
    /// Part of a rising run.
    TrendRising = 4, "trend_rising";
    /// Part of a falling run.
    TrendFalling = 5, "trend_falling";
    /// Two of three close to the upper limit or beyond it.
    TwoOfThreeAbove = 6, "two_of_three_above";
    /// Two of three close to the lower limit or beyond it.
    TwoOfThreeBelow = 7, "two_of_three_below";
}

/// The signals of one point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Signals(u8);

impl Signals {
    /// Whether there is none: common cause variation, or no value.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a signal is among them.
    #[must_use]
    pub const fn has(self, signal: Signal) -> bool {
        self.0 & signal as u8 != 0
    }

    /// The signals.
    pub fn iter(self) -> impl Iterator<Item = Signal> {
        Signal::ALL.into_iter().filter(move |signal| self.has(*signal))
    }

    const fn add(&mut self, signal: Signal) {
        self.0 |= signal as u8;
    }
}

/// An XmR chart, in the unit of its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Xmr {
    /// The mean of the values that are there, the centre line; `None` where there are none.
    pub mean: Option<f64>,
    /// The lower and the upper natural process limit; `None` with fewer than [`Rules::MINIMUM_POINTS`] values. They may
    /// lie beyond what a value can be, such as below 0 per cent.
    pub limits: Option<(f64, f64)>,
    /// The signals of each value, in the order given; a missing value has none.
    pub signals: Vec<Signals>,
}

impl Xmr {
    /// The chart of a series in the order of time, of which missing values are skipped.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] for a value beyond a billion or a series of more than a million values, with the row at
    /// fault; [`ErrorKind::OutOfMemory`].
    ///
    /// ```
    /// use iapt_core::Score;
    /// use iapt_core::charts::xmr::{Rules, Signal, Xmr};
    /// let months = [48, 52, 49, 51, 50, 47, 53, 48, 52, 50, 49, 51, 65];
    /// let chart = Xmr::of(&months.map(|percent| Some(Score::whole(percent))), Rules::CURRENT)?;
    /// let (lower, upper) = chart.limits.unwrap_or_default();
    /// assert_eq!(format!("{lower:.1} to {upper:.1}"), "40.7 to 61.6");
    /// assert!(chart.signals[12].has(Signal::AboveLimit) && chart.signals[11].is_empty());
    /// # Ok::<(), iapt_core::Error>(())
    /// ```
    pub fn of(values: &[Option<Score>], rules: Rules) -> Result<Self, Error> {
        let series = Series::read(values)?;
        let mut signals = reserved(values.len())?;
        signals.resize(values.len(), Signals::default());
        if series.has_limits() {
            mark(&series.points()?, rules, &mut signals);
        }
        Ok(Self { mean: series.mean(), limits: series.limits(), signals })
    }
}

fn reserved<T>(len: usize) -> Result<Vec<T>, Error> {
    let mut list = Vec::new();
    list.try_reserve_exact(len).map_err(|_| ErrorKind::OutOfMemory)?;
    Ok(list)
}

/// Values are taken in these parts of one.
const PARTS: i128 = 1_000_000_000;
/// With these, every product stays inside 128 bits.
const LARGEST_VALUE: i128 = 1_000_000_000 * PARTS;
const LONGEST: usize = 1_000_000;

fn in_parts(value: Score) -> i128 {
    let (numerator, denominator) = (i128::from(value.numerator()), i128::from(value.denominator()));
    (2 * numerator * PARTS + denominator).div_euclid(2 * denominator)
}

/// The values that are there, each with its row.
struct Series {
    values: Vec<(usize, i128)>,
    count: i128,
    sum: i128,
    /// The sum of the moving ranges, of which there is one less than values.
    range_sum: i128,
}

impl Series {
    fn read(given: &[Option<Score>]) -> Result<Self, Error> {
        let mut values = reserved(given.len())?;
        for (row, value) in given.iter().enumerate() {
            let Some(value) = value.map(in_parts) else { continue };
            if value.abs() > LARGEST_VALUE || row >= LONGEST {
                return Err(Error::from(ErrorKind::TooLarge).in_row(row));
            }
            values.push((row, value));
        }
        let sum = values.iter().map(|(_, value)| value).sum();
        let range_sum = values.windows(2).map(moving_range).sum();
        // At most `LONGEST`.
        let count = i128::try_from(values.len()).unwrap_or(i128::MAX);
        Ok(Self { values, count, sum, range_sum })
    }

    const fn has_limits(&self) -> bool {
        self.values.len() >= Rules::MINIMUM_POINTS
    }

    fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| float(self.sum) / float(self.count * PARTS))
    }

    fn limits(&self) -> Option<(f64, f64)> {
        let mean = self.mean().filter(|_| self.has_limits())?;
        let away = float(LIMIT_HUNDREDTHS * self.range_sum) / float(100 * (self.count - 1) * PARTS);
        Some((mean - away, mean + away))
    }

    fn points(&self) -> Result<Vec<Point>, Error> {
        let mut points = reserved(self.values.len())?;
        points.extend(self.values.iter().map(|(row, value)| self.place(*row, *value)));
        Ok(points)
    }

    fn place(&self, row: usize, value: i128) -> Point {
        let from_mean = value * self.count - self.sum;
        // Distances from the mean, each times 300 * count * (count - 1).
        let distance = from_mean.abs() * 300 * (self.count - 1);
        let third_of_the_way = LIMIT_HUNDREDTHS * self.range_sum * self.count;
        Point {
            row,
            value,
            side: from_mean.cmp(&0),
            close: distance > 2 * third_of_the_way,
            outside: distance > 3 * third_of_the_way,
        }
    }
}

fn moving_range(pair: &[(usize, i128)]) -> i128 {
    if let [(_, one), (_, next)] = pair { (next - one).abs() } else { 0 }
}

/// A value as it lies to the lines.
struct Point {
    row: usize,
    value: i128,
    /// Less or greater than the mean.
    side: Ordering,
    /// Beyond two thirds of the way to the limit.
    close: bool,
    /// Beyond the limit.
    outside: bool,
}

fn mark(points: &[Point], rules: Rules, signals: &mut [Signals]) {
    use Signal::{
        AboveLimit, BelowLimit, ShiftAbove, ShiftBelow, TrendFalling, TrendRising, TwoOfThreeAbove,
        TwoOfThreeBelow,
    };
    let sides = [
        (Ordering::Greater, AboveLimit, ShiftAbove, TrendRising, TwoOfThreeAbove),
        (Ordering::Less, BelowLimit, ShiftBelow, TrendFalling, TwoOfThreeBelow),
    ];
    let run = rules.points_for_significance;
    for (side, limit, shift, trend, two_of_three) in sides {
        let on_side = |window: &[Point]| window.iter().all(|point| point.side == side);
        let moves_on = |window: &[Point]| window.is_sorted_by(|one, next| next.value.cmp(&one.value) == side);
        let two_close = |window: &[Point]| window.iter().filter(|point| point.close).count() >= 2;
        let mut mark =
            |signal, length: usize, holds: &dyn Fn(&[Point]) -> bool, marked: fn(&Point) -> bool| {
                for point in
                    points.windows(length).filter(|window| holds(window)).flatten().filter(|p| marked(p))
                {
                    if let Some(slot) = signals.get_mut(point.row) {
                        slot.add(signal);
                    }
                }
            };
        mark(limit, 1, &on_side, |point| point.outside);
        mark(shift, run, &on_side, |_| true);
        mark(trend, run, &moves_on, |_| true);
        mark(two_of_three, 3, &|window| on_side(window) && two_close(window), |point| point.close);
    }
}

#[allow(clippy::cast_precision_loss, reason = "for drawing: nothing is decided by it")]
fn float(parts: i128) -> f64 {
    parts as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(values: &[i64]) -> Vec<Option<Score>> {
        values.iter().map(|value| Some(Score::whole(*value))).collect()
    }

    fn chart(values: &[i64]) -> Xmr {
        Xmr::of(&whole(values), Rules::CURRENT).unwrap()
    }

    /// The rows with a signal.
    fn rows(chart: &Xmr, signal: Signal) -> Vec<usize> {
        (0..chart.signals.len()).filter(|row| chart.signals[*row].has(signal)).collect()
    }

    /// Ten quiet points about 50, to put others behind.
    const QUIET: [i64; 10] = [49, 51, 49, 51, 49, 51, 49, 51, 49, 51];

    fn after_quiet(values: &[i64]) -> Xmr {
        chart(&[&QUIET, values].concat())
    }

    #[test]
    fn limits_by_hand() {
        // Mean 23.2; the 14 moving ranges add up to 76.
        let chart = chart(&[20, 24, 20, 26, 22, 16, 18, 16, 31, 28, 34, 26, 30, 19, 18]);
        let (lower, upper) = chart.limits.unwrap();
        assert!((chart.mean.unwrap() - 23.2).abs() < 1e-12);
        assert!((lower - 8.76).abs() < 1e-9 && (upper - 37.64).abs() < 1e-9);
    }

    /// The same values in another unit have the same chart in that unit.
    #[test]
    fn fractions_have_the_limits_of_whole_values() {
        let values = [20, 24, 20, 26, 22, 16, 18, 16, 31, 28, 34, 26, 30, 19, 18];
        let parts = values.map(|value| Some(Score::ratio(value, 7).unwrap()));
        let (whole, sevenths) = (chart(&values), Xmr::of(&parts, Rules::CURRENT).unwrap());
        let near = |whole: f64, seventh: f64| (whole / 7.0 - seventh).abs() < 1e-8;
        assert!(near(whole.mean.unwrap(), sevenths.mean.unwrap()));
        let (whole, sevenths) = (whole.limits.unwrap(), sevenths.limits.unwrap());
        assert!(near(whole.0, sevenths.0) && near(whole.1, sevenths.1));
    }

    #[test]
    fn no_limits_and_no_signals_below_thirteen_points() {
        let twelve = chart(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99]);
        assert_eq!((twelve.limits, twelve.mean), (None, Some(165.0 / 12.0)));
        assert!(twelve.signals.iter().all(|signals| signals.is_empty()));
        assert!(chart(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]).limits.is_some());
        assert_eq!(chart(&[]), Xmr { mean: None, limits: None, signals: Vec::new() });
    }

    #[test]
    fn a_point_on_a_limit_is_inside() {
        // The mean is 0. The moving ranges add up to 600, so the limits are 2.66 * 600 / 12 = 133 away.
        let on = chart(&[0, 0, 133, 0, 0, 0, -133, 0, 17, 0, -17, 0, 0]);
        assert_eq!(rows(&on, Signal::AboveLimit), [0; 0]);
        // To 604, and 133.9 away.
        let beyond = chart(&[0, 0, 134, 0, 0, 0, -134, 0, 17, 0, -17, 0, 0]);
        assert_eq!(
            (rows(&beyond, Signal::AboveLimit), rows(&beyond, Signal::BelowLimit)),
            (vec![2], vec![6])
        );
    }

    #[test]
    fn a_point_two_thirds_of_the_way_to_a_limit_is_not_close() {
        // The mean is 0. The moving ranges add up to 900, so that two thirds of the way are 2.66 * 900 / 12 * 2 / 3 = 133.
        let on = chart(&[0, 0, 133, 133, 5, -133, -133, -5, 92, -92, 0, 0, 0]);
        assert!(on.signals.iter().all(|signals| signals.is_empty()));
        // To 904, and 133.6.
        let beyond = chart(&[0, 0, 134, 134, 5, -134, -134, -5, 92, -92, 0, 0, 0]);
        assert_eq!(rows(&beyond, Signal::TwoOfThreeAbove), [2, 3]);
        assert_eq!(rows(&beyond, Signal::TwoOfThreeBelow), [5, 6]);
    }

    #[test]
    fn equal_values_are_on_the_mean_whatever_the_float_says() {
        let same = Xmr::of(&[Some("51.3".parse().unwrap()); 13], Rules::CURRENT).unwrap();
        assert!(same.signals.iter().all(|signals| signals.is_empty()));
    }

    #[test]
    fn a_shift_is_six_points_on_one_side() {
        assert_eq!(rows(&after_quiet(&[52, 53, 52, 53, 52]), Signal::ShiftAbove), [9, 10, 11, 12, 13, 14]);
        assert_eq!(rows(&after_quiet(&[52, 53, 52, 53]), Signal::ShiftAbove), [0; 0]);
        let seven = Rules::with_points_for_significance(7).unwrap();
        let six = whole(&[&QUIET[..], &[52, 53, 52, 53, 52]].concat());
        assert_eq!(rows(&Xmr::of(&six, seven).unwrap(), Signal::ShiftAbove), [0; 0]);
        let points = [Rules::CURRENT, seven].map(Rules::points_for_significance);
        assert_eq!(points, [6, 7]);
        assert_eq!(Rules::with_points_for_significance(5), None);
    }

    #[test]
    fn a_point_on_the_mean_ends_a_shift() {
        // The mean is 50.
        let on_mean = chart(&[51, 51, 51, 50, 51, 51, 51, 49, 49, 49, 49, 49, 49]);
        assert_eq!(rows(&on_mean, Signal::ShiftAbove), [0; 0]);
        assert_eq!(rows(&on_mean, Signal::ShiftBelow), [7, 8, 9, 10, 11, 12]);
    }

    #[test]
    fn a_trend_has_no_pause_and_may_cross_the_mean() {
        let trend = |values| rows(&after_quiet(values), Signal::TrendRising);
        assert_eq!(trend(&[47, 48, 49, 50, 51, 52]), [10, 11, 12, 13, 14, 15]);
        assert_eq!(trend(&[47, 48, 49, 49, 50, 51, 52]), [0; 0]);
        assert_eq!(rows(&after_quiet(&[50, 49, 48, 47, 46]), Signal::TrendFalling), [9, 10, 11, 12, 13, 14]);
    }

    #[test]
    fn two_of_three_need_all_three_on_one_side() {
        let high = |values| rows(&after_quiet(values), Signal::TwoOfThreeAbove);
        // 57 is beyond two thirds of the way, 52 is not.
        assert_eq!(high(&[57, 52, 57, 49, 51, 49]), [10, 12]);
        assert_eq!(high(&[57, 49, 57, 49, 51, 49]), [0; 0]);
        // A point beyond the limit counts too.
        let beyond = after_quiet(&[65, 60, 53, 49, 51, 49, 51, 49]);
        assert_eq!(rows(&beyond, Signal::AboveLimit), [10]);
        assert_eq!(rows(&beyond, Signal::TwoOfThreeAbove), [10, 11]);
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let refused = Xmr::of(&[None, Some(Score::whole(1_000_000_001))], Rules::CURRENT).unwrap_err();
        assert_eq!((refused.kind(), refused.row()), (ErrorKind::TooLarge, Some(1)));
    }

    #[test]
    fn the_largest_series_does_not_overflow() {
        let values: Vec<_> =
            (0..1_000_000).map(|n| Some(Score::whole(1_000_000_000 * (1 - n % 2 * 2)))).collect();
        let chart = Xmr::of(&values, Rules::CURRENT).unwrap();
        assert_eq!(chart.mean, Some(0.0));
        assert!(chart.signals.iter().all(|signals| signals.is_empty()));
    }

    #[test]
    fn names_and_bits() {
        let all = Signal::ALL.into_iter().fold(Signals::default(), |mut all, signal| {
            all.add(signal);
            all
        });
        assert!(all.iter().eq(Signal::ALL));
        assert_eq!([all, Signals::default()].map(Signals::is_empty), [false, true]);
        assert_eq!(Signal::ALL.map(|signal| signal as u8), [1, 2, 4, 8, 16, 32, 64, 128]);
    }

    /// The same rules, point by point and in floats of whole numbers.
    fn naive(values: &[i64]) -> Vec<[bool; 8]> {
        let n = values.len();
        let mean = values.iter().sum::<i64>() as f64 / n as f64;
        let ranges: i64 = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
        let away = 2.66 * ranges as f64 / (n - 1) as f64;
        let side = |at: usize, sign: f64| (values[at] as f64 - mean) * sign > 1e-9;
        let beyond = |at: usize, sign: f64, far: f64| (values[at] as f64 - mean) * sign > far + 1e-9;
        let runs = |at: usize, length: usize, holds: &dyn Fn(usize) -> bool| {
            (0..length).any(|back| at >= back && at + length - back <= n && holds(at - back))
        };
        let mut found = vec![[false; 8]; n];
        for (bit, sign) in [(0, 1.0), (1, -1.0)] {
            for (at, found) in found.iter_mut().enumerate() {
                let shift = |start: usize| (start..start + 6).all(|p| side(p, sign));
                let trend = |start: usize| {
                    (start..start + 5).all(|p| (values[p + 1] - values[p]) as f64 * sign > 0.0)
                };
                let pair = |start: usize| {
                    let close = (start..start + 3).filter(|p| beyond(*p, sign, away * 2.0 / 3.0)).count();
                    (start..start + 3).all(|p| side(p, sign)) && close >= 2
                };
                found[bit] = beyond(at, sign, away);
                found[bit + 2] = runs(at, 6, &shift);
                found[bit + 4] = runs(at, 6, &trend);
                found[bit + 6] = beyond(at, sign, away * 2.0 / 3.0) && runs(at, 3, &pair);
            }
        }
        found
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_rules(values in prop::collection::vec(0_i64..30, 13..40)) {
            let chart = chart(&values);
            let found: Vec<_> = chart.signals.iter().map(|s| Signal::ALL.map(|signal| s.has(signal))).collect();
            prop_assert_eq!(found, naive(&values));
        }

        #[test]
        fn missing_values_are_skipped(values in prop::collection::vec(prop::option::of(0_i64..30), 0..40)) {
            let given: Vec<_> = values.iter().map(|value| value.map(Score::whole)).collect();
            let there: Vec<i64> = values.iter().flatten().copied().collect();
            let (with, without) = (Xmr::of(&given, Rules::CURRENT).unwrap(), chart(&there));
            let kept: Vec<_> = with.signals.iter().zip(&values).filter(|(_, v)| v.is_some()).map(|(s, _)| *s).collect();
            prop_assert_eq!((with.mean, with.limits, kept), (without.mean, without.limits, without.signals));
            prop_assert!(with.signals.iter().zip(&values).all(|(s, v)| v.is_some() || s.is_empty()));
        }
    }
}
