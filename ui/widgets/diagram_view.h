// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "ui/painting/circuit_diagram.h"
#include "ui/session/diagram_worker.h"
#include "ui/session/explorer.h"
#include "ui/widgets/train_plots.h"

namespace kappascope::widgets {

/// The circuit of a portrait's level as a diagram, with its couplings at the marked state: the trial's moment, the
/// cross-hair, or the end of the last trajectory. Follows sliders while it is visible.
class DiagramView : public TrainPlot {
    Q_OBJECT

public:
    DiagramView(session::Explorer& explorer, int side, QWidget* parent = nullptr);
    ~DiagramView() override;

    const painting::CircuitDiagram& diagram() const { return diagram_; }
    /// What is shown was computed from; null before.
    std::shared_ptr<const session::DiagramValues> values() const { return values_; }
    /// What a tooltip says at a place of the widget.
    QString wordsAt(const QPoint& at) const;

protected:
    void paint(QPainter& painter) const override;
    void showEvent(QShowEvent* event) override;
    bool event(QEvent* event) override;

private:
    void request();
    void receive(std::shared_ptr<const session::DiagramValues> values);

    session::Explorer& explorer_;
    int side_;
    painting::CircuitDiagram diagram_;
    std::shared_ptr<const session::DiagramValues> values_;
    std::unique_ptr<session::DiagramWorker> worker_;
};

}  // namespace kappascope::widgets
