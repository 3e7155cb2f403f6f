// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/task_options.h"

#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QMenu>
#include <QSignalBlocker>
#include <QTimer>
#include <QWidgetAction>
#include <algorithm>

#include "ui/session/comparison.h"
#include "ui/session/option_text.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

/// A menu that holds a form: Tab goes from field to field, as in a dialog.
class FormMenu : public QMenu {
public:
    using QMenu::QMenu;

protected:
    bool focusNextPrevChild(bool next) override { return QWidget::focusNextPrevChild(next); }
};

}  // namespace

TaskOptionsButton::TaskOptionsButton(session::Explorer& explorer, QWidget* parent)
    : QToolButton(parent), explorer_(explorer) {
    setAccessibleName(tr("Options of the task"));
    setToolTip(tr("Options of the task: cue, input noise, delays"));
    setIconSize(QSize(16, 16));
    setFocusPolicy(Qt::StrongFocus);
    setPopupMode(QToolButton::InstantPopup);
    auto* menu = new FormMenu(this);
    body_ = new QWidget(menu);
    grid_ = new QGridLayout(body_);
    grid_->setContentsMargins(12, 8, 12, 8);
    grid_->setHorizontalSpacing(14);
    grid_->setVerticalSpacing(6);
    action_ = new QWidgetAction(menu);
    action_->setDefaultWidget(body_);
    menu->addAction(action_);
    setMenu(menu);
    connect(menu, &QMenu::aboutToShow, body_, [this] { QTimer::singleShot(0, body_, [this] { focusFirst(); }); });
    connect(&explorer_, &session::Explorer::stateChanged, this, [this](session::Changes what) {
        if (what != session::Changes(session::Change::gains)) showState();
    });
    showState();
}

void TaskOptionsButton::focusFirst() {
    if (boxes_.empty()) return;
    auto* first = qobject_cast<QDoubleSpinBox*>(grid_->itemAtPosition(0, 1)->widget());
    first->setFocus(Qt::TabFocusReason);
    first->selectAll();
}

QDoubleSpinBox* TaskOptionsButton::box(const QString& id) const {
    const auto found = boxes_.find(id);
    return found == boxes_.end() ? nullptr : found->second;
}

void TaskOptionsButton::rebuild() {
    qDeleteAll(body_->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
    boxes_.clear();
    if (task_.isEmpty()) return;
    int row = 0;
    for (const tasks::OptionSchema& schema : tasks::task(task_.toStdString()).options()) {
        const QString id = QString::fromStdString(schema.id);
        const session::OptionText text = session::optionText(id);
        auto* box = new QDoubleSpinBox(body_);
        box->setDecimals(schema.integer ? 0 : 3);
        box->setRange(schema.minimum, schema.maximum);
        box->setSingleStep(schema.integer ? 5 : 0.05);
        box->setLocale(QLocale::c());
        box->setButtonSymbols(QAbstractSpinBox::NoButtons);
        box->setAlignment(Qt::AlignRight);
        box->setKeyboardTracking(false);
        box->setFixedWidth(64);
        box->setAccessibleName(text.label);
        box->setToolTip(tr("%1 (usually %2)").arg(text.help, QString::number(schema.value)));
        auto* label = new MathWidget(text.label, 13, body_);
        label->setToolTip(box->toolTip());
        grid_->addWidget(label, row, 0);
        grid_->addWidget(box, row++, 1);
        connect(box, &QDoubleSpinBox::valueChanged, this, [this, id](double value) { edit(id, value); });
        boxes_[id] = box;
    }
    body_->adjustSize();
    // The menu keeps the size of what it showed until an action changes.
    action_->setVisible(false);
    action_->setVisible(true);
}

void TaskOptionsButton::showState() {
    const auto state = explorer_.state();
    QString task = state ? state->trial.task : QString();
    // A session of a newer program may name a task that this one does not know.
    const auto& known = tasks::registry();
    if (std::none_of(known.begin(), known.end(), [&](const auto& each) { return each->id() == task.toStdString(); }))
        task.clear();
    if (task_ != task) {
        task_ = task;
        rebuild();
    }
    setEnabled(!boxes_.empty());
    if (boxes_.empty()) return;
    session::TrialChoice choice = state->trial;
    try {
        choice = session::completed(*state, choice);  // what the network stores for its own task
    } catch (const Error&) {
        setEnabled(false);  // a task that does not fit this network: the panel says so
    }
    for (const tasks::OptionSchema& schema : tasks::task(task_.toStdString()).options()) {
        const QString id = QString::fromStdString(schema.id);
        const auto given = choice.options.find(id);
        const QSignalBlocker quiet(boxes_[id]);
        boxes_[id]->setValue(given == choice.options.end() ? schema.value : given->second);
    }
}

void TaskOptionsButton::edit(const QString& id, double value) {
    auto choice = explorer_.state()->trial;
    choice.options[id] = value;
    explorer_.document().setTrial(choice);
}

}  // namespace kappascope::widgets
