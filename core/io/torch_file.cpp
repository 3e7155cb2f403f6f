// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/torch_file.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/error.h"
#include "core/io/limits.h"
#include "core/io/pickle.h"
#include "core/io/text.h"

namespace kappascope::io {

namespace {

using Kind = PickleValue::Kind;

// Arguments and keys are copied when they are used, and a few bytes can use them again and again.
constexpr std::size_t mostArguments = 16;
constexpr std::size_t mostKeyBytes = 1000;
constexpr std::uint64_t mostPickleBytes = std::uint64_t{64} << 20;
constexpr std::string_view rebuildTensorV2 = "torch._utils _rebuild_tensor_v2";
constexpr std::string_view rebuildTensor = "torch._utils _rebuild_tensor";
constexpr std::string_view rebuildParameter = "torch._utils _rebuild_parameter";
constexpr std::string_view parameter = "torch.nn.parameter Parameter";
constexpr std::string_view orderedDict = "collections OrderedDict";

/// Element type and size of "torch FloatStorage" and its relatives; nothing for other globals.
struct StorageType {
    Dtype dtype;
    std::uint64_t bytes;
};
std::optional<StorageType> storageType(std::string_view global) {
    static constexpr std::array<std::pair<std::string_view, StorageType>, 15> known{{
        {"DoubleStorage", {Dtype::float64, 8}},
        {"FloatStorage", {Dtype::float32, 4}},
        {"HalfStorage", {Dtype::float16, 2}},
        {"BFloat16Storage", {Dtype::bfloat16, 2}},
        {"LongStorage", {Dtype::int64, 8}},
        {"IntStorage", {Dtype::int32, 4}},
        {"ShortStorage", {Dtype::int16, 2}},
        {"CharStorage", {Dtype::int8, 1}},
        {"ByteStorage", {Dtype::uint8, 1}},
        {"BoolStorage", {Dtype::boolean, 1}},
        {"ComplexDoubleStorage", {Dtype::other, 16}},
        {"ComplexFloatStorage", {Dtype::other, 8}},
        {"QUInt8Storage", {Dtype::other, 1}},
        {"QInt8Storage", {Dtype::other, 1}},
        {"QInt32Storage", {Dtype::other, 4}},
    }};
    for (const std::string_view module : {std::string_view("torch "), std::string_view("torch.cuda ")}) {
        if (!global.starts_with(module)) continue;
        for (const auto& [name, type] : known)
            if (global.substr(module.size()) == name) return type;
    }
    return std::nullopt;
}

/// A storage, or a part of one, as a persistent id names it.
struct StorageView {
    std::shared_ptr<Storage> storage;
    StorageType type;
    std::uint64_t first = 0;  ///< in elements
    std::uint64_t count = 0;
};

/// Builds storages and tensors; a format says where a storage's bytes are.
class TorchHost : public PickleHost {
public:
    bool allows(const std::string& global) const override {
        return global == rebuildTensorV2 || global == rebuildTensor || global == rebuildParameter ||
               global == parameter || global == orderedDict || storageType(global);
    }

    PickleRef call(PickleHeap& heap, const std::string& global, PickleRef args) override {
        if (heap[args].items.size() > mostArguments) fail(global);
        const std::vector<PickleRef> values = heap[args].items;
        if (global == orderedDict) return dict(heap, values);
        if (global == rebuildParameter || global == parameter) {
            if (values.empty() || heap[values[0]].kind != Kind::tensor) fail(global);
            return values[0];
        }
        if (global == rebuildTensorV2 || global == rebuildTensor) return tensor(heap, global, values);
        fail(global);
    }

