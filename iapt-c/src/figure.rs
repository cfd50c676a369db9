//! Official measures and their figures.

use crate::finding::{IAPT_TABLE_COMPLAINTS, IAPT_TABLE_EMPLOYMENT, IAPT_TABLE_SCORES};
use crate::guard::{guard, guard_or};
use crate::instrument::{IAPT_INSTRUMENTS, instrument};
use crate::number::iapt_number;
use crate::pointer::Caller;
use crate::rates::IAPT_NO_RATE;
use crate::status::{Failure, iapt_status};
use iapt_core::pathway::Table;
use iapt_core::report::{Against, Figure, Formula, INDICATORS, Indicator, Inputs, Number};
use iapt_core::{ErrorKind, Score};
use std::ffi::{CString, c_char};
use std::sync::LazyLock;

/// The figure has a value, which may be zero.
pub const IAPT_FIGURE_OK: u8 = 0;
/// The value is hidden by disclosure control: iapt_report() alone gives it.
pub const IAPT_FIGURE_SUPPRESSED: u8 = 1;
/// There is nothing to take the figure of: no referral is in its denominator.
pub const IAPT_FIGURE_NOT_APPLICABLE: u8 = 2;
/// The figure can't be known from what was given: a table, or a standard deviation, is lacking.
pub const IAPT_FIGURE_MISSING: u8 = 3;

/// All of the interval is above the target.
pub const IAPT_AGAINST_ABOVE: i8 = 0;
/// All of the interval is below the target.
pub const IAPT_AGAINST_BELOW: i8 = 1;
/// The target is in the interval.
pub const IAPT_AGAINST_ACROSS: i8 = 2;
/// There is no target, or no interval.
pub const IAPT_AGAINST_NOTHING: i8 = -1;

/// A number of referrals.
pub const IAPT_FORMULA_COUNT: u8 = 0;
/// A sum over referrals, of contacts or minutes.
pub const IAPT_FORMULA_SUM: u8 = 1;
/// Some referrals in per cent of others.
pub const IAPT_FORMULA_PERCENT: u8 = 2;
/// A mean.
pub const IAPT_FORMULA_MEAN: u8 = 3;
/// A median.
pub const IAPT_FORMULA_MEDIAN: u8 = 4;
/// The largest value.
pub const IAPT_FORMULA_MAX: u8 = 5;
/// The smallest value.
pub const IAPT_FORMULA_MIN: u8 = 6;
/// One sum over another.
pub const IAPT_FORMULA_QUOTIENT: u8 = 7;
/// A (population) standard deviation.
pub const IAPT_FORMULA_STANDARD_DEVIATION: u8 = 8;
/// A difference of means in standard deviations.
pub const IAPT_FORMULA_EFFECT_SIZE: u8 = 9;

/// A table among those of `lacking_tables` and `needed_tables`: 1 << IAPT_TABLE_SCORES.
pub const IAPT_LACKS_SCORES: u32 = 1 << IAPT_TABLE_SCORES;
/// The same of complaints: 1 << IAPT_TABLE_COMPLAINTS.
pub const IAPT_LACKS_COMPLAINTS: u32 = 1 << IAPT_TABLE_COMPLAINTS;
/// The same of sick pay: 1 << IAPT_TABLE_EMPLOYMENT.
pub const IAPT_LACKS_EMPLOYMENT: u32 = 1 << IAPT_TABLE_EMPLOYMENT;

/// An official measure. (A measure that patients fill in is an iapt_measure or an iapt_instrument.)
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_indicator {
    /// The official identifier, as in "M192"; measures of the annual set have their name here, too. A constant text.
    pub id: *const c_char,
    /// The official name, as in "Percentage_Recovery". A constant text.
    pub name: *const c_char,
    /// The tables without which it can't be known, beside referrals and contacts: IAPT_LACKS_SCORES and so on, added up.
    pub needed_tables: u32,
    /// The target in tenths of a per cent, or IAPT_NO_RATE.
    pub target: i16,
    /// How it is computed, and so what its value counts: IAPT_FORMULA_COUNT and so on.
    pub formula: u8,
    /// 0.
    pub reserved: u8,
}

