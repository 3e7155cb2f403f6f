// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <stop_token>

#include "ui/session/choices_worker.h"
#include "ui/session/document.h"
#include "ui/session/page_views.h"

namespace kappascope::session {

/// All of the Behaviour workspace but its widgets: whom the open document lets one ask, what is done to its
/// populations, and the choices as trained and as modulated, live. Gains, task and options are the document's own
/// (undoable); shares of silenced units, trials, noise and seed are this page's. Lives in the UI thread.
class BehaviourDesk : public QObject {
    Q_OBJECT

public:
    static constexpr int usualTrials = BehaviourLook::usualTrials;
    static constexpr int mostTrials = BehaviourLook::mostTrials;

    explicit BehaviourDesk(Document& document, QObject* parent = nullptr);
    ~BehaviourDesk() override;

    std::shared_ptr<const State> state() const { return document_.state(); }
    /// What stands in the way, and which tasks there are to choose from.
    const BehaviourOffer& offer() const { return offer_; }
    bool isPossible() const { return state() && offer_.obstacle == Obstacle::none; }
    /// Who is asked what; with this page's noise and seed.
    BehaviourSetup setup() const;
    statistics::Modulation modulation() const;

    // Of the document.
    void setTask(const QString& id);
    void setGain(int population, double value, bool newDrag);

    // Of this page.
    bool asksCircuit() const { return canAskCircuit() && (asked_ == Asked::circuit || !canAskNetwork()); }
    bool canAskCircuit() const { return state() && state()->circuit; }
    bool canAskNetwork() const { return state() && state()->network; }
    void setAsksCircuit(bool circuit);
    /// Network and circuit at once, the circuit beside the network.
    bool asksBoth() const { return asked_ == Asked::both && canAskBoth(); }
    bool canAskBoth() const { return canAskNetwork() && canAskCircuit(); }
    void setAsksBoth();
    /// Share of a population's units that are silenced, clamped to 0..1.
    void setInactivated(int population, double share);
    double inactivated(int population) const;
    int trials() const { return trials_; }
    void setTrials(int trials);   ///< of each cell, clamped to 1..mostTrials
    double noise() const;         ///< sigma of the state noise
    void setNoise(double noise);  ///< not finite or negative: ignored
    std::uint64_t seed() const { return seed_; }
    void setSeed(std::uint64_t seed);
    /// Gains 1 and switches on (undoable), nobody silenced.
    void reset();
    bool isUntouched() const;

    /// What a session keeps of this page, but for which of its views is looked at.
    BehaviourLook look() const;
    /// Asks that. Shares of other populations than there are, are left out; numbers are clamped.
    void restore(const BehaviourLook& look);

    /// Null until there is one for this network, circuit and task.
    std::shared_ptr<const Choices> choices() const { return choices_; }
    /// What is shown is all that was asked for.
    bool isSettled() const { return !busy_; }
    /// 0..1 of what takes long; nullopt: nothing does.
    std::optional<double> progress() const { return progress_; }
    /// Ends what runs; what is shown stays, and says that it is coarse. The next change asks again.
    void cancel();
    bool isCancelled() const { return cancelled_; }
    /// Why there is no answer; empty where there is one, or it is under way.
    const QString& failure() const { return failure_; }

    /// Nothing is computed for what nobody sees.
    void setVisible(bool visible);
    bool isVisible() const { return visible_; }

    /// "Left: as trained, 97 % right. Right: gain 0.5 of population 1; 61 % right."
    QString summary() const;
    /// What is done to the populations: "gain 0.4 of pop 1, 50 % of pop 2 silenced", or "nothing changed".
    QString modulationText() const;

signals:
    void offerChanged();     ///< another network, circuit or task: offer()
    void controlsChanged();  ///< gains, shares, trials, noise, seed
    void choicesChanged();   ///< choices(), failure()
    void progressChanged();  ///< progress(), isSettled()

private:
    void follow(Changes what);
    void ask();
    void askOthers();
    void receive(const Delivery<Choices>& delivery);
    void setProgress(std::optional<double> progress);

    Document& document_;
    BehaviourOffer offer_;
    Asked asked_ = Asked::network;  ///< where that can be asked; else who can
    Eigen::VectorXd inactivated_;
    int trials_ = usualTrials;
    std::optional<double> noise_;  ///< none: the usual one
    std::uint64_t seed_ = 1;
    int drag_ = 0;
    bool visible_ = false;
    bool stale_ = true;  ///< something changed since it was asked
    bool busy_ = false;
    bool cancelled_ = false;
    std::optional<double> progress_;
    QString failure_;
    std::shared_ptr<const Choices> choices_;
    std::uint64_t serial_ = 0;
    std::stop_source stop_;
    std::unique_ptr<ChoicesWorker> worker_;  // last: joined before what its deliveries touch goes away
};

}  // namespace kappascope::session
