// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/main_window.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QMimeData>
#include <QShortcut>
#include <QStackedWidget>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/figures/from_window.h"
#include "ui/session/pages.h"
#include "ui/session/trained.h"
#include "ui/widgets/behaviour_page.h"
#include "ui/widgets/connectivity_page.h"
#include "ui/widgets/equation_panel.h"
#include "ui/widgets/export_dialog.h"
#include "ui/widgets/file_actions.h"
#include "ui/widgets/help_dialog.h"
#include "ui/widgets/kept_runs.h"
#include "ui/widgets/layer_bar.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/portrait_painter.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/side_panel.h"
#include "ui/widgets/status_line.h"
#include "ui/widgets/style.h"
#include "ui/widgets/time_panel.h"
#include "ui/widgets/train_page.h"
#include "ui/widgets/workspace_switch.h"

namespace kappascope::widgets {

using session::Explorer;

MainWindow::MainWindow(const QString& pathOrId, bool dark, QWidget* parent)
    : QMainWindow(parent), dark_(dark), explorer_(std::make_unique<Explorer>(paintPortrait)) {
    figures_ = std::make_unique<FigureExporter>();
    applyStyle(painting::Theme::of(dark));  // before any widget takes a font from it
    setAcceptDrops(true);
    resize(1280, 800);
    setMinimumSize(1100, 620);

    auto* body = new QWidget(this);
    message_ = new MessageBar(body);
    offer_ = new MessageBar(body);
    kept_ = new KeptRuns(body);
    files_ = std::make_unique<FileActions>(*this, *explorer_, *message_, *offer_);
    auto* top = makeTopBar();
    side_ = new SidePanel(*explorer_, body);
    layers_ = new LayerBar(*explorer_, body);
    legend_ = new Legend(*explorer_, body);
    status_ = new StatusLine(*explorer_, body);
    time_ = new TimePanel(*explorer_, body);
    auto* portraits = new QHBoxLayout;
    portraits->setSpacing(10);
    for (int i = 0; i < Explorer::sides; ++i) {
        views_[static_cast<std::size_t>(i)] = new PortraitView(*explorer_, i, body);
        portraits->addWidget(view(i), 1);
    }
    auto* centre = new QVBoxLayout;
    centre->setContentsMargins(12, 8, 12, 6);
    centre->setSpacing(7);
    centre->addWidget(offer_);
    centre->addWidget(message_);
    centre->addWidget(layers_);
    centre->addLayout(portraits, 5);
    centre->addWidget(time_, 2);
    centre->addWidget(legend_);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(status_, 1);
    bottom->addWidget(elsewhere_);
    centre->addLayout(bottom);
    auto* explore = new QWidget(body);
    auto* middle = new QHBoxLayout(explore);
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(0);
    middle->addWidget(side_);
    middle->addLayout(centre, 1);
    auto* all = new QVBoxLayout(body);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(top);
    all->addWidget(kept_);
    pages_ = new QStackedWidget(body);
    pages_->addWidget(explore);
    all->addWidget(pages_, 1);
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

    workspaces_ = new WorkspaceSwitch(bar);
    workspaces_->add(tr("Explore"), tr("Explore: portraits, trials and figures of a network"));
    workspaces_->add(tr("Train"), tr("Train: let a network learn a task, and watch"));
    workspaces_->add(tr("Connectivity"), tr("Connectivity: loadings, populations and spectrum of the open network"));
    workspaces_->add(tr("Behaviour"), tr("Behaviour: what the network chooses, also with populations modulated"));
    connect(workspaces_, &WorkspaceSwitch::chosen, this,
            [this](int index) { showWorkspace(static_cast<Workspace>(index)); });
    row->addWidget(workspaces_);
    row->addSpacing(10);
    // What acts on the document, and what acts on its portraits.
    const auto makeTools = [bar](QWidget*& group) {
        group = new QWidget(bar);
        auto* layout = new QHBoxLayout(group);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(2);
        return layout;
    };
    auto* documentTools = makeTools(documentTools_);
    auto* tools = makeTools(exploreTools_);

    addFileButtons(row);
    auto* examples = addButton(row, QStringLiteral("examples"), tr("Examples"),
                               tr("Bundled circuits and trained networks to try"), {});
    auto* menu = new QMenu(examples);
    menu->setToolTipsVisible(true);
    int number = 0;
    for (const session::Example& example : session::examples()) {
        QAction* action = menu->addAction(example.title, this, [this, id = example.id] { files_->open(id); });
        action->setToolTip(example.summary);
        action->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + number++)));
        addAction(action);
    }
    menu->addSeparator();
    for (const session::TrainedNetwork& trained : session::trainedNetworks())
        menu->addAction(trained.title, this, [this, id = trained.id] { files_->open(id); })
            ->setToolTip(trained.summary);
    examples->setMenu(menu);
    examples->setPopupMode(QToolButton::InstantPopup);
    row->addWidget(documentTools_);
    row->addWidget(exploreTools_);
    documentTools->addSpacing(12);

    QUndoStack& stack = explorer_->document().undoStack();
    undo_ = addButton(documentTools, QStringLiteral("undo"), tr("Undo"), tr("Undo"), QKeySequence::Undo);
    redo_ = addButton(documentTools, QStringLiteral("redo"), tr("Redo"), tr("Redo"),
                      QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z));
    connect(new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Y), redo_), &QShortcut::activated, redo_,
            &QToolButton::click);
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
    tools->addSpacing(12);

    auto* fit = addButton(tools, QStringLiteral("fit"), tr("Fit"), tr("Fit the view to every fixed point and cycle"),
                          QKeySequence(Qt::Key_F));
    connect(fit, &QToolButton::clicked, explorer_.get(), &Explorer::fit);
    auto* clear = addButton(tools, QStringLiteral("clear"), tr("Clear"), tr("Clear the trajectories"),
                            QKeySequence(Qt::CTRL | Qt::Key_L));
    connect(clear, &QToolButton::clicked, explorer_.get(), &Explorer::clearTrajectories);
    tools->addSpacing(12);
    auto* write =
        addButton(tools, QStringLiteral("export"), tr("Export figure"),
                  tr("Write a figure as pdf, svg or png, or its data as csv"), QKeySequence(Qt::CTRL | Qt::Key_E));
    connect(write, &QToolButton::clicked, this, &MainWindow::openExportDialog);
    auto* copy = addButton(tools, QStringLiteral("copy"), tr("Copy"), tr("Copy both portraits as svg, pdf and bitmap"),
                           QKeySequence::Copy);
    connect(copy, &QToolButton::clicked, this, &MainWindow::copyFigure);
    row->addStretch(1);
    elsewhere_ = new QToolButton(bar);
    elsewhere_->setObjectName(QStringLiteral("elsewhere"));
    elsewhere_->setAccessibleName(tr("Show the training"));
    elsewhere_->setFont(pixelFont(12));
    elsewhere_->setFocusPolicy(Qt::StrongFocus);
    elsewhere_->setToolTip(tr("Show the training (Alt+2)"));
    elsewhere_->setAccessibleName(tr("Training"));
    elsewhere_->hide();
    connect(elsewhere_, &QToolButton::clicked, this, [this] { showWorkspace(Workspace::train); });
    theme_ =
        addButton(row, QStringLiteral("moon"), tr("Theme"), tr("Dark or light"), QKeySequence(Qt::CTRL | Qt::Key_D));
    connect(theme_, &QToolButton::clicked, this, [this] {
        setDark(!dark_);
        emit themeChanged(dark_);
    });
    auto* equations = addButton(row, QStringLiteral("equation"), tr("Equations"),
                                tr("The equation of each portrait with its present numbers"), QKeySequence(Qt::Key_Q));
    connect(equations, &QToolButton::clicked, this, &MainWindow::showEquations);
    exploreOnly_ = {exploreTools_, equations};
    auto* help =
        addButton(row, QStringLiteral("help"), tr("Help"), tr("Mouse and keyboard"), QKeySequence::HelpContents);
    connect(help, &QToolButton::clicked, this, [this] { (new HelpDialog(this))->show(); });
    for (QToolButton* button : {theme_, equations, help}) button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    return bar;
}

