// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/frames_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/session/train_desk.h"
#include "ui/session/train_portrait.h"
#include "ui/widgets/check_box.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/figure_preview.h"

namespace kappascope::widgets {

namespace {

constexpr int previewDelayMs = 120;  // a field that still turns asks for a picture sooner than this

template <class Box>
Box* numberBox(QWidget* parent, const QString& name, const QString& help, double minimum, double maximum, double value,
               double step, const QString& suffix) {
    auto* box = new Box(parent);
    box->setAccessibleName(name);
    box->setToolTip(help);
    box->setKeyboardTracking(false);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    if constexpr (std::is_same_v<Box, QSpinBox>) {
        box->setRange(static_cast<int>(minimum), static_cast<int>(maximum));
        box->setSingleStep(static_cast<int>(step));
        box->setValue(static_cast<int>(value));
    } else {
        box->setDecimals(1);
        box->setRange(minimum, maximum);
        box->setSingleStep(step);
        box->setValue(value);
    }
    box->setSuffix(suffix);
    return box;
}

QImage pictureOf(const figures::FramesOrder& order, const QSize& room, std::stop_token stop) {
    const auto figure = figures::frameOf(order, order.snapshots.back(), std::move(stop));
    constexpr double mmPerInch = 25.4;
    painting::FigureSpec spec = order.spec;
    const double height = painting::figureHeightMm(figure, spec);
    const double dpi = mmPerInch * std::min(room.width() / spec.widthMm, room.height() / height);
    spec.dpi = std::clamp(static_cast<int>(dpi), 36, 2400);
    return painting::figureImage(figure, spec);
}

}  // namespace

FramesDialog::FramesDialog(session::TrainDesk& desk, session::TrainPortrait& portrait, bool dark, QWidget* parent)
    : QDialog(parent), desk_(desk), portrait_(portrait), dark_(dark) {
    setWindowTitle(tr("Export frames"));
    preview_ = new FigurePreview(this);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(16);
    upper->addWidget(makeForm());
    upper->addWidget(preview_, 1);
    progress_ = new QProgressBar(this);
    progress_->setAccessibleName(tr("Progress of the export"));
    progress_->setTextVisible(false);
    progress_->setFixedHeight(6);
    status_ = new QLabel(this);
    status_->setObjectName(QStringLiteral("muted"));
    status_->setWordWrap(true);
    auto* buttons = new QHBoxLayout;
    const auto add = [&](const QString& text, const QString& help) {
        auto* button = new QPushButton(text, this);
        button->setToolTip(help);
        button->setAutoDefault(false);
        buttons->addWidget(button);
        return button;
    };
    buttons->addWidget(status_, 1);
    cancel_ = add(tr("Cancel"), tr("Stop writing; the frames that are written stay"));
    auto* close = add(tr("Close"), tr("Close this dialog"));
    export_ = add(tr("Export to folder…"), tr("Write one figure for each epoch that is kept"));
    export_->setObjectName(QStringLiteral("primary"));
    export_->setDefault(true);
    connect(export_, &QPushButton::clicked, this, &FramesDialog::askFolder);
    connect(cancel_, &QPushButton::clicked, this, &FramesDialog::cancel);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(18, 16, 18, 14);
    all->setSpacing(10);
    all->addLayout(upper, 1);
    all->addWidget(progress_);
    all->addLayout(buttons);
    resize(820, 600);
    soon_.setSingleShot(true);
    soon_.setInterval(previewDelayMs);
    connect(&soon_, &QTimer::timeout, this, &FramesDialog::requestPreview);
    connect(preview_, &FigurePreview::resized, &soon_, qOverload<>(&QTimer::start));
    makeWorker();
    connect(&desk_.run(), &session::TrainingRun::epochDone, this, &FramesDialog::showCount);
    connect(&desk_.run(), &session::TrainingRun::begun, this, &FramesDialog::leave);
    connect(&portrait_, &session::TrainPortrait::changed, this, [this] {
        if (!(portrait_.view() == view_)) soon_.start();
        view_ = portrait_.view();
    });
    showCount();
    showBusy();
    soon_.start();
}

FramesDialog::~FramesDialog() = default;

void FramesDialog::makeWorker() {
    worker_ = std::make_unique<Worker>(
        [](const FramesRequest& request, const Worker::Run& run) {
            auto result = std::make_shared<FramesResult>();
            if (!request.write) {
                result->image = pictureOf(request.order, request.pixels, run.giveWay);
                return std::shared_ptr<const FramesResult>(result);
            }
            result->files = figures::writeFrames(
                request.order,
                [&run](int done, int all) {
                    auto step = std::make_shared<FramesResult>();
                    step->done = done;
                    step->all = all;
                    run.deliver(step);
                },
                run.stop);
            return std::shared_ptr<const FramesResult>(result);
        },
        [this](const session::Delivery<FramesResult>& delivery) { receive(delivery); });
}

QWidget* FramesDialog::makeForm() {
    const painting::FigureSpec usual;
    auto* form = new QWidget(this);
    auto* rows = new QFormLayout(form);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setVerticalSpacing(9);
    format_ = new ChoiceBox(form);
    format_->setAccessibleName(tr("Format of the frames"));
    format_->setToolTip(tr("png for slides and films; svg and pdf stay sharp at any size"));
    format_->addItem(QStringLiteral("png"), static_cast<int>(painting::FigureFormat::png));
    format_->addItem(QStringLiteral("svg"), static_cast<int>(painting::FigureFormat::svg));
    format_->addItem(QStringLiteral("pdf"), static_cast<int>(painting::FigureFormat::pdf));
    rows->addRow(tr("Format"), format_);
    width_ = numberBox<QDoubleSpinBox>(form, tr("Width"), tr("Width of each frame in mm, exact; the height follows"),
                                       20, 1000, 120, 5, tr(" mm"));
    rows->addRow(tr("Width"), width_);
    font_ = numberBox<QDoubleSpinBox>(form, tr("Text size"), tr("Size of all text in points (1/72 inch)"), 4, 40,
                                      usual.fontPt, 0.5, tr(" pt"));
    rows->addRow(tr("Text"), font_);
    theme_ = new ChoiceBox(form);
    theme_->setAccessibleName(tr("Colours of the frames"));
    theme_->setToolTip(tr("Colours of the frames: for paper, or for dark slides"));
    theme_->addItems({tr("Light"), tr("Dark")});
    theme_->setCurrentIndex(dark_ ? 1 : 0);
    rows->addRow(tr("Colours"), theme_);
    dpi_ = numberBox<QSpinBox>(form, tr("Resolution"), tr("Pixels per inch of a png"), 36, 2400, 200, 50, tr(" dpi"));
    rows->addRow(tr("Resolution"), dpi_);
    curves_ = new CheckBox(tr("Loss and accuracy"), form);
    curves_->setChecked(true);
    curves_->setToolTip(tr("The curves of the run beneath each portrait, with a line at its epoch"));
    transparent_ = new CheckBox(tr("Transparent page"), form);
    transparent_->setToolTip(tr("No page colour: the slide shows between the axes"));
    for (QCheckBox* each : {curves_, transparent_}) {
        each->setAccessibleName(each->text());
        rows->addRow(each);
        connect(each, &QCheckBox::toggled, &soon_, qOverload<>(&QTimer::start));
    }
    auto* note = new QLabel(tr("Input and axes are those of the portrait."), form);
    note->setObjectName(QStringLiteral("muted"));
    note->setWordWrap(true);
    rows->addRow(note);
    form->setFixedWidth(230);
    for (QDoubleSpinBox* each : {width_, font_})
        connect(each, &QDoubleSpinBox::valueChanged, &soon_, qOverload<>(&QTimer::start));
    connect(dpi_, &QSpinBox::valueChanged, &soon_, qOverload<>(&QTimer::start));
    connect(theme_, &QComboBox::currentIndexChanged, &soon_, qOverload<>(&QTimer::start));
    return form;
}

/// A run that goes on has more of them.
void FramesDialog::showCount() {
    if (!counting_ || isBusy()) return;
    const auto count = desk_.run().snapshotEpochs().size();
    status_->setText(count == 1 ? tr("1 frame, of the epoch that is kept.")
                                : tr("%1 frames: one for each epoch that is kept, all with the same axes.").arg(count));
}

/// Another run has begun, or there is none. What is being written goes on: it has the snapshots that it needs.
void FramesDialog::leave() {
    if (isOver_) return;
    isOver_ = true;
    counting_ = false;
    soon_.stop();
    if (!isBusy()) status_->setText(tr("Another run has begun. Close this dialog and open it again for its frames."));
    showBusy();
}

QString FramesDialog::status() const {
    return status_->text();
}

QImage FramesDialog::preview() const {
    return soon_.isActive() || previewing_ != 0 ? QImage() : preview_->image();
}

figures::FramesOrder FramesDialog::order() const {
    figures::FramesOrder order;
    const auto& run = desk_.run();
    for (const int epoch : run.snapshotEpochs()) order.snapshots.push_back(run.snapshotAt(epoch));
    order.input = desk_.heldInput();
    if (desk_.heldIndex() > 0) order.inputTitle = desk_.held()[static_cast<std::size_t>(desk_.heldIndex())].title;
    order.range = portrait_.view();
    order.layers = painting::defaultLayers();
    order.history = run.history();
    order.curves = curves_->isChecked();
    order.spec.widthMm = width_->value();
    order.spec.fontPt = font_->value();
    order.spec.dark = theme_->currentIndex() == 1;
    order.spec.dpi = dpi_->value();
    order.spec.transparent = transparent_->isChecked();
    order.spec.legend = false;  // it differs from frame to frame, and with it the height
    order.format = static_cast<painting::FigureFormat>(format_->currentData().toInt());
    order.name = session::TrainDesk::nameOf(*run.settings());
    return order;
}

void FramesDialog::requestPreview() {
    if (isBusy() || isOver_ || !desk_.run().settings()) return;
    FramesRequest request{order(), false, preview_->room()};
    if (const auto shown = desk_.shown()) request.order.snapshots = {shown};
    if (!request.order.snapshots.empty()) previewing_ = worker_->submit(std::move(request));
}

void FramesDialog::askFolder() {
    auto* dialog = new QFileDialog(this, tr("Folder for the frames"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &FramesDialog::writeTo);
    dialog->open();
}

void FramesDialog::writeTo(const QString& folder) {
    if (isBusy() || isOver_ || !desk_.run().settings()) return;
    FramesRequest request{order(), true, {}};
    request.order.folder = folder;
    folder_ = QDir::toNativeSeparators(folder);
    counting_ = false;
    status_->setText(tr("Writing %1 frames …").arg(request.order.snapshots.size()));
    previewing_ = 0;
    writing_ = worker_->submit(std::move(request));
    showBusy();
}

void FramesDialog::cancel() {
    if (!isBusy()) return;
    writing_ = 0;
    worker_.reset();  // stops within a portrait
    makeWorker();
    status_->setText(tr("Cancelled; what was written stays in %1.").arg(folder_));
    showBusy();
}

void FramesDialog::showBusy() {
    export_->setEnabled(!isBusy() && !isOver_);
    cancel_->setVisible(isBusy());
    progress_->setVisible(isBusy());
    progress_->setRange(0, 0);
}

void FramesDialog::receive(const session::Delivery<FramesResult>& delivery) {
    if (delivery.serial == previewing_ && delivery.outcome) {
        previewing_ = 0;
        if (delivery.error) preview_->setMessage(session::sentence(*delivery.error));
        if (delivery.result) preview_->setImage(delivery.result->image);
        return;
    }
    if (delivery.serial != writing_ || writing_ == 0) return;
    if (!delivery.outcome) {
        progress_->setRange(0, delivery.result->all);
        progress_->setValue(delivery.result->done);
        return;
    }
    writing_ = 0;
    showBusy();
    if (delivery.error) status_->setText(session::sentence(*delivery.error));
    if (!delivery.result) return;
    const auto count = delivery.result->files.size();
    status_->setText(count == 1 ? tr("1 frame is in %1.").arg(folder_)
                                : tr("%1 frames are in %2.").arg(count).arg(folder_));
}

}  // namespace kappascope::widgets
