// Every combination of PHQ-9 and GAD-7 scores, against the independent oracle of tests/naive.py; through iapt.hpp.

#include <iapt.hpp>

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "check.hpp"

namespace {

constexpr std::array<int, 4> SCORES{29, 29, 23, 23};
constexpr std::size_t ROWS = 29 * 29 * 23 * 23;

template <typename T>
std::array<std::vector<T>, 4> columns(T missing)
{
    std::array<std::vector<T>, 4> result;
    for (std::size_t row = 0; row < ROWS; row++) {
        std::array<T, 4> scores{};
        std::size_t rest = row;
        for (std::size_t column = 4; column-- > 0;) {
            const auto size = static_cast<std::size_t>(SCORES[column]);
            scores[column] = rest % size == size - 1 ? missing : static_cast<T>(rest % size);
            rest /= size;
        }
        for (std::size_t column = 0; column < 4; column++) {
            result[column].push_back(scores[column]);
        }
    }
    return result;
}

} // namespace

// Proves PAIRED-1, CASENESS-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-1, CHANGE-2, CHANGE-3, CHANGE-4, CHANGE-5,
// RECOVERY-1, RECOVERY-2, RECOVERY-3, MEASURE-1, MEASURE-2.
int main(int argc, char **argv)
{
    std::ifstream oracle(argc == 2 ? argv[1] : "", std::ios::binary);
    const std::string expected{std::istreambuf_iterator<char>(oracle), {}};
    if (expected.size() != ROWS) {
        std::cerr << "usage: " << argv[0] << " file, made by python3 tests/naive.py flags\n";
        return 2;
    }
    Checks checks;
    const auto bytes = columns<std::uint8_t>(IAPT_MISSING_U8);
    const auto floats = columns<double>(std::numeric_limits<double>::quiet_NaN());
    const auto of_bytes = iapt::outcomes(bytes[0], bytes[1], bytes[2], bytes[3]).value();
    const auto of_floats = iapt::outcomes(floats[0], floats[1], floats[2], floats[3]).value();
    for (std::size_t row = 0; row < ROWS; row++) {
        const auto flags = static_cast<iapt_outcome_flags>(expected[row]);
        const auto score = [&, row](std::size_t column) {
            const int byte = bytes[column][row];
            return byte == IAPT_MISSING_U8 ? std::nullopt : std::optional(byte);
        };
        const auto one = iapt::outcome({score(0), score(1), score(2), score(3)});
        checks.same("one by one", std::to_string(row), flags, one.value().raw());
        checks.same("u8", std::to_string(row), flags, of_bytes[row]);
        checks.same("f64", std::to_string(row), flags, of_floats[row]);
    }
    return checks.result("exhaustive in C++");
}
