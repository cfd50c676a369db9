// Every function of iapt.hpp, with and without a result. The rules themselves are tested by the vectors.

#include <iapt.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#if __cplusplus >= 202002L
#include <span>
#endif

#include "check.hpp"

namespace {

Checks checks;

void check(const std::string &what, bool holds)
{
    checks.same(what, "holds", true, holds);
}

template <typename T>
void succeeds(const std::string &what, const iapt::result<T> &result)
{
    checks.status(what, "OK", result ? "OK" : std::string(result.error().name()));
}

template <typename T>
void fails(const std::string &what, iapt::status status, const iapt::result<T> &result,
           std::optional<std::size_t> row = std::nullopt, std::optional<std::size_t> item = std::nullopt)
{
    const iapt::error expected{status, row, item};
    checks.status(what, expected.text(), result ? "OK" : result.error().text());
    check(what + ", status", !result && result.error() == expected);
}

iapt::number number(const char *text)
{
    return iapt::number::parse(text).value();
}

iapt::day day(const char *text)
{
    return iapt::day::parse(text).value();
}

// What must not compile.
static_assert(!std::is_constructible_v<iapt::number, double>);
static_assert(!std::is_constructible_v<iapt::number, bool>);
static_assert(!std::is_constructible_v<iapt::number, std::uint64_t>);
static_assert(!std::is_constructible_v<iapt::answer, int>);
static_assert(!std::is_constructible_v<iapt::answer, const char *>);
static_assert(!std::is_convertible_v<iapt::instrument, iapt::measure>);
static_assert(!std::is_copy_constructible_v<iapt::tally> && std::is_nothrow_move_constructible_v<iapt::tally>);
static_assert(!std::is_constructible_v<iapt::view<int>, const std::vector<int> &>);
static_assert(!std::is_constructible_v<iapt::view<const int>, std::vector<long long> &>);
static_assert(std::is_trivially_copyable_v<iapt::error> && std::is_trivially_copyable_v<iapt::derived>);
static_assert(std::is_copy_assignable_v<iapt::pathway> && std::is_nothrow_move_assignable_v<iapt::pathway>);

void test_results()
{
    const iapt::result<std::string> text(std::string("text"));
    iapt::result<std::string> none(iapt::error{iapt::status::out_of_range, 3, 4});
    check("value", text && text.has_value() && *text == "text" && text.value() == "text" && text->size() == 4);
    check("value_or", text.value_or("other") == "text" && none.value_or("other") == "other");
    check("moved", iapt::result<std::string>(text).value() == "text" && *iapt::result<std::string>(text) == "text");
    check("moved or other", iapt::result<std::string>(text).value_or("other") == "text");
    fails("error", iapt::status::out_of_range, none, 3, 4);
    try {
        check("thrown", none.value().empty());
    } catch (const iapt::exception &thrown) {
        checks.status("exception", none.error().text(), thrown.what());
        check("exception", thrown.error() == none.error());
    }
    try {
        iapt::result<void>(none.error()).value();
        check("thrown", false);
    } catch (const std::runtime_error &thrown) {
        checks.status("exception", none.error().text(), thrown.what());
    }
    iapt::result<void>().value();
    *(none = text) += "s";
    none.value() += "!";
    check("assigned", *none == "texts!" && none->size() == 6);
    const iapt::error error{iapt::status::out_of_range};
    checks.status("name", "OUT_OF_RANGE", std::string(error.name()));
    check("text", error.text() == error.message() && !error.message().empty());
    const iapt::error in_row{error.status, 3};
    check("places", in_row.text() == error.text() + ", row 3" && error != in_row);
}

std::size_t sum(iapt::view<const std::uint32_t> of)
{
    std::size_t all = 0;
    for (const std::uint32_t each : of) {
        all += each;
    }
    return all;
}

void test_views()
{
    std::vector<std::uint32_t> vector{1, 2, 3};
    const std::array<std::uint32_t, 3> array{1, 2, 3};
    const std::uint32_t plain[]{1, 2, 3};
    const iapt::view<std::uint32_t> writable(vector);
    check("views", sum(vector) == 6 && sum(array) == 6 && sum(plain) == 6 && sum({plain, 2}) == 3 && sum({}) == 0);
    check("view of a view", sum(writable) == 6 && sum(std::vector<std::uint32_t>{5}) == 5);
    writable[2] = 7;
    check("written", vector[2] == 7 && writable.size() == 3 && !writable.empty() && iapt::view<int>().empty());
#if __cplusplus >= 202002L
    const std::span<std::uint32_t> span(vector);
    const std::span<const std::uint32_t> back(writable);
    check("span", sum(span) == 10 && sum(std::span<const std::uint32_t, 3>(array)) == 6 && back.size() == 3);
#endif
}

void test_numbers()
{
    check("whole", iapt::number(18) == number("18.00") && to_string(number("18.00")) == "18");
    check("ratio", number("2.27").numerator() == 227 && number("2.27").denominator() == 100);
    check("text", to_string(number("61/27")) == "61/27" && to_string(number("-1.5")) == "-3/2");
    check("zero", iapt::number() == number("0") && iapt::number() != number("0.1"));
    check("approximate", number("0.25").approximate() == 0.25);
    check("lowest terms", *iapt::number::from_raw({-6, 4}) == number("-1.5"));
    constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
    check("lowest number", iapt::number::from_raw({lowest, 2})->numerator() == lowest / 2);
    check("highest", *iapt::number::from_raw({0, std::numeric_limits<std::uint64_t>::max()}) == iapt::number(0));
    check("missing", !iapt::number::from_raw({5, 0}));
    fails("letters", iapt::status::not_a_number, iapt::number::parse("abc"));
    fails("empty", iapt::status::not_a_number, iapt::number::parse(""));
    fails("too large", iapt::status::out_of_range, iapt::number::parse("99999999999999999999"));
    const std::pair<int, const char *> texts[]{{513, "51.3"}, {0, "0.0"}, {-5, "-0.5"}, {-15, "-1.5"}, {1000, "100.0"}};
    for (const auto &[count, text] : texts) {
        checks.status("tenths", text, to_string(iapt::tenths(count)));
    }
    const iapt::tenths low(1), high(2);
    check("order", low < high && high > low && low <= high && high >= low && low != high && low == iapt::tenths(1));
    check("approximate", iapt::tenths(513).approximate() == 51.3);
}

void test_days()
{
    const iapt::day first = day("2024-04-01"), last = iapt::day::from(2025, 3, 31).value();
    check("order", first < last && last > first && first <= last && last >= first && first != last && first == first);
    checks.same("days between", "days", 364, last - first);
    check("parts", first.ymd().year == 2024 && first.ymd().month == 4 && first.ymd().day == 1);
    checks.status("text", "2024-04-01", to_string(first));
    checks.status("first year", "0000-01-01", to_string(day("0000-01-01")));
    check("raw", iapt::day::from_raw(first.raw()) == first && iapt::day::from_raw(0) == day("1970-01-01"));
    check("no day", !iapt::day::from_raw(IAPT_NO_DAY) && !iapt::day::from_raw(std::numeric_limits<iapt_day>::max()));
    fails("day", iapt::status::not_a_day, iapt::day::parse("2024-02-30"));
    fails("day", iapt::status::not_a_day, iapt::day::from(2023, 2, 29));
    const auto year = iapt::period::parse("2024-25");
    check("period", year && year->first == first && year->last == last);
    fails("period", iapt::status::not_a_day, iapt::period::parse("2024-26"));
}

// Proves MEASURE-13.
void test_measures()
{
    check("find", iapt::find_measure("PHQ-9").value() == iapt::phq9 && iapt::phq9 != iapt::gad7);
    checks.status("name", "PHQ-9", std::string(iapt::phq9.name()));
    check("no name", iapt::measure(999).name().empty() && iapt::instrument(999).name().empty());
    fails("find", iapt::status::no_threshold, iapt::find_measure("BIQ"));
    fails("find", iapt::status::unknown_measure, iapt::find_measure("PHQ-8"));
    fails("cut short", iapt::status::unknown_measure, iapt::find_measure({"PHQ9\0x", 6}));
    check("instrument", iapt::find_instrument("SocialPhobia").value() == iapt::instrument(iapt::spin));
    check("instrument", iapt::find_instrument("biq").value() == iapt::biq && iapt::biq != iapt::cfq);
    checks.status("name", "GAD-7", std::string(iapt::instrument(iapt::gad7).name()));
    fails("instrument", iapt::status::unknown_measure, iapt::find_instrument("nothing"));
    fails("cut short", iapt::status::unknown_measure, iapt::find_instrument({"PHQ9\0x", 6}));
    for (const iapt::measure each : {iapt::phq9, iapt::gad7, iapt::spin, iapt::mi, iapt::oci, iapt::pcl5, iapt::iesr,
                                     iapt::pdss, iapt::hai, iapt::pswq, iapt::wsas}) {
        succeeds(std::string(each.name()), iapt::check(iapt::definition_of(each).value()));
    }
    for (const iapt::instrument each : {iapt::biq, iapt::cfq, iapt::ibs, iapt::phq15, iapt::wsas_work,
                                        iapt::wsas_home_management, iapt::wsas_social_leisure,
                                        iapt::wsas_private_leisure, iapt::wsas_relationships}) {
        check("instrument", !each.name().empty());
    }
}

/// Like PHQ-9, but a case above its threshold.
iapt::definition own_definition()
{
    iapt::definition own = iapt::definition_of(iapt::phq9).value();
    own.case_when = iapt::case_when::above;
    return own;
}

// Proves MEASURE-11, MEASURE-14, MEASURE-15, SCORE-2.
void test_definitions()
{
    const iapt::definition phq9 = iapt::definition_of(iapt::phq9).value();
    check("phq9", phq9.min_score == 0 && phq9.max_score == 27 && phq9.caseness_threshold == iapt::number(10));
    check("phq9", phq9.reliable_change == iapt::number(6) && phq9.whole_scores && phq9.verified);
    check("wsas", !iapt::definition_of(iapt::wsas).value().caseness_threshold);
    check("mi", iapt::definition_of(iapt::mi).value().case_when == iapt::case_when::above);
    fails("unknown", iapt::status::unknown_measure, iapt::definition_of(iapt::measure(999)));
    fails("empty", iapt::status::invalid_measure, iapt::check({}));
    check("case", iapt::is_case(iapt::phq9, 10).value() && !iapt::is_case(iapt::phq9, 9).value());
    check("own case", !iapt::is_case(own_definition(), 10).value() && iapt::is_case(own_definition(), 11).value());
    fails("case", iapt::status::not_whole, iapt::is_case(iapt::phq9, number("9.5")));
    fails("case", iapt::status::no_threshold, iapt::is_case(iapt::wsas, 10));
    fails("case", iapt::status::unknown_measure, iapt::is_case(iapt::measure(999), 10));
    check("severity", iapt::severity_of(iapt::phq9, 20).value() == iapt::severity::severe);
    check("severity", iapt::severity_of(iapt::spin, 20).value() == std::nullopt);
    fails("severity", iapt::status::out_of_range, iapt::severity_of(iapt::phq9, 28));
    check("change", iapt::change_between(iapt::phq9, 16, 10).value() == iapt::change::improvement);
    check("change", iapt::change_between(own_definition(), 10, 16).value() == iapt::change::deterioration);
    check("change", iapt::change_between(iapt::phq9, 15, 10).value() == iapt::change::none);
    fails("change", iapt::status::out_of_range, iapt::change_between(iapt::phq9, 28, 10));
    fails("change", iapt::status::unknown_measure, iapt::change_between(iapt::measure(999), 16, 10));
}

// Proves SCORE-3, SCORE-4, RISK-1, RISK-2.
void test_items()
{
    const std::vector<std::optional<int>> some{3, 2, 2, 1, 2, 1, 1, 0, std::nullopt};
    const auto score = iapt::score_items(iapt::phq9, some);
    check("score", score->total() == 14 && score->imputed() == 1 && score->is_case() == true);
    check("score", score->severity() == iapt::severity::moderate && score->self_harm() == iapt::self_harm::unknown);
    const std::array<std::int8_t, 9> bytes{3, 2, 2, 1, 2, 1, 1, 0, IAPT_MISSING_ITEM};
    check("bytes", iapt::score_items(iapt::phq9, bytes)->total() == 14);
    const auto braces = iapt::score_items(iapt::phq9, {0, 0, 0, 0, 0, 0, 0, 0, 3});
    check("braces", braces->self_harm() == iapt::self_harm::reported);
    const auto mean = iapt::score_items(iapt::mi, {1, 2});
    check("mean", mean->total() == number("3/2") && !mean->severity());
    check("no threshold", !iapt::score_items(iapt::wsas, {1, 1, 1, 1, 1})->is_case());
    check("not asked", iapt::self_harm_of(iapt::wsas, some).error().status == iapt::status::item_count);
    check("self-harm", iapt::self_harm_of(iapt::phq9, some).value() == iapt::self_harm::unknown);
    fails("count", iapt::status::item_count, iapt::score_items(iapt::phq9, {0, 1}));
    fails("incomplete", iapt::status::incomplete, iapt::score_items(iapt::phq9, some, iapt::missing_items::reject));
    fails("incomplete", iapt::status::incomplete, iapt::score_items(iapt::phq9, bytes, iapt::missing_items::reject));
    // Among them what a byte would make a missing answer, or one in range, of.
    for (const int answer : {4, -1, -2, 127, 128, 255, 256 + 2, -256, std::numeric_limits<int>::max()}) {
        std::vector<std::optional<int>> items = some;
        items[4] = answer;
        const auto result = iapt::score_items(iapt::phq9, items);
        fails("answer", iapt::status::item_out_of_range, result, std::nullopt, 4);
    }
}

// Proves RISK-3, FINDING-4.
void test_rows()
{
    std::vector<std::int8_t> items{3, 2, 2, 1, 2, 1, 1, 0, 3, -1, -1, -1, 0, 0, 0, 0, 0, 0};
    const auto rows = iapt::score_rows(iapt::phq9, items, 9);
    check("rows", rows && rows->size() == 2);
    check("scored", rows->at(0).score && rows->at(0).score->total() == 15);
    check("self-harm", rows->at(0).self_harm == iapt::self_harm::reported);
    check("not scored", !rows->at(1).score && rows->at(1).self_harm == iapt::self_harm::not_reported);
    check("rejected", !iapt::score_rows(iapt::phq9, items, 9, iapt::missing_items::reject)->at(1).score);
    check("no rows", iapt::score_rows(iapt::phq9, {}, 9).value().empty());
    fails("not whole", iapt::status::length_mismatch, iapt::score_rows(iapt::phq9, items, 8));
    fails("no items", iapt::status::length_mismatch, iapt::score_rows(iapt::phq9, items, 0));
    fails("count", iapt::status::item_count, iapt::score_rows(iapt::phq9, items, 6), 0);
    items[12] = 4;
    fails("item", iapt::status::item_out_of_range, iapt::score_rows(iapt::phq9, items, 9), 1, 3);
}

void test_outcomes()
{
    const auto facts = iapt::outcome({18, 9, 14, 6});
    for (const iapt::fact fact : {iapt::fact::paired, iapt::fact::caseness, iapt::fact::recovery,
                                  iapt::fact::reliable_improvement, iapt::fact::reliable_recovery}) {
        check("fact", facts->has(fact));
    }
    for (const iapt::fact fact :
         {iapt::fact::not_caseness, iapt::fact::reliable_deterioration, iapt::fact::no_reliable_change}) {
        check("no fact", !facts->has(fact));
    }
    check("not paired", !iapt::outcome({18, std::nullopt, 14, 6})->has(iapt::fact::paired));
    check("nothing", iapt::outcome(iapt::scores{}).value() == iapt::facts(0));
    // Among them what a byte would make a missing score, or one in range, of.
    for (const int score : {28, 254, 255, 256, 256 + 18, -1, -238, std::numeric_limits<int>::min()}) {
        fails("score", iapt::status::out_of_range, iapt::outcome({score, 9, 14, 6}));
        fails("score", iapt::status::out_of_range, iapt::explain({18, 9, 14, score}));
    }
    const std::string text = iapt::explain({18, 9, 14, 6}).value();
    check("text", text.find("PHQ-9: first 18") != std::string::npos && text.find('\0') == std::string::npos);
    const iapt::score_pair phq9{iapt::phq9, 18, 9}, gad7{iapt::gad7, 14, std::nullopt}, spin{iapt::spin, 41, 15};
    check("specific", iapt::outcome(phq9, gad7, spin)->has(iapt::fact::reliable_recovery));
    check("general", !iapt::outcome(phq9, gad7)->has(iapt::fact::paired));
    check("own", iapt::outcome({own_definition(), 10, 9}, {iapt::gad7, 7, 7})->has(iapt::fact::not_caseness));
    fails("fraction", iapt::status::not_whole, iapt::outcome({iapt::phq9, number("9.5")}, gad7));
    fails("unknown", iapt::status::unknown_measure, iapt::outcome({iapt::measure(999)}, gad7));
    fails("unknown", iapt::status::unknown_measure, iapt::outcome(phq9, {iapt::measure(999)}));
    fails("unknown", iapt::status::unknown_measure, iapt::outcome(phq9, gad7, iapt::score_pair{iapt::measure(999)}));
    fails("threshold", iapt::status::no_threshold, iapt::outcome(phq9, {iapt::wsas}));
}

using Flags = std::vector<iapt_outcome_flags>;

/// Two referrals, the second without a last PHQ-9 score.
template <typename T>
void check_columns(const char *what)
{
    const std::vector<T> phq9_first{18, 18}, phq9_last{9, 9}, gad7_first{14, 14}, bad{6, 22};
    const std::array<T, 2> gad7_last{6, 6};
    const Flags all{155, 155}, second_missing{155, 2};
    const std::vector<std::uint8_t> bitmap{1}, empty_but_there(0);
    const auto both = iapt::outcomes(phq9_first, phq9_last, gad7_first, gad7_last);
    check(what, both && *both == all);
    fails(what, iapt::status::out_of_range, iapt::outcomes(phq9_first, phq9_last, gad7_first, bad), 1);
    fails(what, iapt::status::length_mismatch, iapt::outcomes(phq9_first, phq9_last, iapt::view<const T>(), bad));
    Flags flags(2, 9), too_many(3, 9);
    fails(what, iapt::status::length_mismatch,
          iapt::outcomes_into(too_many, phq9_first, phq9_last, gad7_first, gad7_last));
    check("not written", too_many == Flags(3, 9));
    fails(what, iapt::status::out_of_range, iapt::outcomes_into(flags, phq9_first, phq9_last, gad7_first, bad), 1);
    check("zeros", flags == Flags(2));
    if constexpr (std::is_integral_v<T> && sizeof(T) > 1) {
        const auto missing = iapt::outcomes(phq9_first, iapt::column<T>(phq9_last, bitmap), gad7_first, gad7_last);
        check(what, missing && *missing == second_missing);
        check("deduced", *iapt::outcomes(iapt::column(phq9_first, empty_but_there), phq9_last, gad7_first, gad7_last) ==
                             all);
        const std::vector<T> nine(9, 5);
        fails("bitmap", iapt::status::length_mismatch,
              iapt::outcomes(iapt::column(nine, bitmap), nine, nine, nine));
    }
    check("nothing", iapt::outcomes(std::vector<T>(), std::vector<T>(), std::vector<T>(), std::vector<T>())->empty());
}

void test_columns()
{
    check_columns<std::uint8_t>("u8");
    check_columns<std::int16_t>("i16");
    check_columns<std::int32_t>("i32");
    check_columns<std::int64_t>("i64");
    check_columns<double>("f64");
    const std::vector<std::uint8_t> first{18, 18}, last{9, IAPT_MISSING_U8};
    check("missing byte", *iapt::outcomes(first, last, first, last) == Flags{19, 2});
    Flags flags(2, 9);
    succeeds("views", iapt::outcomes_into({flags.data(), 1}, iapt::view(first.data(), 1), iapt::view(last.data(), 1),
                                          iapt::view(first.data(), 1), iapt::view(last.data(), 1)));
    check("views", flags == Flags{19, 9});
}

void test_columns_on()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> first{18, 41}, last{9, 15}, bad{9, 99}, missing{nan, nan};
    const std::vector<double> fitting{18, 18};
    const auto on_spin = iapt::outcomes_on(iapt::phq9, iapt::spin, fitting, last, first, last);
    check("on spin", on_spin && on_spin->size() == 2 && iapt::facts(on_spin->at(1)).has(iapt::fact::caseness));
    check("own", iapt::outcomes_on(own_definition(), iapt::spin, fitting, missing, first, last).value() == Flags{2, 2});
    fails("range", iapt::status::out_of_range, iapt::outcomes_on(iapt::phq9, iapt::spin, fitting, bad, first, last), 1);
    fails("threshold", iapt::status::no_threshold,
          iapt::outcomes_on(iapt::phq9, iapt::wsas, fitting, last, first, last));
    fails("unknown", iapt::status::unknown_measure,
          iapt::outcomes_on(iapt::measure(999), iapt::spin, fitting, last, first, last));
    fails("unknown", iapt::status::unknown_measure,
          iapt::outcomes_on(iapt::phq9, iapt::measure(999), fitting, last, first, last));
    fails("length", iapt::status::length_mismatch, iapt::outcomes_on(iapt::phq9, iapt::spin, fitting, last, first, {}));
}

