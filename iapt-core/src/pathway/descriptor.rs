//! The problem descriptor: what the treatment was for, and which anxiety measure belongs to it.

use super::codes::Coded;
use super::instrument::Instrument;
use core::fmt;

/// A presenting complaint as a code: ICD-10 without its dot and in capitals (`F401`), or SNOMED CT (`83482000`).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProblemDescriptor {
    length: u8,
    text: [u8; LONGEST],
}

const LONGEST: usize = 18;

/// Which measures belong to a descriptor, the one to be preferred first. ICD-10 entries are prefixes; SNOMED CT
/// entries match whole. Source: NHS England, M204; IES-R behind PCL-5 is this project's choice.
// Rule ANXIETY-1: The problem descriptor names the anxiety measure: MI, SPIN, PDSS, OCI, PCL-5, HAI, CFQ,
// IBS, BIQ or PHQ-15 by ten codes. Source: NHS England, NHS Talking Therapies metadata, M204.
pub const SPECIFIC_MEASURES: &[(&str, &[Instrument])] = &[
    ("F400", &[Instrument::Mi]),
    ("F401", &[Instrument::Spin]),
    ("F410", &[Instrument::Pdss]),
    ("F42", &[Instrument::Oci]),
    ("F431", &[Instrument::Pcl5, Instrument::Iesr]),
    ("F452", &[Instrument::Hai]),
    ("G933", &[Instrument::Cfq]),
    ("K58", &[Instrument::Ibs]),
    ("83482000", &[Instrument::Biq]),
    ("723916001", &[Instrument::Phq15]),
];

impl ProblemDescriptor {
    /// Reads a code, with or without dot, in capitals or not.
    #[must_use]
    pub fn read(code: &str) -> Coded<Self> {
        match code.trim() {
            "" => Coded::Missing,
            code => Self::normalised(code).into(),
        }
    }

    /// ICD-10 is a letter, a digit, a letter or digit and up to four more of either; SNOMED CT is 6 to 18 digits.
    fn normalised(code: &str) -> Option<Self> {
        let mut text = [0; LONGEST];
        let mut length = 0;
        for byte in code.bytes().filter(|byte| *byte != b'.') {
            *text.get_mut(usize::from(length))? = byte.to_ascii_uppercase();
            length += 1;
        }
        let valid = match &text[..usize::from(length)] {
            digits if digits.iter().all(u8::is_ascii_digit) => digits.len() >= 6,
            [letter, digit, rest @ ..] => {
                letter.is_ascii_uppercase()
                    && digit.is_ascii_digit()
                    && (1..=5).contains(&rest.len())
                    && rest.iter().all(u8::is_ascii_alphanumeric)
            }
            _ => false,
        };
        valid.then_some(Self { length, text })
    }

    /// The code, normalised.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII was let in.
        core::str::from_utf8(&self.text[..usize::from(self.length)]).unwrap_or_default()
    }

    /// The anxiety measures that belong to this descriptor, the preferred one first; none for most descriptors.
    #[must_use]
    pub fn specific_measures(&self) -> &'static [Instrument] {
        let code = self.as_str();
        let is_icd10 = |entry: &str| entry.starts_with(|first: char| first.is_ascii_alphabetic());
        // Rule ANXIETY-4: ICD-10 entries are prefixes of the code without its dot and in capitals; SNOMED CT
        // entries match whole. Source: NHS England, NHS Talking Therapies metadata, M203.
        let matches = |entry: &str| if is_icd10(entry) { code.starts_with(entry) } else { code == entry };
        SPECIFIC_MEASURES.iter().find(|(entry, _)| matches(entry)).map_or(&[], |(_, measures)| measures)
    }
}

impl fmt::Display for ProblemDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ProblemDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for ProblemDescriptor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for ProblemDescriptor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = alloc::string::String::deserialize(deserializer)?;
        let wanted = "an ICD-10 or SNOMED CT code";
        Self::read(&code).known().ok_or_else(|| serde::de::Error::custom(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(code: &str) -> Option<ProblemDescriptor> {
        ProblemDescriptor::read(code).known()
    }

    #[test]
    // Proves ANXIETY-4.
    fn codes_are_normalised() {
        assert_eq!(read(" f40.1 ").unwrap().as_str(), "F401");
        assert_eq!(alloc::format!("{:?}", read("F401")), "Some(\"F401\")");
        assert_eq!(read("F40.01").unwrap().specific_measures(), [Instrument::Mi]);
        assert_eq!(read("83482000").unwrap().specific_measures(), [Instrument::Biq]);
        assert_eq!(read("834820001").unwrap().specific_measures(), []);
        assert_eq!(read("F411").unwrap().specific_measures(), []);
        assert_eq!(ProblemDescriptor::read(" "), Coded::Missing);
        for code in ["F4", "FF0", "12345", "1234567890123456789", "F40123456", "anxiety", "F40é", "."] {
            assert_eq!(ProblemDescriptor::read(code), Coded::Unknown, "{code}");
        }
    }

    #[test]
    // Proves ANXIETY-1.
    fn every_entry_finds_itself() {
        for (entry, measures) in SPECIFIC_MEASURES {
            assert_eq!(read(entry).unwrap().specific_measures(), *measures, "{entry}");
        }
    }
}
