//! A tally: referrals in, official figures out.

use super::conditions::{Conditions, Quantity, Shown};
use super::figure::{Figure, Inputs, Number};
use super::indicators::{Formula, INDICATORS, Indicator, Terms};
use crate::rates::Rate;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Range;

/// Counts referrals, one by one or tally by tally, and gives every official measure of what it has seen.
///
/// ```
/// use iapt_core::Edition;
/// use iapt_core::pathway::{Instruments, Pathway};
/// use iapt_core::report::{Inputs, Period, Shown, Tally};
/// let year: Period = "2024-25".parse()?;
/// let mut tally = Tally::default();
/// for referred in ["2024-04-01", "2024-06-30", "2025-04-01"] {
///     let pathway = Pathway { referred: referred.parse().ok(), ..Pathway::default() };
///     let derived = pathway.derive(&Instruments::of(Edition::CURRENT), Some(year.last()), None);
///     if let Some(shown) = Shown::of(&derived, year) {
///         tally.add(&shown);
///     }
/// }
/// let figure = tally.figure("M001", &Inputs::default()).ok_or("no such measure")?;
/// assert_eq!(figure.value.map(|value| value.to_f64()), Some(2.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tally {
    counts: Vec<u64>,
    distributions: Vec<Distribution>,
}

/// How often each value of a quantity was seen.
#[derive(Debug, Clone, Default)]
struct Distribution {
    /// By the value itself, where it is from 0 to [`COMMON`].
    common: Vec<u32>,
    /// All others.
    rare: BTreeMap<i32, u32>,
    values: u64,
    sum: i64,
    sum_of_squares: i128,
}

/// Waits of up to some years, numbers of contacts and scores are below it.
const COMMON: usize = 2048;

/// Which counts and which distributions the official measures need. Those that ask for the same event, and those that
/// ask for the same conditions, are side by side, so that most of them need not be looked at for most referrals.
struct Plan {
    counts: Vec<Conditions>,
    events: Vec<(Conditions, Range<usize>)>,
    distributions: Vec<(Conditions, Quantity)>,
    groups: Vec<(Conditions, Range<usize>)>,
}

/// Where the elements with the same key are.
fn ranges<T>(all: &[T], key: impl Fn(&T) -> Conditions) -> Vec<(Conditions, Range<usize>)> {
    let mut start = 0;
    let range = |group: &[T]| {
        let range = start..start + group.len();
        start = range.end;
        (key(&group[0]), range)
    };
    all.chunk_by(|a, b| key(a) == key(b)).map(range).collect()
}

impl Plan {
    fn new() -> Self {
        let mut counts: Vec<_> = INDICATORS.iter().flat_map(|i| i.formula.conditions()).collect();
        counts.sort_unstable_by_key(|conditions| (conditions.event(), *conditions));
        counts.dedup();
        let mut distributions: Vec<_> = INDICATORS.iter().flat_map(|i| i.formula.distributions()).collect();
        distributions.sort_unstable_by_key(|(conditions, quantity)| (*conditions, *quantity as u8));
        distributions.dedup();
        let events = ranges(&counts, |conditions| conditions.event());
        let groups = ranges(&distributions, |(conditions, _)| *conditions);
        Self { counts, events, distributions, groups }
    }

    /// Made once where there is a standard library.
    #[cfg(feature = "std")]
    fn with<T>(work: impl FnOnce(&Self) -> T) -> T {
        static PLAN: std::sync::OnceLock<Plan> = std::sync::OnceLock::new();
        work(PLAN.get_or_init(Self::new))
    }

    #[cfg(not(feature = "std"))]
    fn with<T>(work: impl FnOnce(&Self) -> T) -> T {
        work(&Self::new())
    }
}

impl Formula {
    fn distributions(&self) -> impl Iterator<Item = (Conditions, Quantity)> {
        let over = self.over();
        self.quantities().filter_map(move |quantity| Some((over?, quantity)))
    }
}