// Proves RATE-1, RATE-2, RATE-4, RATE-6, TARGET-2.
void test_services()
{
    const Flags flags{155, 2, 155, 69}, impossible{155, 8};
    const std::vector<std::uint32_t> groups{0, 1, 1, 0};
    const iapt::counts all = iapt::count(flags).value();
    check("counts", all.finished == 4 && all.paired == 3 && all.recovery == 2 && all.not_caseness == 1);
    fails("counts", iapt::status::inconsistent_facts, iapt::count(impossible), 1);
    const auto grouped = iapt::count_groups(flags, groups, 3);
    check("groups", grouped && grouped->size() == 3 && grouped->at(1).finished == 2 && grouped->at(2).finished == 0);
    fails("groups", iapt::status::group_out_of_range, iapt::count_groups(flags, groups, 1), 1);
    fails("groups", iapt::status::length_mismatch, iapt::count_groups(impossible, groups, 3));
    const iapt::rates rates = iapt::rates_of(all).value();
    check("rates", rates.recovery() == iapt::tenths(667) && rates.reliable_recovery() == iapt::tenths(667));
    check("rates", rates.reliable_improvement() == iapt::tenths(500));
    check("rates", rates.no_reliable_change() == iapt::tenths(250));
    check("rates", rates.reliable_deterioration() == iapt::tenths(0));
    check("no rates", !iapt::rates_of({}).value().recovery());
    iapt::counts wrong{};
    wrong.recovery = 1;
    fails("rates", iapt::status::inconsistent_counts, iapt::rates_of(wrong));
    check("rate", iapt::rate(902, 1760).value() == iapt::tenths(513) && iapt::rate(0, 0).value() == std::nullopt);
    fails("rate", iapt::status::inconsistent_counts, iapt::rate(2, 1));
    check("target", iapt::reaches_target(iapt::fact::recovery, 1, 2).value() == true);
    check("target", iapt::reaches_target(iapt::fact::recovery, 1, 3).value() == false);
    check("target", iapt::reaches_target(iapt::fact::recovery, 0, 0).value() == std::nullopt);
    fails("target", iapt::status::invalid_argument, iapt::reaches_target(iapt::fact::paired, 1, 2));
}

