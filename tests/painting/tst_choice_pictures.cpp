// SPDX-License-Identifier: GPL-3.0-or-later
#include <QImage>
#include <QPainter>
#include <QTest>
#include <cmath>

#include "core/tasks/task.h"
#include "ui/painting/choice_picture.h"
#include "ui/painting/math_label.h"

using namespace kappascope;
using namespace kappascope::painting;

namespace {

constexpr double size = 12;

/// Behaviour of a task whose choice in every cell is a function of its number.
template <class Choice>
std::shared_ptr<const statistics::Behaviour> made(const char* task, const Choice& choice) {
    auto result = std::make_shared<statistics::Behaviour>();
    const auto plot = tasks::task(task).choicePlot();
    result->positive = plot.positive;
    for (const auto& panel : plot.panels) {
        auto& to = result->panels.emplace_back();
        to.name = panel.name;
        to.axes = panel.axes;
        for (std::size_t k = 0; k < panel.conditions.size(); ++k) {
            statistics::ChoiceCell cell;
            cell.condition = panel.conditions[k];
            cell.trials = 20;
            cell.choice = choice(k);
            cell.standardError = 0.1;
            cell.judged = true;
            cell.right = cell.choice;
            to.cells.push_back(cell);
        }
    }
    return result;
}

ChoicePicture pictureOf(const char* task, double trained, double modulated) {
    ChoicePicture picture;
    picture.trained = made(task, [trained](std::size_t) { return trained; });
    picture.modulated = made(task, [modulated](std::size_t) { return modulated; });
    picture.trainedTitle = QStringLiteral("As trained");
    picture.modulatedTitle = QStringLiteral("As modulated: gain 0.5 of everything that has a very long name indeed");
    return picture;
}

QImage painted(const ChoicePicture& picture, QSize pixels, const Theme& theme, double scale = 1) {
    QImage image(pixels * scale, QImage::Format_RGB32);
    image.fill(theme.card);
    QPainter painter(&image);
    paintChoices(painter, picture, QRectF(QPointF(0, 0), pixels), theme, size, scale);
    return image;
}

/// The place of a colour in OKLab (Ottosson 2020).
std::array<double, 3> okLab(const QColor& color) {
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    const double r = linear(color.redF()), g = linear(color.greenF()), b = linear(color.blueF());
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

double distance(const QColor& a, const QColor& b) {
    const auto x = okLab(a), y = okLab(b);
    return std::hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

}  // namespace

/// What the Behaviour workspace paints of choices.
class ChoicePicturesTest : public QObject {
    Q_OBJECT

private slots:
    void theCircuitIsDrawnBesideTheNetwork() {
        // A curve of its own, where the circuit chooses and not the network; in a matrix a number beneath the other.
        for (const char* task : {"rdm", "raposo", "mante"}) {
            auto picture = pictureOf(task, 0.9, 0.6);
            QVERIFY(circuitAccuracyText(picture, 1, -1).isEmpty());
            const QImage alone = painted(picture, {900, 600}, Theme::light());
            picture.circuitTrained = made(task, [](std::size_t) { return 0.8; });
            picture.circuitModulated = made(task, [](std::size_t) { return 0.3; });
            QCOMPARE(circuitAccuracyText(picture, 0, -1), QStringLiteral("circuit 80 %"));
            QCOMPARE(circuitAccuracyText(picture, 1, -1), QStringLiteral("circuit 30 %"));
            const QImage both = painted(picture, {900, 600}, Theme::light());
            QVERIFY(both != alone);
            if (picture.isMatrix()) continue;
            // Dashed: along its height some pixels are coloured, and some are not.
            const auto place = layOutChoices(picture, QRectF(0, 0, 900, 600), size).places[1].area;
            const int y = static_cast<int>(place.bottom() - (30.0 + 4) / 108 * place.height());
            int on = 0, off = 0;
            for (int x = static_cast<int>(place.left() + 0.06 * place.width());
                 x < place.right() - 0.06 * place.width(); ++x)
                ++(QColor(both.pixel(x, y)).saturation() > 60 ? on : off);
            QVERIFY2(on > 50 && off > 50, qPrintable(QStringLiteral("%1 %2").arg(on).arg(off)));
        }
    }

    void coloursAreEvenlySpaced() {
        for (const Theme* theme : {&Theme::light(), &Theme::darkTheme()}) {
            // Eight bits a channel are steps of about 0.004.
            for (const double first : {0.0, 0.5}) {
                const double whole = distance(choiceColor(first, *theme), choiceColor(first + 0.5, *theme));
                for (int k = 0; k < 10; ++k)
                    QVERIFY(std::abs(distance(choiceColor(first + 0.05 * k, *theme),
                                              choiceColor(first + 0.05 * (k + 1), *theme)) -
                                     whole / 10) < 0.008);
            }
            // Neither choice weighs more.
            QVERIFY(std::abs(okLab(choiceColor(0, *theme))[0] - okLab(choiceColor(1, *theme))[0]) < 0.01);
            QVERIFY(distance(choiceColor(0, *theme), choiceColor(1, *theme)) > 0.15);
            QCOMPARE(choiceColor(-3, *theme), choiceColor(0, *theme));
        }
    }

    void everythingHasItsPlace_data() {
        QTest::addColumn<QByteArray>("task");
        QTest::addColumn<int>("places");
        QTest::newRow("rdm") << QByteArray("rdm") << 2;
        QTest::newRow("raposo") << QByteArray("raposo") << 2;
        QTest::newRow("mante") << QByteArray("mante") << 4;
        QTest::newRow("romo") << QByteArray("romo") << 2;
        QTest::newRow("dms") << QByteArray("dms") << 2;
    }
    void everythingHasItsPlace() {
        QFETCH(QByteArray, task);
        QFETCH(int, places);
        const auto picture = pictureOf(task.constData(), 0.9, 0.3);
        for (const QSizeF area : {QSizeF(940, 640), QSizeF(1580, 900), QSizeF(700, 480)}) {
            const QRectF whole(QPointF(3, 5), area);
            const auto layout = layOutChoices(picture, whole, size);
            QCOMPARE(static_cast<int>(layout.places.size()), places);
            for (const auto& place : layout.places) {
                // With room for numbers and labels.
                QVERIFY(whole.contains(place.area.adjusted(-3.5 * size, -1.5 * size, 0, 3 * size)));
                QVERIFY(place.area.width() > 8 * size && place.area.height() > 6 * size);
                if (picture.isMatrix()) QVERIFY(!place.area.intersects(layout.bar.adjusted(-size, 0, 5 * size, 0)));
                for (const auto& other : layout.places)
                    if (&other != &place) QVERIFY(!other.area.intersects(place.area));
                // As trained to the left.
                QCOMPARE(place.side,
                         place.area.center().x() < whole.center().x() - (picture.isMatrix() ? 3.3 : 0) * size ? 0 : 1);
            }
            if (picture.isMatrix()) QVERIFY(whole.contains(layout.bar.adjusted(0, 0, 4 * size, 0)));
        }
    }

    void cellsHaveTheColoursOfTheirChoices() {
        for (const Theme* theme : {&Theme::light(), &Theme::darkTheme()}) {
            ChoicePicture picture = pictureOf("mante", 0.9, 0.3);
            picture.modulated = made("mante", [](std::size_t k) { return static_cast<double>(k) / 35; });
            for (const double scale : {1.0, 2.0}) {
                const QSize pixels(940, 640);
                const QImage image = painted(picture, pixels, *theme, scale);
                for (const auto& place : layOutChoices(picture, QRectF(QPointF(0, 0), pixels), size).places)
                    for (std::size_t i = 0; i < 6; ++i)
                        for (std::size_t j = 0; j < 6; ++j) {
                            // Beside the number.
                            const QRectF cell = ChoiceLayout::cell(picture, place, i, j);
                            const QPointF at = (cell.topLeft() + QPointF(2.5, 2.5)) * scale;
                            const double share = place.side == 0 ? 0.9 : static_cast<double>(6 * i + j) / 35;
                            QVERIFY(distance(image.pixelColor(at.toPoint()), choiceColor(share, *theme)) < 0.01);
                        }
            }
        }
    }

    void theFirstAxisGoesToTheRightAndTheSecondUp() {
        const auto picture = pictureOf("romo", 0.5, 0.5);
        const auto place = layOutChoices(picture, QRectF(0, 0, 900, 600), size).places.front();
        QVERIFY(ChoiceLayout::cell(picture, place, 1, 0).left() > ChoiceLayout::cell(picture, place, 0, 0).left());
        QVERIFY(ChoiceLayout::cell(picture, place, 0, 1).top() < ChoiceLayout::cell(picture, place, 0, 0).top());
        QVERIFY(std::abs(ChoiceLayout::cell(picture, place, 6, 6).right() - place.area.right()) < 1e-9);
        QVERIFY(std::abs(ChoiceLayout::cell(picture, place, 6, 6).top() - place.area.top()) < 1e-9);
    }

    void curvesPassThroughTheirChoices() {
        const auto picture = pictureOf("rdm", 0.8, 0.25);
        const QSize pixels(900, 500);
        const QImage image = painted(picture, pixels, Theme::light());
        for (const auto& place : layOutChoices(picture, QRectF(QPointF(0, 0), pixels), size).places) {
            const double share = place.side == 0 ? 0.8 : 0.25;
            const double y = place.area.bottom() - (100 * share + 4) / 108 * place.area.height();
            const QColor line = Theme::light().population(0);
            const int x = static_cast<int>(place.area.left() + 0.3 * place.area.width());
            double nearest = 1;
            for (int dy = -1; dy <= 1; ++dy)
                nearest = std::min(nearest, distance(image.pixelColor(x, static_cast<int>(std::lround(y)) + dy), line));
            QVERIFY(nearest < 0.08);
            if (place.side == 1) {
                // What it was is there too, fainter.
                const int was =
                    static_cast<int>(std::lround(place.area.bottom() - (80 + 4) / 108.0 * place.area.height()));
                const QColor faint = image.pixelColor(x, was);
                QVERIFY(distance(faint, Theme::light().plotBackground) > 0.05);
                QVERIFY(distance(faint, line) > 0.1);
            }
        }
    }

    void accuracyIsSaid() {
        auto picture = pictureOf("mante", 0.984, 0.613);
        QCOMPARE(accuracyText(picture, 0, 0), QStringLiteral("98 % right"));
        QCOMPARE(accuracyText(picture, 1, 1), QStringLiteral("61 % right, was 98 %"));
        QCOMPARE(accuracyText(picture, 1, -1), QStringLiteral("61 % right, was 98 %"));
        auto unknown = *picture.trained;
        for (auto& panel : unknown.panels)
            for (auto& cell : panel.cells) cell.judged = false;
        picture.trained = std::make_shared<const statistics::Behaviour>(unknown);
        QVERIFY(accuracyText(picture, 0, 0).isEmpty());
    }

    void axesAreMathematical() {
        QCOMPARE(choiceAxisLabel("coherence 2"), QStringLiteral("coherence $c_2$"));
        QCOMPARE(choiceAxisLabel("f1"), QStringLiteral("$f_1$ (Hz)"));
        QCOMPARE(choiceAxisLabel("stimulus 1"), QStringLiteral("stimulus 1"));
    }

    void nothingIsPaintedOfNothing() {
        QVERIFY(ChoicePicture().isEmpty() && !ChoicePicture().isMatrix());
        QVERIFY(layOutChoices({}, QRectF(0, 0, 300, 200), size).places.empty());
        const QImage image = painted({}, {300, 200}, Theme::light());
        QCOMPARE(image.pixelColor(150, 100), Theme::light().card);
    }
};

QTEST_MAIN(ChoicePicturesTest)
#include "tst_choice_pictures.moc"