impl Default for Tally {
    fn default() -> Self {
        Plan::with(|plan| Self {
            counts: alloc::vec![0; plan.counts.len()],
            distributions: alloc::vec![Distribution::default(); plan.distributions.len()],
        })
    }
}

impl Tally {
    /// Counts one referral.
    pub fn add(&mut self, shown: &Shown) {
        self.add_times(shown, 1);
    }

    /// Counts so many referrals that show the same.
    pub fn add_times(&mut self, shown: &Shown, times: u32) {
        Plan::with(|plan| self.add_by(plan, shown, times));
    }

    /// Counts many referrals.
    pub fn extend<'a>(&mut self, referrals: impl IntoIterator<Item = &'a Shown>) {
        Plan::with(|plan| referrals.into_iter().for_each(|shown| self.add_by(plan, shown, 1)));
    }

    fn add_by(&mut self, plan: &Plan, shown: &Shown, times: u32) {
        for (event, range) in &plan.events {
            if shown.conditions.include(*event) {
                let counts = &mut self.counts[range.clone()];
                for (count, needed) in counts.iter_mut().zip(&plan.counts[range.clone()]) {
                    *count += u64::from(shown.conditions.include(*needed)) * u64::from(times);
                }
            }
        }
        for (needed, range) in &plan.groups {
            if shown.conditions.include(*needed) {
                let distributions = &mut self.distributions[range.clone()];
                for (distribution, (_, quantity)) in
                    distributions.iter_mut().zip(&plan.distributions[range.clone()])
                {
                    if let Some(value) = shown.get(*quantity) {
                        distribution.add(value, times);
                    }
                }
            }
        }
    }

    /// Adds what another tally has seen.
    // Rule REPORT-9: Groups add up: each official measure of the total is that of all referrals of the
    // groups. Source: this project's choice.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        for (distribution, more) in self.distributions.iter_mut().zip(&other.distributions) {
            distribution.merge(more);
        }
    }

    /// Hands out all that it has seen, number by number.
    pub(super) fn write(&self, mut put: impl FnMut(u64)) {
        self.lengths().into_iter().chain(self.counts.iter().copied()).for_each(&mut put);
        for distribution in &self.distributions {
            let values: Vec<_> = distribution.ascending().collect();
            put(values.len() as u64);
            for (value, times) in values {
                put(u64::from(value.cast_unsigned()));
                put(u64::from(times));
            }
        }
    }

    /// Takes what [`Self::write`] has handed out; `None` where it is not that.
    pub(super) fn read(mut take: impl FnMut() -> Option<u64>) -> Option<Self> {
        let mut tally = Self::default();
        for length in tally.lengths() {
            take().filter(|given| *given == length)?;
        }
        for count in &mut tally.counts {
            *count = take()?;
        }
        for distribution in &mut tally.distributions {
            for _ in 0..take()? {
                let value = u32::try_from(take()?).ok()?.cast_signed();
                distribution.add(value, u32::try_from(take()?).ok()?);
            }
        }
        Some(tally)
    }

    const fn lengths(&self) -> [u64; 2] {
        [self.counts.len() as u64, self.distributions.len() as u64]
    }

    /// How many referrals met some conditions that an official measure asks for.
    #[must_use]
    pub fn count(&self, conditions: Conditions) -> Option<u64> {
        let key = |conditions: &Conditions| (conditions.event(), *conditions);
        let at = Plan::with(|plan| plan.counts.binary_search_by_key(&key(&conditions), key).ok())?;
        self.counts.get(at).copied()
    }

    pub(crate) fn terms(&self, terms: &Terms) -> u64 {
        let count = |conditions| self.count(conditions).unwrap_or(0);
        count(terms.plus).saturating_sub(terms.minus.map_or(0, count))
    }

    fn distribution(&self, quantity: Quantity, over: Conditions) -> Option<&Distribution> {
        let wanted = (over, quantity);
        let at = Plan::with(|plan| plan.distributions.iter().position(|known| *known == wanted))?;
        self.distributions.get(at)
    }

    /// One official measure, by its identifier.
    #[must_use]
    pub fn figure(&self, id: &str, inputs: &Inputs) -> Option<Figure> {
        Indicator::named(id).map(|indicator| self.figure_of(indicator, inputs))
    }

    /// All official measures, in their order.
    pub fn figures(&self, inputs: &Inputs) -> impl Iterator<Item = Figure> {
        INDICATORS.iter().map(|indicator| self.figure_of(indicator, inputs))
    }

    pub(crate) fn figure_of(&self, indicator: &'static Indicator, inputs: &Inputs) -> Figure {
        // Rule REPORT-8: A figure whose table, or standard deviation, was not given is missing, and never
        // zero. Source: this project's choice.
        if indicator.tables().any(|table| inputs.lacks(table)) {
            return Figure::missing(indicator);
        }
        match indicator.formula {
            Formula::Count(over) => Figure::count(indicator, self.count(over).unwrap_or_default()),
            Formula::Percent(of, over) => {
                // Parts are no more than their whole by construction.
                let (of, over) = (self.terms(&of), self.terms(&over));
                Rate::new(of.min(over), over)
                    .map_or_else(|_| Figure::missing(indicator), |rate| Figure::percent(indicator, rate))
            }
            formula => self.statistic(indicator, formula, inputs),
        }
    }

    // Rule REPORT-4: Means and medians of waits and of treatment contacts, their largest and smallest number,
    // and their sum. Source: NHS England, NHS Talking Therapies metadata, M048 to M051, M089 and M141 to
    // M144.
    fn statistic(&self, indicator: &'static Indicator, formula: Formula, inputs: &Inputs) -> Figure {
        let empty = Distribution::default();
        let of = |quantity, over| self.distribution(quantity, over).unwrap_or(&empty);
        match formula {
            Formula::Sum(q, over) => Figure::sum(indicator, of(q, over).sum, of(q, over).values),
            Formula::Mean(q, over) => of(q, over).mean(indicator),
            Formula::Median(q, over) => of(q, over).figure(indicator, Distribution::median),
            Formula::Max(q, over) => of(q, over).figure(indicator, Distribution::max),
            Formula::Min(q, over) => of(q, over).figure(indicator, Distribution::min),
            Formula::StandardDeviation(q, over) => of(q, over).figure(indicator, Distribution::sd),
            Formula::Quotient(a, b, over) => {
                let (a, b) = (of(a, over), of(b, over));
                Figure::statistic(indicator, Number::ratio(a.sum, b.sum), b.sum.unsigned_abs(), a.values)
                    .over(a.sum)
            }
            Formula::EffectSize(instrument, a, b, over) => match inputs.sd(instrument) {
                None => Figure::missing(indicator),
                Some(sd) => of(a, over).effect(of(b, over), sd, indicator),
            },
            Formula::Count(_) | Formula::Percent(..) => Figure::missing(indicator),
        }
    }
}

