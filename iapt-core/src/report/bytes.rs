//! A tally as bytes, for another process to merge.

use super::tally::Tally;
use alloc::vec::Vec;

/// What the bytes begin with.
const MAGIC: &[u8] = b"iapt tally ";
/// What comes next: another version may count other things in the same places.
const VERSION: &[u8] = concat!(env!("CARGO_PKG_VERSION"), "\n").as_bytes();

/// Why bytes are not read as a tally.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadTallyError {
    /// They begin otherwise.
    #[error("must be the bytes of a tally")]
    NotATally,
    /// Another version wrote them.
    #[error("the tally was written by another version of iapt: tallies of one report need the same")]
    OtherVersion,
    /// They are not as they were written.
    #[error("the bytes of the tally are damaged")]
    Damaged,
}

impl Tally {
    /// All that it has seen, as bytes for the same version of this library, on any machine. They hold exact counts,
    /// small ones too.
    ///
    /// ```
    /// use iapt_core::report::{ReadTallyError, Tally};
    /// let bytes = Tally::default().to_bytes();
    /// let mut tally = Tally::from_bytes(&bytes)?;
    /// tally.merge(&Tally::from_bytes(&bytes)?);
    /// assert_eq!(Tally::from_bytes(&bytes[1..]).unwrap_err(), ReadTallyError::NotATally);
    /// # Ok::<(), ReadTallyError>(())
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = [MAGIC, VERSION].concat();
        self.write(|number| put(&mut bytes, number));
        let seal = seal(&bytes);
        bytes.extend(seal);
        bytes
    }

    /// The tally whose bytes these are.
    ///
    /// # Errors
    /// [`ReadTallyError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ReadTallyError> {
        let versioned = bytes.strip_prefix(MAGIC).ok_or(ReadTallyError::NotATally)?;
        let sealed = versioned.strip_prefix(VERSION).ok_or(ReadTallyError::OtherVersion)?;
        let (mut numbers, end) = sealed.split_last_chunk().ok_or(ReadTallyError::Damaged)?;
        if *end != seal(&bytes[..bytes.len() - end.len()]) {
            return Err(ReadTallyError::Damaged);
        }
        let tally = Self::read(|| take(&mut numbers));
        tally.filter(|_| numbers.is_empty()).ok_or(ReadTallyError::OtherVersion)
    }
}

/// What all bytes end with: their hash, FNV-1a of 64 bits. Numbers that were changed on the way could contradict each
/// other, and disclosure control rests on numbers that do not.
fn seal(bytes: &[u8]) -> [u8; 8] {
    let add = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, add).to_le_bytes()
}

/// Numbers are LEB128: seven bits a byte, the lowest first, the high bit set where more follow.
fn put(bytes: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            return bytes.push(low);
        }
        bytes.push(low | MORE);
    }
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & !MORE) << shift;
        if byte & MORE == 0 {
            return Some(number);
        }
    }
    None
}

const MORE: u8 = 1 << 7;
