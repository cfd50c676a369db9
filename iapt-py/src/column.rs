//! Columns as the core takes them, from Arrow data or from Python's own memory.

use crate::buffer::Memory;
use crate::errors::Fault;
use crate::groups::{self, Labels};
use crate::imported::{Imported, Views};
use crate::number::{self, Read};
use crate::room;
use crate::stream::ArrowStream;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal128Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, PrimitiveArray, UInt8Array};
use arrow_buffer::{BooleanBuffer, Buffer};
use arrow_schema::DataType;
use arrow_select::take::take;
use iapt_core::batch::{Flags, Missing, Scores, Values};
use iapt_core::{ParseScoreError, Score};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::ops::Range;
use std::sync::Arc;

/// A column of one batch.
pub(crate) enum Column {
    /// An Arrow array; where it came from Python's own memory, a mask may say which rows are missing.
    Array(ArrayRef, Option<Memory>),
    /// Texts that are checked where they are read.
    Views(Views),
    /// Booleans, one byte each, with the same mask.
    Bools(Memory, Option<Memory>),
    /// Texts as numbers into a list of the different ones.
    Labels(ArrayRef, Arc<[Option<String>]>),
}

/// The columns of a frame, batch by batch, in the order asked for.
pub(crate) type Batches = Vec<Vec<Column>>;

/// Reads what the Python side gives: an Arrow stream whose columns are in order, or a list of single columns, each
/// an Arrow stream of one column, an array, a pair of array and mask, ("labels", numbers, texts), or Python objects as
/// ("numbers", name, values) or ("booleans", name, values).
pub(crate) fn read_source(source: &Bound<'_, PyAny>) -> PyResult<Batches> {
    if let Ok(columns) = source.cast::<pyo3::types::PyList>() {
        return Ok(vec![columns.iter().map(|column| read_column(&column)).collect::<PyResult<_>>()?]);
    }
    let stream = ArrowStream::of(source)?;
    let column = |column: &Imported| match column.clone() {
        Imported::Array(array) => Column::Array(array, None),
        Imported::Views(views) => Column::Views(views),
    };
    Ok(stream.batches().iter().map(|batch| batch.columns().iter().map(column).collect()).collect())
}

fn read_column(column: &Bound<'_, PyAny>) -> PyResult<Column> {
    let parts: Vec<Bound<'_, PyAny>> =
        column.cast::<PyTuple>().map_or_else(|_| vec![column.clone()], |parts| parts.iter().collect());
    match &parts[..] {
        [label, numbers, texts] if label.eq("labels")? => {
            let texts: Vec<Option<String>> = texts.extract()?;
            let numbers = Memory::of(numbers)?.into_array();
            let numbers = numbers.ok_or_else(|| PyValueError::new_err("labels must be numbered"))?;
            Ok(Column::Labels(numbers, texts.into()))
        }
        [kind, name, values] if kind.eq("numbers")? => {
            objects(values, name, "numbers", |value, name| number::read(value, name).ok())
                .and_then(|read| Ok(Column::Array(numbers(read)?, None)))
        }
        [kind, name, values] if kind.eq("booleans")? => objects(values, name, "booleans", number::read_bool)
            .map(|read| Column::Array(Arc::new(BooleanArray::from(read)), None)),
        [values] if values.hasattr("__arrow_c_stream__")? => {
            let stream = read_source(values)?;
            concatenate(stream)
        }
        [values] => from_memory(Memory::of(values)?, None),
        [values, mask] => from_memory(Memory::of(values)?, Some(Memory::of(mask)?)),
        _ => Err(PyValueError::new_err("no column")),
    }
}

