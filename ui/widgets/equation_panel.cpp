// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/equation_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QShortcut>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/widgets/math_widget.h"
#include "ui/widgets/matrix_widget.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

using session::Explorer;
using session::Level;

namespace {

/// "(0.5, −1)", at most six numbers.
QString tuple(const Eigen::VectorXd& values) {
    QStringList numbers;
    for (Eigen::Index i = 0; i < std::min<Eigen::Index>(values.size(), 6); ++i) numbers += shownNumber(values[i]);
    if (values.size() > 6) numbers += QStringLiteral("…");
    return numbers.size() == 1 ? numbers[0] : QStringLiteral("(%1)").arg(numbers.join(QStringLiteral(",\\,")));
}

/// The factor of J as it is written: "(1/N)" or nothing.
QString factor(const session::State& state) {
    return state.network && state.network->scaling == network::Scaling::overN ? QStringLiteral("(1/N)\\,") : QString();
}

/// Means of n, or of a bias, add a term that does not depend on kappa and v linearly.
bool hasMeans(const reduction::Circuit& circuit) {
    return circuit.bias || std::any_of(circuit.populations.begin(), circuit.populations.end(), [&](const auto& each) {
               return !each.mean.segment(circuit.nIndex(0), circuit.rank).isZero(0);
           });
}

QString equationOf(Level level, const session::State& state) {
    const QString bias = state.network && state.network->hasBias() ? QStringLiteral(" + b") : QString();
    switch (level) {
        case Level::network: return QStringLiteral("$\\tau\\,dx/dt = -x + %1m n^T r + I u$").arg(factor(state));
        case Level::exact:
            return QStringLiteral("$\\tau\\,d\\kappa/dt = -\\kappa + %1n^T r(m\\kappa + I v%2)$")
                .arg(factor(state), bias);
        case Level::meanField:
            return QStringLiteral(
                       "$\\tau\\,d\\kappa_r/dt = -\\kappa_r + \\sum_s \\tilde{\\sigma}_{n_r\\kappa_s}\\,\\kappa_s + "
                       "\\sum_s "
                       "\\tilde{\\sigma}_{n_r u_s}\\,v_s%1$")
                .arg(state.circuit && hasMeans(*state.circuit) ? QStringLiteral(" + \\tilde{\\mu}_r") : QString());
    }
    return {};
}

/// What the symbols of the equation stand for.
QString withOf(Level level, const session::State& state) {
    const QString bias = state.network && state.network->hasBias() ? QStringLiteral(" + b_i") : QString();
    switch (level) {
        case Level::network: return EquationPanel::tr("with $r_i = g_{p(i)}\\,\\text{tanh}(x_i%1)$").arg(bias);
        case Level::exact:
            return EquationPanel::tr("with $r_i(x) = g_{p(i)}\\,\\text{tanh}(x_i)$ and $\\tau\\,dv/dt = -v + u$");
        case Level::meanField:
            return EquationPanel::tr(
                "with $\\tilde{\\sigma}_{ab} = \\sum_p a_p\\,g_p\\,\\sigma^p_{ab}\\,\\langle\\phi'\\rangle_p$");
    }
    return {};
}

QString numbersOf(Level level, const session::State& state) {
    QStringList parts;
    if (level != Level::meanField && state.network) {
        parts += QStringLiteral("N = %1").arg(QLocale::c().toString(static_cast<qlonglong>(state.network->units())));
        parts += QStringLiteral("R = %1").arg(state.rank());
        parts += QStringLiteral("\\tau = %1\\,\\text{ms}").arg(shownNumber(state.network->tauMs));
        parts += QStringLiteral("\\alpha = %1").arg(shownNumber(state.network->alpha));
    }
    if (level == Level::meanField && state.circuit) {
        Eigen::VectorXd fractions(state.circuit->populationCount());
        for (Eigen::Index p = 0; p < fractions.size(); ++p)
            fractions[p] = state.circuit->populations[static_cast<std::size_t>(p)].fraction;
        parts += QStringLiteral("R = %1").arg(state.rank());
        parts += QStringLiteral("a = %1").arg(tuple(fractions));
    }
    parts += QStringLiteral("g = %1").arg(tuple(state.effectiveGains()));
    if (state.inputs() > 0) parts += QStringLiteral("v = u = %1").arg(tuple(state.input));
    return QStringLiteral("$%1$").arg(parts.join(QStringLiteral(",\\ \\ \\,")));
}

}  // namespace

