//! One-dimensional contiguous memory of Python objects such as numpy arrays, in and out without copies.

use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{ArrayRef, PrimitiveArray};
use arrow_buffer::{Buffer, ScalarBuffer};
use pyo3::buffer::{ElementType, PyUntypedBuffer};
use pyo3::exceptions::PyBufferError;
use pyo3::prelude::*;
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::ptr::NonNull;
use std::sync::Arc;

/// A contiguous buffer of values, held for as long as this lives.
pub(crate) struct Memory {
    buffer: PyUntypedBuffer,
    element: ElementType,
}

impl Memory {
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let buffer = PyUntypedBuffer::get(object)?;
        if buffer.dimensions() != 1 || !buffer.is_c_contiguous() {
            return Err(PyBufferError::new_err("must be one-dimensional and contiguous"));
        }
        let element = ElementType::from_format(buffer.format());
        Ok(Self { buffer, element })
    }

    pub(crate) fn len(&self) -> usize {
        self.buffer.item_count()
    }

    /// Where the values lie.
    pub(crate) fn addresses(&self) -> Range<usize> {
        let start = self.buffer.buf_ptr().addr();
        start..start + self.buffer.len_bytes()
    }

    fn is_bool(&self) -> bool {
        self.element == ElementType::Bool && self.buffer.item_size() == 1
    }

    /// The start, or a well-aligned pointer to nothing where there are no values.
    fn start<T>(&self) -> NonNull<T> {
        match NonNull::new(self.buffer.buf_ptr().cast()) {
            Some(start) if self.len() > 0 => start,
            _ => NonNull::dangling(),
        }
    }

    /// The bytes of a buffer of booleans or bytes.
    fn bytes(&self) -> Option<&[u8]> {
        let is_byte = self.element == ElementType::UnsignedInteger { bytes: 1 };
        if !(self.is_bool() || is_byte) {
            return None;
        }
        // SAFETY: the exporter keeps so many bytes valid for reads until the buffer is released, which is when
        // `self` is dropped. Should Python write to them meanwhile in another thread, the answer may mix old and
        // new values, as with every library that works on numpy arrays with the interpreter released.
        Some(unsafe { std::slice::from_raw_parts(self.start().as_ptr(), self.len()) })
    }

    /// The booleans of a buffer of them, if all bytes are 0 or 1.
    pub(crate) fn bools(&self) -> Option<&[bool]> {
        let bytes = self.bytes().filter(|_| self.is_bool())?;
        // A maximum, not `all`, so that it runs over whole vectors.
        if bytes.iter().fold(0, |most, byte| most.max(*byte)) > 1 {
            return None;
        }
        // SAFETY: bool has the size of u8, and every byte was seen to be 0 or 1.
        Some(unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len()) })
    }

    /// The numbers as an Arrow array over the same memory; nothing for other types.
    pub(crate) fn into_array(self) -> Option<ArrayRef> {
        use ElementType::{Float, SignedInteger, UnsignedInteger};
        match self.element {
            SignedInteger { bytes: 1 } => self.primitive::<Int8Type>(),
            SignedInteger { bytes: 2 } => self.primitive::<Int16Type>(),
            SignedInteger { bytes: 4 } => self.primitive::<Int32Type>(),
            SignedInteger { bytes: 8 } => self.primitive::<Int64Type>(),
            UnsignedInteger { bytes: 1 } => self.primitive::<UInt8Type>(),
            UnsignedInteger { bytes: 2 } => self.primitive::<UInt16Type>(),
            UnsignedInteger { bytes: 4 } => self.primitive::<UInt32Type>(),
            UnsignedInteger { bytes: 8 } => self.primitive::<UInt64Type>(),
            Float { bytes: 4 } => self.primitive::<Float32Type>(),
            Float { bytes: 8 } => self.primitive::<Float64Type>(),
            _ => None,
        }
    }

    fn primitive<T: ArrowPrimitiveType>(self) -> Option<ArrayRef> {
        let (rows, bytes) = (self.len(), self.buffer.len_bytes());
        let start = self.start::<T::Native>();
        if bytes != rows * size_of::<T::Native>() || !start.is_aligned() {
            return None;
        }
        let owner = Arc::new(AssertUnwindSafe(self));
        // SAFETY: the exporter keeps so many bytes valid until the buffer is released, which the owner does when
        // the last user of the array is gone.
        let buffer = unsafe { Buffer::from_custom_allocation(start.cast(), bytes, owner) };
        Some(Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::new(buffer, 0, rows), None)))
    }
}

/// Memory of the caller's to write a result to.
pub(crate) struct Room {
    memory: Memory,
}

/// The number types of results.
pub(crate) trait Value: Copy {
    fn is_element(element: ElementType) -> bool;
}

macro_rules! values {
    ($($type:ty, $element:pat,)+) => {
        $(impl Value for $type {
            fn is_element(element: ElementType) -> bool {
                matches!(element, $element)
            }
        })+
    };
}

values! {
    bool, ElementType::Bool,
    u8, ElementType::UnsignedInteger { bytes: 1 },
    i8, ElementType::SignedInteger { bytes: 1 },
    i64, ElementType::SignedInteger { bytes: 8 },
    f64, ElementType::Float { bytes: 8 },
}

impl Room {
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let memory = Memory::of(object)?;
        if memory.buffer.readonly() {
            return Err(PyBufferError::new_err("must be writable"));
        }
        Ok(Self { memory })
    }

    pub(crate) fn len(&self) -> usize {
        self.memory.len()
    }

    pub(crate) fn addresses(&self) -> Range<usize> {
        self.memory.addresses()
    }

    /// The values to write. Memory for booleans must be zeros.
    pub(crate) fn values<T: Value>(&mut self) -> PyResult<&mut [T]> {
        self.slice(T::is_element)
    }

    /// The bytes to write that are the values of booleans.
    pub(crate) fn bytes_of_bools(&mut self) -> PyResult<&mut [u8]> {
        self.slice(bool::is_element)
    }

    fn slice<T: Value>(&mut self, is_element: fn(ElementType) -> bool) -> PyResult<&mut [T]> {
        let start = self.memory.start::<T>();
        let fits = is_element(self.memory.element)
            && self.memory.buffer.len_bytes() == self.len() * size_of::<T>()
            && start.is_aligned();
        if !fits {
            return Err(PyBufferError::new_err("must be of the type of the result"));
        }
        // SAFETY: the memory is valid until the buffer is released, its bytes are a valid value of the type (all
        // bit patterns of numbers are; the package's Python code makes booleans by numpy.zeros), and only this
        // call holds it: the package's Python code makes it anew, or it is the user's bytes, which were seen to lie
        // apart from all that is read, and which another thread must not use meanwhile.
        Ok(unsafe { std::slice::from_raw_parts_mut(start.as_ptr(), self.len()) })
    }
}
