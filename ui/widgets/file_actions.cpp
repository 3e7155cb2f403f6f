// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/file_actions.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QWidget>
#include <utility>

#include "ui/widgets/message_bar.h"

namespace kappascope::widgets {

namespace {

/// "results/mante.kappa": a file with the folder it lies in, for a menu.
QString shownPath(const QString& path) {
    const QFileInfo info(path);
    const QString folder = info.dir().dirName();
    QString text = folder.isEmpty() ? info.fileName() : folder + u'/' + info.fileName();
    return text.replace(u'&', QStringLiteral("&&"));
}

}  // namespace

FileActions::FileActions(QWidget& window, session::Explorer& explorer, MessageBar& messages, MessageBar& offers)
    : QObject(&window),
      window_(window),
      explorer_(explorer),
      messages_(messages),
      offers_(offers),
      saver_(explorer, nullptr) {
    connect(&saver_, &session::Saver::failed, &messages_, &MessageBar::showMessage);
    connect(&saver_, &session::Saver::saved, this, [this](const QString& path) {
        if (recent_) recent_->add(path);
    });
    connect(&saver_, &session::Saver::finished, this, &FileActions::finish);
    connect(&explorer_, &session::Explorer::opened, this, [this](const QString& pathOrId) {
        const auto orphan = std::exchange(restoring_, {});
        const bool restored = orphan && orphan->path == pathOrId;
        if (restored && autosave_) autosave_->adopt(*orphan);
        if (recent_ && !restored && QFileInfo(pathOrId).isFile()) recent_->add(pathOrId);
    });
    // A copy that cannot be opened stays where it is.
    connect(&explorer_, &session::Explorer::failed, this, [this] { restoring_.reset(); });
}

void FileActions::setAutosave(const QString& folder, int intervalMs) {
    autosave_ = std::make_unique<session::Autosave>(explorer_, folder, intervalMs);
    connect(autosave_.get(), &session::Autosave::failed, &messages_, &MessageBar::showMessage);
}

void FileActions::offer(const std::vector<session::Orphan>& orphans) {
    if (orphans.empty()) return;
    const int count = static_cast<int>(orphans.size());
    const QString text = count == 1 ? tr("Kappascope was closed unexpectedly, with changes that were not saved.")
                                    : tr("Kappascope was closed unexpectedly, with changes in %1 windows that were not "
                                         "saved.")
                                          .arg(count);
    offers_.ask(text, {{tr("Restore"),
                        [this, orphans] {
                            offers_.hide();
                            confirm([this, orphans] { restore(orphans.front()); });
                            for (std::size_t k = 1; k < orphans.size(); ++k) emit restoreWanted(orphans[k]);
                        }},
                       {tr("Discard"), [this, orphans] {
                            offers_.hide();
                            for (session::Orphan orphan : orphans) orphan.discard();
                        }}});
}

void FileActions::restore(const session::Orphan& orphan) {
    restoring_ = orphan;
    explorer_.recover(orphan.path);
}

void FileActions::open(const QString& pathOrId) {
    confirm([this, pathOrId] { explorer_.open(pathOrId); });
}

void FileActions::openAll(const QStringList& paths) {
    if (paths.isEmpty()) return;
    for (const QString& path : paths.mid(1)) emit windowWanted(path);
    open(paths.front());
}

void FileActions::askOpen() {
    dialog_ = new QFileDialog(&window_, tr("Open a network, circuit or session"));
    dialog_->setAttribute(Qt::WA_DeleteOnClose);
    dialog_->setFileMode(QFileDialog::ExistingFiles);
    dialog_->setNameFilters(
        {tr("Networks, circuits and sessions (*.pt *.pth *.npz *.json *.kappa)"), tr("All files (*)")});
    connect(dialog_, &QFileDialog::filesSelected, this, &FileActions::openAll);
    dialog_->open();
}

void FileActions::save() {
    const QString path = explorer_.document().path();
    if (path.isEmpty())
        saveAs();
    else
        saver_.save(path);
}

void FileActions::saveAs() {
    if (!explorer_.state() || saver_.isBusy()) return;
    dialog_ = new QFileDialog(&window_, tr("Save the session"));
    dialog_->setAttribute(Qt::WA_DeleteOnClose);
    dialog_->setAcceptMode(QFileDialog::AcceptSave);
    dialog_->setNameFilters({tr("Kappascope sessions (*.kappa)")});
    dialog_->setDefaultSuffix(QStringLiteral("kappa"));
    const QString path = explorer_.document().path();
    if (path.isEmpty()) {
        QString name = explorer_.state()->title;
        for (QChar& c : name)
            if (QStringLiteral("/\\:*?\"<>|").contains(c)) c = u'-';
        dialog_->selectFile(name);
    } else {
        dialog_->setDirectory(QFileInfo(path).absolutePath());
        dialog_->selectFile(QFileInfo(path).fileName());
    }
    connect(dialog_, &QFileDialog::fileSelected, &saver_, &session::Saver::save);
    connect(dialog_, &QFileDialog::rejected, this, [this] { goOn_ = nullptr; });
    dialog_->open();
}

QMessageBox* FileActions::question() const {
    return question_;
}

QFileDialog* FileActions::fileDialog() const {
    return dialog_;
}

bool FileActions::mayClose() const {
    return explorer_.document().isClean() && !saver_.isBusy();
}

void FileActions::confirm(std::function<void()> goOn) {
    if (question_) {
        question_->raise();
        return;
    }
    if (saver_.isBusy()) {
        waiting_ = std::move(goOn);
        return;
    }
    if (explorer_.document().isClean()) {
        goOn();
        return;
    }
    question_ = new QMessageBox(QMessageBox::NoIcon, tr("Unsaved changes"),
                                tr("“%1” has changes that were not saved.").arg(explorer_.state()->title),
                                QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, &window_);
    question_->setInformativeText(tr("They are lost if you do not save them."));
    question_->setAttribute(Qt::WA_DeleteOnClose);
    question_->setDefaultButton(QMessageBox::Save);
    connect(question_, &QMessageBox::finished, this, [this, goOn = std::move(goOn)](int answer) {
        question_ = nullptr;
        if (answer == QMessageBox::Discard) goOn();
        if (answer != QMessageBox::Save) return;
        goOn_ = goOn;
        save();
    });
    question_->open();
}

void FileActions::finish(bool saved) {
    const auto goOn = std::exchange(goOn_, nullptr);
    const auto waiting = std::exchange(waiting_, nullptr);
    // What changed while the file was being written is asked about in its turn.
    if (goOn && saved) confirm(goOn);
    if (waiting) confirm(waiting);
}

QMenu* FileActions::makeOpenMenu(QWidget* parent) {
    auto* menu = new QMenu(parent);
    menu->setToolTipsVisible(true);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillOpenMenu(menu); });
    return menu;
}

void FileActions::fillOpenMenu(QMenu* menu) {
    menu->clear();
    menu->addAction(tr("Open …"), this, &FileActions::askOpen);
    menu->addAction(tr("New window\tCtrl+N"), this, [this] { emit windowWanted({}); });
    const QStringList files = recent_ ? recent_->files() : QStringList();
    menu->addSection(files.isEmpty() ? tr("No recent files") : tr("Recent files"));
    for (const QString& path : files) {
        QAction* action = menu->addAction(shownPath(path), this, [this, path] { open(path); });
        action->setToolTip(path);
    }
}

QMenu* FileActions::makeSaveMenu(QWidget* parent) {
    auto* menu = new QMenu(parent);
    menu->addAction(tr("Save\tCtrl+S"), this, &FileActions::save);
    menu->addAction(tr("Save as …\tCtrl+Shift+S"), this, &FileActions::saveAs);
    return menu;
}

}  // namespace kappascope::widgets
