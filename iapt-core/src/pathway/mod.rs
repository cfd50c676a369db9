//! From sessions to a referral: contacts, scores and complaints in, the derived referral out.
//!
//! ```
//! use iapt_core::{Day, Edition, Fact, Score};
//! use iapt_core::pathway::*;
//! let day = |text: &str| text.parse::<Day>().ok();
//! let treated = |date| Contact {
//!     date: day(date),
//!     attendance: Attendance::read("5"),
//!     appointment: AppointmentType::read("02"),
//!     ..Contact::default()
//! };
//! let scored = |date, instrument, score| DatedScore {
//!     date: day(date),
//!     instrument: Coded::Known(instrument),
//!     score: Some(Score::whole(score)),
//!     ..DatedScore::default()
//! };
//! let pathway = Pathway {
//!     referred: day("2024-04-01"),
//!     discharged: day("2024-09-30"),
//!     contacts: &[treated("2024-05-01"), treated("2024-09-01")],
//!     scores: &[
//!         scored("2024-05-01", Instrument::Phq9, 18),
//!         scored("2024-09-01", Instrument::Phq9, 9),
//!         scored("2024-05-01", Instrument::Gad7, 14),
//!         scored("2024-09-01", Instrument::Gad7, 6),
//!     ],
//!     ..Pathway::default()
//! };
//! let instruments = Instruments::of(Edition::CURRENT);
//! let mut findings = Vec::new();
//! let derived = pathway.derive(&instruments, None, Some(&mut findings));
//! assert!(derived.finished_course() && derived.outcome.has(Fact::ReliableRecovery));
//! assert_eq!(derived.treatment_wait(), Some(30));
//! assert!(findings.is_empty());
//! ```

//!
//! # What the official definitions leave open
//!
//! The definitions of the measures name derived fields without saying how each is derived. This project chose:
//!
//! - *Window.* Treatment contacts, weeks of internet-enabled therapy, scores and records of sick pay count from the day of
//!   referral to the day of discharge, both included. Without a referral date, or with a discharge before it, nothing does.
//!   Assessments and care contacts have no window; so an assessment before the referral has a negative wait.
//! - *As at a day.* What is dated later is not known, and is left out before anything else is looked at.
//! - *Contacts.* Records with one identifier are one contact. Where they disagree, the last row counts; the therapies of
//!   all do. An unknown code is a finding and counts as missing; a contact of a missing type is a care contact.
//! - *Internet-enabled therapy.* A week counts as one treatment contact of high intensity on its first day, but not as a care
//!   contact: a referral treated by it alone is both not seen (M073) and treated.
//! - *Scores.* One identifier and measure given twice: the last row counts, be it valid or not. Two scores of a measure on one day:
//!   the one with the highest identifier counts. The total of WSAS is the one given or, on days without one, the sum of all
//!   five items.
//! - *Problem descriptor.* Complaints have no window; ICD-10 codes are a letter, a digit, and up to five letters or digits
//!   more, SNOMED CT codes 6 to 18 digits; all else is not valid.
//! - *Anxiety measure.* Where PCL-5 is not paired, IES-R is used if it is. A measure without thresholds (BIQ, CFQ, IBS,
//!   PHQ-15) has no valid scores until the caller gives its numbers.
//! - *Stepped care.* Only therapies of the lists in the notes of M347 have an intensity, which leaves out counselling for
//!   depression and collaborative care. Waits between stages are from the last day of the first stage to the first of the
//!   second, where the notes of M350 also mention the first contact of high intensity, which may lie between them. On one
//!   day, low intensity comes before high.
//! - *Sick pay.* The first and the last record by date; on one day the last row counts.

mod codes;
mod contacts;
mod derived;
mod descriptor;
mod explain;
mod findings;
mod ids;
mod instrument;
mod records;
mod scores;
mod seen;
mod stages;

pub use codes::{
    AppointmentType, Attendance, Coded, EndReason, Intensity, THERAPIES, read_primary, read_sick_pay,
    read_yes_no,
};
pub use derived::{AnxietyChoice, Derived};
pub use descriptor::{ProblemDescriptor, SPECIFIC_MEASURES};
pub use explain::Explanation;
pub use findings::{Finding, FindingKind, Table};
pub use ids::rank_ids;
pub use instrument::{Instrument, Instruments};
pub use records::{Complaint, Contact, DatedScore, Pathway, RecordId, Records, SickPay, TherapyLog};
pub use scores::FirstAndLast;
pub use stages::Stages;