// Proves DISCLOSURE-1, DISCLOSURE-3.
void test_disclosure()
{
    const iapt::disclosed shown = iapt::rate_disclosed(902, 1760).value();
    check("shown", shown.shown() == iapt::shown::value && shown.value() == std::uint64_t{51});
    const iapt::disclosed hidden = iapt::rate_disclosed(1, 1760).value();
    check("hidden", hidden.shown() == iapt::shown::suppressed && !hidden.value());
    check("none", iapt::rate_disclosed(0, 0).value().shown() == iapt::shown::not_applicable);
    fails("rate", iapt::status::inconsistent_counts, iapt::rate_disclosed(2, 1));
    const std::vector<std::uint64_t> counts{3, 52, 101};
    const auto table = iapt::disclose(counts);
    check("table", table && table->groups.size() == 3 && !table->groups[0].value());
    const std::vector<std::uint64_t> large(2, std::numeric_limits<std::uint64_t>::max());
    fails("table", iapt::status::too_large, iapt::disclose(large));
    check("effect", iapt::effect_size(15, 10, 5)->tenths == iapt::tenths(10));
    check("effect", iapt::effect_size(15, 10, 5)->value == 1.0);
    fails("effect", iapt::status::invalid_sd, iapt::effect_size(15, 10, 0));
}

