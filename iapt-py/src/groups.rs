//! Groups of rows: a small number for each different value, in order of first appearance.

use crate::errors::Fault;
use crate::imported::{Imported, Views, broken};
use crate::room;
use crate::table::{NONE, Seed, ShortKeys, Table};
use arrow_array::builder::make_view;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ByteArrayType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    LargeUtf8Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type, Utf8Type,
};
use arrow_array::{Array, ArrayRef, GenericByteArray, StringViewArray};
use arrow_buffer::NullBuffer;
use arrow_data::MAX_INLINE_VIEW_LEN;
use arrow_row::{RowConverter, SortField};
use arrow_schema::DataType;
use std::ops::Range;
use std::sync::Arc;

/// Numbers for values: integers, texts and, by their row format, all else.
struct Values {
    seed: Seed,
    /// How many there are so far.
    count: u32,
    null: u32,
    /// Of the integers from 0 on.
    small: Vec<u32>,
    /// Integers below this have themselves as numbers, as those of categories that are numbered as they come.
    in_order: u32,
    short: ShortKeys,
    /// Of values by where they are in `bytes`.
    long: Table<(usize, usize)>,
    bytes: Vec<u8>,
    /// Why all numbers are void, where they are.
    fault: Option<Fault>,
}

/// Integers below this have their numbers in a plain list.
const SMALL: usize = 1 << 16;

impl Values {
    fn new() -> Self {
        let seed = Seed::new();
        Self {
            seed,
            count: 0,
            null: NONE,
            small: Vec::new(),
            in_order: 0,
            short: ShortKeys::new(seed),
            long: Table::new(),
            bytes: Vec::new(),
            fault: None,
        }
    }

    fn check(&self) -> Result<(), Fault> {
        self.fault.clone().map_or(Ok(()), Err)
    }

    #[cold]
    fn void(&mut self, fault: Fault) -> u32 {
        self.fault = Some(fault);
        NONE
    }

    fn next(&mut self) -> u32 {
        self.count += 1;
        self.count - 1
    }

