//! FHIR R4: from a patient's filled-in questionnaires to Observations and to an outcome.
//!
//! A `QuestionnaireResponse` of PHQ-9 or GAD-7 is read by [`Response`]; its score leaves as an [`Observation`]. A `Bundle`
//! of such responses, of Observations of total scores, or of both is read by [`Course`].
//!
//! ```
//! use iapt_core::fhir::Response;
//! use iapt_core::{MissingItems, Score, SelfHarm};
//! let response = br#"{
//!     "resourceType": "QuestionnaireResponse",
//!     "questionnaire": "http://loinc.org/q/44249-1",
//!     "status": "completed",
//!     "authored": "2024-05-01T09:30:00+01:00",
//!     "item": [
//!         {"linkId": "/44250-9", "answer": [{"valueCoding": {"system": "http://loinc.org", "code": "LA6571-9"}}]},
//!         {"linkId": "/44255-8", "answer": [{"valueInteger": 2}]},
//!         {"linkId": "/44259-0", "answer": [{"valueInteger": 2}]},
//!         {"linkId": "/44254-1", "answer": [{"valueInteger": 1}]},
//!         {"linkId": "/44251-7", "answer": [{"valueInteger": 2}]},
//!         {"linkId": "/44258-2", "answer": [{"valueInteger": 1}]},
//!         {"linkId": "/44252-5", "answer": [{"valueInteger": 1}]},
//!         {"linkId": "/44253-3", "answer": [{"valueInteger": 0}]},
//!         {"linkId": "/44260-8"}
//!     ]
//! }"#;
//! let response = Response::read(response)?;
//! let score = response.score(MissingItems::Prorate)?;
//! assert_eq!((score.total, score.imputed, score.self_harm), (Score::whole(14), 1, SelfHarm::Unknown));
//! assert!(response.observation().to_json().contains(r#""value":14"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is read, and what is not
//!
//! - *Questionnaire.* Items are known by the LOINC code that is the last part of their `linkId`, or stands in their `code`
//!   or `definition`; in a response to one of LOINC's own Questionnaires, also by its link identifiers. They may be nested
//!   in groups. A `questionnaire` that ends in the LOINC code of another panel is that other one, also where it shares items.
//! - *Answers.* A coding of the LOINC answer list, a coding with an ordinal value, or a number. An item that is not there, or
//!   without an answer, or with a reason why the answer is absent, is unanswered. An error names the item and what
//!   would be allowed, never the answer.
//! - *Status.* Only completed and amended responses count, and final, amended and corrected Observations. In a Bundle,
//!   others are left out and listed.
//! - *Dates* are days as written, whatever the time zone.
//! - *Modifiers* (`modifierExtension`, `implicitRules`) are errors where they stand, as FHIR asks; all other unknown fields
//!   are ignored.

mod answer;
mod bundle;
mod codes;
mod date;
mod error;
mod json;
mod observation;
mod response;

pub use bundle::Course;
pub use error::{Error, Fault};
pub use json::LONGEST;
pub use observation::Observation;
pub use response::Response;
