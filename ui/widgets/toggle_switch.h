// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace kappascope::widgets {

/// An on/off switch, as seen on telephones. Checkable; Space toggles.
class ToggleSwitch : public QAbstractButton {
public:
    explicit ToggleSwitch(QWidget* parent = nullptr);
    QSize sizeHint() const override { return {30, 18}; }

protected:
    void paintEvent(QPaintEvent*) override;
};

}  // namespace kappascope::widgets
