// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/document.h"

#include <QUndoCommand>
#include <algorithm>
#include <cmath>
#include <utility>

namespace kappascope::session {

class Document::Command : public QUndoCommand {
public:
    Command(Document& document, std::shared_ptr<const State> after, const QString& text, QString key, int drag)
        : QUndoCommand(text),
          document_(document),
          before_(document.state_),
          after_(std::move(after)),
          key_(std::move(key)),
          drag_(drag) {}

    void undo() override { document_.set(before_); }
    void redo() override { document_.set(after_); }
    int id() const override { return drag_ > 0 ? 1 : -1; }

    bool mergeWith(const QUndoCommand* other) override {
        const auto* next = static_cast<const Command*>(other);
        if (next->key_ != key_ || next->drag_ != drag_) return false;
        after_ = next->after_;
        return true;
    }

private:
    Document& document_;
    std::shared_ptr<const State> before_;
    std::shared_ptr<const State> after_;
    QString key_;
    int drag_;
};

Document::Document(QObject* parent) : QObject(parent) {
    undo_.setUndoLimit(500);
}

void Document::setInput(int s, double value, int drag) {
    if (!state_ || s < 0 || s >= state_->input.size() || !std::isfinite(value) || state_->input[s] == value) return;
    State next = *state_;
    next.input[s] = value;
    push(std::move(next), tr("change input %1").arg(s + 1), QStringLiteral("input%1").arg(s), drag);
}

void Document::setGain(int p, double value, int drag) {
    if (!state_ || p < 0 || p >= state_->gains.size() || !std::isfinite(value)) return;
    value = std::clamp(value, 0.0, 2.0);
    if (state_->gains[p] == value) return;
    State next = *state_;
    next.gains[p] = value;
    push(std::move(next), tr("change gain %1").arg(p + 1), QStringLiteral("gain%1").arg(p), drag);
}

void Document::setOn(int p, bool on) {
    if (!state_ || p < 0 || p >= std::ssize(state_->on) || state_->on[static_cast<std::size_t>(p)] == on) return;
    State next = *state_;
    next.on[static_cast<std::size_t>(p)] = on;
    push(std::move(next), on ? tr("switch population %1 on").arg(p + 1) : tr("switch population %1 off").arg(p + 1));
}

void Document::setTrial(TrialChoice trial, int drag) {
    if (!state_ || !std::isfinite(trial.noise)) return;
    trial.noise = std::clamp(trial.noise, 0.0, 1.0);
    trial.trials = std::clamp(trial.trials, 1, 100);
    if (trial == state_->trial) return;
    State next = *state_;
    next.trial = std::move(trial);
    push(std::move(next), tr("change the trial"), QStringLiteral("trial"), drag);
}

void Document::replace(std::shared_ptr<const State> next, const QString& text) {
    if (!next || next == state_) return;
    if (!state_) {
        start(std::move(next));
        return;
    }
    push(State(*next), text);
}

void Document::start(std::shared_ptr<const State> first) {
    undo_.clear();
    State state = *first;
    state.revision = ++revision_;
    state.origin = ++origin_;
    files_[state.origin].savedRevision = state.revision;
    set(std::make_shared<const State>(std::move(state)));
}

void Document::open(std::shared_ptr<const State> opened, const QString& path, bool asSaved, const QString& text) {
    File& file = files_[++origin_];
    file.path = path;
    file.network = opened->network;
    file.circuit = opened->circuit;
    // The revision that push() gives next.
    if (asSaved) file.savedRevision = revision_ + 1;
    State next = *opened;
    next.origin = origin_;
    if (state_) {
        push(std::move(next), text);
        return;
    }
    next.revision = ++revision_;
    undo_.clear();
    set(std::make_shared<const State>(std::move(next)));
}

QString Document::path() const {
    const auto found = state_ ? files_.find(state_->origin) : files_.end();
    return found == files_.end() ? QString() : found->second.path;
}

QString Document::networkPath() const {
    const auto found = state_ ? files_.find(state_->origin) : files_.end();
    if (found == files_.end()) return {};
    const File& file = found->second;
    return file.network == state_->network && file.circuit == state_->circuit ? file.path : QString();
}

bool Document::isClean() const {
    if (!state_) return true;
    const auto found = files_.find(state_->origin);
    return found != files_.end() && found->second.savedRevision == state_->revision;
}

void Document::setSaved(const State& saved, const QString& path) {
    files_[saved.origin] = {path, saved.revision, saved.network, saved.circuit};
    emit savedChanged();
}

void Document::push(State next, const QString& text, const QString& key, int drag) {
    next.revision = ++revision_;
    undo_.push(new Command(*this, std::make_shared<const State>(std::move(next)), text, key, drag));
}

void Document::set(std::shared_ptr<const State> state) {
    const auto before = std::exchange(state_, std::move(state));
    Changes what;
    if (!before || before->network != state_->network) what |= Change::network;
    if (!before || before->circuit != state_->circuit) what |= Change::circuit;
    if (!before || before->gains.size() != state_->gains.size() || before->gains != state_->gains ||
        before->on != state_->on)
        what |= Change::gains;
    if (!before || before->input.size() != state_->input.size() || before->input != state_->input)
        what |= Change::input;
    if (!before || !(before->trial == state_->trial)) what |= Change::trial;
    emit changed(what);
    emit savedChanged();
}

}  // namespace kappascope::session
