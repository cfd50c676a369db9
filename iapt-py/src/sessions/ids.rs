//! Identifiers: of pathways, which hold the tables together, and of records within them.

use super::read::{Column, as_texts, cast};
use super::work::in_threads;
use crate::errors::Fault;
use crate::groups::Texts;
use crate::room;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use hashbrown::HashMap;
use iapt_core::ErrorKind;
use iapt_core::batch::{Grouped, NO_OWNER, Owner};
use iapt_core::pathway::{RecordId, rank_ids};
use std::hash::Hash;

/// The numbers of pathways by their identifiers: whole numbers where all tables have them, texts otherwise.
pub(super) enum Pathways<'a> {
    Numbers(HashMap<i64, Owner>),
    Texts(HashMap<&'a [u8], Owner>),
}

/// The pathways of the rows of a table: none where the identifier is missing or unknown.
#[derive(Default)]
pub(super) struct Owners {
    pub(super) owners: Vec<Owner>,
    pub(super) missing: Vec<usize>,
    pub(super) unknown: Vec<usize>,
}

/// Whether a column has whole numbers, or nothing.
pub(super) fn are_numbers(column: &Column) -> bool {
    let is_number = |data_type: &DataType| data_type.is_integer() && *data_type != DataType::UInt64;
    column.iter().all(|array| is_number(array.data_type()) || *array.data_type() == DataType::Null)
}

/// The column as identifiers are compared: whole numbers of 64 bits, or texts.
pub(super) fn prepare(column: &Column, numbers: bool) -> Result<Column, Fault> {
    let prepare = |array: &ArrayRef| if numbers { cast(array, &DataType::Int64) } else { as_texts(array) };
    column.iter().map(prepare).collect()
}

impl<'a> Pathways<'a> {
    /// Numbers the pathways of the table of referrals in order of first appearance.
    pub(super) fn number(column: &'a Column, numbers: bool) -> Result<(Self, Vec<Owner>), Fault> {
        let rows = column.iter().map(|array| array.len()).sum();
        let mut owners = room::list(rows)?;
        let next = |known: usize| u32::try_from(known).unwrap_or(NO_OWNER);
        if numbers {
            let mut known = room_for_ids(rows)?;
            for id in column.iter().flat_map(|array| array.as_primitive::<Int64Type>()) {
                let count = known.len();
                owners.push(id.map_or(NO_OWNER, |id| *known.entry(id).or_insert_with(|| next(count))));
            }
            return Ok((Self::Numbers(known), owners));
        }
        let mut known = room_for_ids(rows)?;
        for array in column {
            let texts = texts(array)?;
            for row in 0..array.len() {
                let count = known.len();
                let id = texts.get(row).filter(|id| !id.is_empty());
                owners.push(id.map_or(NO_OWNER, |id| *known.entry(id).or_insert_with(|| next(count))));
            }
        }
        Ok((Self::Texts(known), owners))
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Numbers(known) => known.len(),
            Self::Texts(known) => known.len(),
        }
    }

    /// Finds the pathways of another table's rows, by so many threads.
    pub(super) fn find(&self, column: &Column, threads: usize) -> Result<Owners, Fault> {
        let pieces = pieces(column);
        let share = pieces.len().div_ceil(threads.max(1)).max(1);
        let found = in_threads(pieces.chunks(share), |pieces| self.find_in(pieces));
        let rows = column.iter().map(|array| array.len()).sum();
        let mut all = Owners { owners: room::list(rows)?, ..Owners::default() };
        for part in found {
            all.append(part?)?;
        }
        Ok(all)
    }

    fn find_in(&self, pieces: &[ArrayRef]) -> Result<Owners, Fault> {
        let rows = pieces.iter().map(|array| array.len()).sum();
        let mut found = Owners { owners: room::list(rows)?, ..Owners::default() };
        for array in pieces {
            match self {
                Self::Numbers(known) => {
                    let mut last = (None, NO_OWNER);
                    for id in array.as_primitive::<Int64Type>() {
                        if id != last.0 {
                            last = (id, id.and_then(|id| known.get(&id).copied()).unwrap_or(NO_OWNER));
                        }
                        found.push(id.is_some(), last.1)?;
                    }
                }
                Self::Texts(known) => {
                    let texts = texts(array)?;
                    let mut last: (&[u8], Owner) = (b"", NO_OWNER);
                    for row in 0..array.len() {
                        let id = texts.get(row).unwrap_or_default();
                        if id != last.0 {
                            last = (id, known.get(id).copied().unwrap_or(NO_OWNER));
                        }
                        found.push(!id.is_empty(), last.1)?;
                    }
                }
            }
        }
        Ok(found)
    }
}

