// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointF>
#include <QSizeF>
#include <complex>
#include <memory>
#include <optional>
#include <vector>

#include "core/phase/fixed_points.h"
#include "core/phase/orbit.h"
#include "core/phase/view.h"
#include "ui/session/state.h"
#include "ui/session/worker.h"

namespace kappascope::session {

class Explorer;
struct PortraitResult;

/// What a fixed point's card says.
struct PointFacts {
    std::shared_ptr<const State> state;
    Level level = Level::exact;
    int input = -1;         ///< s where kappa of the point is (kappa, v_s), as in phase::View
    std::size_t index = 0;  ///< in the census of the portrait
    std::size_t count = 1;  ///< points in that census
    phase::FixedPoint point;
    double alpha = 0.2;                  ///< dt / tau
    std::vector<double> eulerFactors;    ///< |1 + alpha lambda|, in the order of the eigenvalues
    bool eulerUnstable = false;          ///< stable in continuous time, but some factor is beyond 1
    std::vector<Eigen::MatrixXd> parts;  ///< J + 1 by population, gains included (P matrices, R x R)
    Eigen::VectorXd gains;               ///< g_p as they act, P
    Eigen::VectorXd slopes;              ///< <phi'>_p, P
    Eigen::VectorXd z;                   ///< O
};

/// What a cycle's card says.
struct CycleFacts {
    std::shared_ptr<const State> state;
    Level level = Level::exact;
    std::size_t index = 0;
    phase::LimitCycle cycle;
    double tauMs = 100;
    double periodMs() const { return cycle.period * tauMs; }
};

struct FactsRequest {
    std::shared_ptr<const State> state;
    Level level = Level::exact;
    Eigen::VectorXd v;  ///< the input that the portrait is drawn at
    phase::FixedPoint point;
    std::size_t index = 0;
    std::size_t count = 1;
    int input = -1;  ///< as in phase::View
};

/// Everything about a point that needs the flow.
PointFacts computePointFacts(const FactsRequest& request);

/// Index of the point that lies nearest to a place of the plane, in units of reach (an ellipse's half axes, in data
/// units); nullopt where none is within it. Of rank 1 the points lie on the line y = 0.
std::optional<std::size_t> pointNear(const phase::Census& census, const phase::View& view, QPointF at, QSizeF reach);
std::optional<std::size_t> cycleNear(const std::vector<phase::LimitCycle>& cycles, const phase::View& view, QPointF at,
                                     QSizeF reach);

/// The fixed point or cycle whose card is open, in one of the two portraits. Follows it while sliders move: the point
/// of the new census that lies nearest, unless that is another one far away. A point's facts are computed by a worker;
/// a cycle's are in the portrait. Lives in the UI thread.
class Selection : public QObject {
    Q_OBJECT

public:
    enum class Kind { none, point, cycle };

    explicit Selection(Explorer& explorer);
    ~Selection() override;

    Kind kind() const { return kind_; }
    int side() const { return side_; }
    /// Null until they are computed.
    std::shared_ptr<const PointFacts> point() const { return facts_; }
    std::optional<CycleFacts> cycle() const;

    /// A click into a portrait. reach: what counts as near, in data units. True where it opened a card; the portrait's
    /// click then starts no trajectory.
    bool click(int side, QPointF at, QSizeF reach);
    /// Whether the last click() opened a card.
    bool tookLastClick() const { return took_; }
    /// The next fixed point of a side (the first where none is open); step -1 for the one before.
    void step(int side, int step = 1);
    void clear();

signals:
    void changed();

private:
    void selectPoint(int side, std::size_t index);
    void selectCycle(int side, std::size_t index);
    void follow(int side);
    std::shared_ptr<const PortraitResult> portrait(int side) const;

    Explorer& explorer_;
    Kind kind_ = Kind::none;
    int side_ = 0;
    std::size_t index_ = 0;
    bool took_ = false;
    Eigen::VectorXd kappa_;  ///< of the selected point; of a cycle the middle of its extent
    std::shared_ptr<const PointFacts> facts_;
    std::unique_ptr<LatestWorker<FactsRequest, PointFacts>> worker_;
};

}  // namespace kappascope::session
