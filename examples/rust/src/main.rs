//! Outcomes of four referrals, the score of a questionnaire, the rates of a service, and what is refused. The same
//! cases as in the other languages, with the same output: examples/expected.txt.
//!
//! Not shown: columns of many referrals (`iapt_core::batch`), disclosure control (`iapt_core::disclose`).
//!
//! `cargo run -p iapt-examples --bin referral`

use iapt_core::{Counts, Error, Fact, GAD7, Measure, MissingItems, PHQ9, Rate, Referral, SPIN, Score};

type Scores = [Option<i64>; 2];

fn main() -> Result<(), Error> {
    println!("Referrals");
    print_referral("A", [Some(18), Some(9)], [Some(14), Some(6)], &GAD7)?;
    print_referral("B", [Some(20), Some(12)], [Some(15), Some(9)], &GAD7)?;
    print_referral("C", [Some(18), None], [Some(14), Some(6)], &GAD7)?;
    print_referral("D", [Some(18), Some(9)], [Some(41), Some(15)], &SPIN)?;
    println!("Questionnaire");
    print_questionnaire()?;
    println!("Rates of a service");
    print_rates()?;
    println!("Refused");
    print_refusals();
    Ok(())
}

fn print_referral(name: &str, phq9: Scores, anxiety: Scores, measure: &Measure) -> Result<(), Error> {
    let [p0, p1] = phq9.map(|score| score.map(Score::whole));
    let [a0, a1] = anxiety.map(|score| score.map(Score::whole));
    let referral = Referral::new(PHQ9.pair(p0, p1)?, measure.pair(a0, a1)?, None)?;
    let outcome = referral.outcome();
    let facts = Fact::ALL.into_iter().filter(|fact| outcome.has(*fact)).map(Fact::name).collect::<Vec<_>>();
    println!("{name}: {}, {}", pair(&PHQ9, phq9), pair(measure, anxiety));
    println!("   {}", facts.join(" "));
    Ok(())
}

fn pair(measure: &Measure, [first, last]: Scores) -> String {
    format!("{} {} to {}", measure.name(), or_missing(first), or_missing(last))
}

fn or_missing(score: Option<i64>) -> String {
    score.map_or_else(|| "missing".into(), |score| score.to_string())
}

fn print_questionnaire() -> Result<(), Error> {
    let answers = [Some(3), Some(2), Some(2), Some(1), Some(2), Some(1), Some(1), Some(0), None];
    let score = PHQ9.score_items(answers, MissingItems::Prorate)?;
    let severity = score.severity.map_or("none", |severity| severity.name());
    let case = if score.is_case == Some(true) { "yes" } else { "no" };
    let self_harm = score.self_harm.name();
    println!("{} {}", PHQ9.name(), answers.map(or_missing).join(" "));
    let (total, imputed) = (score.total, score.imputed);
    println!("   total {total}, imputed {imputed}, severity {severity}, case {case}, self-harm {self_harm}");
    Ok(())
}

fn print_rates() -> Result<(), Error> {
    let counts = Counts {
        finished: 1900,
        paired: 1850,
        caseness: 1740,
        not_caseness: 140,
        recovery: 902,
        reliable_improvement: 1200,
        reliable_deterioration: 100,
        no_reliable_change: 550,
        reliable_recovery: 860,
    };
    for (fact, rate) in counts.rates()?.iter() {
        print_rate(fact, rate);
    }
    print_rate(Fact::Recovery, Rate::new(0, 0)?);
    Ok(())
}

fn print_rate(fact: Fact, rate: Rate) {
    let percent = rate.percent().map_or_else(|| "none".into(), |percent| format!("{percent} %"));
    println!("   {} {} of {}: {percent}", fact.name(), rate.numerator(), rate.denominator());
}

/// What a program does with data that may be wrong: the error says what and where, and there is no result to use.
fn print_refusals() {
    let first = 28;
    match PHQ9.pair(Some(Score::whole(first)), Some(Score::whole(9))) {
        Ok(pair) => println!("   {:?}", pair.change()),
        Err(error) => {
            println!("   PHQ-9 {first}: {}", error.kind().name());
            eprintln!("{error}");
        }
    }
    let answers = [3, 2, 2, 1, 2, 1, 1, 4, 0];
    match PHQ9.score_items(answers.map(Some), MissingItems::Prorate) {
        Ok(score) => println!("   total {}", score.total),
        Err(error) => {
            if let Some(item) = error.item() {
                // Items are counted from 0, people count from 1.
                let (number, answer) = (item + 1, answers[item]);
                println!("   PHQ-9 item {number} answered with {answer}: {}", error.kind().name());
            }
            eprintln!("{error}");
        }
    }
}
