//! What is recorded of one referral, as the caller has it.

use crate::day::{iapt_day, known_day};
use crate::guard::guard;
use crate::instrument::{iapt_instrument, instrument};
use crate::number::iapt_number;
use crate::pointer::{Caller, Span};
use crate::status::{Failure, iapt_status};
use iapt_core::ErrorKind;
use iapt_core::pathway::{
    AppointmentType, Attendance, Coded, Complaint, Contact, DatedScore, EndReason, Finding, Intensity,
    Pathway, ProblemDescriptor, RecordId, SickPay, Table, TherapyLog, rank_ids,
};
use std::ffi::c_char;

/// No code is recorded.
pub const IAPT_NO_CODE: i16 = -1;
/// A code that the data set does not have, such as a text. As an input, any other number that is no code does as well.
pub const IAPT_UNKNOWN_CODE: i16 = -2;

/// The answer is yes.
pub const IAPT_YES: i8 = 1;
/// The answer is no.
pub const IAPT_NO: i8 = 0;
/// No answer is recorded.
pub const IAPT_NO_ANSWER: i8 = -1;

/// A contact, or one activity of it: records with the same identifier are one contact. Where they disagree, the last of
/// them counts; the therapies of all do. IAPT_CONTACT_INIT is one of which nothing is recorded.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_contact {
    /// The contact's identifier; a record with 0 is a contact of its own.
    pub id: u64,
    /// The therapy given, a SNOMED CT code; 0 for none. Those without an intensity are ignored (M347, notes 2 and 3).
    pub therapy_code: u64,
    /// When it was, or IAPT_NO_DAY.
    pub date: iapt_day,
    /// AttendOrDNACode: 2 cancelled by the patient, 3 did not attend, 4 cancelled by the provider, 5 on time, 6 late but
    /// seen, 7 late and not seen; IAPT_NO_CODE.
    pub attendance: i16,
    /// AppType: 1 assessment, 2 treatment, 3 both, 4 review, 5 review and treatment, 6 follow-up, 10 employment support;
    /// IAPT_NO_CODE.
    pub appointment_type: i16,
    /// How long it took, in minutes; 0 where that is not recorded.
    pub minutes: u16,
    /// Whether it was planned: IAPT_YES, IAPT_NO or IAPT_NO_ANSWER. An unplanned contact counts as attended.
    pub planned: i8,
}

/// A score on one day. IAPT_DATED_SCORE_INIT is one of which nothing is recorded.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_dated_score {
    /// The score's identifier; 0 for none. Of two scores on one day the one with the higher identifier counts.
    pub id: u64,
    /// The contact at which it was given, by its identifier; 0 for none. Scores at a follow-up do not count.
    pub contact_id: u64,
    /// The score. A missing one (denominator 0) is as if the record were not there; one that is in no way a score, such
    /// as a number finer than iapt_number allows, is a finding.
    pub score: iapt_number,
    /// When it was given, or IAPT_NO_DAY.
    pub date: iapt_day,
    /// What was filled in; IAPT_NO_INSTRUMENT, or a number that is none, is a finding.
    pub instrument: iapt_instrument,
    /// Not 0 where what is recorded is no number: `score` is not read then, and it is a finding.
    pub unreadable: u8,
}

/// A presenting complaint. IAPT_COMPLAINT_INIT is one of which nothing is recorded.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_complaint {
    /// The complaint's identifier; 0 for none.
    pub id: u64,
    /// The complaint as a NUL-terminated text: an ICD-10 code, with or without its dot ("F40.1"), or a SNOMED CT code.
    /// NULL or empty where it is missing.
    pub code: *const c_char,
    /// When it was recorded, or IAPT_NO_DAY.
    pub date: iapt_day,
    /// Whether it is the primary one: IAPT_YES, IAPT_NO or IAPT_NO_ANSWER.
    pub primary: i8,
}

/// A week of internet-enabled therapy, which counts as one treatment contact of high intensity. IAPT_THERAPY_LOG_INIT is
/// one of which nothing is recorded.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_therapy_log {
    /// The log's identifier; of records with the same one the last counts. A record with 0 is a log of its own.
    pub id: u64,
    /// The day on which it starts, or IAPT_NO_DAY.
    pub date: iapt_day,
}

