// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>

#include "core/io/pickle.h"
#include "tests/core/io_fixtures.h"

using namespace kappascope;
using namespace kappascope::tests;

namespace {

/// The example with one tensor changed.
template <class Change>
std::string changed(Change change, bool legacy = false) {
    TorchFile file = exampleTorchFile();
    change(file);
    return legacy ? file.legacy() : file.zip();
}

/// Knows no globals.
class NoHost : public io::PickleHost {
public:
    bool allows(const std::string&) const override { return false; }
    io::PickleRef call(io::PickleHeap&, const std::string&, io::PickleRef args) override { return args; }
    io::PickleRef persistent(io::PickleHeap&, io::PickleRef id) override { return id; }
};

/// A zip file whose state dict is this pickle.
std::string torchZip(const std::string& pickle) {
    return zipFile({{"archive/data.pkl", pickle}});
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string result;
    for (std::size_t i = 0; i < times; ++i) result += text;
    return result;
}

}  // namespace

class TorchIoTest : public QObject {
    Q_OBJECT

private slots:
    void bothFormatsHoldTheSame() {
        const auto zip = io::loadBytes(exampleTorchFile().zip(), "folder/example.pt");
        QCOMPARE(zip.format, io::Format::torchZip);
        QVERIFY(isExample(*zip.network));
        QCOMPARE(zip.network->name, std::string("example"));
        const auto legacy = io::loadBytes(exampleTorchFile().legacy(), "example.pt");
        QCOMPARE(legacy.format, io::Format::torchLegacy);
        QVERIFY(isExample(*legacy.network));
        QVERIFY(isExample(*io::loadBytes(exampleTorchFile().zip("a/b/"), "x").network));
        QVERIFY(isExample(*io::loadBytes(exampleTorchFile().zip(""), "x").network));
    }

    void checkpointsAndParallelNames() {
        for (const bool legacy : {false, true}) {
            for (const char* key : {"state_dict", "model_state_dict"})
                QVERIFY(isExample(*io::loadBytes(changed([&](auto& f) { f.nestedUnder = key; }, legacy), "x").network));
            const auto parallel = changed(
                [](auto& f) {
                    for (auto& t : f.tensors) t.name = "module." + t.name;
                },
                legacy);
            QVERIFY(isExample(*io::loadBytes(parallel, "x").network));
        }
    }

    void bigEndianZip() {
        TorchFile file = exampleTorchFile();
        file.byteorder = "big";
        for (auto& storage : file.storages)
            storage.bytes = reversed(storage.bytes, storage.type == "DoubleStorage" ? 8 : 4);
        QVERIFY(isExample(*io::loadBytes(file.zip(), "x").network));
        file.byteorder = "middle";
        COMPARE_ERROR(loadError(file.zip()), ErrorCode::malformed, "byteorder");
    }

    void legacyStorageViews() {
        // A view of elements 10..19: offsets count from its start.
        TorchFile file = exampleTorchFile();
        file.tensors[1].view = {10, 10};
        file.tensors[1].offset = 0;
        QVERIFY(isExample(*io::loadBytes(file.legacy(), "x").network));
        file.tensors[1].offset = 1;
        COMPARE_ERROR(loadError(file.legacy()), ErrorCode::malformed, "tensor");
        file.tensors[1].view = {11, 10};
        COMPARE_ERROR(loadError(file.legacy()), ErrorCode::truncated, "storage 0");
    }

    void stridesMayBeZeroOrWide() {
        TorchFile file = exampleTorchFile();
        file.storages.push_back({"3", "FloatStorage", 3, raw(std::vector<float>{0.25f, 2, 8})});
        file.tensors.push_back({"h0", 3, 0, {5}, {0}});
        file.tensors.push_back({"si", 3, 0, {2}, {2}});
        file.tensors[2] = {"wi", 1, 4, {2, 5}, {10, 1}};  // the first and the third input
        for (const auto& bytes : {file.zip(), file.legacy()}) {
            const auto loaded = io::loadBytes(bytes, "x");
            QVERIFY((loaded.network->initialState.array() == 0.25).all());
            for (int i = 0; i < 5; ++i) {
                QCOMPARE(loaded.network->inputWeights(i, 0), 0.25 * (0 - i));
                QCOMPARE(loaded.network->inputWeights(i, 1), 8.0 * (2 - i));
            }
        }
    }