use crate::day::Day;
use alloc::vec::Vec;

impl Pathway<'_> {
    /// The referral as it stands at the end of a day, or, without one, with all that is recorded.
    ///
    /// What is dated after that day is not known yet: a discharge, contacts, scores, complaints. A referral that was
    /// received after it should be left out by the caller ([`Derived::referred`] tells).
    ///
    /// Findings are appended to the list, if there is one, in the order of the tables and then of the rows; whether they are
    /// wanted does not change the result.
    #[must_use]
    pub fn derive<'m>(
        &self,
        instruments: &Instruments<'m>,
        as_at: Option<Day>,
        findings: Option<&mut Vec<Finding>>,
    ) -> Derived<'m> {
        Deriver::default().derive(self, instruments, as_at, findings)
    }
}

/// Derives referral after referral with the same working memory.
#[derive(Debug, Default)]
pub struct Deriver {
    contacts: contacts::Work,
    scores: scores::Work,
    stages: stages::Work,
}

impl Deriver {
    /// As [`Pathway::derive`].
    pub fn derive<'m>(
        &mut self,
        pathway: &Pathway<'_>,
        instruments: &Instruments<'m>,
        as_at: Option<Day>,
        findings: Option<&mut Vec<Finding>>,
    ) -> Derived<'m> {
        let mut unwanted = Vec::new();
        // Of a referral that was received later nothing is known yet.
        let exists = pathway.referred.is_none_or(|day| as_at.is_none_or(|end| day <= end));
        let wanted = findings.is_some() && exists;
        let mut log = Log { wanted, findings: findings.unwrap_or(&mut unwanted) };
        let window = Window::of(pathway, as_at);
        let begun = log.findings.len();
        derived::note_referral(pathway, &window, &mut log);
        let treatment = self.contacts.read(pathway, &window, &mut self.stages, &mut log);
        let stages = self.stages.find();
        let scores = self.scores.read(pathway, instruments, &window, &self.contacts, &mut log);
        let descriptor = derived::describe(pathway.complaints, &window, &mut log);
        let sick_pay = derived::sick_pay(pathway.sick_pay, &window, &mut log);
        let derived = Derived::assemble(
            &window,
            pathway.end_reason,
            treatment,
            stages,
            scores,
            descriptor,
            sick_pay,
            instruments,
        );
        derived.note_choice(&mut log);
        if let Some(new) = log.findings.get_mut(begun..) {
            new.sort_by_key(|finding| (finding.table, finding.row, finding.kind.code()));
        }
        derived
    }
}

/// Where findings go.
pub(crate) struct Log<'a> {
    wanted: bool,
    findings: &'a mut Vec<Finding>,
}

impl Log<'_> {
    fn note(&mut self, table: Table, row: usize, kind: FindingKind) {
        if self.wanted {
            self.findings.push(Finding { table, row, kind });
        }
    }
}

/// From which day to which something belongs to a referral, as known at the end of a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    as_at: Option<Day>,
    referred: Option<Day>,
    discharged: Option<Day>,
}

/// Where a day lies in relation to a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is not known yet, or there is no date.
    Unknown,
    Before,
    Within,
    After,
}

impl Window {
    fn of(pathway: &Pathway<'_>, as_at: Option<Day>) -> Self {
        let known = |day: &Day| as_at.is_none_or(|end| *day <= end);
        Self { as_at, referred: pathway.referred, discharged: pathway.discharged.filter(known) }
    }

    /// Whether a record of this date is known by then.
    // Rule PERIOD-2: Discharges, contacts, scores and complaints dated after the day are not yet known.
    // Source: this project's choice, after NHS England, NHS Talking Therapies metadata, M019 and M056.
    fn exists(&self, date: Option<Day>) -> bool {
        date.is_none_or(|day| self.as_at.is_none_or(|end| day <= end))
    }

    /// A date that is known by then.
    fn known(&self, date: Option<Day>) -> Option<Day> {
        date.filter(|_| self.exists(date))
    }

    fn place(&self, date: Option<Day>) -> Place {
        let (Some(date), Some(referred)) = (self.known(date), self.referred) else { return Place::Unknown };
        if date < referred {
            Place::Before
        } else if self.discharged.is_some_and(|discharged| date > discharged) {
            Place::After
        } else {
            Place::Within
        }
    }

    /// The date, if it lies between referral and discharge.
    fn within(&self, date: Option<Day>) -> Option<Day> {
        date.filter(|_| self.place(date) == Place::Within)
    }
}
