//! One referral: its pairs of scores, the anxiety measure that counts, its outcome, and why.

use crate::error::{Error, ErrorKind};
use crate::measure::{CaseWhen, Change, ScorePair};
use crate::outcome::{Fact, Outcome, Shown};
use crate::score::Score;
use core::fmt;

/// A referral's first and last scores on the depression measure and on the anxiety measures.
///
/// ```
/// use iapt_core::{Fact, GAD7, PHQ9, Referral, Score};
/// let score = |n| Some(Score::whole(n));
/// let phq9 = PHQ9.pair(score(18), score(9))?;
/// let gad7 = GAD7.pair(score(14), score(6))?;
/// let referral = Referral::new(phq9, gad7, None)?;
/// assert!(referral.outcome().has(Fact::ReliableRecovery));
/// assert!(referral.explain().to_string().contains("PHQ-9"));
/// # Ok::<(), iapt_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Referral<'m> {
    depression: ScorePair<'m>,
    anxiety: ScorePair<'m>,
    specific: Option<ScorePair<'m>>,
}

impl<'m> Referral<'m> {
    /// A referral's scores: on PHQ-9; on GAD-7, or whichever anxiety measure alone was used; and on a measure
    /// specific to the anxiety disorder, where one was used beside it.
    ///
    /// # Errors
    /// [`ErrorKind::NoThreshold`] where a measure has no caseness threshold or no reliable change.
    pub fn new(
        depression: ScorePair<'m>,
        anxiety: ScorePair<'m>,
        specific: Option<ScorePair<'m>>,
    ) -> Result<Self, Error> {
        if [Some(depression), Some(anxiety), specific].iter().flatten().all(|pair| pair.measure().decides()) {
            Ok(Self { depression, anxiety, specific })
        } else {
            Err(ErrorKind::NoThreshold.into())
        }
    }

    /// The scores on the depression measure.
    #[must_use]
    pub const fn depression(&self) -> ScorePair<'m> {
        self.depression
    }

    /// The scores on the anxiety measure that counts: the specific one if both its scores are present, else
    /// GAD-7 (M204).
    #[must_use]
    pub fn anxiety(&self) -> ScorePair<'m> {
        // Rule ANXIETY-2: The specific measure decides where both its scores are present; otherwise GAD-7
        // does. Source: NHS England, NHS Talking Therapies metadata, M204.
        self.specific.filter(ScorePair::is_paired).unwrap_or(self.anxiety)
    }

    /// The eight facts.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let pairs = [self.depression, self.anxiety()];
        let either = |shows: fn(&ScorePair<'_>) -> bool| pairs.iter().any(shows);
        Outcome::of(&Shown {
            // Rule PAIRED-1: A referral is paired where both first and both last scores are present. Source:
            // NHS England, NHS Talking Therapies metadata, M202.
            paired: pairs.iter().all(ScorePair::is_paired),
            firsts: pairs.iter().all(|pair| pair.first().is_some()),
            // Rule CASENESS-2: A referral is at caseness where either first score is a case. Source: NHS
            // England, NHS Talking Therapies metadata, M191 (Caseness_Flag).
            case_at_first: either(case_at_first),
            case_at_last: either(case_at_last),
            fell: either(fell),
            rose: either(rose),
        })
    }

    /// Why the outcome is what it is, as a text for people: which measure was used and why, which scores, which
    /// threshold decided, what was missing. It contains the scores.
    #[must_use]
    pub const fn explain(&self) -> Explanation<'_> {
        Explanation(self)
    }
}

// Rule CASENESS-4: Where a first score is missing and the other is no case, caseness is unknown: neither at
// caseness nor not. Source: this project's choice; the published counts of both add up to less than the
// courses finished.
fn is_case(pair: &ScorePair<'_>, score: Option<Score>) -> bool {
    score.and_then(|score| pair.measure().case(score)).unwrap_or(false)
}

fn case_at_first(pair: &ScorePair<'_>) -> bool {
    is_case(pair, pair.first())
}

