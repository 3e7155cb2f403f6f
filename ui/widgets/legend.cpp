// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/legend.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/widgets/portrait_painter.h"

namespace kappascope::widgets {

namespace {

constexpr double textPixels = 12, rowHeight = 19, signWidth = 24, gap = 16;
constexpr int oneRowFrom = 1400;  // pixels: nearly all fits in one row

}  // namespace

Legend::Legend(session::Explorer& explorer, QWidget* parent)
    : QWidget(parent), explorer_(explorer), theme_(&painting::Theme::light()) {
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Legend"));
    connect(&explorer_, &session::Explorer::portraitChanged, this, &Legend::collect);
    connect(&explorer_, &session::Explorer::layersChanged, this, &Legend::collect);
    connect(&explorer_, &session::Explorer::stateChanged, this, [this](session::Changes what) {
        if (what.testFlag(session::Change::network)) entries_.clear();
    });
}

void Legend::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    entries_.clear();
    collect();
}

QStringList Legend::texts() const {
    QStringList texts;
    for (const Entry& entry : entries_) texts += entry.sign.text;
    return texts;
}

void Legend::collect() {
    // The nullclines carry the names of the axes.
    if (layers_ != explorer_.layers() || !view_.samePlane(explorer_.view())) {
        layers_ = explorer_.layers();
        view_ = explorer_.view();
        entries_.clear();
    }
    const auto before = entries_.size();
    for (int side = 0; side < session::Explorer::sides; ++side) {
        const auto result = explorer_.result(side);
        if (!result) continue;
        auto scene = sceneOf(result->portrait, explorer_.trajectories(side).get());
        scene.traces.resize(result->traces);
        for (painting::LegendEntry& entry : painting::legendEntries(scene, layers_, *theme_)) {
            const bool known = std::any_of(entries_.begin(), entries_.end(),
                                           [&entry](const Entry& other) { return other.sign.text == entry.text; });
            if (known) continue;
            painting::MathLabel text(entry.text, textPixels);
            entries_.push_back({std::move(entry), std::move(text)});
        }
    }
    const bool drifting = explorer_.particles() && (explorer_.result(0) || explorer_.result(1));
    const auto particle = std::find_if(entries_.begin(), entries_.end(),
                                       [](const Entry& entry) { return entry.sign.text == tr("particle"); });
    if (drifting && particle == entries_.end()) {
        painting::Line tail{{}, theme_->particle, 1.6};
        entries_.push_back({{tail, tr("particle")}, painting::MathLabel(tr("particle"), textPixels)});
    } else if (!drifting && particle != entries_.end()) {
        entries_.erase(particle);
    }
    if (entries_.size() == before && before > 0) return;
    // Markers first, then lines, whichever portrait they came from.
    std::stable_partition(entries_.begin(), entries_.end(), [](const Entry& entry) {
        return std::holds_alternative<painting::Marker>(entry.sign.sample);
    });
    updateGeometry();
    update();
}

int Legend::lay(int width, QPainter* painter) const {
    double x = 0, y = 0;
    for (const Entry& entry : entries_) {
        const double needed = signWidth + 5 + entry.text.size().width();
        if (x > 0 && x + needed > width) {
            x = 0;
            y += rowHeight;
        }
        if (painter) {
            painting::drawLegendSample(*painter, QRectF(x + 1, y, signWidth - 2, rowHeight), entry.sign, 1, *theme_);
            const double top = y + (rowHeight - entry.text.size().height()) / 2;
            entry.text.draw(*painter, {x + signWidth + 5, top + entry.text.ascent()}, theme_->mutedText);
        }
        x += needed + gap;
    }
    // Room for what a slider may bring: the portraits above do not change their height with the number of entries.
    const double rows = width < oneRowFrom ? 2 : 1;
    return static_cast<int>(std::ceil(std::max(y + rowHeight, rows * rowHeight)));
}

void Legend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    lay(width(), &painter);
}

}  // namespace kappascope::widgets