    PickleRef persistent(PickleHeap& heap, PickleRef id) override {
        if (heap[id].kind != Kind::tuple || heap[id].items.size() < 5 || heap[id].items.size() > mostArguments)
            fail("persistent id");
        const std::vector<PickleRef> values = heap[id].items;
        if (heap[values[0]].text != "storage" || heap[values[1]].kind != Kind::global ||
            heap[values[2]].kind != Kind::text || heap[values[2]].text.size() > mostKeyBytes)
            fail("persistent id");
        const auto type = storageType(heap[values[1]].text);
        if (!type) fail(heap[values[1]].text);
        StorageView view{nullptr, *type, 0, size(heap, values[4])};
        // The device in values[3] does not matter: bytes are bytes.
        const std::string key = heap[values[2]].text;
        view.storage = storage(key, saturatingProduct(view.count, type->bytes));
        if (values.size() > 5 && heap[values[5]].kind == Kind::tuple) {
            if (heap[values[5]].items.size() != 3) fail("storage view");
            const std::uint64_t first = size(heap, heap[values[5]].items[1]);
            const std::uint64_t count = size(heap, heap[values[5]].items[2]);
            if (saturatingSum(first, count) > view.count)
                throw Error(ErrorCode::truncated, "storage " + printable(key));
            view.first = first;
            view.count = count;
        }
        views_.push_back(view);
        return heap.add({.kind = Kind::storage, .integer = static_cast<std::int64_t>(views_.size() - 1)});
    }

    const Array& tensor(const PickleValue& value) const { return tensors_[static_cast<std::size_t>(value.integer)]; }

protected:
    /// The storage of that name, which must have at least so many bytes.
    virtual std::shared_ptr<Storage> storage(const std::string& key, std::uint64_t bytes) = 0;
    virtual bool bigEndian() const = 0;

private:
    [[noreturn]] static void fail(const std::string& what) {
        throw Error(ErrorCode::malformed, "pickle", {printable(what)});
    }

    static std::uint64_t size(const PickleHeap& heap, PickleRef ref) {
        const PickleValue& value = heap[ref];
        if (value.kind != Kind::integer || value.integer < 0) fail("size: " + heap.described(ref));
        return static_cast<std::uint64_t>(value.integer);
    }
    static std::vector<std::int64_t> sizes(const PickleHeap& heap, PickleRef ref) {
        const PickleValue& value = heap[ref];
        if ((value.kind != Kind::tuple && value.kind != Kind::list) || value.items.size() > maximumDimensions)
            fail("sizes: " + heap.described(ref));
        std::vector<std::int64_t> result;
        for (const PickleRef item : value.items) result.push_back(static_cast<std::int64_t>(size(heap, item)));
        return result;
    }

    static PickleRef dict(PickleHeap& heap, const std::vector<PickleRef>& arguments) {
        PickleValue result{.kind = Kind::dict};
        if (arguments.size() > 1) fail("OrderedDict");
        if (arguments.size() == 1) {
            if (heap[arguments[0]].kind != Kind::list) fail("OrderedDict");
            for (const PickleRef pair : heap[arguments[0]].items) {
                if (heap[pair].items.size() != 2) fail("OrderedDict");
                result.items.insert(result.items.end(), heap[pair].items.begin(), heap[pair].items.end());
            }
        }
        return heap.add(std::move(result));
    }

    PickleRef tensor(PickleHeap& heap, const std::string& global, const std::vector<PickleRef>& arguments) {
        if (arguments.size() < 4 || heap[arguments[0]].kind != Kind::storage) fail(global);
        const StorageView& view = views_[static_cast<std::size_t>(heap[arguments[0]].integer)];
        Array array;
        array.storage = view.storage;
        array.dtype = view.type.dtype;
        array.bigEndian = bigEndian();
        const std::uint64_t offset = size(heap, arguments[1]);
        array.offset = saturatingSum(view.first, offset);
        array.shape = sizes(heap, arguments[2]);
        array.strides = sizes(heap, arguments[3]);
        if (array.shape.size() != array.strides.size()) fail(global);
        std::uint64_t last = offset;
        for (std::size_t d = 0; d < array.shape.size(); ++d) {
            if (array.shape[d] > 0)
                last = saturatingSum(last, saturatingProduct(static_cast<std::uint64_t>(array.shape[d] - 1),
                                                             static_cast<std::uint64_t>(array.strides[d])));
        }
        if (array.count() > 0 && last >= view.count)
            throw Error(ErrorCode::malformed, "tensor",
                        {shapeText(array.shape), "strides " + shapeText(array.strides), std::to_string(view.count)});
        tensors_.push_back(std::move(array));
        return heap.add({.kind = Kind::tensor, .integer = static_cast<std::int64_t>(tensors_.size() - 1)});
    }

