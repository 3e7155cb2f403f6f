// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

/// Path from the repository's root ("core/phase/view.h") to the file's text.
using Tree = std::map<std::string, std::string>;

std::vector<std::string> includesOf(const std::string& text) {
    static const std::regex include("^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"]+)[>\"]");
    std::vector<std::string> result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (std::regex_search(line, match, include)) result.push_back(match[1]);
    }
    return result;
}

/// The part of the program that a file belongs to: "app", "widgets", "figures", "painting", "session", "core", or ""
/// for anything else.
std::string partOf(const std::string& path) {
    for (const auto& [prefix, part] :
         std::initializer_list<std::pair<const char*, const char*>>{{"app/", "app"},
                                                                    {"ui/widgets/", "widgets"},
                                                                    {"ui/figures/", "figures"},
                                                                    {"ui/painting/", "painting"},
                                                                    {"ui/session/", "session"},
                                                                    {"core/", "core"}})
        if (path.starts_with(prefix)) return part;
    return {};
}

/// Which parts each part may include.
bool mayInclude(const std::string& from, const std::string& to) {
    static const std::map<std::string, std::set<std::string>> allowed{
        {"app", {"app", "widgets", "figures", "painting", "session", "core"}},
        {"widgets", {"widgets", "figures", "painting", "session", "core"}},
        {"figures", {"figures", "painting", "session", "core"}},
        {"session", {"session", "painting", "core"}},
        {"painting", {"painting", "core"}},
        {"core", {"core"}},
    };
    const auto found = allowed.find(from);
    return found == allowed.end() || to.empty() || found->second.contains(to);
}

/// "core/phase/view.h" -> "phase"; files directly in core belong to no folder.
std::string coreFolder(const std::string& path) {
    if (!path.starts_with("core/")) return {};
    const auto slash = path.find('/', 5);
    return slash == std::string::npos ? std::string() : path.substr(5, slash - 5);
}

bool isQt(const std::string& include) {
    static const std::regex qt("^(Qt[A-Z][A-Za-z]*/.*|Q[A-Za-z0-9]+|q[a-z0-9_]+\\.h|qcustomplot.*)$");
    return std::regex_match(include, qt);
}

std::vector<std::string> qtUnderCore(const Tree& tree) {
    std::vector<std::string> bad;
    for (const auto& [path, text] : tree)
        if (partOf(path) == "core")
            for (const auto& include : includesOf(text))
                if (isQt(include)) bad.push_back(path + " includes " + include);
    return bad;
}

std::vector<std::string> againstTheDirection(const Tree& tree) {
    std::vector<std::string> bad;
    for (const auto& [path, text] : tree)
        for (const auto& include : includesOf(text))
            if (!mayInclude(partOf(path), partOf(include))) bad.push_back(path + " includes " + include);
    return bad;
}

/// Includes in quotes that do not start at the root would escape the checks above.
std::vector<std::string> notFromTheRoot(const Tree& tree) {
    static const std::regex quoted("^[ \t]*#[ \t]*include[ \t]*\"([^\"]+)\"");
    std::vector<std::string> bad;
    for (const auto& [path, text] : tree) {
        if (partOf(path).empty()) continue;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            std::smatch match;
            if (!std::regex_search(line, match, quoted)) continue;
            const std::string include = match[1];
            if (partOf(include).empty() && !include.starts_with("resources/") && !include.ends_with(".moc"))
                bad.push_back(path + " includes \"" + include + "\"");
        }
    }
    return bad;
}

/// A cycle between folders of core, as "a -> b -> a", or nothing.
std::string cycleInCore(const Tree& tree) {
    std::map<std::string, std::set<std::string>> edges;
    for (const auto& [path, text] : tree) {
        const auto from = coreFolder(path);
        for (const auto& include : includesOf(text)) {
            const auto to = coreFolder(include);
            if (!from.empty() && !to.empty() && from != to) edges[from].insert(to);
            // What lies directly in core is the ground that every folder stands on.
            if (path.starts_with("core/") && from.empty() && !to.empty()) return path + " -> " + to;
        }
    }
    enum class Mark { none, open, done };
    std::map<std::string, Mark> marks;
    std::vector<std::string> trail;
    std::string cycle;
    const std::function<bool(const std::string&)> visit = [&](const std::string& folder) {
        if (marks[folder] == Mark::done) return false;
        trail.push_back(folder);
        if (marks[folder] == Mark::open) {
            for (auto step = std::find(trail.begin(), trail.end(), folder); step != trail.end(); ++step)
                cycle += (cycle.empty() ? "" : " -> ") + *step;
            return true;
        }
        marks[folder] = Mark::open;
        for (const auto& next : edges[folder])
            if (visit(next)) return true;
        marks[folder] = Mark::done;
        trail.pop_back();
        return false;
    };
    std::vector<std::string> folders;
    for (const auto& [folder, next] : edges) folders.push_back(folder);
    for (const auto& folder : folders)
        if (visit(folder)) return cycle;
    return {};
}

std::vector<std::string> withoutLicence(const Tree& tree) {
    std::vector<std::string> bad;
    for (const auto& [path, text] : tree) {
        const auto firstLines = text.substr(0, 200);
        if (firstLines.find("SPDX-License-Identifier: GPL-3.0-or-later") == std::string::npos) bad.push_back(path);
    }
    return bad;
}

bool isSource(const std::filesystem::path& path) {
    static const std::set<std::string> endings{".cpp", ".h", ".sh", ".cmake"};
    return endings.contains(path.extension().string()) || path.filename() == "CMakeLists.txt";
}

