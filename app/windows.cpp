// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/windows.h"

#include <utility>

#include "ui/session/state.h"
#include "ui/widgets/file_actions.h"
#include "ui/widgets/main_window.h"

namespace kappascope::app {

using widgets::FileActions;
using widgets::MainWindow;

Windows::Windows(bool dark, std::unique_ptr<QSettings> settings, const QString& autosaves, const QString& trainings)
    : dark_(dark), settings_(std::move(settings)), autosaves_(autosaves), trainings_(trainings) {
    if (!settings_) return;
    recent_ = std::make_unique<session::Recent>(*settings_);
    dark_ = dark_ || settings_->value(QStringLiteral("dark"), false).toBool();
}

Windows::~Windows() {
    for (const auto& window : windows_) delete window.data();
}

MainWindow* Windows::open(const QString& pathOrId) {
    auto* window = new MainWindow(pathOrId.isEmpty() ? session::examples().front().id : pathOrId, dark_);
    window->setAttribute(Qt::WA_DeleteOnClose);
    FileActions* files = window->files();
    files->setRecent(recent_.get());
    if (!autosaves_.isEmpty()) files->setAutosave(autosaves_);
    window->setTrainingFolder(trainings_);
    connect(window, &MainWindow::themeChanged, this, &Windows::setDark);
    connect(files, &FileActions::windowWanted, this, [this](const QString& path) { open(path)->show(); });
    connect(files, &FileActions::restoreWanted, this, [this](const session::Orphan& orphan) {
        MainWindow* another = open({});
        another->show();
        another->files()->restore(orphan);
    });
    connect(files, &FileActions::quitWanted, this, &Windows::quit);
    std::erase_if(windows_, [](const auto& each) { return each.isNull(); });
    windows_.emplace_back(window);
    return window;
}

void Windows::offerRestore(MainWindow& window) {
    if (!autosaves_.isEmpty()) window.files()->offer(session::orphans(autosaves_));
    window.offerTraining();
}

void Windows::setDark(bool dark) {
    dark_ = dark;
    if (settings_) settings_->setValue(QStringLiteral("dark"), dark);
    for (const auto& window : windows_)
        if (window) window->setDark(dark);
}

void Windows::quit() {
    askNext(0);
}

void Windows::askNext(std::size_t index) {
    while (index < windows_.size() && !windows_[index]) ++index;
    if (index < windows_.size()) {
        if (!windows_[index]->files()->mayClose()) windows_[index]->raise();
        windows_[index]->files()->confirm([this, index] { askNext(index + 1); });
        return;
    }
    const auto closing = windows_;
    for (const auto& window : closing)
        if (window) window->closeForGood();
}

}  // namespace kappascope::app
