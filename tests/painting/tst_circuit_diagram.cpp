// SPDX-License-Identifier: GPL-3.0-or-later
#include <QImage>
#include <QPainter>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "ui/painting/circuit_diagram.h"
#include "ui/painting/plot_figure.h"

using namespace kappascope;
using namespace kappascope::painting;

namespace {

constexpr double letters = 11;
const QRectF page(0, 0, 460, 500);

/// Two modes, two inputs, one output, two populations.
CircuitDiagram sample() {
    CircuitDiagram diagram;
    diagram.rank = 2;
    diagram.inputs = 2;
    diagram.outputs = 1;
    diagram.inputNames = {QStringLiteral("stimulus A"), QString()};
    diagram.populationNames = {QStringLiteral("first"), QStringLiteral("second")};
    Eigen::MatrixXd first(3, 4), second(3, 4);
    first << 1, -0.5, 0.5, 0, 0.5, 1, 0, 0, 1, 0, 0, 0;
    second << 0.5, 0, 0, 0, 0, 0.25, 0, -1, 0, 0.5, 0, 0;
    diagram.byPopulation = {first, second};
    return diagram;
}

const DiagramArrow* find(const DiagramLayout& layout, int row, int column, int population) {
    const auto found = std::find_if(layout.arrows.begin(), layout.arrows.end(), [&](const DiagramArrow& each) {
        return each.row == row && each.column == column && each.population == population;
    });
    return found == layout.arrows.end() ? nullptr : &*found;
}

template <class Kind>
int count(const Picture& picture, const QColor& color) {
    return static_cast<int>(std::count_if(picture.begin(), picture.end(), [&](const Primitive& each) {
        const auto* own = std::get_if<Kind>(&each);
        return own && own->color == color;
    }));
}

double distance(const QPointF& a, const QPointF& b) {
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

}  // namespace

/// The circuit as a diagram.
class CircuitDiagramTest : public QObject {
    Q_OBJECT

private slots:
    void everyCouplingThatIsThereHasItsArrow() {
        const CircuitDiagram diagram = sample();
        const DiagramLayout layout = layOutDiagram(diagram, page, letters);
        QCOMPARE(layout.kappas.size(), 2u);
        QCOMPARE(layout.inputs.size(), 2u);
        QCOMPARE(layout.outputs.size(), 1u);
        std::size_t there = 0;
        for (std::size_t p = 0; p < 2; ++p)
            for (int row = 0; row < 3; ++row)
                for (int column = 0; column < 4; ++column) {
                    const double value = diagram.byPopulation[p](row, column);
                    const DiagramArrow* arrow = find(layout, row, column, static_cast<int>(p));
                    QCOMPARE(arrow != nullptr, value != 0);
                    if (!arrow) continue;
                    ++there;
                    QCOMPARE(arrow->value, value);
                    QCOMPARE(arrow->excites(), value > 0);
                    // From node to node.
                    const auto from = column < 2 ? layout.kappas[static_cast<std::size_t>(column)]
                                                 : layout.inputs[static_cast<std::size_t>(column - 2)];
                    const auto to = row < 2 ? layout.kappas[static_cast<std::size_t>(row)] : layout.outputs[0];
                    QVERIFY(std::abs(distance(arrow->path.front(), from) - layout.radius) < 4);
                    QVERIFY(distance(arrow->path.back(), to) > layout.radius);
                    QVERIFY(distance(arrow->path.back(), to) < layout.radius + 25);
                    QVERIFY(page.contains(arrow->path.boundingRect()));
                }
        QCOMPARE(layout.arrows.size(), there);
    }

    void widthsAreInProportion() {
        const DiagramLayout layout = layOutDiagram(sample(), page, letters);
        const double whole = find(layout, 0, 0, 0)->width;
        QVERIFY(std::abs(find(layout, 0, 1, 0)->width / whole - 0.5) < 1e-12);
        QVERIFY(std::abs(find(layout, 1, 1, 1)->width / whole - 0.25) < 1e-12);
        QCOMPARE(find(layout, 1, 3, 1)->width, whole);
        // Twice the gain, twice the width: the scale stays.
        CircuitDiagram loud = sample();
        loud.byPopulation[0] *= 1.5;
        QVERIFY(std::abs(find(layOutDiagram(loud, page, letters), 0, 0, 0)->width / whole - 1.5) < 1e-12);
    }

