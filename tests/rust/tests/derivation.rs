//! The vectors of derivation: sessions in, the derived referral and its findings out.

use iapt_core::pathway::{
    AppointmentType, Attendance, Coded, Complaint, Contact, DatedScore, Derived, EndReason, Instrument,
    Instruments, Intensity, Pathway, ProblemDescriptor, RecordId, SickPay, TherapyLog, rank_ids,
    read_primary, read_sick_pay, read_yes_no,
};
use iapt_core::{Day, Edition, Fact, Score};
use iapt_tests::{Row, vectors};

/// The rows of one case, by table.
struct Case<'r>(&'r [Row]);

impl<'r> Case<'r> {
    fn rows(&self, table: &'r str) -> impl Iterator<Item = &'r Row> + Clone {
        self.0.iter().filter(move |row| row.text("table") == table)
    }

    /// The numbers of the identifiers in one column of a table, and in another of a second table.
    fn ids(&self, tables: [(&'r str, &'r str); 2]) -> [Vec<Option<RecordId>>; 2] {
        let texts = |(table, column): (&'r str, &'r str)| -> Vec<_> {
            self.rows(table).map(|row| row.given(column)).collect()
        };
        let [mut first, second] = tables.map(texts);
        let length = first.len();
        first.extend(second);
        let ranks = rank_ids(&first);
        [ranks[..length].to_vec(), ranks[length..].to_vec()]
    }
}

fn day(row: &Row, column: &str) -> Option<Day> {
    row.text(column).parse().ok()
}

fn derive(case: &Case<'_>, mut check: impl FnMut(&Derived<'_>, Vec<(String, usize, String)>)) -> Option<()> {
    let as_at = case.rows("as_at").next().and_then(|row| day(row, "date"));
    let referrals: Vec<_> = case.rows("referral").enumerate().collect();
    let known = |date: &Option<Day>| date.is_none_or(|date| as_at.is_none_or(|end| date <= end));
    let kept = referrals.iter().filter(|(_, row)| known(&day(row, "date")));
    let (kept, referral) = kept.clone().max_by_key(|(at, row)| (day(row, "date"), *at))?;
    let [contact_ids, contact_of] = case.ids([("contact", "id"), ("score", "contact_id")]);
    let [score_ids, complaint_ids] = case.ids([("score", "id"), ("complaint", "id")]);
    let [log_ids, _] = case.ids([("internet_therapy", "id"), ("referral", "id")]);
    let contacts: Vec<_> = case
        .rows("contact")
        .zip(contact_ids)
        .map(|(row, id)| Contact {
            id,
            date: day(row, "date"),
            attendance: Attendance::read(row.text("attendance")),
            appointment: AppointmentType::read(row.text("type")),
            planned: read_yes_no(row.text("planned")),
            intensity: Intensity::read_therapy(row.text("code")),
            minutes: row.value("duration").unwrap_or(0),
        })
        .collect();
    let scores: Vec<_> = case
        .rows("score")
        .zip(score_ids)
        .zip(contact_of)
        .filter(|((row, _), _)| row.given("score").is_some())
        .map(|((row, id), contact)| DatedScore {
            id,
            date: day(row, "date"),
            instrument: Coded::from(Instrument::named(row.text("measure"), Edition::CURRENT)),
            score: row.text("score").parse::<Score>().ok(),
            contact,
        })
        .collect();
    let complaints: Vec<_> = case
        .rows("complaint")
        .zip(complaint_ids)
        .map(|(row, id)| Complaint {
            id,
            date: day(row, "date"),
            descriptor: ProblemDescriptor::read(row.text("code")),
            primary: read_primary(row.text("primary")),
        })
        .collect();
    let logs: Vec<_> = case
        .rows("internet_therapy")
        .zip(log_ids)
        .map(|(row, id)| TherapyLog { id, date: day(row, "date") })
        .collect();
    let sick_pay: Vec<_> = case
        .rows("employment")
        .map(|row| SickPay { date: day(row, "date"), received: read_sick_pay(row.text("sick_pay")) })
        .collect();
    let pathway = Pathway {
        referred: day(referral, "date"),
        discharged: day(referral, "discharge_date"),
        end_reason: EndReason::read(referral.text("code")),
        contacts: &contacts,
        scores: &scores,
        complaints: &complaints,
        internet_therapy: &logs,
        sick_pay: &sick_pay,
    };
    let mut found = Vec::new();
    let instruments = Instruments::of(Edition::CURRENT);
    let derived = pathway.derive(&instruments, as_at, Some(&mut found));
    let silent = pathway.derive(&instruments, as_at, None);
    assert_eq!(derived.explain().to_string(), silent.explain().to_string());
    let mut findings: Vec<_> = found
        .iter()
        .map(|finding| {
            let row = if finding.table.name() == "referrals" { *kept } else { finding.row };
            (finding.table.name().to_owned(), row, finding.kind.name().to_owned())
        })
        .collect();
    for (at, row) in &referrals {
        if at != kept && known(&day(row, "date")) {
            findings.push(("referrals".to_owned(), *at, "duplicate_id".to_owned()));
        }
    }
    check(&derived, findings);
    Some(())
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
    let mut cases = 0;
    let mut wrong = Vec::new();
    for rows in rows.chunk_by(|a, b| a.text("case") == b.text("case")) {
        let (case, name) = (Case(rows), rows[0].text("case"));
        derive(&case, |derived, mut findings| {
            for row in case.rows("expect") {
                let (column, wanted) = (row.text("field"), row.text("value"));
                let got = field(derived, column).unwrap_or_else(|| panic!("no field {column}"));
                let number = |text: &str| text.parse::<Score>().ok();
                if got != wanted && (number(&got).is_none() || number(&got) != number(wanted)) {
                    wrong.push(format!("{name}: {column} is {got:?}, not {wanted:?}"));
                }
            }
            let mut wanted: Vec<_> = case
                .rows("finding")
                .map(|r| (r.text("field").to_owned(), r.value("id").unwrap(), r.text("value").to_owned()))
                .collect();
            wanted.sort();
            findings.sort();
            if findings != wanted {
                wrong.push(format!("{name}: findings {findings:?}, not {wanted:?}"));
            }
        })
        .unwrap_or_else(|| panic!("{name} has no referral"));
        cases += 1;
    }
    assert!(cases > 300, "only {cases} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
