//! The codes of the national data set: what was attended, what for, why it ended, how intensive it was.

use core::fmt;

/// A value that came as a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Coded<T> {
    /// No code.
    #[default]
    Missing,
    /// A code that the data set does not have: a finding, and then as if missing.
    Unknown,
    /// A code of the data set.
    Known(T),
}

impl<T> Coded<T> {
    /// What the code means; `None` where it is missing or unknown.
    // Rule FINDING-2: A code that the data set does not have is a finding and counts as missing. Source: this
    // project's choice.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Missing | Self::Unknown => None,
        }
    }

    /// Whether there is a code that the data set does not have.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

impl<T> From<Option<T>> for Coded<T> {
    /// What a look-up found of a code that is there.
    fn from(found: Option<T>) -> Self {
        found.map_or(Self::Unknown, Self::Known)
    }
}

/// Reads a code: nothing where there is none, and otherwise what `meaning` finds.
fn read<T>(code: &str, meaning: impl Fn(&str) -> Option<T>) -> Coded<T> {
    match code.trim() {
        "" => Coded::Missing,
        code => meaning(code).into(),
    }
}

/// A number that may be padded with zeros.
fn number(code: &str) -> Option<u16> {
    // A CSV reader that took a column with gaps for floats writes 5.0.
    code.strip_suffix(".0").unwrap_or(code).parse().ok()
}

macro_rules! codes {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $variant = $code,)+ }

        impl $name {
            /// All of them, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as a number.
            #[must_use]
            pub const fn code(self) -> u8 {
                self as u8
            }

            /// What a number means.
            #[must_use]
            pub fn from_code(code: u16) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| u16::from(known.code()) == code)
            }

            /// Reads a code as text, padded with zeros or not.
            #[must_use]
            pub fn read(code: &str) -> Coded<Self> {
                read(code, |code| number(code).and_then(Self::from_code))
            }
        }
    };
}

codes! {
    /// Whether a patient came to an appointment. Source: NHS England, M083 to M088, field AttendOrDNACode.
    Attendance {
        /// Cancelled by the patient.
        CancelledByPatient = 2,
        /// Did not attend, without notice.
        DidNotAttend = 3,
        /// Cancelled by the provider.
        CancelledByProvider = 4,
        /// Attended on time.
        OnTime = 5,
        /// Arrived late, but was seen.
        LateSeen = 6,
        /// Arrived late and could not be seen.
        LateNotSeen = 7,
    }
}

codes! {
    /// What an appointment was for. Source: NHS England, field AppType.
    AppointmentType {
        /// Assessment.
        Assessment = 1,
        /// Treatment.
        Treatment = 2,
        /// Assessment and treatment.
        AssessmentAndTreatment = 3,
        /// Review only.
        Review = 4,
        /// Review and treatment.
        ReviewAndTreatment = 5,
        /// Follow-up after the end of treatment.
        FollowUp = 6,
        /// Employment support.
        EmploymentSupport = 10,
    }
}

codes! {
    /// Why a referral ended. Source: NHS England, M057 to M070, M340 to M342 and M344, field EndCode.
    EndReason {
        /// Not suitable for the service.
        NotSuitable = 10,
        /// Signposted elsewhere with mutual agreement.
        Signposted = 11,
        /// Discharged by mutual agreement following advice and support.
        MutualAgreement = 12,
        /// Referred to another service.
        ReferredElsewhere = 13,
        /// Suitable, but declined the treatment offered.
        Declined = 14,
        /// Incomplete assessment: the patient dropped out.
        IncompleteAssessment = 16,
        /// Deceased, assessed only.
        DeceasedAssessedOnly = 17,
        /// Completed scheduled treatment.
        Completed = 46,
        /// Ended before the care professional had planned.
        BeforeProfessionalPlanned = 47,
        /// Ended at the patient's request.
        PatientRequested = 48,
        /// Deceased, treated.
        DeceasedTreated = 49,
        /// Not assessed.
        NotAssessed = 50,
        /// Not known, assessed only.
        UnknownAssessedOnly = 95,
        /// Not known, treated.
        UnknownTreated = 96,
    }
}

impl Attendance {
    /// Whether the patient was seen.
    #[must_use]
    // Rule CONTACT-1: A contact was attended with code 5 (on time) or 6 (late, but seen). Source: NHS
    // England, NHS Talking Therapies metadata, M083 to M088 (AttendOrDNACode).
    pub const fn seen(self) -> bool {
        matches!(self, Self::OnTime | Self::LateSeen)
    }
}

impl AppointmentType {
    /// Whether it is a treatment (types 02, 03 and 05).
    #[must_use]
    // Rule CONTACT-3: Appointments of type 02, 03 and 05 are treatments. Source: NHS England, NHS Talking
    // Therapies metadata, M076 (AppType).
    pub const fn treats(self) -> bool {
        matches!(self, Self::Treatment | Self::AssessmentAndTreatment | Self::ReviewAndTreatment)
    }

    /// Whether it is an assessment (types 01 and 03).
    #[must_use]
    // Rule CONTACT-4: Appointments of type 01 and 03 are assessments; the date of the first attended one is
    // the assessment date. Source: this project's choice, after NHS England, NHS Talking Therapies metadata,
    // M023.
    pub const fn assesses(self) -> bool {
        matches!(self, Self::Assessment | Self::AssessmentAndTreatment)
    }
}

