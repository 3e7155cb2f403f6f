// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "ui/session/explorer.h"

class QHBoxLayout;
class QToolButton;

namespace kappascope::widgets {

class AxisChoice;
class ChoiceBox;

/// One button for each layer of the registry, one for the particles, and the choice of axes: which modes above rank 2,
/// of rank 1 the speed or an input.
class LayerBar : public QWidget {
    Q_OBJECT

public:
    explicit LayerBar(session::Explorer& explorer, QWidget* parent = nullptr);

    QToolButton* particles() const { return particles_; }
    QToolButton* button(const QString& layerId) const;
    /// Exactly these layers; unknown ids are passed over.
    void setLayers(const std::vector<QString>& ids);
    ChoiceBox* horizontalAxis() const;
    ChoiceBox* verticalAxis() const;
    ChoiceBox* otherModes() const;

signals:
    void particlesToggled(bool on);

private:
    QToolButton* add(const QString& title, const QString& help, bool on);
    void sendLayers();
    void showAxes();

    session::Explorer& explorer_;
    QHBoxLayout* row_ = nullptr;
    std::vector<std::pair<QString, QToolButton*>> layers_;
    QToolButton* particles_ = nullptr;
    AxisChoice* axisChoice_;
};

}  // namespace kappascope::widgets
