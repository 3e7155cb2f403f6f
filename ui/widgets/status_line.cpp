// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/status_line.h"

#include <QHBoxLayout>

#include "ui/painting/axis_names.h"
#include "ui/widgets/math_widget.h"

namespace kappascope::widgets {

namespace {

/// "(0.52, −1.10)", or the bare number where there is one; at most six.
QString tuple(const Eigen::VectorXd& values) {
    QStringList numbers;
    for (Eigen::Index i = 0; i < std::min<Eigen::Index>(values.size(), 6); ++i) numbers += shownNumber(values[i]);
    if (values.size() > 6) numbers += QStringLiteral("…");
    return numbers.size() == 1 ? numbers[0] : QStringLiteral("(%1)").arg(numbers.join(QStringLiteral(",\\, ")));
}

}  // namespace

StatusLine::StatusLine(session::Explorer& explorer, QWidget* parent)
    : QWidget(parent), explorer_(explorer), text_(new MathWidget({}, 13, this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 0, 6, 0);
    layout->addWidget(text_, 1);
    text_->setElastic(Qt::AlignLeft);
    connect(&explorer_, &session::Explorer::probeChanged, this, &StatusLine::showProbe);
    connect(&explorer_, &session::Explorer::crossChanged, this, [this] {
        if (!explorer_.cross()) showProbe();
    });
    connect(&explorer_, &session::Explorer::busyChanged, this, [this](bool busy) {
        busy_ = busy;
        showProbe();
    });
    showProbe();
}

void StatusLine::showProbe() {
    const auto probe = explorer_.probe();
    if (!explorer_.cross() || !probe) {
        text_->setMuted(true);
        if (busy_) {
            text_->setSource(tr("Reading …"));
            return;
        }
        text_->setSource(
            tr("Click: trajectory   ·   Shift-click: backward   ·   Drag: pan   ·   Wheel: zoom   ·   "
               "Double-click: fit"));
        return;
    }
    text_->setMuted(false);
    QString line = QStringLiteral("$\\kappa = %1$").arg(tuple(probe->kappa));
    if (const int input = explorer_.view().input; input >= 0 && input < probe->state->input.size())
        line += QStringLiteral("       $%1 = %2$")
                    .arg(painting::levelSymbol(input), shownNumber(probe->state->input[input]));
    line += tr("       speed $|d\\kappa/dt|\\,=\\,%1/\\tau$").arg(shownNumber(probe->velocity.norm()));
    if (probe->z.size() > 0 && probe->z.size() <= 6) line += tr("       readout $z = %1$").arg(tuple(probe->z));
    text_->setSource(line);
}

}  // namespace kappascope::widgets
