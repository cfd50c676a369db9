// Checks that go on after a failure, so that one run shows all of them.

#ifndef CHECK_HPP
#define CHECK_HPP

#include <iostream>

class Checks {
public:
    template <typename Expected, typename Value>
    void same(const std::string &where, const std::string &what, const Expected &expected, const Value &value)
    {
        count++;
        if (!(expected == value)) {
            failures++;
            std::cerr << where << ": " << what << " should be " << +expected << ", is " << +value << '\n';
        }
    }

    void status(const std::string &where, const std::string &expected, const std::string &name)
    {
        count++;
        if (expected != name) {
            failures++;
            std::cerr << where << ": expected " << expected << ", got " << name << '\n';
        }
    }

    /// What main returns.
    int result(const char *what) const
    {
        std::cout << what << ": " << count << " checks, " << failures << " failures\n";
        return count == 0 || failures != 0;
    }

private:
    long count = 0;
    long failures = 0;
};

#endif
