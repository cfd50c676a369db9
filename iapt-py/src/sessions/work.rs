//! Long work, cut into parts: by several threads, stopped by Ctrl-C, telling how far it is.

use crate::errors::Fault;
use iapt_core::ErrorKind;
use pyo3::prelude::*;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::{Builder, ScopedJoinHandle, scope};
use std::time::Duration;

/// How long Python's signals wait.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Does the work on each part of so many rows, and gives the results in the order of the parts. After each part
/// `progress` is called with the number of rows that were done since.
pub(super) fn in_parts<T: Send>(
    py: Python<'_>,
    rows: usize,
    part: usize,
    threads: usize,
    progress: Option<Py<PyAny>>,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> PyResult<Vec<T>> {
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = channel();
    let parts = rows.div_ceil(part);
    let work = &work;
    let results = py.detach(move || {
        scope(|scope| {
            for number in 0..threads.min(parts) {
                let sender = sender.clone();
                let (next, stopped) = (&next, &stopped);
                let spawned = Builder::new().spawn_scoped(scope, move || {
                    while !stopped.load(Ordering::Relaxed) {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= parts {
                            return;
                        }
                        let range = at * part..rows.min((at + 1) * part);
                        let length = range.len();
                        if sender.send((at, length, work(range))).is_err() {
                            return;
                        }
                    }
                });
                // Fewer threads take longer; this one is needed for Python.
                if spawned.is_err() && number == 0 {
                    return Err(Fault::from(ErrorKind::OutOfMemory).into());
                }
            }
            drop(sender);
            let mut results = Vec::with_capacity(parts);
            let mut done = 0;
            loop {
                let ended = match receiver.recv_timeout(BETWEEN_LOOKS) {
                    Ok((at, length, result)) => {
                        results.push((at, result));
                        done += length;
                        false
                    }
                    Err(RecvTimeoutError::Timeout) => false,
                    Err(RecvTimeoutError::Disconnected) => true,
                };
                if let Err(error) = look(progress.as_ref(), &mut done) {
                    stopped.store(true, Ordering::Relaxed);
                    return Err(error);
                }
                if ended {
                    return Ok(results);
                }
            }
        })
    });
    let mut results = results?;
    results.sort_unstable_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

/// Lets Python handle its signals, and tells how far the work is.
fn look(progress: Option<&Py<PyAny>>, done: &mut usize) -> PyResult<()> {
    Python::attach(|py| {
        py.check_signals()?;
        match progress {
            Some(progress) if *done > 0 => progress.call1(py, (std::mem::take(done),)).map(|_| ()),
            _ => Ok(()),
        }
    })
}

/// Does two things at once, or one after the other where the system has no more threads.
pub(super) fn both<A: Send, B>(first: impl Fn() -> A + Sync, second: impl FnOnce() -> B) -> (A, B) {
    scope(|scope| {
        let worker = Builder::new().spawn_scoped(scope, &first);
        let second = second();
        (worker.map_or_else(|_| first(), joined), second)
    })
}

/// Does work on each part in a thread of its own, or here where the system has no more threads.
pub(super) fn in_threads<P: Copy + Send, T: Send>(
    parts: impl Iterator<Item = P>,
    work: impl Fn(P) -> T + Sync,
) -> Vec<T> {
    scope(|scope| {
        let work = &work;
        let spawn = |part| Builder::new().spawn_scoped(scope, move || work(part)).map_err(|_| part);
        let workers: Vec<_> = parts.map(spawn).collect();
        workers.into_iter().map(|worker| worker.map_or_else(work, joined)).collect()
    })
}

fn joined<T>(worker: ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| resume_unwind(panic))
}
