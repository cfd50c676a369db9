//! A measure: a questionnaire with its range, its caseness threshold and its reliable change.

use crate::error::{DefinitionFault, Error, ErrorKind};
use crate::score::{ParseScoreError, Score};
use alloc::borrow::Cow;
use core::fmt;

/// The scores a measure can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The lowest score.
    pub min: Score,
    /// The highest score.
    pub max: Score,
    /// Whether only whole scores exist.
    pub whole: bool,
}

impl Range {
    /// The score itself, if it lies in the range.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfRange`], or [`ErrorKind::NotWhole`] for a fraction where there is none.
    // Rule SCORE-2: A score outside the range of its measure, or a fraction where only whole scores exist, is
    // refused and never clipped. Source: this project's choice.
    pub fn check(&self, score: Score) -> Result<Score, ErrorKind> {
        if score < self.min || score > self.max {
            return Err(ErrorKind::OutOfRange(*self));
        }
        if self.whole && !score.is_whole() {
            return Err(ErrorKind::NotWhole(*self));
        }
        Ok(score)
    }

    /// The score that was read from elsewhere, if it was one and lies in the range.
    ///
    /// # Errors
    /// As [`Range::check`], and [`ErrorKind::NotANumber`].
    pub fn check_read(&self, read: Result<Score, ParseScoreError>) -> Result<Score, ErrorKind> {
        match read {
            Ok(score) => self.check(score),
            Err(ParseScoreError::TooLarge) => Err(ErrorKind::OutOfRange(*self)),
            Err(ParseScoreError::NotANumber) => Err(ErrorKind::NotANumber(*self)),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.whole { "a whole number" } else { "a number" };
        write!(f, "{kind} from {} to {}", self.min, self.max)
    }
}

/// How a score relates to the caseness threshold of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum CaseWhen {
    /// A case at the threshold or above it: all national measures but one.
    #[default]
    AtOrAbove,
    /// A case above the threshold only: the Mobility Inventory.
    Above,
}

/// The words for a band of scores.
///
/// There is no order on it: compare the scores. Sources: [`PHQ9`](crate::PHQ9) and [`GAD7`](crate::GAD7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[repr(u8)]
pub enum Severity {
    /// None or minimal.
    Minimal = 0,
    /// Mild.
    Mild = 1,
    /// Moderate.
    Moderate = 2,
    /// Moderately severe.
    ModeratelySevere = 3,
    /// Severe.
    Severe = 4,
}

impl Severity {
    /// All, from the least severe.
    pub const ALL: [Self; 5] =
        [Self::Minimal, Self::Mild, Self::Moderate, Self::ModeratelySevere, Self::Severe];

    /// The name as it stands in columns and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Mild => "mild",
            Self::Moderate => "moderate",
            Self::ModeratelySevere => "moderately_severe",
            Self::Severe => "severe",
        }
    }
}

/// Scores from `from` up to the next band are called `severity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Band {
    /// The lowest score of the band.
    pub from: Score,
    /// What the band is called.
    pub severity: Severity,
}

/// How the answers make the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Scoring {
    /// Their sum, a few missing ones replaced by the mean of the others.
    Sum,
    /// The exact mean of those answered.
    Mean,
}

/// The items of a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Questionnaire {
    /// How many items there are; for a mean, at most.
    pub items: u8,
    /// The lowest answer to an item.
    pub lowest: u8,
    /// The highest answer to an item.
    pub highest: u8,
    /// The items, counted from 0, whose answers count in reverse.
    pub reversed: Cow<'static, [u8]>,
    /// How the answers make the score.
    pub scoring: Scoring,
    /// The item, counted from 0, that asks about self-harm.
    pub self_harm_item: Option<u8>,
}

/// What a caller states of a measure; [`Measure::define`] checks it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Definition {
    /// The name, as in `PHQ-9`.
    pub name: Cow<'static, str>,
    /// The lowest score.
    pub min_score: Score,
    /// The highest score.
    pub max_score: Score,
    /// Whether only whole scores exist.
    pub whole_scores: bool,
    /// Where a case begins; `None` for a measure that has no caseness.
    pub caseness_threshold: Option<Score>,
    /// Whether the threshold itself is a case.
    pub case_when: CaseWhen,
    /// The smallest change that is reliable; `None` where it is not known.
    pub reliable_change: Option<Score>,
    /// The items; `None` where only totals are scored.
    pub questionnaire: Option<Questionnaire>,
    /// What bands of scores are called, from the lowest score up; may be empty.
    pub bands: Cow<'static, [Band]>,
    /// Where the numbers come from.
    pub source: Cow<'static, str>,
}