impl<'a> FromIterator<&'a Shown> for Tally {
    fn from_iter<I: IntoIterator<Item = &'a Shown>>(referrals: I) -> Self {
        let mut tally = Self::default();
        tally.extend(referrals);
        tally
    }
}

fn increase(count: &mut u32, times: u32) {
    *count = count.saturating_add(times);
}

impl Distribution {
    fn add(&mut self, value: i32, times: u32) {
        match usize::try_from(value) {
            Ok(at) if at < COMMON => {
                if at >= self.common.len() {
                    self.common.resize(at + 1, 0);
                }
                increase(&mut self.common[at], times);
            }
            _ => increase(self.rare.entry(value).or_default(), times),
        }
        self.values += u64::from(times);
        self.sum += i64::from(value) * i64::from(times);
        self.sum_of_squares += i128::from(value) * i128::from(value) * i128::from(times);
    }

    fn merge(&mut self, other: &Self) {
        if self.common.len() < other.common.len() {
            self.common.resize(other.common.len(), 0);
        }
        for (count, more) in self.common.iter_mut().zip(&other.common) {
            increase(count, *more);
        }
        for (value, more) in &other.rare {
            increase(self.rare.entry(*value).or_default(), *more);
        }
        self.values += other.values;
        self.sum += other.sum;
        self.sum_of_squares += other.sum_of_squares;
    }

