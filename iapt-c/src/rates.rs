//! Rates of a service, as they are published.

use crate::counts::iapt_counts;
use crate::disclosure::iapt_disclosed;
use crate::guard::guard;
use crate::number::iapt_number;
use crate::outcome::iapt_outcome_flags;
use crate::pointer::Caller;
use crate::status::{Failure, iapt_status};
use iapt_core::{Counts, Edition, EffectSize, ErrorKind, Fact, Rate};

/// There is no rate, because the denominator is 0.
pub const IAPT_NO_RATE: i16 = -1;

/// The five official rates of a service in tenths of a per cent, rounded half up: 513 is 51.3 %. IAPT_NO_RATE where the
/// denominator is 0.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_rates {
    /// Of those who finished and are not known to have been below caseness (M192).
    pub recovery: i16,
    /// Of those who finished and are not known to have been below caseness (M195).
    pub reliable_recovery: i16,
    /// Of those who finished (M186).
    pub reliable_improvement: i16,
    /// Of those who finished (M1010).
    pub reliable_deterioration: i16,
    /// Of those who finished.
    pub no_reliable_change: i16,
}

/// The rate in tenths of a per cent.
fn tenths(rate: Rate) -> Result<i16, Failure> {
    match rate.percent() {
        Some(percent) => Ok(i16::try_from(percent.tenths()).map_err(|_| ErrorKind::TooLarge)?),
        None => Ok(IAPT_NO_RATE),
    }
}

/// The five official rates from the counts of a service.
///
/// Errors: IAPT_ERROR_INCONSISTENT_COUNTS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_rates_from_counts(
    counts: *const iapt_counts,
    out: *mut iapt_rates,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let counts = caller.read(counts)?;
        let out = caller.place(out)?;
        let rates = Counts::from(counts).rates()?;
        let of = |fact| rates.get(fact).map_or(Ok(IAPT_NO_RATE), tenths);
        out.write(iapt_rates {
            recovery: of(Fact::Recovery)?,
            reliable_recovery: of(Fact::ReliableRecovery)?,
            reliable_improvement: of(Fact::ReliableImprovement)?,
            reliable_deterioration: of(Fact::ReliableDeterioration)?,
            no_reliable_change: of(Fact::NoReliableChange)?,
        });
        Ok(())
    })
}

/// A rate from its two counts, in tenths of a per cent, rounded half up from the exact ratio: 902 of 1760 is 513.
/// IAPT_NO_RATE where the denominator is 0.
///
/// Errors: IAPT_ERROR_INCONSISTENT_COUNTS where the numerator exceeds a denominator that is not 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_rate_from_counts(
    numerator: u64,
    denominator: u64,
    out_tenths: *mut i16,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let out = caller.place(out_tenths)?;
        out.write(tenths(Rate::new(numerator, denominator)?)?);
        Ok(())
    })
}

/// A rate as it is published for services: a whole percentage, rounded half up from the exact counts, and suppressed
/// where either count is small. Not applicable where the denominator is 0. Where iapt_disclose() hides a count for the
/// sake of another one, leave out its rates too: this function sees no table.
///
/// Errors: IAPT_ERROR_INCONSISTENT_COUNTS where the numerator exceeds a denominator that is not 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_rate_disclosed(
    numerator: u64,
    denominator: u64,
    out: *mut iapt_disclosed,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let out = caller.place(out)?;
        out.write(Rate::new(numerator, denominator)?.disclosed().into());
        Ok(())
    })
}

/// Whether a rate, before any rounding, reaches the national target: 1 or 0, and -1 where the denominator is 0.
///
/// `fact` is the mask of an outcome with a target: IAPT_RECOVERY, IAPT_RELIABLE_IMPROVEMENT or IAPT_RELIABLE_RECOVERY.
///
/// Errors: IAPT_ERROR_INVALID_ARGUMENT for any other mask; IAPT_ERROR_INCONSISTENT_COUNTS where the numerator exceeds a
/// denominator that is not 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_reaches_target(
    fact: iapt_outcome_flags,
    numerator: u64,
    denominator: u64,
    out: *mut i8,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let out = caller.place(out)?;
        let target =
            Edition::CURRENT.targets.iter().find(|target| target.fact.is_some_and(|f| f.mask() == fact));
        let target = target.ok_or(Failure::INVALID_ARGUMENT)?;
        let reached = Rate::new(numerator, denominator)?.reaches(target);
        out.write(reached.map_or(-1, i8::from));
        Ok(())
    })
}

/// The effect size: (mean first score - mean last score) / standard deviation of the first scores; above 0 is
/// improvement. In tenths, rounded half up from the exact value, and as the nearest float but for the last digit.
///
/// Errors: IAPT_ERROR_NOT_A_NUMBER where one is missing; IAPT_ERROR_TOO_LARGE for a mean beyond a million;
/// IAPT_ERROR_INVALID_SD for a standard deviation that is not above 0, or finer than a millionth.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_effect_size(
    mean_first: iapt_number,
    mean_last: iapt_number,
    sd_first: iapt_number,
    out_tenths: *mut i64,
    out_value: *mut f64,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let (tenths, value) = (caller.place(out_tenths)?, caller.place(out_value)?);
        let effect = EffectSize::new(mean_first.present()?, mean_last.present()?, sd_first.present()?)?;
        tenths.write(effect.tenths());
        value.write(effect.to_f64());
        Ok(())
    })
}
