// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QWidget>

class QDoubleSpinBox;
class QMouseEvent;
class QSlider;

namespace kappascope::widgets {

/// A slider with its number beside it. Double-click, R or 0 resets; the number may lie beyond the slider, which then
/// grows.
class ValueSlider : public QWidget {
    Q_OBJECT

public:
    struct Range {
        double minimum = -1;
        double maximum = 1;
        double reset = 0;
        double hardMinimum = -1000;
        double hardMaximum = 1000;
    };

    ValueSlider(const Range& range, const QString& accessibleName, const QString& toolTip, QWidget* parent = nullptr);

    double value() const { return value_; }
    /// Shows a value without announcing it; widens the slider where it lies outside.
    void show(double value);
    void reset();

    QSlider* slider() const { return slider_; }
    QDoubleSpinBox* number() const { return number_; }

signals:
    /// newDrag: this value begins a change of its own; otherwise it goes on with the last one.
    void edited(double value, bool newDrag);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void edit(double value, bool newDrag);
    void place(double value);
    int position(double value) const;
    void jumpTo(const QMouseEvent* event);

    Range range_;
    double value_;
    QSlider* slider_;
    QDoubleSpinBox* number_;
    bool dragging_ = false;
    QElapsedTimer sinceKey_;
};

}  // namespace kappascope::widgets
