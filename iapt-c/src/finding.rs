//! Findings: what is odd in the records of a referral.

use crate::guard::guard_or;
use crate::instrument::id_for_c;
use crate::records::Records;
use iapt_core::pathway::{Finding, FindingKind};
use std::ffi::{CStr, c_char};
use std::ptr;

/// The referral itself.
pub const IAPT_TABLE_REFERRALS: u8 = 0;
/// The contacts.
pub const IAPT_TABLE_CONTACTS: u8 = 1;
/// The scores.
pub const IAPT_TABLE_SCORES: u8 = 2;
/// The presenting complaints.
pub const IAPT_TABLE_COMPLAINTS: u8 = 3;
/// The weeks of internet-enabled therapy.
pub const IAPT_TABLE_INTERNET_THERAPY: u8 = 4;
/// The records of sick pay.
pub const IAPT_TABLE_EMPLOYMENT: u8 = 5;

/// A score that the measure does not have, or what is no number.
pub const IAPT_FINDING_SCORE_OUT_OF_RANGE: u8 = 1;
/// A score on an instrument that is not known.
pub const IAPT_FINDING_UNKNOWN_MEASURE: u8 = 2;
/// A score on an instrument without confirmed national numbers, nor the caller's own.
pub const IAPT_FINDING_THRESHOLD_NOT_CONFIGURED: u8 = 3;
/// A contact before the referral.
pub const IAPT_FINDING_CONTACT_BEFORE_REFERRAL: u8 = 4;
/// A contact, other than a follow-up, after the discharge.
pub const IAPT_FINDING_CONTACT_AFTER_DISCHARGE: u8 = 5;
/// A score before the referral.
pub const IAPT_FINDING_SCORE_BEFORE_REFERRAL: u8 = 6;
/// A score, other than at a follow-up, after the discharge.
pub const IAPT_FINDING_SCORE_AFTER_DISCHARGE: u8 = 7;
/// A discharge before the referral.
pub const IAPT_FINDING_DISCHARGE_BEFORE_REFERRAL: u8 = 8;
/// Two different scores on one instrument on one day.
pub const IAPT_FINDING_CONFLICTING_SCORES: u8 = 9;
/// A code that the data set does not have.
pub const IAPT_FINDING_UNKNOWN_CODE: u8 = 10;
/// A descriptor that names a measure of its own, of which there is no pair of scores.
pub const IAPT_FINDING_DESCRIPTOR_WITHOUT_MEASURE: u8 = 11;
/// A record that repeats another one's identifier.
pub const IAPT_FINDING_DUPLICATE_ID: u8 = 12;
/// No day, or one beyond the calendar.
pub const IAPT_FINDING_MISSING_DATE: u8 = 13;
/// No identifier of a pathway. Not found of a single referral.
pub const IAPT_FINDING_MISSING_ID: u8 = 14;
/// A pathway that no referral has. Not found of a single referral.
pub const IAPT_FINDING_UNKNOWN_PATHWAY: u8 = 15;
/// A score at a contact that the referral does not have.
pub const IAPT_FINDING_UNKNOWN_CONTACT: u8 = 16;
/// A last score without a first one. Not found where scores come from dated records.
pub const IAPT_FINDING_LAST_SCORE_WITHOUT_FIRST: u8 = 17;

/// Something odd in one record. It never stops a derivation; iapt_finding_message() says what was done about it.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_finding {
    /// The record, counted from 0 in its array; 0 where the table is IAPT_TABLE_REFERRALS.
    pub row: usize,
    /// What it is about, a constant text: the field of an unknown code ("attendance", "type", "planned", "end_code",
    /// "code", "primary", "sick_pay"), or the measure that is lacking ("SPIN"). NULL for other kinds.
    pub about: *const c_char,
    /// IAPT_TABLE_REFERRALS and so on.
    pub table: u8,
    /// IAPT_FINDING_SCORE_OUT_OF_RANGE and so on.
    pub kind: u8,
    /// 0.
    pub reserved: [u8; 6],
}

