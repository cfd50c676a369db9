//! `ArrowStream`: Arrow data in and out of Python by the PyCapsule interface, without copies.

use crate::errors::Fault;
use crate::import::{self, SCHEMA, STREAM};
use crate::imported::Batch;
use crate::room;
use arrow_array::cast::AsArray;
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{Date32Type, Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchIterator, RecordBatchOptions, UInt64Array};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use std::sync::Arc;

/// Columns in the memory layout of Apache Arrow, which data frame libraries read without copying: made by
/// `outcomes`, `score` and `rates` where the frame was neither of pandas, polars nor pyarrow.
///
/// It can be read any number of times, by `pyarrow.table(s)`, `polars.DataFrame(s)`, DuckDB and all else that
/// knows `__arrow_c_stream__`.
///
/// Args:
///     data: Any object with `__arrow_c_stream__` or `__arrow_c_array__`.
///
/// Raises:
///     TypeError: An object without these methods.
///     FrameError: Data that break the Arrow format; a broken text may be found only where it is read.
#[pyclass(frozen, module = "iapt")]
#[derive(Clone)]
pub(crate) struct ArrowStream {
    schema: SchemaRef,
    batches: Vec<Batch>,
}

impl ArrowStream {
    pub(crate) fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self { schema, batches: batches.into_iter().map(Batch::from).collect() }
    }

    pub(crate) const fn imported(schema: SchemaRef, batches: Vec<Batch>) -> Self {
        Self { schema, batches }
    }

    /// One batch of columns that are as long as each other.
    pub(crate) fn of_columns(columns: Vec<(&str, ArrayRef)>, rows: usize) -> PyResult<Self> {
        let field = |(name, array): &(&str, ArrayRef)| {
            Field::new(*name, array.data_type().clone(), array.null_count() > 0)
        };
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        let batch = batch(&schema, arrays, rows).map_err(arrow_error)?;
        Ok(Self::new(schema, vec![batch]))
    }

    pub(crate) const fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(crate) fn batches(&self) -> &[Batch] {
        &self.batches
    }

    /// The batches with all that the Arrow library trusts checked.
    pub(crate) fn check(&self) -> Result<Vec<RecordBatch>, Fault> {
        self.batches.iter().map(|batch| batch.check(&self.schema)).collect()
    }

    fn position(&self, name: &str) -> PyResult<usize> {
        Ok(self.schema.index_of(name).map_err(|_| Fault::no_column(name))?)
    }

    pub(crate) fn rows(&self) -> usize {
        self.batches.iter().map(Batch::rows).sum()
    }
}

/// A batch that keeps its number of rows even without columns.
pub(crate) fn batch(
    schema: &SchemaRef,
    columns: Vec<ArrayRef>,
    rows: usize,
) -> Result<RecordBatch, ArrowError> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

#[pymethods]
impl ArrowStream {
    #[new]
    pub(crate) fn of(data: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(stream) = data.cast::<Self>() {
            return Ok(stream.get().clone());
        }
        if data.hasattr("__arrow_c_stream__")? {
            return import::stream(data);
        }
        if data.hasattr("__arrow_c_array__")? {
            return import::array(data);
        }
        let name = data.get_type().name()?;
        Err(PyTypeError::new_err(format!(
            "must be a pandas, polars or pyarrow frame or offer __arrow_c_stream__; {name} does not"
        )))
    }

    /// The rows of streams of the same columns, one after the other; there is at least one.
    #[staticmethod]
    fn chain(streams: Vec<PyRef<'_, Self>>) -> PyResult<Self> {
        let first = streams.first().ok_or_else(|| PyValueError::new_err("no stream"))?;
        if streams.iter().any(|stream| stream.schema.fields().len() != first.schema.fields().len()) {
            return Err(PyValueError::new_err("the streams have different columns"));
        }
        let batches = streams.iter().flat_map(|stream| stream.batches.iter().cloned()).collect();
        Ok(Self::imported(Arc::clone(&first.schema), batches))
    }

    /// The names of the columns.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The columns of these names, in this order.
    fn select(&self, names: Vec<String>) -> PyResult<Self> {
        let positions = names.iter().map(|name| self.position(name)).collect::<PyResult<Vec<_>>>()?;
        let project = |batch: &Batch| {
            let columns = positions.iter().map(|at| batch.columns()[*at].clone()).collect();
            Batch::new(columns, batch.rows())
        };
        let schema = Arc::new(self.schema.project(&positions).map_err(arrow_error)?);
        Ok(Self::imported(schema, self.batches.iter().map(project).collect()))
    }

