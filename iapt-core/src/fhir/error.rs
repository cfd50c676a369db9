//! What can be wrong with a resource, and where.

use super::codes::Form;
use crate::error::ErrorKind;
use alloc::borrow::Cow;
use alloc::format;
use core::fmt;

/// A resource that has no result: what is wrong, in which entry of a Bundle, field and item, and what would be allowed.
///
/// Entries and items are counted from 0. The message has link identifiers, but never an answer, a score or another value of
/// the resource.
///
/// ```
/// let error = iapt_core::fhir::Response::read(br#"{"resourceType": "Patient"}"#).unwrap_err();
/// assert_eq!(error.to_string(), "resourceType: must be QuestionnaireResponse");
/// assert_eq!(error.fault().code(), "RESOURCE_TYPE");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    fault: Fault,
    entry: Option<usize>,
    field: Cow<'static, str>,
    item: Option<usize>,
}

/// What is wrong, with what would be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// No JSON, or one that nests too deeply.
    #[error("must be JSON, nested at most 127 deep")]
    NotJson,
    /// More bytes than are read.
    #[error("must be at most {0} bytes long")]
    TooLong(usize),
    /// Another resource.
    #[error("must be {0}")]
    ResourceType(&'static str),
    /// A value of another type.
    #[error("must be {0}")]
    WrongType(&'static str),
    /// Something that is needed and not there.
    #[error("is needed")]
    Missing,
    /// An Observation that says that it has no score.
    #[error("is there in place of a score")]
    NoScore,
    /// A status that does not count.
    #[error("must be {0}")]
    Status(&'static str),
    /// Something that would change the meaning of the rest.
    #[error("must be absent: what it changes is not known here")]
    Modifier,
    /// No item that is known.
    #[error("must have items of PHQ-9 or GAD-7, with their LOINC codes as linkId or code")]
    NotRecognised,
    /// Items of two questionnaires where one is wanted.
    #[error("must be of one questionnaire: it has items of PHQ-9 and of GAD-7")]
    Ambiguous,
    /// An item, or an answer to it, given twice.
    #[error("must be there, and be answered, at most once")]
    Duplicate,
    /// Codes or values that do not fit together.
    #[error("must have one meaning: its codes or values contradict each other")]
    Contradiction,
    /// An answer that is none of those known.
    #[error(
        "must be answered by a whole number from {0} to {1}, by a coding with such an ordinal value, or by a code \
         of the LOINC answer list LL358-3"
    )]
    UnknownAnswer(u8, u8),
    /// A date without a day, where one is needed.
    #[error("must have a day, as in 2024-04-01")]
    NoDay,
    /// Resources of several persons.
    #[error("must be the same wherever a score is")]
    Subjects,
    /// Different scores of one day, of which neither is known to be the right one.
    #[error("must be the only one of its day: there is another score of the same questionnaire that differs")]
    Conflict,
    /// What the measure does not allow.
    #[error("{0}")]
    Measure(ErrorKind),
}

impl Fault {
    /// The stable name, for instance `NOT_JSON`; for what the measure does not allow, that of its [`ErrorKind`].
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotJson => "NOT_JSON",
            Self::TooLong(_) => "TOO_LONG",
            Self::ResourceType(_) => "RESOURCE_TYPE",
            Self::WrongType(_) => "WRONG_TYPE",
            Self::Missing => "MISSING",
            Self::NoScore => "NO_SCORE",
            Self::Status(_) => "STATUS",
            Self::Modifier => "MODIFIER",
            Self::NotRecognised => "NOT_RECOGNISED",
            Self::Ambiguous => "AMBIGUOUS",
            Self::Duplicate => "DUPLICATE",
            Self::Contradiction => "CONTRADICTION",
            Self::UnknownAnswer(..) => "UNKNOWN_ANSWER",
            Self::NoDay => "NO_DAY",
            Self::Subjects => "SUBJECTS",
            Self::Conflict => "CONFLICT",
            Self::Measure(kind) => kind.name(),
        }
    }

    /// An answer outside the range of its item.
    pub(super) fn out_of_range(form: &Form) -> Self {
        let (lowest, highest) = form.answers();
        Self::Measure(ErrorKind::ItemOutOfRange(lowest, highest))
    }

    /// An answer that is none of the questionnaire's.
    pub(super) fn unknown_answer(form: &Form) -> Self {
        let (lowest, highest) = form.answers();
        Self::UnknownAnswer(lowest, highest)
    }

    pub(super) fn in_field(self, field: impl Into<Cow<'static, str>>) -> Error {
        Error { fault: self, entry: None, field: field.into(), item: None }
    }
}

impl Error {
    /// What is wrong and what would be allowed.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// The entry of the Bundle at fault, counted from 0; `None` outside a Bundle.
    #[must_use]
    pub const fn entry(&self) -> Option<usize> {
        self.entry
    }

    /// The field at fault: its name, or for an item the link identifiers that lead to it. Empty for the whole text.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The item of the questionnaire at fault, counted from 0, where there is one.
    #[must_use]
    pub const fn item(&self) -> Option<usize> {
        self.item
    }

    pub(super) const fn in_entry(mut self, entry: usize) -> Self {
        self.entry = Some(entry);
        self
    }

    pub(super) const fn in_item(mut self, item: usize) -> Self {
        self.item = Some(item);
        self
    }

    /// The same error, its field within another.
    pub(super) fn within(mut self, outer: &str) -> Self {
        self.field = Cow::Owned(format!("{outer}.{}", self.field));
        self
    }

    /// The same error, its field within the item to which these link identifiers lead.
    pub(super) fn below(mut self, links: &[&str]) -> Self {
        if !links.is_empty() {
            self.field = Cow::Owned(format!("item {}, {}", links.join(" > "), self.field));
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut colon = "";
        if let Some(entry) = self.entry {
            write!(f, "entry {entry}")?;
            colon = ": ";
        }
        if !self.field.is_empty() {
            let comma = if colon.is_empty() { "" } else { ", " };
            write!(f, "{comma}{}", self.field)?;
            colon = ": ";
        }
        write!(f, "{colon}{}", self.fault)
    }
}

impl core::error::Error for Error {}

/// A link identifier as it may stand in a message: they are names of items, but come from elsewhere.
pub(super) fn shown(link: &str) -> &str {
    const LONGEST: usize = 64;
    let plain = link.len() <= LONGEST && !link.is_empty() && link.bytes().all(|b| b.is_ascii_graphic());
    if plain { link } else { "?" }
}
