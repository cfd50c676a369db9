//! One referral derived, in all that is said about it: explanations and findings word by word.

use iapt_core::pathway::{
    AnxietyChoice, AppointmentType, Attendance, Coded, Complaint, Contact, DatedScore, Deriver, EndReason,
    Instrument, Instruments, Intensity, Pathway, ProblemDescriptor, RecordId, SickPay, TherapyLog, rank_ids,
    read_primary, read_sick_pay, read_yes_no,
};
use iapt_core::{Day, Edition};
use iapt_tests::records::{self, derived, weekly};

fn day(text: &str) -> Option<Day> {
    Some(records::day(text))
}

fn id(number: u64) -> Option<RecordId> {
    RecordId::new(number)
}

fn treated(date: &str, minutes: u16) -> Contact {
    Contact { minutes, ..records::treated(records::day(date)) }
}

fn scored(date: &str, instrument: Instrument, score: i64) -> DatedScore {
    records::scored(records::day(date), instrument, score)
}

fn spring_to_autumn() -> Pathway<'static> {
    Pathway { referred: day("2024-04-01"), discharged: day("2024-09-30"), ..Pathway::default() }
}

fn explained(pathway: &Pathway<'_>) -> Vec<String> {
    let derived = derived(pathway);
    derived.explain().to_string().lines().map(str::to_owned).collect()
}

fn findings(pathway: &Pathway<'_>, as_at: Option<Day>) -> Vec<String> {
    let mut found = Vec::new();
    let _ = pathway.derive(&Instruments::of(Edition::CURRENT), as_at, Some(&mut found));
    found.iter().map(ToString::to_string).collect()
}

#[test]
// Proves EXPLAIN-2.
fn a_finished_course_is_explained() {
    let contact = |date, intensity| Contact { intensity: Some(intensity), ..treated(date, 0) };
    let (low, high) = (Intensity::Low, Intensity::High);
    let complaint = Complaint {
        date: day("2024-04-01"),
        descriptor: ProblemDescriptor::read("F40.1"),
        ..Complaint::default()
    };
    let pathway = Pathway {
        contacts: &[
            Contact { appointment: AppointmentType::read("01"), ..treated("2024-04-08", 0) },
            contact("2024-05-01", low),
            contact("2024-05-08", low),
            contact("2024-06-05", high),
            contact("2024-06-12", high),
        ],
        scores: &[
            scored("2024-05-01", Instrument::Phq9, 18),
            scored("2024-06-12", Instrument::Phq9, 9),
            scored("2024-05-01", Instrument::Gad7, 14),
            scored("2024-06-12", Instrument::Gad7, 6),
            scored("2024-05-08", Instrument::Spin, 40),
        ],
        complaints: &[complaint],
        ..spring_to_autumn()
    };
    let text = explained(&pathway);
    assert_eq!(
        text[..8],
        [
            "Referred 2024-04-01, discharged 2024-09-30, 4 treatment contacts: a finished course.",
            "Assessed 2024-04-08, 7 days from the referral.",
            "First treated 2024-05-01, 30 days from the referral.",
            "Second treatment 2024-05-08, 7 days from the first.",
            "Contacts of low intensity: 2, of high intensity: 2; stepped up.",
            "Problem descriptor: F401, but SPIN lacks a first or last score, so GAD-7 decides.",
            "PHQ-9 was filled in first on 2024-05-01 and last on 2024-06-12.",
            "GAD-7 was filled in first on 2024-05-01 and last on 2024-06-12.",
        ]
    );
    let derived = derived(&pathway);
    let referral = derived.referral().unwrap();
    assert!(text[8..].iter().map(String::as_str).eq(referral.explain().to_string().lines()));
    assert_eq!(derived.anxiety, AnxietyChoice::InsteadOf(Instrument::Spin));
}

