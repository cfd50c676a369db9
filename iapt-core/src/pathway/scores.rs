//! The first and the last score on each instrument.

use super::codes::Coded;
use super::contacts::{self, sort_by_id};
use super::findings::{FindingKind, Table};
use super::instrument::{Instrument, Instruments};
use super::records::{DatedScore, Pathway};
use super::seen::Seen;
use super::{Log, Place, Window};
use crate::day::Day;
use crate::error::ErrorKind;
use crate::measure::Range;
use crate::score::Score;
use alloc::vec::Vec;

/// The first and the last valid score on an instrument between referral and discharge, scores at follow-ups left out.
/// There is a last score only where there are scores on two days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct FirstAndLast {
    /// The first score.
    pub first: Option<Score>,
    /// The day of the first score.
    pub first_date: Option<Day>,
    /// The last score.
    pub last: Option<Score>,
    /// The day of the last score.
    pub last_date: Option<Day>,
}

/// Those of every instrument.
pub(crate) type Scores = [FirstAndLast; Instrument::COUNT];

/// A valid score.
#[derive(Debug, Clone, Copy)]
struct Valid {
    instrument: Instrument,
    date: Day,
    score: Score,
    row: usize,
}

/// Working memory.
#[derive(Debug, Default)]
pub(crate) struct Work {
    order: Vec<u32>,
    valid: Vec<Valid>,
}

impl Work {
    pub(crate) fn read(
        &mut self,
        pathway: &Pathway<'_>,
        instruments: &Instruments<'_>,
        window: &Window,
        contacts: &contacts::Work,
        log: &mut Log<'_>,
    ) -> Scores {
        let scores = pathway.scores;
        let key = |row: usize| (scores[row].id, scores[row].instrument.known());
        let known = |row: &usize| window.exists(scores[*row].date);
        sort_by_id(&mut self.order, (0..scores.len()).filter(known), key);
        self.valid.clear();
        for at in 0..self.order.len() {
            let row = self.order[at] as usize;
            let next = self.order.get(at + 1).map(|next| *next as usize);
            // Rule FIRSTLAST-5: An identifier and measure given twice are one score, of which the last row
            // counts. Source: this project's choice.
            let told_apart = key(row).0.is_some() && key(row).1.is_some();
            if told_apart && next.is_some_and(|next| key(next) == key(row)) {
                log.note(Table::Scores, row, FindingKind::DuplicateId);
            } else {
                self.valid.extend(check(&scores[row], row, instruments, window, contacts, log));
            }
        }
        // Of scores on one day the one with the highest identifier counts: they are in that order.
        let mut seen = [Seen::NONE; Instrument::COUNT];
        for valid in &self.valid {
            seen[valid.instrument as usize].add(valid.date, valid.score);
        }
        if self.valid.iter().any(|valid| Instrument::WSAS_ITEMS.contains(&valid.instrument)) {
            self.add_wsas_totals(&mut seen[Instrument::Wsas as usize], instruments);
        }
        self.note_conflicts(log);
        seen.map(FirstAndLast::from)
    }

    /// Adds the sum of the items on each day on which all of them are there but no total is.
    // Rule FIRSTLAST-6: The total of WSAS is the one given or, on days without one, the sum of all five
    // items. Source: this project's choice.
    fn add_wsas_totals(&mut self, seen: &mut Seen<Score>, instruments: &Instruments<'_>) {
        let Some(range) = instruments.measure(Instrument::Wsas).map(crate::Measure::range) else { return };
        self.valid.sort_by_key(|valid| valid.date);
        for day in self.valid.chunk_by(|a, b| a.date == b.date) {
            let on = |wanted| day.iter().rev().find(|valid| valid.instrument == wanted);
            let items = Instrument::WSAS_ITEMS.map(|item| on(item).filter(|valid| valid.score.is_whole()));
            let sum = items.iter().try_fold(0, |sum, item| Some(sum + item.as_ref()?.score.numerator()));
            let total = sum.map(Score::whole).filter(|total| range.check(*total).is_ok());
            if let Some(total) = total.filter(|_| on(Instrument::Wsas).is_none()) {
                seen.add(day[0].date, total);
            }
        }
    }