/// A measure whose numbers fit together. Lower scores are better.
///
/// The built-in ones are those of an [`Edition`](crate::Edition). A caller's own:
///
/// ```
/// use iapt_core::{Definition, Measure, PHQ9, Score};
/// let stricter = Measure::define(Definition {
///     name: "PHQ-9, local threshold".into(),
///     caseness_threshold: Some(Score::whole(12)),
///     source: "local protocol".into(),
///     ..PHQ9.definition().clone()
/// })?;
/// assert_eq!(stricter.is_case(Score::whole(11)), Ok(Some(false)));
/// let nonsense = Definition { reliable_change: Some(Score::whole(0)), ..PHQ9.definition().clone() };
/// assert!(Measure::define(nonsense).is_err());
/// # Ok::<(), iapt_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Definition", into = "Definition")
)]
pub struct Measure {
    definition: Definition,
    verified: bool,
}

/// A change between the first and the last score, judged by the measure's reliable change.
///
/// It has no order: no reliable change is not half-way between the other two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[repr(u8)]
pub enum Change {
    /// The score fell by at least the reliable change.
    ReliableImprovement = 0,
    /// The score rose by at least the reliable change.
    ReliableDeterioration = 1,
    /// Neither.
    NoReliableChange = 2,
}

impl Change {
    /// All three.
    pub const ALL: [Self; 3] =
        [Self::ReliableImprovement, Self::ReliableDeterioration, Self::NoReliableChange];

    /// The name as it stands in columns and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReliableImprovement => "reliable_improvement",
            Self::ReliableDeterioration => "reliable_deterioration",
            Self::NoReliableChange => "no_reliable_change",
        }
    }
}

impl Measure {
    /// A measure with the caller's own numbers.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidMeasure`] with what contradicts itself.
    // Rule MEASURE-14: Every number of a measure can be replaced by the caller's own, and a definition that
    // contradicts itself is refused. Source: this project's choice.
    pub fn define(definition: Definition) -> Result<Self, Error> {
        sound(&definition)
            .map_err(|(field, fault)| Error::new(ErrorKind::InvalidMeasure(fault)).in_field(field))?;
        Ok(Self { definition, verified: false })
    }

    /// A row of an edition's table; a test puts each through [`Measure::define`].
    pub(crate) const fn built_in(definition: Definition, verified: bool) -> Self {
        Self { definition, verified }
    }

    /// What the measure was defined by.
    #[must_use]
    pub const fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The name, as in `PHQ-9`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// The range of its scores.
    #[must_use]
    pub const fn range(&self) -> Range {
        let Definition { min_score, max_score, whole_scores, .. } = self.definition;
        Range { min: min_score, max: max_score, whole: whole_scores }
    }

    /// Whether its numbers were checked against the current official source. Where not, check them before
    /// clinical use.
    #[must_use]
    // Rule MEASURE-12: Each built-in measure says where its numbers come from and whether they were checked
    // against print: PHQ-9 and GAD-7 alone were. Source: this project's choice.
    pub const fn verified(&self) -> bool {
        self.verified
    }

    /// Whether a score is a clinical case; `None` for a measure without a threshold.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfRange`] or [`ErrorKind::NotWhole`], with the field `score`.
    ///
    /// ```
    /// use iapt_core::{GAD7, Score};
    /// assert_eq!(GAD7.is_case(Score::whole(8)), Ok(Some(true)));
    /// assert!(GAD7.is_case(Score::whole(99)).is_err());
    /// ```
    pub fn is_case(&self, score: Score) -> Result<Option<bool>, Error> {
        self.check(Some(score), "score").map(|_| self.case(score))
    }

    /// What the band of a score is called; `None` for a measure without bands.
    ///
    /// # Errors
    /// As [`Measure::is_case`].
    pub fn severity(&self, score: Score) -> Result<Option<Severity>, Error> {
        self.check(Some(score), "score").map(|_| self.band(score))
    }

    /// The change from the first to the last score; `None` for a measure without a reliable change.
    ///
    /// # Errors
    /// As [`Measure::pair`].
    pub fn change(&self, first: Score, last: Score) -> Result<Option<Change>, Error> {
        self.pair(Some(first), Some(last)).map(|pair| pair.change())
    }

