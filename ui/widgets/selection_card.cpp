// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/selection_card.h"

#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <algorithm>
#include <cmath>

#include "ui/painting/axis_names.h"
#include "ui/widgets/math_widget.h"

namespace kappascope::widgets {

namespace {

constexpr double margin = 12, rowHeight = 18, columnGap = 14, matrixRow = 16, cell = 46;
constexpr Eigen::Index largestMatrix = 3;
constexpr std::size_t mostPopulations = 8;

QString titleOf(phase::FixedPointKind kind) {
    using Kind = phase::FixedPointKind;
    switch (kind) {
        case Kind::stableNode: return SelectionCard::tr("Stable node");
        case Kind::stableFocus: return SelectionCard::tr("Stable focus");
        case Kind::saddle: return SelectionCard::tr("Saddle");
        case Kind::unstableNode: return SelectionCard::tr("Unstable node");
        case Kind::unstableFocus: return SelectionCard::tr("Unstable focus");
        case Kind::degenerate: break;
    }
    return SelectionCard::tr("Degenerate point");
}

QString vectorText(const Eigen::VectorXd& vector) {
    QStringList parts;
    for (const double value : vector) parts += shownNumber(value);
    if (parts.size() == 1) return parts[0];
    return QStringLiteral("(%1)").arg(parts.join(QStringLiteral(",\\,")));
}

QString complexText(std::complex<double> value) {
    if (value.imag() == 0) return shownNumber(value.real());
    return QStringLiteral("%1 %2 %3\\,i")
        .arg(shownNumber(value.real()), value.imag() < 0 ? QStringLiteral("-") : QStringLiteral("+"),
             shownNumber(std::abs(value.imag())));
}

QString kappaSymbol(int mode, Eigen::Index rank) {
    return rank == 1 ? QStringLiteral("\\kappa") : QStringLiteral("\\kappa_{%1}").arg(mode + 1);
}

}  // namespace

SelectionCard::SelectionCard(QWidget* parent)
    : QWidget(parent), theme_(&painting::Theme::light()), close_(new QToolButton(this)) {
    setCursor(Qt::ArrowCursor);
    close_->setText(QStringLiteral("×"));
    close_->setAccessibleName(tr("Close the card"));
    close_->setToolTip(tr("Close the card (Esc)"));
    close_->setFocusPolicy(Qt::StrongFocus);
    close_->setFixedSize(24, 24);
    connect(close_, &QToolButton::clicked, this, &SelectionCard::closed);
    hide();
}

void SelectionCard::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
}

void SelectionCard::begin(const QString& title, const QString& aside) {
    pieces_.clear();
    shapes_.clear();
    text_.clear();
    y_ = margin + 12;
    right_ = 0;
    const double end = add(title, margin, theme_->text, 14, true);
    if (!aside.isEmpty()) add(aside, end + 10, theme_->mutedText, 12);
    right_ += 30;  // the cross
    addRow(rowHeight + 3);
}

double SelectionCard::add(const QString& source, double x, const QColor& color, double pixels, bool bold) {
    painting::MathLabel label(source, pixels, bold);
    const double end = x + label.size().width();
    right_ = std::max(right_, end);
    text_ += label.plainText() + QStringLiteral("  ");
    pieces_.push_back({std::move(label), {x, y_}, color});
    return end;
}

void SelectionCard::addRow(double height) {
    y_ += height;
    text_ = text_.trimmed() + u'\n';
}

double SelectionCard::addMatrix(const Eigen::MatrixXd& matrix, double x, double top) {
    const double before = y_;
    for (Eigen::Index r = 0; r < matrix.rows(); ++r) {
        y_ = top + matrixRow * static_cast<double>(r) + 12;
        for (Eigen::Index s = 0; s < matrix.cols(); ++s) {
            const painting::MathLabel number(shownNumber(matrix(r, s)), 12);
            add(shownNumber(matrix(r, s)), x + 6 + cell * static_cast<double>(s + 1) - 6 - number.size().width(),
                theme_->text, 12);
        }
    }
    y_ = before;
    const double width = cell * static_cast<double>(matrix.cols()) + 8;
    shapes_.push_back(
        {QRectF(x, top - 1, width, matrixRow * static_cast<double>(matrix.rows()) + 1), theme_->mutedText, true});
    right_ = std::max(right_, x + width);
    return x + width;
}

