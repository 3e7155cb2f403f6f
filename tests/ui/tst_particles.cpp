// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>

#include "tests/painting/sample_portrait.h"
#include "ui/session/portrait_extras.h"
#include "ui/widgets/particles.h"

using namespace kappascope;
using widgets::Particles;

namespace {

/// Extent of the painted pixels about a place, as a standard deviation along x in data units.
double spreadAlongX(const QImage& image, const phase::View& view, double about) {
    double sum = 0, weight = 0;
    for (int row = 0; row < image.height(); ++row) {
        for (int column = 0; column < image.width(); ++column) {
            const double alpha = qAlpha(image.pixel(column, row));
            if (alpha == 0) continue;
            const double x = view.xMin + (column + 0.5) / image.width() * view.width() - about;
            if (std::abs(x) > 0.5) continue;
            sum += alpha * x * x;
            weight += alpha;
        }
    }
    return weight > 0 ? std::sqrt(sum / weight) : 0;
}

}  // namespace

class TestParticles : public QObject {
    Q_OBJECT

private slots:
    void theyDriftToTheAttractors() {
        const auto portrait = std::make_shared<const phase::Portrait>(painting::sample::planar());
        Particles particles;
        particles.setPortrait(portrait);
        particles.setView(portrait->view, {400, 350}, 1);
        particles.setColor(Qt::black);
        for (int frame = 0; frame < 300; ++frame) particles.advance(1 / 60.0);
        // Without noise they gather on the line between the fixed points, y = 0.
        const QImage& image = particles.image();
        qint64 near = 0, far = 0;
        for (int row = 0; row < image.height(); ++row)
            for (int column = 0; column < image.width(); ++column)
                (std::abs(row - image.height() / 2) < image.height() / 4 ? near : far) +=
                    qAlpha(image.pixel(column, row));
        QVERIFY(near > far && far > 0);
    }

    void noiseSpreadsThem() {
        // About the attractor at x = 1, where x' is about -2 (x - 1), a random walk settles at a standard deviation of
        // sigma / 2: dx = -2 x dt + sigma dW.
        const auto portrait = std::make_shared<const phase::Portrait>(painting::sample::planar());
        double spread[2];
        for (const int noisy : {0, 1}) {
            Particles particles;
            particles.setPortrait(portrait);
            particles.setView(portrait->view, {400, 350}, 1);
            particles.setColor(Qt::black);
            particles.setDiffusion(noisy * 0.2, 0);
            for (int frame = 0; frame < 400; ++frame) particles.advance(1 / 60.0);
            spread[noisy] = spreadAlongX(particles.image(), portrait->view, 1);
        }
        QVERIFY2(spread[1] > 0 && spread[0] > 0, qPrintable(QStringLiteral("%1 %2").arg(spread[0]).arg(spread[1])));
    }

    void theProjectedNoiseIsSigmaOverTheLoadingsLength() {
        session::State state;
        auto network = std::make_shared<network::Network>();
        network->m = Eigen::MatrixXd::Ones(400, 2);
        network->m.col(1) *= 3;
        network->n = network->m;
        network->inputWeights = Eigen::MatrixXd(400, 0);
        network->outputWeights = Eigen::MatrixXd(400, 0);
        network->alpha = 0.1;
        state.network = network;
        const phase::View view;
        QCOMPARE(session::projectedNoise(state, session::Level::network, view).perStep[0], 0.0);
        state.trial.noise = 0.5;
        const auto diffusion = session::projectedNoise(state, session::Level::network, view);
        QCOMPARE(diffusion.perStep[0], 0.5 / 20);
        QCOMPARE(diffusion.perStep[1], 0.5 / 60);
        QCOMPARE(diffusion.alpha, 0.1);
        QCOMPARE(session::projectedNoise(state, session::Level::meanField, view).perStep[1], 0.0);
    }

    void theCostOfAFrame_data() {
        QTest::addColumn<double>("ratio");
        QTest::newRow("ratio 1") << 1.0;
        QTest::newRow("ratio 2") << 2.0;
    }
    void theCostOfAFrame() {
        QFETCH(double, ratio);
        const auto portrait = std::make_shared<const phase::Portrait>(painting::sample::planar());
        Particles particles;
        particles.setPortrait(portrait);
        particles.setView(portrait->view, QSize(480, 560) * ratio, ratio);
        particles.setColor(Qt::black);
        particles.setDiffusion(0.01, 0.01);
        for (int frame = 0; frame < 100; ++frame) particles.advance(1 / 60.0);
        QBENCHMARK {
            particles.advance(1 / 60.0);
        }
    }
};

QTEST_MAIN(TestParticles)
#include "tst_particles.moc"
