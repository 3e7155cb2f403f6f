// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <QPointer>
#include <array>
#include <memory>
#include <vector>

#include "ui/session/explorer.h"
#include "ui/session/training_snapshot.h"
#include "ui/widgets/figure_worker.h"

class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QToolButton;

namespace kappascope::widgets {

class BehaviourPage;
class ConnectivityPage;
class EquationPanel;
class ExportDialog;
class FileActions;
class KeptRuns;
class LayerBar;
class Legend;
class MessageBar;
class PortraitView;
class SidePanel;
class StatusLine;
class TimePanel;
class TrainPage;
class WorkspaceSwitch;

/// The window: wires panels to an Explorer, and holds no logic of its own.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// pathOrId: a file or a bundled example to open first.
    explicit MainWindow(const QString& pathOrId, bool dark = false, QWidget* parent = nullptr);
    ~MainWindow() override;

    session::Explorer& explorer() { return *explorer_; }
    PortraitView* view(int side) const { return views_[static_cast<std::size_t>(side)]; }
    SidePanel* sidePanel() const { return side_; }
    LayerBar* layerBar() const { return layers_; }
    MessageBar* messageBar() const { return message_; }
    StatusLine* statusLine() const { return status_; }
    FileActions* files() const { return files_.get(); }
    EquationPanel* equations() const { return equations_; }
    /// Shows the equations, or hides them.
    void showEquations();
    /// Closes without a question: what there was to lose was asked about before.
    void closeForGood();
    TimePanel* timePanel() const { return time_; }

    using Workspace = session::Workspace;
    Workspace workspace() const;
    void showWorkspace(Workspace workspace);
    WorkspaceSwitch* workspaces() const { return workspaces_; }
    /// The Train workspace, made when it is first asked for.
    TrainPage* trainPage();
    bool hasTrainPage() const { return train_ != nullptr; }
    /// The Connectivity workspace, made when it is first asked for.
    ConnectivityPage* connectivityPage();
    bool hasConnectivityPage() const { return connectivity_ != nullptr; }
    /// The Behaviour workspace, made when it is first asked for.
    BehaviourPage* behaviourPage();
    bool hasBehaviourPage() const { return behaviour_ != nullptr; }
    /// Keeps checkpoints of runs in `folder`; before the Train workspace is first shown.
    void setTrainingFolder(const QString& folder) { trainingFolder_ = folder; }
    /// Offers what interrupted runs left there.
    void offerTraining();
    KeptRuns* keptRuns() const { return kept_; }
    /// What goes on in a workspace that is not shown; empty where nothing does.
    QString elsewhere() const;

    bool isDark() const { return dark_; }
    void setDark(bool dark);
    /// Writes the two portraits as a figure; the format by the ending.
    void exportFigure(const QString& path);
    /// The dialog that exports figures and data, made and shown where it is not.
    ExportDialog* openExportDialog();
    const FigureExporter& figureExporter() const { return *figures_; }

signals:
    void themeChanged(bool dark);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    QWidget* makeTopBar();
    QToolButton* addButton(QHBoxLayout* row, const QString& icon, const QString& text, const QString& help,
                           const QKeySequence& key);
    void wire();
    void addFileButtons(QHBoxLayout* row);
    void copyFigure();
    void submitFigure(FigureRequest::Kind kind, const QString& path);
    void showTitle();
    void showElsewhere();
    void openTrained();

    bool dark_;
    std::unique_ptr<session::Explorer> explorer_;
    std::unique_ptr<FileActions> files_;
    std::unique_ptr<FigureExporter> figures_;
    QPointer<ExportDialog> exportDialog_;
    std::vector<std::pair<QToolButton*, QString>> icons_;
    QToolButton* undo_ = nullptr;
    QToolButton* redo_ = nullptr;
    QToolButton* theme_ = nullptr;
    SidePanel* side_ = nullptr;
    LayerBar* layers_ = nullptr;
    MessageBar* message_ = nullptr;
    MessageBar* offer_ = nullptr;
    KeptRuns* kept_ = nullptr;
    WorkspaceSwitch* workspaces_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    QWidget* documentTools_ = nullptr;
    QWidget* exploreTools_ = nullptr;
    std::vector<QWidget*> exploreOnly_;  ///< of the bar, what acts on Explore alone
    QToolButton* elsewhere_ = nullptr;
    TrainPage* train_ = nullptr;
    ConnectivityPage* connectivity_ = nullptr;
    BehaviourPage* behaviour_ = nullptr;
    QString trainingFolder_;
    EquationPanel* equations_ = nullptr;
    bool closing_ = false;
    session::SnapshotPtr adopting_;  ///< the run's network that is being opened
    std::array<PortraitView*, session::Explorer::sides> views_{};
    Legend* legend_ = nullptr;
    StatusLine* status_ = nullptr;
    TimePanel* time_ = nullptr;
};

}  // namespace kappascope::widgets
