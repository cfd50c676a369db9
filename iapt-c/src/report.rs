//! The report of a service's groups, under disclosure control.

use crate::figure::{iapt_figure, iapt_inputs};
use crate::guard::guard;
use crate::pointer::{Caller, Span};
use crate::status::{Failure, iapt_status};
use crate::tally::iapt_tally;
use iapt_core::ErrorKind;
use iapt_core::report::{Disclosure, INDICATORS, Inputs, Report};

/// As in published tables below the national level: counts of 0 to 4 hidden, all others rounded to 5, whole percentages,
/// and more hidden where a small count could be worked out.
pub const IAPT_DISCLOSURE_CONTROLLED: u32 = 0;
/// The same, but the total is a national row: exact.
pub const IAPT_DISCLOSURE_NATIONAL_TOTAL: u32 = 1;
/// Everything is exact: not for publication.
pub const IAPT_DISCLOSURE_EXACT: u32 = 2;

fn control(disclosure: u32) -> Result<Disclosure, Failure> {
    match disclosure {
        IAPT_DISCLOSURE_CONTROLLED => Ok(Disclosure::Controlled),
        IAPT_DISCLOSURE_NATIONAL_TOTAL => Ok(Disclosure::NationalTotal),
        IAPT_DISCLOSURE_EXACT => Ok(Disclosure::Exact),
        _ => Err(Failure::INVALID_ARGUMENT),
    }
}

/// Every official measure of `n` groups, which have no referral in common, and of all their referrals together, as it may
/// be published.
///
/// `tallies` has the tally of each group; they stay as they are. `groups` has room for `n` times iapt_indicator_count()
/// figures: those of the first group in the order of iapt_indicator_at(), then those of the second, and so on. `total` has
/// room for iapt_indicator_count() figures. Neither may overlap anything else of the call. `disclosure` is
/// IAPT_DISCLOSURE_CONTROLLED and so on; `inputs` is that of iapt_tally_figure().
///
/// Publish what one call gives: figures of two calls together can tell what each of them hides.
///
/// Source: NHS England, published tables of 2017-18 to 2024-25; how more is hidden is this library's choice.
///
/// Errors: IAPT_ERROR_INVALID_ARGUMENT for another `disclosure`, for one tally twice, and for tallies of different periods
/// or with different own measures; those of `inputs` as iapt_tally_figure(); IAPT_ERROR_TOO_LARGE where a count is
/// beyond what can be controlled; IAPT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_report(
    tallies: *const *mut iapt_tally,
    n: usize,
    inputs: *const iapt_inputs,
    disclosure: u32,
    groups: *mut iapt_figure,
    total: *mut iapt_figure,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let tallies = caller.slice(tallies, n)?;
        let inputs = caller.read_optional(inputs)?;
        let length = n.checked_mul(INDICATORS.len()).ok_or(Failure::INVALID_ARGUMENT)?;
        let total = caller.slice_mut(total, INDICATORS.len(), &[Span::of(tallies)])?;
        let groups = caller.slice_mut(groups, length, &[Span::of(tallies), Span::of(total)])?;
        let disclosure = control(disclosure)?;
        let mut known: Vec<&iapt_tally> = Vec::new();
        known.try_reserve_exact(n).map_err(|_| ErrorKind::OutOfMemory)?;
        for tally in tallies {
            let tally = caller.handle(*tally)?;
            tally.sound()?;
            known.push(tally);
        }
        belong_together(&known)?;
        let inputs = inputs.map_or_else(|| Ok(Inputs::default()), |inputs| inputs.inputs())?;
        let report = Report::of(known.iter().map(|tally| tally.counted().clone()), &inputs, disclosure)?;
        for (place, figure) in groups.iter_mut().zip(report.groups.into_iter().flatten()) {
            *place = figure.into();
        }
        for (place, figure) in total.iter_mut().zip(report.total) {
            *place = figure.into();
        }
        Ok(())
    })
}

/// Whether tallies can be parts of one report: each another one, all of one kind.
fn belong_together(tallies: &[&iapt_tally]) -> Result<(), Failure> {
    let one_kind = tallies.windows(2).all(|pair| pair[0].is_like(pair[1]));
    let mut addresses = Vec::new();
    addresses.try_reserve_exact(tallies.len()).map_err(|_| ErrorKind::OutOfMemory)?;
    addresses.extend(tallies.iter().map(|tally| std::ptr::from_ref(*tally).addr()));
    addresses.sort_unstable();
    let once = addresses.windows(2).all(|pair| pair[0] < pair[1]);
    if one_kind && once { Ok(()) } else { Err(Failure::INVALID_ARGUMENT) }
}
