// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QPointF>
#include <QSize>
#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "core/phase/portrait.h"

namespace kappascope::widgets {

/// Particles that drift along a portrait's flow and leave fading tails: an ornament that shows direction and speed at a
/// glance. They live in data coordinates, so that pan, zoom and a new field carry them along.
class Particles {
public:
    explicit Particles(int count = 3000) : particles_(static_cast<std::size_t>(count)) { setColor(Qt::white); }

    /// The flow to follow; null stops them.
    void setPortrait(std::shared_ptr<const phase::Portrait> portrait);
    /// The visible rectangle and its size in device pixels; tails are carried over.
    void setView(const phase::View& view, QSize pixels, double pixelRatio);
    /// Standard deviation of a random step along each axis in a time of tau, in data units; of rank 1 only the first.
    void setDiffusion(double x, double y) { diffusion_ = {x, y}; }
    void setColor(const QColor& color);

    /// Moves everything by `seconds` and fades the tails.
    void advance(double seconds);

    /// Transparent picture of the particles, of the size given to setView.
    const QImage& image() const { return image_; }

private:
    struct Particle {
        double x = 0;
        double y = 0;
        double age = 0;
        double life = 0;  ///< seconds; 0: not born yet
    };

    void spawn(Particle& particle, bool anyAge);
    phase::Velocity velocity(const Particle& particle) const;
    QPointF toPixels(double x, double y) const;
    void stroke(const QPointF& from, const QPointF& to, double strength);
    void fade(double seconds);

    std::shared_ptr<const phase::Portrait> portrait_;
    phase::View view_;
    QImage image_;
    QColor color_;
    std::array<QRgb, 256> shades_{};  ///< of the colour at every opacity, premultiplied
    double pixelRatio_ = 1;
    double stillSpeed_ = 0;
    QPointF diffusion_;
    double fadeDebt_ = 0;
    std::vector<Particle> particles_;
    std::minstd_rand random_{12345};
    std::normal_distribution<double> normal_;
};

}  // namespace kappascope::widgets
