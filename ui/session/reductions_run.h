// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "ui/session/explorer.h"
#include "ui/session/reductions.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// A table of reductions, as far as it is measured.
struct ReductionsTable {
    StatePtr of;  ///< what was open; null: nothing was measured yet
    ReductionsPlan plan;
    ReductionsGround ground;
    std::optional<double> networkAccuracy;  ///< of the network itself
    std::vector<Reduction> rows;
};

/// Measures how good the reductions of what is open are, in a thread of its own, and gives the document the circuit of
/// a row, undoable. Lives in the UI thread; the explorer must outlive it.
class ReductionsRun : public QObject {
    Q_OBJECT

public:
    explicit ReductionsRun(Explorer& explorer, QObject* parent = nullptr);
    ~ReductionsRun() override;

    /// Empty, or a sentence that says what is missing before anything can be measured.
    QString obstacle() const;
    /// Begins a new table. Nothing where a run is on its way, or there is an obstacle.
    void start();
    /// isRunning() is false at once; rows that are done stay.
    void cancel();
    bool isRunning() const { return running_; }
    double progress() const { return progress_; }  ///< 0..1
    const ReductionsTable& table() const { return table_; }
    /// All rows that were asked for are there.
    bool isComplete() const { return complete_; }
    /// Empty, or a sentence: what is open is no longer what the table was measured on.
    QString outOfDate() const { return outOfDate_; }
    /// The row's circuit is the document's.
    bool isUsed(std::size_t row) const;
    /// The row has a circuit that the document could take.
    bool canUse(std::size_t row) const;
    /// Gives the document the circuit of a row, undoable.
    void use(std::size_t row);

    /// Of the next run; task, options and the document's own circuit are taken from what is open.
    ReductionsPlan plan;

signals:
    void changed();
    void told(const QString& sentence);

private:
    struct Request {
        StatePtr state;
        ReductionsPlan plan;
        ReductionsGround ground;
        std::stop_token stop;
    };
    struct Result {
        double progress = 0;
        std::optional<Reduction> row = {};
        std::optional<double> networkAccuracy = {};
    };
    static std::shared_ptr<const Result> work(const Request& request, const LatestWorker<Request, Result>::Run& run);
    void receive(const Delivery<Result>& delivery);
    void follow();
    bool isSameNetwork() const;
    QString whatChanged() const;
    ReductionsPlan planOf(const State& state) const;

    Explorer& explorer_;
    bool running_ = false;
    bool complete_ = false;
    double progress_ = 0;
    ReductionsTable table_;
    QString outOfDate_;
    std::uint64_t serial_ = 0;
    std::stop_source stop_;
    // Last: joined before what its deliveries touch goes away.
    std::unique_ptr<LatestWorker<Request, Result>> worker_;
};

}  // namespace kappascope::session
