//! What goes out by serde comes back, and what contradicts itself does not come in.

use iapt_core::{Counts, Edition, Fact, Measure, Outcome, Score, Severity};
use serde_json::{from_str, json, to_string, to_value};

#[test]
fn measures_come_back() {
    for built_in in Edition::CURRENT.measures {
        let back: Measure = from_str(&to_string(built_in.measure).unwrap()).unwrap();
        assert_eq!(back.definition(), built_in.measure.definition());
        assert!(!back.verified(), "what comes from elsewhere was not verified here");
    }
}

#[test]
fn nonsense_does_not_come_in() {
    let mut nonsense = to_value(&iapt_core::PHQ9).unwrap();
    nonsense["reliable_change"] = json!("0");
    assert!(from_str::<Measure>(&nonsense.to_string()).unwrap_err().to_string().contains("reliable_change"));
    assert!(from_str::<Outcome>("6").is_err());
    assert!(from_str::<Score>("\"1,5\"").is_err());
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
    assert_eq!(from_str::<Outcome>("155").map(Outcome::bits).ok(), Some(155));
}

#[test]
fn rates_say_of_how_many() {
    let counts = Counts { finished: 4, paired: 4, caseness: 4, no_reliable_change: 4, ..Counts::default() };
    let rates = to_value(counts.rates().unwrap()).unwrap();
    assert_eq!(rates["recovery_rate"], json!({"numerator": 0, "denominator": 4}));
}
