// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "ui/painting/theme.h"
#include "ui/session/selection.h"

namespace kappascope::widgets {

/// Marks the selected fixed point in its portrait: a ring, and short lines along its real eigenvectors, dashed where
/// stable. Lets the mouse through.
class SelectionOverlay : public QWidget {
public:
    static constexpr int reach = 72;  ///< half its size, and half the length of the lines, pixels

    explicit SelectionOverlay(QWidget* parent);

    /// The point stands in the middle of the widget. perUnit: pixels per unit of kappa along each axis.
    void showPoint(const phase::FixedPoint& point, std::array<int, 2> axes, QPointF perUnit,
                   const painting::Theme& theme);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Ray {
        QPointF half;
        bool stable = true;
    };
    std::vector<Ray> rays_;
    const painting::Theme* theme_;
};

}  // namespace kappascope::widgets