    #[inline(always)]
    fn null(&mut self) -> u32 {
        if self.null == NONE {
            self.null = self.next();
        }
        self.null
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "compared with a small bound first")]
    fn integer(&mut self, value: u128) -> u32 {
        if value >= SMALL as u128 {
            return self.short(value);
        }
        match self.small.get(value as usize) {
            Some(number) if *number != NONE => *number,
            _ => self.add_small(value as usize),
        }
    }

    /// Writes the numbers of small integers; whether they all have one already.
    #[inline(always)]
    fn known_integers(&self, keys: impl Iterator<Item = u64> + Clone, numbers: &mut [u32]) -> bool {
        self.number_in_order(keys.clone(), numbers) || self.number_known(keys, numbers)
    }

    /// Writes the numbers of integers that are all numbers themselves; whether they are.
    #[inline(always)]
    fn number_in_order(&self, keys: impl Iterator<Item = u64>, numbers: &mut [u32]) -> bool {
        let mut all = self.in_order == self.count;
        if all {
            for (slot, key) in numbers.iter_mut().zip(keys) {
                all &= key < u64::from(self.in_order);
                let [a, b, c, d, ..] = key.to_le_bytes();
                *slot = u32::from_le_bytes([a, b, c, d]);
            }
        }
        all
    }

    /// Writes the numbers of small integers; whether they all have one.
    #[inline(always)]
    fn number_known(&self, keys: impl Iterator<Item = u64>, numbers: &mut [u32]) -> bool {
        let Some(small) = self.small.first_chunk::<SMALL>() else { return false };
        let (mut large, mut all) = (0, 0);
        for (slot, key) in numbers.iter_mut().zip(keys) {
            large |= key;
            let [low, high, ..] = key.to_le_bytes();
            *slot = small[usize::from(u16::from_le_bytes([low, high]))];
            all |= *slot;
        }
        // No number has the highest bit before there are 2^31 groups.
        large < SMALL as u64 && all >> 31 == 0
    }

    #[cold]
    fn add_small(&mut self, value: usize) -> u32 {
        if self.small.is_empty() {
            self.small.resize(SMALL, NONE);
        }
        let number = self.next();
        self.small[value] = number;
        if value == self.in_order as usize && number == self.in_order {
            self.in_order += 1;
        }
        number
    }

    #[inline(always)]
    fn short(&mut self, value: u128) -> u32 {
        match self.short.find(value) {
            Ok(number) => number,
            Err(free) => self.add_short(free, value),
        }
    }

    #[cold]
    fn add_short(&mut self, free: usize, value: u128) -> u32 {
        let number = self.next();
        let added = self.short.insert(free, value, number);
        added.map_or_else(|fault| self.void(fault), |()| number)
    }

    fn find_long(&self, value: &[u8]) -> Result<u32, usize> {
        self.long.find(self.seed.hash_bytes(value), |(start, end)| &self.bytes[start..end] == value)
    }

    fn long(&mut self, value: &[u8]) -> u32 {
        match self.find_long(value) {
            Ok(number) => number,
            Err(free) => self.add_long(free, value),
        }
    }

    #[cold]
    fn add_long(&mut self, free: usize, value: &[u8]) -> u32 {
        let (number, seed, start) = (self.next(), self.seed, self.bytes.len());
        let kept = room::append(&mut self.bytes, value.iter().copied());
        let (bytes, end) = (&self.bytes, self.bytes.len());
        let hash = |(start, end): (usize, usize)| seed.hash_bytes(&bytes[start..end]);
        let added = kept.and_then(|()| self.long.insert(free, (start, end), number, hash));
        added.map_or_else(|fault| self.void(fault), |()| number)
    }

    fn text(&mut self, text: &[u8]) -> u32 {
        if text.len() <= MAX_INLINE_VIEW_LEN as usize {
            self.short(make_view(text, 0, 0))
        } else {
            self.long(text)
        }
    }

    /// Writes the numbers of short texts by their Arrow views, in which they lie whole, up to one that is long or has no
    /// number yet; how many they are.
    fn known_views(&mut self, views: &[u128], numbers: &mut [u32]) -> usize {
        self.short.find_all(views, numbers).unwrap_or_else(|fault| {
            self.void(fault);
            views.len()
        })
    }

    /// A text by its Arrow view, which is checked unless it is known.
    #[inline(always)]
    fn view(&mut self, view: u128, column: &Views) -> u32 {
        if !is_inline(view) {
            return self.long_view(view, column);
        }
        match self.short.find(view) {
            Ok(number) => number,
            Err(free) if column.is_text(view) => self.add_short(free, view),
            Err(_) => self.void(broken()),
        }
    }

    fn long_view(&mut self, view: u128, column: &Views) -> u32 {
        let Some(text) = column.long(view) else { return self.void(broken()) };
        match self.find_long(text) {
            Ok(number) => number,
            Err(free) if column.is_text(view) => self.add_long(free, text),
            Err(_) => self.void(broken()),
        }
    }
}

/// Writes a number for each row from one on, that of missing values where they are.
#[inline(always)]
fn number_rows(
    values: &mut Values,
    nulls: Option<&NullBuffer>,
    from: usize,
    numbers: &mut [u32],
    mut number: impl FnMut(&mut Values, usize) -> u32,
) {
    let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
    for (row, slot) in (from..).zip(numbers) {
        *slot = match nulls {
            Some(nulls) if nulls.is_null(row) => values.null(),
            _ => number(values, row),
        };
    }
}

/// The numbers of the values of one column, over all its batches.
struct Encoder {
    /// What the column is called.
    name: String,
    values: Values,
    rows: Option<RowConverter>,
    /// Of the batch at hand: the number of each value of its dictionary.
    dictionary: Vec<u32>,
}

/// So many rows are looked at one by one after a text that is new or long.
const SLOWLY: usize = 64;

/// Whether a text lies whole in its view.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "the length is in the low quarter")]
const fn is_inline(view: u128) -> bool {
    view as u32 <= MAX_INLINE_VIEW_LEN
}

