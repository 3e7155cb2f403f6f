// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/train_offers.h"

#include <utility>

#include "ui/session/trial_choices.h"
#include "ui/widgets/message_bar.h"

namespace kappascope::widgets {

TrainOffers::TrainOffers(MessageBar& bar, QObject* parent) : QObject(parent), bar_(bar) {}

void TrainOffers::look(const QString& folder) {
    using Worker = session::LatestWorker<QString, session::StoredRuns>;
    worker_ = std::make_unique<Worker>(
        [](const QString& where, const Worker::Run&) {
            return std::make_shared<const session::StoredRuns>(session::storedRuns(where));
        },
        [this](const session::Delivery<session::StoredRuns>& delivery) {
            if (delivery.result) offer(*delivery.result);
        });
    worker_->submit(folder);
}

void TrainOffers::offer(session::StoredRuns found) {
    found_ = std::move(found);
    askNext();
}

void TrainOffers::askNext() {
    bar_.hide();
    if (found_.runs.empty()) {
        if (!found_.problems.empty()) bar_.showMessage(found_.problems.front());
        return;
    }
    const session::StoredRun run = found_.runs.front();
    const QString name = session::taskTitle(QString::fromStdString(run.settings.task));
    const QString question = run.finished
                                 ? tr("A training of %1 has ended after %2 epochs. Open it?").arg(name).arg(run.epoch)
                                 : tr("Go on with the training of %1, epoch %2?").arg(name).arg(run.epoch + 1);
    bar_.ask(question, {{run.finished ? tr("Open") : tr("Go on"),
                         [this, run] {
                             // Others are offered at the next start.
                             found_ = {};
                             bar_.hide();
                             emit goOnWanted(run);
                         }},
                        {tr("Discard"), [this] {
                             session::StoredRun gone = found_.runs.front();
                             found_.runs.erase(found_.runs.begin());
                             gone.discard();
                             askNext();
                         }}});
}

}  // namespace kappascope::widgets
