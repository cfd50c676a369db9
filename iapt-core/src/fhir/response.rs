//! A QuestionnaireResponse: which questionnaire it fills in, and the answers.

use super::answer;
use super::codes::{FORMS, Form, LOINC, is_loinc};
use super::date::DateTime;
use super::error::{Error, Fault, shown};
use super::json::{self, given, list, object, plain, text};
use super::observation::Observation;
use crate::error::Error as ScoreError;
use crate::items::{ItemScore, MissingItems};
use crate::measure::Measure;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;
use serde_json::{Value, json};

/// A filled-in PHQ-9 or GAD-7.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    pub(super) form: &'static Form,
    pub(super) answers: Vec<Option<i64>>,
    pub(super) head: Head,
}

/// Whom a response is about, when it was given, and how it is referred to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    pub(super) subject: Option<Value>,
    pub(super) encounter: Option<Value>,
    pub(super) authored: Option<DateTime>,
    pub(super) itself: Option<Value>,
}

pub(super) const TYPE: &str = "QuestionnaireResponse";

impl Response {
    /// Reads a QuestionnaireResponse, as UTF-8 JSON.
    ///
    /// # Errors
    /// A text that is no completed response to PHQ-9 or to GAD-7, or has an answer that its item does not have. Unanswered
    /// items are none: see [`Response::score`].
    pub fn read(json: &[u8]) -> Result<Self, Error> {
        let mut all = Self::all(&json::resource(json, TYPE)?)?.into_iter();
        match (all.next(), all.next()) {
            (Some(response), None) => Ok(response),
            (Some(_), Some(_)) => Err(Fault::Ambiguous.in_field(ITEM)),
            (None, _) => Err(Fault::NotRecognised.in_field(ITEM)),
        }
    }

    /// The questionnaires that a resource fills in: none, one, or several on one form.
    pub(super) fn all(resource: &Value) -> Result<Vec<Self>, Error> {
        let filled = Items::read(resource).and_then(|items| items.filled(resource));
        if filled.as_ref().is_ok_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        // What does not count may be as odd as it likes.
        if !matches!(text(resource, "status")?, Some("completed" | "amended")) {
            return Err(Fault::Status("completed or amended").in_field("status"));
        }
        plain(resource)?;
        let (filled, head) = (filled?, Head::read(resource)?);
        Ok(filled.into_iter().map(|(form, answers)| Self { form, answers, head: head.clone() }).collect())
    }

    /// The measure that was filled in.
    #[must_use]
    pub const fn measure(&self) -> &'static Measure {
        self.form.measure
    }

    /// The points of the answers in the questionnaire's order; `None` is an unanswered item.
    #[must_use]
    pub fn answers(&self) -> &[Option<i64>] {
        &self.answers
    }

    /// The score, as [`Measure::score_items`] gives it.
    ///
    /// # Errors
    /// Too many unanswered items for a score.
    pub fn score(&self, missing: MissingItems) -> Result<ItemScore, ScoreError> {
        self.measure().score_items(self.answers.iter().copied(), missing)
    }

    /// The score as an Observation; where there are too few answers for one, an Observation without a value.
    #[must_use]
    pub fn observation(&self) -> Observation {
        Observation::of(self)
    }
}

impl Head {
    fn read(resource: &Value) -> Result<Self, Error> {
        let authored = text(resource, "authored")?.map(DateTime::read).transpose();
        Ok(Self {
            subject: reference(resource, "subject")?,
            encounter: reference(resource, "encounter")?,
            authored: authored.map_err(|fault| fault.in_field("authored"))?,
            itself: itself(resource)?,
        })
    }
}

/// A reference that means the same outside its resource.
pub(super) fn reference(resource: &Value, field: &'static str) -> Result<Option<Value>, Error> {
    let Some(reference) = object(resource, field)? else { return Ok(None) };
    let target = text(reference, "reference").map_err(|error| error.within(field))?;
    if target.is_some_and(|target| target.starts_with('#')) {
        return Err(Fault::WrongType("a reference to a resource that is not contained").in_field(field));
    }
    Ok(Some(reference.clone()))
}

/// A reference to the resource itself, where it has an identity.
fn itself(resource: &Value) -> Result<Option<Value>, Error> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    let id = text(resource, "id")?.filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(allowed));
    let identifier = object(resource, "identifier")?;
    Ok(match (id, identifier) {
        (Some(id), _) => Some(json!({"reference": format!("{TYPE}/{id}")})),
        (None, Some(identifier)) => Some(json!({"type": TYPE, "identifier": identifier})),
        (None, None) => None,
    })
}

const ITEM: &str = "item";

/// The items of the questionnaires.
struct Items<'v> {
    /// The LOINC panel that the response says it is of.
    panel: Option<&'v str>,
    /// For each questionnaire, which items are there, and the answers to them.
    seen: [Vec<Option<Answer>>; FORMS.len()],
}

