//! From the records of a referral to what is derived of it.

use crate::day::{IAPT_NO_DAY, iapt_day, number_of, some_day};
use crate::explain::write_text;
use crate::finding::iapt_finding;
use crate::guard::guard;
use crate::instrument::{
    IAPT_INSTRUMENTS, IAPT_NO_INSTRUMENT, OwnMeasures, iapt_instrument, iapt_own_measure,
    number_of as number_of_instrument,
};
use crate::number::iapt_number;
use crate::outcome::iapt_outcome_flags;
use crate::pointer::{Caller, Place, Span};
use crate::records::{
    IAPT_NO, IAPT_NO_ANSWER, IAPT_NO_CODE, IAPT_UNKNOWN_CODE, IAPT_YES, Records, Tables, iapt_pathway,
};
use crate::status::{Failure, iapt_status};
use iapt_core::Day;
use iapt_core::pathway::{
    AnxietyChoice, Coded, Derived, FirstAndLast, Instrument, Intensity, ProblemDescriptor,
};
use std::ffi::c_char;

/// There is no wait, as one of its two days is missing.
pub const IAPT_NO_WAIT: i32 = i32::MIN;

/// Guided self-help and the like (M347, note 3).
pub const IAPT_INTENSITY_LOW: i8 = 0;
/// Cognitive behavioural therapy and the like (M347, note 2), and internet-enabled therapy.
pub const IAPT_INTENSITY_HIGH: i8 = 1;
/// There is no such stage.
pub const IAPT_NO_STAGE: i8 = -1;

/// GAD-7 decides, as the problem descriptor names no measure of its own.
pub const IAPT_ANXIETY_GENERAL: u8 = 0;
/// The measure that the problem descriptor names decides.
pub const IAPT_ANXIETY_SPECIFIC: u8 = 1;
/// GAD-7 decides, as the measure that the problem descriptor names lacks a first or last score.
pub const IAPT_ANXIETY_INSTEAD: u8 = 2;

/// The length of a problem descriptor with its NUL, and some room.
pub const IAPT_DESCRIPTOR_SIZE: usize = 20;

/// The first and the last valid score on an instrument between referral and discharge, scores at follow-ups left out.
/// There is a last score only where there are scores on two days.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_first_and_last {
    /// The first score; missing (denominator 0) where there is none.
    pub first: iapt_number,
    /// The last score; missing where there are not two.
    pub last: iapt_number,
    /// The day of the first score, or IAPT_NO_DAY.
    pub first_date: iapt_day,
    /// The day of the last score, or IAPT_NO_DAY.
    pub last_date: iapt_day,
}

