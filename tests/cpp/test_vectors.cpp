// Every file of tests/vectors in C++17, through iapt.hpp.

#include <iapt.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "check.hpp"
#include "vectors.hpp"

namespace {

Checks checks;

/// What a check prints; -1 where there is nothing.
template <typename T>
long long printed(const std::optional<T> &value)
{
    return value ? static_cast<long long>(*value) : -1;
}

class Row {
public:
    explicit Row(Cells cells) : values(std::move(cells)) {}

    const std::string &operator[](const std::string &column) const { return values.at(column); }

    std::uint64_t count(const std::string &column) const { return std::stoull(values.at(column)); }

    /// What a name stands for; nothing where the cell is empty.
    template <typename T>
    std::optional<T> choice(const std::string &column, const std::map<std::string, T> &names) const
    {
        const std::string &cell = values.at(column);
        return cell.empty() ? std::nullopt : std::optional(names.at(cell));
    }

    /// Whether the call must succeed, and did; a wrong status is a failure.
    template <typename T>
    bool succeeded(const iapt::result<T> &result) const
    {
        const std::string &error = values.at("error");
        checks.status(values.at("id"), error.empty() ? "OK" : error,
                      result ? "OK" : std::string(result.error().name()));
        return error.empty() && result;
    }

    template <typename Expected, typename Value>
    void same(const std::string &what, Expected expected, Value value) const
    {
        checks.same(values.at("id"), what, static_cast<long long>(expected), static_cast<long long>(value));
    }

    template <typename T>
    void same(const std::string &what, const std::optional<T> &expected, const std::optional<T> &value) const
    {
        checks.same(values.at("id"), what, printed(expected), printed(value));
    }