void MainWindow::addFileButtons(QHBoxLayout* row) {
    auto* open = addButton(row, QStringLiteral("open"), tr("Open"),
                           tr("Open a network (.pt, .npz), circuit (.json) or session (.kappa)"), QKeySequence::Open);
    connect(open, &QToolButton::clicked, files_.get(), &FileActions::askOpen);
    open->setMenu(files_->makeOpenMenu(open));
    auto* save = addButton(row, QStringLiteral("save"), tr("Save"),
                           tr("Save everything that is shown as a session (.kappa)"), QKeySequence::Save);
    connect(save, &QToolButton::clicked, files_.get(), &FileActions::save);
    save->setMenu(files_->makeSaveMenu(save));
    for (QToolButton* button : {open, save}) button->setPopupMode(QToolButton::MenuButtonPopup);
    const auto shortcut = [this](const QKeySequence& key, auto act) {
        connect(new QShortcut(key, this), &QShortcut::activated, files_.get(), act);
    };
    shortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), &FileActions::saveAs);
    shortcut(QKeySequence(Qt::CTRL | Qt::Key_N), [this] { emit files_->windowWanted({}); });
    shortcut(QKeySequence(Qt::CTRL | Qt::Key_W), [this] { close(); });
    shortcut(QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { emit files_->quitWanted(); });
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
    if (!key.isEmpty()) connect(new QShortcut(key, button), &QShortcut::activated, button, &QToolButton::click);
    return button;
}