    std::vector<StorageView> views_;
    std::vector<Array> tensors_;
};

class ZipHost : public TorchHost {
public:
    ZipHost(const ZipArchive& archive, std::string prefix, bool big)
        : archive_(archive), prefix_(std::move(prefix)), big_(big) {}

protected:
    std::shared_ptr<Storage> storage(const std::string& key, std::uint64_t bytes) override {
        auto& entry = storages_[key];
        if (!entry) {
            const std::string name = prefix_ + "data/" + key;
            entry = std::make_shared<Storage>(archive_.size(name),
                                              [&archive = archive_, name] { return archive.read(name); });
        }
        if (entry->size() < bytes) throw Error(ErrorCode::truncated, printable(prefix_ + "data/" + key));
        return entry;
    }
    bool bigEndian() const override { return big_; }

private:
    const ZipArchive& archive_;
    std::string prefix_;
    bool big_;
    std::map<std::string, std::shared_ptr<Storage>> storages_;
};

class LegacyHost : public TorchHost {
public:
    /// Reads what follows the pickles: every storage that the list of keys names.
    void readStorages(ByteReader& reader, const PickleHeap& heap, PickleRef keys) {
        if (heap[keys].kind != Kind::list) throw Error(ErrorCode::malformed, "storage keys", {heap.described(keys)});
        for (const PickleRef key : heap[keys].items) {
            const auto found = storages_.find(heap[key].text);
            if (heap[key].kind != Kind::text || found == storages_.end() || found->second.read)
                throw Error(ErrorCode::malformed, "storage keys", {printable(heap[key].text)});
            Entry& entry = found->second;
            const std::uint64_t count = reader.littleEndian(8);
            if (saturatingProduct(count, entry.elementBytes) != entry.bytes)
                throw Error(ErrorCode::malformed, "storage " + printable(heap[key].text),
                            {std::to_string(count), std::to_string(entry.bytes / entry.elementBytes)});
            *entry.content = reader.take(entry.bytes);
            entry.read = true;
        }
        for (const auto& [key, entry] : storages_)
            if (!entry.read) throw Error(ErrorCode::truncated, "storage " + printable(key));
    }

    PickleRef persistent(PickleHeap& heap, PickleRef id) override {
        // The element size tells how many bytes follow a storage's count.
        const PickleValue& value = heap[id];
        elementBytes_ = 1;
        if (value.kind == Kind::tuple && value.items.size() > 1)
            if (const auto type = storageType(heap[value.items[1]].text)) elementBytes_ = type->bytes;
        return TorchHost::persistent(heap, id);
    }

protected:
    std::shared_ptr<Storage> storage(const std::string& key, std::uint64_t bytes) override {
        if (bytes > maximumBytes)
            throw Error(ErrorCode::tooLarge, "storage " + printable(key),
                        {std::to_string(bytes), std::to_string(maximumBytes)});
        Entry& entry = storages_[key];
        if (!entry.storage) {
            entry.bytes = bytes;
            entry.elementBytes = elementBytes_;
            entry.content = std::make_shared<std::string_view>();
            entry.storage =
                std::make_shared<Storage>(bytes, [content = entry.content] { return std::string(*content); });
        }
        if (entry.bytes != bytes || entry.elementBytes != elementBytes_)
            throw Error(ErrorCode::malformed, "storage " + printable(key),
                        {std::to_string(bytes), std::to_string(entry.bytes)});
        return entry.storage;
    }
    bool bigEndian() const override { return false; }  // written so on every machine

private:
    struct Entry {
        std::shared_ptr<Storage> storage;
        std::shared_ptr<std::string_view> content;
        std::uint64_t bytes = 0;
        std::uint64_t elementBytes = 1;
        bool read = false;
    };
    std::map<std::string, Entry> storages_;
    std::uint64_t elementBytes_ = 1;
};

/// The dict that holds the tensors: the root, or the one that checkpoints keep under a customary name.
PickleRef stateDict(const PickleHeap& heap, PickleRef root) {
    for (const std::string_view key : {"state_dict", "model_state_dict", "model", "net", "network"}) {
        PickleRef nested = 0;
        if (heap.find(root, key, nested) && heap[nested].kind == Kind::dict) return nested;
    }
    return root;
}

NamedArrays collect(const PickleHeap& heap, PickleRef root, const TorchHost& host) {
    if (heap[root].kind == Kind::tensor)
        throw Error(ErrorCode::notANetwork, "", {"tensor (" + shapeText(host.tensor(heap[root]).shape) + ")"});
    if (heap[root].kind != Kind::dict) throw Error(ErrorCode::notANetwork, "", {heap.described(root)});
    const PickleValue& dict = heap[stateDict(heap, root)];
    NamedArrays result;
    // Names as torch.nn.DataParallel writes them have this in front, all of them.
    constexpr std::string_view parallel = "module.";
    bool allParallel = true;
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2)
        allParallel = allParallel && heap[dict.items[i]].text.starts_with(parallel);
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
        const PickleValue& key = heap[dict.items[i]];
        const bool plain = key.kind == Kind::text && key.text.size() <= mostKeyBytes;
        const std::string name = plain                       ? key.text.substr(allParallel ? parallel.size() : 0)
                                 : key.kind == Kind::text    ? printable(key.text)
                                 : key.kind == Kind::integer ? std::to_string(key.integer)
                                                             : heap.described(dict.items[i]);
        const PickleValue& value = heap[dict.items[i + 1]];
        if (plain && value.kind == Kind::tensor)
            result.arrays.insert_or_assign(name, host.tensor(value));
        else
            result.others.push_back(printable(name) + " (" + heap.described(dict.items[i + 1]) + ")");
    }
    return result;
}