/// What is known beside the records of the referrals. All 0: every table was given, but no standard deviation.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_inputs {
    /// The standard deviations of first scores in which effect sizes are measured, under the number of the instrument:
    /// `sds[IAPT_PHQ9]`, of IAPT_GAD7 and IAPT_WSAS. England's, for the same group, as published. Missing ones have the
    /// denominator 0.
    pub sds: [iapt_number; IAPT_INSTRUMENTS],
    /// The tables that are not at hand at all: IAPT_LACKS_SCORES and so on, added up. What needs one is
    /// IAPT_FIGURE_MISSING rather than 0.
    pub lacking_tables: u32,
    /// Must be 0.
    pub reserved: u32,
}

/// A figure: the value of an official measure. Every field that does not apply is 0, and its flag, if it has one, too.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_figure {
    /// The value in tenths, rounded half up: 513 is 51.3 % of a percentage, 2320 are 232 referrals of a count, and 84 are
    /// 8.4 of a mean. Only where `has_value` is 1.
    pub value: i64,
    /// Of a percentage, the referrals counted; of a mean or a quotient, the sum. Only where `has_numerator` is 1.
    pub numerator: i64,
    /// Of a percentage, the referrals that they are counted of; of a quotient, the other sum; of other statistics, the
    /// number of values. Only where `has_denominator` is 1.
    pub denominator: u64,
    /// The lower end of the 95 % interval (Wilson) of a percentage, in tenths. Only where `has_interval` is 1.
    pub lower: i64,
    /// The upper end.
    pub upper: i64,
    /// What services are asked to reach, in tenths of a per cent, or IAPT_NO_RATE.
    pub target: i16,
    /// IAPT_FIGURE_OK and so on.
    pub status: u8,
    /// 1 where the status is IAPT_FIGURE_OK, else 0.
    pub has_value: u8,
    /// 1 or 0.
    pub has_numerator: u8,
    /// 1 or 0.
    pub has_denominator: u8,
    /// 1 or 0.
    pub has_interval: u8,
    /// Where the interval lies in relation to the target: IAPT_AGAINST_ABOVE and so on.
    pub against: i8,
}

impl From<Figure> for iapt_figure {
    fn from(figure: Figure) -> Self {
        let tenths = |number: Option<Number>| number.map_or(0, Number::to_tenths);
        Self {
            value: tenths(figure.value),
            numerator: figure.numerator.unwrap_or_default(),
            denominator: figure.denominator.unwrap_or_default(),
            lower: tenths(figure.interval.map(|(lower, _)| lower)),
            upper: tenths(figure.interval.map(|(_, upper)| upper)),
            target: target(figure.target.map(|target| target.percent)),
            status: figure.status as u8,
            has_value: figure.value.is_some().into(),
            has_numerator: figure.numerator.is_some().into(),
            has_denominator: figure.denominator.is_some().into(),
            has_interval: figure.interval.is_some().into(),
            against: match figure.against {
                None => IAPT_AGAINST_NOTHING,
                Some(Against::Above) => IAPT_AGAINST_ABOVE,
                Some(Against::Below) => IAPT_AGAINST_BELOW,
                Some(Against::Across) => IAPT_AGAINST_ACROSS,
            },
        }
    }
}

fn target(percent: Option<u8>) -> i16 {
    percent.map_or(IAPT_NO_RATE, |percent| i16::from(percent) * 10)
}

