//! What the official measures ask of a referral: conditions and quantities, each in one place.

use super::period::Period;
use crate::outcome::Fact;
use crate::pathway::{AnxietyChoice, Coded, Derived, EndReason, FirstAndLast, Instrument, Intensity, Table};
use core::ops::RangeInclusive;

macro_rules! conditions {
    ($($(#[$doc:meta])* $variant:ident,)+) => {
        /// A condition that a referral meets or not, as at the end of a period.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Condition { $($(#[$doc])* $variant,)+ }

        impl Condition {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }
    };
}

conditions! {
    /// The referral was received in the period.
    Received,
    /// The first assessment is in the period.
    Assessed,
    /// The first treatment contact is in the period.
    Treated,
    /// The second treatment contact is in the period.
    TreatedTwice,
    /// The referral ended in the period.
    Ended,
    /// The referral is open at the end of the period.
    Open,
    /// It finished a course of treatment.
    Finished,
    /// It had exactly one treatment contact.
    TreatedOnce,
    /// It had no treatment contact.
    NeverTreated,
    /// It had no assessment.
    NeverAssessed,
    /// It had no care contact.
    NeverSeen,
    /// It had a care contact.
    Seen,
    /// Up to 28 days to the first assessment.
    AssessedWithin28,
    /// 29 to 56 days to the first assessment.
    Assessed29To56,
    /// 57 to 90 days to the first assessment.
    Assessed57To90,
    /// More than 90 days to the first assessment.
    AssessedOver90,
    /// Up to 28 days to the first treatment.
    TreatedWithin28,
    /// 29 to 56 days to the first treatment.
    Treated29To56,
    /// 57 to 90 days to the first treatment.
    Treated57To90,
    /// More than 90 days to the first treatment.
    TreatedOver90,
    /// Up to 6 weeks to the first treatment.
    TreatedWithin42,
    /// Up to 18 weeks to the first treatment.
    TreatedWithin126,
    /// Referred up to 2 weeks ago.
    ReferredWithin14,
    /// Referred up to 4 weeks ago.
    ReferredWithin28,
    /// Referred up to 6 weeks ago.
    ReferredWithin42,
    /// Referred up to 12 weeks ago.
    ReferredWithin84,
    /// Referred up to 18 weeks ago.
    ReferredWithin126,
    /// Referred more than 18 weeks ago.
    ReferredOver126,
    /// Referred more than 90 days ago.
    ReferredOver90,
    /// Last treated up to 60 days ago.
    IdleUpTo60,
    /// Last treated 61 to 90 days ago.
    Idle61To90,
    /// Last treated 91 to 120 days ago.
    Idle91To120,
    /// Last treated more than 120 days ago.
    IdleOver120,
    /// Up to 28 days from the first to the second treatment.
    SecondWithin28,
    /// 29 to 90 days from the first to the second treatment.
    Second29To90,
    /// More than 28 days from the first to the second treatment.
    SecondOver28,
    /// More than 90 days from the first to the second treatment.
    SecondOver90,
    /// Ended as not suitable.
    EndNotSuitable,
    /// Ended as signposted.
    EndSignposted,
    /// Ended by mutual agreement.
    EndMutualAgreement,
    /// Ended as referred elsewhere.
    EndReferredElsewhere,
    /// Ended as treatment was declined.
    EndDeclined,
    /// Ended with an incomplete assessment.
    EndIncompleteAssessment,
    /// Ended by death, assessed only.
    EndDeceasedAssessedOnly,
    /// Ended as completed.
    EndCompleted,
    /// Ended before the care professional had planned.
    EndBeforeProfessionalPlanned,
    /// Ended at the patient's request.
    EndPatientRequested,
    /// Ended by death, treated.
    EndDeceasedTreated,
    /// Ended without assessment.
    EndNotAssessed,
    /// Ended for an unknown reason, assessed only.
    EndUnknownAssessedOnly,
    /// Ended for an unknown reason, treated.
    EndUnknownTreated,
    /// Ended with a code that the data set does not have.
    EndInvalid,
    /// Ended without a code.
    EndNotRecorded,
    /// All four scores are present.
    Paired,
    /// At caseness at first.
    Caseness,
    /// Known not to be at caseness at first.
    NotCaseness,
    /// Recovered.
    Recovery,
    /// Improved reliably.
    ReliableImprovement,
    /// Deteriorated reliably.
    ReliableDeterioration,
    /// Did not change reliably.
    NoReliableChange,
    /// Recovered reliably.
    ReliableRecovery,
    /// A first PHQ-9 score but no last one.
    PhqFirstOnly,
    /// No PHQ-9 score.
    PhqNone,
    /// A first and a last PHQ-9 score.
    PhqPaired,
    /// A first score on the descriptor's measure or GAD-7, but a last one on neither.
    AnxietyFirstOnly,
    /// No score on the descriptor's measure or GAD-7.
    AnxietyNone,
    /// A first and a last score on the descriptor's measure or GAD-7.
    AnxietyPaired,
    /// The problem descriptor names a measure of its own.
    SpecificDescriptor,
    /// The measure that the problem descriptor names is paired, and decides.
    SpecificPaired,
    /// Work on WSAS is paired.
    WsasWorkPaired,
    /// Home management on WSAS is paired.
    WsasHomeManagementPaired,
    /// Social leisure activities on WSAS are paired.
    WsasSocialLeisurePaired,
    /// Private leisure activities on WSAS are paired.
    WsasPrivateLeisurePaired,
    /// Relationships on WSAS are paired.
    WsasRelationshipsPaired,
    /// Sick pay at first, none at last.
    OffSickPay,
    /// Assessed no later than first treated.
    AssessedBeforeTreatment,
    /// The first stage is of high intensity.
    BeganHigh,
    /// The first stage is of low intensity.
    BeganLow,
    /// From a stage of high to one of low intensity.
    SteppedDown,
    /// From a stage of low to one of high intensity.
    SteppedUp,
    /// Up to 28 days from assessment to the first stage.
    StageWithin28,
    /// Up to 90 days from assessment to the first stage.
    StageWithin90,
    /// Up to 28 days between the stages.
    StepWithin28,
    /// Up to 90 days between the stages.
    StepWithin90,
    /// The length of a treatment contact is recorded.
    Timed,
}

/// Conditions that hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Conditions(u128);

impl Conditions {
    /// All of these.
    #[must_use]
    pub const fn of(conditions: &[Condition]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < conditions.len() {
            bits |= 1 << conditions[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// These and more.
    #[must_use]
    pub const fn and(self, conditions: &[Condition]) -> Self {
        Self(self.0 | Self::of(conditions).0)
    }

    /// Whether all of some others are among these.
    #[must_use]
    #[inline(always)]
    pub const fn include(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// Whether one is among these.
    #[must_use]
    pub const fn has(self, condition: Condition) -> bool {
        self.include(Self::of(&[condition]))
    }

    /// The events among these: what must be in the period, or be so at its end.
    pub(crate) const fn event(self) -> Self {
        Self(self.0 & EVENTS.0)
    }

    const fn set(&mut self, condition: Condition, holds: bool) {
        self.0 |= (holds as u128) << condition as u32;
    }

    /// The conditions that follow from these by what they mean, and these themselves.
    pub(crate) fn closure(self) -> Self {
        let mut closed = self;
        for (fact, follow) in FACTS_IMPLY {
            if closed.has(*fact) {
                closed = closed.and(follow);
            }
        }
        for (narrow, quantity, range) in BANDS {
            for (wide, same, wider) in BANDS {
                let within = wider.start() <= range.start() && range.end() <= wider.end();
                if closed.has(*narrow) && quantity == same && within {
                    closed = closed.and(&[*wide]);
                }
            }
        }
        closed
    }

    /// The tables without which these can't be known.
    pub fn tables(self) -> impl Iterator<Item = Table> {
        let needs = |conditions: &[Condition], table| {
            conditions.iter().any(|condition| self.has(*condition)).then_some(table)
        };
        [
            needs(NEED_SCORES, Table::Scores),
            needs(&[Condition::SpecificDescriptor, Condition::SpecificPaired], Table::Complaints),
            needs(&[Condition::OffSickPay], Table::Employment),
        ]
        .into_iter()
        .flatten()
    }
}

const EVENTS: Conditions = Conditions::of(&[
    Condition::Received,
    Condition::Assessed,
    Condition::Treated,
    Condition::TreatedTwice,
    Condition::Ended,
    Condition::Open,
]);

/// What follows from a condition by what it means. The order matters: consequences come after causes.
const FACTS_IMPLY: &[(Condition, &[Condition])] = &[
    (Condition::ReliableRecovery, &[Condition::Recovery, Condition::ReliableImprovement]),
    (Condition::Recovery, &[Condition::Caseness, Condition::Paired]),
    (Condition::ReliableImprovement, &[Condition::Paired]),
    (Condition::ReliableDeterioration, &[Condition::Paired]),
    (Condition::NoReliableChange, &[Condition::Paired]),
    (Condition::Paired, &[Condition::PhqPaired, Condition::AnxietyPaired]),
    (Condition::SteppedDown, &[Condition::BeganHigh]),
    (Condition::SteppedUp, &[Condition::BeganLow]),
    (Condition::SpecificPaired, &[Condition::SpecificDescriptor, Condition::AnxietyPaired]),
];

const NEED_SCORES: &[Condition] = &[
    Condition::Paired,
    Condition::Caseness,
    Condition::NotCaseness,
    Condition::Recovery,
    Condition::ReliableImprovement,
    Condition::ReliableDeterioration,
    Condition::NoReliableChange,
    Condition::ReliableRecovery,
    Condition::PhqFirstOnly,
    Condition::PhqNone,
    Condition::PhqPaired,
    Condition::AnxietyFirstOnly,
    Condition::AnxietyNone,
    Condition::AnxietyPaired,
    Condition::SpecificPaired,
    Condition::WsasWorkPaired,
    Condition::WsasHomeManagementPaired,
    Condition::WsasSocialLeisurePaired,
    Condition::WsasPrivateLeisurePaired,
    Condition::WsasRelationshipsPaired,
];

macro_rules! quantities {
    ($($(#[$doc:meta])* $variant:ident,)+) => {
        /// A whole number that a referral has or lacks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Quantity { $($(#[$doc])* $variant,)+ }

        impl Quantity {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }
    };
}

quantities! {
    /// Days from referral to the first assessment.
    AssessmentWait,
    /// Days from referral to the first treatment.
    TreatmentWait,
    /// Days from the first to the second treatment.
    SecondTreatmentWait,
    /// Days from referral to the end of the period.
    SinceReferral,
    /// Days from the last treatment to the end of the period.
    SinceTreatment,
    /// Days from assessment to the first stage.
    StageWait,
    /// Days between the stages.
    StepWait,
    /// Treatment contacts.
    TreatmentContacts,
    /// Treatment contacts but the first.
    FurtherContacts,
    /// Days from the first to the last treatment.
    CourseDays,
    /// Treatment contacts whose length is recorded.
    TimedContacts,
    /// Minutes of treatment contacts.
    ContactMinutes,
    /// First PHQ-9 score.
    PhqFirst,
    /// Last PHQ-9 score.
    PhqLast,
    /// First GAD-7 score.
    GadFirst,
    /// Last GAD-7 score.
    GadLast,
    /// First WSAS score, work.
    WsasWorkFirst,
    /// Last WSAS score, work.
    WsasWorkLast,
    /// First WSAS score, home management.
    WsasHomeManagementFirst,
    /// Last WSAS score, home management.
    WsasHomeManagementLast,
    /// First WSAS score, social leisure activities.
    WsasSocialLeisureFirst,
    /// Last WSAS score, social leisure activities.
    WsasSocialLeisureLast,
    /// First WSAS score, private leisure activities.
    WsasPrivateLeisureFirst,
    /// Last WSAS score, private leisure activities.
    WsasPrivateLeisureLast,
    /// First WSAS score, relationships.
    WsasRelationshipsFirst,
    /// Last WSAS score, relationships.
    WsasRelationshipsLast,
    /// First WSAS score, in total.
    WsasFirst,
    /// Last WSAS score, in total.
    WsasLast,
}

/// The conditions that are ranges of a quantity, in days.
pub const BANDS: &[(Condition, Quantity, RangeInclusive<i32>)] = &[
    // Rule WAIT-4: From referral to first assessment: 28 days or fewer, 29 to 56, 57 to 90, over 90. Source:
    // NHS England, NHS Talking Therapies metadata, M024 to M027.
    (Condition::AssessedWithin28, Quantity::AssessmentWait, i32::MIN..=28),
    (Condition::Assessed29To56, Quantity::AssessmentWait, 29..=56),
    (Condition::Assessed57To90, Quantity::AssessmentWait, 57..=90),
    (Condition::AssessedOver90, Quantity::AssessmentWait, 91..=i32::MAX),
    // Rule WAIT-1: Waits are whole days; from referral to first treatment they count within 28, 29 to 56, 57
    // to 90, over 90, within 42 and within 126 days. Source: NHS England, NHS Talking Therapies metadata,
    // M032 to M037 and M052 to M055.
    (Condition::TreatedWithin28, Quantity::TreatmentWait, i32::MIN..=28),
    (Condition::Treated29To56, Quantity::TreatmentWait, 29..=56),
    (Condition::Treated57To90, Quantity::TreatmentWait, 57..=90),
    (Condition::TreatedOver90, Quantity::TreatmentWait, 91..=i32::MAX),
    (Condition::TreatedWithin42, Quantity::TreatmentWait, i32::MIN..=42),
    (Condition::TreatedWithin126, Quantity::TreatmentWait, i32::MIN..=126),
    // Rule WAIT-5: Open referrals without assessment or treatment by days since referral: 14, 28, 42, 84 and
    // 126 or fewer, over 126, over 90. Source: NHS England, NHS Talking Therapies metadata, M029, M030 and
    // M038 to M045.
    (Condition::ReferredWithin14, Quantity::SinceReferral, i32::MIN..=14),
    (Condition::ReferredWithin28, Quantity::SinceReferral, i32::MIN..=28),
    (Condition::ReferredWithin42, Quantity::SinceReferral, i32::MIN..=42),
    (Condition::ReferredWithin84, Quantity::SinceReferral, i32::MIN..=84),
    (Condition::ReferredWithin126, Quantity::SinceReferral, i32::MIN..=126),
    (Condition::ReferredOver126, Quantity::SinceReferral, 127..=i32::MAX),
    (Condition::ReferredOver90, Quantity::SinceReferral, 91..=i32::MAX),
    // Rule WAIT-3: Open referrals by days since the last treatment contact: 60 or fewer, 61 to 90, 91 to 120,
    // over 120; one never treated is in none. Source: NHS England, NHS Talking Therapies metadata, M019 to
    // M022.
    (Condition::IdleUpTo60, Quantity::SinceTreatment, i32::MIN..=60),
    (Condition::Idle61To90, Quantity::SinceTreatment, 61..=90),
    (Condition::Idle91To120, Quantity::SinceTreatment, 91..=120),
    (Condition::IdleOver120, Quantity::SinceTreatment, 121..=i32::MAX),
    // Rule WAIT-2: From first to second treatment: 28 days or fewer, 29 to 90, over 28, over 90; the printed
    // '>= 90' of M122 and M125 is read as '<= 90'. Source: NHS England, NHS Talking Therapies metadata, M046,
    // M047 and M121 to M126.
    (Condition::SecondWithin28, Quantity::SecondTreatmentWait, i32::MIN..=28),
    // Printed as ">= 90" in M122 and M125, which would leave 29 to 89 out.
    (Condition::Second29To90, Quantity::SecondTreatmentWait, 29..=90),
    (Condition::SecondOver28, Quantity::SecondTreatmentWait, 29..=i32::MAX),
    (Condition::SecondOver90, Quantity::SecondTreatmentWait, 91..=i32::MAX),
    (Condition::StageWithin28, Quantity::StageWait, i32::MIN..=28),
    (Condition::StageWithin90, Quantity::StageWait, i32::MIN..=90),
    (Condition::StepWithin28, Quantity::StepWait, i32::MIN..=28),
    (Condition::StepWithin90, Quantity::StepWait, i32::MIN..=90),
];

/// What a referral shows in a period: its conditions and its quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    pub(crate) conditions: Conditions,
    quantities: [i32; Quantity::ALL.len()],
}

/// No quantity: no wait, count or score is as low.
const NONE: i32 = i32::MIN;

impl Shown {
    /// What a referral that was derived as at the end of a period shows in it; `None` where it was received later.
    #[must_use]
    pub fn of(derived: &Derived<'_>, period: Period) -> Option<Self> {
        // Rule PERIOD-1: A report is as at the end of its period: a referral received later is not counted.
        // Source: this project's choice, after NHS England, NHS Talking Therapies metadata, M001.
        if derived.referred.is_some_and(|referred| referred > period.last()) {
            return None;
        }
        let mut shown = Self { conditions: Conditions::default(), quantities: [NONE; _] };
        shown.set_quantities(derived, period);
        shown.set_course(derived, period);
        shown.set_end(derived);
        shown.set_scores(derived);
        for (condition, quantity, range) in BANDS {
            let within = shown.get(*quantity).is_some_and(|days| range.contains(&days));
            shown.conditions.set(*condition, within);
        }
        Some(shown)
    }

    /// The conditions.
    #[must_use]
    pub const fn conditions(&self) -> Conditions {
        self.conditions
    }

    /// A quantity; `None` where the referral lacks it.
    #[must_use]
    #[inline(always)]
    pub const fn get(&self, quantity: Quantity) -> Option<i32> {
        let value = self.quantities[quantity as usize];
        if value == NONE { None } else { Some(value) }
    }

    fn put(&mut self, quantity: Quantity, value: Option<i32>) {
        self.quantities[quantity as usize] = value.unwrap_or(NONE);
    }

    fn set_quantities(&mut self, derived: &Derived<'_>, period: Period) {
        let since = |day: Option<crate::Day>| Some(period.last().days_since(day?));
        let contacts = i32::try_from(derived.treatment_contacts).ok();
        let began = derived.stages.began.zip(derived.assessment);
        let course = derived.last_treatment.zip(derived.first_treatment);
        self.put(Quantity::AssessmentWait, derived.assessment_wait());
        self.put(Quantity::TreatmentWait, derived.treatment_wait());
        self.put(Quantity::SecondTreatmentWait, derived.second_treatment_wait());
        self.put(Quantity::SinceReferral, since(derived.referred));
        self.put(Quantity::SinceTreatment, since(derived.last_treatment));
        self.put(Quantity::StageWait, began.map(|(began, assessed)| began.days_since(assessed)));
        self.put(Quantity::StepWait, derived.stages.wait);
        self.put(Quantity::TreatmentContacts, contacts);
        self.put(Quantity::FurtherContacts, contacts.map(|contacts| contacts - 1));
        self.put(Quantity::CourseDays, course.map(|(last, first)| last.days_since(first)));
        self.put(Quantity::TimedContacts, i32::try_from(derived.timed_contacts).ok());
        self.put(Quantity::ContactMinutes, i32::try_from(derived.contact_minutes).ok());
        for (instrument, first, last) in SCORES {
            let scores = derived.scores(*instrument);
            let whole = |score: Option<crate::Score>| {
                let score = score.filter(|score| score.is_whole())?;
                i32::try_from(score.numerator()).ok()
            };
            self.put(*first, whole(scores.first));
            self.put(*last, whole(scores.last));
        }
    }

    fn set_course(&mut self, derived: &Derived<'_>, period: Period) {
        let within = |day: Option<crate::Day>| day.is_some_and(|day| period.contains(day));
        let stages = derived.stages;
        let step = (stages.first, stages.second);
        let holds = &mut self.conditions;
        holds.set(Condition::Received, within(derived.referred));
        holds.set(Condition::Assessed, within(derived.assessment));
        holds.set(Condition::Treated, within(derived.first_treatment));
        holds.set(Condition::TreatedTwice, within(derived.second_treatment));
        holds.set(Condition::Ended, within(derived.discharged));
        holds.set(Condition::Open, derived.discharged.is_none());
        holds.set(Condition::Finished, derived.finished_course());
        holds.set(Condition::TreatedOnce, derived.treatment_contacts == 1);
        holds.set(Condition::NeverTreated, derived.treatment_contacts == 0);
        holds.set(Condition::NeverAssessed, derived.assessment.is_none());
        holds.set(Condition::NeverSeen, derived.care_contacts == 0);
        holds.set(Condition::Seen, derived.care_contacts > 0);
        holds.set(Condition::OffSickPay, derived.off_sick_pay());
        holds.set(Condition::Timed, derived.timed_contacts > 0);
        let in_order = derived.assessment.zip(derived.first_treatment).is_some_and(|(a, t)| a <= t);
        holds.set(Condition::AssessedBeforeTreatment, in_order);
        holds.set(Condition::BeganHigh, stages.first == Some(Intensity::High));
        holds.set(Condition::BeganLow, stages.first == Some(Intensity::Low));
        let down = step == (Some(Intensity::High), Some(Intensity::Low));
        // Rule STAGE-4: A step down with more than one single contact between the stages is not measured.
        // Source: NHS England, NHS Talking Therapies metadata, M349.
        holds.set(Condition::SteppedDown, down && !stages.mixed);
        holds.set(Condition::SteppedUp, step == (Some(Intensity::Low), Some(Intensity::High)));
    }

    // Rule REPORT-2: Ended referrals are counted by end code; a code that the data set does not have and no
    // code are counted on their own. Source: NHS England, NHS Talking Therapies metadata, M057 to M072,
    // M340 to M342 and M344.
    fn set_end(&mut self, derived: &Derived<'_>) {
        let ended = derived.discharged.is_some();
        let reason = match derived.end_reason {
            Coded::Missing => Condition::EndNotRecorded,
            Coded::Unknown => Condition::EndInvalid,
            Coded::Known(reason) => end_condition(reason),
        };
        self.conditions.set(reason, ended);
    }

    // Rule REPORT-3: Completeness of scores: paired, first only or none on PHQ-9, and on the descriptor's
    // measure or GAD-7. Source: NHS England, NHS Talking Therapies metadata, M196 to M205.
    fn set_scores(&mut self, derived: &Derived<'_>) {
        let phq = derived.scores(Instrument::Phq9);
        let holds = &mut self.conditions;
        for (fact, condition) in FACTS {
            holds.set(*condition, derived.outcome.has(*fact));
        }
        holds.set(Condition::PhqFirstOnly, phq.first.is_some() && phq.last.is_none());
        holds.set(Condition::PhqNone, phq.first.is_none());
        holds.set(Condition::PhqPaired, phq.last.is_some());
        let specific = derived.descriptor.map_or(&[][..], |descriptor| descriptor.specific_measures());
        let any = |shows: fn(&FirstAndLast) -> bool| {
            let mut all = specific.iter().chain(&[Instrument::Gad7]);
            all.any(|instrument| shows(derived.scores(*instrument)))
        };
        let (first, last) = (any(|s| s.first.is_some()), any(|s| s.last.is_some()));
        holds.set(Condition::AnxietyFirstOnly, first && !last);
        holds.set(Condition::AnxietyNone, !first);
        holds.set(Condition::AnxietyPaired, last);
        holds.set(Condition::SpecificDescriptor, !specific.is_empty());
        holds.set(Condition::SpecificPaired, matches!(derived.anxiety, AnxietyChoice::Specific(_)));
        for (instrument, condition) in WSAS_PAIRED {
            holds.set(*condition, derived.scores(*instrument).last.is_some());
        }
    }
}

const FACTS: &[(Fact, Condition)] = &[
    (Fact::Paired, Condition::Paired),
    (Fact::Caseness, Condition::Caseness),
    (Fact::NotCaseness, Condition::NotCaseness),
    (Fact::Recovery, Condition::Recovery),
    (Fact::ReliableImprovement, Condition::ReliableImprovement),
    (Fact::ReliableDeterioration, Condition::ReliableDeterioration),
    (Fact::NoReliableChange, Condition::NoReliableChange),
    (Fact::ReliableRecovery, Condition::ReliableRecovery),
];

// Rule REPORT-5: Mean and median first and last scores on the five items of WSAS are of finished courses
// paired on the item. Source: NHS England, NHS Talking Therapies metadata, M212 to M236.
const WSAS_PAIRED: &[(Instrument, Condition)] = &[
    (Instrument::WsasWork, Condition::WsasWorkPaired),
    (Instrument::WsasHomeManagement, Condition::WsasHomeManagementPaired),
    (Instrument::WsasSocialLeisure, Condition::WsasSocialLeisurePaired),
    (Instrument::WsasPrivateLeisure, Condition::WsasPrivateLeisurePaired),
    (Instrument::WsasRelationships, Condition::WsasRelationshipsPaired),
];

const SCORES: &[(Instrument, Quantity, Quantity)] = &[
    (Instrument::Phq9, Quantity::PhqFirst, Quantity::PhqLast),
    (Instrument::Gad7, Quantity::GadFirst, Quantity::GadLast),
    (Instrument::WsasWork, Quantity::WsasWorkFirst, Quantity::WsasWorkLast),
    (Instrument::WsasHomeManagement, Quantity::WsasHomeManagementFirst, Quantity::WsasHomeManagementLast),
    (Instrument::WsasSocialLeisure, Quantity::WsasSocialLeisureFirst, Quantity::WsasSocialLeisureLast),
    (Instrument::WsasPrivateLeisure, Quantity::WsasPrivateLeisureFirst, Quantity::WsasPrivateLeisureLast),
    (Instrument::WsasRelationships, Quantity::WsasRelationshipsFirst, Quantity::WsasRelationshipsLast),
    (Instrument::Wsas, Quantity::WsasFirst, Quantity::WsasLast),
];

const fn end_condition(reason: EndReason) -> Condition {
    match reason {
        EndReason::NotSuitable => Condition::EndNotSuitable,
        EndReason::Signposted => Condition::EndSignposted,
        EndReason::MutualAgreement => Condition::EndMutualAgreement,
        EndReason::ReferredElsewhere => Condition::EndReferredElsewhere,
        EndReason::Declined => Condition::EndDeclined,
        EndReason::IncompleteAssessment => Condition::EndIncompleteAssessment,
        EndReason::DeceasedAssessedOnly => Condition::EndDeceasedAssessedOnly,
        EndReason::Completed => Condition::EndCompleted,
        EndReason::BeforeProfessionalPlanned => Condition::EndBeforeProfessionalPlanned,
        EndReason::PatientRequested => Condition::EndPatientRequested,
        EndReason::DeceasedTreated => Condition::EndDeceasedTreated,
        EndReason::NotAssessed => Condition::EndNotAssessed,
        EndReason::UnknownAssessedOnly => Condition::EndUnknownAssessedOnly,
        EndReason::UnknownTreated => Condition::EndUnknownTreated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_fit_their_set() {
        assert!(Condition::ALL.len() <= 128);
        for (at, condition) in Condition::ALL.iter().enumerate() {
            assert_eq!(*condition as usize, at);
            assert!(Conditions::of(&[*condition]).has(*condition));
        }
    }

    #[test]
    fn closure_knows_bands_and_facts() {
        let closed = Conditions::of(&[Condition::ReferredWithin14]).closure();
        assert!(closed.has(Condition::ReferredWithin126) && !closed.has(Condition::ReferredOver90));
        assert!(Conditions::of(&[Condition::TreatedOver90]).closure().has(Condition::TreatedOver90));
        assert!(Conditions::of(&[Condition::ReliableRecovery]).closure().has(Condition::PhqPaired));
        assert!(Conditions::of(&[Condition::SecondOver90]).closure().has(Condition::SecondOver28));
    }
}
