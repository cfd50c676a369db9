//! The official measures, each under its official identifier and name, with its formula.
//!
//! They are called indicators here, to keep them apart from the measures that patients fill in. Source: NHS England, NHS
//! Talking Therapies metadata: the monthly file (identifiers such as M192) and the annual one (whose measures have
//! names only).

use super::conditions::{Condition as C, Conditions, Quantity as Q};
use crate::edition::{Edition, Target};
use crate::pathway::{Instrument, Table};

/// An official measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indicator {
    /// The official identifier, as in `M192`; measures of the annual set have their name here, too.
    pub id: &'static str,
    /// The official name, as in `Percentage_Recovery`.
    pub name: &'static str,
    /// How it is computed.
    pub formula: Formula,
}

/// How an official measure is computed. Referrals are counted once each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formula {
    /// The referrals that meet the conditions.
    Count(Conditions),
    /// The sum of a quantity over the referrals that meet the conditions.
    Sum(Q, Conditions),
    /// Some referrals in per cent of others.
    Percent(Terms, Terms),
    /// The mean of a quantity.
    Mean(Q, Conditions),
    /// The median of a quantity.
    Median(Q, Conditions),
    /// The largest value of a quantity.
    Max(Q, Conditions),
    /// The smallest value of a quantity.
    Min(Q, Conditions),
    /// The sum of one quantity over the sum of another.
    Quotient(Q, Q, Conditions),
    /// The (population) standard deviation of a quantity.
    StandardDeviation(Q, Conditions),
    /// The mean of the first less the mean of the second, in the standard deviations that the caller gives for an
    /// instrument.
    EffectSize(Instrument, Q, Q, Conditions),
}

/// Referrals that meet some conditions, less those of them who meet others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Terms {
    /// These are counted.
    pub plus: Conditions,
    /// These, who are part of them, are taken off.
    pub minus: Option<Conditions>,
}

impl Terms {
    pub(crate) const fn new(conditions: Conditions) -> Self {
        Self { plus: conditions, minus: None }
    }

    const fn less(self, conditions: Conditions) -> Self {
        Self { minus: Some(conditions), ..self }
    }

    /// The only conditions, where there is nothing to take off.
    #[must_use]
    pub const fn single(&self) -> Option<Conditions> {
        match self.minus {
            None => Some(self.plus),
            Some(_) => None,
        }
    }
}

impl Formula {
    /// All conditions that it asks for.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = Conditions> {
        let terms = match self {
            Self::Percent(of, over) => [Some(*of), Some(*over)],
            _ => [None, None],
        };
        let both = |terms: Terms| [Some(terms.plus), terms.minus];
        terms.into_iter().flatten().flat_map(both).flatten().chain(self.over())
    }

    /// What all but a percentage are taken over.
    pub(crate) const fn over(&self) -> Option<Conditions> {
        match self {
            Self::Percent(..) => None,
            Self::Count(over)
            | Self::Sum(_, over)
            | Self::Mean(_, over)
            | Self::Median(_, over)
            | Self::Max(_, over)
            | Self::Min(_, over)
            | Self::Quotient(_, _, over)
            | Self::StandardDeviation(_, over)
            | Self::EffectSize(_, _, _, over) => Some(*over),
        }
    }

    /// The quantities that it is taken of.
    pub(crate) fn quantities(&self) -> impl Iterator<Item = Q> {
        let both = match self {
            Self::Count(_) | Self::Percent(..) => [None, None],
            Self::Sum(q, _)
            | Self::Mean(q, _)
            | Self::Median(q, _)
            | Self::Max(q, _)
            | Self::Min(q, _)
            | Self::StandardDeviation(q, _) => [Some(*q), None],
            Self::Quotient(a, b, _) | Self::EffectSize(_, a, b, _) => [Some(*a), Some(*b)],
        };
        both.into_iter().flatten()
    }
}

