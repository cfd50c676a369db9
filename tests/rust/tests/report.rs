//! Reports: England's published counts in, its published percentages out; disclosure control.

use iapt_core::pathway::Pathway;
use iapt_core::report::{
    Disclosure, INDICATORS, Inputs, Number, RELATIONS, ReadTallyError, Report, Shown, Status, Tally,
};
use iapt_core::{Day, ErrorKind, Score};
use iapt_tests::records::{day, ended, shown, treated};
use iapt_tests::{Row, reference};
use proptest::prelude::*;

/// First and last scores of a kind of referral: PHQ-9, then GAD-7.
type Scores = [Option<i64>; 4];

const RECOVERED_RELIABLY: Scores = [Some(18), Some(9), Some(14), Some(6)];
const RECOVERED_ONLY: Scores = [Some(10), Some(9), Some(8), Some(7)];
/// Cases that improved, did not change, deteriorated, are not paired; then the same of those who were no cases.
const OTHERS: [[Scores; 4]; 2] = [
    [
        [Some(20), Some(13), Some(15), Some(11)],
        [Some(15), Some(15), Some(10), Some(10)],
        [Some(12), Some(20), Some(10), Some(10)],
        [Some(15), None, Some(10), None],
    ],
    [
        [Some(9), Some(2), Some(5), Some(5)],
        [Some(5), Some(5), Some(5), Some(5)],
        [Some(2), Some(9), Some(5), Some(5)],
        [Some(5), None, Some(5), None],
    ],
];
const UNKNOWN: Scores = [Some(5), None, None, None];

/// What a finished course with these scores shows in the year.
fn course(scores: Scores) -> Shown {
    ended(2, scores)
}

fn count(row: &Row, column: &str) -> Option<u32> {
    row.value::<Score>(column).map(|count| u32::try_from(count.numerator()).expect("a count"))
}

/// Referrals that have the published counts of a row; `None` where it has no outcomes.
fn referrals(row: &Row) -> Option<Tally> {
    let published = |column: &str| count(row, &format!("{column}_count"));
    let finished = published("finished_course_treatment")?;
    let (cases, not_cases) = (published("at_caseness")?, published("not_at_caseness")?);
    let (improved, unchanged) = (published("improvement")?, published("no_reliable_change")?);
    let (deteriorated, recovered) = (published("deterioration")?, published("recovery")?);
    let reliably = published("reliable_recovery")?;
    let mut tally = Tally::default();
    tally.add_times(&course(RECOVERED_RELIABLY), reliably);
    tally.add_times(&course(RECOVERED_ONLY), recovered - reliably);
    let unknown = finished - cases - not_cases;
    tally.add_times(&course(UNKNOWN), unknown);
    let unpaired = finished - improved - unchanged - deteriorated - unknown;
    let kinds = [improved - reliably, unchanged - (recovered - reliably), deteriorated, unpaired];
    let mut left = cases - recovered;
    for (kind, all) in kinds.into_iter().enumerate() {
        let cases = all.min(left);
        left -= cases;
        tally.add_times(&course(OTHERS[0][kind]), cases);
        tally.add_times(&course(OTHERS[1][kind]), all - cases);
    }
    assert_eq!(left, 0, "all cases are placed");
    Some(tally)
}

#[test]
// Proves RATE-1, RATE-2, ROUNDING-1.
fn published_counts_of_england_give_its_published_percentages() {
    let Some(rows) = reference("england_outcome_measures_2017-18_to_2022-23.csv") else { return };
    let columns = [
        ("improvement", "M185", "M186"),
        ("no_reliable_change", "M187", "Percentage_NoReliableChange"),
        ("deterioration", "M189", "M1010"),
        ("recovery", "M191", "M192"),
        ("reliable_recovery", "M193", "M195"),
    ];
    let mut checked = 0;
    for row in &rows {
        let Some(tally) = referrals(row) else { continue };
        let value = |id: &str| tally.figure(id, &Inputs::default()).expect("official").value;
        let whole = |column: &str| count(row, column).map(|count| Number::whole(i64::from(count)));
        assert_eq!(value("M076"), whole("finished_course_treatment_count"));
        assert_eq!(value("Count_AtCaseness"), whole("at_caseness_count"));
        assert_eq!(value("M179"), whole("not_at_caseness_count"));
        for (name, counted, percentage) in columns {
            assert_eq!(value(counted), whole(&format!("{name}_count")), "{row:?}");
            let published = row.given(&format!("{name}_percentage"));
            let text = published.map(|text| text.strip_suffix(".0").unwrap_or(text));
            assert_eq!(value(percentage).map(|value| value.to_string()).as_deref(), text, "{row:?}");
            checked += usize::from(text.is_some());
        }
    }
    assert_eq!(checked, 2825, "percentages in the file");
}

