//! How many referrals of a service have each fact.

use crate::guard::guard;
use crate::pointer::{Caller, Place, Span};
use crate::status::{Failure, iapt_status};
use iapt_core::Counts;
use iapt_core::batch::{FactColumns, count};

/// Counts over the referrals of a service that finished a course of treatment, paired or not.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_counts {
    /// Referrals that finished a course of treatment.
    pub finished: u64,
    /// Of these, paired.
    pub paired: u64,
    /// Of these, at caseness at the start.
    pub caseness: u64,
    /// Of these, known not to be at caseness at the start.
    pub not_caseness: u64,
    /// Of these, recovered.
    pub recovery: u64,
    /// Of these, reliably improved.
    pub reliable_improvement: u64,
    /// Of these, reliably deteriorated.
    pub reliable_deterioration: u64,
    /// Of these, without reliable change.
    pub no_reliable_change: u64,
    /// Of these, reliably recovered.
    pub reliable_recovery: u64,
}

/// Converts field by field, so that a field that one side lacks does not compile.
macro_rules! convert {
    ($($field:ident)+) => {
        impl From<Counts> for iapt_counts {
            fn from(Counts { $($field),+ }: Counts) -> Self {
                Self { $($field),+ }
            }
        }

        impl From<iapt_counts> for Counts {
            fn from(iapt_counts { $($field),+ }: iapt_counts) -> Self {
                Self { $($field),+ }
            }
        }
    };
}

convert! {
    finished paired caseness not_caseness recovery
    reliable_improvement reliable_deterioration no_reliable_change reliable_recovery
}

/// Counts the facts of `n` referrals, all of which finished a course of treatment: leave the others out.
///
/// Errors: IAPT_ERROR_INCONSISTENT_FACTS for the first byte that no referral can have, its row written to `error_row`,
/// counted from 0, unless that is NULL; IAPT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_count(
    flags: *const u8,
    n: usize,
    out: *mut iapt_counts,
    error_row: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let flags = caller.slice(flags, n)?;
        let out = caller.place(out)?;
        let error_row = caller.optional_place(error_row)?;
        let counts = count(FactColumns::Bits(flags), None, None, 1, 1);
        let counts = counts.map_err(|error| Failure::from(error).told(error_row, None))?;
        out.write(counts.first().copied().unwrap_or_default().into());
        Ok(())
    })
}

/// The same for each group of referrals: `groups` gives the number of each row's group, below `number_of_groups`, and
/// `out` gets the counts of group 0, 1 and so on. It must not overlap the columns.
///
/// Errors: as iapt_count(), and IAPT_ERROR_GROUP_OUT_OF_RANGE with the row. Nothing is written to `out` then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_count_groups(
    flags: *const u8,
    groups: *const u32,
    n: usize,
    out: *mut iapt_counts,
    number_of_groups: usize,
    error_row: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let (flags, groups) = (caller.slice(flags, n)?, caller.slice(groups, n)?);
        let error_row = caller.optional_place(error_row)?;
        let others = [Span::of(flags), Span::of(groups), Place::optional_span(error_row.as_ref())];
        let out = caller.slice_mut(out, number_of_groups, &others)?;
        let counts = count(FactColumns::Bits(flags), None, Some(groups), number_of_groups, 1);
        let counts = counts.map_err(|error| Failure::from(error).told(error_row, None))?;
        for (out, counts) in out.iter_mut().zip(counts) {
            *out = counts.into();
        }
        Ok(())
    })
}