impl Indicator {
    /// The official measure of an identifier.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static Self> {
        INDICATORS.iter().find(|indicator| indicator.id == id)
    }

    /// What services are asked to reach, in an edition of the rules.
    #[must_use]
    pub fn target(&self, edition: &Edition) -> Option<&'static Target> {
        edition.targets.iter().find(|target| target.indicator == self.id)
    }

    /// The tables without which it can't be computed, beside referrals and contacts.
    pub fn tables(&self) -> impl Iterator<Item = Table> {
        let scores = |q: Q| q as u8 >= Q::PhqFirst as u8;
        let scored = self.formula.quantities().any(scores);
        self.formula.conditions().flat_map(Conditions::tables).chain(scored.then_some(Table::Scores))
    }
}

const fn count(id: &'static str, name: &'static str, conditions: Conditions) -> Indicator {
    Indicator { id, name, formula: Formula::Count(conditions) }
}

const fn percent(id: &'static str, name: &'static str, of: Terms, over: Terms) -> Indicator {
    Indicator { id, name, formula: Formula::Percent(of, over) }
}

const fn share(id: &'static str, name: &'static str, of: Conditions, over: Conditions) -> Indicator {
    percent(id, name, Terms::new(of), Terms::new(over))
}

const fn mean(id: &'static str, name: &'static str, quantity: Q, over: Conditions) -> Indicator {
    Indicator { id, name, formula: Formula::Mean(quantity, over) }
}

const fn median(id: &'static str, name: &'static str, quantity: Q, over: Conditions) -> Indicator {
    Indicator { id, name, formula: Formula::Median(quantity, over) }
}

/// A measure of the annual set.
const fn annual(name: &'static str, formula: Formula) -> Indicator {
    Indicator { id: name, name, formula }
}

const RECEIVED: Conditions = Conditions::of(&[C::Received]);
const OPEN: Conditions = Conditions::of(&[C::Open]);
const ASSESSED: Conditions = Conditions::of(&[C::Assessed]);
const TREATED: Conditions = Conditions::of(&[C::Treated]);
const TWICE: Conditions = Conditions::of(&[C::TreatedTwice]);
const ENDED: Conditions = Conditions::of(&[C::Ended]);
const FINISHED: Conditions = ENDED.and(&[C::Finished]);
const ONCE: Conditions = ENDED.and(&[C::TreatedOnce]);
const UNTREATED: Conditions = ENDED.and(&[C::NeverTreated]);
const UNASSESSED: Conditions = OPEN.and(&[C::NeverAssessed]);
const WAITING: Conditions = OPEN.and(&[C::NeverTreated]);
const NOT_CASES: Conditions = FINISHED.and(&[C::NotCaseness]);
// Rule STAGE-6: Measures of stepped care are of finished courses assessed no later than first treated, within
// 28 and 90 days. Source: NHS England, NHS Talking Therapies metadata, M347 to M367.
const STAGED: Conditions = FINISHED.and(&[C::AssessedBeforeTreatment]);
const BEGAN_HIGH: Conditions = STAGED.and(&[C::BeganHigh]);
const BEGAN_LOW: Conditions = STAGED.and(&[C::BeganLow]);
const STEPPED_DOWN: Conditions = STAGED.and(&[C::SteppedDown]);
const STEPPED_UP: Conditions = STAGED.and(&[C::SteppedUp]);
const TIMED: Conditions = FINISHED.and(&[C::Timed]);

/// Ended after one or more treatments: treated once, or finished a course.
const ENDED_TREATED: Terms = Terms::new(ENDED).less(UNTREATED);
/// Those who could recover, as far as is known.
const COULD_RECOVER: Terms = Terms::new(FINISHED).less(NOT_CASES);

