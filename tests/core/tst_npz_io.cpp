// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>

#include "core/io/save.h"
#include "tests/core/fixtures.h"
#include "tests/core/io_fixtures.h"

using namespace kappascope;
using namespace kappascope::tests;
using network::Scaling;

namespace {

const std::vector<double> counting{1, 2, 3, 4, 5, 6};  // as 3 x 2, row by row

/// An npz with our own keys: m = counting, n, I and w small.
std::string npz(const std::string& m, std::vector<ZipEntry> more = {}) {
    std::vector<ZipEntry> entries{{"m.npy", m},
                                  {"n.npy", npyArray("<f8", "3, 2", raw(counting))},
                                  {"I.npy", npyArray("<f8", "3, 1", raw(std::vector<double>{1, 0, 0}))},
                                  {"w.npy", npyArray("<f8", "3, 1", raw(std::vector<double>{0, 1, 0}))}};
    for (auto& entry : more) entries.push_back(std::move(entry));
    return zipFile(entries);
}
std::string npz() {
    return npz(npyArray("<f8", "3, 2", raw(counting)));
}

ZipEntry meta(const std::string& text) {
    return {"meta.npy", npyArray("|u1", std::to_string(text.size()) + ",", text)};
}

bool isCounting(const Eigen::MatrixXd& m) {
    if (m.rows() != 3 || m.cols() != 2) return false;
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 2; ++j)
            if (m(i, j) != 1 + 2 * i + j) return false;
    return true;
}

bool same(const network::Network& a, const network::Network& b) {
    return a.name == b.name && a.networkClass == b.networkClass && a.scaling == b.scaling && a.readout == b.readout &&
           a.m == b.m && a.n == b.n && a.connectivity == b.connectivity && a.inputWeights == b.inputWeights &&
           a.outputWeights == b.outputWeights && a.bias == b.bias && a.initialState == b.initialState &&
           a.labels == b.labels && a.storedGains == b.storedGains && a.populationNames == b.populationNames &&
           a.inputNames == b.inputNames && a.alpha == b.alpha && a.tauMs == b.tauMs && a.noise == b.noise &&
           a.task.id == b.task.id && a.task.options == b.task.options;
}

network::Network fullNetwork() {
    network::Network network = *randomNetwork(40, 2);
    network.name = "a \"name\" \xc3\xa9";
    network.scaling = Scaling::none;
    network.readout = network::Readout::state;
    network.storedGains = Eigen::Vector3d(1, 0.1, 2);
    network.populationNames = {"a", "b", "c"};
    network.inputNames = {"x", "y"};
    network.alpha = 0.1;
    network.tauMs = 1.0 / 3;
    network.noise = 0.05;
    network.task = {"mante", {{"cue", "0.5"}, {"mode", "hard"}, {"version", "007"}}};
    return network;
}

