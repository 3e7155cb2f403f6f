// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pickle.h"

#include <algorithm>

#include "core/error.h"
#include "core/io/text.h"

namespace kappascope::io {

namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t mostValues = 300'000;
constexpr std::size_t mostItems = 4'000'000;
constexpr std::size_t mostOpcodes = 4'000'000;
constexpr std::size_t mostOnStack = 1'000'000;

class Machine {
public:
    Machine(ByteReader& reader, PickleHeap& heap, PickleHost& host) : reader_(reader), heap_(heap), host_(host) {}

    PickleRef run() {
        for (std::size_t count = 0; count < mostOpcodes; ++count) {
            const auto opcode = static_cast<char>(reader_.byte());
            if (opcode == '.') return pop();
            if (!scalar(opcode) && !text(opcode) && !stack(opcode) && !container(opcode)) object(opcode);
            if (stack_.size() > mostOnStack) tooLarge(stack_.size(), mostOnStack);
        }
        tooLarge(mostOpcodes, mostOpcodes);
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorCode::malformed, reader_.field(), {what});
    }
    [[noreturn]] void tooLarge(std::size_t found, std::size_t limit) const {
        throw Error(ErrorCode::tooLarge, reader_.field(), {std::to_string(found), std::to_string(limit)});
    }

    void push(PickleRef ref) { stack_.push_back(ref); }
    void push(PickleValue value) { push(heap_.add(std::move(value))); }
    void pushInteger(std::int64_t value) { push(PickleValue{.kind = Kind::integer, .integer = value}); }
    void pushReal(double value) { push(PickleValue{.kind = Kind::real, .real = value}); }
    void pushText(std::string_view value, Kind kind = Kind::text) {
        push(PickleValue{.kind = kind, .text = std::string(value)});
    }
    void pushBoolean(bool value) { push(PickleValue{.kind = Kind::boolean, .integer = value}); }

    /// The lowest height that the stack may be popped to: that of the topmost mark.
    std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
    PickleRef pop() {
        const PickleRef ref = top();
        stack_.pop_back();
        return ref;
    }
    PickleRef top() const {
        if (stack_.size() <= floor()) fail("empty stack");
        return stack_.back();
    }
    std::vector<PickleRef> popToMark() {
        if (marks_.empty()) fail("no mark");
        std::vector<PickleRef> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
        stack_.resize(marks_.back());
        marks_.pop_back();
        return items;
    }
    void pushItems(Kind kind, std::vector<PickleRef> items) {
        if (kind == Kind::dict && items.size() % 2) fail("dict without a last value");
        push(PickleValue{.kind = kind, .items = std::move(items)});
    }
    void pushTuple(std::size_t size) {
        std::vector<PickleRef> items(size);
        for (std::size_t i = size; i-- > 0;) items[i] = pop();
        pushItems(Kind::tuple, std::move(items));
    }
    void extend(PickleRef target, Kind kind, const std::vector<PickleRef>& items) {
        PickleValue& value = heap_.at(target);
        if (value.kind != kind || (kind == Kind::dict && items.size() % 2)) fail("items for something that has none");
        value.items.insert(value.items.end(), items.begin(), items.end());
    }

    void pushLong(std::uint64_t length) {
        const std::string_view raw = reader_.take(length);
        if (length > 8) return pushText(raw, Kind::bigInteger);
        std::uint64_t value = length && (raw.back() & 0x80) ? ~std::uint64_t{0} : 0;
        for (std::size_t i = raw.size(); i-- > 0;) value = (value << 8) | static_cast<std::uint8_t>(raw[i]);
        pushInteger(static_cast<std::int64_t>(value));
    }
    void pushLine(bool isLong) {
        std::string_view line = reader_.line();
        if (!isLong && (line == "00" || line == "01")) return pushBoolean(line == "01");
        if (isLong && !line.empty() && line.back() == 'L') line.remove_suffix(1);
        const auto value = toInteger(line);
        if (!value) fail("integer " + printable(line));
        pushInteger(*value);
    }

    bool scalar(char opcode) {
        switch (opcode) {
            case 'N': push(PickleValue{}); return true;
            case '\x88': pushBoolean(true); return true;
            case '\x89': pushBoolean(false); return true;
            case 'I': pushLine(false); return true;
            case 'L': pushLine(true); return true;
            case 'J': pushInteger(static_cast<std::int32_t>(reader_.littleEndian(4))); return true;
            case 'K': pushInteger(reader_.byte()); return true;
            case 'M': pushInteger(static_cast<std::int64_t>(reader_.littleEndian(2))); return true;
            case '\x8a': pushLong(reader_.byte()); return true;
            case '\x8b': pushLong(reader_.littleEndian(4)); return true;
            case 'G': pushReal(reader_.bigEndianDouble()); return true;
            case 'F': {
                const auto line = reader_.line();
                const auto value = toNumber(line);
                if (!value) fail("number " + printable(line));
                pushReal(*value);
                return true;
            }
            default: return false;
        }
    }

