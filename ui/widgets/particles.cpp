// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/particles.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <utility>

namespace kappascope::widgets {

namespace {

constexpr double tauPerSecond = 1.1;      // how fast the flow is shown
constexpr double tailSeconds = 0.18;      // time in which a tail fades to a third
constexpr double fadeSeconds = 0.025;     // between two rounds of fading
constexpr double bornSeconds = 0.35;      // fade-in and fade-out of a particle
constexpr double stripHeight = 0.13;      // of the view; rank 1
constexpr double pixelsPerParticle = 70;  // thinner in small windows (logical pixels)

}  // namespace

void Particles::setPortrait(std::shared_ptr<const phase::Portrait> portrait) {
    portrait_ = std::move(portrait);
    if (!portrait_) return;
    if (portrait_->rank > 1) {
        stillSpeed_ = 0.004 * portrait_->field.maximumSpeed();
    } else {
        float fastest = 0;
        for (const float speed : portrait_->line.speed) fastest = std::max(fastest, std::abs(speed));
        stillSpeed_ = 0.004 * fastest;
    }
}

void Particles::setView(const phase::View& view, QSize pixels, double pixelRatio) {
    if (view == view_ && pixels == image_.size() && pixelRatio == pixelRatio_) return;
    QImage next(pixels, QImage::Format_ARGB32_Premultiplied);
    next.fill(Qt::transparent);
    const bool sameScale =
        std::abs(view.width() / view_.width() - 1) < 1e-9 && std::abs(view.height() / view_.height() - 1) < 1e-9;
    const bool otherPixels = view == view_ && qFuzzyCompare(pixels.width() * pixelRatio_, image_.width() * pixelRatio);
    if (sameScale && (pixels == image_.size() || otherPixels) && view.samePlane(view_)) {
        QPainter painter(&next);
        painter.setRenderHint(QPainter::SmoothPixmapTransform, otherPixels);
        painter.drawImage(
            QRectF((view_.xMin - view.xMin) / view.width() * pixels.width(),
                   (view.yMax - view_.yMax) / view.height() * pixels.height(), pixels.width(), pixels.height()),
            image_);
    }
    image_ = std::move(next);
    if (!view.samePlane(view_) || !sameScale)
        for (Particle& particle : particles_) particle.life = 0;
    view_ = view;
    pixelRatio_ = pixelRatio;
}

void Particles::setColor(const QColor& color) {
    if (color == color_) return;
    color_ = color;
    for (std::size_t alpha = 0; alpha < shades_.size(); ++alpha)
        shades_[alpha] = qPremultiply(qRgba(color.red(), color.green(), color.blue(), static_cast<int>(alpha)));
    image_.fill(Qt::transparent);
}

void Particles::spawn(Particle& particle, bool anyAge) {
    std::uniform_real_distribution<double> unit(0, 1);
    particle.x = view_.xMin + unit(random_) * view_.width();
    const double across = unit(random_);
    particle.y = portrait_ && portrait_->rank == 1 ? (across - 0.5) * stripHeight * view_.height()
                                                   : view_.yMin + across * view_.height();
    particle.life = 1.5 + 3.5 * unit(random_);
    particle.age = anyAge ? unit(random_) * particle.life : 0;
}

phase::Velocity Particles::velocity(const Particle& particle) const {
    if (portrait_->rank > 1) return portrait_->field.at(particle.x, particle.y);
    const phase::FlowLine& line = portrait_->line;
    const double at = (particle.x - line.xMin) / (line.xMax - line.xMin) * (line.count() - 1);
    const int k = std::clamp(static_cast<int>(at), 0, line.count() - 2);
    const double t = std::clamp(at - k, 0.0, 1.0);
    const auto i = static_cast<std::size_t>(k);
    return {(1 - t) * line.speed[i] + t * line.speed[i + 1], 0};
}

QPointF Particles::toPixels(double x, double y) const {
    return {(x - view_.xMin) / view_.width() * image_.width(), (view_.yMax - y) / view_.height() * image_.height()};
}

void Particles::advance(double seconds) {
    if (image_.isNull()) return;
    fade(seconds);
    if (!portrait_) return;
    // Of rank 1 they drift along the axis, in the strip around it, and leave the curve alone.
    const bool line = portrait_->rank == 1;
    if (line ? portrait_->line.count() < 2 : portrait_->field.count() == 0) return;

    const double area = image_.width() * image_.height() / (pixelRatio_ * pixelRatio_);
    const auto wanted = static_cast<std::size_t>(line ? 160 : area / pixelsPerParticle);
    const std::size_t count = std::min(wanted, particles_.size());
    const double h = seconds * tauPerSecond;
    const bool diffuses = !diffusion_.isNull();
    for (std::size_t i = 0; i < count; ++i) {
        Particle& p = particles_[i];
        if (p.life == 0) spawn(p, true);
        // A frame is a fiftieth of tau: plain Euler steps stray by a few pixels in a particle's life, and nobody sees.
        const phase::Velocity v = velocity(p);
        const double speed = std::hypot(v.x, v.y);
        const QPointF from = toPixels(p.x, p.y);
        p.x += h * v.x;
        p.y += h * v.y;
        if (diffuses) {
            // A random walk of independent steps: the variance grows with the time, whatever the frame rate.
            p.x += std::sqrt(h) * diffusion_.x() * normal_(random_);
            if (!line) p.y += std::sqrt(h) * diffusion_.y() * normal_(random_);
        }
        p.age += seconds;
        // What has arrived fades out where it is, and is born again elsewhere.
        if (speed < stillSpeed_ && !diffuses) p.age = std::max(p.age, p.life - bornSeconds);
        if (p.age >= p.life || !view_.contains(p.x, line ? view_.yMin : p.y)) {
            spawn(p, false);
            continue;
        }
        const double strength = std::min({1.0, p.age / bornSeconds, (p.life - p.age) / bornSeconds});
        const QPointF to = toPixels(p.x, p.y);
        stroke(from, to, strength);
    }
}

void Particles::stroke(const QPointF& from, const QPointF& to, double strength) {
    // A few pixels a frame and particle: coverage by distance from the segment is far cheaper than a general painter.
    const auto reach = static_cast<float>(0.62 * pixelRatio_ + 0.5);
    const auto x = static_cast<float>(from.x()), y = static_cast<float>(from.y());
    const auto alongX = static_cast<float>(to.x()) - x, alongY = static_cast<float>(to.y()) - y;
    const int left = std::max(0, static_cast<int>(std::floor(std::min(x, x + alongX) - reach)));
    const int right = std::min(image_.width() - 1, static_cast<int>(std::ceil(std::max(x, x + alongX) + reach)));
    const int top = std::max(0, static_cast<int>(std::floor(std::min(y, y + alongY) - reach)));
    const int bottom = std::min(image_.height() - 1, static_cast<int>(std::ceil(std::max(y, y + alongY) + reach)));
    const float perSquare = 1 / std::max(alongX * alongX + alongY * alongY, 1e-12F);
    const auto full = static_cast<float>(strength * color_.alpha());
    const float whole = (reach - 1) * (reach - 1);
    const auto stride = image_.bytesPerLine() / static_cast<qsizetype>(sizeof(QRgb));
    auto* pixels = reinterpret_cast<QRgb*>(image_.bits());
    for (int row = top; row <= bottom; ++row) {
        QRgb* line = pixels + row * stride;
        const float dy = static_cast<float>(row) + 0.5F - y;
        for (int column = left; column <= right; ++column) {
            const float dx = static_cast<float>(column) + 0.5F - x;
            const float t = std::clamp((dx * alongX + dy * alongY) * perSquare, 0.0F, 1.0F);
            const float awayX = dx - t * alongX, awayY = dy - t * alongY;
            const float square = awayX * awayX + awayY * awayY;
            if (square >= reach * reach) continue;
            const float coverage = square <= whole ? 1 : reach - std::sqrt(square);
            // The stronger of what is there and what comes: where two segments meet, the tail stays even.
            const auto alpha = static_cast<int>(coverage * full);
            if (alpha > qAlpha(line[column])) line[column] = shades_[static_cast<std::size_t>(alpha)];
        }
    }
}

void Particles::fade(double seconds) {
    // Whole steps of the factor keep the fading independent of the frame rate; rounding down lets every pixel reach
    // zero.
    fadeDebt_ += seconds;
    if (fadeDebt_ < fadeSeconds) return;
    const double factor = std::exp(-fadeDebt_ / tailSeconds);
    const auto keep = static_cast<std::uint32_t>(factor * 256);
    if (keep >= 256) return;
    fadeDebt_ = 0;
    // Two channels at a time; rows of 32-bit pixels have no padding.
    auto* pixel = reinterpret_cast<std::uint32_t*>(image_.bits());
    const auto* const end = pixel + static_cast<qsizetype>(image_.width()) * image_.height();
    for (; pixel != end; ++pixel) {
        if (*pixel == 0) continue;
        const std::uint32_t odd = (*pixel >> 8 & 0x00ff00ffU) * keep & 0xff00ff00U;
        const std::uint32_t even = (*pixel & 0x00ff00ffU) * keep >> 8 & 0x00ff00ffU;
        *pixel = odd | even;
    }
}

}  // namespace kappascope::widgets
