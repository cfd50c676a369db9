//! What the usual pictures need beyond rates: the limits of a funnel plot, and a run chart's limits and signals.

pub mod funnel;
pub mod xmr;
