// SPDX-License-Identifier: GPL-3.0-or-later
#include <QImage>
#include <QPainter>
#include <QTest>
#include <cmath>

#include "core/error.h"
#include "ui/painting/connectivity_plots.h"
#include "ui/painting/dots.h"
#include "ui/painting/plot_figure.h"
#include "ui/painting/scatter_matrix.h"

using namespace kappascope;
using namespace kappascope::painting;

namespace {

constexpr double letters = 11;

bool near(const QColor& a, const QColor& b, int most = 60) {
    return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue()) < most;
}

template <class Paint>
QImage painted(QSize pixels, const Paint& paint) {
    QImage image(pixels, QImage::Format_RGB32);
    image.fill(Theme::light().card);
    QPainter painter(&image);
    paint(painter);
    return image;
}

/// Two populations whose second column goes up and down with the first.
ScatterMatrix crossed(bool selected = false) {
    ScatterMatrix matrix;
    constexpr int units = 400;
    Eigen::MatrixXd rows(units, 3);
    for (int k = 0; k < units; ++k) {
        const int population = k % 2;
        const double x = -2 + 4.0 * k / units;
        rows.row(k) << x, population ? -x : x, 0.5 * std::cos(k);
        matrix.populations.push_back(population);
        if (selected) matrix.selected.push_back(population == 1);
    }
    matrix.groups = statistics::momentsBy(rows, matrix.populations, 2);
    for (int c = 0; c < 3; ++c) {
        ScatterMatrix::Column column;
        column.label = QStringLiteral("$m_%1$").arg(c + 1);
        for (int k = 0; k < units; ++k) column.values.push_back(static_cast<float>(rows(k, c)));
        column.redrawn = column.values;
        setRange(column);
        matrix.columns.push_back(column);
    }
    return matrix;
}

}  // namespace

/// What the Connectivity workspace paints.
class ConnectivityPicturesTest : public QObject {
    Q_OBJECT

private slots:
    void cellsTileTheArea() {
        const auto matrix = crossed();
        const QRectF area(0, 0, 500, 400);
        const auto layout = layOutScatter(matrix, area, letters);
        for (int row = 0; row < 3; ++row)
            for (int column = 0; column < 3; ++column) {
                const QRectF cell = layout.cell(row, column);
                QVERIFY(area.contains(cell) && cell.width() > 100 && cell.height() > 80);
                QVERIFY(layout.cellAt(cell.center()) == std::pair(row, column));
                if (column > 0) QVERIFY(cell.left() > layout.cell(row, column - 1).right());
                if (row > 0) QVERIFY(cell.top() > layout.cell(row - 1, column).bottom());
            }
        QVERIFY(!layout.cellAt({1, 1}));
    }

    void placesGoThereAndBack() {
        const auto matrix = crossed();
        const QRectF cell(30, 40, 120, 90);
        for (const QPointF value : {QPointF(0, 0), QPointF(-1.5, 0.7), QPointF(1.9, -2)}) {
            const QPointF at = toCell(matrix, cell, 0, 1, value);
            QVERIFY(cell.contains(at));
            const QPointF back = fromCell(matrix, cell, 0, 1, at);
            QVERIFY(std::hypot(back.x() - value.x(), back.y() - value.y()) < 1e-9);
        }
        // Up is up, and what is beyond the axes lies on the frame.
        QVERIFY(toCell(matrix, cell, 0, 1, {0, 1}).y() < toCell(matrix, cell, 0, 1, {0, 0}).y());
        QCOMPARE(toCell(matrix, cell, 0, 1, {1e9, 0}).x(), cell.right());
    }

    void anAxisHoldsNearlyAll() {
        ScatterMatrix::Column column;
        for (int k = 0; k < 1000; ++k) column.values.push_back(static_cast<float>(k) / 1000);
        column.values[0] = 1e6F;  // one far unit
        setRange(column);
        QVERIFY(column.low < 0.01F && column.low > -0.3F && column.high > 0.99F && column.high < 1.3F);
        column.values = {2, 2, 2};
        setRange(column);
        QVERIFY(column.low < 2 && column.high > 2);
        column.values = {std::nanf("")};
        setRange(column);
        QVERIFY(column.high > column.low);
    }

