//! Tables of columns into the core's sessions.

use super::ids::{Owners, Pathways, RecordIds, are_numbers, prepare, rank};
use super::names;
use super::read::{Column, ScoreColumn, codes, dates, minutes, or_nothing, or_whole};
use super::work::both;
use crate::errors::Fault;
use crate::room;
use crate::stream::ArrowStream;
use arrow_array::ArrayRef;
use iapt_core::batch::{NO_OWNER, Owner, ReferralRow, Sessions};
use iapt_core::pathway::{
    AppointmentType, Attendance, Coded, Complaint, Contact, DatedScore, EndReason, Finding, FindingKind,
    Instrument, Intensity, ProblemDescriptor, SickPay, Table, TherapyLog, read_primary, read_sick_pay,
    read_yes_no,
};
use iapt_core::{Day, Edition};
use pyo3::Python;
use std::collections::HashMap;

/// A table: its columns by the names that the derivation knows.
pub(super) struct TableData {
    columns: HashMap<String, (String, Column)>,
    pub(super) rows: usize,
}

/// All tables that were given.
pub(super) type Tables = HashMap<&'static str, TableData>;

impl TableData {
    /// The columns of a stream, of which the derivation knows each by a name.
    pub(super) fn of(py: Python<'_>, stream: &ArrowStream, names: &[String]) -> Result<Self, Fault> {
        let (mut columns, batches) = (HashMap::new(), py.detach(|| stream.check())?);
        for (at, (name, field)) in names.iter().zip(stream.schema().fields()).enumerate() {
            let is_id = name.ends_with("_id");
            let read = |array: ArrayRef| if is_id { or_whole(&array) } else { Ok(array) };
            let arrays = batches.iter().map(|batch| or_nothing(batch.column(at)).and_then(read));
            let arrays = arrays.collect::<Result<_, _>>()?;
            columns.insert(name.clone(), (field.name().clone(), arrays));
        }
        Ok(Self { columns, rows: stream.rows() })
    }

    pub(super) fn get(&self, name: &str) -> Option<&Column> {
        self.columns.get(name).map(|(_, column)| column)
    }

    /// What the caller calls a column.
    fn label<'n>(&'n self, name: &'n str) -> &'n str {
        self.columns.get(name).map_or(name, |(label, _)| label)
    }

    /// The values of a column, or the same for each row where there is no such column.
    fn read<T: Clone>(
        &self,
        name: &str,
        absent: T,
        read: impl FnOnce(&Column) -> Result<Vec<T>, Fault>,
    ) -> Result<Vec<T>, Fault> {
        match self.get(name) {
            Some(column) => read(column).map_err(|fault| fault.in_field(self.label(name))),
            None => room::filled(self.rows, absent),
        }
    }

    /// The identifiers of the rows.
    fn ids(&self, name: &str, owners: &[Owner], pathways: usize) -> Result<RecordIds, Fault> {
        let ids = RecordIds::read([self.get(name)]).map_err(|fault| fault.in_field(self.label(name)))?;
        let [ids] = rank(ids, [owners], pathways)?;
        Ok(ids)
    }

    fn dates(&self, name: &str) -> Result<Vec<Option<Day>>, Fault> {
        self.read(name, None, dates)
    }

    fn codes<T: Copy>(&self, name: &str, code: impl Fn(&str) -> T) -> Result<Vec<T>, Fault> {
        let absent = code("");
        self.read(name, absent, |column| codes(column, code))
    }
}

/// How the names of measures are read: the caller's own before those of the edition.
pub(super) type Tools = HashMap<String, Instrument>;

