// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>

namespace kappascope::widgets {

/// A field for a number of any size, written as briefly as it can be ("0.005", "1e-9"). The wheel turns it only while
/// it has the focus, so that scrolling a panel changes nothing. What is typed and cannot be its value stays, in the
/// colour of warnings, until it is mended; value() is then the last one that could.
class NumberBox : public QDoubleSpinBox {
    Q_OBJECT

public:
    /// scale: steps go 1, 2, 5, 10, … and not by equal differences.
    NumberBox(double minimum, double maximum, bool whole, bool scale, QWidget* parent = nullptr);

    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    void stepBy(int steps) override;
    bool isRejected() const { return rejected_; }
    /// Shows the value again in place of what could not be one.
    void restore();

signals:
    /// What was typed and cannot be the value; empty: it can be one again.
    void rejected(const QString& text);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void judge(const QString& typed, bool acceptable);
    void setMark(bool rejected);

    bool rejected_ = false;
    bool whole_;
    bool scale_;
};

}  // namespace kappascope::widgets
