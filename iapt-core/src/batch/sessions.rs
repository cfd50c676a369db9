//! The sessions of many referrals: tables in, referral by referral out.

use super::grouped::{Grouped, NO_OWNER, Owner, push};
use crate::day::Day;
use crate::error::Error;
use crate::pathway::{
    Coded, Complaint, Contact, DatedScore, Derived, Deriver, EndReason, Finding, FindingKind, Instruments,
    Pathway, SickPay, Table, TherapyLog,
};
use alloc::vec::Vec;
use core::ops::Range;

/// A row of the table of referrals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReferralRow {
    /// When the referral was received.
    pub referred: Option<Day>,
    /// When the patient was discharged.
    pub discharged: Option<Day>,
    /// Why the referral ended.
    pub end_reason: Coded<EndReason>,
}

/// The tables of many referrals, each row with its pathway.
///
/// ```
/// use iapt_core::Edition;
/// use iapt_core::batch::{ReferralRow, Sessions};
/// use iapt_core::pathway::{AppointmentType, Attendance, Contact, Instruments};
/// let day = |text: &str| text.parse().ok();
/// let referral = ReferralRow { referred: day("2024-04-01"), ..ReferralRow::default() };
/// let contact = Contact {
///     date: day("2024-05-01"),
///     attendance: Attendance::read("5"),
///     appointment: AppointmentType::read("02"),
///     ..Contact::default()
/// };
/// let mut sessions = Sessions::new(&[0, 1], |_| referral, 2, 1)?;
/// sessions.set_contacts(&[1, 1, 0], |_| contact)?;
/// let mut contacts = Vec::new();
/// let instruments = Instruments::of(Edition::CURRENT);
/// sessions.derive(0..2, &instruments, None, None, |_, derived| contacts.push(derived.treatment_contacts));
/// assert_eq!(contacts, [1, 2]);
/// # Ok::<(), iapt_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Sessions {
    referrals: Grouped<ReferralRow>,
    contacts: Grouped<Contact>,
    scores: Grouped<DatedScore>,
    complaints: Grouped<Complaint>,
    internet_therapy: Grouped<TherapyLog>,
    sick_pay: Grouped<SickPay>,
    findings: Vec<Finding>,
    threads: usize,
}

impl Sessions {
    /// The referrals of so many pathways. Of several rows of one pathway the one with the latest referral date
    /// counts, then the last; the others are findings. Large tables are shared among so many threads (without `std`, one).
    ///
    /// # Errors
    /// As [`Grouped::new`].
    pub fn new(
        owners: &[Owner],
        row: impl Fn(usize) -> ReferralRow + Sync,
        pathways: usize,
        threads: usize,
    ) -> Result<Self, Error> {
        let referrals = Grouped::new(pathways, owners, row, threads)?;
        let mut sessions = Self { referrals, threads, ..Self::default() };
        for (row, _) in owners.iter().enumerate().filter(|(_, owner)| **owner == NO_OWNER) {
            sessions.note(Finding { table: Table::Referrals, row, kind: FindingKind::MissingId })?;
        }
        Ok(sessions)
    }

    /// The rows of a pathway in the table of referrals that are known at the end of a day, each with its place.
    fn known(&self, pathway: usize, as_at: Option<Day>) -> impl Iterator<Item = (&ReferralRow, u32)> {
        let known = move |day: Day| as_at.is_none_or(|end| day <= end);
        let rows = self.referrals.rows(pathway).iter().zip(self.referrals.places(pathway).iter().copied());
        rows.filter(move |(row, _)| row.referred.is_none_or(known))
    }

    /// The row of the table of referrals that counts at the end of a day, and its place; where none is known then, the
    /// one that counts later.
    // Rule PERIOD-3: There is one referral a pathway: of several rows the latest counts, and the others are findings.
    // Source: NHS England, NHS Talking Therapies metadata (UsePathway_Flag); which row counts is this project's choice.
    fn referral(&self, pathway: usize, as_at: Option<Day>) -> (ReferralRow, u32) {
        let latest = |as_at| self.known(pathway, as_at).max_by_key(|(row, place)| (row.referred, *place));
        let counts = latest(as_at).or_else(|| latest(None));
        counts.map_or((ReferralRow::default(), NO_OWNER), |(row, place)| (*row, place))
    }

    /// How many pathways there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.referrals.owners()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows of the table of referrals that count at the end of a day, one a pathway.
    pub fn kept_rows(&self, as_at: Option<Day>) -> impl Iterator<Item = u32> {
        (0..self.len()).map(move |pathway| self.referral(pathway, as_at).1)
    }

