// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <QSize>
#include <QString>
#include <QStringList>
#include <deque>
#include <memory>

#include "ui/figures/order.h"
#include "ui/session/worker.h"

class QMimeData;

namespace kappascope::widgets {

struct FigureRequest {
    enum class Kind {
        preview,  ///< a picture that fits into `pixels`
        copy,     ///< pdf, svg and bitmap for the clipboard
        write,    ///< a file at `path`
        data,     ///< the numbers behind it as csv, in the folder `path`
    };
    Kind kind = Kind::preview;
    figures::FigureOrder order;
    QString path;
    QSize pixels;  ///< device pixels
};

struct FigureResult {
    FigureRequest::Kind kind = FigureRequest::Kind::preview;
    QString path;
    QStringList files;  ///< names of the data files
    QImage image;
    QByteArray pdf, svg;
    double heightMm = 0;
};

/// Computes figures beside the window. What was computed last serves again where only size or colours changed.
using FigureWorker = session::LatestWorker<FigureRequest, FigureResult>;
std::unique_ptr<FigureWorker> makeFigureWorker(FigureWorker::Receive receive);

/// A copied figure in every format at once: image/svg+xml, application/pdf and a bitmap. The clipboard takes it over.
std::unique_ptr<QMimeData> clipboardData(const FigureResult& copied);

/// Figures that somebody waits for: one after the other, none replaced by the next.
class FigureExporter : public QObject {
    Q_OBJECT

public:
    explicit FigureExporter(QObject* parent = nullptr);
    ~FigureExporter() override;

    /// Copies end on the clipboard; files where the request says.
    void submit(FigureRequest request);
    bool isBusy() const { return !waiting_.empty(); }

signals:
    void done(const QString& sentence);  ///< what was written or copied
    void failed(const QString& sentence);

private:
    void receive(const session::Delivery<FigureResult>& delivery);

    std::deque<FigureRequest> waiting_;  ///< the first is in work
    std::unique_ptr<FigureWorker> worker_;
};

}  // namespace kappascope::widgets
