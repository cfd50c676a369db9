//! A Bundle of what one patient filled in: first and last scores, and the outcome.

use super::codes::{FORMS, Form};
use super::date::DateTime;
use super::error::{Error, Fault};
use super::json::{self, given, list, number, object, plain, text};
use super::response::{self, Response, reference};
use crate::edition::Edition;
use crate::error::Error as ScoreError;
use crate::items::MissingItems;
use crate::pathway::{Coded, DatedScore, FindingKind, FirstAndLast, Instruments, Pathway};
use crate::referral::Referral;
use crate::score::Score;
use crate::{GAD7, PHQ9};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use serde_json::Value;

/// The first and last scores of one patient, of a Bundle that has what was filled in during one course of treatment.
///
/// ```
/// use iapt_core::fhir::Course;
/// use iapt_core::{Fact, Score};
/// let entry = |code: &str, day: &str, score: u8| format!(
///     r#"{{"resource": {{"resourceType": "Observation", "status": "final",
///         "code": {{"coding": [{{"system": "http://loinc.org", "code": "{code}"}}]}},
///         "subject": {{"reference": "Patient/1"}}, "effectiveDateTime": "{day}",
///         "valueQuantity": {{"value": {score}}}}}}}"#
/// );
/// let entries = [
///     entry("44261-6", "2024-05-01", 18),
///     entry("44261-6", "2024-09-01", 9),
///     entry("70274-6", "2024-05-01", 14),
///     entry("70274-6", "2024-09-01", 6),
/// ];
/// let bundle = format!(r#"{{"resourceType": "Bundle", "entry": [{}]}}"#, entries.join(","));
/// let course = Course::read(bundle.as_bytes())?;
/// assert_eq!(course.phq9.last, Some(Score::whole(9)));
/// assert!(course.referral()?.outcome().has(Fact::ReliableRecovery));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// On PHQ-9.
    pub phq9: FirstAndLast,
    /// On GAD-7.
    pub gad7: FirstAndLast,
    /// Entries of these questionnaires that have no score that counts, and why: their status, or too few answers.
    pub left_out: Vec<Error>,
}

impl Course {
    /// Reads a Bundle, as UTF-8 JSON. Which scores are the first and the last is the rule of
    /// [`FirstAndLast`]: by day, a last one only where there are two days.
    ///
    /// # Errors
    /// A text that is no Bundle; an entry of PHQ-9 or GAD-7 that cannot be read, or has no date; several subjects; two
    /// different scores on the first or on the last day.
    pub fn read(json: &[u8]) -> Result<Self, Error> {
        let bundle = json::resource(json, "Bundle")?;
        plain(&bundle)?;
        if text(&bundle, "type")? == Some("history") {
            return Err(
                Fault::WrongType("a Bundle without earlier versions of its resources").in_field("type")
            );
        }
        let mut found = Found::default();
        for (at, entry) in list(&bundle, "entry")?.iter().enumerate() {
            let resource = object(entry, "resource").map_err(|error| error.in_entry(at))?;
            let Some(resource) = resource else { continue };
            match found.read(resource, at).map_err(|error| error.in_entry(at)) {
                Err(error) if leaves_out(&error) => found.left_out.push(error),
                result => result?,
            }
        }
        found.course()
    }

    /// The scores as those of a referral, which has the outcome.
    ///
    /// # Errors
    /// Scores that were changed to ones that their measure does not have.
    pub fn referral(&self) -> Result<Referral<'static>, ScoreError> {
        let phq9 = PHQ9.pair(self.phq9.first, self.phq9.last)?;
        Referral::new(phq9, GAD7.pair(self.gad7.first, self.gad7.last)?, None)
    }

    /// Why the outcome is what it is, as a text for people: which days count, what was left out, and the text of
    /// [`Referral::explain`]. It contains the scores.
    ///
    /// # Errors
    /// As [`Course::referral`].
    pub fn explain(&self) -> Result<String, ScoreError> {
        let days = format!("{}\n{}", Days("PHQ-9", &self.phq9), Days("GAD-7", &self.gad7));
        let left_out = self.left_out.iter().map(|error| format!("Left out: {error}.\n"));
        Ok(format!("{days}\n{}{}", left_out.collect::<String>(), self.referral()?.explain()))
    }
}

/// Whether an entry just does not count: it is no fault of the Bundle.
// Rule FHIR-2: Only completed or amended responses and final, amended or corrected Observations count; others
// are left out and listed. Source: this project's choice.
const fn leaves_out(error: &Error) -> bool {
    matches!(error.fault(), Fault::Status(_) | Fault::NoScore)
}

struct Days<'a>(&'a str, &'a FirstAndLast);

impl fmt::Display for Days<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name, scores) = self;
        match (scores.first_date, scores.last_date) {
            (Some(first), Some(last)) => write!(f, "{name}: first on {first}, last on {last}."),
            (Some(first), None) => write!(f, "{name}: on {first} only."),
            (None, _) => write!(f, "{name}: never."),
        }
    }
}

/// The scores of a Bundle, each with its entry.
#[derive(Default)]
struct Found {
    scores: Vec<DatedScore>,
    entries: Vec<usize>,
    subject: Option<Subject>,
    left_out: Vec<Error>,
}

/// Who it is about: a reference, or an identifier, or nobody in particular.
type Subject = (Option<String>, Option<Value>);

