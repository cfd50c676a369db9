//! What is recorded of one referral: plain structs, a table of them each.

use super::codes::{AppointmentType, Attendance, Coded, EndReason, Intensity};
use super::descriptor::ProblemDescriptor;
use super::instrument::Instrument;
use crate::day::Day;
use crate::score::Score;
use alloc::vec::Vec;
use core::num::NonZeroU64;

/// The identifier of a record within its table. Where two records tie, the higher one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RecordId(NonZeroU64);

impl RecordId {
    /// The identifier of a number; `None` for 0, which stands for no identifier.
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        match NonZeroU64::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number, which is not 0.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0.get()
    }
}

/// A contact, or one activity of it: records with the same identifier are one contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Contact {
    /// The contact's identifier; a record without one is a contact of its own.
    pub id: Option<RecordId>,
    /// When it was.
    pub date: Option<Day>,
    /// Whether the patient came.
    pub attendance: Coded<Attendance>,
    /// What it was for.
    pub appointment: Coded<AppointmentType>,
    /// Whether it was planned; an unplanned contact counts as attended.
    pub planned: Coded<bool>,
    /// The intensity of the therapy given, where it has one.
    pub intensity: Option<Intensity>,
    /// How long it took, in minutes; 0 where it is not recorded.
    pub minutes: u16,
}

/// A score on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DatedScore {
    /// The score's identifier.
    pub id: Option<RecordId>,
    /// When it was given.
    pub date: Option<Day>,
    /// What was filled in.
    pub instrument: Coded<Instrument>,
    /// The score; `None` where what stands there is no number.
    pub score: Option<Score>,
    /// The contact at which it was given.
    pub contact: Option<RecordId>,
}

/// A presenting complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Complaint {
    /// The complaint's identifier.
    pub id: Option<RecordId>,
    /// When it was recorded.
    pub date: Option<Day>,
    /// The complaint.
    pub descriptor: Coded<ProblemDescriptor>,
    /// Whether it is the primary one.
    pub primary: Coded<bool>,
}

/// A week of internet-enabled therapy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TherapyLog {
    /// The log's identifier; records with the same one are one log.
    pub id: Option<RecordId>,
    /// The day on which it starts.
    pub date: Option<Day>,
}

/// Whether sick pay was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SickPay {
    /// When it was recorded.
    pub date: Option<Day>,
    /// Whether sick pay was received.
    pub received: Coded<bool>,
}

/// One referral with all that is recorded of it; the slices are in the order of their tables.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pathway<'a> {
    /// When the referral was received.
    pub referred: Option<Day>,
    /// When the patient was discharged.
    pub discharged: Option<Day>,
    /// Why the referral ended.
    pub end_reason: Coded<EndReason>,
    /// The contacts.
    pub contacts: &'a [Contact],
    /// The scores.
    pub scores: &'a [DatedScore],
    /// The presenting complaints.
    pub complaints: &'a [Complaint],
    /// The weeks of internet-enabled therapy.
    pub internet_therapy: &'a [TherapyLog],
    /// The records of sick pay.
    pub sick_pay: &'a [SickPay],
}

/// One referral with all that is recorded of it, owned: to be read from a file or a request.
///
/// ```
/// # #[cfg(feature = "serde")] {
/// use iapt_core::pathway::Records;
/// let text = r#"{
///     "referred": "2024-04-01",
///     "contacts": [{"date": "2024-05-01", "attendance": {"known": "on_time"}, "appointment": {"known": "treatment"}}]
/// }"#;
/// let records: Records = serde_json::from_str(text)?;
/// assert_eq!(records.pathway().contacts.len(), 1);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Records {
    /// When the referral was received.
    pub referred: Option<Day>,
    /// When the patient was discharged.
    pub discharged: Option<Day>,
    /// Why the referral ended.
    pub end_reason: Coded<EndReason>,
    /// The contacts.
    pub contacts: Vec<Contact>,
    /// The scores.
    pub scores: Vec<DatedScore>,
    /// The presenting complaints.
    pub complaints: Vec<Complaint>,
    /// The weeks of internet-enabled therapy.
    pub internet_therapy: Vec<TherapyLog>,
    /// The records of sick pay.
    pub sick_pay: Vec<SickPay>,
}

impl Records {
    /// The records as they are derived from.
    #[must_use]
    pub fn pathway(&self) -> Pathway<'_> {
        Pathway {
            referred: self.referred,
            discharged: self.discharged,
            end_reason: self.end_reason,
            contacts: &self.contacts,
            scores: &self.scores,
            complaints: &self.complaints,
            internet_therapy: &self.internet_therapy,
            sick_pay: &self.sick_pay,
        }
    }
}
