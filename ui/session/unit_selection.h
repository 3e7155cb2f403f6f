// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>
#include <vector>

#include "core/network/network.h"

namespace kappascope::session {

class Explorer;

/// Units of the open network that were chosen by hand, in whatever workspace; every workspace highlights them. Ends
/// with the network: other loadings are other units. Lives in the UI thread.
class UnitSelection : public QObject {
    Q_OBJECT

public:
    enum class Mode { replace, add, remove };

    /// The one of an explorer, made when it is first asked for; the explorer owns it.
    static UnitSelection& of(Explorer& explorer);

    /// 1 for every chosen unit; empty where none is.
    const std::vector<char>& selected() const { return selected_ ? *selected_ : none_; }
    /// The same, shared with who keeps it; null where none is.
    const std::shared_ptr<const std::vector<char>>& shared() const { return selected_; }
    int count() const { return count_; }
    /// How many of the chosen units are in population p of the open network.
    int countIn(int p) const {
        const auto at = static_cast<std::size_t>(p);
        return p >= 0 && at < counts_.size() ? counts_[at] : 0;
    }

    /// hit: 1 for every unit that a click or lasso holds, N. Ignored where the network has another number of units.
    void choose(const std::vector<char>& hit, Mode mode);
    void clear();

signals:
    void changed();

private:
    explicit UnitSelection(Explorer& explorer);
    void follow();
    void countAll();

    Explorer& explorer_;
    std::shared_ptr<const network::Network> network_;
    std::shared_ptr<const std::vector<char>> selected_;  ///< null: none
    const std::vector<char> none_;
    int count_ = 0;
    std::vector<int> counts_;  ///< by population; empty where none is chosen
};

}  // namespace kappascope::session