/// Reads all tables.
pub(super) fn load(tables: &Tables, tools: &Tools, threads: usize) -> Result<Sessions, Fault> {
    let referrals = tables.get(Table::Referrals.name()).ok_or_else(|| Fault::no_column("pathway_id"))?;
    let id = |table: &TableData| table.get("pathway_id").cloned().unwrap_or_default();
    let numbers = tables.values().all(|table| are_numbers(&id(table)));
    let prepare = |table: &TableData| {
        prepare(&id(table), numbers).map_err(|fault| fault.in_field(table.label("pathway_id")))
    };
    let keys = prepare(referrals)?;
    let (pathways, owners) = Pathways::number(&keys, numbers)?;
    let mut sessions = load_referrals(referrals, &owners, pathways.len(), threads)?;
    let of = |table: Table| tables.get(table.name());
    let find = |table: Option<&TableData>| -> Result<Option<Owners>, Fault> {
        table.map(|table| pathways.find(&prepare(table)?, threads)).transpose()
    };
    let mut contacts = find(of(Table::Contacts))?;
    let mut scores = find(of(Table::Scores))?;
    load_contacts_and_scores(
        &mut sessions,
        (of(Table::Contacts), &mut contacts),
        (of(Table::Scores), &mut scores),
        tools,
    )?;
    note_owners(&mut sessions, Table::Contacts, contacts.as_ref())?;
    note_owners(&mut sessions, Table::Scores, scores.as_ref())?;
    for (table, load) in OTHERS {
        let owners = find(of(*table))?;
        if let (Some(data), Some(owners)) = (of(*table), &owners) {
            load(&mut sessions, data, &owners.owners)?;
        }
        note_owners(&mut sessions, *table, owners.as_ref())?;
    }
    Ok(sessions)
}

type Load = fn(&mut Sessions, &TableData, &[Owner]) -> Result<(), Fault>;

const OTHERS: &[(Table, Load)] = &[
    (Table::Complaints, load_complaints),
    (Table::InternetTherapy, load_internet_therapy),
    (Table::Employment, load_employment),
];

fn note_owners(sessions: &mut Sessions, table: Table, owners: Option<&Owners>) -> Result<(), Fault> {
    let Some(Owners { missing, unknown, .. }) = owners else { return Ok(()) };
    for (rows, kind) in [(missing, FindingKind::MissingId), (unknown, FindingKind::UnknownPathway)] {
        for row in rows {
            sessions.note(Finding { table, row: *row, kind })?;
        }
    }
    Ok(())
}

fn load_referrals(
    data: &TableData,
    owners: &[Owner],
    pathways: usize,
    threads: usize,
) -> Result<Sessions, Fault> {
    let referred = data.dates("referral_date")?;
    let discharged = data.dates("discharge_date")?;
    let end_reason = data.codes("end_code", EndReason::read)?;
    let row = |row: usize| ReferralRow {
        referred: referred[row],
        discharged: discharged[row],
        end_reason: end_reason[row],
    };
    Ok(Sessions::new(owners, row, pathways, threads)?)
}

/// A table, and the owners of its rows, which are taken.
type Given<'a> = (Option<&'a TableData>, &'a mut Option<Owners>);

fn load_contacts_and_scores(
    sessions: &mut Sessions,
    (contacts, contact_owners): Given<'_>,
    (scores, score_owners): Given<'_>,
    tools: &Tools,
) -> Result<(), Fault> {
    let owners = |owners: &'_ mut Option<Owners>| {
        owners.as_mut().map_or_else(Vec::new, |owners| std::mem::take(&mut owners.owners))
    };
    let (contact_owners, mut score_owners) = (owners(contact_owners), owners(score_owners));
    let pathways = sessions.len();
    let contact_part = || {
        let [ids, refers] = linked_ids(contacts, scores)?;
        let linked = rank([ids, refers], [&contact_owners, &score_owners], pathways)?;
        Ok::<_, Fault>((linked, contacts.map(ContactRows::read).transpose()?))
    };
    let score_part =
        || scores.map(|scores| ScoreRows::read(scores, tools, &score_owners, pathways)).transpose();
    let (contact_part, score_rows) = both(contact_part, score_part);
    let ([ids, refers], contact_rows) = contact_part?;
    if let Some(rows) = contact_rows {
        sessions.set_contacts(&contact_owners, |row| Contact { id: ids.number(row), ..rows.get(row) })?;
    }
    if let Some(rows) = score_rows? {
        // A row without a score says nothing.
        for (row, owner) in score_owners.iter_mut().enumerate() {
            if !rows.score.is_present(row) {
                *owner = NO_OWNER;
            }
        }
        let score = |row| DatedScore { contact: refers.number(row), ..rows.get(row) };
        sessions.set_scores(&score_owners, score)?;
    }
    Ok(())
}

