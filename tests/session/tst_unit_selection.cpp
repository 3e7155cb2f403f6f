// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <utility>

#include "ui/session/explorer.h"
#include "ui/session/unit_selection.h"

using namespace kappascope;
using session::Explorer;
using session::UnitSelection;
using Mode = UnitSelection::Mode;

namespace {

constexpr int patience = 600000;
constexpr std::size_t units = 40;

/// 1 for units first..last.
std::vector<char> range(std::size_t first, std::size_t last) {
    std::vector<char> hit(units, 0);
    for (std::size_t k = first; k <= last; ++k) hit[k] = 1;
    return hit;
}

}  // namespace

/// The units that every workspace highlights.
class UnitSelectionTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        explorer_ = std::make_unique<Explorer>(session::PaintPortrait());
        open(units);
    }
    void cleanup() { explorer_.reset(); }

    void everyWorkspaceHasTheSame() {
        QCOMPARE(&UnitSelection::of(*explorer_), &UnitSelection::of(*explorer_));
        Explorer other{session::PaintPortrait()};
        QVERIFY(&UnitSelection::of(other) != &UnitSelection::of(*explorer_));
    }

    void unitsAreChosenAddedAndTakenAway() {
        auto& selection = UnitSelection::of(*explorer_);
        QSignalSpy changed(&selection, &UnitSelection::changed);
        selection.choose(range(0, 9), Mode::replace);
        QCOMPARE(selection.selected(), range(0, 9));
        selection.choose(range(5, 14), Mode::add);
        QCOMPARE(selection.selected(), range(0, 14));
        selection.choose(range(0, 4), Mode::remove);
        QCOMPARE(selection.selected(), range(5, 14));
        QCOMPARE(selection.count(), 10);
        selection.choose(std::vector<char>(7, 1), Mode::replace);  // of another network
        QCOMPARE(selection.count(), 10);
        QCOMPARE(changed.size(), 3);
        selection.choose(range(5, 14), Mode::remove);
        QVERIFY(selection.selected().empty());
        selection.clear();
        QCOMPARE(changed.size(), 4);
    }

    void populationsCountTheirOwn() {
        auto& selection = UnitSelection::of(*explorer_);
        const auto labels = explorer_->state()->network->labels;
        QCOMPARE(labels.size(), units);
        std::vector<char> hit(units, 0);
        int first = 0;
        for (std::size_t k = 0; k < units; ++k)
            if (labels[k] == 0 && first < 3) hit[k] = 1, ++first;
        hit[static_cast<std::size_t>(std::find(labels.begin(), labels.end(), 1) - labels.begin())] = 1;
        selection.choose(hit, Mode::replace);
        QCOMPARE(selection.countIn(0), 3);
        QCOMPARE(selection.countIn(1), 1);
        QCOMPARE(selection.countIn(7), 0);
        // Other labels of the same units leave them chosen.
        explorer_->useOneGaussian();
        QTRY_VERIFY_WITH_TIMEOUT(!explorer_->state()->network->hasPopulations(), patience);
        QCOMPARE(selection.selected(), hit);
        QCOMPARE(selection.countIn(0), 4);
        QCOMPARE(selection.countIn(1), 0);
    }

    void anotherNetworkEndsIt() {
        auto& selection = UnitSelection::of(*explorer_);
        selection.choose(range(0, 9), Mode::replace);
        open(units + 2);
        QCOMPARE(selection.count(), 0);
        QVERIFY(selection.selected().empty());
    }

private:
    void open(std::size_t count) {
        session::OpenOptions options;
        options.units = static_cast<qint64>(count);
        explorer_->open(QStringLiteral("context-dependent-decision"), options);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->state() && explorer_->state()->network &&
                                     std::cmp_equal(explorer_->state()->network->units(), count),
                                 patience);
    }

    std::unique_ptr<Explorer> explorer_;
};

QTEST_MAIN(UnitSelectionTest)
#include "tst_unit_selection.moc"
