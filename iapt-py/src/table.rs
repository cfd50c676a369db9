//! Hash tables from keys to numbers.

use crate::errors::Fault;
use crate::fetch::{LINE, fetch_ahead};
use crate::room;
use std::hash::{BuildHasher, RandomState};

/// No number yet.
pub(crate) const NONE: u32 = u32::MAX;

/// A hash with a secret seed, so that no input can be made to slow a table down.
#[derive(Clone, Copy)]
pub(crate) struct Seed([u64; 2]);

impl Seed {
    pub(crate) fn new() -> Self {
        let random = RandomState::new();
        Self([random.hash_one(1), random.hash_one(2)])
    }

    /// Folds 128 bits into 64 by a multiplication.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "both halves are used")]
    const fn hash(self, key: u128) -> u64 {
        let a = (key as u64) ^ self.0[0];
        let b = ((key >> 64) as u64) ^ self.0[1];
        let product = (a as u128).wrapping_mul(b as u128);
        (product as u64) ^ ((product >> 64) as u64)
    }

    pub(crate) fn hash_bytes(self, bytes: &[u8]) -> u64 {
        let (blocks, _) = bytes.as_chunks::<16>();
        let last = bytes.last_chunk::<16>().copied().unwrap_or_else(|| {
            let mut last = [0; 16];
            last.iter_mut().zip(bytes).for_each(|(slot, byte)| *slot = *byte);
            last
        });
        let add = |hash: u128, block: &[u8; 16]| {
            u128::from(self.hash(u128::from_le_bytes(*block) ^ hash)).rotate_left(67) ^ hash.rotate_left(23)
        };
        self.hash(add(blocks.iter().fold(bytes.len() as u128, add), &last))
    }
}

/// An open hash table from keys to numbers: an index that is at most an eighth full, so that few keys collide, into
/// entries that lie close together, so that those of some hundred groups stay in the processor's first cache.
pub(crate) struct Table<K> {
    index: Vec<u32>,
    entries: Vec<(K, u32)>,
}

impl<K: Copy> Table<K> {
    pub(crate) fn new() -> Self {
        Self { index: vec![NONE; 1 << 10], entries: Vec::new() }
    }

    /// The number of the key with this hash; else the place in the index that is free for it.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a hash, of which the low bits are used")]
    pub(crate) fn find(&self, hash: u64, same: impl Fn(K) -> bool) -> Result<u32, usize> {
        let mask = self.index.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.entries.get(self.index[at] as usize) {
                None => return Err(at),
                Some((key, number)) if same(*key) => return Ok(*number),
                Some(_) => at = (at + 1) & mask,
            }
        }
    }

    #[cold]
    pub(crate) fn insert(
        &mut self,
        at: usize,
        key: K,
        number: u32,
        hash: impl Fn(K) -> u64,
    ) -> Result<(), Fault> {
        // There are no more entries than groups, and those are counted in 32 bits.
        let next = |entries: usize| u32::try_from(entries).unwrap_or(NONE);
        room::push(&mut self.entries, (key, number))?;
        self.index[at] = next(self.entries.len() - 1);
        if self.entries.len() > self.index.len() / 8 {
            self.index = room::filled(self.index.len() * 4, NONE)?;
            for at in 0..self.entries.len() {
                if let Err(free) = self.find(hash(self.entries[at].0), |_| false) {
                    self.index[free] = next(at);
                }
            }
        }
        Ok(())
    }
}

/// Numbers of keys of 128 bits.
pub(crate) struct ShortKeys {
    seed: Seed,
    table: Table<u128>,
    homes: Homes,
}

impl ShortKeys {
    pub(crate) fn new(seed: Seed) -> Self {
        Self { seed, table: Table::new(), homes: Homes::new(seed) }
    }

    /// The number of a key; else the place that is free for it.
    #[inline(always)]
    pub(crate) fn find(&self, key: u128) -> Result<u32, usize> {
        self.table.find(self.seed.hash(key), |other| other == key)
    }

