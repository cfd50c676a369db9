//! What goes out by serde comes back, and what contradicts itself does not come in.

use iapt_core::pathway::{Instruments, Records};
use iapt_core::report::{Inputs, Period, Shown, Tally};
use iapt_core::{Counts, Edition, Fact, Measure, Outcome, Score, Severity};
use serde_json::{from_str, json, to_string, to_value};

#[test]
// Proves MEASURE-12.
fn measures_come_back() {
    for built_in in Edition::CURRENT.measures {
        let back: Measure = from_str(&to_string(built_in.measure).unwrap()).unwrap();
        assert_eq!(back.definition(), built_in.measure.definition());
        assert!(!back.verified(), "what comes from elsewhere was not verified here");
        let source = &built_in.measure.definition().source;
        assert_eq!(source.contains("metadata (M185 to M193)"), built_in.measure.verified(), "{source}");
    }
}

#[test]
// Proves MEASURE-14.
fn nonsense_does_not_come_in() {
    let mut nonsense = to_value(&iapt_core::PHQ9).unwrap();
    nonsense["reliable_change"] = json!("0");
    assert!(from_str::<Measure>(&nonsense.to_string()).unwrap_err().to_string().contains("reliable_change"));
    assert!(from_str::<Outcome>("6").is_err());
    assert!(from_str::<Score>("\"1,5\"").is_err());
    assert!(
        from_str::<Score>("true").unwrap_err().to_string().contains("expected a decimal number or its text")
    );
}

#[test]
fn values_have_the_names_of_columns() {
    assert_eq!(to_string(&Severity::ModeratelySevere).unwrap(), "\"moderately_severe\"");
    for fact in Fact::ALL {
        assert_eq!(to_value(fact).unwrap(), json!(fact.name()));
        assert!(to_value(Counts::default()).unwrap().get(fact.name()).is_some());
    }
    for severity in Severity::ALL {
        assert_eq!(to_value(severity).unwrap(), json!(severity.name()));
    }
    let score: Score = from_str("2.27").unwrap();
    assert_eq!(to_string(&score).unwrap(), "\"2.27\"");
    let outcome: Outcome = from_str("155").unwrap();
    assert_eq!((outcome.bits(), to_string(&outcome).unwrap().as_str()), (155, "155"));
    assert_eq!(
        format!("{outcome:?}"),
        r#"Outcome{"paired", "caseness", "recovery", "reliable_improvement", "reliable_recovery"}"#
    );
}

#[test]
fn rates_say_of_how_many() {
    let counts = Counts { finished: 4, paired: 4, caseness: 4, no_reliable_change: 4, ..Counts::default() };
    let rates = to_value(counts.rates().unwrap()).unwrap();
    assert_eq!(rates["recovery_rate"], json!({"numerator": 0, "denominator": 4}));
}

#[test]
fn records_come_in_and_derived_referrals_and_figures_go_out() {
    let text = json!({
        "referred": "2024-04-01",
        "discharged": "2024-09-30",
        "end_reason": {"known": "completed"},
        "contacts": [
            {"id": 1, "date": "2024-05-01", "attendance": {"known": "on_time"}, "appointment": {"known": "treatment"}},
            {"id": 2, "date": "2024-09-01", "attendance": {"known": "late_seen"}, "appointment": {"known": "treatment"}},
        ],
        "scores": [{"date": "2024-05-01", "instrument": {"known": "phq9"}, "score": "18"}],
        "complaints": [{"descriptor": {"known": "F40.1"}, "primary": {"known": true}}],
    });
    let records: Records = from_str(&text.to_string()).unwrap();
    assert_eq!(from_str::<Records>(&to_string(&records).unwrap()).unwrap(), records);
    let period: Period = "2024-25".parse().unwrap();
    let derived = records.pathway().derive(&Instruments::of(Edition::CURRENT), Some(period.last()), None);
    let out = to_value(derived).unwrap();
    assert_eq!(out["treatment_contacts"], json!(2));
    assert_eq!(out["descriptor"], json!("F401"));
    assert_eq!(out["anxiety"], json!({"instead_of": "spin"}));
    assert_eq!(out["scores"]["phq9"]["first"], json!("18"));
    let mut tally = Tally::default();
    tally.extend(&Shown::of(&derived, period));
    let figure = to_value(tally.figure("M053", &Inputs::default())).unwrap();
    assert_eq!(figure["measure_id"], json!("M053"));
    assert_eq!((&figure["value"], &figure["target"]), (&json!(100.0), &json!(75)));
    assert!(from_str::<Records>(r#"{"referred": "2024-02-30"}"#).is_err());
    assert!(from_str::<Records>(r#"{"complaints": [{"descriptor": {"known": "anxiety"}}]}"#).is_err());
}
