// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/io/save.h"
#include "core/io/scene.h"
#include "tests/core/fixtures.h"
#include "tests/core/io_fixtures.h"

using namespace kappascope;
using namespace kappascope::tests;
using nlohmann::json;

namespace {

const char* const example = R"({
    "format": "kappascope-circuit", "version": 1, "name": "two", "rank": 1, "inputs": 1, "outputs": 1, "input_names": ["u"],
    "sample": {"units": 10}, "task": {"id": "rdm", "options": {"noise": 0.25}},
    "populations": [
        {"name": "a", "fraction": 0.25, "mean": [1, 2, 3, 4], "covariance": [[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]},
        {"name": "b", "fraction": 0.75, "gain": 0.5, "mean": [0, 0, 0, 0], "covariance": [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]}
    ]})";

template <class Change>
std::optional<Error> changed(Change change) {
    json circuit = json::parse(example);
    change(circuit);
    return loadError(circuit.dump());
}

bool same(const reduction::Circuit& a, const reduction::Circuit& b) {
    if (a.name != b.name || a.rank != b.rank || a.inputs != b.inputs || a.outputs != b.outputs || a.bias != b.bias ||
        a.inputNames != b.inputNames || a.task.id != b.task.id || a.task.options != b.task.options ||
        a.populations.size() != b.populations.size())
        return false;
    for (std::size_t p = 0; p < a.populations.size(); ++p) {
        const auto& x = a.populations[p];
        const auto& y = b.populations[p];
        if (x.name != y.name || x.fraction != y.fraction || x.gain != y.gain || x.mean != y.mean ||
            x.covariance != y.covariance)
            return false;
    }
    return true;
}

std::string content(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

io::Scene exampleScene() {
    io::Scene scene;
    scene.network = randomNetwork(20, 2);
    scene.circuit = io::loadBytes(example, "x").circuit;
    scene.input = Eigen::Vector2d(0.1, -1.0 / 3);
    scene.gains = Eigen::Vector3d(1, 0.2, 0);
    scene.notes = "what I saw: \xce\xba";
    scene.view = R"({"axes":[0,1],"range":[-1.5,1.5]})";
    return scene;
}

/// A session whose session.json is this text, beside the example's network.
std::string session(const std::string& text) {
    return zipFile({{"session.json", text}, {"network.npz", io::networkBytes(*randomNetwork(20, 2))}});
}

}  // namespace

class CircuitIoTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { std::setlocale(LC_ALL, "C"); }

    void circuitsAreRead() {
        for (const std::string& front : {std::string(), std::string("\xef\xbb\xbf \n")}) {
            const auto loaded = io::loadBytes(front + example, "x.json");
            QCOMPARE(loaded.format, io::Format::circuit);
            QVERIFY(!loaded.network);
            const auto& circuit = *loaded.circuit;
            QCOMPARE(circuit.name, std::string("two"));
            QCOMPARE(circuit.loadings(), 4);
            QCOMPARE(circuit.inputNames, std::vector<std::string>{"u"});
            QCOMPARE(circuit.task.id, std::string("rdm"));
            QCOMPARE(circuit.task.options.at("noise"), std::string("0.25"));
            QCOMPARE(circuit.populations[0].mean, Eigen::Vector4d(1, 2, 3, 4));
            QCOMPARE(circuit.populations[0].covariance(0, 1), 0.5);
            QCOMPARE(circuit.populations[0].gain, 1.0);
            QCOMPARE(circuit.defaultGains(), Eigen::Vector2d(1, 0.5));
        }
        // Without the format line, and named after its file.
        json bare = json::parse(example);
        for (const char* key : {"format", "version", "name", "input_names", "task"}) bare.erase(key);
        QCOMPARE(io::loadBytes(bare.dump(), "folder/bare.json").circuit->name, std::string("bare"));
        // A bias is one more loading.
        json biased = json::parse(example);
        biased["bias"] = true;
        for (auto& population : biased["populations"]) {
            population["mean"].push_back(9);
            for (auto& row : population["covariance"]) row.push_back(0);
            population["covariance"].push_back({0, 0, 0, 0, 0});
        }
        const auto circuit = io::loadBytes(biased.dump(), "x").circuit;
        QCOMPARE(circuit->populations[0].mean[circuit->outputIndex(0)], 9.0);
        QCOMPARE(circuit->populations[0].mean[circuit->biasIndex()], 4.0);
    }

    /// How a circuit came about is kept; words of newer programs are not known.
    void originsAreKept() {
        using Kind = reduction::Origin::Kind;
        auto circuit = *io::loadBytes(example, "x").circuit;
        QCOMPARE(circuit.origin.kind, Kind::unknown);
        QVERIFY(!json::parse(io::circuitBytes(circuit)).contains("origin"));
        for (const auto kind : {Kind::refinedToFlow, Kind::trainedOnTask}) {
            circuit.origin = {kind, "dms"};
            const auto back = io::loadBytes(io::circuitBytes(circuit), "x").circuit;
            QVERIFY(back->origin == circuit.origin);
        }
        json newer = json::parse(example);
        newer["origin"] = {{"kind", "dreamt"}, {"network", "dms"}};
        QCOMPARE(io::loadBytes(newer.dump(), "x").circuit->origin.kind, Kind::unknown);
    }

    void badCircuitsNameTheirField() {
        COMPARE_ERROR(changed([](auto& c) { c["origin"] = 1; }), ErrorCode::malformed, "origin");
        COMPARE_ERROR(changed([](auto& c) {
                          c["origin"] = {{"network", std::string(2000, 'x')}};
                      }),
                      ErrorCode::tooLarge, "origin.network");
        COMPARE_ERROR(changed([](auto& c) { c["version"] = 2; }), ErrorCode::newerVersion, "version");
        COMPARE_ERROR(changed([](auto& c) { c["version"] = 0; }), ErrorCode::malformed, "version");
        COMPARE_ERROR(changed([](auto& c) { c["format"] = "other"; }), ErrorCode::notANetwork, "");
        COMPARE_ERROR(changed([](auto& c) { c.erase("rank"); }), ErrorCode::missingField, "rank");
        COMPARE_ERROR(changed([](auto& c) { c["rank"] = 0; }), ErrorCode::malformed, "rank");
        COMPARE_ERROR(changed([](auto& c) { c["rank"] = 1.5; }), ErrorCode::malformed, "rank");
        COMPARE_ERROR(changed([](auto& c) { c["inputs"] = 1000000000; }), ErrorCode::tooLarge, "inputs");
        COMPARE_ERROR(changed([](auto& c) { c["inputs"] = 2; }), ErrorCode::wrongShape, "input_names");
        COMPARE_ERROR(changed([](auto& c) { c["outputs"] = 2; }), ErrorCode::wrongShape, "populations[0].mean");
        COMPARE_ERROR(changed([](auto& c) { c["populations"] = json::array(); }), ErrorCode::malformed, "populations");
        COMPARE_ERROR(changed([](auto& c) { c["populations"] = 3; }), ErrorCode::malformed, "populations");
        COMPARE_ERROR(changed([](auto& c) { c["populations"][1] = 3; }), ErrorCode::malformed, "populations[1]");
        COMPARE_ERROR(changed([](auto& c) { c["populations"][1].erase("fraction"); }), ErrorCode::missingField,
                      "populations[1].fraction");
        COMPARE_ERROR(changed([](auto& c) { c["populations"][1].erase("mean"); }), ErrorCode::missingField,
                      "populations[1].mean");
        COMPARE_ERROR(changed([](auto& c) { c["populations"][1].erase("covariance"); }), ErrorCode::missingField,
                      "populations[1].covariance");
        COMPARE_ERROR(changed([](auto& c) { c["populations"][1]["mean"][2] = "x"; }), ErrorCode::malformed,
                      "populations[1].mean");
        COMPARE_ERROR(changed([](auto& c) {
                          c["populations"][1]["covariance"][2] = {1, 2};
                      }),
                      ErrorCode::wrongShape, "populations[1].covariance");
        COMPARE_ERROR(changed([](auto& c) { c["populations"][1]["covariance"].erase(2); }), ErrorCode::wrongShape,
                      "populations[1].covariance");
        COMPARE_ERROR(changed([](auto& c) { c["populations"][1]["fraction"] = 0.7; }), ErrorCode::fractionsDoNotAddUp,
                      "populations");
        COMPARE_ERROR(changed([](auto& c) { c["populations"][0]["covariance"][0][0] = -1; }),
                      ErrorCode::covarianceNotPositive, "populations[0].covariance");
        COMPARE_ERROR(loadError(std::string(example).substr(0, 200)), ErrorCode::malformed, "JSON");
        COMPARE_ERROR(loadError("{\"a\": 1}"), ErrorCode::notANetwork, "");
        COMPARE_ERROR(loadError("[1, 2]"), ErrorCode::notANetwork, "");
        COMPARE_ERROR(loadError("{\"rank\": 1e999}"), ErrorCode::notFinite, "JSON");
        COMPARE_ERROR(loadError(std::string(100'000, '[')), ErrorCode::tooLarge, "JSON");
    }

    void severalCircuitsAreNamed() {
        const json several{{"circuits", {{"b", json::parse(example)}, {"a", json::parse(example)}}}, {"about", "x"}};
        const auto thrown = loadError(several.dump());
        COMPARE_ERROR(thrown, ErrorCode::notANetwork, "circuits");
        QCOMPARE(thrown->values(), (std::vector<std::string>{"2 circuits", "a", "b"}));
    }

    void savedCircuitsReadBackTheSame() {
        auto circuit = *io::loadBytes(example, "x").circuit;
        circuit.populations[0].mean[0] = 1.0 / 3;
        circuit.populations[1].gain = 0.1;
        circuit.task.options["mode"] = "hard";
        QVERIFY(same(*io::loadBytes(io::circuitBytes(circuit), "y").circuit, circuit));
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("c.json").toStdString();
        io::saveCircuit(circuit, path);
        QVERIFY(same(*io::load(path).circuit, circuit));
        circuit.populations[0].fraction = 0.5;
        COMPARE_ERROR(errorOf([&] { io::saveCircuit(circuit, path); }), ErrorCode::fractionsDoNotAddUp, "populations");
        QVERIFY(io::load(path).circuit);
    }

    void numbersDoNotDependOnTheLocale() {
        auto circuit = *io::loadBytes(example, "x").circuit;
        circuit.populations[0].mean[0] = 1.0 / 3;
        const std::string expected = io::circuitBytes(circuit);
        const CommaLocale comma;
        if (!comma.active()) QSKIP("no locale with a decimal comma is installed");
        QVERIFY(expected == io::circuitBytes(circuit));
        QVERIFY(same(*io::loadBytes(expected, "x").circuit, circuit));
    }

    void scenesReadBackTheSame() {
        const io::Scene scene = exampleScene();
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("s.kappa").toStdString();
        io::saveScene(scene, path);
        const io::Scene back = io::loadScene(path);
        QVERIFY(back.network->m == scene.network->m && back.network->labels == scene.network->labels);
        QVERIFY(same(*back.circuit, *scene.circuit));
        QVERIFY(back.input == scene.input && back.gains == scene.gains);
        QCOMPARE(back.notes, scene.notes);
        QVERIFY(json::parse(back.view) == json::parse(scene.view));
        QCOMPARE(back.unknown, std::string());
        QVERIFY(io::sceneBytes(back) == content(path));
        const auto loaded = io::load(path);
        QCOMPARE(loaded.format, io::Format::session);
        QVERIFY(loaded.network && loaded.circuit);
        QCOMPARE(io::load(path, {network::Scaling::none, {}}).network->scaling, network::Scaling::none);
    }

    void scenesKeepWhatTheyDoNotKnow() {
        const auto scene = io::sceneFromBytes(
            session(
                R"({"format":"kappascope-session","version":1,"network":"network.npz","later":{"x":[1,2.5]},"gains":[1,1,1]})"),
            "s");
        QVERIFY(json::parse(scene.unknown) == json::parse(R"({"later":{"x":[1,2.5]}})"));
        const auto again = io::sceneFromBytes(io::sceneBytes(scene), "s");
        QCOMPARE(again.unknown, scene.unknown);
    }

    void badScenesAreRefused() {
        const auto thrown = [](const std::string& text) { return loadError(session(text)); };
        const std::string start = R"({"format":"kappascope-session","network":"network.npz",)";
        COMPARE_ERROR(thrown(start + R"("version":2})"), ErrorCode::newerVersion, "version");
        COMPARE_ERROR(thrown(R"({"format":"x"})"), ErrorCode::malformed, "format");
        COMPARE_ERROR(thrown("[]"), ErrorCode::malformed, "format");
        COMPARE_ERROR(thrown("{"), ErrorCode::malformed, "session.json");
        COMPARE_ERROR(thrown(R"({"format":"kappascope-session"})"), ErrorCode::missingField, "network");
        COMPARE_ERROR(thrown(R"({"format":"kappascope-session","network":"other.npz"})"), ErrorCode::missingField,
                      "other.npz");
        COMPARE_ERROR(thrown(start + R"("input":[1]})"), ErrorCode::inputsDoNotMatch, "input");
        COMPARE_ERROR(thrown(start + R"("gains":[1]})"), ErrorCode::inputsDoNotMatch, "gains");
        COMPARE_ERROR(thrown(start + R"("gains":[1,1,"x"]})"), ErrorCode::malformed, "gains");
        io::Scene scene = exampleScene();
        scene.view = "{";
        COMPARE_ERROR(errorOf([&] { io::sceneBytes(scene); }), ErrorCode::malformed, "view");
        scene = exampleScene();
        scene.gains = Eigen::VectorXd::Ones(2);
        COMPARE_ERROR(errorOf([&] { io::sceneBytes(scene); }), ErrorCode::inputsDoNotMatch, "gains");
        COMPARE_ERROR(errorOf([&] { io::sceneBytes(io::Scene{}); }), ErrorCode::missingField, "network");
    }
};

QTEST_GUILESS_MAIN(CircuitIoTest)
#include "tst_circuit_io.moc"
