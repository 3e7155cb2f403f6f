// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QTest>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kappascope::reference {

/// Folder of published networks and known answers.
inline std::filesystem::path folder() {
    return KAPPASCOPE_REFERENCE_DIR;
}

inline bool isPresent() {
    return std::filesystem::exists(folder() / "reference.json");
}

/// A published network's file, such as "dms_rank2_500.pt".
inline std::filesystem::path networkFile(const std::string& name) {
    return folder() / "networks" / name;
}

inline nlohmann::json load(const char* name) {
    std::ifstream file(folder() / name);
    if (!file) throw std::runtime_error(std::string("cannot open ") + name);
    return nlohmann::json::parse(file);
}

/// Fixed points and trials of the published networks.
inline const nlohmann::json& networks() {
    static const nlohmann::json json = load("reference.json");
    return json;
}

/// Circuits and the fixed points of their mean-field equations.
inline const nlohmann::json& circuits() {
    static const nlohmann::json json = load("circuits.json");
    return json;
}

/// Exit code where the folder is absent: 77 (skipped), or 1 where KAPPASCOPE_REQUIRE_REFERENCE=1.
inline int absent() {
    const char* required = std::getenv("KAPPASCOPE_REQUIRE_REFERENCE");
    const bool fail = required != nullptr && std::string_view(required) == "1";
    std::fprintf(stderr, "%s: no reference data in %s\n", fail ? "FAIL" : "skipped", folder().string().c_str());
    return fail ? 1 : 77;
}

}  // namespace kappascope::reference

/// main() of a test that needs the reference data.
#define KAPPASCOPE_REFERENCE_MAIN(TestClass)                                             \
    int main(int argc, char** argv) {                                                    \
        if (!kappascope::reference::isPresent()) return kappascope::reference::absent(); \
        QCoreApplication application(argc, argv);                                        \
        TestClass test;                                                                  \
        return QTest::qExec(&test, argc, argv);                                          \
    }
