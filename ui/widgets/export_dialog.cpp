// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/export_dialog.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include "ui/figures/command_text.h"
#include "ui/figures/from_window.h"
#include "ui/session/explorer.h"
#include "ui/widgets/check_box.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/figure_preview.h"

namespace kappascope::widgets {

namespace {

constexpr int previewDelayMs = 120;  // a spin box that still turns asks for a picture sooner than this

template <class Box>
Box* numberBox(QWidget* parent, const QString& name, const QString& help) {
    auto* box = new Box(parent);
    box->setAccessibleName(name);
    box->setToolTip(help);
    box->setKeyboardTracking(false);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    return box;
}

QCheckBox* checkBox(QWidget* parent, const QString& text, const QString& help) {
    auto* box = new CheckBox(text, parent);
    box->setAccessibleName(text);
    box->setToolTip(help);
    return box;
}

}  // namespace

ExportDialog::ExportDialog(session::Explorer& explorer, FigureExporter& exporter, QWidget* parent)
    : QDialog(parent), explorer_(explorer), exporter_(exporter) {
    setWindowTitle(tr("Export figure"));
    preview_ = new FigurePreview(this);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(16);
    upper->addWidget(makeForm());
    upper->addWidget(preview_, 1);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(18, 16, 18, 14);
    all->setSpacing(10);
    all->addLayout(upper, 1);
    all->addWidget(makeCommand());
    all->addWidget(makeButtons());
    resize(900, 640);

    worker_ = makeFigureWorker([this](const session::Delivery<FigureResult>& delivery) { receivePreview(delivery); });
    soon_.setSingleShot(true);
    soon_.setInterval(previewDelayMs);
    connect(&soon_, &QTimer::timeout, this, &ExportDialog::requestPreview);
    connect(preview_, &FigurePreview::resized, &soon_, qOverload<>(&QTimer::start));
    connect(&exporter_, &FigureExporter::done, status_, &QLabel::setText);
    connect(&exporter_, &FigureExporter::failed, status_, &QLabel::setText);
    connect(&explorer_, &session::Explorer::stateChanged, this, &ExportDialog::refresh);
    connect(&explorer_, &session::Explorer::levelChanged, this, &ExportDialog::refresh);
    connect(&explorer_, &session::Explorer::viewChanged, this, &ExportDialog::refresh);
    connect(&explorer_, &session::Explorer::trajectoriesChanged, this, &ExportDialog::refresh);
    restore();
    refresh();
}

ExportDialog::~ExportDialog() {
    remember();
}

QWidget* ExportDialog::makeForm() {
    auto* form = new QWidget(this);
    auto* rows = new QFormLayout(form);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setVerticalSpacing(9);
    view_ = new ChoiceBox(form);
    view_->setAccessibleName(tr("What the figure shows"));
    view_->setToolTip(tr("What the figure shows"));
    for (const figures::FigureView& view : figures::figureViews()) {
        view_->addItem(view.title, view.id);
        view_->setItemData(view_->count() - 1, view.help, Qt::ToolTipRole);
    }
    rows->addRow(tr("Figure"), view_);
    width_ = numberBox<QDoubleSpinBox>(form, tr("Width"), tr("Width of the figure in mm, exact; the height follows"));
    width_->setRange(20, 1000);
    width_->setDecimals(1);
    width_->setSingleStep(5);
    width_->setSuffix(tr(" mm"));
    rows->addRow(tr("Width"), width_);
    font_ = numberBox<QDoubleSpinBox>(form, tr("Text size"), tr("Size of all text in points (1/72 inch)"));
    font_->setRange(4, 40);
    font_->setDecimals(1);
    font_->setSingleStep(0.5);
    font_->setSuffix(tr(" pt"));
    rows->addRow(tr("Text"), font_);
    theme_ = new ChoiceBox(form);
    theme_->setAccessibleName(tr("Colours of the figure"));
    theme_->setToolTip(tr("Colours of the figure: for paper, or for dark slides"));
    theme_->addItems({tr("Light"), tr("Dark")});
    rows->addRow(tr("Colours"), theme_);
    dpi_ = numberBox<QSpinBox>(form, tr("Resolution"), tr("Pixels per inch of a png and of the copied bitmap"));
    dpi_->setRange(36, 2400);
    dpi_->setSingleStep(50);
    dpi_->setSuffix(tr(" dpi"));
    rows->addRow(tr("Resolution"), dpi_);
    transparent_ = checkBox(form, tr("Transparent page"), tr("No page colour: the slide shows between the axes"));
    rows->addRow(transparent_);
    legend_ = checkBox(form, tr("Legend"), tr("A row beneath the portraits that says what is drawn"));
    rows->addRow(legend_);
    auto* layers = new QLabel(tr("Layers, range and trajectories are those of the window."), form);
    layers->setObjectName(QStringLiteral("muted"));
    layers->setWordWrap(true);
    rows->addRow(layers);
    form->setFixedWidth(250);

    connect(view_, &QComboBox::currentIndexChanged, this, [this] {
        width_->setValue(usualWidth());
        refresh();
    });
    connect(width_, &QDoubleSpinBox::valueChanged, this, &ExportDialog::refresh);
    connect(font_, &QDoubleSpinBox::valueChanged, this, &ExportDialog::refresh);
    connect(theme_, &QComboBox::currentIndexChanged, this, &ExportDialog::refresh);
    connect(dpi_, &QSpinBox::valueChanged, this, &ExportDialog::refresh);
    connect(transparent_, &QCheckBox::toggled, this, &ExportDialog::refresh);
    connect(legend_, &QCheckBox::toggled, this, &ExportDialog::refresh);
    return form;
}

QWidget* ExportDialog::makeCommand() {
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(5);
    auto* heading = new QHBoxLayout;
    auto* label = new QLabel(tr("The command that makes this figure again"), box);
    label->setObjectName(QStringLiteral("muted"));
    copyCommand_ = new QPushButton(tr("Copy command"), box);
    copyCommand_->setToolTip(tr("Copy the command to the clipboard, quoted for a shell"));
    copyCommand_->setAutoDefault(false);
    connect(copyCommand_, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(command());
        status_->setText(tr("The command is copied."));
    });
    heading->addWidget(label, 1);
    heading->addWidget(copyCommand_);
    column->addLayout(heading);
    command_ = new QPlainTextEdit(box);
    command_->setReadOnly(true);
    command_->setAccessibleName(tr("The command that makes this figure again"));
    command_->setToolTip(tr("Gives the same bytes; figure.pdf may have any name that ends in .pdf, .svg or .png"));
    command_->setTabChangesFocus(true);
    command_->setFixedHeight(84);
    column->addWidget(command_);
    return box;
}

