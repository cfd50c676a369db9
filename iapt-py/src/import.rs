//! Arrow data of another library, by the PyCapsule interface: what can be checked of it is checked before it is used. The
//! lengths of buffers cannot: nobody but the producer knows them.

use crate::errors::Fault;
use crate::imported::{Batch, Imported, broken};
use crate::stream::ArrowStream;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_data::{ArrayData, layout};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyCapsuleMethods, PyTuple};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::Arc;

pub(crate) const STREAM: &CStr = c"arrow_array_stream";
pub(crate) const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

/// What an object with `__arrow_c_stream__` hands over.
pub(crate) fn stream(data: &Bound<'_, PyAny>) -> PyResult<ArrowStream> {
    let capsule = data.call_method0("__arrow_c_stream__")?;
    let pointer: NonNull<Stream> = pointer(&capsule, STREAM)?;
    // SAFETY: by the Arrow PyCapsule interface a capsule of this name, which was checked, points to an initialised
    // stream that stays valid while `capsule` lives. It is moved out and marked as released, so that the capsule's
    // destructor does not free it again.
    let stream = unsafe { pointer.replace(Stream::RELEASED) };
    // Producers such as DuckDB compute while they are read, and may wait for the interpreter in other threads.
    data.py().detach(|| agreeing(|| stream.read()))
}

/// What an object with `__arrow_c_array__` hands over.
pub(crate) fn array(data: &Bound<'_, PyAny>) -> PyResult<ArrowStream> {
    let (schema, array): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
        data.call_method0("__arrow_c_array__")?.cast_into::<PyTuple>()?.extract()?;
    let schema: NonNull<FFI_ArrowSchema> = pointer(&schema, SCHEMA)?;
    let array: NonNull<FFI_ArrowArray> = pointer(&array, ARRAY)?;
    // SAFETY: as for streams; the array is moved out of its capsule and marked released there.
    let array = unsafe { FFI_ArrowArray::from_raw(array.as_ptr()) };
    // SAFETY: the schema's capsule is alive until the end of this function, and nothing else writes to it.
    let schema = unsafe { schema.as_ref() };
    agreeing(|| {
        if !matches!(DataType::try_from(schema), Ok(DataType::Struct(_))) {
            return Err(PyTypeError::new_err("must be a frame of columns, not a single Arrow array"));
        }
        let schema = Arc::new(Schema::try_from(schema).map_err(unread)?);
        let batch = import(array, &schema)?;
        Ok(ArrowStream::imported(schema, vec![batch]))
    })
}

fn pointer<T>(capsule: &Bound<'_, PyAny>, name: &CStr) -> PyResult<NonNull<T>> {
    Ok(capsule.cast::<PyCapsule>()?.pointer_checked(Some(name))?.cast())
}

/// The C stream interface; the Arrow library's own reader takes arrays as they come.
#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Self, *mut FFI_ArrowSchema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Self, *mut FFI_ArrowArray) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Self) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut Self)>,
    private_data: *mut c_void,
}

// SAFETY: the interface lets the consumer use a stream from any thread, one at a time.
unsafe impl Send for Stream {}

impl Stream {
    const RELEASED: Self = Self {
        get_schema: None,
        get_next: None,
        get_last_error: None,
        release: None,
        private_data: std::ptr::null_mut(),
    };

    fn read(mut self) -> PyResult<ArrowStream> {
        let schema = Arc::new(self.schema()?);
        let mut batches = Vec::new();
        while let Some(array) = self.next()? {
            batches.push(import(array, &schema)?);
        }
        Ok(ArrowStream::imported(schema, batches))
    }

    fn schema(&mut self) -> PyResult<Schema> {
        let get_schema = self.get_schema.ok_or_else(broken)?;
        let mut schema = FFI_ArrowSchema::empty();
        // SAFETY: the stream is not released, and the place is one for a schema.
        let status = unsafe { get_schema(self, &raw mut schema) };
        if status != 0 {
            return Err(failed().into());
        }
        Schema::try_from(&schema).map_err(unread)
    }

    fn next(&mut self) -> PyResult<Option<FFI_ArrowArray>> {
        let get_next = self.get_next.ok_or_else(broken)?;
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: the stream is not released, and the place is one for an array.
        let status = unsafe { get_next(self, &raw mut array) };
        if status != 0 {
            return Err(failed().into());
        }
        Ok(Some(array).filter(|array| !array.is_released()))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the stream is not released, and this is done once.
            unsafe { release(self) }
        }
    }
}

/// What was read of structures that agree with each other: the Arrow library panics where they do not.
fn agreeing(read: impl FnOnce() -> PyResult<ArrowStream>) -> PyResult<ArrowStream> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(broken().into()))
}

