// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>

#include "core/network/network.h"
#include "core/reduction/circuit.h"
#include "ui/session/page_views.h"

namespace kappascope::session {

class BehaviourDesk;
class Explorer;
class SelectivityDesk;

/// How an explorer's document is looked at besides its portraits, whether or not the workspace that shows it was made
/// yet. What belongs to the network ends with it. Lives in the UI thread.
class Pages : public QObject {
    Q_OBJECT

public:
    explicit Pages(Explorer& explorer);

    /// All of it, for a session file.
    PageViews views() const;
    /// Looks at the present state as a session was looked at. What does not fit it is left out by who shows it.
    void restore(const PageViews& views);

    Workspace workspace() const { return views_.workspace; }
    void setWorkspace(Workspace workspace);
    bool showsDiagram(int side) const { return views_.diagrams[static_cast<std::size_t>(side)]; }
    void setDiagram(int side, bool on);
    const BehaviourLook& behaviour() const { return views_.behaviour; }
    void setBehaviour(const BehaviourLook& behaviour);
    const SelectivityLook& selectivity() const { return views_.selectivity; }
    void setSelectivity(const SelectivityLook& selectivity);

    /// From now on a desk shows what is kept here, and what is done at it is kept. The desk may go away first.
    void keep(BehaviourDesk& desk);
    void keep(SelectivityDesk& desk);

signals:
    void workspaceChanged();
    void diagramChanged(int side);
    void restored();  ///< behaviour(), selectivity()
    /// The hand changed something that a crash should not lose. Which workspace is open is not worth a question.
    void changed();

private:
    void follow();

    Explorer& explorer_;
    PageViews views_;  ///< but for the units, which UnitSelection knows
    bool restoring_ = false;
    // What behaviour and selectivity belong to.
    std::shared_ptr<const network::Network> network_;
    std::shared_ptr<const reduction::Circuit> circuit_;
    QString task_;
};

}  // namespace kappascope::session
