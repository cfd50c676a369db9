//! From the answers to a questionnaire to its score.

use crate::edition::Edition;
use crate::error::{Error, ErrorKind};
use crate::measure::{Measure, Questionnaire, Scoring, Severity};
use crate::score::Score;

/// What happens where items are unanswered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum MissingItems {
    /// One or two are replaced by the mean of the answered ones and the result rounded half up; with more there
    /// is no score. Source: IAPT Data Handbook, appendix D, for PHQ-9 and GAD-7; the rounding, and the use for
    /// other sums, are this project's choice.
    #[default]
    Prorate,
    /// Only complete questionnaires have a score. For a mean, whose number of items varies, those are complete of which
    /// every given item is answered.
    Reject,
}

/// The answer to a question on self-harm, on its own: a missing answer is never 'no'.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[repr(u8)]
pub enum SelfHarm {
    /// Answered with 0.
    NotReported = 0,
    /// Answered with more than 0.
    Reported = 1,
    /// Not answered.
    Unknown = 2,
    /// The measure does not ask.
    NotAsked = 3,
}

impl SelfHarm {
    /// All four.
    pub const ALL: [Self; 4] = [Self::NotReported, Self::Reported, Self::Unknown, Self::NotAsked];

    /// The name as it stands in columns and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotReported => "not_reported",
            Self::Reported => "reported",
            Self::Unknown => "unknown",
            Self::NotAsked => "not_asked",
        }
    }
}

/// The score of one filled-in questionnaire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ItemScore {
    /// The score: a whole number, or for a mean the exact ratio.
    pub total: Score,
    /// How many unanswered items were replaced by the mean of the answered ones.
    pub imputed: u8,
    /// What the band of the score is called, where the measure has bands.
    pub severity: Option<Severity>,
    /// Whether the score is a case, where the measure has a threshold.
    pub is_case: Option<bool>,
    /// The answer to the item on self-harm.
    pub self_harm: SelfHarm,
}

impl Measure {
    /// Scores the answers to the items, in the questionnaire's order; `None` is an unanswered item.
    ///
    /// # Errors
    /// In this order: [`ErrorKind::NoItems`], [`ErrorKind::ItemCount`], [`ErrorKind::ItemOutOfRange`] for the
    /// first such item, [`ErrorKind::Incomplete`], [`ErrorKind::TooManyMissing`].
    ///
    /// ```
    /// use iapt_core::{MissingItems, PHQ9, Score, SelfHarm, Severity};
    /// let answers = [3, 2, 2, 1, 2, 1, 1, 0].map(Some).into_iter().chain([None]).collect::<Vec<_>>();
    /// let score = PHQ9.score_items(answers.iter().copied(), MissingItems::Prorate)?;
    /// assert_eq!(score.total, Score::whole(14)); // 12 x 9/8 = 13.5
    /// assert_eq!((score.imputed, score.severity), (1, Some(Severity::Moderate)));
    /// assert_eq!(score.self_harm, SelfHarm::Unknown);
    /// assert!(PHQ9.score_items(answers, MissingItems::Reject).is_err());
    /// # Ok::<(), iapt_core::Error>(())
    /// ```
    pub fn score_items<I>(&self, items: I, missing: MissingItems) -> Result<ItemScore, Error>
    where
        I: IntoIterator<Item = Option<i64>>,
        I::IntoIter: ExactSizeIterator,
    {
        let (questionnaire, answers) = self.read(items)?;
        let at = |kind: ErrorKind| Error::new(kind).in_field("items");
        let unanswered = questionnaire_length(questionnaire, &answers) - answers.answered;
        // Rule MISSING-4: In strict mode a questionnaire with an unanswered item has no score. Source: this
        // project's choice.
        if missing == MissingItems::Reject && unanswered > 0 {
            return Err(at(ErrorKind::Incomplete));
        }
        let (total, imputed) = match questionnaire.scoring {
            // Rule MISSING-3: The rule on unanswered items is applied to every summed measure, beyond the two
            // for which it is published. Source: this project's choice.
            Scoring::Sum => (prorated(&answers, unanswered).map_err(at)?, unanswered),
            Scoring::Mean => (mean(&answers).map_err(at)?, 0),
        };
        Ok(ItemScore {
            total,
            imputed,
            severity: self.band(total),
            is_case: self.case(total),
            self_harm: answers.self_harm,
        })
    }

    /// The answer to the item on self-harm alone, also where too few items were answered for a score.
    ///
    /// # Errors
    /// As [`Measure::score_items`], but never for missing items.
    ///
    /// ```
    /// use iapt_core::{PHQ9, SelfHarm};
    /// let only_item_9 = (0..9).map(|item| (item == 8).then_some(2)).collect::<Vec<_>>();
    /// assert_eq!(PHQ9.self_harm(only_item_9), Ok(SelfHarm::Reported));
    /// ```
    // Rule RISK-3: The answer to item 9 is reported also where too few items were answered for a score.
    // Source: this project's choice.
    pub fn self_harm<I>(&self, items: I) -> Result<SelfHarm, Error>
    where
        I: IntoIterator<Item = Option<i64>>,
        I::IntoIter: ExactSizeIterator,
    {
        self.read(items).map(|(_, answers)| answers.self_harm)
    }

