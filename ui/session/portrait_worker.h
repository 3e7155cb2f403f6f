// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QSize>
#include <QString>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/phase/portrait.h"
#include "ui/session/precedence.h"
#include "ui/session/state.h"
#include "ui/session/worker.h"

namespace kappascope::session {

/// A clicked trajectory as it was computed: Euler steps of the level's own dynamics, and the continuous orbit.
struct Trajectory {
    int colorIndex = 0;
    bool backward = false;
    Eigen::MatrixXd steps;  ///< R x T; in the plane of an input kappa over v_s, 2 x T; empty where backward
    Eigen::MatrixXd orbit;  ///< the same
};
using Trajectories = std::vector<Trajectory>;

/// The nullclines at the end of an epoch of a trial. Of rank 1 the first holds the curve of dkappa/dt.
struct NullclineTrace {
    int end = 0;  ///< first step after the epoch
    std::array<std::vector<phase::Polyline>, 2> nullclines;
};
using NullclineTraces = std::vector<NullclineTrace>;

/// An immutable order for one portrait.
struct PortraitRequest {
    std::shared_ptr<const State> state;
    Level level = Level::exact;
    phase::View view;
    bool fit = false;        ///< choose the view (its plane and held values are kept)
    QSize pixels{400, 400};  ///< of the picture, in device pixels
    double pixelRatio = 1;
    bool dark = false;
    double otherSpeed = 0;  ///< largest speed of the portrait beside it, whose colours are to mean the same
    std::vector<QString> layers;
    std::shared_ptr<const Trajectories> trajectories;  ///< may be null
    Eigen::VectorXd drive;                             ///< v, length S: a moment of a trial (in the plane
                                                       ///< of an input s u_s in place of v_s); empty: the state's input
    std::shared_ptr<const NullclineTraces> traces;     ///< may be null
    int tracesBefore = -1;                             ///< those of epochs that ended by this step are painted

    const Eigen::VectorXd& v() const { return drive.size() > 0 ? drive : state->input; }
};

/// What the private noise of a network does to the projection kappa_r = m_r^T x / |m_r|^2 along the two axes.
struct Diffusion {
    std::array<double, 2> perStep{0, 0};  ///< standard deviation of a step of the network, sigma / |m_r|
    double alpha = 0.2;                   ///< the step, in tau
};

struct PortraitResult {
    std::shared_ptr<const State> state;
    Level level = Level::exact;
    Eigen::VectorXd v;      ///< the input that it is drawn at
    Diffusion diffusion;    ///< of particles along the axes, by the trial's noise
    double speed = 0;       ///< largest of this portrait, 1/tau
    double speedScale = 0;  ///< speed of the last colour: the larger one of the two portraits', as far as known
    phase::View view;
    std::shared_ptr<const phase::Portrait> portrait;
    QImage image;  ///< of the pixels asked for; of a passing one on a fine screen, of an ordinary screen's
    std::optional<phase::View> suggestion;  ///< what a fit chose, not yet widened to the shape of the picture
    bool complete = false;                  ///< census and cycles are done; false: followed from the last ones
    std::size_t traces = 0;                 ///< epochs whose nullclines are painted
    bool eulerUnstable = false;             ///< some stable point is unstable under Euler steps of alpha
};

/// Paints a portrait into a picture of request.pixels, in the worker's thread. Given by the ui, so that session needs
/// no painting.
using PaintPortrait =
    std::function<QImage(const std::shared_ptr<const phase::Portrait>&, const phase::View&, const PortraitRequest&)>;

/// Computes portraits one after the other and keeps what the next one can use: contributions of the field while only
/// gains move, the census while only the view moves, the seeds of streamlines always.
class PortraitEngine {
public:
    /// precedence: held until the first picture of a request is there; may be null.
    explicit PortraitEngine(PaintPortrait paint, std::shared_ptr<Precedence> precedence = nullptr)
        : paint_(std::move(paint)), precedence_(std::move(precedence)) {}

    /// Delivers the coarse result, then finer ones while nothing newer waits; returns the last.
    std::shared_ptr<const PortraitResult> run(const PortraitRequest& request,
                                              const LatestWorker<PortraitRequest, PortraitResult>::Run& run);

private:
    struct Kept {
        std::shared_ptr<const network::Network> network;
        std::shared_ptr<const reduction::Circuit> circuit;
        Eigen::VectorXd input;
        double noiseVariance = 0;  ///< of the mean field's units
        Eigen::VectorXd gains;
        bool censusDone = false;
        bool cyclesDone = false;
        bool fine = false;       ///< the field has all its nodes
        bool linesFine = false;  ///< so have the nullclines
        phase::Portrait portrait;
    };

    phase::View chosenView(const reduction::Flow& flow, const PortraitRequest& request, Kept& next,
                           std::stop_token giveWay) const;
    void computeField(const reduction::Flow& flow, const phase::View& view, int nodes, Kept& next,
                      std::stop_token stop) const;
    void followPoints(const reduction::Flow& flow, Kept& next) const;
    void drawLines(Kept& next, int refinement, std::stop_token stop) const;
    /// hasty: with the pixels of an ordinary screen.
    std::shared_ptr<PortraitResult> painted(const PortraitRequest& request, const phase::View& view,
                                            bool hasty = false) const;

    PaintPortrait paint_;
    std::shared_ptr<Precedence> precedence_;
    std::optional<Kept> kept_;
};

using PortraitWorker = LatestWorker<PortraitRequest, PortraitResult>;

/// A worker with an engine of its own.
std::unique_ptr<PortraitWorker> makePortraitWorker(PaintPortrait paint, PortraitWorker::Receive receive,
                                                   std::shared_ptr<Precedence> precedence);

}  // namespace kappascope::session
