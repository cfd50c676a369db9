//! From the records of referrals to figures: one referral derived and explained, and the recovery rate of three. The same
//! case as in the other languages, with the same output: examples/expected-derive.txt.
//!
//! `cargo run -p iapt-examples --bin derive`

use iapt_core::pathway::{
    AppointmentType, Attendance, Coded, Complaint, Contact, DatedScore, EndReason, Instrument, Instruments,
    Pathway, ProblemDescriptor, read_yes_no,
};
use iapt_core::report::{Inputs, Period, Shown, Tally};
use iapt_core::{Day, Edition, Score};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let contacts = [treated("2024-05-01")?, treated("2024-06-12")?, treated("2024-09-01")?];
    // The last score is dated after the discharge.
    let scores = [
        scored("2024-05-01", Instrument::Phq9, 18)?,
        scored("2024-09-01", Instrument::Phq9, 9)?,
        scored("2024-05-01", Instrument::Spin, 41)?,
        scored("2024-09-01", Instrument::Spin, 15)?,
        scored("2024-05-01", Instrument::Gad7, 14)?,
        scored("2024-12-01", Instrument::Gad7, 6)?,
    ];
    let complaint = Complaint {
        date: Some("2024-04-01".parse()?),
        descriptor: ProblemDescriptor::read("F40.1"),
        primary: read_yes_no("Y"),
        ..Complaint::default()
    };
    let pathway = Pathway {
        referred: Some("2024-04-01".parse()?),
        discharged: Some("2024-09-30".parse()?),
        end_reason: EndReason::read("46"),
        contacts: &contacts,
        scores: &scores,
        complaints: &[complaint],
        ..Pathway::default()
    };
    let instruments = Instruments::of(Edition::CURRENT);
    let mut findings = Vec::new();
    println!("{}", pathway.derive(&instruments, None, Some(&mut findings)).explain());
    println!("Findings: {}", findings.len());
    findings.iter().for_each(|finding| println!("   {finding}"));

    let period: Period = "2024-25".parse()?;
    let mut tally = Tally::default();
    // Without a descriptor GAD-7 decides, which has no last score; and treated once is not a finished course.
    let undescribed = Pathway { complaints: &[], ..pathway };
    let once = Pathway { contacts: &contacts[..1], ..undescribed };
    for pathway in [pathway, undescribed, once] {
        let derived = pathway.derive(&instruments, Some(period.last()), None);
        if let Some(shown) = Shown::of(&derived, period) {
            tally.add(&shown);
        }
    }
    let rate = tally.figure("M192", &Inputs::default()).ok_or("no such measure")?;
    let (value, (lower, upper)) = rate.value.zip(rate.interval).ok_or("no rate")?;
    let (numerator, denominator) = rate.numerator.zip(rate.denominator).ok_or("no counts")?;
    println!(
        "Recovery rate (M192): {numerator} of {denominator}, {:.1} %, 95 % interval {:.1} to {:.1}",
        value.to_f64(),
        lower.to_f64(),
        upper.to_f64()
    );
    Ok(())
}

/// A treatment that was attended on time.
fn treated(date: &str) -> Result<Contact, Box<dyn Error>> {
    Ok(Contact {
        date: Some(date.parse()?),
        attendance: Attendance::read("5"),
        appointment: AppointmentType::read("02"),
        ..Contact::default()
    })
}

fn scored(date: &str, instrument: Instrument, score: i64) -> Result<DatedScore, Box<dyn Error>> {
    let date: Day = date.parse()?;
    Ok(DatedScore {
        date: Some(date),
        instrument: Coded::Known(instrument),
        score: Some(Score::whole(score)),
        ..DatedScore::default()
    })
}
