// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "ui/painting/theme.h"
#include "ui/session/explorer.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace kappascope::widgets {

class ChoiceBox;
class DiagramView;
class MathWidget;
class PartitionChoices;
class PlotExportButton;
class PortraitPlot;
class RegroupButton;
class SelectionCard;
class SelectionOverlay;

/// One side of the window: a level selector over its portrait, or what is needed to have one.
class PortraitView : public QFrame {
    Q_OBJECT

public:
    PortraitView(session::Explorer& explorer, int side, QWidget* parent = nullptr);

    void setTheme(const painting::Theme& theme);
    PortraitPlot* plot() const { return plot_; }
    ChoiceBox* levelBox() const { return level_; }
    QPushButton* remedy() const { return remedy_; }
    QString facts() const;  ///< what the heading says beside the level; may hold $mathematics$
    PartitionChoices* partitions() const { return partitions_; }
    RegroupButton* regroup() const { return regroup_; }
    bool isEmpty() const;
    /// Shows the level's circuit as a diagram in place of the portrait, while it is checked.
    QToolButton* diagramButton() const { return diagramButton_; }
    DiagramView* diagram() const { return diagram_; }
    PlotExportButton* diagramExport() const { return diagramExport_; }
    SelectionCard* card() const { return card_; }

private:
    void showLevels();
    void showPortrait();
    void showView();
    void showTrial();
    void sendSize();
    void makeDiagram();
    void showSelection();
    void placeSelection();

    session::Explorer& explorer_;
    int side_;
    ChoiceBox* level_;
    MathWidget* facts_;
    QStackedWidget* pages_;
    PortraitPlot* plot_;
    SelectionOverlay* overlay_;
    SelectionCard* card_;
    int cardPlace_ = 0;
    const painting::Theme* theme_ = &painting::Theme::light();
    QLabel* need_;
    QPushButton* remedy_;
    PartitionChoices* partitions_;
    RegroupButton* regroup_;
    DiagramView* diagram_;
    QToolButton* diagramButton_;
    PlotExportButton* diagramExport_;
};

}  // namespace kappascope::widgets
