// From the records of referrals to figures, in C++17: one referral derived and explained, and the recovery rate of
// three. The same as in the other languages, with the same output: examples/expected-derive.txt.
//
//   c++ -std=c++17 -I iapt-c/include examples/cpp/derive.cpp -L target/release -liapt -o derive

#include <iapt.hpp>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace {

iapt::day day(std::string_view text)
{
    return iapt::day::parse(text).value();
}

/// A treatment that was attended on time.
iapt::contact treated(std::string_view date)
{
    iapt::contact contact;
    contact.date = day(date);
    contact.attendance = 5;
    contact.appointment_type = 2;
    return contact;
}

iapt::dated_score scored(std::string_view date, iapt::instrument instrument, int score)
{
    iapt::dated_score dated;
    dated.date = day(date);
    dated.instrument = instrument;
    dated.score = score;
    return dated;
}

iapt::pathway referral()
{
    iapt::complaint phobia;
    phobia.code = "F40.1";
    phobia.date = day("2024-04-01");
    phobia.primary = true;

    iapt::pathway referral;
    referral.referral_date = day("2024-04-01");
    referral.discharge_date = day("2024-09-30");
    referral.end_code = 46;
    referral.contacts = {treated("2024-05-01"), treated("2024-06-12"), treated("2024-09-01")};
    // The last score is dated after the discharge.
    referral.scores = {
        scored("2024-05-01", iapt::phq9, 18), scored("2024-09-01", iapt::phq9, 9),
        scored("2024-05-01", iapt::spin, 41), scored("2024-09-01", iapt::spin, 15),
        scored("2024-05-01", iapt::gad7, 14), scored("2024-12-01", iapt::gad7, 6),
    };
    referral.complaints = {phobia};
    return referral;
}

void print_findings(const iapt::pathway &of)
{
    const iapt::derivation derivation = iapt::derive_with_findings(of).value();
    std::cout << "Findings: " << derivation.findings.size() << '\n';
    for (const iapt::finding &finding : derivation.findings) {
        std::cout << "   " << name_of(finding.table) << ", row " << finding.row << ": " << finding.message() << '\n';
    }
}

iapt::figure recovery_rate(iapt::pathway of)
{
    iapt::tally tally = iapt::tally::make(iapt::period::parse("2024-25").value()).value();
    tally.add(of).value();
    of.complaints.clear(); // without a descriptor GAD-7 decides, which has no last score
    tally.add(of).value();
    of.contacts.resize(1); // treated once: not a finished course
    tally.add(of).value();
    return tally.figure("M192").value();
}

void print_rate(const iapt::figure &rate)
{
    std::cout << "Recovery rate (M192): ";
    if (!rate.value()) {
        std::cout << "none\n";
        return;
    }
    std::cout << *rate.numerator() << " of " << *rate.denominator() << ", " << to_string(*rate.value())
              << " %, 95 % interval " << to_string(rate.interval()->lower) << " to "
              << to_string(rate.interval()->upper) << '\n';
}

} // namespace

int main()
{
    try {
        std::cout << iapt::explain(referral()).value() << '\n';
        print_findings(referral());
        print_rate(recovery_rate(referral()));
    } catch (const iapt::exception &refused) {
        std::cerr << refused.what() << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
