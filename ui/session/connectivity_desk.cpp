// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/connectivity_desk.h"

#include <algorithm>
#include <utility>

#include "core/statistics/labels.h"

namespace kappascope::session {

namespace {

/// Labels without gaps: populations that no unit has vanish, the others keep their order.
void close(std::vector<int>& labels) {
    const int most = labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end()) + 1;
    std::vector<int> numbers(static_cast<std::size_t>(most), 0);
    for (const int label : labels) numbers[static_cast<std::size_t>(label)] = 1;
    int next = 0;
    for (int& number : numbers) number = number ? next++ : 0;
    statistics::renumber(labels, numbers);
}

bool sameConnectivity(const network::Network& a, const network::Network& b) {
    return sameLoadings(a, b) && a.connectivity.rows() == b.connectivity.rows() && a.connectivity == b.connectivity;
}

}  // namespace

ConnectivityDesk::ConnectivityDesk(Explorer& explorer, QObject* parent)
    : QObject(parent), explorer_(explorer), units_(UnitSelection::of(explorer)) {
    connect(&units_, &UnitSelection::changed, this, &ConnectivityDesk::selectionChanged);
    worker_ = makeConnectivityWorker([this](const Delivery<Connectivity>& delivery) { receive(delivery); });
    findWorker_ = makeFindWorker([this](const Delivery<FindResult>& delivery) { receiveFound(delivery); });
    spectrumWorker_ =
        makeSpectrumWorker([this](const Delivery<SpectrumResult>& delivery) { receiveSpectrum(delivery); });
    connect(&explorer_, &Explorer::stateChanged, this, [this](Changes what) {
        if (what.testFlag(Change::network) || what.testFlag(Change::circuit)) follow();
    });
    follow();
}

ConnectivityDesk::~ConnectivityDesk() {
    findStop_.request_stop();
    spectrumStop_.request_stop();
}

bool ConnectivityDesk::needsUnits() const {
    return explorer_.state() && !explorer_.state()->network;
}

bool ConnectivityDesk::isSettled() const {
    return explorer_.state() && (needsUnits() || (shown_ && shown_->state->network == explorer_.state()->network &&
                                                  (spectrum_ || spectrumFailed_) && !isSpectrumComing()));
}

void ConnectivityDesk::setVisible(bool visible) {
    visible_ = visible;
    if (visible) request();
    if (!visible && isSpectrumComing()) {
        spectrumStop_.request_stop();
        spectrumOf_ = nullptr;
    }
}

void ConnectivityDesk::follow() {
    const auto state = explorer_.state();
    const auto network = state ? state->network : nullptr;
    if (!network || !network_ || (network != network_ && !sameLoadings(*network, *network_))) {
        // Other units: what was chosen and found among the ones before says nothing about them.
        cancel();
        found_ = nullptr;
        shown_ = nullptr;
        requested_ = nullptr;
        emit shownChanged();
    }
    network_ = network;
    emit foundChanged();
    if (visible_) request();
}

void ConnectivityDesk::request() {
    const auto state = explorer_.state();
    if (!state || !state->network) return;
    if (!requested_ || requested_->network != state->network) {
        requested_ = state;
        worker_->submit(state);
    }
    requestSpectrum();
}

void ConnectivityDesk::receive(const Delivery<Connectivity>& delivery) {
    if (delivery.error) emit told(sentence(*delivery.error));
    if (!delivery.result || !explorer_.state() || delivery.result->state->network != explorer_.state()->network) return;
    shown_ = delivery.result;
    if (shown_->labels != columnsOf_) {
        columnsOf_ = shown_->labels;
        columns_ = shown_->usual;
        emit columnsChanged();
    }
    emit shownChanged();
}

void ConnectivityDesk::setColumn(int column, bool on) {
    if (!shown_ || column < 0 || column >= std::ssize(shown_->labels)) return;
    const auto at = std::lower_bound(columns_.begin(), columns_.end(), column);
    const bool has = at != columns_.end() && *at == column;
    constexpr std::size_t fewest = 2;
    if (has == on || (!on && columns_.size() <= fewest)) {
        emit columnsChanged();  // a button that was pressed in vain
        return;
    }
    if (on)
        columns_.insert(at, column);
    else
        columns_.erase(at);
    emit columnsChanged();
}

void ConnectivityDesk::select(int x, int y, const QPolygonF& lasso, Mode mode, const QRectF& axes) {
    if (!shown_ || x < 0 || y < 0 || x >= shown_->rows.cols() || y >= shown_->rows.cols()) return;
    const auto units = static_cast<std::size_t>(shown_->units());
    std::vector<char> hit(units, 0);
    const QRectF bounds = lasso.boundingRect();
    // A little inside of the frame, so that a lasso along the frame holds what lies on it.
    constexpr double inset = 0.02;
    const QRectF held =
        axes.adjusted(inset * axes.width(), inset * axes.height(), -inset * axes.width(), -inset * axes.height());
    for (std::size_t unit = 0; unit < units; ++unit) {
        const auto row = static_cast<Eigen::Index>(unit);
        QPointF at(shown_->rows(row, x), shown_->rows(row, y));
        if (!held.isEmpty())
            at = {std::clamp(at.x(), held.left(), held.right()), std::clamp(at.y(), held.top(), held.bottom())};
        if (bounds.contains(at) && lasso.containsPoint(at, Qt::OddEvenFill)) hit[unit] = 1;
    }
    units_.choose(hit, mode);
}

