// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>

#include "ui/session/training_store.h"
#include "ui/session/worker.h"

namespace kappascope::widgets {

class MessageBar;

/// Offers runs that were interrupted: "Go on with the training of dms, epoch 12?".
class TrainOffers : public QObject {
    Q_OBJECT

public:
    explicit TrainOffers(MessageBar& bar, QObject* parent = nullptr);

    /// Looks into a folder, in a worker, and offers the newest run that is there; the next one after an answer.
    void look(const QString& folder);
    void offer(session::StoredRuns found);

signals:
    void goOnWanted(const kappascope::session::StoredRun& run);

private:
    void askNext();

    MessageBar& bar_;
    session::StoredRuns found_;
    std::unique_ptr<session::LatestWorker<QString, session::StoredRuns>> worker_;
};

}  // namespace kappascope::widgets
