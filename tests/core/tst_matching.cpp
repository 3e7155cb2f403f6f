// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/phase/matching.h"
#include "core/random.h"
#include "tests/core/fixtures.h"

using namespace kappascope;

namespace {

phase::FixedPoint point(std::initializer_list<double> kappa,
                        phase::FixedPointKind kind = phase::FixedPointKind::stableNode) {
    phase::FixedPoint result;
    result.kappa = Eigen::VectorXd(static_cast<Eigen::Index>(kappa.size()));
    std::copy(kappa.begin(), kappa.end(), result.kappa.begin());
    result.kind = kind;
    return result;
}

/// The least total cost over all assignments, by trying each.
double leastByTrying(const Eigen::MatrixXd& costs) {
    std::vector<Eigen::Index> columns(static_cast<std::size_t>(costs.cols()));
    std::iota(columns.begin(), columns.end(), Eigen::Index{0});
    double least = std::numeric_limits<double>::infinity();
    do {
        double sum = 0;
        for (Eigen::Index r = 0; r < costs.rows(); ++r) sum += costs(r, columns[static_cast<std::size_t>(r)]);
        least = std::min(least, sum);
    } while (std::next_permutation(columns.begin(), columns.end()));
    return least;
}

}  // namespace

class MatchingTest : public QObject {
    Q_OBJECT

private slots:
    void theLeastOfAllAssignmentsIsFound() {
        Random random(3, Stream::starts, 1);
        for (int rows = 1; rows <= 6; ++rows)
            for (int columns = rows; columns <= 7; ++columns)
                for (int k = 0; k < 8; ++k) {
                    Eigen::MatrixXd costs = tests::normals(random, rows, columns);
                    if (k % 2 == 0) costs = costs.array().round();  // ties
                    const auto chosen = phase::leastAssignment(costs);
                    double sum = 0;
                    std::vector<std::size_t> once = chosen;
                    for (int r = 0; r < rows; ++r)
                        sum += costs(r, static_cast<Eigen::Index>(chosen[static_cast<std::size_t>(r)]));
                    std::ranges::sort(once);
                    QVERIFY(std::ranges::adjacent_find(once) == once.end());
                    QVERIFY(once.back() < static_cast<std::size_t>(columns));
                    QVERIFY(std::abs(sum - leastByTrying(costs)) < 1e-12);
                }
    }

    void pairsAreTheNearestTogetherNotOneByOne() {
        // Greedily, 0 would take 1 (distance 1) and leave 3 with -5; together, 0 with -5 and 3 with 1 cost less than
        // 1 + 8.
        const std::vector a{point({0}), point({3})};
        const std::vector b{point({1}), point({-5})};
        const auto matching = phase::matchFixedPoints(a, b);
        QCOMPARE(matching.matched.size(), std::size_t{2});
        QCOMPARE(matching.matched[0].b, std::size_t{1});
        QCOMPARE(matching.matched[0].distance, 5.0);
        QCOMPARE(matching.matched[1].b, std::size_t{0});
        QCOMPARE(matching.matched[1].distance, 2.0);
        QVERIFY(matching.onlyA.empty() && matching.onlyB.empty());
    }

    void whatIsLeftOverIsListedOnItsSide() {
        using Kind = phase::FixedPointKind;
        const std::vector network{point({-1, 0}), point({0, 0}, Kind::saddle), point({1, 0})};
        const std::vector reduced{point({0.1, 0})};
        const auto matching = phase::matchFixedPoints(network, reduced);
        QCOMPARE(matching.matched.size(), std::size_t{1});
        QCOMPARE(matching.matched[0].a, std::size_t{1});
        QVERIFY(!matching.matched[0].sameKind);
        QVERIFY(std::abs(matching.matched[0].distance - 0.1) < 1e-15);
        QCOMPARE(matching.onlyA, (std::vector<std::size_t>{0, 2}));
        QVERIFY(matching.onlyB.empty());
        const auto turned = phase::matchFixedPoints(reduced, network);
        QCOMPARE(turned.matched[0].a, std::size_t{0});
        QCOMPARE(turned.matched[0].b, std::size_t{1});
        QCOMPARE(turned.onlyB, (std::vector<std::size_t>{0, 2}));
        QVERIFY(turned.onlyA.empty());
    }

    void emptyListsAndOtherRanks() {
        const std::vector<phase::FixedPoint> none;
        const std::vector one{point({1, 2})};
        QCOMPARE(phase::matchFixedPoints(none, one).onlyB, std::vector<std::size_t>{0});
        QVERIFY(phase::matchFixedPoints(none, none).matched.empty());
        const std::vector other{point({1})};
        QVERIFY_EXCEPTION_THROWN(phase::matchFixedPoints(one, other), Error);
    }
};

QTEST_APPLESS_MAIN(MatchingTest)
#include "tst_matching.moc"
