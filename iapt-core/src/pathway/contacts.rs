//! The contacts of a referral: which were attended, which were treatments, and when.

use super::codes::{AppointmentType, Attendance, Coded, Intensity};
use super::findings::{FindingKind, Table};
use super::records::{Contact, Pathway, RecordId, TherapyLog};
use super::{Log, Place, Window, stages};
use crate::day::Day;
use alloc::vec::Vec;

/// What the contacts come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Treatment {
    pub(crate) care_contacts: u32,
    pub(crate) treatment_contacts: u32,
    pub(crate) assessment: Option<Day>,
    pub(crate) first: Option<Day>,
    pub(crate) second: Option<Day>,
    pub(crate) last: Option<Day>,
    pub(crate) low_intensity_contacts: u32,
    pub(crate) high_intensity_contacts: u32,
    pub(crate) first_low_intensity: Option<Day>,
    pub(crate) first_high_intensity: Option<Day>,
    /// Treatment contacts whose length is recorded, and the sum of their minutes.
    pub(crate) timed_contacts: u32,
    pub(crate) minutes: u32,
}

/// A contact put together from its records.
#[derive(Debug, Clone, Copy)]
struct Visit {
    contact: Contact,
    low: bool,
    high: bool,
}

/// Working memory.
#[derive(Debug, Default)]
pub(crate) struct Work {
    order: Vec<u32>,
    /// The contacts that scores may refer to, by identifier, and whether they are follow-ups.
    follow_ups: Vec<(RecordId, bool)>,
}

impl Work {
    pub(crate) fn read(
        &mut self,
        pathway: &Pathway<'_>,
        window: &Window,
        stages: &mut stages::Work,
        log: &mut Log<'_>,
    ) -> Treatment {
        let contacts = pathway.contacts;
        note_oddities(contacts, window, log);
        self.follow_ups.clear();
        stages.clear();
        let mut treatment = Treatment::default();
        let known = |row: &usize| window.exists(contacts[*row].date);
        sort_by_id(&mut self.order, (0..contacts.len()).filter(known), |row| contacts[row].id);
        for rows in self.order.chunk_by(|a, b| same(contacts[*a as usize].id, contacts[*b as usize].id)) {
            let visit = Visit::of(contacts, rows);
            note_overruled(contacts, rows, &visit.contact, log);
            if let Some(id) = visit.contact.id {
                self.follow_ups.push((id, visit.contact.is_follow_up()));
            }
            treatment.count(&visit, window, stages);
        }
        self.read_logs(pathway.internet_therapy, window, &mut treatment, stages, log);
        treatment
    }

    fn read_logs(
        &mut self,
        logs: &[TherapyLog],
        window: &Window,
        treatment: &mut Treatment,
        stages: &mut stages::Work,
        log: &mut Log<'_>,
    ) {
        let known = |row: &usize| window.exists(logs[*row].date);
        sort_by_id(&mut self.order, (0..logs.len()).filter(known), |row| logs[row].id);
        for rows in self.order.chunk_by(|a, b| same(logs[*a as usize].id, logs[*b as usize].id)) {
            let Some((last, overruled)) = rows.split_last() else { continue };
            for row in overruled {
                log.note(Table::InternetTherapy, *row as usize, FindingKind::DuplicateId);
            }
            if let Some(date) = window.within(logs[*last as usize].date) {
                treatment.treat(date);
                // Rule CONTACT-7: A week of internet-enabled therapy counts as one treatment contact of high
                // intensity on its first day. Source: this project's choice, after NHS England, NHS Talking
                // Therapies metadata, M343.
                treatment.intensify(date, Intensity::High, stages);
            }
        }
        for (row, _) in logs.iter().enumerate().filter(|(_, therapy)| therapy.date.is_none()) {
            log.note(Table::InternetTherapy, row, FindingKind::MissingDate);
        }
    }

    /// Whether a contact is a follow-up; `None` where the referral has no such contact.
    pub(crate) fn is_follow_up(&self, id: RecordId) -> Option<bool> {
        let at = self.follow_ups.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.follow_ups[at].1)
    }
}

/// Rows in the order of their identifiers; rows with the same one, or with none, in the order of the table.
pub(crate) fn sort_by_id<K: Ord>(
    order: &mut Vec<u32>,
    rows: impl Iterator<Item = usize>,
    id: impl Fn(usize) -> K,
) {
    order.clear();
    order.extend(rows.filter_map(|row| u32::try_from(row).ok()));
    let id = |row: &u32| id(*row as usize);
    if !order.is_sorted_by_key(id) {
        order.sort_by_key(id);
    }
}

fn same(a: Option<RecordId>, b: Option<RecordId>) -> bool {
    a.is_some() && a == b
}

