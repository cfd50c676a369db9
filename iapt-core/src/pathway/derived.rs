//! The derived referral.

use super::codes::{Coded, EndReason};
use super::contacts::Treatment;
use super::descriptor::ProblemDescriptor;
use super::findings::{FindingKind, Table};
use super::instrument::{Instrument, Instruments};
use super::records::{Complaint, Pathway, SickPay};
use super::scores::{FirstAndLast, Scores};
use super::seen::Seen;
use super::stages::Stages;
use super::{Log, Window};
use crate::day::Day;
use crate::outcome::Outcome;
use crate::referral::Referral;

/// What is derived of one referral. Waits are in whole days.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Derived<'m> {
    /// When the referral was received.
    pub referred: Option<Day>,
    /// When the patient was discharged, as far as is known.
    pub discharged: Option<Day>,
    /// Why the referral ended.
    pub end_reason: Coded<EndReason>,
    /// Attended contacts of any type but follow-ups (M073, M074).
    pub care_contacts: u32,
    /// Attended treatments between referral and discharge; a week of internet-enabled therapy counts as one.
    pub treatment_contacts: u32,
    /// The first attended assessment.
    pub assessment: Option<Day>,
    /// The first treatment contact.
    pub first_treatment: Option<Day>,
    /// The second treatment contact; it may be on the same day.
    pub second_treatment: Option<Day>,
    /// The last treatment contact.
    pub last_treatment: Option<Day>,
    /// Treatment contacts with a therapy of low intensity.
    pub low_intensity_contacts: u32,
    /// Treatment contacts with a therapy of high intensity, weeks of internet-enabled therapy among them.
    pub high_intensity_contacts: u32,
    /// The first treatment contact of low intensity.
    pub first_low_intensity: Option<Day>,
    /// The first treatment contact of high intensity.
    pub first_high_intensity: Option<Day>,
    /// Treatment contacts whose length is recorded.
    pub timed_contacts: u32,
    /// The minutes of these contacts together.
    pub contact_minutes: u32,
    /// The stages of stepped care.
    pub stages: Stages,
    /// What the treatment was for.
    pub descriptor: Option<ProblemDescriptor>,
    /// Whether sick pay was received at the first and at the last record.
    pub sick_pay: (Option<bool>, Option<bool>),
    /// Which anxiety measure decides, and why.
    pub anxiety: AnxietyChoice,
    /// The eight facts.
    pub outcome: Outcome,
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) referral: Option<Referral<'m>>,
    #[cfg_attr(feature = "serde", serde(serialize_with = "scores_by_column"))]
    pub(super) scores: Scores,
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) described_in: Option<usize>,
}

/// The scores of the instruments that have any, by the names of their columns.
#[cfg(feature = "serde")]
fn scores_by_column<S: serde::Serializer>(scores: &Scores, serializer: S) -> Result<S::Ok, S::Error> {
    let all = Instrument::ALL.iter().map(|instrument| instrument.column()).zip(scores);
    serializer.collect_map(all.filter(|(_, scores)| scores.first.is_some()))
}

/// Which anxiety measure decides an outcome, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum AnxietyChoice {
    /// GAD-7, as the problem descriptor names no measure of its own.
    General,
    /// The measure that the problem descriptor names.
    Specific(Instrument),
    /// GAD-7, as this measure that the problem descriptor names lacks a first or last score.
    InsteadOf(Instrument),
}

impl AnxietyChoice {
    /// The measure that decides.
    #[must_use]
    pub const fn instrument(self) -> Instrument {
        match self {
            Self::Specific(instrument) => instrument,
            Self::General | Self::InsteadOf(_) => Instrument::Gad7,
        }
    }
}

/// The complaint that describes the problem, and its row.
type Described = Option<(ProblemDescriptor, usize)>;

