// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <vector>

#include "ui/session/refine_run.h"
#include "ui/widgets/side_panel.h"

class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace kappascope::widgets {

class ReductionsDialog;

/// The circuit of what is open: how it came about, a button that refines it to the network's flow, and what that
/// brought; and a way to the table of all reductions.
class RefineCard : public Card {
    Q_OBJECT

public:
    explicit RefineCard(session::Explorer& explorer, QWidget* parent = nullptr);

    session::RefineRun& run() const { return *run_; }
    QPushButton* button() const { return button_; }
    QPushButton* compareButton() const { return compare_; }
    /// The dialog of all reductions, in front of its window; kept until that closes.
    ReductionsDialog& openReductions();
    /// "refined to the flow of …", or what the circuit is measured on.
    QString origin() const;

private:
    void showRun();
    QString originSentence() const;

    session::Explorer& explorer_;
    session::RefineRun* run_;
    QLabel* origin_;
    QLabel* message_;
    QWidget* figures_;
    std::vector<MathWidget*> before_;
    std::vector<MathWidget*> after_;
    QPushButton* button_;
    QProgressBar* progress_;
    QPushButton* compare_;
    QPointer<ReductionsDialog> reductions_;
};

}  // namespace kappascope::widgets
