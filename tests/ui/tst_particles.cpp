// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <ctime>

#include "tests/painting/sample_portrait.h"
#include "ui/session/portrait_extras.h"
#include "ui/widgets/particles.h"

using namespace kappascope;
using widgets::Particles;

namespace {

/// A portrait whose flow stands still.
std::shared_ptr<const phase::Portrait> still() {
    auto portrait = std::make_shared<phase::Portrait>(painting::sample::planar());
    for (auto* part : {&portrait->field.x, &portrait->field.y}) std::fill(part->begin(), part->end(), 0.0F);
    return portrait;
}

int painted(const QImage& image) {
    int count = 0;
    for (int row = 0; row < image.height(); ++row)
        for (int column = 0; column < image.width(); ++column) count += qAlpha(image.pixel(column, row)) > 0 ? 1 : 0;
    return count;
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
        // Where nothing flows they stay where they are born; noise lets them wander.
        int area[2];
        for (const int noisy : {0, 1}) {
            Particles particles;
            particles.setPortrait(still());
            particles.setView(still()->view, {400, 350}, 1);
            particles.setColor(Qt::black);
            particles.setDiffusion(noisy * 0.2, 0);
            for (int frame = 0; frame < 30; ++frame) particles.advance(1 / 60.0);
            area[noisy] = painted(particles.image());
        }
        QVERIFY2(area[0] > 1000 && area[1] > 1.5 * area[0],
                 qPrintable(QStringLiteral("%1 %2").arg(area[0]).arg(area[1])));
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
        constexpr int frames = 200;
        const std::clock_t start = std::clock();
        for (int frame = 0; frame < frames; ++frame) particles.advance(1 / 60.0);
        const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
        qInfo("%.2f ms of processor time a frame", 1000 * seconds / frames);
        QVERIFY(painted(particles.image()) > 0);
    }
};

QTEST_MAIN(TestParticles)
#include "tst_particles.moc"
