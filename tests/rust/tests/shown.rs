//! What a referral shows in a period: each condition and each quantity.

use iapt_core::Day;
use iapt_core::pathway::{
    Coded, Complaint, Contact, EndReason, Instrument, Intensity, Pathway, ProblemDescriptor, SickPay,
};
use iapt_core::report::{Condition, Quantity, Shown};
use iapt_tests::records::{assessed, day, derived, later, scored, shown, treated, weekly, year};

/// The names of the conditions among some that a referral meets.
fn held(pathway: &Pathway<'_>, among: &[Condition]) -> Vec<String> {
    let conditions = shown(pathway).conditions();
    among.iter().filter(|condition| conditions.has(**condition)).map(|c| format!("{c:?}")).collect()
}

fn named(begins: &str) -> Vec<Condition> {
    let begins = |condition: &&Condition| format!("{condition:?}").starts_with(begins);
    Condition::ALL.iter().filter(begins).copied().collect()
}

/// The days that a condition such as `Second29To90` is about, read from its name.
fn range(name: &str) -> Option<(i32, i32)> {
    let numbers = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let word = &name[..name.len() - numbers.len()];
    match numbers.split_once("To") {
        Some((from, to)) => Some((from.parse().ok()?, to.parse().ok()?)),
        None if word.ends_with("Over") => Some((numbers.parse::<i32>().ok()? + 1, i32::MAX)),
        None => Some((i32::MIN, numbers.parse().ok()?)),
    }
}