void MainWindow::wire() {
    connect(explorer_.get(), &Explorer::failed, message_, &MessageBar::showMessage);
    connect(figures_.get(), &FigureExporter::failed, message_, &MessageBar::showMessage);
    connect(explorer_.get(), &Explorer::stateChanged, this, [this](session::Changes what) {
        if (!what.testFlag(session::Change::network)) return;
        message_->hide();
        showTitle();
    });
    connect(&explorer_->pages(), &session::Pages::workspaceChanged, this,
            [this] { showWorkspace(explorer_->pages().workspace()); });
    connect(kept_, &KeptRuns::goOnWanted, this, [this](const session::StoredRun& run) {
        showWorkspace(Workspace::train);
        trainPage()->desk().goOnWith(run);
    });
    connect(&explorer_->document(), &session::Document::savedChanged, this, &MainWindow::showTitle);
    connect(layers_, &LayerBar::particlesToggled, this, [this](bool on) {
        for (PortraitView* each : views_) each->plot()->setParticlesOn(on);
    });
    auto* particles = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_P), layers_->particles());
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
    time_->setTheme(theme);
    legend_->setTheme(theme);
    if (train_) train_->setTheme(theme);
    if (connectivity_) connectivity_->setTheme(theme);
    if (behaviour_) behaviour_->setTheme(theme);
    explorer_->setDark(dark);
}

void MainWindow::showTitle() {
    const auto state = explorer_->state();
    const QString path = explorer_->document().path();
    const QString name = path.isEmpty() && state ? state->title : QFileInfo(path).completeBaseName();
    setWindowTitle(state ? tr("%1[*] — Kappascope").arg(name) : tr("Kappascope"));
    setWindowModified(!explorer_->document().isClean());
}

MainWindow::Workspace MainWindow::workspace() const {
    return explorer_->pages().workspace();
}

void MainWindow::showWorkspace(Workspace workspace) {
    const bool exploring = workspace == Workspace::explore;
    explorer_->pages().setWorkspace(workspace);
    workspaces_->setCurrent(static_cast<int>(workspace));
    QWidget* page = pages_->widget(0);
    if (workspace == Workspace::train) page = trainPage();
    if (workspace == Workspace::connectivity) page = connectivityPage();
    if (workspace == Workspace::behaviour) page = behaviourPage();
    if (pages_->currentWidget() == page) return;
    if (!exploring) explorer_->playback().pause();
    pages_->setCurrentWidget(page);
    // Hidden and disabled, so that their keys do nothing either.
    const auto offer = [](QWidget* tool, bool offered) {
        tool->setVisible(offered);
        tool->setEnabled(offered);
    };
    for (QWidget* each : exploreOnly_) offer(each, exploring);
    offer(documentTools_, workspace != Workspace::train);
    if (exploring) view(0)->plot()->setFocus();
    showElsewhere();
}

ConnectivityPage* MainWindow::connectivityPage() {
    if (connectivity_) return connectivity_;
    connectivity_ = new ConnectivityPage(*explorer_, pages_);
    connectivity_->setTheme(painting::Theme::of(dark_));
    pages_->addWidget(connectivity_);
    return connectivity_;
}

BehaviourPage* MainWindow::behaviourPage() {
    if (behaviour_) return behaviour_;
    behaviour_ = new BehaviourPage(*explorer_, pages_);
    behaviour_->setTheme(painting::Theme::of(dark_));
    pages_->addWidget(behaviour_);
    connect(behaviour_, &BehaviourPage::openWanted, files_.get(), &FileActions::open);
    return behaviour_;
}

void MainWindow::showEquations() {
    if (!equations_) equations_ = new EquationPanel(*explorer_, this);
    equations_->toggle();
}

ExportDialog* MainWindow::openExportDialog() {
    if (!exportDialog_) {
        exportDialog_ = new ExportDialog(*explorer_, *figures_, this);
        exportDialog_->setAttribute(Qt::WA_DeleteOnClose);
    }
    exportDialog_->show();
    exportDialog_->raise();
    exportDialog_->activateWindow();
    return exportDialog_;
}

void MainWindow::submitFigure(FigureRequest::Kind kind, const QString& path) {
    if (const auto order = figures::orderOf(*explorer_)) figures_->submit({kind, *order, path, {}});
}

void MainWindow::exportFigure(const QString& path) {
    submitFigure(FigureRequest::Kind::write, path);
}

void MainWindow::copyFigure() {
    submitFigure(FigureRequest::Kind::copy, {});
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.isEmpty() || !urls.first().isLocalFile()) return;
    event->acceptProposedAction();
    QStringList paths;
    for (const QUrl& url : urls)
        if (url.isLocalFile()) paths += url.toLocalFile();
    files_->openAll(paths);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (closing_ || files_->mayClose()) {
        QMainWindow::closeEvent(event);
        return;
    }
    event->ignore();
    files_->confirm([this] { closeForGood(); });
}

void MainWindow::closeForGood() {
    closing_ = true;
    close();
}

}  // namespace kappascope::widgets
