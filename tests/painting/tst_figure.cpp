// SPDX-License-Identifier: GPL-3.0-or-later
#include <QImageReader>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>
#include <cmath>

#include "core/error.h"
#include "tests/core/errors.h"
#include "tests/painting/sample_portrait.h"
#include "ui/painting/figure.h"
#include "ui/painting/figure_files.h"
#include "ui/painting/figure_layout.h"

using namespace kappascope;
using namespace kappascope::painting;
using test::codeOf;

namespace {

std::vector<Panel> panels() {
    Scene planar = sample::scene(sample::planar());
    planar.trajectories = {sample::trajectory(0)};
    return {Panel{planar, "network", defaultLayers(), {}, {}},
            Panel{planar, "circuit, $g_2 = 0.2$", defaultLayers(), {}, {}},
            Panel{sample::scene(sample::linear()), "rank 1: line", defaultLayers(), {}, {}}};
}

/// kappa_1 rises from 0 to 1 in 100 steps, kappa_2 falls; the reduced level lags behind.
TimeFigure trial() {
    TimeFigure time;
    time.epochs = {{"fixation", 0, 5}, {"stimulus", 5, 60}, {"decision", 60, 100}};
    time.inputNames = {"stimulus A", "$u_{2}$"};
    for (const bool reduced : {false, true}) {
        auto trajectory = std::make_shared<simulation::Trajectory>();
        trajectory->u = Eigen::MatrixXd::Zero(2, 100);
        trajectory->u.row(0).segment(5, 55).setOnes();
        trajectory->kappa.resize(2, 100);
        trajectory->z.resize(1, 100);
        for (int k = 0; k < 100; ++k) {
            const double t = reduced ? 0.9 * k / 100.0 : k / 100.0;
            trajectory->kappa.col(k) << t, -t;
            trajectory->z(0, k) = t * t;
        }
        time.levels.push_back({reduced ? "Circuit" : "Network", reduced, {trajectory}});
    }
    return time;
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Every deflated stream of a pdf, unpacked.
QByteArray unpacked(const QByteArray& pdf) {
    const QByteArray key = "\nstream\n";
    QByteArray all;
    for (auto at = pdf.indexOf(key); at >= 0; at = pdf.indexOf(key, at + 1)) {
        const auto from = at + key.size(), end = pdf.indexOf("endstream", from);
        // Qt's format: four bytes of length before zlib's, which begin with an x.
        if (end > from && pdf[from] == 'x') all += qUncompress(QByteArray("\0\1\0\0", 4) + pdf.mid(from, end - from));
    }
    return all;
}

/// A figure as another program shows it (our own png as it is), in grey.
QImage elsewhere(const Scene& scene, const std::vector<QString>& layers, const FigureSpec& spec, const QString& ending,
                 const QString& program) {
    QTemporaryDir folder;
    const QString path = folder.filePath("figure." + ending), out = folder.filePath("seen");
    writeFigure(path, {Panel{scene, {}, layers, {}, {}}}, spec);
    if (program.isEmpty()) return QImage(path).convertToFormat(QImage::Format_Grayscale8);
    const QString dpi = QString::number(spec.dpi);
    if (program == "rsvg-convert")
        QProcess::execute(program,
                          {"-w", QString::number(qRound(spec.widthMm / 25.4 * spec.dpi)), "-o", out + ".png", path});
    else
        QProcess::execute(program, {"-png", "-singlefile", "-r", dpi, path, out});
    return QImage(out + ".png").convertToFormat(QImage::Format_Grayscale8);
}

}  // namespace

class FigureTest : public QObject {
    Q_OBJECT

private slots:
    void sameBytesTwice_data() {
        QTest::addColumn<QString>("ending");
        for (const char* ending : {"pdf", "svg", "png"}) QTest::newRow(ending) << QString(ending);
    }
    void sameBytesTwice() {
        QFETCH(QString, ending);
        QTemporaryDir folder;
        const QString first = folder.filePath("first." + ending), second = folder.filePath("second." + ending);
        const double height = writeFigure(first, panels());
        // The clock of a pdf's date has seconds.
        QTest::qWait(1100);
        QCOMPARE(writeFigure(second, panels()), height);
        QVERIFY(contents(first).size() > 1000);
        QVERIFY(contents(first) == contents(second));
    }

