//! Memory for results.

use crate::pages::advise;
use arrow_buffer::Buffer;
use memmap2::MmapMut;
use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::Arc;

/// From so many bytes on, memory comes from the system in pages as large as it has: to get it in small ones takes
/// as long as to work out what is written there.
const LARGE: usize = 4 << 20;

/// Bytes that are 0 until something is written to them.
pub(crate) enum Zeros {
    Small(Vec<u8>),
    Large(MmapMut),
}

impl Zeros {
    /// # Errors
    /// MemoryError where the system has not so much.
    pub(crate) fn new(len: usize) -> PyResult<Self> {
        if len < LARGE {
            let mut bytes = Vec::new();
            bytes.try_reserve_exact(len).map_err(|_| PyMemoryError::new_err(()))?;
            bytes.resize(len, 0);
            return Ok(Self::Small(bytes));
        }
        let memory = MmapMut::map_anon(len).map_err(|_| PyMemoryError::new_err(()))?;
        advise(memory.as_ptr(), len);
        Ok(Self::Large(memory))
    }

    /// The same bytes, to be shared.
    pub(crate) fn into_buffer(self) -> Buffer {
        match self {
            Self::Small(bytes) => Buffer::from_vec(bytes),
            Self::Large(mut memory) => {
                let (start, len) = (NonNull::from(&mut memory[..]).cast(), memory.len());
                // SAFETY: so many bytes are mapped there, wherever the owner is moved to, until it is dropped, which is
                // when the last user of the buffer is gone.
                unsafe { Buffer::from_custom_allocation(start, len, Arc::new(memory)) }
            }
        }
    }
}

impl Deref for Zeros {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Self::Small(bytes) => bytes,
            Self::Large(memory) => memory,
        }
    }
}

impl DerefMut for Zeros {
    fn deref_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Small(bytes) => bytes,
            Self::Large(memory) => memory,
        }
    }
}