    fn read<I>(&self, items: I) -> Result<(&Questionnaire, Answers), Error>
    where
        I: IntoIterator<Item = Option<i64>>,
        I::IntoIter: ExactSizeIterator,
    {
        let questionnaire = self.definition().questionnaire.as_ref();
        let questionnaire = questionnaire.ok_or(Error::new(ErrorKind::NoItems).in_field("items"))?;
        Ok((questionnaire, Answers::read(questionnaire, items.into_iter())?))
    }
}

/// What the answers come to.
struct Answers {
    given: u8,
    answered: u8,
    sum: u32,
    self_harm: SelfHarm,
}

impl Answers {
    fn read(
        questionnaire: &Questionnaire,
        items: impl ExactSizeIterator<Item = Option<i64>>,
    ) -> Result<Self, Error> {
        let most = questionnaire.items;
        let least = match questionnaire.scoring {
            Scoring::Sum => most,
            Scoring::Mean => 1,
        };
        let given = u8::try_from(items.len()).ok().filter(|given| (least..=most).contains(given));
        // Rule SCORE-4: A questionnaire with another number of items than the measure has is refused. Source:
        // this project's choice.
        let given = given.ok_or(Error::new(ErrorKind::ItemCount(least, most)).in_field("items"))?;
        let asks = questionnaire.self_harm_item.is_some();
        // Rule RISK-2: A missing answer to item 9 is reported as unknown, never as no. Source: this project's
        // choice.
        let self_harm = if asks { SelfHarm::Unknown } else { SelfHarm::NotAsked };
        let mut answers = Self { given, answered: 0, sum: 0, self_harm };
        for (number, item) in (0..given).zip(items) {
            // Rule MISSING-6: An unanswered item is never counted as 0. Source: IAPT Data Handbook, appendix
            // D.
            let Some(answer) = item else { continue };
            answers.add(questionnaire, number, answer)?;
        }
        Ok(answers)
    }

    // Rule SCORE-3: An answer that its item does not have is refused, and the item named. Source: this
    // project's choice.
    fn add(&mut self, questionnaire: &Questionnaire, number: u8, answer: i64) -> Result<(), Error> {
        let &Questionnaire { lowest, highest, .. } = questionnaire;
        let answer = u8::try_from(answer).ok().filter(|answer| (lowest..=highest).contains(answer));
        let answer = answer.ok_or_else(|| {
            let kind = ErrorKind::ItemOutOfRange(lowest, highest);
            Error::new(kind).in_field("items").in_item(usize::from(number))
        })?;
        // Rule RISK-1: PHQ-9 item 9 is reported on its own: any answer above 0 is flagged, whatever the
        // total. Source: this project's choice.
        if questionnaire.self_harm_item == Some(number) {
            self.self_harm = if answer > 0 { SelfHarm::Reported } else { SelfHarm::NotReported };
        }
        let reversed = questionnaire.reversed.contains(&number);
        self.sum += u32::from(if reversed { lowest + (highest - answer) } else { answer });
        self.answered += 1;
        Ok(())
    }
}

fn questionnaire_length(questionnaire: &Questionnaire, answers: &Answers) -> u8 {
    match questionnaire.scoring {
        Scoring::Sum => questionnaire.items,
        Scoring::Mean => answers.given,
    }
}

/// The sum, with each of a few unanswered items counted as the mean of the answered ones, rounded half up.
fn prorated(answers: &Answers, unanswered: u8) -> Result<Score, ErrorKind> {
    // Of two items, one must be answered.
    let most = Edition::CURRENT.most_imputed_items.min(answers.given - 1);
    if unanswered > most {
        return Err(ErrorKind::TooManyMissing(most));
    }
    let (sum, answered) = (u64::from(answers.sum), u64::from(answers.answered));
    let all = answered + u64::from(unanswered);
    // Rule MISSING-2: A prorated total is rounded half up to a whole score and says how many items were
    // imputed. Source: this project's choice.
    let rounded = (2 * sum * all + answered) / (2 * answered);
    i64::try_from(rounded).map(Score::whole).map_err(|_| ErrorKind::TooManyMissing(most))
}

// Rule MISSING-5: The score of MI is the exact mean of the answered items, at least one, never rounded and
// never imputed. Source: IAPT / NHS Talking Therapies Manual and papers on IAPT data, not checked against the
// current Manual.
fn mean(answers: &Answers) -> Result<Score, ErrorKind> {
    Score::ratio(i64::from(answers.sum), u64::from(answers.answered))
        .ok_or(ErrorKind::TooManyMissing(answers.given - 1))
}