impl Encoder {
    fn new(name: &str, data_type: &DataType) -> Result<Self, Fault> {
        let unsuited = || unsuited().in_field(name);
        let sort = || vec![SortField::new(plain_type(data_type).clone())];
        let rows = match data_type {
            other if is_text(other) || other.is_integer() => None,
            DataType::Dictionary(_, values) if is_text(values) => None,
            _ if RowConverter::supports_fields(&sort()) => {
                Some(RowConverter::new(sort()).map_err(|_| unsuited())?)
            }
            _ => return Err(unsuited()),
        };
        Ok(Self { name: name.to_owned(), values: Values::new(), rows, dictionary: Vec::new() })
    }

    /// How many different values there were so far.
    fn len(&self) -> usize {
        self.values.count as usize
    }

    /// Prepares for a batch.
    fn start(&mut self, column: &Imported) -> Result<(), Fault> {
        self.dictionary.clear();
        if let (Imported::Array(array), None) = (column, &self.rows)
            && let Some(dictionary) = array.as_any_dictionary_opt()
        {
            self.dictionary = room::filled(dictionary.values().len(), NONE)?;
        }
        Ok(())
    }

    /// Writes the numbers of some rows of the batch that was prepared for.
    fn encode(
        &mut self,
        column: &Imported,
        range: Range<usize>,
        numbers: &mut Vec<u32>,
    ) -> Result<(), Fault> {
        room::fit(numbers, range.len(), NONE)?;
        let encoded = match column {
            Imported::Views(views) => {
                self.views(views, range.start, numbers);
                Ok(())
            }
            Imported::Array(array) => self.array(array, range.start, numbers),
        };
        encoded.and_then(|()| self.values.check()).map_err(|fault| fault.in_field(self.name.as_str()))
    }

    fn array(&mut self, array: &ArrayRef, from: usize, numbers: &mut [u32]) -> Result<(), Fault> {
        if let Some(converter) = &self.rows {
            let part = plain(array.slice(from, numbers.len()))?;
            let rows = converter.convert_columns(&[part]).map_err(|_| unsuited())?;
            for (slot, row) in numbers.iter_mut().zip(&rows) {
                *slot = self.values.long(row.data());
            }
            return Ok(());
        }
        macro_rules! integers {
            ($($variant:ident $type:ty),+) => {
                match array.data_type() {
                    $(DataType::$variant => {
                        let (keys, nulls) = (array.as_primitive::<$type>().values(), array.nulls());
                        #[allow(clippy::cast_sign_loss, clippy::cast_lossless, reason = "a key, not a number")]
                        let known = keys[from..][..numbers.len()].iter().map(|key| *key as u64);
                        if nulls.is_some_and(|nulls| nulls.null_count() > 0)
                            || !self.values.known_integers(known, numbers)
                        {
                            #[allow(clippy::cast_sign_loss, clippy::cast_lossless, reason = "as above")]
                            let number = |values: &mut Values, row| values.integer(u128::from(keys[row] as u64));
                            number_rows(&mut self.values, nulls, from, numbers, number);
                        }
                    })+
                    DataType::Utf8 => self.bytes(array.as_bytes::<Utf8Type>(), from, numbers),
                    DataType::LargeUtf8 => self.bytes(array.as_bytes::<LargeUtf8Type>(), from, numbers),
                    DataType::Utf8View => self.views(&array.as_string_view().into(), from, numbers),
                    DataType::Dictionary(..) => self.dictionary(array, from, numbers)?,
                    _ => return Err(unsuited()),
                }
            };
        }
        integers!(
            Int8 Int8Type, Int16 Int16Type, Int32 Int32Type, Int64 Int64Type,
            UInt8 UInt8Type, UInt16 UInt16Type, UInt32 UInt32Type, UInt64 UInt64Type
        );
        Ok(())
    }

    fn bytes<T: ByteArrayType>(&mut self, array: &GenericByteArray<T>, from: usize, numbers: &mut [u32]) {
        let number = |values: &mut Values, row: usize| values.text(array.value(row).as_ref());
        number_rows(&mut self.values, array.nulls(), from, numbers, number);
    }

    fn views(&mut self, column: &Views, from: usize, numbers: &mut [u32]) {
        let views = &column.views()[from..][..numbers.len()];
        let nulls = column.nulls().filter(|nulls| nulls.null_count() > 0);
        let number = |values: &mut Values, row: usize| values.view(column.views()[row], column);
        let mut done = 0;
        while done < views.len() {
            if nulls.is_none() && is_inline(views[done]) {
                done += self.values.known_views(&views[done..], &mut numbers[done..]);
            }
            let next = views.len().min(done + SLOWLY);
            number_rows(&mut self.values, nulls, from + done, &mut numbers[done..next], number);
            done = next;
        }
    }

