//! One file for each edition of the national rules.

pub(crate) mod nhs_2024_25;
