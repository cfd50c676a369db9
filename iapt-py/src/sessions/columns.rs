//! The columns of derived referrals.

use arrow_array::builder::{BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};
use iapt_core::pathway::{Derived, Instrument, Intensity};
use iapt_core::{Day, Edition, Fact, Score};
use std::sync::Arc;

/// Takes one value of each derived referral after the other.
enum Builder {
    Date(Date32Builder, fn(&Derived<'_>) -> Option<Day>),
    Count(Int64Builder, fn(&Derived<'_>) -> u32),
    Days(Int64Builder, fn(&Derived<'_>) -> Option<i32>),
    Bool(BooleanBuilder, fn(&Derived<'_>) -> bool),
    Pay(BooleanBuilder, fn(&Derived<'_>) -> Option<bool>),
    Stage(StringBuilder, fn(&Derived<'_>) -> Option<Intensity>),
    Descriptor(StringBuilder),
    AnxietyMeasure(StringBuilder),
    Fact(BooleanBuilder, Fact),
    Whole(Int64Builder, Instrument, End),
    Score(Float64Builder, Instrument, End),
    Anxiety(Float64Builder, End),
}

#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

/// Instruments whose first and last scores are columns of their own.
const REPORTED: &[Instrument] = &[Instrument::Phq9, Instrument::Gad7];
const FUNCTIONING: &[Instrument] = &[
    Instrument::Wsas,
    Instrument::WsasWork,
    Instrument::WsasHomeManagement,
    Instrument::WsasSocialLeisure,
    Instrument::WsasPrivateLeisure,
    Instrument::WsasRelationships,
];

/// The columns under construction.
pub(super) struct Columns {
    names: Vec<String>,
    builders: Vec<Builder>,
}

impl Columns {
    /// `whole` says which instruments have whole scores only.
    pub(super) fn new(whole: impl Fn(Instrument) -> bool) -> Self {
        let mut columns = Self { names: Vec::new(), builders: Vec::new() };
        columns.add_course();
        columns.add_steps();
        columns.add("problem_descriptor", Builder::Descriptor(StringBuilder::new()));
        columns.add("anxiety_measure", Builder::AnxietyMeasure(StringBuilder::new()));
        REPORTED.iter().for_each(|instrument| columns.add_scores(*instrument, whole(*instrument)));
        columns.add("anxiety_first", Builder::Anxiety(Float64Builder::new(), End::First));
        columns.add("anxiety_last", Builder::Anxiety(Float64Builder::new(), End::Last));
        FUNCTIONING.iter().for_each(|instrument| columns.add_scores(*instrument, whole(*instrument)));
        columns.add("sick_pay_first", Builder::Pay(BooleanBuilder::new(), |d| d.sick_pay.0));
        columns.add("sick_pay_last", Builder::Pay(BooleanBuilder::new(), |d| d.sick_pay.1));
        for fact in Fact::ALL {
            columns.add(fact.name(), Builder::Fact(BooleanBuilder::new(), fact));
        }
        columns
    }

    fn add(&mut self, name: impl Into<String>, builder: Builder) {
        self.names.push(name.into());
        self.builders.push(builder);
    }

    fn add_course(&mut self) {
        let date = Date32Builder::new;
        let (count, days, bool) = (Int64Builder::new, Int64Builder::new, BooleanBuilder::new);
        self.add("treatment_contacts", Builder::Count(count(), |d| d.treatment_contacts));
        self.add("care_contacts", Builder::Count(count(), |d| d.care_contacts));
        self.add("assessment_date", Builder::Date(date(), |d| d.assessment));
        self.add("first_treatment_date", Builder::Date(date(), |d| d.first_treatment));
        self.add("second_treatment_date", Builder::Date(date(), |d| d.second_treatment));
        self.add("last_treatment_date", Builder::Date(date(), |d| d.last_treatment));
        self.add("finished_course", Builder::Bool(bool(), |d| d.finished_course()));
        self.add("treated_once", Builder::Bool(bool(), |d| d.treated_once()));
        self.add("ended_before_treatment", Builder::Bool(bool(), |d| d.ended_before_treatment()));
        self.add("assessment_wait", Builder::Days(days(), |d| d.assessment_wait()));
        self.add("treatment_wait", Builder::Days(days(), |d| d.treatment_wait()));
        self.add("second_treatment_wait", Builder::Days(days(), |d| d.second_treatment_wait()));
    }

    fn add_steps(&mut self) {
        let (date, count, text) = (Date32Builder::new, Int64Builder::new, StringBuilder::new);
        self.add("low_intensity_contacts", Builder::Count(count(), |d| d.low_intensity_contacts));
        self.add("high_intensity_contacts", Builder::Count(count(), |d| d.high_intensity_contacts));
        self.add("first_low_intensity_date", Builder::Date(date(), |d| d.first_low_intensity));
        self.add("first_high_intensity_date", Builder::Date(date(), |d| d.first_high_intensity));
        self.add("first_stage", Builder::Stage(text(), |d| d.stages.first));
        self.add("second_stage", Builder::Stage(text(), |d| d.stages.second));
        self.add("stage_wait", Builder::Days(count(), |d| d.stages.wait));
    }

    fn add_scores(&mut self, instrument: Instrument, whole: bool) {
        for (end, suffix) in [(End::First, "first"), (End::Last, "last")] {
            let builder = if whole {
                Builder::Whole(Int64Builder::new(), instrument, end)
            } else {
                Builder::Score(Float64Builder::new(), instrument, end)
            };
            self.add(format!("{}_{suffix}", instrument.column()), builder);
        }
    }

    pub(super) fn push(&mut self, derived: &Derived<'_>) {
        self.builders.iter_mut().for_each(|builder| builder.push(derived));
    }

    pub(super) fn finish(self) -> Result<(SchemaRef, RecordBatch), ArrowError> {
        let arrays: Vec<_> = self.builders.into_iter().map(Builder::finish).collect();
        let field = |(name, array): (&String, &ArrayRef)| Field::new(name, array.data_type().clone(), true);
        let schema = Arc::new(Schema::new(self.names.iter().zip(&arrays).map(field).collect::<Vec<_>>()));
        Ok((Arc::clone(&schema), RecordBatch::try_new(schema, arrays)?))
    }
}

impl Builder {
    fn push(&mut self, derived: &Derived<'_>) {
        match self {
            Self::Date(builder, get) => builder.append_option(get(derived).map(Day::to_unix)),
            Self::Count(builder, get) => builder.append_value(i64::from(get(derived))),
            Self::Days(builder, get) => builder.append_option(get(derived).map(i64::from)),
            Self::Bool(builder, get) => builder.append_value(get(derived)),
            Self::Pay(builder, get) => builder.append_option(get(derived)),
            Self::Stage(builder, get) => builder.append_option(get(derived).map(Intensity::name)),
            Self::Descriptor(builder) => {
                builder.append_option(derived.descriptor.as_ref().map(|d| d.as_str()))
            }
            Self::AnxietyMeasure(builder) => builder.append_value(measure_name(derived.anxiety.instrument())),
            Self::Fact(builder, fact) => builder.append_value(derived.outcome.has(*fact)),
            Self::Whole(builder, instrument, end) => {
                let score = end.of(derived, *instrument).filter(|score| score.is_whole());
                builder.append_option(score.map(Score::numerator));
            }
            Self::Score(builder, instrument, end) => {
                builder.append_option(end.of(derived, *instrument).map(Score::to_f64));
            }
            Self::Anxiety(builder, end) => {
                builder.append_option(end.of(derived, derived.anxiety.instrument()).map(Score::to_f64));
            }
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Date(mut builder, _) => Arc::new(builder.finish()),
            Self::Count(mut builder, _) => Arc::new(builder.finish()),
            Self::Days(mut builder, _) => Arc::new(builder.finish()),
            Self::Bool(mut builder, _) => Arc::new(builder.finish()),
            Self::Pay(mut builder, _) => Arc::new(builder.finish()),
            Self::Stage(mut builder, _) => Arc::new(builder.finish()),
            Self::Descriptor(mut builder) | Self::AnxietyMeasure(mut builder) => Arc::new(builder.finish()),
            Self::Fact(mut builder, _) => Arc::new(builder.finish()),
            Self::Whole(mut builder, ..) => Arc::new(builder.finish()),
            Self::Score(mut builder, ..) | Self::Anxiety(mut builder, _) => Arc::new(builder.finish()),
        }
    }
}

impl End {
    fn of(self, derived: &Derived<'_>, instrument: Instrument) -> Option<Score> {
        let scores = derived.scores(instrument);
        match self {
            Self::First => scores.first,
            Self::Last => scores.last,
        }
    }
}

/// What a measure is called in a table.
fn measure_name(instrument: Instrument) -> &'static str {
    instrument.name(Edition::CURRENT)
}
