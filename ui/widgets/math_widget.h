// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/painting/math_label.h"

namespace kappascope::widgets {

/// A line of text with mathematics, as a widget: "$\kappa_1 = 0.52$". Takes its colour from the palette.
class MathWidget : public QWidget {
public:
    explicit MathWidget(const QString& source = {}, double pixels = 13, QWidget* parent = nullptr);

    /// brief: shown in place of the source where that is wider than an elastic widget.
    void setSource(const QString& source, const QString& brief = {});
    const QString& source() const { return label_.source(); }
    void setMuted(bool muted);
    /// Takes whatever width it is given and stands at that side of it: for text that changes often, so that the window
    /// is not laid out again for every number.
    void setElastic(Qt::Alignment side);

    /// Pixels that the drawn text (the brief one where the source does not fit) is wider than the widget; 0: it fits.
    int missingWidth() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent*) override;

private:
    painting::MathLabel label_;
    painting::MathLabel brief_;
    bool muted_ = false;
    Qt::Alignment elastic_;
};

/// A number for people: three significant digits, a true minus sign, never "-0".
QString shownNumber(double value, int digits = 3);

/// A file's name for an input as a label: "u_1" becomes mathematics, words stay words.
QString mathName(const QString& name);

}  // namespace kappascope::widgets