fn room_for_ids<K: Eq + Hash>(rows: usize) -> Result<HashMap<K, Owner>, Fault> {
    let mut known = HashMap::new();
    known.try_reserve(rows).map_err(|_| ErrorKind::OutOfMemory)?;
    Ok(known)
}

/// The rows that a thread takes at least.
const PIECE: usize = 1 << 18;

/// The column in pieces of a size that can be shared among threads.
fn pieces(column: &Column) -> Vec<ArrayRef> {
    let cut = |array: &'_ ArrayRef| {
        let array = array.clone();
        let length = array.len();
        (0..length).step_by(PIECE).map(move |start| array.slice(start, PIECE.min(length - start)))
    };
    column.iter().flat_map(cut).collect()
}

impl Owners {
    /// Adds the rows that come after these.
    fn append(&mut self, other: Self) -> Result<(), Fault> {
        let before = self.owners.len();
        room::append(&mut self.owners, other.owners.into_iter())?;
        room::append(&mut self.missing, other.missing.into_iter().map(|row| row + before))?;
        room::append(&mut self.unknown, other.unknown.into_iter().map(|row| row + before))
    }

    fn push(&mut self, has_id: bool, owner: Owner) -> Result<(), Fault> {
        if owner == NO_OWNER {
            let rows = if has_id { &mut self.unknown } else { &mut self.missing };
            room::push(rows, self.owners.len())?;
        }
        self.owners.push(owner);
        Ok(())
    }
}

fn texts(array: &ArrayRef) -> Result<Texts<'_>, Fault> {
    Texts::of(array).ok_or_else(|| Fault::column_type("whole numbers or texts"))
}

/// The identifiers of the records of one or two tables, as numbers that compare as the identifiers do.
pub(super) enum RecordIds {
    /// There are none.
    Absent,
    Numbers(Vec<Option<RecordId>>),
    /// Texts that are no plain numbers: they are compared within each pathway.
    Texts(Column, Vec<usize>),
}

impl RecordIds {
    /// Reads the identifiers of a table and of all columns that refer to them, in the same way.
    pub(super) fn read<const N: usize>(columns: [Option<&Column>; N]) -> Result<[Self; N], Fault> {
        if let Some(numbers) = read_numbers(&columns)? {
            return Ok(numbers.map(|ids| ids.map_or(Self::Absent, Self::Numbers)));
        }
        let mut all = [const { Self::Absent }; N];
        for (slot, column) in all.iter_mut().zip(columns) {
            if let Some(column) = column {
                let column = prepare(column, false)?;
                let starts = column.iter().scan(0, |rows, array| {
                    let start = *rows;
                    *rows += array.len();
                    Some(start)
                });
                let starts = starts.collect();
                *slot = Self::Texts(column, starts);
            }
        }
        Ok(all)
    }

    /// The identifier of a row as a number, where it has one.
    pub(super) fn number(&self, row: usize) -> Option<RecordId> {
        match self {
            Self::Numbers(ids) => ids[row],
            Self::Absent | Self::Texts(..) => None,
        }
    }

    /// Whether the identifiers have to be compared within each pathway.
    pub(super) const fn are_texts(&self) -> bool {
        matches!(self, Self::Texts(..))
    }

    /// The identifier of a row as a text.
    pub(super) fn text(&self, row: usize) -> Option<&str> {
        let Self::Texts(column, starts) = self else { return None };
        let at = starts.partition_point(|start| *start <= row).checked_sub(1)?;
        let text = Texts::of(column.get(at)?)?.get(row - starts[at])?;
        std::str::from_utf8(text).ok().filter(|text| !text.is_empty())
    }
}

type Numbers<const N: usize> = [Option<Vec<Option<RecordId>>>; N];

/// The identifiers as numbers in their order, where that can be read off each alone; nothing otherwise.
fn read_numbers<const N: usize>(columns: &[Option<&Column>; N]) -> Result<Option<Numbers<N>>, Fault> {
    let given = || columns.iter().flatten();
    if given().all(|column| are_numbers(column)) {
        let mut all = [const { None }; N];
        for (slot, column) in all.iter_mut().zip(columns) {
            if let Some(column) = column {
                let column = prepare(column, true)?;
                let mut ids = room::list(column.iter().map(|array| array.len()).sum())?;
                let numbers = column.iter().flat_map(|array| array.as_primitive::<Int64Type>());
                ids.extend(numbers.map(|id| id.and_then(of_integer)));
                *slot = Some(ids);
            }
        }
        return Ok(Some(all));
    }
    let Some(start) = columns[0].and_then(common_start) else { return Ok(None) };
    let mut all = [const { None }; N];
    for (at, (slot, column)) in all.iter_mut().zip(columns).enumerate() {
        if let Some(column) = column {
            // An identifier of another kind refers to no record.
            let other = if at == 0 { None } else { RecordId::new(u64::MAX) };
            match read_texts(column, &start, other)? {
                Some(ids) => *slot = Some(ids),
                None => return Ok(None),
            }
        }
    }
    Ok(Some(all))
}

