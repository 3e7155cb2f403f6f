// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFontInfo>
#include <QImage>
#include <QPainter>
#include <QtTest>
#include <algorithm>

#include "ui/painting/math_label.h"

using namespace kappascope::painting;

namespace {

QString joined(const MathLabel& label) {
    QString all;
    for (const TextRun& run : label.runs()) all += run.text;
    return all;
}

const TextRun& runOf(const MathLabel& label, const QString& text) {
    const auto& runs = label.runs();
    const auto found = std::find_if(runs.begin(), runs.end(), [&](const TextRun& run) { return run.text == text; });
    if (found == runs.end()) qFatal("no run %s in %s", qPrintable(text), qPrintable(label.source()));
    return *found;
}

}  // namespace

class MathLabelTest : public QObject {
    Q_OBJECT

private slots:
    void bundledFontsAreUsed() {
        QCOMPARE(QFontInfo(fontOf(Face::text, 10)).family(), QStringLiteral("Inter"));
        QCOMPARE(QFontInfo(fontOf(Face::semiBold, 10)).family(), QStringLiteral("Inter"));
        QCOMPARE(QFontInfo(fontOf(Face::semiBold, 10)).weight(), static_cast<int>(QFont::DemiBold));
        QCOMPARE(QFontInfo(fontOf(Face::mathItalic, 10)).family(), QStringLiteral("STIXGeneral"));
        QVERIFY(QFontInfo(fontOf(Face::mathItalic, 10)).italic());
    }

    void subscriptIsLowerAndSmaller() {
        const MathLabel label("$\\kappa_1$", 10);
        const TextRun &kappa = runOf(label, QStringLiteral("κ")), &one = runOf(label, QStringLiteral("1"));
        QVERIFY(kappa.face == Face::mathItalic);
        QVERIFY(one.face == Face::mathUpright);
        QVERIFY(one.at.y() > kappa.at.y());
        QVERIFY(one.sizePt < kappa.sizePt);
        QVERIFY(one.at.x() >= kappa.at.x() + kappa.width);
    }

    void scriptsStandAboveEachOther() {
        const MathLabel label("$x_1^2$", 10);
        const TextRun &below = runOf(label, QStringLiteral("1")), &above = runOf(label, QStringLiteral("2"));
        QCOMPARE(below.at.x(), above.at.x());
        QVERIFY(above.at.y() < 0 && below.at.y() > 0);
        QVERIFY(label.size().width() >= above.at.x() + above.width);
    }

    void groupsBelongTogether() {
        const MathLabel label("$\\sigma_{mn}$");
        QVERIFY(runOf(label, QStringLiteral("mn")).at.y() > 0);
        QCOMPARE(joined(MathLabel("$\\kappa_{12}$")), QStringLiteral("κ12"));
    }

    void facesFollowMeaning() {
        const MathLabel label("speed $d\\kappa/dt = 2$");
        QVERIFY(runOf(label, QStringLiteral("speed ")).face == Face::text);
        QVERIFY(runOf(label, QStringLiteral("dκ")).face == Face::mathItalic);
        QVERIFY(runOf(label, QStringLiteral("/")).face == Face::mathUpright);
        QVERIFY(runOf(MathLabel("bold", 10, true), QStringLiteral("bold")).face == Face::semiBold);
    }

    void runsStandSideBySide() {
        const MathLabel label("input $u_1 = -0.5$, $\\langle\\phi'\\rangle_2 \\approx 0.41$", 12);
        double x = 0;
        for (const TextRun& run : label.runs()) {
            QVERIFY(run.at.x() >= x - 1e-9);
            x = run.at.x() + run.width;
        }
        QVERIFY(std::abs(x - label.size().width()) < 1);
        QVERIFY(joined(label).contains(u'−'));
        QVERIFY(!joined(label).contains(u'-'));
    }

    void layoutScalesExactly() {
        const MathLabel small("gain $g_2$: $\\dot{\\kappa}_1$", 8), large("gain $g_2$: $\\dot{\\kappa}_1$", 32);
        QCOMPARE(small.runs().size(), large.runs().size());
        QVERIFY(std::abs(4 * small.size().width() - large.size().width()) < 1e-9);
        QVERIFY(std::abs(4 * small.size().height() - large.size().height()) < 1e-9);
        QCOMPARE(small.runs().front().sizePt, 8.0);
    }

    void readsAloud_data() {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("reading");
        QTest::newRow("kappa") << "$\\kappa_1$"
                               << "kappa 1";
        QTest::newRow("text") << "input $u_1$"
                              << "input u 1";
        QTest::newRow("slope") << "$\\langle\\phi'\\rangle_2 = 0.41$"
                               << "<phi prime> 2 = 0.41";
        QTest::newRow("fraction") << "$d\\kappa_1/dt$"
                                  << "d kappa 1/dt";
        QTest::newRow("dot") << "$\\dot{x}$"
                             << "x dot";
        QTest::newRow("dollar") << "5 \\$ a day"
                                << "5 $ a day";
        QTest::newRow("no mathematics") << "plain, simply"
                                        << "plain, simply";
    }
    void readsAloud() {
        QFETCH(QString, source);
        QFETCH(QString, reading);
        QCOMPARE(MathLabel(source).plainText(), reading);
    }

    void anyTextIsTaken_data() {
        QTest::addColumn<QString>("source");
        for (const char* source :
             {"", "$", "$$", "a $ b", "$x_$", "$^$", "$\\$", "$\\unknown x$", "$\\dot$", "${{{$", "$}}}$", "$\\text{}$",
              "$_{_{_{_{_{_{_{_{_{_{_{x}}}}}}}}}}}$", "$\\", "κ ≥ 1 – „ü“ 𝜅"})
            QTest::newRow(source) << QString::fromUtf8(source);
    }
    void anyTextIsTaken() {
        QFETCH(QString, source);
        const MathLabel label(source);
        QVERIFY(std::isfinite(label.size().width()));
        label.plainText();
        label.outline();
    }

    void paintsWhereItSays() {
        // Ink on pixels, ink of the outlines, and the layout's box agree, at pixel ratios 1 and 2.
        for (const double ratio : {1.0, 2.0}) {
            const MathLabel label("Inter $\\kappa_1 + \\Delta^2$", 20);
            QImage image(QSize(300, 60) * ratio, QImage::Format_RGB32);
            image.setDevicePixelRatio(ratio);
            image.fill(Qt::white);
            QPainter painter(&image);
            label.draw(painter, {20, 40}, Qt::black, 1);
            painter.end();
            QRect ink;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    if (qGray(image.pixel(x, y)) < 128) ink |= QRect(x, y, 1, 1);
            const QRectF outline = label.outline().boundingRect().translated(20, 40);
            const QRectF painted(ink.x() / ratio, ink.y() / ratio, ink.width() / ratio, ink.height() / ratio);
            for (const double difference : {painted.left() - outline.left(), painted.right() - outline.right(),
                                            painted.top() - outline.top(), painted.bottom() - outline.bottom()})
                QVERIFY2(std::abs(difference) <= 1.6, qPrintable(QString::number(difference)));
            QVERIFY(painted.right() <= 20 + label.size().width() + 2);
            QVERIFY(painted.top() >= 40 - label.ascent() - 2);
        }
    }
};

QTEST_MAIN(MathLabelTest)
#include "tst_math_label.moc"
