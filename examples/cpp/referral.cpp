// Outcomes of four referrals, the score of a questionnaire, the rates of a service, and what is refused, in C++17. The
// same cases as in the other languages, with the same output: examples/expected.txt.
//
// Not shown: columns of many referrals (iapt_outcomes_u8() and its kin), disclosure control (iapt_disclose()).
//
//   c++ -std=c++17 -I iapt-c/include examples/cpp/referral.cpp -L target/release -liapt -o referral

#include <iapt.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

/// A call without a result, as an exception.
class Refused : public std::runtime_error {
public:
    explicit Refused(iapt_status status)
        : std::runtime_error(iapt_status_message(status)), name(iapt_status_name(status))
    {
    }

    const std::string name;
};

void must(iapt_status status)
{
    if (status != IAPT_OK) {
        throw Refused(status);
    }
}

/// The facts by the names they bear in every language.
constexpr std::array<std::pair<iapt_outcome_flags, const char *>, 8> FACTS{{
    {IAPT_PAIRED, "paired"},
    {IAPT_CASENESS, "caseness"},
    {IAPT_NOT_CASENESS, "not_caseness"},
    {IAPT_RECOVERY, "recovery"},
    {IAPT_RELIABLE_IMPROVEMENT, "reliable_improvement"},
    {IAPT_RELIABLE_DETERIORATION, "reliable_deterioration"},
    {IAPT_NO_RELIABLE_CHANGE, "no_reliable_change"},
    {IAPT_RELIABLE_RECOVERY, "reliable_recovery"},
}};

constexpr std::array SEVERITIES{"minimal", "mild", "moderate", "moderately_severe", "severe"};
constexpr std::array SELF_HARM{"not_reported", "reported", "unknown", "not_asked"};

std::string facts(iapt_outcome_flags flags)
{
    std::string names = "  ";
    for (const auto &[mask, name] : FACTS) {
        if ((flags & mask) != 0) {
            names += std::string(" ") + name;
        }
    }
    return names;
}

/// A first and a last score; nothing where one is missing.
struct Pair {
    iapt_measure measure;
    std::optional<int> first, last;

    /// As the library wants it.
    operator iapt_pair() const
    {
        iapt_pair pair{{}, number(first), number(last)};
        must(iapt_measure_definition(measure, &pair.measure));
        return pair;
    }

    std::string text() const
    {
        return std::string(iapt_measure_name(measure)) + " " + text(first) + " to " + text(last);
    }

private:
    static iapt_number number(std::optional<int> score)
    {
        return score ? iapt_number{*score, 1} : iapt_number{0, 0};
    }

    static std::string text(std::optional<int> score) { return score ? std::to_string(*score) : "missing"; }
};

iapt_outcome_flags outcome(const iapt_pair &depression, const iapt_pair &anxiety)
{
    iapt_outcome_flags flags = 0;
    must(iapt_outcome_on(&depression, &anxiety, nullptr, &flags));
    return flags;
}

void print_referral(char name, const Pair &depression, const Pair &anxiety)
{
    const iapt_outcome_flags flags = outcome(depression, anxiety);
    std::cout << name << ": " << depression.text() << ", " << anxiety.text() << '\n' << facts(flags) << '\n';
}

void print_questionnaire(const std::vector<std::optional<int>> &answers)
{
    std::vector<std::int8_t> items;
    std::cout << "PHQ-9";
    for (const std::optional<int> &answer : answers) {
        items.push_back(static_cast<std::int8_t>(answer.value_or(IAPT_MISSING_ITEM)));
        std::cout << ' ' << (answer ? std::to_string(*answer) : "missing");
    }
    iapt_score score{};
    must(iapt_score_items(IAPT_PHQ9, items.data(), items.size(), 0, &score));
    std::cout << "\n   total " << score.total << ", imputed " << int{score.imputed} << ", severity "
              << SEVERITIES.at(static_cast<std::size_t>(score.severity)) << ", case "
              << (score.is_case == 1 ? "yes" : "no") << ", self-harm " << SELF_HARM.at(score.self_harm) << '\n';
}

void print_rate(const char *name, std::uint64_t numerator, std::uint64_t denominator, std::int16_t tenths)
{
    std::cout << "   " << name << ' ' << numerator << " of " << denominator << ": ";
    if (tenths == IAPT_NO_RATE) {
        std::cout << "none\n";
    } else {
        std::cout << tenths / 10 << '.' << tenths % 10 << " %\n";
    }
}

void print_rates()
{
    iapt_counts counts{};
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
    iapt_rates rates{};
    std::int16_t no_rate = 0;
    must(iapt_rates_from_counts(&counts, &rates));
    must(iapt_rate_from_counts(0, 0, &no_rate));
    print_rate("recovery", counts.recovery, could_recover, rates.recovery);
    print_rate("reliable_recovery", counts.reliable_recovery, could_recover, rates.reliable_recovery);
    print_rate("reliable_improvement", counts.reliable_improvement, counts.finished, rates.reliable_improvement);
    print_rate("reliable_deterioration", counts.reliable_deterioration, counts.finished,
               rates.reliable_deterioration);
    print_rate("no_reliable_change", counts.no_reliable_change, counts.finished, rates.no_reliable_change);
    print_rate("recovery", 0, 0, no_rate);
}

/// What a program does with data that may be wrong.
void print_refusals()
{
    try {
        std::cout << facts(outcome(Pair{IAPT_PHQ9, 28, 9}, Pair{IAPT_GAD7, 14, 6})) << '\n';
    } catch (const Refused &refused) {
        std::cout << "   PHQ-9 28: " << refused.name << '\n';
        std::cerr << "outcome: " << refused.what() << '\n';
    }
    const std::array<std::int8_t, 9> items{3, 2, 2, 1, 2, 1, 1, 4, 0};
    iapt_score score{};
    std::size_t item = 0;
    try {
        must(iapt_score_items_at(IAPT_PHQ9, items.data(), items.size(), 0, &score, &item));
        std::cout << "   total " << score.total << '\n';
    } catch (const Refused &refused) {
        // Items are counted from 0, people count from 1.
        std::cout << "   PHQ-9 item " << item + 1 << " answered with " << int{items.at(item)} << ": " << refused.name
                  << '\n';
        std::cerr << "item " << item + 1 << ": " << refused.what() << '\n';
    }
}

} // namespace

int main()
{
    try {
        std::cout << "Referrals\n";
        print_referral('A', {IAPT_PHQ9, 18, 9}, {IAPT_GAD7, 14, 6});
        print_referral('B', {IAPT_PHQ9, 20, 12}, {IAPT_GAD7, 15, 9});
        print_referral('C', {IAPT_PHQ9, 18, std::nullopt}, {IAPT_GAD7, 14, 6});
        print_referral('D', {IAPT_PHQ9, 18, 9}, {IAPT_SPIN, 41, 15});
        std::cout << "Questionnaire\n";
        print_questionnaire({3, 2, 2, 1, 2, 1, 1, 0, std::nullopt});
        std::cout << "Rates of a service\n";
        print_rates();
        std::cout << "Refused\n";
        print_refusals();
    } catch (const Refused &refused) {
        std::cerr << refused.what() << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
