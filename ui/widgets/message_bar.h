// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;

namespace kappascope::widgets {

/// One sentence above the portraits that stays until it is closed or replaced, and keeps nothing waiting.
class MessageBar : public QFrame {
    Q_OBJECT

public:
    explicit MessageBar(QWidget* parent = nullptr);
    void showMessage(const QString& sentence);
    QString message() const;

private:
    QLabel* text_;
};

}  // namespace kappascope::widgets
