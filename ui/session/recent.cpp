// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/recent.h"

#include <QFileInfo>
#include <QSettings>

namespace kappascope::session {

namespace {

const QString key = QStringLiteral("recentFiles");

}  // namespace

QStringList Recent::files() const {
    const QStringList stored = settings_.value(key).toStringList();
    QStringList found;
    for (const QString& path : stored)
        if (found.size() < most && QFileInfo(path).isFile() && !found.contains(path)) found += path;
    if (found != stored) settings_.setValue(key, found);
    return found;
}

void Recent::add(const QString& path) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QStringList all = files();
    all.removeAll(absolute);
    all.prepend(absolute);
    settings_.setValue(key, all.mid(0, most));
}

}  // namespace kappascope::session
