//! Measures: those built in, and the caller's own.

use crate::guard::{guard, guard_or};
use crate::number::iapt_number;
use crate::pointer::Caller;
use crate::status::{Failure, iapt_status};
use crate::version::nul_terminated;
use iapt_core::{CaseWhen, Definition, Edition, ErrorKind, Measure, Score};
use std::borrow::Cow;
use std::ffi::c_char;
use std::ptr;

/// A built-in measure.
pub type iapt_measure = u32;

/// PHQ-9: depression.
pub const IAPT_PHQ9: iapt_measure = 1;
/// GAD-7: generalised anxiety.
pub const IAPT_GAD7: iapt_measure = 2;
/// Social Phobia Inventory: social anxiety. Its numbers are not verified.
pub const IAPT_SPIN: iapt_measure = 3;
/// Mobility Inventory (alone): agoraphobia. Its numbers are not verified.
pub const IAPT_MI: iapt_measure = 4;
/// Obsessive-Compulsive Inventory. Its numbers are not verified.
pub const IAPT_OCI: iapt_measure = 5;
/// PTSD Checklist for DSM-5. Its numbers are not verified.
pub const IAPT_PCL5: iapt_measure = 6;
/// Impact of Event Scale, revised: PTSD, before PCL-5. Its numbers are not verified.
pub const IAPT_IESR: iapt_measure = 7;
/// Panic Disorder Severity Scale. Its numbers are not verified.
pub const IAPT_PDSS: iapt_measure = 8;
/// Health Anxiety Inventory (short, weekly). Its numbers are not verified.
pub const IAPT_HAI: iapt_measure = 9;
/// Penn State Worry Questionnaire. Its numbers are not verified.
pub const IAPT_PSWQ: iapt_measure = 10;
/// Work and Social Adjustment Scale: functioning, without caseness. Its numbers are not verified.
pub const IAPT_WSAS: iapt_measure = 11;

/// A case at the threshold or above it: all national measures but one.
pub const IAPT_CASE_AT_OR_ABOVE: u8 = 0;
/// A case above the threshold only: the Mobility Inventory.
pub const IAPT_CASE_ABOVE: u8 = 1;

/// Minimal or none.
pub const IAPT_SEVERITY_MINIMAL: i8 = 0;
/// Mild.
pub const IAPT_SEVERITY_MILD: i8 = 1;
/// Moderate.
pub const IAPT_SEVERITY_MODERATE: i8 = 2;
/// Moderately severe.
pub const IAPT_SEVERITY_MODERATELY_SEVERE: i8 = 3;
/// Severe.
pub const IAPT_SEVERITY_SEVERE: i8 = 4;
/// The measure has no severity bands.
pub const IAPT_NO_SEVERITY: i8 = -1;

/// The score fell by at least the reliable change.
pub const IAPT_CHANGE_IMPROVEMENT: u8 = 0;
/// The score rose by at least the reliable change.
pub const IAPT_CHANGE_DETERIORATION: u8 = 1;
/// Neither.
pub const IAPT_CHANGE_NONE: u8 = 2;

/// The numbers of a measure: those of a built-in one, or the caller's own.
///
/// Set all of it to 0 before filling in your own.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_definition {
    /// The lowest score.
    pub min_score: iapt_number,
    /// The highest score.
    pub max_score: iapt_number,
    /// Where a case begins; missing for a measure that has no caseness.
    pub caseness_threshold: iapt_number,
    /// The smallest change that is reliable; missing where it is not known.
    pub reliable_change: iapt_number,
    /// 1 where only whole scores exist, else 0.
    pub whole_scores: u8,
    /// IAPT_CASE_AT_OR_ABOVE or IAPT_CASE_ABOVE.
    pub case_when: u8,
    /// 1 where the numbers were checked against the current official source; check the others before clinical
    /// use. Not read from the caller's own measures.
    pub verified: u8,
    /// Must be 0.
    pub reserved: [u8; 5],
}

impl iapt_definition {
    /// The measure so defined.
    pub(crate) fn measure(&self) -> Result<Measure, Failure> {
        self.measure_named("")
    }

    /// The measure so defined, under a name.
    pub(crate) fn measure_named(&self, name: &'static str) -> Result<Measure, Failure> {
        if self.reserved.iter().any(|byte| *byte != 0) {
            return Err(Failure::INVALID_ARGUMENT);
        }
        Ok(Measure::define(Definition {
            name: Cow::Borrowed(name),
            min_score: self.min_score.present()?,
            max_score: self.max_score.present()?,
            whole_scores: boolean(self.whole_scores)?,
            caseness_threshold: self.caseness_threshold.score()?,
            case_when: case_when(self.case_when)?,
            reliable_change: self.reliable_change.score()?,
            questionnaire: None,
            bands: Cow::Borrowed(&[]),
            source: Cow::Borrowed(""),
        })?)
    }
}

