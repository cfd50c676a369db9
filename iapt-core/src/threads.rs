//! Work shared among threads.

use alloc::vec::Vec;
use core::iter;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, scope};

/// Works on all parts at once, and gives the results in the order of the parts. The calling thread takes its share, and
/// all of it where the system has no thread to give.
pub(crate) fn in_threads<P: Send, T: Send>(
    parts: impl ExactSizeIterator<Item = P> + Send,
    work: impl Fn(P) -> T + Sync,
) -> Vec<T> {
    let others = parts.len().saturating_sub(1);
    let parts = Mutex::new(parts.enumerate());
    let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
    let run = || iter::from_fn(next).map(|(at, part)| (at, work(part))).collect::<Vec<_>>();
    let mut results = scope(|scope| {
        let spawn = |_| Builder::new().spawn_scoped(scope, run).ok();
        let workers: Vec<_> = (0..others).map_while(spawn).collect();
        let mut results = run();
        for worker in workers {
            results.extend(worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        results
    });
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_parts() {
        for parts in [0, 1, 2, 50] {
            assert!(
                in_threads(0..parts, |part: u32| part * part)
                    .into_iter()
                    .eq((0..parts).map(|part| part * part))
            );
        }
    }
}
