/**
 * @file iapt.hpp
 *
 * iapt.h for C++17 and later: nothing to link but libiapt, nothing to free, and no number that stands for 'missing'.
 *
 * @code
 * #include <iapt.hpp>
 * #include <iostream>
 *
 * int main()
 * {
 *     // PHQ-9 from 18 to 9; of GAD-7 there is no last score.
 *     const auto outcome = iapt::outcome({18, 9, 14, std::nullopt});
 *     if (!outcome) {
 *         std::cerr << outcome.error().text() << '\n';
 *         return 1;
 *     }
 *     std::cout << (outcome->has(iapt::fact::paired) ? "paired\n" : "not paired\n");
 *
 *     // The same, for those who prefer exceptions: value() throws iapt::exception.
 *     std::cout << iapt::explain({18, 9, 14, 6}).value() << '\n';
 * }
 * @endcode
 *
 * - **Errors.** What can fail gives an iapt::result: a value, or an iapt::error that says what is wrong and in which
 *   row or item, and never contains a value of the input. 'Errors' at a function names the one of iapt.h that it calls,
 *   which lists them.
 * - **Missing values** are `std::nullopt`, in and out.
 * - **Inputs** are plain structs to fill in. **Results** are read through functions. Both are values, to be copied at
 *   will; only an iapt::tally can but be moved.
 * - **Arrays** are iapt::view: a vector, an array, a span, or a pointer and a length. It is used during the call alone.
 * - **Threads.** Functions share nothing; tally says what it asks for.
 * - **Memory** that a function needs for its own result is asked for as by every C++ container: std::bad_alloc.
 *
 * The header compiles without exceptions and without RTTI; value() of an error then ends the program.
 */

#ifndef IAPT_HPP
#define IAPT_HPP

