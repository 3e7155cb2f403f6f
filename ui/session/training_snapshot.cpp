// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/training_snapshot.h"

#include "core/error.h"

namespace kappascope::session {

namespace {

std::size_t bytesOf(const Weights& weights) {
    return weights ? weights->size() * sizeof(float) : 0;
}

}  // namespace

reduction::Circuit RunSnapshot::circuit() const {
    training::TrainingState state;
    state.parameters = *weights;
    auto circuit = training::Trainer(*settings, std::move(state)).bestCircuit();
    if (!circuit) throw Error(ErrorCode::needsPopulations);
    return std::move(*circuit);
}

void WeightHistory::add(int epoch, Weights weights) {
    // The newest before this one stayed for being the newest.
    if (kept_.size() > 1 && std::prev(kept_.end())->first % stride_ != 0) {
        bytes_ -= bytesOf(std::prev(kept_.end())->second);
        kept_.erase(std::prev(kept_.end()));
    }
    bytes_ += bytesOf(weights);
    kept_.insert_or_assign(epoch, std::move(weights));
    while (bytes_ > limit_ && kept_.size() > 2) {
        stride_ *= 2;
        for (auto each = std::next(kept_.begin()); each != std::prev(kept_.end());) {
            if (each->first % stride_ == 0) {
                ++each;
                continue;
            }
            bytes_ -= bytesOf(each->second);
            each = kept_.erase(each);
        }
    }
}

void WeightHistory::clear() {
    kept_.clear();
    bytes_ = 0;
    stride_ = 1;
}

std::pair<int, Weights> WeightHistory::at(int epoch) const {
    if (kept_.empty()) return {0, nullptr};
    auto after = kept_.upper_bound(epoch);
    if (after != kept_.begin()) --after;
    return *after;
}

std::vector<int> WeightHistory::epochs() const {
    std::vector<int> result;
    for (const auto& each : kept_) result.push_back(each.first);
    return result;
}

}  // namespace kappascope::session