fn case_at_last(pair: &ScorePair<'_>) -> bool {
    is_case(pair, pair.last())
}

fn fell(pair: &ScorePair<'_>) -> bool {
    pair.change() == Some(Change::ReliableImprovement)
}

fn rose(pair: &ScorePair<'_>) -> bool {
    pair.change() == Some(Change::ReliableDeterioration)
}

/// The text of [`Referral::explain`]; it is written by [`Display`](fmt::Display).
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'r>(&'r Referral<'r>);

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let referral = self.0;
        // Rule EXPLAIN-1: An outcome explains itself: which measure was used and why, which scores, which
        // threshold decided, what was missing. Source: this project's choice.
        let outcome = referral.outcome();
        let pairs = [referral.depression, referral.anxiety()];
        writeln!(f, "Anxiety measure: {}.", Choice(referral))?;
        for pair in &pairs {
            writeln!(f, "{}", Scores(pair))?;
        }
        writeln!(f, "{}", Pairing(outcome, &pairs))?;
        writeln!(f, "{}", Caseness(outcome, &pairs))?;
        writeln!(f, "{}", Recovery(outcome, &pairs))?;
        writeln!(f, "{}", ReliableChange(outcome, &pairs))?;
        write!(f, "{}", ReliableRecovery(outcome))
    }
}

/// Which anxiety measure was used, and why.
struct Choice<'r>(&'r Referral<'r>);

impl fmt::Display for Choice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let general = self.0.anxiety.measure().name();
        let Some(specific) = self.0.specific else {
            return write!(f, "{general}, as no other was given");
        };
        let name = specific.measure().name();
        if specific.is_paired() {
            write!(f, "{name}, because both its scores are present ({general} is set aside)")
        } else {
            let missing = match (specific.first(), specific.last()) {
                (None, None) => "has no scores",
                (None, Some(_)) => "has a last score but no first one, a finding of data quality",
                _ => "has no last score",
            };
            write!(f, "{general}, because {name} {missing}")
        }
    }
}

/// The scores on one measure, each against its threshold, and their change.
struct Scores<'p>(&'p ScorePair<'p>);

impl fmt::Display for Scores<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pair, measure) = (self.0, self.0.measure());
        let definition = measure.definition();
        write!(f, "{}: first ", measure.name())?;
        for (score, separator) in [(pair.first(), ", last "), (pair.last(), "")] {
            match score {
                Some(score) if measure.case(score) == Some(true) => write!(f, "{score} (a case)")?,
                Some(score) => write!(f, "{score} (not a case)")?,
                None => f.write_str("missing")?,
            }
            f.write_str(separator)?;
        }
        if let Some(threshold) = definition.caseness_threshold {
            let when = match definition.case_when {
                CaseWhen::AtOrAbove => "at or above",
                CaseWhen::Above => "above",
            };
            write!(f, "; a case is {when} {threshold}")?;
        }
        if let (Some(reliable), Some(change)) = (definition.reliable_change, pair.change()) {
            let verdict = match change {
                Change::ReliableImprovement => "fell reliably",
                Change::ReliableDeterioration => "rose reliably",
                Change::NoReliableChange => "no reliable change",
            };
            write!(f, "; {verdict} (a change of at least {reliable} counts)")?;
        }
        f.write_str(".")?;
        // Rule EXPLAIN-3: The explanation says of a measure whose numbers are not verified that they must be
        // checked. Source: this project's choice.
        if !measure.verified() {
            f.write_str(" Its numbers are not verified: check them before clinical use.")?;
        }
        Ok(())
    }
}

type Pairs<'p> = &'p [ScorePair<'p>; 2];

struct Pairing<'p>(Outcome, Pairs<'p>);