    void elementTypes() {
        struct Case {
            const char* type;
            std::string bytes;
            std::vector<double> values;
        };
        const Case cases[] = {
            // Half: 1, -2, 65504 (largest), 2^-24 (smallest), 1/3 to 11 bits.
            {"HalfStorage",
             raw(std::vector<std::uint16_t>{0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555}),
             {1, -2, 65504, std::ldexp(1, -24), 0.333251953125}},
            {"BFloat16Storage",
             raw(std::vector<std::uint16_t>{0x3f80, 0xc000, 0x7f7f, 0x0080, 0x4049}),
             {1, -2, std::ldexp(255, 120), std::ldexp(1, -126), 3.140625}},
            {"FloatStorage", raw(std::vector<float>{0.1f, -1e30f, 1e-40f, 0, 3}), {0.1f, -1e30f, 1e-40f, 0, 3}},
            {"DoubleStorage", raw(std::vector<double>{0.1, -1e300, 1e-310, 0, 3}), {0.1, -1e300, 1e-310, 0, 3}},
            {"LongStorage", raw(std::vector<std::int64_t>{-1, 1LL << 40, 0, 5, 7}), {-1, std::ldexp(1, 40), 0, 5, 7}},
            {"IntStorage", raw(std::vector<std::int32_t>{-1, 1 << 30, 0, 5, 7}), {-1, std::ldexp(1, 30), 0, 5, 7}},
            {"ShortStorage", raw(std::vector<std::int16_t>{-1, 32767, 0, 5, 7}), {-1, 32767, 0, 5, 7}},
            {"CharStorage", raw(std::vector<std::int8_t>{-1, 127, 0, 5, 7}), {-1, 127, 0, 5, 7}},
            {"ByteStorage", raw(std::vector<std::uint8_t>{255, 127, 0, 5, 7}), {255, 127, 0, 5, 7}},
            {"BoolStorage", raw(std::vector<std::uint8_t>{1, 0, 1, 0, 0}), {1, 0, 1, 0, 0}},
        };
        for (const auto& test : cases) {
            for (const bool legacy : {false, true}) {
                const auto bytes = changed([&](auto& f) { f.storages[2] = {"2", test.type, 5, test.bytes}; }, legacy);
                const auto loaded = io::loadBytes(bytes, "x");
                for (int i = 0; i < 5; ++i)
                    QCOMPARE(loaded.network->outputWeights(i, 0), test.values[static_cast<std::size_t>(i)]);
            }
        }
        const auto complex = changed([](auto& f) {
            f.storages[2] = {"2", "ComplexFloatStorage", 5, std::string(40, '\0')};
        });
        COMPARE_ERROR(loadError(complex), ErrorCode::malformed, "wo");
    }

    void viewsOutsideTheirStorageAreRefused() {
        for (const bool legacy : {false, true}) {
            COMPARE_ERROR(loadError(changed([](auto& f) { f.tensors[1].offset = 11; }, legacy)), ErrorCode::malformed,
                          "tensor");
            COMPARE_ERROR(loadError(changed(
                              [](auto& f) {
                                  f.tensors[0].strides = {9, 1};
                              },
                              legacy)),
                          ErrorCode::malformed, "tensor");
            COMPARE_ERROR(loadError(changed(
                              [](auto& f) {
                                  f.tensors[0].strides = {INT64_MAX, INT64_MAX};
                              },
                              legacy)),
                          ErrorCode::malformed, "tensor");
            COMPARE_ERROR(loadError(changed(
                              [](auto& f) {
                                  f.tensors[0].shape = {1LL << 40, 1LL << 40};
                              },
                              legacy)),
                          ErrorCode::malformed, "tensor");
            COMPARE_ERROR(loadError(changed([](auto& f) { f.tensors[0].offset = -1; }, legacy)), ErrorCode::malformed,
                          "pickle");
            COMPARE_ERROR(loadError(changed(
                              [](auto& f) {
                                  f.tensors[0].shape = {-5, 2};
                              },
                              legacy)),
                          ErrorCode::malformed, "pickle");
            COMPARE_ERROR(loadError(changed([](auto& f) { f.tensors[0].strides = {1}; }, legacy)), ErrorCode::malformed,
                          "pickle");
            // A few bytes that claim to be 2^28 elements, by a stride of zero.
            COMPARE_ERROR(loadError(changed(
                              [](auto& f) {
                                  f.tensors[0] = {"m", 0, 0, {1 << 28}, {0}};
                              },
                              legacy)),
                          ErrorCode::tooLarge, "m");
        }
    }

