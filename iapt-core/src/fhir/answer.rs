//! From the answer to an item to its points.

use super::codes::{ABSENT, DATA_ABSENT_REASON, Form, LOINC, ORDINALS, answer_coded};
use super::error::{Error, Fault};
use super::json::{given, list, number, plain, text};
use serde_json::Value;

/// The points of the answer to an item; `None` where it is not answered.
///
/// # Errors
/// Several answers, an answer that is none of the item's, or one that contradicts itself.
pub(super) fn points(element: &Value, form: &Form, item: &str) -> Result<Option<i64>, Error> {
    plain(element)?;
    match list(element, ANSWER)? {
        [] => Ok(None),
        [answer] => one(answer, form, item).map_err(|error| error.within(ANSWER)),
        _ => Err(Fault::Duplicate.in_field(ANSWER)),
    }
}

const ANSWER: &str = "answer";

fn one(answer: &Value, form: &Form, item: &str) -> Result<Option<i64>, Error> {
    plain(answer)?;
    let fields = answer.as_object().ok_or(Fault::WrongType("an object").in_field(ANSWER))?;
    let mut values = fields.iter().filter(|(name, value)| name.starts_with("value") && !value.is_null());
    let (Some((name, value)), another) = (values.next(), values.next()) else { return Ok(None) };
    if another.is_some() {
        return Err(Fault::Contradiction.in_field("value"));
    }
    if name == CODING {
        plain(value)?;
        let extensions = [list(answer, "extension")?, list(value, "extension")?];
        return coded(value, extensions, form, item);
    }
    match NUMBERS.into_iter().find(|number| name == number) {
        Some(field) => in_range(value, form).map(Some).map_err(|fault| fault.in_field(field)),
        None => Err(Fault::unknown_answer(form).in_field("value")),
    }
}

const CODING: &str = "valueCoding";
const NUMBERS: [&str; 2] = ["valueInteger", "valueDecimal"];

/// A number of points that the questionnaire has.
fn in_range(value: &Value, form: &Form) -> Result<i64, Fault> {
    let (lowest, highest) = form.answers();
    let read = number(value).ok_or(Fault::unknown_answer(form))?;
    let whole = read.ok().filter(|score| score.is_whole()).map(|score| score.numerator());
    let within = whole.filter(|points| (i64::from(lowest)..=i64::from(highest)).contains(points));
    within.ok_or(Fault::out_of_range(form))
}

/// The points that the code and the ordinal values of a coding agree on.
fn coded(coding: &Value, extensions: [&[Value]; 2], form: &Form, item: &str) -> Result<Option<i64>, Error> {
    let (system, code) = (text(coding, "system")?, text(coding, "code")?);
    let extensions = || extensions.into_iter().flatten();
    let absent = code.is_none() && extensions().any(|extension| url(extension) == Some(ABSENT));
    if absent || system == Some(DATA_ABSENT_REASON) {
        return Ok(None);
    }
    let known = code.filter(|_| system.is_none_or(|system| system == LOINC));
    let by_code = known.and_then(|code| answer_coded(code, item)).map(|answer| i64::from(answer.points));
    if by_code.is_none() && system == Some(LOINC) && code.is_some() {
        return Err(Fault::unknown_answer(form).in_field(CODING));
    }
    let is_ordinal = |extension: &&Value| url(extension).is_some_and(|url| ORDINALS.contains(&url));
    let mut points = by_code;
    for extension in extensions().filter(is_ordinal) {
        let value = given(extension, "valueDecimal").or(given(extension, "valueInteger"));
        let ordinal = value.map_or(Err(Fault::unknown_answer(form)), |value| in_range(value, form));
        let ordinal = ordinal.map_err(|fault| fault.in_field(CODING))?;
        if points.is_some_and(|points| points != ordinal) {
            return Err(Fault::Contradiction.in_field(CODING));
        }
        points = Some(ordinal);
    }
    points.map(Some).ok_or(Fault::unknown_answer(form).in_field(CODING))
}

fn url(extension: &Value) -> Option<&str> {
    extension.get("url").and_then(Value::as_str)
}
