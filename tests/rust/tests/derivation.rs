//! The vectors of derivation: sessions in, the derived referral and its findings out.

use iapt_core::batch::{NO_OWNER, Owner, ReferralRow, Sessions};
use iapt_core::pathway::{
    AppointmentType, Attendance, Coded, Complaint, Contact, DatedScore, Derived, EndReason, Finding,
    FindingKind, Instrument, Instruments, Intensity, ProblemDescriptor, RecordId, SickPay, Table, TherapyLog,
    rank_ids, read_primary, read_sick_pay, read_yes_no,
};
use iapt_core::{Day, Edition, Error, ErrorKind, Fact, Score};
use iapt_tests::{Row, vectors};
use std::cell::RefCell;

const TABLES: [(Table, &str); 6] = [
    (Table::Referrals, "referral"),
    (Table::Contacts, "contact"),
    (Table::Scores, "score"),
    (Table::Complaints, "complaint"),
    (Table::InternetTherapy, "internet_therapy"),
    (Table::Employment, "employment"),
];

/// The rows of one case.
#[derive(Clone, Copy)]
struct Case<'r>(&'r [Row]);

impl<'r> Case<'r> {
    fn rows(self, table: &'r str) -> impl Iterator<Item = &'r Row> {
        self.0.iter().filter(move |row| row.text("table") == table)
    }

    fn as_at(self) -> Option<Day> {
        self.rows("as_at").next().and_then(|row| day(row, "date"))
    }
}

fn cases(rows: &[Row]) -> Vec<Case<'_>> {
    rows.chunk_by(|a, b| a.text("case") == b.text("case")).map(Case).collect()
}

fn day(row: &Row, column: &str) -> Option<Day> {
    row.text(column).parse().ok()
}

/// A row of a table of all cases: whose it is, and which of his.
#[derive(Clone, Copy)]
struct Place<'r> {
    owner: Owner,
    row: usize,
    given: &'r Row,
}

/// All cases in one set of tables, in which the rows of one are scattered among those of the others, and a row in front
/// belongs to nobody.
struct Caseload<'r> {
    tables: [Vec<Place<'r>>; 6],
    sessions: Sessions,
}

