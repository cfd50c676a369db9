//! How close the kernels come to the memory's limit: ns a row against a copy of as many bytes as the kernel reads
//! and writes, in one run.
//!
//! `cargo bench -p iapt-core` for 10 million rows; `-- --rows 100000 --repeats 3` for a short run.

use iapt_core::batch::{self, FactColumns, Flags, MISSING, Missing, Output, Scores, Values};
use std::array;
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let rows = argument("--rows").unwrap_or(10_000_000);
    let repeats = argument("--repeats").unwrap_or(15);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let bench = Bench { rows, repeats, threads };
    println!("{rows} rows, medians of {repeats} runs; x copy: ratio to a copy of as many bytes");
    println!("{:<44} {:>9} {:>9} {:>9} {:>9}", "", "ns/row", "x copy", "ns/row", "x copy");
    println!("{:<44} {:>19} {:>19}", "", "1 thread", format!("{threads} threads"));
    let codes = array::from_fn(|column| codes(rows, column));
    bench.inputs(&codes);
    bench.outputs(&codes);
    bench.groups(&codes);
}

struct Bench {
    rows: usize,
    repeats: usize,
    threads: usize,
}

impl Bench {
    /// Scores of every type to one byte of facts.
    fn inputs(&self, codes: &[Vec<u8>; 4]) {
        let validity = codes.each_ref().map(|column| bitmap(column));
        let columns = codes.each_ref().map(|column| Scores::codes(column));
        self.facts("u8 with 255 missing -> byte", &columns, 5.0);
        let bytes = codes.each_ref().map(|column| widened(column, |v| i8::from_ne_bytes([v])));
        self.facts("i8 and bitmap -> byte", &with_bitmaps(&bytes, &validity), 5.5);
        let ints = codes.each_ref().map(|column| widened(column, i64::from));
        self.facts("i64 and bitmap -> byte", &with_bitmaps(&ints, &validity), 33.5);
        let masks = codes.each_ref().map(|column| widened(column, |v| v == MISSING));
        let masked = array::from_fn(|n| scores((&ints[n][..]).into(), Missing::Mask(&masks[n])));
        self.facts("i64 and mask -> byte", &masked, 37.0);
        let floats = codes
            .each_ref()
            .map(|column| widened(column, |v| if v == MISSING { f64::NAN } else { v.into() }));
        let floats = array::from_fn(|n| scores((&floats[n][..]).into(), Missing::None));
        self.facts("f64 with NaN missing -> byte", &floats, 33.0);
    }

