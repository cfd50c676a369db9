// iapt.hpp without exceptions and RTTI: everything as ever, but value() of an error ends the program.

#include <iapt.hpp>

#include <cstdlib>
#include <exception>
#include <string>

#include "check.hpp"

int main()
{
    Checks checks;
    const auto outcome = iapt::outcome({18, 9, 14, 6});
    checks.same("outcome", "is there", true, outcome.has_value());
    checks.same("outcome", "recovery", true, outcome.value().has(iapt::fact::recovery));
    const auto refused = iapt::outcome({28, 9, 14, 6});
    checks.status("outcome", "OUT_OF_RANGE", refused ? "OK" : std::string(refused.error().name()));
    if (checks.result("without exceptions in C++") != 0) {
        return 1;
    }
    std::cout.flush();
    std::set_terminate([] { std::_Exit(0); });
    (void)refused.value();
    return 1;
}
