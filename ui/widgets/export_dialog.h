// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QTimer>
#include <memory>
#include <optional>

#include "ui/figures/order.h"
#include "ui/widgets/figure_worker.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace kappascope::session {
class Explorer;
}

namespace kappascope::widgets {

class FigurePreview;

/// Asks what a figure is to be, shows it as it will be, and names the command that makes it again. Follows the window
/// behind it. Remembers its settings (QSettings, group "figure").
class ExportDialog : public QDialog {
    Q_OBJECT

public:
    ExportDialog(session::Explorer& explorer, FigureExporter& exporter, QWidget* parent = nullptr);
    ~ExportDialog() override;

    /// The figure as it stands in the form; nothing while nothing is open.
    std::optional<figures::FigureOrder> order() const;
    /// The command that makes it.
    QString command() const;

    /// Writes the figure, or the numbers behind it, without asking.
    void saveFigure(const QString& path);
    void saveData(const QString& folder);

    QComboBox* view() const { return view_; }
    QDoubleSpinBox* width() const { return width_; }
    QDoubleSpinBox* font() const { return font_; }
    QComboBox* theme() const { return theme_; }
    QCheckBox* transparent() const { return transparent_; }
    QCheckBox* legend() const { return legend_; }
    QSpinBox* dpi() const { return dpi_; }
    QPushButton* copyCommandButton() const { return copyCommand_; }
    QPushButton* copyButton() const { return copy_; }
    /// The picture that is shown; null until there is one for the form as it stands.
    QImage preview() const;

private:
    QWidget* makeForm();
    QWidget* makeCommand();
    QWidget* makeButtons();
    void showViews();
    void restore();
    void remember() const;
    double usualWidth() const;
    void refresh();
    void requestPreview();
    void receivePreview(const session::Delivery<FigureResult>& delivery);
    void askPath();
    void askFolder();
    void submit(FigureRequest::Kind kind, const QString& path = {});

    session::Explorer& explorer_;
    FigureExporter& exporter_;
    QComboBox* view_ = nullptr;
    QDoubleSpinBox* width_ = nullptr;
    QDoubleSpinBox* font_ = nullptr;
    QComboBox* theme_ = nullptr;
    QCheckBox* transparent_ = nullptr;
    QCheckBox* legend_ = nullptr;
    QSpinBox* dpi_ = nullptr;
    QPlainTextEdit* command_ = nullptr;
    QPushButton* copyCommand_ = nullptr;
    QPushButton* copy_ = nullptr;
    QPushButton* save_ = nullptr;
    QPushButton* data_ = nullptr;
    QLabel* status_ = nullptr;
    FigurePreview* preview_ = nullptr;
    double usualWidth_ = 0;  ///< of what is shown; the explorer may be gone when the dialog goes
    QTimer soon_;
    std::uint64_t serial_ = 0;
    std::unique_ptr<FigureWorker> worker_;  // last: joined before what its deliveries touch goes away
};

}  // namespace kappascope::widgets
