// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "ui/painting/theme.h"
#include "ui/session/connectivity_desk.h"

class QComboBox;
class QFrame;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace kappascope::widgets {

class ConnectivityForm;
class MathWidget;
class MessageBar;
class OverlapView;
class ScatterMatrixView;
class SpectrumView;

/// The Connectivity workspace: what the populations of the open network are, and a fit that finds them.
class ConnectivityPage : public QWidget {
    Q_OBJECT

public:
    explicit ConnectivityPage(session::Explorer& explorer, QWidget* parent = nullptr);
    ~ConnectivityPage() override;

    void setTheme(const painting::Theme& theme);
    session::ConnectivityDesk& desk() const { return *owned_; }
    ConnectivityForm* form() const { return form_; }
    ScatterMatrixView* scatter() const { return scatter_; }
    OverlapView* overlap() const { return overlap_; }
    SpectrumView* spectrum() const { return spectrum_; }
    MessageBar* messageBar() const { return message_; }
    QPushButton* makeButton() const { return make_; }
    QToolButton* addButton() const { return add_; }
    QPushButton* clearButton() const { return clear_; }
    QPushButton* sampleButton() const { return sample_; }
    QToolButton* columnsButton() const { return columns_; }
    QComboBox* rankBox() const { return rank_; }
    /// The button of the overlaps of population p; -1: of all units.
    QToolButton* overlapButton(int p) const { return overlapButtons_[static_cast<std::size_t>(p + 1)]; }
    int overlapButtonCount() const { return static_cast<int>(overlapButtons_.size()); }
    /// What stands above the scatter matrix: the unit beneath the pointer.
    QString facts() const;
    /// Everything that is shown is painted.
    bool isSettled() const;
    /// The card's "Export…" button: 0 scatter matrix, 1 overlaps, 2 spectrum.
    QToolButton* exportButton(int card) const { return exports_[static_cast<std::size_t>(card)]; }

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QFrame* makeScatterCard();
    QFrame* makeOverlapCard();
    QFrame* makeSpectrumCard();
    QWidget* makeEmpty();
    QToolButton* addExport(QHBoxLayout* header, QWidget* card, int which);
    void wire();
    void showShown();
    void showColumns();
    void showSelection();
    void showHovered();
    void showOverlap();
    void showSpectrum();
    void exportPlot(int which);

    std::unique_ptr<session::ConnectivityDesk> owned_;
    session::ConnectivityDesk& desk_;
    const painting::Theme* theme_ = &painting::Theme::light();
    QStackedWidget* pages_;
    ConnectivityForm* form_;
    MessageBar* message_;
    ScatterMatrixView* scatter_ = nullptr;
    MathWidget* facts_ = nullptr;
    QToolButton* columns_ = nullptr;
    QLabel* rankLabel_ = nullptr;
    QComboBox* rank_ = nullptr;
    QLabel* chosen_ = nullptr;
    QPushButton* make_ = nullptr;
    QToolButton* add_ = nullptr;
    QPushButton* clear_ = nullptr;
    QPushButton* sample_ = nullptr;
    OverlapView* overlap_ = nullptr;
    QHBoxLayout* overlapRow_ = nullptr;
    std::vector<QToolButton*> overlapButtons_;
    int overlapOf_ = -1;  ///< population; -1: all units
    SpectrumView* spectrum_ = nullptr;
    QLabel* spectrumFacts_ = nullptr;
    QToolButton* spectrumCancel_ = nullptr;
    std::vector<QToolButton*> exports_;
};

}  // namespace kappascope::widgets