/// The official measures, in the order of their identifiers.
// Rule REPORT-1: Official measures bear their official identifiers and names. Source: NHS England, NHS
// Talking Therapies metadata, M001 to M1010 and the annual set.
pub static INDICATORS: &[Indicator] = &[
    count("M001", "Count_ReferralsReceived", RECEIVED),
    count("M019", "Count_OpenReferralNoActivity60days", OPEN.and(&[C::IdleUpTo60])),
    count("M020", "Count_OpenReferralNoActivity61to90days", OPEN.and(&[C::Idle61To90])),
    count("M021", "Count_OpenReferralNoActivity91to120days", OPEN.and(&[C::Idle91To120])),
    count("M022", "Count_OpenReferralNoActivityOver120days", OPEN.and(&[C::IdleOver120])),
    count("M023", "Count_FirstAssessment", ASSESSED),
    count("M024", "Count_FirstAssessment28days", ASSESSED.and(&[C::AssessedWithin28])),
    count("M025", "Count_FirstAssessment29to56days", ASSESSED.and(&[C::Assessed29To56])),
    count("M026", "Count_FirstAssessment57to90days", ASSESSED.and(&[C::Assessed57To90])),
    count("M027", "Count_FirstAssessmentOver90days", ASSESSED.and(&[C::AssessedOver90])),
    count("M028", "Count_EndedBeforeAssessment", ENDED.and(&[C::NeverAssessed])),
    count("M029", "Count_WaitingForAssessment", UNASSESSED),
    count("M030", "Count_WaitingForAssessmentOver90days", UNASSESSED.and(&[C::ReferredOver90])),
    count("M031", "Count_AccessingServices", TREATED),
    count("M032", "Count_AccessingServices28days", TREATED.and(&[C::TreatedWithin28])),
    count("M033", "Count_AccessingServices29to56days", TREATED.and(&[C::Treated29To56])),
    count("M034", "Count_AccessingServices57to90days", TREATED.and(&[C::Treated57To90])),
    count("M035", "Count_AccessingServicesOver90days", TREATED.and(&[C::TreatedOver90])),
    count("M036", "Count_AccessingServices6Weeks", TREATED.and(&[C::TreatedWithin42])),
    count("M037", "Count_AccessingServices18Weeks", TREATED.and(&[C::TreatedWithin126])),
    count("M038", "Count_WaitingForTreatment", WAITING),
    count("M039", "Count_WaitingForTreatment0to2weeks", WAITING.and(&[C::ReferredWithin14])),
    count("M040", "Count_WaitingForTreatment0to4weeks", WAITING.and(&[C::ReferredWithin28])),
    count("M041", "Count_WaitingForTreatment0to6weeks", WAITING.and(&[C::ReferredWithin42])),
    count("M042", "Count_WaitingForTreatment0to12weeks", WAITING.and(&[C::ReferredWithin84])),
    count("M043", "Count_WaitingForTreatment0to18weeks", WAITING.and(&[C::ReferredWithin126])),
    count("M044", "Count_WaitingForTreatmentOver18weeks", WAITING.and(&[C::ReferredOver126])),
    count("M045", "Count_WaitingForTreatmentOver90days", WAITING.and(&[C::ReferredOver90])),
    count("M046", "Count_FirstToSecondTreatmentOver28days", TWICE.and(&[C::SecondOver28])),
    count("M047", "Count_FirstToSecondTreatmentOver90days", TWICE.and(&[C::SecondOver90])),
    mean("M048", "Mean_WaitAccessingServices", Q::TreatmentWait, TREATED),
    median("M049", "Median_WaitAccessingServices", Q::TreatmentWait, TREATED),
    mean("M050", "Mean_WaitFinishedCourseTreatment", Q::TreatmentWait, FINISHED),
    median("M051", "Median_WaitFinishedCourseTreatment", Q::TreatmentWait, FINISHED),
    count(
        "M052",
        "Count_AccessingServices6WeeksFinishedCourseTreatment",
        FINISHED.and(&[C::TreatedWithin42]),
    ),
    share(
        "M053",
        "Percentage_AccessingServices6WeeksFinishedCourseTreatment",
        FINISHED.and(&[C::TreatedWithin42]),
        FINISHED,
    ),
    count(
        "M054",
        "Count_AccessingServices18WeeksFinishedCourseTreatment",
        FINISHED.and(&[C::TreatedWithin126]),
    ),
    share(
        "M055",
        "Percentage_AccessingServices18WeeksFinishedCourseTreatment",
        FINISHED.and(&[C::TreatedWithin126]),
        FINISHED,
    ),
    count("M056", "Count_EndedReferrals", ENDED),
    count("M057", "Count_EndedNotSuitable", ENDED.and(&[C::EndNotSuitable])),
    count("M058", "Count_EndedSignposted", ENDED.and(&[C::EndSignposted])),
    count("M059", "Count_EndedMutualAgreement", ENDED.and(&[C::EndMutualAgreement])),
    count("M060", "Count_EndedReferredElsewhere", ENDED.and(&[C::EndReferredElsewhere])),
    count("M061", "Count_EndedDeclined", ENDED.and(&[C::EndDeclined])),
    count("M062", "Count_EndedDeceasedAssessedOnly", ENDED.and(&[C::EndDeceasedAssessedOnly])),
    count("M063", "Count_EndedUnknownAssessedOnly", ENDED.and(&[C::EndUnknownAssessedOnly])),
    count("M066", "Count_EndedCompleted", ENDED.and(&[C::EndCompleted])),
    count("M069", "Count_EndedDeceasedTreated", ENDED.and(&[C::EndDeceasedTreated])),
    count("M070", "Count_EndedUnknownTreated", ENDED.and(&[C::EndUnknownTreated])),
    count("M071", "Count_EndedInvalid", ENDED.and(&[C::EndInvalid])),
    count("M072", "Count_EndedNoReasonRecorded", ENDED.and(&[C::EndNotRecorded])),
    count("M073", "Count_EndedNotSeen", ENDED.and(&[C::NeverSeen])),
    count("M074", "Count_EndedSeenNotTreated", UNTREATED.and(&[C::Seen])),
    count("M075", "Count_EndedTreatedOnce", ONCE),
    count("M076", "Count_FinishedCourseTreatment", FINISHED),
    share("M077", "Percentage_EndedBeforeTreatment", UNTREATED, ENDED),
    share("M078", "Percentage_EndedTreatedOnce", ONCE, ENDED),
    share("M079", "Percentage_EndedFinishedCourseTreatment", FINISHED, ENDED),
    percent("M080", "Percentage_EndedOneOrMoreTreatment", ENDED_TREATED, Terms::new(ENDED)),
    percent(
        "M081",
        "Percentage_FinishedCourseTreatmentEndedOneOrMoreTreatment",
        Terms::new(FINISHED),
        ENDED_TREATED,
    ),
    Indicator {
        id: "M089",
        name: "Count_ApptsFinishedCourseTreatment",
        formula: Formula::Sum(Q::TreatmentContacts, FINISHED),
    },
    count("M121", "Count_FirstToSecondTreatment28days", TWICE.and(&[C::SecondWithin28])),
    count("M122", "Count_FirstToSecondTreatment29to90days", TWICE.and(&[C::Second29To90])),
    share("M123", "Percentage_FirstToSecondTreatment28days", TWICE.and(&[C::SecondWithin28]), TWICE),
    share("M124", "Percentage_FirstToSecondTreatmentOver28days", TWICE.and(&[C::SecondOver28]), TWICE),
    share("M125", "Percentage_FirstToSecondTreatment29to90days", TWICE.and(&[C::Second29To90]), TWICE),
    share("M126", "Percentage_FirstToSecondTreatmentOver90days", TWICE.and(&[C::SecondOver90]), TWICE),
    mean("M141", "Mean_ApptsFinishedCourseTreatment", Q::TreatmentContacts, FINISHED),
    median("M142", "Median_ApptsFinishedCourseTreatment", Q::TreatmentContacts, FINISHED),
    Indicator {
        id: "M143",
        name: "Max_ApptsFinishedCourseTreatment",
        formula: Formula::Max(Q::TreatmentContacts, FINISHED),
    },
    Indicator {
        id: "M144",
        name: "Min_ApptsFinishedCourseTreatment",
        formula: Formula::Min(Q::TreatmentContacts, FINISHED),
    },
    count("M153", "Count_EndedBeforeTreatment", UNTREATED),
    count("M179", "Count_NotAtCaseness", NOT_CASES),
    share("M180", "Percentage_NotAtCaseness", NOT_CASES, FINISHED),
    count("M184", "Count_SecondTreatment", TWICE),
    count("M185", "Count_ReliableImprovement", FINISHED.and(&[C::ReliableImprovement])),
    share("M186", "Percentage_ReliableImprovement", FINISHED.and(&[C::ReliableImprovement]), FINISHED),
    count("M187", "Count_NoReliableChange", FINISHED.and(&[C::NoReliableChange])),
    count("M189", "Count_ReliableDeterioration", FINISHED.and(&[C::ReliableDeterioration])),
    count("M191", "Count_Recovery", FINISHED.and(&[C::Recovery])),
    percent("M192", "Percentage_Recovery", Terms::new(FINISHED.and(&[C::Recovery])), COULD_RECOVER),
    count("M193", "Count_ReliableRecovery", FINISHED.and(&[C::ReliableRecovery])),
    percent(
        "M195",
        "Percentage_ReliableRecovery",
        Terms::new(FINISHED.and(&[C::ReliableRecovery])),
        COULD_RECOVER,
    ),
    count("M196", "Count_FirstADSMOrGADOnly", FINISHED.and(&[C::AnxietyFirstOnly])),
    count("M197", "Count_NoADSMOrGAD", FINISHED.and(&[C::AnxietyNone])),
    count("M198", "Count_PairedADSMOrGAD", FINISHED.and(&[C::AnxietyPaired])),
    count("M199", "Count_FirstPHQOnly", FINISHED.and(&[C::PhqFirstOnly])),
    count("M200", "Count_NoPHQ", FINISHED.and(&[C::PhqNone])),
    count("M201", "Count_PairedPHQ", FINISHED.and(&[C::PhqPaired])),
    count("M202", "Count_PairedPHQAndADSMOrGAD", FINISHED.and(&[C::Paired])),
    count("M203", "Count_ADSMFinishedTreatment", FINISHED.and(&[C::SpecificDescriptor])),
    count("M204", "Count_AppropriatePairedADSM", FINISHED.and(&[C::SpecificPaired])),
    share(
        "M205",
        "Percentage_AppropriatePairedADSM",
        FINISHED.and(&[C::SpecificPaired]),
        FINISHED.and(&[C::SpecificDescriptor]),
    ),
    count("M212", "Count_WSASWPairedScores", FINISHED.and(&[C::WsasWorkPaired])),
    mean("M213", "Mean_FirstWSASW", Q::WsasWorkFirst, FINISHED.and(&[C::WsasWorkPaired])),
    median("M214", "Median_FirstWSASW", Q::WsasWorkFirst, FINISHED.and(&[C::WsasWorkPaired])),
    mean("M215", "Mean_LastWSASW", Q::WsasWorkLast, FINISHED.and(&[C::WsasWorkPaired])),
    median("M216", "Median_LastWSASW", Q::WsasWorkLast, FINISHED.and(&[C::WsasWorkPaired])),
    count("M217", "Count_WSASHMPairedScores", FINISHED.and(&[C::WsasHomeManagementPaired])),
    mean(
        "M218",
        "Mean_FirstWSASHM",
        Q::WsasHomeManagementFirst,
        FINISHED.and(&[C::WsasHomeManagementPaired]),
    ),
    median(
        "M219",
        "Median_FirstWSASHM",
        Q::WsasHomeManagementFirst,
        FINISHED.and(&[C::WsasHomeManagementPaired]),
    ),
    mean("M220", "Mean_LastWSASHM", Q::WsasHomeManagementLast, FINISHED.and(&[C::WsasHomeManagementPaired])),
    median(
        "M221",
        "Median_LastWSASHM",
        Q::WsasHomeManagementLast,
        FINISHED.and(&[C::WsasHomeManagementPaired]),
    ),
    count("M222", "Count_WSASSLAPairedScores", FINISHED.and(&[C::WsasSocialLeisurePaired])),
    mean("M223", "Mean_FirstWSASSLA", Q::WsasSocialLeisureFirst, FINISHED.and(&[C::WsasSocialLeisurePaired])),
    median(
        "M224",
        "Median_FirstWSASSLA",
        Q::WsasSocialLeisureFirst,
        FINISHED.and(&[C::WsasSocialLeisurePaired]),
    ),
    mean("M225", "Mean_LastWSASSLA", Q::WsasSocialLeisureLast, FINISHED.and(&[C::WsasSocialLeisurePaired])),
    median(
        "M226",
        "Median_LastWSASSLA",
        Q::WsasSocialLeisureLast,
        FINISHED.and(&[C::WsasSocialLeisurePaired]),
    ),
    count("M227", "Count_WSASPLAPairedScores", FINISHED.and(&[C::WsasPrivateLeisurePaired])),
    mean(
        "M228",
        "Mean_FirstWSASPLA",
        Q::WsasPrivateLeisureFirst,
        FINISHED.and(&[C::WsasPrivateLeisurePaired]),
    ),
    median(
        "M229",
        "Median_FirstWSASPLA",
        Q::WsasPrivateLeisureFirst,
        FINISHED.and(&[C::WsasPrivateLeisurePaired]),
    ),
    mean("M230", "Mean_LastWSASPLA", Q::WsasPrivateLeisureLast, FINISHED.and(&[C::WsasPrivateLeisurePaired])),
    median(
        "M231",
        "Median_LastWSASPLA",
        Q::WsasPrivateLeisureLast,
        FINISHED.and(&[C::WsasPrivateLeisurePaired]),
    ),
    count("M232", "Count_WSASRPairedScores", FINISHED.and(&[C::WsasRelationshipsPaired])),
    mean("M233", "Mean_FirstWSASR", Q::WsasRelationshipsFirst, FINISHED.and(&[C::WsasRelationshipsPaired])),
    median(
        "M234",
        "Median_FirstWSASR",
        Q::WsasRelationshipsFirst,
        FINISHED.and(&[C::WsasRelationshipsPaired]),
    ),
    mean("M235", "Mean_LastWSASR", Q::WsasRelationshipsLast, FINISHED.and(&[C::WsasRelationshipsPaired])),
    median("M236", "Median_LastWSASR", Q::WsasRelationshipsLast, FINISHED.and(&[C::WsasRelationshipsPaired])),
    count("M237", "Count_OffSickPay", FINISHED.and(&[C::OffSickPay])),
    percent("M288", "Percentage_AccessAttrition", Terms::new(ONCE), ENDED_TREATED),
    count("M340", "Count_EndedIncompleteAssessment", ENDED.and(&[C::EndIncompleteAssessment])),
    count("M341", "Count_EndedBeforePatientRequested", ENDED.and(&[C::EndPatientRequested])),
    count("M342", "Count_EndedNotAssessed", ENDED.and(&[C::EndNotAssessed])),
    count("M344", "Count_EndedBeforeCareProfessionalPlanned", ENDED.and(&[C::EndBeforeProfessionalPlanned])),
    mean("M347", "Mean_Wait_AssessmentDate_HighIntensityFirstDate", Q::StageWait, BEGAN_HIGH),
    mean("M348", "Mean_Wait_AssessmentDate_LowIntensityFirstDate", Q::StageWait, BEGAN_LOW),
    mean("M349", "Mean_Wait_StepDown_LastHighIntensity_FirstLowIntensity", Q::StepWait, STEPPED_DOWN),
    mean("M350", "Mean_Wait_StepUp_LastLowIntensity_FirstHighIntensity", Q::StepWait, STEPPED_UP),
    Indicator {
        id: "M351",
        name: "Mean_DaysWaitedBetweenTreatments",
        formula: Formula::Quotient(Q::CourseDays, Q::FurtherContacts, FINISHED),
    },
    count("M352", "Count_AssessmentDate_HighIntensityFirstDate", BEGAN_HIGH),
    count("M353", "Count_AssessmentDate_LowIntensityFirstDate", BEGAN_LOW),
    count("M354", "Count_StepDown_LastHighIntensity_FirstLowIntensity", STEPPED_DOWN),
    count("M355", "Count_StepUp_LastLowIntensity_FirstHighIntensity", STEPPED_UP),
    count("M356", "Count_AssessmentDate_HighIntensityFirstDate28days", BEGAN_HIGH.and(&[C::StageWithin28])),
    count("M357", "Count_AssessmentDate_LowIntensityFirstDate28days", BEGAN_LOW.and(&[C::StageWithin28])),
    count("M358", "Count_AssessmentDate_HighIntensityFirstDate90days", BEGAN_HIGH.and(&[C::StageWithin90])),
    count("M359", "Count_AssessmentDate_LowIntensityFirstDate90days", BEGAN_LOW.and(&[C::StageWithin90])),
    count(
        "M360",
        "Count_StepUp_LastLowIntensity_FirstHighIntensity28days",
        STEPPED_UP.and(&[C::StepWithin28]),
    ),
    count(
        "M361",
        "Count_StepUp_LastLowIntensity_FirstHighIntensity90days",
        STEPPED_UP.and(&[C::StepWithin90]),
    ),
    share(
        "M362",
        "Percentage_AssessmentDate_HighIntensityFirstDate28days",
        BEGAN_HIGH.and(&[C::StageWithin28]),
        BEGAN_HIGH,
    ),
    share(
        "M363",
        "Percentage_AssessmentDate_LowIntensityFirstDate28days",
        BEGAN_LOW.and(&[C::StageWithin28]),
        BEGAN_LOW,
    ),
    share(
        "M364",
        "Percentage_AssessmentDate_HighIntensityFirstDate90days",
        BEGAN_HIGH.and(&[C::StageWithin90]),
        BEGAN_HIGH,
    ),
    share(
        "M365",
        "Percentage_AssessmentDate_LowIntensityFirstDate90days",
        BEGAN_LOW.and(&[C::StageWithin90]),
        BEGAN_LOW,
    ),
    share(
        "M366",
        "Percentage_StepUp_LastLowIntensity_FirstHighIntensity28days",
        STEPPED_UP.and(&[C::StepWithin28]),
        STEPPED_UP,
    ),
    share(
        "M367",
        "Percentage_StepUp_LastLowIntensity_FirstHighIntensity90days",
        STEPPED_UP.and(&[C::StepWithin90]),
        STEPPED_UP,
    ),
    share("M1010", "Percentage_ReliableDeterioration", FINISHED.and(&[C::ReliableDeterioration]), FINISHED),
    annual("Count_AtCaseness", Formula::Count(FINISHED.and(&[C::Caseness]))),
    annual(
        "Percentage_NoReliableChange",
        Formula::Percent(Terms::new(FINISHED.and(&[C::NoReliableChange])), Terms::new(FINISHED)),
    ),
    annual("Sum_ContactDuration", Formula::Sum(Q::ContactMinutes, TIMED)),
    annual("Mean_ContactDuration", Formula::Quotient(Q::ContactMinutes, Q::TimedContacts, TIMED)),
    annual("Mean_TotalContactDurationPerReferral", Formula::Mean(Q::ContactMinutes, TIMED)),
    annual("Median_TotalContactDurationPerReferral", Formula::Median(Q::ContactMinutes, TIMED)),
    annual("Count_FinishedCourseTreatmentContactDuration", Formula::Count(TIMED)),
    annual(
        "Mean_TreatmentAppointmentsRecovery",
        Formula::Mean(Q::TreatmentContacts, FINISHED.and(&[C::Recovery])),
    ),
    annual(
        "Mean_TreatmentAppointmentsImprovement",
        Formula::Mean(Q::TreatmentContacts, FINISHED.and(&[C::ReliableImprovement])),
    ),
    annual(
        "Mean_TreatmentAppointmentsNoChange",
        Formula::Mean(Q::TreatmentContacts, FINISHED.and(&[C::NoReliableChange])),
    ),
    annual(
        "Mean_TreatmentAppointmentsDeterioration",
        Formula::Mean(Q::TreatmentContacts, FINISHED.and(&[C::ReliableDeterioration])),
    ),
    annual(
        "Mean_TreatmentAppointmentsReliableRecovery",
        Formula::Mean(Q::TreatmentContacts, FINISHED.and(&[C::ReliableRecovery])),
    ),
    annual("Mean_Start_PHQ9", Formula::Mean(Q::PhqFirst, FINISHED)),
    annual("SD_Start_PHQ9", Formula::StandardDeviation(Q::PhqFirst, FINISHED)),
    annual("Mean_End_PHQ9", Formula::Mean(Q::PhqLast, FINISHED)),
    annual("SD_End_PHQ9", Formula::StandardDeviation(Q::PhqLast, FINISHED)),
    annual("EffectSize_PHQ9", Formula::EffectSize(Instrument::Phq9, Q::PhqFirst, Q::PhqLast, FINISHED)),
    annual("Mean_Start_GAD7", Formula::Mean(Q::GadFirst, FINISHED)),
    annual("SD_Start_GAD7", Formula::StandardDeviation(Q::GadFirst, FINISHED)),
    annual("Mean_End_GAD7", Formula::Mean(Q::GadLast, FINISHED)),
    annual("SD_End_GAD7", Formula::StandardDeviation(Q::GadLast, FINISHED)),
    annual("EffectSize_GAD7", Formula::EffectSize(Instrument::Gad7, Q::GadFirst, Q::GadLast, FINISHED)),
    annual("Mean_Start_WSAS", Formula::Mean(Q::WsasFirst, FINISHED)),
    annual("SD_Start_WSAS", Formula::StandardDeviation(Q::WsasFirst, FINISHED)),
    annual("Mean_End_WSAS", Formula::Mean(Q::WsasLast, FINISHED)),
    annual("SD_End_WSAS", Formula::StandardDeviation(Q::WsasLast, FINISHED)),
    annual("EffectSize_WSAS", Formula::EffectSize(Instrument::Wsas, Q::WsasFirst, Q::WsasLast, FINISHED)),
];