    fn facts(&self, name: &str, columns: &[Scores<'_>; 4], bytes: f64) {
        let mut out = vec![0; self.rows];
        self.compare(name, bytes, |threads| {
            batch::outcomes(columns, Output::Bits(&mut out), threads).is_ok()
        });
    }

    /// Scores of one byte to every kind of output.
    fn outputs(&self, codes: &[Vec<u8>; 4]) {
        let columns = codes.each_ref().map(|column| Scores::codes(column));
        let mut bitmaps: [Vec<u8>; 8] = array::from_fn(|_| vec![0; self.rows.div_ceil(8)]);
        self.compare("u8 -> eight bitmaps", 5.0, |threads| {
            let out = Output::Bitmaps(bitmaps.each_mut().map(|b| &mut b[..]));
            batch::outcomes(&columns, out, threads).is_ok()
        });
        let mut bools: [Vec<u8>; 8] = array::from_fn(|_| vec![0; self.rows]);
        self.compare("u8 -> eight columns of bool", 12.0, |threads| {
            let out = Output::Bytes(bools.each_mut().map(|b| &mut b[..]));
            batch::outcomes(&columns, out, threads).is_ok()
        });
    }

    /// Facts to counts by 200 groups.
    fn groups(&self, codes: &[Vec<u8>; 4]) {
        let columns = codes.each_ref().map(|column| Scores::codes(column));
        let mut facts = vec![0; self.rows];
        let mut bitmaps: [Vec<u8>; 8] = array::from_fn(|_| vec![0; self.rows.div_ceil(8)]);
        let whole = batch::outcomes(&columns, Output::Bits(&mut facts), 1).is_ok();
        let out = Output::Bitmaps(bitmaps.each_mut().map(|b| &mut b[..]));
        assert!(whole && batch::outcomes(&columns, out, 1).is_ok(), "the benchmark's own data are valid");
        let groups: Vec<u32> = random(9).map(|n| n % 200).take(self.rows).collect();
        let bits = FactColumns::Bits(&facts);
        let rows = self.rows;
        let as_flags = |bits| Flags::Bitmap { bits, offset: 0, rows };
        let columns = FactColumns::Columns(bitmaps.each_ref().map(|b| as_flags(&b[..])));
        let count = |name, facts, groups, number, bytes| {
            self.compare(name, bytes, |threads| batch::count(facts, None, groups, number, threads).is_ok());
        };
        count("bytes -> counts", bits, None, 1, 1.0);
        count("bytes and groups -> counts by 200 groups", bits, Some(&groups[..]), 200, 5.0);
        count("bitmaps and groups -> counts by 200 groups", columns, Some(&groups[..]), 200, 5.0);
    }

    /// Runs a copy, and the work with one and with all threads, in turn, and prints their medians.
    fn compare(&self, name: &str, bytes: f64, mut work: impl FnMut(usize) -> bool) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number above 0")]
        let eighths = (bytes * 8.0) as usize;
        let from = vec![1_u8; self.rows * eighths / 8];
        let mut to = vec![2_u8; from.len()];
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..=self.repeats {
            times[0].push(time(|| {
                to.copy_from_slice(black_box(&from));
                black_box(&mut to);
            }));
            times[1].push(time(|| assert!(black_box(work(1)), "the benchmark's own data are valid")));
            times[2]
                .push(time(|| assert!(black_box(work(self.threads)), "the benchmark's own data are valid")));
        }
        #[allow(clippy::cast_precision_loss, reason = "a count of rows")]
        let [copy, one, all] = times.map(|times| median(times) / self.rows as f64);
        println!("{name:<44} {one:>9.3} {:>9.2} {all:>9.3} {:>9.2}", one / copy, all / copy);
    }
}

fn time(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9
}

/// The first run warms up and does not count.
fn median(mut times: Vec<f64>) -> f64 {
    times.remove(0);
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn argument(name: &str) -> Option<usize> {
    std::env::args().skip_while(|argument| argument != name).nth(1)?.parse().ok()
}

/// Plausible scores of a column, 2 % of them missing.
fn codes(rows: usize, column: usize) -> Vec<u8> {
    let most = [28, 28, 22, 22][column];
    let score =
        |n: u32| if n.is_multiple_of(50) { MISSING } else { u8::try_from(n / 64 % most).unwrap_or(MISSING) };
    random(u32::try_from(column).unwrap_or(0)).map(score).take(rows).collect()
}

fn random(seed: u32) -> impl Iterator<Item = u32> {
    let mut state = u64::from(seed) + 1;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 33).unwrap_or(0)
    })
}

fn widened<T>(codes: &[u8], widen: impl Fn(u8) -> T) -> Vec<T> {
    codes.iter().map(|v| widen(*v)).collect()
}

fn bitmap(codes: &[u8]) -> Vec<u8> {
    let byte =
        |rows: &[u8]| rows.iter().enumerate().fold(0, |byte, (n, v)| byte | u8::from(*v != MISSING) << n);
    codes.chunks(8).map(byte).collect()
}

fn with_bitmaps<'a, T>(values: &'a [Vec<T>; 4], validity: &'a [Vec<u8>; 4]) -> [Scores<'a>; 4]
where
    Values<'a>: From<&'a [T]>,
{
    array::from_fn(|n| scores((&values[n][..]).into(), Missing::Bitmap { bits: &validity[n], offset: 0 }))
}

fn scores<'a>(values: Values<'a>, missing: Missing<'a>) -> Scores<'a> {
    match Scores::new(values, missing) {
        Ok(scores) => scores,
        Err(error) => unreachable!("the benchmark's own columns fit: {error}"),
    }
}
