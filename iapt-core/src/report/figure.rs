//! A figure of a report: an official measure with its value, its interval and its status.

use super::indicators::Indicator;
use super::interval::{Against, Interval};
use crate::edition::{Edition, Target};
use crate::pathway::{Instrument, Table};
use crate::rates::Rate;
use crate::score::Score;
use core::fmt;

/// Why a figure has a value, or has none. A value of zero is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[repr(u8)]
// Rule DISCLOSURE-11: Suppressed, not applicable, missing and zero are four different things. Source: this
// project's choice.
pub enum Status {
    /// It has a value.
    Ok = 0,
    /// Its value is not shown, so that nobody can be told from it.
    Suppressed = 1,
    /// There is nothing to take it of: no referral is in its denominator.
    NotApplicable = 2,
    /// It can't be known from the data given: a table, or a standard deviation, was not given.
    Missing = 3,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Suppressed, Self::NotApplicable, Self::Missing];

    /// The name as it stands in columns.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Suppressed => "suppressed",
            Self::NotApplicable => "not_applicable",
            Self::Missing => "missing",
        }
    }
}

/// A number with one decimal, rounded half up from the exact one, as official figures are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(i64);

impl Number {
    /// A whole number.
    #[must_use]
    pub const fn whole(value: i64) -> Self {
        Self(value.saturating_mul(10))
    }

    /// So many tenths.
    #[must_use]
    pub const fn tenths(tenths: i64) -> Self {
        Self(tenths)
    }

    /// A ratio; `None` where the denominator is not above 0.
    // Rule ROUNDING-2: Means, medians and deviations of a report are rounded to one decimal, half up, from
    // the exact value. Source: this project's choice.
    pub(crate) fn ratio(numerator: i64, denominator: i64) -> Option<Self> {
        let (n, d) = (i128::from(numerator), i128::from(denominator));
        (d > 0).then(|| (20 * n + d).div_euclid(2 * d)).and_then(|t| i64::try_from(t).ok()).map(Self)
    }

    /// The square root of a number, over another; `None` where the denominator is not above 0.
    pub(crate) fn root(square: i128, denominator: i128) -> Option<Self> {
        let square = u128::try_from(square).ok()?;
        let denominator = u128::try_from(denominator).ok().filter(|d| *d > 0)?;
        // The largest number of tenths t with (2 t - 1) denominator <= 20 root.
        let at_least = |tenths: u128| {
            tenths == 0
                || (2 * tenths - 1)
                    .checked_mul(denominator)
                    .and_then(|side| side.checked_mul(side))
                    .is_some_and(|side| square.checked_mul(400).is_some_and(|most| side <= most))
        };
        let (mut low, mut high) = (0_u128, 1 << 40);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if at_least(middle) { low = middle } else { high = middle - 1 }
        }
        i64::try_from(low).ok().map(Self)
    }

    /// The number of tenths.
    #[must_use]
    pub const fn to_tenths(self) -> i64 {
        self.0
    }

    /// The float nearest to it, for output.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "the nearest float is what is asked for")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 10.0
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, tenth) = (self.0.unsigned_abs() / 10, self.0.unsigned_abs() % 10);
        if tenth == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{tenth}") }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.to_f64())
    }
}

/// What a report was given beside referrals and contacts.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    lacking: [bool; Table::ALL.len()],
    sds: [Option<Score>; Instrument::COUNT],
}

impl Inputs {
    /// The same without a table: what needs it is [`Status::Missing`].
    #[must_use]
    pub const fn without(mut self, table: Table) -> Self {
        self.lacking[table as usize] = true;
        self
    }

    /// The same with the standard deviation of first scores in which the effect size on an instrument is measured:
    /// England's, for the same group.
    #[must_use]
    // Rule EFFECT-3: The standard deviation is given by the caller, England's for the same group; without it
    // an effect size is missing. Source: NHS England, Psychological Therapies annual reports, effect sizes.
    pub const fn with_sd(mut self, instrument: Instrument, sd: Score) -> Self {
        self.sds[instrument as usize] = Some(sd);
        self
    }

