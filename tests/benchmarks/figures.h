// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <vector>

namespace kappascope::benchmarks {

/// Keeps a value from being optimised away.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

/// Median of the paired ratios of two functions, run in turn, so that a drift of the machine's speed cancels; and the
/// median seconds of each.
struct Ratio {
    double ratio = 0;
    double seconds = 0;
    double floorSeconds = 0;
};

template <class Work, class Floor>
Ratio ratioOf(Work&& work, Floor&& floor, int runs = 15) {
    const auto seconds = [](auto& f) {
        const auto start = std::chrono::steady_clock::now();
        f();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const auto median = [](std::vector<double> values) {
        std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
        return values[values.size() / 2];
    };
    work();
    floor();
    std::vector<double> ratios, works, floors;
    for (int k = 0; k < runs; ++k) {
        const double a = seconds(work);
        const double b = seconds(floor);
        ratios.push_back(a / b);
        works.push_back(a);
        floors.push_back(b);
    }
    return {median(ratios), median(works), median(floors)};
}

/// Prints figures with their limits; exit code for main: non-zero where one is exceeded and --check was given.
class Report {
public:
    Report(int argc, char** argv) {
        for (int k = 1; k < argc; ++k) check_ = check_ || std::strcmp(argv[k], "--check") == 0;
    }

    void figure(const char* what, double value, const char* unit, double limit) {
        const bool within = value <= limit;
        exceeded_ = exceeded_ || !within;
        std::printf("%-64s %10.3f %-4s limit %g %s\n", what, value, unit, limit, within ? "" : "EXCEEDED");
    }
    void figure(const char* what, double value, const char* unit) {
        std::printf("%-64s %10.3f %s\n", what, value, unit);
    }

    int exitCode() const { return check_ && exceeded_ ? 1 : 0; }

private:
    bool check_ = false;
    bool exceeded_ = false;
};

}  // namespace kappascope::benchmarks
