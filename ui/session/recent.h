// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

class QSettings;

namespace kappascope::session {

/// The files that were opened or saved last: a preference, kept for the user and not in any document.
class Recent {
public:
    static constexpr int most = 10;

    /// settings must outlive it.
    explicit Recent(QSettings& settings) : settings_(settings) {}

    /// Absolute paths, newest first. What is not there any more is forgotten.
    QStringList files() const;
    void add(const QString& path);

private:
    QSettings& settings_;
};

}  // namespace kappascope::session