    void pdfIsExact() {
        QTemporaryDir folder;
        const QString path = folder.filePath("figure.pdf");
        FigureSpec spec;
        spec.widthMm = 90;
        const double height = writeFigure(path, {panels()[0]}, spec);
        const QByteArray pdf = contents(path);
        const auto box = QRegularExpression("/MediaBox \\[0 0 ([0-9.]+) ([0-9.]+)\\]").match(QString::fromLatin1(pdf));
        QVERIFY(box.hasMatch());
        QVERIFY(std::abs(box.captured(1).toDouble() - 90 / 25.4 * 72) < 1e-5);
        QVERIFY(std::abs(box.captured(2).toDouble() - height / 25.4 * 72) < 1e-5);
        QVERIFY(pdf.contains("/CreationDate (D:20000101000000"));
        // Images are not JPEG, letters are text with their meaning, spaces are no tabulators.
        QVERIFY(!pdf.contains("DCTDecode"));
        QVERIFY(pdf.contains("Inter-Regular") && pdf.contains("STIXGeneral-Italic"));
        QVERIFY(pdf.contains("<03BA>") && pdf.contains("<2212>") && pdf.contains("<0020>"));
        QVERIFY(!pdf.contains("<0009> ]") && !pdf.contains("[<0009>"));
        // Lengths are in hundredths of a point: 8 pt are 800 of them.
        const QString page = QString::fromLatin1(unpacked(pdf));
        const auto matrix = QRegularExpression("(0\\.0[0-9]*) 0 0 -(0\\.0[0-9]*) 0 [0-9.]+ cm").match(page);
        QVERIFY(matrix.hasMatch());
        QCOMPARE(matrix.captured(1).toDouble(), 0.01);
        QCOMPARE(matrix.captured(2).toDouble(), 0.01);
        const auto sizes = QRegularExpression("/F\\d+ (\\d+) Tf").globalMatch(page);
        QSet<QString> found;
        for (auto it = sizes; it.hasNext();) found.insert(it.next().captured(1));
        QCOMPARE(found, QSet<QString>({"800", "896", "645"}));
    }

    void pdfOffsetsStayRight() {
        QTemporaryDir folder;
        const QString path = folder.filePath("figure.pdf");
        writeFigure(path, panels());
        const QByteArray pdf = contents(path);
        const auto table = pdf.lastIndexOf("\nxref\n");
        QVERIFY(table > 0);
        QVERIFY(pdf.mid(pdf.lastIndexOf("startxref")).contains(QByteArray::number(table + 1)));
        const QList<QByteArray> lines = pdf.mid(table + 1).split('\n');
        int objects = 0;
        for (int k = 3; lines[k].contains(" n"); ++k, ++objects) {
            const auto at = lines[k].left(10).toLongLong();
            QVERIFY(pdf.mid(at, 12).contains(QByteArray::number(k - 2) + " 0 obj"));
        }
        QVERIFY(objects > 5);
    }

    void svgStaysInside() {
        QTemporaryDir folder;
        const QString path = folder.filePath("figure.svg");
        FigureSpec spec;
        spec.widthMm = 120;
        const double height = writeFigure(path, panels(), spec);
        QXmlStreamReader xml(contents(path));
        QRectF page;
        int lines = 0, shapes = 0;
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement) continue;
            const auto attributes = xml.attributes();
            if (xml.name() == u"svg") {
                QCOMPARE(attributes.value("width"), u"120mm");
                QVERIFY(std::abs(attributes.value("height").chopped(2).toDouble() - height) < 1e-5);
                const auto box = attributes.value("viewBox").toString().split(u' ');
                page = QRectF(0, 0, box[2].toDouble(), box[3].toDouble()).adjusted(-0.01, -0.01, 0.01, 0.01);
            }
            QVERIFY(xml.name() != u"text");
            if (xml.name() == u"image") QVERIFY(attributes.value("image-rendering") != u"optimizeSpeed");
            // Lines that reach the border are shapes that end there.
            if (xml.name() == u"path") ++shapes;
            if (xml.name() != u"polyline") continue;
            ++lines;
            for (const QString& pair : attributes.value("points").toString().split(u' ', Qt::SkipEmptyParts)) {
                const auto xy = pair.split(u',');
                QVERIFY2(page.contains(QPointF(xy[0].toDouble(), xy[1].toDouble())), qPrintable(pair));
            }
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY(lines > 5 && lines + shapes > 60);
    }