impl From<&Measure> for iapt_definition {
    fn from(measure: &Measure) -> Self {
        let definition = measure.definition();
        Self {
            min_score: definition.min_score.into(),
            max_score: definition.max_score.into(),
            caseness_threshold: definition.caseness_threshold.into(),
            reliable_change: definition.reliable_change.into(),
            whole_scores: definition.whole_scores.into(),
            case_when: match definition.case_when {
                CaseWhen::AtOrAbove => IAPT_CASE_AT_OR_ABOVE,
                CaseWhen::Above => IAPT_CASE_ABOVE,
            },
            verified: measure.verified().into(),
            reserved: [0; 5],
        }
    }
}

fn boolean(value: u8) -> Result<bool, Failure> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Failure::INVALID_ARGUMENT),
    }
}

fn case_when(value: u8) -> Result<CaseWhen, Failure> {
    match value {
        IAPT_CASE_AT_OR_ABOVE => Ok(CaseWhen::AtOrAbove),
        IAPT_CASE_ABOVE => Ok(CaseWhen::Above),
        _ => Err(Failure::INVALID_ARGUMENT),
    }
}

/// The place of a measure in the edition's table.
fn index(measure: iapt_measure) -> Option<usize> {
    let index = usize::try_from(measure).ok()?.checked_sub(1)?;
    (index < Edition::CURRENT.measures.len()).then_some(index)
}

/// The built-in measure of a number.
pub(crate) fn built_in(measure: iapt_measure) -> Result<&'static Measure, Failure> {
    let index = index(measure).ok_or(ErrorKind::UnknownMeasure)?;
    Ok(Edition::CURRENT.measures[index].measure)
}

/// A score that the measure has.
fn score_on(measure: &Measure, number: iapt_number) -> Result<Score, Failure> {
    Ok(measure.range().check(number.present()?)?)
}

const NAME_SIZE: usize = 16;

static NAMES: [[u8; NAME_SIZE]; Edition::CURRENT.measures.len()] = {
    let mut names = [[0; NAME_SIZE]; Edition::CURRENT.measures.len()];
    let mut at = 0;
    while at < names.len() {
        if let Cow::Borrowed(name) = &Edition::CURRENT.measures[at].measure.definition().name {
            names[at] = nul_terminated(name);
        }
        at += 1;
    }
    names
};

/// The number of the measure with this identifier ("PHQ9") or name ("PHQ-9"), a NUL-terminated text.
///
/// Errors: IAPT_ERROR_NO_THRESHOLD for a measure of the national calculation that is known by name alone (BIQ, CFQ,
/// IBS, PHQ15), as no threshold of it is confirmed; IAPT_ERROR_UNKNOWN_MEASURE for any other name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_measure_by_name(name: *const c_char, out: *mut iapt_measure) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let name = caller.text(name)?;
        let out = caller.place(out)?;
        let name = name.to_str().map_err(|_| ErrorKind::UnknownMeasure)?;
        let found = Edition::CURRENT.measure(name)?;
        let number = (1..).zip(Edition::CURRENT.measures).find(|(_, m)| ptr::eq(m.measure, found));
        let (number, _) = number.ok_or(ErrorKind::UnknownMeasure)?;
        out.write(number);
        Ok(())
    })
}

/// The name of a measure, as in "PHQ-9": a constant text, or NULL where there is no such measure.
#[unsafe(no_mangle)]
pub extern "C" fn iapt_measure_name(measure: iapt_measure) -> *const c_char {
    guard_or(ptr::null(), || index(measure).map_or(ptr::null(), |index| NAMES[index].as_ptr().cast()))
}

/// The numbers of a built-in measure.
///
/// Errors: IAPT_ERROR_UNKNOWN_MEASURE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_measure_definition(
    measure: iapt_measure,
    out: *mut iapt_definition,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let out = caller.place(out)?;
        out.write(built_in(measure)?.into());
        Ok(())
    })
}

/// Whether the numbers of a measure fit together. Every call that takes a definition checks it, too.
///
/// Errors: IAPT_ERROR_INVALID_MEASURE where they contradict each other; IAPT_ERROR_NOT_A_NUMBER where the lowest or
/// the highest score is missing; IAPT_ERROR_INVALID_ARGUMENT for other values of the small fields than are named
/// there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_definition_check(measure: *const iapt_definition) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        caller.read(measure)?.measure().map(|_| ())
    })
}

