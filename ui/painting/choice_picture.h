// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QString>
#include <memory>
#include <vector>

#include "core/statistics/psychometric.h"
#include "ui/painting/theme.h"

class QPainter;

namespace kappascope::painting {

/// Choices as trained (left) and as modulated (right), of the same task.
struct ChoicePicture {
    std::shared_ptr<const statistics::Behaviour> trained;
    std::shared_ptr<const statistics::Behaviour> modulated;
    QString trainedTitle;  ///< may hold $mathematics$
    QString modulatedTitle;
    /// Of the circuit beside the network; null without it.
    std::shared_ptr<const statistics::Behaviour> circuitTrained;
    std::shared_ptr<const statistics::Behaviour> circuitModulated;

    bool isEmpty() const { return !trained || !modulated || trained->panels.empty(); }
    bool hasCircuit() const { return circuitTrained && circuitModulated; }
    /// Of a side, 0 as trained, 1 as modulated; where there is a circuit.
    const statistics::Behaviour& circuit(int side) const { return side == 0 ? *circuitTrained : *circuitModulated; }
    /// Two axes: matrices; one: curves.
    bool isMatrix() const { return !isEmpty() && trained->panels.front().axes.size() > 1; }
};

/// Where everything lies inside an area, in points.
struct ChoiceLayout {
    struct Place {
        QRectF area;    ///< of the axes
        int side = 0;   ///< 0 as trained, 1 as modulated
        int panel = 0;  ///< of matrices; -1: the curves of all panels
    };
    std::vector<Place> places;
    QRectF heading[2];  ///< of the two sides
    QRectF bar;         ///< of the colours; empty for curves

    /// The cell of a matrix in its place: column i of the first axis, from the left; row j of the second, from below.
    static QRectF cell(const ChoicePicture& picture, const Place& place, std::size_t i, std::size_t j);
};
ChoiceLayout layOutChoices(const ChoicePicture& picture, const QRectF& area, double fontPt);

/// The colour of a share of choices, 0..1: from blue through neutral at one half to orange, in equal steps of OKLab on
/// either side.
QColor choiceColor(double share, const Theme& theme);

/// "98 % right", "61 % right, was 98 %": share of right choices in a panel, over all where panel is -1. Empty where the
/// task knows no right answer.
QString accuracyText(const ChoicePicture& picture, int side, int panel);

/// "circuit 91 %": the same share of the circuit beside the network. Empty without one.
QString circuitAccuracyText(const ChoicePicture& picture, int side, int panel);

/// An axis of a task for people: "coherence $c_1$", "$f_1$ (Hz)", "stimulus 1".
QString choiceAxisLabel(const std::string& name);

/// Curves with standard errors, the trained ones faint beside the modulated; or matrices, with numbers in %. Of the
/// circuit dashed curves without markers, and numbers in brackets. scale: device units per point.
void paintChoices(QPainter& painter, const ChoicePicture& picture, const QRectF& area, const Theme& theme,
                  double fontPt, double scale = 1);

}  // namespace kappascope::painting
