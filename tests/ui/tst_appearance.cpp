// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QApplication>
#include <QHash>
#include <QImage>
#include <QLabel>
#include <QSettings>
#include <QStyle>
#include <QStyleOptionButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <cmath>

#include "app/gallery.h"
#include "ui/painting/theme.h"
#include "ui/session/state.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/math_widget.h"

using namespace kappascope;
using painting::Theme;
using namespace widgets;

namespace {

constexpr int patience = 600000;
#ifdef __SANITIZE_ADDRESS__
constexpr bool isSanitized = true;
#else
constexpr bool isSanitized = false;
#endif
constexpr double readable = 4.5;  // WCAG 2.1, 1.4.3

/// Relative luminance as WCAG 2.1 defines it, written out here so that the theme's own function is not its judge.
double luminance(const QColor& color) {
    const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

/// What a widget's text needs beyond what it has, in pixels; nothing where it holds no text of its own.
int missing(const QWidget& widget) {
    if (const auto* label = qobject_cast<const QLabel*>(&widget)) {
        if (label->text().isEmpty()) return 0;
        if (label->wordWrap()) return label->heightForWidth(label->width()) - label->height();
        return label->sizeHint().width() - label->width();
    }
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget)) {
        if (button->text().isEmpty()) return 0;
        const auto* tool = qobject_cast<const QToolButton*>(button);
        if (tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly) return 0;
        return button->sizeHint().width() - button->width();
    }
    if (const auto* label = dynamic_cast<const MathWidget*>(&widget)) return label->missingWidth();
    return 0;
}

QString textOf(const QWidget& widget) {
    if (const auto* label = qobject_cast<const QLabel*>(&widget)) return label->text();
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget)) return button->text();
    if (const auto* label = dynamic_cast<const MathWidget*>(&widget)) return label->source();
    return {};
}

/// Every text in a window that is cut off, unless a tooltip holds it whole.
QStringList cutOff(const QWidget& window) {
    QStringList bad;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != &window) continue;
        const int lacks = missing(*widget);
        if (lacks <= 0 || widget->toolTip().contains(painting::MathLabel(textOf(*widget)).plainText())) continue;
        bad += QStringLiteral("%1 “%2” lacks %3 px").arg(widget->metaObject()->className(), textOf(*widget)).arg(lacks);
    }
    return bad;
}

/// The contrast of the text in a picture: its commonest colour against the one that is farthest from it.
double paintedContrast(const QImage& picture) {
    QHash<QRgb, int> counts;
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x) ++counts[picture.pixel(x, y)];
    QRgb ground = 0;
    int most = 0;
    for (auto it = counts.cbegin(); it != counts.cend(); ++it)
        if (it.value() > most) {
            most = it.value();
            ground = it.key();
        }
    double best = 1;
    for (auto it = counts.cbegin(); it != counts.cend(); ++it)
        best = std::max(best, contrast(QColor(it.key()), QColor(ground)));
    return best;
}

/// Every text that is painted with too little contrast; what is disabled may be faint.
QStringList unreadable(QWidget& window) {
    const QImage picture = window.grab().toImage();
    QStringList bad;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || !widget->isEnabled() || widget->window() != window.window()) continue;
        if (painting::MathLabel(textOf(*widget)).plainText().trimmed().isEmpty()) continue;
        const auto* tool = qobject_cast<const QToolButton*>(widget);
        if (tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly) continue;
        const QRect place(widget->mapTo(&window, QPoint(0, 0)), widget->size());
        const QRect seen = place & window.rect();
        // What is behind a card, or scrolled away, is not seen.
        if (seen != place || window.childAt(place.center()) != widget) continue;
        if (const double found = paintedContrast(picture.copy(seen)); found < readable)
            bad += QStringLiteral("“%1” has a contrast of %2").arg(textOf(*widget)).arg(found, 0, 'f', 2);
    }
    return bad;
}

}  // namespace

