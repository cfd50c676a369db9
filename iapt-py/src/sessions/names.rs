//! What the columns of the tables are called.

use crate::errors::Fault;
use iapt_core::pathway::Table;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::collections::HashMap;

/// A column of a table: its name here, what the national data set calls it, and whether there must be one.
struct Name {
    name: &'static str,
    national: &'static [&'static str],
    needed: bool,
}

const fn needed(name: &'static str, national: &'static [&'static str]) -> Name {
    Name { name, national, needed: true }
}

const fn optional(name: &'static str, national: &'static [&'static str]) -> Name {
    Name { name, national, needed: false }
}

const PATHWAY: Name = needed("pathway_id", &["PathwayID"]);

/// National names are those of the measures' definitions, which spell some in several ways; case and underscores do
/// not matter.
const fn names(table: Table) -> &'static [Name] {
    match table {
        Table::Referrals => {
            const {
                &[
                    PATHWAY,
                    needed("referral_date", &["ReferralRequestReceivedDate"]),
                    optional("discharge_date", &["ServDischDate", "ServDiscDate"]),
                    optional("end_code", &["EndCode"]),
                ]
            }
        }
        Table::Contacts => {
            const {
                &[
                    PATHWAY,
                    optional("contact_id", &["Unique_CareContactID"]),
                    needed("date", &["CareContDate", "CareContactDate"]),
                    needed("attendance", &["AttendOrDNACode"]),
                    needed("type", &["AppType"]),
                    optional("planned", &["PlannedCareContIndicator"]),
                    optional("therapy_code", &["CodeProcAndProcStatus"]),
                    optional("duration", &["ClinContDurOfCareCont"]),
                ]
            }
        }
        Table::Scores => {
            const {
                &[
                    PATHWAY,
                    optional("score_id", &["UniqueID_IDS607"]),
                    needed("date", &["AssToolCompDate", "CareContDate", "CareContactDate"]),
                    needed("measure", &["CodedAssToolType"]),
                    needed("score", &["PersScore"]),
                    optional("contact_id", &["Unique_CareContactID"]),
                ]
            }
        }
        Table::Complaints => {
            const {
                &[
                    PATHWAY,
                    optional("complaint_id", &["UniqueID_IDS603"]),
                    needed("code", &["Validated_PresentingComplaint"]),
                    optional("date", &["PresCompDate"]),
                    optional("primary", &["PresCompCodSig"]),
                ]
            }
        }
        Table::InternetTherapy => {
            const {
                &[
                    PATHWAY,
                    optional("log_id", &["UniqueID_IDS205"]),
                    needed("date", &["StartDateIntEnabledTherLog"]),
                ]
            }
        }
        Table::Employment => {
            const {
                &[
                    PATHWAY,
                    needed("date", &["EmployStatusRecDate"]),
                    needed("sick_pay", &["SickpayIndicator"]),
                ]
            }
        }
    }
}

pub(super) fn table(name: &str) -> PyResult<Table> {
    let found = Table::ALL.into_iter().find(|table| table.name() == name);
    found.ok_or_else(|| PyValueError::new_err("no such table"))
}

/// The names that the derivation knows of a table's columns.
#[pyfunction]
#[pyo3(name = "_session_names")]
pub(crate) fn session_names(table: &str) -> PyResult<Vec<&'static str>> {
    Ok(names(self::table(table)?).iter().map(|name| name.name).collect())
}

/// From each name that the derivation knows to that of the column in the frame at hand, for those that are there.
#[pyfunction]
#[pyo3(name = "_session_columns")]
pub(crate) fn session_columns(
    table: &str,
    present: Vec<String>,
    columns: HashMap<String, String>,
    names: Option<&str>,
) -> PyResult<Vec<(&'static str, String)>> {
    let known = self::names(self::table(table)?);
    if let Some(unknown) = columns.keys().find(|name| known.iter().all(|known| known.name != *name)) {
        let allowed: Vec<_> = known.iter().map(|name| name.name).collect();
        let text = format!("{table} has no such column; known are {}", allowed.join(", "));
        return Err(Fault::frame("UNKNOWN_NAME", text).in_field(unknown).into());
    }
    let national = match names {
        None => false,
        Some("nhs_england") => true,
        Some(_) => return Err(PyValueError::new_err("names must be None or \"nhs_england\"")),
    };
    let mut found = Vec::new();
    for name in known {
        let given = columns.get(name.name);
        let column = match given {
            Some(column) => present.contains(column).then(|| column.clone()),
            None if national => find_national(name, &present),
            None => present.iter().find(|column| *column == name.name).cloned(),
        };
        let wanted = || match given {
            Some(column) => column.clone(),
            None => (if national { name.national[0] } else { name.name }).to_owned(),
        };
        match column {
            Some(column) => found.push((name.name, column)),
            None if name.needed || given.is_some() => {
                let text = format!("{table} has no such column: it is needed as {}", name.name);
                return Err(Fault::frame("MISSING_COLUMN", text).in_field(wanted()).into());
            }
            None => {}
        }
    }
    Ok(found)
}

fn find_national(name: &Name, present: &[String]) -> Option<String> {
    let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
    let is = |column: &&String| name.national.iter().any(|national| plain(national) == plain(column));
    present.iter().find(is).cloned()
}