    /// Notes scores that lost to another one on the same day that differs.
    // Rule FIRSTLAST-4: Of two different scores on one day the one with the highest identifier counts, and
    // the other is a finding. Source: this project's choice.
    fn note_conflicts(&mut self, log: &mut Log<'_>) {
        if !log.wanted {
            return;
        }
        self.valid.sort_by_key(|valid| (valid.instrument, valid.date));
        for day in self.valid.chunk_by(|a, b| (a.instrument, a.date) == (b.instrument, b.date)) {
            for lost in day.iter().filter(|valid| day.last().is_some_and(|last| last.score != valid.score)) {
                log.note(Table::Scores, lost.row, FindingKind::ConflictingScores);
            }
        }
    }
}

impl From<Seen<Score>> for FirstAndLast {
    fn from(seen: Seen<Score>) -> Self {
        let Some([first, last]) = seen.ends() else { return Self::default() };
        // Rule FIRSTLAST-3: There is a last score only where there are scores on two days. Source: NHS
        // England, NHS Talking Therapies metadata, M199 and M201.
        let last = Some(last).filter(|last| last.0 > first.0);
        Self {
            first: Some(first.1),
            first_date: Some(first.0),
            last: last.map(|(_, score)| score),
            last_date: last.map(|(date, _)| date),
        }
    }
}

/// The score, if it is valid: on a known measure, in its range, and between referral and discharge but at no
/// follow-up.
fn check(
    record: &DatedScore,
    row: usize,
    instruments: &Instruments<'_>,
    window: &Window,
    contacts: &contacts::Work,
    log: &mut Log<'_>,
) -> Option<Valid> {
    let mut note = |kind| log.note(Table::Scores, row, kind);
    let Coded::Known(instrument) = record.instrument else {
        note(FindingKind::UnknownMeasure);
        return None;
    };
    let Some(measure) = instruments.measure(instrument) else {
        note(FindingKind::ThresholdNotConfigured);
        return None;
    };
    let score = in_range(record.score, measure.range()).map_err(&mut note).ok();
    let follow_up = record.contact.map(|contact| contacts.is_follow_up(contact));
    if follow_up == Some(None) {
        note(FindingKind::UnknownContact);
    }
    let follow_up = follow_up.flatten() == Some(true);
    match window.place(record.date) {
        // Rule FIRSTLAST-2: Scores at a follow-up contact are left out. Source: this project's choice, after
        // NHS England, NHS Talking Therapies metadata, M201.
        Place::Within if follow_up => None,
        // Rule FIRSTLAST-1: First and last score are the earliest and the latest valid ones dated from
        // referral to discharge; attendance is not asked for. Source: this project's choice, after NHS
        // England, NHS Talking Therapies metadata, M198 and M201.
        Place::Within => Some(Valid { instrument, date: record.date?, score: score?, row }),
        Place::Before => {
            note(FindingKind::ScoreBeforeReferral);
            None
        }
        Place::After if !follow_up => {
            note(FindingKind::ScoreAfterDischarge);
            None
        }
        Place::Unknown if record.date.is_none() => {
            note(FindingKind::MissingDate);
            None
        }
        Place::After | Place::Unknown => None,
    }
}

// Rule FINDING-5: A score that is not valid is left out of first and last scores, and said so. Source: this
// project's choice.
fn in_range(score: Option<Score>, range: Range) -> Result<Score, FindingKind> {
    let checked = score.ok_or(ErrorKind::NotANumber(range)).and_then(|score| range.check(score));
    checked.map_err(|_| FindingKind::ScoreOutOfRange(range))
}
