// Outcomes of four referrals, the score of a questionnaire, the rates of a service, and what is refused, in C++17. The
// same cases as in the other languages, with the same output: examples/expected.txt.
//
// Not shown: columns of many referrals (iapt::outcomes()), disclosure control (iapt::disclose()).
//
//   c++ -std=c++17 -I iapt-c/include examples/cpp/referral.cpp -L target/release -liapt -o referral

#include <iapt.hpp>

#include <array>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

/// The facts by the names they bear in every language.
constexpr std::array<std::pair<iapt::fact, const char *>, 8> FACTS{{
    {iapt::fact::paired, "paired"},
    {iapt::fact::caseness, "caseness"},
    {iapt::fact::not_caseness, "not_caseness"},
    {iapt::fact::recovery, "recovery"},
    {iapt::fact::reliable_improvement, "reliable_improvement"},
    {iapt::fact::reliable_deterioration, "reliable_deterioration"},
    {iapt::fact::no_reliable_change, "no_reliable_change"},
    {iapt::fact::reliable_recovery, "reliable_recovery"},
}};

std::string text(const std::optional<int> &score)
{
    return score ? std::to_string(*score) : "missing";
}

/// A first and a last score; nothing where one is missing.
struct Pair {
    iapt::measure measure;
    std::optional<int> first, last;
};

std::ostream &operator<<(std::ostream &out, const Pair &pair)
{
    return out << pair.measure.name() << ' ' << text(pair.first) << " to " << text(pair.last);
}

void print_referral(char name, const Pair &depression, const Pair &anxiety)
{
    const auto facts = iapt::outcome({depression.measure, depression.first, depression.last},
                                     {anxiety.measure, anxiety.first, anxiety.last});
    std::cout << name << ": " << depression << ", " << anxiety << "\n  ";
    for (const auto &[fact, fact_name] : FACTS) {
        std::cout << (facts.value().has(fact) ? std::string(" ") + fact_name : "");
    }
    std::cout << '\n';
}

const char *text(iapt::severity severity)
{
    switch (severity) {
    case iapt::severity::minimal: return "minimal";
    case iapt::severity::mild: return "mild";
    case iapt::severity::moderate: return "moderate";
    case iapt::severity::moderately_severe: return "moderately_severe";
    case iapt::severity::severe: return "severe";
    }
    return "unknown";
}

const char *text(iapt::self_harm answer)
{
    switch (answer) {
    case iapt::self_harm::not_reported: return "not_reported";
    case iapt::self_harm::reported: return "reported";
    case iapt::self_harm::unknown: return "unknown";
    case iapt::self_harm::not_asked: return "not_asked";
    }
    return "unknown";
}

void print_questionnaire(const std::vector<std::optional<int>> &answers)
{
    std::cout << "PHQ-9";
    for (const std::optional<int> &answer : answers) {
        std::cout << ' ' << text(answer);
    }
    const iapt::score score = iapt::score_items(iapt::phq9, answers).value();
    std::cout << "\n   total " << to_string(score.total()) << ", imputed " << score.imputed() << ", severity "
              << text(score.severity().value()) << ", case " << (score.is_case().value() ? "yes" : "no")
              << ", self-harm " << text(score.self_harm()) << '\n';
}

void print_rate(const char *name, std::uint64_t numerator, std::uint64_t denominator,
                const std::optional<iapt::tenths> &rate)
{
    std::cout << "   " << name << ' ' << numerator << " of " << denominator << ": "
              << (rate ? to_string(*rate) + " %" : "none") << '\n';
}

void print_rates()
{
    iapt::counts counts{};
    counts.finished = 1900;
    counts.paired = 1850;
    counts.caseness = 1740;
    counts.not_caseness = 140;
    counts.recovery = 902;
    counts.reliable_improvement = 1200;
    counts.reliable_deterioration = 100;
    counts.no_reliable_change = 550;
    counts.reliable_recovery = 860;
    const std::uint64_t could_recover = counts.finished - counts.not_caseness;
    const iapt::rates rates = iapt::rates_of(counts).value();
    print_rate("recovery", counts.recovery, could_recover, rates.recovery());
    print_rate("reliable_recovery", counts.reliable_recovery, could_recover, rates.reliable_recovery());
    print_rate("reliable_improvement", counts.reliable_improvement, counts.finished, rates.reliable_improvement());
    print_rate("reliable_deterioration", counts.reliable_deterioration, counts.finished,
               rates.reliable_deterioration());
    print_rate("no_reliable_change", counts.no_reliable_change, counts.finished, rates.no_reliable_change());
    print_rate("recovery", 0, 0, iapt::rate(0, 0).value());
}

/// What a program does with data that may be wrong: ask whether there is a result.
void print_refusals()
{
    if (const auto facts = iapt::outcome({28, 9, 14, 6}); !facts) {
        std::cout << "   PHQ-9 28: " << facts.error().name() << '\n';
        std::cerr << "outcome: " << facts.error().text() << '\n';
    }
    const std::vector<std::optional<int>> answers{3, 2, 2, 1, 2, 1, 1, 4, 0};
    if (const auto score = iapt::score_items(iapt::phq9, answers); !score) {
        // Items are counted from 0, people count from 1.
        const std::size_t item = score.error().item.value();
        std::cout << "   PHQ-9 item " << item + 1 << " answered with " << text(answers.at(item)) << ": "
                  << score.error().name() << '\n';
        std::cerr << "item " << item + 1 << ": " << score.error().message() << '\n';
    }
}

} // namespace

int main()
{
    try {
        std::cout << "Referrals\n";
        print_referral('A', {iapt::phq9, 18, 9}, {iapt::gad7, 14, 6});
        print_referral('B', {iapt::phq9, 20, 12}, {iapt::gad7, 15, 9});
        print_referral('C', {iapt::phq9, 18, std::nullopt}, {iapt::gad7, 14, 6});
        print_referral('D', {iapt::phq9, 18, 9}, {iapt::spin, 41, 15});
        std::cout << "Questionnaire\n";
        print_questionnaire({3, 2, 2, 1, 2, 1, 1, 0, std::nullopt});
        std::cout << "Rates of a service\n";
        print_rates();
        std::cout << "Refused\n";
        print_refusals();
    } catch (const iapt::exception &refused) {
        std::cerr << refused.what() << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
