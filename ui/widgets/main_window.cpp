// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/main_window.h"

#include <QApplication>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMenu>
#include <QMimeData>
#include <QShortcut>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/widgets/help_dialog.h"
#include "ui/widgets/layer_bar.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/portrait_painter.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/side_panel.h"
#include "ui/widgets/status_line.h"
#include "ui/widgets/style.h"

namespace kappascope::widgets {

using session::Explorer;

MainWindow::MainWindow(const QString& pathOrId, bool dark, QWidget* parent)
    : QMainWindow(parent), dark_(dark), explorer_(std::make_unique<Explorer>(paintPortrait)) {
    figures_ = makeFigureWorker([this](const session::Delivery<FigureResult>& delivery) {
        if (delivery.error) message_->showMessage(session::sentence(*delivery.error));
        if (delivery.result && delivery.result->path.isEmpty())
            QApplication::clipboard()->setImage(delivery.result->image);
    });
    applyStyle(painting::Theme::of(dark));  // before any widget takes a font from it
    setAcceptDrops(true);
    resize(1280, 800);
    setMinimumSize(1100, 620);

    auto* body = new QWidget(this);
    auto* top = makeTopBar();
    side_ = new SidePanel(*explorer_, body);
    message_ = new MessageBar(body);
    layers_ = new LayerBar(*explorer_, body);
    legend_ = new Legend(*explorer_, body);
    status_ = new StatusLine(*explorer_, body);
    auto* portraits = new QHBoxLayout;
    portraits->setSpacing(10);
    for (int i = 0; i < Explorer::sides; ++i) {
        views_[static_cast<std::size_t>(i)] = new PortraitView(*explorer_, i, body);
        portraits->addWidget(view(i), 1);
    }
    auto* centre = new QVBoxLayout;
    centre->setContentsMargins(12, 8, 12, 6);
    centre->setSpacing(7);
    centre->addWidget(message_);
    centre->addWidget(layers_);
    centre->addLayout(portraits, 1);
    centre->addWidget(legend_);
    centre->addWidget(status_);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(side_);
    middle->addLayout(centre, 1);
    auto* all = new QVBoxLayout(body);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(top);
    all->addLayout(middle, 1);
    setCentralWidget(body);

    wire();
    setDark(dark);
    showTitle();
    view(0)->plot()->setFocus();
    explorer_->open(pathOrId);
}

MainWindow::~MainWindow() = default;

QWidget* MainWindow::makeTopBar() {
    auto* bar = new QWidget(this);
    bar->setObjectName(QStringLiteral("topBar"));
    bar->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(10, 5, 10, 5);
    row->setSpacing(2);

    auto* open = addButton(row, QStringLiteral("open"), tr("Open"),
                           tr("Open a network (.pt, .npz), circuit (.json) or session (.kappa)"), QKeySequence::Open);
    connect(open, &QToolButton::clicked, this, &MainWindow::askOpen);
    auto* examples = addButton(row, QStringLiteral("examples"), tr("Examples"), tr("Bundled circuits to try"), {});
    auto* menu = new QMenu(examples);
    menu->setToolTipsVisible(true);
    int number = 0;
    for (const session::Example& example : session::examples()) {
        QAction* action = menu->addAction(example.title, this, [this, id = example.id] { explorer_->open(id); });
        action->setToolTip(example.summary);
        action->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + number++)));
        addAction(action);
    }
    examples->setMenu(menu);
    examples->setPopupMode(QToolButton::InstantPopup);
    row->addSpacing(12);

    QUndoStack& stack = explorer_->document().undoStack();
    undo_ = addButton(row, QStringLiteral("undo"), tr("Undo"), tr("Undo"), QKeySequence::Undo);
    redo_ =
        addButton(row, QStringLiteral("redo"), tr("Redo"), tr("Redo"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z));
    connect(new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Y), this), &QShortcut::activated, redo_, &QToolButton::click);
    connect(undo_, &QToolButton::clicked, &stack, &QUndoStack::undo);
    connect(redo_, &QToolButton::clicked, &stack, &QUndoStack::redo);
    const auto showHistory = [this, &stack] {
        undo_->setEnabled(stack.canUndo());
        redo_->setEnabled(stack.canRedo());
        undo_->setToolTip(stack.canUndo() ? tr("Undo: %1 (Ctrl+Z)").arg(stack.undoText()) : tr("Nothing to undo"));
        redo_->setToolTip(stack.canRedo() ? tr("Redo: %1 (Ctrl+Shift+Z)").arg(stack.redoText())
                                          : tr("Nothing to redo"));
    };
    connect(&stack, &QUndoStack::indexChanged, this, showHistory);
    showHistory();
    for (QToolButton* button : {undo_, redo_}) button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    row->addSpacing(12);

    auto* fit = addButton(row, QStringLiteral("fit"), tr("Fit"), tr("Fit the view to every fixed point and cycle"),
                          QKeySequence(Qt::Key_F));
    connect(fit, &QToolButton::clicked, explorer_.get(), &Explorer::fit);
    auto* clear = addButton(row, QStringLiteral("clear"), tr("Clear"), tr("Clear the trajectories"),
                            QKeySequence(Qt::CTRL | Qt::Key_L));
    connect(clear, &QToolButton::clicked, explorer_.get(), &Explorer::clearTrajectories);
    row->addSpacing(12);
    auto* write = addButton(row, QStringLiteral("export"), tr("Export figure"),
                            tr("Write both portraits as pdf, svg or png"), QKeySequence(Qt::CTRL | Qt::Key_E));
    connect(write, &QToolButton::clicked, this, &MainWindow::askExport);
    auto* copy =
        addButton(row, QStringLiteral("copy"), tr("Copy"), tr("Copy both portraits as a picture"), QKeySequence::Copy);
    connect(copy, &QToolButton::clicked, this, &MainWindow::copyFigure);
    row->addStretch(1);
    theme_ =
        addButton(row, QStringLiteral("moon"), tr("Theme"), tr("Dark or light"), QKeySequence(Qt::CTRL | Qt::Key_D));
    connect(theme_, &QToolButton::clicked, this, [this] {
        setDark(!dark_);
        emit themeChanged(dark_);
    });
    auto* help =
        addButton(row, QStringLiteral("help"), tr("Help"), tr("Mouse and keyboard"), QKeySequence::HelpContents);
    connect(help, &QToolButton::clicked, this, [this] { (new HelpDialog(this))->show(); });
    for (QToolButton* button : {theme_, help}) button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    return bar;
}

