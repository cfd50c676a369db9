//! The rules of NHS Talking Therapies from April 2024 on.
//!
//! Checked against print in many places: PHQ-9 and GAD-7. The other measures' numbers are those of the IAPT /
//! NHS Talking Therapies Manual and of papers on IAPT data and were not checked against the Manual's current
//! edition: `verified` is false for them.

use crate::edition::{BuiltIn, Edition, Target, Unconfigured};
use crate::measure::{Band, CaseWhen, Definition, Measure, Questionnaire, Scoring, Severity};
use crate::outcome::Fact;
use crate::score::Score;
use alloc::borrow::Cow;

/// This edition.
pub(crate) static EDITION: Edition = Edition {
    id: "2024-25",
    measures: &[
        built_in("PHQ9", "depression", None, &PHQ9),
        built_in("GAD7", "generalised anxiety", Some("GAD"), &GAD7),
        built_in("SPIN", "social anxiety", Some("SocialPhobia"), &SPIN),
        built_in("MI", "agoraphobia", Some("AgoraAlone"), &MI),
        built_in("OCI", "obsessive-compulsive disorder", Some("OCD"), &OCI),
        built_in("PCL5", "post-traumatic stress disorder", Some("PTSD"), &PCL5),
        built_in("IESR", "post-traumatic stress disorder, before PCL-5", None, &IESR),
        built_in("PDSS", "panic disorder", Some("PanicDisorder"), &PDSS),
        built_in("HAI", "health anxiety", Some("AnxietyInventory"), &HAI),
        built_in("PSWQ", "worry", None, &PSWQ),
        built_in("WSAS", "functioning; never part of recovery", None, &WSAS),
    ],
    parts: &[
        built_in("WSAS_WORK", "functioning: work", None, &WSAS_WORK),
        built_in("WSAS_HOME_MANAGEMENT", "functioning: home management", None, &WSAS_HOME_MANAGEMENT),
        built_in("WSAS_SOCIAL_LEISURE", "functioning: social leisure", None, &WSAS_SOCIAL_LEISURE),
        built_in("WSAS_PRIVATE_LEISURE", "functioning: private leisure", None, &WSAS_PRIVATE_LEISURE),
        built_in("WSAS_RELATIONSHIPS", "functioning: relationships", None, &WSAS_RELATIONSHIPS),
    ],
    codes: &[("720433000", "PHQ9"), ("445455005", "GAD7")],
    // Rule MEASURE-13: BIQ, CFQ, the Francis IBS scale and PHQ-15 are known by name alone: without the
    // caller's own numbers they are an error or a finding. Source: NHS England, NHS Talking Therapies
    // metadata, M179 and M204, which name them without thresholds.
    unconfigured: &[
        unconfigured("BIQ", "BIQ", "body dysmorphic disorder", "BIQ"),
        unconfigured("CFQ", "CFQ", "chronic fatigue", "CFQ"),
        unconfigured("IBS", "Francis IBS", "irritable bowel syndrome", "IBS"),
        unconfigured("PHQ15", "PHQ-15", "medically unexplained symptoms", "MUS"),
    ],
    // Rule TARGET-1: Targets: recovery 50 %, reliable improvement 67 %, reliable recovery 48 %, first
    // treatment within 6 weeks 75 % and within 18 weeks 95 %. Source: NHS England, national standards and
    // planning guidance from 2024/25.
    targets: &[
        target("M192", Some(Fact::Recovery), 50, "NHS England, national standard for NHS Talking Therapies"),
        target("M186", Some(Fact::ReliableImprovement), 67, "NHS England, planning guidance from 2024/25"),
        target("M195", Some(Fact::ReliableRecovery), 48, "NHS England, planning guidance from 2024/25"),
        target("M053", None, 75, "NHS England, national standard: 6 weeks from referral to first treatment"),
        target("M055", None, 95, "NHS England, national standard: 18 weeks from referral to first treatment"),
    ],
    // Rule MISSING-1: One or two unanswered items are each replaced by the mean of the answered ones; with
    // more there is no score. Source: IAPT Data Handbook, appendix D.
    most_imputed_items: 2,
    // Rule DISCLOSURE-1: Counts of 0 to 4 are suppressed, zero included. Source: NHS England, Psychological
    // Therapies annual reports, tables below the national level.
    largest_suppressed_count: 4,
    // Rule DISCLOSURE-2: All other counts are rounded to the nearest 5. Source: NHS England, Psychological
    // Therapies annual reports, tables below the national level.
    rounding_base: 5,
};

