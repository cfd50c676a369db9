//! Which columns of a frame are read, and what the new ones are called.

use crate::errors::{Fault, raise};
use crate::measure::{self, Held};
use iapt_core::batch::COLUMNS;
use iapt_core::{Edition, Fact, Rates, rate_name};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::collections::HashMap;

/// The columns of an anxiety measure beside GAD-7: its name, its first and its last score.
const ANXIETY: [&str; 3] = ["anxiety_measure", "anxiety_first", "anxiety_last"];

/// What the national derived tables call them, in the order of the core's columns and then `ANXIETY`.
const NATIONAL: [&str; 7] = [
    "PHQ9_FirstScore",
    "PHQ9_LastScore",
    "GAD_FirstScore",
    "GAD_LastScore",
    "ADSM",
    "ADSM_FirstScore",
    "ADSM_LastScore",
];

/// The column that says which rows finished a course of treatment: this project's name and the national one.
const FINISHED: [&str; 2] = ["finished_course", "CompletedTreatment_Flag"];

/// The way in which columns are named.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    Plain,
    National,
}

impl Style {
    fn read(names: Option<&str>) -> PyResult<Self> {
        match names {
            None => Ok(Self::Plain),
            Some("nhs_england") => Ok(Self::National),
            Some(_) => Err(PyValueError::new_err("names must be None or \"nhs_england\"")),
        }
    }

    const fn fact(self, fact: Fact) -> &'static str {
        match self {
            Self::Plain => fact.name(),
            Self::National => fact.nhs_england_name(),
        }
    }
}

/// The column of this name is there, once.
fn check_present(present: &[String], name: &str) -> Result<(), Fault> {
    match present.iter().filter(|other| *other == name).count() {
        0 => Err(Fault::no_column(name)),
        1 => Ok(()),
        _ => {
            Err(Fault::frame("AMBIGUOUS_COLUMN", "the frame has several columns of this name").in_field(name))
        }
    }
}

/// The caller names no column twice.
fn check_named_once(names: &[String]) -> Result<(), Fault> {
    match names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        Some((_, name)) => Err(Fault::frame("AMBIGUOUS_COLUMN", "is named twice").in_field(name)),
        None => Ok(()),
    }
}

fn check_absent<'n>(present: &[String], names: impl IntoIterator<Item = &'n str>) -> Result<(), Fault> {
    match names.into_iter().find(|name| present.iter().any(|other| other == name)) {
        Some(name) => {
            let text = "the frame has a column of this name already: the result would have two";
            Err(Fault::frame("COLUMN_EXISTS", text).in_field(name))
        }
        None => Ok(()),
    }
}

/// How `outcomes` reads and names columns.
#[pyclass(frozen, module = "iapt._iapt")]
pub(crate) struct OutcomePlan {
    /// The caller's names of the four columns, and of the three of another anxiety measure where they are used.
    #[pyo3(get)]
    inputs: Vec<String>,
    /// The names of the eight columns made.
    #[pyo3(get)]
    outputs: Vec<&'static str>,
    measures: HashMap<String, Held>,
}

#[pymethods]
impl OutcomePlan {
    #[new]
    fn new(
        present: Vec<String>,
        columns: Option<HashMap<String, String>>,
        names: Option<&str>,
        measures: Option<HashMap<String, Held>>,
        appends: bool,
    ) -> PyResult<Self> {
        let style = Style::read(names)?;
        let mut columns = columns.unwrap_or_default();
        let keys = COLUMNS.into_iter().chain(ANXIETY);
        if let Some(unknown) = columns.keys().find(|key| !keys.clone().any(|known| known == *key)) {
            let known: Vec<_> = keys.collect();
            let text = format!(
                "columns has a key that means no column: {unknown}; it may have {}",
                known.join(", ")
            );
            return Err(PyValueError::new_err(text));
        }
        let asked = ANXIETY.iter().any(|key| columns.contains_key(*key));
        let mut inputs: Vec<String> = keys
            .zip(NATIONAL)
            .map(|(plain, national)| {
                let name = if style == Style::National { national } else { plain };
                columns.remove(plain).unwrap_or_else(|| name.into())
            })
            .collect();
        let anxiety = inputs.split_off(COLUMNS.len());
        let found = style == Style::National && anxiety.iter().any(|name| present.contains(name));
        if asked || found {
            inputs.extend(anxiety);
        }
        let measures = measures.unwrap_or_default();
        if !measures.is_empty() && style == Style::Plain && !asked {
            return Err(PyValueError::new_err(
                "measures needs names=\"nhs_england\" or a column of measures",
            ));
        }
        measures.values().try_for_each(|held| measure::decides(held)).map_err(raise)?;
        let outputs: Vec<_> = Fact::ALL.into_iter().map(|fact| style.fact(fact)).collect();
        inputs.iter().try_for_each(|name| check_present(&present, name))?;
        if appends {
            check_absent(&present, outputs.iter().copied())?;
        }
        Ok(Self { inputs, outputs, measures })
    }
}

impl OutcomePlan {
    pub(crate) fn outputs(&self) -> &[&'static str] {
        &self.outputs
    }

    /// The caller's name of the column of this number.
    pub(crate) fn input(&self, at: usize) -> &str {
        self.inputs.get(at).map_or("", String::as_str)
    }

