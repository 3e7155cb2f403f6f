// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/session/explorer.h"

namespace kappascope::widgets {

class MathWidget;

/// The bottom line: kappa, speed and readout under the cross-hair; what the mouse can do while there is none.
class StatusLine : public QWidget {
    Q_OBJECT

public:
    explicit StatusLine(session::Explorer& explorer, QWidget* parent = nullptr);
    const MathWidget* text() const { return text_; }

private:
    void showProbe();

    bool busy_ = false;
    session::Explorer& explorer_;
    MathWidget* text_;
};

}  // namespace kappascope::widgets
