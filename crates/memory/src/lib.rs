//! How memory that is done with goes back to the system.
//!
//! The allocator of the GNU C library learns from the blocks that it frees to take ever larger ones,
//! up to 32 MiB, from a heap that it keeps: after some effects on a whole volume it held a hundred
//! megabytes that nothing used. Told where to draw the line, it learns nothing. Of small blocks it
//! gives back what lies at the end of a heap alone, and the rest when it is asked. Where the allocator
//! is another one, nothing here does anything.

/// Bytes from which on a block is the system's own and goes back to it when it is freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const OWN_BLOCK: libc::c_int = 1 << 20;

/// Has large blocks of memory go back to the system as soon as they are freed. To be called first of
/// all.
pub fn keep_no_large_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "there is no other way to tell this allocator")]
    // SAFETY: it takes two numbers, holds the allocator's lock and touches no memory of ours. What it
    // does not understand it ignores, which its answer tells and which changes nothing for us.
    let _ = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, OWN_BLOCK) };
}

/// Gives back the pages in which no small block is left. It takes some milliseconds, in which others
/// that allocate may wait: for moments in which nobody does anything.
pub fn give_back_freed() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "there is no other way to ask this allocator")]
    // SAFETY: it takes a number, the bytes to keep at the end of the heap, holds the allocator's locks
    // and gives back pages without a block that is in use. Its answer tells whether there were any.
    let _ = unsafe { libc::malloc_trim(0) };
}
