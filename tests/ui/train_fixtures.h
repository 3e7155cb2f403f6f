// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <memory>

#include "app/windows.h"
#include "tests/ui/window_fixtures.h"
#include "ui/widgets/kept_runs.h"
#include "ui/widgets/number_box.h"
#include "ui/widgets/train_form.h"
#include "ui/widgets/train_page.h"
#include "ui/widgets/train_run_bar.h"
#include "ui/widgets/workspace_switch.h"

namespace kappascope::test {

/// A window whose Train workspace a hand tries: choosing, typing, running.
class TrainHand : public QObject {
protected:
    widgets::MainWindow& window() { return *window_; }
    session::Explorer& explorer() { return window_->explorer(); }
    widgets::TrainPage& page() { return *window_->trainPage(); }
    session::TrainingRun& run() { return page().desk().run(); }
    widgets::KeptRuns& kept() { return *window_->keptRuns(); }
    QString trainings() const { return folder_->filePath(QStringLiteral("training")); }

    /// keeps: checkpoints are written into trainings().
    void start(bool keeps = true) {
        windows_ = std::make_unique<app::Windows>(false, nullptr, QString(), keeps ? trainings() : QString());
        window_ = windows_->open(QStringLiteral("effective-connectivity"));
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_));
        QTRY_VERIFY_WITH_TIMEOUT(window_->explorer().isSettled(), patience);
    }

    void train() { QTest::mouseClick(window_->workspaces()->button(1), Qt::LeftButton); }

    /// Types into a field of the form.
    void type(const char* id, const char* text) {
        widgets::NumberBox* box = page().form()->box(QLatin1String(id));
        QVERIFY2(box, id);
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, QLatin1String(text));
        QTest::keyClick(box, Qt::Key_Return);
    }

    /// A task and a network that take milliseconds an epoch.
    void small() {
        train();
        type("units", "32");
        type("trials", "64");
        type("validation-trials", "32");
        type("epochs", "6");
    }

    void pressRun() { QTest::mouseClick(page().runBar()->runButton(), Qt::LeftButton); }
    bool isFinished() { return run().phase() == session::RunPhase::finished; }

    void finished() {
        small();
        pressRun();
        QTRY_VERIFY_WITH_TIMEOUT(isFinished(), patience);
    }

    void open() {
        folder_ = std::make_unique<QTemporaryDir>();
        start();
    }
    void close() {
        windows_.reset();
        folder_.reset();
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<app::Windows> windows_;
    QPointer<widgets::MainWindow> window_;
};

}  // namespace kappascope::test