#[test]
fn every_relation_is_of_official_measures() {
    for (few, _, many) in RELATIONS {
        for id in few.iter().chain(*many) {
            let id = id.strip_suffix(" denominator").unwrap_or(id);
            assert!(INDICATORS.iter().any(|indicator| indicator.id == id), "{id}");
        }
    }
    for (at, indicator) in INDICATORS.iter().enumerate() {
        assert!(INDICATORS[..at].iter().all(|other| other.id != indicator.id), "{} twice", indicator.id);
    }
}

#[test]
// Proves DISCLOSURE-11, REPORT-8, EFFECT-3.
fn the_four_states_stay_apart() {
    let empty = Tally::default();
    let status = |id: &str, inputs: &Inputs| empty.figure(id, inputs).expect("official").status;
    let all = Inputs::default();
    assert_eq!(status("M001", &all), Status::Ok);
    assert_eq!(status("M192", &all), Status::NotApplicable);
    assert_eq!(status("M141", &all), Status::NotApplicable);
    assert_eq!(status("EffectSize_PHQ9", &all), Status::Missing);
    let without = Inputs::default().without(iapt_core::pathway::Table::Employment);
    assert_eq!(status("M237", &without), Status::Missing);
    let report = Report::of([empty], &all, Disclosure::Controlled).expect("small");
    let hidden =
        |id: &str| report.total.iter().find(|figure| figure.indicator.id == id).expect("official").status;
    assert_eq!(hidden("M001"), Status::Suppressed);
    assert_eq!(hidden("M192"), Status::Suppressed);
    assert_eq!(hidden("EffectSize_PHQ9"), Status::Missing);
    let nobody = Report::of([], &all, Disclosure::Controlled).expect("small");
    assert!(nobody.groups.is_empty() && nobody.total == report.total);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Shown figures are rounded ones of the truth, and what is small is hidden.
    #[test]
    // Proves DISCLOSURE-2, DISCLOSURE-3, DISCLOSURE-6.
    fn controlled_reports_show_rounded_truth(
        groups in prop::collection::vec(prop::collection::vec(0_u32..12, 10), 1..8),
    ) {
        let kinds: Vec<Shown> = [RECOVERED_RELIABLY, RECOVERED_ONLY, UNKNOWN]
            .into_iter()
            .chain(OTHERS.into_iter().flatten())
            .map(course)
            .collect();
        let tallies = || groups.iter().map(|times| {
            let mut tally = Tally::default();
            for (kind, times) in kinds.iter().zip(times) {
                tally.add_times(kind, *times);
            }
            tally
        });
        let inputs = Inputs::default();
        let exact = Report::of(tallies(), &inputs, Disclosure::Exact).unwrap();
        let controlled = Report::of(tallies(), &inputs, Disclosure::Controlled).unwrap();
        let national = Report::of(tallies(), &inputs, Disclosure::NationalTotal).unwrap();
        prop_assert_eq!(&national.total, &exact.total);
        let both = exact.groups.iter().zip(&controlled.groups);
        for (exact, shown) in both.chain([(&exact.total, &controlled.total)]) {
            for (exact, shown) in exact.iter().zip(shown) {
                if exact.indicator.id.starts_with("M1") && shown.status == Status::Ok && shown.numerator.is_some() {
                    prop_assert!(exact.numerator.unwrap() > 4 && exact.denominator.unwrap() > 4);
                    prop_assert_eq!(shown.numerator.unwrap() % 5, 0);
                    prop_assert_eq!(shown.value.unwrap().to_tenths() % 10, 0);
                }
                let is_count = exact.denominator.is_none() && exact.indicator.id != "M089";
                if is_count && shown.status == Status::Ok && exact.indicator.id.starts_with('M') {
                    let (truth, shown) = (exact.value.unwrap().to_tenths() / 10, shown.value.unwrap().to_tenths() / 10);
                    prop_assert!(truth > 4 && (truth - shown).abs() <= 2 && shown % 5 == 0);
                }
            }
        }
    }
}

/// Referrals of all kinds, so many of each, and some whose waits are negative or longer than any.
fn tally_of(times: &[u32], waits: &[i64]) -> Tally {
    let kinds = [RECOVERED_RELIABLY, RECOVERED_ONLY, UNKNOWN].into_iter().chain(OTHERS.into_iter().flatten());
    let mut tally: Tally = waits.iter().map(|days| waited(*days)).collect::<Vec<_>>().iter().collect();
    for (kind, times) in kinds.zip(times) {
        tally.add_times(&course(kind), *times);
    }
    tally
}