    fn dictionary(&mut self, array: &ArrayRef, from: usize, numbers: &mut [u32]) -> Result<(), Fault> {
        let dictionary = array.as_any_dictionary();
        let texts = Texts::of(dictionary.values()).ok_or_else(|| Fault::column_type("texts"))?;
        macro_rules! keys {
            ($($variant:ident $type:ty),+) => {
                match dictionary.keys().data_type() {
                    $(DataType::$variant => {
                        let keys = dictionary.keys().as_primitive::<$type>();
                        let known = &mut self.dictionary;
                        number_rows(&mut self.values, keys.nulls(), from, numbers, |values, row| {
                            #[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, clippy::cast_lossless,
                                reason = "valid keys lie within the dictionary")]
                            let key = keys.values()[row] as usize;
                            if known[key] == NONE {
                                known[key] = match texts.get(key) {
                                    Some(text) => values.text(text),
                                    None => values.null(),
                                };
                            }
                            known[key]
                        });
                    })+
                    _ => return Err(Fault::column_type("texts")),
                }
            };
        }
        keys!(
            Int8 Int8Type, Int16 Int16Type, Int32 Int32Type, Int64 Int64Type,
            UInt8 UInt8Type, UInt16 UInt16Type, UInt32 UInt32Type, UInt64 UInt64Type
        );
        Ok(())
    }
}

/// The type of a column's values, be they in a dictionary or not.
fn plain_type(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => values,
        other => other,
    }
}

/// The values so that those are the same bytes that are the same group: the zeros, and what is missing or NaN.
fn plain(array: ArrayRef) -> Result<ArrayRef, Fault> {
    macro_rules! floats {
        ($type:ty, $array:ident) => {
            Arc::new($array.as_primitive::<$type>().unary_opt::<_, $type>(|value| {
                (!value.is_nan()).then(|| if value == -value { Default::default() } else { value })
            }))
        };
    }
    let array = match array.data_type() {
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            arrow_select::take::take(dictionary.values(), dictionary.keys(), None).map_err(|_| unsuited())?
        }
        _ => array,
    };
    Ok(match array.data_type() {
        DataType::Float16 => floats!(Float16Type, array),
        DataType::Float32 => floats!(Float32Type, array),
        DataType::Float64 => floats!(Float64Type, array),
        _ => array,
    })
}

fn unsuited() -> Fault {
    Fault::column_type("a type that can be grouped")
}

