// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/training/gradient.h"
#include "tests/core/training_fixtures.h"

using namespace kappascope;
using namespace kappascope::training;
using namespace kappascope::training::fixtures;

namespace {

constexpr std::size_t trials = 5;
constexpr std::size_t steps = 24;

/// The same numbers as tests/data/training_gradients.py makes.
double wave(std::size_t index, int part) {
    const auto k = static_cast<double>(index);
    return std::sin(1 + 1.7 * k + 0.9 * part + 0.01 * k * k);
}

TrialSet waveTrials(const Shape& shape) {
    TrialSet set{static_cast<int>(shape.inputs), static_cast<int>(shape.outputs), {}};
    for (std::size_t trial = 0; trial < trials; ++trial) {
        tasks::TaskTrial task;
        const auto make = [&](std::size_t channels, int part) {
            Eigen::MatrixXd matrix(channels, steps);
            for (std::size_t k = 0; k < steps; ++k)
                for (std::size_t c = 0; c < channels; ++c)
                    matrix(static_cast<Eigen::Index>(c), static_cast<Eigen::Index>(k)) =
                        wave((trial * steps + k) * channels + c, part);
            return matrix;
        };
        task.trial.inputs = make(shape.inputs, 10);
        task.target = make(shape.outputs, 11);
        task.mask = (make(shape.outputs, 12).array() > 0.3).cast<double>();
        set.trials.push_back(prepare(task, 0.2));
    }
    return set;
}

}  // namespace

class TestTrainingTorch : public QObject {
    Q_OBJECT

private slots:
    /// PyTorch's own gradients, committed with the script that made them.
    void sameGradients() {
        std::ifstream file(KAPPASCOPE_SOURCE_DIR "/tests/data/training_gradients.json");
        const auto data = nlohmann::json::parse(file);
        QCOMPARE(data["cases"].size(), std::size_t{2});
        for (const auto& each : data["cases"]) {
            Model<double> model;
            model.shape = {each["units"], each["rank"], each["inputs"], each["outputs"]};
            for (std::size_t p = 0; p < partCount; ++p)
                for (std::size_t k = 0; k < model.shape.size(static_cast<Part>(p)); ++k)
                    model.parameters.push_back(wave(k, static_cast<int>(p)));
            for (std::size_t i = 0; i < model.shape.units; ++i) model.gains.push_back(1 + 0.5 * wave(i, 9));
            const auto set = waveTrials(model.shape);
            const auto chosen = allOf(set);
            std::vector<double> gradient(model.shape.total());
            const double loss = makeDifferentiator<double>(model.shape, everything)
                                    ->gradient(model, {set, chosen}, gradient, inThisThread());
            QVERIFY(std::abs(loss - each["loss"].get<double>()) < 1e-12 * loss);
            for (const auto& [part, values] : each["gradients"].items()) {
                std::size_t p = 0;
                while (p < partCount && name(static_cast<Part>(p)) != part) ++p;
                QVERIFY(p < partCount);
                QCOMPARE(values.size(), model.shape.size(static_cast<Part>(p)));
                double largest = 0;
                for (const auto& value : values) largest = std::max(largest, std::abs(value.get<double>()));
                for (std::size_t k = 0; k < values.size(); ++k) {
                    const double found = gradient[model.shape.offset(static_cast<Part>(p)) + k];
                    QVERIFY2(std::abs(found - values[k].get<double>()) < 1e-10 * largest, part.c_str());
                }
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestTrainingTorch)
#include "tst_training_torch.moc"