    /// A rate, or the like.
    void same_tenths(const std::string &column, const std::optional<iapt::tenths> &value) const
    {
        const std::string text = value ? to_string(*value) : "none";
        checks.status(values.at("id"), values.at(column), text);
    }

private:
    Cells values;
};

/// The result of a call; where a step before it fails, that error: a measure that does not exist, a text that is no
/// number.
template <typename Call>
auto attempt(Call call) -> decltype(call())
{
    try {
        return call();
    } catch (const iapt::exception &refused) {
        return refused.error();
    }
}

iapt::number number(const std::string &text)
{
    return iapt::number::parse(text).value();
}

std::optional<iapt::number> optional_number(const std::string &text)
{
    return text.empty() ? std::nullopt : std::optional(number(text));
}

iapt::measure measure(const std::string &name)
{
    return iapt::find_measure(name).value();
}

const std::map<std::string, bool> BOOLEANS{{"false", false}, {"true", true}};
const std::map<std::string, iapt::severity> SEVERITIES{{"minimal", iapt::severity::minimal},
                                                       {"mild", iapt::severity::mild},
                                                       {"moderate", iapt::severity::moderate},
                                                       {"moderately_severe", iapt::severity::moderately_severe},
                                                       {"severe", iapt::severity::severe}};
const std::map<std::string, iapt::self_harm> SELF_HARM{{"not_reported", iapt::self_harm::not_reported},
                                                       {"reported", iapt::self_harm::reported},
                                                       {"unknown", iapt::self_harm::unknown},
                                                       {"not_asked", iapt::self_harm::not_asked}};
const std::map<std::string, iapt::change> CHANGES{{"RELIABLE_IMPROVEMENT", iapt::change::improvement},
                                                  {"RELIABLE_DETERIORATION", iapt::change::deterioration},
                                                  {"NO_RELIABLE_CHANGE", iapt::change::none}};

// Proves SCORE-2, CASENESS-1, SEVERITY-1, SEVERITY-2, MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5, MEASURE-6,
// MEASURE-7, MEASURE-8, MEASURE-9, MEASURE-10, MEASURE-11.
void score(const Row &row)
{
    const auto severity = attempt([&] {
        const iapt::measure on = measure(row["measure"]);
        return iapt::severity_of(on, number(row["score"]));
    });
    if (row.succeeded(severity)) {
        row.same("severity", row.choice("severity", SEVERITIES), *severity);
        const auto is_case = iapt::is_case(measure(row["measure"]), number(row["score"]));
        row.same("is_case", row.choice("is_case", BOOLEANS), is_case ? std::optional(*is_case) : std::nullopt);
        row.same("threshold", true, is_case || is_case.error().status == iapt::status::no_threshold);
    }
}

// Proves SCORE-1, SCORE-2, CHANGE-1, MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5, MEASURE-6, MEASURE-7,
// MEASURE-8, MEASURE-9, MEASURE-10, MEASURE-11.
void change(const Row &row)
{
    const auto change = attempt([&] {
        const iapt::measure on = measure(row["measure"]);
        const iapt::number first = number(row["first"]);
        return iapt::change_between(on, first, number(row["last"]));
    });
    if (row.succeeded(change)) {
        row.same("change", row.choice("change", CHANGES), std::optional(*change));
    }
}

// Proves MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5, MEASURE-6, MEASURE-7, MEASURE-8, MEASURE-9, MEASURE-10,
// MEASURE-11, SCORE-3, SCORE-4, MISSING-1, MISSING-2, MISSING-3, MISSING-4, MISSING-5, MISSING-6, RISK-1, RISK-2,
// RISK-3, SEVERITY-1, SEVERITY-2.
void items(const Row &row)
{
    std::vector<std::optional<int>> answers;
    for (const std::string &item : split(row["items"], ' ')) {
        answers.push_back(item == "-" ? std::nullopt : std::optional(std::stoi(item)));
    }
    const auto missing = row["missing"] == "reject" ? iapt::missing_items::reject : iapt::missing_items::replace;
    const auto result = attempt([&] { return iapt::score_items(measure(row["measure"]), answers, missing); });
    if (row.succeeded(result)) {
        row.same("total", true, number(row["total"]) == result->total());
        row.same("imputed", row.count("imputed"), result->imputed());
        row.same("severity", row.choice("severity", SEVERITIES), result->severity());
        row.same("is_case", row.choice("is_case", BOOLEANS), result->is_case());
        row.same("self_harm", row.choice("self_harm", SELF_HARM), std::optional(result->self_harm()));
    } else if (!result) {
        const std::string &item = row["error_item"];
        row.same("error_item", item.empty() ? std::nullopt : std::optional<std::size_t>(std::stoul(item)),
                 result.error().item);
        if (!row["self_harm"].empty()) {
            const auto self_harm = iapt::self_harm_of(measure(row["measure"]), answers);
            row.same("self_harm", row.choice("self_harm", SELF_HARM), std::optional(self_harm.value()));
        }
    }
}

/// A score as a referral's: a text that is no score goes on as a ratio that is none, to be refused in its turn.
std::optional<iapt::number> score_of(const std::string &text)
{
    if (text.empty()) {
        return std::nullopt;
    }
    const auto read = iapt::number::parse(text);
    if (read) {
        return *read;
    }
    return read.error().status == iapt::status::out_of_range
               ? std::optional<iapt::number>(std::numeric_limits<std::int64_t>::max())
               : iapt::number::from_raw({1, std::numeric_limits<std::uint64_t>::max()});
}

// Proves PAIRED-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-2, CHANGE-3, CHANGE-4, CHANGE-5, RECOVERY-1, RECOVERY-2,
// RECOVERY-3, ANXIETY-2, ANXIETY-5, MEASURE-11, MEASURE-15, SCORE-2.
void outcome(const Row &row)
{
    const auto facts = attempt([&] {
        const auto pair = [&](iapt::measure on, const std::string &name) {
            return iapt::score_pair{on, score_of(row[name + "_first"]), score_of(row[name + "_last"])};
        };
        const bool has_specific = !row["anxiety"].empty();
        return iapt::outcome(pair(iapt::phq9, "phq9"), pair(iapt::gad7, "gad7"),
                             has_specific ? std::optional(pair(measure(row["anxiety"]), "anxiety")) : std::nullopt);
    });
    if (row.succeeded(facts)) {
        row.same("flags", row.count("flags"), facts->raw());
    }
}

/// The scores of a batch in a type: its columns, and the bitmaps of those with missing scores.
template <typename T>
struct Batch {
    std::array<std::vector<T>, 4> columns;
    std::array<std::vector<std::uint8_t>, 4> bitmaps;

