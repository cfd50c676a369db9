//! Columns of tables, read value by value into what the core knows.

use crate::errors::Fault;
use crate::groups::{Texts, is_text};
use crate::room;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, new_null_array};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::DataType;
use hashbrown::HashMap;
use iapt_core::{Day, Score};
use std::slice;

/// The batches of one column.
pub(super) type Column = Vec<ArrayRef>;

/// What a number, a date or a boolean takes at most where it is written out, with all that is taken on the way.
const MOST_OF_A_TEXT: usize = 96;

/// Casts what can be cast; what can't becomes missing.
pub(super) fn cast(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, Fault> {
    let options = CastOptions { safe: true, ..CastOptions::default() };
    let readable = || Fault::column_type("texts, numbers or dates");
    room::check(array.len().saturating_mul(to.primitive_width().unwrap_or(MOST_OF_A_TEXT)))?;
    cast_with_options(array, to, &options).map_err(|_| readable())
}

/// Whether it has texts, in a dictionary or not.
fn is_worded(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_text(values),
        other => is_text(other),
    }
}

/// The array as texts: as it is, or written out.
pub(super) fn as_texts(array: &ArrayRef) -> Result<ArrayRef, Fault> {
    match array.data_type() {
        text if is_text(text) => Ok(array.clone()),
        DataType::Dictionary(_, values) if is_text(values) => cast(array, &DataType::Utf8View),
        DataType::Null | DataType::Boolean | DataType::Decimal128(..) => cast(array, &DataType::Utf8View),
        number if number.is_integer() || number.is_floating() => cast(array, &DataType::Utf8View),
        _ => Err(Fault::column_type("texts or numbers")),
    }
}

/// The array as one of nothing but missing values, where it has no others: its type then says nothing.
pub(super) fn or_nothing(array: &ArrayRef) -> Result<ArrayRef, Fault> {
    if array.logical_null_count() == array.len() || is_nan(array)? {
        Ok(new_null_array(&DataType::Null, array.len()))
    } else {
        Ok(array.clone())
    }
}

fn is_nan(array: &ArrayRef) -> Result<bool, Fault> {
    if !array.data_type().is_floating() {
        return Ok(false);
    }
    let floats = cast(array, &DataType::Float64)?;
    Ok(floats.as_primitive::<Float64Type>().iter().all(|value| value.is_none_or(f64::is_nan)))
}

/// Identifiers that are whole numbers as such: a gap makes floats of them in some libraries.
pub(super) fn or_whole(array: &ArrayRef) -> Result<ArrayRef, Fault> {
    if !array.data_type().is_floating() {
        return Ok(array.clone());
    }
    let floats = cast(array, &DataType::Float64)?;
    let is_whole = |value: f64| value.is_nan() || (value.fract() == 0.0 && value.abs() < LARGEST_WHOLE);
    if floats.as_primitive::<Float64Type>().iter().flatten().all(is_whole) {
        cast(&floats, &DataType::Int64)
    } else {
        Ok(array.clone())
    }
}

/// The batches of a column, of which some may have had nothing but missing values, as arrays of one type.
pub(super) fn of_one_type(column: &Column) -> Result<Column, Fault> {
    let types = || column.iter().map(|array| array.data_type());
    match types().find(|data_type| **data_type != DataType::Null).cloned() {
        Some(wanted) if types().any(|data_type| *data_type != wanted) => {
            column.iter().map(|array| cast(array, &wanted)).collect()
        }
        _ => Ok(column.clone()),
    }
}

/// Floats below this are whole numbers in one way only.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

fn texts(array: &ArrayRef) -> Result<Texts<'_>, Fault> {
    Texts::of(array).ok_or_else(|| Fault::column_type("texts"))
}

/// So many different texts are remembered; with more there is little to gain.
const REMEMBERED: usize = 1 << 16;

/// Reads a column of codes: each different text once. A missing value is read as the empty text.
pub(super) fn codes<T: Copy>(column: &[ArrayRef], read: impl Fn(&str) -> T) -> Result<Vec<T>, Fault> {
    let mut values = room::list(column.iter().map(|array| array.len()).sum())?;
    let missing = read("");
    for array in column {
        match array.data_type() {
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let words = as_texts(dictionary.values())?;
                let words = texts(&words)?;
                let word = |at| words.get(at).map_or(missing, |text| read(&String::from_utf8_lossy(text)));
                let mut known: Vec<T> = Vec::new();
                room::append(&mut known, (0..dictionary.values().len()).map(word))?;
                room::check(array.len().saturating_mul(size_of::<usize>()))?;
                let keys = dictionary.normalized_keys();
                let value = |(row, key): (usize, &usize)| match known.get(*key) {
                    Some(value) if array.is_valid(row) => *value,
                    _ => missing,
                };
                values.extend(keys.iter().enumerate().map(value));
            }
            _ => {
                let array = as_texts(array)?;
                let words = texts(&array)?;
                let mut known: HashMap<&[u8], T> = HashMap::new();
                let mut last: (&[u8], T) = (b"", missing);
                values.extend((0..array.len()).map(|row| {
                    let Some(word) = words.get(row) else { return missing };
                    if word != last.0 {
                        let value = known.get(word).copied();
                        last = (word, value.unwrap_or_else(|| read(&String::from_utf8_lossy(word))));
                        if value.is_none() && known.len() < REMEMBERED {
                            known.insert(word, last.1);
                        }
                    }
                    last.1
                }));
            }
        }
    }
    Ok(values)
}

