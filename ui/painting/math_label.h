// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPainterPath>
#include <QPointF>
#include <QSizeF>
#include <QString>
#include <vector>

#include "ui/painting/fonts.h"

class QPainter;

namespace kappascope::painting {

/// A piece of a label in one face and size. Lengths in points, y downward from the baseline.
struct TextRun {
    QString text;
    Face face = Face::text;
    double sizePt = 10;
    QPointF at;  ///< left end of its baseline, relative to the label's
    double width = 0;
};

/// A line of text with mathematics between dollar signs, laid out in runs and drawn as such (selectable text in a pdf):
/// "input $u_1$", "$d\kappa_1/dt$", "$\langle\phi'\rangle_2 = 0.41$".
///
/// In mathematics: letters are italic, digits and operators upright; _ and ^ take one character or a {group}. \name
/// gives Greek (\kappa \tau \phi \sigma \lambda \alpha \eta \Delta ...), symbols (\langle \rangle \cdot \times \pm
/// \infty \to \approx \le \ge \sum \partial \prime), accents (\dot{x} \tilde{x} \hat{x} \bar{x}), \text{upright words}
/// and the spaces "\," and "\ ". "\$" is a dollar sign; a single $ is taken as written. A hyphen becomes a minus sign.
///
/// Letters of mathematics are set 1.12 times larger than sizePt, which brings STIX to the x-height of the text face.
/// One layout serves window, svg and pdf. Needs a QGuiApplication.
class MathLabel {
public:
    MathLabel() = default;
    explicit MathLabel(QString source, double sizePt = 10, bool semiBold = false);

    const QString& source() const { return source_; }
    double sizePt() const { return sizePt_; }

    /// Width and height of the laid-out line, in points (height = ascent + descent).
    QSizeF size() const { return {width_, ascent_ + descent_}; }
    double ascent() const { return ascent_; }

    /// The pieces as laid out, left to right.
    const std::vector<TextRun>& runs() const { return runs_; }

    /// Draws with the baseline's left end at `origin`; scale: device units per point. Glyph outlines in svg (whose
    /// readers need not have the fonts), text everywhere else.
    void draw(QPainter& painter, const QPointF& origin, const QColor& color, double scale = 1) const;

    /// Outlines of the whole line, baseline's left end at (0, 0), in points.
    QPainterPath outline() const;

    /// Plain-text reading, for accessible names and tooltips: "kappa 1".
    QString plainText() const;

private:
    QString source_;
    double sizePt_ = 10;
    double width_ = 0;
    double ascent_ = 0;
    double descent_ = 0;
    std::vector<TextRun> runs_;
};

}  // namespace kappascope::painting
