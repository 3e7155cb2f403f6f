// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QWidget>
#include <functional>
#include <memory>
#include <vector>

#include "ui/session/training_store.h"
#include "ui/session/worker.h"

class QLabel;
class QMessageBox;
class QPushButton;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace kappascope::widgets {

/// The trainings whose checkpoints are kept: interrupted ones of an earlier start, and those of this one that another
/// took the place of. A row each, to go on with it (to open it, where it has ended), or to discard it, after a
/// question.
class KeptRuns : public QWidget {
    Q_OBJECT

public:
    explicit KeptRuns(QWidget* parent = nullptr);

    /// Looks into a folder, in a worker, for runs that are not in the list yet. shown: brings the list up where there
    /// are any.
    void look(const QString& folder, bool shown);
    void add(session::StoredRuns found, bool shown);

    const std::vector<session::StoredRun>& runs() const { return runs_; }
    int count() const { return static_cast<int>(runs_.size()); }
    QString heading() const;
    QString title(int row) const;
    QPushButton* goOnButton(int row) const { return rows_[static_cast<std::size_t>(row)].goOn; }
    QPushButton* discardButton(int row) const { return rows_[static_cast<std::size_t>(row)].discard; }
    QPushButton* discardAllButton() const { return discardAll_; }
    QToolButton* closeButton() const { return close_; }
    QMessageBox* question() const;  ///< while it is open

signals:
    void goOnWanted(const kappascope::session::StoredRun& run);
    void countChanged(int count);

private:
    struct Row {
        QWidget* widget = nullptr;
        QLabel* title = nullptr;
        QPushButton* goOn = nullptr;
        QPushButton* discard = nullptr;
    };
    struct Look {
        QString folder;
        bool shown = false;
    };
    struct Found {
        session::StoredRuns runs;
        bool shown = false;
    };

    void fill();
    Row makeRow(const session::StoredRun& run);
    void goOn(const QString& path);
    void ask(const QString& text, const QString& details, std::function<void()> discard);
    void askDiscard(const QString& path);
    void askDiscardAll();
    void take(const QString& path, bool discard);

    std::vector<session::StoredRun> runs_;
    std::vector<Row> rows_;
    QString problem_;
    QLabel* heading_;
    QPushButton* discardAll_;
    QToolButton* close_;
    QScrollArea* scroll_;
    QVBoxLayout* list_ = nullptr;
    QLabel* problems_;
    QPointer<QMessageBox> question_;
    std::unique_ptr<session::LatestWorker<Look, Found>> worker_;  // last: joined before what it touches goes away
};

}  // namespace kappascope::widgets