    /// Whether its scores can decide an outcome: it has a caseness threshold and a reliable change.
    // Rule MEASURE-15: An outcome is refused on a measure that lacks a caseness threshold or a reliable
    // change. Source: this project's choice.
    pub(crate) const fn decides(&self) -> bool {
        self.definition.caseness_threshold.is_some() && self.definition.reliable_change.is_some()
    }

    /// [`Measure::is_case`] for a score that is in range.
    // Rule CASENESS-1: A score is a case at or above the caseness threshold of its measure; on MI only above
    // it. Source: NHS England, NHS Talking Therapies metadata, M179, and NHS Talking Therapies Manual.
    pub(crate) fn case(&self, score: Score) -> Option<bool> {
        let threshold = self.definition.caseness_threshold?;
        Some(match self.definition.case_when {
            CaseWhen::AtOrAbove => score >= threshold,
            CaseWhen::Above => score > threshold,
        })
    }

    /// [`Measure::severity`] for a score that is in range.
    pub(crate) fn band(&self, score: Score) -> Option<Severity> {
        self.definition.bands.iter().rev().find(|band| score >= band.from).map(|band| band.severity)
    }

    fn check(&self, score: Option<Score>, field: &'static str) -> Result<Option<Score>, Error> {
        score.map(|s| self.range().check(s)).transpose().map_err(|kind| Error::new(kind).in_field(field))
    }

    /// A first and a last score on this measure, each present or missing.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfRange`] or [`ErrorKind::NotWhole`], with the field `first` or `last`.
    pub fn pair(&self, first: Option<Score>, last: Option<Score>) -> Result<ScorePair<'_>, Error> {
        Ok(ScorePair { measure: self, first: self.check(first, "first")?, last: self.check(last, "last")? })
    }
}

impl TryFrom<Definition> for Measure {
    type Error = Error;
    fn try_from(definition: Definition) -> Result<Self, Error> {
        Self::define(definition)
    }
}

impl From<Measure> for Definition {
    fn from(measure: Measure) -> Self {
        measure.definition
    }
}

/// The first and the last score of a referral on one measure, each in range or missing. Made by [`Measure::pair`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScorePair<'m> {
    measure: &'m Measure,
    first: Option<Score>,
    last: Option<Score>,
}

impl<'m> ScorePair<'m> {
    /// The measure.
    #[must_use]
    pub const fn measure(&self) -> &'m Measure {
        self.measure
    }

    /// The first score.
    #[must_use]
    pub const fn first(&self) -> Option<Score> {
        self.first
    }

    /// The last score; it exists only where there are two.
    #[must_use]
    pub const fn last(&self) -> Option<Score> {
        self.last
    }

    /// Whether both are present.
    #[must_use]
    pub const fn is_paired(&self) -> bool {
        self.first.is_some() && self.last.is_some()
    }

    /// The change, where both scores are present and the measure has a reliable change.
    #[must_use]
    // Rule CHANGE-1: A change is reliable where it is at least the reliable change of the measure; lower
    // scores are better. Source: NHS England, NHS Talking Therapies metadata, M185 to M189, and NHS Talking
    // Therapies Manual.
    pub fn change(&self) -> Option<Change> {
        let (first, last) = (self.first?, self.last?);
        let reliable = self.measure.definition.reliable_change?;
        Some(if Score::difference(first, last) >= reliable {
            Change::ReliableImprovement
        } else if Score::difference(last, first) >= reliable {
            Change::ReliableDeterioration
        } else {
            Change::NoReliableChange
        })
    }
}

