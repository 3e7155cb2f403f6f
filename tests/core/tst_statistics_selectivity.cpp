// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/linalg/least_squares.h"
#include "core/statistics/selectivity.h"
#include "core/statistics/tuning.h"
#include "tests/core/fixtures.h"
#include "tests/core/training_fixtures.h"

using namespace kappascope;
using statistics::Observation;
using statistics::ObservationOptions;

namespace {

constexpr double alpha = 0.2;
constexpr double small = 1e-3;  ///< inputs that leave units linear to 1e-6

/// Units without recurrent coupling, with inputs drawn at random times `scale`: x = I v. z reads the first input.
network::Network driven(Eigen::Index inputs, double scale, std::uint64_t seed = 5) {
    Random random(seed, Stream::loadings, 1);
    network::Network network;
    network.m = network.n = Eigen::MatrixXd::Zero(40, 1);
    network.inputWeights = scale * tests::normals(random, 40, inputs);
    network.outputWeights = network.inputWeights.col(0);
    network.validate();
    return network;
}

/// Mean over steps 22..61 of what reaches a unit of an input that is 1 in the steps on..off-1.
double reached(int on, int off) {
    double v = 0;
    double sum = 0;
    for (int k = 0; k < 62; ++k) {
        v += alpha * ((k >= on && k < off ? 1 : 0) - v);
        if (k >= 22) sum += v;
    }
    return sum / 40;
}

const Eigen::VectorXd& ones() {
    static const Eigen::VectorXd gains = Eigen::VectorXd::Ones(40);
    return gains;
}

Error errorOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::outOfMemory);
}

Observation madeByHand() {
    Random random(7, Stream::starts, 1);
    Observation observation;
    observation.variables = {"a", "b", "c", "choice"};
    observation.values = tests::normals(random, 50, 4);
    observation.rates = tests::normals(random, 6, 50).cast<float>();
    return observation;
}

}  // namespace

class StatisticsSelectivityTest : public QObject {
    Q_OBJECT

private slots:
    void leastSquaresSolveTheNormalEquations() {
        Random random(1, Stream::starts, 1);
        Eigen::MatrixXd a = tests::normals(random, 30, 4);
        a.col(2) *= 1e-7;  // the unit of a variable does not decide
        const Eigen::MatrixXd b = tests::normals(random, 30, 5);
        const auto fit = linalg::leastSquares(a, b);
        QVERIFY(fit.dependent.empty());
        const Eigen::MatrixXd residual = a.transpose() * (a * fit.coefficients - b);
        QVERIFY(residual.row(2).norm() < 1e-19 && residual.norm() < 1e-12);
        // Column 1 a combination of 0 and 3: these three, and not 2.
        a.col(1) = 2 * a.col(0) - a.col(3);
        const auto deficient = linalg::leastSquares(a, b);
        QCOMPARE(deficient.dependent, (std::vector<Eigen::Index>{0, 1, 3}));
        QCOMPARE(deficient.coefficients.size(), Eigen::Index{0});
        a.col(2).setZero();
        QCOMPARE(linalg::leastSquares(a, b).dependent, std::vector<Eigen::Index>{2});
    }

    void handMadeSelectivityIsRecovered() {
        const auto network = driven(4, small);
        ObservationOptions options;
        options.task = {{"cue", 0.5}, {"input-noise", 0}};
        options.trials = 60;
        const auto observation = statistics::observe(network, ones(), tasks::task("mante"), options, inThisThread());
        QCOMPARE(observation.variables, (std::vector<std::string>{"coherence 1", "coherence 2", "context", "choice"}));
        const auto result = statistics::regress(observation, {"coherence 1", "coherence 2", "context"});
        const double sensory = 0.1 * reached(22, 62);
        const double cue = 0.5 * reached(5, 62);
        const auto& i = network.inputWeights;
        const double tolerance = 1e-4 * small;
        QVERIFY((result.coefficients.col(0) - sensory * i.col(0)).cwiseAbs().maxCoeff() < tolerance);
        QVERIFY((result.coefficients.col(1) - sensory * i.col(1)).cwiseAbs().maxCoeff() < tolerance);
        QVERIFY((result.coefficients.col(2) - cue * (i.col(2) - i.col(3)) / 2).cwiseAbs().maxCoeff() < tolerance);
        QVERIFY((result.intercept - cue * (i.col(2) + i.col(3)) / 2).cwiseAbs().maxCoeff() < tolerance);
        QVERIFY(result.explained.minCoeff() > 1 - 1e-6);
        // A column more, which these rates do not need: its coefficients vanish.
        const auto all = statistics::regress(observation);
        QCOMPARE(all.variables.back(), std::string("choice"));
        QVERIFY(all.coefficients.col(3).cwiseAbs().maxCoeff() < tolerance);
        // Half the gain, half the selectivity; none, none, and nothing to explain.
        Eigen::VectorXd gains = ones();
        gains[0] = 0.5;
        gains[1] = 0;
        const auto modulated = statistics::regress(
            statistics::observe(network, gains, tasks::task("mante"), options, inThisThread()), {"coherence 1"});
        const auto whole = statistics::regress(observation, {"coherence 1"});
        QVERIFY(std::abs(modulated.coefficients(0, 0) / whole.coefficients(0, 0) - 0.5) < 1e-5);
        QVERIFY(std::abs(modulated.coefficients(2, 0) / whole.coefficients(2, 0) - 1) < 1e-5);
        QCOMPARE(modulated.coefficients(1, 0), 0.0);
        QCOMPARE(modulated.explained[1], 0.0);
    }

