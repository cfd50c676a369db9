//! What is wrong with an input, on its way to a Python exception.

use iapt_core::{Error, ErrorKind};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::borrow::Cow;
use std::fmt;

/// An error of the core, or one of data frames, with the column named as the caller names it.
///
/// Its text says where and what would be allowed, never what the value was.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    kind: Kind,
    field: Option<String>,
    row: Option<usize>,
    item: Option<usize>,
}

/// What is wrong.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// What the core found.
    Core(ErrorKind),
    /// What this package found, with its class of exception, its code and its text.
    Own(&'static str, &'static str, Cow<'static, str>),
}

impl Fault {
    const fn own(class: &'static str, code: &'static str, text: Cow<'static, str>) -> Self {
        Self { kind: Kind::Own(class, code, text), field: None, row: None, item: None }
    }

    /// Something wrong with a frame.
    pub(crate) fn frame(code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self::own("FrameError", code, text.into())
    }

    /// Something wrong with counts and figures made of them.
    pub(crate) const fn counts(code: &'static str, text: &'static str) -> Self {
        Self::own("CountsError", code, Cow::Borrowed(text))
    }

    /// A number that no measure can be defined by.
    pub(crate) const fn definition() -> Self {
        Self::own(
            "MeasureError",
            "NOT_A_NUMBER",
            Cow::Borrowed("must be a decimal number of at most 18 digits"),
        )
    }

    /// A number of a questionnaire that is negative or larger than any.
    pub(crate) const fn beyond_a_byte() -> Self {
        Self::own("MeasureError", "INVALID_MEASURE", Cow::Borrowed("must be a whole number from 0 to 255"))
    }

    /// A mean that is asked for as a whole number.
    pub(crate) const fn not_whole() -> Self {
        Self::own("ScoreError", "NOT_WHOLE", Cow::Borrowed("the score is not whole: use `total`"))
    }

    /// A column that is needed and not there.
    pub(crate) fn no_column(name: &str) -> Self {
        Self::frame("MISSING_COLUMN", "the frame has no such column").in_field(name)
    }

    /// A column of another type than `wanted`.
    pub(crate) fn column_type(wanted: &str) -> Self {
        Self::frame("COLUMN_TYPE", format!("must be a column of {wanted}"))
    }

    /// A missing value where there can be none.
    pub(crate) fn null(row: usize) -> Self {
        let mut fault = Self::frame("NULL", "must be true or false, never missing");
        fault.row = Some(row);
        fault
    }

    /// The same fault, said of a row: a measure may be wrong in many.
    pub(crate) fn in_row(&self, row: usize) -> Self {
        Self { row: Some(row), ..self.clone() }
    }

    pub(crate) fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same fault with the field renamed from the core's name.
    pub(crate) fn rename(mut self, name: impl FnOnce(&str) -> Option<String>) -> Self {
        if let Some(renamed) = self.field.as_deref().and_then(name) {
            self.field = Some(renamed);
        }
        self
    }

    /// The same fault, its rows counted from an earlier one on.
    pub(crate) fn after(mut self, rows: usize) -> Self {
        self.row = self.row.map(|row| row + rows);
        self
    }

    pub(crate) const fn row(&self) -> Option<usize> {
        self.row
    }

    pub(crate) const fn item(&self) -> Option<usize> {
        self.item
    }

    fn code(&self) -> &'static str {
        match &self.kind {
            Kind::Core(kind) => kind.name(),
            Kind::Own(_, code, _) => code,
        }
    }

    /// The class of the exception: the families are the hundreds of the core's codes.
    fn class(&self) -> &'static str {
        match &self.kind {
            Kind::Core(kind) => match kind.code() / 100 {
                1 => "ScoreError",
                2 => "ItemError",
                3 => "MeasureError",
                4 => "CountsError",
                5 => "FrameError",
                _ => "IaptError",
            },
            Kind::Own(class, ..) => class,
        }
    }

    fn exception(&self, py: Python<'_>) -> PyResult<PyErr> {
        let class = py.import("iapt._errors")?.getattr(self.class())?;
        let places = PyDict::new(py);
        places.set_item("code", self.code())?;
        places.set_item("field", self.field.as_deref())?;
        places.set_item("row", self.row)?;
        places.set_item("item", self.item)?;
        Ok(PyErr::from_value(class.call((self.to_string(),), Some(&places))?))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut places: Vec<String> = self.field.iter().cloned().collect();
        places.extend(self.row.map(|row| format!("row {row}")));
        places.extend(self.item.map(|item| format!("item {item}")));
        if !places.is_empty() {
            write!(f, "{}: ", places.join(", "))?;
        }
        match &self.kind {
            Kind::Core(kind) => kind.fmt(f),
            Kind::Own(.., text) => f.write_str(text),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self {
            kind: Kind::Core(error.kind()),
            field: error.field().map(String::from),
            row: error.row(),
            item: error.item(),
        }
    }
}

impl From<ErrorKind> for Fault {
    fn from(kind: ErrorKind) -> Self {
        Error::from(kind).into()
    }
}

impl From<Fault> for PyErr {
    fn from(fault: Fault) -> Self {
        Python::attach(|py| fault.exception(py).unwrap_or_else(|error| error))
    }
}

/// For `map_err`: an error of the core as a Python exception.
pub(crate) fn raise(error: impl Into<Fault>) -> PyErr {
    error.into().into()
}

/// A value of a type that cannot be read: names the type, which is no patient's data, and never the value.
pub(crate) fn wrong_type(field: &str, wanted: &str, value: &Bound<'_, PyAny>) -> PyErr {
    match value.get_type().name() {
        Ok(name) => PyTypeError::new_err(format!("{field} must be {wanted}, not {name}")),
        Err(error) => error,
    }
}
