// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <array>
#include <memory>

#include "ui/session/equation.h"
#include "ui/session/explorer.h"

class QLabel;
class QVBoxLayout;

namespace kappascope::widgets {

class MathWidget;
class MatrixWidget;

/// The equation of each portrait's level, with its present numbers at the marked state (cross-hair or the end of the
/// last trajectory). Follows sliders while it is open.
class EquationPanel : public QDialog {
    Q_OBJECT

public:
    explicit EquationPanel(session::Explorer& explorer, QWidget* parent = nullptr);
    ~EquationPanel() override;

    void toggle();
    /// The equation's label, and the sentence of numbers below it, of a side (for tests and accessibility).
    const MathWidget* equation(int side) const { return sections_[static_cast<std::size_t>(side)].equation; }
    const MatrixWidget* couplings(int side) const { return sections_[static_cast<std::size_t>(side)].couplings; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Section {
        QWidget* box = nullptr;
        QLabel* title = nullptr;
        MathWidget* equation = nullptr;
        MathWidget* with = nullptr;
        MathWidget* numbers = nullptr;
        MathWidget* note = nullptr;
        MathWidget* couplingsName = nullptr;
        MatrixWidget* couplings = nullptr;
        MathWidget* inputsName = nullptr;
        MatrixWidget* inputs = nullptr;
        MathWidget* result = nullptr;
    };
    void addSection(Section& section, QVBoxLayout* layout);
    void request();
    void showState();
    void showValues(const session::EquationResult& result);

    session::Explorer& explorer_;
    MathWidget* marked_;
    std::array<Section, session::Explorer::sides> sections_;
    std::unique_ptr<session::EquationWorker> worker_;
};

}  // namespace kappascope::widgets
