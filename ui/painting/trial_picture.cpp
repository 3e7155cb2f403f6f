// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/trial_picture.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/painting/figure_layout.h"
#include "ui/painting/plot_frame.h"

namespace kappascope::painting {

namespace {

constexpr double keyColumn = 7;  // of names to the right, in font sizes

QString tr(const char* text) {
    return QCoreApplication::translate("painting", text);
}

QString indexed(const char* letter, Eigen::Index k, Eigen::Index count) {
    return count == 1 ? QStringLiteral("$%1$").arg(QLatin1String(letter))
                      : QStringLiteral("$%1_{%2}$").arg(QLatin1String(letter)).arg(k + 1);
}

void widen(double& low, double& high, const Eigen::MatrixXd& values) {
    for (Eigen::Index k = 0; k < values.size(); ++k) {
        const double value = values.data()[k];
        if (!std::isfinite(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
}

/// Room above and below.
phase::View widened(phase::View view, double low, double high) {
    if (high - low < 1e-9) high = low + 1;
    const double room = 0.12 * (high - low);
    view.yMin = low - room;
    view.yMax = high + room;
    return view;
}

phase::View timeAxis(const TrialPicture& picture) {
    phase::View view;
    view.xMin = 0;
    view.xMax = std::max(1, picture.trial.trial.steps()) * picture.stepMs;
    return view;
}

class TrialPainter {
public:
    TrialPainter(QPainter& painter, const TrialPicture& picture, const TrialLayout& layout, const Theme& theme,
                 double fontPt, double scale)
        : painter_(painter), trial_(picture), layout_(layout), theme_(theme), fontPt_(fontPt), scale_(scale) {
        view_ = timeAxis(picture);
    }

    void paintAll() {
        paintInputs();
        paintOutputs();
        paintNames();
    }

private:
    double width() const { return std::max(1.0, 0.13 * fontPt_); }

    Picture background(const phase::View& view) const {
        Picture picture;
        QColor shade = theme_.grid;
        shade.setAlphaF(0.7F);
        const auto& epochs = trial_.trial.trial.epochs;
        for (std::size_t k = 0; k < epochs.size(); k += 2)
            picture.push_back(Region{QRectF(epochs[k].first * trial_.stepMs, view.yMin,
                                            (epochs[k].end - epochs[k].first) * trial_.stepMs, view.height()),
                                     shade});
        if (view.yMin < 0 && view.yMax > 0)
            picture.push_back(Line{QPolygonF({{view.xMin, 0}, {view.xMax, 0}}), theme_.border, 0.5 * width()});
        return picture;
    }

    /// What is held during each step, as a staircase over steps first..end-1.
    QPolygonF staircase(const Eigen::MatrixXd& values, Eigen::Index row, Eigen::Index first, Eigen::Index end) const {
        QPolygonF points;
        for (Eigen::Index k = first; k < end; ++k) {
            points.append({static_cast<double>(k) * trial_.stepMs, values(row, k)});
            points.append({static_cast<double>(k + 1) * trial_.stepMs, values(row, k)});
        }
        return points;
    }

    void paintInputs() {
        const Eigen::MatrixXd& inputs = trial_.trial.trial.inputs;
        double low = 0, high = 0;
        widen(low, high, inputs);
        const phase::View view = widened(view_, low, high);
        PlotFrame plot(painter_, layout_.inputs, view, theme_, fontPt_, scale_);
        plot.fill();
        Picture picture = background(view);
        for (Eigen::Index s = 0; s < inputs.rows(); ++s)
            picture.push_back(
                Line{staircase(inputs, s, 0, inputs.cols()), theme_.population(static_cast<int>(s)), width()});
        plot.draw(picture);
        plot.frame();
        plot.vertical(niceTicks(view.yMin, view.yMax, 3), QStringLiteral("$u$"));
        const double tall = layout_.inputs.height();
        const Eigen::Index count = inputs.rows();
        const double step = std::min(1.5 * fontPt_, tall / static_cast<double>(std::max<Eigen::Index>(1, count)));
        for (Eigen::Index s = 0; s < count; ++s) {
            const auto at = static_cast<std::size_t>(s);
            const QString name = at < trial_.inputNames.size() ? trial_.inputNames[at] : indexed("u", s, count);
            const double y =
                layout_.inputs.center().y() + step * (static_cast<double>(s) - 0.5 * static_cast<double>(count - 1));
            key(layout_.inputs.right(), y, name, theme_.population(static_cast<int>(s)), width());
        }
    }

    void paintOutputs() {
        const Eigen::MatrixXd& target = trial_.trial.target;
        const phase::View view = outputRange(trial_);
        PlotFrame plot(painter_, layout_.outputs, view, theme_, fontPt_, scale_);
        plot.fill();
        Picture picture = background(view);
        QColor counted = theme_.accent;
        counted.setAlphaF(0.13F);
        const Eigen::MatrixXd& mask = trial_.trial.mask;
        for (Eigen::Index o = 0; o < target.rows(); ++o)
            for (Eigen::Index first = 0; first < mask.cols(); ++first) {
                if (mask(o, first) == 0) continue;
                Eigen::Index end = first;
                while (end < mask.cols() && mask(o, end) != 0) ++end;
                if (o == 0 || target.rows() == 1)
                    picture.push_back(Region{QRectF(static_cast<double>(first) * trial_.stepMs, view.yMin,
                                                    static_cast<double>(end - first) * trial_.stepMs, view.height()),
                                             counted});
                const QColor color = targetColor(o);
                picture.push_back(Line{staircase(target, o, first, end), color, 3.2 * width()});
                first = end;
            }
        for (Eigen::Index o = 0; o < trial_.output.rows(); ++o) addOutput(picture, o, view);
        plot.draw(picture);
        plot.frame();
        plot.vertical(niceTicks(view.yMin, view.yMax, 3), QStringLiteral("$z$"));
        plot.horizontal(niceTicks(0, view.xMax, static_cast<int>(layout_.outputs.width() / (5 * fontPt_))),
                        tr("time, ms"));
        const double middle = layout_.outputs.center().y();
        const bool answered = trial_.output.size() > 0;
        key(layout_.outputs.right(), answered ? middle - 0.75 * fontPt_ : middle, tr("target"), targetColor(0),
            3.2 * width());
        if (answered)
            key(layout_.outputs.right(), middle + 0.75 * fontPt_, tr("output"), outputColor(0), 1.2 * width());
    }

    /// In pieces, where it is not a number in between.
    void addOutput(Picture& picture, Eigen::Index output, const phase::View& view) const {
        Line line;
        line.color = outputColor(output);
        line.width = 1.2 * width();
        const double far = 4 * view.height();  // outside, and no more than a painter can count
        for (Eigen::Index k = 0; k <= trial_.output.cols(); ++k) {
            const bool isNumber = k < trial_.output.cols() && std::isfinite(trial_.output(output, k));
            if (isNumber) {
                line.points.append({static_cast<double>(k + 1) * trial_.stepMs,
                                    std::clamp(trial_.output(output, k), view.yMin - far, view.yMax + far)});
                continue;
            }
            if (!line.points.isEmpty()) picture.push_back(line);
            line.points.clear();
        }
    }

    /// One output is told from the inputs by its colour; several have colours of their own.
    QColor outputColor(Eigen::Index output) const {
        return trial_.trial.target.rows() == 1 ? theme_.text : theme_.population(static_cast<int>(output));
    }

    QColor targetColor(Eigen::Index output) const {
        QColor color = trial_.trial.target.rows() == 1 ? theme_.accent : theme_.population(static_cast<int>(output));
        color.setAlphaF(0.45F);
        return color;
    }

    void key(double right, double y, const QString& name, const QColor& color, double lineWidth) {
        const double sample = 1.3 * fontPt_;
        const QRectF box((right + 0.6 * fontPt_) * scale_, (y - 0.5 * fontPt_) * scale_, sample * scale_,
                         fontPt_ * scale_);
        paint(painter_, {Line{QPolygonF({{-1, 0}, {1, 0}}), color, lineWidth}},
              Canvas{phase::View{}, box, scale_, true}, theme_);
        MathLabel(name, 0.92 * fontPt_)
            .draw(painter_, QPointF(right + 0.9 * fontPt_ + sample, y + 0.33 * fontPt_) * scale_, theme_.text, scale_);
    }

    /// Names of the epochs above, in two lines where they would meet; those that find no room are left out.
    void paintNames() {
        double ends[] = {-1e9, -1e9};
        const QRectF& area = layout_.inputs;
        for (const auto& epoch : trial_.trial.trial.epochs) {
            const MathLabel label(QString::fromStdString(epoch.name), 0.92 * fontPt_);
            const double middle = (epoch.first + epoch.end) / 2.0 * trial_.stepMs / view_.xMax;
            const double wide = label.size().width();
            const double x = std::clamp(area.left() + middle * area.width() - wide / 2, area.left(),
                                        std::max(area.left(), area.right() + (keyColumn - 1) * fontPt_ - wide));
            const int line = x > ends[0] ? 0 : x > ends[1] ? 1 : 2;
            if (line > 1) continue;
            ends[line] = x + wide + 0.6 * fontPt_;
            label.draw(painter_, QPointF(x, area.top() - (0.5 + 1.25 * line) * fontPt_) * scale_, theme_.mutedText,
                       scale_);
        }
    }

    QPainter& painter_;
    const TrialPicture& trial_;
    const TrialLayout& layout_;
    const Theme& theme_;
    double fontPt_;
    double scale_;
    phase::View view_;
};

}  // namespace

phase::View outputRange(const TrialPicture& picture) {
    constexpr double most = 8;
    double low = -1, high = 1;
    widen(low, high, picture.trial.target);
    const double least = most * low, largest = most * high;
    widen(low, high, picture.output);
    return widened(timeAxis(picture), std::max(low, least), std::min(high, largest));
}

TrialLayout layOutTrial(const TrialPicture& picture, const QRectF& area, double fontPt) {
    TrialLayout layout;
    const double left = area.left() + 4.2 * fontPt, right = area.right() - keyColumn * fontPt;
    const double top = area.top() + 3 * fontPt, bottom = area.bottom() - 3.1 * fontPt, gap = 0.7 * fontPt;
    const double height = std::max(2.0, bottom - top - gap);
    const double share = picture.trial.trial.inputs.rows() > 2 ? 0.5 : 0.44;
    layout.inputs = QRectF(left, top, std::max(1.0, right - left), share * height);
    layout.outputs = QRectF(left, layout.inputs.bottom() + gap, std::max(1.0, right - left), (1 - share) * height);
    return layout;
}

void paintTrial(QPainter& painter, const TrialPicture& picture, const QRectF& area, const Theme& theme, double fontPt,
                double scale) {
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    const TrialLayout layout = layOutTrial(picture, area, fontPt);
    TrialPainter(painter, picture, layout, theme, fontPt, scale).paintAll();
}

}  // namespace kappascope::painting
