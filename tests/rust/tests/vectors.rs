//! The vectors of `tests/vectors`, through the crate.

use iapt_core::batch::{self, Missing, Output, Scores, Values};
use iapt_core::{
    CaseWhen, Counts, Definition, Edition, EffectSize, Error, ErrorKind, Fact, GAD7, Measure, MissingItems,
    PHQ9, Percent, Rate, Referral, Score, ScorePair,
};
use iapt_tests::{Row, vectors};

/// What a row of vectors is checked by: its results, or its error.
type Checked = Result<(), Error>;

fn each(file: &str, check: impl Fn(&Row) -> Checked) {
    let rows = vectors(file);
    for row in &rows {
        let name = check(row).map_err(|error| error.kind().name());
        assert_eq!(name.err(), row.given("error"), "{file}: {}", row.text("id"));
    }
    println!("{file}: {} vectors", rows.len());
}

/// The one that a name stands for in the vectors.
fn measure(row: &Row, column: &str) -> Result<&'static Measure, Error> {
    Edition::CURRENT.measure(row.text(column))
}

fn read(measure: &Measure, text: Option<&str>, field: &'static str) -> Result<Option<Score>, Error> {
    let read = |text: &str| {
        measure.range().check_read(text.parse()).map_err(|kind| Error::from(kind).in_field(field))
    };
    text.map(read).transpose()
}

