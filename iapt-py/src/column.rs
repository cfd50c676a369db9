//! Columns as the core takes them, from Arrow data or from Python's own memory.

use crate::buffer::Memory;
use crate::errors::Fault;
use crate::groups::{self, Labels};
use crate::stream::ArrowStream;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal128Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, Float64Array, PrimitiveArray, UInt8Array};
use arrow_schema::DataType;
use arrow_select::take::take;
use iapt_core::batch::{Flags, Missing, Scores, Values};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::sync::Arc;

/// A column of one batch.
pub(crate) enum Column {
    /// An Arrow array; where it came from Python's own memory, a mask may say which rows are missing.
    Array(ArrayRef, Option<Memory>),
    /// Booleans, one byte each, with the same mask.
    Bools(Memory, Option<Memory>),
    /// Texts as numbers into a list of the different ones.
    Labels(ArrayRef, Arc<[Option<String>]>),
}

/// The columns of a frame, batch by batch, in the order asked for.
pub(crate) type Batches = Vec<Vec<Column>>;

/// Reads what the Python side gives: an Arrow stream whose columns are in order, or a list of single columns, each
/// an Arrow stream of one column, an array, a pair of array and mask, or ("labels", numbers, texts).
pub(crate) fn read_source(source: &Bound<'_, PyAny>) -> PyResult<Batches> {
    if let Ok(columns) = source.cast::<pyo3::types::PyList>() {
        return Ok(vec![columns.iter().map(|column| read_column(&column)).collect::<PyResult<_>>()?]);
    }
    let stream = ArrowStream::of(source)?;
    let columns = |batch: &arrow_array::RecordBatch| {
        batch.columns().iter().map(|array| Column::Array(Arc::clone(array), None)).collect()
    };
    Ok(stream.batches().iter().map(columns).collect())
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
        [values] if values.hasattr("__arrow_c_stream__")? => {
            let stream = read_source(values)?;
            concatenate(stream)
        }
        [values] => from_memory(Memory::of(values)?, None),
        [values, mask] => from_memory(Memory::of(values)?, Some(Memory::of(mask)?)),
        _ => Err(PyValueError::new_err("no column")),
    }
}

fn concatenate(batches: Batches) -> PyResult<Column> {
    let arrays: Vec<_> = batches
        .iter()
        .flatten()
        .filter_map(|column| match column {
            Column::Array(array, _) => Some(array.as_ref()),
            _ => None,
        })
        .collect();
    match &arrays[..] {
        [] => Ok(Column::Array(arrow_array::new_empty_array(&DataType::Null), None)),
        many => {
            let whole = arrow_select::concat::concat(many).map_err(crate::stream::arrow_error)?;
            Ok(Column::Array(whole, None))
        }
    }
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
            Self::Bools(values, _) => values.len(),
        }
    }

    /// The column made ready to be scores: dictionaries unpacked, rarer number types converted.
    pub(crate) fn into_numbers(self) -> Result<Self, Fault> {
        let wrong = || Fault::column_type("numbers");
        let Self::Array(array, mask) = self else { return Err(wrong()) };
        let array = match array.data_type() {
            other if !is_number(other) && all_missing(&array) => nothing(array.len()),
            DataType::Dictionary(_, values) if is_number(values) => unpack(&array)?,
            DataType::Float16 => {
                Arc::new(array.as_primitive::<Float16Type>().unary::<_, Float32Type>(|v| v.to_f32()))
                    as ArrayRef
            }
            DataType::Decimal128(_, scale) => decimals(&array, *scale),
            other if is_number(other) => array,
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

    /// The column as an Arrow array; booleans of one byte each only where they are not masked.
    pub(crate) fn array(&self) -> Result<&ArrayRef, Fault> {
        match self {
            Self::Array(array, None) => Ok(array),
            _ => Err(Fault::column_type("numbers, texts or booleans")),
        }
    }

    /// A column of texts as numbers into the list of the different ones.
    pub(crate) fn into_labels(self) -> Result<Labels, Fault> {
        let wrong = || Fault::column_type("texts");
        match self {
            Self::Labels(numbers, texts) => {
                let numbers = match Self::Array(numbers, None).into_numbers()? {
                    Self::Array(array, _) => groups::small_numbers(&array).ok_or_else(wrong)?,
                    _ => return Err(wrong()),
                };
                Ok((numbers, texts))
            }
            Self::Array(array, None) if all_missing(&array) => Ok((vec![0; array.len()], Arc::new([None]))),
            Self::Array(array, None) => groups::labels(&array).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }
}

fn is_number(data_type: &DataType) -> bool {
    data_type.is_integer() || data_type.is_floating() || matches!(data_type, DataType::Decimal128(..))
}

/// Whether no row has a value: the type is then only what a reader of files made of an empty column.
fn all_missing(array: &ArrayRef) -> bool {
    array.logical_null_count() == array.len()
}

/// A column of numbers, all of them missing.
fn nothing(rows: usize) -> ArrayRef {
    Arc::new(UInt8Array::new_null(rows))
}

fn unpack(array: &ArrayRef) -> Result<ArrayRef, Fault> {
    let dictionary = array.as_any_dictionary();
    take(dictionary.values(), dictionary.keys(), None).map_err(|_| Fault::column_type("numbers"))
}

/// Decimals as the floats whose shortest text is the same.
fn decimals(array: &ArrayRef, scale: i8) -> ArrayRef {
    let array: &PrimitiveArray<Decimal128Type> = array.as_primitive();
    let text = |value: i128| format!("{value}e{}", -i32::from(scale)).parse().unwrap_or(f64::INFINITY);
    let converted: Float64Array = array.unary::<_, Float64Type>(text);
    Arc::new(converted)
}