    /// The values in ascending order, each with how often it was seen.
    fn ascending(&self) -> impl DoubleEndedIterator<Item = (i32, u32)> {
        let common: Vec<_> = (0..).zip(self.common.iter().copied()).collect();
        let low = self.rare.range(..0).map(|(value, times)| (*value, *times));
        let high = self.rare.range(0..).map(|(value, times)| (*value, *times));
        low.chain(common).chain(high).filter(|(_, times)| *times > 0)
    }

    /// The value at a rank, counted from 0.
    fn at(&self, rank: u64) -> Option<i32> {
        let mut before = 0;
        self.ascending().find_map(|(value, times)| {
            before += u64::from(times);
            (rank < before).then_some(value)
        })
    }

    fn median(&self) -> Option<Number> {
        let upper = self.at(self.values / 2)?;
        let lower = self.at(self.values.checked_sub(1)? / 2)?;
        Number::ratio(i64::from(lower) + i64::from(upper), 2)
    }

    fn max(&self) -> Option<Number> {
        self.ascending().next_back().map(|(value, _)| Number::whole(i64::from(value)))
    }

    fn min(&self) -> Option<Number> {
        self.ascending().next().map(|(value, _)| Number::whole(i64::from(value)))
    }

    fn mean(&self, indicator: &'static Indicator) -> Figure {
        let mean = i64::try_from(self.values).ok().and_then(|values| Number::ratio(self.sum, values));
        Figure::statistic(indicator, mean, self.values, self.values).over(self.sum)
    }

    fn sd(&self) -> Option<Number> {
        let (n, sum) = (i128::from(self.values), i128::from(self.sum));
        Number::root(n * self.sum_of_squares - sum * sum, n)
    }

    fn figure(&self, indicator: &'static Indicator, of: fn(&Self) -> Option<Number>) -> Figure {
        Figure::statistic(indicator, of(self), self.values, self.values)
    }

