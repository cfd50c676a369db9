//! FHIR: the vectors, agreement with the scoring of items, and that no text is too odd.

use iapt_core::fhir::{Course, Error, LONGEST, Response};
use iapt_core::pathway::FirstAndLast;
use iapt_core::{Edition, GAD7, Measure, MissingItems, PHQ9};
use iapt_tests::root;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;

/// Every vector, with the name of its file.
fn vectors() -> Vec<(String, Value)> {
    let folder = fs::read_dir(root().join("tests/vectors/fhir")).unwrap();
    let files =
        folder.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "json"));
    let all: Vec<_> = files
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, serde_json::from_slice(&fs::read(&path).unwrap()).unwrap())
        })
        .collect();
    assert!(all.len() > 40);
    all
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

#[test]
// Proves FHIR-1.
fn responses() {
    for (name, case) in vectors().iter().filter(|(name, _)| name.starts_with("response")) {
        let response =
            Response::read(&bytes(&case["input"])).unwrap_or_else(|error| panic!("{name}: {error}"));
        let measure = Edition::CURRENT.measure(case["measure"].as_str().unwrap()).unwrap();
        assert_eq!(response.measure(), measure, "{name}");
        assert_eq!(json!(response.answers()), case["answers"], "{name}");
        let observation: Value = serde_json::from_str(&response.observation().to_json()).unwrap();
        assert_eq!(observation, case["observation"], "{name}");
        assert!(response.observation().to_json().starts_with(r#"{"resourceType":"Observation""#));
    }
}

#[test]
// Proves FHIR-2.
fn bundles() {
    for (name, case) in vectors().iter().filter(|(_, case)| case.get("course").is_some()) {
        let course = Course::read(&bytes(&case["input"])).unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected = &case["course"];
        let of = |scores: &FirstAndLast| {
            let number = |score: Option<iapt_core::Score>| score.map(|score| score.numerator());
            let text = |day: Option<iapt_core::Day>| day.map(|day| day.to_string());
            json!([
                text(scores.first_date),
                number(scores.first),
                text(scores.last_date),
                number(scores.last)
            ])
        };
        assert_eq!(
            (of(&course.phq9), of(&course.gad7)),
            (expected["phq9"].clone(), expected["gad7"].clone()),
            "{name}"
        );
        let left_out: Vec<_> = course.left_out.iter().map(ToString::to_string).collect();
        assert_eq!(json!(left_out), expected["left_out"], "{name}");
        assert_eq!(json!(course.referral().unwrap().outcome().bits()), expected["flags"], "{name}");
        let text = course.explain().unwrap();
        assert!(text.ends_with(&course.referral().unwrap().explain().to_string()), "{name}");
        assert!(left_out.iter().all(|line| text.contains(line)), "{name}");
        for (measure, scores) in [("PHQ-9", &expected["phq9"]), ("GAD-7", &expected["gad7"])] {
            let days = match (scores[0].as_str(), scores[2].as_str()) {
                (Some(first), Some(last)) => format!("{measure}: first on {first}, last on {last}."),
                (Some(first), None) => format!("{measure}: on {first} only."),
                _ => format!("{measure}: never."),
            };
            assert!(text.lines().any(|line| line == days), "{name}: {text}");
        }
    }
}

#[test]
// Proves FHIR-2, FHIR-3, FHIR-4, FHIR-5.
fn what_is_refused() {
    for (name, case) in vectors().iter().filter(|(_, case)| case.get("error").is_some()) {
        let (input, expected) = (bytes(&case["input"]), &case["error"]);
        let error = if name.starts_with("bundle") {
            Course::read(&input).unwrap_err()
        } else {
            Response::read(&input).unwrap_err()
        };
        assert_eq!(error.fault().code(), expected["code"], "{name}");
        assert_eq!(error.field(), expected["field"], "{name}");
        assert_eq!(
            (json!(error.item()), json!(error.entry())),
            (expected["item"].clone(), expected["entry"].clone()),
            "{name}"
        );
        if let Some(message) = expected["message"].as_str() {
            assert_eq!(error.to_string(), message, "{name}");
        }
    }
}

/// No message has a value of the resource: an answer, a date, a reference, a text.
#[test]
// Proves FINDING-3.
fn messages_have_no_values() {
    let secrets = ["never", "LA6572-7", "LA18938-3", "ada", "bob", "in-progress", "2024-05"];
    for (name, case) in vectors().iter().filter(|(_, case)| case.get("error").is_some()) {
        let message = refusal(&bytes(&case["input"])).to_string();
        assert!(secrets.iter().all(|secret| !message.contains(secret)), "{name}: {message}");
    }
}

fn refusal(input: &[u8]) -> Error {
    Response::read(input).err().or(Course::read(input).err()).unwrap()
}

#[test]
fn depth_and_length_are_bounded() {
    let deep = |depth: usize| {
        let (open, close) = (r#"{"linkId":"g","item":["#, "]}");
        let item = r#"{"linkId":"/44250-9","answer":[{"valueInteger":1}]}"#;
        let items = format!("{}{item}{}", open.repeat(depth), close.repeat(depth));
        format!(r#"{{"resourceType":"QuestionnaireResponse","status":"completed","item":[{items}]}}"#)
    };
    assert_eq!(Response::read(deep(50).as_bytes()).unwrap().answers()[0], Some(1));
    for depth in [100, 100_000] {
        assert_eq!(Response::read(deep(depth).as_bytes()).unwrap_err().fault().code(), "NOT_JSON");
    }
    assert_eq!(Response::read(&vec![b' '; LONGEST]).unwrap_err().fault().code(), "NOT_JSON");
    let long = vec![b' '; LONGEST + 1];
    assert_eq!(Response::read(&long).unwrap_err().fault().code(), "TOO_LONG");
    assert_eq!(Course::read(&long).unwrap_err().fault().code(), "TOO_LONG");
    assert_eq!(Response::read(b"\xEF\xBB\xBF{}").unwrap_err().fault().code(), "RESOURCE_TYPE");
    assert_eq!(Response::read(b"\xFF").unwrap_err().fault().code(), "NOT_JSON");
}

#[test]
fn link_identifiers_that_are_no_names_are_not_repeated() {
    let item = |link: &str| json!({"linkId": link, "item": [{"linkId": "44250-9", "answer": [{"valueInteger": 7}]}]});
    for (link, shown) in [("group", "group"), ("Ann\nLee", "?"), (&"x".repeat(65), "?"), ("", "?")] {
        let resource =
            json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": [item(link)]});
        let error = Response::read(&bytes(&resource)).unwrap_err();
        assert_eq!(error.field(), format!("item {shown} > 44250-9, answer.valueInteger"));
        assert_eq!(error.item(), Some(0));
    }
}

#[test]
fn references_are_objects_and_identities_are_names() {
    let with = |field: &str, value: Value| {
        let mut resource = response(&items(&GAD7), &[Some(1); 7], |_| 2);
        resource[field] = value;
        Response::read(&bytes(&resource))
    };
    for field in ["subject", "encounter", "identifier"] {
        let error = with(field, json!("Patient/1")).unwrap_err();
        assert_eq!((error.fault().code(), error.field()), ("WRONG_TYPE", field));
    }
    let longest = "x".repeat(64);
    for (id, is_name) in [
        ("a-1.B", true),
        (&longest, true),
        (&format!("{longest}x"), false),
        ("a b", false),
        ("", false),
        ("é", false),
    ] {
        let observation: Value =
            serde_json::from_str(&with("id", json!(id)).unwrap().observation().to_json()).unwrap();
        let source = observation["derivedFrom"][0]["reference"].as_str().map(str::to_owned);
        assert_eq!(source, is_name.then(|| format!("QuestionnaireResponse/{id}")));
    }
}

/// What an item asks may be a list of codings, a concept, or one coding.
#[test]
fn items_are_known_by_their_codes() {
    let codes = items(&GAD7);
    let coding = |code: &str| json!({"system": "http://loinc.org", "code": code});
    let ways: [fn(Value) -> Value; 3] =
        [|coding| json!([{"code": "local"}, coding]), |coding| json!({"coding": [coding]}), |coding| coding];
    for way in ways {
        let items: Vec<_> = codes
            .iter()
            .enumerate()
            .map(|(at, code)| {
                let answer = written(i64::try_from(at % 4).unwrap(), 2);
                json!({"linkId": format!("question {at}"), "code": way(coding(code)), "answer": [answer]})
            })
            .collect();
        let resource = json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": items});
        let answers: Vec<_> = (0..7).map(|at| Some(at % 4)).collect();
        assert_eq!(Response::read(&bytes(&resource)).unwrap().answers(), answers);
    }
}

/// The LOINC codes of the items, as the vectors have them.
fn items(measure: &Measure) -> Vec<String> {
    let name = if measure == &PHQ9 { "response_phq9_too_many_missing" } else { "error_fraction" };
    let (_, case) = vectors().into_iter().find(|(file, _)| file == name).unwrap();
    let items = case["input"]["item"].as_array().unwrap();
    items.iter().map(|item| item["linkId"].as_str().unwrap().trim_start_matches('/').to_owned()).collect()
}

/// How an answer may be written.
fn written(answer: i64, form: usize) -> Value {
    const CODES: [&str; 4] = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"];
    const ORDINAL: &str = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
    let ordinal = json!([{"url": ORDINAL, "valueDecimal": answer}]);
    let code = CODES[usize::try_from(answer).unwrap()];
    match form {
        0 => json!({"valueCoding": {"system": "http://loinc.org", "code": code}}),
        1 => json!({"valueCoding": {"code": "local", "system": "http://example.org", "extension": ordinal}}),
        2 => json!({"valueInteger": answer}),
        3 => json!({"valueDecimal": answer as f64}),
        4 => json!({"valueCoding": {"code": code, "extension": ordinal}}),
        5 => json!({"id": "an-answer", "valueInteger": answer, "valueCoding": null}),
        6 => json!({"valueCoding": {"display": "as often as that", "extension": ordinal}}),
        _ => json!({"extension": ordinal, "valueCoding": {"display": "as often as that"}}),
    }
}

/// How many ways there are.
const FORMS: usize = 8;

fn response(codes: &[String], answers: &[Option<i64>], form: impl Fn(usize) -> usize) -> Value {
    let item = |(at, (code, answer)): (usize, (&String, &Option<i64>))| match answer {
        Some(answer) => Some(json!({"linkId": code, "answer": [written(*answer, form(at))]})),
        None if at % 2 == 0 => Some(json!({"linkId": format!("/{code}"), "answer": []})),
        None => None,
    };
    let items: Vec<_> = codes.iter().zip(answers).enumerate().filter_map(item).collect();
    json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": items})
}

proptest! {
    /// A response has the score of its answers, however they are written and whatever is missing.
    #[test]
    fn agrees_with_the_scoring_of_items(
        answers in vec(proptest::option::weighted(0.85, 0_i64..4), 9),
        forms in vec(0..FORMS, 9),
        first in any::<bool>(),
    ) {
        let measure = if first { &PHQ9 } else { &GAD7 };
        let codes = items(measure);
        let answers = &answers[..codes.len()];
        let mixed = Response::read(&bytes(&response(&codes, answers, |at| forms[at]))).unwrap();
        for missing in [MissingItems::Prorate, MissingItems::Reject] {
            prop_assert_eq!(mixed.score(missing), measure.score_items(answers.iter().copied(), missing));
        }
        prop_assert_eq!(mixed.answers(), answers);
        for form in 0..FORMS {
            let same = Response::read(&bytes(&response(&codes, answers, |_| form))).unwrap();
            prop_assert_eq!(&same, &mixed);
        }
        let observation: Value = serde_json::from_str(&mixed.observation().to_json()).unwrap();
        let total = mixed.score(MissingItems::Prorate).ok().map(|score| score.total.numerator());
        prop_assert_eq!(observation["valueQuantity"]["value"].as_i64(), total);
        prop_assert_eq!(observation.get("dataAbsentReason").is_some(), total.is_none());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
        let _ = (Response::read(text.as_bytes()), Course::read(text.as_bytes()));
    }

    #[test]
    fn any_json_is_read_or_refused(resource in any_resource()) {
        let text = bytes(&resource);
        if let Ok(response) = Response::read(&text) {
            let _ = response.observation().to_json();
        }
        if let Ok(course) = Course::read(&text) {
            let _ = course.explain().unwrap();
        }
    }

    /// A vector of which one value is another one.
    #[test]
    fn any_change_is_read_or_refused(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), value in any_json()) {
        let all = vectors();
        let mut resource = which.get(&all).1["input"].clone();
        let paths = pointers(&resource, String::new());
        *resource.pointer_mut(&paths[at.index(paths.len())]).unwrap() = value;
        let text = bytes(&resource);
        if let Ok(response) = Response::read(&text) {
            let _ = response.observation().to_json();
        }
        let _ = Course::read(&text);
    }
}

fn pointers(value: &Value, path: String) -> Vec<String> {
    let below: Vec<(String, &Value)> = match value {
        Value::Array(values) => {
            values.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        _ => Vec::new(),
    };
    let below = below.into_iter().flat_map(|(name, value)| pointers(value, format!("{path}/{name}")));
    [path.clone()].into_iter().chain(below.collect::<Vec<_>>()).collect()
}

/// Names and texts that mean something in one place or another.
const WORDS: [&str; 42] = [
    "resourceType",
    "Bundle",
    "QuestionnaireResponse",
    "Observation",
    "entry",
    "resource",
    "status",
    "completed",
    "final",
    "questionnaire",
    "http://loinc.org/q/44249-1",
    "item",
    "linkId",
    "/44250-9",
    "69725-0",
    "14363",
    "code",
    "coding",
    "system",
    "http://loinc.org",
    "44261-6",
    "answer",
    "valueInteger",
    "valueDecimal",
    "valueCoding",
    "LA6568-5",
    "extension",
    "url",
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "authored",
    "2024-05-01",
    "effectiveDateTime",
    "valueQuantity",
    "value",
    "subject",
    "reference",
    "Patient/1",
    "identifier",
    "definition",
    "modifierExtension",
    "",
    "é",
];

fn word() -> impl Strategy<Value = String> {
    proptest::sample::select(&WORDS[..]).prop_map(String::from)
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(word(), inner, 0..6).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// JSON that says that it is one of the resources.
fn any_resource() -> impl Strategy<Value = Value> {
    (any_json(), any_json(), any_json(), 0_usize..3).prop_map(|(a, b, c, kind)| match kind {
        0 => json!({"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": a, "item": [{"linkId": "/44250-9", "answer": b}, c]}),
        1 => json!({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]}, "valueQuantity": {"value": 3}, "effectiveDateTime": "2024-05-01", "subject": a}}, b, c]}),
        _ => json!({"resourceType": "Bundle", "entry": a}),
    })
}