    void aContextHoldsItsVariable() {
        const auto network = driven(4, small);
        ObservationOptions options;
        options.task = {{"cue", 0.5}, {"input-noise", 0}};
        options.trials = 30;
        options.context = "ctx2";
        const auto observation = statistics::observe(network, ones(), tasks::task("mante"), options, inThisThread());
        QVERIFY((observation.values.col(2).array() == -1).all());
        QCOMPARE(observation.constant, std::vector<std::string>{"context"});
        const auto result = statistics::regress(observation);
        QCOMPARE(result.variables, (std::vector<std::string>{"coherence 1", "coherence 2", "choice"}));
        QVERIFY((result.intercept - 0.5 * reached(5, 62) * network.inputWeights.col(3)).cwiseAbs().maxCoeff() <
                1e-4 * small);
        // By eye alone there is nothing to hear.
        options.task = {{"input-noise", 0}};
        options.context = "visual";
        const auto seen = statistics::observe(network, ones(), tasks::task("raposo"), options, inThisThread());
        QCOMPARE(statistics::regress(seen).variables, (std::vector<std::string>{"visual", "choice"}));
    }

    void theWindowDecides() {
        // Before the stimulus nobody knows it; the cue is known.
        const auto network = driven(4, small);
        ObservationOptions options;
        options.task = {{"cue", 0.5}, {"input-noise", 0}};
        options.trials = 30;
        options.window = "context";
        const auto early =
            statistics::regress(statistics::observe(network, ones(), tasks::task("mante"), options, inThisThread()),
                                {"coherence 1", "context"});
        QVERIFY(early.coefficients.col(0).cwiseAbs().maxCoeff() < 1e-6 * small);
        QVERIFY(early.coefficients.col(1).cwiseAbs().maxCoeff() > 0.1 * small);
        options.window = "5:22";
        const auto same =
            statistics::regress(statistics::observe(network, ones(), tasks::task("mante"), options, inThisThread()),
                                {"coherence 1", "context"});
        QVERIFY(same.coefficients == early.coefficients);
    }

    void whatCannotBeToldApartIsNamed() {
        auto observation = madeByHand();
        observation.values.col(1) = (3 - 2 * observation.values.col(0).array()).matrix();  // with the constant
        const auto error = errorOf([&] { statistics::regress(observation); });
        QCOMPARE(error.code(), ErrorCode::dependentVariables);
        QCOMPARE(error.values(), (std::vector<std::string>{"a", "b"}));
        QCOMPARE(statistics::regress(observation, {"b", "c"}).coefficients.cols(), Eigen::Index{2});
        // A network that always says the same has no choice to be selective for.
        auto network = driven(1, small);
        network.outputWeights.setZero();
        ObservationOptions options;
        options.trials = 20;
        const auto mute = statistics::observe(network, ones(), tasks::task("rdm"), options, inThisThread());
        const auto rest = statistics::regress(mute);
        QCOMPARE(rest.leftOut, std::vector<std::string>{"choice"});
        QCOMPARE(rest.variables, std::vector<std::string>{"coherence"});
        QVERIFY(rest.coefficients.col(0).norm() > 0);
        const auto named = errorOf([&] { statistics::regress(mute, {"coherence", "choice"}); });
        QCOMPARE(named.code(), ErrorCode::dependentVariables);
        QCOMPARE(named.values(), std::vector<std::string>{"choice"});
    }

    void tuningOfALinearUnitIsALine() {
        const auto network = driven(4, small);
        statistics::BehaviourOptions options;
        options.task = {{"cue", 0.5}};
        options.trials = 40;
        const auto curves =
            statistics::tuningCurves(network, ones(), tasks::task("mante"), options, {}, inThisThread());
        QCOMPARE(curves.size(), std::size_t{4});
        // The mean of filtered white noise over the window, by the weight that each step's input has in it.
        double variance = 0;
        for (int k = 0; k < 62; ++k) variance += std::pow(0.1 * reached(k, k + 1), 2);
        const auto& i = network.inputWeights;
        for (std::size_t c = 0; c < 4; ++c) {
            const auto& curve = curves[c];
            const std::size_t context = c / 2;
            const auto stimulus = static_cast<Eigen::Index>(c % 2);
            QCOMPARE(curve.context, std::string(context == 0 ? "ctx1" : "ctx2"));
            QCOMPARE(curve.axis.name, std::string(stimulus == 0 ? "coherence 1" : "coherence 2"));
            QCOMPARE(curve.trials, 240);
            for (Eigen::Index k = 0; k < 6; ++k)
                for (Eigen::Index unit = 0; unit < 40; ++unit) {
                    // Coherences of the other stimulus average out over the cells.
                    const double expected =
                        0.1 * curve.axis.values[static_cast<std::size_t>(k)] * reached(22, 62) * i(unit, stimulus) +
                        0.5 * reached(5, 62) * i(unit, 2 + static_cast<Eigen::Index>(context));
                    const double noise = std::hypot(i(unit, 0), i(unit, 1)) * std::sqrt(variance / 240);
                    QVERIFY(std::abs(curve.mean(unit, k) - expected) < 5 * noise + 1e-4 * small);
                    // The other stimulus's coherences are no error: every trial of a cell has the same.
                    QVERIFY(std::abs(curve.standardError(unit, k) / noise - 1) < 0.3);
                }
        }
    }

