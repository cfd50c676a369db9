//! A tally: referrals in, official figures out.

use crate::day::{iapt_day, period};
use crate::figure::{iapt_figure, iapt_inputs};
use crate::guard::{guard, guard_or};
use crate::instrument::{OwnMeasures, iapt_own_measure};
use crate::pointer::{Caller, hand_out};
use crate::records::{Records, Tables, iapt_pathway};
use crate::status::{Failure, iapt_status};
use iapt_core::ErrorKind;
use iapt_core::pathway::Deriver;
use iapt_core::report::{Inputs, Period, Shown, Tally};
use std::ffi::c_char;

/// Counts the referrals of a period, and gives every official measure of them. It keeps counts, but no referral.
///
/// Ownership: iapt_tally_new() hands it out, and the caller gives it back to iapt_tally_free(), once. Between the two it
/// must not be copied or moved. Threads: one at a time may use a tally, whichever it is; different tallies may be used at
/// the same time. To count in parallel, give every thread a tally of its own and merge them at the end: the figures are
/// the same however the referrals were divided.
///
/// A tally in which a call ended with IAPT_ERROR_PANIC refuses every later call with that status, until it is reset.
pub struct iapt_tally {
    period: Period,
    own: OwnMeasures,
    tally: Tally,
    /// Memory that is used again for each referral.
    work: (Deriver, Records),
    /// Whether a call began to change the tally and did not come to its end.
    unsound: bool,
}

impl iapt_tally {
    fn new(period: Period, own: OwnMeasures) -> Self {
        Self { period, own, tally: Tally::default(), work: Default::default(), unsound: false }
    }

    /// What was counted.
    pub(crate) const fn counted(&self) -> &Tally {
        &self.tally
    }

    /// Whether the other one counts in the same way.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (self.period, &self.own) == (other.period, &other.own)
    }

    pub(crate) fn sound(&self) -> Result<(), Failure> {
        if self.unsound { Err(Failure::PANIC) } else { Ok(()) }
    }

    fn add(&mut self, tables: &Tables<'_>) -> Result<(), Failure> {
        let (deriver, records) = &mut self.work;
        records.read(tables)?;
        records.ask_for_derivation(false)?;
        let instruments = self.own.instruments();
        let derived = deriver.derive(&records.pathway(), &instruments, Some(self.period.last()), None);
        if let Some(shown) = Shown::of(&derived, self.period) {
            self.tally.add(&shown);
        }
        Ok(())
    }

    /// Changes the tally; a panic leaves it marked.
    fn change(&mut self, change: impl FnOnce(&mut Self) -> Result<(), Failure>) -> Result<(), Failure> {
        self.sound()?;
        self.unsound = true;
        let done = change(self);
        self.unsound = false;
        done
    }
}

/// Makes an empty tally of the referrals of a period, from its `first` to its `last` day, both included.
///
/// `own` has `own_len` measures of the caller's own, each for another instrument; it may be NULL where there are none. The
/// tally keeps copies of them.
///
/// Give the tally back to iapt_tally_free(). On an error nothing is handed out.
///
/// Errors: IAPT_ERROR_NOT_A_DAY, also where the last day is before the first; IAPT_ERROR_UNKNOWN_MEASURE for an own
/// measure of no instrument, IAPT_ERROR_INVALID_ARGUMENT for two of one instrument, and those of iapt_definition_check().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_tally_new(
    first: iapt_day,
    last: iapt_day,
    own: *const iapt_own_measure,
    own_len: usize,
    out: *mut *mut iapt_tally,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let own = OwnMeasures::slice(&caller, own, own_len)?;
        let out = caller.place(out)?;
        let period = period(first, last)?;
        let own = OwnMeasures::read(own)?;
        out.write(hand_out(iapt_tally::new(period, own)));
        Ok(())
    })
}

/// Takes a tally back and frees its memory. NULL is ignored. The pointer must not be used afterwards, nor given back again:
/// that is the caller's fault and can't be noticed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_tally_free(tally: *mut iapt_tally) {
    guard_or((), || {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        drop(caller.take_back(tally));
    })
}

/// Forgets all that was counted. Period and own measures stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_tally_reset(tally: *mut iapt_tally) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let tally = caller.handle_mut(tally)?;
        *tally = iapt_tally::new(tally.period, std::mem::take(&mut tally.own));
        Ok(())
    })
}

