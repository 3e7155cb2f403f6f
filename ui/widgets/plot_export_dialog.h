// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <memory>
#include <string>
#include <utility>

#include "ui/painting/plot_figure.h"
#include "ui/session/worker.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;

namespace kappascope::widgets {

class NumberBox;

/// Asks how large a plot is to be, and writes it as pdf, svg or png, or copies it. A worker does it.
class PlotExportDialog : public QDialog {
    Q_OBJECT

public:
    /// plot: what it was when the dialog was asked for. name: of its file, without an ending.
    PlotExportDialog(painting::PlotFigure plot, const QString& name, double widthMm, bool dark,
                     QWidget* parent = nullptr);
    ~PlotExportDialog() override;

    /// The numbers behind the plot, as csv: Save offers them, too. Empty: it does not.
    void setData(std::string csv) { csv_ = std::move(csv); }
    NumberBox* width() const { return width_; }
    NumberBox* height() const { return height_; }
    NumberBox* font() const { return font_; }
    QComboBox* theme() const { return theme_; }
    QCheckBox* transparent() const { return transparent_; }
    QPushButton* saveButton() const { return save_; }
    QPushButton* copyButton() const { return copy_; }
    /// Writes it without asking.
    void save(const QString& path);
    /// What was done, or why not.
    QString status() const;

private:
    struct Request {
        painting::PlotFigure plot;
        painting::FigureSpec spec;
        QString path;     ///< empty: for the clipboard
        std::string csv;  ///< written where the path ends so
    };
    struct Result {
        QString path;
        QImage image;
        QByteArray pdf, svg;
    };
    Request request(const QString& path) const;
    void askPath();

    painting::PlotFigure plot_;
    QString name_;
    std::string csv_;
    NumberBox* width_;
    NumberBox* height_;
    NumberBox* font_;
    QComboBox* theme_;
    QCheckBox* transparent_;
    QLabel* status_;
    QPushButton* copy_;
    QPushButton* save_;
    std::unique_ptr<session::LatestWorker<Request, Result>> worker_;  // last: joined before the rest goes away
};

}  // namespace kappascope::widgets