/// Whether sick pay was received. IAPT_SICK_PAY_INIT is a record without anything.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_sick_pay {
    /// When it was recorded, or IAPT_NO_DAY.
    pub date: iapt_day,
    /// IAPT_YES, IAPT_NO, or IAPT_NO_ANSWER (also for 'not known' and 'not stated').
    pub received: i8,
}

/// One referral with all that is recorded of it, in arrays of the caller's. IAPT_PATHWAY_INIT has nothing recorded.
///
/// The arrays are in the order of their tables, which decides where identifiers are missing or repeated; each may be NULL
/// where its length is 0, and may have up to 2^32 - 1 records. They are read during the call alone.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_pathway {
    /// The contacts.
    pub contacts: *const iapt_contact,
    /// How many.
    pub contacts_len: usize,
    /// The scores.
    pub scores: *const iapt_dated_score,
    /// How many.
    pub scores_len: usize,
    /// The presenting complaints.
    pub complaints: *const iapt_complaint,
    /// How many.
    pub complaints_len: usize,
    /// The weeks of internet-enabled therapy.
    pub therapy_logs: *const iapt_therapy_log,
    /// How many.
    pub therapy_logs_len: usize,
    /// The records of sick pay.
    pub sick_pay: *const iapt_sick_pay,
    /// How many.
    pub sick_pay_len: usize,
    /// When the referral was received, or IAPT_NO_DAY. Without it nothing lies within the referral.
    pub referral_date: iapt_day,
    /// When the patient was discharged; IAPT_NO_DAY while the referral is open.
    pub discharge_date: iapt_day,
    /// EndCode, why the referral ended: 10 to 14, 16, 17, 46 to 50, 95, 96; IAPT_NO_CODE.
    pub end_code: i16,
}

fn code<T>(code: i16, meaning: fn(u16) -> Option<T>) -> Coded<T> {
    if code == IAPT_NO_CODE { Coded::Missing } else { u16::try_from(code).ok().and_then(meaning).into() }
}

fn answer(answer: i8) -> Coded<bool> {
    match answer {
        IAPT_NO_ANSWER => Coded::Missing,
        IAPT_NO => Coded::Known(false),
        IAPT_YES => Coded::Known(true),
        _ => Coded::Unknown,
    }
}

fn contact(contact: &iapt_contact) -> Contact {
    Contact {
        id: RecordId::new(contact.id),
        date: known_day(contact.date),
        attendance: code(contact.attendance, Attendance::from_code),
        appointment: code(contact.appointment_type, AppointmentType::from_code),
        planned: answer(contact.planned),
        intensity: Intensity::of_therapy(contact.therapy_code),
        minutes: contact.minutes,
    }
}

fn score(score: &iapt_dated_score) -> DatedScore {
    DatedScore {
        id: RecordId::new(score.id),
        date: known_day(score.date),
        instrument: instrument(score.instrument).into(),
        score: if score.unreadable == 0 { score.score.score().ok().flatten() } else { None },
        contact: RecordId::new(score.contact_id),
    }
}

fn complaint(caller: &Caller, complaint: &iapt_complaint) -> Complaint {
    // Only NULL is refused: no code.
    let descriptor = caller
        .text(complaint.code)
        .map_or(Coded::Missing, |code| code.to_str().map_or(Coded::Unknown, ProblemDescriptor::read));
    Complaint {
        id: RecordId::new(complaint.id),
        date: known_day(complaint.date),
        descriptor,
        primary: answer(complaint.primary),
    }
}

fn therapy_log(log: &iapt_therapy_log) -> TherapyLog {
    TherapyLog { id: RecordId::new(log.id), date: known_day(log.date) }
}

fn sick_pay(record: &iapt_sick_pay) -> SickPay {
    SickPay { date: known_day(record.date), received: answer(record.received) }
}

/// The caller's arrays, which C lends for one call.
pub(crate) struct Tables<'c> {
    caller: &'c Caller,
    contacts: &'c [iapt_contact],
    scores: &'c [iapt_dated_score],
    complaints: &'c [iapt_complaint],
    therapy_logs: &'c [iapt_therapy_log],
    sick_pay: &'c [iapt_sick_pay],
    pathway: iapt_pathway,
}

