// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/painting/theme.h"
#include "ui/session/explorer.h"

class QToolButton;

namespace kappascope::widgets {

class MathWidget;

/// How well the reduced level follows the network: over all conditions once they are compared, until then over the
/// trial that is shown. With the command that prints the same figures.
class AgreementView : public QWidget {
    Q_OBJECT

public:
    explicit AgreementView(session::Explorer& explorer, QWidget* parent = nullptr);
    void setTheme(const painting::Theme& theme);

    MathWidget* label() const { return label_; }
    QToolButton* copyButton() const { return copy_; }
    /// The command that prints the figures of all conditions, quoted for a shell; empty where there are none.
    QString command() const;

private:
    void showAgreement();

    session::Explorer& explorer_;
    MathWidget* label_;
    QToolButton* copy_;
};

}  // namespace kappascope::widgets