/// How counts belong together: what a reader of a table can use to work out a figure that is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The first come to the second, by definition.
    Equal,
    /// The first come to no more than the second, and to as many where nothing is missing in the data.
    UpTo,
    /// The first come to no more than the second.
    AtMost,
}

/// Sums of official counts on both sides of a relation; `M081 denominator` is the count that M081 is a percentage of. Counts
/// whose conditions follow from another's need no entry here.
pub const RELATIONS: &[(&[&str], Relation, &[&str])] = &[
    (
        &[
            "M057", "M058", "M059", "M060", "M061", "M062", "M063", "M066", "M069", "M070", "M071", "M072",
            "M340", "M341", "M342", "M344",
        ],
        Relation::Equal,
        &["M056"],
    ),
    (&["M153", "M075", "M076"], Relation::Equal, &["M056"]),
    (&["M075", "M076"], Relation::Equal, &["M081 denominator"]),
    (&["M024", "M025", "M026", "M027"], Relation::UpTo, &["M023"]),
    (&["M032", "M033", "M034", "M035"], Relation::UpTo, &["M031"]),
    (&["M036"], Relation::AtMost, &["M032", "M033"]),
    (&["M032", "M033", "M034"], Relation::AtMost, &["M037"]),
    (&["M043", "M044"], Relation::UpTo, &["M038"]),
    (&["M042", "M045"], Relation::AtMost, &["M038"]),
    (&["M122", "M047"], Relation::Equal, &["M046"]),
    (&["M121", "M046"], Relation::Equal, &["M184"]),
    // Who was never seen was never assessed.
    (&["M073"], Relation::AtMost, &["M028"]),
    (&["M153"], Relation::AtMost, &["M073", "M074"]),
    (&["M185", "M187", "M189"], Relation::Equal, &["M202"]),
    // Of those paired, who recovered and who improved overlap in M193.
    (&["M191", "M185"], Relation::AtMost, &["M202", "M193"]),
    (&["M202"], Relation::AtMost, &["Count_AtCaseness", "M179"]),
    (&["Count_AtCaseness", "M179"], Relation::UpTo, &["M076"]),
    (&["Count_AtCaseness"], Relation::AtMost, &["M192 denominator"]),
    (&["M196", "M197", "M198"], Relation::Equal, &["M076"]),
    (&["M199", "M200", "M201"], Relation::Equal, &["M076"]),
    (&["M201", "M198"], Relation::AtMost, &["M076", "M202"]),
    (&["M352", "M353"], Relation::UpTo, &["M076"]),
];
