// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/style.h"

#include <QApplication>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QStyleFactory>

#include "ui/painting/fonts.h"

namespace kappascope::widgets {

namespace {

QPalette paletteOf(const painting::Theme& theme) {
    QPalette palette;
    palette.setColor(QPalette::Window, theme.window);
    palette.setColor(QPalette::WindowText, theme.text);
    palette.setColor(QPalette::Base, theme.card);
    palette.setColor(QPalette::AlternateBase, theme.panel);
    palette.setColor(QPalette::Text, theme.text);
    palette.setColor(QPalette::PlaceholderText, theme.mutedText);
    palette.setColor(QPalette::Button, theme.control);
    palette.setColor(QPalette::ButtonText, theme.text);
    palette.setColor(QPalette::BrightText, theme.onAccent);
    palette.setColor(QPalette::ToolTipBase, theme.card);
    palette.setColor(QPalette::ToolTipText, theme.text);
    palette.setColor(QPalette::Highlight, theme.accent);
    palette.setColor(QPalette::HighlightedText, theme.onAccent);
    palette.setColor(QPalette::Link, theme.accent);
    palette.setColor(QPalette::Mid, theme.border);
    palette.setColor(QPalette::Light, theme.card);
    palette.setColor(QPalette::Dark, theme.border);
    palette.setColor(QPalette::Shadow, theme.border);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, painting::mix(theme.mutedText, theme.window, 0.45));
    return palette;
}

constexpr const char* sheet = R"(
QToolTip { background: @card; color: @text; border: 1px solid @border; padding: 4px 6px; }
QFrame#card { background: @card; border: 1px solid @border; border-radius: 8px; }
QWidget#panel, QScrollArea#panel { background: @panel; border: none; }
QWidget#topBar { background: @panel; border: none; border-bottom: 1px solid @border; }
QWidget#sidePanel { background: @panel; }
QScrollArea#sidePanel { background: @panel; border: none; border-right: 1px solid @border; }
QLabel#heading { color: @muted; }
QLabel#muted { color: @muted; }
QLabel#warning { color: @warning; }
QFrame#message { background: @card; border: 1px solid @warning; border-radius: 8px; }
QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 4px 8px; background: transparent; }
QToolButton:hover { background: @control; }
QToolButton:pressed, QToolButton:checked { background: @control; border-color: @border; }
QToolButton:focus { border-color: @accent; }
QToolButton::menu-indicator { image: none; width: 0px; }
QToolButton#regroup { background: @control; border-color: @border; padding: 3px 10px; }
QToolButton#regroup:hover, QToolButton#regroup:focus { border-color: @accent; }
QToolButton[popupMode="1"] { padding-right: 20px; }
QToolButton::menu-button { border: none; width: 16px; }
QToolButton::menu-button:hover { background: @border; border-radius: 6px; }
QToolButton#layer { padding: 3px 7px; color: @muted; font-size: 12px; }
QToolButton#layer:checked { background: @card; color: @text; border-color: @border; border-bottom: 2px solid @accent; }
QToolButton#layer:focus { border-color: @accent; }
QToolButton#workspace { border: none; border-bottom: 2px solid transparent; border-radius: 0; padding: 5px 8px 4px 8px;
    color: @muted; background: transparent; }
QToolButton#workspace:checked { color: @text; border-bottom-color: @accent; background: transparent; }
QToolButton#workspace:hover { color: @text; }
QToolButton#workspace:focus { color: @accent; }
QToolButton#elsewhere { color: @accent; padding: 0px 8px; }
QToolButton#elsewhere:hover, QToolButton#elsewhere:focus { border-color: @accent; }
QProgressBar { background: @control; border: none; border-radius: 3px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QPushButton { background: @control; border: 1px solid @border; border-radius: 6px; padding: 5px 12px; }
QPushButton:hover { border-color: @accent; }
QPushButton:focus { border-color: @accent; }
QPushButton#math { padding: 0; }
QPushButton#primary { background: @accent; color: @onAccent; border-color: @accent; padding: 7px 16px; }
QPushButton#primary:disabled { background: @control; color: @muted; border-color: @border; }
QComboBox { background: @control; border: 1px solid @border; border-radius: 6px; padding: 3px 8px; min-height: 18px; }
QComboBox:hover, QComboBox:focus { border-color: @accent; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: @card; border: 1px solid @border; selection-background-color: @accent;
    selection-color: @onAccent; outline: none; }
QDoubleSpinBox, QSpinBox { background: @control; border: 1px solid transparent; border-radius: 5px; padding: 1px 3px; }
QDoubleSpinBox:hover, QSpinBox:hover { border-color: @border; }
QDoubleSpinBox:focus, QSpinBox:focus { border-color: @accent; }
QDoubleSpinBox[rejected="true"] { color: @warning; border-color: @warning; }
QSlider::groove:horizontal { height: 4px; background: @control; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @control; border-radius: 2px; }
QSlider::handle:horizontal { background: @accent; width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; }
QSlider::handle:horizontal:hover { border: 2px solid @card; width: 12px; }
QSlider::handle:horizontal:focus { border: 2px solid @text; width: 10px; height: 10px; }
QSlider::handle:horizontal:disabled { background: @border; }
QMenu { background: @card; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 6px 18px; border-radius: 5px; }
QMenu::item:selected { background: @accent; color: @onAccent; }
QMenu::separator { height: 1px; background: @border; margin: 4px 6px; }
QScrollBar:vertical { background: transparent; width: 9px; margin: 0; }
QScrollBar::handle:vertical { background: @border; border-radius: 4px; min-height: 30px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
)";

}  // namespace

void applyStyle(const painting::Theme& theme) {
    painting::loadFonts();
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setFont(pixelFont(13));
    QApplication::setPalette(paletteOf(theme));
    QString text = QString::fromLatin1(sheet);
    // Longer names first, so that none eats the beginning of another.
    const std::pair<const char*, QColor> colors[] = {
        {"@onAccent", theme.onAccent}, {"@warning", theme.warning}, {"@control", theme.control},
        {"@accent", theme.accent},     {"@border", theme.border},   {"@muted", theme.mutedText},
        {"@panel", theme.panel},       {"@card", theme.card},       {"@text", theme.text},
    };
    for (const auto& [name, color] : colors) text.replace(QLatin1String(name), color.name());
    qApp->setStyleSheet(text);
}

QFont pixelFont(int pixels, bool semiBold) {
    QFont font = painting::uiFont(10, semiBold);
    font.setPixelSize(pixels);
    return font;
}

QIcon themedIcon(const QString& name, const painting::Theme& theme) {
    const QIcon source(QStringLiteral(":/icons/%1.svg").arg(name));
    QIcon icon;
    for (const int size : {18, 36, 54}) {
        for (const auto& [mode, color] :
             {std::pair{QIcon::Normal, theme.text},
              std::pair{QIcon::Disabled, painting::mix(theme.mutedText, theme.panel, 0.6)}}) {
            QPixmap pixmap = source.pixmap(QSize(size, size), 1.0);
            QPainter painter(&pixmap);
            painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
            painter.fillRect(pixmap.rect(), color);
            painter.end();
            icon.addPixmap(pixmap, mode);
        }
    }
    return icon;
}

}  // namespace kappascope::widgets
