// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: whatever the bytes, loading them ends in a network, a circuit or an Error, and a session that
// was read can be written. Built by hand with Clang:
//   clang++ -std=c++20 -O1 -g -fsanitize=fuzzer,address,undefined -I. -isystem /usr/include/eigen3
//   tests/fuzz/fuzz_load.cpp
//     core/io/*.cpp core/error.cpp core/random.cpp core/network/network.cpp core/linalg/*.cpp
//     core/reduction/circuit.cpp -lzip -o fuzz_load && ./fuzz_load -max_len=300000 corpus
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/error.h"
#include "core/io/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kappascope::io::Loaded loaded;
    try {
        loaded = kappascope::io::loadBytes({reinterpret_cast<const char*>(data), size}, "fuzz");
    } catch (const kappascope::Error&) {
        return 0;
    }
    if (loaded.scene) (void)kappascope::io::sceneBytes(*loaded.scene);
    return 0;
}