void ConnectivityDesk::clearSelection() {
    units_.clear();
}

std::vector<int> ConnectivityDesk::labels() const {
    const auto& network = *explorer_.state()->network;
    return network.hasPopulations() ? network.labels : std::vector<int>(static_cast<std::size_t>(network.units()), 0);
}

bool ConnectivityDesk::canMakePopulation() const {
    return selectedCount() > 0 && std::cmp_less(selectedCount(), selected().size());
}

void ConnectivityDesk::makePopulation() {
    if (!canMakePopulation()) return;
    auto next = labels();
    const int number = explorer_.state()->network->populationCount();
    for (std::size_t unit = 0; unit < next.size(); ++unit)
        if (selected()[unit]) next[unit] = number;
    setLabels(std::move(next), tr("make a population of %1 units").arg(selectedCount()));
}

void ConnectivityDesk::addToPopulation(int p) {
    if (selected().empty() || !explorer_.state() || p < 0 || p >= explorer_.state()->network->populationCount()) return;
    auto next = labels();
    for (std::size_t unit = 0; unit < next.size(); ++unit)
        if (selected()[unit]) next[unit] = p;
    setLabels(std::move(next), tr("add %1 units to population %2").arg(selectedCount()).arg(p + 1));
}

void ConnectivityDesk::setLabels(std::vector<int> labels, const QString& text) {
    close(labels);
    if (labels == this->labels()) return;
    explorer_.useLabels(labels, text);
}

void ConnectivityDesk::setOptions(const FindOptions& options) {
    if (options == options_) return;
    options_ = options;
    emit optionsChanged();
}

void ConnectivityDesk::find() {
    if (finding_ || !network_) return;
    findStop_ = std::stop_source();
    finding_ = true;
    progress_ = 0;
    findSerial_ = findWorker_->submit({network_, options_, findStop_.get_token()});
    emit findingChanged();
}

void ConnectivityDesk::cancel() {
    if (!finding_) return;
    findStop_.request_stop();
    finding_ = false;
    emit findingChanged();
}

void ConnectivityDesk::receiveFound(const Delivery<FindResult>& delivery) {
    if (!finding_ || delivery.serial != findSerial_) return;
    if (!delivery.outcome) {
        progress_ = std::max(progress_, delivery.result->progress);
        emit findingChanged();
        return;
    }
    finding_ = false;
    if (delivery.error) emit told(sentence(*delivery.error));
    if (delivery.result) {
        progress_ = 1;
        found_ = delivery.result;
    }
    emit findingChanged();
    emit foundChanged();
    if (found_ && delivery.result) use();
}

void ConnectivityDesk::use() {
    if (!found_ || isUsed()) return;
    const int count = found_->found->fit.count();
    explorer_.useLabels(found_->found->fit.labels, count == 1
                                                       ? tr("use the one population that was found")
                                                       : tr("use the %1 populations that were found").arg(count));
}

bool ConnectivityDesk::isUsed() const {
    return found_ && explorer_.state() && explorer_.state()->network && labels() == found_->found->fit.labels;
}

std::shared_ptr<const network::Network> ConnectivityDesk::spectrumNetwork() const {
    const auto state = explorer_.state();
    if (!state || !state->network) return nullptr;
    return state->isTruncated() ? state->file : state->network;
}

void ConnectivityDesk::requestSpectrum() {
    const auto wanted = spectrumNetwork();
    if (!wanted || wanted == spectrumOf_ || (spectrum_ && spectrum_->network == wanted)) return;
    if (spectrum_ && sameConnectivity(*wanted, *spectrum_->network)) {
        // Other labels alone.
        spectrum_ = std::make_shared<const SpectrumResult>(SpectrumResult{wanted, spectrum_->spectrum});
        return;
    }
    spectrumStop_.request_stop();
    spectrumStop_ = std::stop_source();
    spectrumOf_ = wanted;
    spectrumFailed_ = nullptr;
    spectrum_ = nullptr;
    spectrumSerial_ = spectrumWorker_->submit({wanted, spectrumStop_.get_token()});
    emit spectrumChanged();
}

void ConnectivityDesk::cancelSpectrum() {
    spectrumStop_.request_stop();
}

void ConnectivityDesk::receiveSpectrum(const Delivery<SpectrumResult>& delivery) {
    if (delivery.serial != spectrumSerial_ || !spectrumOf_) return;
    spectrumFailed_ = delivery.result ? nullptr : spectrumOf_;
    spectrumOf_ = nullptr;
    spectrum_ = delivery.result;
    if (delivery.error) emit told(sentence(*delivery.error));
    emit spectrumChanged();
}

}  // namespace kappascope::session