#[test]
// Proves EXPLAIN-2.
fn what_is_not_there_is_explained() {
    let once = Pathway {
        contacts: &[treated("2024-05-01", 0)],
        scores: &[
            scored("2024-05-01", Instrument::Phq9, 18),
            scored("2024-05-01", Instrument::Pdss, 14),
            scored("2024-06-01", Instrument::Pdss, 10),
        ],
        ..spring_to_autumn()
    };
    assert_eq!(
        explained(&once)[..8],
        [
            "Referred 2024-04-01, discharged 2024-09-30, 1 treatment contacts: treated once, no finished course.",
            "Assessed: never.",
            "First treated 2024-05-01, 30 days from the referral.",
            "Second treatment: never.",
            "Contacts of low intensity: 0, of high intensity: 0.",
            "Problem descriptor: none that is valid, so GAD-7 decides.",
            "PHQ-9 was filled in on 2024-05-01 only.",
            "GAD-7 was filled in never.",
        ]
    );
    let complaint = |code| [Complaint { descriptor: ProblemDescriptor::read(code), ..Complaint::default() }];
    let panic = explained(&Pathway { complaints: &complaint("F410"), ..once });
    assert_eq!(panic[5], "Problem descriptor: F410, so PDSS decides.");
    assert_eq!(panic[7], "PDSS was filled in first on 2024-05-01 and last on 2024-06-01.");
    let depression = explained(&Pathway { complaints: &complaint("F320"), ..once });
    assert_eq!(depression[5], "Problem descriptor: F320, which has no measure of its own, so GAD-7 decides.");
    assert!(
        explained(&spring_to_autumn())[0].ends_with("0 treatment contacts: ended before treatment."),
        "no contact"
    );
    let open = Pathway { referred: None, discharged: None, ..once };
    assert_eq!(
        explained(&open)[0],
        "Referred on an unknown day, so that nothing can be counted since; not discharged, 0 treatment contacts: \
         the course is not finished."
    );
    let assessed = [Contact { appointment: AppointmentType::read("01"), ..treated("2024-04-08", 0) }];
    assert_eq!(explained(&Pathway { contacts: &assessed, ..open })[1], "Assessed 2024-04-08.");
}

#[test]
// Proves STAGE-1.
fn steps_up_and_down_are_explained() {
    let course = |letters: &str| {
        let contacts = weekly(records::day("2024-05-01"), letters);
        explained(&Pathway { contacts: &contacts, ..spring_to_autumn() })[4].clone()
    };
    assert_eq!(course("HHLL"), "Contacts of low intensity: 2, of high intensity: 2; stepped down.");
    assert_eq!(course("HHLHH"), "Contacts of low intensity: 1, of high intensity: 4.");
    assert_eq!(course("LLHLL"), "Contacts of low intensity: 4, of high intensity: 1.");
    assert_eq!(format!("{:>5}|{:<5}|", Intensity::Low, Intensity::High), "  low|high |");
}

#[test]
// Proves CONTACT-8.
fn minutes_are_those_of_treatments() {
    let pathway = Pathway {
        contacts: &[
            treated("2024-05-01", 50),
            treated("2024-05-08", 0),
            Contact { id: id(1), ..treated("2024-05-15", 40) },
            Contact { id: id(1), ..treated("2024-05-15", 30) },
            Contact { attendance: Attendance::read("2"), ..treated("2024-05-22", 60) },
        ],
        ..spring_to_autumn()
    };
    let derived = derived(&pathway);
    assert_eq!((derived.treatment_contacts, derived.timed_contacts, derived.contact_minutes), (3, 2, 90));
}

#[test]
// Proves SICKPAY-1.
fn sick_pay_at_first_and_at_last() {
    let record = |date, received| SickPay { date: day(date), received: read_sick_pay(received) };
    let off = |first, last| {
        let records = [record("2024-05-01", first), record("2024-06-01", last)];
        let pathway = Pathway { sick_pay: &records, ..spring_to_autumn() };
        derived(&pathway).off_sick_pay()
    };
    assert!(off("Y", "N"));
    assert!(!off("Y", "Y") && !off("N", "N") && !off("N", "Y") && !off("Y", "U"));
}

/// A pathway with something odd in every place where it is looked for.
fn check_findings(as_at: Option<Day>, wanted: &[&str]) {
    let contacts = [
        Contact {
            attendance: Attendance::read("?"),
            appointment: AppointmentType::read("?"),
            planned: read_yes_no("?"),
            ..treated("2024-05-01", 0)
        },
        Contact { date: None, ..treated("2024-05-01", 0) },
        treated("2024-03-01", 0),
        treated("2024-10-01", 0),
        Contact { appointment: AppointmentType::read("06"), ..treated("2024-10-01", 0) },
        Contact { id: id(7), ..treated("2024-05-08", 0) },
        Contact { id: id(7), ..treated("2024-05-09", 0) },
    ];
    let scores = [
        DatedScore { instrument: Coded::Unknown, ..scored("2024-05-01", Instrument::Phq9, 3) },
        scored("2024-05-01", Instrument::Biq, 3),
        scored("2024-05-01", Instrument::Phq9, 28),
        DatedScore { score: None, ..scored("2024-05-01", Instrument::Gad7, 3) },
        DatedScore { contact: id(8), ..scored("2024-05-01", Instrument::Gad7, 3) },
        scored("2024-03-01", Instrument::Gad7, 3),
        scored("2024-10-01", Instrument::Gad7, 3),
        DatedScore { date: None, ..scored("2024-05-01", Instrument::Gad7, 3) },
        DatedScore { id: id(1), ..scored("2024-06-01", Instrument::Phq9, 3) },
        DatedScore { id: id(2), ..scored("2024-06-01", Instrument::Phq9, 4) },
        DatedScore { id: id(3), ..scored("2024-07-01", Instrument::Phq9, 3) },
        DatedScore { id: id(3), ..scored("2024-07-01", Instrument::Phq9, 3) },
    ];
    let complaints = [
        Complaint {
            descriptor: ProblemDescriptor::read("?"),
            primary: read_primary("?"),
            ..Complaint::default()
        },
        Complaint { descriptor: ProblemDescriptor::read("F42"), ..Complaint::default() },
    ];
    let log = TherapyLog { id: id(1), date: day("2024-05-06") };
    let pathway = Pathway {
        end_reason: EndReason::read("?"),
        contacts: &contacts,
        scores: &scores,
        complaints: &complaints,
        internet_therapy: &[log, log, TherapyLog { id: id(2), date: None }],
        sick_pay: &[SickPay { date: None, received: read_sick_pay("?") }],
        ..spring_to_autumn()
    };
    assert_eq!(findings(&pathway, as_at), wanted);
}

