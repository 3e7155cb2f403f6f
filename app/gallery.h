// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>
#include <functional>
#include <vector>

class QWidget;

namespace kappascope::widgets {
class MainWindow;
}

namespace kappascope::app {

/// Something of the window to look at: a view, card or dialog.
struct GalleryScene {
    QString id;       ///< part of the file's name
    QString example;  ///< what is open
    /// Brings the window into that state; returns the widget to look at (null: the window itself). Called once the
    /// portraits are complete; what it starts is waited for. Empty: the window as it opens.
    std::function<QWidget*(widgets::MainWindow&)> prepare;
};

/// Every view, card and dialog: a line each.
const std::vector<GalleryScene>& galleryScenes();

/// "kappascope --gallery FOLDER": a picture of every scene, in both themes, at 1280x800, 1920x1080 and 1280x800 with
/// two device pixels a pixel, as SCENE-WIDTHxHEIGHT[@2x]-THEME.png. Starts this program again for each theme, size and
/// ratio, since Qt takes the ratio only at its start. Needs a QApplication. Returns an exit code.
int runGallery(const QString& folder);

/// What such a process does: every scene at one theme and size.
int runGalleryPart(const QString& folder, QSize size, bool dark);

}  // namespace kappascope::app
