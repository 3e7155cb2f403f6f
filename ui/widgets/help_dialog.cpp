// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/help_dialog.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/widgets/style.h"

namespace kappascope::widgets {

HelpDialog::HelpDialog(QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Mouse and keyboard"));
    setAttribute(Qt::WA_DeleteOnClose);
    const QString nothing;
    const std::pair<QString, QString> rows[] = {
        {tr("In a portrait"), nothing},
        {tr("Click"), tr("a trajectory from there, in both portraits")},
        {tr("Click on a fixed point or cycle"), tr("its card; Esc closes it")},
        {tr("N, Shift+N"), tr("the card of the next fixed point, of the one before")},
        {tr("Shift-click"), tr("the orbit backward in time")},
        {tr("Drag, wheel"), tr("move and zoom both portraits")},
        {tr("Double-click, F"), tr("fit the view to every fixed point and cycle")},
        {tr("Arrows"), tr("move the cross-hair; with Shift, the view")},
        {tr("Enter, + and −"), tr("trajectory from the cross-hair; zoom")},
        {tr("On a slider"), nothing},
        {tr("Double-click, R, 0"), tr("reset (a gain to 1, an input to 0)")},
        {tr("Arrows, Page up and down"), tr("small and large steps")},
        {tr("In a trial"), nothing},
        {tr("Drag, arrows, Home, End"), tr("in the time plots: the moment that both portraits show")},
        {tr("K, or Space in the plots"), tr("play, pause")},
        {tr("Comma, full stop"), tr("a step back, a step on")},
        {tr("[ and ]"), tr("slower, faster")},
        {tr("Ctrl+T"), tr("fold the time plots, or bring them back")},
        {tr("In Explore"), nothing},
        {tr("Ctrl+Z, Ctrl+Shift+Z"), tr("undo, redo; in Connectivity and Behaviour too")},
        {tr("Ctrl+L"), tr("clear the trajectories")},
        {tr("Ctrl+E, Ctrl+C"), tr("export the figure; copy it")},
        {tr("Q"), tr("the equations with their present numbers")},
        {tr("Ctrl+P"), tr("moving particles")},
        {tr("D, Shift+D"), tr("the right level, the left one, as a diagram")},
        {tr("In Train"), nothing},
        {tr("Ctrl+R"), tr("run, pause, go on")},
        {tr("Ctrl+full stop, Ctrl+Backspace"), tr("train one epoch; stop")},
        {tr("Ctrl+Enter"), tr("open the network in Explore")},
        {tr("Ctrl+Shift+N, Ctrl+Shift+E"), tr("save the network; export frames")},
        {tr("Ctrl+K"), tr("the kept runs")},
        {tr("Drag, wheel, double-click or F"), tr("move, zoom and fit its portrait")},
        {tr("Arrows, with Shift, in the curves"), tr("one epoch on or back; ten")},
        {tr("In Connectivity"), nothing},
        {tr("Drag in a scatter, Esc"), tr("choose units (Shift adds, Alt takes away); choose none")},
        {tr("In Behaviour"), nothing},
        {tr("Ctrl+Backspace, Esc"), tr("all gains 1 and nobody silenced; cancel the trials")},
        {tr("Everywhere"), nothing},
        {tr("Alt+1 to Alt+4"), tr("Explore, Train, Connectivity, Behaviour")},
        {tr("Ctrl+D"), tr("dark or light")},
        {tr("Ctrl+O, Ctrl+N"), tr("open a file, or drop it on the window; another window")},
        {tr("Ctrl+S, Ctrl+Shift+S"), tr("save everything as a session; save as another file")},
        {tr("Ctrl+W, Ctrl+Q"), tr("close the window; quit")},
        {tr("Ctrl+1, Ctrl+2 …"), tr("the bundled examples")},
        {tr("F1"), tr("this list")},
    };
    // In two columns, each with whole sections: one would be higher than a small screen.
    auto* columns = new QHBoxLayout;
    columns->setSpacing(40);
    QGridLayout* grid = nullptr;
    int line = 0;
    for (const auto& [key, text] : rows) {
        if (!grid || key == tr("In Train")) {
            grid = new QGridLayout;
            grid->setHorizontalSpacing(24);
            grid->setVerticalSpacing(5);
            columns->addLayout(grid);
            columns->setAlignment(grid, Qt::AlignTop);
            line = 0;
        }
        auto* left = new QLabel(key, this);
        if (text.isEmpty()) {
            left->setFont(pixelFont(14, true));
            left->setContentsMargins(0, line == 0 ? 0 : 10, 0, 2);
            grid->addWidget(left, line++, 0, 1, 2);
            continue;
        }
        auto* right = new QLabel(text, this);
        right->setObjectName(QStringLiteral("muted"));
        grid->addWidget(left, line, 0);
        grid->addWidget(right, line++, 1);
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->addLayout(columns);
    layout->addSpacing(12);
    layout->addWidget(buttons);
}

}  // namespace kappascope::widgets