    /// A view that cuts lines, cycles, trajectories and markers, with every layer and with none: outside the axes the
    /// two are the same picture, in every format.
    void nothingLiesOutsideTheAxes_data() {
        QTest::addColumn<QString>("ending");
        QTest::addColumn<QString>("program");
        QTest::newRow("png") << "png"
                             << "";
        QTest::newRow("svg") << "svg"
                             << "rsvg-convert";
        QTest::newRow("pdf") << "pdf"
                             << "pdftocairo";
    }
    void nothingLiesOutsideTheAxes() {
        QFETCH(QString, ending);
        QFETCH(QString, program);
        if (!program.isEmpty() && QStandardPaths::findExecutable(program).isEmpty())
            QSKIP(qPrintable("Needs " + program));
        phase::Portrait portrait = sample::planar();
        portrait.view.xMin = portrait.field.view.xMin = -1;
        portrait.view.xMax = portrait.field.view.xMax = 0.42;
        portrait.view.yMin = portrait.field.view.yMin = -0.03;
        portrait.view.yMax = portrait.field.view.yMax = 1.2;
        Scene scene = sample::scene(portrait);
        scene.trajectories = {sample::trajectory(0)};
        FigureSpec spec;
        spec.widthMm = 80;
        spec.dpi = 254;
        spec.legend = false;
        spec.dark = true;
        const FigureLayout layout = layOutFigure({Panel{scene, {}, {}, {}, {}}}, spec);
        const double pixels = spec.dpi / 72.0;
        // The frame lies half outside, and a pixel at its border is shared.
        const QRectF area = layout.places[0].area.adjusted(-0.35, -0.35, 0.35, 0.35);
        const QRectF inside(area.topLeft() * pixels, area.size() * pixels);
        const QImage full = elsewhere(scene, defaultLayers(), spec, ending, program);
        const QImage empty = elsewhere(scene, {}, spec, ending, program);
        QCOMPARE(full.size(), empty.size());
        QVERIFY(std::abs(full.width() - 800) <= 1);
        int different = 0, outside = 0;
        for (int y = 0; y < full.height(); ++y)
            for (int x = 0; x < full.width(); ++x) {
                if (full.pixel(x, y) == empty.pixel(x, y)) continue;
                ++different;
                if (!inside.adjusted(-1, -1, 1, 1).contains(QPointF(x + 0.5, y + 0.5))) ++outside;
            }
        QVERIFY(different > 1000);
        QCOMPARE(outside, 0);
    }

    void aTrialHasItsPlotsAndNames() {
        const TimeFigure time = trial();
        FigureSpec spec;
        spec.widthMm = 90;
        spec.dpi = 144;
        const FigureLayout alone = layOutFigure(Figure{{}, time}, spec);
        QCOMPARE(alone.time.rows.size(), std::size_t(3));
        QCOMPARE(alone.time.epochs.size(), std::size_t(3));
        const QRectF page(QPointF(0, 0), alone.size);
        for (const auto& row : alone.time.rows) {
            QVERIFY(page.contains(row.area));
            QCOMPARE(row.area.left(), alone.time.rows[0].area.left());
            for (const auto& curve : row.curves)
                QVERIFY(curve.baseline.x() + curve.name.size().width() <= page.right());
        }
        // Names of epochs stand apart.
        for (std::size_t a = 0; a < alone.time.epochs.size(); ++a)
            for (std::size_t b = 0; b < a; ++b) {
                const auto &x = alone.time.epochs[a], &y = alone.time.epochs[b];
                const bool apart = x.baseline.y() != y.baseline.y() ||
                                   x.baseline.x() >= y.baseline.x() + y.text.size().width() ||
                                   y.baseline.x() >= x.baseline.x() + x.text.size().width();
                QVERIFY(apart);
            }
        // Beneath portraits, in line with them.
        const FigureLayout both = layOutFigure(Figure{panels(), time}, spec);
        QVERIFY(both.time.rows[0].area.top() > both.places[0].area.bottom());
        QVERIFY(both.time.rows[0].area.left() >= both.places[0].area.left());
        QVERIFY(both.size.height() > layOutFigure(panels(), spec).size.height());
    }

