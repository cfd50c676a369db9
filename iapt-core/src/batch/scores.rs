//! A column of scores in whatever type the caller has, and how it is narrowed to one byte a row.

use super::facts::Bitmap;
use super::level::Level;
use super::{BLOCK, MISSING};
use crate::error::{Error, ErrorKind};
use crate::measure::Range;
use crate::score::Score;
use core::ops;

/// The code of a value that no narrow measure has.
pub(crate) const BAD: u8 = MISSING - 1;

/// A column of scores: values, of which some may be missing.
#[derive(Debug, Clone, Copy)]
pub struct Scores<'a> {
    values: Values<'a>,
    missing: Missing<'a>,
}

/// Which rows of a column are missing, beside floats that are NaN and codes that are [`MISSING`].
#[derive(Debug, Clone, Copy)]
pub enum Missing<'a> {
    /// None.
    None,
    /// Those whose bit is 0, the lowest bit of a byte first, from the bit `offset` on (Arrow's validity bitmap).
    Bitmap {
        /// The bits.
        bits: &'a [u8],
        /// The bit of row 0.
        offset: usize,
    },
    /// Those that are true.
    Mask(&'a [bool]),
}

macro_rules! values {
    ($($variant:ident $type:ty, $doc:literal;)+) => {
        /// The values of a column.
        #[derive(Debug, Clone, Copy)]
        pub enum Values<'a> {
            /// Bytes in which 255 is missing.
            Codes(&'a [u8]),
            $(#[doc = $doc] $variant(&'a [$type]),)+
        }

        impl<'a> Values<'a> {
            fn len(self) -> usize {
                match self {
                    Self::Codes(v) => v.len(),
                    $(Self::$variant(v) => v.len(),)+
                }
            }

            fn slice(self, rows: ops::Range<usize>) -> Self {
                match self {
                    Self::Codes(v) => Self::Codes(&v[rows]),
                    $(Self::$variant(v) => Self::$variant(&v[rows]),)+
                }
            }

            /// The exact score of a row; `None` where the value itself says that it is missing.
            fn get(self, row: usize, range: &Range) -> Result<Option<Score>, ErrorKind> {
                match self {
                    Self::Codes(v) if v[row] == MISSING => Ok(None),
                    Self::Codes(v) => v[row].exact(range),
                    $(Self::$variant(v) => v[row].exact(range),)+
                }
            }

            /// The codes of a block from a row on, without regard to what else is missing.
            #[inline(always)]
            fn narrow(self, level: impl Level, from: usize, codes: &mut [u8; BLOCK]) -> bool {
                match self {
                    Self::Codes(v) => {
                        let rest = &v[from..];
                        let rows = rest.len().min(BLOCK);
                        *codes = [MISSING; BLOCK];
                        codes[..rows].copy_from_slice(&rest[..rows]);
                        true
                    }
                    $(Self::$variant(v) => narrow(level, v, from, codes),)+
                }
            }
        }

        $(impl<'a> From<&'a [$type]> for Values<'a> {
            fn from(values: &'a [$type]) -> Self {
                Self::$variant(values)
            }
        })+
    };
}

values! {
    I8 i8, "Signed bytes.";
    I16 i16, "Signed 16-bit integers.";
    I32 i32, "Signed 32-bit integers.";
    I64 i64, "Signed 64-bit integers.";
    U8 u8, "Bytes in which 255 is a value like any other.";
    U16 u16, "Unsigned 16-bit integers.";
    U32 u32, "Unsigned 32-bit integers.";
    U64 u64, "Unsigned 64-bit integers.";
    F32 f32, "Floats; NaN is missing.";
    F64 f64, "Double floats; NaN is missing.";
}

impl<'a> Scores<'a> {
    /// A column with its missing rows.
    ///
    /// # Errors
    /// [`ErrorKind::LengthMismatch`] where bitmap or mask does not reach as far as the values.
    pub fn new(values: Values<'a>, missing: Missing<'a>) -> Result<Self, Error> {
        let rows = values.len();
        let fits = match missing {
            Missing::None => true,
            Missing::Bitmap { bits, offset } => {
                offset.checked_add(rows).is_some_and(|n| n.div_ceil(8) <= bits.len())
            }
            Missing::Mask(mask) => mask.len() == rows,
        };
        if fits { Ok(Self { values, missing }) } else { Err(ErrorKind::LengthMismatch(rows).into()) }
    }

