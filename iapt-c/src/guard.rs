//! No panic crosses into C: every exported function runs inside one of these two.

use crate::status::{Failure, IAPT_ERROR_PANIC, IAPT_OK, iapt_status};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The status of what was done; `IAPT_ERROR_PANIC` if it panicked.
pub(crate) fn guard(body: impl FnOnce() -> Result<(), Failure>) -> iapt_status {
    guard_or(IAPT_ERROR_PANIC, || body().map_or_else(Failure::status, |()| IAPT_OK))
}

/// The value of what was done; the given one if it panicked.
pub(crate) fn guard_or<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    // Nothing is shared between calls, so a panic leaves nothing behind that a later call could see.
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_status() {
        assert_eq!(guard(|| panic!("on purpose")), IAPT_ERROR_PANIC);
        assert_eq!(guard(|| Err(Failure::NULL_POINTER)), crate::status::IAPT_ERROR_NULL_POINTER);
        assert_eq!(guard_or(7, || panic!("on purpose")), 7);
    }
}
