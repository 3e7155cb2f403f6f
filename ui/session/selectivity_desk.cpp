// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/selectivity_desk.h"

#include <algorithm>
#include <utility>

#include "core/tasks/task.h"

namespace kappascope::session {

namespace {

bool same(const statistics::Modulation& a, const statistics::Modulation& b) {
    return a.gains == b.gains && a.inactivated == b.inactivated && a.seed == b.seed;
}

QString shown(double value) {
    return QString::number(value, 'g', 2).replace(u'-', QChar(0x2212));
}

}  // namespace

SelectivityDesk::SelectivityDesk(BehaviourDesk& behaviour, QObject* parent)
    : QObject(parent), behaviour_(behaviour), of_(behaviour.offer().setup) {
    worker_ = makeSelectivityWorker([this](const Delivery<SelectivityResult>& delivery) {
        const bool newest = delivery.serial == serial_;
        if (delivery.outcome && newest) busy_ = false;
        if (delivery.result && asked_ && delivery.result->request.setup.resembles(asked_->setup)) {
            result_ = delivery.result;
        }
        if (delivery.error && newest) {
            failure_ = sentence(*delivery.error);
            result_.reset();
        }
        emit changed();
    });
    testWorker_ = makeEpairsWorker([this](const Delivery<EpairsResult>& delivery) {
        if (delivery.serial != testSerial_) return;
        if (delivery.result && delivery.result->test) test_ = delivery.result->test;
        if (delivery.result && !delivery.result->test && testing_) testProgress_ = delivery.result->progress;
        if (delivery.error) testFailure_ = sentence(*delivery.error);
        if (delivery.outcome) {
            testing_ = false;
            testProgress_.reset();
        }
        emit testChanged();
    });
    connect(&behaviour_, &BehaviourDesk::controlsChanged, this, &SelectivityDesk::follow);
    connect(&behaviour_, &BehaviourDesk::offerChanged, this, &SelectivityDesk::follow);
}

SelectivityDesk::~SelectivityDesk() {
    stop_.request_stop();
    testStop_.request_stop();
}

void SelectivityDesk::follow() {
    const auto before = std::exchange(of_, behaviour_.offer().setup);
    const bool another = !of_.resembles(before);
    if (another) {
        stop_.request_stop();
        asked_.reset();
        result_.reset();
        failure_.clear();
        busy_ = false;
        window_.clear();
        axes_ = {0, 1};
        changeVariable_ = 0;
        unit_ = -1;
        clearTest();
        emit unitChanged();
    }
    if (!visible_ || !isPossible()) {
        if (another) emit changed();
        return;
    }
    SelectivityRequest request;
    request.setup = behaviour_.setup();
    request.modulation = behaviour_.modulation();
    request.window = window_;
    if (asked_ && asked_->setup == request.setup && same(asked_->modulation, request.modulation) &&
        asked_->window == request.window)
        return;
    // A test of what units are selective for is of those that were.
    if (testOf_ == EpairsOf::selectivity) clearTest();
    if (stop_.stop_requested()) stop_ = std::stop_source();
    request.cancel = stop_.get_token();
    asked_ = request;
    failure_.clear();
    busy_ = true;
    serial_ = worker_->submit(std::move(request));
    emit changed();
}

QStringList SelectivityDesk::windows() const {
    return isPossible() ? windowsOf(behaviour_.setup()) : QStringList();
}

bool SelectivityDesk::comparesContexts() const {
    if (!isPossible()) return false;
    const auto setup = behaviour_.setup();
    return tasks::task(setup.task.toStdString()).choicePlot(setup.options).panels.size() == 2;
}

QString SelectivityDesk::window() const {
    if (!window_.isEmpty() || !isPossible()) return window_;
    const auto setup = behaviour_.setup();
    return QString::fromStdString(tasks::task(setup.task.toStdString()).choicePlot(setup.options).window);
}

void SelectivityDesk::setWindow(const QString& window) {
    if (window == this->window()) return;
    window_ = window;
    follow();
}

int SelectivityDesk::axis(int k) const {
    const int chosen = axes_[static_cast<std::size_t>(k)];
    return result_ ? std::min(chosen, static_cast<int>(result_->selectivity->variables.size()) - 1) : chosen;
}

int SelectivityDesk::changeVariable() const {
    return result_ && result_->change ? std::min(changeVariable_, static_cast<int>(result_->change->change.cols()) - 1)
                                      : changeVariable_;
}

void SelectivityDesk::setAxis(int k, int variable) {
    axes_[static_cast<std::size_t>(k)] = std::max(0, variable);
    emit changed();
}

std::vector<QPointF> SelectivityDesk::points() const {
    std::vector<QPointF> points;
    if (!result_) return points;
    const auto& coefficients = result_->selectivity->coefficients;
    if (coefficients.cols() == 0) return points;
    points.reserve(static_cast<std::size_t>(coefficients.rows()));
    for (Eigen::Index i = 0; i < coefficients.rows(); ++i)
        points.emplace_back(coefficients(i, axis(0)), coefficients(i, axis(1)));
    return points;
}

std::vector<QPointF> SelectivityDesk::changePoints() const {
    std::vector<QPointF> points;
    if (!result_ || !result_->change || result_->change->change.cols() == 0) return points;
    const auto& change = *result_->change;
    for (Eigen::Index i = 0; i < change.preference.size(); ++i)
        points.emplace_back(change.preference[i], change.change(i, changeVariable()));
    return points;
}

void SelectivityDesk::setChangeVariable(int variable) {
    changeVariable_ = std::max(0, variable);
    emit changed();
}

std::vector<int> SelectivityDesk::populations() const {
    return asked_ && asked_->setup.network ? asked_->setup.network->labels : std::vector<int>();
}

void SelectivityDesk::setUnit(int unit) {
    if (unit == unit_) return;
    unit_ = unit;
    emit unitChanged();
}

void SelectivityDesk::setTestOf(EpairsOf of) {
    if (of == testOf_) return;
    testOf_ = of;
    clearTest();
}

bool SelectivityDesk::canTest() const {
    if (!isPossible()) return false;
    return testOf_ == EpairsOf::loadings ? behaviour_.setup().network->isLowRank()
                                         : result_ && result_->selectivity->variables.size() > 1;
}

void SelectivityDesk::clearTest() {
    testStop_.request_stop();
    testing_ = false;
    testProgress_.reset();
    testFailure_.clear();
    test_.reset();
    ++testSerial_;  // what still arrives is of no use
    emit testChanged();
}

void SelectivityDesk::runTest() {
    if (!canTest() || testing_) return;
    clearTest();
    testStop_ = std::stop_source();
    EpairsRequest request;
    request.of = testOf_;
    request.network = behaviour_.setup().network;
    if (result_) request.selectivity = result_->selectivity;
    request.seed = behaviour_.seed();
    request.cancel = testStop_.get_token();
    testing_ = true;
    testSerial_ = testWorker_->submit(std::move(request));
    emit testChanged();
}

void SelectivityDesk::cancelTest() {
    if (testing_) clearTest();
}

QString SelectivityDesk::testText() const {
    if (!testFailure_.isEmpty()) return testFailure_;
    if (!test_) return {};
    const QString verdict =
        test_->p < 0.05 ? tr("More clustered than one Gaussian") : tr("No more clustered than one Gaussian");
    return tr("%1: p = %2 (Monte Carlo, %3 draws), effect size %4. Published rank-sum p = %5: anti-conservative, it "
              "takes "
              "neighbours for independent.")
        .arg(verdict, shown(test_->p))
        .arg(test_->nullMedians.size())
        .arg(shown(test_->effect), test_->publishedP > 0 ? shown(test_->publishedP) : tr("0 (too small to be told)"));
}

SelectivityLook SelectivityDesk::look() const {
    return {window_, axes_, changeVariable_, unit_, testOf_};
}

void SelectivityDesk::restore(const SelectivityLook& look) {
    window_ = windows().contains(look.window) ? look.window : QString();
    for (std::size_t k = 0; k < axes_.size(); ++k) axes_[k] = std::max(0, look.axes[k]);
    changeVariable_ = std::max(0, look.changeVariable);
    const auto network = isPossible() ? behaviour_.setup().network : nullptr;
    setUnit(network && look.unit < network->units() ? std::max(-1, look.unit) : -1);
    setTestOf(look.testOf);
    emit changed();
    follow();
}

void SelectivityDesk::setVisible(bool visible) {
    if (visible == visible_) return;
    visible_ = visible;
    if (visible) {
        follow();
    } else if (busy_) {
        stop_.request_stop();
        asked_.reset();
        busy_ = false;
    }
}

}  // namespace kappascope::session
