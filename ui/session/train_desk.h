// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "ui/session/train_preview.h"
#include "ui/session/training_run.h"

namespace kappascope::session {

/// All of the Train workspace but its widgets: the settings that a form edits, the run, and which of its networks is
/// looked at. Lives in the UI thread.
class TrainDesk : public QObject {
    Q_OBJECT

public:
    explicit TrainDesk(RunOptions options = {}, QObject* parent = nullptr);
    ~TrainDesk() override;

    TrainingRun& run() { return *run_; }
    const TrainingRun& run() const { return *run_; }

    // What the form edits; each task keeps what was typed for it. Nothing changes while a run is active.
    const QString& task() const { return task_; }
    void setTask(const QString& id);
    /// Of the trainer, or of the task; unknown ids are the caller's mistake and show as problem().
    void setOption(const QString& id, double value);
    void setTaskOption(const QString& id, double value);
    void setSeed(std::uint64_t seed);
    std::uint64_t seed() const { return seed_; }
    /// The task's recipe and seed 1 again.
    void useDefaults();
    bool isDefault() const;
    /// What the form shows: what was typed, else the default.
    double option(const QString& id) const;
    double taskOption(const QString& id) const;
    /// The settings as typed; null where problem() says what is wrong with them.
    SettingsPtr draft() const { return draft_; }
    const QString& problem() const { return problem_; }
    /// What was typed into a field, of an option or "seed", and cannot be its value: until it is mended there is no
    /// draft, and problem() says why. Empty: it is mended.
    void setRejected(const QString& id, const QString& text);
    bool isRejected(const QString& id) const { return rejected_.contains(id); }
    bool isEditable() const { return !run_->isActive(); }
    /// Settings of the run that is shown, or the draft; null where that is wrong and there is no run.
    SettingsPtr shownSettings() const;

    // The one button: begin, pause, go on.
    void toggle();
    bool canToggle() const;
    void step();
    void stop();
    /// Goes on with a run that was kept. One that is active is stopped, with its checkpoint kept, and told() says so.
    void goOnWith(const StoredRun& stored);

    /// Whether the run has a network that nothing holds but this window: it was not written to a file, and its
    /// checkpoint could not be. What would put another run in its place is held back, and lossAsked() asks.
    bool wouldLose() const;
    void proceed();   ///< does what was held back
    void holdBack();  ///< forgets it

    // The trial that is shown.
    QStringList conditions() const;
    const QString& condition() const { return condition_; }  ///< empty: random trials
    void setCondition(const QString& condition);
    void anotherTrial();
    std::shared_ptr<const Preview> preview() const { return preview_; }

    // Which network is looked at: the newest, or that of an epoch.
    bool isLive() const { return shownEpoch_ < 0; }
    int shownEpoch() const;        ///< whole epochs done
    double shownPosition() const;  ///< with the fraction of the next
    /// Epochs that the shown network has really done: fewer than shownEpoch() where the weights of that one were
    /// thinned out.
    int keptEpoch() const;
    void showEpoch(int epoch);
    void showLive();
    void play();
    void pausePlay();
    bool isPlaying() const { return playing_.isActive(); }
    /// Null until the start is computed.
    SnapshotPtr shown() const;

    // Under which input the portrait is drawn.
    const std::vector<HeldInput>& held() const { return held_; }
    int heldIndex() const { return heldIndex_; }
    void setHeld(int index);
    Eigen::VectorXd heldInput() const;

    /// Writes the best network of the run, in a thread of its own; told() says how it went. Where populations are
    /// trained, .json writes the circuit, .npz a network drawn from it.
    void saveBest(const QString& path);

    /// Nothing is computed for what nobody sees, but for the run itself.
    void setVisible(bool visible);
    bool isVisible() const { return visible_; }

    /// "Training dms: epoch 12 of at most 100"; empty where no run is active.
    QString progressText() const;
    /// What a saved network of this run is called: "dms-seed-1".
    static QString nameOf(const training::Settings& settings);

signals:
    void draftChanged();
    void taskChanged();
    void previewChanged();
    void shownChanged();  ///< shown(), shownEpoch()
    void heldChanged();
    void playingChanged();
    void told(const QString& sentence);  ///< what was written, or why not
    void lossAsked();                    ///< answered by proceed() or holdBack()
    void heldBack();

private:
    struct Typed {
        tasks::TaskOptions taskOptions;
        training::TrainingOptions options;
    };
    const Typed& typed() const;
    void editDraft();
    QString rejection() const;
    void guard(std::function<void()> action);
    void makeSaveWorker();
    void requestPreview();
    void fillHeld();
    void showShown();
    void advance();

    QString task_;
    std::map<QString, Typed> typed_;
    std::uint64_t seed_ = 1;
    std::map<QString, QString> rejected_;
    SettingsPtr draft_;
    QString problem_;
    QString condition_;
    std::uint64_t trial_ = 0;
    std::shared_ptr<const Preview> preview_;
    std::uint64_t previewSerial_ = 0;
    SnapshotPtr start_;  ///< of the draft
    int shownEpoch_ = -1;
    std::vector<HeldInput> held_;
    int heldIndex_ = 0;
    bool visible_ = false;
    QTimer playing_;
    QTimer estimateSoon_;
    std::unique_ptr<TrainingRun> run_;
    std::function<void()> pending_;  ///< held back by a question
    struct Save {
        SnapshotPtr snapshot;
        QString path;
    };
    std::unique_ptr<LatestWorker<Save, Save>> saveWorker_;
    std::unique_ptr<PreviewWorker> previewWorker_;  // last: joined before what its deliveries touch goes away
};

}  // namespace kappascope::session
