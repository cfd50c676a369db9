//! Effect size: how far the mean fell, in standard deviations of the first scores.

use crate::error::{Error, ErrorKind};
use crate::score::{Difference, Score};

/// (mean first score - mean last score) / standard deviation of the first scores; above 0 is improvement. The
/// standard deviation is England's for the same therapy and problem descriptor (annual PROMs tables).
///
/// ```
/// use iapt_core::EffectSize;
/// let effect = EffectSize::new("14.4".parse()?, "8.1".parse()?, "6.1".parse()?)?;
/// assert_eq!(effect.tenths(), 10); // 6.3 / 6.1 = 1.03
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct EffectSize {
    fall: Difference,
    sd: Score,
}

/// Means and deviations of questionnaire scores are far inside this.
const BOUND: i64 = 1_000_000;

impl EffectSize {
    /// From the two means and the standard deviation of the first scores.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSd`] for a standard deviation that is not above 0 (or finer than a millionth), and
    /// [`ErrorKind::TooLarge`] for a mean beyond a million.
    pub fn new(mean_first: Score, mean_last: Score, sd_first: Score) -> Result<Self, Error> {
        for (mean, field) in [(mean_first, "mean_first"), (mean_last, "mean_last")] {
            if mean > Score::whole(BOUND) || mean < Score::whole(-BOUND) {
                return Err(Error::new(ErrorKind::TooLarge).in_field(field));
            }
        }
        if Score::ratio(1, BOUND.unsigned_abs()).is_none_or(|finest| sd_first < finest) {
            return Err(Error::new(ErrorKind::InvalidSd).in_field("sd_first"));
        }
        // Rule EFFECT-1: An effect size is the mean first less the mean last score, over the standard
        // deviation of the first scores. Source: NHS England, Psychological Therapies annual reports, effect
        // sizes.
        Ok(Self { fall: Score::difference(mean_first, mean_last), sd: sd_first })
    }

    /// The float nearest to the effect size, but for the last digit.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.fall.to_f64() / self.sd.to_f64()
    }

    /// The effect size in tenths, rounded half up from the exact value: 10 for 1.03.
    #[must_use]
    pub fn tenths(self) -> i64 {
        // The float is within one tenth; the exact comparison settles which one.
        #[allow(clippy::cast_possible_truncation, reason = "bounded by the checks of `new`")]
        let guess = (self.to_f64() * 10.0) as i64;
        // Rule EFFECT-2: An effect size is rounded to one decimal, half up, from the exact value. Source:
        // this project's choice.
        let at_least = |tenths: i64| self.fall.is_at_least(self.sd, i128::from(2 * tenths - 1), 20);
        (guess - 2..=guess + 2).rev().find(|t| at_least(*t)).unwrap_or(guess)
    }
}
