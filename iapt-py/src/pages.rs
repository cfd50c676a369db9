//! Large memory in large pages: tables of sessions take so much that to get it in small ones takes a third of the time.

use std::alloc::{GlobalAlloc, Layout, System};

/// From so many bytes on, the system's allocator always gets memory from the system for that alone, and gives it back. The
/// advice is not for what it keeps for others.
const ALONE: usize = 64 << 20;

/// The allocator of the system, which is told that large memory may come in large pages.
struct Pages;

#[global_allocator]
static PAGES: Pages = Pages;

// SAFETY: all memory comes from the system's allocator, as it was asked for, and goes back there.
unsafe impl GlobalAlloc for Pages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the one that is asked for.
        let start = unsafe { System.alloc(layout) };
        advise_alone(start, layout.size());
        start
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let start = unsafe { System.alloc_zeroed(layout) };
        advise_alone(start, layout.size());
        start
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let start = unsafe { System.realloc(start, layout, size) };
        advise_alone(start, size);
        start
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(start, layout) }
    }
}

fn advise_alone(start: *const u8, size: usize) {
    if size >= ALONE && !start.is_null() {
        advise(start, size);
    }
}

/// Asks for large pages where so many bytes are mapped. Where the system declines, the pages are small ones.
pub(crate) fn advise(start: *const u8, size: usize) {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: this asks for a number.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(1);
        // From the beginning of the page: a mapping that is advised in part only could not grow where it is.
        let before = start.addr() % page;
        // SAFETY: the advice changes no byte of these pages and none that is not there.
        unsafe {
            libc::madvise(start.wrapping_sub(before).cast_mut().cast(), before + size, libc::MADV_HUGEPAGE)
        };
    }
    _ = (start, size);
}