/// What people see: contrast of text, and no label that is cut off.
class AppearanceTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        QVERIFY(settings_.isValid());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path());
        QCoreApplication::setOrganizationName(QStringLiteral("KappascopeTest"));
    }

    void textIsReadable_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void textIsReadable() {
        QFETCH(bool, dark);
        const Theme& t = Theme::of(dark);
        const std::vector<std::pair<const char*, QColor>> texts{
            {"text", t.text}, {"muted text", t.mutedText}, {"warning", t.warning}, {"accent", t.accent}};
        const std::vector<std::pair<const char*, QColor>> grounds{
            {"window", t.window}, {"panel", t.panel}, {"card", t.card}, {"plot", t.plotBackground}};
        QStringList bad;
        const auto check = [&bad](const char* text, const QColor& front, const char* ground, const QColor& back) {
            if (contrast(front, back) < readable)
                bad += QStringLiteral("%1 on %2: %3").arg(text, ground).arg(contrast(front, back), 0, 'f', 2);
        };
        for (const auto& [text, front] : texts)
            for (const auto& [ground, back] : grounds) check(text, front, ground, back);
        for (const char* text : {"text", "muted text"})
            check(text, text[0] == 't' ? t.text : t.mutedText, "control", t.control);
        check("text on the accent", t.onAccent, "accent", t.accent);
        check("axis", t.axis, "plot", t.plotBackground);
        // The page of a light figure is white.
        if (!dark) check("text", t.text, "paper", Qt::white);
        QVERIFY2(bad.isEmpty(), qPrintable(bad.join(QStringLiteral("; "))));
    }

    void themesMeasureAsWcagDoes() {
        QCOMPARE(painting::contrastRatio(Qt::black, Qt::white), 21.0);
        const QColor a("#0b69b0"), b("#fafbfc");
        QVERIFY(std::abs(painting::contrastRatio(a, b) - contrast(a, b)) < 0.01);
    }

    void everySceneIsWholeAndReadable_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("dark");
        QTest::addColumn<int>("scene");
        for (const bool dark : {false, true}) {
            // Contrast and cut text are the same there; one round goes through the code.
            if (dark && isSanitized) continue;
            const QSize size = dark ? QSize(1920, 1080) : QSize(1280, 800);
            for (std::size_t k = 0; k < app::galleryScenes().size(); ++k)
                QTest::addRow("%s %d %s", qPrintable(app::galleryScenes()[k].id), size.width(), dark ? "dark" : "light")
                    << size << dark << static_cast<int>(k);
        }
    }
    /// Every view, card and dialog of the gallery: no text is cut off, and each stands out from what is painted behind
    /// it.
    void everySceneIsWholeAndReadable() {
        QFETCH(QSize, size);
        QFETCH(bool, dark);
        QFETCH(int, scene);
        const app::GalleryScene& shown = app::galleryScenes()[static_cast<std::size_t>(scene)];
        MainWindow window(shown.example, dark);
        window.resize(size);
        window.show();
        QTRY_VERIFY_WITH_TIMEOUT(window.explorer().isSettled(), patience);
        QCOMPARE(window.size(), size);
        QWidget* opened = shown.prepare ? shown.prepare(window) : nullptr;
        QTRY_VERIFY_WITH_TIMEOUT(window.explorer().isSettled(), patience);
        QWidget& looked = opened ? *opened : window;
        // On a slow machine layouts of what was opened take their time; what stays wrong is wrong.
        QStringList bad;
        QTest::qWait(50);
        (void)QTest::qWaitFor(
            [&] {
                bad = cutOff(looked) + unreadable(looked);
                return bad.isEmpty();
            },
            5000);
        window.closeForGood();
        QVERIFY2(bad.isEmpty(), qPrintable(bad.join(QStringLiteral("; "))));
    }

    /// The test's own eyes: a label that is too narrow is seen.
    void aCutLabelIsSeen() {
        QWidget window;
        auto* label = new QLabel(QStringLiteral("A sentence that is far too long for its place"), &window);
        auto* mathematics = new MathWidget(QStringLiteral("$\\kappa_1$ and a long explanation"), 13, &window);
        label->setGeometry(0, 0, 40, 20);
        mathematics->setGeometry(0, 30, 40, 20);
        window.show();
        QCOMPARE(cutOff(window).size(), 2);
        window.resize(500, 80);
        window.setStyleSheet(QStringLiteral("background: #808080; color: #909090"));
        QVERIFY(!unreadable(window).isEmpty());
        window.setStyleSheet(QStringLiteral("background: #ffffff; color: #000000"));
        QCOMPARE(unreadable(window), QStringList());
        label->setToolTip(label->text());
        mathematics->resize(400, 20);
        QVERIFY(cutOff(window).isEmpty());
    }

private:
    QTemporaryDir settings_;
};

QTEST_MAIN(AppearanceTest)
#include "tst_appearance.moc"