/// What is derived of one referral. Waits are in whole days and may be negative.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_derived {
    /// The first and the last score on every instrument, under its number: `scores[IAPT_PHQ9]`. Place 0 is empty.
    pub scores: [iapt_first_and_last; IAPT_INSTRUMENTS],
    /// What the treatment was for: a code without its dot and in capitals ("F401"), NUL-terminated; empty where none is
    /// valid (M204).
    pub problem_descriptor: [c_char; IAPT_DESCRIPTOR_SIZE],
    /// The anxiety measure that decides, by M204.
    pub anxiety_measure: iapt_instrument,
    /// The anxiety measure that the problem descriptor names; IAPT_NO_INSTRUMENT for most descriptors. Of two, the one
    /// that decides, or the preferred one.
    pub specific_measure: iapt_instrument,
    /// When the referral was received, or IAPT_NO_DAY.
    pub referral_date: iapt_day,
    /// When the patient was discharged, as far as is known by `as_at`; IAPT_NO_DAY while the referral is open.
    pub discharge_date: iapt_day,
    /// The first attended assessment, or IAPT_NO_DAY.
    pub assessment_date: iapt_day,
    /// The first treatment contact, or IAPT_NO_DAY.
    pub first_treatment_date: iapt_day,
    /// The second treatment contact, which may be on the same day, or IAPT_NO_DAY.
    pub second_treatment_date: iapt_day,
    /// The last treatment contact, or IAPT_NO_DAY.
    pub last_treatment_date: iapt_day,
    /// The first treatment contact of low intensity, or IAPT_NO_DAY.
    pub first_low_intensity_date: iapt_day,
    /// The first treatment contact of high intensity, or IAPT_NO_DAY.
    pub first_high_intensity_date: iapt_day,
    /// The day on which the first stage began, or IAPT_NO_DAY.
    pub first_stage_date: iapt_day,
    /// Days from referral to the first assessment (M024 to M027), or IAPT_NO_WAIT.
    pub assessment_wait: i32,
    /// Days from referral to the first treatment (M032 to M037, M052 to M055), or IAPT_NO_WAIT.
    pub treatment_wait: i32,
    /// Days from the first to the second treatment (M046, M047, M121 to M126), or IAPT_NO_WAIT.
    pub second_treatment_wait: i32,
    /// Days from the last contact of the first stage to the first of the second, where they differ in intensity (M349,
    /// M350), or IAPT_NO_WAIT.
    pub stage_wait: i32,
    /// Attended contacts of any type but follow-ups (M073, M074).
    pub care_contacts: u32,
    /// Attended treatments between referral and discharge; a week of internet-enabled therapy is one (M076).
    pub treatment_contacts: u32,
    /// Treatment contacts with a therapy of low intensity (M347, note 3).
    pub low_intensity_contacts: u32,
    /// Treatment contacts with a therapy of high intensity (M347, note 2), and weeks of internet-enabled therapy.
    pub high_intensity_contacts: u32,
    /// Treatment contacts whose length is recorded.
    pub timed_contacts: u32,
    /// The minutes of these together.
    pub contact_minutes: u32,
    /// Why the referral ended, IAPT_NO_CODE, or IAPT_UNKNOWN_CODE; IAPT_NO_CODE while it is open.
    pub end_code: i16,
    /// The eight facts of the outcome: IAPT_PAIRED and so on.
    pub flags: iapt_outcome_flags,
    /// IAPT_ANXIETY_GENERAL, IAPT_ANXIETY_SPECIFIC or IAPT_ANXIETY_INSTEAD.
    pub anxiety_choice: u8,
    /// 1 where discharged with at least two treatment contacts (M076), else 0.
    pub finished_course: u8,
    /// 1 where discharged with exactly one treatment contact (M075), else 0.
    pub treated_once: u8,
    /// 1 where discharged without a treatment contact (M153), else 0.
    pub ended_before_treatment: u8,
    /// The first stage of stepped care (M347): IAPT_INTENSITY_LOW, IAPT_INTENSITY_HIGH or IAPT_NO_STAGE.
    pub first_stage: i8,
    /// The second stage. It may be of the same intensity, with a single contact of the other one between them.
    pub second_stage: i8,
    /// 1 where more than one contact, all single ones, lie between the two: such a step down is not measured (M349).
    pub stages_mixed: u8,
    /// Whether sick pay was received at the first record: IAPT_YES, IAPT_NO or IAPT_NO_ANSWER.
    pub sick_pay_first: i8,
    /// The same at the last record (M237).
    pub sick_pay_last: i8,
    /// 0.
    pub reserved: [u8; 4],
}

impl From<&FirstAndLast> for iapt_first_and_last {
    fn from(scores: &FirstAndLast) -> Self {
        Self {
            first: scores.first.into(),
            last: scores.last.into(),
            first_date: number_of(scores.first_date),
            last_date: number_of(scores.last_date),
        }
    }
}