std::string content(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

class NpzIoTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { std::setlocale(LC_ALL, "C"); }

    void arraysOfEveryOrderAndType() {
        const std::vector<double> byColumns{1, 3, 5, 2, 4, 6};
        const std::vector<float> floats(counting.begin(), counting.end());
        const std::vector<std::int64_t> longs(counting.begin(), counting.end());
        const std::vector<std::int16_t> shorts(counting.begin(), counting.end());
        const std::vector<std::uint8_t> bytes(counting.begin(), counting.end());
        const std::vector<std::uint16_t> halves{0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600};
        const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }\n";
        const std::string arrays[] = {
            npyArray("<f8", "3, 2", raw(counting)),
            npyArray(">f8", "3, 2", reversed(raw(counting), 8)),
            npyArray("<f8", "3, 2", raw(byColumns), true),
            npyArray(">f8", "3,2", reversed(raw(byColumns), 8), true),
            npyArray("<f4", "3, 2", raw(floats)),
            npyArray(">f4", "3L, 2L,", reversed(raw(floats), 4)),
            npyArray("<f2", "3, 2", raw(halves)),
            npyArray("<i8", "3, 2", raw(longs)),
            npyArray(">i2", "3, 2", reversed(raw(shorts), 2)),
            npyArray("|u1", "3, 2", raw(bytes)),
            npyArray("<u2", "3, 2", raw(shorts)),
            npyFile(header, raw(counting), 2),
            npyFile(header, raw(counting), 3),
            npyFile("{\"shape\":(3,2),\"descr\":\"=f8\",\"fortran_order\":False}   ", raw(counting)),
        };
        for (const auto& array : arrays) QVERIFY(isCounting(io::loadBytes(npz(array), "x").network->m));
    }

    void deflatedEntries() {
        std::string bytes = zipFile({{"m.npy", npyArray("<f8", "3, 2", raw(counting)), true},
                                     {"n.npy", npyArray("<f8", "3, 2", raw(counting)), true},
                                     {"I.npy", npyArray("<f8", "3,", raw(std::vector<double>{1, 0, 2})), true},
                                     {"w.npy", npyArray("<f8", "3,", raw(std::vector<double>{0, 1, 0})), true}});
        const auto loaded = io::loadBytes(bytes, "x");
        QCOMPARE(loaded.format, io::Format::npz);
        QVERIFY(isCounting(loaded.network->m));
        QCOMPARE(loaded.network->inputWeights, Eigen::Vector3d(1, 0, 2));
    }

    void badHeadersAreRefused() {
        const auto header = [](const std::string& text) { return npz(npyFile(text, raw(counting))); };
        for (const char* text : {"", "{}", "{'descr': '<f8', 'fortran_order': False}",
                                 "{'descr': '<f8', 'fortran_order': 0, 'shape': (3, 2)}",
                                 "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), 'x': 1}",
                                 "{'descr': '<f8', 'fortran_order': False, 'shape': (-3, 2)}",
                                 "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2)} + f()",
                                 "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999, 2)}",
                                 "{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1)}"})
            COMPARE_ERROR(loadError(header(text)), ErrorCode::malformed, "m");
        COMPARE_ERROR(loadError(npz(npyArray("|O", "3, 2", "x"))), ErrorCode::forbiddenPickle, "m");
        COMPARE_ERROR(loadError(npz(npyArray("<c16", "3, 2", raw(counting) + raw(counting)))), ErrorCode::malformed,
                      "m");
        COMPARE_ERROR(loadError(header("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (3,)}")),
                      ErrorCode::unsupportedFormat, "m");
        COMPARE_ERROR(loadError(npz(npyFile("{}", "", 9))), ErrorCode::unsupportedFormat, "m");
        COMPARE_ERROR(loadError(npz("not an array")), ErrorCode::malformed, "m");
        COMPARE_ERROR(loadError(npz(npyArray("<f8", "3, 2", "too short"))), ErrorCode::truncated, "m");
        COMPARE_ERROR(loadError(npz(npyArray("<f8", "4000000000, 4000000000", raw(counting)))), ErrorCode::tooLarge,
                      "m");
        COMPARE_ERROR(loadError(npz(std::string("\x93NUMPY\x02\0\xff\xff\xff\xff", 12))), ErrorCode::tooLarge, "m");
    }

    void archivesThatLieAreRefused() {
        const std::string array = npyArray("<f8", "3, 2", raw(counting));
        const auto spoilt = [&](auto change) {
            std::vector<ZipEntry> entries{{"m.npy", array}, {"n.npy", array}, {"I.npy", array}, {"w.npy", array}};
            change(entries[0]);
            return loadError(zipFile(entries));
        };
        QVERIFY(!spoilt([](auto&) {}));
        COMPARE_ERROR(spoilt([](auto& e) { e.claimedSize = 0xfffffffeu; }), ErrorCode::tooLarge, "m.npy");
        COMPARE_ERROR(spoilt([](auto& e) { e.deflate = true, e.claimedSize = 0x7ffffffeu; }), ErrorCode::tooLarge,
                      "m.npy");
        COMPARE_ERROR(spoilt([](auto& e) { e.claimedChecksum = 1; }), ErrorCode::malformed, "m.npy");
        COMPARE_ERROR(spoilt([](auto& e) { e.method = 12; }), ErrorCode::unsupportedFormat, "m.npy");
        COMPARE_ERROR(spoilt([](auto& e) { e.flags = 1; }), ErrorCode::unsupportedFormat, "m.npy");
        const std::string whole = npz();
        COMPARE_ERROR(loadError(whole.substr(0, whole.size() / 2)), ErrorCode::truncated, "zip directory");
        COMPARE_ERROR(loadError(zipFile({{"word/document.xml", "<a/>"}})), ErrorCode::unsupportedFormat, "");
        COMPARE_ERROR(loadError(zipFile({})), ErrorCode::unsupportedFormat, "");
    }

    void otherContentSaysWhatItIs() {
        const auto thrown = loadError(zipFile({{"arr_0.npy", npyArray("<f8", "3, 2", raw(counting))},
                                               {"arr_1.npy", npyArray("<f8", "", raw(std::vector<double>{1}))}}));
        COMPARE_ERROR(thrown, ErrorCode::notANetwork, "");
        QCOMPARE(thrown->values(), (std::vector<std::string>{"arr_0 (3 x 2)", "arr_1 (scalar)"}));
        COMPARE_ERROR(loadError(npyArray("<f8", "3, 2", raw(counting))), ErrorCode::notANetwork, "");
        const std::pair<std::string, const char*> others[] = {
            {"", "empty file"},
            {"\xff\xd8\xff\xe0 jpeg", "JPEG image"},
            {"Dear reader,\nthis is no network.\n", "text"},
            {"\x1f\x8b\x08", "gzip archive"},
            {std::string("\x01\x02\x00\xff", 4), "bytes 01 02 00 ff"},
        };
        for (const auto& [bytes, what] : others) {
            const auto other = loadError(bytes);
            COMPARE_ERROR(other, ErrorCode::unsupportedFormat, "");
            QCOMPARE(other->values().at(0), std::string(what));
            QCOMPARE(other->file(), std::string("file"));
        }
        COMPARE_ERROR(errorOf([] { io::load("/does/not/exist.npz"); }), ErrorCode::cannotOpen, "");
        QTemporaryDir folder;
        COMPARE_ERROR(errorOf([&] { io::load(folder.path().toStdString()); }), ErrorCode::cannotOpen, "");
    }

    void missingFieldsAndWrongShapesAreNamed() {
        const std::string a = npyArray("<f8", "3, 2", raw(counting));
        const std::string b = npyArray("<f8", "2, 3", raw(counting));
        COMPARE_ERROR(loadError(zipFile({{"m.npy", a}, {"n.npy", a}, {"w.npy", a}})), ErrorCode::missingField, "I");
        COMPARE_ERROR(loadError(zipFile({{"m.npy", a}, {"I.npy", a}, {"w.npy", a}})), ErrorCode::missingField, "n");
        COMPARE_ERROR(loadError(zipFile({{"m.npy", a}, {"n.npy", b}, {"I.npy", a}, {"w.npy", a}})),
                      ErrorCode::wrongShape, "n");
        COMPARE_ERROR(loadError(zipFile({{"m.npy", a}, {"n.npy", a}, {"I.npy", b}, {"w.npy", a}})),
                      ErrorCode::wrongShape, "I");
        COMPARE_ERROR(loadError(zipFile({{"m.npy", a}, {"n.npy", a}, {"wi.npy", a}, {"wo.npy", a}})),
                      ErrorCode::wrongShape, "wi");
        COMPARE_ERROR(loadError(zipFile({{"wrec.npy", a}, {"wi.npy", a}, {"wo.npy", a}})), ErrorCode::wrongShape,
                      "wrec");
        COMPARE_ERROR(loadError(npz(a, {{"bias.npy", npyArray("<f8", "2,", raw(std::vector<double>{1, 2}))}})),
                      ErrorCode::wrongShape, "bias");
        COMPARE_ERROR(loadError(npz(a, {{"labels.npy", npyArray("<f8", "3,", raw(std::vector<double>{0, 1, 0.5}))}})),
                      ErrorCode::malformed, "labels");
        COMPARE_ERROR(
            loadError(npz(a, {{"labels.npy", npyArray("<i8", "3,", raw(std::vector<std::int64_t>{0, 1, -1}))}})),
            ErrorCode::malformed, "labels");
        COMPARE_ERROR(loadError(npz(a, {{"gain.npy", npyArray("<f8", "2,", raw(std::vector<double>{1, 2}))}})),
                      ErrorCode::wrongShape, "gain");
        COMPARE_ERROR(loadError(npz(npyArray("<f8", "3, 2", raw(std::vector<double>{1, 2, 3, NAN, 5, 6})))),
                      ErrorCode::notFinite, "m");
        COMPARE_ERROR(loadError(npz(npyArray("<f8", "0, 2", ""))), ErrorCode::wrongShape, "m");
        COMPARE_ERROR(loadError(npz(npyArray("<f8", "1, 3, 2", raw(counting)))), ErrorCode::wrongShape, "m");
    }

    void metaIsRead() {
        const std::string good =
            R"({"format":"kappascope-network","version":1,"scaling":"none","readout":"phi","alpha":0.05,"tau_ms":20,
            "noise":0.01,"task":{"id":"dms","options":{"delay":50,"kind":"x"}},"input_names":["A"],"something_new":[1,2]})";
        const auto loaded = io::loadBytes(npz(npyArray("<f8", "3, 2", raw(counting)), {meta(good)}), "x");
        QCOMPARE(loaded.network->scaling, Scaling::none);
        QCOMPARE(loaded.scaling.reason, io::Reason::statedInFile);
        QCOMPARE(loaded.network->readout, network::Readout::phi);
        QCOMPARE(loaded.readout.reason, io::Reason::statedInFile);
        QCOMPARE(loaded.network->alpha, 0.05);
        QCOMPARE(loaded.network->tauMs, 20.0);
        QCOMPARE(loaded.network->noise, 0.01);
        QCOMPARE(loaded.network->task.id, std::string("dms"));
        QCOMPARE(loaded.network->task.options.at("delay"), std::string("50"));
        QCOMPARE(loaded.network->inputNames.at(0), std::string("A"));
        // The user's choice wins.
        const auto chosen = io::loadBytes(npz(npyArray("<f8", "3, 2", raw(counting)), {meta(good)}), "x",
                                          {Scaling::overN, network::Readout::rate});
        QCOMPARE(chosen.network->scaling, Scaling::overN);
        QCOMPARE(chosen.scaling.reason, io::Reason::chosenByUser);
        QCOMPARE(chosen.network->readout, network::Readout::rate);

        const auto withMeta = [](const std::string& text) {
            return loadError(npz(npyArray("<f8", "3, 2", raw(counting)), {meta(text)}));
        };
        const std::string start = R"({"format":"kappascope-network",)";
        const auto newer = withMeta(start + R"("version":2})");
        COMPARE_ERROR(newer, ErrorCode::newerVersion, "version");
        QCOMPARE(newer->values(), (std::vector<std::string>{"2", "1"}));
        COMPARE_ERROR(withMeta("{}"), ErrorCode::malformed, "meta.format");
        COMPARE_ERROR(withMeta("[1, 2"), ErrorCode::malformed, "meta");
        COMPARE_ERROR(withMeta(start + R"("scaling":"half"})"), ErrorCode::malformed, "meta.scaling");
        COMPARE_ERROR(withMeta(start + R"("scaling":3})"), ErrorCode::malformed, "meta.scaling");
        COMPARE_ERROR(withMeta(start + R"("readout":"z"})"), ErrorCode::malformed, "meta.readout");
        COMPARE_ERROR(withMeta(start + R"("alpha":0})"), ErrorCode::malformed, "meta.alpha");
        COMPARE_ERROR(withMeta(start + R"("tau_ms":-1})"), ErrorCode::malformed, "meta.tau_ms");
        COMPARE_ERROR(withMeta(start + R"("noise":1e999})"), ErrorCode::notFinite, "meta");
        COMPARE_ERROR(withMeta(start + R"("input_names":["a","b"]})"), ErrorCode::wrongShape, "meta.input_names");
        COMPARE_ERROR(withMeta(std::string(200, '[') + std::string(200, ']')), ErrorCode::tooLarge, "meta");
    }

    void savedNetworksReadBackTheSame() {
        const network::Network network = fullNetwork();
        const std::string bytes = io::networkBytes(network);
        QVERIFY(bytes == io::networkBytes(network));
        const auto loaded = io::loadBytes(bytes, "other name");
        QVERIFY(same(*loaded.network, network));
        QVERIFY(bytes == io::networkBytes(*loaded.network));
        QCOMPARE(loaded.scaling.reason, io::Reason::statedInFile);

        network::Network full;
        full.networkClass = network::NetworkClass::fullRank;
        full.scaling = Scaling::none;
        Random random(3, Stream::loadings);
        full.connectivity = normals(random, 7, 7);
        full.inputWeights = Eigen::MatrixXd::Zero(7, 0);
        full.outputWeights = normals(random, 7, 2);
        QVERIFY(same(*io::loadBytes(io::networkBytes(full), "").network, full));
    }

    void numbersDoNotDependOnTheLocale() {
        const network::Network network = fullNetwork();
        const std::string expected = io::networkBytes(network);
        const CommaLocale comma;
        if (!comma.active()) QSKIP("no locale with a decimal comma is installed");
        QVERIFY(expected == io::networkBytes(network));
        QVERIFY(same(*io::loadBytes(expected, "").network, network));
    }

    void filesAreReplacedAsAWhole() {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("n.npz").toStdString();
        io::saveNetwork(*randomNetwork(20, 1), path);
        const std::string first = content(path);
        io::saveNetwork(fullNetwork(), path);
        QVERIFY(content(path) == io::networkBytes(fullNetwork()));
        QVERIFY(content(path) != first);
        // What cannot be written leaves nothing behind.
        network::Network bad = fullNetwork();
        bad.m(3, 1) = NAN;
        COMPARE_ERROR(errorOf([&] { io::saveNetwork(bad, path); }), ErrorCode::notFinite, "m");
        QVERIFY(content(path) == io::networkBytes(fullNetwork()));
        COMPARE_ERROR(errorOf([&] { io::saveNetwork(fullNetwork(), path / "below" / "a.npz"); }),
                      ErrorCode::cannotWrite, "");
        COMPARE_ERROR(errorOf([&] { io::saveNetwork(fullNetwork(), folder.path().toStdString()); }),
                      ErrorCode::cannotWrite, "");
        std::filesystem::create_directory(path.parent_path() / "sub");
        std::filesystem::create_symlink(path, path.parent_path() / "sub" / "link.npz");
        io::saveNetwork(*randomNetwork(20, 1), path.parent_path() / "sub" / "link.npz");
        QVERIFY(content(path) == first);
        QVERIFY(std::filesystem::is_symlink(path.parent_path() / "sub" / "link.npz"));
        std::size_t files = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path.parent_path()))
            files += !entry.is_directory();
        QCOMPARE(files, std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(NpzIoTest)
#include "tst_npz_io.moc"