    void populationsHaveTheirColours() {
        const auto matrix = crossed();
        const QRectF area(0, 0, 600, 600);
        const Theme& theme = Theme::light();
        const auto image =
            painted({600, 600}, [&](QPainter& painter) { paintScatterMatrix(painter, matrix, area, theme, letters); });
        const QRectF cell = layOutScatter(matrix, area, letters).cell(1, 0);
        const auto isNearby = [&](const QPointF& value, const QColor& color) {
            const QPoint middle = toCell(matrix, cell, 0, 1, value).toPoint();
            for (int dx = -1; dx <= 1; ++dx)
                for (int dy = -1; dy <= 1; ++dy)
                    if (near(image.pixelColor(middle + QPoint(dx, dy)), color)) return true;
            return false;
        };
        // The regression lines: up of the first, down of the second.
        for (const double x : {-1.2, 1.2}) {
            QVERIFY(isNearby({x, x}, theme.population(0)));
            QVERIFY(isNearby({x, -x}, theme.population(1)));
            QVERIFY(!isNearby({x, x}, theme.population(1)));
        }
        QCOMPARE(image.pixelColor(toCell(matrix, cell, 0, 1, {0.9, 0.2}).toPoint()), theme.plotBackground);
    }

    void whatIsNotChosenFades() {
        const QRectF area(0, 0, 600, 600);
        const Theme& theme = Theme::light();
        auto matrix = crossed(true);
        matrix.groups.clear();  // without lines over the dots
        const auto image =
            painted({600, 600}, [&](QPainter& painter) { paintScatterMatrix(painter, matrix, area, theme, letters); });
        const QRectF cell = layOutScatter(matrix, area, letters).cell(1, 0);
        const auto closeness = [&](double x, double y, int population) {
            const QColor found = image.pixelColor(toCell(matrix, cell, 0, 1, {x, y}).toPoint());
            const QColor wanted = theme.population(population);
            return std::abs(found.red() - wanted.red()) + std::abs(found.green() - wanted.green()) +
                   std::abs(found.blue() - wanted.blue());
        };
        QVERIFY(closeness(1.2, -1.2, 1) < 90);
        QVERIFY(closeness(1.2, 1.2, 0) > closeness(1.2, -1.2, 1) + 60);
    }

    void dotsCoverWhatTheyShould() {
        const double diameter = 9;
        Dots dots({10, 20, 60, 40}, Qt::white, diameter);
        dots.add({40, 40}, Qt::black, 1);
        dots.add({std::nan(""), 40}, Qt::black, 1);
        dots.add({-100, 40}, Qt::black, 1);
        double ink = 0;
        for (int y = 0; y < dots.image().height(); ++y)
            for (int x = 0; x < dots.image().width(); ++x) ink += 1 - qGray(dots.image().pixel(x, y)) / 255.0;
        const double shrink = dots.image().width() / 60.0;
        const double area = std::acos(-1.0) * diameter * diameter / 4 * shrink * shrink;
        QVERIFY2(std::abs(ink - area) < 0.06 * area, qPrintable(QString::number(ink / area)));
    }

    void overlapsAreToldApart() {
        const Theme& theme = Theme::light();
        QCOMPARE(overlapColor(0, theme), theme.plotBackground);
        const QColor low = overlapColor(-1, theme), high = overlapColor(1, theme);
        QVERIFY(low.blue() > low.red() + 100 && high.red() > high.blue() + 100);
        OverlapPlot plot;
        plot.labels = {QStringLiteral("$m_1$"), QStringLiteral("$n_1$")};
        plot.correlation = Eigen::Matrix2d::Identity();
        plot.correlation(0, 1) = plot.correlation(1, 0) = -0.9;
        const QRectF area(0, 0, 240, 200);
        const QRectF square = layOutOverlap(plot, area, letters);
        QVERIFY(area.contains(square) && std::abs(square.width() - square.height()) < 1e-9);
        const auto image =
            painted({240, 200}, [&](QPainter& painter) { paintOverlap(painter, plot, area, theme, letters); });
        const auto corner = [&](int row, int column) {
            const double cell = square.width() / 2;
            return image.pixelColor(
                QPointF(square.left() + (column + 0.12) * cell, square.top() + (row + 0.12) * cell).toPoint());
        };
        QVERIFY(near(corner(0, 0), high, 8) && near(corner(1, 1), high, 8));
        QVERIFY(near(corner(0, 1), overlapColor(-0.9, theme), 8));
    }

