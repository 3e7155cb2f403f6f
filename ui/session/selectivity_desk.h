// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointF>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "ui/session/behaviour_desk.h"
#include "ui/session/selectivity_worker.h"

namespace kappascope::session {

/// What the units of the Behaviour workspace's network are selective for, as it is modulated now. Lives in the UI
/// thread.
class SelectivityDesk : public QObject {
    Q_OBJECT

public:
    explicit SelectivityDesk(BehaviourDesk& behaviour, QObject* parent = nullptr);
    ~SelectivityDesk() override;

    /// There are units to look at.
    bool isPossible() const { return behaviour_.isPossible() && behaviour_.canAskNetwork(); }

    // The stretch of a trial that rates are means over: an epoch of the task.
    QStringList windows() const;
    /// The task has two contexts, so that result() will have a change between them.
    bool comparesContexts() const;
    QString window() const;
    void setWindow(const QString& window);

    // Which variables the axes show; indices into result()->selectivity->variables.
    int axis(int k) const;
    void setAxis(int k, int variable);
    /// One a unit; empty until there is a result.
    std::vector<QPointF> points() const;
    /// Change of selectivity for a variable against preference for a context; empty where the task has not two.
    std::vector<QPointF> changePoints() const;
    int changeVariable() const;
    void setChangeVariable(int variable);
    /// The population of each unit, 0-based.
    std::vector<int> populations() const;

    /// Whose tuning curves are shown, from 0; -1: nobody's.
    int unit() const { return unit_; }
    void setUnit(int unit);

    std::shared_ptr<const SelectivityResult> result() const { return result_; }
    const QString& failure() const { return failure_; }
    bool isSettled() const { return !busy_; }

    // The ePAIRS test, on request.
    EpairsOf testOf() const { return testOf_; }
    void setTestOf(EpairsOf of);
    bool canTest() const;
    void runTest();
    void cancelTest();
    bool isTesting() const { return testing_; }
    std::optional<double> testProgress() const { return testProgress_; }
    std::shared_ptr<const statistics::Epairs> test() const { return test_; }
    /// "Clustered: p = 0.005, …"; empty until there is a test.
    QString testText() const;

    void setVisible(bool visible);

    /// What a session keeps of it.
    SelectivityLook look() const;
    /// Looks at that. An epoch or a unit that there is not is left out.
    void restore(const SelectivityLook& look);

signals:
    void changed();  ///< result(), failure(), window(), axes
    void unitChanged();
    void testChanged();  ///< test(), testProgress(), isTesting()

private:
    void follow();
    void clearTest();

    BehaviourDesk& behaviour_;
    BehaviourSetup of_;              ///< what is looked at belongs to
    QString window_;                 ///< empty: the task's usual one
    std::array<int, 2> axes_{0, 1};  ///< as chosen: a task may have fewer variables
    int changeVariable_ = 0;         ///< the same
    int unit_ = -1;
    bool visible_ = false;
    bool busy_ = false;
    QString failure_;
    std::optional<SelectivityRequest> asked_;
    std::shared_ptr<const SelectivityResult> result_;
    std::uint64_t serial_ = 0;
    std::stop_source stop_;
    EpairsOf testOf_ = EpairsOf::loadings;
    bool testing_ = false;
    std::optional<double> testProgress_;
    QString testFailure_;
    std::shared_ptr<const statistics::Epairs> test_;
    std::uint64_t testSerial_ = 0;
    std::stop_source testStop_;
    // Workers last: joined before what their deliveries touch goes away.
    std::unique_ptr<SelectivityWorker> worker_;
    std::unique_ptr<EpairsWorker> testWorker_;
};

}  // namespace kappascope::session