void test_ids()
{
    const std::vector<std::optional<std::string>> texts{"10", std::nullopt, "9", "x", "9"};
    check("ids", iapt::rank_ids(texts).value() == std::vector<std::uint64_t>{2, 0, 1, 3, 1});
    const std::vector<std::optional<std::string>> no_utf8{"\xff"}, cut{"a", std::string("a\0b", 3)};
    fails("ids", iapt::status::invalid_argument, iapt::rank_ids(no_utf8));
    fails("cut short", iapt::status::invalid_argument, iapt::rank_ids(cut), 1);
}

iapt::contact treated(const char *date)
{
    iapt::contact contact;
    contact.date = day(date);
    contact.attendance = 5;
    contact.appointment_type = 2;
    contact.minutes = 50;
    return contact;
}

/// Two treatments, recovered on PHQ-9 and SPIN; GAD-7 has no last score.
iapt::pathway recovered()
{
    iapt::pathway referral;
    referral.referral_date = day("2024-04-01");
    referral.discharge_date = day("2024-09-30");
    referral.end_code = 46;
    referral.contacts = {treated("2024-05-01"), treated("2024-06-12")};
    const auto scored = [&](iapt::instrument on, int first, int last) {
        referral.scores.push_back({std::nullopt, std::nullopt, first, day("2024-05-01"), on});
        referral.scores.push_back({std::nullopt, std::nullopt, last, day("2024-06-12"), on});
    };
    scored(iapt::phq9, 18, 9);
    scored(iapt::spin, 41, 15);
    iapt::complaint phobia;
    phobia.code = "F40.1";
    phobia.date = day("2024-04-01");
    phobia.primary = true;
    referral.complaints = {phobia};
    referral.sick_pay = {{day("2024-05-01"), true}, {day("2024-06-12"), false}};
    return referral;
}

