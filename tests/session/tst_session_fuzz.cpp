// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions whose session.json holds nonsense in a sound archive, where the loaders' fuzzer rarely gets: they open or
// say why, and what opens can be shown and saved.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <utility>

#include "core/error.h"
#include "core/random.h"
#include "tests/session/session_fixtures.h"

using namespace kappascope;
using namespace kappascope::tests;
using nlohmann::json;

namespace {

constexpr std::uint64_t seed = 31415926;
constexpr int cases = 1500;

/// Every value within a JSON value, itself included.
void collect(json& value, std::vector<json*>& all) {
    all.push_back(&value);
    if (!value.is_structured()) return;
    for (auto& each : value) collect(each, all);
}

json strange(Random& random) {
    static const std::vector<json> values{nullptr,
                                          true,
                                          -1,
                                          0,
                                          3,
                                          1e300,
                                          -1e-320,
                                          4294967296,
                                          18446744073709551615u,
                                          "",
                                          "network",
                                          "\xce\xba",
                                          {},
                                          {{}},
                                          {1, 2},
                                          {-1.5},
                                          {nullptr},
                                          {{"kappa", {1, 2}}},
                                          std::string(5000, 'x'),
                                          {{0, 5}, 7},
                                          {0.25, 0.5, 1e300},
                                          std::vector<int>(3000, 1),
                                          "shown.npz"};
    return values[static_cast<std::size_t>(random.integer(0, static_cast<int>(values.size()) - 1))];
}

}  // namespace

class TestSessionFuzz : public QObject {
    Q_OBJECT

private slots:
    void nonsenseOpensOrSaysWhy() {
        qInfo("seed %llu", static_cast<unsigned long long>(seed));
        const std::string whole = session::sessionBytes(unusualState(), unusualView());
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("mutant.kappa"));
        int refused = 0;
        for (int k = 0; k < cases; ++k) {
            Random random(seed, Stream::trialChoice, static_cast<std::uint64_t>(k));
            const std::string bytes = edited(whole, [&](json& file) {
                for (int change = random.integer(1, 2); change > 0; --change) {
                    // Not the circuit's hundreds of numbers every time.
                    json* part = &file;
                    if (const int which = random.integer(0, 3); which < 2)
                        part = &file[which == 0 ? "view" : "document"];
                    std::vector<json*> all;
                    collect(*part, all);
                    json* value = all[static_cast<std::size_t>(random.integer(0, static_cast<int>(all.size()) - 1))];
                    if (value->is_array() && !value->empty() && random.integer(0, 1) == 0)
                        value->erase(value->size() - 1);
                    else if (value != &file)
                        *value = strange(random);
                }
            });
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(bytes.data(), static_cast<qint64>(bytes.size()));
            file.close();
            try {
                const auto opened = session::openFile(path);
                const session::State& state = *opened.state;
                QCOMPARE(int(state.gains.size()), state.populations());
                QCOMPARE(std::ssize(state.on), state.gains.size());
                QCOMPARE(int(state.input.size()), state.inputs());
                if (opened.view)
                    QCOMPARE(opened.view->starts.empty() ? 2 : int(opened.view->starts[0].kappa.size()), 2);
                if (opened.view) {
                    const session::PageViews& pages = opened.view->pages;
                    const auto units = state.network ? state.network->units() : 0;
                    QVERIFY(!pages.units || std::cmp_equal(pages.units->size(), units));
                    const auto& shares = pages.behaviour.inactivated;
                    QVERIFY(shares.empty() || std::cmp_equal(shares.size(), state.populations()));
                    for (const double share : shares) QVERIFY(share >= 0 && share <= 1);
                    QVERIFY(pages.behaviour.trials >= 1 && pages.behaviour.trials <= 2000);
                    QVERIFY(pages.behaviour.noise.value_or(0) >= 0 && pages.behaviour.noise.value_or(0) <= 10);
                    QVERIFY(pages.behaviour.seed < (std::uint64_t{1} << 32));
                    QVERIFY(pages.selectivity.unit >= -1 && pages.selectivity.unit < units);
                    for (const int axis : pages.selectivity.axes) QVERIFY(axis >= 0 && axis < 100);
                }
                for (const auto level : {session::Level::exact, session::Level::meanField})
                    if (state.has(level))
                        (void)session::flowOf(state, level)->velocity(Eigen::VectorXd::Zero(state.rank()));
                QVERIFY(!session::sessionBytes(opened.state, opened.view.value_or(session::ViewState())).empty());
            } catch (const Error& error) {
                ++refused;
                QCOMPARE(error.file(), path.toStdString());
                QVERIFY(!session::sentence(error).isEmpty());
            }
        }
        qInfo("%d of %d refused", refused, cases);
        QVERIFY(refused > 0 && refused < cases);
    }
};

QTEST_GUILESS_MAIN(TestSessionFuzz)
#include "tst_session_fuzz.moc"