/// Derives a referral as at the end of the tally's last day and counts it.
///
/// Every referral is to be added once, also those that were received before the period: what belongs to it is decided by
/// each official measure. One that was received after the period counts in nothing. Of the findings in its records
/// iapt_derive() tells.
///
/// Errors: IAPT_ERROR_OUT_OF_MEMORY; nothing is counted then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_tally_add(tally: *mut iapt_tally, pathway: *const iapt_pathway) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let tally = caller.handle_mut(tally)?;
        let tables = Tables::of(&caller, pathway)?;
        tally.change(|tally| tally.add(&tables))
    })
}

/// Adds to a tally what another one has counted. The other one stays as it is, and is to be freed on its own.
///
/// Errors: IAPT_ERROR_INVALID_ARGUMENT where the two are one tally, or have another period or other own measures.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_tally_merge(tally: *mut iapt_tally, other: *const iapt_tally) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let other_address = other.addr();
        let other = caller.handle(other)?;
        if tally.addr() == other_address {
            return Err(Failure::INVALID_ARGUMENT);
        }
        let tally = caller.handle_mut(tally)?;
        other.sound()?;
        if !tally.is_like(other) {
            return Err(Failure::INVALID_ARGUMENT);
        }
        tally.change(|tally| {
            tally.tally.merge(&other.tally);
            Ok(())
        })
    })
}

/// An official measure of what was counted, by its identifier ("M192"), a NUL-terminated text: iapt_indicator_at() lists
/// them.
///
/// `inputs` says which tables were not at hand, and gives standard deviations; NULL where every table was given, also one
/// in which nothing is recorded, and no effect size is asked for.
///
/// The figure is exact, and not for publication: iapt_report() applies disclosure control.
///
/// Errors: IAPT_ERROR_UNKNOWN_MEASURE for an identifier that is not known; IAPT_ERROR_INVALID_SD for a standard deviation
/// that is not above 0, IAPT_ERROR_UNKNOWN_MEASURE for one in place 0, IAPT_ERROR_NOT_A_NUMBER for one that is none;
/// IAPT_ERROR_INVALID_ARGUMENT for a table that does not exist and for `reserved` other than 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_tally_figure(
    tally: *const iapt_tally,
    id: *const c_char,
    inputs: *const iapt_inputs,
    out: *mut iapt_figure,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let tally = caller.handle(tally)?;
        let id = caller.text(id)?;
        let inputs = caller.read_optional(inputs)?;
        let out = caller.place(out)?;
        tally.sound()?;
        let inputs = inputs.map_or_else(|| Ok(Inputs::default()), |inputs| inputs.inputs())?;
        let figure = id.to_str().ok().and_then(|id| tally.tally.figure(id, &inputs));
        out.write(figure.ok_or(ErrorKind::UnknownMeasure)?.into());
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::{IAPT_ERROR_PANIC, IAPT_OK};
    use std::ptr;

    #[test]
    fn a_panic_leaves_a_tally_that_is_refused() {
        let period: Period = "2024-25".parse().unwrap();
        let tally = hand_out(iapt_tally::new(period, OwnMeasures::default()));
        let status = guard(|| {
            // SAFETY: made above and not given back yet.
            let caller = unsafe { Caller::trusted() };
            caller.handle_mut(tally)?.change(|_| panic!("on purpose"))
        });
        assert_eq!(status, IAPT_ERROR_PANIC);
        // SAFETY: as above; what else is given may be NULL.
        let merged = unsafe { iapt_tally_merge(tally, ptr::null()) };
        assert_ne!(merged, IAPT_OK);
        // SAFETY: as above.
        let caller = unsafe { Caller::trusted() };
        assert_eq!(caller.handle(tally).unwrap().sound(), Err(Failure::PANIC));
        // SAFETY: as above.
        assert_eq!(unsafe { iapt_tally_reset(tally) }, IAPT_OK);
        assert_eq!(caller.handle(tally).unwrap().sound(), Ok(()));
        // SAFETY: as above, and not used again.
        unsafe { iapt_tally_free(tally) };
    }

    /// Threads may hand tallies over to one another.
    #[test]
    fn a_tally_can_move_to_another_thread() {
        fn sendable<T: Send + Sync>() {}
        sendable::<iapt_tally>();
    }
}
