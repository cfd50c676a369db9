#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

extern crate alloc;

pub mod batch;
pub mod charts;
mod counts;
mod day;
mod disclosure;
mod edition;
mod editions;
mod effect_size;
mod error;
#[cfg(feature = "fhir")]
pub mod fhir;
mod items;
mod measure;
mod outcome;
pub mod pathway;
mod rates;
mod referral;
pub mod report;
mod score;
#[cfg(feature = "std")]
mod threads;

pub use counts::Counts;
pub use day::{Day, ParseDayError};
pub use disclosure::{DisclosedCounts, disclose};
pub use edition::{BuiltIn, Edition, Target, Unconfigured};
pub use editions::nhs_2024_25::{GAD7, HAI, IESR, MI, OCI, PCL5, PDSS, PHQ9, PSWQ, SPIN, WSAS};
pub use effect_size::EffectSize;
pub use error::{DefinitionFault, Error, ErrorKind};
pub use items::{ItemScore, MissingItems, SelfHarm};
pub use measure::{
    Band, CaseWhen, Change, Definition, Measure, Questionnaire, Range, ScorePair, Scoring, Severity,
};
pub use outcome::{Fact, Outcome};
pub use rates::{Disclosed, Percent, Rate, Rates, rate_name};
pub use referral::{Explanation, Referral};
pub use score::{Difference, ParseScoreError, Score};