QWidget* ExportDialog::makeButtons() {
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    status_ = new QLabel(box);
    status_->setObjectName(QStringLiteral("muted"));
    status_->setWordWrap(true);
    row->addWidget(status_, 1);
    const auto add = [&](const QString& text, const QString& help) {
        auto* button = new QPushButton(text, box);
        button->setToolTip(help);
        button->setAutoDefault(false);
        row->addWidget(button);
        return button;
    };
    data_ = add(tr("Export data…"), tr("The numbers behind the figure as csv: fixed points, cycles, the trial"));
    copy_ = add(tr("Copy"), tr("Copy the figure as svg, pdf and bitmap at once"));
    auto* close = add(tr("Close"), tr("Close this dialog"));
    save_ = add(tr("Save as…"), tr("Write the figure as pdf, svg or png"));
    save_->setObjectName(QStringLiteral("primary"));
    save_->setDefault(true);
    connect(data_, &QPushButton::clicked, this, &ExportDialog::askFolder);
    connect(copy_, &QPushButton::clicked, this, [this] { submit(FigureRequest::Kind::copy); });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(save_, &QPushButton::clicked, this, &ExportDialog::askPath);
    return box;
}

void ExportDialog::restore() {
    QSettings settings;
    settings.beginGroup(QStringLiteral("figure"));
    const painting::FigureSpec usual;
    const int view = view_->findData(settings.value(QStringLiteral("view"), figures::FigureOrder().view));
    view_->setCurrentIndex(std::max(0, view));
    width_->setValue(settings.value(QStringLiteral("widthMm"), usualWidth()).toDouble());
    font_->setValue(settings.value(QStringLiteral("fontPt"), usual.fontPt).toDouble());
    theme_->setCurrentIndex(settings.value(QStringLiteral("dark"), explorer_.dark()).toBool() ? 1 : 0);
    transparent_->setChecked(settings.value(QStringLiteral("transparent"), usual.transparent).toBool());
    legend_->setChecked(settings.value(QStringLiteral("legend"), usual.legend).toBool());
    dpi_->setValue(settings.value(QStringLiteral("dpi"), usual.dpi).toInt());
}