pub(crate) const fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// A column of texts in any of Arrow's layouts.
pub(crate) enum Texts<'a> {
    Small(&'a GenericByteArray<Utf8Type>),
    Large(&'a GenericByteArray<LargeUtf8Type>),
    View(&'a StringViewArray),
}

impl<'a> Texts<'a> {
    pub(crate) fn of(array: &'a dyn Array) -> Option<Self> {
        match array.data_type() {
            DataType::Utf8 => array.as_string_opt().map(Self::Small),
            DataType::LargeUtf8 => array.as_string_opt().map(Self::Large),
            DataType::Utf8View => array.as_string_view_opt().map(Self::View),
            _ => None,
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&'a [u8]> {
        match self {
            Self::Small(a) => a.is_valid(at).then(|| a.value(at).as_bytes()),
            Self::Large(a) => a.is_valid(at).then(|| a.value(at).as_bytes()),
            Self::View(a) => a.is_valid(at).then(|| a.value(at).as_bytes()),
        }
    }
}

/// The groups that several columns make together.
pub(crate) struct Groups {
    columns: Vec<Encoder>,
    /// From the numbers of the first columns and of the next to those of both together.
    pairs: Vec<Values>,
    /// The first row of each group.
    first_rows: Vec<u64>,
}

impl Groups {
    /// Of columns by their names, and their types in a first batch.
    pub(crate) fn new(names: &[String], columns: &[Imported]) -> Result<Self, Fault> {
        // What each column begins with is small beside this.
        room::check(0)?;
        let encoder = |(name, column): (&String, &Imported)| Encoder::new(name, column.data_type());
        let columns = names.iter().zip(columns).map(encoder).collect::<Result<Vec<_>, _>>()?;
        let pairs = columns.iter().skip(1).map(|_| Values::new()).collect();
        Ok(Self { columns, pairs, first_rows: Vec::new() })
    }

    pub(crate) fn len(&self) -> usize {
        self.first_rows.len()
    }

    pub(crate) fn into_first_rows(self) -> Vec<u64> {
        self.first_rows
    }

    /// Prepares for a batch.
    pub(crate) fn start(&mut self, columns: &[Imported]) -> Result<(), Fault> {
        self.columns.iter_mut().zip(columns).try_for_each(|(encoder, column)| encoder.start(column))
    }

    /// Writes the groups of some rows of the batch that was prepared for, whose first row is row `before` of all.
    pub(crate) fn encode(
        &mut self,
        columns: &[Imported],
        range: Range<usize>,
        before: u64,
        groups: &mut Vec<u32>,
    ) -> Result<(), Fault> {
        let mut next = Vec::new();
        for (at, (encoder, column)) in self.columns.iter_mut().zip(columns).enumerate() {
            let Some(pairs) = at.checked_sub(1).and_then(|at| self.pairs.get_mut(at)) else {
                encoder.encode(column, range.clone(), groups)?;
                continue;
            };
            encoder.encode(column, range.clone(), &mut next)?;
            for (group, number) in groups.iter_mut().zip(&next) {
                *group = pairs.short(u128::from(*group) << 32 | u128::from(*number));
            }
            pairs.check()?;
        }
        let known = self
            .pairs
            .last()
            .map_or_else(|| self.columns.first().map_or(0, Encoder::len), |pairs| pairs.count as usize);
        if known > self.first_rows.len() {
            for (row, group) in (before + range.start as u64..).zip(groups.iter()) {
                if *group as usize == self.first_rows.len() {
                    room::push(&mut self.first_rows, row)?;
                }
            }
        }
        Ok(())
    }
}

/// A column of texts: for each row a number, and what the numbers stand for (nothing for a missing text).
pub(crate) type Labels = (Vec<u32>, Arc<[Option<String>]>);

/// The texts of a column as numbers into the list of the different ones; nothing where it has no texts.
pub(crate) fn labels(array: &ArrayRef) -> Option<Labels> {
    let values = match array.data_type() {
        DataType::Dictionary(_, values) => values.as_ref(),
        other => other,
    };
    if !is_text(values) {
        return None;
    }
    let (column, mut numbers) = ([Imported::Array(Arc::clone(array))], Vec::new());
    let mut groups = Groups::new(&[String::new()], &column).ok()?;
    groups.start(&column).ok()?;
    groups.encode(&column, 0..array.len(), 0, &mut numbers).ok()?;
    let first = arrow_array::UInt64Array::from(groups.into_first_rows());
    let distinct = arrow_select::take::take(array, &first, None).ok()?;
    let distinct = match distinct.data_type() {
        DataType::Dictionary(..) => {
            let dictionary = distinct.as_any_dictionary();
            arrow_select::take::take(dictionary.values(), dictionary.keys(), None).ok()?
        }
        _ => distinct,
    };
    let texts = Texts::of(&distinct)?;
    let text = |at| texts.get(at).map(|text| String::from_utf8_lossy(text).into_owned());
    Some((numbers, (0..distinct.len()).map(text).collect()))
}

/// Small numbers of any integer type; those below 0 become the largest.
pub(crate) fn small_numbers(array: &ArrayRef) -> Option<Vec<u32>> {
    macro_rules! read {
        ($($variant:ident $type:ty),+) => {
            match array.data_type() {
                $(DataType::$variant => {
                    let values = array.as_primitive::<$type>().values().iter();
                    Some(values.map(|value| u32::try_from(*value).unwrap_or(u32::MAX)).collect())
                })+
                _ => None,
            }
        };
    }
    read!(
        Int8 Int8Type, Int16 Int16Type, Int32 Int32Type, Int64 Int64Type,
        UInt8 UInt8Type, UInt16 UInt16Type, UInt32 UInt32Type, UInt64 UInt64Type
    )
}
