// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>
#include <optional>
#include <stop_token>

#include "core/training/refinement.h"
#include "ui/session/explorer.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// Refines the circuit of the open document to the flow of its network, in a thread of its own, and gives the document
/// the circuit that comes out, undoable. The trials are those of the document's task. Lives in the UI thread; the
/// explorer must outlive it.
class RefineRun : public QObject {
    Q_OBJECT

public:
    explicit RefineRun(Explorer& explorer, QObject* parent = nullptr);
    ~RefineRun() override;

    /// What is open has a low-rank network and populations.
    bool isPossible() const;
    void start();
    /// Nothing changes; isRunning() is false at once.
    void cancel();
    bool isRunning() const { return running_; }
    double progress() const { return progress_; }  ///< 0..1
    /// What came of the last run, where the document still has its circuit; null otherwise.
    std::shared_ptr<const training::Refinement> result() const;

    training::RefinementOptions options;  ///< of the next run

signals:
    void changed();
    void told(const QString& sentence);

private:
    struct Request {
        StatePtr state;
        training::RefinementOptions options;
        std::stop_token stop;
    };
    struct Result {
        double progress = 0;
        StatePtr next = {};  ///< null until it is done
        std::shared_ptr<const training::Refinement> refinement = {};
    };
    static std::shared_ptr<const Result> work(const Request& request, const LatestWorker<Request, Result>::Run& run);
    void receive(const Delivery<Result>& delivery);

    Explorer& explorer_;
    bool running_ = false;
    double progress_ = 0;
    StatePtr from_;
    std::uint64_t serial_ = 0;
    std::stop_source stop_;
    std::shared_ptr<const training::Refinement> refinement_;
    std::shared_ptr<const reduction::Circuit> circuit_;  ///< that it gave the document
    // Last: joined before what its deliveries touch goes away.
    std::unique_ptr<LatestWorker<Request, Result>> worker_;
};

}  // namespace kappascope::session
