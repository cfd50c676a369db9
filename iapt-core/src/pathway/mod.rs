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
pub use records::{Complaint, Contact, DatedScore, Pathway, RecordId, SickPay, TherapyLog};
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
        let wanted = findings.is_some();
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
    fn exists(&self, date: Option<Day>) -> bool {
        date.is_none_or(|day| self.as_at.is_none_or(|end| day <= end))
    }

    /// A date that is known by then.
    fn known(&self, date: Option<Day>) -> Option<Day> {
        date.filter(|day| self.as_at.is_none_or(|end| *day <= end))
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