    void aTrialIsDrawnWhereItsValuesLie() {
        // kappa_1 rises from 0 to 1 over the trial: the colour of its line is where the axes say.
        TimeFigure time = trial();
        time.levels.resize(1);
        FigureSpec spec;
        spec.widthMm = 120;
        spec.dpi = 144;
        const FigureLayout layout = layOutFigure(Figure{{}, time}, spec);
        const QImage image = figureImage(Figure{{}, time}, spec);
        const auto& row = layout.time.rows[1];
        const QColor color = layout.theme.population(0);
        for (const double share : {0.2, 0.5, 0.8}) {
            const double value = share - 0.005;  // after step k the time is (k + 1) dt and kappa k / 100
            const double x = row.area.left() + share * row.area.width();
            const double y = row.area.bottom() - (value - row.view.yMin) / row.view.height() * row.area.height();
            double nearest = 1e9;
            for (int dy = -2; dy <= 2; ++dy) {
                const QColor c = image.pixelColor(qRound(x * 2), qRound(y * 2) + dy);
                nearest =
                    std::min<double>(nearest, std::abs(c.red() - color.red()) + std::abs(c.green() - color.green()) +
                                                  std::abs(c.blue() - color.blue()));
            }
            QVERIFY2(nearest < 90, qPrintable(QString::number(nearest)));
        }
    }

    void pngHasItsResolution() {
        QTemporaryDir folder;
        const QString path = folder.filePath("figure.png");
        FigureSpec spec;
        spec.widthMm = 90;
        spec.dpi = 150;
        const double height = writeFigure(path, {panels()[0]}, spec);
        const QImage image(path);
        QCOMPARE(image.width(), qRound(90 / 25.4 * 150));
        QCOMPARE(image.height(), qRound(height / 25.4 * 150));
        QVERIFY(std::abs(image.dotsPerMeterX() * 0.0254 - 150) < 0.05);
    }

    void transparencyIsOfThePage() {
        FigureSpec spec;
        spec.dpi = 72;
        for (const bool dark : {false, true}) {
            spec.dark = dark;
            spec.transparent = true;
            const FigureLayout layout = layOutFigure(panels(), spec);
            const QPoint middle = layout.places[0].area.center().toPoint();
            const QImage clear = figureImage(panels(), spec);
            QCOMPARE(clear.pixelColor(0, 0).alpha(), 0);
            QCOMPARE(clear.pixelColor(middle).alpha(), 255);
            spec.transparent = false;
            const QImage solid = figureImage(panels(), spec);
            QCOMPARE(solid.pixelColor(0, 0), dark ? Theme::darkTheme().window : QColor(Qt::white));
        }
    }

    void panelsDoNotOverlap() {
        for (const int count : {1, 2, 3, 5}) {
            for (const double width : {60.0, 90.0, 180.0}) {
                std::vector<Panel> some;
                for (int k = 0; k < count; ++k) some.push_back(panels()[static_cast<std::size_t>(k % 3)]);
                FigureSpec spec;
                spec.widthMm = width;
                if (width < 80 && count > 2) spec.columns = 2;
                const FigureLayout layout = layOutFigure(some, spec);
                const QRectF page(QPointF(0, 0), layout.size);
                for (std::size_t a = 0; a < some.size(); ++a) {
                    QVERIFY(page.contains(layout.places[a].area));
                    for (const MathLabel& line : layout.places[a].title)
                        QVERIFY(line.size().width() <= layout.places[a].area.width() + 1);
                    for (std::size_t b = 0; b < a; ++b)
                        QVERIFY(!layout.places[a].area.intersects(layout.places[b].area));
                }
                for (const auto& place : layout.legend) {
                    QVERIFY(page.contains(place.sample));
                    QVERIFY(place.baseline.x() + place.text.size().width() <= layout.size.width());
                }
            }
        }
    }