    pub(crate) const fn lacks(&self, table: Table) -> bool {
        self.lacking[table as usize]
    }

    pub(crate) const fn sd(&self, instrument: Instrument) -> Option<Score> {
        self.sds[instrument as usize]
    }
}

/// An official measure of some referrals.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Figure {
    /// Which measure.
    #[cfg_attr(feature = "serde", serde(rename = "measure_id", serialize_with = "only_id"))]
    pub indicator: &'static Indicator,
    /// Whether it has a value, or why not.
    pub status: Status,
    /// Of a percentage, the referrals counted; of a mean, the sum.
    pub numerator: Option<i64>,
    /// Of a percentage, the referrals that they are counted of; of other statistics, the number of values.
    pub denominator: Option<u64>,
    /// The value: a number of referrals, contacts or days, or a percentage.
    pub value: Option<Number>,
    /// The 95 % interval of a percentage.
    pub interval: Option<(Number, Number)>,
    /// What services are asked to reach.
    #[cfg_attr(feature = "serde", serde(serialize_with = "only_percent"))]
    pub target: Option<&'static Target>,
    /// Where the interval lies in relation to it.
    pub against: Option<Against>,
    /// How many referrals it rests on.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) referrals: u64,
}

#[cfg(feature = "serde")]
fn only_id<S: serde::Serializer>(indicator: &Indicator, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(indicator.id)
}

#[cfg(feature = "serde")]
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn only_percent<S: serde::Serializer>(target: &Option<&Target>, serializer: S) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&target.map(|target| target.percent), serializer)
}

impl Figure {
    fn new(indicator: &'static Indicator, status: Status) -> Self {
        Self {
            indicator,
            status,
            numerator: None,
            denominator: None,
            value: None,
            interval: None,
            target: indicator.target(Edition::CURRENT),
            against: None,
            referrals: 0,
        }
    }

    pub(crate) fn missing(indicator: &'static Indicator) -> Self {
        Self::new(indicator, Status::Missing)
    }

    pub(crate) fn count(indicator: &'static Indicator, count: u64) -> Self {
        let value = i64::try_from(count).ok().map(Number::whole);
        Self { value, referrals: count, ..Self::new(indicator, Status::Ok) }
    }

    pub(crate) fn sum(indicator: &'static Indicator, sum: i64, referrals: u64) -> Self {
        Self { value: Some(Number::whole(sum)), referrals, ..Self::new(indicator, Status::Ok) }
    }

    pub(crate) fn percent(indicator: &'static Indicator, rate: Rate) -> Self {
        let percent = rate.percent().map(|percent| Number::tenths(i64::from(percent.tenths())));
        let mut figure = Self::statistic(indicator, percent, rate.denominator(), rate.denominator());
        figure.numerator = i64::try_from(rate.numerator()).ok();
        figure.compare(rate, 1);
        figure
    }

    /// Sets the interval, rounded to so many tenths, and compares it with the target.
    pub(crate) fn compare(&mut self, rate: Rate, tenths: u16) {
        let number = |end: u16| Number::tenths(i64::from(end));
        let interval = rate.interval_in(tenths);
        self.interval = interval.map(|Interval { lower, upper }| (number(lower), number(upper)));
        self.against = self.target.and_then(|target| rate.against(target.percent));
    }

    pub(crate) fn statistic(
        indicator: &'static Indicator,
        value: Option<Number>,
        denominator: u64,
        referrals: u64,
    ) -> Self {
        let status = if value.is_some() { Status::Ok } else { Status::NotApplicable };
        Self { value, denominator: Some(denominator), referrals, ..Self::new(indicator, status) }
    }

