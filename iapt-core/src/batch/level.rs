//! Runs a loop with the best vector instructions that the processor has.

use super::BLOCK;
use super::facts::{Bitmap, transpose_bits};
use super::scores::narrow_each;

/// A loop over columns, inlined whole into its caller.
pub(crate) trait Kernel {
    /// What it gives.
    type Output;
    /// Runs it. Must be `inline(always)`, and so must all that it calls.
    fn run<L: Level>(self, level: L) -> Self::Output;
}

/// Steps for which a level has better instructions than the compiler finds.
pub(crate) trait Level: Copy {
    /// Writes a bitmap for each bit of the bytes, the lowest first.
    fn transpose(self, bytes: &[u8; BLOCK], bitmaps: [&mut Bitmap; 8]);
    /// The codes of a block of scores; whether all can be relied on.
    #[inline(always)]
    fn narrow_floats(self, values: &[f64; BLOCK], codes: &mut [u8; BLOCK]) -> bool {
        narrow_each(values, codes)
    }
    /// The codes of a block of whole scores, all of which can be relied on.
    #[inline(always)]
    fn narrow_whole(self, values: &[i64; BLOCK], codes: &mut [u8; BLOCK]) {
        narrow_each(values, codes);
    }
}

/// Runs a kernel at the level chosen at run time, or without `std` at the one the crate was compiled for.
pub(crate) fn run<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    if let Some(level) = pulp::x86::V3::try_new() {
        return level.vectorize(avx2::At(level, kernel));
    }
    kernel.run(Portable)
}