    void repeatedAxesAreNumberedOnce() {
        const FigureLayout layout = layOutFigure(panels(), {});
        QVERIFY(layout.places[0].y.labelled);
        QVERIFY(!layout.places[1].y.labelled);
        QVERIFY(layout.places[2].y.labelled);
        QCOMPARE(layout.places[0].x.label.source(), QStringLiteral("$\\kappa_{1}$"));
        QCOMPARE(layout.places[2].x.label.source(), QStringLiteral("$\\kappa$"));
    }

    void ticks_data() {
        QTest::addColumn<double>("from");
        QTest::addColumn<double>("to");
        QTest::addColumn<int>("most");
        QTest::addColumn<QString>("texts");
        QTest::newRow("ones") << -2.2 << 2.2 << 6 << "−2 −1 0 1 2";
        QTest::newRow("twos") << -2.2 << 2.2 << 4 << "−2 0 2";
        QTest::newRow("halves") << -1.1 << 0.6 << 5 << "−1.0 −0.5 0.0 0.5";
        QTest::newRow("ends count") << 0.0 << 1.0 << 6 << "0.0 0.2 0.4 0.6 0.8 1.0";
        QTest::newRow("small") << 0.001 << 0.0032 << 3 << "0.001 0.002 0.003";
        QTest::newRow("large") << -1500.0 << 2500.0 << 5 << "−1000 0 1000 2000";
        QTest::newRow("empty") << 1.0 << 1.0 << 5 << "";
        QTest::newRow("not finite") << 0.0 << qInf() << 5 << "";
    }
    void ticks() {
        QFETCH(double, from);
        QFETCH(double, to);
        QFETCH(int, most);
        QFETCH(QString, texts);
        QStringList found;
        for (const Tick& tick : niceTicks(from, to, most)) {
            found << tick.text;
            QVERIFY(tick.value >= from - 1e-9 * std::abs(from) && tick.value <= to + 1e-9 * std::abs(to));
            QCOMPARE(QString(tick.text).replace(QChar(0x2212), u'-').toDouble() + 1, tick.value + 1);
        }
        QCOMPARE(found.join(u' '), texts);
    }

    void badRequestsAreRefused() {
        QTemporaryDir folder;
        const auto refused = [&](const char* name, const std::vector<Panel>& what, const FigureSpec& spec) {
            return codeOf([&] { writeFigure(folder.filePath(name), what, spec); });
        };
        FigureSpec spec;
        QVERIFY(refused("figure.gif", panels(), spec) == ErrorCode::badOption);
        QVERIFY(refused("figure.pdf", {}, spec) == ErrorCode::badOption);
        spec.widthMm = 5;
        QVERIFY(refused("figure.pdf", panels(), spec) == ErrorCode::badOption);
        spec.widthMm = std::nan("");
        QVERIFY(refused("figure.pdf", panels(), spec) == ErrorCode::badOption);
        spec = {};
        spec.fontPt = 40;
        spec.widthMm = 30;
        QVERIFY(refused("figure.pdf", panels(), spec) == ErrorCode::badOption);
        QVERIFY(QDir(folder.path()).isEmpty());
        QVERIFY(refused("no such folder/figure.pdf", panels(), {}) == ErrorCode::cannotWrite);
    }

    void spacesOnlyInsideBrackets() {
        const QByteArray map =
            "beginbfrange\n<0008> <0009> [<0041> <0009> ]\n<0009> <0009> [<0009> ]\nendbfrange <0009>";
        const QByteArray mended =
            "beginbfrange\n<0008> <0009> [<0041> <0020> ]\n<0009> <0009> [<0020> ]\nendbfrange <0009>";
        QCOMPARE(withReadableSpaces(map), mended);
    }
};

QTEST_MAIN(FigureTest)
#include "tst_figure.moc"