/// Checks each condition whose name begins so and goes on with days, for a referral of so many days.
fn check_bands(
    begins: &str,
    how_many: usize,
    days: std::ops::Range<i32>,
    check: impl Fn(i32, &dyn Fn(&Pathway<'_>)),
) {
    let bands: Vec<_> = named(begins)
        .into_iter()
        .filter_map(|condition| Some((condition, range(&format!("{condition:?}"))?)))
        .collect();
    assert_eq!(bands.len(), how_many, "{bands:?}");
    for number in days {
        check(number, &|pathway| {
            let conditions = shown(pathway).conditions();
            for (condition, (from, to)) in &bands {
                let expected = (*from..=*to).contains(&number);
                assert_eq!(conditions.has(*condition), expected, "{condition:?} after {number} days");
            }
        });
    }
}

fn referred(date: Day, contacts: &[Contact]) -> Pathway<'_> {
    Pathway { referred: Some(date), contacts, ..Pathway::default() }
}

#[test]
// Proves WAIT-1, WAIT-2, WAIT-3, WAIT-4, WAIT-5.
fn waits_are_in_the_bands_of_their_names() {
    let (first, last) = (day("2024-05-01"), year().last());
    check_bands("Assessed", 4, -3..200, |days, check| {
        check(&referred(first, &[assessed(later(first, days))]))
    });
    check_bands("Treated", 6, 0..200, |days, check| check(&referred(first, &[treated(later(first, days))])));
    check_bands("Referred", 7, 0..300, |days, check| check(&referred(later(last, -days), &[])));
    check_bands("Idle", 4, 0..200, |days, check| check(&referred(first, &[treated(later(last, -days))])));
    check_bands("Second", 4, 0..200, |days, check| {
        check(&referred(first, &[treated(first), treated(later(first, days))]));
    });
    let of = |intensity, day| Contact { intensity: Some(intensity), ..treated(day) };
    check_bands("Stage", 2, 0..200, |days, check| {
        let began = later(first, days);
        check(&referred(
            first,
            &[assessed(first), of(Intensity::Low, began), of(Intensity::Low, later(began, 7))],
        ));
    });
    check_bands("Step", 2, 1..200, |days, check| {
        let next = later(first, days);
        check(&referred(
            later(first, -7),
            &[
                of(Intensity::Low, later(first, -7)),
                of(Intensity::Low, first),
                of(Intensity::High, next),
                of(Intensity::High, later(next, 7)),
            ],
        ));
    });
}

#[test]
// Proves WAIT-1, WAIT-3.
fn who_waits_for_nothing_is_in_no_band() {
    let bands: Vec<_> = named("").into_iter().filter(|c| range(&format!("{c:?}")).is_some()).collect();
    assert_eq!(bands.len(), 29);
    assert!(held(&Pathway::default(), &bands).is_empty());
}

#[test]
// Proves REPORT-2.
fn each_end_has_its_condition() {
    let ends =
        named("End").into_iter().filter(|condition| *condition != Condition::Ended).collect::<Vec<_>>();
    let ended = |end_reason| Pathway {
        referred: Some(day("2024-04-01")),
        discharged: Some(day("2024-06-01")),
        end_reason,
        ..Pathway::default()
    };
    for reason in EndReason::ALL {
        let pathway = ended(Coded::Known(*reason));
        assert_eq!(held(&pathway, &ends), [format!("End{reason:?}")]);
        assert!(held(&Pathway { discharged: None, ..pathway }, &ends).is_empty());
    }
    assert_eq!(held(&ended(Coded::Missing), &ends), ["EndNotRecorded"]);
    assert_eq!(held(&ended(Coded::Unknown), &ends), ["EndInvalid"]);
}

#[test]
// Proves COURSE-1, COURSE-2, COURSE-3.
fn the_course_of_a_referral() {
    use Condition::{
        Assessed, Ended, Finished, NeverAssessed, NeverSeen, NeverTreated, Open, Received, Seen, Treated,
        TreatedOnce, TreatedTwice,
    };
    let all = [
        Received,
        Assessed,
        Treated,
        TreatedTwice,
        Ended,
        Open,
        Finished,
        TreatedOnce,
        NeverTreated,
        NeverAssessed,
        NeverSeen,
        Seen,
    ];
    let [before, first, last] = ["2024-03-31", "2024-04-01", "2025-03-31"].map(day);
    assert_eq!(
        held(&referred(first, &[]), &all),
        ["Received", "Open", "NeverTreated", "NeverAssessed", "NeverSeen"]
    );
    assert_eq!(
        held(&referred(last, &[assessed(last), treated(last)]), &all),
        ["Received", "Assessed", "Treated", "Open", "TreatedOnce", "Seen"]
    );
    let finished = Pathway { discharged: Some(last), ..referred(first, &[]) };
    assert_eq!(
        held(&Pathway { contacts: &[treated(first), treated(last)], ..finished }, &all),
        ["Received", "Treated", "TreatedTwice", "Ended", "Finished", "NeverAssessed", "Seen"]
    );
    // Of what was before the period only that it happened is known in it.
    let earlier = Pathway { discharged: Some(before), ..referred(before, &[]) };
    assert_eq!(
        held(&Pathway { contacts: &[assessed(before), treated(before), treated(before)], ..earlier }, &all),
        ["Finished", "Seen"]
    );
}

#[test]
fn treatment_before_and_after_the_assessment() {
    let first = day("2024-05-01");
    let in_order = |contacts: &[Contact]| {
        !held(&referred(first, contacts), &[Condition::AssessedBeforeTreatment]).is_empty()
    };
    let (same, next) = (later(first, 1), later(first, 2));
    assert!(in_order(&[assessed(same), treated(same)]) && in_order(&[assessed(same), treated(next)]));
    assert!(!in_order(&[assessed(next), treated(same)]));
    assert!(!in_order(&[assessed(same)]) && !in_order(&[treated(same)]));
}

#[test]
// Proves STAGE-4.
fn stages_of_a_course() {
    use Condition::{BeganHigh, BeganLow, SteppedDown, SteppedUp, Timed};
    let course = |letters: &str, minutes: u16| {
        let first = day("2024-05-01");
        let contacts: Vec<_> =
            weekly(first, letters).into_iter().map(|contact| Contact { minutes, ..contact }).collect();
        held(&referred(first, &contacts), &[BeganHigh, BeganLow, SteppedDown, SteppedUp, Timed])
    };
    assert_eq!(course("LLHH", 0), ["BeganLow", "SteppedUp"]);
    assert_eq!(course("HHLL", 50), ["BeganHigh", "SteppedDown", "Timed"]);
    assert_eq!(course("HHLHLL", 0), ["BeganHigh"]);
    assert_eq!(course("LLHLHH", 0), ["BeganLow", "SteppedUp"]);
    assert_eq!(course("LLHLL", 0), ["BeganLow"]);
    assert_eq!(course("HHLHH", 0), ["BeganHigh"]);
    assert!(course("LH", 0).is_empty());
}

#[test]
// Proves REPORT-3, REPORT-5, SICKPAY-1.
fn completeness_of_scores() {
    let (first, last) = (day("2024-05-01"), day("2024-06-01"));
    let names = ["Phq", "Anxiety", "Specific", "Wsas"].map(named).concat();
    let with = |descriptor: &str, scores: &[(Instrument, bool)]| {
        let scores: Vec<_> = scores
            .iter()
            .flat_map(|(instrument, paired)| {
                [first, last]
                    .into_iter()
                    .take(1 + usize::from(*paired))
                    .map(|day| scored(day, *instrument, 5))
            })
            .collect();
        let complaint = Complaint { descriptor: ProblemDescriptor::read(descriptor), ..Complaint::default() };
        held(&Pathway { scores: &scores, complaints: &[complaint], ..referred(first, &[]) }, &names)
    };
    use Instrument::{Gad7, Iesr, Pcl5, Phq9};
    assert_eq!(with("", &[]), ["PhqNone", "AnxietyNone"]);
    assert_eq!(with("", &[(Phq9, false), (Gad7, false)]), ["PhqFirstOnly", "AnxietyFirstOnly"]);
    assert_eq!(with("", &[(Phq9, true), (Gad7, true)]), ["PhqPaired", "AnxietyPaired"]);
    assert_eq!(with("", &[(Pcl5, true)]), ["PhqNone", "AnxietyNone"]);
    assert_eq!(with("F431", &[(Pcl5, false)]), ["PhqNone", "AnxietyFirstOnly", "SpecificDescriptor"]);
    assert_eq!(with("F431", &[(Gad7, true)]), ["PhqNone", "AnxietyPaired", "SpecificDescriptor"]);
    assert_eq!(
        with("F431", &[(Pcl5, false), (Iesr, true)]),
        ["PhqNone", "AnxietyPaired", "SpecificDescriptor", "SpecificPaired"]
    );
    for item in Instrument::WSAS_ITEMS {
        assert_eq!(with("", &[(item, true)])[2..], [format!("{item:?}Paired")]);
        assert_eq!(with("", &[(item, false)]).len(), 2);
    }
    let pay = |date, received| SickPay { date: Some(date), received: Coded::Known(received) };
    let off = [pay(first, true), pay(last, false)];
    let paid = Pathway { sick_pay: &off, ..referred(first, &[]) };
    assert_eq!(held(&paid, &[Condition::OffSickPay]), ["OffSickPay"]);
    assert!(held(&Pathway { sick_pay: &off[..1], ..paid }, &[Condition::OffSickPay]).is_empty());
}

#[test]
fn every_fact_is_a_condition() {
    let (first, last) = (day("2024-05-01"), day("2024-06-01"));
    let facts = |scores: [i64; 4]| {
        let [p0, p1, g0, g1] = scores;
        let scores = [
            scored(first, Instrument::Phq9, p0),
            scored(last, Instrument::Phq9, p1),
            scored(first, Instrument::Gad7, g0),
            scored(last, Instrument::Gad7, g1),
        ];
        let all =
            ["Paired", "Caseness", "NotCaseness", "Recovery", "Reliable", "NoReliable"].map(named).concat();
        held(&Pathway { scores: &scores, ..referred(first, &[]) }, &all)
    };
    assert_eq!(
        facts([18, 9, 14, 6]),
        ["Paired", "Caseness", "Recovery", "ReliableImprovement", "ReliableRecovery"]
    );
    assert_eq!(facts([18, 24, 14, 14]), ["Paired", "Caseness", "ReliableDeterioration"]);
    assert_eq!(facts([9, 9, 7, 7]), ["Paired", "NotCaseness", "NoReliableChange"]);
}

#[test]
// Proves REPORT-5, FIRSTLAST-6.
fn quantities() {
    let (first, last) = (day("2024-05-01"), day("2024-06-01"));
    let mut scores = Vec::new();
    for (at, instrument) in
        (0..).zip([Instrument::Phq9, Instrument::Gad7].into_iter().chain(Instrument::WSAS_ITEMS))
    {
        scores.extend([scored(first, instrument, at), scored(last, instrument, 8 - at)]);
    }
    let of = |intensity, day, minutes| Contact { intensity: Some(intensity), minutes, ..treated(day) };
    let contacts = [
        assessed(day("2024-04-08")),
        of(Intensity::Low, day("2024-05-01"), 50),
        of(Intensity::Low, day("2024-05-04"), 0),
        of(Intensity::High, day("2024-05-20"), 30),
        of(Intensity::High, day("2024-06-01"), 0),
    ];
    let rich = Pathway { scores: &scores, ..referred(day("2024-04-01"), &contacts) };
    let all =
        |pathway: &Pathway<'_>| -> Vec<_> { Quantity::ALL.iter().map(|q| shown(pathway).get(*q)).collect() };
    // The first score on each item is its place in the list above, the last one eight less that.
    let expected =
        [7, 30, 3, 364, 303, 23, 16, 4, 3, 31, 2, 80, 0, 8, 1, 7, 2, 6, 3, 5, 4, 4, 5, 3, 6, 2, 20, 20];
    assert_eq!(all(&rich), expected.map(Some));
    let empty = Pathway { referred: None, ..Pathway::default() };
    let there = [
        (Quantity::TreatmentContacts, 0),
        (Quantity::FurtherContacts, -1),
        (Quantity::TimedContacts, 0),
        (Quantity::ContactMinutes, 0),
    ];
    for (quantity, value) in Quantity::ALL.iter().zip(all(&empty)) {
        assert_eq!(value, there.iter().find(|(q, _)| q == quantity).map(|(_, n)| *n), "{quantity:?}");
    }
}

#[test]
// Proves PERIOD-1.
fn a_referral_received_later_shows_nothing() {
    let last = year().last();
    assert!(Shown::of(&derived(&referred(last, &[])), year()).is_some());
    assert!(Shown::of(&derived(&referred(later(last, 1), &[])), year()).is_none());
    assert!(Shown::of(&derived(&Pathway::default()), year()).is_some());
}
