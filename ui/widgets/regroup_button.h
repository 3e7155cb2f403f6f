// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QToolButton>

#include "ui/session/explorer.h"

namespace kappascope::widgets {

class PartitionChoices;

/// Beside a circuit that was measured on the network: other ways to part its units. Hidden where the circuit came from
/// a file, or the portrait shows another level.
class RegroupButton : public QToolButton {
    Q_OBJECT

public:
    RegroupButton(session::Explorer& explorer, int side, QWidget* parent = nullptr);

    PartitionChoices* choices() const { return choices_; }
    QPushButton* oneGaussian() const { return oneGaussian_; }

private:
    void showState();
    void take(const reduction::Partition& partition);

    session::Explorer& explorer_;
    int side_;
    QPushButton* oneGaussian_;
    PartitionChoices* choices_;
};

}  // namespace kappascope::widgets