fn pair<'m>(measure: &'m Measure, row: &Row, fields: [&'static str; 2]) -> Result<ScorePair<'m>, Error> {
    let [first, last] = fields.map(|field| read(measure, row.given(field), field));
    measure.pair(first?, last?)
}

#[test]
// Proves SCORE-2, CASENESS-1, SEVERITY-1, SEVERITY-2, MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5,
// MEASURE-6, MEASURE-7, MEASURE-8, MEASURE-9, MEASURE-10, MEASURE-11.
fn scores() {
    each("score.csv", |row| {
        let measure = measure(row, "measure")?;
        let score = read(measure, row.given("score"), "score")?.expect("every row has a score");
        assert_eq!(measure.is_case(score)?, row.value("is_case"), "{row:?}");
        assert_eq!(measure.severity(score)?.map(|s| s.name()), row.given("severity"), "{row:?}");
        Ok(())
    });
}

#[test]
// Proves SCORE-1, SCORE-2, CHANGE-1, MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5, MEASURE-6,
// MEASURE-7, MEASURE-8, MEASURE-9, MEASURE-10, MEASURE-11.
fn changes() {
    each("change.csv", |row| {
        let change = pair(measure(row, "measure")?, row, ["first", "last"])?.change();
        let name = change.map(|c| c.name().to_uppercase());
        assert_eq!(name.as_deref(), row.given("change"), "{row:?}");
        Ok(())
    });
}

#[test]
// Proves MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5, MEASURE-6, MEASURE-7, MEASURE-8, MEASURE-9,
// MEASURE-10, MEASURE-11, SCORE-3, SCORE-4, MISSING-1, MISSING-2, MISSING-3, MISSING-4, MISSING-5, MISSING-6,
// RISK-1, RISK-2, RISK-3, SEVERITY-1, SEVERITY-2.
fn items() {
    each("items.csv", |row| {
        let missing = match row.text("missing") {
            "reject" => MissingItems::Reject,
            _ => MissingItems::Prorate,
        };
        let answers: Vec<Option<i64>> =
            row.text("items").split_whitespace().map(|a| a.parse().ok()).collect();
        let measure = measure(row, "measure")?;
        let score = measure.score_items(answers.iter().copied(), missing);
        if score.as_ref().err().is_some_and(|error| error.kind().is_missing_items()) {
            assert_eq!(measure.self_harm(answers)?.name(), row.text("self_harm"), "{row:?}");
        }
        let item = score.as_ref().err().and_then(Error::item);
        assert_eq!(item, row.value("error_item"), "{row:?}");
        let score = score?;
        assert_eq!(Some(score.total), row.value("total"), "{row:?}");
        assert_eq!(Some(score.imputed), row.value("imputed"), "{row:?}");
        assert_eq!(score.severity.map(|s| s.name()), row.given("severity"), "{row:?}");
        assert_eq!(score.is_case, row.value("is_case"), "{row:?}");
        let self_harm = score.self_harm.name();
        assert_eq!(self_harm, row.text("self_harm"), "{row:?}");
        Ok(())
    });
}

#[test]
// Proves PAIRED-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-2, CHANGE-3, CHANGE-4, CHANGE-5, RECOVERY-1,
// RECOVERY-2, RECOVERY-3, ANXIETY-2, ANXIETY-5, MEASURE-11, MEASURE-15, SCORE-2.
fn outcomes() {
    let outcome = |row: &Row| {
        let specific = row.given("anxiety").map(|_| measure(row, "anxiety")).transpose()?;
        // A measure without a threshold is refused before any score is read.
        if let Some(specific) = specific {
            Referral::new(PHQ9.pair(None, None)?, GAD7.pair(None, None)?, Some(specific.pair(None, None)?))?;
        }
        let phq9 = pair(&PHQ9, row, ["phq9_first", "phq9_last"])?;
        let gad7 = pair(&GAD7, row, ["gad7_first", "gad7_last"])?;
        let specific = specific.map(|m| pair(m, row, ["anxiety_first", "anxiety_last"])).transpose()?;
        Referral::new(phq9, gad7, specific).map(|referral| {
            assert!(referral.explain().to_string().lines().count() >= 8, "{row:?}");
            referral.outcome()
        })
    };
    each("outcome.csv", |row| {
        let outcome = outcome(row);
        assert_eq!(outcome.as_ref().err().and_then(Error::field), row.given("error_field"), "{row:?}");
        assert_eq!(Some(outcome?.bits()), row.value("flags"), "{row:?}");
        Ok(())
    });
}

#[test]
// Proves PAIRED-1, CASENESS-2, CHANGE-2, CHANGE-3, CHANGE-4, RECOVERY-1, RECOVERY-2, FINDING-4, SCORE-2.
fn batches() {
    each("batch.csv", |row| {
        let rows: Vec<Vec<&str>> =
            row.text("rows").split_whitespace().map(|r| r.split(':').collect()).collect();
        let column =
            |at: usize| -> Vec<f64> { rows.iter().map(|r| r[at].parse().unwrap_or(f64::NAN)).collect() };
        let columns: [Vec<f64>; 4] = std::array::from_fn(column);
        let scores =
            columns.each_ref().map(|c| Scores::new(Values::F64(c), Missing::None).expect("no bitmap"));
        let mut facts = vec![77; rows.len()];
        let result = batch::outcomes(&scores, Output::Bits(&mut facts), 1);
        let error = result.as_ref().err();
        assert_eq!(error.and_then(Error::row), row.value("error_row"), "{row:?}");
        assert_eq!(error.and_then(Error::field), row.given("error_field"), "{row:?}");
        let expected: Vec<u8> = match error {
            Some(_) => vec![0; rows.len()],
            None => row.text("flags").split_whitespace().map(|f| f.parse().expect("a byte")).collect(),
        };
        assert_eq!(facts, expected, "{row:?}");
        result
    });
}

#[test]
// Proves ROUNDING-1, RATE-4.
fn percentages() {
    each("percent.csv", |row| {
        let count = |column| row.value(column).expect("both counts are given");
        let rate = Rate::new(count("numerator"), count("denominator"))?;
        let text = |percent: Option<String>| percent.unwrap_or_else(|| "none".into());
        assert_eq!(text(rate.percent().map(|p| p.to_string())), row.text("one_decimal"), "{row:?}");
        assert_eq!(text(rate.whole_percent().map(|p| p.to_string())), row.text("whole"), "{row:?}");
        Ok(())
    });
}

/// Counts from the columns that bear the names of the facts.
fn counts(row: &Row) -> Counts {
    let json = std::iter::once("finished").chain(Fact::ALL.map(Fact::name));
    let json = json.map(|name| format!("{name:?}:{}", row.text(name))).collect::<Vec<_>>().join(",");
    serde_json::from_str(&format!("{{{json}}}")).expect("nine counts")
}

#[test]
// Proves RATE-1, RATE-2, RATE-3, RATE-4, RATE-6, ROUNDING-1.
fn rates() {
    each("rates.csv", |row| {
        for (fact, rate) in counts(row).rates()?.iter() {
            let column = iapt_core::rate_name(fact).expect("it has a rate");
            let percent = rate.percent().map_or_else(|| "none".into(), |p: Percent| p.to_string());
            assert_eq!(percent, row.text(column), "{row:?}");
        }
        Ok(())
    });
}

#[test]
// Proves MEASURE-14.
fn measures() {
    each("measure.csv", |row| {
        let numbers = ["min_score", "max_score", "caseness_threshold", "reliable_change"];
        let [min, max, threshold, change] = numbers.map(|column| row.value::<Score>(column));
        let case_when = if row.text("case_when") == "above" { CaseWhen::Above } else { CaseWhen::AtOrAbove };
        Measure::define(Definition {
            name: "own".into(),
            min_score: min.expect("given"),
            max_score: max.expect("given"),
            whole_scores: [min, max, threshold, change].iter().flatten().all(|n| n.is_whole()),
            caseness_threshold: threshold,
            case_when,
            reliable_change: change,
            questionnaire: None,
            bands: Vec::new().into(),
            source: "vectors".into(),
        })
        .map(|_| ())
    });
}

#[test]
// Proves EFFECT-1, EFFECT-2.
fn effect_sizes() {
    each("effect.csv", |row| {
        let number = |column| row.value::<Score>(column).expect("all three are given");
        let effect = EffectSize::new(number("mean_first"), number("mean_last"), number("sd_first"))?;
        let expected: Score = row.value("one_decimal").expect("given");
        assert_eq!(Score::ratio(effect.tenths(), 10), Some(expected), "{row:?}");
        Ok(())
    });
}

#[test]
fn ids_are_unique_and_errors_are_known() {
    let files = ["score", "change", "items", "outcome", "batch", "percent", "rates", "measure", "effect"];
    let rows: Vec<Row> = files.iter().flat_map(|file| vectors(&format!("{file}.csv"))).collect();
    let mut ids: Vec<&str> = rows.iter().map(|row| row.text("id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rows.len());
    for error in rows.iter().filter_map(|row| row.given("error")) {
        assert!(ErrorKind::CODES.iter().any(|(_, name)| *name == error), "{error}");
    }
}
