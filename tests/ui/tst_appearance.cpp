// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QApplication>
#include <QLabel>
#include <QSettings>
#include <QStyle>
#include <QStyleOptionButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <cmath>

#include "ui/painting/theme.h"
#include "ui/session/state.h"
#include "ui/widgets/export_dialog.h"
#include "ui/widgets/help_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/math_widget.h"

using namespace kappascope;
using painting::Theme;
using namespace widgets;

namespace {

constexpr int patience = 60000;
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

    void noLabelIsCutOff_data() {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<QString>("example");
        for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)})
            for (const auto& example : session::examples())
                QTest::addRow("%s at %d", qPrintable(example.id), size.width()) << size << example.id;
    }
    void noLabelIsCutOff() {
        QFETCH(QSize, size);
        QFETCH(QString, example);
        MainWindow window(example);
        window.resize(size);
        window.show();
        QTRY_VERIFY_WITH_TIMEOUT(window.explorer().isSettled(), patience);
        QCOMPARE(window.size(), size);
        const QStringList bad = cutOff(window);
        QVERIFY2(bad.isEmpty(), qPrintable(bad.join(QStringLiteral("; "))));
    }

    void noLabelOfADialogIsCutOff() {
        MainWindow window(session::examples().front().id);
        window.show();
        QTRY_VERIFY_WITH_TIMEOUT(window.explorer().isSettled(), patience);
        auto* help = new HelpDialog(&window);
        help->show();
        auto* dialog = window.openExportDialog();
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->preview().isNull(), patience);
        for (const QWidget* each : {static_cast<QWidget*>(help), static_cast<QWidget*>(dialog)}) {
            const QStringList bad = cutOff(*each);
            QVERIFY2(bad.isEmpty(), qPrintable(bad.join(QStringLiteral("; "))));
        }
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
        label->setToolTip(label->text());
        mathematics->resize(400, 20);
        QVERIFY(cutOff(window).isEmpty());
    }

private:
    QTemporaryDir settings_;
};

QTEST_MAIN(AppearanceTest)
#include "tst_appearance.moc"
