// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

class QHBoxLayout;
class QToolButton;

namespace kappascope::widgets {

/// The workspaces of the window, one of which is chosen; a note beside a name says what goes on there unseen.
class WorkspaceSwitch : public QWidget {
    Q_OBJECT

public:
    explicit WorkspaceSwitch(QWidget* parent = nullptr);

    /// Alt+1 is the first, and so on.
    void add(const QString& title, const QString& help);
    int current() const { return current_; }
    void setCurrent(int index);
    QToolButton* button(int index) const { return buttons_[static_cast<std::size_t>(index)]; }

signals:
    void chosen(int index);

private:
    QHBoxLayout* row_;
    std::vector<QToolButton*> buttons_;
    int current_ = 0;
};

}  // namespace kappascope::widgets
