// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/figure_worker.h"

#include <QClipboard>
#include <QDir>
#include <QGuiApplication>
#include <QMimeData>
#include <algorithm>
#include <optional>
#include <utility>

#include "ui/figures/data_files.h"

namespace kappascope::widgets {

namespace {

using Kind = FigureRequest::Kind;
using painting::FigureFormat;

/// A figure as large as fits into a rectangle of pixels.
QImage fitted(const painting::Figure& figure, painting::FigureSpec spec, double heightMm, const QSize& pixels) {
    constexpr double mmPerInch = 25.4;
    const double dpi = mmPerInch * std::min(pixels.width() / spec.widthMm, pixels.height() / heightMm);
    spec.dpi = std::clamp(static_cast<int>(dpi), 36, 2400);
    const QImage image = painting::figureImage(figure, spec);
    if (image.width() <= pixels.width() && image.height() <= pixels.height()) return image;
    return image.scaled(pixels, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

/// The last content serves orders that differ in size and colours only. Lives in the worker's thread.
class FigureMaker {
public:
    FigureResult make(const FigureRequest& request, std::stop_token stop) {
        if (!content_ || !figures::sameContent(*order_, request.order)) {
            content_.reset();
            content_ = figures::computeFigure(request.order, std::move(stop));
            order_ = request.order;
        }
        const painting::Figure& figure = content_->figure;
        const painting::FigureSpec& spec = request.order.spec;
        FigureResult result;
        result.kind = request.kind;
        result.path = request.path;
        switch (request.kind) {
            case Kind::preview:
                result.heightMm = painting::figureHeightMm(figure, spec);
                result.image = fitted(figure, spec, result.heightMm, request.pixels);
                break;
            case Kind::copy:
                result.image = painting::figureImage(figure, spec);
                result.pdf = painting::figureBytes(figure, FigureFormat::pdf, spec);
                result.svg = painting::figureBytes(figure, FigureFormat::svg, spec);
                break;
            case Kind::write: result.heightMm = painting::writeFigure(request.path, figure, spec); break;
            case Kind::data: result.files = figures::writeDataFiles(*content_, request.path); break;
        }
        return result;
    }

private:
    std::optional<figures::FigureOrder> order_;
    std::optional<figures::FigureContent> content_;
};

}  // namespace

std::unique_ptr<FigureWorker> makeFigureWorker(FigureWorker::Receive receive) {
    return std::make_unique<FigureWorker>(
        [maker = std::make_shared<FigureMaker>()](const FigureRequest& request, const FigureWorker::Run& run) {
            // A preview that nobody waits for any more gives way; what was asked to be written is written.
            return std::make_shared<const FigureResult>(
                maker->make(request, request.kind == Kind::preview ? run.giveWay : run.stop));
        },
        std::move(receive));
}

std::unique_ptr<QMimeData> clipboardData(const FigureResult& copied) {
    auto data = std::make_unique<QMimeData>();
    data->setData(QStringLiteral("image/svg+xml"), copied.svg);
    data->setData(QStringLiteral("application/pdf"), copied.pdf);
    data->setImageData(copied.image);
    return data;
}

FigureExporter::FigureExporter(QObject* parent) : QObject(parent) {
    worker_ = makeFigureWorker([this](const session::Delivery<FigureResult>& delivery) { receive(delivery); });
}

FigureExporter::~FigureExporter() = default;

void FigureExporter::submit(FigureRequest request) {
    waiting_.push_back(std::move(request));
    if (waiting_.size() == 1) worker_->submit(waiting_.front());
}

void FigureExporter::receive(const session::Delivery<FigureResult>& delivery) {
    if (!delivery.outcome) return;
    waiting_.pop_front();
    if (!waiting_.empty()) worker_->submit(waiting_.front());
    if (delivery.error) emit failed(session::sentence(*delivery.error));
    if (!delivery.result) return;
    const FigureResult& result = *delivery.result;
    const QString path = QDir::toNativeSeparators(result.path);
    switch (result.kind) {
        case Kind::copy:
            QGuiApplication::clipboard()->setMimeData(clipboardData(result).release());
            emit done(tr("Copied as svg, pdf and bitmap."));
            break;
        case Kind::write: emit done(tr("Written to %1.").arg(path)); break;
        case Kind::data: emit done(tr("%1 written to %2.").arg(result.files.join(QStringLiteral(", ")), path)); break;
        case Kind::preview: break;
    }
}

}  // namespace kappascope::widgets
