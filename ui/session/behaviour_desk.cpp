// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/behaviour_desk.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/session/trial_choices.h"

namespace kappascope::session {

namespace {

/// A number for people: at most three digits, a true minus sign.
QString shown(double value) {
    return QString::number(value, 'g', 3).replace(u'-', QChar(0x2212));
}

QString percent(double share) {
    return QString::number(std::lround(100 * share));
}

}  // namespace

BehaviourDesk::BehaviourDesk(Document& document, QObject* parent) : QObject(parent), document_(document) {
    worker_ = makeChoicesWorker([this](const Delivery<Choices>& delivery) { receive(delivery); });
    connect(&document_, &Document::changed, this, &BehaviourDesk::follow);
    follow(Change::network);
}

BehaviourDesk::~BehaviourDesk() {
    stop_.request_stop();
}

void BehaviourDesk::follow(Changes what) {
    const auto now = state();
    if (!now) return;
    const auto before = offer_;
    if (what != Changes(Change::gains) && what != Changes(Change::input)) offer_ = behaviourOffer(*now);
    const bool another = !offer_.setup.resembles(before.setup) || offer_.obstacle != before.obstacle;
    if (inactivated_.size() != now->populations() || offer_.setup.network != before.setup.network)
        inactivated_ = Eigen::VectorXd::Zero(now->populations());
    if (another) {
        noise_.reset();
        choices_.reset();
        stop_.request_stop();  // what runs is of no use any more
    }
    if (another || offer_.sentence != before.sentence || what.testFlag(Change::trial) ||
        what.testFlag(Change::network) || what.testFlag(Change::circuit))
        emit offerChanged();
    if (another) emit choicesChanged();
    emit controlsChanged();
    if (what != Changes(Change::input) && (what.testFlag(Change::gains) || offer_.setup != before.setup)) ask();
}

BehaviourSetup BehaviourDesk::setup() const {
    BehaviourSetup setup = offer_.setup;
    setup.noise = noise();
    setup.seed = seed_;
    return setup;
}

statistics::Modulation BehaviourDesk::modulation() const {
    statistics::Modulation modulation;
    modulation.gains = state()->effectiveGains();
    modulation.inactivated = inactivated_;
    modulation.seed = seed_;
    return modulation;
}

void BehaviourDesk::setTask(const QString& id) {
    if (!state() || (state()->trial.task == id)) return;
    auto choice = firstTrial(*state(), id);
    choice.noise = state()->trial.noise;
    choice.trials = state()->trial.trials;
    document_.setTrial(choice);
}

void BehaviourDesk::setGain(int population, double value, bool newDrag) {
    if (newDrag) drag_ = document_.beginDrag();
    document_.setGain(population, value, drag_);
}

void BehaviourDesk::setAsksCircuit(bool circuit) {
    if ((circuit == asksCircuit() && !asksBoth()) || (circuit ? !canAskCircuit() : !canAskNetwork())) return;
    asked_ = circuit ? Asked::circuit : Asked::network;
    askOthers();
}

void BehaviourDesk::setAsksBoth() {
    if (asksBoth() || !canAskBoth()) return;
    asked_ = Asked::both;
    askOthers();
}

void BehaviourDesk::askOthers() {
    choices_.reset();
    stop_.request_stop();
    emit controlsChanged();
    emit choicesChanged();
    ask();
}

void BehaviourDesk::setInactivated(int population, double share) {
    if (population < 0 || population >= inactivated_.size() || !std::isfinite(share)) return;
    share = std::clamp(share, 0.0, 1.0);
    if (inactivated_[population] == share) return;
    inactivated_[population] = share;
    emit controlsChanged();
    ask();
}

double BehaviourDesk::inactivated(int population) const {
    return population >= 0 && population < inactivated_.size() ? inactivated_[population] : 0;
}

void BehaviourDesk::setTrials(int trials) {
    trials = std::clamp(trials, 1, mostTrials);
    if (trials_ == trials) return;
    trials_ = trials;
    emit controlsChanged();
    ask();
}

double BehaviourDesk::noise() const {
    return noise_.value_or(offer_.setup.noise);
}

void BehaviourDesk::setNoise(double value) {
    if (!std::isfinite(value) || value < 0 || value == noise()) return;
    noise_ = value;
    emit controlsChanged();
    ask();
}

void BehaviourDesk::setSeed(std::uint64_t seed) {
    if (seed_ == seed) return;
    seed_ = seed;
    emit controlsChanged();
    ask();
}

void BehaviourDesk::reset() {
    if (!state()) return;
    inactivated_.setZero();
    if ((state()->effectiveGains().array() != 1).any()) {
        // One step of undo.
        document_.undoStack().beginMacro(tr("reset the gains"));
        for (int p = 0; p < state()->populations(); ++p) {
            document_.setOn(p, true);
            document_.setGain(p, 1);
        }
        document_.undoStack().endMacro();
    }
    emit controlsChanged();
    ask();
}

bool BehaviourDesk::isUntouched() const {
    return !state() || ((state()->effectiveGains().array() == 1).all() && (inactivated_.array() == 0).all());
}

BehaviourLook BehaviourDesk::look() const {
    BehaviourLook look;
    look.asked = asked_;
    if ((inactivated_.array() != 0).any()) look.inactivated.assign(inactivated_.begin(), inactivated_.end());
    look.trials = trials_;
    look.noise = noise_;
    look.seed = seed_;
    return look;
}

void BehaviourDesk::restore(const BehaviourLook& look) {
    asked_ = look.asked;
    inactivated_.setZero();
    if (std::cmp_equal(look.inactivated.size(), inactivated_.size()))
        for (Eigen::Index p = 0; p < inactivated_.size(); ++p)
            inactivated_[p] = std::clamp(look.inactivated[static_cast<std::size_t>(p)], 0.0, 1.0);
    trials_ = std::clamp(look.trials, 1, mostTrials);
    noise_ = look.noise;
    seed_ = look.seed;
    askOthers();
}

void BehaviourDesk::ask() {
    stale_ = true;
    cancelled_ = false;
    if (!visible_) return;
    if (!isPossible()) {
        stop_.request_stop();
        return;
    }
    stale_ = false;
    busy_ = true;
    if (!failure_.isEmpty()) {
        failure_.clear();
        emit choicesChanged();
    }
    if (stop_.stop_requested()) stop_ = std::stop_source();
    serial_ = worker_->submit({setup(), asksCircuit(), modulation(), trials_, stop_.get_token(), asksBoth()});
    emit progressChanged();
}

void BehaviourDesk::receive(const Delivery<Choices>& delivery) {
    const bool newest = delivery.serial == serial_;
    if (delivery.outcome && newest) busy_ = false;
    const auto& result = delivery.result;
    if (result && result->request.circuit == asksCircuit() && result->request.beside == asksBoth() && isPossible() &&
        result->request.setup.resembles(offer_.setup)) {
        if (result->modulated) {
            choices_ = result;
            emit choicesChanged();
        } else if (newest || busy_) {
            setProgress(result->progress);
        }
    }
    if (delivery.error && newest) {
        failure_ = sentence(*delivery.error);
        choices_.reset();
        emit choicesChanged();
    }
    if (!busy_ && delivery.outcome && newest) {
        progress_.reset();
        emit progressChanged();
    }
}

void BehaviourDesk::setProgress(std::optional<double> progress) {
    progress_ = progress;
    emit progressChanged();
}

void BehaviourDesk::cancel() {
    if (!busy_) return;
    cancelled_ = true;
    stop_.request_stop();
    progress_.reset();
    emit progressChanged();
}

void BehaviourDesk::setVisible(bool visible) {
    if (visible == visible_) return;
    visible_ = visible;
    if (!visible) {
        if (!busy_) return;
        stop_.request_stop();
        stale_ = true;
        progress_.reset();
        emit progressChanged();
    } else if (stale_ && !cancelled_) {
        ask();
    }
}

QString BehaviourDesk::modulationText() const {
    if (!state()) return {};
    QStringList parts;
    const Eigen::VectorXd gains = state()->effectiveGains();
    for (int p = 0; p < gains.size(); ++p) {
        if (gains[p] != 1) parts += tr("gain %1 of %2").arg(shown(gains[p]), state()->populationName(p));
        if (inactivated_[p] > 0)
            parts += tr("%1 % of %2 silenced").arg(percent(inactivated_[p]), state()->populationName(p));
    }
    return parts.isEmpty() ? tr("nothing changed") : parts.join(QStringLiteral(", "));
}

QString BehaviourDesk::summary() const {
    if (!choices_) return {};
    const QString after = percent(choices_->modulated->accuracy()), before = percent(choices_->trained->accuracy());
    return tr("%1 % right, %2 % as trained · %3 trials a cell").arg(after, before).arg(choices_->trials);
}

}  // namespace kappascope::session
