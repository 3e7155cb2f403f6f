// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <array>

#include "core/io/save.h"
#include "core/io/scene.h"
#include "core/random.h"
#include "tests/core/fixtures.h"
#include "tests/core/io_fixtures.h"

using namespace kappascope;
using namespace kappascope::tests;

namespace {

constexpr std::uint64_t seed = 20240229;

/// A small valid file of every format.
std::vector<std::string> originals() {
    TorchFile bigEndian = exampleTorchFile();
    bigEndian.byteorder = "big";
    TorchFile checkpoint = exampleTorchFile();
    checkpoint.nestedUnder = "state_dict";
    io::Scene scene;
    scene.network = randomNetwork(6, 2);
    scene.circuit = gaussianCircuit(1.5 * Eigen::MatrixXd::Identity(2, 2));
    scene.view = R"({"axes":[0,1]})";
    io::Scene truncated;
    auto full = std::make_shared<network::Network>(*randomNetwork(6, 2));
    full->networkClass = network::NetworkClass::fullRank;
    full->scaling = network::Scaling::none;
    full->connectivity = full->m * full->n.transpose();
    full->m.resize(0, 0);
    full->n.resize(0, 0);
    truncated.shown = std::make_shared<network::Network>(network::truncated(*full, 2));
    truncated.network = std::move(full);
    truncated.input = Eigen::Vector2d(0.5, -1);
    truncated.gains = Eigen::Vector3d(1, 0.5, 0);
    truncated.document = R"({"on":[true,false,true],"title":"t"})";
    truncated.unknown = R"({"later":[1,2]})";
    const std::string network = io::networkBytes(*randomNetwork(6, 2));
    return {exampleTorchFile().zip(),
            exampleTorchFile().legacy(),
            bigEndian.zip(),
            checkpoint.legacy(),
            network,
            zipFile({{"m.npy", npyArray("<f4", "3, 1", raw(std::vector<float>{1, 2, 3})), true},
                     {"n.npy", npyArray(">f8", "3, 1", reversed(raw(std::vector<double>{1, 2, 3}), 8), true), true},
                     {"I.npy", npyArray("|i1", "3,", "abc"), true},
                     {"w.npy", npyArray("|b1", "3,", std::string("\1\0\1", 3)), true}}),
            io::circuitBytes(*scene.circuit),
            io::sceneBytes(scene),
            io::sceneBytes(truncated)};
}

/// Changes a few bytes, numbers or stretches of a file. Sizes of 2, 4 and 8 bytes become extreme ones now and then.
std::string mutated(std::string bytes, Random& random) {
    static constexpr std::array<std::uint64_t, 10> extremes{
        0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, 0x7fffffffffffffff, 0xffffffffffffffff};
    const int changes = random.integer(1, 4);
    for (int k = 0; k < changes && !bytes.empty(); ++k) {
        const auto last = static_cast<int>(bytes.size()) - 1;
        const auto at = static_cast<std::size_t>(random.integer(0, last));
        switch (random.integer(0, 6)) {
            case 0: bytes[at] = static_cast<char>(bytes[at] ^ 1 << random.integer(0, 7)); break;
            case 1: bytes[at] = static_cast<char>(random.integer(0, 255)); break;
            case 2: bytes.resize(at); break;
            case 3: {
                const int size = 1 << random.integer(1, 3);
                const auto value = littleEndian(extremes[static_cast<std::size_t>(random.integer(0, 9))], size);
                bytes.replace(at, value.size(), value);
                break;
            }
            case 4: bytes.erase(at, static_cast<std::size_t>(random.integer(1, 20))); break;
            case 5:
                bytes.insert(at, bytes.substr(static_cast<std::size_t>(random.integer(0, last)),
                                              static_cast<std::size_t>(random.integer(1, 40))));
                break;
            default: {
                // Digits of headers and JSON.
                const auto digit = bytes.find_first_of("0123456789", at);
                if (digit != std::string::npos) bytes[digit] = "0123456789-eE.,"[random.integer(0, 14)];
                break;
            }
        }
    }
    return bytes;
}

}  // namespace

class LoaderFuzzTest : public QObject {
    Q_OBJECT

private slots:
    void originalsOpen() {
        for (const auto& file : originals()) {
            const auto thrown = loadError(file);
            QVERIFY2(!thrown, thrown ? thrown->what() : "");
        }
    }

    void mutantsOpenOrSayWhy() {
        qInfo("seed %llu", static_cast<unsigned long long>(seed));
        const auto files = originals();
        constexpr int cases = 1500;
        int refused = 0;
        for (std::size_t f = 0; f < files.size(); ++f) {
            for (int k = 0; k < cases; ++k) {
                Random random(seed, Stream::trialChoice, f * cases + static_cast<std::size_t>(k));
                const std::string bytes = mutated(files[f], random);
                try {
                    const auto loaded = io::loadBytes(bytes, "mutant");
                    QVERIFY(loaded.network || loaded.circuit);
                    if (loaded.network) loaded.network->validate();
                    // What could be read can be written.
                    if (loaded.scene) QVERIFY(!io::sceneBytes(*loaded.scene).empty());
                } catch (const Error& error) {
                    ++refused;
                    QCOMPARE(error.file(), std::string("mutant"));
                }
            }
        }
        QVERIFY(refused > 0);
    }

    void everyTruncationIsRefused() {
        for (const auto& file : originals()) {
            // JSON may end in white space that is not missed.
            const std::size_t whole = file.find_last_not_of(" \n") + 1;
            const std::size_t step = std::max<std::size_t>(1, whole / 400);
            for (std::size_t size = 0; size < whole; size += step) QVERIFY(loadError(file.substr(0, size)));
        }
    }
};

QTEST_GUILESS_MAIN(LoaderFuzzTest)
#include "tst_loader_fuzz.moc"