/// Patient Health Questionnaire: depression, 9 items of 0 to 3, case at 10 and above, reliable change 6.
// Rule MEASURE-1: PHQ-9 has 9 items of 0 to 3, a case is at or above 10, and a change of 6 or more is
// reliable. Source: NHS England, NHS Talking Therapies metadata, M185 to M193, and NHS Talking Therapies
// Manual.
pub static PHQ9: Measure = measure(Row {
    self_harm_item: Some(8),
    // Rule SEVERITY-1: PHQ-9 is minimal from 0, mild from 5, moderate from 10, moderately severe from 15 and
    // severe from 20. Source: Kroenke, Spitzer and Williams 2001, The PHQ-9.
    bands: &[
        band(0, Severity::Minimal),
        band(5, Severity::Mild),
        band(10, Severity::Moderate),
        band(15, Severity::ModeratelySevere),
        band(20, Severity::Severe),
    ],
    source: PUBLISHED,
    verified: true,
    ..sum("PHQ-9", 9, (0, 3), case_at(10), 6)
});

/// Generalised Anxiety Disorder scale: 7 items of 0 to 3, case at 8 and above, reliable change 4.
// Rule MEASURE-2: GAD-7 has 7 items of 0 to 3, a case is at or above 8, and a change of 4 or more is
// reliable. Source: NHS England, NHS Talking Therapies metadata, M185 to M193, and NHS Talking Therapies
// Manual.
pub static GAD7: Measure = measure(Row {
    // Rule SEVERITY-2: GAD-7 is minimal from 0, mild from 5, moderate from 10 and severe from 15. Source:
    // Spitzer, Kroenke, Williams and Löwe 2006, The GAD-7.
    bands: &[
        band(0, Severity::Minimal),
        band(5, Severity::Mild),
        band(10, Severity::Moderate),
        band(15, Severity::Severe),
    ],
    source: PUBLISHED,
    verified: true,
    ..sum("GAD-7", 7, (0, 3), case_at(8), 4)
});

/// Social Phobia Inventory: 17 items of 0 to 4, case at 19 and above, reliable change 10. Not verified.
// Rule MEASURE-3: SPIN has 17 items of 0 to 4, a case is at or above 19, and a change of 10 or more is
// reliable. Source: IAPT / NHS Talking Therapies Manual and papers on IAPT data, not checked against the
// current Manual.
pub static SPIN: Measure = measure(sum("SPIN", 17, (0, 4), case_at(19), 10));

/// Mobility Inventory (alone): agoraphobia, the mean of up to 27 items of 1 to 5, case above 2.3, reliable
/// change 0.73. Not verified.
// Rule MEASURE-4: MI (alone) is a mean of answers of 1 to 5, a case is above 2.3, and a change of 0.73 or
// more is reliable. Source: IAPT / NHS Talking Therapies Manual and papers on IAPT data, not checked against
// the current Manual.
pub static MI: Measure = measure(Row {
    scoring: Scoring::Mean,
    caseness_threshold: Score::ratio(23, 10),
    case_when: CaseWhen::Above,
    reliable_change: Score::ratio(73, 100),
    ..sum("MI", 27, (1, 5), None, 1)
});

/// Obsessive-Compulsive Inventory: 42 items of 0 to 4, case at 40 and above, reliable change 32. Not verified.
// Rule MEASURE-5: OCI has 42 items of 0 to 4, a case is at or above 40, and a change of 32 or more is
// reliable. Source: IAPT / NHS Talking Therapies Manual and papers on IAPT data, not checked against the
// current Manual.
pub static OCI: Measure = measure(sum("OCI", 42, (0, 4), case_at(40), 32));

/// PTSD Checklist for DSM-5: 20 items of 0 to 4, case at 32 and above, reliable change 10. Not verified.
// Rule MEASURE-6: PCL-5 has 20 items of 0 to 4, a case is at or above 32, and a change of 10 or more is
// reliable. Source: IAPT / NHS Talking Therapies Manual and papers on IAPT data, not checked against the
// current Manual.
pub static PCL5: Measure = measure(sum("PCL-5", 20, (0, 4), case_at(32), 10));

/// Impact of Event Scale, revised: 22 items of 0 to 4, case at 33 and above, reliable change 9. Not verified.
// Rule MEASURE-7: IES-R has 22 items of 0 to 4, a case is at or above 33, and a change of 9 or more is
// reliable. Source: IAPT / NHS Talking Therapies Manual and papers on IAPT data, not checked against the
// current Manual.
pub static IESR: Measure = measure(sum("IES-R", 22, (0, 4), case_at(33), 9));

/// Panic Disorder Severity Scale: 7 items of 0 to 4, case at 8 and above, reliable change 5. Not verified.
// Rule MEASURE-8: PDSS has 7 items of 0 to 4, a case is at or above 8, and a change of 5 or more is reliable.
// Source: IAPT / NHS Talking Therapies Manual and papers on IAPT data, not checked against the current
// Manual.
pub static PDSS: Measure = measure(sum("PDSS", 7, (0, 4), case_at(8), 5));

/// Health Anxiety Inventory (short, weekly): 18 items of 0 to 3, case at 18 and above, reliable change 4. Not
/// verified.
// Rule MEASURE-9: HAI (short, weekly) has 18 items of 0 to 3, a case is at or above 18, and a change of 4 or
// more is reliable. Source: IAPT / NHS Talking Therapies Manual and papers on IAPT data, not checked against
// the current Manual.
pub static HAI: Measure = measure(sum("HAI", 18, (0, 3), case_at(18), 4));