impl From<&Derived<'_>> for iapt_derived {
    fn from(derived: &Derived<'_>) -> Self {
        let mut scores = [iapt_first_and_last::from(&FirstAndLast::default()); IAPT_INSTRUMENTS];
        for instrument in Instrument::ALL {
            scores[number_of_instrument(*instrument) as usize] = derived.scores(*instrument).into();
        }
        let (anxiety_choice, specific) = match derived.anxiety {
            AnxietyChoice::General => (IAPT_ANXIETY_GENERAL, None),
            AnxietyChoice::Specific(specific) => (IAPT_ANXIETY_SPECIFIC, Some(specific)),
            AnxietyChoice::InsteadOf(lacking) => (IAPT_ANXIETY_INSTEAD, Some(lacking)),
        };
        Self {
            scores,
            problem_descriptor: text_of(derived.descriptor.as_ref()),
            anxiety_measure: number_of_instrument(derived.anxiety.instrument()),
            specific_measure: specific.map_or(IAPT_NO_INSTRUMENT, number_of_instrument),
            referral_date: number_of(derived.referred),
            discharge_date: number_of(derived.discharged),
            assessment_date: number_of(derived.assessment),
            first_treatment_date: number_of(derived.first_treatment),
            second_treatment_date: number_of(derived.second_treatment),
            last_treatment_date: number_of(derived.last_treatment),
            first_low_intensity_date: number_of(derived.first_low_intensity),
            first_high_intensity_date: number_of(derived.first_high_intensity),
            first_stage_date: number_of(derived.stages.began),
            assessment_wait: wait(derived.assessment_wait()),
            treatment_wait: wait(derived.treatment_wait()),
            second_treatment_wait: wait(derived.second_treatment_wait()),
            stage_wait: wait(derived.stages.wait),
            care_contacts: derived.care_contacts,
            treatment_contacts: derived.treatment_contacts,
            low_intensity_contacts: derived.low_intensity_contacts,
            high_intensity_contacts: derived.high_intensity_contacts,
            timed_contacts: derived.timed_contacts,
            contact_minutes: derived.contact_minutes,
            end_code: match derived.end_reason {
                Coded::Missing => IAPT_NO_CODE,
                Coded::Unknown => IAPT_UNKNOWN_CODE,
                Coded::Known(reason) => reason.code().into(),
            },
            flags: derived.outcome.bits(),
            anxiety_choice,
            finished_course: derived.finished_course().into(),
            treated_once: derived.treated_once().into(),
            ended_before_treatment: derived.ended_before_treatment().into(),
            first_stage: stage(derived.stages.first),
            second_stage: stage(derived.stages.second),
            stages_mixed: derived.stages.mixed.into(),
            sick_pay_first: answer(derived.sick_pay.0),
            sick_pay_last: answer(derived.sick_pay.1),
            reserved: [0; 4],
        }
    }
}

fn wait(days: Option<i32>) -> i32 {
    days.unwrap_or(IAPT_NO_WAIT)
}

fn stage(intensity: Option<Intensity>) -> i8 {
    match intensity {
        None => IAPT_NO_STAGE,
        Some(Intensity::Low) => IAPT_INTENSITY_LOW,
        Some(Intensity::High) => IAPT_INTENSITY_HIGH,
    }
}

fn answer(answer: Option<bool>) -> i8 {
    match answer {
        None => IAPT_NO_ANSWER,
        Some(false) => IAPT_NO,
        Some(true) => IAPT_YES,
    }
}

fn text_of(descriptor: Option<&ProblemDescriptor>) -> [c_char; IAPT_DESCRIPTOR_SIZE] {
    let mut text = [0; IAPT_DESCRIPTOR_SIZE];
    let code = descriptor.map_or("", ProblemDescriptor::as_str);
    // The last place stays the NUL.
    for (place, byte) in text[..IAPT_DESCRIPTOR_SIZE - 1].iter_mut().zip(code.bytes()) {
        *place = c_char::from_ne_bytes([byte]);
    }
    text
}

fn as_known_at(day: iapt_day) -> Result<Option<Day>, Failure> {
    if day == IAPT_NO_DAY { Ok(None) } else { some_day(day).map(Some) }
}

