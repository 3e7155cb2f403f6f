// SPDX-License-Identifier: GPL-3.0-or-later
// What begins, replaces and keeps the runs of the Train workspace.
#include <QDir>
#include <filesystem>
#include <utility>

#include "core/io/save.h"
#include "ui/session/state.h"
#include "ui/session/train_desk.h"
#include "ui/session/trial_choices.h"

namespace kappascope::session {

namespace {

bool isJson(const QString& path) {
    return path.endsWith(QStringLiteral(".json"), Qt::CaseInsensitive);
}

}  // namespace

bool TrainDesk::wouldLose() const {
    return run_->settings() && run_->epochCount() > 0 && !run_->isKept() && !run_->isAdopted();
}

void TrainDesk::guard(std::function<void()> action) {
    if (!wouldLose()) {
        action();
        return;
    }
    pending_ = std::move(action);
    emit lossAsked();
}

void TrainDesk::proceed() {
    if (const auto action = std::exchange(pending_, nullptr)) action();
}

void TrainDesk::holdBack() {
    pending_ = nullptr;
    emit draftChanged();  // the form shows again what is
    emit heldBack();
}

void TrainDesk::setTask(const QString& id) {
    if (id == task_ || !isEditable()) return;
    guard([this, id] {
        task_ = id;
        condition_.clear();
        rejected_.clear();
        pausePlay();
        shownEpoch_ = -1;
        run_->clear();
        editDraft();
        fillHeld();
        emit taskChanged();
    });
}

bool TrainDesk::canToggle() const {
    return run_->phase() != RunPhase::stopping && (run_->isActive() || draft_);
}

void TrainDesk::toggle() {
    if (!canToggle()) return;
    if (run_->canPause())
        run_->pause();
    else if (run_->canGoOn())
        run_->goOn();
    else
        guard([this, settings = *draft_] { run_->start(settings); });
}

void TrainDesk::step() {
    if (run_->canStep()) {
        run_->stepEpoch();
    } else if (canToggle() && !run_->isActive()) {
        guard([this, settings = *draft_] {
            run_->start(settings, true);
            run_->stepEpoch();
        });
    }
}

void TrainDesk::stop() {
    run_->stop();
}

void TrainDesk::goOnWith(const StoredRun& stored) {
    guard([this, stored] {
        QString said;
        if (run_->isActive())
            said = tr("The training of %1, epoch %2, was stopped for this one. It is among the kept runs.")
                       .arg(taskTitle(QString::fromStdString(run_->settings()->task)))
                       .arg(run_->epochCount() + 1);
        run_->resume(stored, false);
        if (!said.isEmpty()) emit told(said);
    });
}

void TrainDesk::makeSaveWorker() {
    using Worker = LatestWorker<Save, Save>;
    saveWorker_ = std::make_unique<Worker>(
        [](const Save& save, const Worker::Run&) {
            const std::filesystem::path path(save.path.toStdU16String());
            io::Provenance provenance;
            provenance.seed = save.snapshot->settings->seed;
            if (isJson(save.path))
                io::saveCircuit(save.snapshot->circuit(), path);
            else
                io::saveNetwork(save.snapshot->network(), path, provenance);
            return std::make_shared<const Save>(save);
        },
        [this](const Delivery<Save>& delivery) {
            if (delivery.error) emit told(sentence(*delivery.error));
            if (!delivery.result) return;
            const Save& save = *delivery.result;
            const QString file = QDir::toNativeSeparators(save.path);
            emit told(isJson(save.path) ? tr("The best circuit is in %1.").arg(file)
                                        : tr("The best network is in %1.").arg(file));
            // Units that were drawn are not the circuit.
            const bool whole = isJson(save.path) || !save.snapshot->isCircuit();
            if (whole) run_->setAdopted(save.snapshot);
        });
}

void TrainDesk::saveBest(const QString& path) {
    if (const auto best = run_->best()) saveWorker_->submit({best, path});
}

}  // namespace kappascope::session
