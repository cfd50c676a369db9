//! Every combination of first and last PHQ-9 and GAD-7 scores, missing ones included, against an independent
//! implementation.

use iapt_core::batch::{self, FactColumns, MISSING, Missing, Output, Scores, Values};
use iapt_core::{Counts, Fact, GAD7, Outcome, PHQ9, Referral, Score};
use iapt_tests::naive_facts;
use std::array;

/// All combinations in the order of `tests/naive.py`: the last column fastest, missing as the last value of each.
fn combinations() -> Vec<[u8; 4]> {
    let axis = |most: u8| (0..=most).chain([MISSING]);
    let mut all = Vec::new();
    for p0 in axis(27) {
        for p1 in axis(27) {
            for g0 in axis(21) {
                all.extend(axis(21).map(|g1| [p0, p1, g0, g1]));
            }
        }
    }
    assert_eq!(all.len(), 29 * 29 * 23 * 23);
    all
}

fn columns<T>(rows: &[[u8; 4]], widen: impl Fn(u8) -> T) -> [Vec<T>; 4] {
    array::from_fn(|column| rows.iter().map(|row| widen(row[column])).collect())
}

fn bits(columns: &[Scores<'_>; 4], threads: usize) -> Vec<u8> {
    let mut facts = vec![77; columns[0].len()];
    batch::outcomes(columns, Output::Bits(&mut facts), threads).expect("all scores are in range");
    facts
}

#[test]
// Proves PAIRED-1, CASENESS-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-1, CHANGE-2, CHANGE-3, CHANGE-4,
// CHANGE-5, RECOVERY-1, RECOVERY-2, RECOVERY-3, MEASURE-1, MEASURE-2.
fn one_referral_at_a_time() {
    let Some(expected) = naive_facts() else { return };
    let score = |code: u8| (code != MISSING).then(|| Score::from(code));
    for (row, expected) in combinations().into_iter().zip(expected) {
        let [p0, p1, g0, g1] = row.map(score);
        let phq9 = PHQ9.pair(p0, p1).expect("in range");
        let gad7 = GAD7.pair(g0, g1).expect("in range");
        let outcome = Referral::new(phq9, gad7, None).expect("both have thresholds").outcome();
        assert_eq!(outcome.bits(), expected, "{row:?}");
        assert_eq!(batch::outcome_of_codes(row), Ok(outcome), "{row:?}");
        assert_eq!(Outcome::from_bits(expected), Ok(outcome));
    }
}

#[test]
// Proves PAIRED-1, CASENESS-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-1, CHANGE-2, CHANGE-3, CHANGE-4,
// CHANGE-5, RECOVERY-1, RECOVERY-2, RECOVERY-3, MEASURE-1, MEASURE-2.
fn batches_of_every_type() {
    let Some(expected) = naive_facts() else { return };
    let rows = combinations();
    let codes = columns(&rows, |code| code);
    let valid = codes.each_ref().map(|c| c.chunks(8).map(validity).collect::<Vec<u8>>());
    let mask = columns(&rows, |code| code == MISSING);
    let coded = codes.each_ref().map(|c| Scores::codes(c));
    assert_eq!(bits(&coded, 1), expected);
    assert_eq!(bits(&coded, 3), expected);

    macro_rules! check {
        ($($type:ty)+) => {$({
            // What stands where a score is missing must not matter.
            let values = columns(&rows, |code| if code == MISSING { <$type>::MAX } else { <$type>::try_from(code).unwrap() });
            let bitmaps = array::from_fn(|n| {
                let missing = Missing::Bitmap { bits: &valid[n], offset: 0 };
                Scores::new(Values::from(&values[n][..]), missing).unwrap()
            });
            assert_eq!(bits(&bitmaps, 1), expected, stringify!($type));
            assert_eq!(bits(&bitmaps, 2), expected, stringify!($type));
            let masks = array::from_fn(|n| Scores::new(Values::from(&values[n][..]), Missing::Mask(&mask[n])).unwrap());
            assert_eq!(bits(&masks, 1), expected, stringify!($type));
        })+};
    }
    check!(i8 i16 i32 i64 u8 u16 u32 u64);

    let doubles = columns(&rows, |code| if code == MISSING { f64::NAN } else { f64::from(code) });
    let floats = columns(&rows, |code| if code == MISSING { f32::NAN } else { f32::from(code) });
    assert_eq!(
        bits(&doubles.each_ref().map(|c| Scores::new(Values::F64(c), Missing::None).unwrap()), 1),
        expected
    );
    assert_eq!(
        bits(&floats.each_ref().map(|c| Scores::new(Values::F32(c), Missing::None).unwrap()), 1),
        expected
    );
}

fn validity(eight: &[u8]) -> u8 {
    eight.iter().enumerate().fold(0, |byte, (bit, code)| byte | u8::from(*code != MISSING) << bit)
}

/// Each kind of output, and the counts from each kind of column of facts.
#[test]
// Proves RATE-3.
fn outputs_and_counts() {
    let rows = combinations();
    let codes = columns(&rows, |code| code);
    let scores = codes.each_ref().map(|c| Scores::codes(c));
    let facts = bits(&scores, 1);
    let mut expected = Counts::default();
    for bits in &facts {
        expected.add(Outcome::from_bits(*bits).unwrap());
    }
    for threads in [1, 2] {
        let mut bytes: [Vec<u8>; 8] = array::from_fn(|_| vec![77; rows.len()]);
        batch::outcomes(&scores, Output::Bytes(bytes.each_mut().map(|c| &mut c[..])), threads).unwrap();
        let mut maps: [Vec<u8>; 8] = array::from_fn(|_| vec![255; rows.len().div_ceil(8)]);
        batch::outcomes(&scores, Output::Bitmaps(maps.each_mut().map(|c| &mut c[..])), threads).unwrap();
        for (row, bits) in facts.iter().enumerate() {
            for (n, fact) in Fact::ALL.into_iter().enumerate() {
                let holds = bits & fact.mask() != 0;
                assert_eq!(bytes[n][row], u8::from(holds));
                assert_eq!(maps[n][row / 8] >> (row % 8) & 1 == 1, holds);
            }
        }
        let bools = bytes.each_ref().map(|c| c.iter().map(|b| *b == 1).collect::<Vec<bool>>());
        let flags = bools.each_ref().map(|c| batch::Flags::Bools(c));
        let flag_bits =
            maps.each_ref().map(|bits| batch::Flags::Bitmap { bits, offset: 0, rows: rows.len() });
        for columns in
            [FactColumns::Bits(&facts), FactColumns::Columns(flags), FactColumns::Columns(flag_bits)]
        {
            assert_eq!(batch::count(columns, None, None, 1, threads), Ok(vec![expected]));
            let offset = columns.slice(3..rows.len());
            let mut rest = Counts::default();
            facts[3..].iter().for_each(|bits| rest.add(Outcome::from_bits(*bits).unwrap()));
            assert_eq!(batch::count(offset, None, None, 1, threads), Ok(vec![rest]));
        }
    }
}

/// The last block of a column may have any number of rows.
#[test]
fn bitmaps_of_every_length() {
    let rows = combinations();
    let codes = columns(&rows[..600], |code| code);
    let facts = bits(&codes.each_ref().map(|c| Scores::codes(c)), 1);
    for rows in 0..facts.len() {
        let scores = codes.each_ref().map(|c| Scores::codes(&c[..rows]));
        let mut maps: [Vec<u8>; 8] = array::from_fn(|_| vec![255; rows.div_ceil(8)]);
        batch::outcomes(&scores, Output::Bitmaps(maps.each_mut().map(|c| &mut c[..])), 1).unwrap();
        for (n, map) in maps.iter().enumerate() {
            for at in 0..8 * map.len() {
                let holds = at < rows && facts[at] >> n & 1 == 1;
                assert_eq!(map[at / 8] >> (at % 8) & 1 == 1, holds, "{rows} rows");
            }
        }
    }
}
