//! The instruments whose scores a referral can have, and the caller's own measures for them.

use crate::guard::{guard, guard_or};
use crate::measure::iapt_definition;
use crate::measure::{
    IAPT_GAD7, IAPT_HAI, IAPT_IESR, IAPT_MI, IAPT_OCI, IAPT_PCL5, IAPT_PDSS, IAPT_PHQ9, IAPT_PSWQ, IAPT_SPIN,
    IAPT_WSAS,
};
use crate::pointer::Caller;
use crate::status::{Failure, iapt_status};
use iapt_core::pathway::{Instrument, Instruments};
use iapt_core::{Edition, ErrorKind, Measure};
use std::ffi::{CStr, c_char};
use std::ptr;
use std::sync::LazyLock;

/// What a score of a referral is on: a built-in measure by its number, as IAPT_PHQ9, or one of those that follow here.
pub type iapt_instrument = u32;

/// No instrument, or one that is not known.
pub const IAPT_NO_INSTRUMENT: iapt_instrument = 0;
/// BIQ: body dysmorphic disorder. No national threshold is confirmed: give your own measure.
pub const IAPT_BIQ: iapt_instrument = 12;
/// CFQ: chronic fatigue. No national threshold is confirmed: give your own measure.
pub const IAPT_CFQ: iapt_instrument = 13;
/// Francis IBS scale: irritable bowel syndrome. No national threshold is confirmed: give your own measure.
pub const IAPT_IBS: iapt_instrument = 14;
/// PHQ-15: other medically unexplained symptoms. No national threshold is confirmed: give your own measure.
pub const IAPT_PHQ15: iapt_instrument = 15;
/// The item of WSAS about work, 0 to 8.
pub const IAPT_WSAS_WORK: iapt_instrument = 16;
/// The item of WSAS about home management, 0 to 8.
pub const IAPT_WSAS_HOME_MANAGEMENT: iapt_instrument = 17;
/// The item of WSAS about social leisure activities, 0 to 8.
pub const IAPT_WSAS_SOCIAL_LEISURE: iapt_instrument = 18;
/// The item of WSAS about private leisure activities, 0 to 8.
pub const IAPT_WSAS_PRIVATE_LEISURE: iapt_instrument = 19;
/// The item of WSAS about relationships, 0 to 8.
pub const IAPT_WSAS_RELATIONSHIPS: iapt_instrument = 20;

/// The length of an array that has a place for every instrument under its number; place 0 is not used.
pub const IAPT_INSTRUMENTS: usize = 21;

/// The caller's own measure for an instrument: for one that has no confirmed numbers, or instead of the built-in one.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct iapt_own_measure {
    /// Which instrument's scores are read by it.
    pub instrument: iapt_instrument,
    /// Its numbers. One without a threshold or a reliable change has first and last scores, but decides no outcome.
    pub measure: iapt_definition,
}

struct Row {
    number: iapt_instrument,
    instrument: Instrument,
    id: &'static CStr,
    name: &'static CStr,
}

const fn row(number: iapt_instrument, instrument: Instrument, id: &'static CStr, name: &'static CStr) -> Row {
    Row { number, instrument, id, name }
}

/// By their numbers.
static ROWS: [Row; IAPT_INSTRUMENTS - 1] = [
    row(IAPT_PHQ9, Instrument::Phq9, c"PHQ9", c"PHQ-9"),
    row(IAPT_GAD7, Instrument::Gad7, c"GAD7", c"GAD-7"),
    row(IAPT_SPIN, Instrument::Spin, c"SPIN", c"SPIN"),
    row(IAPT_MI, Instrument::Mi, c"MI", c"MI"),
    row(IAPT_OCI, Instrument::Oci, c"OCI", c"OCI"),
    row(IAPT_PCL5, Instrument::Pcl5, c"PCL5", c"PCL-5"),
    row(IAPT_IESR, Instrument::Iesr, c"IESR", c"IES-R"),
    row(IAPT_PDSS, Instrument::Pdss, c"PDSS", c"PDSS"),
    row(IAPT_HAI, Instrument::Hai, c"HAI", c"HAI"),
    row(IAPT_PSWQ, Instrument::Pswq, c"PSWQ", c"PSWQ"),
    row(IAPT_WSAS, Instrument::Wsas, c"WSAS", c"WSAS"),
    row(IAPT_BIQ, Instrument::Biq, c"BIQ", c"BIQ"),
    row(IAPT_CFQ, Instrument::Cfq, c"CFQ", c"CFQ"),
    row(IAPT_IBS, Instrument::Ibs, c"IBS", c"Francis IBS"),
    row(IAPT_PHQ15, Instrument::Phq15, c"PHQ15", c"PHQ-15"),
    row(IAPT_WSAS_WORK, Instrument::WsasWork, c"WSAS_WORK", c"WSAS work"),
    row(
        IAPT_WSAS_HOME_MANAGEMENT,
        Instrument::WsasHomeManagement,
        c"WSAS_HOME_MANAGEMENT",
        c"WSAS home management",
    ),
    row(
        IAPT_WSAS_SOCIAL_LEISURE,
        Instrument::WsasSocialLeisure,
        c"WSAS_SOCIAL_LEISURE",
        c"WSAS social leisure activities",
    ),
    row(
        IAPT_WSAS_PRIVATE_LEISURE,
        Instrument::WsasPrivateLeisure,
        c"WSAS_PRIVATE_LEISURE",
        c"WSAS private leisure activities",
    ),
    row(IAPT_WSAS_RELATIONSHIPS, Instrument::WsasRelationships, c"WSAS_RELATIONSHIPS", c"WSAS relationships"),
];