/// What a referral shows that was treated in the year, so many days after it was received.
fn waited(days: i64) -> Shown {
    let first = day("2024-05-01");
    let referred = i32::try_from(i64::from(first.to_unix()) - days).ok().and_then(Day::from_unix);
    shown(&Pathway { referred, contacts: &[treated(first)], ..Pathway::default() })
}

fn report_of(tallies: impl IntoIterator<Item = Tally>, disclosure: Disclosure) -> Report {
    Report::of(tallies, &Inputs::default(), disclosure).expect("small")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Referrals that are tallied apart and brought together as bytes give what they give when tallied together.
    #[test]
    fn tallies_travel_as_bytes(
        parts in prop::collection::vec(
            (prop::collection::vec(0_u32..100_000, 11), prop::collection::vec(-300_i64..9000, 0..5)),
            1..5,
        ),
    ) {
        let (mut together, mut merged) = (Tally::default(), Tally::default());
        for (times, waits) in &parts {
            let tally = tally_of(times, waits);
            together.merge(&tally);
            merged.merge(&Tally::from_bytes(&tally.to_bytes()).unwrap());
        }
        prop_assert_eq!(merged.to_bytes(), together.to_bytes());
        let [made, expected] = [merged, together].map(|tally| report_of([tally], Disclosure::Exact));
        prop_assert_eq!(made.total, expected.total);
    }

    /// No byte can be changed or lost on the way.
    #[test]
    fn damaged_tallies_are_refused(
        times in prop::collection::vec(0_u32..100_000, 11),
        at in any::<prop::sample::Index>(),
        change in 1_u8..,
    ) {
        let mut bytes = tally_of(&times, &[-5, 5000]).to_bytes();
        let at = at.index(bytes.len());
        prop_assert!(Tally::from_bytes(&bytes[..at]).is_err());
        bytes[at] ^= change;
        prop_assert!(Tally::from_bytes(&bytes).is_err());
    }
}

#[test]
fn bytes_of_anything_else_are_refused() {
    let bytes = Tally::default().to_bytes();
    let refused = |bytes: &[u8]| Tally::from_bytes(bytes).expect_err("no tally");
    let version = bytes.iter().position(u8::is_ascii_digit).expect("a version");
    assert_eq!(refused(&bytes[1..]), ReadTallyError::NotATally);
    assert_eq!(refused(&bytes[..version]), ReadTallyError::OtherVersion);
    assert_eq!(refused(&bytes[..bytes.len() - 1]), ReadTallyError::Damaged);
    let mut other = bytes.clone();
    other[version] += 1;
    assert_eq!(refused(&other), ReadTallyError::OtherVersion);
    let numbers = 1 + bytes.iter().position(|byte| *byte == b'\n').expect("the end of the version");
    let unsealed = &bytes[..bytes.len() - 8];
    let mut fewer = unsealed.to_vec();
    fewer[numbers] -= 1;
    assert_eq!(refused(&sealed(fewer)), ReadTallyError::OtherVersion, "another number of counters");
    assert_eq!(refused(&sealed([unsealed, &[0]].concat())), ReadTallyError::OtherVersion, "and one more");
    assert_eq!(sealed(unsealed.to_vec()), bytes);
}

/// Bytes with their FNV-1a hash behind them.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let add = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325, add);
    bytes.extend(hash.to_le_bytes());
    bytes
}

#[test]
fn threads_make_the_report_of_one() {
    let kinds: Vec<Shown> = OTHERS.into_iter().flatten().chain([RECOVERED_RELIABLY]).map(course).collect();
    let rows = || (0..500_u32).map(|row| (row * 7 % 40, kinds[row as usize % kinds.len()]));
    let mut tallies = vec![Tally::default(); 40];
    rows().for_each(|(group, shown)| tallies[group as usize].add(&shown));
    let expected = report_of(tallies, Disclosure::Exact);
    // A row that shows nothing is of no group.
    let (mut group_of, mut shown): (Vec<u32>, Vec<Option<Shown>>) = rows().map(|(g, s)| (g, Some(s))).unzip();
    group_of.push(0);
    shown.push(None);
    let make = |group_of: &[u32], threads| {
        Report::of_referrals(&shown, group_of, 40, &Inputs::default(), Disclosure::Exact, threads)
    };
    for threads in [0, 1, 2, 9] {
        let report = make(&group_of, threads).expect("small");
        assert_eq!((&report.groups, &report.total), (&expected.groups, &expected.total), "{threads} threads");
    }
    assert_eq!(make(&group_of[1..], 1).map_err(|e| e.kind()).unwrap_err(), ErrorKind::LengthMismatch(501));
    for other in [40, u32::MAX] {
        group_of[400] = other;
        assert_eq!(make(&group_of, 2).map_err(|e| e.kind()).unwrap_err(), ErrorKind::GroupOutOfRange(40));
    }
}