void SelectionCard::showPoint(const session::PointFacts& facts) {
    const phase::FixedPoint& point = facts.point;
    const Eigen::Index rank = point.kappa.size();
    begin(titleOf(point.kind), tr("%1 of %2").arg(facts.index + 1).arg(facts.count));
    const bool plane = facts.input >= 0;
    const QString level = painting::levelSymbol(facts.input);
    double x = add(QStringLiteral("$\\kappa = %1$").arg(plane ? shownNumber(point.kappa[0]) : vectorText(point.kappa)),
                   margin, theme_->text);
    if (plane)
        x = add(QStringLiteral("$%1 = %2$").arg(level, shownNumber(point.kappa[1])), x + columnGap, theme_->text);
    if (facts.z.size() == 1) add(QStringLiteral("$z = %1$").arg(shownNumber(facts.z[0])), x + columnGap, theme_->text);
    addRow(rowHeight + 5);

    // Eigenvalues, what Euler steps make of them, and directions.
    double columns[3] = {margin, 0, 0};
    QStringList values, factors, vectors;
    for (Eigen::Index k = 0; k < point.eigenvalues.size(); ++k) {
        values += QStringLiteral("$\\lambda_{%1} = %2$").arg(k + 1).arg(complexText(point.eigenvalues[k]));
        factors += QStringLiteral("$%1$").arg(shownNumber(facts.eulerFactors[static_cast<std::size_t>(k)]));
        const bool real = point.eigenvalues[k].imag() == 0 && point.eigenvectors.cols() > k && rank <= largestMatrix;
        vectors +=
            real && rank > 1 ? QStringLiteral("$%1$").arg(vectorText(point.eigenvectors.col(k).real())) : QString();
    }
    const QString heads[3] = {tr("eigenvalues, $1/\\tau$"), QStringLiteral("$|1 + \\alpha\\lambda|$"),
                              vectors.join(QString()).isEmpty() ? QString()
                              : plane                           ? tr("eigenvector, $(\\kappa,\\,%1)$").arg(level)
                                                                : tr("eigenvector")};
    double width = painting::MathLabel(heads[0], 12).size().width();
    for (const QString& value : values) width = std::max(width, painting::MathLabel(value, 13).size().width());
    columns[1] = columns[0] + width + columnGap;
    columns[2] = columns[1] + painting::MathLabel(heads[1], 12).size().width() + columnGap;
    for (int c = 0; c < 3; ++c)
        if (!heads[c].isEmpty()) add(heads[c], columns[c], theme_->mutedText, 12);
    addRow(rowHeight);
    for (qsizetype k = 0; k < std::min<qsizetype>(values.size(), 6); ++k) {
        const bool bad = point.eigenvalues[k].real() < 0 && facts.eulerFactors[static_cast<std::size_t>(k)] > 1;
        add(values[k], columns[0], theme_->text);
        add(factors[k], columns[1], bad ? theme_->warning : theme_->text);
        if (!vectors[k].isEmpty()) add(vectors[k], columns[2], theme_->text);
        addRow(rowHeight);
    }
    if (facts.eulerUnstable) {
        add(tr("Euler steps of $\\alpha = %1$ are unstable here").arg(shownNumber(facts.alpha)), margin,
            theme_->warning, 12);
        addRow(rowHeight);
    }
    if (rank > largestMatrix) {
        finish();
        return;
    }

    addCouplings(facts);
    finish();
}

void SelectionCard::addCouplings(const session::PointFacts& facts) {
    const double rows = matrixRow * static_cast<double>(facts.point.kappa.size());
    const double middle = rows / 2 - 3.5;
    const auto shown = std::min(facts.parts.size(), mostPopulations);
    // Many populations stand two a row, with the bare number.
    const bool brief = shown > 2;
    const auto gainText = [&](std::size_t p) {
        const auto i = static_cast<Eigen::Index>(p);
        const QString value = shownNumber(facts.gains[i] * facts.slopes[i]);
        return brief ? QStringLiteral("$%1$").arg(value)
                     : QStringLiteral("$g_{%1}\\langle\\phi'\\rangle_{%1} = %2$").arg(p + 1).arg(value);
    };
    double labels = 0;
    for (std::size_t p = 0; p < shown; ++p)
        labels = std::max(labels, 18 + painting::MathLabel(gainText(p), 13).size().width());
    const auto addBeside = [&](const QString& source, double x) {
        y_ += middle;
        add(source, x, theme_->text, 13);
        y_ -= middle;
    };
    y_ += 4;
    double left = margin + labels + 10;
    const QString total = QStringLiteral("$J =$");
    const double width = painting::MathLabel(total, 13).size().width();
    left = std::max(left, margin + width + 8);
    addBeside(total, left - 8 - width);
    addMatrix(facts.point.jacobian, left, y_ - 8);
    addRow(rows + 7);
    add(brief ? tr("$J + 1$ by population, beside its $g\\langle\\phi'\\rangle$:")
              : tr("$J + 1$ is the sum of what each population adds:"),
        margin, theme_->mutedText, 12);
    addRow(rowHeight);
    double x = margin;
    for (std::size_t p = 0; p < shown; ++p) {
        shapes_.push_back({QRectF(x, y_ + middle - 10, 11, 11), theme_->population(static_cast<int>(p)), false});
        addBeside(gainText(p), x + 18);
        x = addMatrix(facts.parts[p], x + labels + 10, y_ - 8) + columnGap;
        if (brief && p % 2 == 0 && p + 1 < shown) continue;
        x = margin;
        addRow(rows + 7);
    }
    if (shown < facts.parts.size()) {
        add(tr("and %1 more").arg(facts.parts.size() - shown), margin, theme_->mutedText, 12);
        addRow(rowHeight);
    }
    y_ -= 4;
}

