// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/train_desk.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/text.h"
#include "ui/session/option_text.h"
#include "ui/session/state.h"

namespace kappascope::session {

namespace {

constexpr int estimateDelayMs = 250;  // a field that still turns asks for an estimate sooner than this
constexpr int playIntervalMs = 120;   // an epoch of the past

/// What is wrong with settings, for people.
QString problemOf(const Error& error) {
    if (error.field() == "train-m" && !error.values().empty() && error.values()[0] == "0")
        return TrainDesk::tr("Nothing is trained: choose at least one of m, n, w, I, the scales, b or x₀.");
    if (error.field() == "units" && error.code() == ErrorCode::badOption && error.values().size() > 1)
        return TrainDesk::tr(
                   "A full-rank network of %1 units is too large to train; its units can be %2. Choose fewer, or "
                   "a rank.")
            .arg(QString::fromStdString(error.values()[0]), QString::fromStdString(error.values()[1]));
    if ((error.field() == "train-bias" || error.field() == "train-x0") && !error.values().empty())
        return TrainDesk::tr(
            "A mixture of populations has neither b nor x₀ to train: choose them off, or no populations.");
    if (error.field() == "delay-min") return TrainDesk::tr("The shortest delay is longer than the longest one.");
    if (error.code() == ErrorCode::badOption && error.values().size() > 1) {
        // By the name that the form has for it.
        const QString name = optionText(QString::fromStdString(error.field())).label;
        return TrainDesk::tr("“%1” cannot be %2; it can be %3.")
            .arg(QString(name).remove(u'$'), QString::fromStdString(error.values()[0]),
                 QString::fromStdString(error.values()[1]));
    }
    return sentence(error);
}

}  // namespace

TrainDesk::TrainDesk(RunOptions options, QObject* parent)
    : QObject(parent),
      task_(QString::fromStdString(std::string(tasks::registry().front()->id()))),
      run_(std::make_unique<TrainingRun>(std::move(options))) {
    previewWorker_ = makePreviewWorker([this](const Delivery<Preview>& delivery) {
        if (!delivery.outcome || delivery.serial != previewSerial_) return;
        if (delivery.error && !run_->settings()) {
            problem_ = problemOf(*delivery.error);
            emit draftChanged();
        }
        if (!delivery.result) return;
        preview_ = delivery.result;
        if (!run_->settings() && preview_->settings == draft_ && start_ != preview_->snapshot) {
            start_ = preview_->snapshot;
            emit shownChanged();
        }
        emit previewChanged();
    });
    makeSaveWorker();
    playing_.setInterval(playIntervalMs);
    connect(&playing_, &QTimer::timeout, this, &TrainDesk::advance);
    estimateSoon_.setSingleShot(true);
    estimateSoon_.setInterval(estimateDelayMs);
    connect(&estimateSoon_, &QTimer::timeout, this, [this] {
        if (visible_ && draft_ && !run_->isActive()) run_->estimate(*draft_);
    });
    connect(run_.get(), &TrainingRun::begun, this, [this] {
        shownEpoch_ = -1;
        const auto settings = run_->settings();
        if (!settings) return;
        // The form shows what is trained, also of a run that goes on from a file.
        const auto task = QString::fromStdString(settings->task);
        if (task != task_) condition_.clear();
        task_ = task;
        typed_[task_] = {settings->taskOptions, settings->options};
        seed_ = settings->seed;
        draft_ = settings;
        problem_.clear();
        rejected_.clear();
        fillHeld();
        emit taskChanged();
        emit draftChanged();
        showShown();
    });
    connect(run_.get(), &TrainingRun::snapshotChanged, this, [this] {
        if (isLive() && visible_) emit shownChanged();
    });
    connect(run_.get(), &TrainingRun::epochDone, this, [this] {
        if (isLive()) showShown();
    });
    connect(run_.get(), &TrainingRun::phaseChanged, this, [this] {
        if (!run_->isActive() && run_->settings()) estimateSoon_.start();
        emit draftChanged();
        if (isLive()) showShown();
    });
    editDraft();
    fillHeld();
}

TrainDesk::~TrainDesk() = default;

const TrainDesk::Typed& TrainDesk::typed() const {
    static const Typed nothing;
    const auto found = typed_.find(task_);
    return found == typed_.end() ? nothing : found->second;
}

void TrainDesk::setOption(const QString& id, double value) {
    if (!isEditable() || option(id) == value) return;
    typed_[task_].options[id.toStdString()] = value;
    editDraft();
}

void TrainDesk::setTaskOption(const QString& id, double value) {
    if (!isEditable() || taskOption(id) == value) return;
    typed_[task_].taskOptions[id.toStdString()] = value;
    editDraft();
    fillHeld();
}

void TrainDesk::setSeed(std::uint64_t seed) {
    if (!isEditable() || seed_ == seed) return;
    seed_ = seed;
    editDraft();
}

void TrainDesk::useDefaults() {
    if (!isEditable()) return;
    typed_.erase(task_);
    rejected_.clear();
    seed_ = 1;
    editDraft();
    fillHeld();
}

bool TrainDesk::isDefault() const {
    const auto usual = training::makeSettings(task_.toStdString(), {}, {}, 1);
    return draft_ && draft_->options == usual.options && draft_->taskOptions == usual.taskOptions && seed_ == 1;
}

double TrainDesk::option(const QString& id) const {
    const auto& options = typed().options;
    const auto key = id.toStdString();
    if (const auto found = options.find(key); found != options.end()) return found->second;
    training::TrainingOptions given;
    if (const auto rank = options.find("rank"); rank != options.end() && rank->second == 0)
        given["rank"] = 0;
    else if (const auto mixed = options.find("populations"); mixed != options.end() && mixed->second > 0)
        given["populations"] = 1;  // its learning rate and epochs
    const auto usual = training::makeSettings(task_.toStdString(), {}, given, 1);
    const auto found = usual.options.find(key);
    return found == usual.options.end() ? 0 : found->second;
}

double TrainDesk::taskOption(const QString& id) const {
    const auto& options = typed().taskOptions;
    if (const auto found = options.find(id.toStdString()); found != options.end()) return found->second;
    for (const auto& schema : tasks::task(task_.toStdString()).options())
        if (schema.id == id.toStdString()) return schema.value;
    return 0;
}

SettingsPtr TrainDesk::shownSettings() const {
    return run_->settings() ? run_->settings() : draft_;
}

void TrainDesk::setRejected(const QString& id, const QString& text) {
    const bool was = isRejected(id);
    if (text.isEmpty() && !was) return;
    if (text.isEmpty())
        rejected_.erase(id);
    else
        rejected_[id] = text;
    editDraft();
}

/// Why the first field that holds what cannot be its value does not; empty where every field can.
QString TrainDesk::rejection() const {
    if (rejected_.empty()) return {};
    const auto& [id, text] = *rejected_.begin();
    double least = 0, most = std::numeric_limits<std::uint32_t>::max();  // of the seed
    bool whole = true;
    const auto& task = tasks::task(task_.toStdString());
    for (const auto& schemas : {task.options(), training::optionsFor(task)})
        for (const auto& schema : schemas)
            if (schema.id == id.toStdString()) {
                least = schema.minimum;
                most = schema.maximum;
                whole = schema.integer;
            }
    const QString sentence = whole ? tr("“%1” cannot be %2; it can be a whole number from %3 to %4.")
                                   : tr("“%1” cannot be %2; it can be a number from %3 to %4.");
    return sentence.arg(QString(optionText(id).label).remove(u'$'), text, QString::fromStdString(toText(least)),
                        QString::fromStdString(toText(most)));
}

void TrainDesk::editDraft() {
    problem_ = rejection();
    draft_.reset();
    start_.reset();
    try {
        const auto settings = training::makeSettings(task_.toStdString(), typed().taskOptions, typed().options, seed_);
        if (problem_.isEmpty()) draft_ = std::make_shared<training::Settings>(settings);
        estimateSoon_.start();
    } catch (const Error& error) {
        problem_ = problemOf(error);
    }
    requestPreview();
    emit draftChanged();
    if (!run_->settings()) emit shownChanged();
}

QStringList TrainDesk::conditions() const {
    QStringList names;
    for (const std::string& name : tasks::task(task_.toStdString()).conditions()) names += QString::fromStdString(name);
    return names;
}

void TrainDesk::setCondition(const QString& condition) {
    if (condition == condition_) return;
    condition_ = condition;
    requestPreview();
}

void TrainDesk::anotherTrial() {
    ++trial_;
    requestPreview();
}

void TrainDesk::requestPreview() {
    // The run's own while it trains; else what the form says, also beside a run that has ended.
    const SettingsPtr settings = draft_ && isEditable() ? draft_ : shownSettings();
    if (!visible_ || !settings) return;
    previewSerial_ = previewWorker_->submit({settings, shown(), condition_, trial_});
}

void TrainDesk::showShown() {
    if (!visible_) return;
    requestPreview();
    emit shownChanged();
}

SnapshotPtr TrainDesk::shown() const {
    if (!run_->settings()) return start_;
    return isLive() ? run_->latest() : run_->snapshotAt(shownEpoch_);
}

int TrainDesk::shownEpoch() const {
    if (!isLive()) return shownEpoch_;
    return run_->epochCount();
}

int TrainDesk::keptEpoch() const {
    const auto snapshot = shown();
    return snapshot ? snapshot->epoch : shownEpoch();
}

double TrainDesk::shownPosition() const {
    return isLive() ? run_->epochCount() + run_->progress() : keptEpoch();
}

void TrainDesk::showEpoch(int epoch) {
    if (!run_->settings()) return;
    epoch = std::clamp(epoch, run_->firstSnapshot(), std::max(run_->firstSnapshot(), run_->epochCount()));
    if (epoch == shownEpoch_) return;
    shownEpoch_ = epoch;
    showShown();
}

void TrainDesk::showLive() {
    pausePlay();
    if (isLive()) return;
    shownEpoch_ = -1;
    showShown();
}

void TrainDesk::play() {
    if (!run_->settings() || run_->epochCount() == 0 || isPlaying()) return;
    if (isLive() || shownEpoch_ >= run_->epochCount()) showEpoch(run_->firstSnapshot());
    playing_.start();
    emit playingChanged();
}

void TrainDesk::pausePlay() {
    if (!isPlaying()) return;
    playing_.stop();
    emit playingChanged();
}

void TrainDesk::advance() {
    if (shownEpoch_ >= run_->epochCount()) {
        showLive();
        return;
    }
    showEpoch(shownEpoch_ + 1);
}

void TrainDesk::fillHeld() {
    const auto before = held_.empty() ? HeldInput{} : held_[static_cast<std::size_t>(heldIndex_)];
    held_.clear();
    heldIndex_ = 0;
    try {
        if (const auto settings = shownSettings()) held_ = heldInputs(*settings);
    } catch (const Error&) {
        held_.clear();  // the options do not fit the task, and problem() says so
    }
    if (held_.empty())
        held_.push_back({tr("at rest"), Eigen::VectorXd::Zero(tasks::task(task_.toStdString()).inputs())});
    // What was held stays held, where the task still has it.
    for (std::size_t k = 0; k < held_.size(); ++k)
        if (held_[k].title == before.title && held_[k].u.size() == before.u.size()) heldIndex_ = static_cast<int>(k);
    emit heldChanged();
}

void TrainDesk::setHeld(int index) {
    if (index == heldIndex_ || index < 0 || index >= static_cast<int>(held_.size())) return;
    heldIndex_ = index;
    emit heldChanged();
}

Eigen::VectorXd TrainDesk::heldInput() const {
    return held_[static_cast<std::size_t>(heldIndex_)].u;
}

void TrainDesk::setVisible(bool visible) {
    if (visible_ == visible) return;
    visible_ = visible;
    if (!visible) {
        pausePlay();
        return;
    }
    if (!run_->settings() && !run_->estimate()) estimateSoon_.start();
    showShown();
}

QString TrainDesk::progressText() const {
    const auto settings = run_->settings();
    if (!settings || !run_->isActive()) return {};
    const QString text = run_->phase() == RunPhase::paused ? tr("Training %1, paused: epoch %2 of at most %3")
                                                           : tr("Training %1: epoch %2 of at most %3");
    return text.arg(QString::fromStdString(settings->task))
        .arg(std::min(run_->epochCount() + 1, run_->epochsAtMost()))
        .arg(run_->epochsAtMost());
}

QString TrainDesk::nameOf(const training::Settings& settings) {
    return QStringLiteral("%1-seed-%2").arg(QString::fromStdString(settings.task)).arg(settings.seed);
}

}  // namespace kappascope::session