    /// These columns with those of another stream of the same rows appended.
    fn append(&self, other: &Self) -> PyResult<Self> {
        let fields: Vec<FieldRef> =
            self.schema.fields().iter().chain(other.schema.fields()).map(Arc::clone).collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, self.schema.metadata().clone()));
        if !self.batches.iter().map(Batch::rows).eq(other.batches.iter().map(Batch::rows)) {
            return Err(PyValueError::new_err("the streams have different batches"));
        }
        let both = |(a, b): (&Batch, &Batch)| Batch::new([a.columns(), b.columns()].concat(), a.rows());
        let batches = self.batches.iter().zip(&other.batches).map(both).collect();
        Ok(Self::imported(schema, batches))
    }

    /// Some of the rows: those whose numbers are in the only column of another stream.
    fn take(&self, py: Python<'_>, rows: &Self) -> PyResult<Self> {
        let mut starts = vec![0];
        for batch in &self.batches {
            starts.push(starts.last().copied().unwrap_or(0) + batch.rows());
        }
        let place = |row: usize| {
            let at = starts.partition_point(|start| *start <= row).saturating_sub(1);
            (at, row - starts.get(at).copied().unwrap_or(row))
        };
        let mut places = room::list(rows.rows())?;
        for batch in &rows.check()? {
            let numbers =
                batch.columns().first().and_then(|rows| rows.as_any().downcast_ref::<UInt64Array>());
            let numbers = numbers.ok_or_else(|| PyTypeError::new_err("rows must be unsigned integers"))?;
            for row in numbers.values() {
                let row = usize::try_from(*row).ok().filter(|row| *row < self.rows());
                places.push(place(row.ok_or_else(|| PyValueError::new_err("no such row"))?));
            }
        }
        let all = py.detach(|| self.check())?;
        let taken = match places.is_empty() || self.schema.fields().is_empty() {
            true => {
                let columns = RecordBatch::new_empty(Arc::clone(&self.schema)).columns().to_vec();
                batch(&self.schema, columns, places.len()).map_err(arrow_error)?
            }
            false => {
                room::check((bytes(&all) / self.rows().max(1) + 1).saturating_mul(places.len()))?;
                let all: Vec<_> = all.iter().collect();
                arrow_select::interleave::interleave_record_batch(&all, &places).map_err(arrow_error)?
            }
        };
        Ok(Self::new(Arc::clone(&self.schema), vec![taken]))
    }

    /// From the name of each column to the list of its values; for columns of numbers and booleans.
    fn to_pydict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (columns, batches) = (PyDict::new(py), py.detach(|| self.check())?);
        for (at, field) in self.schema.fields().iter().enumerate() {
            let mut values = room::list(self.rows())?;
            for batch in &batches {
                to_objects(py, batch.column(at), &mut values)?;
            }
            columns.set_item(field.name(), values)?;
        }
        Ok(columns)
    }

    fn __len__(&self) -> usize {
        self.rows()
    }

    fn __repr__(&self) -> String {
        format!("ArrowStream({} rows: {})", self.rows(), self.names().join(", "))
    }

    /// The schema, by the Arrow PyCapsule interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema.as_ref()).map_err(arrow_error)?;
        PyCapsule::new_with_value(py, schema, SCHEMA)
    }

    /// The data, by the Arrow PyCapsule interface. A requested schema is ignored, as the interface allows.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        _ = requested_schema;
        let batches = py.detach(|| self.check())?.into_iter().map(Ok);
        let reader = RecordBatchIterator::new(batches, Arc::clone(&self.schema));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
    }
}

/// What the rows of these batches take.
fn bytes(batches: &[RecordBatch]) -> usize {
    let column = |array: &ArrayRef| array.to_data().get_slice_memory_size().unwrap_or_default();
    batches.iter().flat_map(RecordBatch::columns).map(column).sum()
}

/// An error of the Arrow library as a Python exception.
pub(crate) fn arrow_error(error: ArrowError) -> PyErr {
    Fault::frame("ARROW", error.to_string()).into()
}

fn to_objects(py: Python<'_>, array: &ArrayRef, values: &mut Vec<Option<Py<PyAny>>>) -> PyResult<()> {
    fn all<'py, T>(
        py: Python<'py>,
        items: impl Iterator<Item = Option<T>>,
        values: &mut Vec<Option<Py<PyAny>>>,
    ) -> PyResult<()>
    where
        T: IntoPyObjectExt<'py>,
    {
        for item in items {
            values.push(item.map(|item| item.into_py_any(py)).transpose()?);
        }
        Ok(())
    }
    match array.data_type() {
        DataType::Boolean => all(py, array.as_boolean().iter(), values),
        DataType::UInt64 => all(py, array.as_primitive::<UInt64Type>().iter(), values),
        integer if integer.is_integer() => {
            let array = cast(array, &DataType::Int64).map_err(arrow_error)?;
            all(py, array.as_primitive::<Int64Type>().iter(), values)
        }
        float if float.is_floating() => {
            let array = cast(array, &DataType::Float64).map_err(arrow_error)?;
            all(py, array.as_primitive::<Float64Type>().iter(), values)
        }
        DataType::Date32 => {
            let date = py.import("datetime")?.getattr("date")?;
            for day in array.as_primitive::<Date32Type>() {
                let date =
                    |day: i32| date.call_method1("fromordinal", (day + UNIX_EPOCH,)).map(Bound::unbind);
                values.push(day.map(date).transpose()?);
            }
            Ok(())
        }
        _ => {
            let array = cast(array, &DataType::Utf8View).map_err(arrow_error)?;
            all(py, array.as_string_view().iter(), values)
        }
    }
}

/// The ordinal number that Python gives to 1 January 1970.
const UNIX_EPOCH: i32 = 719_163;
