//! Disclosure control: what of a table of counts may be shown.

use crate::guard::guard;
use crate::pointer::{Caller, Span};
use crate::status::iapt_status;
use iapt_core::{Disclosed, disclose};

/// The figure may be shown.
pub const IAPT_DISCLOSED_VALUE: u8 = 0;
/// The figure is hidden, written '*'.
pub const IAPT_DISCLOSED_SUPPRESSED: u8 = 1;
/// There is no figure: a rate without a denominator.
pub const IAPT_DISCLOSED_NOT_APPLICABLE: u8 = 2;

/// A figure in a table under disclosure control.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_disclosed {
    /// The figure; 0 unless it may be shown.
    pub value: u64,
    /// IAPT_DISCLOSED_VALUE, IAPT_DISCLOSED_SUPPRESSED or IAPT_DISCLOSED_NOT_APPLICABLE.
    pub status: u8,
    /// 0.
    pub reserved: [u8; 7],
}

impl<T: Into<u64>> From<Disclosed<T>> for iapt_disclosed {
    fn from(figure: Disclosed<T>) -> Self {
        let (value, status) = match figure {
            Disclosed::Value(value) => (value.into(), IAPT_DISCLOSED_VALUE),
            Disclosed::Suppressed => (0, IAPT_DISCLOSED_SUPPRESSED),
            Disclosed::NotApplicable => (0, IAPT_DISCLOSED_NOT_APPLICABLE),
        };
        Self { value, status, reserved: [0; 7] }
    }
}

/// Rounds and suppresses the counts of `n` groups that add up to a total which is published with them.
///
/// Small counts are suppressed, zero included, and the others rounded, as NHS England does; where the total and the
/// other groups would tell a hidden count, further ones are hidden, and at last the total. `groups` has room for `n`
/// figures and must not overlap `counts`.
///
/// Errors: IAPT_ERROR_TOO_LARGE where the total is beyond 64 bits; IAPT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_disclose(
    counts: *const u64,
    n: usize,
    groups: *mut iapt_disclosed,
    total: *mut iapt_disclosed,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let counts = caller.slice(counts, n)?;
        let total = caller.place(total)?;
        let groups = caller.slice_mut(groups, n, &[Span::of(counts), total.span()])?;
        let table = disclose(counts)?;
        for (place, figure) in groups.iter_mut().zip(table.groups) {
            *place = figure.into();
        }
        total.write(table.total.into());
        Ok(())
    })
}
