//! The C binding of `iapt`. In Rust you want `iapt-core`.
//!
//! No rule and no number of the domain is here: each function checks what C cannot promise by type, calls
//! `iapt_core`, and turns the answer into plain integers.
//!
//! - [`status`]: what a call can return; [`guard`]: no panic leaves a call; [`mod@pointer`]: the caller's memory
//! - [`number`], [`measure`]: exact scores, and the measures they are on
//! - [`items`], [`outcome`], [`explain`]: one questionnaire, one referral, and why
//! - [`batch`], [`counts`], [`rates`], [`disclosure`]: columns of referrals, and figures of a service
//! - [`day`], [`instrument`], [`records`]: what is recorded of a referral; [`finding`], [`derived`]: what comes of it
//! - [`figure`], [`tally`], [`report`]: the official measures of many referrals
//! - [`version`]: what is running

#![allow(non_camel_case_types, reason = "types bear the names they have in C")]
#![allow(clippy::missing_safety_doc, reason = "what pointers must be is said once, at the top of the header")]

mod abi;

// In the order of the header, which the blank lines keep.
pub mod version;

pub mod status;

pub mod guard;

pub mod pointer;

pub mod number;

pub mod measure;

pub mod items;

pub mod outcome;

pub mod explain;

pub mod batch;

pub mod counts;

pub mod rates;

pub mod disclosure;

pub mod day;

pub mod instrument;

pub mod records;

pub mod finding;

pub mod derived;

pub mod figure;

pub mod tally;

pub mod report;