type Fault = (&'static str, DefinitionFault);

fn sound(definition: &Definition) -> Result<(), Fault> {
    check_range(definition)?;
    check_threshold(definition)?;
    check_reliable_change(definition)?;
    check_items(definition)?;
    check_bands(definition)
}

fn check_range(d: &Definition) -> Result<(), Fault> {
    if d.min_score >= d.max_score {
        return Err(("min_score", DefinitionFault::EmptyRange));
    }
    if d.whole_scores && !(d.min_score.is_whole() && d.max_score.is_whole()) {
        return Err(("min_score", DefinitionFault::FractionalRange));
    }
    Ok(())
}

fn check_threshold(d: &Definition) -> Result<(), Fault> {
    let divides = d.caseness_threshold.is_none_or(|t| match d.case_when {
        CaseWhen::AtOrAbove => d.min_score < t && t <= d.max_score,
        CaseWhen::Above => d.min_score <= t && t < d.max_score,
    });
    if divides { Ok(()) } else { Err(("caseness_threshold", DefinitionFault::Threshold)) }
}

fn check_reliable_change(d: &Definition) -> Result<(), Fault> {
    let width = Score::difference(d.max_score, d.min_score);
    let sensible = d.reliable_change.is_none_or(|c| c > Score::whole(0) && width >= c);
    if sensible { Ok(()) } else { Err(("reliable_change", DefinitionFault::ReliableChange)) }
}

fn check_items(d: &Definition) -> Result<(), Fault> {
    let Some(q) = &d.questionnaire else { return Ok(()) };
    let times = match q.scoring {
        Scoring::Sum => i64::from(q.items),
        Scoring::Mean => 1,
    };
    let exist = |item: u8| item < q.items;
    let sound = q.items > 0
        && q.highest < crate::batch::LARGEST_ANSWER
        && q.reversed.iter().copied().all(exist)
        && q.self_harm_item.is_none_or(exist)
        && d.min_score == Score::whole(i64::from(q.lowest) * times)
        && d.max_score == Score::whole(i64::from(q.highest) * times)
        && d.whole_scores == (q.scoring == Scoring::Sum);
    if sound { Ok(()) } else { Err(("items", DefinitionFault::Items)) }
}

fn check_bands(d: &Definition) -> Result<(), Fault> {
    let sound = d.bands.first().is_none_or(|band| band.from == d.min_score)
        && d.bands.windows(2).all(|pair| pair[0].from < pair[1].from)
        && d.bands.last().is_none_or(|band| band.from <= d.max_score);
    if sound { Ok(()) } else { Err(("bands", DefinitionFault::Bands)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PHQ9;

    fn fault(change: impl FnOnce(&mut Definition)) -> Option<DefinitionFault> {
        let mut definition = PHQ9.definition().clone();
        change(&mut definition);
        Measure::define(definition).err().map(|error| match error.kind() {
            ErrorKind::InvalidMeasure(fault) => fault,
            other => panic!("{other:?}"),
        })
    }

    fn items_fault(change: impl FnOnce(&mut Definition, &mut Questionnaire)) -> Option<DefinitionFault> {
        fault(|d| {
            let mut questionnaire = d.questionnaire.clone().unwrap();
            change(d, &mut questionnaire);
            d.questionnaire = Some(questionnaire);
        })
    }

    fn mean_of(items: u8, highest: u8) -> Option<DefinitionFault> {
        items_fault(|d, q| {
            (d.whole_scores, d.min_score, d.max_score) =
                (false, Score::whole(0), Score::whole(highest.into()));
            d.bands = Cow::Borrowed(&[]);
            q.scoring = Scoring::Mean;
            (q.items, q.highest, q.self_harm_item) = (items, highest, None);
        })
    }

    #[test]
    // Proves MEASURE-14.
    fn items_that_contradict_the_score_are_refused() {
        assert_eq!(items_fault(|_, _| ()), None);
        assert_eq!(items_fault(|_, q| q.reversed = vec![0, 8].into()), None);
        assert_eq!(items_fault(|_, q| q.reversed = vec![0, 9].into()), Some(DefinitionFault::Items));
        assert_eq!(items_fault(|_, q| q.self_harm_item = Some(9)), Some(DefinitionFault::Items));
        assert_eq!(items_fault(|_, q| q.items = 8), Some(DefinitionFault::Items));
        assert_eq!(items_fault(|_, q| q.lowest = 1), Some(DefinitionFault::Items));
        assert_eq!(items_fault(|_, q| q.highest = 4), Some(DefinitionFault::Items));
        assert_eq!(items_fault(|d, _| d.whole_scores = false), Some(DefinitionFault::Items));
        assert_eq!(mean_of(1, 253), None);
        assert_eq!(mean_of(0, 253), Some(DefinitionFault::Items));
        assert_eq!(mean_of(1, 254), Some(DefinitionFault::Items));
    }

    #[test]
    // Proves MEASURE-14.
    fn bands_are_in_order_and_within_the_range() {
        let bands = |from: &[i64]| {
            let band = |from: &i64| Band { from: Score::whole(*from), severity: Severity::Mild };
            fault(|d| d.bands = from.iter().map(band).collect())
        };
        for sound in [&[][..], &[0], &[0, 27], &[0, 5, 10]] {
            assert_eq!(bands(sound), None, "{sound:?}");
        }
        for wrong in [&[1][..], &[1, 5], &[0, 28], &[0, 0], &[0, 5, 5], &[0, 10, 5]] {
            assert_eq!(bands(wrong), Some(DefinitionFault::Bands), "{wrong:?}");
        }
    }
}
