// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

namespace kappascope::session {

/// A bundled network that `kappascope train` made (resources/networks/README.md has the command of each).
struct TrainedNetwork {
    QString id;       ///< "trained-dms"
    QString task;     ///< "dms"
    QString title;    ///< tr()
    QString summary;  ///< tr(): one sentence, what to see
    int units = 512;
};

/// One a task, in the order of the tasks.
const std::vector<TrainedNetwork>& trainedNetworks();

/// The one with this id, or null.
const TrainedNetwork* findTrained(const QString& id);

}  // namespace kappascope::session
