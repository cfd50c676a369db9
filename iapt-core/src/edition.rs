//! An edition of the national rules: its measures, its targets and its numbers, as one table.

use crate::error::{Error, ErrorKind};
use crate::measure::Measure;
use crate::outcome::Fact;

/// The rules as they stood from one year on. A change of the national rules becomes a new edition beside the old
/// ones. What a function is given a measure for, it takes from that measure, whichever edition it belongs to; what has
/// no measure among its arguments goes by [`Edition::CURRENT`].
///
/// ```
/// use iapt_core::Edition;
/// assert_eq!(Edition::CURRENT.measure("SPIN")?.name(), "SPIN");
/// assert!(Edition::CURRENT.measure("BIQ").is_err(), "no national threshold of it is confirmed");
/// # Ok::<(), iapt_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Edition {
    /// The financial year from which it holds, as in `2024-25`.
    pub id: &'static str,
    /// The measures with confirmed or published numbers.
    pub measures: &'static [BuiltIn],
    /// Items that are reported on their own.
    pub parts: &'static [BuiltIn],
    /// SNOMED CT codes, and the identifiers of the measures whose scores they name.
    pub codes: &'static [(&'static str, &'static str)],
    /// Measures that the national calculation knows but whose thresholds are not confirmed.
    pub unconfigured: &'static [Unconfigured],
    /// What services are asked to reach.
    pub targets: &'static [Target],
    /// How many unanswered items are replaced by the mean of the others.
    pub most_imputed_items: u8,
    /// Counts up to this one are suppressed in published sub-national tables.
    pub largest_suppressed_count: u64,
    /// Other counts are rounded to the nearest multiple of this.
    pub rounding_base: u64,
}

/// A measure with the names by which an edition knows it.
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn {
    /// The identifier in code, as in `PHQ9`.
    pub id: &'static str,
    /// What it measures.
    pub purpose: &'static str,
    /// What the national data set calls it in its field `ADSM`, if it is one of those.
    pub national_name: Option<&'static str>,
    /// The measure.
    pub measure: &'static Measure,
}

/// A measure that is known by name alone.
#[derive(Debug, Clone, Copy)]
pub struct Unconfigured {
    /// The identifier, as in `PHQ15`.
    pub id: &'static str,
    /// The name, as in `PHQ-15`.
    pub name: &'static str,
    /// What it measures.
    pub purpose: &'static str,
    /// What the national data set calls it in its field `ADSM`.
    pub national_name: &'static str,
}

/// What share a service should reach on an official measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The official measure, as in `M192`.
    pub indicator: &'static str,
    /// The outcome that it counts, if it counts one.
    pub fact: Option<Fact>,
    /// The share in per cent that is to be reached.
    pub percent: u8,
    /// Where it is stated.
    pub source: &'static str,
}

impl Edition {
    /// All editions, the newest last.
    // Rule EDITION-1: The numbers of the rules are data of an edition with an identifier; a change of the
    // rules is a new edition beside the old ones. Source: this project's choice.
    pub const ALL: &'static [&'static Self] = &[&crate::editions::nhs_2024_25::EDITION];

    /// The newest edition.
    // Rule EDITION-2: What a function is given a measure for is computed by that measure; what has none goes
    // by the current edition. Source: this project's choice.
    pub const CURRENT: &'static Self = &crate::editions::nhs_2024_25::EDITION;

    /// The edition of this identifier.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|edition| edition.id == id).copied()
    }

    /// The measure of this identifier (`PHQ9`) or name (`PHQ-9`).
    ///
    /// # Errors
    /// [`ErrorKind::NoThreshold`] where it is known by name alone, [`ErrorKind::UnknownMeasure`] otherwise.
    pub fn measure(&self, name: &str) -> Result<&'static Measure, Error> {
        let found = self.measures.iter().find(|m| m.id == name || m.measure.name() == name);
        self.known(found, |u| u.id == name || u.name == name)
    }

    /// The measure that the national data set means by a value of its field `ADSM`. Names that start with `GAD`
    /// mean GAD-7.
    ///
    /// # Errors
    /// As [`Edition::measure`].
    // Rule ANXIETY-6: The national field ADSM names the measures; its PTSD is read as PCL-5 unless the caller
    // says IES-R. Source: NHS England, NHS Talking Therapies metadata, M204; the reading of PTSD is this
    // project's choice.
    pub fn measure_by_national_name(&self, name: &str) -> Result<&'static Measure, Error> {
        let name = if name.starts_with("GAD") { "GAD" } else { name };
        let found = self.measures.iter().find(|m| m.national_name == Some(name));
        self.known(found, |u| u.national_name == name)
    }

    fn known(
        &self,
        found: Option<&BuiltIn>,
        is_it: impl Fn(&Unconfigured) -> bool,
    ) -> Result<&'static Measure, Error> {
        match found {
            Some(built_in) => Ok(built_in.measure),
            None if self.unconfigured.iter().any(is_it) => Err(ErrorKind::NoThreshold.into()),
            None => Err(ErrorKind::UnknownMeasure.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    // Proves MEASURE-12.
    fn every_built_in_measure_fits_together() {
        for edition in Edition::ALL {
            for built_in in edition.measures {
                let definition = built_in.measure.definition();
                assert!(Measure::define(definition.clone()).is_ok(), "{}", built_in.id);
                assert!(!definition.source.is_empty(), "{}", built_in.id);
            }
            for part in edition.parts {
                assert!(
                    !part.measure.decides() && part.measure.definition().reliable_change.is_none(),
                    "{}",
                    part.id
                );
            }
        }
    }

    #[test]
    // Proves MEASURE-13, EDITION-1, ANXIETY-6.
    fn names_lead_to_one_measure() {
        let current = Edition::CURRENT;
        assert_eq!(Edition::named(current.id).map(|e| e.id), Some(current.id));
        assert!(Edition::named("1999-00").is_none());
        for built_in in current.measures {
            assert_eq!(current.measure(built_in.id), Ok(built_in.measure));
            assert_eq!(current.measure(built_in.measure.name()), Ok(built_in.measure));
            assert_eq!(
                built_in.measure.verified(),
                ["PHQ9", "GAD7"].contains(&built_in.id),
                "{}",
                built_in.id
            );
        }
        assert_eq!(current.measure("PHQ-15").map_err(|e| e.kind()), Err(ErrorKind::NoThreshold));
        assert_eq!(current.measure("PHQ15").map_err(|e| e.kind()), Err(ErrorKind::NoThreshold));
        assert_eq!(current.measure("phq").map_err(|e| e.kind()), Err(ErrorKind::UnknownMeasure));
        assert_eq!(current.measure_by_national_name("GAD7").map(Measure::name), Ok("GAD-7"));
        assert_eq!(
            current.measure_by_national_name("MUS").map_err(|e| e.kind()),
            Err(ErrorKind::NoThreshold)
        );
        assert_eq!(
            current.measure_by_national_name("mus").map_err(|e| e.kind()),
            Err(ErrorKind::UnknownMeasure)
        );
    }
}