/// Reads a column of Python objects value by value.
fn objects<T>(
    values: &Bound<'_, PyAny>,
    name: &Bound<'_, PyAny>,
    wanted: &str,
    read: impl Fn(&Bound<'_, PyAny>, &str) -> Option<T>,
) -> PyResult<Vec<T>> {
    let name: String = name.extract()?;
    let read = |(row, value): (usize, PyResult<Bound<'_, PyAny>>)| {
        let wrong = || Fault::column_type(wanted).in_row(row).in_field(name.as_str());
        Ok::<_, PyErr>(read(&value?, &name).ok_or_else(wrong)?)
    };
    let mut all = Vec::new();
    for value in values.try_iter()?.enumerate().map(read) {
        room::push(&mut all, value?)?;
    }
    Ok(all)
}

fn concatenate(batches: Batches) -> PyResult<Column> {
    let arrays: Vec<_> =
        batches.iter().flatten().map(|column| column.imported()?.check()).collect::<Result<_, Fault>>()?;
    if arrays.is_empty() {
        return Ok(Column::Array(arrow_array::new_empty_array(&DataType::Null), None));
    }
    let arrays: Vec<_> = arrays.iter().map(|array| array.as_ref()).collect();
    let whole = arrow_select::concat::concat(&arrays).map_err(crate::stream::arrow_error)?;
    Ok(Column::Array(whole, None))
}

fn from_memory(values: Memory, mask: Option<Memory>) -> PyResult<Column> {
    if values.bools().is_some() {
        return Ok(Column::Bools(values, mask));
    }
    let array =
        values.into_array().ok_or_else(|| PyValueError::new_err("no column of numbers or booleans"))?;
    Ok(Column::Array(array, mask))
}

/// Calls a macro with the name of each of the core's types of values and Arrow's.
macro_rules! for_number_types {
    ($do:ident) => {
        $do! {
            Int8 Int8Type, Int16 Int16Type, Int32 Int32Type, Int64 Int64Type,
            UInt8 UInt8Type, UInt16 UInt16Type, UInt32 UInt32Type, UInt64 UInt64Type,
            Float32 Float32Type, Float64 Float64Type
        }
    };
}

impl Column {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Array(array, _) | Self::Labels(array, _) => array.len(),
            Self::Views(views) => views.len(),
            Self::Bools(values, _) => values.len(),
        }
    }

    /// Whether any of its values lies at these addresses.
    pub(crate) fn overlaps(&self, addresses: &Range<usize>) -> bool {
        let at = |memory: &Memory| overlap(&memory.addresses(), addresses);
        match self {
            Self::Array(array, mask) => array_overlaps(array, addresses) || mask.as_ref().is_some_and(at),
            Self::Views(views) => views.buffers().any(|buffer| buffer_overlaps(buffer, addresses)),
            Self::Bools(values, mask) => at(values) || mask.as_ref().is_some_and(at),
            Self::Labels(numbers, _) => array_overlaps(numbers, addresses),
        }
    }

    /// A column of booleans with those that are missing made false.
    pub(crate) fn into_true_ones(self) -> Result<Self, Fault> {
        room::check(self.len().div_ceil(8))?;
        let values = match &self {
            Self::Bools(values, Some(mask)) => match (values.bools(), mask.bools()) {
                (Some(values), Some(mask)) => {
                    values.iter().zip(mask).map(|(value, missing)| value & !missing).collect()
                }
                _ => return Err(Fault::column_type("booleans")),
            },
            Self::Array(array, _) if *array.data_type() == DataType::Boolean => match array.nulls() {
                Some(nulls) => array.as_boolean().values() & nulls.inner(),
                None => return Ok(self),
            },
            Self::Array(array, _) if all_missing(array) => BooleanBuffer::new_unset(array.len()),
            _ => return Ok(self),
        };
        Ok(Self::Array(Arc::new(BooleanArray::new(values, None)), None))
    }

    /// The column made ready to be scores: dictionaries unpacked, rarer number types converted.
    pub(crate) fn into_numbers(self) -> Result<Self, Fault> {
        let wrong = || Fault::column_type("numbers");
        let Self::Array(array, mask) = self.checked()? else { return Err(wrong()) };
        let array = match array.data_type() {
            other if is_read_as_it_is(other) => array,
            other if !is_number(other) && all_missing(&array) => nothing(array.len())?,
            DataType::Dictionary(_, values) if is_number(values) => unpack(&array)?,
            DataType::Float16 => {
                room::check(array.len().saturating_mul(size_of::<f32>()))?;
                Arc::new(array.as_primitive::<Float16Type>().unary::<_, Float32Type>(|v| v.to_f32()))
                    as ArrayRef
            }
            DataType::Decimal128(..) => decimals(&array)?,
            _ => return Err(wrong()),
        };
        match array.data_type() {
            DataType::Float16 | DataType::Decimal128(..) => Self::Array(array, mask).into_numbers(),
            _ => Ok(Self::Array(array, mask)),
        }
    }

    /// The column as scores; it must have come from [`Column::into_numbers`].
    pub(crate) fn scores(&self) -> Result<Scores<'_>, Fault> {
        let wrong = || Fault::column_type("numbers");
        let Self::Array(array, mask) = self else { return Err(wrong()) };
        macro_rules! values {
            ($($variant:ident $type:ty),+) => {
                match array.data_type() {
                    $(DataType::$variant => Values::from(&array.as_primitive::<$type>().values()[..]),)+
                    _ => return Err(wrong()),
                }
            };
        }
        let values = for_number_types!(values);
        let missing = match (mask, array.nulls()) {
            (Some(mask), _) => Missing::Mask(mask.bools().ok_or_else(wrong)?),
            (None, Some(nulls)) if nulls.null_count() > 0 => {
                Missing::Bitmap { bits: nulls.validity(), offset: nulls.offset() }
            }
            _ => Missing::None,
        };
        Ok(Scores::new(values, missing)?)
    }

    /// The column as booleans, none of them missing.
    pub(crate) fn flags(&self) -> Result<Flags<'_>, Fault> {
        let wrong = || Fault::column_type("booleans");
        match self {
            Self::Bools(values, mask) => {
                let mask = mask.as_ref().map(|mask| mask.bools().ok_or_else(wrong)).transpose()?;
                match mask.and_then(|mask| mask.iter().position(|missing| *missing)) {
                    Some(row) => Err(Fault::null(row)),
                    None => Ok(Flags::Bools(values.bools().ok_or_else(wrong)?)),
                }
            }
            Self::Array(array, _) if *array.data_type() == DataType::Boolean => {
                let missing = array.nulls().filter(|nulls| nulls.null_count() > 0);
                if let Some(row) = missing.and_then(|nulls| nulls.iter().position(|valid| !valid)) {
                    return Err(Fault::null(row));
                }
                let values = array.as_boolean().values();
                let (offset, rows) = (values.offset(), values.len());
                Ok(Flags::Bitmap { bits: values.values(), offset, rows })
            }
            // A frame without rows may not know the types of its columns.
            Self::Array(array, _) if array.is_empty() => Ok(Flags::Bools(&[])),
            _ => Err(wrong()),
        }
    }

    /// The column as it was imported; booleans of one byte each only where they are not masked.
    pub(crate) fn imported(&self) -> Result<Imported, Fault> {
        match self {
            Self::Array(array, None) => Ok(Imported::Array(Arc::clone(array))),
            Self::Views(views) => Ok(Imported::Views(views.clone())),
            _ => Err(Fault::column_type("numbers, texts or booleans")),
        }
    }

    fn checked(self) -> Result<Self, Fault> {
        match self {
            Self::Views(views) => Ok(Self::Array(Arc::new(views.check()?), None)),
            other => Ok(other),
        }
    }

    /// A column of texts as numbers into the list of the different ones.
    pub(crate) fn into_labels(self) -> Result<Labels, Fault> {
        let wrong = || Fault::column_type("texts");
        match self.checked()? {
            Self::Labels(numbers, texts) => {
                let numbers = match Self::Array(numbers, None).into_numbers()? {
                    Self::Array(array, _) => groups::small_numbers(&array).ok_or_else(wrong)?,
                    _ => return Err(wrong()),
                };
                Ok((numbers, texts))
            }
            Self::Array(array, None) if all_missing(&array) => {
                Ok((room::filled(array.len(), 0)?, Arc::new([None])))
            }
            Self::Array(array, None) => {
                room::check(array.len().saturating_mul(MOST_OF_A_LABEL))?;
                groups::labels(&array).ok_or_else(wrong)
            }
            _ => Err(wrong()),
        }
    }
}

