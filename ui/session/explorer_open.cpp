// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs that end in another document: files that are opened, and changes that need the network again.
#include <utility>

#include "ui/session/explorer.h"
#include "ui/session/pages.h"
#include "ui/session/trial_choices.h"

namespace kappascope::session {

void Explorer::open(const QString& pathOrId, const OpenOptions& options) {
    startJob({{}, tr("open %1"), [pathOrId, options] { return openFile(pathOrId, options); }, pathOrId});
}

void Explorer::recover(const QString& path) {
    startJob({{}, tr("restore %1"), [path] { return openFile(path); }, path, true});
}

void Explorer::adopt(std::function<OpenedFile()> make) {
    startJob({{}, tr("open %1"), std::move(make), {}, true});
}

void Explorer::setScaling(network::Scaling scaling) {
    if (!state() || !state()->network || state()->network->scaling == scaling) return;
    startJob({[from = state(), scaling] { return withScaling(from, scaling); }, tr("change scaling")});
}

void Explorer::setReadout(network::Readout readout) {
    if (!state() || !state()->network || state()->network->readout == readout) return;
    startJob({[from = state(), readout] { return withReadout(from, readout); }, tr("change readout")});
}

void Explorer::setRank(int rank) {
    if (!state() || !state()->isTruncated() || state()->rank() == rank) return;
    startJob({[from = state(), rank] { return withRank(from, rank); }, tr("change rank of the truncated view")});
}

void Explorer::useOneGaussian() {
    usePartition({});
}

void Explorer::usePartition(const reduction::Partition& partition) {
    if (!state()) return;
    startJob({[from = state(), partition] { return withPartition(from, partition); },
              partition.rule == reduction::Partition::Rule::oneGaussian ? tr("use one Gaussian")
                                                                        : tr("part the units into populations")});
}

void Explorer::useLabels(const std::vector<int>& labels, const QString& text) {
    if (state()) startJob({[from = state(), labels] { return withLabels(from, labels); }, text});
}

void Explorer::sampleNetwork(qint64 units) {
    if (state())
        startJob({[from = state(), units] { return withSampledNetwork(from, units); }, tr("sample a network")});
}

void Explorer::startJob(Job job) {
    emit busyChanged(true);
    jobs_->submit(std::move(job));
}

void Explorer::finishJob(const Delivery<JobResult>& delivery) {
    if (delivery.outcome == Outcome::stopped) return;  // a newer job replaced it
    emit busyChanged(false);
    if (delivery.error) {
        emit failed(sentence(*delivery.error));
        return;
    }
    const JobResult& result = *delivery.result;
    auto next = std::make_shared<State>(*result.file.state);
    if (result.job.open) {
        const bool first = !state();
        if (!result.file.view) next->trial = proposedTrial(*next);
        demonstrate_ = !next->notes.isEmpty() && !result.file.view;
        opening_ = true;
        restoring_ = result.file.view;
        document_.open(next, result.job.recovers ? QString() : result.file.session, !result.job.recovers,
                       result.job.text.arg(next->title));
        opening_ = false;
        restoring_.reset();
        // After all that follow the document have taken leave of the last one.
        if (result.file.view)
            pages_->restore(result.file.view->pages);
        else if (!first && pages_->workspace() == Workspace::train)  // what is opened is looked at
            pages_->setWorkspace(Workspace::explore);
        setViewSaved(viewChanges_);
        emit opened(result.job.path);
        return;
    }
    if (state()) {
        if (state()->input.size() == next->input.size()) next->input = state()->input;
        if (state()->gains.size() == next->gains.size()) {
            next->gains = state()->gains;
            next->on = state()->on;
        }
        next->trial = state()->trial;
    }
    demonstrate_ = false;
    document_.replace(next, result.job.text);
}

}  // namespace kappascope::session