EquationPanel::EquationPanel(Explorer& explorer, QWidget* parent)
    : QDialog(parent), explorer_(explorer), marked_(new MathWidget({}, 13, this)) {
    setWindowTitle(tr("Equations"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(14);
    layout->setSizeConstraint(QLayout::SetFixedSize);
    for (Section& section : sections_) addSection(section, layout);
    marked_->setMuted(true);
    layout->addWidget(marked_);
    worker_ = session::makeEquationWorker([this](const session::Delivery<session::EquationResult>& delivery) {
        if (delivery.result) showValues(*delivery.result);
    });
    connect(new QShortcut(QKeySequence(Qt::Key_Q), this), &QShortcut::activated, this, &QDialog::hide);
    connect(&explorer_, &Explorer::stateChanged, this, &EquationPanel::request);
    connect(&explorer_, &Explorer::levelChanged, this, &EquationPanel::request);
    connect(&explorer_, &Explorer::probeChanged, this, &EquationPanel::request);
}

EquationPanel::~EquationPanel() = default;

void EquationPanel::addSection(Section& section, QVBoxLayout* layout) {
    section.box = new QFrame(this);
    section.box->setObjectName(QStringLiteral("card"));
    auto* rows = new QVBoxLayout(section.box);
    rows->setContentsMargins(16, 12, 16, 12);
    rows->setSpacing(8);
    section.title = new QLabel(section.box);
    section.title->setFont(pixelFont(14, true));
    rows->addWidget(section.title);
    const auto line = [&](double pixels, bool muted) {
        auto* widget = new MathWidget({}, pixels, section.box);
        widget->setMuted(muted);
        rows->addWidget(widget);
        return widget;
    };
    section.equation = line(18, false);
    section.with = line(14, true);
    section.numbers = line(14, false);
    section.note = line(13, true);
    auto* matrices = new QHBoxLayout;
    matrices->setSpacing(8);
    const auto pair = [&](MathWidget*& name, MatrixWidget*& matrix) {
        name = new MathWidget({}, 14, section.box);
        name->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
        matrix = new MatrixWidget(section.box);
        matrices->addWidget(name);
        matrices->addWidget(matrix);
    };
    pair(section.couplingsName, section.couplings);
    matrices->addSpacing(18);
    pair(section.inputsName, section.inputs);
    matrices->addStretch(1);
    rows->addLayout(matrices);
    section.result = line(14, false);
    layout->addWidget(section.box);
}

void EquationPanel::toggle() {
    setVisible(!isVisible());
    if (isVisible()) raise();
}

void EquationPanel::showEvent(QShowEvent* event) {
    QDialog::showEvent(event);
    request();
}

void EquationPanel::request() {
    const auto state = explorer_.state();
    if (!isVisible() || !state) return;
    showState();
    const auto probe = explorer_.probe();
    const bool marked = probe && probe->kappa.size() == state->rank();
    worker_->submit({state,
                     {explorer_.level(0), explorer_.level(1)},
                     marked ? probe->kappa : Eigen::VectorXd(Eigen::VectorXd::Zero(state->rank()))});
}

void EquationPanel::showState() {
    const session::State& state = *explorer_.state();
    for (int side = 0; side < Explorer::sides; ++side) {
        Section& section = sections_[static_cast<std::size_t>(side)];
        const Level level = explorer_.level(side);
        // The same level twice is written once.
        section.box->setVisible(state.has(level) && (side == 0 || level != explorer_.level(0)));
        section.title->setText(session::title(level, state));
        section.equation->setSource(equationOf(level, state));
        section.with->setSource(withOf(level, state));
        section.numbers->setSource(numbersOf(level, state));
    }
}

void EquationPanel::showValues(const session::EquationResult& result) {
    if (result.state->rank() != explorer_.state()->rank()) return;
    for (int side = 0; side < Explorer::sides; ++side) {
        Section& section = sections_[static_cast<std::size_t>(side)];
        const auto found = std::find_if(result.values.begin(), result.values.end(),
                                        [&](const auto& values) { return values.level == explorer_.level(side); });
        if (found == result.values.end()) continue;
        const bool circuit = found->level == Level::meanField;
        const bool inputs = found->inputCouplings.cols() > 0;
        const QString scaled = factor(*result.state) + QStringLiteral("n^T \\text{diag}(g\\,\\phi')\\,");
        section.couplingsName->setSource(circuit ? QStringLiteral("$\\tilde{\\sigma}_{n\\kappa} =$")
                                                 : QStringLiteral("$%1m =$").arg(scaled));
        section.inputsName->setSource(circuit ? QStringLiteral("$\\tilde{\\sigma}_{n u} =$")
                                              : QStringLiteral("$%1I =$").arg(scaled));
        section.note->setSource(circuit
                                    ? tr("with these couplings at the marked state:")
                                    : tr("linearised at the marked state (Jacobian + 1, and the same for inputs):"));
        section.couplings->setMatrix(found->couplings);
        section.inputs->setMatrix(found->inputCouplings);
        section.inputsName->setVisible(inputs);
        section.inputs->setVisible(inputs);
        QString line = QStringLiteral("$\\langle\\phi'\\rangle = %1,\\ \\ \\,").arg(tuple(found->slopes));
        if (circuit && hasMeans(*result.state->circuit))
            line += QStringLiteral("\\tilde{\\mu} = %1,\\ \\ \\,").arg(tuple(found->rest));
        section.result->setSource(line + QStringLiteral("\\tau\\,d\\kappa/dt = %1$").arg(tuple(found->velocity)));
        marked_->setSource(tr("at the marked state $\\kappa = %1$ (cross-hair, or the end of the last trajectory)")
                               .arg(tuple(found->kappa)));
    }
}

}  // namespace kappascope::widgets
