//! Findings: what was odd in the data, and what was done about it.

use crate::measure::Range;
use core::fmt;

/// A table of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[repr(u8)]
pub enum Table {
    /// Referrals.
    Referrals = 0,
    /// Contacts.
    Contacts = 1,
    /// Scores.
    Scores = 2,
    /// Presenting complaints.
    Complaints = 3,
    /// Weeks of internet-enabled therapy.
    InternetTherapy = 4,
    /// Records of employment and sick pay.
    Employment = 5,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Referrals,
        Self::Contacts,
        Self::Scores,
        Self::Complaints,
        Self::InternetTherapy,
        Self::Employment,
    ];

    /// The name, as the argument of a derivation is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Referrals => "referrals",
            Self::Contacts => "contacts",
            Self::Scores => "scores",
            Self::Complaints => "complaints",
            Self::InternetTherapy => "internet_therapy",
            Self::Employment => "employment",
        }
    }
}

/// Something odd in one row. A finding never stops the derivation; its text says what was done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// Rule FINDING-1: What is odd in the data is a finding that names table and row and says what was done; it
// stops nothing. Source: this project's choice.
pub struct Finding {
    /// The table of the row.
    pub table: Table,
    /// The row, counted from 0 within the slice or table given.
    pub row: usize,
    /// What is odd about it.
    pub kind: FindingKind,
}

macro_rules! finding_kinds {
    ($($(#[$doc:meta])* $variant:ident $(($payload:ty))? = $code:literal, $name:literal, $text:literal;)+) => {
        /// What is odd about a row. The texts never contain a patient's answer, score or identifier.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[$doc])* #[error($text)] $variant $(($payload))?,)+
        }

        impl FindingKind {
            /// Code and name of every kind.
            pub const ALL: &'static [(u8, &'static str)] = &[$(($code, $name)),+];

            /// A number for it that never changes.
            #[must_use]
            pub const fn code(self) -> u8 {
                match self { $(finding_kinds!(@pattern $variant $(($payload))?) => $code,)+ }
            }

            /// Its name as it stands in columns.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(finding_kinds!(@pattern $variant $(($payload))?) => $name,)+ }
            }
        }
    };
    (@pattern $variant:ident) => { Self::$variant };
    (@pattern $variant:ident ($payload:ty)) => { Self::$variant(..) };
}

finding_kinds! {
    /// A score that the measure does not have.
    ScoreOutOfRange(Range) = 1, "score_out_of_range", "the score is not {0}: it is left out";
    /// A measure whose name or code is not known.
    UnknownMeasure = 2, "unknown_measure", "no measure of this name or code is known: the score is left out";
    /// A measure without confirmed national numbers, nor the caller's own.
    ThresholdNotConfigured = 3, "threshold_not_configured", "threshold not configured: give the measure's own numbers; the score is left out";
    /// A contact before the referral.
    ContactBeforeReferral = 4, "contact_before_referral", "the contact is dated before the referral: it is no treatment contact";
    /// A contact, other than a follow-up, after the discharge.
    ContactAfterDischarge = 5, "contact_after_discharge", "the contact is dated after the discharge: it is no treatment contact";
    /// A score before the referral.
    ScoreBeforeReferral = 6, "score_before_referral", "the score is dated before the referral: it is left out";
    /// A score, other than at a follow-up, after the discharge.
    ScoreAfterDischarge = 7, "score_after_discharge", "the score is dated after the discharge: it is left out";
    /// A discharge before the referral.
    DischargeBeforeReferral = 8, "discharge_before_referral", "the discharge is dated before the referral: nothing lies between them";
    /// Two different scores for one measure on one day.
    ConflictingScores = 9, "conflicting_scores", "another score for the measure on this day differs: the one with the highest identifier counts";
    /// A code that the data set does not have.
    UnknownCode(&'static str) = 10, "unknown_code", "{0} is no code of the data set: it is taken as missing";
    /// A descriptor that names a measure of its own, of which there is no pair of scores.
    DescriptorWithoutMeasure(&'static str) = 11, "descriptor_without_measure", "the problem descriptor names {0}, which lacks a first or last score: GAD-7 is used";
    /// A row that repeats another one's identifier.
    DuplicateId = 12, "duplicate_id", "the identifier is used more than once: the latest row counts";
    /// No date, or one that can't be read.
    MissingDate = 13, "missing_date", "has no date that can be read: it is left out";
    /// No identifier of a pathway.
    MissingId = 14, "missing_id", "has no pathway_id: it is left out";
    /// A pathway that no referral has.
    UnknownPathway = 15, "unknown_pathway", "no referral has this pathway_id: it is left out";
    /// A score at a contact that the referral does not have.
    UnknownContact = 16, "unknown_contact", "no contact of the pathway has this contact_id: the score counts as given at no contact";
    /// A last score without a first one.
    LastScoreWithoutFirst(&'static str) = 17, "last_score_without_first", "{0} has a last score but no first one: the referral is not paired";
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, row {}: {}", self.table.name(), self.row, self.kind)
    }
}