void test_derivation()
{
    const iapt::derived derived = iapt::derive(recovered()).value();
    check("facts", derived.facts().has(iapt::fact::recovery) && derived.finished_course());
    check("scores", derived.score(iapt::phq9).first == iapt::number(18));
    check("scores", derived.score(iapt::spin).last == iapt::number(15));
    check("score dates", derived.score(iapt::phq9).last_date == day("2024-06-12"));
    check("no score", !derived.score(iapt::gad7).first && !derived.score(iapt::instrument(999)).first_date);
    check("anxiety", derived.anxiety_measure() == iapt::instrument(iapt::spin) &&
                         derived.anxiety_choice() == iapt::anxiety_choice::specific);
    check("anxiety", derived.specific_measure() == iapt::instrument(iapt::spin));
    checks.status("descriptor", "F401", derived.problem_descriptor());
    check("dates", derived.referral_date() == day("2024-04-01") && derived.discharge_date() == day("2024-09-30"));
    check("dates", derived.first_treatment_date() == day("2024-05-01") && !derived.assessment_date());
    check("dates", derived.second_treatment_date() == day("2024-06-12") &&
                       derived.last_treatment_date() == day("2024-06-12"));
    check("dates", !derived.first_low_intensity_date() && !derived.first_high_intensity_date() &&
                       !derived.first_stage_date());
    check("waits", derived.treatment_wait() == 30 && derived.second_treatment_wait() == 42);
    check("waits", !derived.assessment_wait() && !derived.stage_wait());
    check("contacts", derived.care_contacts() == 2 && derived.treatment_contacts() == 2);
    check("contacts", derived.low_intensity_contacts() == 0 && derived.high_intensity_contacts() == 0);
    check("minutes", derived.timed_contacts() == 2 && derived.contact_minutes() == 100);
    check("end", derived.end_code() == 46 && !derived.treated_once() && !derived.ended_before_treatment());
    check("stages", !derived.first_stage() && !derived.second_stage() && !derived.stages_mixed());
    check("sick pay", derived.sick_pay_first() == true && derived.sick_pay_last() == false);
    const iapt::derived open = iapt::derive(recovered(), day("2024-06-01")).value();
    check("as at", !open.discharge_date() && !open.end_code() && open.treatment_contacts() == 1);
    check("as at", open.sick_pay_last() == true);
    const std::string text = iapt::explain(recovered()).value();
    check("text", text.find("SPIN decides") != std::string::npos && text.find('\0') == std::string::npos);
    const iapt::derived nothing = iapt::derive(iapt::pathway{}).value();
    check("nothing", !nothing.referral_date() && nothing.problem_descriptor().empty() && !nothing.specific_measure());
    check("nothing", nothing.anxiety_choice() == iapt::anxiety_choice::general && !nothing.sick_pay_first());
}