/// The points of an answer; `None` where an item is not answered.
type Answer = Option<i64>;

/// Which questionnaire, and which of its items, both counted from 0.
type Place = (usize, usize);

impl<'v> Items<'v> {
    fn read(resource: &'v Value) -> Result<Self, Error> {
        let panel = text(resource, "questionnaire")?.map(panel_of).filter(|panel| is_loinc(panel));
        let mut items = Self { panel, seen: FORMS.each_ref().map(|form| vec![None; form.items.len()]) };
        items.walk(resource, &mut Vec::new())?;
        Ok(items)
    }

    /// Goes through the items below an element. JSON that nests too deeply was not read in the first place.
    fn walk(&mut self, parent: &'v Value, links: &mut Vec<&'v str>) -> Result<(), Error> {
        for element in list(parent, ITEM).map_err(|error| error.below(links))? {
            let link = text(element, "linkId").map_err(|error| error.below(links))?;
            links.push(link.map_or("?", shown));
            if let Some(place) = self.place(element, link).map_err(|error| error.below(links))? {
                self.take(element, place).map_err(|error| error.below(links).in_item(place.1))?;
            }
            self.walk(element, links)?;
            for answer in list(element, "answer").map_err(|error| error.below(links))? {
                self.walk(answer, links)?;
            }
            links.pop();
        }
        Ok(())
    }

    /// Which item of which questionnaire an element is.
    fn place(&self, element: &Value, link: Option<&str>) -> Result<Option<Place>, Error> {
        let definition = text(element, "definition")?.filter(|definition| definition.starts_with(LOINC));
        let codes = codes(element)?.chain(link.map(last_part)).chain(definition.map(last_part));
        let coded = codes.filter_map(|code| self.coded(code));
        let mut places = link.and_then(|link| self.linked(link)).into_iter().chain(coded);
        let first = places.next();
        if places.any(|place| Some(place) != first) {
            return Err(Fault::Contradiction.in_field("code"));
        }
        Ok(first)
    }

    fn coded(&self, code: &str) -> Option<Place> {
        let allowed = |form: &Form| self.panel.is_none_or(|panel| form.panels.contains(&panel));
        find(|form| if allowed(form) { form.items } else { &[] }, code)
    }

    /// The item of this name in LOINC's own Questionnaire: elsewhere, such a number means nothing.
    fn linked(&self, link: &str) -> Option<Place> {
        find(|form| if self.names(form) { form.links } else { &[] }, link)
    }

    /// Whether the response says that it is of this questionnaire.
    fn names(&self, form: &Form) -> bool {
        self.panel.is_some_and(|panel| form.panels.first() == Some(&panel))
    }

    fn take(&mut self, element: &Value, (at, item): Place) -> Result<(), Error> {
        let (form, seen) = (&FORMS[at], &mut self.seen[at][item]);
        if seen.is_some() {
            return Err(Fault::Duplicate.in_field("linkId"));
        }
        *seen = Some(answer::points(element, form, form.items[item])?);
        Ok(())
    }

    /// The questionnaires that are there, with their answers.
    // Rule FHIR-1: An item that is not there, or has no answer, is unanswered: never 0. Source: this
    // project's choice.
    fn filled(self, resource: &Value) -> Result<Vec<(&'static Form, Vec<Answer>)>, Error> {
        let empty = given(resource, ITEM).is_none();
        let mut filled = Vec::new();
        for (form, seen) in FORMS.iter().zip(&self.seen) {
            let named = self.names(form);
            if seen.iter().any(Option::is_some) || (named && empty) {
                filled.push((form, seen.iter().map(|answer| answer.flatten()).collect()));
            } else if named {
                return Err(Fault::NotRecognised.in_field(ITEM));
            }
        }
        Ok(filled)
    }
}

/// Where a name is among those of the questionnaires' items.
fn find(names: impl Fn(&'static Form) -> &'static [&'static str], wanted: &str) -> Option<Place> {
    let item = |form| names(form).iter().position(|name| *name == wanted);
    FORMS.iter().enumerate().find_map(|(at, form)| Some((at, item(form)?)))
}

/// The LOINC codes in an element's `code`: a list of codings, a single one, or those of a concept.
fn codes(element: &Value) -> Result<impl Iterator<Item = &str>, Error> {
    let codings = match given(element, "code") {
        None => &[],
        Some(Value::Array(codings)) => codings.as_slice(),
        Some(concept) if given(concept, "coding").is_some() => list(concept, "coding")?,
        Some(coding) => core::slice::from_ref(coding),
    };
    Ok(codings.iter().filter(|coding| coding["system"] == LOINC).filter_map(|coding| coding["code"].as_str()))
}

/// What a canonical URL ends in, without version and fragment.
fn panel_of(canonical: &str) -> &str {
    let url = canonical.split(['|', '#']).next().unwrap_or(canonical);
    last_part(url)
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