impl iapt_inputs {
    /// As the core takes it.
    pub(crate) fn inputs(&self) -> Result<Inputs, Failure> {
        let known = Table::ALL.iter().fold(0, |mask, table| mask | bit(*table));
        if self.lacking_tables & !known != 0 || self.reserved != 0 {
            return Err(Failure::INVALID_ARGUMENT);
        }
        let lacking = Table::ALL.into_iter().filter(|table| self.lacking_tables & bit(*table) != 0);
        let mut inputs = lacking.fold(Inputs::default(), Inputs::without);
        for (number, sd) in (0..).zip(self.sds) {
            if let Some(sd) = sd.score()? {
                let instrument = instrument(number).ok_or(ErrorKind::UnknownMeasure)?;
                if sd <= Score::whole(0) {
                    return Err(ErrorKind::InvalidSd.into());
                }
                inputs = inputs.with_sd(instrument, sd);
            }
        }
        Ok(inputs)
    }
}

const fn bit(table: Table) -> u32 {
    1 << table as u32
}

/// Identifier and name of every official measure as C wants them, made once.
static TEXTS: LazyLock<Vec<(CString, CString)>> = LazyLock::new(|| {
    let text = |text: &str| CString::new(text).unwrap_or_default();
    INDICATORS.iter().map(|indicator| (text(indicator.id), text(indicator.name))).collect()
});

const fn formula(indicator: &Indicator) -> u8 {
    match indicator.formula {
        Formula::Count(..) => IAPT_FORMULA_COUNT,
        Formula::Sum(..) => IAPT_FORMULA_SUM,
        Formula::Percent(..) => IAPT_FORMULA_PERCENT,
        Formula::Mean(..) => IAPT_FORMULA_MEAN,
        Formula::Median(..) => IAPT_FORMULA_MEDIAN,
        Formula::Max(..) => IAPT_FORMULA_MAX,
        Formula::Min(..) => IAPT_FORMULA_MIN,
        Formula::Quotient(..) => IAPT_FORMULA_QUOTIENT,
        Formula::StandardDeviation(..) => IAPT_FORMULA_STANDARD_DEVIATION,
        Formula::EffectSize(..) => IAPT_FORMULA_EFFECT_SIZE,
    }
}

/// How many official measures there are.
#[unsafe(no_mangle)]
pub extern "C" fn iapt_indicator_count() -> usize {
    guard_or(0, || INDICATORS.len())
}

/// The official measure of an index from 0 to below iapt_indicator_count(), in the order of their identifiers.
///
/// Source: NHS England, NHS Talking Therapies metadata, monthly ("M192") and annual.
///
/// Errors: IAPT_ERROR_UNKNOWN_MEASURE for any other index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_indicator_at(index: usize, out: *mut iapt_indicator) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let out = caller.place(out)?;
        let indicator = INDICATORS.get(index).zip(TEXTS.get(index));
        let (indicator, (id, name)) = indicator.ok_or(ErrorKind::UnknownMeasure)?;
        out.write(iapt_indicator {
            id: id.as_ptr(),
            name: name.as_ptr(),
            needed_tables: indicator.tables().fold(0, |mask, table| mask | bit(table)),
            target: target(indicator.target(iapt_core::Edition::CURRENT).map(|target| target.percent)),
            formula: formula(indicator),
            reserved: 0,
        });
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use iapt_core::report::Status;

    #[test]
    fn constants_are_those_of_the_core() {
        let statuses =
            [IAPT_FIGURE_OK, IAPT_FIGURE_SUPPRESSED, IAPT_FIGURE_NOT_APPLICABLE, IAPT_FIGURE_MISSING];
        assert_eq!(Status::ALL.map(|status| status as u8), statuses);
        let masks = [IAPT_LACKS_SCORES, IAPT_LACKS_COMPLAINTS, IAPT_LACKS_EMPLOYMENT];
        assert_eq!([Table::Scores, Table::Complaints, Table::Employment].map(bit), masks);
        let needed = INDICATORS.iter().flat_map(Indicator::tables);
        assert!(needed.map(bit).all(|mask| masks.contains(&mask)));
    }

    #[test]
    fn texts_are_those_of_the_core() {
        assert_eq!(TEXTS.len(), INDICATORS.len());
        for (indicator, (id, name)) in INDICATORS.iter().zip(TEXTS.iter()) {
            assert_eq!((id.to_str(), name.to_str()), (Ok(indicator.id), Ok(indicator.name)));
        }
    }
}
