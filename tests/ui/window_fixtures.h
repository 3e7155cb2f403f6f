// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QTest>
#include <algorithm>

#include "tests/reference/reference.h"
#include "ui/widgets/file_actions.h"
#include "ui/widgets/main_window.h"

// What tests of the window have in common: hands that choose, press and save.

namespace kappascope::test {

/// How long anything may take, in ms; nothing is measured by it.
inline constexpr int patience = 600000;

/// Picks an entry as a click would.
inline void choose(QComboBox* box, const QString& text) {
    const int index = box->findText(text);
    QVERIFY2(index >= 0, qPrintable(text));
    box->setCurrentIndex(index);
    emit box->activated(index);
}

/// A key in a window that is in front, as a dialog may have been just before.
inline void press(widgets::MainWindow* window, Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
    window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window));
    QTest::keyClick(window, key, modifiers);
}

/// Ctrl+S, and a name for what has none yet.
inline void saveAs(widgets::MainWindow* window, const QString& path) {
    press(window, Qt::Key_S, Qt::ControlModifier);
    QFileDialog* dialog = window->files()->fileDialog();
    QVERIFY(dialog);
    auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
    QVERIFY(name);
    name->setText(path);
    QTest::keyClick(name, Qt::Key_Return);
}

inline int stablePoints(const session::PortraitResult& result) {
    const auto& points = result.portrait->census.points;
    return static_cast<int>(
        std::count_if(points.begin(), points.end(), [](const auto& point) { return point.unstableDirections == 0; }));
}

}  // namespace kappascope::test

/// Begins a test that needs the published networks: without them it is skipped, or fails where they are required.
#define KAPPASCOPE_NEEDS_REFERENCE()                                                        \
    do {                                                                                    \
        if (!kappascope::reference::isPresent()) {                                          \
            QVERIFY2(kappascope::reference::absent() == 77, "reference data are required"); \
            QSKIP("no reference data");                                                     \
        }                                                                                   \
    } while (false)