    bool text(char opcode) {
        switch (opcode) {
            case 'S': {
                const std::string_view line = reader_.line();
                if (line.size() < 2 || line.front() != line.back() || (line.front() != '\'' && line.front() != '"'))
                    fail("text " + printable(line));
                pushText(line.substr(1, line.size() - 2));
                return true;
            }
            case 'V': pushText(reader_.line()); return true;
            case 'U':
            case '\x8c': pushText(reader_.take(reader_.byte())); return true;
            case 'T':
            case 'X': pushText(reader_.take(reader_.littleEndian(4))); return true;
            case '\x8d': pushText(reader_.take(reader_.littleEndian(8))); return true;
            case 'C': pushText(reader_.take(reader_.byte()), Kind::bytes); return true;
            case 'B': pushText(reader_.take(reader_.littleEndian(4)), Kind::bytes); return true;
            case '\x8e':
            case '\x96': pushText(reader_.take(reader_.littleEndian(8)), Kind::bytes); return true;
            default: return false;
        }
    }

    void put(std::uint64_t index) { memo_[index] = top(); }
    void get(std::uint64_t index) {
        const auto found = memo_.find(index);
        if (found == memo_.end()) fail("memo " + std::to_string(index));
        push(found->second);
    }
    std::uint64_t memoLine() {
        const auto line = reader_.line();
        const auto index = toInteger(line);
        if (!index || *index < 0) fail("memo " + printable(line));
        return static_cast<std::uint64_t>(*index);
    }

    bool stack(char opcode) {
        switch (opcode) {
            case '\x80':
                if (const int protocol = reader_.byte(); protocol > 5)
                    fail("pickle protocol " + std::to_string(protocol));
                return true;
            case '\x95': reader_.littleEndian(8); return true;  // a frame's length: the data is here anyway
            case '(': marks_.push_back(stack_.size()); return marks_.size() <= mostOnStack || (fail("marks"), true);
            case '0':
                if (!marks_.empty() && marks_.back() == stack_.size())
                    marks_.pop_back();
                else
                    pop();
                return true;
            case '1': popToMark(); return true;
            case '2': push(top()); return true;
            case 'p': put(memoLine()); return true;
            case 'q': put(reader_.byte()); return true;
            case 'r': put(reader_.littleEndian(4)); return true;
            case '\x94': put(memo_.size()); return true;
            case 'g': get(memoLine()); return true;
            case 'h': get(reader_.byte()); return true;
            case 'j': get(reader_.littleEndian(4)); return true;
            default: return false;
        }
    }

    bool container(char opcode) {
        switch (opcode) {
            case ']': pushItems(Kind::list, {}); return true;
            case '}': pushItems(Kind::dict, {}); return true;
            case ')': pushItems(Kind::tuple, {}); return true;
            case '\x8f': pushItems(Kind::set, {}); return true;
            case 'l': pushItems(Kind::list, popToMark()); return true;
            case 'd': pushItems(Kind::dict, popToMark()); return true;
            case 't': pushItems(Kind::tuple, popToMark()); return true;
            case '\x91': pushItems(Kind::set, popToMark()); return true;
            case '\x85': pushTuple(1); return true;
            case '\x86': pushTuple(2); return true;
            case '\x87': pushTuple(3); return true;
            case 'a': {
                const PickleRef item = pop();
                extend(top(), Kind::list, {item});
                return true;
            }
            case 's': {
                const PickleRef value = pop();
                const PickleRef key = pop();
                extend(top(), Kind::dict, {key, value});
                return true;
            }
            case 'e': extendTop(Kind::list); return true;
            case 'u': extendTop(Kind::dict); return true;
            case '\x90': extendTop(Kind::set); return true;
            default: return false;
        }
    }
    void extendTop(Kind kind) {
        const auto items = popToMark();
        extend(top(), kind, items);
    }

    void pushGlobal(std::string_view module, std::string_view name) {
        std::string global = std::string(module) + " " + std::string(name);
        if (!host_.allows(global)) throw Error(ErrorCode::forbiddenPickle, reader_.field(), {printable(global)});
        pushText(global, Kind::global);
    }

