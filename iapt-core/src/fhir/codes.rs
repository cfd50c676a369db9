//! The codes of FHIR, LOINC and SNOMED CT by which questionnaires, items, answers and scores are known.
//!
//! LOINC codes are those of <https://loinc.org/69729-2> (both questionnaires with their items in order, and the totals),
//! <https://loinc.org/LL358-3> (answers and their points), and of LOINC's Questionnaires <http://loinc.org/q/44249-1> and
//! <http://loinc.org/q/69737-5> as HL7's guide on Person-Centered Outcomes reproduces them (items in order, link
//! identifiers, answers). SNOMED CT codes are those of the edition.
//!
//! This material contains content from LOINC (<https://loinc.org>). LOINC is copyright © Regenstrief Institute, Inc. and the
//! Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at
//! <https://loinc.org/license>. LOINC® is a registered United States trademark of Regenstrief Institute, Inc.

use crate::edition::Edition;
use crate::measure::{Measure, Questionnaire};
use crate::pathway::Instrument;
use crate::{GAD7, PHQ9};

pub(super) const LOINC: &str = "http://loinc.org";
pub(super) const SNOMED_CT: &str = "http://snomed.info/sct";
pub(super) const UCUM: &str = "http://unitsofmeasure.org";
pub(super) const OBSERVATION_CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
pub(super) const DATA_ABSENT_REASON: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";

/// The extension that stands in place of a value.
pub(super) const ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

/// The extensions that say how many points an answer is worth: of R4, of earlier and of later versions.
pub(super) const ORDINALS: [&str; 3] = [
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/iso21090-CO-value",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
];

/// A questionnaire as FHIR and LOINC know it.
#[derive(Debug, PartialEq)]
pub(super) struct Form {
    pub(super) measure: &'static Measure,
    pub(super) instrument: Instrument,
    /// Its own LOINC panel, and those of which it is a part.
    pub(super) panels: &'static [&'static str],
    /// The LOINC codes of its items, in the questionnaire's order.
    pub(super) items: &'static [&'static str],
    /// What its items are called in LOINC's own Questionnaire.
    pub(super) links: &'static [&'static str],
    /// The LOINC code and name of its total.
    pub(super) total: (&'static str, &'static str),
}

pub(super) static FORMS: [Form; 2] = [
    Form {
        measure: &PHQ9,
        instrument: Instrument::Phq9,
        panels: &["44249-1", PHQ_SADS],
        items: &[
            "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8",
        ],
        links: &["14363", "14364", "14365", "14366", "14367", "14368", "14369", "14370", "14371"],
        total: ("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]"),
    },
    Form {
        measure: &GAD7,
        instrument: Instrument::Gad7,
        panels: &["69737-5", PHQ_SADS],
        items: &["69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"],
        links: &["57541", "57542", "57543", "57544", "57545", "57546", "57547"],
        total: ("70274-6", "Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]"),
    },
];

/// A panel of both questionnaires and others.
const PHQ_SADS: &str = "69729-2";

/// An answer of LOINC's list.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) code: &'static str,
    pub(super) display: &'static str,
    pub(super) points: u8,
}

/// The answers to all items (LL358-3).
static ANSWERS: [Answer; 4] = [
    answer("LA6568-5", "Not at all", 0),
    answer("LA6569-3", "Several days", 1),
    answer("LA6570-1", "More than half the days", 2),
    answer("LA6571-9", "Nearly every day", 3),
];

/// In LOINC, this item alone has another word for two points.
static WORRYING: (&str, Answer) = ("68509-9", answer("LA18938-3", "More days than not", 2));

const fn answer(code: &'static str, display: &'static str, points: u8) -> Answer {
    Answer { code, display, points }
}

impl Form {
    pub(super) const fn questionnaire(&self) -> Option<&Questionnaire> {
        self.measure.definition().questionnaire.as_ref()
    }

    /// The lowest and the highest answer to an item.
    pub(super) fn answers(&self) -> (u8, u8) {
        self.questionnaire().map_or((0, 0), |questionnaire| (questionnaire.lowest, questionnaire.highest))
    }

    /// The item that asks about self-harm, counted from 0, and its code.
    pub(super) fn self_harm_item(&self) -> Option<(usize, &'static str)> {
        let item = usize::from(self.questionnaire()?.self_harm_item?);
        Some((item, self.items.get(item)?))
    }

    /// The SNOMED CT code of the score.
    pub(super) fn snomed_ct(&self) -> Option<&'static str> {
        let codes = Edition::CURRENT.codes.iter();
        codes.filter(|(_, id)| *id == self.instrument.id()).map(|(code, _)| *code).next()
    }

    /// Whether a code means the score.
    pub(super) fn has_score_code(&self, system: &str, code: &str) -> bool {
        match system {
            LOINC => code == self.total.0,
            SNOMED_CT => Some(code) == self.snomed_ct(),
            _ => false,
        }
    }
}

/// The answer of LOINC's list with this code, as an answer to this item.
pub(super) fn answer_coded(code: &str, item: &str) -> Option<&'static Answer> {
    let (worrying, other) = &WORRYING;
    let other = Some(other).filter(|_| *worrying == item);
    ANSWERS.iter().chain(other).find(|answer| answer.code == code)
}

/// The answer of LOINC's list that is worth so many points.
pub(super) fn answer_worth(points: i64) -> Option<&'static Answer> {
    ANSWERS.iter().find(|answer| i64::from(answer.points) == points)
}

/// Whether a text has the shape of a LOINC code.
pub(super) fn is_loinc(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.split_once('-').is_some_and(|(number, check)| digits(number) && digits(check) && check.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LOINC's check digit is that of Luhn.
    fn checks(code: &str) -> bool {
        let digits = code.bytes().rev().filter(u8::is_ascii_digit).map(|b| u32::from(b - b'0'));
        let doubled = digits.enumerate().map(|(n, d)| if n % 2 == 1 { 2 * d / 10 + 2 * d % 10 } else { d });
        doubled.sum::<u32>() % 10 == 0
    }

    #[test]
    fn every_code_has_its_check_digit() {
        let codes = FORMS.iter().flat_map(|form| form.items.iter().chain(form.panels).chain([&form.total.0]));
        for code in codes {
            assert!(checks(code) && is_loinc(code), "{code}");
        }
        assert!(!checks("44250-8") && !is_loinc("phq-9") && !is_loinc("44250-"));
    }

    #[test]
    fn the_table_fits_the_measures() {
        for form in &FORMS {
            let questionnaire = form.questionnaire().unwrap();
            assert_eq!(form.items.len(), usize::from(questionnaire.items));
            assert_eq!(form.links.len(), form.items.len());
            assert!(form.snomed_ct().is_some());
            let points: Vec<_> = ANSWERS.iter().map(|answer| answer.points).collect();
            assert_eq!(points, (questionnaire.lowest..=questionnaire.highest).collect::<Vec<_>>());
        }
        assert_eq!(FORMS[0].self_harm_item(), Some((8, "44260-8")));
        assert_eq!(FORMS[1].self_harm_item(), None);
    }
}