Tree sourceTree() {
    namespace fs = std::filesystem;
    const fs::path root = KAPPASCOPE_SOURCE_DIR;
    Tree tree;
    const auto add = [&](const fs::path& file) {
        std::ifstream stream(file);
        std::ostringstream text;
        text << stream.rdbuf();
        tree[fs::relative(file, root).generic_string()] = text.str();
    };
    for (const char* folder : {"app", "ui", "core", "tests", "packaging"})
        for (const auto& entry : fs::recursive_directory_iterator(root / folder))
            if (entry.is_regular_file() && isSource(entry.path())) add(entry.path());
    add(root / "CMakeLists.txt");
    return tree;
}

QByteArray report(const std::vector<std::string>& bad) {
    std::string text;
    for (const auto& line : bad) text += "\n  " + line;
    return QByteArray::fromStdString(text);
}

}  // namespace

/// House rules that a compiler does not check.
class StructureTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        tree_ = sourceTree();
        QVERIFY(tree_.size() > 30);
        QVERIFY(tree_.contains("core/error.h"));
    }

    void coreHasNoQt() {
        const auto bad = qtUnderCore(tree_);
        QVERIFY2(bad.empty(), report(bad).constData());
    }

    void includesPointOneWay() {
        const auto bad = againstTheDirection(tree_);
        QVERIFY2(bad.empty(), report(bad).constData());
    }

    void includesStartAtTheRoot() {
        const auto bad = notFromTheRoot(tree_);
        QVERIFY2(bad.empty(), report(bad).constData());
    }

    void foldersOfCoreHaveNoCycle() {
        const auto cycle = cycleInCore(tree_);
        QVERIFY2(cycle.empty(), cycle.c_str());
    }

    void everySourceNamesItsLicence() {
        const auto bad = withoutLicence(tree_);
        QVERIFY2(bad.empty(), report(bad).constData());
    }

    // The rules themselves, on made-up trees.

    void aQtIncludeUnderCoreIsCaught() {
        for (const char* include :
             {"<QString>", "<QtCore/qglobal.h>", "<QtCore>", "\"qcustomplot.h\"", "<qstring.h>"}) {
            const Tree tree{{"core/phase/view.h", std::string("#pragma once\n  # include ") + include + "\n"}};
            QCOMPARE(qtUnderCore(tree).size(), std::size_t{1});
        }
        const Tree innocent{{"core/a/a.h", "#include <queue>\n#include \"core/a/quadrature.h\"\n"},
                            {"ui/widgets/b.h", "#include <QString>\n"}};
        QVERIFY(qtUnderCore(innocent).empty());
    }

    void anIncludeAgainstTheDirectionIsCaught() {
        const auto count = [](const char* path, const char* include) {
            return againstTheDirection({{path, std::string("#include \"") + include + "\"\n"}}).size();
        };
        QCOMPARE(count("core/io/load.cpp", "ui/session/state.h"), std::size_t{1});
        QCOMPARE(count("ui/painting/layers.cpp", "ui/session/state.h"), std::size_t{1});
        QCOMPARE(count("ui/painting/layers.cpp", "ui/widgets/window.h"), std::size_t{1});
        QCOMPARE(count("ui/session/worker.cpp", "ui/widgets/window.h"), std::size_t{1});
        QCOMPARE(count("ui/session/worker.cpp", "app/commands.h"), std::size_t{1});
        QCOMPARE(count("ui/widgets/window.cpp", "app/commands.h"), std::size_t{1});
        QCOMPARE(count("ui/session/worker.cpp", "ui/painting/layers.h"), std::size_t{0});
        QCOMPARE(count("ui/widgets/window.cpp", "ui/session/state.h"), std::size_t{0});
        QCOMPARE(count("app/commands.cpp", "ui/session/state.h"), std::size_t{0});
        QCOMPARE(count("tests/ui/tst_commands.cpp", "app/commands.h"), std::size_t{0});
    }

    void aRelativeIncludeIsCaught() {
        QCOMPARE(notFromTheRoot({{"core/a/a.cpp", "#include \"a.h\"\n"}}).size(), std::size_t{1});
        QCOMPARE(notFromTheRoot({{"core/a/a.cpp", "#include \"../../ui/session/state.h\"\n"}}).size(), std::size_t{1});
        QVERIFY(notFromTheRoot({{"core/a/a.cpp", "#include \"core/a/a.h\"\n#include <a.h>\n"}}).empty());
    }

    void aCycleIsCaught() {
        const Tree cyclic{{"core/a/a.h", "#include \"core/b/b.h\"\n"},
                          {"core/b/b.h", "#include \"core/c/c.h\"\n"},
                          {"core/c/c.cpp", "#include \"core/a/a.h\"\n"}};
        QCOMPARE(cycleInCore(cyclic), std::string("a -> b -> c -> a"));
        const Tree acyclic{
            {"core/a/a.h", "#include \"core/b/b.h\"\n#include \"core/c/c.h\"\n#include \"core/a/d.h\"\n"},
            {"core/b/b.h", "#include \"core/c/c.h\"\n#include \"core/error.h\"\n"}};
        QVERIFY(cycleInCore(acyclic).empty());
        QVERIFY(!cycleInCore({{"core/error.h", "#include \"core/a/a.h\"\n"}}).empty());
    }

    void aMissingLicenceIsCaught() {
        QCOMPARE(withoutLicence({{"core/a.h", "#pragma once\n"}}).size(), std::size_t{1});
        QVERIFY(withoutLicence({{"core/a.h", "// SPDX-License-Identifier: GPL-3.0-or-later\n"}}).empty());
    }

private:
    Tree tree_;
};

QTEST_GUILESS_MAIN(StructureTest)
#include "tst_structure.moc"