impl<'m> Derived<'m> {
    #[allow(clippy::too_many_arguments, reason = "one for each part of a pathway")]
    pub(super) fn assemble(
        window: &Window,
        end_reason: Coded<EndReason>,
        treatment: Treatment,
        stages: Stages,
        scores: Scores,
        descriptor: Described,
        sick_pay: (Option<bool>, Option<bool>),
        instruments: &Instruments<'m>,
    ) -> Self {
        let specific = descriptor.map_or(&[][..], |(descriptor, _)| descriptor.specific_measures());
        let anxiety = choose(specific, &scores, instruments);
        let referral = outcome_of(anxiety, &scores, instruments);
        Self {
            referred: window.referred,
            discharged: window.discharged,
            end_reason: if window.discharged.is_some() { end_reason } else { Coded::Missing },
            care_contacts: treatment.care_contacts,
            treatment_contacts: treatment.treatment_contacts,
            assessment: treatment.assessment,
            first_treatment: treatment.first,
            second_treatment: treatment.second,
            last_treatment: treatment.last,
            low_intensity_contacts: treatment.low_intensity_contacts,
            high_intensity_contacts: treatment.high_intensity_contacts,
            first_low_intensity: treatment.first_low_intensity,
            first_high_intensity: treatment.first_high_intensity,
            timed_contacts: treatment.timed_contacts,
            contact_minutes: treatment.minutes,
            stages,
            descriptor: descriptor.map(|(descriptor, _)| descriptor),
            sick_pay,
            anxiety,
            outcome: referral.map_or(Outcome::UNKNOWN, |referral| referral.outcome()),
            referral,
            scores,
            described_in: descriptor.map(|(_, row)| row),
        }
    }

    /// The first and the last score on an instrument.
    #[must_use]
    pub const fn scores(&self, instrument: Instrument) -> &FirstAndLast {
        &self.scores[instrument as usize]
    }

    /// The first and the last score on the anxiety measure that decides.
    #[must_use]
    pub const fn anxiety_scores(&self) -> &FirstAndLast {
        self.scores(self.anxiety.instrument())
    }

    /// Discharged with at least two treatment contacts (M076).
    #[must_use]
    // Rule COURSE-1: Finished a course of treatment: discharged with at least two treatment contacts. Source:
    // NHS England, NHS Talking Therapies metadata, M076.
    pub const fn finished_course(&self) -> bool {
        self.discharged.is_some() && self.treatment_contacts >= 2
    }

    /// Discharged with exactly one treatment contact (M075).
    #[must_use]
    // Rule COURSE-2: Treated once: discharged with exactly one treatment contact. Source: NHS England, NHS
    // Talking Therapies metadata, M075.
    pub const fn treated_once(&self) -> bool {
        self.discharged.is_some() && self.treatment_contacts == 1
    }

    /// Discharged without a treatment contact (M153).
    #[must_use]
    // Rule COURSE-3: Ended before treatment: discharged without a treatment contact. Source: NHS England, NHS
    // Talking Therapies metadata, M153.
    pub const fn ended_before_treatment(&self) -> bool {
        self.discharged.is_some() && self.treatment_contacts == 0
    }

    /// Days from referral to the first assessment (M024 to M027).
    #[must_use]
    pub fn assessment_wait(&self) -> Option<i32> {
        days(self.referred, self.assessment)
    }

    /// Days from referral to the first treatment (M032 to M037, M052 to M055).
    #[must_use]
    pub fn treatment_wait(&self) -> Option<i32> {
        days(self.referred, self.first_treatment)
    }

    /// Days from the first to the second treatment (M046, M047, M121 to M126).
    #[must_use]
    pub fn second_treatment_wait(&self) -> Option<i32> {
        days(self.first_treatment, self.second_treatment)
    }

    /// Whether sick pay was received at first and no more at last (M237, where the course is finished).
    #[must_use]
    // Rule SICKPAY-1: Moved off sick pay: finished a course, sick pay yes at the first record and no at the
    // last. Source: NHS England, NHS Talking Therapies metadata, M237.
    pub fn off_sick_pay(&self) -> bool {
        self.sick_pay == (Some(true), Some(false))
    }

    /// The scores that decide the outcome; `None` where PHQ-9 or GAD-7 has no measure that decides.
    #[must_use]
    pub const fn referral(&self) -> Option<&Referral<'m>> {
        self.referral.as_ref()
    }

    pub(super) fn note_choice(&self, log: &mut Log<'_>) {
        if let (AnxietyChoice::InsteadOf(lacking), Some(row)) = (self.anxiety, self.described_in) {
            log.note(Table::Complaints, row, FindingKind::DescriptorWithoutMeasure(lacking.id()));
        }
    }
}

pub(super) fn days(from: Option<Day>, to: Option<Day>) -> Option<i32> {
    Some(to?.days_since(from?))
}

