// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/diagram_view.h"

#include <QHelpEvent>
#include <QToolTip>
#include <utility>

#include "ui/painting/math_label.h"
#include "ui/widgets/math_widget.h"

namespace kappascope::widgets {

using session::Explorer;

DiagramView::DiagramView(Explorer& explorer, int side, QWidget* parent)
    : TrainPlot(side == 0 ? tr("Left circuit diagram") : tr("Right circuit diagram"), {}, parent),
      explorer_(explorer),
      side_(side) {
    diagram_.instead = tr("computing…");
    worker_ = session::makeDiagramWorker([this](const session::Delivery<session::DiagramValues>& delivery) {
        if (delivery.result) receive(delivery.result);
    });
    connect(&explorer_, &Explorer::stateChanged, this, &DiagramView::request);
    connect(&explorer_, &Explorer::probeChanged, this, &DiagramView::request);
    connect(&explorer_, &Explorer::levelChanged, this, &DiagramView::request);
}

DiagramView::~DiagramView() = default;

void DiagramView::showEvent(QShowEvent* event) {
    TrainPlot::showEvent(event);
    request();
}

void DiagramView::request() {
    auto state = explorer_.state();
    const session::Level level = explorer_.level(side_);
    if (!isVisible() || !state || !state->has(level)) return;
    Eigen::VectorXd kappa = Eigen::VectorXd::Zero(state->rank());
    if (const auto probe = explorer_.probe();
        probe && probe->state->origin == state->origin && probe->kappa.size() == kappa.size()) {
        kappa = probe->kappa;
        // The scrubber's moment, or a level of an input that the cross-hair stands at; gains are those of now.
        if (explorer_.scrubber() >= 0 && probe->state->input.size() == state->input.size()) {
            auto moment = std::make_shared<session::State>(*state);
            moment->input = probe->state->input;
            state = std::move(moment);
        }
    }
    worker_->submit({std::move(state), level, std::move(kappa)});
}

void DiagramView::receive(std::shared_ptr<const session::DiagramValues> values) {
    if (values->level != explorer_.level(side_)) return;
    values_ = std::move(values);
    const session::State& state = *values_->state;
    diagram_ = {};
    diagram_.rank = state.rank();
    diagram_.inputs = state.inputs();
    const Eigen::MatrixXd& first = values_->byPopulation.front();
    diagram_.outputs = static_cast<int>(first.rows()) - diagram_.rank;
    for (int s = 0; s < diagram_.inputs; ++s) {
        const QString name = state.inputName(s);
        diagram_.inputNames.push_back(name == QStringLiteral("u_%1").arg(s + 1) ? QString() : mathName(name));
    }
    for (std::size_t p = 0; p < values_->byPopulation.size(); ++p)
        diagram_.populationNames.push_back(mathName(state.populationName(static_cast<int>(p))));
    diagram_.byPopulation = values_->byPopulation;
    diagram_.fullKappa = values_->fullKappa;
    diagram_.fullOutput = values_->fullOutput;
    update();
}

void DiagramView::paint(QPainter& painter) const {
    painting::paintDiagram(painter, diagram_, rect(), theme(), textSize());
}

QString DiagramView::wordsAt(const QPoint& at) const {
    constexpr double reach = 8;
    const auto layout = painting::layOutDiagram(diagram_, rect(), textSize());
    const painting::DiagramArrow* arrow = painting::arrowAt(layout, at, reach);
    if (!arrow || !values_)
        return values_ && values_->level == session::Level::meanField
                   ? tr("Functional couplings σ̃ = Σ a g σ ⟨φ′⟩ of the circuit at the marked state, no unit: width |σ̃|, "
                        "arrowhead excites, bar inhibits. Numbers: the sum over populations.")
                   : tr("Couplings of the network, linearised at the marked state, no unit: width |coupling|, "
                        "arrowhead "
                        "excites, bar inhibits. Numbers: the sum over populations.");
    const auto name = [](const QString& letter, int index, int count) {
        return count > 1 ? letter + QString::number(index + 1) : letter;
    };
    const int rank = diagram_.rank;
    const QString from = arrow->column < rank ? name(QStringLiteral("κ"), arrow->column, rank)
                                              : name(QStringLiteral("v"), arrow->column - rank, diagram_.inputs);
    const QString to = arrow->row < rank ? name(QStringLiteral("κ"), arrow->row, rank)
                                         : name(QStringLiteral("z"), arrow->row - rank, diagram_.outputs);
    double total = 0;
    for (const Eigen::MatrixXd& each : diagram_.byPopulation) total += each(arrow->row, arrow->column);
    return tr("%1 → %2 through %3: %4 of %5 in total")
        .arg(from, to, values_->state->populationName(arrow->population), shownNumber(arrow->value),
             shownNumber(total));
}

bool DiagramView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return TrainPlot::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), wordsAt(help->pos()), this);
    return true;
}

}  // namespace kappascope::widgets