void test_stages()
{
    iapt::pathway referral = recovered();
    referral.therapy_logs = {{1, day("2024-07-01")}, {2, day("2024-07-08")}};
    const iapt::derived derived = iapt::derive(referral).value();
    check("intensity", derived.first_stage() == iapt::intensity::high && derived.high_intensity_contacts() == 2);
    check("dates", derived.first_high_intensity_date() == day("2024-07-01") &&
                       derived.first_stage_date() == day("2024-07-01"));
}

// Proves FINDING-1, FINDING-2.
void test_findings()
{
    iapt::pathway referral = recovered();
    check("none", iapt::derive_with_findings(referral)->findings.empty());
    referral.contacts[0].planned = iapt::answer::unknown();
    referral.contacts[1].attendance = iapt::no_such_code;
    referral.scores.resize(referral.scores.size() + 40, {std::nullopt, std::nullopt, 5, day("2024-05-01")});
    const auto found = iapt::derive_with_findings(referral).value().findings;
    checks.same("findings", "number", std::size_t{42}, found.size());
    check("contact", found[0].table == iapt::table::contacts && found[0].row == 0 && found[0].about == "planned");
    check("contact", found[1].kind == iapt::finding_kind::unknown_code && found[1].row == 1);
    checks.status("name", "unknown_code", std::string(found[0].name()));
    check("score", found[41].kind == iapt::finding_kind::unknown_measure && found[41].row == 43);
    check("text", !found[0].message().empty() && found[41].about.empty());
    checks.status("table", "internet_therapy", std::string(name_of(iapt::table::internet_therapy)));
    check("no text", name_of(static_cast<iapt::table>(99)).empty());
    check("no text", iapt::finding{iapt::table::scores, 0, static_cast<iapt::finding_kind>(99), {}}.message().empty());
}

