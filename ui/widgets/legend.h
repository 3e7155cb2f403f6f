// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "ui/painting/math_label.h"
#include "ui/painting/theme.h"

namespace kappascope::widgets {

/// What the shapes and lines of a portrait mean, in one quiet line that wraps.
class Legend : public QWidget {
    Q_OBJECT

public:
    explicit Legend(QWidget* parent = nullptr);

    void setTheme(const painting::Theme& theme);
    /// rank: of the network; the nullclines of rank 1 are a curve.
    void setRank(int rank);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return lay(width, nullptr); }
    QSize sizeHint() const override { return {600, heightForWidth(std::max(200, width()))}; }

protected:
    void paintEvent(QPaintEvent*) override;

private:
    struct Entry {
        std::function<void(QPainter&, const QPointF&)> sign;
        painting::MathLabel text;
    };

    void rebuild();
    int lay(int width, QPainter* painter) const;

    const painting::Theme* theme_;
    int rank_ = 2;
    std::vector<Entry> entries_;
};

}  // namespace kappascope::widgets