    /// Nothing where the type can't carry a score.
    static std::optional<Batch> read(const Row &row, T missing, long long highest)
    {
        Batch batch;
        for (const std::string &referral : split(row["rows"], ' ')) {
            const std::vector<std::string> scores = split(referral, ':');
            for (std::size_t i = 0; i < 4; i++) {
                const long long score = scores.at(i) == "-" ? 0 : std::stoll(scores.at(i));
                if (score < 0 || score > highest) {
                    return std::nullopt;
                }
                batch.add(i, scores.at(i) == "-" ? std::nullopt : std::optional(static_cast<T>(score)), missing);
            }
        }
        return batch;
    }

private:
    void add(std::size_t column, std::optional<T> score, T missing)
    {
        const std::size_t at = columns[column].size();
        columns[column].push_back(score.value_or(missing));
        bitmaps[column].resize(at / 8 + 1);
        bitmaps[column][at / 8] = static_cast<std::uint8_t>(bitmaps[column][at / 8] | (score ? 1 : 0) << at % 8);
    }
};

// Proves PAIRED-1, CASENESS-2, CHANGE-2, CHANGE-3, CHANGE-4, RECOVERY-1, RECOVERY-2, FINDING-4, SCORE-2.
void check_batch(const Row &row, const iapt::result<void> &written, const std::vector<iapt_outcome_flags> &flags)
{
    if (row.succeeded(written)) {
        const std::vector<std::string> expected = split(row["flags"], ' ');
        row.same("rows", expected.size(), flags.size());
        for (std::size_t i = 0; i < flags.size(); i++) {
            row.same("flags", std::stoi(expected.at(i)), flags[i]);
        }
    } else if (!written) {
        row.same("error_row", std::optional<std::size_t>(row.count("error_row")), written.error().row);
        row.same("flags left", 0, std::count_if(flags.begin(), flags.end(), [](auto byte) { return byte != 0; }));
    }
}

template <typename T>
bool with_missing_value(const Row &row, T missing, long long highest)
{
    const auto batch = Batch<T>::read(row, missing, highest);
    if (batch) {
        const auto &[a, b, c, d] = batch->columns;
        std::vector<iapt_outcome_flags> flags(a.size(), 9);
        check_batch(row, iapt::outcomes_into(flags, a, b, c, d), flags);
    }
    return batch.has_value();
}

template <typename T>
bool with_bitmaps(const Row &row)
{
    const auto batch = Batch<T>::read(row, 99, std::numeric_limits<T>::max());
    if (batch) {
        const auto column = [&](std::size_t i) { return iapt::column<T>(batch->columns[i], batch->bitmaps[i]); };
        std::vector<iapt_outcome_flags> flags(batch->columns[0].size(), 9);
        check_batch(row, iapt::outcomes_into(flags, column(0), column(1), column(2), column(3)), flags);
    }
    return batch.has_value();
}

bool batch(const Row &row)
{
    const std::array<bool, 5> checked{
        with_missing_value<std::uint8_t>(row, IAPT_MISSING_U8, IAPT_MISSING_U8 - 1),
        with_missing_value<double>(row, std::numeric_limits<double>::quiet_NaN(), 1'000'000),
        with_bitmaps<std::int16_t>(row),
        with_bitmaps<std::int32_t>(row),
        with_bitmaps<std::int64_t>(row),
    };
    return std::find(checked.begin(), checked.end(), true) != checked.end();
}

// Proves ROUNDING-1, RATE-4.
void percent(const Row &row)
{
    const auto rate = iapt::rate(row.count("numerator"), row.count("denominator"));
    if (row.succeeded(rate)) {
        row.same_tenths("one_decimal", *rate);
    }
    const auto disclosed = iapt::rate_disclosed(row.count("numerator"), row.count("denominator"));
    if (row.succeeded(disclosed) && disclosed->value()) {
        row.same("whole", row.count("whole"), *disclosed->value());
    }
}

// Proves RATE-1, RATE-2, RATE-3, RATE-4, RATE-6, ROUNDING-1.
void rates(const Row &row)
{
    const iapt::counts counts{
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
    const auto result = iapt::rates_of(counts);
    if (row.succeeded(result)) {
        row.same_tenths("recovery_rate", result->recovery());
        row.same_tenths("reliable_recovery_rate", result->reliable_recovery());
        row.same_tenths("reliable_improvement_rate", result->reliable_improvement());
        row.same_tenths("reliable_deterioration_rate", result->reliable_deterioration());
        row.same_tenths("no_reliable_change_rate", result->no_reliable_change());
    }
}

// Proves MEASURE-14.
void own_measure(const Row &row)
{
    iapt::definition own{number(row["min_score"]), number(row["max_score"])};
    own.caseness_threshold = optional_number(row["caseness_threshold"]);
    own.reliable_change = optional_number(row["reliable_change"]);
    own.case_when = row["case_when"] == "above" ? iapt::case_when::above : iapt::case_when::at_or_above;
    row.succeeded(iapt::check(own));
}

// Proves EFFECT-1, EFFECT-2.
void effect(const Row &row)
{
    const auto result = attempt([&] {
        return iapt::effect_size(number(row["mean_first"]), number(row["mean_last"]), number(row["sd_first"]));
    });
    if (row.succeeded(result)) {
        row.same_tenths("one_decimal", result->tenths);
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
        each(directory, "items.csv", always(items));
        each(directory, "outcome.csv", always(outcome));
        each(directory, "batch.csv", batch);
        each(directory, "percent.csv", always(percent));
        each(directory, "rates.csv", always(rates));
        each(directory, "measure.csv", always(own_measure));
        each(directory, "effect.csv", always(effect));
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return checks.result("vectors in C++");
}
