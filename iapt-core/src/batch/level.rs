//! Runs a loop with the best vector instructions that the processor has.

use super::BLOCK;
use super::facts::{Bitmap, transpose_bits};

/// A loop over columns, inlined whole into its caller.
pub(crate) trait Kernel {
    /// What it gives.
    type Output;
    /// Runs it. Must be `inline(always)`, and so must all that it calls.
    fn run<L: Level>(self, level: L) -> Self::Output;
}

/// Steps for which a level has better instructions than the compiler finds.
pub(crate) trait Level: Copy {
    /// A bitmap for each bit of the bytes, the lowest first.
    fn transpose(self, bytes: &[u8; BLOCK]) -> [Bitmap; 8];
    /// The lowest byte of each word, if all words are `above` in their other bits; else it may be anything.
    fn narrow(self, words: &[u64; BLOCK], above: u64, bytes: &mut [u8; BLOCK]);
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
    fn transpose(self, bytes: &[u8; BLOCK]) -> [Bitmap; 8] {
        let mut words = [0_u64; BLOCK / 8];
        let (eights, _) = bytes.as_chunks::<8>();
        for (word, eight) in words.iter_mut().zip(eights) {
            *word = transpose_bits(u64::from_le_bytes(*eight));
        }
        let mut bitmaps = [[0; BLOCK / 8]; 8];
        for (bit, bitmap) in bitmaps.iter_mut().enumerate() {
            for (byte, word) in bitmap.iter_mut().zip(&words) {
                *byte = (word >> (8 * bit)).to_le_bytes()[0];
            }
        }
        bitmaps
    }

    #[inline(always)]
    fn narrow(self, words: &[u64; BLOCK], _above: u64, bytes: &mut [u8; BLOCK]) {
        for (byte, word) in bytes.iter_mut().zip(words) {
            [*byte, ..] = word.to_le_bytes();
        }
    }
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod avx2 {
    use super::{BLOCK, Bitmap, Kernel, Level};
    use core::arch::x86_64::{__m128i, __m256i};
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

    /// In each half the bytes of its two words in turn.
    const IN_TURN: [[u8; 16]; 2] = [[0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15]; 2];

    impl Level for V3 {
        #[inline(always)]
        fn transpose(self, bytes: &[u8; BLOCK]) -> [Bitmap; 8] {
            let mut bitmaps = [[0; BLOCK / 8]; 8];
            let (vectors, _) = bytes.as_chunks::<32>();
            for (at, vector) in vectors.iter().enumerate() {
                let mut vector: __m256i = cast(*vector);
                for bitmap in bitmaps.iter_mut().rev() {
                    let highest = self.avx2._mm256_movemask_epi8(vector);
                    bitmap[4 * at..4 * at + 4].copy_from_slice(&highest.to_le_bytes());
                    vector = self.avx2._mm256_add_epi8(vector, vector);
                }
            }
            bitmaps
        }

        #[inline(always)]
        fn narrow(self, words: &[u64; BLOCK], above: u64, bytes: &mut [u8; BLOCK]) {
            let all_above = (0..8).fold(0, |all, byte| all ^ above << (8 * byte));
            let (words, _) = words.as_chunks::<4>();
            let (eights, _) = words.as_chunks::<8>();
            let (bytes, _) = bytes.as_chunks_mut::<32>();
            for (bytes, eight) in bytes.iter_mut().zip(eights) {
                // Byte b of word w is that of row 4 b + w.
                let mut sum = [all_above; 4];
                for (byte, four) in eight.iter().enumerate() {
                    for (sum, word) in sum.iter_mut().zip(four) {
                        *sum ^= word << (8 * byte);
                    }
                }
                let in_turn = self.avx2._mm256_shuffle_epi8(cast(sum), cast(IN_TURN));
                let [low, high]: [__m128i; 2] = cast(in_turn);
                let first = self.sse2._mm_unpacklo_epi16(low, high);
                let second = self.sse2._mm_unpackhi_epi16(low, high);
                *bytes = cast([first, second]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::interleave;
    use super::*;

    fn some_bytes() -> [u8; BLOCK] {
        core::array::from_fn(|n| u8::try_from(n * 37 % 256).unwrap())
    }

    #[test]
    fn eight_bitmaps_hold_the_bytes() {
        let facts = some_bytes();
        let bitmaps = Portable.transpose(&facts);
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
        assert_eq!(level.transpose(&bytes), Portable.transpose(&bytes));
        let mut narrowed = [0; BLOCK];
        for above in [0, 1.5_f64.to_bits(), 1 << 8, !0 << 8] {
            level.narrow(&bytes.map(|byte| above | u64::from(byte)), above, &mut narrowed);
            assert_eq!(narrowed, bytes);
        }
    }
}
