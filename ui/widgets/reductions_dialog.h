// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>
#include <memory>
#include <vector>

#include "ui/session/reductions_run.h"

class QComboBox;
class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QScrollArea;

namespace kappascope::widgets {

class MathWidget;

/// How good the reductions of what is open are, as a table; each circuit of it can become the document's. A larger
/// dialog has larger numbers. Keeps its table while it is closed.
class ReductionsDialog : public QDialog {
    Q_OBJECT

public:
    explicit ReductionsDialog(session::Explorer& explorer, QWidget* parent = nullptr);
    ~ReductionsDialog() override;

    session::ReductionsRun& run() const { return *run_; }
    QPushButton* measureButton() const { return measure_; }
    QPushButton* copyButton() const { return copy_; }
    QPushButton* exportButton() const { return export_; }
    QComboBox* refinedBox() const { return refined_; }
    QProgressBar* progress() const { return progress_; }
    QPushButton* useButton(std::size_t row) const { return uses_[row]; }
    int shownRows() const { return static_cast<int>(uses_.size()); }
    /// The cell of a row behind its title.
    QString cell(std::size_t row, int column) const;
    /// What stands in place of the table, or above it: what is missing, out of date or went wrong.
    QString notice() const;
    QString status() const;
    /// Writes the table as csv.
    void writeTo(const QString& path);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Request {
        QString path;
        std::string csv;
    };
    struct Written {
        QString path;
    };

    QWidget* makeFooter();
    void fillTable();
    /// What stands in place of rows.
    QWidget* explanation(QWidget* body) const;
    void addHeader(QGridLayout* grid, QWidget* body);
    void addRow(QGridLayout* grid, QWidget* body, std::size_t row);
    void showRun();
    void showTable();
    void measure();
    void copy();
    void askPath();
    int cellPixels() const;

    session::ReductionsRun* run_;
    QLabel* network_;
    QLabel* settings_;
    QLabel* notice_;
    QLabel* warnings_;
    QLabel* status_ = nullptr;
    QScrollArea* scroll_;
    QProgressBar* progress_;
    QComboBox* refined_ = nullptr;
    QPushButton* measure_ = nullptr;
    QPushButton* copy_ = nullptr;
    QPushButton* export_ = nullptr;
    std::vector<std::vector<MathWidget*>> cells_;
    std::vector<QPushButton*> uses_;
    std::vector<QLabel*> used_;
    session::StatePtr filledFrom_;
    int filledPixels_ = 0;
    QString wrong_;  ///< what the last run ended with
    using Worker = session::LatestWorker<Request, Written>;
    std::unique_ptr<Worker> writer_;  // last: joined before what its deliveries touch goes away
};

}  // namespace kappascope::widgets
