// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <QTest>

#include "ui/widgets/enlarge.h"

using namespace kappascope::widgets;

class EnlargeTest : public QObject {
    Q_OBJECT

private slots:
    void everyPixelIsRepeatedAndBlended_data() {
        QTest::addColumn<int>("factor");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("overlaid");
        for (const bool overlaid : {false, true}) {
            const char* kind = overlaid ? "particles" : "plain";
            QTest::addRow("%s 2", kind) << 2 << QSize(34, 22) << overlaid;
            QTest::addRow("%s 2 odd", kind) << 2 << QSize(35, 23) << overlaid;
            QTest::addRow("%s 3", kind) << 3 << QSize(51, 33) << overlaid;
            QTest::addRow("%s 3 over", kind) << 3 << QSize(53, 35) << overlaid;
        }
    }

    /// As a painter would do it, to the rounding of one level a channel.
    void everyPixelIsRepeatedAndBlended() {
        QFETCH(int, factor);
        QFETCH(QSize, size);
        QFETCH(bool, overlaid);
        QImage picture(17, 11, QImage::Format_RGB32), overlay(17, 11, QImage::Format_ARGB32_Premultiplied);
        for (int y = 0; y < 11; ++y)
            for (int x = 0; x < 17; ++x) {
                picture.setPixel(x, y, qRgb(15 * x, 23 * y, (7 * x * y) % 256));
                const int alpha = (x + y) % 3 == 0 ? 0 : (x * 16 + y) % 256;
                overlay.setPixel(x, y, qPremultiply(qRgba(200, 40 * (x % 5), 255 - 20 * y, alpha)));
            }
        overlay.setPixel(3, 3, qRgba(255, 255, 255, 255));
        QImage expected = picture;
        if (overlaid) QPainter(&expected).drawImage(0, 0, overlay);

        QImage out(5, 5, QImage::Format_RGB32);
        enlarge(picture, overlaid ? overlay : QImage(), factor, size, out);
        QCOMPARE(out.size(), size);
        for (int y = 0; y < size.height(); ++y)
            for (int x = 0; x < size.width(); ++x) {
                const QRgb a = out.pixel(x, y);
                const QRgb b = expected.pixel(std::min(x / factor, 16), std::min(y / factor, 10));
                QVERIFY(std::abs(qRed(a) - qRed(b)) <= 1 && std::abs(qGreen(a) - qGreen(b)) <= 1 &&
                        std::abs(qBlue(a) - qBlue(b)) <= 1);
            }
    }
};

QTEST_GUILESS_MAIN(EnlargeTest)
#include "tst_enlarge.moc"