void test_records()
{
    iapt::pathway referral = recovered();
    referral.contacts[0].id = 7;
    referral.contacts[0].therapy_code = 1;
    referral.contacts[0].planned = false;
    referral.scores[0].id = 8;
    referral.scores[0].contact_id = 7;
    referral.scores[1].unreadable = true;
    const iapt::pathway_view view(referral);
    const iapt_pathway &raw = view.raw();
    check("lengths", raw.contacts_len == 2 && raw.scores_len == 4 && raw.complaints_len == 1 && raw.sick_pay_len == 2);
    check("contact", raw.contacts[0].id == 7 && raw.contacts[0].therapy_code == 1);
    check("contact", raw.contacts[0].planned == IAPT_NO);
    check("score", raw.scores[0].id == 8 && raw.scores[0].contact_id == 7 && raw.scores[1].unreadable != 0);
    check("nothing", raw.contacts[1].id == 0 && raw.contacts[1].planned == IAPT_NO_ANSWER && raw.therapy_logs_len == 0);
    const iapt::pathway copy = referral;
    check("again", iapt::derive(view)->treatment_contacts() == iapt::derive(copy)->treatment_contacts());
    check("of C", iapt::derive(raw)->treatment_contacts() == 2);
    const iapt::pathway empty{{}, {}, {}, {{}}, {{}}, {{}}, {{}}, {{}}};
    const iapt::pathway_view nothing(empty);
    const iapt_contact contact = IAPT_CONTACT_INIT;
    check("nothing", nothing.raw().contacts[0].attendance == contact.attendance);
    check("nothing", nothing.raw().scores[0].score.denominator == 0);
    check("nothing", nothing.raw().sick_pay[0].received == IAPT_NO_ANSWER);
    check("nothing", nothing.raw().therapy_logs[0].date == IAPT_NO_DAY);
    succeeds("nothing", iapt::derive(nothing));
}

// Proves EDITION-2, MEASURE-14.
void test_own_measures()
{
    const iapt::own_measure own[]{{iapt::phq9, own_definition()}};
    const iapt::own_measure twice[]{own[0], own[0]}, none[]{{iapt::instrument(999), own_definition()}};
    iapt::pathway referral = recovered();
    referral.scores[0].score = 10;
    referral.scores[2].score = 15;
    check("national", iapt::derive(referral)->facts().has(iapt::fact::caseness));
    check("own", iapt::derive(referral, std::nullopt, own)->facts().has(iapt::fact::not_caseness));
    check("own", iapt::explain(referral, std::nullopt, own).value() != iapt::explain(referral).value());
    fails("twice", iapt::status::invalid_argument, iapt::derive(referral, std::nullopt, twice));
    fails("twice", iapt::status::invalid_argument, iapt::derive_with_findings(referral, std::nullopt, twice));
    fails("twice", iapt::status::invalid_argument, iapt::explain(referral, std::nullopt, twice));
    fails("none", iapt::status::unknown_measure, iapt::derive(referral, std::nullopt, none));
    fails("none", iapt::status::unknown_measure, iapt::tally::make(iapt::period::parse("2024-25").value(), none));
}

iapt::tally new_tally(const char *of = "2024-25")
{
    return iapt::tally::make(iapt::period::parse(of).value()).value();
}

/// A tally of some recovered referrals.
iapt::tally tally_of(int referrals)
{
    iapt::tally tally = new_tally();
    for (int i = 0; i < referrals; i++) {
        succeeds("add", tally.add(recovered()));
    }
    return tally;
}

void test_indicators()
{
    check("indicators", iapt::indicator_count() > 0);
    fails("indicator", iapt::status::unknown_measure, iapt::indicator_at(iapt::indicator_count()));
    bool found = false;
    for (std::size_t i = 0; i < iapt::indicator_count(); i++) {
        const iapt::indicator indicator = iapt::indicator_at(i).value();
        if (indicator.id() == "M192") {
            found = true;
            checks.status("name", "Percentage_Recovery", std::string(indicator.name()));
            check("target", indicator.target() == iapt::tenths(500) && indicator.formula() == iapt::formula::percent);
            check("needs", indicator.needs(iapt::needed_table::scores) &&
                               !indicator.needs(iapt::needed_table::employment));
        }
    }
    check("found", found);
}

