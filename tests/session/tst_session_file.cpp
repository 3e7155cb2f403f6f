// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#if __has_include(<sys/resource.h>)
#include <sys/resource.h>
#endif

#include "core/error.h"
#include "core/io/save.h"
#include "tests/session/session_fixtures.h"
#include "ui/session/saver.h"

using namespace kappascope;
using namespace kappascope::tests;
using nlohmann::json;
using session::OpenedFile;
using session::OpenOptions;

namespace {

QByteArray content(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class TestSessionFile : public QObject {
    Q_OBJECT

private slots:
    void everythingIsFoundAgain() {
        const auto state = unusualState();
        const auto view = unusualView();
        const OpenedFile back = reopened(session::sessionBytes(state, view));
        QVERIFY(identical(back.state->file, state->file) && back.state->file == back.state->network);
        QVERIFY(identical(back.state->circuit, state->circuit));
        QVERIFY(back.state->exact);
        QVERIFY(identical(back.state->input, state->input) && identical(back.state->gains, state->gains));
        QCOMPARE(back.state->on, state->on);
        QVERIFY(back.state->trial == state->trial);
        QCOMPARE(back.state->title, state->title);
        QCOMPARE(back.state->source, state->source);
        QCOMPARE(back.state->notes, state->notes);
        QCOMPARE(back.state->scalingProposal.reason, state->scalingProposal.reason);
        QCOMPARE(back.state->scalingProposal.values, state->scalingProposal.values);
        QCOMPARE(back.state->readoutProposal.reason, state->readoutProposal.reason);
        QCOMPARE(back.state->warnings.size(), state->warnings.size());
        for (std::size_t k = 0; k < state->warnings.size(); ++k) {
            QCOMPARE(back.state->warnings[k].code, state->warnings[k].code);
            QCOMPARE(back.state->warnings[k].values, state->warnings[k].values);
        }
        QVERIFY(back.state->circuitIsMoments && !back.state->circuitIsOneGaussian && back.state->sampled);
        QVERIFY(back.view && identical(*back.view, view));
        QCOMPARE(back.session, path());
        // Written again it is the same file, so nothing was lost that this test does not look at.
        QVERIFY(session::sessionBytes(back.state, *back.view) == content(path()).toStdString());
    }

    void everyReasonAndWarningHasAWord() {
        const auto state = unusualState();
        state->warnings.clear();
        for (int code = 0; code < static_cast<int>(io::WarningCode::viewNotRead); ++code)
            state->warnings.push_back({static_cast<io::WarningCode>(code), {"x"}});
        for (int reason = 0; reason <= static_cast<int>(io::Reason::convention); ++reason) {
            state->scalingProposal.reason = static_cast<io::Reason>(reason);
            const OpenedFile back = reopened(session::sessionBytes(state, unusualView()));
            QCOMPARE(static_cast<int>(back.state->scalingProposal.reason), reason);
            QCOMPARE(back.state->warnings.size(), state->warnings.size());
            for (std::size_t k = 0; k < state->warnings.size(); ++k)
                QCOMPARE(back.state->warnings[k].code, state->warnings[k].code);
        }
    }

    void aTruncatedNetworkKeepsItsFileAndItsView() {
        const auto state = fullRankState(3);
        session::ViewState view = unusualView();
        view.view.held.resize(0);
        view.fitted.reset();
        view.starts.clear();
        view.pages = {};
        const OpenedFile back = reopened(session::sessionBytes(state, view));
        QVERIFY(identical(back.state->file, state->file));
        QVERIFY(identical(back.state->network, state->network));
        QVERIFY(back.state->isTruncated());
        QCOMPARE(back.state->rank(), 3);
        QVERIFY(back.view && identical(*back.view, view));
        OpenOptions options;
        options.rank = 1;
        const auto other = session::open(path(), options);
        QCOMPARE(other->rank(), 1);
        // A view of other axes than there are is left out.
        QVERIFY(!session::openFile(path(), options).view);
    }

    void optionsStillDecide() {
        (void)reopened(session::sessionBytes(unusualState(), unusualView()));
        OpenOptions options;
        options.load.scaling = network::Scaling::none;
        const auto scaled = session::open(path(), options);
        QCOMPARE(scaled->network->scaling, network::Scaling::none);
        QCOMPARE(scaled->scalingProposal.reason, io::Reason::chosenByUser);
        const auto expected = reduction::momentsCircuit(*scaled->network);
        QVERIFY(identical(*scaled->circuit, expected));
        QVERIFY(identical(scaled->input, unusualState()->input));
    }

    void examplesSurvive_data() {
        QTest::addColumn<QString>("id");
        for (const auto& example : session::examples()) QTest::newRow(qPrintable(example.id)) << example.id;
    }

    void examplesSurvive() {
        QFETCH(QString, id);
        OpenOptions options;
        options.units = 200;
        const auto state = session::open(id, options);
        const OpenedFile back = reopened(session::sessionBytes(state, {}));
        QVERIFY(identical(back.state->network, state->network) && identical(back.state->circuit, state->circuit));
        QVERIFY(back.state->sampled && !back.state->circuitIsMoments);
        QCOMPARE(back.state->notes, state->notes);
        // A circuit without units stays one.
        options = {};
        options.sampleCircuits = false;
        const auto bare = session::open(id, options);
        const OpenedFile bareBack = reopened(session::sessionBytes(bare, {}));
        QVERIFY(!bareBack.state->network && identical(bareBack.state->circuit, bare->circuit));
    }

    void whatANewerProgramAddedIsKept() {
        const std::string bytes = edited(session::sessionBytes(unusualState(), unusualView()), [](json& file) {
            file["later"] = {{"x", {1, 2.5}}};
            file["document"]["colour"] = "blue";
            file["view"]["camera"] = {0.1, nullptr};
            file["view"]["behaviour"]["plot"] = "bars";
            file["view"]["selectivity"]["colour"] = {{"by", "unit"}};
            file["view"]["workspace"] = "dreams";  // of a newer program
        });
        const OpenedFile back = reopened(bytes);
        QVERIFY(back.view);
        QCOMPARE(back.view->pages.workspace, session::Workspace::explore);
        QCOMPARE(back.state->warnings.size(), unusualState()->warnings.size());
        const std::string again = session::sessionBytes(back.state, *back.view);
        const io::ZipArchive archive(again);
        const json file = json::parse(archive.read("session.json"));
        QVERIFY(file["later"] == json::parse(R"({"x":[1,2.5]})"));
        QVERIFY(file["document"]["colour"] == "blue");
        QVERIFY(file["view"]["camera"] == json::parse("[0.1,null]"));
        QVERIFY(file["view"]["behaviour"]["plot"] == "bars" && file["view"]["behaviour"]["trials"] == 7);
        QVERIFY(file["view"]["selectivity"]["colour"] == json::parse(R"({"by":"unit"})"));
        QVERIFY(file["document"]["title"] == unusualState()->title.toStdString());
    }

    void aBrokenViewIsLeftOutWithAWarning_data() {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        const std::pair<const char*, const char*> rows[] = {
            {"/view", "7"},
            {"/view/levels", R"(["network"])"},
            {"/view/levels", R"(["network", "elsewhere"])"},
            {"/view/axes", "[0, 2]"},
            {"/view/axes", "[0, 0]"},
            {"/view/axes", "[0.5, 1]"},
            {"/view/axes", "[-1, 1]"},
            {"/view/axes", "[0, 1e300]"},
            {"/view/range", "[0, 1, 0]"},
            {"/view/range", "[1, 0, 0, 1]"},
            {"/view/range", "[0, null, 0, 1]"},
            {"/view/held", "[1, 2, 3]"},
            {"/view/fitted", "{}"},
            {"/view/layers", "[3]"},
            {"/view/starts", R"([{"kappa": [1]}])"},
            {"/view/starts", R"([{"kappa": [1, 2], "color": -1}])"},
            {"/view/scrubber", "-2"},
            {"/view/shape", "[0, 100]"},
            {"/view/particles", "1"},
            {"/view/following", R"("yes")"},
        };
        int number = 0;
        for (const auto& [pointer, value] : rows)
            QTest::addRow("%d %s %s", ++number, pointer, value) << QByteArray(pointer) << QByteArray(value);
    }

    void aBrokenViewIsLeftOutWithAWarning() {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        const auto state = unusualState();
        const OpenedFile back = reopened(edited(session::sessionBytes(state, unusualView()), [&](json& file) {
            file[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
        }));
        QVERIFY(!back.view);
        QCOMPARE(back.state->warnings.back().code, io::WarningCode::viewNotRead);
        QVERIFY(session::sentence(back.state->warnings.back()).contains(QStringLiteral("view")));
        QVERIFY(identical(back.state->network, state->network) && identical(back.state->gains, state->gains));
        // The next save forgets the warning.
        const OpenedFile again = reopened(session::sessionBytes(back.state, unusualView()));
        QVERIFY(again.view && again.state->warnings.size() == state->warnings.size());
    }

    void aDamagedPageLeavesTheRest_data() {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        const std::pair<const char*, const char*> rows[] = {
            {"/view/workspace", "2"},
            {"/view/diagrams", "[true]"},
            {"/view/diagrams", "[1, 0]"},
            {"/view/diagrams", "\"both\""},
            {"/view/units", "7"},
            {"/view/units", "[30]"},
            {"/view/units", "[-1]"},
            {"/view/units", "[3, 3]"},
            {"/view/units", "[5, 4]"},
            {"/view/units", "[2.5]"},
            {"/view/units", "[1e300]"},
            {"/view/units", "[18446744073709551615]"},
            {"/view/units", "[[2, 30]]"},
            {"/view/units", "[[4, 2]]"},
            {"/view/units", "[[1, 2, 3]]"},
            {"/view/units", "[[0, 4], 4]"},
            {"/view/units", "[null]"},
            {"/view/behaviour", "[]"},
            {"/view/behaviour/asked", "1"},
            {"/view/behaviour/silenced", "[0.5]"},
            {"/view/behaviour/silenced", "[0, 0, 0, 0]"},
            {"/view/behaviour/silenced", "[0, -0.1, 0]"},
            {"/view/behaviour/silenced", "[0, 1.5, 0]"},
            {"/view/behaviour/silenced", "[0, null, 0]"},
            {"/view/behaviour/silenced", "[0, \"NaN\", 0]"},
            {"/view/behaviour/silenced", "{\"a\": 1}"},
            {"/view/behaviour/trials", "0"},
            {"/view/behaviour/trials", "1000000000000"},
            {"/view/behaviour/trials", "2.5"},
            {"/view/behaviour/noise", "-1"},
            {"/view/behaviour/noise", "1e300"},
            {"/view/behaviour/noise", "\"loud\""},
            {"/view/behaviour/seed", "-1"},
            {"/view/behaviour/seed", "4294967296"},
            {"/view/behaviour/seed", "0.5"},
            {"/view/behaviour/shown", "true"},
            {"/view/selectivity", "\"all\""},
            {"/view/selectivity/window", "3"},
            {"/view/selectivity/axes", "[1]"},
            {"/view/selectivity/axes", "[0, -1]"},
            {"/view/selectivity/axes", "[0, 1e300]"},
            {"/view/selectivity/change", "-3"},
            {"/view/selectivity/unit", "30"},
            {"/view/selectivity/unit", "-2"},
            {"/view/selectivity/test", "[]"},
        };
        int number = 0;
        for (const auto& [pointer, value] : rows)
            QTest::addRow("%d %s %s", ++number, pointer, value) << QByteArray(pointer) << QByteArray(value);
        // Lists that no selection could have written.
        QTest::addRow("many units") << QByteArray("/view/units")
                                    << '[' + QByteArray("0,").repeated(200000) + QByteArray("0]");
        QTest::addRow("many shares") << QByteArray("/view/behaviour/silenced")
                                     << '[' + QByteArray("0,").repeated(200000) + QByteArray("0]");
        QTest::addRow("a long word") << QByteArray("/view/selectivity/window")
                                     << '"' + QByteArray("x").repeated(5000) + '"';
    }

    /// One clear warning, about the member; what is not damaged is as it was.
    void aDamagedPageLeavesTheRest() {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        const auto state = unusualState();
        auto view = unusualView();
        const OpenedFile back = reopened(edited(session::sessionBytes(state, view), [&](json& file) {
            file[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
        }));
        QVERIFY(back.view);
        QCOMPARE(back.state->warnings.size(), state->warnings.size() + 1);
        const auto& warning = back.state->warnings.back();
        QCOMPARE(warning.code, io::WarningCode::pageNotRead);
        QString field = QString::fromUtf8(pointer).mid(1);
        field.replace(u'/', u'.');
        QCOMPARE(QString::fromStdString(warning.values.at(0)), field);
        QVERIFY(session::sentence(warning).contains(field));
        if (pointer.startsWith("/view/workspace")) view.pages.workspace = {};
        if (pointer.startsWith("/view/diagrams")) view.pages.diagrams = {};
        if (pointer.startsWith("/view/units")) view.pages.units = {};
        if (pointer.startsWith("/view/behaviour")) view.pages.behaviour = {};
        if (pointer.startsWith("/view/selectivity")) view.pages.selectivity = {};
        QVERIFY(identical(*back.view, view));
        // The next save forgets the warning.
        const OpenedFile again = reopened(session::sessionBytes(back.state, view));
        QVERIFY(again.view && again.state->warnings.size() == state->warnings.size());
    }

    void manyUnitsAreACompactList() {
        // Runs are written by their ends; single units by themselves.
        const std::string bytes = session::sessionBytes(unusualState(), unusualView());
        const io::ZipArchive archive(bytes);
        const json file = json::parse(archive.read("session.json"));
        QVERIFY(file["view"]["units"] == json::parse("[0,4,5,[9,11],29]"));
        for (const auto& hit : {std::vector<char>(30, 1), std::vector<char>(30, 0)}) {
            auto view = unusualView();
            view.pages.units = std::make_shared<const std::vector<char>>(hit);
            const OpenedFile back = reopened(session::sessionBytes(unusualState(), view));
            QVERIFY(back.view && back.state->warnings.size() == unusualState()->warnings.size());
            QCOMPARE(back.view->pages.units != nullptr, hit[0] == 1);
            if (back.view->pages.units) QCOMPARE(*back.view->pages.units, hit);
        }
    }

    void aBrokenDocumentIsRefused_data() {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<ErrorCode>("code");
        const std::tuple<const char*, const char*, ErrorCode> rows[] = {
            {"/version", "2", ErrorCode::newerVersion},
            {"/document", "[]", ErrorCode::malformed},
            {"/document/title", "3", ErrorCode::malformed},
            {"/document/on", "[1, 0, 1]", ErrorCode::malformed},
            {"/document/sampled", "\"yes\"", ErrorCode::malformed},
            {"/document/trial/noise", "2", ErrorCode::malformed},
            {"/document/trial/trials", "1000000000000", ErrorCode::malformed},
            {"/document/trial/seed", "-1", ErrorCode::malformed},
            {"/document/trial/options", "[]", ErrorCode::malformed},
            {"/document/warnings", "{}", ErrorCode::malformed},
            {"/document/scaling_proposal/values", "[1]", ErrorCode::malformed},
            {"/gains", "[1, 1]", ErrorCode::inputsDoNotMatch},
            {"/input", "[0, \"NaN\"]", ErrorCode::malformed},
            {"/shown", "\"network.npz\"", ErrorCode::wrongShape},
            {"/network", "\"session.json\"", ErrorCode::truncated},
        };
        int number = 0;
        for (const auto& [pointer, value, code] : rows)
            QTest::addRow("%d %s %s", ++number, pointer, value) << QByteArray(pointer) << QByteArray(value) << code;
    }

    void aBrokenDocumentIsRefused() {
        QFETCH(QByteArray, pointer);
        QFETCH(QByteArray, value);
        QFETCH(ErrorCode, code);
        // "shown" of a network that is full-rank itself cannot be shown.
        const auto state =
            pointer == "/shown" ? fullRankState(2) : std::shared_ptr<const session::State>(unusualState());
        const std::string bytes = edited(session::sessionBytes(state, {}), [&](json& file) {
            file[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
        });
        try {
            (void)reopened(bytes);
            QFAIL("a broken session opened");
        } catch (const Error& error) {
            QVERIFY2(error.code() == code, error.what());
            QCOMPARE(error.file(), path().toStdString());
            QVERIFY(!session::sentence(error).isEmpty());
        }
    }

    void aCircuitOfAnotherRankIsRefused() {
        const std::string bytes = edited(session::sessionBytes(unusualState(), {}), [](json& file) {
            const auto other = session::open(QStringLiteral("two-memories"));
            const std::string circuit = io::circuitBytes(*other->circuit);
            file["circuit"] = json::parse(circuit);
        });
        QVERIFY_THROWS_EXCEPTION(Error, (void)reopened(bytes));
    }

    void theFirstVersionOpensForEver() {
        // Never to be written anew: other people have such files.
        const QString frozen = QStringLiteral(KAPPASCOPE_SOURCE_DIR "/tests/data/session-v1.kappa");
        const OpenedFile file = session::openFile(frozen);
        const auto state = unusualState();
        const auto& network = *file.state->network;
        QCOMPARE(network.units(), 30);
        QCOMPARE(network.rank(), 2);
        QCOMPARE(network.populationNames, state->network->populationNames);
        QCOMPARE(network.alpha, 0.1);
        QVERIFY(identical(file.state->input, state->input) && identical(file.state->gains, state->gains));
        QCOMPARE(file.state->on, state->on);
        QVERIFY(file.state->trial == state->trial);
        QCOMPARE(file.state->title, state->title);
        QCOMPARE(file.state->notes, state->notes);
        QCOMPARE(file.state->circuit->populationCount(), 3);
        auto view = unusualView();
        view.shape = {};  // members that came later have their defaults
        view.pages = {};
        view.particles = view.following = true;
        QVERIFY(file.view && identical(*file.view, view));
        QCOMPARE(file.state->warnings.size(), std::size_t(2));
    }

    void anAutosaveIsCheap() {
        const auto state = session::open(QStringLiteral("effective-connectivity"));
        QCOMPARE(state->network->units(), 4096);
        io::SceneCache cache;
        for (const char* what : {"first", "with cached networks"}) {
            QElapsedTimer timer;
            timer.start();
            const std::string bytes = session::sessionBytes(state, unusualView(), &cache);
            const double encoded = static_cast<double>(timer.nsecsElapsed()) * 1e-6;
            io::writeAtomically(path().toStdString(), bytes);
            qInfo("%s: %.1f ms to encode, %.1f ms with the disk, %zu kB", what, encoded,
                  static_cast<double>(timer.nsecsElapsed()) * 1e-6, bytes.size() / 1000);
            QVERIFY(cache.network.network == state->network);
            QVERIFY(bytes == session::sessionBytes(state, unusualView()));
        }
    }

    void largeNetworksAreWrittenOnce() {
        const auto first = fullRankState(2);
        const auto second = fullRankState(3);
        int done = 0;
        auto worker = session::makeSaveWorker([&](const auto& delivery) { done += delivery.result ? 1 : 0; });
        const auto beside = [&] { return QDir(folder_.path()).entryList({QStringLiteral("s-*.networks")}); };
        const auto write = [&](const auto& state) {
            const int before = done;
            worker->submit({state, {}, path(), 100});
            QTRY_COMPARE(done, before + 1);
            const OpenedFile back = session::openFile(path());
            QVERIFY(identical(back.state->file, state->file) && identical(back.state->network, state->network));
            QVERIFY(identical(back.state->input, state->input));
            QCOMPARE(beside().size(), 1);
        };
        write(first);
        const QStringList name = beside();
        auto changed = std::make_shared<session::State>(*first);
        changed->input[0] = 0.1;
        write(std::shared_ptr<const session::State>(changed));
        QCOMPARE(beside(), name);
        write(second);
        QVERIFY(beside() != name);
        // In memory, or under another name, there is nothing beside it.
        QVERIFY_THROWS_EXCEPTION(Error, (void)io::loadBytes(content(path()).toStdString(), "x"));
        for (const char* other : {"../s.networks", "/etc/s.networks", "missing.networks", "s.kappa"}) {
            const std::string bytes =
                edited(content(path()).toStdString(), [&](json& file) { file["networks_in"] = other; });
            io::writeAtomically(folder_.filePath(QStringLiteral("t.kappa")).toStdString(), bytes);
            QVERIFY_THROWS_EXCEPTION(Error, (void)session::openFile(folder_.filePath(QStringLiteral("t.kappa"))));
        }
        QVERIFY(QFile::remove(folder_.filePath(QStringLiteral("t.kappa"))));
        worker->submit({nullptr, {}, path(), 100});
        QTRY_COMPARE(done, 4);
        QVERIFY(QDir(folder_.path()).isEmpty());
    }

    void aFailedWriteLeavesTheOldFile() {
        (void)reopened(session::sessionBytes(unusualState(), unusualView()));
        const QByteArray before = content(path());
        const auto write = [&](const QString& where) {
            try {
                io::writeAtomically(where.toStdString(), std::string(200000, 'x'));
                return QString();
            } catch (const Error& error) {
                return error.code() == ErrorCode::cannotWrite ? session::sentence(error) : QStringLiteral("another");
            }
        };
        QVERIFY(
            write(folder_.filePath(QStringLiteral("no/such/folder.kappa"))).contains(QStringLiteral("folder.kappa")));
        QVERIFY(!write(QStringLiteral("/proc/session.kappa")).isEmpty());
#if __has_include(<sys/resource.h>)
        // A disk that is full after 100 kB.
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit usual{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &usual), 0);
        rlimit limited = usual;
        limited.rlim_cur = 100000;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &limited), 0);
        const QString said = write(path());
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &usual), 0);
        QVERIFY2(said.contains(QStringLiteral("s.kappa")), qPrintable(said));
#endif
        QCOMPARE(content(path()), before);
        QCOMPARE(QDir(folder_.path()).entryList(QDir::Files | QDir::Hidden), QStringList{QStringLiteral("s.kappa")});
    }

private:
    QString path() const {
        return folder_.filePath(QStringLiteral("s.kappa"));
    }

    OpenedFile reopened(const std::string& bytes) {
        io::writeAtomically(path().toStdString(), bytes);
        return session::openFile(path());
    }

    static std::shared_ptr<const session::State> fullRankState(int rank) {
        auto state = std::make_shared<session::State>();
        auto full = std::make_shared<network::Network>(*randomNetwork(12, 3, 1));
        full->networkClass = network::NetworkClass::fullRank;
        full->scaling = network::Scaling::none;
        full->connectivity = full->m * full->n.transpose() / 12.0;
        full->m.resize(0, 0);
        full->n.resize(0, 0);
        state->file = full;
        state->network = std::make_shared<network::Network>(network::truncated(*full, rank));
        state->exact = std::make_shared<reduction::ExactReduction>(state->network);
        state->input = Eigen::Vector2d(1, 2);
        state->gains = Eigen::VectorXd::Ones(1);
        state->on = {true};
        return state;
    }

    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(TestSessionFile)
#include "tst_session_file.moc"
