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
    unconfigured: &[
        unconfigured("BIQ", "BIQ", "body dysmorphic disorder", "BIQ"),
        unconfigured("CFQ", "CFQ", "chronic fatigue", "CFQ"),
        unconfigured("IBS", "Francis IBS", "irritable bowel syndrome", "IBS"),
        unconfigured("PHQ15", "PHQ-15", "medically unexplained symptoms", "MUS"),
    ],
    targets: &[
        target("M192", Some(Fact::Recovery), 50, "NHS England, national standard for NHS Talking Therapies"),
        target("M186", Some(Fact::ReliableImprovement), 67, "NHS England, planning guidance from 2024/25"),
        target("M195", Some(Fact::ReliableRecovery), 48, "NHS England, planning guidance from 2024/25"),
        target("M053", None, 75, "NHS England, national standard: 6 weeks from referral to first treatment"),
        target("M055", None, 95, "NHS England, national standard: 18 weeks from referral to first treatment"),
    ],
    most_imputed_items: 2,
    largest_suppressed_count: 4,
    rounding_base: 5,
};

/// Patient Health Questionnaire: depression, 9 items of 0 to 3, case at 10 and above, reliable change 6.
pub static PHQ9: Measure = measure(Row {
    self_harm_item: Some(8),
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
pub static GAD7: Measure = measure(Row {
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
pub static SPIN: Measure = measure(sum("SPIN", 17, (0, 4), case_at(19), 10));

/// Mobility Inventory (alone): agoraphobia, the mean of up to 27 items of 1 to 5, case above 2.3, reliable
/// change 0.73. Not verified.
pub static MI: Measure = measure(Row {
    scoring: Scoring::Mean,
    caseness_threshold: Score::ratio(23, 10),
    case_when: CaseWhen::Above,
    reliable_change: Score::ratio(73, 100),
    ..sum("MI", 27, (1, 5), None, 1)
});

/// Obsessive-Compulsive Inventory: 42 items of 0 to 4, case at 40 and above, reliable change 32. Not verified.
pub static OCI: Measure = measure(sum("OCI", 42, (0, 4), case_at(40), 32));

/// PTSD Checklist for DSM-5: 20 items of 0 to 4, case at 32 and above, reliable change 10. Not verified.
pub static PCL5: Measure = measure(sum("PCL-5", 20, (0, 4), case_at(32), 10));

/// Impact of Event Scale, revised: 22 items of 0 to 4, case at 33 and above, reliable change 9. Not verified.
pub static IESR: Measure = measure(sum("IES-R", 22, (0, 4), case_at(33), 9));

/// Panic Disorder Severity Scale: 7 items of 0 to 4, case at 8 and above, reliable change 5. Not verified.
pub static PDSS: Measure = measure(sum("PDSS", 7, (0, 4), case_at(8), 5));

/// Health Anxiety Inventory (short, weekly): 18 items of 0 to 3, case at 18 and above, reliable change 4. Not
/// verified.
pub static HAI: Measure = measure(sum("HAI", 18, (0, 3), case_at(18), 4));

/// Penn State Worry Questionnaire: 16 items of 1 to 5, items 1, 3, 8, 10 and 11 reversed, case at 45 and above,
/// reliable change 10. Not verified.
pub static PSWQ: Measure =
    measure(Row { reversed: &[0, 2, 7, 9, 10], ..sum("PSWQ", 16, (1, 5), case_at(45), 10) });

/// Work and Social Adjustment Scale: functioning, 5 items of 0 to 8, reliable change 8, no caseness. Not
/// verified.
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
