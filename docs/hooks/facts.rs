//! Writes what the pages show of the rules, as JSON: numbers of the edition, the official measures with their formulas,
//! which anxiety measure belongs to which problem, and the kinds of error. Names of conditions are those of the code;
//! the site looks up what they mean in the documentation of the code.

use iapt_core::pathway::SPECIFIC_MEASURES;
use iapt_core::report::{Condition, Conditions, Formula, INDICATORS, Terms};
use iapt_core::{Edition, ErrorKind};
use serde_json::{Value, json};

fn main() {
    let edition = Edition::CURRENT;
    let named = |name: &str, purpose: &str, national: &str| json!({"name": name, "purpose": purpose, "national": national});
    let facts = json!({
        "edition": edition.id,
        "editions": Edition::ALL.iter().map(|edition| edition.id).collect::<Vec<_>>(),
        "most_imputed_items": edition.most_imputed_items,
        "largest_suppressed_count": edition.largest_suppressed_count,
        "rounding_base": edition.rounding_base,
        "national_names": edition.measures.iter()
            .filter_map(|own| own.national_name.map(|national| named(own.measure.name(), own.purpose, national)))
            .collect::<Vec<_>>(),
        "unconfigured": edition.unconfigured.iter()
            .map(|own| named(own.name, own.purpose, own.national_name)).collect::<Vec<_>>(),
        "targets": edition.targets.iter()
            .map(|target| json!({"indicator": target.indicator, "percent": target.percent, "source": target.source}))
            .collect::<Vec<_>>(),
        "specific_measures": SPECIFIC_MEASURES.iter()
            .map(|(code, measures)| json!({"code": code, "measures": measures.iter().map(|m| m.name(edition)).collect::<Vec<_>>()}))
            .collect::<Vec<_>>(),
        "errors": ErrorKind::CODES,
        "indicators": INDICATORS.iter().map(|indicator| json!({
            "id": indicator.id,
            "name": indicator.name,
            "target": indicator.target(edition).map(|target| target.percent),
            "tables": indicator.tables().map(|table| format!("{table:?}")).collect::<std::collections::BTreeSet<_>>(),
            "formula": formula(&indicator.formula),
        })).collect::<Vec<_>>(),
    });
    println!("{facts}");
}

fn formula(formula: &Formula) -> Value {
    let statistic =
        |kind: &str, of: &[String], over: &Conditions| json!({"kind": kind, "of": of, "over": names(*over)});
    match formula {
        Formula::Count(over) => statistic("count", &[], over),
        Formula::Sum(of, over) => statistic("sum", &[format!("{of:?}")], over),
        Formula::Mean(of, over) => statistic("mean", &[format!("{of:?}")], over),
        Formula::Median(of, over) => statistic("median", &[format!("{of:?}")], over),
        Formula::Max(of, over) => statistic("maximum", &[format!("{of:?}")], over),
        Formula::Min(of, over) => statistic("minimum", &[format!("{of:?}")], over),
        Formula::StandardDeviation(of, over) => statistic("standard deviation", &[format!("{of:?}")], over),
        Formula::Quotient(a, b, over) => statistic("quotient", &[format!("{a:?}"), format!("{b:?}")], over),
        Formula::EffectSize(_, a, b, over) => {
            statistic("effect size", &[format!("{a:?}"), format!("{b:?}")], over)
        }
        Formula::Percent(some, others) => {
            json!({"kind": "percentage", "some": terms(some), "others": terms(others)})
        }
    }
}

fn terms(terms: &Terms) -> Value {
    json!({"plus": names(terms.plus), "minus": terms.minus.map(names)})
}

fn names(conditions: Conditions) -> Vec<String> {
    let all = Condition::ALL.iter().filter(|condition| conditions.has(**condition));
    all.map(|condition| format!("{condition:?}")).collect()
}