/// Derives one referral from what is recorded of it: contacts, waits, stages, scores, the anxiety measure and the outcome.
///
/// `as_at` is the day as at whose end the referral is seen: a discharge and records dated later are not known yet. With
/// IAPT_NO_DAY all that is recorded is known. A referral that was received after `as_at` is derived like any other: leave
/// it out of figures.
///
/// `own` has `own_len` measures of the caller's own, each for another instrument; it may be NULL where there are none.
///
/// What is odd in the records never stops the derivation but becomes a finding. As many findings as fit are written to
/// `findings`, which has room for `findings_capacity`, and their number altogether to `findings_count`, which may be above
/// the capacity: the call succeeds all the same. They are in the order of the tables and then of the rows. `findings` may
/// be NULL where its capacity is 0, and `findings_count` where nobody asks; without both, none are looked for. `findings`
/// must not overlap anything else of the call.
///
/// Source: NHS England, NHS Talking Therapies metadata, measures M019 to M367; where these leave something open, what was
/// chosen is said in the documentation of the library.
///
/// Errors: IAPT_ERROR_NOT_A_DAY for an `as_at` beyond the calendar; IAPT_ERROR_UNKNOWN_MEASURE for an own measure of no
/// instrument, IAPT_ERROR_INVALID_ARGUMENT for two of one instrument, and those of iapt_definition_check();
/// IAPT_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_derive(
    pathway: *const iapt_pathway,
    as_at: iapt_day,
    own: *const iapt_own_measure,
    own_len: usize,
    out: *mut iapt_derived,
    findings: *mut iapt_finding,
    findings_capacity: usize,
    findings_count: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let tables = Tables::of(&caller, pathway)?;
        let own = OwnMeasures::slice(&caller, own, own_len)?;
        let out = caller.place(out)?;
        let findings_count = caller.optional_place(findings_count)?;
        let [contacts, scores, complaints, therapy_logs, sick_pay] = tables.spans();
        let others = [
            contacts,
            scores,
            complaints,
            therapy_logs,
            sick_pay,
            Span::of(own),
            out.span(),
            Place::optional_span(findings_count.as_ref()),
        ];
        let findings = caller.slice_mut(findings, findings_capacity, &others)?;
        let as_at = as_known_at(as_at)?;
        let own = OwnMeasures::read(own)?;
        let records = Records::of(&tables)?;
        let mut found = Vec::new();
        let wanted = findings_count.is_some() || !findings.is_empty();
        records.ask_for_derivation(wanted)?;
        let derived = records.pathway().derive(&own.instruments(), as_at, wanted.then_some(&mut found));
        for (place, finding) in findings.iter_mut().zip(&found) {
            *place = iapt_finding::new(finding, &records);
        }
        if let Some(count) = findings_count {
            count.write(found.len());
        }
        out.write((&derived).into());
        Ok(())
    })
}

/// Explains why a referral is derived as it is, in English: what was counted as treatment, which dates decided, which
/// complaint chose the anxiety measure, and why the outcome is what it is. The text contains dates and scores.
///
/// The text is written as by iapt_explain(); the other arguments are those of iapt_derive(). `buffer` must not overlap
/// anything else of the call.
///
/// Errors: those of iapt_derive(); IAPT_ERROR_BUFFER_TOO_SMALL, with the length that is needed in `length`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_derive_explain(
    pathway: *const iapt_pathway,
    as_at: iapt_day,
    own: *const iapt_own_measure,
    own_len: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let tables = Tables::of(&caller, pathway)?;
        let own = OwnMeasures::slice(&caller, own, own_len)?;
        let length = caller.place(length)?;
        let [contacts, scores, complaints, therapy_logs, sick_pay] = tables.spans();
        let others = [contacts, scores, complaints, therapy_logs, sick_pay, Span::of(own), length.span()];
        let buffer = caller.slice_mut(buffer.cast::<u8>(), capacity, &others)?;
        let as_at = as_known_at(as_at)?;
        let own = OwnMeasures::read(own)?;
        let records = Records::of(&tables)?;
        records.ask_for_derivation(false)?;
        let derived = records.pathway().derive(&own.instruments(), as_at, None);
        write_text(&derived.explain(), buffer, length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_descriptor_fits() {
        let read = |code| text_of(ProblemDescriptor::read(code).known().as_ref());
        let text = read("123456789012345678");
        assert!(text[..18].iter().all(|byte| *byte != 0) && text[18..] == [0, 0]);
        assert_eq!(read("nothing")[0], 0);
    }

    #[test]
    fn intensities_are_those_of_the_core() {
        for (intensity, number) in
            [(Intensity::Low, IAPT_INTENSITY_LOW), (Intensity::High, IAPT_INTENSITY_HIGH)]
        {
            assert_eq!((intensity as u8).cast_signed(), number);
        }
    }
}
