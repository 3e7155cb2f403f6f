// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolButton>
#include <map>

#include "core/tasks/task.h"
#include "ui/session/explorer.h"

class QDoubleSpinBox;
class QGridLayout;
class QWidgetAction;

namespace kappascope::widgets {

/// A button whose menu is a form of the task's options, made from their schema: the cue's amplitude, the noise of the
/// inputs, the delays. What is changed belongs to the document's trial, can be undone, and is saved with it.
class TaskOptionsButton : public QToolButton {
    Q_OBJECT

public:
    explicit TaskOptionsButton(session::Explorer& explorer, QWidget* parent = nullptr);

    /// Null where the task has no such option.
    QDoubleSpinBox* box(const QString& id) const;

private:
    void showState();
    void rebuild();
    void focusFirst();
    void edit(const QString& id, double value);

    session::Explorer& explorer_;
    QWidget* body_;
    QGridLayout* grid_;
    QWidgetAction* action_;
    QString task_;
    std::map<QString, QDoubleSpinBox*> boxes_;
};

}  // namespace kappascope::widgets