/// A batch of these columns, in which keys of dictionaries, positions of texts and all else that can be checked are in
/// range: the Arrow library trusts them from here on. But views are checked where they are read.
fn import(array: FFI_ArrowArray, schema: &Schema) -> PyResult<Batch> {
    let data_type = DataType::Struct(schema.fields().clone());
    if !fits(&array, &data_type) {
        return Err(broken().into());
    }
    // SAFETY: the array came with this schema, and its numbers of children and buffers are those of the type.
    let data = unsafe { from_ffi_and_data_type(array, data_type) }.map_err(unread)?;
    for (field, column) in schema.fields().iter().zip(data.child_data()) {
        validate(column, field).map_err(|_| broken().in_field(field.name()))?;
    }
    data.validate().map_err(|_| broken())?;
    let column = |column: &ArrayData| Imported::of(column.slice(data.offset(), data.len()));
    Ok(Batch::new(data.child_data().iter().map(column).collect(), data.len()))
}

fn validate(column: &ArrayData, field: &Field) -> Result<(), ArrowError> {
    if !field.is_nullable() && column.null_count() > 0 {
        return Err(ArrowError::InvalidArgumentError("missing values".to_owned()));
    }
    if column.data_type() != &DataType::Utf8View {
        return column.validate_full();
    }
    column.validate()?;
    column.validate_nulls()
}

/// Whether an array has as many buffers and children as its type asks for, and lengths that are lengths.
fn fits(array: &FFI_ArrowArray, data_type: &DataType) -> bool {
    let layout = layout(data_type);
    let buffers = layout.buffers.len() + usize::from(layout.can_contain_null_mask);
    // Views say at the end how long each of their other buffers is.
    let has_buffers = match layout.variadic {
        true => array.num_buffers() > buffers,
        false => array.num_buffers() == buffers,
    };
    let values = match data_type {
        DataType::Dictionary(_, values) => Some(&**values),
        _ => None,
    };
    let children = children(data_type);
    is_length(array.len())
        && is_length(array.offset())
        && has_buffers
        && array.num_children() == children.len()
        && children.iter().enumerate().all(|(at, child)| fits(array.child(at), child))
        && array.dictionary().is_some() == values.is_some()
        && array.dictionary().zip(values).is_none_or(|(array, values)| fits(array, values))
        && tells_lengths(array, data_type)
}

/// Whether the lengths of its texts that an array tells in its own buffers are lengths: the Arrow library takes them as they
/// come. The numbers of its rows and of its buffers were checked.
fn tells_lengths(array: &FFI_ArrowArray, data_type: &DataType) -> bool {
    let rows = array.len() + array.offset();
    match data_type {
        // Without rows there need be no positions.
        DataType::Utf8 | DataType::Binary | DataType::LargeUtf8 | DataType::LargeBinary if rows == 0 => true,
        DataType::Utf8 | DataType::Binary => number_at::<i32>(array, 1, rows).is_some_and(|end| end >= 0),
        DataType::LargeUtf8 | DataType::LargeBinary => {
            number_at::<i64>(array, 1, rows).and_then(|end| usize::try_from(end).ok()).is_some_and(is_length)
        }
        DataType::Utf8View | DataType::BinaryView => {
            // Beside missing values, views and these lengths.
            let (last, texts) = (array.num_buffers() - 1, array.num_buffers() - 3);
            let length =
                |at| number_at::<i64>(array, last, at).and_then(|length| usize::try_from(length).ok());
            (0..texts).all(|at| length(at).is_some_and(is_length))
        }
        _ => true,
    }
}

/// One of the numbers in a buffer; `None` where there is no buffer.
fn number_at<T: Copy>(array: &FFI_ArrowArray, buffer: usize, at: usize) -> Option<T> {
    let start = array.buffer(buffer).cast::<T>();
    if start.is_null() {
        return None;
    }
    // SAFETY: the buffer is there, and by the interface it has at least so many numbers.
    Some(unsafe { start.wrapping_add(at).read_unaligned() })
}

/// Whether a number of rows was not below 0, and has as many bits as can be counted.
fn is_length(rows: usize) -> bool {
    rows <= usize::MAX >> 16
}

fn children(data_type: &DataType) -> Vec<&DataType> {
    match data_type {
        DataType::Struct(fields) => fields.iter().map(|field| field.data_type()).collect(),
        DataType::Union(fields, _) => fields.iter().map(|(_, field)| field.data_type()).collect(),
        DataType::RunEndEncoded(ends, values) => vec![ends.data_type(), values.data_type()],
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _)
        | DataType::Map(field, _) => vec![field.data_type()],
        _ => Vec::new(),
    }
}

/// An error of whoever made the data, whose text may tell values.
fn unread(_: ArrowError) -> PyErr {
    failed().into()
}

fn failed() -> Fault {
    Fault::frame("ARROW", "the source failed while it was read")
}