impl<'c> Tables<'c> {
    pub(crate) fn of(caller: &'c Caller, pathway: *const iapt_pathway) -> Result<Self, Failure> {
        let pathway = caller.read(pathway)?;
        Ok(Self {
            caller,
            contacts: caller.records(pathway.contacts, pathway.contacts_len)?,
            scores: caller.records(pathway.scores, pathway.scores_len)?,
            complaints: caller.records(pathway.complaints, pathway.complaints_len)?,
            therapy_logs: caller.records(pathway.therapy_logs, pathway.therapy_logs_len)?,
            sick_pay: caller.records(pathway.sick_pay, pathway.sick_pay_len)?,
            pathway,
        })
    }

    pub(crate) fn spans(&self) -> [Span; 5] {
        [
            Span::of(self.contacts),
            Span::of(self.scores),
            Span::of(self.complaints),
            Span::of(self.therapy_logs),
            Span::of(self.sick_pay),
        ]
    }
}

/// The same records as the core takes them. The memory is used again for the next referral.
#[derive(Debug, Default)]
pub(crate) struct Records {
    referred: Option<iapt_core::Day>,
    discharged: Option<iapt_core::Day>,
    end_reason: Coded<EndReason>,
    contacts: Vec<Contact>,
    scores: Vec<DatedScore>,
    /// Which of the caller's rows each score is: the core has no record without a score.
    rows_of_scores: Vec<usize>,
    complaints: Vec<Complaint>,
    therapy_logs: Vec<TherapyLog>,
    sick_pay: Vec<SickPay>,
}

impl Records {
    pub(crate) fn of(tables: &Tables<'_>) -> Result<Self, Failure> {
        let mut records = Self::default();
        records.read(tables)?;
        Ok(records)
    }

    /// Takes the records of another referral.
    pub(crate) fn read(&mut self, tables: &Tables<'_>) -> Result<(), Failure> {
        self.referred = known_day(tables.pathway.referral_date);
        self.discharged = known_day(tables.pathway.discharge_date);
        self.end_reason = code(tables.pathway.end_code, EndReason::from_code);
        fill(&mut self.contacts, tables.contacts, |record| Some(contact(record)))?;
        fill(&mut self.scores, tables.scores, |record| is_there(record).then(|| score(record)))?;
        fill(&mut self.complaints, tables.complaints, |record| Some(complaint(tables.caller, record)))?;
        fill(&mut self.therapy_logs, tables.therapy_logs, |record| Some(therapy_log(record)))?;
        fill(&mut self.sick_pay, tables.sick_pay, |record| Some(sick_pay(record)))?;
        self.rows_of_scores.clear();
        if self.scores.len() < tables.scores.len() {
            self.rows_of_scores.try_reserve(self.scores.len()).map_err(|_| ErrorKind::OutOfMemory)?;
            let there = tables.scores.iter().enumerate().filter(|(_, record)| is_there(record));
            self.rows_of_scores.extend(there.map(|(row, _)| row));
        }
        Ok(())
    }

    pub(crate) fn pathway(&self) -> Pathway<'_> {
        Pathway {
            referred: self.referred,
            discharged: self.discharged,
            end_reason: self.end_reason,
            contacts: &self.contacts,
            scores: &self.scores,
            complaints: &self.complaints,
            internet_therapy: &self.therapy_logs,
            sick_pay: &self.sick_pay,
        }
    }

    /// Refuses to derive more records than there is memory for.
    pub(crate) fn ask_for_derivation(&self, findings: bool) -> Result<(), Failure> {
        let lengths =
            [self.contacts.len(), self.scores.len(), self.complaints.len(), self.therapy_logs.len()];
        let records = lengths.iter().sum::<usize>() + self.sick_pay.len();
        let each = if findings { MOST_OF_A_RECORD + MOST_OF_ITS_FINDINGS } else { MOST_OF_A_RECORD };
        if records > MANY { ask_for(records.saturating_mul(each)) } else { Ok(()) }
    }

    /// The caller's row of a finding.
    pub(crate) fn row_of(&self, finding: &Finding) -> usize {
        match finding.table {
            Table::Scores => self.rows_of_scores.get(finding.row).copied().unwrap_or(finding.row),
            _ => finding.row,
        }
    }
}

