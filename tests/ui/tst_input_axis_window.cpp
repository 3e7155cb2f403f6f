// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QTest>
#include <cmath>

#include "ui/widgets/choice_box.h"
#include "ui/widgets/layer_bar.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/selection_card.h"
#include "ui/widgets/status_line.h"

using namespace kappascope;
using session::Explorer;
using namespace widgets;

namespace {

constexpr int patience = 60000;

/// As a hand does: the popup's item by key.
void choose(ChoiceBox* box, int index) {
    box->setFocus();
    while (box->currentIndex() != index) QTest::keyClick(box, box->currentIndex() < index ? Qt::Key_Down : Qt::Key_Up);
}

}  // namespace

/// The window with v of an input as the vertical axis.
class TestInputAxisWindow : public QObject {
    Q_OBJECT

private slots:
    void init() {
        window_ = std::make_unique<MainWindow>(QStringLiteral("context-dependent-decision"));
        window_->resize(1280, 800);
        window_->show();
        settle();
    }
    void cleanup() { window_.reset(); }

    void theBarOffersEveryInput() {
        QVERIFY(box()->isVisible());
        QCOMPARE(box()->count(), 5);
        QCOMPARE(box()->currentIndex(), 0);
        QVERIFY(box()->itemText(1).contains(QStringLiteral("stimulus A")));
        QVERIFY(!window_->layerBar()->horizontalAxis()->isVisible() && !window_->layerBar()->otherModes()->isVisible());
        QVERIFY(!box()->accessibleName().isEmpty() && !box()->toolTip().isEmpty());
        // Above rank 1 there is no such choice.
        window_->explorer().open(QStringLiteral("effective-connectivity"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state()->rank() == 2 && explorer().isSettled(), patience);
        QVERIFY(!box()->isVisible());
    }

    void theChoiceShowsThePlane() {
        choose(box(), 2);
        QCOMPARE(explorer().view().input, 1);
        settle();
        for (int side = 0; side < Explorer::sides; ++side) {
            QCOMPARE(explorer().result(side)->portrait->rank, 2);
            QVERIFY(!explorer().result(side)->image.isNull());
        }
        const auto* legend = window_->findChild<Legend*>();
        QVERIFY(legend && legend->texts().contains(QStringLiteral("$v_{2}$ nullcline")));
        QVERIFY(legend->texts().contains(QStringLiteral("$\\kappa$ nullcline")));
        QVERIFY(legend->texts().filter(QStringLiteral("kappa_")).isEmpty());
        choose(box(), 0);
        settle();
        QCOMPARE(explorer().result(0)->portrait->rank, 1);
        QVERIFY(legend->texts().contains(QStringLiteral("$\\tau\\,d\\kappa/dt$")));
        QVERIFY(legend->texts().filter(QStringLiteral("v_{")).isEmpty());
    }

    void aClickStartsAtItsInput() {
        choose(box(), 1);
        settle();
        const auto before = explorer().starts().size();
        const phase::View& view = explorer().view();
        const QPointF at(view.xMin + 0.2 * view.width(), view.yMin + 0.8 * view.height());
        const QPoint pixel = plot(0)->toPosition(at.x(), at.y()).toPoint();
        QTest::mouseMove(plot(0), pixel);
        QTest::mouseClick(plot(0), Qt::LeftButton, {}, pixel);
        QCOMPARE(explorer().starts().size(), before + 1);
        const auto& start = explorer().starts().back();
        QCOMPARE(start.input, 0);
        QVERIFY(std::abs(start.kappa[0] - at.x()) < 0.01 * view.width());
        QVERIFY(std::abs(start.level - at.y()) < 0.01 * view.height());
        settle();
        for (int side = 0; side < Explorer::sides; ++side)
            QCOMPARE(explorer().trajectories(side)->back().steps.rows(), 2);
        // The line at the bottom reads both coordinates by their names.
        explorer().setCross(0, at);
        const auto* status = window_->findChild<StatusLine*>();
        const auto texts = [&] {
            QString all;
            for (const auto* each : status->findChildren<QWidget*>())
                if (const auto* math = dynamic_cast<const MathWidget*>(each)) all += math->source();
            return all;
        };
        QTRY_VERIFY_WITH_TIMEOUT(texts().contains(QStringLiteral("$v_{1} = ")), patience);
        QVERIFY(texts().contains(QStringLiteral("\\kappa = ")) && !texts().contains(QStringLiteral("kappa_")));
    }

    void theCardNamesItsComponents() {
        choose(box(), 1);
        settle();
        explorer().selection().step(0);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().selection().point(), patience);
        const auto* card = window_->findChild<SelectionCard*>();
        QTRY_VERIFY_WITH_TIMEOUT(card->isVisible(), patience);
        const QString text = card->accessibleDescription();
        QVERIFY2(text.contains(QStringLiteral("(kappa, v 1)")), qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("Stable node")));
        QVERIFY2(!text.contains(QStringLiteral("kappa 2")), qPrintable(text));
    }

    void theTrialsPathIsInThePlane() {
        session::TrialChoice trial;
        trial.task = QStringLiteral("mante");
        explorer().document().setTrial(trial);
        choose(box(), 1);
        settle();
        explorer().setScrubber(50);
        settle();
        QTest::keyClick(window_.get(), Qt::Key_P, Qt::ControlModifier);  // no particles over it
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto& run = explorer().trial()->sides[static_cast<std::size_t>(side)]->runs[0];
            const QPoint centre = plot(side)->toPosition(run.kappa(0, 50), run.v(0, 50)).toPoint();
            const QColor marker = painting::Theme::light().trialMarker;
            const QImage picture = plot(side)->grab().toImage();
            int found = 0;
            for (int y = -7; y <= 7; ++y)
                for (int x = -7; x <= 7; ++x)
                    if (picture.pixelColor(centre + QPoint(x, y)) == marker) ++found;
            QVERIFY2(found > 40, qPrintable(QString::number(found)));
        }
    }

private:
    Explorer& explorer() { return window_->explorer(); }
    ChoiceBox* box() { return window_->layerBar()->verticalAxis(); }
    PortraitPlot* plot(int side) { return window_->view(side)->plot(); }
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience); }

    std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(TestInputAxisWindow)
#include "tst_input_axis_window.moc"
