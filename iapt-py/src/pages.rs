//! Large memory in large pages: tables of sessions take so much that to get it in small ones takes a third of the time.

use std::alloc::{GlobalAlloc, Layout, System};

/// From so many bytes on, the system is asked for pages as large as it has.
pub(crate) const LARGE: usize = 4 << 20;

/// The allocator of the system, which is told that large memory may come in large pages.
struct Pages;

#[global_allocator]
static PAGES: Pages = Pages;

// SAFETY: all memory comes from the system's allocator, as it was asked for, and goes back there.
unsafe impl GlobalAlloc for Pages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the one that is asked for.
        let start = unsafe { System.alloc(layout) };
        advise(start, layout.size());
        start
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let start = unsafe { System.alloc_zeroed(layout) };
        advise(start, layout.size());
        start
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let start = unsafe { System.realloc(start, layout, size) };
        advise(start, size);
        start
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(start, layout) }
    }
}

/// Asks for large pages for the whole pages in which so many bytes lie: a part of what the system's allocator got at once
/// could not grow where it is. Where the system declines, the pages are small ones.
fn advise(start: *mut u8, size: usize) {
    #[cfg(target_os = "linux")]
    if size >= LARGE && !start.is_null() {
        // SAFETY: this asks for a number.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(1);
        let before = start.addr() % page;
        // SAFETY: the advice changes no byte of these pages and none that is not there, whoever else has bytes in the first
        // and the last of them.
        unsafe { libc::madvise(start.wrapping_sub(before).cast(), before + size, libc::MADV_HUGEPAGE) };
    }
    _ = (start, size);
}