/// Whatever the crate was compiled for.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Level for Portable {
    #[inline(always)]
    fn transpose(self, bytes: &[u8; BLOCK], bitmaps: [&mut Bitmap; 8]) {
        let mut words = [0_u64; BLOCK / 8];
        let (eights, _) = bytes.as_chunks::<8>();
        for (word, eight) in words.iter_mut().zip(eights) {
            *word = transpose_bits(u64::from_le_bytes(*eight));
        }
        for (bit, bitmap) in bitmaps.into_iter().enumerate() {
            for (byte, word) in bitmap.iter_mut().zip(&words) {
                *byte = (word >> (8 * bit)).to_le_bytes()[0];
            }
        }
    }
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod avx2 {
    use super::super::scores::BAD;
    use super::{BLOCK, Bitmap, Kernel, Level};
    use core::arch::x86_64::{__m128i, __m256, __m256d, __m256i, _CMP_NEQ_OQ, _MM_HINT_T1};
    use pulp::cast;
    use pulp::x86::V3;

    pub(super) struct At<K>(pub(super) V3, pub(super) K);

    impl<K: Kernel> pulp::NullaryFnOnce for At<K> {
        type Output = K::Output;

        #[inline(always)]
        fn call(self) -> K::Output {
            self.1.run(self.0)
        }
    }

    /// So many values of 64 bits are fetched from memory together.
    const LINE: usize = 8;
    /// So many values ahead are fetched.
    const AHEAD: usize = 2 * BLOCK;

    impl Level for V3 {
        #[inline(always)]
        fn transpose(self, bytes: &[u8; BLOCK], bitmaps: [&mut Bitmap; 8]) {
            let mut vectors: [__m256i; BLOCK / 32] = cast(*bytes);
            for bitmap in bitmaps.into_iter().rev() {
                let (words, _) = bitmap.as_chunks_mut::<4>();
                for (word, vector) in words.iter_mut().zip(&mut vectors) {
                    *word = self.avx2._mm256_movemask_epi8(*vector).to_le_bytes();
                    *vector = self.avx2._mm256_add_epi8(*vector, *vector);
                }
            }
        }

        #[inline(always)]
        fn narrow_floats(self, values: &[f64; BLOCK], codes: &mut [u8; BLOCK]) -> bool {
            let mut doubts = cast([0_u64; 4]);
            let (lines, _) = values.as_chunks::<LINE>();
            let (pairs, _) = lines.as_chunks::<2>();
            let (sixteens, _) = codes.as_chunks_mut::<16>();
            for (codes, [first, second]) in sixteens.iter_mut().zip(pairs) {
                let first = narrow_line(self, first, &mut doubts);
                let second = narrow_line(self, second, &mut doubts);
                // From 0 for a missing score and one more for all others to the codes.
                let shifted = self.sse2._mm_packus_epi16(first, second);
                *codes = cast(self.sse2._mm_sub_epi8(shifted, cast([1_u8; 16])));
            }
            cast::<__m256d, [u64; 4]>(doubts) == [0; 4]
        }

        #[inline(always)]
        fn narrow_whole(self, values: &[i64; BLOCK], codes: &mut [u8; BLOCK]) {
            let (lines, _) = values.as_chunks::<LINE>();
            let (fours, _) = lines.as_chunks::<4>();
            let (codes, _) = codes.as_chunks_mut::<32>();
            for (codes, [first, second, third, fourth]) in codes.iter_mut().zip(fours) {
                let halves = [narrow_lines(self, first, second), narrow_lines(self, third, fourth)];
                // Each half of the vector has two values of every four.
                let [low, high]: [__m128i; 2] = cast(self.avx2._mm256_packus_epi16(halves[0], halves[1]));
                let (first, second) =
                    (self.sse2._mm_unpacklo_epi16(low, high), self.sse2._mm_unpackhi_epi16(low, high));
                *codes = cast([first, second]);
            }
        }
    }

    /// Has the processor begin to fetch from memory what comes some way after: else it fetches one column after the
    /// other, and computes meanwhile too little. Into the second cache, as the first is too small for four columns on
    /// some processors.
    #[inline(always)]
    fn fetch_ahead<T>(level: V3, values: &[T; LINE]) {
        level.sse._mm_prefetch::<_MM_HINT_T1>(values.as_ptr().wrapping_add(AHEAD).cast());
    }

    /// The codes in 16 bits, of every four values two in each half.
    #[inline(always)]
    fn narrow_lines(level: V3, first: &[i64; LINE], second: &[i64; LINE]) -> __m256i {
        let ([low_first, high_first], [low_second, high_second]) =
            (parts(level, first), parts(level, second));
        let low = level.avx2._mm256_packs_epi32(low_first, low_second);
        let high = level.avx2._mm256_packs_epi32(high_first, high_second);
        let bad = cast([u16::from(BAD); 16]);
        let fits = level.avx2._mm256_cmpeq_epi16(high, cast([0_u16; 16]));
        level.avx2._mm256_max_epu16(
            level.avx2._mm256_min_epu16(low, bad),
            level.avx2._mm256_andnot_si256(fits, bad),
        )
    }

    /// The low and the high 32 bits.
    #[inline(always)]
    fn parts(level: V3, line: &[i64; LINE]) -> [__m256i; 2] {
        fetch_ahead(level, line);
        let [fours, more]: [__m256; 2] = cast(*line);
        let low = level.avx._mm256_shuffle_ps::<0b10_00_10_00>(fours, more);
        let high = level.avx._mm256_shuffle_ps::<0b11_01_11_01>(fours, more);
        [cast(low), cast(high)]
    }

    /// Scores and one more, or less than 0 for NaN, in 16 bits. Adds to the doubts what is no score of a byte, but for
    /// whole numbers that are too large.
    #[inline(always)]
    fn narrow_line(level: V3, line: &[f64; LINE], doubts: &mut __m256d) -> __m128i {
        fetch_ahead(level, line);
        let (fours, _) = line.as_chunks::<4>();
        let mut whole = [cast([0_u32; 4]); 2];
        for (whole, four) in whole.iter_mut().zip(fours) {
            // Below 0 becomes 0, which differs from it; NaN remains, and becomes the lowest number.
            let values = cast(*four);
            let bounded = level.avx._mm256_max_pd(cast([0.0; 4]), values);
            *whole = level.avx._mm256_cvttpd_epi32(bounded);
            let again = level.avx._mm256_cvtepi32_pd(*whole);
            let differs = level.avx._mm256_cmp_pd::<_CMP_NEQ_OQ>(again, values);
            *doubts = level.avx._mm256_or_pd(*doubts, differs);
        }
        let [low, high] = whole;
        level.sse2._mm_adds_epi16(level.sse2._mm_packs_epi32(low, high), cast([1_u16; 8]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::MISSING;
    use super::super::facts::{interleave, transposed};
    use super::super::scores::BAD;
    use super::*;

    fn some_bytes() -> [u8; BLOCK] {
        core::array::from_fn(|n| u8::try_from(n * 37 % 256).unwrap())
    }

    #[test]
    fn eight_bitmaps_hold_the_bytes() {
        let facts = some_bytes();
        let bitmaps = transposed(Portable, &facts);
        for (row, byte) in facts.iter().enumerate() {
            for (bit, bitmap) in bitmaps.iter().enumerate() {
                assert_eq!(bitmap[row / 8] >> (row % 8) & 1, byte >> bit & 1);
            }
        }
        assert_eq!(interleave(&bitmaps), facts);
    }

    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    #[test]
    fn every_level_gives_the_same() {
        let Some(level) = pulp::x86::V3::try_new() else { return };
        let bytes = some_bytes();
        assert_eq!(transposed(level, &bytes), transposed(Portable, &bytes));
    }

    /// Checks that a level finds in each place what is missing or a whole number below [`BAD`], and takes nothing else
    /// for it.
    fn narrows_floats(level: impl Level) {
        let near = (-2_400..2_400).map(|eighths| f64::from(eighths) / 8.0);
        let powers = (-1_074..1_024).map(|n| 2.0_f64.powi(n)).flat_map(|n| [n, -n, n - 1.0, n + 1.0]);
        let bits = (0..64).map(|bit| f64::from_bits(1 << bit));
        let quiet = [0, 1, 0xff, 1 << 63].map(|bits| f64::from_bits(f64::NAN.to_bits() | bits));
        let signalling = [1, 1 << 50].map(|bits| f64::from_bits(f64::INFINITY.to_bits() | bits));
        let bounds = [f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY];
        let all = near.chain(powers).chain(bits).chain(quiet).chain(signalling).chain(bounds);
        let mut codes = [0; BLOCK];
        for (at, value) in all.enumerate() {
            let row = at * 11 % BLOCK;
            let mut expected: [u8; BLOCK] =
                core::array::from_fn(|n| u8::try_from((n + at) % usize::from(BAD)).unwrap());
            let mut values = expected.map(f64::from);
            values[row] = value;
            let sure = level.narrow_floats(&values, &mut codes) && codes[row] != BAD;
            let code = (0..BAD).find(|code| f64::from(*code) == value).or(value.is_nan().then_some(MISSING));
            assert_eq!(sure, code.is_some(), "{value}");
            if let Some(code) = code {
                expected[row] = code;
                assert_eq!(codes, expected, "{value}");
            }
        }
    }

    /// Checks that a level makes [`BAD`] in each place of what is no score of a byte.
    fn narrows_whole(level: impl Level) {
        let powers =
            (0..64).flat_map(|bit| [1 << bit, (1_i64 << bit).wrapping_neg(), (1_i64 << bit).wrapping_sub(1)]);
        let mut codes = [0; BLOCK];
        for (at, value) in (-1_000..1_000).chain(powers).enumerate() {
            let row = at * 11 % BLOCK;
            let mut expected: [u8; BLOCK] =
                core::array::from_fn(|n| u8::try_from((n + at) % usize::from(BAD)).unwrap());
            let mut values = expected.map(i64::from);
            values[row] = value;
            expected[row] = u8::try_from(value).unwrap_or(BAD).min(BAD);
            level.narrow_whole(&values, &mut codes);
            assert_eq!(codes, expected, "{value}");
        }
    }

    #[test]
    fn scores_become_codes() {
        narrows_floats(Portable);
        narrows_whole(Portable);
        #[cfg(all(feature = "std", target_arch = "x86_64"))]
        if let Some(level) = pulp::x86::V3::try_new() {
            narrows_floats(level);
            narrows_whole(level);
        }
    }
}
