//! JSON, and the fields of an object by their types.

use super::error::{Error, Fault};
use crate::score::{ParseScoreError, Score};
use alloc::string::ToString;
use alloc::vec::Vec;
use serde_json::Value;

/// The longest text that is read, in bytes.
pub const LONGEST: usize = 16 << 20;

/// A resource of one type, without anything that changes its meaning.
pub(super) fn resource(json: &[u8], wanted: &'static str) -> Result<Value, Error> {
    if json.len() > LONGEST {
        return Err(Fault::TooLong(LONGEST).in_field(""));
    }
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
    // Bounded in depth by the parser. Its messages could quote the text.
    let value: Value = serde_json::from_slice(json).map_err(|_| Fault::NotJson.in_field(""))?;
    if !is(&value, wanted) {
        return Err(Fault::ResourceType(wanted).in_field("resourceType"));
    }
    Ok(value)
}

/// Whether a value is a resource of this type.
pub(super) fn is(value: &Value, wanted: &str) -> bool {
    value.get("resourceType").and_then(Value::as_str) == Some(wanted)
}

/// A field that is there.
pub(super) fn given<'v>(object: &'v Value, field: &str) -> Option<&'v Value> {
    object.get(field).filter(|value| !value.is_null())
}

pub(super) fn text<'v>(object: &'v Value, field: &'static str) -> Result<Option<&'v str>, Error> {
    let wrong = || Fault::WrongType("a string").in_field(field);
    given(object, field).map(|value| value.as_str().ok_or_else(wrong)).transpose()
}

/// The elements of a list, which may be absent.
pub(super) fn list<'v>(object: &'v Value, field: &'static str) -> Result<&'v [Value], Error> {
    let wrong = || Fault::WrongType("a list").in_field(field);
    given(object, field).map_or(Ok(&[]), |value| value.as_array().map(Vec::as_slice).ok_or_else(wrong))
}

pub(super) fn object<'v>(parent: &'v Value, field: &'static str) -> Result<Option<&'v Value>, Error> {
    match given(parent, field) {
        Some(value) if !value.is_object() => Err(Fault::WrongType("an object").in_field(field)),
        value => Ok(value),
    }
}

/// A number; `None` where the value is none.
pub(super) fn number(value: &Value) -> Option<Result<Score, ParseScoreError>> {
    value.as_number().map(|number| number.to_string().parse())
}

/// Whether nothing says that the meaning of an element is another one.
// Rule FHIR-5: A modifier that could change the meaning is an error where it stands. Source: HL7 FHIR R4,
// modifier extensions and implicit rules.
pub(super) fn plain(element: &Value) -> Result<(), Error> {
    for field in ["modifierExtension", "implicitRules"] {
        if given(element, field).is_some() {
            return Err(Fault::Modifier.in_field(field));
        }
    }
    Ok(())
}