/// The identifiers of contacts, and those by which scores refer to them.
fn linked_ids(contacts: Option<&TableData>, scores: Option<&TableData>) -> Result<[RecordIds; 2], Fault> {
    let get = |table: Option<&'_ TableData>| table.and_then(|table| table.get("contact_id")).cloned();
    let (ids, refers) = (get(contacts), get(scores));
    let linked = RecordIds::read([ids.as_ref(), refers.as_ref()]);
    let label = contacts.map_or("contact_id", |contacts| contacts.label("contact_id"));
    linked.map_err(|fault| fault.in_field(label))
}

struct ContactRows {
    date: Vec<Option<Day>>,
    attendance: Vec<Coded<Attendance>>,
    appointment: Vec<Coded<AppointmentType>>,
    planned: Vec<Coded<bool>>,
    intensity: Vec<Option<Intensity>>,
    minutes: Vec<u16>,
}

impl ContactRows {
    fn read(data: &TableData) -> Result<Self, Fault> {
        Ok(Self {
            date: data.dates("date")?,
            attendance: data.codes("attendance", Attendance::read)?,
            appointment: data.codes("type", AppointmentType::read)?,
            planned: data.codes("planned", read_yes_no)?,
            intensity: data.codes("therapy_code", Intensity::read_therapy)?,
            minutes: data.read("duration", 0, minutes)?,
        })
    }

    fn get(&self, row: usize) -> Contact {
        Contact {
            id: None,
            date: self.date[row],
            attendance: self.attendance[row],
            appointment: self.appointment[row],
            planned: self.planned[row],
            intensity: self.intensity[row],
            minutes: self.minutes[row],
        }
    }
}

struct ScoreRows {
    id: RecordIds,
    date: Vec<Option<Day>>,
    instrument: Vec<Coded<Instrument>>,
    score: ScoreColumn,
}

impl ScoreRows {
    fn read(data: &TableData, tools: &Tools, owners: &[Owner], pathways: usize) -> Result<Self, Fault> {
        let id = data.ids("score_id", owners, pathways)?;
        let instrument = |name: &str| match name.trim() {
            "" => Coded::Missing,
            name => tools.get(name).copied().or_else(|| Instrument::named(name, Edition::CURRENT)).into(),
        };
        let none = Column::new();
        let score = data.get("score").unwrap_or(&none);
        Ok(Self {
            id,
            date: data.dates("date")?,
            instrument: data.codes("measure", instrument)?,
            score: ScoreColumn::read(score).map_err(|fault| fault.in_field(data.label("score")))?,
        })
    }

    fn get(&self, row: usize) -> DatedScore {
        DatedScore {
            id: self.id.number(row),
            date: self.date[row],
            instrument: self.instrument[row],
            score: self.score.get(row),
            contact: None,
        }
    }
}

fn load_complaints(sessions: &mut Sessions, data: &TableData, owners: &[Owner]) -> Result<(), Fault> {
    let ids = data.ids("complaint_id", owners, sessions.len())?;
    let date = data.dates("date")?;
    let descriptor = data.codes("code", ProblemDescriptor::read)?;
    let primary = data.codes("primary", read_primary)?;
    let row = |row: usize| Complaint {
        id: ids.number(row),
        date: date[row],
        descriptor: descriptor[row],
        primary: primary[row],
    };
    Ok(sessions.set_complaints(owners, row)?)
}

fn load_internet_therapy(sessions: &mut Sessions, data: &TableData, owners: &[Owner]) -> Result<(), Fault> {
    let ids = data.ids("log_id", owners, sessions.len())?;
    let date = data.dates("date")?;
    let row = |row: usize| TherapyLog { id: ids.number(row), date: date[row] };
    Ok(sessions.set_internet_therapy(owners, row)?)
}

fn load_employment(sessions: &mut Sessions, data: &TableData, owners: &[Owner]) -> Result<(), Fault> {
    let date = data.dates("date")?;
    let received = data.codes("sick_pay", read_sick_pay)?;
    Ok(sessions.set_sick_pay(owners, |row| SickPay { date: date[row], received: received[row] })?)
}

/// The table of a name.
pub(super) fn table_named(name: &str) -> pyo3::PyResult<&'static str> {
    names::table(name).map(Table::name)
}