/// The part of the entry names in front of data.pkl, such as "archive/".
std::optional<std::string> torchPrefix(const ZipArchive& archive) {
    constexpr std::string_view ending = "data.pkl";
    for (const auto& name : archive.names()) {
        if (name.ends_with(ending) && (name.size() == ending.size() || name[name.size() - ending.size() - 1] == '/'))
            return name.substr(0, name.size() - ending.size());
    }
    return std::nullopt;
}

}  // namespace

bool looksLikeTorchZip(const ZipArchive& archive) {
    return torchPrefix(archive).has_value();
}

NamedArrays readTorchZip(const ZipArchive& archive) {
    const std::string prefix = torchPrefix(archive).value_or("");
    if (archive.has(prefix + "constants.pkl")) throw Error(ErrorCode::unsupportedFormat, "", {"TorchScript archive"});
    const std::string pickleName = prefix + "data.pkl";
    if (archive.size(pickleName) > mostPickleBytes)
        throw Error(ErrorCode::tooLarge, printable(pickleName),
                    {std::to_string(archive.size(pickleName)), std::to_string(mostPickleBytes)});
    bool big = false;
    if (archive.has(prefix + "byteorder")) {
        const std::string order = archive.readFront(prefix + "byteorder", 16);
        big = order == "big";
        if (!big && order != "little") throw Error(ErrorCode::malformed, "byteorder", {printable(order)});
    }
    ZipHost host(archive, prefix, big);
    PickleHeap heap;
    const std::string pickle = archive.read(pickleName);
    ByteReader reader(pickle, printable(pickleName));
    return collect(heap, readPickle(reader, heap, host), host);
}

NamedArrays readTorchLegacy(std::string_view bytes) {
    // 0x1950a86a20f9469cfc6c, as the bytes of a pickled integer.
    constexpr std::string_view magic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
    LegacyHost host;
    PickleHeap heap;
    ByteReader reader(bytes, "pickle");
    const PickleRef first = readPickle(reader, heap, host);
    if (heap[first].kind != Kind::bigInteger || heap[first].text != magic)
        throw Error(ErrorCode::notANetwork, "", {"pickle: " + heap.described(first)});
    const PickleRef protocol = readPickle(reader, heap, host);
    if (heap[protocol].kind != Kind::integer || heap[protocol].integer != 1001)
        throw Error(ErrorCode::unsupportedFormat, "", {"PyTorch protocol " + std::to_string(heap[protocol].integer)});
    readPickle(reader, heap, host);  // about the machine that wrote it
    const PickleRef root = readPickle(reader, heap, host);
    const PickleRef keys = readPickle(reader, heap, host);
    host.readStorages(reader, heap, keys);
    return collect(heap, root, host);
}

}  // namespace kappascope::io