    /// What is odd about rows before their referral is looked at, as known at the end of a day.
    pub fn findings(&self, as_at: Option<Day>) -> impl Iterator<Item = Finding> {
        let overruled = (0..self.len()).flat_map(move |pathway| {
            let (_, kept) = self.referral(pathway, as_at);
            self.known(pathway, as_at).map(|(_, place)| place).filter(move |place| *place != kept)
        });
        let duplicate = |place: u32| Finding {
            table: Table::Referrals,
            row: place as usize,
            kind: FindingKind::DuplicateId,
        };
        self.findings.iter().copied().chain(overruled.map(duplicate))
    }

    /// Notes something odd about a row that was found when it was read.
    ///
    /// # Errors
    /// [`OutOfMemory`](crate::ErrorKind::OutOfMemory).
    pub fn note(&mut self, finding: Finding) -> Result<(), Error> {
        Ok(push(&mut self.findings, finding)?)
    }

    fn grouped<T: Copy + Default + Send>(
        &self,
        owners: &[Owner],
        row: impl Fn(usize) -> T + Sync,
    ) -> Result<Grouped<T>, Error> {
        Grouped::new(self.len(), owners, row, self.threads)
    }

    /// Sets the table of contacts.
    ///
    /// # Errors
    /// As [`Sessions::new`].
    pub fn set_contacts(
        &mut self,
        owners: &[Owner],
        row: impl Fn(usize) -> Contact + Sync,
    ) -> Result<(), Error> {
        self.contacts = self.grouped(owners, row)?;
        Ok(())
    }

    /// Sets the table of scores.
    ///
    /// # Errors
    /// As [`Sessions::new`].
    pub fn set_scores(
        &mut self,
        owners: &[Owner],
        row: impl Fn(usize) -> DatedScore + Sync,
    ) -> Result<(), Error> {
        self.scores = self.grouped(owners, row)?;
        Ok(())
    }

    /// Sets the table of presenting complaints.
    ///
    /// # Errors
    /// As [`Sessions::new`].
    pub fn set_complaints(
        &mut self,
        owners: &[Owner],
        row: impl Fn(usize) -> Complaint + Sync,
    ) -> Result<(), Error> {
        self.complaints = self.grouped(owners, row)?;
        Ok(())
    }

    /// Sets the table of weeks of internet-enabled therapy.
    ///
    /// # Errors
    /// As [`Sessions::new`].
    pub fn set_internet_therapy(
        &mut self,
        owners: &[Owner],
        row: impl Fn(usize) -> TherapyLog + Sync,
    ) -> Result<(), Error> {
        self.internet_therapy = self.grouped(owners, row)?;
        Ok(())
    }

    /// Sets the table of employment and sick pay.
    ///
    /// # Errors
    /// As [`Sessions::new`].
    pub fn set_sick_pay(
        &mut self,
        owners: &[Owner],
        row: impl Fn(usize) -> SickPay + Sync,
    ) -> Result<(), Error> {
        self.sick_pay = self.grouped(owners, row)?;
        Ok(())
    }

    /// The records of one pathway, with the referral that counts at the end of a day.
    #[must_use]
    pub fn pathway(&self, pathway: usize, as_at: Option<Day>) -> Pathway<'_> {
        let (referral, _) = self.referral(pathway, as_at);
        Pathway {
            referred: referral.referred,
            discharged: referral.discharged,
            end_reason: referral.end_reason,
            contacts: self.contacts.rows(pathway),
            scores: self.scores.rows(pathway),
            complaints: self.complaints.rows(pathway),
            internet_therapy: self.internet_therapy.rows(pathway),
            sick_pay: self.sick_pay.rows(pathway),
        }
    }

    /// Derives some pathways, one after the other, as at the end of a day; see [`Pathway::derive`]. Findings name
    /// the rows of the tables.
    pub fn derive(
        &self,
        pathways: Range<usize>,
        instruments: &Instruments<'_>,
        as_at: Option<Day>,
        mut findings: Option<&mut Vec<Finding>>,
        mut each: impl FnMut(usize, &Derived<'_>),
    ) {
        let mut deriver = Deriver::default();
        for pathway in pathways.start..pathways.end.min(self.len()) {
            let begun = findings.as_ref().map_or(0, |findings| findings.len());
            let records = self.pathway(pathway, as_at);
            let derived = deriver.derive(&records, instruments, as_at, findings.as_deref_mut());
            for finding in findings.iter_mut().flat_map(|findings| &mut findings[begun..]) {
                finding.row = self.row(pathway, as_at, finding);
            }
            each(pathway, &derived);
        }
    }

    /// The row of a table that a finding within a pathway is about.
    fn row(&self, pathway: usize, as_at: Option<Day>, finding: &Finding) -> usize {
        match finding.table {
            Table::Referrals => self.referral(pathway, as_at).1 as usize,
            Table::Contacts => self.contacts.place(pathway, finding.row),
            Table::Scores => self.scores.place(pathway, finding.row),
            Table::Complaints => self.complaints.place(pathway, finding.row),
            Table::InternetTherapy => self.internet_therapy.place(pathway, finding.row),
            Table::Employment => self.sick_pay.place(pathway, finding.row),
        }
    }
}