// Proves REPORT-9.
void test_tallies()
{
    iapt::tally tally = tally_of(2), other = tally_of(1);
    iapt::pathway course = recovered();
    course.scores.clear();
    succeeds("add", tally.add(course));
    succeeds("merge", tally.merge(other));
    const iapt::figure rate = tally.figure("M192").value();
    check("rate", rate.status() == iapt::figure_status::ok && rate.value() == iapt::tenths(750));
    check("counts", rate.numerator() == 3 && rate.denominator() == std::uint64_t{4});
    check("interval", rate.interval()->lower < *rate.value() && rate.interval()->upper > *rate.value());
    check("target", rate.target() == iapt::tenths(500) && rate.against() == iapt::against::across);
    const iapt::figure finished = tally.figure("M076").value();
    check("count", finished.value() == iapt::tenths(40) && !finished.numerator() && !finished.denominator());
    check("count", !finished.interval() && !finished.target() && !finished.against());
    fails("unknown", iapt::status::unknown_measure, tally.figure("M9999"));
    fails("cut short", iapt::status::unknown_measure, tally.figure({"M192\0x", 6}));
    succeeds("reset", tally.reset());
    check("reset", tally.figure("M192")->status() == iapt::figure_status::not_applicable);
    const iapt::tally another = new_tally("2023-24");
    fails("merge", iapt::status::invalid_argument, tally.merge(another));
    fails("merge", iapt::status::invalid_argument, tally.merge(tally));
    fails("period", iapt::status::not_a_day, iapt::tally::make({day("2024-04-02"), day("2024-04-01")}));
    const iapt::tally moved = std::move(other);
    check("moved", moved.figure("M192")->value() == iapt::tenths(1000));
    fails("moved from", iapt::status::null_pointer, other.add(recovered()));
    fails("moved from", iapt::status::null_pointer, other.reset());
    other = new_tally();
    succeeds("assigned", other.add(recovered()));
}

// Proves REPORT-8, EFFECT-3.
void test_inputs()
{
    const iapt::tally tally = tally_of(2);
    iapt::inputs known;
    check("no sd", tally.figure("EffectSize_PHQ9")->status() == iapt::figure_status::missing);
    known.sds = {{iapt::phq9, number("4.5")}};
    check("effect", tally.figure("EffectSize_PHQ9", known)->value() == iapt::tenths(20));
    known.lacking = {iapt::needed_table::scores, iapt::needed_table::scores, iapt::needed_table::complaints};
    check("lacking", tally.figure("M192", known)->status() == iapt::figure_status::missing);
    known.sds = {{iapt::phq9, 0}};
    fails("sd", iapt::status::invalid_sd, tally.figure("EffectSize_PHQ9", known));
    known.sds = {{iapt::instrument(IAPT_INSTRUMENTS), 1}};
    fails("sd", iapt::status::unknown_measure, tally.figure("EffectSize_PHQ9", known));
    fails("sd", iapt::status::unknown_measure, iapt::report({&tally, 1}, known));
    known.sds = {{iapt::instrument(IAPT_NO_INSTRUMENT), 1}};
    fails("sd", iapt::status::unknown_measure, tally.figure("EffectSize_PHQ9", known));
}

iapt::figure figure_in(const std::vector<iapt::figure> &figures, std::string_view id)
{
    std::size_t at = 0;
    while (iapt::indicator_at(at).value().id() != id) {
        at++;
    }
    return figures.at(at);
}

// Proves DISCLOSURE-1, DISCLOSURE-6.
void test_reports()
{
    std::vector<iapt::tally> tallies;
    tallies.push_back(tally_of(2));
    tallies.push_back(tally_of(52));
    const auto exact = iapt::report(tallies, {}, iapt::disclosure::exact);
    check("groups", exact && exact->groups.size() == 2 && exact->groups[1].size() == iapt::indicator_count());
    check("exact", figure_in(exact->groups[0], "M076").value() == iapt::tenths(20));
    check("exact", figure_in(exact->groups[1], "M076").value() == iapt::tenths(520));
    check("exact", figure_in(exact->total, "M076").value() == iapt::tenths(540));
    const auto controlled = iapt::report(tallies);
    check("controlled", figure_in(controlled->groups[0], "M076").status() == iapt::figure_status::suppressed);
    const auto national = iapt::report(tallies, {}, iapt::disclosure::national_total);
    check("national", figure_in(national->total, "M076").value() == iapt::tenths(540));
    check("no groups", iapt::report({}).value().groups.empty());
    tallies.push_back(new_tally("2023-24"));
    fails("periods", iapt::status::invalid_argument, iapt::report(tallies));
}

void test_versions()
{
    checks.status("version", std::string(iapt::header_version), std::string(iapt::version()));
    checks.same("abi", "version", iapt::header_abi_version, iapt::abi_version());
    check("edition", !iapt::edition().empty());
}

} // namespace

int main()
{
    test_results();
    test_views();
    test_numbers();
    test_days();
    test_measures();
    test_definitions();
    test_items();
    test_rows();
    test_outcomes();
    test_columns();
    test_columns_on();
    test_services();
    test_disclosure();
    test_ids();
    test_derivation();
    test_stages();
    test_findings();
    test_records();
    test_own_measures();
    test_indicators();
    test_tallies();
    test_inputs();
    test_reports();
    test_versions();
    return checks.result("wrapper in C++");
}
