// SPDX-License-Identifier: GPL-3.0-or-later
// What a portrait of the exact flow costs at N = 4096, 48 x 48, one thread, as a multiple of the single-precision tanh
// evaluations that its field needs.
#include <array>
#include <cstdio>
#include <memory>
#include <vector>

#include "core/io/load.h"
#include "core/network/activation.h"
#include "core/phase/portrait.h"
#include "core/random.h"
#include "tests/benchmarks/figures.h"

using namespace kappascope;

namespace {

constexpr int units = 4096;
constexpr int grid = 48;

/// The floor: as many tanh as the field has units times nodes, on numbers that stay in the cache.
void tanhFloor() {
    static std::vector<float> x = [] {
        std::vector<float> values(units);
        Random random(1, Stream::starts);
        for (auto& value : values) value = static_cast<float>(random.normal());
        return values;
    }();
    static std::vector<float> y(units);
    for (int k = 0; k < grid * grid; ++k) network::tanhArray(x.data(), y.data(), units);
    benchmarks::keep(y);
}

}  // namespace

int main(int argc, char** argv) {
    benchmarks::Report report(argc, argv);
    const auto loaded = io::load(KAPPASCOPE_SOURCE_DIR "/resources/examples/effective-connectivity.json");
    const auto network = std::make_shared<network::Network>(reduction::sample(*loaded.circuit, units, 53));
    const reduction::ExactReduction reduction(network);
    std::printf("N = %d, %d x %d, two populations, vector instructions: %s\n", units, grid, grid,
                network::kernelTarget());

    struct Setting {
        const char* name;
        Eigen::Vector2d input, gains;
    };
    const Setting settings[] = {
        {"at rest", {0, 0}, {1, 1}}, {"input A", {1, 0}, {1, 1}}, {"gain 0.2", {0, 0}, {1, 0.2}}};
    for (const auto& setting : settings) {
        const auto flow = reduction.at(setting.input, setting.gains);
        const auto whole = phase::computePortrait(*flow);
        const auto view = whole.view;
        std::printf("-- %s: %zu fixed points, %s, %d cells, %zu cycles\n", setting.name, whole.census.points.size(),
                    whole.census.proven ? "proven" : "not proven", whole.census.cells, whole.cycles.size());

        const auto field =
            benchmarks::ratioOf([&] { benchmarks::keep(phase::computeFlowField(*flow, view, grid, grid)); }, tanhFloor);
        const auto census = benchmarks::ratioOf([&] { benchmarks::keep(phase::findFixedPoints(*flow)); }, tanhFloor);
        const auto portrait = benchmarks::ratioOf(
            [&] {
                const auto f = phase::computeFlowField(*flow, view, grid, grid);
                benchmarks::keep(phase::nullcline(f, 0));
                benchmarks::keep(phase::nullcline(f, 1));
                benchmarks::keep(phase::findFixedPoints(*flow));
            },
            tanhFloor);
        report.figure("float tanh of the field alone", portrait.floorSeconds * 1e3, "ms");
        report.figure("flow field / its tanh", field.ratio, "");
        report.figure("census of fixed points / the field's tanh", census.ratio, "", 10);
        report.figure("portrait (field, nullclines, fixed points) / the field's tanh", portrait.ratio, "", 3);
        report.figure("portrait", portrait.seconds * 1e3, "ms");

        auto moving = whole.field;
        double gain = 1;
        const auto drag = benchmarks::ratioOf(
            [&] {
                gain = gain > 1.9 ? 0.1 : gain + 0.01;
                phase::recombine(moving, Eigen::Vector2d(gain, 1));
                benchmarks::keep(moving);
            },
            tanhFloor);
        report.figure("gain drag: recombining the field", drag.seconds * 1e3, "ms", 1);
    }
    return report.exitCode();
}
