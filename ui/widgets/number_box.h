// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>

namespace kappascope::widgets {

/// A field for a number of any size, written as briefly as it can be ("0.005", "1e-9"). The wheel turns it only while
/// it has the focus, so that scrolling a panel changes nothing.
class NumberBox : public QDoubleSpinBox {
public:
    /// scale: steps go 1, 2, 5, 10, … and not by equal differences.
    NumberBox(double minimum, double maximum, bool whole, bool scale, QWidget* parent = nullptr);

    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    void stepBy(int steps) override;

protected:
    void wheelEvent(QWheelEvent* event) override;

private:
    bool whole_;
    bool scale_;
};

}  // namespace kappascope::widgets
