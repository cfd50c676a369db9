//! Columns as another library hands them over: arrays that were checked when they came, and texts that are checked when
//! they are read.

use crate::errors::Fault;
use crate::room;
use crate::stream::batch;
use arrow_array::{Array, ArrayRef, RecordBatch, StringViewArray, make_array};
use arrow_buffer::{Buffer, NullBuffer, ScalarBuffer};
use arrow_data::{ArrayData, ByteView, validate_string_view};
use arrow_schema::{DataType, FieldRef, SchemaRef};
use std::slice::from_ref;
use std::sync::Arc;

/// A column of one batch.
#[derive(Clone)]
pub(crate) enum Imported {
    Array(ArrayRef),
    Views(Views),
}

impl Imported {
    /// A column that was validated but for its views.
    pub(crate) fn of(data: ArrayData) -> Self {
        match data.data_type() {
            DataType::Utf8View => Self::Views(Views::of(&data)),
            _ => Self::Array(make_array(data)),
        }
    }

    /// The column as an array that the Arrow library can trust.
    pub(crate) fn check(&self) -> Result<ArrayRef, Fault> {
        match self {
            Self::Array(array) => Ok(Arc::clone(array)),
            Self::Views(views) => Ok(Arc::new(views.check()?)),
        }
    }

    pub(crate) fn data_type(&self) -> &DataType {
        match self {
            Self::Array(array) => array.data_type(),
            Self::Views(_) => &DataType::Utf8View,
        }
    }
}

/// Columns of the same rows.
#[derive(Clone)]
pub(crate) struct Batch {
    columns: Vec<Imported>,
    rows: usize,
}

impl Batch {
    pub(crate) const fn new(columns: Vec<Imported>, rows: usize) -> Self {
        Self { columns, rows }
    }

    pub(crate) fn columns(&self) -> &[Imported] {
        &self.columns
    }

    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    /// The batch with all that the Arrow library trusts checked.
    pub(crate) fn check(&self, schema: &SchemaRef) -> Result<RecordBatch, Fault> {
        let column = |(column, field): (&Imported, &FieldRef)| {
            column.check().map_err(|fault| fault.in_field(field.name()))
        };
        let columns = self.columns.iter().zip(schema.fields()).map(column).collect::<Result<_, _>>()?;
        batch(schema, columns, self.rows).map_err(|_| broken())
    }
}

impl From<RecordBatch> for Batch {
    fn from(batch: RecordBatch) -> Self {
        let columns = batch.columns().iter().map(|array| Imported::Array(Arc::clone(array))).collect();
        Self::new(columns, batch.num_rows())
    }
}

/// A column of texts in Arrow's layout of views, of which any may be wrong.
#[derive(Clone)]
pub(crate) struct Views {
    views: ScalarBuffer<u128>,
    nulls: Option<NullBuffer>,
    texts: Arc<[Buffer]>,
}

impl Views {
    fn of(data: &ArrayData) -> Self {
        let (views, texts) = data.buffers().split_at(1);
        let views = ScalarBuffer::new(views[0].clone(), data.offset(), data.len());
        Self { views, nulls: data.nulls().cloned(), texts: texts.into() }
    }

    pub(crate) fn check(&self) -> Result<StringViewArray, Fault> {
        let array = |views| StringViewArray::try_new(views, Arc::clone(&self.texts), self.nulls.clone());
        let checked = array(self.views.clone());
        match &self.nulls {
            Some(nulls) if checked.is_err() => array(self.blanked(nulls)?),
            _ => checked,
        }
        .map_err(|_| broken())
    }

    /// The views with empty texts where they are missing: what lies there may be anything.
    fn blanked(&self, nulls: &NullBuffer) -> Result<ScalarBuffer<u128>, Fault> {
        let mut views = room::list(self.len())?;
        views.extend(self.views.iter().zip(nulls).map(|(view, is_there)| if is_there { *view } else { 0 }));
        Ok(views.into())
    }

    pub(crate) fn len(&self) -> usize {
        self.views.len()
    }

    pub(crate) fn views(&self) -> &[u128] {
        &self.views
    }

    pub(crate) fn nulls(&self) -> Option<&NullBuffer> {
        self.nulls.as_ref()
    }

    pub(crate) fn buffers(&self) -> impl Iterator<Item = &Buffer> {
        let nulls = self.nulls.as_ref().map(NullBuffer::buffer);
        [self.views.inner()].into_iter().chain(&*self.texts).chain(nulls)
    }

    /// Whether a view is one of a text.
    pub(crate) fn is_text(&self, view: u128) -> bool {
        validate_string_view(from_ref(&view), &self.texts).is_ok()
    }

    /// The bytes of a text that does not lie in its view, which need not be checked where a known text has the same; nothing
    /// where the view is none of a text.
    pub(crate) fn long(&self, view: u128) -> Option<&[u8]> {
        let ByteView { length, prefix, buffer_index, offset } = view.into();
        let bytes = self.texts.get(buffer_index as usize)?.get(offset as usize..)?.get(..length as usize)?;
        bytes.starts_with(&prefix.to_le_bytes()).then_some(bytes)
    }
}

impl From<&StringViewArray> for Views {
    fn from(array: &StringViewArray) -> Self {
        let (views, texts, nulls) = array.clone().into_parts();
        Self { views, nulls, texts }
    }
}

/// The fault of data that cannot be what they say they are.
pub(crate) fn broken() -> Fault {
    Fault::frame("ARROW", "the source hands over data that breaks the Arrow format")
}
