// Every file of tests/vectors in C++17.

#include <iapt.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "check.hpp"
#include "vectors.hpp"

namespace {

Checks checks;

class Row {
public:
    explicit Row(Cells cells) : values(std::move(cells)) {}

    const std::string &operator[](const std::string &column) const { return values.at(column); }

    std::uint64_t count(const std::string &column) const { return std::stoull(values.at(column)); }

    /// The place in a list of names, -1 where the cell is empty.
    int choice(const std::string &column, const std::vector<std::string> &names) const
    {
        const std::string &cell = values.at(column);
        const auto found = std::find(names.begin(), names.end(), cell);
        if (found == names.end() && !cell.empty()) {
            throw std::runtime_error(cell);
        }
        return cell.empty() ? -1 : static_cast<int>(found - names.begin());
    }

    /// Whether the call must succeed, and did; a wrong status is a failure.
    bool succeeded(iapt_status status) const
    {
        const std::string &error = values.at("error");
        checks.status(values.at("id"), error.empty() ? "OK" : error, iapt_status_name(status));
        return error.empty() && status == IAPT_OK;
    }

    template <typename Expected, typename Value>
    void same(const std::string &what, Expected expected, Value value) const
    {
        checks.same(values.at("id"), what, static_cast<long long>(expected), static_cast<long long>(value));
    }

private:
    Cells values;
};

/// An error from the library, where it has no result.
struct Failure {
    iapt_status status;
};

void must(iapt_status status)
{
    if (status != IAPT_OK) {
        throw Failure{status};
    }
}

/// What the steps before the call in question come to: a measure that does not exist, a text that is no number.
iapt_status status_of(const std::function<iapt_status()> &call)
{
    try {
        return call();
    } catch (const Failure &failure) {
        return failure.status;
    }
}

iapt_number number(const std::string &text)
{
    iapt_number value{0, 0};
    if (!text.empty()) {
        must(iapt_number_parse(text.data(), text.size(), &value));
    }
    return value;
}

long long tenths(const std::string &text)
{
    if (text == "none") {
        return IAPT_NO_RATE;
    }
    const iapt_number value = number(text);
    return value.numerator * 10 / static_cast<long long>(value.denominator);
}

iapt_measure measure(const std::string &name)
{
    iapt_measure id = 0;
    must(iapt_measure_by_name(name.c_str(), &id));
    return id;
}

iapt_definition definition(const std::string &name)
{
    iapt_definition numbers{};
    must(iapt_measure_definition(measure(name), &numbers));
    return numbers;
}

const std::vector<std::string> BOOLEANS{"false", "true"};
const std::vector<std::string> SEVERITIES{"minimal", "mild", "moderate", "moderately_severe", "severe"};
const std::vector<std::string> SELF_HARM{"not_reported", "reported", "unknown", "not_asked"};
const std::vector<std::string> CHANGES{"RELIABLE_IMPROVEMENT", "RELIABLE_DETERIORATION", "NO_RELIABLE_CHANGE"};

void score(const Row &row)
{
    std::int8_t severity = 0;
    if (row.succeeded(status_of([&] {
            const iapt_measure id = measure(row["measure"]);
            return iapt_severity(id, number(row["score"]), &severity);
        }))) {
        row.same("severity", row.choice("severity", SEVERITIES), severity);
        std::uint8_t is_case = 9;
        const int expected = row.choice("is_case", BOOLEANS);
        const iapt_definition numbers = definition(row["measure"]);
        const iapt_status status = iapt_is_case(&numbers, number(row["score"]), &is_case);
        row.same("status", expected < 0 ? IAPT_ERROR_NO_THRESHOLD : IAPT_OK, status);
        row.same("is_case", expected < 0 ? 9 : expected, is_case);
    }
}

void change(const Row &row)
{
    std::uint8_t change = 0;
    if (row.succeeded(status_of([&] {
            const iapt_definition numbers = definition(row["measure"]);
            const iapt_number first = number(row["first"]);
            return iapt_change(&numbers, first, number(row["last"]), &change);
        }))) {
        row.same("change", row.choice("change", CHANGES), change);
    }
}

/// False where an answer cannot be carried by a signed byte.
bool items(const Row &row)
{
    std::vector<std::int8_t> answers;
    for (const std::string &item : split(row["items"], ' ')) {
        const int answer = item == "-" ? IAPT_MISSING_ITEM : std::stoi(item);
        if (answer < -128 || answer > 127 || (item != "-" && answer == IAPT_MISSING_ITEM)) {
            return false;
        }
        answers.push_back(static_cast<std::int8_t>(answer));
    }
    iapt_score result{};
    std::size_t error_item = 99;
    const std::uint32_t options = row["missing"] == "reject" ? IAPT_REJECT_MISSING : 0;
    if (row.succeeded(status_of([&] {
            return iapt_score_items_at(measure(row["measure"]), answers.data(), answers.size(), options, &result,
                                       &error_item);
        }))) {
        const iapt_number total = number(row["total"]);
        row.same("total", total.numerator, result.total);
        row.same("divisor", total.denominator, result.divisor);
        row.same("imputed", row.count("imputed"), result.imputed);
        row.same("severity", row.choice("severity", SEVERITIES), result.severity);
        row.same("is_case", row.choice("is_case", BOOLEANS), result.is_case);
        row.same("self_harm", row.choice("self_harm", SELF_HARM), result.self_harm);
    } else {
        row.same("error_item", row["error_item"].empty() ? 99 : row.count("error_item"), error_item);
        if (!row["self_harm"].empty()) {
            std::uint8_t self_harm = 99;
            row.same("status", IAPT_OK, iapt_self_harm(measure(row["measure"]), answers.data(), answers.size(), &self_harm));
            row.same("self_harm", row.choice("self_harm", SELF_HARM), self_harm);
        }
    }
    return true;
}

/// A score as a referral's: a text that is no score goes on as a ratio that is none, to be refused in its turn.
iapt_number score_of(const std::string &text)
{
    try {
        return number(text);
    } catch (const Failure &failure) {
        return failure.status == IAPT_ERROR_OUT_OF_RANGE
                   ? iapt_number{std::numeric_limits<std::int64_t>::max(), 1}
                   : iapt_number{1, std::numeric_limits<std::uint64_t>::max()};
    }
}

void outcome(const Row &row)
{
    const bool has_specific = !row["anxiety"].empty();
    iapt_outcome_flags flags = 0;
    if (row.succeeded(status_of([&] {
            const iapt_pair depression{definition("PHQ9"), score_of(row["phq9_first"]), score_of(row["phq9_last"])};
            const iapt_pair anxiety{definition("GAD7"), score_of(row["gad7_first"]), score_of(row["gad7_last"])};
            iapt_pair specific{};
            if (has_specific) {
                specific = {definition(row["anxiety"]), score_of(row["anxiety_first"]), score_of(row["anxiety_last"])};
            }
            return iapt_outcome_on(&depression, &anxiety, has_specific ? &specific : nullptr, &flags);
        }))) {
        row.same("flags", row.count("flags"), flags);
    }
}

template <typename T>
using Columns = std::array<std::vector<T>, 4>;

/// The scores of a batch in a type, with what stands for a missing one.
template <typename T>
std::optional<Columns<T>> columns(const Row &row, T missing)
{
    Columns<T> result;
    for (const std::string &referral : split(row["rows"], ' ')) {
        const std::vector<std::string> scores = split(referral, ':');
        for (std::size_t i = 0; i < 4; i++) {
            const int score = scores.at(i) == "-" ? 0 : std::stoi(scores.at(i));
            if (score < 0 || score >= IAPT_MISSING_U8) {
                return std::nullopt;
            }
            result[i].push_back(scores.at(i) == "-" ? missing : static_cast<T>(score));
        }
    }
    return result;
}

template <typename T, typename Call>
bool batch_of(const Row &row, T missing, Call call)
{
    const std::optional<Columns<T>> c = columns<T>(row, missing);
    if (!c) {
        return false;
    }
    std::vector<std::uint8_t> flags((*c)[0].size(), 9);
    std::size_t error_row = 999;
    const iapt_status status = call((*c)[0].data(), (*c)[1].data(), (*c)[2].data(), (*c)[3].data(), flags.size(),
                                    flags.data(), &error_row);
    if (row.succeeded(status)) {
        const std::vector<std::string> expected = split(row["flags"], ' ');
        row.same("rows", expected.size(), flags.size());
        for (std::size_t i = 0; i < flags.size(); i++) {
            row.same("flags", std::stoi(expected.at(i)), flags[i]);
        }
    } else {
        row.same("error_row", row.count("error_row"), error_row);
        row.same("flags left", 0, std::count_if(flags.begin(), flags.end(), [](auto byte) { return byte != 0; }));
    }
    return true;
}

bool batch(const Row &row)
{
    return batch_of<std::uint8_t>(row, IAPT_MISSING_U8, iapt_outcomes_u8) &&
           batch_of<double>(row, std::numeric_limits<double>::quiet_NaN(), iapt_outcomes_f64);
}

void percent(const Row &row)
{
    std::int16_t rate = 0;
    if (row.succeeded(iapt_rate_from_counts(row.count("numerator"), row.count("denominator"), &rate))) {
        row.same("one_decimal", tenths(row["one_decimal"]), rate);
    }
    iapt_disclosed disclosed{};
    if (row.succeeded(iapt_rate_disclosed(row.count("numerator"), row.count("denominator"), &disclosed)) &&
        disclosed.status == IAPT_DISCLOSED_VALUE) {
        row.same("whole", row.count("whole"), disclosed.value);
    }
}

void rates(const Row &row)
{
    const iapt_counts counts{
        row.count("finished"),
        row.count("paired"),
        row.count("caseness"),
        row.count("not_caseness"),
        row.count("recovery"),
        row.count("reliable_improvement"),
        row.count("reliable_deterioration"),
        row.count("no_reliable_change"),
        row.count("reliable_recovery"),
    };
    iapt_rates result{};
    if (row.succeeded(iapt_rates_from_counts(&counts, &result))) {
        row.same("recovery_rate", tenths(row["recovery_rate"]), result.recovery);
        row.same("reliable_recovery_rate", tenths(row["reliable_recovery_rate"]), result.reliable_recovery);
        row.same("reliable_improvement_rate", tenths(row["reliable_improvement_rate"]), result.reliable_improvement);
        row.same("reliable_deterioration_rate", tenths(row["reliable_deterioration_rate"]),
                 result.reliable_deterioration);
        row.same("no_reliable_change_rate", tenths(row["no_reliable_change_rate"]), result.no_reliable_change);
    }
}

void own_measure(const Row &row)
{
    iapt_definition numbers{};
    numbers.min_score = number(row["min_score"]);
    numbers.max_score = number(row["max_score"]);
    numbers.caseness_threshold = number(row["caseness_threshold"]);
    numbers.reliable_change = number(row["reliable_change"]);
    numbers.case_when = row["case_when"] == "above" ? IAPT_CASE_ABOVE : IAPT_CASE_AT_OR_ABOVE;
    row.succeeded(iapt_definition_check(&numbers));
}

void effect(const Row &row)
{
    std::int64_t result = 0;
    double value = 0;
    if (row.succeeded(iapt_effect_size(number(row["mean_first"]), number(row["mean_last"]), number(row["sd_first"]),
                                       &result, &value))) {
        row.same("one_decimal", tenths(row["one_decimal"]), result);
    }
}

/// Checks each row of a file; a file of which none was is a failure.
void each(const std::string &directory, const std::string &file, const std::function<bool(const Row &)> &check)
{
    long checked = 0, skipped = 0;
    for (const Cells &cells : read_vectors(directory, file)) {
        (check(Row(cells)) ? checked : skipped)++;
    }
    std::cout << "  " << file << ": " << checked << " rows checked, " << skipped << " skipped\n";
    if (checked == 0) {
        throw std::runtime_error(file + ": no row was checked");
    }
}

std::function<bool(const Row &)> always(void (*check)(const Row &))
{
    return [check](const Row &row) {
        check(row);
        return true;
    };
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::cerr << "usage: " << argv[0] << " path/to/tests/vectors\n";
        return 2;
    }
    const std::string directory = argv[1];
    try {
        each(directory, "score.csv", always(score));
        each(directory, "change.csv", always(change));
        each(directory, "items.csv", items);
        each(directory, "outcome.csv", always(outcome));
        each(directory, "batch.csv", batch);
        each(directory, "percent.csv", always(percent));
        each(directory, "rates.csv", always(rates));
        each(directory, "measure.csv", always(own_measure));
        each(directory, "effect.csv", always(effect));
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    } catch (const Failure &failure) {
        std::cerr << iapt_status_message(failure.status) << '\n';
        return 1;
    }
    return checks.result("vectors in C++");
}
