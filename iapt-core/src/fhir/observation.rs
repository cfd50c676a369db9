//! The score of a questionnaire as an Observation.

use super::codes::{DATA_ABSENT_REASON, Form, LOINC, OBSERVATION_CATEGORY, SNOMED_CT, UCUM, answer_worth};
use super::response::Response;
use crate::items::{ItemScore, MissingItems};
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use serde::Serialize;
use serde_json::{Value, json};

/// The score of a questionnaire as a FHIR R4 Observation.
///
/// It is final also where too many items are unanswered for a score: it then has a reason why the value is absent, never a
/// number, and still the answer on self-harm. An unanswered item on self-harm is a component without a value, never left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Observation {
    resource_type: &'static str,
    status: &'static str,
    category: [Value; 1],
    code: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encounter: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_date_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_quantity: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_absent_reason: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    interpretation: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    derived_from: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    component: Vec<Value>,
}

impl Observation {
    pub(super) fn of(response: &Response) -> Self {
        let (form, head) = (response.form, response.head.clone());
        let score = response.score(MissingItems::Prorate);
        let severity = score.ok().and_then(|score| score.severity);
        Self {
            resource_type: "Observation",
            status: "final",
            category: [json!({"coding": [coding(OBSERVATION_CATEGORY, "survey", "Survey")]})],
            code: code(form),
            subject: head.subject,
            encounter: head.encounter,
            effective_date_time: head.authored.map(|authored| authored.text().into()),
            value_quantity: score.ok().map(|score| quantity(&score)),
            data_absent_reason: score.err().map(|error| absent(Some(error.kind().to_string()))),
            interpretation: severity.iter().map(|s| json!({"text": s.name().replace('_', " ")})).collect(),
            derived_from: head.itself.into_iter().collect(),
            component: self_harm(response)
                .into_iter()
                .chain(score.ok().map(|score| imputed(&score)))
                .collect(),
        }
    }

    /// The resource as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Only maps with keys that are no strings cannot be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({"system": system, "code": code, "display": display})
}

fn code(form: &Form) -> Value {
    let (total, display) = form.total;
    let snomed_ct = form.snomed_ct().map(|code| json!({"system": SNOMED_CT, "code": code}));
    let codings: Vec<_> = [coding(LOINC, total, display)].into_iter().chain(snomed_ct).collect();
    json!({"coding": codings})
}

/// Of a sum, which is whole.
fn quantity(score: &ItemScore) -> Value {
    const SCORE: &str = "{score}";
    json!({"value": score.total.numerator(), "unit": SCORE, "system": UCUM, "code": SCORE})
}

/// Nothing is known of why: whether the patient was asked, or did not want to answer.
fn absent(text: Option<String>) -> Value {
    let mut reason = json!({"coding": [coding(DATA_ABSENT_REASON, "unknown", "Unknown")]});
    if let Some(text) = text {
        reason["text"] = text.into();
    }
    reason
}

/// The answer on self-harm, of its own and in the questionnaire's words.
fn self_harm(response: &Response) -> Option<Value> {
    let (item, code) = response.form.self_harm_item()?;
    let code = json!({"coding": [{"system": LOINC, "code": code}], "text": "Item on self-harm"});
    let answer = response.answers.get(item).copied().flatten().and_then(answer_worth);
    Some(match answer {
        Some(answer) => {
            let value = vec![coding(LOINC, answer.code, answer.display)];
            json!({"code": code, "valueCodeableConcept": {"coding": value}})
        }
        None => json!({"code": code, "dataAbsentReason": absent(None)}),
    })
}

fn imputed(score: &ItemScore) -> Value {
    let code = json!({"text": "Unanswered items that were replaced by the mean of the answered ones"});
    json!({"code": code, "valueInteger": score.imputed})
}