fn note_oddities(contacts: &[Contact], window: &Window, log: &mut Log<'_>) {
    if !log.wanted {
        return;
    }
    let known = contacts.iter().enumerate().filter(|(_, contact)| window.exists(contact.date));
    for (row, contact) in known {
        let unknown = [
            (contact.attendance.is_unknown(), "attendance"),
            (contact.appointment.is_unknown(), "type"),
            (contact.planned.is_unknown(), "planned"),
        ];
        for (_, field) in unknown.into_iter().filter(|(unknown, _)| *unknown) {
            log.note(Table::Contacts, row, FindingKind::UnknownCode(field));
        }
        match window.place(contact.date) {
            Place::Before => log.note(Table::Contacts, row, FindingKind::ContactBeforeReferral),
            Place::After if !contact.is_follow_up() => {
                log.note(Table::Contacts, row, FindingKind::ContactAfterDischarge);
            }
            _ if contact.date.is_none() => log.note(Table::Contacts, row, FindingKind::MissingDate),
            _ => {}
        }
    }
}

impl Contact {
    /// Whether it was attended: on time, late but seen, or unplanned.
    #[must_use]
    // Rule CONTACT-2: An unplanned contact was attended, whatever its attendance code. Source: this project's
    // choice.
    pub fn attended(&self) -> bool {
        self.attendance.known().is_some_and(Attendance::seen) || self.planned == Coded::Known(false)
    }

    fn is_follow_up(&self) -> bool {
        self.appointment == Coded::Known(AppointmentType::FollowUp)
    }

    fn assesses(&self) -> bool {
        self.attended() && self.appointment.known().is_some_and(AppointmentType::assesses)
    }

    fn treats(&self) -> bool {
        self.attended() && self.appointment.known().is_some_and(AppointmentType::treats)
    }
}

/// Notes the records of a contact that disagree with the one that counts.
fn note_overruled(contacts: &[Contact], rows: &[u32], counts: &Contact, log: &mut Log<'_>) {
    let told = |contact: &Contact| (contact.date, contact.attendance, contact.appointment, contact.planned);
    for row in rows.iter().map(|row| *row as usize).filter(|row| told(&contacts[*row]) != told(counts)) {
        log.note(Table::Contacts, row, FindingKind::DuplicateId);
    }
}

impl Visit {
    /// The contact of some records. Where they disagree, the last one counts; the therapies of all do.
    // Rule CONTACT-8: Records with one identifier are one contact, of which the last row counts. Source: this
    // project's choice.
    fn of(contacts: &[Contact], rows: &[u32]) -> Self {
        let records = || rows.iter().map(|row| &contacts[*row as usize]);
        let gave = |intensity| records().any(|record| record.intensity == Some(intensity));
        let minutes = records().map(|record| record.minutes).max().unwrap_or_default();
        let last = records().next_back().copied().unwrap_or_default();
        Self { contact: Contact { minutes, ..last }, low: gave(Intensity::Low), high: gave(Intensity::High) }
    }
}

impl Treatment {
    fn count(&mut self, visit: &Visit, window: &Window, stages: &mut stages::Work) {
        let contact = &visit.contact;
        let Some(date) = window.known(contact.date) else { return };
        // Rule CONTACT-6: Care contacts are attended contacts of any type but 06, follow-up. Source: this
        // project's choice, after NHS England, NHS Talking Therapies metadata, M073 and M074.
        if contact.attended() && !contact.is_follow_up() {
            self.care_contacts += 1;
        }
        if contact.assesses() {
            self.assessment = earliest(self.assessment, date);
        }
        // Rule CONTACT-5: A treatment contact is an attended treatment dated from referral to discharge, both
        // included. Source: NHS England, NHS Talking Therapies metadata, M076.
        if contact.treats() && window.place(contact.date) == Place::Within {
            self.treat(date);
            if contact.minutes > 0 {
                self.timed_contacts += 1;
                self.minutes = self.minutes.saturating_add(u32::from(contact.minutes));
            }
            if visit.low {
                self.intensify(date, Intensity::Low, stages);
            }
            if visit.high {
                self.intensify(date, Intensity::High, stages);
            }
        }
    }

    fn treat(&mut self, date: Day) {
        self.treatment_contacts += 1;
        self.last = self.last.max(Some(date));
        match self.first {
            None => self.first = Some(date),
            Some(first) if date < first => {
                self.second = Some(first);
                self.first = Some(date);
            }
            Some(_) => self.second = earliest(self.second, date),
        }
    }

    fn intensify(&mut self, date: Day, intensity: Intensity, stages: &mut stages::Work) {
        let (contacts, first) = match intensity {
            Intensity::Low => (&mut self.low_intensity_contacts, &mut self.first_low_intensity),
            Intensity::High => (&mut self.high_intensity_contacts, &mut self.first_high_intensity),
        };
        *contacts += 1;
        *first = earliest(*first, date);
        stages.push(date, intensity);
    }
}

fn earliest(so_far: Option<Day>, date: Day) -> Option<Day> {
    Some(so_far.map_or(date, |day| day.min(date)))
}