    void storagesShorterThanClaimedAreRefused() {
        COMPARE_ERROR(loadError(changed([](auto& f) { f.storages[0].bytes.pop_back(); })), ErrorCode::truncated,
                      "archive/data/0");
        COMPARE_ERROR(loadError(changed([](auto& f) {
                          f.storages[1].key = "9";
                          f.storages[1].count = 20;
                      })),
                      ErrorCode::truncated, "archive/data/9");
        const auto whole = exampleTorchFile().legacy();
        COMPARE_ERROR(loadError(whole.substr(0, whole.size() - 1)), ErrorCode::truncated, "pickle");
        // A list of keys without the last storage.
        TorchFile file = exampleTorchFile();
        const std::string state = file.statePickle(true);
        COMPARE_ERROR(loadError(TorchFile::legacyHead() + state + "\x80\x02]."), ErrorCode::truncated, "storage 0");
        COMPARE_ERROR(loadError(TorchFile::legacyHead() + state + "\x80\x02](" + pickledText("5") + "e."),
                      ErrorCode::malformed, "storage keys");
        COMPARE_ERROR(loadError(TorchFile::legacyHead() + state + "\x80\x02](" + pickledText("0") + "e." +
                                littleEndian(1u << 30, 8)),
                      ErrorCode::malformed, "storage 0");
        // 2^60 elements of 4 bytes.
        file.storages[0].count = 1ull << 60;
        COMPARE_ERROR(loadError(file.legacy()), ErrorCode::tooLarge, "storage 0");
        COMPARE_ERROR(loadError(file.zip()), ErrorCode::truncated, "archive/data/0");
        const std::string pickle = exampleTorchFile().statePickle(false);
        COMPARE_ERROR(loadError(zipFile({{"archive/data.pkl", pickle}})), ErrorCode::missingField, "archive/data/0");
    }

    void notFiniteNamesTheField() {
        for (const std::uint32_t bits : {0x7fc00000u, 0x7f800000u, 0xff800000u}) {
            const auto bytes = changed([&](auto& f) { f.storages[2].bytes.replace(8, 4, littleEndian(bits, 4)); });
            COMPARE_ERROR(loadError(bytes), ErrorCode::notFinite, "wo");
        }
    }

    void nothingOffTheListIsNamedOrBuilt() {
        const std::string system = pickledGlobal("os", "system") + pickledText("echo") + "\x85R.";
        const std::string cases[][2] = {
            {"\x80\x02" + system, "os system"},
            {"\x80\x04" + pickledText("builtins") + pickledText("eval") + "\x93.", "builtins eval"},
            {"\x80\x02" + pickledGlobal("torch", "load") + ".", "torch load"},
            {"\x80\x02" + pickledGlobal("torch.nn.modules.linear", "Linear") + ")\x81.",
             "torch.nn.modules.linear Linear"},
            {"\x80\x02" + pickledGlobal("numpy.core.multiarray", "scalar") + ".", "numpy.core.multiarray scalar"},
            {"\x80\x02(ios\nsystem\n.", "INST"},
            {"\x80\x02(" + pickledGlobal("collections", "OrderedDict") + "o.", "OBJ"},
            {"\x80\x02\x82\x01.", "EXT"},
            {"\x80\x02]}b.", "BUILD"},
        };
        for (const auto& [pickle, named] : cases) {
            const auto zip = loadError(torchZip(pickle));
            COMPARE_ERROR(zip, ErrorCode::forbiddenPickle, "archive/data.pkl");
            QCOMPARE(zip->values().at(0), named);
            const auto legacy = loadError(TorchFile::legacyHead() + pickle);
            COMPARE_ERROR(legacy, ErrorCode::forbiddenPickle, "pickle");
            QCOMPARE(legacy->values().at(0), named);
        }
        COMPARE_ERROR(loadError("\x80\x02" + system), ErrorCode::forbiddenPickle, "pickle");
    }

    void otherObjectsSayWhatTheyAre() {
        const auto holds = [](const std::string& pickle) {
            return loadError(torchZip("\x80\x02" + pickle + "."))->values().at(0);
        };
        QCOMPARE(holds("](K\x01K\x02"
                       "e"),
                 std::string("list of 2"));
        QCOMPARE(holds("K\x01K\x02\x86"), std::string("tuple of 2"));
        QCOMPARE(holds("N"), std::string("None"));
        QCOMPARE(holds("}" + pickledText("a") + "]s"), std::string("a (list of 0)"));
        COMPARE_ERROR(loadError("\x80\x02}."), ErrorCode::notANetwork, "");
        COMPARE_ERROR(loadError(zipFile({{"a/data.pkl", "\x80\x02}."}, {"a/constants.pkl", "\x80\x02)."}})),
                      ErrorCode::unsupportedFormat, "");
        const auto weight = changed([](auto& f) { f.tensors = {{"weight", 0, 0, {5, 4}, {4, 1}}}; });
        COMPARE_ERROR(loadError(weight), ErrorCode::notANetwork, "");
        QCOMPARE(loadError(weight)->values().at(0), std::string("weight (5 x 4)"));
        QCOMPARE(loadError(weight)->file(), std::string("file"));
    }