    pub(crate) fn over(self, sum: i64) -> Self {
        Self { numerator: Some(sum), ..self }
    }

    /// The same with nothing of it shown.
    pub(crate) fn suppressed(&self) -> Self {
        Self::new(self.indicator, Status::Suppressed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    // Proves ROUNDING-2.
    fn numbers_are_rounded_half_up() {
        let ratio = |n, d| Number::ratio(n, d).map(Number::to_tenths);
        assert_eq!(ratio(1, 20), Some(1));
        assert_eq!(ratio(-1, 20), Some(0));
        assert_eq!(ratio(-3, 20), Some(-1));
        assert_eq!(ratio(49, 1000), Some(0));
        assert_eq!(ratio(1, 0), None);
        assert_eq!(Number::root(0, 1), Some(Number::whole(0)));
        assert_eq!(Number::root(2, 1).map(|root| alloc::format!("{root}")).as_deref(), Some("1.4"));
        // 1.45 squared is 2.1025: exactly half.
        assert_eq!(Number::root(21_025, 100), Some(Number::tenths(15)));
        assert_eq!(Number::root(21_024, 100), Some(Number::tenths(14)));
        assert_eq!(Number::root(4, 0), None);
        assert_eq!(Number::root(-4, 1), None);
        assert_eq!(ratio(3, -2), None);
    }

    #[test]
    fn roots_of_squares_are_exact() {
        for tenths in 0..2_000 {
            let square = i128::from(tenths) * i128::from(tenths);
            assert_eq!(Number::root(square, 10), Some(Number::tenths(tenths)));
            // Half a tenth more is the first that is rounded up.
            let half = 4 * square + 4 * i128::from(tenths) + 1;
            assert_eq!(Number::root(half, 20), Some(Number::tenths(tenths + 1)));
            assert_eq!(Number::root(half - 1, 20), Some(Number::tenths(tenths)));
        }
    }

    #[test]
    fn numbers_are_written_with_at_most_one_decimal() {
        let texts = [-1, 0, 1, 10, 15, -15, -20].map(|tenths| alloc::format!("{}", Number::tenths(tenths)));
        assert_eq!(texts, ["-0.1", "0", "0.1", "1", "1.5", "-1.5", "-2"]);
        assert_eq!((Number::tenths(-15).to_f64(), Number::whole(i64::MAX)), (-1.5, Number::tenths(i64::MAX)));
    }

    #[test]
    // Proves DISCLOSURE-11, REPORT-6, REPORT-7.
    fn a_percentage_says_what_it_is_of() {
        let recovery = Indicator::named("M192").unwrap();
        let figure = Figure::percent(recovery, Rate::new(902, 1_760).unwrap());
        assert_eq!(
            (figure.status, figure.numerator, figure.denominator),
            (Status::Ok, Some(902), Some(1_760))
        );
        assert_eq!((figure.value, figure.referrals), (Some(Number::tenths(513)), 1_760));
        assert_eq!(figure.interval, Some((Number::tenths(489), Number::tenths(536))));
        assert_eq!((figure.target.map(|t| t.percent), figure.against), (Some(50), Some(Against::Across)));
        let mut whole = figure;
        whole.compare(Rate::new(900, 1_760).unwrap(), 10);
        assert_eq!(whole.interval, Some((Number::whole(49), Number::whole(53))));
        let hidden = figure.suppressed();
        assert_eq!(hidden.status, Status::Suppressed);
        assert_eq!((hidden.numerator, hidden.denominator, hidden.value), (None, None, None));
        assert_eq!((hidden.interval, hidden.against, hidden.referrals), (None, None, 0));
        let none = Figure::percent(recovery, Rate::new(0, 0).unwrap());
        assert_eq!((none.status, none.value, none.interval), (Status::NotApplicable, None, None));
        assert_eq!(Status::ALL.map(Status::name), ["ok", "suppressed", "not_applicable", "missing"]);
    }
}
