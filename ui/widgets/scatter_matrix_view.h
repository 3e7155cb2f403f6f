// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QPolygonF>
#include <QWidget>
#include <memory>

#include "ui/painting/scatter_matrix.h"
#include "ui/session/connectivity_desk.h"

namespace kappascope::widgets {

/// The scatter matrix of the desk's loadings: painted by a worker once per change, so that pointer and lasso only draw
/// over an image. A drag below the diagonal is a lasso: Shift adds to what is chosen, Alt takes away; Escape, or a
/// click beside all units, chooses none.
class ScatterMatrixView : public QWidget {
    Q_OBJECT

public:
    explicit ScatterMatrixView(session::ConnectivityDesk& desk, QWidget* parent = nullptr);
    ~ScatterMatrixView() override;

    void setTheme(const painting::Theme& theme);
    /// What is shown; null while there is nothing.
    std::shared_ptr<const painting::ScatterMatrix> matrix() const { return matrix_; }
    /// The image holds what is shown.
    bool isPainted() const { return paintedSerial_ == serial_; }
    QImage image() const { return image_; }
    /// A unit's place in the cell (row, column) below the diagonal.
    QPointF positionOf(int unit, int row, int column) const;
    QRectF cell(int row, int column) const;
    /// The unit beneath the pointer; -1: none.
    int hovered() const { return hovered_; }
    double textSize() const;

signals:
    void hoverChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Request {
        std::shared_ptr<const painting::ScatterMatrix> matrix;
        QSize size;
        double ratio = 1;
        bool dark = false;
        double fontPt = 11;
    };
    void rebuild();
    void request();
    void setHovered(int unit);
    int unitAt(const QPointF& at) const;
    QString helpAt(const QPointF& at) const;

    session::ConnectivityDesk& desk_;
    const painting::Theme* theme_ = &painting::Theme::light();
    std::shared_ptr<const painting::ScatterMatrix> matrix_;
    std::vector<int> columns_;  ///< of the desk's, one a column of the matrix
    QImage image_;
    std::uint64_t serial_ = 0, paintedSerial_ = 0;
    int hovered_ = -1;
    QPolygonF lasso_;
    int lassoRow_ = -1, lassoColumn_ = -1;
    std::unique_ptr<session::LatestWorker<Request, QImage>> painter_;  // last: joined before the rest goes away
};

}  // namespace kappascope::widgets