QToolButton* MainWindow::addButton(QHBoxLayout* row, const QString& icon, const QString& text, const QString& help,
                                   const QKeySequence& key) {
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setAccessibleName(text);
    button->setToolTip(key.isEmpty() ? help : tr("%1 (%2)").arg(help, key.toString(QKeySequence::NativeText)));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setIconSize(QSize(18, 18));
    button->setFocusPolicy(Qt::StrongFocus);
    row->addWidget(button);
    icons_.emplace_back(button, icon);
    if (!key.isEmpty()) connect(new QShortcut(key, this), &QShortcut::activated, button, &QToolButton::click);
    return button;
}

void MainWindow::wire() {
    connect(explorer_.get(), &Explorer::failed, message_, &MessageBar::showMessage);
    connect(explorer_.get(), &Explorer::stateChanged, this, [this](session::Changes what) {
        if (!what.testFlag(session::Change::network)) return;
        message_->hide();
        showTitle();
    });
    connect(layers_, &LayerBar::particlesToggled, this, [this](bool on) {
        for (PortraitView* each : views_) each->plot()->setParticlesOn(on);
    });
    auto* particles = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_P), this);
    connect(particles, &QShortcut::activated, layers_->particles(), &QToolButton::toggle);
}

void MainWindow::setDark(bool dark) {
    dark_ = dark;
    const painting::Theme& theme = painting::Theme::of(dark);
    applyStyle(theme);
    for (const auto& [button, icon] : icons_) button->setIcon(themedIcon(icon, theme));
    theme_->setIcon(themedIcon(dark ? QStringLiteral("sun") : QStringLiteral("moon"), theme));
    for (PortraitView* each : views_) each->setTheme(theme);
    side_->setTheme(theme);
    legend_->setTheme(theme);
    explorer_->setDark(dark);
}

void MainWindow::showTitle() {
    const auto state = explorer_->state();
    setWindowTitle(state ? tr("%1 — Kappascope").arg(state->title) : tr("Kappascope"));
}

void MainWindow::askOpen() {
    auto* dialog = new QFileDialog(this, tr("Open a network or circuit"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Networks and circuits (*.pt *.pth *.npz *.json *.kappa)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { explorer_->open(path); });
    dialog->open();
}

void MainWindow::askExport() {
    auto* dialog = new QFileDialog(this, tr("Export figure"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("PDF (*.pdf)"), tr("SVG (*.svg)"), tr("PNG (*.png)")});
    dialog->setDefaultSuffix(QStringLiteral("pdf"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.contains(QLatin1String(".svg"))   ? QStringLiteral("svg")
                                 : filter.contains(QLatin1String(".png")) ? QStringLiteral("png")
                                                                          : QStringLiteral("pdf"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::exportFigure);
    dialog->open();
}

FigureRequest MainWindow::figureRequest(const QString& path) const {
    FigureRequest request{path, {}, {}};
    request.spec.dark = dark_;
    for (int i = 0; i < Explorer::sides; ++i) {
        const auto result = explorer_->result(i);
        if (!result) continue;
        request.panels.push_back({sceneOf(result->portrait, explorer_->trajectories(i).get()),
                                  session::title(result->level, *result->state),
                                  explorer_->layers(),
                                  {},
                                  {}});
    }
    if (request.panels.size() == 1) request.spec.widthMm /= 2;
    return request;
}

void MainWindow::exportFigure(const QString& path) {
    FigureRequest request = figureRequest(path);
    if (!request.panels.empty()) figures_->submit(std::move(request));
}

void MainWindow::copyFigure() {
    exportFigure({});
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.isEmpty() || !urls.first().isLocalFile()) return;
    event->acceptProposedAction();
    explorer_->open(urls.first().toLocalFile());
}

}  // namespace kappascope::widgets