    /// Writes the numbers of keys up to one that has none; how many they are.
    pub(crate) fn find_all(&mut self, keys: &[u128], numbers: &mut [u32]) -> Result<usize, Fault> {
        self.homes.add(&self.table.entries)?;
        let searched = if self.homes.is_empty() { keys.len() } else { LINE };
        let mut known = 0;
        while known < keys.len() {
            known += self.homes.find(&keys[known..], &mut numbers[known..]);
            for (key, slot) in keys[known..].iter().zip(&mut numbers[known..]).take(searched) {
                let Ok(number) = self.find(*key) else { return Ok(known) };
                *slot = number;
                known += 1;
            }
        }
        Ok(known)
    }

    #[cold]
    pub(crate) fn insert(&mut self, at: usize, key: u128, number: u32) -> Result<(), Fault> {
        self.table.insert(at, key, number, |key| self.seed.hash(key))
    }
}

/// So many places there are for homes, of which hardly two of some hundred keys want the same one.
const PLACES: usize = 1 << 16;

/// Keys with numbers below this can have a home.
const HOMES: usize = 1 << 13;

/// Keys that lie where their hash says, and so are found without a search. Its hash is a fast one, for which someone could
/// make keys that all want the same home: these are found by a search.
struct Homes {
    multiplier: u64,
    /// How many keys were looked at.
    added: usize,
    /// The number of the key that has its home here; else 0.
    places: Vec<u16>,
    /// The keys by their numbers.
    keys: Vec<u128>,
}

impl Homes {
    const fn new(Seed([seed, _]): Seed) -> Self {
        Self { multiplier: seed | 1, added: 0, places: Vec::new(), keys: Vec::new() }
    }

    #[inline(always)]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "both halves are used, and of the product the highest bits"
    )]
    const fn place(&self, key: u128) -> usize {
        let halves = (key as u64) ^ ((key >> 64) as u64).rotate_left(29);
        (halves.wrapping_mul(self.multiplier) >> (u64::BITS - PLACES.ilog2())) as usize
    }

    const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Makes homes for keys, and looks only at those that are new. From the first one on that can have none there are no
    /// homes: looking there first would cost more than to search at once.
    fn add(&mut self, entries: &[(u128, u32)]) -> Result<(), Fault> {
        for (key, number) in &entries[self.added..] {
            match u16::try_from(*number) {
                Ok(number) if usize::from(number) < HOMES => self.settle(*key, number)?,
                _ => (self.places, self.keys) = (Vec::new(), Vec::new()),
            }
        }
        self.added = entries.len();
        Ok(())
    }

    /// Makes a home for a key, if need be of another one's.
    fn settle(&mut self, key: u128, number: u16) -> Result<(), Fault> {
        if self.is_empty() {
            self.places = room::filled(PLACES, 0)?;
            // Places without a key lead to number 0: to one of these keys, which is found at its own place alone.
            self.keys = room::filled(HOMES, key)?;
        }
        let place = self.place(key);
        self.places[place] = number;
        self.keys[usize::from(number)] = key;
        Ok(())
    }

    /// Writes the numbers of keys up to some of which one is not at home, or to the last ones; how many they are. By itself,
    /// so that all that the loop needs stays in registers.
    #[inline(never)]
    fn find(&self, keys: &[u128], numbers: &mut [u32]) -> usize {
        let (Some(places), Some(known)) = (self.places.first_chunk(), self.keys.first_chunk()) else {
            return 0;
        };
        let ((keys, _), (numbers, _)) = (keys.as_chunks(), numbers.as_chunks_mut());
        let other =
            keys.iter().zip(numbers).position(|(keys, slots)| !self.are_at_home(places, known, keys, slots));
        other.unwrap_or(keys.len()) * LINE
    }

    #[inline(always)]
    fn are_at_home(
        &self,
        places: &[u16; PLACES],
        known: &[u128; HOMES],
        keys: &[u128; LINE],
        slots: &mut [u32; LINE],
    ) -> bool {
        fetch_ahead(keys);
        let mut differences = 0;
        for (key, slot) in keys.iter().zip(slots) {
            let number = places[self.place(*key)];
            *slot = number.into();
            differences |= key ^ known[usize::from(number) % HOMES];
        }
        differences == 0
    }
}
