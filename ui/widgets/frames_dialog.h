// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QStringList>
#include <QTimer>
#include <memory>

#include "ui/figures/train_frames.h"
#include "ui/session/worker.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace kappascope::session {
class TrainDesk;
class TrainPortrait;
}  // namespace kappascope::session

namespace kappascope::widgets {

class FigurePreview;

/// What the frames' worker is asked: a picture of one frame, or all of them as files.
struct FramesRequest {
    figures::FramesOrder order;
    bool write = false;
    QSize pixels = {};  ///< room for the picture of the last snapshot
};

struct FramesResult {
    QImage image;
    int done = 0, all = 0;  ///< on the way
    QStringList files;      ///< at the end
};

/// Exports the run as frames for a talk: one figure of the portrait for each kept epoch.
class FramesDialog : public QDialog {
    Q_OBJECT

public:
    FramesDialog(session::TrainDesk& desk, session::TrainPortrait& portrait, bool dark, QWidget* parent = nullptr);
    ~FramesDialog() override;

    QDoubleSpinBox* width() const { return width_; }
    QComboBox* format() const { return format_; }
    QProgressBar* progress() const { return progress_; }
    QPushButton* exportButton() const { return export_; }
    QPushButton* cancelButton() const { return cancel_; }
    QString status() const;
    QImage preview() const;
    /// Writes all frames into a folder.
    void writeTo(const QString& folder);
    bool isBusy() const { return writing_ != 0; }

private:
    using Worker = session::LatestWorker<FramesRequest, FramesResult>;

    QWidget* makeForm();
    figures::FramesOrder order() const;
    void requestPreview();
    void receive(const session::Delivery<FramesResult>& delivery);
    void askFolder();
    void cancel();
    void showBusy();
    void showCount();
    void leave();
    void makeWorker();

    session::TrainDesk& desk_;
    session::TrainPortrait& portrait_;
    bool dark_;
    QDoubleSpinBox* width_ = nullptr;
    QDoubleSpinBox* font_ = nullptr;
    QComboBox* theme_ = nullptr;
    QComboBox* format_ = nullptr;
    QSpinBox* dpi_ = nullptr;
    QCheckBox* transparent_ = nullptr;
    QCheckBox* curves_ = nullptr;
    QLabel* status_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QPushButton* export_ = nullptr;
    QPushButton* cancel_ = nullptr;
    FigurePreview* preview_ = nullptr;
    QString folder_;
    phase::View view_;      ///< of the preview
    bool isOver_ = false;   ///< another run has begun
    bool counting_ = true;  ///< the status says how many frames there will be
    QTimer soon_;
    std::uint64_t previewing_ = 0;
    std::uint64_t writing_ = 0;
    std::unique_ptr<Worker> worker_;  // last: joined before what its deliveries touch goes away
};

}  // namespace kappascope::widgets