/// The first of the specific measures that is paired and decides; GAD-7 otherwise.
// Rule ANXIETY-3: For F43.1 the measure is PCL-5, or IES-R where PCL-5 is not paired and IES-R is. Source:
// NHS England, NHS Talking Therapies metadata, M204; the order is this project's choice.
fn choose(specific: &[Instrument], scores: &Scores, instruments: &Instruments<'_>) -> AnxietyChoice {
    let paired = |instrument: &&Instrument| {
        let scores = &scores[**instrument as usize];
        scores.first.is_some() && scores.last.is_some() && instruments.deciding(**instrument).is_some()
    };
    match (specific.iter().find(paired), specific.first()) {
        (Some(instrument), _) => AnxietyChoice::Specific(*instrument),
        (None, Some(lacking)) => AnxietyChoice::InsteadOf(*lacking),
        (None, None) => AnxietyChoice::General,
    }
}

// Rule ANXIETY-5: First and last score always come from one measure. Source: NHS England, NHS Talking
// Therapies metadata, M204.
fn outcome_of<'m>(
    anxiety: AnxietyChoice,
    scores: &Scores,
    instruments: &Instruments<'m>,
) -> Option<Referral<'m>> {
    let pair = |instrument: Instrument| {
        let FirstAndLast { first, last, .. } = scores[instrument as usize];
        instruments.deciding(instrument)?.pair(first, last).ok()
    };
    let specific = match anxiety {
        AnxietyChoice::General => None,
        AnxietyChoice::Specific(instrument) | AnxietyChoice::InsteadOf(instrument) => pair(instrument),
    };
    Referral::new(pair(Instrument::Phq9)?, pair(Instrument::Gad7)?, specific).ok()
}

pub(super) fn note_referral(pathway: &Pathway<'_>, window: &Window, log: &mut Log<'_>) {
    let mut note = |kind| log.note(Table::Referrals, 0, kind);
    if pathway.referred.is_none() {
        note(FindingKind::MissingDate);
    }
    if days(pathway.referred, window.discharged).is_some_and(|days| days < 0) {
        note(FindingKind::DischargeBeforeReferral);
    }
    if pathway.end_reason.is_unknown() {
        note(FindingKind::UnknownCode("end_code"));
    }
}

/// The complaint that counts: a valid one before none, the primary before a secondary one, then the latest, then
/// the one with the highest identifier (M203).
// Rule ANXIETY-7: Of several descriptors: a valid one before none, the primary before a secondary one, then
// the latest date, then the highest identifier. Source: NHS England, NHS Talking Therapies metadata, M203.
pub(super) fn describe(complaints: &[Complaint], window: &Window, log: &mut Log<'_>) -> Described {
    let known = complaints.iter().enumerate().filter(|(_, complaint)| window.exists(complaint.date));
    for (row, complaint) in known.clone() {
        for (unknown, field) in
            [(complaint.descriptor.is_unknown(), "code"), (complaint.primary.is_unknown(), "primary")]
        {
            if unknown {
                log.note(Table::Complaints, row, FindingKind::UnknownCode(field));
            }
        }
    }
    known
        .filter_map(|(row, complaint)| Some((complaint, complaint.descriptor.known()?, row)))
        .max_by_key(|(complaint, _, row)| {
            (complaint.primary == Coded::Known(true), complaint.date, complaint.id, *row)
        })
        .map(|(_, descriptor, row)| (descriptor, row))
}

/// The first and the last record of sick pay between referral and discharge.
pub(super) fn sick_pay(
    records: &[SickPay],
    window: &Window,
    log: &mut Log<'_>,
) -> (Option<bool>, Option<bool>) {
    let mut seen = Seen::NONE;
    for (row, record) in records.iter().enumerate().filter(|(_, record)| window.exists(record.date)) {
        if record.received.is_unknown() {
            log.note(Table::Employment, row, FindingKind::UnknownCode("sick_pay"));
        }
        if record.date.is_none() {
            log.note(Table::Employment, row, FindingKind::MissingDate);
        }
        if let (Some(date), Some(received)) = (window.within(record.date), record.received.known()) {
            seen.add(date, received);
        }
    }
    let ends = seen.ends();
    (ends.map(|[first, _]| first.1), ends.map(|[_, last]| last.1))
}