impl iapt_finding {
    pub(crate) fn new(finding: &Finding, records: &Records) -> Self {
        Self {
            row: records.row_of(finding),
            about: about(finding.kind).map_or(ptr::null(), CStr::as_ptr),
            table: finding.table as u8,
            kind: finding.kind.code(),
            reserved: [0; 6],
        }
    }
}

static FIELDS: [&CStr; 7] =
    [c"attendance", c"type", c"planned", c"end_code", c"code", c"primary", c"sick_pay"];

fn about(kind: FindingKind) -> Option<&'static CStr> {
    match kind {
        FindingKind::UnknownCode(field) => {
            FIELDS.iter().copied().find(|known| known.to_bytes() == field.as_bytes())
        }
        FindingKind::DescriptorWithoutMeasure(id) | FindingKind::LastScoreWithoutFirst(id) => id_for_c(id),
        _ => None,
    }
}

struct Kind {
    code: u8,
    name: &'static CStr,
    message: &'static CStr,
}

const fn kind(code: u8, name: &'static CStr, message: &'static CStr) -> Kind {
    Kind { code, name, message }
}

/// Of these texts none contains a value, which could be a patient's.
static KINDS: [Kind; 17] = [
    kind(
        IAPT_FINDING_SCORE_OUT_OF_RANGE,
        c"score_out_of_range",
        c"the measure has no such score: it is left out",
    ),
    kind(
        IAPT_FINDING_UNKNOWN_MEASURE,
        c"unknown_measure",
        c"no measure of this name or code is known: the score is left out",
    ),
    kind(
        IAPT_FINDING_THRESHOLD_NOT_CONFIGURED,
        c"threshold_not_configured",
        c"threshold not configured: give the measure's own numbers; the score is left out",
    ),
    kind(
        IAPT_FINDING_CONTACT_BEFORE_REFERRAL,
        c"contact_before_referral",
        c"the contact is dated before the referral: it is no treatment contact",
    ),
    kind(
        IAPT_FINDING_CONTACT_AFTER_DISCHARGE,
        c"contact_after_discharge",
        c"the contact is dated after the discharge: it is no treatment contact",
    ),
    kind(
        IAPT_FINDING_SCORE_BEFORE_REFERRAL,
        c"score_before_referral",
        c"the score is dated before the referral: it is left out",
    ),
    kind(
        IAPT_FINDING_SCORE_AFTER_DISCHARGE,
        c"score_after_discharge",
        c"the score is dated after the discharge: it is left out",
    ),
    kind(
        IAPT_FINDING_DISCHARGE_BEFORE_REFERRAL,
        c"discharge_before_referral",
        c"the discharge is dated before the referral: nothing lies between them",
    ),
    kind(
        IAPT_FINDING_CONFLICTING_SCORES,
        c"conflicting_scores",
        c"another score for the measure on this day differs: the one with the highest identifier counts",
    ),
    kind(IAPT_FINDING_UNKNOWN_CODE, c"unknown_code", c"not a code of the data set: it is taken as missing"),
    kind(
        IAPT_FINDING_DESCRIPTOR_WITHOUT_MEASURE,
        c"descriptor_without_measure",
        c"the problem descriptor names a measure that lacks a first or last score: GAD-7 is used",
    ),
    kind(
        IAPT_FINDING_DUPLICATE_ID,
        c"duplicate_id",
        c"the identifier is used more than once: the latest row counts",
    ),
    kind(IAPT_FINDING_MISSING_DATE, c"missing_date", c"has no date that can be read: it is left out"),
    kind(IAPT_FINDING_MISSING_ID, c"missing_id", c"has no pathway_id: it is left out"),
    kind(
        IAPT_FINDING_UNKNOWN_PATHWAY,
        c"unknown_pathway",
        c"no referral has this pathway_id: it is left out",
    ),
    kind(
        IAPT_FINDING_UNKNOWN_CONTACT,
        c"unknown_contact",
        c"no contact of the pathway has this contact_id: the score counts as given at no contact",
    ),
    kind(
        IAPT_FINDING_LAST_SCORE_WITHOUT_FIRST,
        c"last_score_without_first",
        c"a measure has a last score but no first one: the referral is not paired",
    ),
];