fn is_number(data_type: &DataType) -> bool {
    is_read_as_it_is(data_type) || matches!(data_type, DataType::Float16 | DataType::Decimal128(..))
}

/// Whether the core reads numbers of this type.
fn is_read_as_it_is(data_type: &DataType) -> bool {
    data_type.is_integer() || matches!(data_type, DataType::Float32 | DataType::Float64)
}

/// What the number of a text takes, and the list of texts where all of them differ.
const MOST_OF_A_LABEL: usize = 256;

/// Whether no row has a value: the type is then only what a reader of files made of an empty column.
fn all_missing(array: &ArrayRef) -> bool {
    array.logical_null_count() == array.len()
}

/// A column of numbers, all of them missing.
fn nothing(rows: usize) -> Result<ArrayRef, Fault> {
    room::check(rows)?;
    Ok(Arc::new(UInt8Array::new_null(rows)))
}

fn unpack(array: &ArrayRef) -> Result<ArrayRef, Fault> {
    let dictionary = array.as_any_dictionary();
    room::check(array.len().saturating_mul(size_of::<i128>()))?;
    take(dictionary.values(), dictionary.keys(), None).map_err(|_| Fault::column_type("numbers"))
}

/// Decimals, each read exactly.
fn decimals(array: &ArrayRef) -> Result<ArrayRef, Fault> {
    let array: &PrimitiveArray<Decimal128Type> = array.as_primitive();
    let read = |row| array.is_valid(row).then(|| array.value_as_string(row).parse());
    let mut all = Vec::new();
    room::append(&mut all, (0..array.len()).map(read))?;
    numbers(all)
}