    void theSpectrumKeepsCirclesRound() {
        SpectrumPlot plot;
        plot.empty = false;
        plot.spectrum.eigenvalues = Eigen::VectorXcd::Zero(3);
        plot.spectrum.eigenvalues << std::complex<double>(1.6, 0), std::complex<double>(-0.2, 1.1),
            std::complex<double>(-0.2, -1.1);
        plot.spectrum.bulkRadius = 1.3;
        plot.spectrum.singularValues = Eigen::Vector3d(2, 1, 0.5);
        for (const QSizeF size : {QSizeF(260, 420), QSizeF(700, 240), QSizeF(320, 320)}) {
            const QRectF area(QPointF(0, 0), size);
            const auto layout = layOutSpectrum(plot, area, letters);
            QVERIFY(area.contains(layout.plane) && area.contains(layout.bars));
            QVERIFY(!layout.plane.intersects(layout.bars));
            QVERIFY(layout.left < -1.3 && layout.right > 1.6 && layout.top > 1.3);
            const double across = layout.plane.width() / (layout.right - layout.left);
            const double up = layout.plane.height() / (2 * layout.top);
            QVERIFY(std::abs(across / up - 1) < 1e-9);
        }
        // The unstable one has another colour than the others.
        const QRectF area(0, 0, 300, 480);
        const Theme& theme = Theme::light();
        const auto image =
            painted({300, 480}, [&](QPainter& painter) { paintSpectrum(painter, plot, area, theme, letters); });
        const auto layout = layOutSpectrum(plot, area, letters);
        const auto at = [&](double re, double im) {
            return image.pixelColor(
                QPointF(layout.plane.left() + (re - layout.left) / (layout.right - layout.left) * layout.plane.width(),
                        layout.plane.center().y() - im / layout.top * layout.plane.height() / 2)
                    .toPoint());
        };
        QVERIFY(near(at(1.6, 0), theme.population(1)) && near(at(-0.2, 1.1), theme.population(0)));
    }

    void countsMarkWhatWasChosen() {
        CountPlot plot;
        for (int k = 1; k <= 4; ++k) {
            statistics::CountFigures figures;
            figures.count = figures.occupied = k;
            figures.evidence = k == 2 ? 0 : -40.0 * std::abs(k - 2);
            figures.error = 5;
            figures.stability = k <= 2 ? 1 : 0.6;
            figures.agreement = {figures.stability - 0.1, figures.stability, figures.stability};
            plot.figures.push_back(figures);
        }
        plot.chosen = 2;
        const QRectF area(0, 0, 260, 220);
        const Theme& theme = Theme::light();
        const auto layout = layOutCounts(area, letters);
        QVERIFY(area.contains(layout.stability) && area.contains(layout.evidence));
        const auto image =
            painted({260, 220}, [&](QPainter& painter) { paintCounts(painter, plot, area, theme, letters); });
        const auto accents = [&](const QRectF& place, int count) {
            const double x = place.left() + (count - 0.4) / 4.2 * place.width();
            int found = 0;
            for (int y = static_cast<int>(place.top()) + 1; y < static_cast<int>(place.bottom()); ++y)
                found += near(image.pixelColor(qRound(x), y), theme.accent, 40);
            return found;
        };
        for (const QRectF& place : {layout.stability, layout.evidence}) {
            QVERIFY(accents(place, 2) > 3);
            QCOMPARE(accents(place, 3), 0);
        }
    }

    void plotsBecomeFiles() {
        PlotFigure plot;
        plot.title = QStringLiteral("loadings");
        plot.heightMm = 80;
        plot.paint = [matrix = crossed()](QPainter& painter, const QRectF& area, const Theme& theme, double font,
                                          double scale) {
            paintScatterMatrix(painter, matrix, area, theme, font, scale);
        };
        FigureSpec spec;
        spec.widthMm = 100;
        spec.dpi = 100;
        const QImage image = plotImage(plot, spec);
        QCOMPARE(image.size(), QSize(qRound(100 / 25.4 * 100), qRound(80 / 25.4 * 100)));
        const auto pdf = plotBytes(plot, FigureFormat::pdf, spec);
        QVERIFY(pdf.startsWith("%PDF") && pdf.size() < 3'000'000 && pdf == plotBytes(plot, FigureFormat::pdf, spec));
        const auto svg = plotBytes(plot, FigureFormat::svg, spec);
        QVERIFY(svg.contains("width=\"100mm\" height=\"80mm\""));
        QVERIFY(plotBytes(plot, FigureFormat::png, spec).startsWith("\x89PNG"));
        spec.widthMm = 5;
        QVERIFY_THROWS_EXCEPTION(Error, plotBytes(plot, FigureFormat::pdf, spec));
    }
};

QTEST_MAIN(ConnectivityPicturesTest)
#include "tst_connectivity_pictures.moc"