    void object(char opcode) {
        switch (opcode) {
            case 'c': {
                const auto module = reader_.line();
                pushGlobal(module, reader_.line());
                return;
            }
            case '\x93': {
                const PickleRef name = pop();
                const PickleRef module = pop();
                if (heap_[name].kind != Kind::text || heap_[module].kind != Kind::text) fail("global");
                pushGlobal(heap_[module].text, heap_[name].text);
                return;
            }
            case 'R':
            case '\x81': {
                const PickleRef args = pop();
                const PickleRef callee = pop();
                if (heap_[args].kind != Kind::tuple || heap_[callee].kind != Kind::global) fail("call");
                const std::string global = heap_[callee].text;
                push(host_.call(heap_, global, args));
                return;
            }
            case 'b': {
                // The attributes of a dict (a state dict's version numbers) say nothing about its content.
                const PickleRef state = pop();
                if (heap_[top()].kind != Kind::dict || heap_[state].kind == Kind::tensor)
                    throw Error(ErrorCode::forbiddenPickle, reader_.field(), {"BUILD"});
                return;
            }
            case 'P': {
                pushText(reader_.line());
                push(host_.persistent(heap_, pop()));
                return;
            }
            case 'Q': push(host_.persistent(heap_, pop())); return;
            case 'i': throw Error(ErrorCode::forbiddenPickle, reader_.field(), {"INST"});
            case 'o': throw Error(ErrorCode::forbiddenPickle, reader_.field(), {"OBJ"});
            case '\x92': throw Error(ErrorCode::forbiddenPickle, reader_.field(), {"NEWOBJ_EX"});
            case '\x82':
            case '\x83':
            case '\x84': throw Error(ErrorCode::forbiddenPickle, reader_.field(), {"EXT"});
            case '\x97':
            case '\x98': throw Error(ErrorCode::forbiddenPickle, reader_.field(), {"NEXT_BUFFER"});
            default: fail("opcode " + std::to_string(static_cast<unsigned char>(opcode)));
        }
    }

    ByteReader& reader_;
    PickleHeap& heap_;
    PickleHost& host_;
    std::vector<PickleRef> stack_;
    std::vector<std::size_t> marks_;
    std::unordered_map<std::uint64_t, PickleRef> memo_;
};

}  // namespace

PickleRef PickleHeap::add(PickleValue value) {
    if (values_.size() >= mostValues)
        throw Error(ErrorCode::tooLarge, "pickle", {std::to_string(values_.size() + 1), std::to_string(mostValues)});
    itemCount_ += value.items.size();
    if (itemCount_ > mostItems)
        throw Error(ErrorCode::tooLarge, "pickle", {std::to_string(itemCount_), std::to_string(mostItems)});
    values_.push_back(std::move(value));
    return static_cast<PickleRef>(values_.size() - 1);
}

bool PickleHeap::find(PickleRef dict, std::string_view key, PickleRef& value) const {
    const PickleValue& holder = values_[dict];
    if (holder.kind != Kind::dict) return false;
    for (std::size_t i = holder.items.size() / 2; i-- > 0;) {
        const PickleValue& candidate = values_[holder.items[2 * i]];
        if (candidate.kind == Kind::text && candidate.text == key) {
            value = holder.items[2 * i + 1];
            return true;
        }
    }
    return false;
}

const PickleValue* PickleHeap::find(PickleRef dict, std::string_view key) const {
    PickleRef value = 0;
    return find(dict, key, value) ? &values_[value] : nullptr;
}

std::string PickleHeap::described(PickleRef ref) const {
    const PickleValue& value = values_[ref];
    switch (value.kind) {
        case Kind::none: return "None";
        case Kind::boolean: return "boolean";
        case Kind::integer:
        case Kind::bigInteger: return "integer";
        case Kind::real: return "number";
        case Kind::text: return "text";
        case Kind::bytes: return "bytes";
        case Kind::list: return "list of " + std::to_string(value.items.size());
        case Kind::tuple: return "tuple of " + std::to_string(value.items.size());
        case Kind::set: return "set of " + std::to_string(value.items.size());
        case Kind::dict: return "dict of " + std::to_string(value.items.size() / 2);
        case Kind::global: return printable(value.text);
        case Kind::storage: return "storage";
        case Kind::tensor: return "tensor";
    }
    return "value";
}

PickleRef readPickle(ByteReader& reader, PickleHeap& heap, PickleHost& host) {
    return Machine(reader, heap, host).run();
}

}  // namespace kappascope::io
