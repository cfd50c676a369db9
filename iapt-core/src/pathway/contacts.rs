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
        sort_by_id(&mut self.order, contacts.len(), |row| contacts[row].id);
        let mut order = self.order.iter().map(|row| *row as usize).peekable();
        while let Some(row) = order.next() {
            let mut visit = Visit::of(contacts[row]);
            while let Some(next) = order.next_if(|next| same(contacts[*next].id, contacts[row].id)) {
                if visit.differs(&contacts[next]) {
                    log.note(Table::Contacts, next, FindingKind::DuplicateId);
                }
                visit.add(contacts[next]);
            }
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
        sort_by_id(&mut self.order, logs.len(), |row| logs[row].id);
        let mut order = self.order.iter().map(|row| *row as usize).peekable();
        while let Some(mut row) = order.next() {
            while let Some(next) = order.next_if(|next| same(logs[*next].id, logs[row].id)) {
                log.note(Table::InternetTherapy, next, FindingKind::DuplicateId);
                row = next;
            }
            if let Some(date) = window.within(logs[row].date) {
                treatment.treat(date);
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
pub(crate) fn sort_by_id<K: Ord>(order: &mut Vec<u32>, rows: usize, id: impl Fn(usize) -> K) {
    order.clear();
    order.extend((0..).take(rows));
    if !(1..rows).all(|row| id(row - 1) <= id(row)) {
        order.sort_by_key(|row| id(*row as usize));
    }
}

fn same(a: Option<RecordId>, b: Option<RecordId>) -> bool {
    a.is_some() && a == b
}

fn note_oddities(contacts: &[Contact], window: &Window, log: &mut Log<'_>) {
    if !log.wanted {
        return;
    }
    for (row, contact) in contacts.iter().enumerate() {
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

impl Visit {
    fn of(contact: Contact) -> Self {
        let gave = |intensity| contact.intensity == Some(intensity);
        Self { contact, low: gave(Intensity::Low), high: gave(Intensity::High) }
    }

    /// Another record of the same contact. Where records disagree, the later one counts; the therapies of all do.
    fn add(&mut self, contact: Contact) {
        let Self { low, high, contact: before } = *self;
        *self = Self::of(contact);
        self.low |= low;
        self.high |= high;
        self.contact.minutes = self.contact.minutes.max(before.minutes);
    }

    fn differs(&self, other: &Contact) -> bool {
        let told = |contact: &Contact| {
            (contact.date, contact.attendance, contact.appointment, contact.planned)
        };
        told(&self.contact) != told(other)
    }
}

impl Treatment {
    fn count(&mut self, visit: &Visit, window: &Window, stages: &mut stages::Work) {
        let contact = &visit.contact;
        let Some(date) = window.known(contact.date) else { return };
        if contact.attended() && !contact.is_follow_up() {
            self.care_contacts += 1;
        }
        if contact.assesses() {
            self.assessment = earliest(self.assessment, date);
        }
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