fn find(code: u8) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.code == code)
}

/// The name of a kind of finding, the same in every language: "unknown_code" for IAPT_FINDING_UNKNOWN_CODE. A constant
/// text, or NULL where there is no such kind.
#[unsafe(no_mangle)]
pub extern "C" fn iapt_finding_name(kind: u8) -> *const c_char {
    guard_or(ptr::null(), || find(kind).map_or(ptr::null(), |kind| kind.name.as_ptr()))
}

/// What a kind of finding means and what was done about it, as a text for people. It contains no value of the input. A
/// constant text, or NULL where there is no such kind.
#[unsafe(no_mangle)]
pub extern "C" fn iapt_finding_message(kind: u8) -> *const c_char {
    guard_or(ptr::null(), || find(kind).map_or(ptr::null(), |kind| kind.message.as_ptr()))
}

static TABLES: [&CStr; 6] =
    [c"referrals", c"contacts", c"scores", c"complaints", c"internet_therapy", c"employment"];

/// The name of a table, the same in every language: "internet_therapy" for IAPT_TABLE_INTERNET_THERAPY. A constant text,
/// or NULL where there is no such table.
#[unsafe(no_mangle)]
pub extern "C" fn iapt_table_name(table: u8) -> *const c_char {
    guard_or(ptr::null(), || TABLES.get(usize::from(table)).map_or(ptr::null(), |name| name.as_ptr()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use iapt_core::Score;
    use iapt_core::pathway::Table;

    #[test]
    fn kinds_are_those_of_the_core() {
        let here: Vec<_> = KINDS.iter().map(|kind| (kind.code, kind.name.to_str().unwrap())).collect();
        assert_eq!(here, FindingKind::ALL);
    }

    /// The texts are the core's, but for what those say of one record.
    #[test]
    fn messages_are_those_of_the_core() {
        let range = iapt_core::Range { min: Score::whole(0), max: Score::whole(27), whole: true };
        let special = [
            FindingKind::ScoreOutOfRange(range),
            FindingKind::UnknownCode("type"),
            FindingKind::DescriptorWithoutMeasure("SPIN"),
            FindingKind::LastScoreWithoutFirst("SPIN"),
        ];
        let plain = [
            FindingKind::UnknownMeasure,
            FindingKind::ThresholdNotConfigured,
            FindingKind::ContactBeforeReferral,
            FindingKind::ContactAfterDischarge,
            FindingKind::ScoreBeforeReferral,
            FindingKind::ScoreAfterDischarge,
            FindingKind::DischargeBeforeReferral,
            FindingKind::ConflictingScores,
            FindingKind::DuplicateId,
            FindingKind::MissingDate,
            FindingKind::MissingId,
            FindingKind::UnknownPathway,
            FindingKind::UnknownContact,
        ];
        assert_eq!(special.len() + plain.len(), KINDS.len());
        for kind in plain {
            assert_eq!(find(kind.code()).unwrap().message.to_str().unwrap(), kind.to_string());
        }
        for kind in special {
            let (ours, core) = (find(kind.code()).unwrap().message.to_str().unwrap(), kind.to_string());
            assert_eq!(ours.rsplit(": ").next(), core.rsplit(": ").next());
        }
    }

    #[test]
    fn tables_are_those_of_the_core() {
        let numbers = [
            IAPT_TABLE_REFERRALS,
            IAPT_TABLE_CONTACTS,
            IAPT_TABLE_SCORES,
            IAPT_TABLE_COMPLAINTS,
            IAPT_TABLE_INTERNET_THERAPY,
            IAPT_TABLE_EMPLOYMENT,
        ];
        assert_eq!(Table::ALL.map(|table| table as u8), numbers);
        for table in Table::ALL {
            assert_eq!(TABLES[table as usize].to_str(), Ok(table.name()));
        }
    }
}