    fn effect(&self, last: &Self, sd: crate::Score, indicator: &'static Indicator) -> Figure {
        let mean = |d: &Self| crate::Score::ratio(d.sum, d.values);
        let effect = mean(self)
            .zip(mean(last))
            .and_then(|(first, last)| crate::EffectSize::new(first, last, sd).ok())
            .map(|effect| Number::tenths(effect.tenths()));
        let least = self.values.min(last.values);
        Figure::statistic(indicator, effect, least, least)
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure::Status;
    use super::*;

    fn distribution(values: &[i32]) -> Distribution {
        let mut all = Distribution::default();
        values.iter().for_each(|value| all.add(*value, 1));
        all
    }

    /// As it is worked out by hand, from a list: the smallest, the largest, the median and the mean, in tenths.
    fn by_hand(values: &[i32]) -> [Option<i64>; 4] {
        let mut sorted: Vec<i64> = values.iter().map(|value| i64::from(*value)).collect();
        sorted.sort_unstable();
        let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return [None; 4] };
        let [lower, upper] = [sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]];
        let (sum, n) = (sorted.iter().sum::<i64>(), i64::try_from(sorted.len()).unwrap());
        let mean = (-100_000..100_000).find(|tenths| 2 * n * tenths > 20 * sum - n);
        [Some(10 * first), Some(10 * last), Some(5 * (lower + upper)), mean]
    }

    #[test]
    // Proves REPORT-4, ROUNDING-2.
    fn statistics_are_those_of_the_list() {
        let lists: [&[i32]; 9] = [
            &[],
            &[7],
            &[1, 2],
            &[3, 1, 2],
            &[1, 1, 1, 9],
            &[-5, 0, 2047, 2048, 2049, 3000, 7],
            &[-3000, -1, -1],
            &[0, 0, 5, 0, 27, 27],
            &[-1, 0],
        ];
        for list in lists {
            for cut in 0..=list.len() {
                let mut all = distribution(&list[cut..]);
                all.merge(&distribution(&list[..cut]));
                let tenths = |number: Option<Number>| number.map(Number::to_tenths);
                let mean = all.mean(&INDICATORS[0]);
                let found = [tenths(all.min()), tenths(all.max()), tenths(all.median()), tenths(mean.value)];
                assert_eq!(found, by_hand(list), "{list:?}");
                assert_eq!(all.sd(), distribution(list).sd(), "{list:?}");
                let n = u64::try_from(list.len()).unwrap();
                let sum = list.iter().map(|value| i64::from(*value)).sum();
                assert_eq!((mean.numerator, mean.denominator, mean.referrals), (Some(sum), Some(n), n));
                assert_eq!(mean.status, if n == 0 { Status::NotApplicable } else { Status::Ok });
            }
        }
    }

    #[test]
    fn many_of_a_value_are_as_many_times_one() {
        let mut times = Distribution::default();
        for (value, often) in [(3, 4), (5000, 2), (-2, 1)] {
            times.add(value, often);
        }
        let once = distribution(&[3, 3, 3, 3, 5000, 5000, -2]);
        assert!(times.ascending().eq(once.ascending()));
        assert_eq!((times.values, times.sum, times.sum_of_squares), (7, 10_010, 50_000_040));
        assert_eq!((once.values, once.sum, once.sum_of_squares), (7, 10_010, 50_000_040));
    }

    /// What is handed out begins with how many counts and how many distributions there are.
    #[test]
    fn lengths_come_first() {
        let mut numbers = Vec::new();
        Tally::default().write(|number| numbers.push(number));
        let [counts, distributions, zeros @ ..] = &numbers[..] else { panic!("too short") };
        assert_eq!(counts + distributions, zeros.len() as u64);
        assert!(zeros.iter().all(|number| *number == 0));
    }

    /// However large a value is, the list of common ones stays short.
    #[test]
    fn only_common_values_are_counted_in_a_list() {
        let most = i32::try_from(COMMON).unwrap();
        let all = distribution(&[0, most - 1, most, i32::MAX, -1]);
        assert_eq!((all.common.len(), all.rare.len()), (COMMON, 3));
    }

    #[test]
    fn deviations_are_of_all() {
        let sd = |list: &[i32]| distribution(list).sd().map(Number::to_tenths);
        assert_eq!(sd(&[]), None);
        assert_eq!(sd(&[4]), Some(0));
        assert_eq!(sd(&[2, 4, 4, 4, 5, 5, 7, 9]), Some(20));
        assert_eq!(sd(&[-3, 3]), Some(30));
        assert_eq!(sd(&[0, 0, 0, 1]), Some(4));
    }

    #[test]
    // Proves EFFECT-3.
    fn effects_are_falls_in_deviations() {
        let effect = |first: &[i32], last: &[i32]| {
            let figure =
                distribution(first).effect(&distribution(last), crate::Score::whole(5), &INDICATORS[0]);
            (figure.value.map(Number::to_tenths), figure.denominator, figure.referrals, figure.status)
        };
        assert_eq!(effect(&[14, 16], &[8, 10, 9]), (Some(12), Some(2), 2, Status::Ok));
        assert_eq!(effect(&[9, 9, 9], &[15, 15]), (Some(-12), Some(2), 2, Status::Ok));
        assert_eq!(effect(&[], &[9]), (None, Some(0), 0, Status::NotApplicable));
    }
}