/// Whether a score is a clinical case: 1 or 0.
///
/// Errors: those of iapt_definition_check(); IAPT_ERROR_OUT_OF_RANGE, IAPT_ERROR_NOT_WHOLE and
/// IAPT_ERROR_NOT_A_NUMBER (also for a missing score); IAPT_ERROR_NO_THRESHOLD for a measure without one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_is_case(
    measure: *const iapt_definition,
    score: iapt_number,
    out: *mut u8,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let measure = caller.read(measure)?;
        let out = caller.place(out)?;
        let measure = measure.measure()?;
        let is_case = measure.is_case(score_on(&measure, score)?)?;
        out.write(is_case.ok_or(ErrorKind::NoThreshold)?.into());
        Ok(())
    })
}

/// The severity band of a score on a built-in measure: IAPT_SEVERITY_MINIMAL and so on, IAPT_NO_SEVERITY where the
/// measure has no bands.
///
/// Errors: IAPT_ERROR_UNKNOWN_MEASURE; IAPT_ERROR_OUT_OF_RANGE, IAPT_ERROR_NOT_WHOLE and IAPT_ERROR_NOT_A_NUMBER
/// (also for a missing score).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_severity(
    measure: iapt_measure,
    score: iapt_number,
    out: *mut i8,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let out = caller.place(out)?;
        let measure = built_in(measure)?;
        out.write(severity(measure.severity(score_on(measure, score)?)?));
        Ok(())
    })
}

pub(crate) fn severity(severity: Option<iapt_core::Severity>) -> i8 {
    severity.map_or(IAPT_NO_SEVERITY, |severity| (severity as u8).cast_signed())
}

/// The change from the first to the last score: IAPT_CHANGE_IMPROVEMENT, IAPT_CHANGE_DETERIORATION or
/// IAPT_CHANGE_NONE.
///
/// Errors: as iapt_is_case(), the first score before the last; IAPT_ERROR_NO_THRESHOLD for a measure without a
/// reliable change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_change(
    measure: *const iapt_definition,
    first: iapt_number,
    last: iapt_number,
    out: *mut u8,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let measure = caller.read(measure)?;
        let out = caller.place(out)?;
        let measure = measure.measure()?;
        let first = score_on(&measure, first)?;
        let change = measure.change(first, score_on(&measure, last)?)?;
        out.write(change.ok_or(ErrorKind::NoThreshold)? as u8);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use iapt_core::{Change, Severity};
    use std::ffi::CStr;

    #[test]
    fn numbers_are_places_in_the_edition() {
        let numbers = [
            ("PHQ9", IAPT_PHQ9),
            ("GAD7", IAPT_GAD7),
            ("SPIN", IAPT_SPIN),
            ("MI", IAPT_MI),
            ("OCI", IAPT_OCI),
            ("PCL5", IAPT_PCL5),
            ("IESR", IAPT_IESR),
            ("PDSS", IAPT_PDSS),
            ("HAI", IAPT_HAI),
            ("PSWQ", IAPT_PSWQ),
            ("WSAS", IAPT_WSAS),
        ];
        let ids: Vec<_> = (1..).zip(Edition::CURRENT.measures).map(|(n, m)| (m.id, n)).collect();
        assert_eq!(numbers[..], ids[..]);
        for (built_in, name) in Edition::CURRENT.measures.iter().zip(&NAMES) {
            assert_eq!(CStr::from_bytes_until_nul(name).unwrap().to_str(), Ok(built_in.measure.name()));
        }
    }

    #[test]
    fn a_definition_comes_back_as_it_was() {
        for built_in in Edition::CURRENT.measures {
            let again = iapt_definition::from(built_in.measure).measure().unwrap();
            let (a, b) = (again.definition(), built_in.measure.definition());
            assert_eq!(again.range(), built_in.measure.range());
            assert_eq!((a.caseness_threshold, a.case_when), (b.caseness_threshold, b.case_when));
            assert_eq!(a.reliable_change, b.reliable_change);
        }
    }

    #[test]
    fn constants_are_those_of_the_core() {
        let severities = [
            IAPT_SEVERITY_MINIMAL,
            IAPT_SEVERITY_MILD,
            IAPT_SEVERITY_MODERATE,
            IAPT_SEVERITY_MODERATELY_SEVERE,
            IAPT_SEVERITY_SEVERE,
        ];
        assert_eq!(Severity::ALL.map(|s| severity(Some(s))), severities);
        let changes = [IAPT_CHANGE_IMPROVEMENT, IAPT_CHANGE_DETERIORATION, IAPT_CHANGE_NONE];
        assert_eq!(Change::ALL.map(|change| change as u8), changes);
    }
}
