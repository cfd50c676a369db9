//! Disclosure control of whole reports: all that is shown of small ones.
//!
//! A change of what is hidden, be it more or less, is seen here; that nothing can be worked out from what is shown is for
//! the attacker of the Python tests to try.

use iapt_core::pathway::{Instrument, Table};
use iapt_core::report::{Disclosure, Figure, Inputs, Report, Status, Tally};
use iapt_tests::records::ended;
use std::fmt::Write;

/// How many of each kind are in a group: recovered, improved, unchanged, deteriorated, no case, treated once, never.
type Group = [u32; 7];

fn tally(group: &Group) -> Tally {
    let kinds: [(usize, [i64; 4]); 7] = [
        (2, [18, 9, 14, 6]),
        (2, [20, 13, 15, 12]),
        (2, [18, 18, 14, 14]),
        (2, [12, 20, 10, 10]),
        (2, [5, 4, 3, 2]),
        (1, [18, 18, 14, 14]),
        (0, [18, 18, 14, 14]),
    ];
    let mut tally = Tally::default();
    for ((treatments, scores), times) in kinds.into_iter().zip(group) {
        tally.add_times(&ended(treatments, scores.map(Some)), *times);
    }
    tally
}

fn text(figure: &Figure) -> String {
    let (Some(value), Status::Ok) = (figure.value, figure.status) else {
        return figure.status.name().to_owned();
    };
    let numerator = figure.numerator.map(|numerator| format!("={numerator}"));
    let denominator = figure.denominator.map(|denominator| format!("/{denominator}"));
    format!("{value}{}{}", numerator.unwrap_or_default(), denominator.unwrap_or_default())
}

/// A line for each measure of which something is shown that need not be: of each group, and last of the total.
fn lines(report: &Report, disclosure: Disclosure) -> String {
    let mut lines = String::new();
    for (at, total) in report.total.iter().enumerate() {
        let row: Vec<_> = report.groups.iter().map(|group| &group[at]).chain([total]).map(text).collect();
        let may_hide = row.len() - usize::from(disclosure == Disclosure::NationalTotal);
        if row[..may_hide].iter().any(|text| text != "suppressed" && text != "missing") {
            writeln!(lines, "{} {}", total.indicator.id, row.join(" ")).expect("a string");
        }
    }
    lines
}

#[test]
// Proves DISCLOSURE-3, DISCLOSURE-5, DISCLOSURE-6, DISCLOSURE-8, EFFECT-3.
fn what_is_shown_of_small_reports() {
    const PAIR: &[Group] = &[[3, 0, 20, 0, 0, 8, 0], [30, 0, 40, 0, 0, 9, 0]];
    const ONE: &[Group] = &[[5, 5, 5, 5, 0, 0, 2]];
    const LARGE: &[Group] = &[[50, 40, 60, 30, 20, 10, 15], [35, 25, 45, 15, 65, 40, 20]];
    const SMALL: &[Group] =
        &[[6, 4, 9, 1, 3, 5, 2], [0, 0, 0, 0, 1, 0, 0], [12, 7, 5, 5, 8, 4, 6], [2, 30, 11, 6, 0, 9, 14]];
    const TOLD: &[Group] = &[[35, 25, 45, 15, 65, 40, 20], [30, 0, 70, 0, 0, 4, 0]];
    const FEW: &[Group] = &[[17, 0, 0, 0, 0, 2, 34]];
    const UNLIKE: &[Group] = &[[0, 0, 2, 24, 0, 1, 2], [29, 0, 0, 0, 2, 12, 19]];
    let sd = |text: &str| text.parse().expect("a score");
    let all = Inputs::default().with_sd(Instrument::Phq9, sd("5.9")).with_sd(Instrument::Gad7, sd("4.8"));
    let fewer = all.clone().without(Table::Scores);
    let cases = [
        ("3 recovered in one of two groups", PAIR, &all, Disclosure::Controlled),
        ("the same beside an exact total", PAIR, &all, Disclosure::NationalTotal),
        ("2 of 22 were never treated", ONE, &all, Disclosure::Controlled),
        ("4 of 104 in the second group were treated once", TOLD, &all, Disclosure::Controlled),
        ("2 of 53 were treated once", FEW, &all, Disclosure::Controlled),
        ("what is small in one of two groups is not in the other", UNLIKE, &all, Disclosure::NationalTotal),
        ("no small counts but of nobody", LARGE, &all, Disclosure::Controlled),
        ("the same without scores", LARGE, &fewer, Disclosure::Controlled),
        ("small groups", SMALL, &all, Disclosure::Controlled),
        ("small groups beside an exact total", SMALL, &all, Disclosure::NationalTotal),
    ];
    let mut made = String::new();
    for (title, groups, inputs, disclosure) in cases {
        let report = Report::of(groups.iter().map(tally), inputs, disclosure).expect("small");
        write!(made, "# {title}\n{}\n", lines(&report, disclosure)).expect("a string");
    }
    let kept = include_str!("disclosed_reports.txt");
    assert!(made == kept, "other figures are shown:\n{made}");
}