/// What was read as whole numbers, or else as floats: a number that is not the shortest text of any float becomes
/// one that is no number, and one too large stays too large, so that the core says so of their rows.
fn numbers(read: Vec<Read>) -> Result<ArrayRef, Fault> {
    // Arrow's list grows, by copying itself to one twice as long.
    room::check(read.len().saturating_mul(4 * size_of::<i64>()))?;
    let whole = |read: &Read| match read {
        None => Some(None),
        Some(Ok(score)) if score.is_whole() => Some(Some(score.numerator())),
        Some(_) => None,
    };
    if let Some(whole) = read.iter().map(whole).collect::<Option<Int64Array>>() {
        return Ok(Arc::new(whole));
    }
    let float = |read: Result<Score, ParseScoreError>| match read {
        Ok(score) => Some(score.to_f64()).filter(|float| Score::from_f64(*float) == Ok(score)),
        Err(ParseScoreError::TooLarge) => Some(f64::MAX),
        Err(_) => None,
    };
    let float = |read: Read| read.map(|read| float(read).unwrap_or(f64::INFINITY));
    Ok(Arc::new(read.into_iter().map(float).collect::<Float64Array>()))
}

const fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn buffer_overlaps(buffer: &Buffer, addresses: &Range<usize>) -> bool {
    let start = buffer.as_ptr().addr();
    overlap(&(start..start + buffer.len()), addresses)
}

fn array_overlaps(array: &ArrayRef, addresses: &Range<usize>) -> bool {
    let mut parts = vec![array.to_data()];
    while let Some(part) = parts.pop() {
        let nulls = part.nulls().map(arrow_buffer::NullBuffer::buffer);
        if part.buffers().iter().chain(nulls).any(|buffer| buffer_overlaps(buffer, addresses)) {
            return true;
        }
        parts.extend_from_slice(part.child_data());
    }
    false
}