#include <iapt.h>

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace iapt {

// ---------------------------------------------------------------------------------------------------------------------
// Errors

/// Why there is no result. error::message() has each as a text.
enum class status : iapt_status {
    out_of_range = IAPT_ERROR_OUT_OF_RANGE,
    not_whole = IAPT_ERROR_NOT_WHOLE,
    not_a_number = IAPT_ERROR_NOT_A_NUMBER,
    item_out_of_range = IAPT_ERROR_ITEM_OUT_OF_RANGE,
    item_count = IAPT_ERROR_ITEM_COUNT,
    too_many_missing = IAPT_ERROR_TOO_MANY_MISSING,
    incomplete = IAPT_ERROR_INCOMPLETE,
    no_items = IAPT_ERROR_NO_ITEMS,
    unknown_measure = IAPT_ERROR_UNKNOWN_MEASURE,
    no_threshold = IAPT_ERROR_NO_THRESHOLD,
    invalid_measure = IAPT_ERROR_INVALID_MEASURE,
    inconsistent_counts = IAPT_ERROR_INCONSISTENT_COUNTS,
    inconsistent_facts = IAPT_ERROR_INCONSISTENT_FACTS,
    invalid_sd = IAPT_ERROR_INVALID_SD,
    too_large = IAPT_ERROR_TOO_LARGE,
    length_mismatch = IAPT_ERROR_LENGTH_MISMATCH,
    group_out_of_range = IAPT_ERROR_GROUP_OUT_OF_RANGE,
    out_of_memory = IAPT_ERROR_OUT_OF_MEMORY,
    null_pointer = IAPT_ERROR_NULL_POINTER,
    misaligned = IAPT_ERROR_MISALIGNED,
    invalid_argument = IAPT_ERROR_INVALID_ARGUMENT,
    buffer_too_small = IAPT_ERROR_BUFFER_TOO_SMALL,
    not_a_day = IAPT_ERROR_NOT_A_DAY,
    panic = IAPT_ERROR_PANIC,
};

/// Why there is no result, and where. Contains no value of the input.
struct error {
    iapt::status status;
    /// The row at fault, counted from 0, where the function works on rows.
    std::optional<std::size_t> row = std::nullopt;
    /// The item at fault, counted from 0, where it is one item.
    std::optional<std::size_t> item = std::nullopt;

    /// The name of the status, the same in every language: "OUT_OF_RANGE".
    [[nodiscard]] std::string_view name() const noexcept
    {
        return iapt_status_name(static_cast<iapt_status>(status));
    }

    /// What the status means, for people.
    [[nodiscard]] std::string_view message() const noexcept
    {
        return iapt_status_message(static_cast<iapt_status>(status));
    }

    /// The message with row and item.
    [[nodiscard]] std::string text() const
    {
        std::string all(message());
        all += row ? ", row " + std::to_string(*row) : "";
        all += item ? ", item " + std::to_string(*item) : "";
        return all;
    }

    friend bool operator==(const error &a, const error &b) noexcept
    {
        return a.status == b.status && a.row == b.row && a.item == b.item;
    }
    friend bool operator!=(const error &a, const error &b) noexcept { return !(a == b); }
};

/// What result::value() throws.
class exception : public std::runtime_error {
public:
    explicit exception(const iapt::error &error) : std::runtime_error(error.text()), failure(error) {}

    [[nodiscard]] const iapt::error &error() const noexcept { return failure; }

private:
    iapt::error failure;
};

namespace detail {

[[noreturn]] inline void refuse([[maybe_unused]] const error &failure)
{
#if defined(__cpp_exceptions)
    throw exception(failure);
#else
    std::terminate();
#endif
}

} // namespace detail

/// A value, or why there is none: in the manner of std::expected.
template <typename T>
class [[nodiscard]] result {
public:
    using value_type = T;

    result(T value) noexcept(std::is_nothrow_move_constructible_v<T>) : state(std::in_place_index<0>, std::move(value))
    {
    }
    result(const iapt::error &error) noexcept : state(std::in_place_index<1>, error) {}

    [[nodiscard]] bool has_value() const noexcept { return state.index() == 0; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

    /// The value, where there is one: ask has_value() first.
    [[nodiscard]] const T &operator*() const & noexcept { return *present(); }
    [[nodiscard]] T &operator*() & noexcept { return *present(); }
    [[nodiscard]] T &&operator*() && noexcept { return std::move(*present()); }
    [[nodiscard]] const T *operator->() const noexcept { return present(); }
    [[nodiscard]] T *operator->() noexcept { return present(); }

    /// The value. Throws iapt::exception where there is none.
    [[nodiscard]] const T &value() const &
    {
        require();
        return *present();
    }
    [[nodiscard]] T &value() &
    {
        require();
        return *present();
    }
    [[nodiscard]] T &&value() &&
    {
        require();
        return std::move(*present());
    }

    /// The value, or another one where there is none.
    [[nodiscard]] T value_or(T other) const & { return has_value() ? **this : std::move(other); }
    [[nodiscard]] T value_or(T other) && { return has_value() ? std::move(**this) : std::move(other); }

    /// Why there is no value, where there is none.
    [[nodiscard]] const iapt::error &error() const noexcept
    {
        assert(!has_value());
        return *std::get_if<1>(&state);
    }

private:
    void require() const
    {
        if (!has_value()) {
            detail::refuse(error());
        }
    }

    const T *present() const noexcept
    {
        assert(has_value());
        return std::get_if<0>(&state);
    }
    T *present() noexcept
    {
        assert(has_value());
        return std::get_if<0>(&state);
    }

    std::variant<T, iapt::error> state;
};

/// That a call succeeded, or why not.
template <>
class [[nodiscard]] result<void> {
public:
    using value_type = void;

    result() noexcept = default;
    result(const iapt::error &error) noexcept : failure(error) {}

    [[nodiscard]] bool has_value() const noexcept { return !failure; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

    /// Throws iapt::exception where the call failed.
    void value() const
    {
        if (failure) {
            detail::refuse(*failure);
        }
    }

    /// Why the call failed, where it did.
    [[nodiscard]] const iapt::error &error() const noexcept
    {
        assert(failure);
        return *failure;
    }

private:
    std::optional<iapt::error> failure;
};

// ---------------------------------------------------------------------------------------------------------------------
// Arrays

/// An array of somebody else's, as std::span: of a vector, std::array, C array, std::span, or a pointer and a length.
template <typename T>
class view {
    template <typename Pointer>
    static constexpr bool fits =
        std::is_pointer_v<Pointer> && std::is_convertible_v<std::remove_pointer_t<Pointer> (*)[], T (*)[]>;

public:
    using element_type = T;
    using value_type = std::remove_cv_t<T>;
    using iterator = T *;

    constexpr view() noexcept = default;

    template <typename Pointer, std::enable_if_t<fits<Pointer>, int> = 0>
    constexpr view(Pointer first, std::size_t length) noexcept : start(first), count(length)
    {
    }

    template <typename Container, typename Pointer = decltype(std::data(std::declval<Container &>())),
              std::enable_if_t<fits<Pointer>, int> = 0>
    constexpr view(Container &&container) noexcept : start(std::data(container)), count(std::size(container))
    {
    }

    [[nodiscard]] constexpr T *data() const noexcept { return start; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return count; }
    [[nodiscard]] constexpr bool empty() const noexcept { return count == 0; }
    [[nodiscard]] constexpr T *begin() const noexcept { return start; }
    [[nodiscard]] constexpr T *end() const noexcept { return start + count; }
    [[nodiscard]] constexpr T &operator[](std::size_t at) const noexcept
    {
        assert(at < count);
        return start[at];
    }

private:
    T *start = nullptr;
    std::size_t count = 0;
};

template <typename T>
view(T *, std::size_t) -> view<T>;
template <typename Container>
view(Container &&) -> view<std::remove_pointer_t<decltype(std::data(std::declval<Container &>()))>>;

namespace detail {

inline error failed(iapt_status code) noexcept
{
    return {static_cast<status>(code)};
}

/// No row: an array can't be that long.
constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

inline std::optional<std::size_t> place(std::size_t at) noexcept
{
    return at == nowhere ? std::nullopt : std::optional(at);
}

inline error failed(iapt_status code, std::size_t row, std::size_t item = nowhere) noexcept
{
    return {static_cast<status>(code), place(row), place(item)};
}

/// What `make` makes of the value that `call` writes.
template <typename Raw, typename Call, typename Make>
auto ask(Call call, Make make) -> result<std::decay_t<decltype(make(std::declval<const Raw &>()))>>
{
    Raw raw{};
    const iapt_status code = call(&raw);
    if (code != IAPT_OK) {
        return failed(code);
    }
    return make(raw);
}

inline result<void> done(iapt_status code) noexcept
{
    return code == IAPT_OK ? result<void>() : result<void>(failed(code));
}

/// A value of an enumeration; nothing where the number is the one for 'missing'.
template <typename Enum, typename Raw>
constexpr std::optional<Enum> unless(Raw raw, Raw missing) noexcept
{
    return raw == missing ? std::nullopt : std::optional<Enum>(static_cast<Enum>(raw));
}

inline std::string_view text(const char *constant) noexcept
{
    return constant == nullptr ? std::string_view() : std::string_view(constant);
}

/// A text of a length that the call tells.
template <typename Call>
result<std::string> text_of(Call call)
{
    std::string text;
    std::size_t length = 0;
    iapt_status code = call(nullptr, std::size_t{0}, &length);
    if (code == IAPT_ERROR_BUFFER_TOO_SMALL) {
        text.resize(length + 1);
        code = call(text.data(), text.size(), &length);
    }
    if (code != IAPT_OK) {
        return failed(code);
    }
    text.resize(length);
    return text;
}

/// A text cut short at its first NUL would be another one.
inline bool has_nul(std::string_view text) noexcept
{
    return text.find('\0') != std::string_view::npos;
}

} // namespace detail

// ---------------------------------------------------------------------------------------------------------------------
// Numbers

/// An exact number: a ratio in lowest terms, so that 3.00 less 2.27 is 0.73. Made of a whole number, or of a text.
class number {
public:
    constexpr number() noexcept = default;

    /// Of whole numbers alone: how exact a float is meant to be, its text says.
    template <typename Whole,
              std::enable_if_t<std::is_integral_v<Whole> && !std::is_same_v<Whole, bool> &&
                                   (std::is_signed_v<Whole> || sizeof(Whole) < sizeof(std::int64_t)),
                               int> = 0>
    constexpr number(Whole whole) noexcept : ratio{whole, 1}
    {
    }

    /// Reads "18", "-3", "2.27", "1e-2" or "61/27". Errors: iapt_number_parse().
    [[nodiscard]] static result<number> parse(std::string_view text) noexcept;

    /// A number of iapt.h; nothing where it is a missing one.
    [[nodiscard]] static constexpr std::optional<number> from_raw(iapt_number raw) noexcept
    {
        return raw.denominator == 0 ? std::nullopt : std::optional(number(raw));
    }

    [[nodiscard]] constexpr std::int64_t numerator() const noexcept { return ratio.numerator; }
    /// Above 0.
    [[nodiscard]] constexpr std::uint64_t denominator() const noexcept { return ratio.denominator; }
    [[nodiscard]] constexpr iapt_number raw() const noexcept { return ratio; }
    /// The nearest float, but for the last digit.
    [[nodiscard]] constexpr double approximate() const noexcept
    {
        return static_cast<double>(ratio.numerator) / static_cast<double>(ratio.denominator);
    }

    friend constexpr bool operator==(const number &a, const number &b) noexcept
    {
        return a.ratio.numerator == b.ratio.numerator && a.ratio.denominator == b.ratio.denominator;
    }
    friend constexpr bool operator!=(const number &a, const number &b) noexcept { return !(a == b); }

private:
    constexpr explicit number(iapt_number raw) noexcept : ratio(raw)
    {
        // By magnitudes, as the lowest number has no opposite.
        const bool negative = raw.numerator < 0;
        const auto bits = static_cast<std::uint64_t>(raw.numerator);
        const std::uint64_t magnitude = negative ? 0 - bits : bits;
        const std::uint64_t divisor = std::gcd(magnitude, raw.denominator), lowest = magnitude / divisor;
        ratio.numerator = static_cast<std::int64_t>(negative ? 0 - lowest : lowest);
        ratio.denominator = raw.denominator / divisor;
    }

    iapt_number ratio{0, 1};
};

inline result<number> number::parse(std::string_view text) noexcept
{
    return detail::ask<iapt_number>(
        [&](iapt_number *out) { return iapt_number_parse(text.data(), text.size(), out); },
        [](const iapt_number &raw) { return number(raw); });
}

/// "18", or "61/27": number::parse() reads it.
[[nodiscard]] inline std::string to_string(const number &value)
{
    const std::string whole = std::to_string(value.numerator());
    return value.denominator() == 1 ? whole : whole + "/" + std::to_string(value.denominator());
}

/// A figure of one decimal, such as a rate in per cent, as a count of tenths: 513 is 51.3.
class tenths {
public:
    constexpr explicit tenths(std::int64_t count) noexcept : number_of_tenths(count) {}

    [[nodiscard]] constexpr std::int64_t count() const noexcept { return number_of_tenths; }
    [[nodiscard]] constexpr double approximate() const noexcept { return static_cast<double>(number_of_tenths) / 10; }

    friend constexpr bool operator==(tenths a, tenths b) noexcept { return a.count() == b.count(); }
    friend constexpr bool operator!=(tenths a, tenths b) noexcept { return !(a == b); }
    friend constexpr bool operator<(tenths a, tenths b) noexcept { return a.count() < b.count(); }
    friend constexpr bool operator>(tenths a, tenths b) noexcept { return b < a; }
    friend constexpr bool operator<=(tenths a, tenths b) noexcept { return !(b < a); }
    friend constexpr bool operator>=(tenths a, tenths b) noexcept { return !(a < b); }

private:
    std::int64_t number_of_tenths;
};

/// "51.3", "-0.5".
[[nodiscard]] inline std::string to_string(tenths value)
{
    const std::int64_t whole = value.count() / 10, rest = value.count() % 10;
    const std::string sign = value.count() < 0 && whole == 0 ? "-" : "";
    return sign + std::to_string(whole) + "." + std::to_string(rest < 0 ? -rest : rest);
}

namespace detail {

constexpr iapt_number raw(const std::optional<number> &value) noexcept
{
    return value ? value->raw() : iapt_number{0, 0};
}

constexpr std::optional<tenths> rate_of(std::int16_t raw) noexcept
{
    return raw == IAPT_NO_RATE ? std::nullopt : std::optional(tenths(raw));
}

} // namespace detail

// ---------------------------------------------------------------------------------------------------------------------
// Days

struct year_month_day {
    std::int32_t year, month, day;
};

/// A day of the years 0 to 9999.
class day {
public:
    /// Reads "2024-04-01"; a time of day after it is ignored. Errors: iapt_day_parse().
    [[nodiscard]] static result<day> parse(std::string_view text) noexcept;

    /// Of a year (0 to 9999), a month (1 to 12) and a day of the month (1 to 31). Errors: iapt_day_from_ymd().
    [[nodiscard]] static result<day> from(std::int32_t year, std::int32_t month, std::int32_t day_of_month) noexcept;

    /// A day of iapt.h, counted from 1 January 1970; nothing for IAPT_NO_DAY and for what is beyond the calendar.
    [[nodiscard]] static std::optional<day> from_raw(iapt_day raw) noexcept
    {
        year_month_day date{};
        return iapt_day_to_ymd(raw, &date.year, &date.month, &date.day) == IAPT_OK ? std::optional(day(raw))
                                                                                   : std::nullopt;
    }

    [[nodiscard]] iapt_day raw() const noexcept { return since_1970; }

    [[nodiscard]] year_month_day ymd() const noexcept
    {
        year_month_day date{};
        [[maybe_unused]] const iapt_status code = iapt_day_to_ymd(since_1970, &date.year, &date.month, &date.day);
        assert(code == IAPT_OK);
        return date;
    }

    /// Days from `b` to `a`.
    friend std::int32_t operator-(day a, day b) noexcept { return a.since_1970 - b.since_1970; }
    friend bool operator==(day a, day b) noexcept { return a.since_1970 == b.since_1970; }
    friend bool operator!=(day a, day b) noexcept { return !(a == b); }
    friend bool operator<(day a, day b) noexcept { return a.since_1970 < b.since_1970; }
    friend bool operator>(day a, day b) noexcept { return b < a; }
    friend bool operator<=(day a, day b) noexcept { return !(b < a); }
    friend bool operator>=(day a, day b) noexcept { return !(a < b); }

private:
    explicit day(iapt_day raw) noexcept : since_1970(raw) {}

    iapt_day since_1970;
};

inline result<day> day::parse(std::string_view text) noexcept
{
    return detail::ask<iapt_day>([&](iapt_day *out) { return iapt_day_parse(text.data(), text.size(), out); },
                                 [](iapt_day raw) { return day(raw); });
}

inline result<day> day::from(std::int32_t year, std::int32_t month, std::int32_t day_of_month) noexcept
{
    return detail::ask<iapt_day>([&](iapt_day *out) { return iapt_day_from_ymd(year, month, day_of_month, out); },
                                 [](iapt_day raw) { return day(raw); });
}

/// "2024-04-01": day::parse() reads it.
[[nodiscard]] inline std::string to_string(day value)
{
    const auto digits = [](std::int32_t part, std::size_t width) {
        const std::string text = std::to_string(part);
        return std::string(width - text.size(), '0') + text;
    };
    const year_month_day date = value.ymd();
    return digits(date.year, 4) + "-" + digits(date.month, 2) + "-" + digits(date.day, 2);
}

/// Two days and those between them.
struct period {
    day first, last;

    /// Reads a financial year "2024-25", a quarter "2024-Q2", a month "2024-06", or two days "2024-04-01/2025-03-31".
    /// Errors: iapt_period_parse().
    [[nodiscard]] static result<period> parse(std::string_view text) noexcept
    {
        using days = std::pair<iapt_day, iapt_day>;
        return detail::ask<days>(
            [&](days *out) { return iapt_period_parse(text.data(), text.size(), &out->first, &out->second); },
            [](const days &raw) { return period{*day::from_raw(raw.first), *day::from_raw(raw.second)}; });
    }
};

namespace detail {

inline iapt_day raw(const std::optional<day> &value) noexcept
{
    return value ? value->raw() : iapt_day{IAPT_NO_DAY};
}

} // namespace detail

// ---------------------------------------------------------------------------------------------------------------------
// Measures

/// A built-in measure: iapt::phq9 and so on, or one found by find_measure().
class measure {
public:
    constexpr explicit measure(iapt_measure raw) noexcept : id(raw) {}

    [[nodiscard]] constexpr iapt_measure raw() const noexcept { return id; }
    /// As in "PHQ-9"; empty where there is no such measure.
    [[nodiscard]] std::string_view name() const noexcept { return detail::text(iapt_measure_name(id)); }

    friend constexpr bool operator==(measure a, measure b) noexcept { return a.id == b.id; }
    friend constexpr bool operator!=(measure a, measure b) noexcept { return !(a == b); }

private:
    iapt_measure id;
};

/// What a score of a referral is on: a built-in measure, or one of those without national numbers (iapt::biq and so
/// on).
class instrument {
public:
    constexpr explicit instrument(iapt_instrument raw) noexcept : id(raw) {}
    constexpr instrument(measure built_in) noexcept : id(built_in.raw()) {}

    [[nodiscard]] constexpr iapt_instrument raw() const noexcept { return id; }
    /// As in "PHQ-9"; empty where there is no such instrument.
    [[nodiscard]] std::string_view name() const noexcept { return detail::text(iapt_instrument_name(id)); }

    friend constexpr bool operator==(instrument a, instrument b) noexcept { return a.id == b.id; }
    friend constexpr bool operator!=(instrument a, instrument b) noexcept { return !(a == b); }

private:
    iapt_instrument id;
};

inline constexpr measure phq9{IAPT_PHQ9};
inline constexpr measure gad7{IAPT_GAD7};
inline constexpr measure spin{IAPT_SPIN};
inline constexpr measure mi{IAPT_MI};
inline constexpr measure oci{IAPT_OCI};
inline constexpr measure pcl5{IAPT_PCL5};
inline constexpr measure iesr{IAPT_IESR};
inline constexpr measure pdss{IAPT_PDSS};
inline constexpr measure hai{IAPT_HAI};
inline constexpr measure pswq{IAPT_PSWQ};
inline constexpr measure wsas{IAPT_WSAS};

inline constexpr instrument biq{IAPT_BIQ};
inline constexpr instrument cfq{IAPT_CFQ};
inline constexpr instrument ibs{IAPT_IBS};
inline constexpr instrument phq15{IAPT_PHQ15};
inline constexpr instrument wsas_work{IAPT_WSAS_WORK};
inline constexpr instrument wsas_home_management{IAPT_WSAS_HOME_MANAGEMENT};
inline constexpr instrument wsas_social_leisure{IAPT_WSAS_SOCIAL_LEISURE};
inline constexpr instrument wsas_private_leisure{IAPT_WSAS_PRIVATE_LEISURE};
inline constexpr instrument wsas_relationships{IAPT_WSAS_RELATIONSHIPS};

/// The measure with this identifier ("PHQ9") or name ("PHQ-9"). Errors: iapt_measure_by_name().
[[nodiscard]] inline result<measure> find_measure(std::string_view name)
{
    if (detail::has_nul(name)) {
        return error{status::unknown_measure};
    }
    const std::string terminated(name);
    return detail::ask<iapt_measure>([&](iapt_measure *out) { return iapt_measure_by_name(terminated.c_str(), out); },
                                     [](iapt_measure raw) { return measure(raw); });
}

/// The instrument with this name ("PHQ-9"), identifier, national name or SNOMED CT code; case, blanks and punctuation
/// do not matter. Errors: iapt_instrument_by_name().
[[nodiscard]] inline result<instrument> find_instrument(std::string_view name)
{
    if (detail::has_nul(name)) {
        return error{status::unknown_measure};
    }
    const std::string terminated(name);
    return detail::ask<iapt_instrument>(
        [&](iapt_instrument *out) { return iapt_instrument_by_name(terminated.c_str(), out); },
        [](iapt_instrument raw) { return instrument(raw); });
}

/// Which scores are a case.
enum class case_when : std::uint8_t {
    at_or_above = IAPT_CASE_AT_OR_ABOVE,
    above = IAPT_CASE_ABOVE,
};

/// The numbers of a measure: those of a built-in one, or the caller's own.
struct definition {
    /// The lowest score.
    number min_score;
    /// The highest score.
    number max_score;
    /// Where a case begins; none for a measure that has no caseness.
    std::optional<number> caseness_threshold = std::nullopt;
    /// The smallest change that is reliable; none where it is not known.
    std::optional<number> reliable_change = std::nullopt;
    /// Whether only whole scores exist.
    bool whole_scores = false;
    iapt::case_when case_when = iapt::case_when::at_or_above;
    /// Whether the numbers were checked against the current official source: check others before clinical use. Not read
    /// from the caller's own.
    bool verified = false;

    [[nodiscard]] static definition from_raw(const iapt_definition &raw) noexcept
    {
        return {number::from_raw(raw.min_score).value_or(0),
                number::from_raw(raw.max_score).value_or(0),
                number::from_raw(raw.caseness_threshold),
                number::from_raw(raw.reliable_change),
                raw.whole_scores != 0,
                static_cast<iapt::case_when>(raw.case_when),
                raw.verified != 0};
    }

    [[nodiscard]] iapt_definition raw() const noexcept
    {
        iapt_definition all{};
        all.min_score = min_score.raw();
        all.max_score = max_score.raw();
        all.caseness_threshold = detail::raw(caseness_threshold);
        all.reliable_change = detail::raw(reliable_change);
        all.whole_scores = whole_scores;
        all.case_when = static_cast<std::uint8_t>(case_when);
        all.verified = verified;
        return all;
    }
};

/// A built-in measure, or the caller's own.
using any_measure = std::variant<measure, definition>;

namespace detail {

inline result<iapt_definition> numbers_of(const any_measure &any) noexcept
{
    if (const definition *const own = std::get_if<definition>(&any)) {
        return own->raw();
    }
    const measure *const built_in = std::get_if<measure>(&any);
    return ask<iapt_definition>(
        [&](iapt_definition *out) { return iapt_measure_definition(built_in->raw(), out); },
        [](const iapt_definition &raw) { return raw; });
}

} // namespace detail

/// The numbers of a built-in measure. Errors: iapt_measure_definition().
[[nodiscard]] inline result<definition> definition_of(measure built_in) noexcept
{
    return detail::ask<iapt_definition>(
        [&](iapt_definition *out) { return iapt_measure_definition(built_in.raw(), out); },
        definition::from_raw);
}

/// Whether the numbers of a measure fit together. Every function that takes a measure checks that, too. Errors:
/// iapt_definition_check().
[[nodiscard]] inline result<void> check(const definition &own) noexcept
{
    const iapt_definition raw = own.raw();
    return detail::done(iapt_definition_check(&raw));
}

/// Whether a score is a clinical case. Errors: iapt_is_case(), iapt_measure_definition().
[[nodiscard]] inline result<bool> is_case(const any_measure &on, const number &score) noexcept
{
    const result<iapt_definition> numbers = detail::numbers_of(on);
    if (!numbers) {
        return numbers.error();
    }
    return detail::ask<std::uint8_t>([&](std::uint8_t *out) { return iapt_is_case(&*numbers, score.raw(), out); },
                                     [](std::uint8_t raw) { return raw != 0; });
}

enum class severity : std::int8_t {
    minimal = IAPT_SEVERITY_MINIMAL,
    mild = IAPT_SEVERITY_MILD,
    moderate = IAPT_SEVERITY_MODERATE,
    moderately_severe = IAPT_SEVERITY_MODERATELY_SEVERE,
    severe = IAPT_SEVERITY_SEVERE,
};

/// The severity band of a score; none where the measure has no bands. Errors: iapt_severity().
[[nodiscard]] inline result<std::optional<severity>> severity_of(measure built_in, const number &score) noexcept
{
    return detail::ask<std::int8_t>(
        [&](std::int8_t *out) { return iapt_severity(built_in.raw(), score.raw(), out); },
        [](std::int8_t raw) { return detail::unless<severity>(raw, std::int8_t{IAPT_NO_SEVERITY}); });
}

enum class change : std::uint8_t {
    /// The score fell by at least the reliable change.
    improvement = IAPT_CHANGE_IMPROVEMENT,
    /// The score rose by at least the reliable change.
    deterioration = IAPT_CHANGE_DETERIORATION,
    /// Neither.
    none = IAPT_CHANGE_NONE,
};

/// The change from the first to the last score. Errors: iapt_change(), iapt_measure_definition().
[[nodiscard]] inline result<change> change_between(const any_measure &on, const number &first,
                                                   const number &last) noexcept
{
    const result<iapt_definition> numbers = detail::numbers_of(on);
    if (!numbers) {
        return numbers.error();
    }
    return detail::ask<std::uint8_t>(
        [&](std::uint8_t *out) { return iapt_change(&*numbers, first.raw(), last.raw(), out); },
        [](std::uint8_t raw) { return static_cast<change>(raw); });
}

// ---------------------------------------------------------------------------------------------------------------------
// Questionnaires

/// The answer to the item on self-harm.
enum class self_harm : std::uint8_t {
    not_reported = IAPT_SELF_HARM_NOT_REPORTED,
    reported = IAPT_SELF_HARM_REPORTED,
    /// Not answered: not to be taken for 'not reported'.
    unknown = IAPT_SELF_HARM_UNKNOWN,
    /// The measure does not ask.
    not_asked = IAPT_SELF_HARM_NOT_ASKED,
};

/// What to do where items are not answered.
enum class missing_items : std::uint32_t {
    /// A few are replaced by the mean of the answered ones.
    replace = 0,
    /// Only complete questionnaires have a score.
    reject = IAPT_REJECT_MISSING,
};

/// The score of a questionnaire.
class score {
public:
    explicit score(const iapt_score &raw) noexcept : all(raw) {}

    /// The sum of the items, or their mean, as the measure has it.
    [[nodiscard]] number total() const noexcept
    {
        return number::from_raw({std::int64_t{all.total}, all.divisor}).value_or(0);
    }
    /// How many unanswered items were replaced.
    [[nodiscard]] unsigned imputed() const noexcept { return all.imputed; }
    /// None where the measure has no bands.
    [[nodiscard]] std::optional<iapt::severity> severity() const noexcept
    {
        return detail::unless<iapt::severity>(all.severity, std::int8_t{IAPT_NO_SEVERITY});
    }
    /// None where the measure has no threshold.
    [[nodiscard]] std::optional<bool> is_case() const noexcept
    {
        return all.is_case < 0 ? std::nullopt : std::optional(all.is_case != 0);
    }
    [[nodiscard]] iapt::self_harm self_harm() const noexcept { return static_cast<iapt::self_harm>(all.self_harm); }

private:
    iapt_score all;
};

/// One of many questionnaires.
struct questionnaire {
    /// None where too many items are missing.
    std::optional<iapt::score> score;
    /// What was answered, also where there is no score.
    iapt::self_harm self_harm;
};

/// The answers to a questionnaire, in its order; `std::nullopt` is an unanswered item.
using answers = view<const std::optional<int>>;

namespace detail {

/// The answers in bytes. What a byte can't carry becomes one that no item has, to be refused in its turn.
inline std::vector<std::int8_t> bytes_of(answers items)
{
    using byte = std::numeric_limits<std::int8_t>;
    std::vector<std::int8_t> bytes;
    bytes.reserve(items.size());
    for (const std::optional<int> &item : items) {
        const int answer = item.value_or(IAPT_MISSING_ITEM);
        const bool carried = !item || (answer != IAPT_MISSING_ITEM && answer >= byte::min() && answer <= byte::max());
        bytes.push_back(carried ? static_cast<std::int8_t>(answer) : byte::min());
    }
    return bytes;
}

} // namespace detail

/// Scores the answers to a questionnaire as bytes, in which IAPT_MISSING_ITEM is an unanswered item. Errors:
/// iapt_score_items_at(), with the item.
[[nodiscard]] inline result<score> score_items(measure built_in, view<const std::int8_t> items,
                                               missing_items missing = missing_items::replace) noexcept
{
    iapt_score raw{};
    std::size_t item = detail::nowhere;
    const iapt_status code = iapt_score_items_at(built_in.raw(), items.data(), items.size(),
                                                 static_cast<std::uint32_t>(missing), &raw, &item);
    if (code != IAPT_OK) {
        return detail::failed(code, detail::nowhere, item);
    }
    return score(raw);
}

/// Scores the answers to a questionnaire. Errors: iapt_score_items_at(), with the item.
[[nodiscard]] inline result<score> score_items(measure built_in, answers items,
                                               missing_items missing = missing_items::replace)
{
    return score_items(built_in, view<const std::int8_t>(detail::bytes_of(items)), missing);
}

/// The same for answers in braces: `score_items(iapt::gad7, {3, 2, std::nullopt, 1, 2, 1, 1})`.
[[nodiscard]] inline result<score> score_items(measure built_in, std::initializer_list<std::optional<int>> items,
                                               missing_items missing = missing_items::replace)
{
    return score_items(built_in, answers(items), missing);
}

/// Scores many questionnaires, the `items_per_row` answers of each one after those of the one before, in bytes in which
/// IAPT_MISSING_ITEM is an unanswered item. Too many missing items are no error here: such a row has no score. Errors:
/// iapt_score_items_rows(), with row and item; status::length_mismatch where the last row is not whole.
[[nodiscard]] inline result<std::vector<questionnaire>> score_rows(measure built_in, view<const std::int8_t> items,
                                                                   std::size_t items_per_row,
                                                                   missing_items missing = missing_items::replace)
{
    const std::size_t n = items_per_row == 0 ? 0 : items.size() / items_per_row;
    if (n * items_per_row != items.size()) {
        return error{status::length_mismatch};
    }
    std::vector<iapt_score> scores(n);
    std::vector<std::uint8_t> scored(n);
    std::size_t row = detail::nowhere, item = detail::nowhere;
    const iapt_status code =
        iapt_score_items_rows(built_in.raw(), items.data(), items_per_row, n, static_cast<std::uint32_t>(missing),
                              scores.data(), scored.data(), &row, &item);
    if (code != IAPT_OK) {
        return detail::failed(code, row, item);
    }
    std::vector<questionnaire> rows;
    rows.reserve(n);
    for (std::size_t i = 0; i < n; i++) {
        const score one(scores[i]);
        rows.push_back({scored[i] != 0 ? std::optional(one) : std::nullopt, one.self_harm()});
    }
    return rows;
}

/// The answer to the item on self-harm alone, also where too few items were answered for a score. Errors:
/// iapt_self_harm().
[[nodiscard]] inline result<self_harm> self_harm_of(measure built_in, answers items)
{
    const std::vector<std::int8_t> bytes = detail::bytes_of(items);
    return detail::ask<std::uint8_t>(
        [&](std::uint8_t *out) { return iapt_self_harm(built_in.raw(), bytes.data(), bytes.size(), out); },
        [](std::uint8_t raw) { return static_cast<self_harm>(raw); });
}

// ---------------------------------------------------------------------------------------------------------------------
// Outcomes

/// A fact of a referral's outcome. A referral that is not paired has none from `recovery` on; unknown caseness is
/// neither `caseness` nor `not_caseness`.
enum class fact : iapt_outcome_flags {
    /// All four scores are present.
    paired = IAPT_PAIRED,
    /// Either first score is at caseness.
    caseness = IAPT_CASENESS,
    /// Both first scores are present and neither is at caseness.
    not_caseness = IAPT_NOT_CASENESS,
    recovery = IAPT_RECOVERY,
    reliable_improvement = IAPT_RELIABLE_IMPROVEMENT,
    reliable_deterioration = IAPT_RELIABLE_DETERIORATION,
    no_reliable_change = IAPT_NO_RELIABLE_CHANGE,
    reliable_recovery = IAPT_RELIABLE_RECOVERY,
};

/// The outcome of a referral: eight facts, in one byte.
class facts {
public:
    constexpr explicit facts(iapt_outcome_flags flags) noexcept : bits(flags) {}

    [[nodiscard]] constexpr bool has(fact one) const noexcept
    {
        return (bits & static_cast<iapt_outcome_flags>(one)) != 0;
    }
    /// As columns of outcomes have it.
    [[nodiscard]] constexpr iapt_outcome_flags raw() const noexcept { return bits; }

    friend constexpr bool operator==(facts a, facts b) noexcept { return a.bits == b.bits; }
    friend constexpr bool operator!=(facts a, facts b) noexcept { return !(a == b); }

private:
    iapt_outcome_flags bits;
};

/// The first and last PHQ-9 and GAD-7 scores of a referral.
struct scores {
    std::optional<int> phq9_first = std::nullopt;
    /// It exists only where there are two.
    std::optional<int> phq9_last = std::nullopt;
    std::optional<int> gad7_first = std::nullopt;
    std::optional<int> gad7_last = std::nullopt;

    /// In bytes. What a byte can't carry becomes one that no measure has, to be refused in its turn.
    [[nodiscard]] iapt_scores raw() const noexcept
    {
        return {byte(phq9_first), byte(phq9_last), byte(gad7_first), byte(gad7_last)};
    }

private:
    static std::uint8_t byte(const std::optional<int> &score) noexcept
    {
        constexpr int highest = IAPT_MISSING_U8 - 1;
        const int value = score.value_or(IAPT_MISSING_U8);
        return static_cast<std::uint8_t>(!score || (value >= 0 && value <= highest) ? value : highest);
    }
};

/// A first and a last score on one measure.
struct score_pair {
    any_measure on;
    std::optional<number> first = std::nullopt;
    /// It exists only where there are two.
    std::optional<number> last = std::nullopt;
};

namespace detail {

inline result<iapt_pair> raw(const score_pair &pair) noexcept
{
    const result<iapt_definition> numbers = numbers_of(pair.on);
    if (!numbers) {
        return numbers.error();
    }
    return iapt_pair{*numbers, raw(pair.first), raw(pair.last)};
}

} // namespace detail

/// The outcome of one referral from its PHQ-9 and GAD-7 scores. A last score without a first is accepted: the referral
/// is not paired. Errors: iapt_outcome().
[[nodiscard]] inline result<facts> outcome(const scores &of) noexcept
{
    const iapt_scores raw = of.raw();
    return detail::ask<iapt_outcome_flags>([&](iapt_outcome_flags *out) { return iapt_outcome(&raw, out); },
                                           [](iapt_outcome_flags flags) { return facts(flags); });
}

/// The outcome of one referral on measures of the caller's choice: a depression measure; GAD-7 or the only anxiety
/// measure used; and one specific to the anxiety disorder, if any, which counts if both its scores are present. Errors:
/// iapt_outcome_on(), iapt_measure_definition().
[[nodiscard]] inline result<facts> outcome(const score_pair &depression, const score_pair &anxiety,
                                           const std::optional<score_pair> &specific = std::nullopt) noexcept
{
    const result<iapt_pair> first = detail::raw(depression), second = detail::raw(anxiety);
    const result<iapt_pair> third = specific ? detail::raw(*specific) : result<iapt_pair>(iapt_pair{});
    for (const result<iapt_pair> *const pair : {&first, &second, &third}) {
        if (!*pair) {
            return pair->error();
        }
    }
    return detail::ask<iapt_outcome_flags>(
        [&](iapt_outcome_flags *out) {
            return iapt_outcome_on(&*first, &*second, specific ? &*third : nullptr, out);
        },
        [](iapt_outcome_flags flags) { return facts(flags); });
}

/// Explains a referral's outcome, in English. The text contains the scores. Errors: iapt_explain().
[[nodiscard]] inline result<std::string> explain(const scores &of)
{
    const iapt_scores raw = of.raw();
    return detail::text_of([&](char *buffer, std::size_t capacity, std::size_t *length) {
        return iapt_explain(&raw, buffer, capacity, length);
    });
}

/**
 * A column of scores: bytes, in which IAPT_MISSING_U8 is a missing one; floats, in which NaN is; or 16-, 32- or 64-bit
 * integers, with a validity bitmap where some are missing.
 *
 * The bitmap has a bit a row, the lowest bit of a byte first, 0 for a missing score, as Apache Arrow's.
 */
template <typename T>
class column {
public:
    template <typename Container,
              std::enable_if_t<std::is_convertible_v<const Container &, view<const T>>, int> = 0>
    constexpr column(const Container &scores) noexcept : values(scores)
    {
    }

    template <typename Container,
              std::enable_if_t<std::is_convertible_v<const Container &, view<const T>>, int> = 0>
    constexpr column(const Container &scores, view<const std::uint8_t> validity) noexcept
        : values(scores), bitmap(validity)
    {
        static_assert(std::is_integral_v<T> && sizeof(T) > 1, "bytes and floats have a value for 'missing'");
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return values.size(); }
    [[nodiscard]] constexpr const T *data() const noexcept { return values.data(); }
    /// NULL where no score is missing.
    [[nodiscard]] constexpr const std::uint8_t *validity() const noexcept
    {
        return bitmap.empty() ? nullptr : bitmap.data();
    }
    /// Whether the bitmap has a bit for every row.
    [[nodiscard]] constexpr bool is_covered() const noexcept
    {
        return bitmap.empty() || bitmap.size() >= values.size() / 8 + (values.size() % 8 != 0 ? 1 : 0);
    }

private:
    view<const T> values;
    view<const std::uint8_t> bitmap;
};

template <typename Container>
column(const Container &)
    -> column<std::remove_cv_t<std::remove_pointer_t<decltype(std::data(std::declval<const Container &>()))>>>;
template <typename Container, typename Bitmap>
column(const Container &, const Bitmap &)
    -> column<std::remove_cv_t<std::remove_pointer_t<decltype(std::data(std::declval<const Container &>()))>>>;

namespace detail {

template <typename T>
struct columns {
    column<T> phq9_first, phq9_last, gad7_first, gad7_last;

    [[nodiscard]] bool fit(std::size_t n) const noexcept
    {
        for (const column<T> *const each : {&phq9_first, &phq9_last, &gad7_first, &gad7_last}) {
            if (each->size() != n || !each->is_covered()) {
                return false;
            }
        }
        return true;
    }
};

template <typename T, typename Call>
iapt_status without_validity(Call call, const columns<T> &of, std::uint8_t *flags, std::size_t *row) noexcept
{
    return call(of.phq9_first.data(), of.phq9_last.data(), of.gad7_first.data(), of.gad7_last.data(),
                of.phq9_first.size(), flags, row);
}

template <typename T, typename Call>
iapt_status with_validity(Call call, const columns<T> &of, std::uint8_t *flags, std::size_t *row) noexcept
{
    return call(of.phq9_first.data(), of.phq9_last.data(), of.gad7_first.data(), of.gad7_last.data(),
                of.phq9_first.validity(), of.phq9_last.validity(), of.gad7_first.validity(), of.gad7_last.validity(),
                of.phq9_first.size(), flags, row);
}

template <typename T>
iapt_status outcomes(const columns<T> &of, std::uint8_t *flags, std::size_t *row) noexcept
{
    if constexpr (std::is_same_v<T, std::uint8_t>) {
        return without_validity(iapt_outcomes_u8, of, flags, row);
    } else if constexpr (std::is_same_v<T, double>) {
        return without_validity(iapt_outcomes_f64, of, flags, row);
    } else if constexpr (std::is_same_v<T, std::int16_t>) {
        return with_validity(iapt_outcomes_i16, of, flags, row);
    } else if constexpr (std::is_same_v<T, std::int32_t>) {
        return with_validity(iapt_outcomes_i32, of, flags, row);
    } else {
        static_assert(std::is_same_v<T, std::int64_t>, "uint8_t, int16_t, int32_t, int64_t or double");
        return with_validity(iapt_outcomes_i64, of, flags, row);
    }
}

} // namespace detail

/**
 * The outcomes of many referrals from four columns of one type, written to `flags`: a byte for facts a row.
 *
 * Columns are whatever column can be made of. `flags` must not overlap them.
 *
 * Errors: iapt_outcomes_u8() and its kin, with the row, and `flags` is then 0 over its whole length;
 * status::length_mismatch where columns or `flags` differ in length, or a bitmap is too short, and then nothing is
 * written.
 */
template <typename A, typename B, typename C, typename D>
[[nodiscard]] result<void> outcomes_into(view<iapt_outcome_flags> flags, const A &phq9_first, const B &phq9_last,
                                         const C &gad7_first, const D &gad7_last) noexcept
{
    const column first(phq9_first);
    const detail::columns<std::decay_t<decltype(*first.data())>> all{first, phq9_last, gad7_first, gad7_last};
    if (!all.fit(flags.size())) {
        return error{status::length_mismatch};
    }
    std::size_t row = detail::nowhere;
    const iapt_status code = detail::outcomes(all, flags.data(), &row);
    return code == IAPT_OK ? result<void>() : result<void>(detail::failed(code, row));
}

/// The same in a new vector.
template <typename A, typename B, typename C, typename D>
[[nodiscard]] result<std::vector<iapt_outcome_flags>> outcomes(const A &phq9_first, const B &phq9_last,
                                                               const C &gad7_first, const D &gad7_last)
{
    const column first(phq9_first);
    std::vector<iapt_outcome_flags> flags(first.size());
    const result<void> written = outcomes_into(flags, phq9_first, phq9_last, gad7_first, gad7_last);
    if (!written) {
        return written.error();
    }
    return flags;
}

/// The outcomes of many referrals on a depression and an anxiety measure of the caller's choice, from columns in which
/// NaN is a missing score, written to `flags`. Errors: iapt_outcomes_f64_on(), iapt_measure_definition(), and as
/// outcomes_into().
[[nodiscard]] inline result<void> outcomes_on_into(view<iapt_outcome_flags> flags, const any_measure &depression,
                                                   const any_measure &anxiety, view<const double> depression_first,
                                                   view<const double> depression_last,
                                                   view<const double> anxiety_first,
                                                   view<const double> anxiety_last) noexcept
{
    const result<iapt_definition> first = detail::numbers_of(depression), second = detail::numbers_of(anxiety);
    if (!first || !second) {
        return first ? second.error() : first.error();
    }
    const detail::columns<double> all{depression_first, depression_last, anxiety_first, anxiety_last};
    if (!all.fit(flags.size())) {
        return error{status::length_mismatch};
    }
    std::size_t row = detail::nowhere;
    const iapt_status code =
        iapt_outcomes_f64_on(&*first, &*second, depression_first.data(), depression_last.data(), anxiety_first.data(),
                             anxiety_last.data(), flags.size(), flags.data(), &row);
    return code == IAPT_OK ? result<void>() : result<void>(detail::failed(code, row));
}

/// The same in a new vector.
[[nodiscard]] inline result<std::vector<iapt_outcome_flags>>
outcomes_on(const any_measure &depression, const any_measure &anxiety, view<const double> depression_first,
            view<const double> depression_last, view<const double> anxiety_first, view<const double> anxiety_last)
{
    std::vector<iapt_outcome_flags> flags(depression_first.size());
    const result<void> written = outcomes_on_into(flags, depression, anxiety, depression_first, depression_last,
                                                  anxiety_first, anxiety_last);
    if (!written) {
        return written.error();
    }
    return flags;
}

// ---------------------------------------------------------------------------------------------------------------------
// Services

/// Counts over the referrals of a service that finished a course of treatment: `iapt::counts all{};` is none.
using counts = iapt_counts;

/// Counts the facts of referrals, all of which finished a course of treatment: leave the others out. Errors:
/// iapt_count(), with the row.
[[nodiscard]] inline result<counts> count(view<const iapt_outcome_flags> flags) noexcept
{
    counts all{};
    std::size_t row = detail::nowhere;
    const iapt_status code = iapt_count(flags.data(), flags.size(), &all, &row);
    if (code != IAPT_OK) {
        return detail::failed(code, row);
    }
    return all;
}

/// The same for each group of referrals: `groups` has the number of each row's group, below `number_of_groups`. Errors:
/// iapt_count_groups(), with the row; status::length_mismatch.
[[nodiscard]] inline result<std::vector<counts>> count_groups(view<const iapt_outcome_flags> flags,
                                                              view<const std::uint32_t> groups,
                                                              std::size_t number_of_groups)
{
    if (flags.size() != groups.size()) {
        return error{status::length_mismatch};
    }
    std::vector<counts> all(number_of_groups);
    std::size_t row = detail::nowhere;
    const iapt_status code =
        iapt_count_groups(flags.data(), groups.data(), flags.size(), all.data(), number_of_groups, &row);
    if (code != IAPT_OK) {
        return detail::failed(code, row);
    }
    return all;
}

/// The official rates of a service in per cent, rounded half up; none without a denominator.
class rates {
public:
    explicit rates(const iapt_rates &raw) noexcept : all(raw) {}

    /// Of those who finished and are not known to have been below caseness (M192).
    [[nodiscard]] std::optional<tenths> recovery() const noexcept { return detail::rate_of(all.recovery); }
    /// Of the same (M195).
    [[nodiscard]] std::optional<tenths> reliable_recovery() const noexcept
    {
        return detail::rate_of(all.reliable_recovery);
    }
    /// Of those who finished (M186).
    [[nodiscard]] std::optional<tenths> reliable_improvement() const noexcept
    {
        return detail::rate_of(all.reliable_improvement);
    }
    /// Of those who finished (M1010).
    [[nodiscard]] std::optional<tenths> reliable_deterioration() const noexcept
    {
        return detail::rate_of(all.reliable_deterioration);
    }
    /// Of those who finished.
    [[nodiscard]] std::optional<tenths> no_reliable_change() const noexcept
    {
        return detail::rate_of(all.no_reliable_change);
    }

private:
    iapt_rates all;
};

/// The official rates from the counts of a service. Errors: iapt_rates_from_counts().
[[nodiscard]] inline result<rates> rates_of(const counts &of) noexcept
{
    return detail::ask<iapt_rates>([&](iapt_rates *out) { return iapt_rates_from_counts(&of, out); },
                                   [](const iapt_rates &raw) { return rates(raw); });
}

/// A rate in per cent from its two counts, rounded half up; none where the denominator is 0. Errors:
/// iapt_rate_from_counts().
[[nodiscard]] inline result<std::optional<tenths>> rate(std::uint64_t numerator, std::uint64_t denominator) noexcept
{
    return detail::ask<std::int16_t>(
        [&](std::int16_t *out) { return iapt_rate_from_counts(numerator, denominator, out); }, detail::rate_of);
}

/// Whether a rate, before any rounding, reaches the national target; none where the denominator is 0. Errors:
/// iapt_reaches_target(), also for a fact without a target.
[[nodiscard]] inline result<std::optional<bool>> reaches_target(fact of, std::uint64_t numerator,
                                                                std::uint64_t denominator) noexcept
{
    return detail::ask<std::int8_t>(
        [&](std::int8_t *out) {
            return iapt_reaches_target(static_cast<iapt_outcome_flags>(of), numerator, denominator, out);
        },
        [](std::int8_t raw) { return raw < 0 ? std::nullopt : std::optional(raw != 0); });
}

/// Whether a figure may be shown.
enum class shown : std::uint8_t {
    value = IAPT_DISCLOSED_VALUE,
    /// Hidden, written '*'.
    suppressed = IAPT_DISCLOSED_SUPPRESSED,
    /// A rate without a denominator.
    not_applicable = IAPT_DISCLOSED_NOT_APPLICABLE,
};

/// A figure in a table under disclosure control.
class disclosed {
public:
    explicit disclosed(const iapt_disclosed &raw) noexcept : all(raw) {}

    [[nodiscard]] iapt::shown shown() const noexcept { return static_cast<iapt::shown>(all.status); }
    /// None unless it may be shown.
    [[nodiscard]] std::optional<std::uint64_t> value() const noexcept
    {
        return shown() == iapt::shown::value ? std::optional(all.value) : std::nullopt;
    }

private:
    iapt_disclosed all;
};

/// A rate as it is published for services: a whole percentage, suppressed where either count is small. Where disclose()
/// hides a count for the sake of another one, leave out its rates, too. Errors: iapt_rate_disclosed().
[[nodiscard]] inline result<disclosed> rate_disclosed(std::uint64_t numerator, std::uint64_t denominator) noexcept
{
    return detail::ask<iapt_disclosed>(
        [&](iapt_disclosed *out) { return iapt_rate_disclosed(numerator, denominator, out); },
        [](const iapt_disclosed &raw) { return disclosed(raw); });
}

/// Counts of groups under disclosure control, and their total.
struct disclosed_table {
    std::vector<disclosed> groups;
    disclosed total;
};

/// Rounds and suppresses the counts of groups that add up to a total which is published with them. Errors:
/// iapt_disclose().
[[nodiscard]] inline result<disclosed_table> disclose(view<const std::uint64_t> groups)
{
    std::vector<iapt_disclosed> raw(groups.size());
    iapt_disclosed total{};
    const iapt_status code = iapt_disclose(groups.data(), groups.size(), raw.data(), &total);
    if (code != IAPT_OK) {
        return detail::failed(code);
    }
    return disclosed_table{{raw.begin(), raw.end()}, disclosed(total)};
}

/// A difference in standard deviations; above 0 is improvement.
struct effect {
    /// Rounded half up from the exact value.
    iapt::tenths tenths;
    /// As the nearest float, but for the last digit.
    double value;
};

/// (mean first score - mean last score) / standard deviation of the first scores. Errors: iapt_effect_size().
[[nodiscard]] inline result<effect> effect_size(const number &mean_first, const number &mean_last,
                                                const number &sd_first) noexcept
{
    using parts = std::pair<std::int64_t, double>;
    return detail::ask<parts>(
        [&](parts *out) {
            return iapt_effect_size(mean_first.raw(), mean_last.raw(), sd_first.raw(), &out->first, &out->second);
        },
        [](const parts &raw) { return effect{tenths(raw.first), raw.second}; });
}

// ---------------------------------------------------------------------------------------------------------------------
// Records of a referral

/// A code that the data set does not have, such as a text: it becomes a finding.
inline constexpr std::int16_t no_such_code = IAPT_UNKNOWN_CODE;

/// A recorded answer: yes, no, or one that is neither, which becomes a finding. A missing one is `std::nullopt`.
class answer {
public:
    /// Of booleans alone: the text "N" must not become a yes.
    template <typename Bool, std::enable_if_t<std::is_same_v<Bool, bool>, int> = 0>
    constexpr answer(Bool yes) noexcept : given(static_cast<std::int8_t>(yes ? IAPT_YES : IAPT_NO))
    {
    }

    /// Neither yes nor no.
    [[nodiscard]] static constexpr answer unknown() noexcept { return answer(std::int8_t{IAPT_UNKNOWN_CODE}); }

    [[nodiscard]] constexpr std::int8_t raw() const noexcept { return given; }

private:
    constexpr explicit answer(std::int8_t raw) noexcept : given(raw) {}

    std::int8_t given;
};

/// A contact, or one activity of it: records with the same identifier are one contact.
struct contact {
    /// A record without one is a contact of its own.
    std::optional<std::uint64_t> id = std::nullopt;
    /// The therapy given, a SNOMED CT code.
    std::optional<std::uint64_t> therapy_code = std::nullopt;
    std::optional<day> date = std::nullopt;
    /// AttendOrDNACode.
    std::optional<std::int16_t> attendance = std::nullopt;
    /// AppType.
    std::optional<std::int16_t> appointment_type = std::nullopt;
    std::optional<std::uint16_t> minutes = std::nullopt;
    /// An unplanned contact counts as attended.
    std::optional<answer> planned = std::nullopt;
};

/// A score on one day.
struct dated_score {
    /// Of two scores on one day the one with the higher identifier counts.
    std::optional<std::uint64_t> id = std::nullopt;
    /// The contact at which it was given. Scores at a follow-up do not count.
    std::optional<std::uint64_t> contact_id = std::nullopt;
    /// Without one it is as if the record were not there.
    std::optional<number> score = std::nullopt;
    std::optional<day> date = std::nullopt;
    /// What was filled in; none, or one that does not exist, is a finding.
    std::optional<iapt::instrument> instrument = std::nullopt;
    /// Whether what is recorded is no number: `score` is not read then, and it is a finding.
    bool unreadable = false;
};

/// A presenting complaint.
struct complaint {
    std::optional<std::uint64_t> id = std::nullopt;
    /// An ICD-10 code, with or without its dot ("F40.1"), or a SNOMED CT code, up to the first NUL; empty where
    /// missing.
    std::string code = {};
    std::optional<day> date = std::nullopt;
    std::optional<answer> primary = std::nullopt;
};

/// A week of internet-enabled therapy.
struct therapy_log {
    /// Of records with the same one the last counts.
    std::optional<std::uint64_t> id = std::nullopt;
    /// The day on which it starts.
    std::optional<day> date = std::nullopt;
};

/// Whether sick pay was received.
struct sick_pay {
    std::optional<day> date = std::nullopt;
    std::optional<answer> received = std::nullopt;
};

/// One referral with all that is recorded of it. The records are in the order of their tables, which decides where
/// identifiers are missing or repeated.
struct pathway {
    /// When the referral was received. Without it nothing lies within the referral.
    std::optional<day> referral_date = std::nullopt;
    /// None while the referral is open.
    std::optional<day> discharge_date = std::nullopt;
    /// EndCode, why the referral ended.
    std::optional<std::int16_t> end_code = std::nullopt;
    std::vector<contact> contacts = {};
    std::vector<dated_score> scores = {};
    std::vector<complaint> complaints = {};
    std::vector<therapy_log> therapy_logs = {};
    std::vector<iapt::sick_pay> sick_pay = {};
};

namespace detail {

/// Copies a value where there is one, and leaves what stands for 'missing' where not.
template <typename To, typename From>
void set(To &to, const std::optional<From> &from) noexcept
{
    if (from) {
        to = *from;
    }
}

inline iapt_contact raw(const contact &of) noexcept
{
    iapt_contact all = IAPT_CONTACT_INIT;
    set(all.id, of.id);
    set(all.therapy_code, of.therapy_code);
    all.date = raw(of.date);
    set(all.attendance, of.attendance);
    set(all.appointment_type, of.appointment_type);
    set(all.minutes, of.minutes);
    all.planned = of.planned ? of.planned->raw() : all.planned;
    return all;
}

inline iapt_dated_score raw(const dated_score &of) noexcept
{
    iapt_dated_score all = IAPT_DATED_SCORE_INIT;
    set(all.id, of.id);
    set(all.contact_id, of.contact_id);
    all.score = raw(of.score);
    all.date = raw(of.date);
    all.instrument = of.instrument ? of.instrument->raw() : iapt_instrument{IAPT_NO_INSTRUMENT};
    all.unreadable = of.unreadable;
    return all;
}

/// Its code is that of the complaint.
inline iapt_complaint raw(const complaint &of) noexcept
{
    iapt_complaint all = IAPT_COMPLAINT_INIT;
    set(all.id, of.id);
    all.code = of.code.c_str();
    all.date = raw(of.date);
    all.primary = of.primary ? of.primary->raw() : all.primary;
    return all;
}

inline iapt_therapy_log raw(const therapy_log &of) noexcept
{
    iapt_therapy_log all = IAPT_THERAPY_LOG_INIT;
    set(all.id, of.id);
    all.date = raw(of.date);
    return all;
}

inline iapt_sick_pay raw(const sick_pay &of) noexcept
{
    iapt_sick_pay all = IAPT_SICK_PAY_INIT;
    all.date = raw(of.date);
    all.received = of.received ? of.received->raw() : all.received;
    return all;
}

template <typename Record>
auto raw_all(const std::vector<Record> &records)
{
    std::vector<decltype(raw(records[0]))> all;
    all.reserve(records.size());
    for (const Record &record : records) {
        all.push_back(raw(record));
    }
    return all;
}

} // namespace detail

/**
 * A referral in the arrays of iapt.h. Functions make it of a pathway by themselves; make it once where several are
 * called for the same one. It can also be made of an iapt_pathway that the caller has.
 *
 * It refers to what it was made of, which must stay as it is meanwhile.
 */
class pathway_view {
public:
    pathway_view(const pathway &of)
        : contacts(detail::raw_all(of.contacts)), scores(detail::raw_all(of.scores)),
          complaints(detail::raw_all(of.complaints)), therapy_logs(detail::raw_all(of.therapy_logs)),
          sick_pay(detail::raw_all(of.sick_pay))
    {
        all.contacts = contacts.data();
        all.contacts_len = contacts.size();
        all.scores = scores.data();
        all.scores_len = scores.size();
        all.complaints = complaints.data();
        all.complaints_len = complaints.size();
        all.therapy_logs = therapy_logs.data();
        all.therapy_logs_len = therapy_logs.size();
        all.sick_pay = sick_pay.data();
        all.sick_pay_len = sick_pay.size();
        all.referral_date = detail::raw(of.referral_date);
        all.discharge_date = detail::raw(of.discharge_date);
        detail::set(all.end_code, of.end_code);
    }
    pathway_view(const iapt_pathway &of) noexcept : all(of) {}

    pathway_view(const pathway_view &) = delete;
    pathway_view &operator=(const pathway_view &) = delete;

    [[nodiscard]] const iapt_pathway &raw() const noexcept { return all; }

private:
    std::vector<iapt_contact> contacts;
    std::vector<iapt_dated_score> scores;
    std::vector<iapt_complaint> complaints;
    std::vector<iapt_therapy_log> therapy_logs;
    std::vector<iapt_sick_pay> sick_pay;
    iapt_pathway all = IAPT_PATHWAY_INIT;
};

/// The caller's own measure for an instrument: for one that has no confirmed numbers, or instead of the built-in one.
struct own_measure {
    iapt::instrument instrument;
    definition numbers;
};

namespace detail {

inline std::vector<iapt_own_measure> raw_all(view<const own_measure> own)
{
    std::vector<iapt_own_measure> all;
    all.reserve(own.size());
    for (const own_measure &each : own) {
        all.push_back({each.instrument.raw(), each.numbers.raw()});
    }
    return all;
}

} // namespace detail

/**
 * Numbers identifiers that are texts, for the `id` of records, from 1 in their order; `std::nullopt` gets 0, which is
 * no identifier.
 *
 * Identifiers are compared with those of the same call alone: give those of a table, and those by which another table
 * refers to it, in one call.
 *
 * Errors: iapt_rank_ids(); status::invalid_argument with the row for a text with a NUL in it.
 */
[[nodiscard]] inline result<std::vector<std::uint64_t>> rank_ids(view<const std::optional<std::string>> texts)
{
    std::vector<const char *> pointers;
    pointers.reserve(texts.size());
    for (const std::optional<std::string> &text : texts) {
        if (text && detail::has_nul(*text)) {
            return detail::failed(IAPT_ERROR_INVALID_ARGUMENT, pointers.size());
        }
        pointers.push_back(text ? text->c_str() : nullptr);
    }
    std::vector<std::uint64_t> ids(texts.size());
    const iapt_status code = iapt_rank_ids(pointers.data(), pointers.size(), ids.data());
    if (code != IAPT_OK) {
        return detail::failed(code);
    }
    return ids;
}

// ---------------------------------------------------------------------------------------------------------------------
// Derivation

/// The tables of records.
enum class table : std::uint8_t {
    referrals = IAPT_TABLE_REFERRALS,
    contacts = IAPT_TABLE_CONTACTS,
    scores = IAPT_TABLE_SCORES,
    complaints = IAPT_TABLE_COMPLAINTS,
    internet_therapy = IAPT_TABLE_INTERNET_THERAPY,
    employment = IAPT_TABLE_EMPLOYMENT,
};

/// The name of a table, the same in every language; empty where there is no such table.
[[nodiscard]] inline std::string_view name_of(table which) noexcept
{
    return detail::text(iapt_table_name(static_cast<std::uint8_t>(which)));
}

/// Kinds of findings. finding::message() has each as a text.
enum class finding_kind : std::uint8_t {
    score_out_of_range = IAPT_FINDING_SCORE_OUT_OF_RANGE,
    unknown_measure = IAPT_FINDING_UNKNOWN_MEASURE,
    threshold_not_configured = IAPT_FINDING_THRESHOLD_NOT_CONFIGURED,
    contact_before_referral = IAPT_FINDING_CONTACT_BEFORE_REFERRAL,
    contact_after_discharge = IAPT_FINDING_CONTACT_AFTER_DISCHARGE,
    score_before_referral = IAPT_FINDING_SCORE_BEFORE_REFERRAL,
    score_after_discharge = IAPT_FINDING_SCORE_AFTER_DISCHARGE,
    discharge_before_referral = IAPT_FINDING_DISCHARGE_BEFORE_REFERRAL,
    conflicting_scores = IAPT_FINDING_CONFLICTING_SCORES,
    unknown_code = IAPT_FINDING_UNKNOWN_CODE,
    descriptor_without_measure = IAPT_FINDING_DESCRIPTOR_WITHOUT_MEASURE,
    duplicate_id = IAPT_FINDING_DUPLICATE_ID,
    missing_date = IAPT_FINDING_MISSING_DATE,
    missing_id = IAPT_FINDING_MISSING_ID,
    unknown_pathway = IAPT_FINDING_UNKNOWN_PATHWAY,
    unknown_contact = IAPT_FINDING_UNKNOWN_CONTACT,
    last_score_without_first = IAPT_FINDING_LAST_SCORE_WITHOUT_FIRST,
};

/// Something odd in one record. It never stops a derivation.
struct finding {
    iapt::table table;
    /// The record, counted from 0 in its vector; 0 of the referral itself.
    std::size_t row;
    finding_kind kind;
    /// The field of an unknown code, or the measure that is lacking; empty for other kinds.
    std::string_view about;

    /// The name of the kind, the same in every language: "unknown_code".
    [[nodiscard]] std::string_view name() const noexcept
    {
        return detail::text(iapt_finding_name(static_cast<std::uint8_t>(kind)));
    }

    /// What it means and what was done about it, for people. Contains no value of the input.
    [[nodiscard]] std::string_view message() const noexcept
    {
        return detail::text(iapt_finding_message(static_cast<std::uint8_t>(kind)));
    }
};

/// The first and the last valid score on an instrument. There is a last one only where there are scores on two days.
struct first_and_last {
    std::optional<number> first, last;
    std::optional<day> first_date, last_date;
};

enum class intensity : std::int8_t {
    low = IAPT_INTENSITY_LOW,
    high = IAPT_INTENSITY_HIGH,
};

/// Which anxiety measure decides.
enum class anxiety_choice : std::uint8_t {
    /// GAD-7, as the problem descriptor names no measure of its own.
    general = IAPT_ANXIETY_GENERAL,
    /// The measure that the problem descriptor names.
    specific = IAPT_ANXIETY_SPECIFIC,
    /// GAD-7, as the measure that the problem descriptor names lacks a first or last score.
    instead = IAPT_ANXIETY_INSTEAD,
};

/// What is derived of one referral. Waits are in whole days and may be negative.
class derived {
public:
    explicit derived(const iapt_derived &raw) noexcept : all(raw) {}

    /// The first and the last score on an instrument, scores at follow-ups left out.
    [[nodiscard]] first_and_last score(instrument on) const noexcept
    {
        if (on.raw() >= std::size(all.scores)) {
            return {};
        }
        const iapt_first_and_last &found = all.scores[on.raw()];
        return {number::from_raw(found.first), number::from_raw(found.last), day::from_raw(found.first_date),
                day::from_raw(found.last_date)};
    }

    /// What the treatment was for: a code without its dot ("F401"); empty where none is valid (M204).
    [[nodiscard]] std::string problem_descriptor() const { return all.problem_descriptor; }
    /// The anxiety measure that decides, by M204.
    [[nodiscard]] instrument anxiety_measure() const noexcept { return instrument(all.anxiety_measure); }
    /// The anxiety measure that the problem descriptor names.
    [[nodiscard]] std::optional<instrument> specific_measure() const noexcept
    {
        return all.specific_measure == IAPT_NO_INSTRUMENT ? std::nullopt
                                                          : std::optional(instrument(all.specific_measure));
    }
    [[nodiscard]] iapt::anxiety_choice anxiety_choice() const noexcept
    {
        return static_cast<iapt::anxiety_choice>(all.anxiety_choice);
    }
    [[nodiscard]] iapt::facts facts() const noexcept { return iapt::facts(all.flags); }

    [[nodiscard]] std::optional<day> referral_date() const noexcept { return day::from_raw(all.referral_date); }
    /// As far as is known by `as_at`; none while the referral is open.
    [[nodiscard]] std::optional<day> discharge_date() const noexcept { return day::from_raw(all.discharge_date); }
    /// The first attended assessment.
    [[nodiscard]] std::optional<day> assessment_date() const noexcept { return day::from_raw(all.assessment_date); }
    [[nodiscard]] std::optional<day> first_treatment_date() const noexcept
    {
        return day::from_raw(all.first_treatment_date);
    }
    /// The second treatment contact, which may be on the same day.
    [[nodiscard]] std::optional<day> second_treatment_date() const noexcept
    {
        return day::from_raw(all.second_treatment_date);
    }
    [[nodiscard]] std::optional<day> last_treatment_date() const noexcept
    {
        return day::from_raw(all.last_treatment_date);
    }
    [[nodiscard]] std::optional<day> first_low_intensity_date() const noexcept
    {
        return day::from_raw(all.first_low_intensity_date);
    }
    [[nodiscard]] std::optional<day> first_high_intensity_date() const noexcept
    {
        return day::from_raw(all.first_high_intensity_date);
    }
    [[nodiscard]] std::optional<day> first_stage_date() const noexcept { return day::from_raw(all.first_stage_date); }

    /// From referral to the first assessment.
    [[nodiscard]] std::optional<std::int32_t> assessment_wait() const noexcept { return wait(all.assessment_wait); }
    /// From referral to the first treatment.
    [[nodiscard]] std::optional<std::int32_t> treatment_wait() const noexcept { return wait(all.treatment_wait); }
    /// From the first to the second treatment.
    [[nodiscard]] std::optional<std::int32_t> second_treatment_wait() const noexcept
    {
        return wait(all.second_treatment_wait);
    }
    /// From the last contact of the first stage to the first of the second, where they differ in intensity.
    [[nodiscard]] std::optional<std::int32_t> stage_wait() const noexcept { return wait(all.stage_wait); }

    /// Attended contacts of any type but follow-ups.
    [[nodiscard]] std::uint32_t care_contacts() const noexcept { return all.care_contacts; }
    /// Attended treatments between referral and discharge; a week of internet-enabled therapy is one.
    [[nodiscard]] std::uint32_t treatment_contacts() const noexcept { return all.treatment_contacts; }
    [[nodiscard]] std::uint32_t low_intensity_contacts() const noexcept { return all.low_intensity_contacts; }
    [[nodiscard]] std::uint32_t high_intensity_contacts() const noexcept { return all.high_intensity_contacts; }
    /// Treatment contacts whose length is recorded.
    [[nodiscard]] std::uint32_t timed_contacts() const noexcept { return all.timed_contacts; }
    /// The minutes of these together.
    [[nodiscard]] std::uint32_t contact_minutes() const noexcept { return all.contact_minutes; }

    /// Why the referral ended, or no_such_code; none while it is open.
    [[nodiscard]] std::optional<std::int16_t> end_code() const noexcept
    {
        return detail::unless<std::int16_t>(all.end_code, std::int16_t{IAPT_NO_CODE});
    }
    /// Discharged with at least two treatment contacts (M076).
    [[nodiscard]] bool finished_course() const noexcept { return all.finished_course != 0; }
    /// Discharged with exactly one treatment contact (M075).
    [[nodiscard]] bool treated_once() const noexcept { return all.treated_once != 0; }
    /// Discharged without a treatment contact (M153).
    [[nodiscard]] bool ended_before_treatment() const noexcept { return all.ended_before_treatment != 0; }

    /// The first stage of stepped care (M347).
    [[nodiscard]] std::optional<intensity> first_stage() const noexcept { return stage(all.first_stage); }
    /// The second, which may be of the same intensity.
    [[nodiscard]] std::optional<intensity> second_stage() const noexcept { return stage(all.second_stage); }
    /// Whether more than one contact, all single ones, lie between the two: such a step down is not measured (M349).
    [[nodiscard]] bool stages_mixed() const noexcept { return all.stages_mixed != 0; }
    /// Whether sick pay was received at the first record.
    [[nodiscard]] std::optional<bool> sick_pay_first() const noexcept { return yes(all.sick_pay_first); }
    /// The same at the last record.
    [[nodiscard]] std::optional<bool> sick_pay_last() const noexcept { return yes(all.sick_pay_last); }

private:
    static std::optional<std::int32_t> wait(std::int32_t days) noexcept
    {
        return detail::unless<std::int32_t>(days, std::int32_t{IAPT_NO_WAIT});
    }
    static std::optional<intensity> stage(std::int8_t raw) noexcept
    {
        return detail::unless<intensity>(raw, std::int8_t{IAPT_NO_STAGE});
    }
    static std::optional<bool> yes(std::int8_t raw) noexcept
    {
        return raw == IAPT_NO_ANSWER ? std::nullopt : std::optional(raw == IAPT_YES);
    }

    iapt_derived all;
};

/// What is derived of a referral, and what is odd in its records.
struct derivation {
    iapt::derived derived;
    /// In the order of the tables and then of the rows.
    std::vector<finding> findings;
};

/**
 * Derives one referral from what is recorded of it: contacts, waits, stages, scores, the anxiety measure and the
 * outcome.
 *
 * @param of     a pathway.
 * @param as_at  the day as at whose end the referral is seen; without it all that is recorded is known.
 * @param own    measures of the caller's own, each for another instrument.
 *
 * What is odd in the records never stops the derivation: derive_with_findings() tells of it. Errors: iapt_derive().
 */
[[nodiscard]] inline result<derived> derive(const pathway_view &of, std::optional<day> as_at = std::nullopt,
                                            view<const own_measure> own = {})
{
    const std::vector<iapt_own_measure> measures = detail::raw_all(own);
    return detail::ask<iapt_derived>(
        [&](iapt_derived *out) {
            return iapt_derive(&of.raw(), detail::raw(as_at), measures.data(), measures.size(), out, nullptr, 0,
                               nullptr);
        },
        [](const iapt_derived &raw) { return derived(raw); });
}

/// The same with all that is odd in the records. Errors: iapt_derive().
[[nodiscard]] inline result<derivation> derive_with_findings(const pathway_view &of,
                                                             std::optional<day> as_at = std::nullopt,
                                                             view<const own_measure> own = {})
{
    const std::vector<iapt_own_measure> measures = detail::raw_all(own);
    std::vector<iapt_finding> found;
    std::size_t count = 0;
    iapt_derived raw{};
    do {
        found.resize(count);
        const iapt_status code = iapt_derive(&of.raw(), detail::raw(as_at), measures.data(), measures.size(), &raw,
                                             found.data(), found.size(), &count);
        if (code != IAPT_OK) {
            return detail::failed(code);
        }
    } while (count > found.size());
    derivation all{derived(raw), {}};
    all.findings.reserve(count);
    for (const iapt_finding &each : found) {
        all.findings.push_back({static_cast<table>(each.table), each.row, static_cast<finding_kind>(each.kind),
                                detail::text(each.about)});
    }
    return all;
}

/// Explains why a referral is derived as it is, in English. The text contains dates and scores. The arguments are those
/// of derive(). Errors: iapt_derive_explain().
[[nodiscard]] inline result<std::string> explain(const pathway_view &of, std::optional<day> as_at = std::nullopt,
                                                 view<const own_measure> own = {})
{
    const std::vector<iapt_own_measure> measures = detail::raw_all(own);
    return detail::text_of([&](char *buffer, std::size_t capacity, std::size_t *length) {
        return iapt_derive_explain(&of.raw(), detail::raw(as_at), measures.data(), measures.size(), buffer, capacity,
                                   length);
    });
}

// ---------------------------------------------------------------------------------------------------------------------
// Official measures

/// How an official measure is computed, and so what its value counts.
enum class formula : std::uint8_t {
    count = IAPT_FORMULA_COUNT,
    sum = IAPT_FORMULA_SUM,
    percent = IAPT_FORMULA_PERCENT,
    mean = IAPT_FORMULA_MEAN,
    median = IAPT_FORMULA_MEDIAN,
    max = IAPT_FORMULA_MAX,
    min = IAPT_FORMULA_MIN,
    quotient = IAPT_FORMULA_QUOTIENT,
    standard_deviation = IAPT_FORMULA_STANDARD_DEVIATION,
    effect_size = IAPT_FORMULA_EFFECT_SIZE,
};

/// A table without which some official measures can't be known.
enum class needed_table : std::uint32_t {
    scores = IAPT_LACKS_SCORES,
    complaints = IAPT_LACKS_COMPLAINTS,
    employment = IAPT_LACKS_EMPLOYMENT,
};

/// An official measure.
class indicator {
public:
    explicit indicator(const iapt_indicator &raw) noexcept : all(raw) {}

    /// As in "M192".
    [[nodiscard]] std::string_view id() const noexcept { return detail::text(all.id); }
    /// As in "Percentage_Recovery".
    [[nodiscard]] std::string_view name() const noexcept { return detail::text(all.name); }
    [[nodiscard]] bool needs(needed_table one) const noexcept
    {
        return (all.needed_tables & static_cast<std::uint32_t>(one)) != 0;
    }
    /// In per cent; most have none.
    [[nodiscard]] std::optional<tenths> target() const noexcept { return detail::rate_of(all.target); }
    [[nodiscard]] iapt::formula formula() const noexcept { return static_cast<iapt::formula>(all.formula); }

private:
    iapt_indicator all;
};

/// How many official measures there are.
[[nodiscard]] inline std::size_t indicator_count() noexcept
{
    return iapt_indicator_count();
}

/// The official measure of an index below indicator_count(), in the order of their identifiers. Errors:
/// iapt_indicator_at().
[[nodiscard]] inline result<indicator> indicator_at(std::size_t index) noexcept
{
    return detail::ask<iapt_indicator>([&](iapt_indicator *out) { return iapt_indicator_at(index, out); },
                                       [](const iapt_indicator &raw) { return indicator(raw); });
}

enum class figure_status : std::uint8_t {
    /// The figure has a value, which may be zero.
    ok = IAPT_FIGURE_OK,
    /// Hidden by disclosure control.
    suppressed = IAPT_FIGURE_SUPPRESSED,
    /// No referral is in its denominator.
    not_applicable = IAPT_FIGURE_NOT_APPLICABLE,
    /// A table, or a standard deviation, is lacking.
    missing = IAPT_FIGURE_MISSING,
};

/// Where the interval of a figure lies in relation to the target.
enum class against : std::int8_t {
    above = IAPT_AGAINST_ABOVE,
    below = IAPT_AGAINST_BELOW,
    across = IAPT_AGAINST_ACROSS,
};

struct interval {
    tenths lower, upper;
};

/// The value of an official measure.
class figure {
public:
    explicit figure(const iapt_figure &raw) noexcept : all(raw) {}

    [[nodiscard]] figure_status status() const noexcept { return static_cast<figure_status>(all.status); }
    /// Rounded half up; where the status is `ok`.
    [[nodiscard]] std::optional<tenths> value() const noexcept
    {
        return all.has_value != 0 ? std::optional(tenths(all.value)) : std::nullopt;
    }
    /// Of a percentage, the referrals counted; of a mean or a quotient, the sum.
    [[nodiscard]] std::optional<std::int64_t> numerator() const noexcept
    {
        return all.has_numerator != 0 ? std::optional(all.numerator) : std::nullopt;
    }
    /// Of a percentage, the referrals that they are counted of; of a quotient, the other sum; of other statistics, the
    /// number of values.
    [[nodiscard]] std::optional<std::uint64_t> denominator() const noexcept
    {
        return all.has_denominator != 0 ? std::optional(all.denominator) : std::nullopt;
    }
    /// The 95 % interval (Wilson) of a percentage.
    [[nodiscard]] std::optional<iapt::interval> interval() const noexcept
    {
        return all.has_interval != 0 ? std::optional(iapt::interval{tenths(all.lower), tenths(all.upper)})
                                     : std::nullopt;
    }
    /// What services are asked to reach, in per cent.
    [[nodiscard]] std::optional<tenths> target() const noexcept { return detail::rate_of(all.target); }
    /// None without a target or an interval.
    [[nodiscard]] std::optional<iapt::against> against() const noexcept
    {
        return detail::unless<iapt::against>(all.against, std::int8_t{IAPT_AGAINST_NOTHING});
    }

private:
    iapt_figure all;
};

/// The standard deviation of first scores in which an effect size is measured.
struct standard_deviation {
    instrument of;
    number sd;
};

/// What is known beside the records of the referrals. By default every table was given, and no effect size is asked
/// for.
struct inputs {
    std::vector<standard_deviation> sds = {};
    /// The tables that are not at hand at all: what needs one is missing rather than 0.
    std::vector<needed_table> lacking = {};

    /// status::unknown_measure for a standard deviation of an instrument that does not exist.
    [[nodiscard]] result<iapt_inputs> raw() const noexcept
    {
        iapt_inputs all{};
        for (const standard_deviation &each : sds) {
            if (each.of.raw() >= std::size(all.sds)) {
                return error{status::unknown_measure};
            }
            all.sds[each.of.raw()] = each.sd.raw();
        }
        for (const needed_table table : lacking) {
            all.lacking_tables |= static_cast<std::uint32_t>(table);
        }
        return all;
    }
};

class tally;
struct report_figures;

enum class disclosure : std::uint32_t {
    /// As in published tables below the national level.
    controlled = IAPT_DISCLOSURE_CONTROLLED,
    /// The same, but the total is a national row: exact.
    national_total = IAPT_DISCLOSURE_NATIONAL_TOTAL,
    /// Everything is exact: not for publication.
    exact = IAPT_DISCLOSURE_EXACT,
};

[[nodiscard]] result<report_figures> report(view<const tally> tallies, const inputs &known = {},
                                            disclosure control = disclosure::controlled);

/**
 * Counts the referrals of a period, and gives every official measure of them. It keeps counts, but no referral.
 *
 * It can be moved; a tally that was moved from refuses every call with status::null_pointer. Threads: one at a time may
 * use a tally, also for what is const here; different tallies may be used at the same time. To count in parallel, give
 * every thread a tally of its own and merge them at the end.
 *
 * A tally in which a call ended with status::panic refuses every later call with that status, until it is reset.
 */
class tally {
public:
    /// An empty tally of a period, by whose last day referrals are seen. Errors: iapt_tally_new().
    [[nodiscard]] static result<tally> make(const period &of, view<const own_measure> own = {})
    {
        const std::vector<iapt_own_measure> measures = detail::raw_all(own);
        iapt_tally *made = nullptr;
        const iapt_status code =
            iapt_tally_new(of.first.raw(), of.last.raw(), measures.data(), measures.size(), &made);
        if (code != IAPT_OK) {
            return detail::failed(code);
        }
        return tally(made);
    }

    /// Derives a referral and counts it. Every referral is to be added once, also those that were received before the
    /// period. Errors: iapt_tally_add(); nothing is counted then.
    [[nodiscard]] result<void> add(const pathway_view &of) noexcept
    {
        return detail::done(iapt_tally_add(handle.get(), &of.raw()));
    }

    /// Adds what another tally has counted, which stays as it is. Errors: iapt_tally_merge().
    [[nodiscard]] result<void> merge(const tally &other) noexcept
    {
        return detail::done(iapt_tally_merge(handle.get(), other.handle.get()));
    }

    /// Forgets all that was counted. Errors: iapt_tally_reset().
    [[nodiscard]] result<void> reset() noexcept { return detail::done(iapt_tally_reset(handle.get())); }

    /// An official measure of what was counted, by its identifier ("M192"): exact, and not for publication. Errors:
    /// iapt_tally_figure(), inputs::raw().
    [[nodiscard]] result<iapt::figure> figure(std::string_view id, const inputs &known = {}) const
    {
        const result<iapt_inputs> raw = known.raw();
        if (!raw || detail::has_nul(id)) {
            return raw ? error{status::unknown_measure} : raw.error();
        }
        const std::string terminated(id);
        return detail::ask<iapt_figure>(
            [&](iapt_figure *out) { return iapt_tally_figure(handle.get(), terminated.c_str(), &*raw, out); },
            [](const iapt_figure &one) { return iapt::figure(one); });
    }

private:
    friend result<report_figures> report(view<const tally> tallies, const inputs &known, disclosure control);

    struct free {
        void operator()(iapt_tally *old) const noexcept { iapt_tally_free(old); }
    };

    explicit tally(iapt_tally *owned) noexcept : handle(owned) {}

    std::unique_ptr<iapt_tally, free> handle;
};

/// Every official measure of some groups, in the order of indicator_at().
struct report_figures {
    /// Those of each group.
    std::vector<std::vector<figure>> groups;
    /// Those of all their referrals together.
    std::vector<figure> total;
};

/**
 * Every official measure of groups that have no referral in common, and of all their referrals together, as it may be
 * published. Publish what one call gives: figures of two calls together can tell what each of them hides.
 *
 * @param tallies  that of each group; they stay as they are.
 *
 * Errors: iapt_report(), inputs::raw().
 */
[[nodiscard]] inline result<report_figures> report(view<const tally> tallies, const inputs &known, disclosure control)
{
    const result<iapt_inputs> raw = known.raw();
    if (!raw) {
        return raw.error();
    }
    std::vector<iapt_tally *> handles;
    handles.reserve(tallies.size());
    for (const tally &each : tallies) {
        handles.push_back(each.handle.get());
    }
    const std::size_t width = indicator_count();
    std::vector<iapt_figure> groups(handles.size() * width), total(width);
    const iapt_status code = iapt_report(handles.data(), handles.size(), &*raw, static_cast<std::uint32_t>(control),
                                         groups.data(), total.data());
    if (code != IAPT_OK) {
        return detail::failed(code);
    }
    report_figures all{{}, {total.begin(), total.end()}};
    all.groups.reserve(handles.size());
    for (const iapt_figure *at = groups.data(); at != groups.data() + groups.size(); at += width) {
        all.groups.emplace_back(at, at + width);
    }
    return all;
}

// ---------------------------------------------------------------------------------------------------------------------
// Versions

/// The version of this header.
inline constexpr std::string_view header_version = IAPT_VERSION;

/// The version of the library at run time.
[[nodiscard]] inline std::string_view version() noexcept
{
    return detail::text(iapt_version());
}

/// The ABI of this header.
inline constexpr std::uint32_t header_abi_version = IAPT_ABI_VERSION;

/// The ABI of the library at run time. Where it differs from header_abi_version, call nothing else.
[[nodiscard]] inline std::uint32_t abi_version() noexcept
{
    return iapt_abi_version();
}

/// The edition of the national rules by which the library counts, as in "2024-25".
[[nodiscard]] inline std::string_view edition() noexcept
{
    return detail::text(iapt_edition());
}

} // namespace iapt

#endif