void ExportDialog::remember() const {
    QSettings settings;
    settings.beginGroup(QStringLiteral("figure"));
    settings.setValue(QStringLiteral("view"), view_->currentData());
    // What is usual for one portrait is not for two.
    if (width_->value() == usualWidth_)
        settings.remove(QStringLiteral("widthMm"));
    else
        settings.setValue(QStringLiteral("widthMm"), width_->value());
    settings.setValue(QStringLiteral("fontPt"), font_->value());
    settings.setValue(QStringLiteral("dark"), theme_->currentIndex() == 1);
    settings.setValue(QStringLiteral("transparent"), transparent_->isChecked());
    settings.setValue(QStringLiteral("legend"), legend_->isChecked());
    settings.setValue(QStringLiteral("dpi"), dpi_->value());
}

std::optional<figures::FigureOrder> ExportDialog::order() const {
    auto order = figures::orderOf(explorer_);
    if (!order) return {};
    order->view = view_->currentData().toString();
    order->spec.widthMm = width_->value();
    order->spec.fontPt = font_->value();
    order->spec.dark = theme_->currentIndex() == 1;
    order->spec.transparent = transparent_->isChecked();
    order->spec.legend = legend_->isChecked();
    order->spec.dpi = dpi_->value();
    return order;
}

double ExportDialog::usualWidth() const {
    const auto now = order();
    return now ? figures::usualWidthMm(*now) : painting::FigureSpec().widthMm;
}

QString ExportDialog::command() const {
    const auto now = order();
    return now ? figures::commandLine(figures::commandArguments(*now, QStringLiteral("figure.pdf"))) : QString();
}

QImage ExportDialog::preview() const {
    return soon_.isActive() || serial_ != 0 ? QImage() : preview_->image();
}

/// Views that the present state cannot show stay in the list and say why.
void ExportDialog::showViews() {
    auto* model = qobject_cast<QStandardItemModel*>(view_->model());
    const auto now = order();
    for (int k = 0; model && now && k < view_->count(); ++k) {
        const figures::FigureView& view = figures::figureViews()[static_cast<std::size_t>(k)];
        const QString reason = figures::whyNot(view, *now->state, now->levels);
        model->item(k)->setEnabled(reason.isEmpty());
        model->item(k)->setToolTip(reason.isEmpty() ? view.help : reason);
    }
}

void ExportDialog::refresh() {
    usualWidth_ = usualWidth();
    showViews();
    command_->setPlainText(command());
    soon_.start();
}

void ExportDialog::requestPreview() {
    const auto now = order();
    if (!now) return;
    const figures::FigureView* view = figures::findView(now->view);
    const QString reason = figures::whyNot(*view, *now->state, now->levels);
    for (QPushButton* button : {save_, copy_, data_}) button->setEnabled(reason.isEmpty());
    if (!reason.isEmpty()) {
        preview_->setMessage(reason);
        return;
    }
    serial_ = worker_->submit({FigureRequest::Kind::preview, *now, {}, preview_->room()});
}

void ExportDialog::receivePreview(const session::Delivery<FigureResult>& delivery) {
    if (!delivery.outcome || delivery.serial != serial_) return;
    serial_ = 0;
    if (delivery.error) preview_->setMessage(session::sentence(*delivery.error));
    if (!delivery.result) return;
    preview_->setImage(delivery.result->image);
    status_->setText(tr("%1 × %2 mm").arg(width_->value(), 0, 'f', 1).arg(delivery.result->heightMm, 0, 'f', 1));
}

void ExportDialog::submit(FigureRequest::Kind kind, const QString& path) {
    if (const auto now = order()) exporter_.submit({kind, *now, path, {}});
}

void ExportDialog::saveFigure(const QString& path) {
    submit(FigureRequest::Kind::write, path);
}

void ExportDialog::saveData(const QString& folder) {
    submit(FigureRequest::Kind::data, folder);
}

void ExportDialog::askPath() {
    auto* dialog = new QFileDialog(this, tr("Save figure"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("PDF (*.pdf)"), tr("SVG (*.svg)"), tr("PNG (*.png)")});
    dialog->setDefaultSuffix(QStringLiteral("pdf"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        for (const char* ending : {"pdf", "svg", "png"})
            if (filter.contains(QLatin1String(ending))) dialog->setDefaultSuffix(QLatin1String(ending));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &ExportDialog::saveFigure);
    dialog->open();
}

void ExportDialog::askFolder() {
    auto* dialog = new QFileDialog(this, tr("Folder for the data"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &ExportDialog::saveData);
    dialog->open();
}

}  // namespace kappascope::widgets
