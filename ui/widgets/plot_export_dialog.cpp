// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot_export_dialog.h"

#include <QClipboard>
#include <QFileDialog>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

#include "ui/painting/figure_device.h"
#include "ui/session/state.h"
#include "ui/widgets/check_box.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/number_box.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

namespace {

constexpr double smallest = 20, largest = 1000, smallestFont = 4, largestFont = 40;

}  // namespace

PlotExportDialog::PlotExportDialog(painting::PlotFigure plot, const QString& name, double widthMm, bool dark,
                                   QWidget* parent)
    : QDialog(parent),
      plot_(std::move(plot)),
      name_(name),
      width_(new NumberBox(smallest, largest, false, false, this)),
      height_(new NumberBox(smallest, largest, false, false, this)),
      font_(new NumberBox(smallestFont, largestFont, false, false, this)),
      theme_(new ChoiceBox(this)),
      transparent_(new CheckBox(tr("transparent page"), this)),
      status_(new QLabel(this)),
      copy_(new QPushButton(tr("Copy"), this)),
      save_(new QPushButton(tr("Save…"), this)) {
    setWindowTitle(tr("Export %1").arg(plot_.title));
    setMinimumWidth(340);
    theme_->addItems({tr("light"), tr("dark")});
    theme_->setCurrentIndex(dark ? 1 : 0);
    width_->setValue(widthMm);
    height_->setValue(plot_.heightMm);
    font_->setValue(painting::FigureSpec().fontPt);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(18);
    form->setVerticalSpacing(7);
    const auto add = [form](const QString& text, QWidget* field, const QString& help) {
        form->addRow(text, field);
        field->setAccessibleName(text);
        field->setToolTip(help);
        field->setFixedWidth(110);
    };
    add(tr("width (mm)"), width_, tr("Width of the page, 20 to 1000 mm"));
    add(tr("height (mm)"), height_, tr("Height of the page, 20 to 1000 mm"));
    add(tr("text (pt)"), font_, tr("Size of all text, 4 to 40 pt"));
    add(tr("theme"), theme_, tr("Colours of the figure"));
    for (NumberBox* box : {width_, height_, font_}) box->setSingleStep(1);
    transparent_->setToolTip(tr("No page colour; the plots keep theirs"));
    transparent_->setAccessibleName(transparent_->text());
    form->addRow(QString(), transparent_);
    status_->setObjectName(QStringLiteral("muted"));
    status_->setWordWrap(true);
    save_->setObjectName(QStringLiteral("primary"));
    save_->setDefault(true);
    save_->setToolTip(tr("Write it as pdf, svg or png"));
    copy_->setToolTip(tr("Copy it as svg, pdf and bitmap"));
    for (QPushButton* each : {copy_, save_}) each->setAccessibleName(each->text());
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(copy_);
    buttons->addWidget(save_);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(18, 16, 18, 14);
    all->setSpacing(12);
    all->addLayout(form);
    all->addWidget(status_);
    all->addLayout(buttons);
    connect(save_, &QPushButton::clicked, this, &PlotExportDialog::askPath);
    connect(copy_, &QPushButton::clicked, this, [this] { worker_->submit(request({})); });
    worker_ = std::make_unique<session::LatestWorker<Request, Result>>(
        [](const Request& request, const auto&) {
            Result result;
            result.path = request.path;
            if (request.path.isEmpty()) {
                result.image = painting::plotImage(request.plot, request.spec);
                result.pdf = painting::plotBytes(request.plot, painting::FigureFormat::pdf, request.spec);
                result.svg = painting::plotBytes(request.plot, painting::FigureFormat::svg, request.spec);
            } else if (!request.csv.empty() && request.path.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive)) {
                painting::writeWhole(request.path, QByteArray::fromStdString(request.csv));
            } else {
                painting::writePlot(request.path, request.plot, request.spec);
            }
            return std::make_shared<const Result>(std::move(result));
        },
        [this](const session::Delivery<Result>& delivery) {
            if (delivery.error) status_->setText(session::sentence(*delivery.error));
            if (!delivery.result) return;
            const Result& result = *delivery.result;
            if (result.path.isEmpty()) {
                auto mime = std::make_unique<QMimeData>();
                mime->setData(QStringLiteral("image/svg+xml"), result.svg);
                mime->setData(QStringLiteral("application/pdf"), result.pdf);
                mime->setImageData(result.image);
                QGuiApplication::clipboard()->setMimeData(mime.release());
                status_->setText(tr("Copied as svg, pdf and bitmap."));
            } else {
                status_->setText(tr("Written to %1.").arg(result.path));
            }
        });
}

PlotExportDialog::~PlotExportDialog() = default;

PlotExportDialog::Request PlotExportDialog::request(const QString& path) const {
    Request request{plot_, {}, path, csv_};
    request.plot.heightMm = height_->value();
    request.spec.widthMm = width_->value();
    request.spec.fontPt = font_->value();
    request.spec.dark = theme_->currentIndex() == 1;
    request.spec.transparent = transparent_->isChecked();
    return request;
}

void PlotExportDialog::save(const QString& path) {
    worker_->submit(request(path));
}

QString PlotExportDialog::status() const {
    return status_->text();
}

void PlotExportDialog::askPath() {
    auto* dialog = new QFileDialog(this, tr("Export %1").arg(plot_.title));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    QStringList formats{tr("pdf (*.pdf)"), tr("svg (*.svg)"), tr("png (*.png)")};
    if (!csv_.empty()) formats += tr("csv: the numbers (*.csv)");
    dialog->setNameFilters(formats);
    dialog->setDefaultSuffix(QStringLiteral("pdf"));
    dialog->selectFile(name_ + QStringLiteral(".pdf"));
    connect(dialog, &QFileDialog::fileSelected, this, &PlotExportDialog::save);
    dialog->open();
}

}  // namespace kappascope::widgets
