// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QWidget>
#include <vector>

#include "core/reduction/partition.h"
#include "ui/painting/math_label.h"

class QGridLayout;

namespace kappascope::widgets {

/// A small button with a mathematical label.
class MathButton : public QPushButton {
public:
    explicit MathButton(const QString& source, QWidget* parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    painting::MathLabel label_;
};

/// The ways to two populations for a network that knows none: by the sign or the size of a loading, one button for each
/// column.
class PartitionChoices : public QWidget {
    Q_OBJECT

public:
    explicit PartitionChoices(QWidget* parent = nullptr);

    /// Buttons for the loadings of a low-rank network.
    void setNetwork(const network::Network& network);
    /// The button of a way; null where there is none.
    QPushButton* button(const reduction::Partition& partition) const;

signals:
    void chosen(const kappascope::reduction::Partition& partition);

private:
    struct Way {
        reduction::Partition partition;
        MathButton* button;
    };
    void addRow(const QString& title, reduction::Partition::Rule rule, const std::vector<reduction::Loading>& loadings);

    QGridLayout* grid_;
    std::vector<reduction::Loading> loadings_;
    std::vector<QWidget*> titles_;
    std::vector<Way> ways_;
};

}  // namespace kappascope::widgets
