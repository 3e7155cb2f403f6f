// SPDX-License-Identifier: GPL-3.0-or-later
#include <QImage>
#include <QPainter>
#include <QTest>
#include <cmath>
#include <limits>

#include "core/tasks/task.h"
#include "ui/painting/figure.h"
#include "ui/painting/figure_layout.h"
#include "ui/painting/loadings_plot.h"
#include "ui/painting/plot_frame.h"
#include "ui/painting/training_curves.h"
#include "ui/painting/trial_picture.h"

using namespace kappascope;
using namespace kappascope::painting;

namespace {

constexpr double size = 12;

training::EpochReport report(int epoch, double loss, double accuracy, int stage = 0) {
    training::EpochReport result;
    result.epoch = epoch;
    result.stage = stage;
    result.loss = loss;
    result.validationLoss = 2 * loss;
    result.accuracy = accuracy;
    result.gradientNorm = loss;
    return result;
}

template <class Paint>
QImage painted(QSize pixels, const Paint& paint) {
    QImage image(pixels, QImage::Format_RGB32);
    image.fill(Theme::light().card);
    QPainter painter(&image);
    paint(painter);
    return image;
}

bool near(const QColor& a, const QColor& b) {
    return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue()) < 150;
}

/// Rows of a column of pixels that have nearly a colour.
std::vector<int> rowsOf(const QImage& image, int x, const QColor& color, const QRectF& area) {
    std::vector<int> rows;
    for (int y = static_cast<int>(area.top()) + 2; y < static_cast<int>(area.bottom()) - 1; ++y)
        if (near(image.pixelColor(x, y), color)) rows.push_back(y);
    return rows;
}

}  // namespace

/// What the Train workspace and its frames paint.
class TrainingPicturesTest : public QObject {
    Q_OBJECT

private slots:
    void logarithmicTicks() {
        const auto decades = logTicks(-4.2, 0.3, 5);
        QVERIFY(decades.size() >= 3 && decades.size() <= 5);
        for (const Tick& tick : decades) QCOMPARE(tick.value, std::round(tick.value));
        // Within one decade: 1, 2, 5.
        const auto within = logTicks(-1.1, -0.1, 5);
        QVERIFY(within.size() >= 2);
        QVERIFY(std::abs(within.back().value - std::log10(0.5)) < 1e-12);
        QCOMPARE(within.back().text, QStringLiteral("0.5"));
        QVERIFY(logTicks(1, 1, 5).empty());
        QVERIFY(logTicks(-12, 6, 4).size() <= 5);
    }

    void roundNumbers() {
        QCOMPARE(niceCeiling(1), 1);
        QCOMPARE(niceCeiling(3), 5);
        QCOMPARE(niceCeiling(12), 20);
        QCOMPARE(niceCeiling(50), 50);
        QCOMPARE(niceCeiling(51), 100);
    }

    void epochsAreFoundAgain() {
        TrainingCurves curves;
        for (int k = 1; k <= 17; ++k) curves.history.push_back(report(k, 1.0 / k, 0.5));
        const QRectF area(0, 0, 480, 260);
        const auto layout = layOutCurves(curves, area, size);
        QCOMPARE(layout.lastEpoch, 20.0);
        for (const int epoch : {0, 1, 9, 20})
            QCOMPARE(layout.epochAt(layout.loss.left() + epoch / 20.0 * layout.loss.width()), epoch);
        QCOMPARE(layout.epochAt(-100), 0);
        QCOMPARE(layout.epochAt(10000), 20);
        QVERIFY(area.contains(layout.loss) && area.contains(layout.accuracy) && area.contains(layout.gradient));
        QVERIFY(layout.loss.bottom() < layout.accuracy.top() && layout.accuracy.bottom() < layout.gradient.top());
        curves.gradient = false;
        QVERIFY(layOutCurves(curves, area, size).gradient.isEmpty());
    }