impl<'r> Caseload<'r> {
    fn of(cases: &[Case<'r>]) -> Self {
        let tables = TABLES.map(|(_, name)| {
            let mut places = Vec::new();
            for (owner, case) in (0..).zip(cases) {
                let rows = case.rows(name).filter(|row| name != "score" || row.given("score").is_some());
                places.extend(rows.enumerate().map(|(row, given)| Place { owner, row, given }));
            }
            places.sort_by_key(|place| (place.row, place.owner ^ 0b1_0101));
            places
                .first()
                .copied()
                .map(|first| Place { owner: NO_OWNER, ..first })
                .into_iter()
                .chain(places)
                .collect()
        });
        let sessions = sessions(&tables, cases.len());
        Self { tables, sessions }
    }

    /// Looks at the derived referral of a case and its findings: by table, row of the case and kind.
    fn check(
        &self,
        owner: usize,
        as_at: Option<Day>,
        check: impl Fn(&Derived<'_>, &[(String, usize, String)]),
    ) {
        let (only, instruments) = (owner..owner + 1, Instruments::of(Edition::CURRENT));
        let (mut found, mut explained) = (Vec::new(), Vec::new());
        self.sessions.derive(only.clone(), &instruments, as_at, Some(&mut found), |_, derived| {
            explained.push(derived.explain().to_string());
        });
        found.extend(self.sessions.findings(as_at));
        let mut mine: Vec<_> = found.iter().filter_map(|finding| self.read(finding, owner)).collect();
        mine.sort();
        // Without findings the same is derived.
        self.sessions.derive(only, &instruments, as_at, None, |pathway, derived| {
            assert_eq!((pathway, &explained[..]), (owner, &[derived.explain().to_string()][..]));
            check(derived, &mine);
            explained.clear();
        });
        assert!(explained.is_empty());
    }

    /// A finding as the vectors write it, if it is about a case.
    fn read(&self, finding: &Finding, owner: usize) -> Option<(String, usize, String)> {
        let at = TABLES.iter().position(|(table, _)| *table == finding.table).expect("a table");
        let place = self.tables[at][finding.row];
        let text = (finding.table.name().to_owned(), place.row, finding.kind.name().to_owned());
        (place.owner as usize == owner).then_some(text)
    }
}

/// The identifiers in one column of a table, and in another of a second table, as numbers.
fn ids(tables: [(&[Place<'_>], &str); 2]) -> [Vec<Option<RecordId>>; 2] {
    let texts = |(table, column): (&[Place<'_>], &str)| {
        table.iter().map(|place| place.given.given(column).map(str::to_owned)).collect::<Vec<_>>()
    };
    let [first, second] = tables.map(texts);
    let all: Vec<_> = first.iter().chain(&second).map(Option::as_deref).collect();
    let mut first_ids = rank_ids(&all).to_vec();
    let second_ids = first_ids.split_off(first.len());
    [first_ids, second_ids]
}

fn sessions(tables: &[Vec<Place<'_>>; 6], cases: usize) -> Sessions {
    let owners = tables.each_ref().map(|table| table.iter().map(|place| place.owner).collect::<Vec<_>>());
    let given = |table: Table, row: usize| tables[table as usize][row].given;
    let referral = |row| {
        let row = given(Table::Referrals, row);
        ReferralRow {
            referred: day(row, "date"),
            discharged: day(row, "discharge_date"),
            end_reason: EndReason::read(row.text("code")),
        }
    };
    let [_, contacts, scores, complaints, logs, _] = tables.each_ref().map(Vec::as_slice);
    let [contact_ids, contact_of] = ids([(contacts, "id"), (scores, "contact_id")]);
    let [score_ids, complaint_ids] = ids([(scores, "id"), (complaints, "id")]);
    let [log_ids, _] = ids([(logs, "id"), (&[], "id")]);
    let mut sessions = Sessions::new(&owners[0], referral, cases, 1).unwrap();
    let contact = |at: usize| {
        let row = given(Table::Contacts, at);
        Contact {
            id: contact_ids[at],
            date: day(row, "date"),
            attendance: Attendance::read(row.text("attendance")),
            appointment: AppointmentType::read(row.text("type")),
            planned: read_yes_no(row.text("planned")),
            intensity: Intensity::read_therapy(row.text("code")),
            minutes: row.value("duration").unwrap_or(0),
        }
    };
    sessions.set_contacts(&owners[1], contact).unwrap();
    let score = |at: usize| {
        let row = given(Table::Scores, at);
        DatedScore {
            id: score_ids[at],
            date: day(row, "date"),
            instrument: Coded::from(Instrument::named(row.text("measure"), Edition::CURRENT)),
            score: row.text("score").parse::<Score>().ok(),
            contact: contact_of[at],
        }
    };
    sessions.set_scores(&owners[2], score).unwrap();
    let complaint = |at: usize| {
        let row = given(Table::Complaints, at);
        Complaint {
            id: complaint_ids[at],
            date: day(row, "date"),
            descriptor: ProblemDescriptor::read(row.text("code")),
            primary: read_primary(row.text("primary")),
        }
    };
    sessions.set_complaints(&owners[3], complaint).unwrap();
    let log =
        |at: usize| TherapyLog { id: log_ids[at], date: day(given(Table::InternetTherapy, at), "date") };
    sessions.set_internet_therapy(&owners[4], log).unwrap();
    let sick_pay = |at: usize| {
        let row = given(Table::Employment, at);
        SickPay { date: day(row, "date"), received: read_sick_pay(row.text("sick_pay")) }
    };
    sessions.set_sick_pay(&owners[5], sick_pay).unwrap();
    sessions
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn decimal(score: Option<Score>) -> String {
    text(score.map(|score| if score.is_whole() { score.to_string() } else { score.to_f64().to_string() }))
}

fn field(derived: &Derived<'_>, name: &str) -> Option<String> {
    let yes = |value: bool| Some(value.to_string());
    let stage = |stage: Option<Intensity>| Some(text(stage.map(Intensity::name)));
    let pay = |paid: Option<bool>| Some(text(paid.map(|paid| if paid { "Y" } else { "N" })));
    if let Some(fact) = Fact::ALL.into_iter().find(|fact| fact.name() == name) {
        return yes(derived.outcome.has(fact));
    }
    if let Some((column, end)) = name.rsplit_once('_')
        && (end == "first" || end == "last")
        && let Some(scores) = match column {
            "anxiety" => Some(derived.anxiety_scores()),
            "specific" => {
                let measures = derived.descriptor.map_or(&[][..], |d| d.specific_measures());
                let scored = measures.iter().find(|m| derived.scores(**m).first.is_some());
                let Some(measure) = scored.or(measures.first()) else { return Some(String::new()) };
                Some(derived.scores(*measure))
            }
            _ => Instrument::ALL.iter().find(|i| i.column() == column).map(|i| derived.scores(*i)),
        }
    {
        return Some(decimal(if end == "first" { scores.first } else { scores.last }));
    }
    match name {
        "treatment_contacts" => Some(derived.treatment_contacts.to_string()),
        "care_contacts" => Some(derived.care_contacts.to_string()),
        "assessment_date" => Some(text(derived.assessment)),
        "first_treatment_date" => Some(text(derived.first_treatment)),
        "second_treatment_date" => Some(text(derived.second_treatment)),
        "last_treatment_date" => Some(text(derived.last_treatment)),
        "assessment_wait" => Some(text(derived.assessment_wait())),
        "treatment_wait" => Some(text(derived.treatment_wait())),
        "second_treatment_wait" => Some(text(derived.second_treatment_wait())),
        "finished_course" => yes(derived.finished_course()),
        "treated_once" => yes(derived.treated_once()),
        "ended_before_treatment" => yes(derived.ended_before_treatment()),
        "low_intensity_contacts" => Some(derived.low_intensity_contacts.to_string()),
        "high_intensity_contacts" => Some(derived.high_intensity_contacts.to_string()),
        "first_low_intensity_date" => Some(text(derived.first_low_intensity)),
        "first_high_intensity_date" => Some(text(derived.first_high_intensity)),
        "first_stage" => stage(derived.stages.first),
        "second_stage" => stage(derived.stages.second),
        "stage_wait" => Some(text(derived.stages.wait)),
        "problem_descriptor" => Some(text(derived.descriptor)),
        "anxiety_measure" => {
            let id = derived.anxiety.instrument().id();
            Some(Edition::CURRENT.measure(id).unwrap().name().to_owned())
        }
        "sick_pay_first" => pay(derived.sick_pay.0),
        "sick_pay_last" => pay(derived.sick_pay.1),
        _ => None,
    }
}

#[test]
// Proves CONTACT-1, CONTACT-2, CONTACT-3, CONTACT-4, CONTACT-5, CONTACT-6, CONTACT-7, CONTACT-8, COURSE-1,
// COURSE-2, COURSE-3, FIRSTLAST-1, FIRSTLAST-2, FIRSTLAST-3, FIRSTLAST-4, FIRSTLAST-5, FIRSTLAST-6,
// ANXIETY-1, ANXIETY-2, ANXIETY-3, ANXIETY-4, ANXIETY-5, ANXIETY-7, STAGE-1, STAGE-2, STAGE-3, STAGE-5,
// PERIOD-2, FINDING-1, FINDING-2, FINDING-5, MEASURE-13, CASENESS-4, RECOVERY-1, CHANGE-4.
fn every_case_is_derived_as_expected() {
    let rows = vectors("derivation.csv");
    let cases = cases(&rows);
    assert!(cases.len() > 300, "only {} cases", cases.len());
    let (caseload, wrong) = (Caseload::of(&cases), RefCell::new(Vec::new()));
    for (owner, case) in cases.iter().enumerate() {
        let name = case.0[0].text("case");
        caseload.check(owner, case.as_at(), |derived, findings| {
            for row in case.rows("expect") {
                let (column, wanted) = (row.text("field"), row.text("value"));
                let got = field(derived, column).unwrap_or_else(|| panic!("no field {column}"));
                let number = |text: &str| text.parse::<Score>().ok();
                if got != wanted && (number(&got).is_none() || number(&got) != number(wanted)) {
                    wrong.borrow_mut().push(format!("{name}: {column} is {got:?}, not {wanted:?}"));
                }
            }
            let mut wanted: Vec<_> = case
                .rows("finding")
                .map(|r| (r.text("field").to_owned(), r.value("id").unwrap(), r.text("value").to_owned()))
                .collect();
            wanted.sort();
            if findings != wanted {
                wrong.borrow_mut().push(format!("{name}: findings {findings:?}, not {wanted:?}"));
            }
        });
    }
    let wrong = wrong.into_inner();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Of the rows of a case that are known, one is kept and the others are findings; so is a row without a pathway.
#[test]
// Proves PERIOD-3.
fn one_row_of_each_pathway_is_kept() {
    let rows = vectors("derivation.csv");
    let cases = cases(&rows);
    let Caseload { tables, sessions } = Caseload::of(&cases);
    assert_eq!((sessions.len(), sessions.is_empty()), (cases.len(), false));
    for as_at in [None, "2024-04-01".parse().ok(), "2024-12-31".parse().ok()] {
        let known =
            |place: &Place<'_>| day(place.given, "date").is_none_or(|day| as_at.is_none_or(|end| day <= end));
        let kept: Vec<_> = sessions.kept_rows(as_at).map(|row| row as usize).collect();
        assert_eq!(kept.len(), cases.len());
        let found: Vec<_> = sessions.findings(as_at).collect();
        assert_eq!((found[0].row, found[0].kind), (0, FindingKind::MissingId));
        for (owner, kept) in kept.iter().enumerate() {
            let mine = |row: &usize| tables[0][*row].owner as usize == owner;
            assert!(mine(kept));
            let others: Vec<_> = found[1..].iter().map(|finding| finding.row).filter(mine).collect();
            let all: Vec<_> =
                (0..tables[0].len()).filter(|row| mine(row) && known(&tables[0][*row])).collect();
            let mut together = others.clone();
            together.extend(Some(*kept).filter(|kept| known(&tables[0][*kept])));
            together.sort_unstable();
            assert_eq!(together, all);
            let date = |row: &usize| day(tables[0][*row].given, "date");
            assert!(others.iter().all(|other| (date(other), other) < (date(kept), kept)));
        }
    }
}

#[test]
fn rows_of_pathways_that_there_are_not_are_refused() {
    assert!(Sessions::new(&[], |_| ReferralRow::default(), 0, 1).unwrap().is_empty());
    let refused = |error: Error| assert_eq!(error.kind(), ErrorKind::GroupOutOfRange(2));
    refused(Sessions::new(&[0, 2], |_| ReferralRow::default(), 2, 1).unwrap_err());
    let mut sessions = Sessions::new(&[0, 1], |_| ReferralRow::default(), 2, 1).unwrap();
    refused(sessions.set_contacts(&[2], |_| Contact::default()).unwrap_err());
    refused(sessions.set_scores(&[7, 0], |_| DatedScore::default()).unwrap_err());
    refused(sessions.set_complaints(&[0, 1, 2], |_| Complaint::default()).unwrap_err());
    refused(sessions.set_internet_therapy(&[2], |_| TherapyLog::default()).unwrap_err());
    refused(sessions.set_sick_pay(&[NO_OWNER - 1], |_| SickPay::default()).unwrap_err());
    let finding = Finding { table: Table::Scores, row: 3, kind: FindingKind::MissingId };
    sessions.note(finding).unwrap();
    assert!(sessions.findings(None).eq([finding]));
    // Pathways beyond the last are nobody's.
    let mut seen = Vec::new();
    sessions.derive(1..9, &Instruments::of(Edition::CURRENT), None, None, |pathway, _| seen.push(pathway));
    assert_eq!(seen, [1]);
}