/// Reads a column of dates; a text that is no date is as good as missing.
pub(super) fn dates(column: &Column) -> Result<Vec<Option<Day>>, Fault> {
    let mut days = room::list(column.iter().map(|array| array.len()).sum())?;
    for array in column {
        if is_worded(array.data_type()) {
            let read = |text: &str| text.parse::<Day>().ok();
            days.extend(codes(slice::from_ref(array), read)?);
            continue;
        }
        let allowed = matches!(
            array.data_type(),
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) | DataType::Null
        );
        if !allowed {
            return Err(Fault::column_type("dates"));
        }
        let array = cast(array, &DataType::Date32)?;
        let array = array.as_primitive::<Date32Type>();
        days.extend(array.iter().map(|day| day.and_then(Day::from_unix)));
    }
    Ok(days)
}

/// Scores in few bytes: most are small whole numbers.
#[derive(Default)]
pub(super) struct ScoreColumn {
    values: Vec<i32>,
    others: Vec<Score>,
}

const MISSING: i32 = i32::MIN;
const UNREADABLE: i32 = i32::MIN + 1;

impl ScoreColumn {
    pub(super) fn read(column: &Column) -> Result<Self, Fault> {
        let values = room::list(column.iter().map(|array| array.len()).sum())?;
        let mut scores = Self { values, ..Self::default() };
        for array in column {
            scores.read_array(array)?;
        }
        Ok(scores)
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is anything in a row.
    pub(super) fn is_present(&self, row: usize) -> bool {
        self.values[row] != MISSING
    }

    /// The score of a row, if what stands there is one.
    pub(super) fn get(&self, row: usize) -> Option<Score> {
        match self.values[row] {
            MISSING | UNREADABLE => None,
            value if value < 0 => self.others.get(value.unsigned_abs() as usize - 1).copied(),
            value => Some(Score::whole(i64::from(value))),
        }
    }

    fn push(&mut self, score: Option<Result<Score, ()>>) -> Result<(), Fault> {
        let whole = |score: Score| i32::try_from(score.numerator()).ok().filter(|value| *value >= 0);
        let value = match score {
            None => MISSING,
            Some(Err(())) => UNREADABLE,
            Some(Ok(score)) => match whole(score).filter(|_| score.is_whole()) {
                Some(value) => value,
                None => self.push_other(score)?,
            },
        };
        self.values.push(value);
        Ok(())
    }

    fn push_other(&mut self, score: Score) -> Result<i32, Fault> {
        room::push(&mut self.others, score)?;
        Ok(i32::try_from(self.others.len()).map_or(UNREADABLE, |at| -at))
    }

    fn read_array(&mut self, array: &ArrayRef) -> Result<(), Fault> {
        match array.data_type() {
            DataType::Null => {
                self.values.resize(self.values.len() + array.len(), MISSING);
                Ok(())
            }
            DataType::UInt64 => {
                let score = |value: u64| i64::try_from(value).map(Score::whole).map_err(|_| ());
                array.as_primitive::<UInt64Type>().iter().try_for_each(|v| self.push(v.map(score)))
            }
            integer if integer.is_integer() => {
                let array = cast(array, &DataType::Int64)?;
                let score = |value: i64| Ok(Score::whole(value));
                array.as_primitive::<Int64Type>().iter().try_for_each(|v| self.push(v.map(score)))
            }
            float if float.is_floating() => {
                let array = cast(array, &DataType::Float64)?;
                let score = |value: f64| Score::from_f64(value).map_err(|_| ());
                let mut present =
                    array.as_primitive::<Float64Type>().iter().map(|v| v.filter(|v| !v.is_nan()));
                present.try_for_each(|v| self.push(v.map(score)))
            }
            DataType::Decimal128(..) => {
                let array = array.as_primitive::<Decimal128Type>();
                let score = |row| array.value_as_string(row).parse::<Score>().map_err(|_| ());
                (0..array.len()).try_for_each(|row| self.push(array.is_valid(row).then(|| score(row))))
            }
            other if !is_worded(other) => Err(Fault::column_type("numbers")),
            _ => {
                let read = |text: &str| match text.trim() {
                    "" => None,
                    text => Some(text.parse::<Score>().map_err(|_| ())),
                };
                codes(slice::from_ref(array), read)?.into_iter().try_for_each(|score| self.push(score))
            }
        }
    }
}

/// Reads a column of minutes; what is none counts as not recorded.
pub(super) fn minutes(column: &Column) -> Result<Vec<u16>, Fault> {
    let scores = ScoreColumn::read(column)?;
    let minutes = |row| {
        let score = scores.get(row).filter(|score| score.is_whole());
        score.and_then(|score| u16::try_from(score.numerator()).ok()).unwrap_or(0)
    };
    let mut read = Vec::new();
    room::append(&mut read, (0..scores.len()).map(minutes))?;
    Ok(read)
}
