//! FHIR resources from arbitrary bytes.

use iapt_core::MissingItems;
use iapt_core::fhir::{Course, Response};

/// Reads the bytes as a QuestionnaireResponse and as a Bundle, and uses what comes of them.
pub fn run(data: &[u8]) {
    match Response::read(data) {
        Ok(response) => {
            for missing in [MissingItems::Prorate, MissingItems::Reject] {
                let _ = response.score(missing).map_err(|error| error.to_string());
            }
            assert!(response.observation().to_json().starts_with('{'));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    match Course::read(data) {
        Ok(course) => {
            let _ = course.referral().map(|referral| referral.explain().to_string());
            let _ = course.explain();
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