/// Yes or no, as `Y`, `true`, `1` and so on.
#[must_use]
pub fn read_yes_no(code: &str) -> Coded<bool> {
    read(code, yes_no)
}

/// Whether a complaint is the primary one: `P` or yes; `S`, `2` or no.
#[must_use]
pub fn read_primary(code: &str) -> Coded<bool> {
    read(code, |code| match code.to_ascii_lowercase().as_str() {
        "p" | "primary" => Some(true),
        "s" | "secondary" | "2" | "02" => Some(false),
        _ => yes_no(code),
    })
}

/// Whether sick pay is received; `U` (not known) and `Z` (not stated) are missing.
#[must_use]
pub fn read_sick_pay(code: &str) -> Coded<bool> {
    match code.trim() {
        "U" | "u" | "Z" | "z" => Coded::Missing,
        code => read_yes_no(code),
    }
}

fn yes_no(code: &str) -> Option<bool> {
    match code.to_ascii_lowercase().as_str() {
        "y" | "yes" | "true" | "1" | "01" => Some(true),
        "n" | "no" | "false" | "0" | "00" => Some(false),
        _ => None,
    }
}

/// How intensive a therapy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[repr(u8)]
pub enum Intensity {
    /// Guided self-help and the like.
    Low = 0,
    /// Cognitive behavioural therapy and the like; internet-enabled therapy is of this kind.
    High = 1,
}

/// The therapies that have an intensity, by SNOMED CT code. Source: NHS England, notes 2 and 3 of M347.
// Rule STAGE-2: Which therapies are of low and of high intensity is told by lists of SNOMED CT codes. Source:
// NHS England, NHS Talking Therapies metadata, M347, notes 2 and 3.
pub const THERAPIES: &[(u64, Intensity, &str)] = &[
    (1_127_281_000_000_100, Intensity::High, "applied relaxation"),
    (1_129_471_000_000_105, Intensity::High, "couple therapy for depression"),
    (314_034_001, Intensity::High, "psychodynamic psychotherapy"),
    (449_030_000, Intensity::High, "eye movement desensitisation and reprocessing"),
    (933_221_000_000_107, Intensity::High, "mindfulness"),
    (1_026_131_000_000_100, Intensity::High, "other high intensity therapy"),
    (304_891_004, Intensity::High, "cognitive behaviour therapy"),
    (228_557_008, Intensity::High, "cognitive and behavioural therapy"),
    (443_730_003, Intensity::High, "interpersonal psychotherapy"),
    (748_051_000_000_105, Intensity::Low, "guided self-help, book"),
    (748_101_000_000_105, Intensity::Low, "non-guided self-help, book"),
    (748_041_000_000_107, Intensity::Low, "guided self-help, computer"),
    (748_091_000_000_102, Intensity::Low, "non-guided self-help, computer"),
    (748_061_000_000_108, Intensity::Low, "structured physical activity"),
    (702_545_008, Intensity::Low, "psychoeducation"),
    (1_026_111_000_000_108, Intensity::Low, "other low intensity therapy"),
    (975_131_000_000_104, Intensity::Low, "signposting"),
];

impl Intensity {
    /// The name as it stands in columns and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::High => "high",
        }
    }

    /// The intensity of a therapy by its SNOMED CT code; `None` for codes that have none.
    #[must_use]
    pub fn of_therapy(code: u64) -> Option<Self> {
        THERAPIES.iter().find(|(known, ..)| *known == code).map(|(_, intensity, _)| *intensity)
    }

    /// The same from text.
    #[must_use]
    pub fn read_therapy(code: &str) -> Option<Self> {
        let code = code.trim();
        Self::of_therapy(code.strip_suffix(".0").unwrap_or(code).parse().ok()?)
    }
}

impl fmt::Display for Intensity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    // Proves FINDING-2.
    fn padded_or_not() {
        for code in ["5", "05", " 5 ", "005", "5.0"] {
            assert_eq!(Attendance::read(code), Coded::Known(Attendance::OnTime), "{code}");
        }
        for code in ["", "  "] {
            assert_eq!(Attendance::read(code), Coded::Missing);
        }
        for code in ["1", "8", "-5", "five", "5.5", "99999999999999999999"] {
            assert_eq!(Attendance::read(code), Coded::Unknown, "{code}");
        }
    }

    #[test]
    fn one_byte_each() {
        assert_eq!(size_of::<Coded<Attendance>>(), 1);
        assert_eq!(size_of::<Coded<bool>>(), 1);
    }

    #[test]
    fn yes_and_no() {
        assert_eq!(read_yes_no("Y"), Coded::Known(true));
        assert_eq!(read_yes_no("N"), Coded::Known(false));
        assert_eq!(read_yes_no("maybe"), Coded::Unknown);
        assert_eq!(read_sick_pay("Z"), Coded::Missing);
        assert_eq!(read_primary("P"), Coded::Known(true));
        assert_eq!(read_primary("S"), Coded::Known(false));
    }

    #[test]
    // Proves STAGE-2.
    fn therapies_are_told_apart() {
        for (at, (code, intensity, _)) in THERAPIES.iter().enumerate() {
            assert_eq!(Intensity::of_therapy(*code), Some(*intensity));
            assert!(THERAPIES[..at].iter().all(|(other, ..)| other != code));
        }
        assert_eq!(Intensity::read_therapy("1098051000000103"), None, "employment support");
    }
}