fn find(number: iapt_instrument) -> Option<&'static Row> {
    ROWS.get(usize::try_from(number).ok()?.checked_sub(1)?)
}

/// The instrument of a number.
pub(crate) fn instrument(number: iapt_instrument) -> Option<Instrument> {
    find(number).map(|row| row.instrument)
}

/// The number of an instrument.
pub(crate) fn number_of(instrument: Instrument) -> iapt_instrument {
    ROWS.iter().find(|row| row.instrument == instrument).map_or(IAPT_NO_INSTRUMENT, |row| row.number)
}

/// The identifier of an instrument as C wants it.
pub(crate) fn id_for_c(id: &str) -> Option<&'static CStr> {
    ROWS.iter().map(|row| row.id).find(|known| known.to_bytes() == id.as_bytes())
}

/// The caller's own measures, checked.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct OwnMeasures(Vec<(Instrument, Measure)>);

/// Those of the edition, looked up once.
static BUILT_IN: LazyLock<Instruments<'static>> = LazyLock::new(|| Instruments::of(Edition::CURRENT));

impl OwnMeasures {
    /// The caller's array, of which more than there are instruments must name one twice.
    pub(crate) fn slice(
        caller: &Caller,
        own: *const iapt_own_measure,
        len: usize,
    ) -> Result<&[iapt_own_measure], Failure> {
        if len < IAPT_INSTRUMENTS { caller.slice(own, len) } else { Err(Failure::INVALID_ARGUMENT) }
    }

    pub(crate) fn read(own: &[iapt_own_measure]) -> Result<Self, Failure> {
        let mut measures = Self::default();
        for own in own {
            let row = find(own.instrument).ok_or(ErrorKind::UnknownMeasure)?;
            if measures.0.iter().any(|(known, _)| *known == row.instrument) {
                return Err(Failure::INVALID_ARGUMENT);
            }
            let name = row.name.to_str().unwrap_or_default();
            measures.0.push((row.instrument, own.measure.measure_named(name)?));
        }
        Ok(measures)
    }

    /// All measures by which scores are read.
    pub(crate) fn instruments(&self) -> Instruments<'_> {
        let mut all: Instruments<'_> = BUILT_IN.clone();
        for (instrument, measure) in &self.0 {
            all = all.with(*instrument, measure);
        }
        all
    }
}

/// The number of the instrument with this name ("PHQ-9"), identifier ("PHQ9"), national name ("SocialPhobia") or SNOMED
/// CT code ("720433000"), a NUL-terminated text. Case, blanks and punctuation do not matter. Those without confirmed
/// numbers (BIQ, CFQ, IBS, PHQ-15) are found, too.
///
/// Errors: IAPT_ERROR_UNKNOWN_MEASURE. A score of an unknown measure is no reason to stop: give it with
/// IAPT_NO_INSTRUMENT, and it becomes a finding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn iapt_instrument_by_name(
    name: *const c_char,
    out: *mut iapt_instrument,
) -> iapt_status {
    guard(|| {
        // SAFETY: the header asks this of the caller.
        let caller = unsafe { Caller::trusted() };
        let name = caller.text(name)?;
        let out = caller.place(out)?;
        let found = name.to_str().ok().and_then(|name| Instrument::named(name, Edition::CURRENT));
        out.write(found.map(number_of).ok_or(ErrorKind::UnknownMeasure)?);
        Ok(())
    })
}

/// The name of an instrument, as in "PHQ-9": a constant text, or NULL where there is no such instrument.
#[unsafe(no_mangle)]
pub extern "C" fn iapt_instrument_name(instrument: iapt_instrument) -> *const c_char {
    guard_or(ptr::null(), || find(instrument).map_or(ptr::null(), |row| row.name.as_ptr()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instrument_has_its_number_and_its_names() {
        assert_eq!(Instrument::COUNT + 1, IAPT_INSTRUMENTS);
        for instrument in Instrument::ALL {
            let row = find(number_of(*instrument)).unwrap();
            assert_eq!((row.instrument, row.id.to_str()), (*instrument, Ok(instrument.id())));
            assert_eq!(Instrument::named(row.name.to_str().unwrap(), Edition::CURRENT), Some(*instrument));
        }
        for (at, row) in (1..).zip(&ROWS) {
            assert_eq!(row.number, at);
        }
        assert_eq!(instrument(IAPT_NO_INSTRUMENT), None);
        assert_eq!(instrument(u32::MAX), None);
    }

    /// A number means the same measure whether it is given as a measure or as an instrument.
    #[test]
    fn numbers_of_measures_are_numbers_of_instruments() {
        for (number, measure) in (1..).zip(Edition::CURRENT.measures) {
            assert_eq!(instrument(number).map(Instrument::id), Some(measure.id));
        }
    }

    #[test]
    fn names_are_those_of_the_edition() {
        let edition = Edition::CURRENT;
        let measures = edition.measures.iter().chain(edition.parts).map(|m| (m.id, m.measure.name()));
        for (id, name) in measures.chain(edition.unconfigured.iter().map(|u| (u.id, u.name))) {
            let row = ROWS.iter().find(|row| row.id.to_str() == Ok(id)).unwrap();
            assert_eq!(row.name.to_str(), Ok(name), "{id}");
        }
    }
}
