// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPolygonF>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "ui/session/connectivity.h"
#include "ui/session/explorer.h"
#include "ui/session/unit_selection.h"

namespace kappascope::session {

/// What the Connectivity workspace does with the open document: its loadings by population, a fit of populations, a
/// selection of units, the spectrum. Holds no widget. Lives in the UI thread; the explorer must outlive it.
class ConnectivityDesk : public QObject {
    Q_OBJECT

public:
    explicit ConnectivityDesk(Explorer& explorer, QObject* parent = nullptr);
    ~ConnectivityDesk() override;

    Explorer& explorer() const { return explorer_; }
    /// Nothing is computed for what nobody sees, but for a fit that was begun.
    void setVisible(bool visible);
    bool isVisible() const { return visible_; }
    /// Null until it is computed, and where there are no units.
    std::shared_ptr<const Connectivity> shown() const { return shown_; }
    /// What is open has no units to show.
    bool needsUnits() const;
    /// What is shown is what is open, with its spectrum.
    bool isSettled() const;

    // Columns of the scatter matrix, rising.
    const std::vector<int>& columns() const { return columns_; }
    void setColumn(int column, bool on);

    // Units chosen by hand.
    using Mode = UnitSelection::Mode;
    /// The units inside a polygon in the plane of two columns (x, y), in units of the loadings. axes: what is shown of
    /// that plane; units beyond lie on its frame. Empty: all of it.
    void select(int x, int y, const QPolygonF& lasso, Mode mode, const QRectF& axes = {});
    void clearSelection();
    /// 1 for every chosen unit; empty where none is.
    const std::vector<char>& selected() const { return units_.selected(); }
    int selectedCount() const { return units_.count(); }
    /// The chosen units become a population of their own, the last one, undoable. Needs some that are not chosen.
    void makePopulation();
    bool canMakePopulation() const;
    /// They become part of population p, undoable. Populations that are left without a unit vanish.
    void addToPopulation(int p);

    // Populations that are found.
    const FindOptions& options() const { return options_; }
    void setOptions(const FindOptions& options);
    void find();
    void cancel();
    bool isFinding() const { return finding_; }
    double progress() const { return progress_; }
    /// What was found last in the loadings that are open; null where nothing was.
    std::shared_ptr<const FindResult> found() const { return found_; }
    /// Gives the document the populations that were found, undoable.
    void use();
    /// The document's units have these populations.
    bool isUsed() const;

    // The spectrum.
    std::shared_ptr<const SpectrumResult> spectrum() const { return spectrum_; }
    bool isSpectrumComing() const { return spectrumOf_ != nullptr; }
    /// Stops what takes long; spectrumChanged() follows.
    void cancelSpectrum();
    void requestSpectrum();
    /// The network whose spectrum is shown: the file's own, where that is of full rank. Null where there is none.
    std::shared_ptr<const network::Network> spectrumNetwork() const;

signals:
    void shownChanged();
    void columnsChanged();
    void selectionChanged();
    void optionsChanged();
    void findingChanged();  ///< isFinding(), progress()
    void foundChanged();    ///< found(), isUsed()
    void spectrumChanged();
    void told(const QString& sentence);

private:
    void follow();
    void request();
    void receive(const Delivery<Connectivity>& delivery);
    void receiveFound(const Delivery<FindResult>& delivery);
    void receiveSpectrum(const Delivery<SpectrumResult>& delivery);
    void setLabels(std::vector<int> labels, const QString& text);
    std::vector<int> labels() const;

    Explorer& explorer_;
    UnitSelection& units_;
    bool visible_ = false;
    StatePtr requested_;
    std::shared_ptr<const Connectivity> shown_;
    std::shared_ptr<const network::Network> network_;  ///< whose loadings selection and fit belong to
    std::vector<int> columns_;
    std::vector<QString> columnsOf_;  ///< names of all columns that these are some of

    FindOptions options_;
    bool finding_ = false;
    double progress_ = 0;
    std::uint64_t findSerial_ = 0;
    std::stop_source findStop_;
    std::shared_ptr<const FindResult> found_;

    std::shared_ptr<const SpectrumResult> spectrum_;
    std::shared_ptr<const network::Network> spectrumOf_;  ///< being computed
    std::shared_ptr<const network::Network> spectrumFailed_;
    std::uint64_t spectrumSerial_ = 0;
    std::stop_source spectrumStop_;

    // Last: joined before what their deliveries touch goes away.
    std::unique_ptr<ConnectivityWorker> worker_;
    std::unique_ptr<FindWorker> findWorker_;
    std::unique_ptr<SpectrumWorker> spectrumWorker_;
};

}  // namespace kappascope::session
