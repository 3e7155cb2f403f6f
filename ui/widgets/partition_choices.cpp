// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/partition_choices.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

using reduction::Loading;
using reduction::Partition;

constexpr int perLine = 7;
constexpr int mostOfAKind = 6;  // a network of recorded units has an output for each of them

QString symbol(const Loading& loading) {
    const QString text = QString::fromStdString(toText(loading));
    return QStringLiteral("%1_{%2}").arg(text.left(1), text.mid(1));
}

}  // namespace

MathButton::MathButton(const QString& source, QWidget* parent) : QPushButton(parent), label_(source, 14) {
    setObjectName(QStringLiteral("math"));
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize MathButton::sizeHint() const {
    return {std::max(44, static_cast<int>(std::ceil(label_.size().width())) + 14), 28};
}

void MathButton::paintEvent(QPaintEvent* event) {
    QPushButton::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::TextAntialiasing);
    const QSizeF size = label_.size();
    // The capital's height stands in the middle; subscripts hang below it.
    const QPointF origin((width() - size.width()) / 2, height() / 2.0 + 0.32 * label_.sizePt());
    label_.draw(painter, origin, palette().color(QPalette::ButtonText));
}

PartitionChoices::PartitionChoices(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this)) {
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setHorizontalSpacing(5);
    grid_->setVerticalSpacing(5);
}

void PartitionChoices::setNetwork(const network::Network& network) {
    std::vector<Loading> loadings;
    for (const Loading& loading : reduction::loadingsOf(network))
        if (loading.index < mostOfAKind) loadings.push_back(loading);
    if (loadings == loadings_) return;
    loadings_ = loadings;
    for (const Way& way : ways_) delete way.button;
    for (QWidget* title : titles_) delete title;
    ways_.clear();
    titles_.clear();
    addRow(tr("by the sign of"), Partition::Rule::sign, loadings);
    addRow(tr("by the size of"), Partition::Rule::size, loadings);
}

void PartitionChoices::addRow(const QString& title, Partition::Rule rule, const std::vector<Loading>& loadings) {
    const bool bySign = rule == Partition::Rule::sign;
    const int first = bySign ? 0 : (static_cast<int>(loadings.size()) + perLine - 1) / perLine;
    auto* label = new QLabel(title, this);
    label->setObjectName(QStringLiteral("muted"));
    label->setFont(pixelFont(13));
    grid_->addWidget(label, first, 0, Qt::AlignRight | Qt::AlignVCenter);
    titles_.push_back(label);
    for (std::size_t k = 0; k < loadings.size(); ++k) {
        const Partition partition{rule, loadings[k], {}};
        const QString name = symbol(loadings[k]);
        const QString shown = QStringLiteral("$%1$").arg(bySign ? name : QStringLiteral("|\\,%1\\,|").arg(name));
        auto* button = new MathButton(shown, this);
        const QString plain = painting::MathLabel(shown).plainText();
        button->setAccessibleName(QStringLiteral("%1 %2").arg(title, plain));
        button->setToolTip(bySign
                               ? tr("Two populations: units whose loading %1 is positive or zero, and units where it "
                                    "is negative")
                                     .arg(plain)
                               : tr("Two populations: units whose %1 is above its median, and the others").arg(plain));
        const int at = static_cast<int>(k);
        grid_->addWidget(button, first + at / perLine, 1 + at % perLine);
        connect(button, &QPushButton::clicked, this, [this, partition] { emit chosen(partition); });
        ways_.push_back({partition, button});
    }
}

QPushButton* PartitionChoices::button(const Partition& partition) const {
    for (const Way& way : ways_)
        if (way.partition == partition) return way.button;
    return nullptr;
}

}  // namespace kappascope::widgets
