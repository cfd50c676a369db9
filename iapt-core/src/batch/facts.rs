//! Columns of facts: as one byte a row, as eight columns of booleans, or as eight bitmaps.

use super::BLOCK;
use super::level::{self, Kernel, Level};
use super::scores::{aligned_bits, bit_of_each_row};
use crate::error::{Error, ErrorKind};
use crate::outcome::Fact;
use core::ops;

/// Where a batch writes its facts, all of them as long as the columns of scores.
#[derive(Debug)]
pub enum Output<'a> {
    /// One byte a row, as [`Outcome::bits`](crate::Outcome::bits).
    Bits(&'a mut [u8]),
    /// Eight columns of booleans as bytes, 1 or 0, in the order of [`Fact::ALL`].
    Bytes([&'a mut [u8]; 8]),
    /// Eight bitmaps, the lowest bit of a byte first, in the order of [`Fact::ALL`]; bits beyond the last row
    /// become 0.
    Bitmaps([&'a mut [u8]; 8]),
}

impl<'a> Output<'a> {
    /// # Errors
    /// [`ErrorKind::LengthMismatch`] where it has not room for exactly so many rows.
    pub(crate) fn check(&self, rows: usize) -> Result<(), Error> {
        let fits = match self {
            Self::Bits(bits) => bits.len() == rows,
            Self::Bytes(columns) => columns.iter().all(|c| c.len() == rows),
            Self::Bitmaps(columns) => columns.iter().all(|c| c.len() == rows.div_ceil(8)),
        };
        if fits { Ok(()) } else { Err(Error::new(ErrorKind::LengthMismatch(rows)).in_field("output")) }
    }

    /// The same place, lent.
    pub fn reborrow(&mut self) -> Output<'_> {
        match self {
            Self::Bits(bits) => Output::Bits(bits),
            Self::Bytes(columns) => Output::Bytes(columns.each_mut().map(|c| &mut **c)),
            Self::Bitmaps(columns) => Output::Bitmaps(columns.each_mut().map(|c| &mut **c)),
        }
    }

    /// The part for the first rows, of bitmaps a multiple of eight, and the rest.
    ///
    /// # Panics
    /// Where there are fewer rows, as a slice does.
    #[must_use]
    pub fn split_at(self, rows: usize) -> (Self, Self) {
        match self {
            Self::Bits(bits) => {
                let (head, tail) = bits.split_at_mut(rows);
                (Self::Bits(head), Self::Bits(tail))
            }
            Self::Bytes(columns) => {
                let (heads, tails) = unzip(columns.map(|c| c.split_at_mut(rows)));
                (Self::Bytes(heads), Self::Bytes(tails))
            }
            Self::Bitmaps(columns) => {
                let (heads, tails) = unzip(columns.map(|c| c.split_at_mut(rows.div_ceil(8).min(c.len()))));
                (Self::Bitmaps(heads), Self::Bitmaps(tails))
            }
        }
    }

    /// Writes the facts of one row, as [`Outcome::bits`](crate::Outcome::bits).
    ///
    /// # Panics
    /// Where there is no such row, as a slice does.
    pub fn set(&mut self, row: usize, bits: u8) {
        match self {
            Self::Bits(facts) => facts[row] = bits,
            Self::Bytes(columns) => {
                for (bit, column) in columns.iter_mut().enumerate() {
                    column[row] = bits >> bit & 1;
                }
            }
            Self::Bitmaps(columns) => {
                for (bit, column) in columns.iter_mut().enumerate() {
                    let byte = &mut column[row / 8];
                    *byte = *byte & !(1 << (row % 8)) | (bits >> bit & 1) << (row % 8);
                }
            }
        }
    }

    /// Makes all of it zeros.
    pub fn clear(&mut self) {
        match self {
            Self::Bits(bits) => bits.fill(0),
            Self::Bytes(columns) | Self::Bitmaps(columns) => columns.iter_mut().for_each(|c| c.fill(0)),
        }
    }

    /// Writes the facts of a block of rows from a row on; those beyond the end must be 0.
    #[inline(always)]
    pub(crate) fn write(&mut self, level: impl Level, from: usize, facts: &[u8; BLOCK]) {
        match self {
            Self::Bits(bits) => copy(&mut bits[from..], facts),
            Self::Bytes(columns) => {
                for (bit, column) in columns.iter_mut().enumerate() {
                    let column = &mut column[from..];
                    if let Some(block) = column.first_chunk_mut::<BLOCK>() {
                        set_bytes(block, facts, bit);
                    } else {
                        set_bytes(column, facts, bit);
                    }
                }
            }
            Self::Bitmaps(columns) => {
                let parts = columns.each_mut().map(|column| column[from / 8..].first_chunk_mut());
                if let [Some(a), Some(b), Some(c), Some(d), Some(e), Some(f), Some(g), Some(h)] = parts {
                    return level.transpose(facts, [a, b, c, d, e, f, g, h]);
                }
                for (column, bitmap) in columns.iter_mut().zip(&transposed(level, facts)) {
                    copy(&mut column[from / 8..], bitmap);
                }
            }
        }
    }
}

fn unzip<T>(parts: [(T, T); 8]) -> ([T; 8], [T; 8]) {
    let [a, b, c, d, e, f, g, h] = parts;
    ([a.0, b.0, c.0, d.0, e.0, f.0, g.0, h.0], [a.1, b.1, c.1, d.1, e.1, f.1, g.1, h.1])
}

#[inline(always)]
fn set_bytes(column: &mut [u8], facts: &[u8; BLOCK], bit: usize) {
    for (slot, facts) in column.iter_mut().zip(facts) {
        *slot = facts >> bit & 1;
    }
}

/// Copies a block, or what there is room for at the end of a column.
#[inline(always)]
fn copy<const N: usize>(column: &mut [u8], block: &[u8; N]) {
    if let Some(whole) = column.first_chunk_mut::<N>() {
        *whole = *block;
    } else {
        let rows = column.len();
        column.copy_from_slice(&block[..rows]);
    }
}

/// A bitmap for each bit of the bytes, the lowest first.
#[inline(always)]
pub(crate) fn transposed(level: impl Level, bytes: &[u8; BLOCK]) -> [Bitmap; 8] {
    let mut bitmaps = [[0; BLOCK / 8]; 8];
    level.transpose(bytes, bitmaps.each_mut());
    bitmaps
}

/// The same of a block that this fills, apart from the loop that asks for it: where it can also read bitmaps, the compiler
/// would spread those to a byte a row first.
#[inline(never)]
fn transposed_apart(fill: impl Fn(&mut [u8; BLOCK])) -> [Bitmap; 8] {
    struct Transpose<F>(F);
    impl<F: Fn(&mut [u8; BLOCK])> Kernel for Transpose<F> {
        type Output = [Bitmap; 8];

        #[inline(always)]
        fn run<L: Level>(self, level: L) -> [Bitmap; 8] {
            let mut bytes = [0; BLOCK];
            (self.0)(&mut bytes);
            transposed(level, &bytes)
        }
    }
    level::run(Transpose(fill))
}

/// Mirrors an 8 x 8 matrix of bits: bit i of byte j becomes bit j of byte i.
#[inline(always)]
pub(crate) const fn transpose_bits(mut x: u64) -> u64 {
    let t = (x ^ (x >> 7)) & 0x00aa_00aa_00aa_00aa;
    x ^= t ^ (t << 7);
    let t = (x ^ (x >> 14)) & 0x0000_cccc_0000_cccc;
    x ^= t ^ (t << 14);
    let t = (x ^ (x >> 28)) & 0x0000_0000_f0f0_f0f0;
    x ^ t ^ (t << 28)
}

/// A column of booleans, none of them missing.
#[derive(Debug, Clone, Copy)]
pub enum Flags<'a> {
    /// One boolean a row.
    Bools(&'a [bool]),
    /// One bit a row, the lowest bit of a byte first.
    Bitmap {
        /// The bits.
        bits: &'a [u8],
        /// The bit of row 0.
        offset: usize,
        /// How many rows there are.
        rows: usize,
    },
}

impl Flags<'_> {
    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Bools(values) => values.len(),
            Self::Bitmap { rows, .. } => *rows,
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Some of the rows.
    ///
    /// # Panics
    /// Where the range goes beyond the column, as a slice does.
    #[must_use]
    pub fn slice(&self, rows: ops::Range<usize>) -> Self {
        match *self {
            Self::Bools(values) => Self::Bools(&values[rows]),
            Self::Bitmap { bits, offset, rows: all } => {
                assert!(rows.start <= rows.end && rows.end <= all, "rows beyond the column");
                Self::Bitmap { bits, offset: offset + rows.start, rows: rows.end - rows.start }
            }
        }
    }

    /// Whether a bitmap reaches as far as its rows.
    pub(crate) fn is_sound(&self) -> bool {
        match self {
            Self::Bools(_) => true,
            Self::Bitmap { bits, offset, rows } => {
                offset.checked_add(*rows).is_some_and(|end| end.div_ceil(8) <= bits.len())
            }
        }
    }

    /// Adds bit `bit` to the facts of a block of rows from a row on.
    #[inline(always)]
    pub(crate) fn gather(&self, from: usize, bit: usize, facts: &mut [u8; BLOCK]) {
        match self {
            Self::Bools(values) => {
                for (slot, value) in facts.iter_mut().zip(&values[from..]) {
                    *slot |= u8::from(*value) << bit;
                }
            }
            Self::Bitmap { bits, offset, rows } => {
                let rows = BLOCK.min(rows - from);
                for (slot, set) in
                    facts.iter_mut().zip(&bit_of_each_row(&aligned_bits(bits, offset + from))).take(rows)
                {
                    *slot |= u8::from(*set != 0) << bit;
                }
            }
        }
    }

    /// The flags of a block from a row on, one bit each; bits beyond the end may be anything.
    #[inline(always)]
    pub(crate) fn read_bitmap(&self, from: usize) -> Bitmap {
        if let Self::Bitmap { bits, offset, .. } = self {
            return aligned_bits(bits, offset + from);
        }
        let [bitmap, ..] = transposed_apart(|flags| self.gather(from, 0, flags));
        bitmap
    }
}

/// The eight facts of many referrals, in the order of [`Fact::ALL`].
#[derive(Debug, Clone, Copy)]
#[allow(clippy::large_enum_variant, reason = "one is made per call, not per row")]
pub enum FactColumns<'a> {
    /// One byte a row.
    Bits(&'a [u8]),
    /// A column for each fact.
    Columns([Flags<'a>; 8]),
}

impl FactColumns<'_> {
    /// How many rows there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Bits(bits) => bits.len(),
            Self::Columns(columns) => columns[0].len(),
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// # Errors
    /// [`ErrorKind::LengthMismatch`] with the name of the fact whose column is not as long as the first.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let Self::Columns(columns) = self else { return Ok(()) };
        let rows = self.len();
        for (column, fact) in columns.iter().zip(Fact::ALL) {
            if column.len() != rows || !column.is_sound() {
                return Err(Error::new(ErrorKind::LengthMismatch(rows)).in_field(fact.name()));
            }
        }
        Ok(())
    }

    /// Some of the rows.
    ///
    /// # Panics
    /// Where the range goes beyond the columns, as a slice does.
    #[must_use]
    pub fn slice(&self, rows: ops::Range<usize>) -> Self {
        match self {
            Self::Bits(bits) => FactColumns::Bits(&bits[rows]),
            Self::Columns(columns) => FactColumns::Columns(columns.map(|c| c.slice(rows.clone()))),
        }
    }

    /// The facts of a block from a row on; 0 beyond the end.
    #[inline(always)]
    pub(crate) fn read(&self, from: usize, facts: &mut [u8; BLOCK]) {
        *facts = [0; BLOCK];
        match self {
            Self::Bits(bits) => {
                for (slot, bits) in facts.iter_mut().zip(&bits[from..]) {
                    *slot = *bits;
                }
            }
            Self::Columns(columns) => {
                for (bit, column) in columns.iter().enumerate() {
                    column.gather(from, bit, facts);
                }
            }
        }
    }

    /// The same as eight bitmaps; bits beyond the end may be anything.
    #[inline(always)]
    pub(crate) fn read_bitmaps(&self, from: usize) -> [Bitmap; 8] {
        let transposed = || transposed_apart(|facts| self.read(from, facts));
        let Self::Columns(columns) = self else { return transposed() };
        let mut bitmaps = [[0; BLOCK / 8]; 8];
        for (bitmap, column) in bitmaps.iter_mut().zip(columns) {
            let Flags::Bitmap { bits, offset, .. } = column else { return transposed() };
            *bitmap = aligned_bits(bits, offset + from);
        }
        bitmaps
    }
}

/// One bit for each row of a block, the lowest bit of a byte first.
pub(crate) type Bitmap = [u8; BLOCK / 8];

/// From up to eight bitmaps to a byte a row, the first in the lowest bit.
#[inline(always)]
pub(crate) fn interleave<const N: usize>(bitmaps: &[Bitmap; N]) -> [u8; BLOCK] {
    let mut rows = [0; BLOCK];
    let (eights, _) = rows.as_chunks_mut::<8>();
    for (at, eight) in eights.iter_mut().enumerate() {
        let mut word = 0;
        for (bit, bitmap) in bitmaps.iter().enumerate() {
            word |= u64::from(bitmap[at]) << (8 * bit);
        }
        *eight = transpose_bits(word).to_le_bytes();
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    /// The facts of each row, one byte a row, read back from columns.
    fn read(columns: [Flags<'_>; 8]) -> Vec<u8> {
        let columns = FactColumns::Columns(columns);
        columns.check().unwrap();
        let mut all = Vec::new();
        for from in (0..columns.len()).step_by(BLOCK) {
            let mut facts = [0; BLOCK];
            columns.read(from, &mut facts);
            let rows = BLOCK.min(columns.len() - from);
            all.extend(&facts[..rows]);
            assert!(facts[rows..].iter().all(|facts| *facts == 0));
        }
        all
    }

    /// A row that is set, and set anew, is that row alone in every layout; cleared, all are 0.
    #[test]
    fn rows_are_set_one_by_one() {
        const ROWS: usize = BLOCK + 11;
        let mut expected = vec![0; ROWS];
        let mut bits = vec![0; ROWS];
        let mut bytes: [Vec<u8>; 8] = core::array::from_fn(|_| vec![0; ROWS]);
        let mut bitmaps: [Vec<u8>; 8] = core::array::from_fn(|_| vec![0; ROWS.div_ceil(8)]);
        for step in 0..3 * ROWS {
            let (row, facts) = (step * 7 % ROWS, (step * 37).to_le_bytes()[0]);
            expected[row] = facts;
            let mut outputs = [
                Output::Bits(&mut bits),
                Output::Bytes(bytes.each_mut().map(|column| &mut column[..])),
                Output::Bitmaps(bitmaps.each_mut().map(|column| &mut column[..])),
            ];
            for output in &mut outputs {
                output.check(ROWS).unwrap();
                for other in [ROWS - 8, ROWS + 8] {
                    let kind = output.check(other).map_err(|error| error.kind());
                    assert_eq!(kind, Err(ErrorKind::LengthMismatch(other)));
                }
                output.reborrow().set(row, facts);
            }
        }
        let bools = bytes.each_ref().map(|column| column.iter().map(|byte| *byte == 1).collect::<Vec<_>>());
        assert!(bytes.iter().flatten().all(|byte| *byte <= 1));
        assert_eq!(bits, expected);
        let bools = bools.each_ref().map(|column| Flags::Bools(column));
        let flags = bitmaps.each_ref().map(|bits| Flags::Bitmap { bits, offset: 0, rows: ROWS });
        let mixed =
            core::array::from_fn(|column| if column % 2 == 0 { bools[column] } else { flags[column] });
        for rows in [0..ROWS, 5..ROWS - 20, BLOCK..ROWS, 3..3] {
            for columns in [bools, flags, mixed] {
                let columns = columns.map(|column| column.slice(rows.clone()));
                assert!(columns.iter().all(|column| column.is_empty() == rows.is_empty()));
                assert_eq!(FactColumns::Columns(columns).is_empty(), rows.is_empty());
                assert_eq!(read(columns), expected[rows.clone()], "{rows:?}");
            }
        }
        Output::Bitmaps(bitmaps.each_mut().map(|column| &mut column[..])).clear();
        Output::Bytes(bytes.each_mut().map(|column| &mut column[..])).clear();
        Output::Bits(&mut bits).clear();
        assert!(
            bits.iter().chain(bytes.iter().flatten()).chain(bitmaps.iter().flatten()).all(|byte| *byte == 0)
        );
    }

    /// A bitmap must reach as far as it says.
    #[test]
    fn short_bitmaps_are_refused() {
        let sound = |offset, rows| Flags::Bitmap { bits: &[0; 2], offset, rows }.is_sound();
        assert!(sound(0, 16) && sound(4, 12) && sound(16, 0) && sound(0, 0));
        assert!(!sound(0, 17) && !sound(4, 13) && !sound(17, 0) && !sound(usize::MAX, 1));
        let mut columns = [Flags::Bools(&[true; 16]); 8];
        columns[3] = Flags::Bitmap { bits: &[0; 2], offset: 1, rows: 16 };
        let error = FactColumns::Columns(columns).check().unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::LengthMismatch(16), Some("recovery")));
    }
}
