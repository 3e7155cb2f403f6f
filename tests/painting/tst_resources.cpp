// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QImage>
#include <QtTest>

#include "ui/painting/fonts.h"
#include "ui/painting/icons.h"
#include "ui/painting/theme.h"

using namespace kappascope::painting;

class ResourcesTest : public QObject {
    Q_OBJECT

private slots:
    void everyFileIsBundled_data() {
        QTest::addColumn<QString>("path");
        const QDir folder(QStringLiteral(KAPPASCOPE_SOURCE_DIR "/resources"));
        for (const auto& [name, filter] :
             {std::pair("fonts", "*.otf"), {"icons", "*.svg"}, {"examples", "*.json"}, {"networks", "*.npz"}})
            for (const QString& file : QDir(folder.filePath(name)).entryList({filter}, QDir::Files))
                QTest::addRow("%s/%s", name, qPrintable(file))
                    << QStringLiteral("%1/%2").arg(QLatin1String(name), file);
    }
    void everyFileIsBundled() {
        QFETCH(QString, path);
        loadFonts();
        QFile bundled(QStringLiteral(":/") + path),
            original(QStringLiteral(KAPPASCOPE_SOURCE_DIR "/resources/") + path);
        QVERIFY(bundled.open(QIODevice::ReadOnly) && original.open(QIODevice::ReadOnly));
        QCOMPARE(bundled.readAll(), original.readAll());
    }

    void iconsTakeTheThemesColour() {
        for (const Theme& theme : {Theme::light(), Theme::darkTheme()}) {
            for (const QString& file : QDir(QStringLiteral(":/icons")).entryList()) {
                const QString name = QFileInfo(file).baseName();
                if (name == u"kappascope") continue;
                const QImage image =
                    iconPixmap(name, theme.text, 24, 2).toImage().convertToFormat(QImage::Format_ARGB32);
                QCOMPARE(image.size(), QSize(48, 48));
                int opaque = 0;
                for (int y = 0; y < 48; ++y) {
                    for (int x = 0; x < 48; ++x) {
                        const QColor pixel = image.pixelColor(x, y);
                        if (pixel.alpha() < 250) continue;
                        ++opaque;
                        QVERIFY(std::abs(pixel.red() - theme.text.red()) <= 2);
                    }
                }
                QVERIFY2(opaque > 60, qPrintable(name));
            }
        }
    }

    void unknownIconIsNull() {
        QVERIFY(iconPixmap(QStringLiteral("none"), Qt::black, 16).isNull());
        QVERIFY(icon(QStringLiteral("none"), Qt::black).isNull());
        QVERIFY(!icon(QStringLiteral("open"), Qt::black).isNull());
        QVERIFY(!applicationIcon().isNull());
    }
};

QTEST_MAIN(ResourcesTest)
#include "tst_resources.moc"