    /// A column of bytes in which 255 is missing.
    #[must_use]
    pub const fn codes(values: &'a [u8]) -> Self {
        Self { values: Values::Codes(values), missing: Missing::None }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Some of the rows.
    ///
    /// # Panics
    /// Where the range goes beyond the column, as a slice does.
    #[must_use]
    pub fn slice(&self, rows: ops::Range<usize>) -> Self {
        let missing = match self.missing {
            Missing::None => Missing::None,
            Missing::Bitmap { bits, offset } => Missing::Bitmap { bits, offset: offset + rows.start },
            Missing::Mask(mask) => Missing::Mask(&mask[rows.clone()]),
        };
        Self { values: self.values.slice(rows), missing }
    }

    /// The exact score of a row on a measure with this range, or `None` where it is missing.
    ///
    /// # Errors
    /// As [`Range::check_read`].
    ///
    /// # Panics
    /// Where there is no such row, as a slice does.
    pub fn get(&self, row: usize, range: &Range) -> Result<Option<Score>, ErrorKind> {
        let missing = match self.missing {
            Missing::None => false,
            Missing::Bitmap { bits, offset } => bits[(offset + row) / 8] >> ((offset + row) % 8) & 1 == 0,
            Missing::Mask(mask) => mask[row],
        };
        if missing { Ok(None) } else { self.values.get(row, range) }
    }

    /// One byte a row of a block from a row on: the score where it is below [`BAD`], [`MISSING`] where it is
    /// missing and beyond the end, [`BAD`] otherwise. Says whether all codes can be relied on; where not, the block
    /// has to be read value by value. What is in this form already is not copied to `codes`.
    #[inline(always)]
    pub(crate) fn narrow<'c>(
        &self,
        level: impl Level,
        from: usize,
        codes: &'c mut [u8; BLOCK],
    ) -> (&'c [u8; BLOCK], bool)
    where
        'a: 'c,
    {
        if let (Values::Codes(values), Missing::None) = (self.values, self.missing)
            && let Some(block) = values[from..].first_chunk()
        {
            return (block, true);
        }
        let reliable = self.values.narrow(level, from, codes);
        match self.missing {
            Missing::None => {}
            Missing::Bitmap { bits, offset } => mark_zero_bits(&aligned_bits(bits, offset + from), codes),
            Missing::Mask(mask) => {
                for (code, missing) in codes.iter_mut().zip(&mask[from..]) {
                    *code |= if *missing { MISSING } else { 0 };
                }
            }
        }
        (codes, reliable)
    }
}

/// The codes of a block from a row on; whether all can be relied on.
#[inline(always)]
fn narrow<T: Value>(level: impl Level, values: &[T], from: usize, codes: &mut [u8; BLOCK]) -> bool {
    let rest = &values[from..];
    if let Some(block) = rest.first_chunk() {
        return T::narrow_block(level, block, codes);
    }
    *codes = [MISSING; BLOCK];
    narrow_each(rest, codes)
}

/// The codes of values; whether all can be relied on.
#[inline(always)]
pub(crate) fn narrow_each<T: Value>(values: &[T], codes: &mut [u8; BLOCK]) -> bool {
    // Without closures: those would not be inlined at the level of the kernel.
    let mut sure = true;
    for (slot, value) in codes.iter_mut().zip(values) {
        let (code, is_sure) = value.code();
        *slot = code;
        sure &= is_sure;
    }
    sure
}

/// Makes the codes missing whose bit is 0.
#[inline(always)]
fn mark_zero_bits(bitmap: &Bitmap, codes: &mut [u8; BLOCK]) {
    for (code, bit) in codes.iter_mut().zip(&bit_of_each_row(bitmap)) {
        *code |= if *bit == 0 { MISSING } else { 0 };
    }
}

/// Something other than 0 for each row of a block whose bit is 1.
#[inline(always)]
pub(crate) fn bit_of_each_row(bitmap: &Bitmap) -> [u8; BLOCK] {
    // Each byte of bits beside each of its eight rows, so that one operation serves them all.
    let mut rows = [0; BLOCK];
    let (eights, _) = rows.as_chunks_mut::<8>();
    for (eight, byte) in eights.iter_mut().zip(bitmap) {
        *eight = [*byte; 8];
    }
    for (row, bit) in rows.iter_mut().zip(&BIT_OF_ROW) {
        *row &= bit;
    }
    rows
}

/// The bit of each row of a block in its byte of a bitmap.
const BIT_OF_ROW: [u8; BLOCK] = {
    let mut bits = [0; BLOCK];
    let mut row = 0;
    while row < BLOCK {
        bits[row] = 1 << (row % 8);
        row += 1;
    }
    bits
};

/// The bits of a block from the bit `start` on, beginning in the lowest bit of the first byte; those beyond the end
/// may be anything.
#[inline(always)]
pub(crate) fn aligned_bits(bits: &[u8], start: usize) -> Bitmap {
    let (bytes, shift) = (&bits[start / 8..], start % 8);
    if let (Some(block), 0) = (bytes.first_chunk(), shift) {
        return *block;
    }
    // One byte more, as a block that begins within a byte ends within one.
    let mut padded = [0; BLOCK / 8 + 1];
    if let Some(all) = bytes.first_chunk() {
        padded = *all;
    } else {
        padded[..bytes.len()].copy_from_slice(bytes);
    }
    let mut aligned = [0; BLOCK / 8];
    for at in 0..BLOCK / 8 {
        aligned[at] = (u16::from_le_bytes([padded[at], padded[at + 1]]) >> shift).to_le_bytes()[0];
    }
    aligned
}

/// A type of which columns of scores are made.
pub(crate) trait Value: Copy {
    /// The value below [`BAD`] it stands for, [`MISSING`] for NaN, [`BAD`] for any other; and whether that can be relied
    /// on.
    fn code(self) -> (u8, bool);
    /// The codes of a block of values; whether all can be relied on.
    #[inline(always)]
    fn narrow_block(_level: impl Level, block: &[Self; BLOCK], codes: &mut [u8; BLOCK]) -> bool {
        narrow_each(block, codes)
    }
    /// The exact score in a range; `None` for NaN.
    fn exact(self, range: &Range) -> Result<Option<Score>, ErrorKind>;
}

macro_rules! whole_value {
    ($($type:ty $({ $($own:item)+ })?)+) => {$(
        impl Value for $type {
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked in the same line")]
            #[allow(clippy::cast_lossless, trivial_numeric_casts, reason = "one text for every width")]
            fn code(self) -> (u8, bool) {
                // As u64 what is below 0 is far above all scores, so that one comparison finds all that is out of range.
                (if (self as u64) < u64::from(BAD) { self as u8 } else { BAD }, true)
            }

            fn exact(self, range: &Range) -> Result<Option<Score>, ErrorKind> {
                let score = i64::try_from(self).map_err(|_| ErrorKind::OutOfRange(*range))?;
                range.check(Score::whole(score)).map(Some)
            }

            $($($own)+)?
        }
    )+};
}

whole_value! {
    i8 i16 i32 u8 u16 u32 u64
    i64 {
        #[inline(always)]
        fn narrow_block(level: impl Level, block: &[Self; BLOCK], codes: &mut [u8; BLOCK]) -> bool {
            level.narrow_whole(block, codes);
            true
        }
    }
}

/// 2^52. With it added, a whole number from 0 on lies in the low bits; what had a fraction does not come back.
const SHIFT: f64 = 4_503_599_627_370_496.0;

impl Value for f64 {
    #[inline(always)]
    fn code(self) -> (u8, bool) {
        // Too large becomes a fraction. NaN is less than nothing and so becomes the code of a missing score.
        let bounded = if 253.5 < self { 253.5 } else { self };
        let value = if bounded < f64::from(MISSING) { bounded } else { f64::from(MISSING) };
        let shifted = value + SHIFT;
        let is_sure = (shifted - SHIFT == value) & (value >= 0.0);
        (shifted.to_bits().to_le_bytes()[0], is_sure)
    }

    #[inline(always)]
    fn narrow_block(level: impl Level, block: &[Self; BLOCK], codes: &mut [u8; BLOCK]) -> bool {
        level.narrow_floats(block, codes)
    }

    fn exact(self, range: &Range) -> Result<Option<Score>, ErrorKind> {
        if self.is_nan() { Ok(None) } else { range.check_read(Score::from_f64(self)).map(Some) }
    }
}

impl Value for f32 {
    #[inline(always)]
    fn code(self) -> (u8, bool) {
        f64::from(self).code()
    }

    fn exact(self, range: &Range) -> Result<Option<Score>, ErrorKind> {
        if self.is_nan() { Ok(None) } else { range.check_read(Score::from_f32(self)).map(Some) }
    }
}