    /// The error with the caller's name of the column.
    pub(crate) fn rename(&self, fault: impl Into<Fault>) -> Fault {
        let mut keys = COLUMNS.into_iter().chain(ANXIETY).zip(&self.inputs);
        fault.into().rename(move |field| keys.find(|(key, _)| *key == field).map(|(_, input)| input.clone()))
    }

    /// The measure that a name in the column of measures means; nothing where it is GAD-7.
    pub(crate) fn measure(&self, name: Option<&str>) -> Result<Option<Held>, Fault> {
        let Some(name) = name else { return Ok(None) };
        let held = match self.measures.get(name) {
            Some(held) => held.clone(),
            None => Held::built_in(
                Edition::CURRENT
                    .measure_by_national_name(name)
                    .or_else(|error| Edition::CURRENT.measure(name).map_err(|_| error))?,
            ),
        };
        measure::decides(&held)?;
        Ok(Some(held).filter(|held| *held != measure::gad7()))
    }
}

/// How `rates` reads and names columns.
#[pyclass(frozen, module = "iapt._iapt")]
pub(crate) struct RatesPlan {
    /// The columns to group by.
    #[pyo3(get)]
    by: Vec<String>,
    /// The caller's names of the eight facts, and of the column that says who finished where there is one.
    #[pyo3(get)]
    facts: Vec<String>,
}

#[pymethods]
impl RatesPlan {
    #[new]
    fn new(present: Vec<String>, by: Vec<String>) -> Result<Self, Fault> {
        let has = |style: Style| {
            Fact::ALL.into_iter().filter(|f| present.iter().any(|p| p == style.fact(*f))).count()
        };
        let style = if has(Style::National) > has(Style::Plain) { Style::National } else { Style::Plain };
        let mut facts: Vec<String> = Fact::ALL.into_iter().map(|fact| style.fact(fact).into()).collect();
        facts.iter().chain(&by).try_for_each(|name| check_present(&present, name))?;
        check_named_once(&by)?;
        check_absent(&by, result_names())?;
        let finished = FINISHED.map(|name| present.iter().any(|other| other == name).then_some(name));
        let finished = match style {
            Style::Plain => finished[0].or(finished[1]),
            Style::National => finished[1].or(finished[0]),
        };
        facts.extend(finished.map(String::from));
        Ok(Self { by, facts })
    }

    /// The names of the columns of counts and rates.
    #[getter]
    fn outputs(&self) -> Vec<&'static str> {
        result_names().collect()
    }
}

impl RatesPlan {
    pub(crate) fn by(&self) -> &[String] {
        &self.by
    }

    pub(crate) fn facts(&self) -> &[String] {
        &self.facts
    }
}

/// The names of counts, in order: all that finished, and of these each fact.
pub(crate) fn count_names() -> impl Iterator<Item = &'static str> {
    std::iter::once("finished").chain(Fact::ALL.map(Fact::name))
}

fn result_names() -> impl Iterator<Item = &'static str> {
    count_names().chain(Rates::FACTS.into_iter().filter_map(rate_name))
}

/// How `score` reads and names columns.
#[pyclass(frozen, module = "iapt._iapt")]
pub(crate) struct ScorePlan {
    pub(crate) measure: Held,
    pub(crate) missing: iapt_core::MissingItems,
    /// The caller's names of the items.
    #[pyo3(get)]
    inputs: Vec<String>,
    /// The names of the columns made.
    #[pyo3(get)]
    outputs: Vec<String>,
}

#[pymethods]
impl ScorePlan {
    #[new]
    fn new(present: Vec<String>, measure: Held, items: Vec<String>, missing: &str) -> PyResult<Self> {
        let missing = measure::missing_items(missing)?;
        let prefix = measure.id().map_or_else(|| slug(measure.name()), str::to_lowercase);
        let asks = measure.definition().questionnaire.as_ref().is_some_and(|q| q.self_harm_item.is_some());
        let kinds = ["total", "imputed", "severity"].into_iter().chain(asks.then_some("self_harm"));
        let outputs: Vec<_> = kinds.map(|kind| format!("{prefix}_{kind}")).collect();
        items.iter().try_for_each(|name| check_present(&present, name))?;
        check_named_once(&items)?;
        check_absent(&present, outputs.iter().map(String::as_str))?;
        Ok(Self { measure, missing, inputs: items, outputs })
    }

    /// Whether totals are whole numbers.
    #[getter]
    fn whole(&self) -> bool {
        self.measure.range().whole
    }
}

impl ScorePlan {
    pub(crate) fn outputs(&self) -> &[String] {
        &self.outputs
    }

    /// The caller's name of an item's column.
    pub(crate) fn input(&self, item: usize) -> &str {
        self.inputs.get(item).map_or("", String::as_str)
    }

    /// How many items the caller named.
    pub(crate) fn items(&self) -> usize {
        self.inputs.len()
    }

    pub(crate) fn asks_self_harm(&self) -> bool {
        self.measure.definition().questionnaire.as_ref().is_some_and(|q| q.self_harm_item.is_some())
    }

    /// The error with the caller's name of the item's column.
    pub(crate) fn rename(&self, fault: impl Into<Fault>) -> Fault {
        let fault = fault.into();
        let item = fault.item().and_then(|item| self.inputs.get(item).cloned());
        fault.rename(|_| item.clone())
    }
}

/// A name as it can stand in a column: lower case, words joined by underscores.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}