/// More records than a referral should have: then memory is worth asking for.
const MANY: usize = 1 << 12;

/// What the core takes for a record at most, with lists that are copied to longer ones.
const MOST_OF_A_RECORD: usize = 256;

/// What the findings of a record take at most, in the same way: there are up to five.
const MOST_OF_ITS_FINDINGS: usize = 5 * 4 * size_of::<Finding>();

fn is_there(score: &iapt_dated_score) -> bool {
    score.unreadable != 0 || score.score.denominator != 0
}

fn fill<C, T>(records: &mut Vec<T>, from: &[C], read: impl FnMut(&C) -> Option<T>) -> Result<(), Failure> {
    records.clear();
    records.try_reserve(from.len()).map_err(|_| ErrorKind::OutOfMemory)?;
    records.extend(from.iter().filter_map(read));
    Ok(())
}

/// Refuses work that takes more memory than there is: the core, which takes it then, would end the process.
fn ask_for(bytes: usize) -> Result<(), Failure> {
    let mut memory = Vec::<u8>::new();
    memory.try_reserve_exact(bytes).map_err(|_| ErrorKind::OutOfMemory)?;
    // Otherwise the compiler sees that nobody uses the memory, and does not ask for it.
    std::hint::black_box(memory);
    Ok(())
}

/// Numbers identifiers that are texts, for the `id` of records: texts of digits in the order of their numbers, before all
/// other texts, which are compared byte by byte. Equal texts get equal numbers, from 1; NULL gets 0, no identifier.
///
/// Identifiers are compared with those of the same call alone: give those of a table, and those by which another table
/// refers to it (of contacts, and of scores at contacts), in one call. `out` has room for `n` numbers and must not overlap
/// `texts`; the texts are NUL-terminated UTF-8.
///
/// Errors: IAPT_ERROR_INVALID_ARGUMENT for a text that is no UTF-8; IAPT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_rank_ids(texts: *const *const c_char, n: usize, out: *mut u64) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let texts = caller.slice(texts, n)?;
        let out = caller.slice_mut(out, n, &[Span::of(texts)])?;
        let mut known = Vec::new();
        known.try_reserve_exact(n).map_err(|_| ErrorKind::OutOfMemory)?;
        for text in texts {
            let text = if text.is_null() { None } else { Some(caller.text(*text)?) };
            let text = text.map(|text| text.to_str().map_err(|_| Failure::INVALID_ARGUMENT));
            known.push(text.transpose()?);
        }
        ask_for(2 * size_of_val(&known[..]))?;
        for (place, id) in out.iter_mut().zip(rank_ids(&known)) {
            *place = id.map_or(0, RecordId::get);
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::IAPT_NO_DAY;

    #[test]
    fn answers_and_codes() {
        assert_eq!([IAPT_YES, IAPT_NO].map(answer), [Coded::Known(true), Coded::Known(false)]);
        assert_eq!(
            [IAPT_NO_ANSWER, 2, i8::MIN].map(answer),
            [Coded::Missing, Coded::Unknown, Coded::Unknown]
        );
        let attendance = |number| code(number, Attendance::from_code);
        assert_eq!(attendance(5), Coded::Known(Attendance::OnTime));
        assert_eq!(attendance(IAPT_NO_CODE), Coded::Missing);
        for unknown in [IAPT_UNKNOWN_CODE, 0, 1, 8, i16::MIN, i16::MAX] {
            assert_eq!(attendance(unknown), Coded::Unknown);
        }
        // A code of the data set is none of the two that stand for something else.
        let codes = EndReason::ALL.iter().map(|reason| i16::from(reason.code()));
        assert!(codes.chain([IAPT_NO_CODE]).all(|code| code != IAPT_UNKNOWN_CODE));
        assert_eq!(known_day(IAPT_NO_DAY), None);
    }
}