void SelectionCard::showCycle(const session::CycleFacts& facts) {
    const phase::LimitCycle& cycle = facts.cycle;
    begin(cycle.stable ? tr("Stable limit cycle") : tr("Unstable limit cycle"), {});
    add(tr("period $%1\\,\\tau = %2$ ms").arg(shownNumber(cycle.period, 4), shownNumber(facts.periodMs(), 4)), margin,
        theme_->text);
    addRow(rowHeight + 5);
    add(tr("extent"), margin, theme_->mutedText, 12);
    addRow(rowHeight);
    for (Eigen::Index r = 0; r < cycle.minimum.size(); ++r) {
        add(QStringLiteral("$%1 \\le %2 \\le %3$")
                .arg(shownNumber(cycle.minimum[r]), kappaSymbol(static_cast<int>(r), cycle.minimum.size()),
                     shownNumber(cycle.maximum[r])),
            margin, theme_->text);
        addRow(rowHeight);
    }
    if (cycle.multipliers.size() > 0) {
        QStringList parts;
        for (const auto& multiplier : cycle.multipliers) parts += complexText(multiplier);
        add(tr("Floquet multipliers"), margin, theme_->mutedText, 12);
        addRow(rowHeight);
        add(QStringLiteral("$%1$").arg(parts.join(QStringLiteral(",\\ "))), margin, theme_->text);
        addRow(rowHeight);
    }
    finish();
}

void SelectionCard::finish() {
    text_ = text_.trimmed();
    setAccessibleName(text_.section(u'\n', 0, 0));
    setAccessibleDescription(text_);
    size_ = QSize(static_cast<int>(std::ceil(right_ + margin)), static_cast<int>(std::ceil(y_ + margin - 12)));
    const double ratio = devicePixelRatioF();
    picture_ = QPixmap(size_ * ratio);
    picture_.setDevicePixelRatio(ratio);
    picture_.fill(Qt::transparent);
    QPainter painter(&picture_);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    QColor paper = theme_->card;
    paper.setAlphaF(0.95F);
    painter.setPen(QPen(theme_->border, 1));
    painter.setBrush(paper);
    painter.drawRoundedRect(QRectF(0.5, 0.5, size_.width() - 1, size_.height() - 1), 8, 8);
    for (const Shape& shape : shapes_) {
        if (!shape.brackets) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(shape.color);
            painter.drawRoundedRect(shape.rect, 3, 3);
            continue;
        }
        painter.setPen(QPen(shape.color, 1));
        painter.setBrush(Qt::NoBrush);
        const QRectF& r = shape.rect;
        painter.drawPolyline(
            QPolygonF({{r.left() + 4, r.top()}, r.topLeft(), r.bottomLeft(), {r.left() + 4, r.bottom()}}));
        painter.drawPolyline(
            QPolygonF({{r.right() - 4, r.top()}, r.topRight(), r.bottomRight(), {r.right() - 4, r.bottom()}}));
    }
    for (const Piece& piece : pieces_) piece.label.draw(painter, piece.at, piece.color);
    painter.end();
    resize(size_);
    update();
}

void SelectionCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.drawPixmap(0, 0, picture_);
}

void SelectionCard::resizeEvent(QResizeEvent*) {
    close_->move(width() - close_->width() - 5, 5);
}

void SelectionCard::mousePressEvent(QMouseEvent* event) {
    event->accept();
}

void SelectionCard::mouseReleaseEvent(QMouseEvent* event) {
    event->accept();
}

void SelectionCard::mouseDoubleClickEvent(QMouseEvent* event) {
    event->accept();
}

}  // namespace kappascope::widgets
