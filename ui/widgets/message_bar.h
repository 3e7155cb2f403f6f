// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <functional>
#include <utility>
#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace kappascope::widgets {

/// One sentence above the portraits that stays until it is closed or replaced, and keeps nothing waiting.
class MessageBar : public QFrame {
    Q_OBJECT

public:
    explicit MessageBar(QWidget* parent = nullptr);
    void showMessage(const QString& sentence);
    QString message() const;

    /// A sentence with buttons; closing it is no answer.
    using Answers = std::vector<std::pair<QString, std::function<void()>>>;
    void ask(const QString& sentence, const Answers& answers);
    const std::vector<QPushButton*>& answers() const { return answers_; }

private:
    QLabel* text_;
    QHBoxLayout* row_;
    std::vector<QPushButton*> answers_;
};

}  // namespace kappascope::widgets