/// Order is kept, and 0 is left free.
fn of_integer(id: i64) -> Option<RecordId> {
    RecordId::new((id.cast_unsigned() ^ (1 << 63)).saturating_add(1))
}

/// The identifiers of a column, those that are not missing.
fn known(column: &Column) -> impl Iterator<Item = &[u8]> {
    column.iter().flat_map(texts_of)
}

fn texts_of(array: &ArrayRef) -> impl Iterator<Item = &[u8]> {
    let texts = Texts::of(array);
    (0..array.len()).filter_map(move |row| texts.as_ref()?.get(row)).filter(|text| !text.is_empty())
}

/// What all identifiers of a column begin with that is not a digit; nothing where it has no texts.
fn common_start(column: &Column) -> Option<Vec<u8>> {
    let mut start = known(column).next()?;
    while let [rest @ .., b'0'..=b'9'] = start {
        start = rest;
    }
    known(column).all(|text| text.starts_with(start)).then(|| start.to_vec())
}

/// The identifiers as numbers that compare as they do: plain numbers where nothing comes before the digits, and texts where
/// something does. Those of another kind are `other`, if they may be.
fn read_texts(
    column: &Column,
    start: &[u8],
    other: Option<RecordId>,
) -> Result<Option<Vec<Option<RecordId>>>, Fault> {
    let number = |text: &[u8]| {
        let number =
            if start.is_empty() { plain_number(text) } else { digits_as_text(text.strip_prefix(start)?) };
        number.filter(|number| Some(*number) != other)
    };
    let mut ids = room::list(column.iter().map(|array| array.len()).sum())?;
    for array in column {
        let Some(texts) = Texts::of(array) else { return Ok(None) };
        for row in 0..array.len() {
            let text = texts.get(row).filter(|text| !text.is_empty());
            let id = text.map(|text| number(text).or(other));
            if id == Some(None) {
                return Ok(None);
            }
            ids.push(id.flatten());
        }
    }
    Ok(Some(ids))
}

/// A text of digits without leading zeros: two such texts are the same where the numbers are.
fn plain_number(text: &[u8]) -> Option<RecordId> {
    if text.len() > 18 || (text[0] == b'0' && text.len() > 1) {
        return None;
    }
    let number = text
        .iter()
        .try_fold(0_u64, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0')));
    RecordId::new(number? + 1)
}

/// A text of up to 18 digits as a number that compares as the text does, byte by byte: each digit is one of eleven, of
/// which the first stands for the end.
fn digits_as_text(text: &[u8]) -> Option<RecordId> {
    let digit = |at: usize| match text.get(at) {
        None => Some(0),
        Some(byte) => byte.is_ascii_digit().then(|| u64::from(byte - b'0') + 1),
    };
    let number = (0..18).try_fold(0_u64, |number, at| Some(number * 11 + digit(at)?));
    RecordId::new(number? + 1).filter(|_| text.len() <= 18)
}

/// More than any pathway should have: then to number them takes memory worth asking for.
const MANY_RECORDS: usize = 1 << 16;

/// Numbers the identifiers of tables within each pathway, where they are texts.
pub(super) fn rank<const N: usize>(
    ids: [RecordIds; N],
    owners: [&[Owner]; N],
    pathways: usize,
) -> Result<[RecordIds; N], Fault> {
    if !ids.iter().any(RecordIds::are_texts) {
        return Ok(ids);
    }
    let rows = owners.iter().map(|owners| Grouped::new(pathways, owners, |_| (), 1));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let mut ranked = [const { Vec::new() }; N];
    for (ranked, owners) in ranked.iter_mut().zip(owners) {
        *ranked = room::filled(owners.len(), None)?;
    }
    let mut texts = Vec::new();
    for pathway in 0..pathways {
        texts.clear();
        for (ids, rows) in ids.iter().zip(&rows) {
            room::append(&mut texts, rows.places(pathway).iter().map(|row| ids.text(*row as usize)))?;
        }
        if texts.len() > MANY_RECORDS {
            room::check(2 * size_of_val(&texts[..]))?;
        }
        let mut ranks = rank_ids(&texts).into_iter();
        for (ranked, rows) in ranked.iter_mut().zip(&rows) {
            for (row, rank) in rows.places(pathway).iter().zip(&mut ranks) {
                ranked[*row as usize] = rank;
            }
        }
    }
    Ok(ranked.map(RecordIds::Numbers))
}