    void bombsAreDefused() {
        // Deep nesting, a list in itself, and a memo that is used to multiply.
        COMPARE_ERROR(loadError(torchZip("\x80\x02" + repeated("]", 200'000) + repeated("a", 199'999) + ".")),
                      ErrorCode::notANetwork, "");
        COMPARE_ERROR(loadError(torchZip(std::string("\x80\x02N") + repeated("\x85", 250'000) + ".")),
                      ErrorCode::notANetwork, "");
        COMPARE_ERROR(loadError(torchZip("\x80\x02]q\x01h\x01"
                                         "a.")),
                      ErrorCode::notANetwork, "");
        COMPARE_ERROR(loadError(torchZip("\x80\x02" + repeated("]", 400'000) + ".")), ErrorCode::tooLarge, "pickle");
        const std::string pairs = "](" + repeated("N", 100'000) + "t" + "a";
        COMPARE_ERROR(loadError(torchZip("\x80\x02" + pairs + ".")), ErrorCode::notANetwork, "");
        // OrderedDict(list) copies the list: 5 bytes would do so again and again.
        const std::string list = "](NN\x86q\x03" + repeated("h\x03", 99'999) + "eq\x01";
        COMPARE_ERROR(loadError(torchZip("\x80\x02" + list + pickledGlobal("collections", "OrderedDict") + "q\x02" +
                                         repeated("h\x02h\x01\x85R", 40) + ".")),
                      ErrorCode::tooLarge, "pickle");
        COMPARE_ERROR(loadError(torchZip("\x80\x02" + pickledGlobal("collections", "OrderedDict") + "(" +
                                         repeated("N", 1000) + "tR.")),
                      ErrorCode::malformed, "pickle");
        // Sizes that are not there.
        for (const std::string& head :
             {std::string("X\xff\xff\xff\xff"), std::string("B\xff\xff\xff\xff"), std::string("\x8b\xff\xff\xff\xff"),
              std::string("\x8e") + std::string(8, '\xff')})
            COMPARE_ERROR(loadError(torchZip("\x80\x02" + head + "abc.")), ErrorCode::truncated, "archive/data.pkl");
    }

    void brokenPicklesAreRefused() {
        for (const char* pickle : {"\x80\x02.", "\x80\x02t.", "\x80\x02h\x01.", "\x80\x02K\x01R.", "\x80\x02(0R.",
                                   "\x80\x02(.", "\x80\x02Na.", "\x80\x02NNs.", "\x80\x02(Nd.", "\x80\x02NNa.",
                                   "\x80\x02\xff.", "\x80\x02NQ.", "\x80\x02I12x\n.",
                                   "\x80\x02"
                                   "F1,5\n.",
                                   "\x80\x02S'abc\n.", "\x80\x09N."}) {
            const auto thrown = loadError(torchZip(pickle));
            QVERIFY2(thrown, pickle);
            QVERIFY2(thrown->code() == ErrorCode::malformed, thrown->what());
        }
        COMPARE_ERROR(loadError(torchZip("\x80\x02N")), ErrorCode::truncated, "archive/data.pkl");
    }

    void picklesOfEveryProtocol() {
        // Written by Python's pickle: {'a': [5, -7, 70000, 1.5, 'x', True, None, -3, 2**40], 'b': (1, 2, 3, 4),
        // 'c': {'d': s, 'e': s}, 'f': (), 'g': (1,), 'h': []} with s = ['x'].
        struct Case {
            int protocol;
            const char* hex;
        };
        const Case cases[] = {
            {0,
             "286470300a56610a70310a286c70320a49350a61492d370a614937303030300a6146312e350a6156780a70330a"
             "614930310a614e61492d330a614c313039393531313632373737364c0a617356620a70340a2849310a49320a49"
             "330a49340a7470350a7356630a70360a286470370a56640a70380a286c70390a67330a617356650a7031300a67"
             "390a737356660a7031310a28747356670a7031320a2849310a747031330a7356680a7031340a286c7031350a73"
             "2e"},
            {1,
             "7d71002858010000006171015d7102284b054af9ffffff4a70110100473ff80000000000005801000000787103"
             "4930310a4e4afdffffff4c313039393531313632373737364c0a655801000000627104284b014b024b034b0474"
             "710558010000006371067d71072858010000006471085d7109680361580100000065710a680975580100000066"
             "710b29580100000067710c284b0174710d580100000068710e5d710f752e"},
            {2,
             "80027d71002858010000006171015d7102284b054af9ffffff4a70110100473ff8000000000000580100000078"
             "7103884e4afdffffff8a06000000000001655801000000627104284b014b024b034b0474710558010000006371"
             "067d71072858010000006471085d7109680361580100000065710a680975580100000066710b29580100000067"
             "710c4b0185710d580100000068710e5d710f752e"},
            {3,
             "80037d71002858010000006171015d7102284b054af9ffffff4a70110100473ff8000000000000580100000078"
             "7103884e4afdffffff8a06000000000001655801000000627104284b014b024b034b0474710558010000006371"
             "067d71072858010000006471085d7109680361580100000065710a680975580100000066710b29580100000067"
             "710c4b0185710d580100000068710e5d710f752e"},
            {4,
             "8004956e000000000000007d94288c0161945d94284b054af9ffffff4a70110100473ff80000000000008c0178"
             "94884e4afdffffff8a06000000000001658c016294284b014b024b034b0474948c0163947d94288c0164945d94"
             "6803618c0165946809758c016694298c0167944b0185948c0168945d94752e"},
            {5,
             "8005956e000000000000007d94288c0161945d94284b054af9ffffff4a70110100473ff80000000000008c0178"
             "94884e4afdffffff8a06000000000001658c016294284b014b024b034b0474948c0163947d94288c0164945d94"
             "6803618c0165946809758c016694298c0167944b0185948c0168945d94752e"},
        };
        for (const auto& test : cases) {
            const std::string bytes = QByteArray::fromHex(test.hex).toStdString();
            io::ByteReader reader(bytes, "pickle");
            io::PickleHeap heap;
            NoHost host;
            const auto root = io::readPickle(reader, heap, host);
            QCOMPARE(reader.remaining(), std::size_t{0});
            using Kind = io::PickleValue::Kind;
            const auto& a = heap.find(root, "a")->items;
            QCOMPARE(a.size(), std::size_t{9});
            const std::int64_t integers[] = {5, -7, 70000, 0, 0, 1, 0, -3, std::int64_t{1} << 40};
            for (const std::size_t k : {0, 1, 2, 5, 7, 8}) {
                QCOMPARE(heap[a[k]].kind, k == 5 ? Kind::boolean : Kind::integer);
                QCOMPARE(heap[a[k]].integer, integers[k]);
            }
            QCOMPARE(heap[a[3]].real, 1.5);
            QCOMPARE(heap[a[4]].text, std::string("x"));
            QCOMPARE(heap[a[6]].kind, Kind::none);
            QCOMPARE(heap.find(root, "b")->kind, Kind::tuple);
            for (std::size_t k = 0; k < 4; ++k)
                QCOMPARE(heap[heap.find(root, "b")->items.at(k)].integer, static_cast<std::int64_t>(k + 1));
            io::PickleRef c = 0;
            QVERIFY(heap.find(root, "c", c));
            QCOMPARE(heap.find(c, "d"), heap.find(c, "e"));
            QCOMPARE(heap.described(root), std::string("dict of 6"));
            QCOMPARE(heap.find(root, "f")->items.size(), std::size_t{0});
            QCOMPARE(heap.find(root, "g")->items.size(), std::size_t{1});
            QCOMPARE(heap.find(root, "h")->kind, Kind::list);
        }
    }

    void setsAndBytes() {
        // {'s': {4}, 'z': b'ab', 'y': bytearray(b'cd'), 'f': frozenset([4])} in protocol 5.
        const std::string bytes =
            QByteArray::fromHex(
                "80059531000000000000007d94288c0173948f94284b04908c017a9443026162948c0179949602000000000000"
                "006364948c016694284b049194752e")
                .toStdString();
        io::ByteReader reader(bytes, "pickle");
        io::PickleHeap heap;
        NoHost host;
        const auto root = io::readPickle(reader, heap, host);
        using Kind = io::PickleValue::Kind;
        QCOMPARE(heap.find(root, "s")->kind, Kind::set);
        QCOMPARE(heap.find(root, "f")->items.size(), std::size_t{1});
        QCOMPARE(heap.find(root, "z")->kind, Kind::bytes);
        QCOMPARE(heap.find(root, "y")->text, std::string("cd"));
    }
};

QTEST_GUILESS_MAIN(TorchIoTest)
#include "tst_torch_io.moc"