#[test]
// Proves FINDING-1, FINDING-5.
fn whatever_is_odd_is_said() {
    check_findings(
        None,
        &[
            "referrals, row 0: end_code is no code of the data set: it is taken as missing",
            "contacts, row 0: attendance is no code of the data set: it is taken as missing",
            "contacts, row 0: type is no code of the data set: it is taken as missing",
            "contacts, row 0: planned is no code of the data set: it is taken as missing",
            "contacts, row 1: has no date that can be read: it is left out",
            "contacts, row 2: the contact is dated before the referral: it is no treatment contact",
            "contacts, row 3: the contact is dated after the discharge: it is no treatment contact",
            "contacts, row 5: the identifier is used more than once: the latest row counts",
            "scores, row 0: no measure of this name or code is known: the score is left out",
            "scores, row 1: threshold not configured: give the measure's own numbers; the score is left out",
            "scores, row 2: the score is not a whole number from 0 to 27: it is left out",
            "scores, row 3: the score is not a whole number from 0 to 21: it is left out",
            "scores, row 4: no contact of the pathway has this contact_id: the score counts as given at no contact",
            "scores, row 5: the score is dated before the referral: it is left out",
            "scores, row 6: the score is dated after the discharge: it is left out",
            "scores, row 7: has no date that can be read: it is left out",
            "scores, row 8: another score for the measure on this day differs: the one with the highest identifier counts",
            "scores, row 10: the identifier is used more than once: the latest row counts",
            "complaints, row 0: code is no code of the data set: it is taken as missing",
            "complaints, row 0: primary is no code of the data set: it is taken as missing",
            "complaints, row 1: the problem descriptor names OCI, which lacks a first or last score: GAD-7 is used",
            "internet_therapy, row 0: the identifier is used more than once: the latest row counts",
            "internet_therapy, row 2: has no date that can be read: it is left out",
            "employment, row 0: sick_pay is no code of the data set: it is taken as missing",
            "employment, row 0: has no date that can be read: it is left out",
        ],
    );
}

#[test]
// Proves PERIOD-2.
fn nothing_is_said_of_a_referral_that_is_not_known_yet() {
    check_findings(day("2024-03-31"), &[]);
}

#[test]
fn identifiers_are_numbered_in_their_order() {
    let texts = [Some("b"), Some("10"), Some("9"), None, Some("010"), Some("0"), Some("a"), Some("9")];
    let numbers: Vec<_> = rank_ids(&texts).into_iter().map(|id| id.map(RecordId::get)).collect();
    assert_eq!(numbers, [Some(6), Some(4), Some(2), None, Some(3), Some(1), Some(5), Some(2)]);
}

#[test]
fn nothing_of_one_referral_is_left_for_the_next() {
    let low = |date| Contact { id: id(1), intensity: Some(Intensity::Low), ..treated(date, 0) };
    let stepped = Pathway {
        contacts: &[low("2024-05-01"), Contact { id: None, ..low("2024-05-08") }],
        scores: &[scored("2024-05-01", Instrument::Phq9, 18), scored("2024-06-01", Instrument::Phq9, 9)],
        ..spring_to_autumn()
    };
    let once =
        Pathway { scores: &[DatedScore { contact: id(1), ..stepped.scores[0] }], contacts: &[], ..stepped };
    let (instruments, mut deriver) = (Instruments::of(Edition::CURRENT), Deriver::default());
    for pathway in [stepped, once, stepped, spring_to_autumn(), once] {
        let mut found = [Vec::new(), Vec::new()];
        let again = deriver.derive(&pathway, &instruments, None, Some(&mut found[0]));
        let alone = pathway.derive(&instruments, None, Some(&mut found[1]));
        assert_eq!(again.explain().to_string(), alone.explain().to_string());
        assert_eq!((again.stages, &found[0]), (alone.stages, &found[1]));
    }
}
