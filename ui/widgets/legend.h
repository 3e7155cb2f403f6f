// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <array>
#include <vector>

#include "ui/painting/legend.h"
#include "ui/painting/math_label.h"
#include "ui/painting/theme.h"
#include "ui/session/explorer.h"

namespace kappascope::widgets {

/// What the shapes and lines of the two portraits mean, in one quiet line that wraps. What was there once stays until
/// another network is opened or other layers are chosen, so that nothing jumps while a slider moves.
class Legend : public QWidget {
    Q_OBJECT

public:
    explicit Legend(session::Explorer& explorer, QWidget* parent = nullptr);

    void setTheme(const painting::Theme& theme);
    /// The texts in the order in which they stand.
    QStringList texts() const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return lay(width, nullptr); }
    QSize sizeHint() const override { return {600, heightForWidth(std::max(200, width()))}; }

protected:
    void paintEvent(QPaintEvent*) override;

private:
    struct Entry {
        painting::LegendEntry sign;
        painting::MathLabel text;
    };

    void collect();
    int lay(int width, QPainter* painter) const;

    session::Explorer& explorer_;
    const painting::Theme* theme_;
    std::vector<QString> layers_;
    phase::View view_;
    std::vector<Entry> entries_;
};

}  // namespace kappascope::widgets