impl Found {
    /// Adds the scores of a resource, if it is of the questionnaires.
    fn read(&mut self, resource: &Value, entry: usize) -> Result<(), Error> {
        if json::is(resource, response::TYPE) {
            for response in Response::all(resource)? {
                let (form, score) = (response.form, response.score(MissingItems::Prorate));
                let Response { head, .. } = response;
                match score {
                    Ok(score) => {
                        self.add(form, score.total, ("authored", head.authored), head.subject, entry)?
                    }
                    Err(error) => self.left_out.push(no_score(form, &error).in_entry(entry)),
                }
            }
        } else if json::is(resource, "Observation")
            && let Some(form) = form_of(resource)?
        {
            let score = total(resource, form)?;
            self.add(form, score, effective(resource)?, reference(resource, "subject")?, entry)?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        form: &Form,
        score: Score,
        (field, date): (&'static str, Option<DateTime>),
        subject: Option<Value>,
        entry: usize,
    ) -> Result<(), Error> {
        let date = date.ok_or(Fault::Missing.in_field(field))?;
        let date = date.day().ok_or(Fault::NoDay.in_field(field))?;
        let subject = identity(subject.as_ref())?;
        // Rule FHIR-3: A Bundle about several subjects is refused. Source: this project's choice.
        if self.subject.get_or_insert_with(|| subject.clone()) != &subject {
            return Err(Fault::Subjects.in_field("subject"));
        }
        let (date, instrument, score) = (Some(date), Coded::Known(form.instrument), Some(score));
        self.scores.push(DatedScore { date, instrument, score, ..DatedScore::default() });
        self.entries.push(entry);
        Ok(())
    }

    /// First and last scores, by the rule for sessions: the course begins with what was filled in first.
    fn course(self) -> Result<Course, Error> {
        let pathway = Pathway {
            referred: self.scores.iter().filter_map(|score| score.date).min(),
            scores: &self.scores,
            ..Pathway::default()
        };
        let mut findings = Vec::new();
        let derived = pathway.derive(&Instruments::of(Edition::CURRENT), None, Some(&mut findings));
        let conflicts = findings.iter().filter(|finding| finding.kind == FindingKind::ConflictingScores);
        for row in conflicts.map(|finding| finding.row) {
            // Which of a day's scores counts is told by identifiers that have an order; those of FHIR have none.
            let Some((lost, entry)) = self.scores.get(row).zip(self.entries.get(row)) else { continue };
            let Coded::Known(instrument) = lost.instrument else { continue };
            let ends = derived.scores(instrument);
            // Rule FHIR-4: Two different scores on the first or the last day of a Bundle are refused, as FHIR
            // identifiers have no order. Source: this project's choice.
            if lost.date == ends.first_date || lost.date == ends.last_date {
                return Err(Fault::Conflict.in_field("score").in_entry(*entry));
            }
        }
        let [phq9, gad7] = FORMS.each_ref().map(|form| *derived.scores(form.instrument));
        Ok(Course { phq9, gad7, left_out: self.left_out })
    }
}

fn identity(subject: Option<&Value>) -> Result<Subject, Error> {
    let Some(subject) = subject else { return Ok((None, None)) };
    let target = text(subject, "reference").map_err(|error| error.within("subject"))?;
    let identifier = object(subject, "identifier").map_err(|error| error.within("subject"))?;
    Ok(match target {
        Some(target) => (Some(target.into()), None),
        None => (None, identifier.cloned()),
    })
}

/// The questionnaire whose total an Observation is.
fn form_of(observation: &Value) -> Result<Option<&'static Form>, Error> {
    let Some(code) = object(observation, "code")? else { return Ok(None) };
    let codings = list(code, "coding").map_err(|error| error.within("code"))?;
    let codes = || codings.iter().filter_map(|coding| coding["system"].as_str().zip(coding["code"].as_str()));
    let is_total = |form: &&Form| codes().any(|(system, code)| form.has_score_code(system, code));
    let mut forms = FORMS.iter().filter(is_total);
    match (forms.next(), forms.next()) {
        (Some(_), Some(_)) => Err(Fault::Contradiction.in_field("code")),
        (form, _) => Ok(form),
    }
}

/// The score that an Observation has.
fn total(observation: &Value, form: &Form) -> Result<Score, Error> {
    plain(observation)?;
    if !matches!(text(observation, "status")?, Some("final" | "amended" | "corrected")) {
        return Err(Fault::Status("final, amended or corrected").in_field("status"));
    }
    let range = form.measure.range();
    let quantity = object(observation, "valueQuantity")?;
    let (field, value) = match quantity {
        Some(quantity) => ("valueQuantity.value", given(quantity, "value")),
        None => ("valueInteger", given(observation, "valueInteger")),
    };
    if quantity.is_some_and(|quantity| given(quantity, "comparator").is_some()) {
        return Err(Fault::Modifier.in_field("valueQuantity.comparator"));
    }
    let Some(value) = value else { return Err(no_value(observation, field)) };
    let read = number(value).ok_or(Fault::WrongType("a number").in_field(field))?;
    range.check_read(read).map_err(|kind| Fault::Measure(kind).in_field(field))
}

/// An Observation may say that it has no value.
fn no_value(observation: &Value, field: &'static str) -> Error {
    const REASON: &str = "dataAbsentReason";
    given(observation, REASON).map_or(Fault::Missing.in_field(field), |_| Fault::NoScore.in_field(REASON))
}

/// Too few answers for a score.
fn no_score(form: &'static Form, error: &ScoreError) -> Error {
    Fault::Measure(error.kind()).in_field(form.measure.name())
}

fn effective(observation: &Value) -> Result<(&'static str, Option<DateTime>), Error> {
    let (field, date) = match text(observation, "effectiveInstant")? {
        Some(instant) => ("effectiveInstant", Some(instant)),
        None => ("effectiveDateTime", text(observation, "effectiveDateTime")?),
    };
    let read = date.map(DateTime::read).transpose().map_err(|fault| fault.in_field(field))?;
    Ok((field, read))
}