    void saturatedUnitsLoseTheirSelectivity() {
        // Half of the units are driven to saturation in context 1, half in context 2.
        auto network = driven(4, 0.3);
        network.inputWeights.col(2).setZero();
        network.inputWeights.col(3).setZero();
        network.inputWeights.col(2).head(20).setConstant(4);
        network.inputWeights.col(3).tail(20).setConstant(-4);
        ObservationOptions options;
        options.task = {{"cue", 0.5}};
        options.trials = 300;
        const auto result = statistics::contextChange(network, ones(), tasks::task("mante"), options, inThisThread());
        QCOMPARE(result.contexts, (std::array<std::string, 2>{"ctx1", "ctx2"}));
        QCOMPARE(result.variables, (std::vector<std::string>{"coherence 1", "coherence 2"}));
        for (Eigen::Index k = 0; k < 40; ++k) {
            QVERIFY(k < 20 ? result.preference[k] > 0.5 : result.preference[k] < -0.5);
            for (Eigen::Index s = 0; s < 2; ++s)
                if (std::abs(network.inputWeights(k, s)) > 0.15)
                    QVERIFY(k < 20 ? result.change(k, s) < 0 : result.change(k, s) > 0);
        }
        QVERIFY(result.correlation.maxCoeff() < -0.6);
        QCOMPARE(errorOf([&] {
                     statistics::contextChange(driven(1, 1), ones(), tasks::task("rdm"), {}, inThisThread());
                 }).field(),
                 std::string("task"));
    }

    void threadsDoNotMatter() {
        const auto network = *tests::randomNetwork(40, 2, 1);
        auto own = network;
        own.outputWeights = network.outputWeights.leftCols(1);
        ObservationOptions options;
        options.trials = 37;
        options.noise = 0.05;
        const auto run = [&](const Executor& executor) {
            return statistics::observe(own, ones(), tasks::task("dms"), options, executor);
        };
        const auto a = run(inThisThread());
        const auto b = run(training::fixtures::manyThreads());
        QVERIFY(a.rates == b.rates && a.values == b.values);
        options.seed = 2;
        QVERIFY(run(inThisThread()).rates != a.rates);
    }

    void badInputAndStop() {
        const auto network = driven(1, 1);
        const auto fieldOf = [&](const std::function<void(ObservationOptions&)>& change, const char* task = "rdm") {
            ObservationOptions options;
            options.trials = 5;
            change(options);
            return errorOf([&] { statistics::observe(network, ones(), tasks::task(task), options, inThisThread()); })
                .field();
        };
        QCOMPARE(fieldOf([](auto&) {}), std::string());
        QCOMPARE(fieldOf([](auto&) {}, "flipflop"), std::string("task"));
        QCOMPARE(fieldOf([](auto&) {}, "mante"), std::string("mante"));
        QCOMPARE(fieldOf([](auto& o) { o.trials = 1; }), std::string("trials"));
        QCOMPARE(fieldOf([](auto& o) { o.window = "nowhere"; }), std::string("window"));
        QCOMPARE(fieldOf([](auto& o) { o.context = "ctx1"; }), std::string("context"));
        QCOMPARE(fieldOf([](auto& o) { o.noise = -1; }), std::string("noise"));
        const auto observation = madeByHand();
        QCOMPARE(errorOf([&] { statistics::regress(observation, {"d"}); }).field(), std::string("variables"));
        QCOMPARE(errorOf([&] { statistics::regress(observation, {"a", "a"}); }).field(), std::string("variables"));
        auto few = observation;
        few.values = observation.values.topRows(5).eval();
        few.rates = observation.rates.leftCols(5).eval();
        QCOMPARE(errorOf([&] { statistics::regress(few); }).field(), std::string("trials"));
        std::stop_source source;
        source.request_stop();
        QCOMPARE(errorOf([&] {
                     statistics::observe(network, ones(), tasks::task("rdm"), {}, inThisThread(), source.get_token());
                 }).code(),
                 ErrorCode::stopped);
    }
};

QTEST_APPLESS_MAIN(StatisticsSelectivityTest)
#include "tst_statistics_selectivity.moc"