/// Penn State Worry Questionnaire: 16 items of 1 to 5, items 1, 3, 8, 10 and 11 reversed, case at 45 and above,
/// reliable change 10. Not verified.
// Rule MEASURE-10: PSWQ has 16 items of 1 to 5, of which 1, 3, 8, 10 and 11 are reversed, a case is at or
// above 45, and a change of 10 or more is reliable. Source: IAPT / NHS Talking Therapies Manual and papers on
// IAPT data, not checked against the current Manual.
pub static PSWQ: Measure =
    measure(Row { reversed: &[0, 2, 7, 9, 10], ..sum("PSWQ", 16, (1, 5), case_at(45), 10) });

/// Work and Social Adjustment Scale: functioning, 5 items of 0 to 8, reliable change 8, no caseness. Not
/// verified.
// Rule MEASURE-11: WSAS has 5 items of 0 to 8 and a change of 8 or more is reliable; it has no caseness and
// is never part of an outcome. Source: IAPT / NHS Talking Therapies Manual and papers on IAPT data, not
// checked against the current Manual.
pub static WSAS: Measure = measure(sum("WSAS", 5, (0, 8), None, 8));

static WSAS_WORK: Measure = measure(item("WSAS work"));
static WSAS_HOME_MANAGEMENT: Measure = measure(item("WSAS home management"));
static WSAS_SOCIAL_LEISURE: Measure = measure(item("WSAS social leisure activities"));
static WSAS_PRIVATE_LEISURE: Measure = measure(item("WSAS private leisure activities"));
static WSAS_RELATIONSHIPS: Measure = measure(item("WSAS relationships"));

const PUBLISHED: &str =
    "NHS England, NHS Talking Therapies metadata (M185 to M193) and NHS Talking Therapies Manual";
const MANUAL: &str = "IAPT / NHS Talking Therapies Manual and papers on IAPT data; check before clinical use";

const fn built_in(
    id: &'static str,
    purpose: &'static str,
    national_name: Option<&'static str>,
    measure: &'static Measure,
) -> BuiltIn {
    BuiltIn { id, purpose, national_name, measure }
}

const fn unconfigured(
    id: &'static str,
    name: &'static str,
    purpose: &'static str,
    national_name: &'static str,
) -> Unconfigured {
    Unconfigured { id, name, purpose, national_name }
}

const fn target(indicator: &'static str, fact: Option<Fact>, percent: u8, source: &'static str) -> Target {
    Target { indicator, fact, percent, source }
}

const fn band(from: i64, severity: Severity) -> Band {
    Band { from: Score::whole(from), severity }
}

const fn case_at(threshold: i64) -> Option<Score> {
    Some(Score::whole(threshold))
}

/// A row of the table of measures.
#[derive(Clone, Copy)]
struct Row {
    name: &'static str,
    items: u8,
    answers: (u8, u8),
    reversed: &'static [u8],
    scoring: Scoring,
    self_harm_item: Option<u8>,
    caseness_threshold: Option<Score>,
    case_when: CaseWhen,
    reliable_change: Option<Score>,
    bands: &'static [Band],
    source: &'static str,
    verified: bool,
}

/// A sum of items as most are: not verified, a case at the threshold and above, without bands.
const fn sum(
    name: &'static str,
    items: u8,
    answers: (u8, u8),
    caseness_threshold: Option<Score>,
    reliable_change: i64,
) -> Row {
    Row {
        name,
        items,
        answers,
        reversed: &[],
        scoring: Scoring::Sum,
        self_harm_item: None,
        caseness_threshold,
        case_when: CaseWhen::AtOrAbove,
        reliable_change: Some(Score::whole(reliable_change)),
        bands: &[],
        source: MANUAL,
        verified: false,
    }
}

/// An item of WSAS on its own.
const fn item(name: &'static str) -> Row {
    Row { reliable_change: None, ..sum(name, 1, (0, 8), None, 1) }
}

#[allow(clippy::cast_lossless, reason = "From is not const")]
const fn measure(row: Row) -> Measure {
    let (lowest, highest) = row.answers;
    let (whole_scores, times) = match row.scoring {
        Scoring::Sum => (true, row.items as i64),
        Scoring::Mean => (false, 1),
    };
    let definition = Definition {
        name: Cow::Borrowed(row.name),
        min_score: Score::whole(lowest as i64 * times),
        max_score: Score::whole(highest as i64 * times),
        whole_scores,
        caseness_threshold: row.caseness_threshold,
        case_when: row.case_when,
        reliable_change: row.reliable_change,
        questionnaire: Some(Questionnaire {
            items: row.items,
            lowest,
            highest,
            reversed: Cow::Borrowed(row.reversed),
            scoring: row.scoring,
            self_harm_item: row.self_harm_item,
        }),
        bands: Cow::Borrowed(row.bands),
        source: Cow::Borrowed(row.source),
    };
    Measure::built_in(definition, row.verified)
}