impl fmt::Display for Pairing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.has(Fact::Paired) {
            return f.write_str("Paired: yes, all four scores are present.");
        }
        f.write_str("Paired: no, missing:")?;
        let mut separator = " ";
        for pair in self.1 {
            for (score, which) in [(pair.first(), "first"), (pair.last(), "last")] {
                if score.is_none() {
                    write!(f, "{separator}{which} {}", pair.measure().name())?;
                    separator = ", ";
                }
            }
        }
        f.write_str(".")?;
        // Rule PAIRED-2: A last score without a first one is accepted, leaves the referral unpaired and is
        // said in its explanation. Source: this project's choice.
        if self.1.iter().any(|pair| pair.first().is_none() && pair.last().is_some()) {
            f.write_str(" A last score without a first one is a finding of data quality.")?;
        }
        Ok(())
    }
}

struct Caseness<'p>(Outcome, Pairs<'p>);

impl fmt::Display for Caseness<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.has(Fact::NotCaseness) {
            return f.write_str("Caseness at the start: no, neither first score is a case.");
        }
        if !self.0.has(Fact::Caseness) {
            let one_is_known = self.1.iter().any(|pair| pair.first().is_some());
            return f.write_str(if one_is_known {
                "Caseness at the start: unknown, one first score is missing and the other is no case."
            } else {
                "Caseness at the start: unknown, both first scores are missing."
            });
        }
        f.write_str("Caseness at the start: yes, by ")?;
        list(f, self.1, case_at_first)?;
        f.write_str(".")
    }
}

struct Recovery<'p>(Outcome, Pairs<'p>);

impl fmt::Display for Recovery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.has(Fact::Recovery) {
            return f.write_str("Recovery: yes, a case at the start and on neither measure at the end.");
        }
        f.write_str("Recovery: no, ")?;
        if !self.0.has(Fact::Paired) {
            return f.write_str("it needs all four scores.");
        }
        if self.0.has(Fact::NotCaseness) {
            return f.write_str("only a case at the start can recover.");
        }
        f.write_str("still a case at the end by ")?;
        list(f, self.1, case_at_last)?;
        f.write_str(".")
    }
}

struct ReliableChange<'p>(Outcome, Pairs<'p>);

impl fmt::Display for ReliableChange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.has(Fact::Paired) {
            return f.write_str("Reliable change: none is counted, it needs all four scores.");
        }
        if self.0.has(Fact::ReliableImprovement) {
            f.write_str("Reliable improvement: yes, by ")?;
            list(f, self.1, fell)?;
            return f.write_str(", and no measure rose reliably.");
        }
        if self.0.has(Fact::ReliableDeterioration) {
            f.write_str("Reliable deterioration: yes, by ")?;
            list(f, self.1, rose)?;
            return f.write_str(", and no measure fell reliably.");
        }
        f.write_str("No reliable change: ")?;
        if !self.1.iter().any(fell) {
            return f.write_str("neither measure changed by its reliable change.");
        }
        list(f, self.1, fell)?;
        f.write_str(" fell reliably but ")?;
        list(f, self.1, rose)?;
        f.write_str(" rose reliably.")
    }
}

struct ReliableRecovery(Outcome);

impl fmt::Display for ReliableRecovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (recovery, improved) = (self.0.has(Fact::Recovery), self.0.has(Fact::ReliableImprovement));
        f.write_str(match (recovery, improved) {
            (true, true) => "Reliable recovery: yes, recovery and reliable improvement.",
            (true, false) => "Reliable recovery: no, recovery without reliable improvement.",
            (false, true) => "Reliable recovery: no, reliable improvement without recovery.",
            (false, false) => "Reliable recovery: no, neither recovery nor reliable improvement.",
        })
    }
}

/// The names of the measures that show something.
fn list(f: &mut fmt::Formatter<'_>, pairs: Pairs<'_>, shows: fn(&ScorePair<'_>) -> bool) -> fmt::Result {
    for (n, pair) in pairs.iter().filter(|pair| shows(pair)).enumerate() {
        let separator = if n == 0 { "" } else { " and " };
        write!(f, "{separator}{}", pair.measure().name())?;
    }
    Ok(())
}