    /// A loss that falls tenfold falls by the same height each time on a logarithmic axis.
    void lossIsLogarithmic() {
        TrainingCurves curves;
        for (int k = 0; k <= 40; ++k) curves.history.push_back(report(k, std::pow(10, -k / 10.0), 0.5));
        for (auto& each : curves.history) each.validationLoss = std::nan("");  // one line is enough
        const QRectF area(0, 0, 600, 400);
        const auto layout = layOutCurves(curves, area, size);
        const QImage image =
            painted({600, 400}, [&](QPainter& painter) { paintCurves(painter, curves, area, Theme::light(), size); });
        std::vector<double> heights;
        for (const int epoch : {5, 15, 25, 35}) {
            const int x = static_cast<int>(layout.loss.left() + epoch / layout.lastEpoch * layout.loss.width());
            const auto rows = rowsOf(image, x, Theme::light().population(0), layout.loss);
            QVERIFY2(!rows.empty(), qPrintable(QString::number(epoch)));
            double sum = 0;
            for (const int row : rows) sum += row;
            heights.push_back(sum / static_cast<double>(rows.size()));
        }
        const double first = heights[1] - heights[0];
        QVERIFY(first > 10);
        for (std::size_t k = 2; k < heights.size(); ++k)
            QVERIFY2(std::abs(heights[k] - heights[k - 1] - first) < 4, qPrintable(QString::number(heights[k])));
    }

    void theMarkerStandsAtItsEpoch() {
        TrainingCurves curves;
        for (int k = 1; k <= 20; ++k) curves.history.push_back(report(k, 1, 0.5));
        curves.marker = 7;
        const QRectF area(0, 0, 500, 300);
        const auto layout = layOutCurves(curves, area, size);
        const QImage image =
            painted({500, 300}, [&](QPainter& painter) { paintCurves(painter, curves, area, Theme::light(), size); });
        const auto at = [&](double epoch) {
            const int x = static_cast<int>(layout.accuracy.left() + epoch / 20 * layout.accuracy.width());
            std::size_t most = 0;
            for (int dx = -1; dx <= 1; ++dx)
                most = std::max(most, rowsOf(image, x + dx, Theme::light().trialMarker, layout.accuracy).size());
            return most;
        };
        QVERIFY(at(7) > 20);
        QCOMPARE(at(12), std::size_t{0});
    }

    void nothingIsAnError() {
        const QRectF area(0, 0, 300, 200);
        for (const bool empty : {true, false}) {
            TrainingCurves curves;
            if (!empty) curves.history = {report(1, 0, 0), report(2, std::nan(""), 1), report(3, 1e300, 1, 1)};
            painted({300, 200},
                    [&](QPainter& painter) { paintCurves(painter, curves, area, Theme::darkTheme(), size); });
        }
        painted({300, 200}, [&](QPainter& painter) { paintTrial(painter, {}, area, Theme::light(), size); });
        painted({300, 200}, [&](QPainter& painter) { paintLoadings(painter, {}, area, Theme::light(), size); });
    }

    void everyTaskHasItsPicture() {
        for (const auto& task : tasks::registry()) {
            TrialPicture picture;
            picture.trial = task->randomTrial({}, 1, 0);
            const QRectF area(0, 0, 460, 260);
            const auto layout = layOutTrial(picture, area, size);
            const auto paint = [&](QPainter& painter) { paintTrial(painter, picture, area, Theme::light(), size); };
            const QImage without = painted({460, 260}, paint);
            // Where the mask counts, the lower plot is shaded and the target drawn.
            Eigen::Index first = 0, last = 0;
            const auto& mask = picture.trial.mask;
            for (Eigen::Index k = 0; k < mask.cols(); ++k)
                if (mask(0, k) != 0) last = k;
            while (first < last && mask(0, first) == 0) ++first;
            const auto column = [&](double step) {
                return static_cast<int>(layout.outputs.left() +
                                        step / static_cast<double>(mask.cols()) * layout.outputs.width());
            };
            const int y = static_cast<int>(layout.outputs.top()) + 3;
            const QColor counted = without.pixelColor(column(static_cast<double>(last) + 0.5), y);
            const bool whole = mask.row(0).sum() == static_cast<double>(mask.cols());
            if (!whole && mask(0, 2) == 0) {
                QColor other = without.pixelColor(column(2), y);
                QVERIFY2(counted != other, task->id().data());
            }
            picture.output = Eigen::MatrixXd::Constant(mask.rows(), mask.cols(), 0.25);
            const QImage with = painted({460, 260}, paint);
            QVERIFY2(with.copy(layout.outputs.toRect()) != without.copy(layout.outputs.toRect()), task->id().data());
            QCOMPARE(with.copy(layout.inputs.toRect()), without.copy(layout.inputs.toRect()));
        }
    }