    void aPopulationKeepsItsLane() {
        CircuitDiagram silent = sample();
        silent.byPopulation[1].setZero();
        const DiagramLayout both = layOutDiagram(sample(), page, letters), one = layOutDiagram(silent, page, letters);
        QCOMPARE(find(one, 0, 0, 0)->path, find(both, 0, 0, 0)->path);
        QVERIFY(!find(one, 0, 0, 1));
    }

    void totalsAddUp() {
        const DiagramLayout layout = layOutDiagram(sample(), page, letters);
        const auto self = std::find_if(layout.totals.begin(), layout.totals.end(),
                                       [](const DiagramTotal& each) { return each.row == 0 && each.column == 0; });
        QVERIFY(self != layout.totals.end());
        QCOMPARE(self->value, 1.5);
    }

    void theSignIsTheHead() {
        const Theme& theme = Theme::light();
        const Picture picture = drawDiagram(sample(), page, theme, letters);
        // Of the first population five excite (an arrowhead each) and one inhibits (a bar, and the line up to it).
        QCOMPARE(count<Arrow>(picture, theme.population(0)), 5);
        QCOMPARE(count<Line>(picture, theme.population(0)), 6 + 2 + 1);  // paths, the bar, the legend's
        QCOMPARE(count<Arrow>(picture, theme.population(1)), 3);
        QCOMPARE(count<Line>(picture, theme.population(1)), 4 + 2 + 1);
        CircuitDiagram turned = sample();
        for (auto& each : turned.byPopulation) each *= -1;
        const Picture other = drawDiagram(turned, page, theme, letters);
        QCOMPARE(count<Arrow>(other, theme.population(0)), 1);
        QCOMPARE(count<Arrow>(other, theme.population(1)), 1);
    }

    void thePointerFindsTheArrow() {
        const DiagramLayout layout = layOutDiagram(sample(), page, letters);
        const DiagramArrow& arrow = *find(layout, 2, 0, 0);
        QCOMPARE(arrowAt(layout, arrow.path[arrow.path.size() / 2], 6), &arrow);
        QVERIFY(!arrowAt(layout, page.topLeft(), 6));
    }

    void oneModeAndManyAreLaidOutApart() {
        for (int rank = 1; rank <= 8; ++rank) {
            CircuitDiagram diagram;
            diagram.rank = rank;
            diagram.byPopulation = {Eigen::MatrixXd::Ones(rank, rank)};
            const DiagramLayout layout = layOutDiagram(diagram, page, letters);
            QCOMPARE(layout.kappas.size(), static_cast<std::size_t>(std::min(rank, 6)));
            for (std::size_t a = 0; a < layout.kappas.size(); ++a)
                for (std::size_t b = 0; b < a; ++b)
                    QVERIFY(distance(layout.kappas[a], layout.kappas[b]) > 1.9 * layout.radius);
        }
    }

    void anEmptyOneSaysWhy() {
        CircuitDiagram none;
        none.instead = QStringLiteral("nothing yet");
        const Picture picture = drawDiagram(none, page, Theme::light(), letters);
        QCOMPARE(picture.size(), 1u);
        QCOMPARE(std::get<Label>(picture[0]).text.source(), none.instead);
    }

    void itExports() {
        PlotFigure plot;
        plot.paint = [own = sample()](QPainter& painter, const QRectF& area, const Theme& theme, double font,
                                      double scale) { paintDiagram(painter, own, area, theme, font, scale); };
        FigureSpec spec;
        spec.widthMm = 120;
        const QImage image = plotImage(plot, spec);
        const QColor blue = Theme::light().population(0);
        int inked = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) inked += image.pixelColor(x, y) == blue;
        QVERIFY2(inked > 200, qPrintable(QString::number(inked)));
        QVERIFY(plotBytes(plot, FigureFormat::svg, spec).contains("<path"));
    }
};

QTEST_MAIN(CircuitDiagramTest)
#include "tst_circuit_diagram.moc"