    void correlationsAndReach() {
        std::vector<QPointF> line, square{{1, 1}, {1, -1}, {-1, 1}, {-1, -1}};
        for (int k = -10; k <= 10; ++k) line.emplace_back(k / 4.0, -k / 2.0 + 1);
        QCOMPARE(correlationOf(line), -1.0);
        QCOMPARE(correlationOf(square), 0.0);
        QCOMPARE(correlationOf({}), 0.0);
        QCOMPARE(reachOf({}).x, 0.0);
        QVERIFY(reachOf(line).y >= 6 && reachOf(line).y <= 8);
        QCOMPARE(reachOf(line).x, 3.0);  // each axis its own: the largest is 2.5
        QCOMPARE(reachOf({{0, 0}}).x, 1.0);
        QCOMPARE(reachOf({{2e-4, std::nan("")}}).x, 3e-4);
        // One far unit of a thousand does not shrink the others.
        std::vector<QPointF> many(1000, QPointF(0.5, 0.5));
        many.push_back({1000, 0});
        QCOMPARE(reachOf(many).x, 0.6);
    }

    void eachAxisHasItsReach() {
        for (const QSizeF room : {QSizeF(400, 200), QSizeF(200, 400)}) {
            const QRectF area(QPointF(10, 20), room);
            const QRectF square = layOutLoadings(area, size);
            QVERIFY(area.contains(square));
            QCOMPARE(square.width(), square.height());
        }
        LoadingsPlot plot;
        plot.xReach = 2;
        plot.yReach = 20;
        plot.points = {{1, -10}};
        const QRectF area(0, 0, 300, 300);
        const QImage image =
            painted({300, 300}, [&](QPainter& painter) { paintLoadings(painter, plot, area, Theme::light(), size); });
        const QRectF square = layOutLoadings(area, size);
        const QPoint at = (square.topLeft() + QPointF(0.75 * square.width(), 0.75 * square.height())).toPoint();
        QVERIFY(image.pixelColor(at) != Theme::light().plotBackground);
        QCOMPARE(image.pixelColor(at - QPoint(20, 20)), Theme::light().plotBackground);
    }

    /// An output that runs away leaves the axis as the target needs it, and what is not a number is left out.
    void aDivergedOutputKeepsTheAxis() {
        TrialPicture picture;
        picture.trial = tasks::registry().front()->randomTrial({}, 1, 0);
        const auto steps = picture.trial.trial.inputs.cols();
        picture.output = Eigen::MatrixXd::Zero(1, steps);
        const QRectF area(0, 0, 460, 260);
        const auto paint = [&](QPainter& painter) { paintTrial(painter, picture, area, Theme::light(), size); };
        const auto numbers = [&](const QImage& image) {
            const auto outputs = layOutTrial(picture, area, size).outputs;
            return image.copy(0, static_cast<int>(outputs.top()), static_cast<int>(outputs.left()) - 6,
                              static_cast<int>(outputs.height()));
        };
        picture.output(0, 10) = 60;
        const QImage far = painted({460, 260}, paint);
        for (const double value : {1e30, std::numeric_limits<double>::infinity(), std::nan("")}) {
            picture.output.rightCols(steps / 2).setConstant(value);
            QCOMPARE(numbers(painted({460, 260}, paint)), numbers(far));
        }
        QVERIFY(outputRange(picture).yMax < 30 && outputRange(picture).yMin > -30);
        picture.output.setConstant(3);  // a little beyond is shown
        QVERIFY(outputRange(picture).yMax > 3);
    }

    /// The curves lie beneath the portrait, in svg and png alike, and make the figure higher.
    void aFigureHoldsCurves() {
        Figure figure;
        Panel panel;
        auto portrait = std::make_shared<phase::Portrait>();
        portrait->rank = 2;
        panel.scene.portrait = portrait;
        figure.panels.push_back(panel);
        FigureSpec spec;
        spec.widthMm = 90;
        spec.legend = false;
        const double alone = figureHeightMm(figure, spec);
        figure.curves = TrainingCurves{{report(1, 1, 0.5), report(2, 0.5, 0.9)}, 0, 1, 0, false};
        const auto layout = layOutFigure(figure, spec);
        QVERIFY(figureHeightMm(figure, spec) > alone + 20);
        QVERIFY(layout.curves.top() > layout.places.front().area.bottom());
        QVERIFY(layout.curves.bottom() <= layout.size.height());
        QVERIFY(figureBytes(figure, FigureFormat::svg, spec).contains("<svg"));
        QCOMPARE(figureBytes(figure, FigureFormat::png, spec), figureBytes(figure, FigureFormat::png, spec));
    }
};

QTEST_MAIN(TrainingPicturesTest)
#include "tst_training_pictures.moc"
