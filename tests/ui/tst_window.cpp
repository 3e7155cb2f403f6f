// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QDropEvent>
#include <QMimeData>
#include <QPushButton>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "core/reduction/circuit.h"
#include "ui/session/trained.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/layer_bar.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/population_card.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/side_panel.h"
#include "ui/widgets/status_line.h"
#include "ui/widgets/toggle_switch.h"
#include "ui/widgets/value_slider.h"

using namespace kappascope;
using session::Explorer;
using session::Level;
using namespace widgets;

namespace {

constexpr int patience = 60000;

void click(PortraitPlot* plot, const QPointF& data, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mouseClick(plot, Qt::LeftButton, modifiers, plot->toPosition(data.x(), data.y()).toPoint());
}

double spread(const QImage& image) {
    int low = 255, high = 0;
    for (int y = 0; y < image.height(); y += 5)
        for (int x = 0; x < image.width(); x += 5) {
            low = std::min(low, qGray(image.pixel(x, y)));
            high = std::max(high, qGray(image.pixel(x, y)));
        }
    return high - low;
}

}  // namespace

class TestWindow : public QObject {
    Q_OBJECT

private slots:
    void init() {
        window_ = std::make_unique<MainWindow>(QStringLiteral("effective-connectivity"));
        window_->show();
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
    }
    void cleanup() { window_.reset(); }

    void itOpensWithTwoLivingPortraits() {
        QVERIFY(window_->windowTitle().contains(state()->title));
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto result = explorer().result(side);
            QVERIFY(!window_->view(side)->isEmpty() && result && !result->image.isNull());
            QCOMPARE(result->image.size(), plot(side)->pictureSize() * plot(side)->devicePixelRatioF());
            QVERIFY(spread(result->image) > 60);
            QVERIFY(!explorer().trajectories(side)->empty());
        }
        // Particles move: two pictures, some frames apart, differ.
        const QImage before = plot(0)->grab().toImage();
        QTRY_VERIFY(plot(0)->grab().toImage() != before);
    }

    void everyExampleOpens() {
        for (const auto& example : session::examples()) {
            explorer().open(example.id);
            QTRY_VERIFY_WITH_TIMEOUT(state()->source == example.id && settled(), patience);
            QCOMPARE(window_->sidePanel()->populationCount(), state()->populations());
            QVERIFY(explorer().result(0) && explorer().result(1));
        }
        QVERIFY(window_->messageBar()->message().isEmpty());
    }

    /// From the menu, with its own task set.
    void everyTrainedNetworkOpens() {
        for (const auto& trained : session::trainedNetworks()) {
            const auto actions = window_->findChildren<QAction*>();
            const auto action = std::find_if(actions.begin(), actions.end(),
                                             [&](const QAction* each) { return each->text() == trained.title; });
            QVERIFY2(action != actions.end(), qPrintable(trained.title));
            (*action)->trigger();
            QTRY_VERIFY_WITH_TIMEOUT(state()->source == trained.id && settled(), patience);
            QCOMPARE(state()->trial.task, trained.task);
            QVERIFY(explorer().trial() && explorer().trial()->complete);
        }
        QVERIFY(window_->messageBar()->message().isEmpty());
    }

    void aClickStartsATrajectoryInBoth() {
        const auto before = explorer().starts().size();
        click(plot(1), {0.5, -1.0});
        QCOMPARE(explorer().starts().size(), before + 1);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto& last = explorer().trajectories(side)->back();
            QVERIFY((last.steps.col(0) - Eigen::Vector2d(0.5, -1.0)).cwiseAbs().maxCoeff() < 0.02);
        }
        click(plot(0), {0.5, -1.0}, Qt::ShiftModifier);
        QVERIFY(explorer().starts().back().backward);
        QTest::keyClick(window_.get(), Qt::Key_L, Qt::ControlModifier);
        QTRY_VERIFY(explorer().starts().empty());
    }

    void aDoubleClickFitsAndLeavesNoTrajectory() {
        const auto fitted = explorer().view();
        auto away = fitted;
        away.xMin -= 1;
        away.xMax -= 1;
        explorer().setView(away);
        const auto before = explorer().starts().size();
        const QPoint at = plot(0)->toPosition(0, 0).toPoint();
        QTest::mouseClick(plot(0), Qt::LeftButton, {}, at);
        QTest::mouseDClick(plot(0), Qt::LeftButton, {}, at);
        QCOMPARE(explorer().starts().size(), before);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().view() == fitted && settled(), patience);
    }

    void aDraggedSliderMovesAGainAndIsOneUndo() {
        ValueSlider* gain = window_->sidePanel()->population(1)->gain();
        const int count = explorer().document().undoStack().count();
        gain->slider()->setSliderDown(true);
        for (int at = 1000; at >= 200; at -= 50) gain->slider()->setSliderPosition(at);
        gain->slider()->setSliderDown(false);
        QCOMPARE(state()->gains[1], 0.2);
        QCOMPARE(gain->number()->value(), 0.2);
        QCOMPARE(explorer().document().undoStack().count(), count + 1);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(state()->gains[1], 1.0);
        QCOMPARE(gain->value(), 1.0);
        QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(state()->gains[1], 0.2);
    }

    void doubleClickAndKeysResetASlider() {
        ValueSlider* gain = window_->sidePanel()->population(0)->gain();
        ValueSlider* input = window_->sidePanel()->input()->slider(0);
        const auto setBoth = [&] {
            gain->number()->setValue(0.4);
            input->number()->setValue(0.7);
            QCOMPARE(state()->gains[0], 0.4);
            QCOMPARE(state()->input[0], 0.7);
        };
        setBoth();
        for (ValueSlider* each : {gain, input}) QTest::mouseDClick(each->slider(), Qt::LeftButton);
        QCOMPARE(state()->gains[0], 1.0);
        QCOMPARE(state()->input[0], 0.0);
        for (const Qt::Key key : {Qt::Key_R, Qt::Key_0}) {
            setBoth();
            for (ValueSlider* each : {gain, input}) QTest::keyClick(each->slider(), key);
            QCOMPARE(state()->gains[0], 1.0);
            QCOMPARE(state()->input[0], 0.0);
        }
    }

    void anInputBeyondItsSliderWidensIt() {
        ValueSlider* input = window_->sidePanel()->input()->slider(0);
        input->number()->setValue(3.5);
        QCOMPARE(state()->input[0], 3.5);
        QVERIFY(input->slider()->value() < input->slider()->maximum());
        QCOMPARE(input->number()->value(), 3.5);
    }

    void aSwitchInactivatesAPopulation() {
        PopulationCard* card = window_->sidePanel()->population(1);
        QTest::mouseClick(card->onOff(), Qt::LeftButton);
        QCOMPARE(state()->effectiveGains()[1], 0.0);
        QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(card->onOff()->isChecked());
        QCOMPARE(state()->effectiveGains()[1], 1.0);
    }

    void aWrongFileGivesOneSentenceAndChangesNothing() {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("holiday.pt"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("not a network") > 0);
        file.close();
        const auto before = state();
        drop(path);
        QTRY_VERIFY_WITH_TIMEOUT(!window_->messageBar()->message().isEmpty(), patience);
        QVERIFY2(window_->messageBar()->message().contains(QStringLiteral("holiday.pt")),
                 qPrintable(window_->messageBar()->message()));
        QCOMPARE(state(), before);
        QVERIFY(explorer().result(0) && explorer().result(1));
    }

    void aDroppedCircuitOpens() {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("mine.json"));
        QVERIFY(QFile::copy(QStringLiteral(":/examples/two-memories.json"), path));
        drop(path);
        QTRY_VERIFY_WITH_TIMEOUT(state()->source == path && settled(), patience);
        QCOMPARE(explorer().result(0)->portrait->rank, 1);
        QVERIFY(window_->windowTitle().contains(QStringLiteral("mine")));
        QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(state()->rank() == 2 && settled(), patience);
    }

    void levelsSwitch() {
        QComboBox* box = window_->view(1)->levelBox();
        QCOMPARE(box->count(), 3);
        box->setCurrentIndex(1);
        emit box->activated(1);
        QCOMPARE(explorer().level(1), Level::exact);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QCOMPARE(explorer().result(1)->level, Level::exact);
    }

    void anEmptyPortraitOffersItsRemedy() {
        auto plain = std::make_shared<session::State>(*state());
        auto network = std::make_shared<network::Network>(*plain->network);
        network->labels.clear();
        plain->network = plain->file = network;
        plain->exact = std::make_shared<reduction::ExactReduction>(plain->network);
        plain->circuit = nullptr;
        plain->gains = Eigen::VectorXd::Ones(1);
        plain->on = {true};
        explorer().document().replace(plain, QStringLiteral("open"));
        QVERIFY(window_->view(1)->isEmpty() && !window_->view(0)->isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QTest::mouseClick(window_->view(1)->remedy(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(state()->circuit && settled(), patience);
        QVERIFY(!window_->view(1)->isEmpty() && explorer().result(1));
    }

    void theThemeSwitches() {
        const int light = qGray(explorer().result(0)->image.pixel(5, 5));
        QTest::keyClick(window_.get(), Qt::Key_D, Qt::ControlModifier);
        QVERIFY(window_->isDark());
        QTRY_VERIFY_WITH_TIMEOUT(qGray(explorer().result(0)->image.pixel(5, 5)) < light - 40, patience);
        QVERIFY(window_->palette().color(QPalette::Window).lightness() < 60);
        window_->setDark(false);
    }

    void layersSwitch() {
        const QImage with = explorer().result(0)->image;
        window_->layerBar()->button(QStringLiteral("nullclines"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(settled() && explorer().result(0)->image != with, patience);
        window_->layerBar()->button(QStringLiteral("nullclines"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(explorer().result(0)->image == with, patience);
        window_->layerBar()->particles()->click();
        QVERIFY(!plot(0)->particlesOn() && !plot(1)->particlesOn());
    }

    void panAndZoomAreLinked() {
        const auto before = explorer().view();
        const QPoint from = plot(0)->toPosition(0, 0).toPoint();
        QTest::mousePress(plot(0), Qt::LeftButton, {}, from);
        QTest::mouseMove(plot(0), from + QPoint(30, 0));
        QTest::mouseMove(plot(0), from + QPoint(60, -40));
        QTest::mouseRelease(plot(0), Qt::LeftButton, {}, from + QPoint(60, -40));
        const auto panned = explorer().view();
        QVERIFY(panned.xMin < before.xMin && panned.yMin < before.yMin);
        QCOMPARE(explorer().starts().size(), std::size_t(2));  // a drag is no click
        for (int side = 0; side < Explorer::sides; ++side) QCOMPARE(plot(side)->xAxis->range().lower, panned.xMin);

        const QPointF at = plot(1)->toPosition(0.5, 0.5);
        QWheelEvent wheel(at, plot(1)->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, {}, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(plot(1), &wheel);
        QVERIFY(explorer().view().width() < panned.width());
        // The point under the pointer stays.
        QVERIFY((plot(0)->toPosition(0.5, 0.5) - at).manhattanLength() < 0.1);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), patience);
        QVERIFY(explorer().result(0)->view == explorer().view());
    }

    void theCrossHairIsLinkedAndRead() {
        QTest::mouseMove(plot(0), plot(0)->toPosition(0.8, 0.3).toPoint());
        QVERIFY(explorer().cross());
        QTRY_VERIFY_WITH_TIMEOUT(window_->statusLine()->text()->source().contains(QStringLiteral("d\\kappa/dt")),
                                 patience);
        QTest::keyClick(plot(0), Qt::Key_Right);
        QVERIFY(explorer().cross()->x() > 0.82);
        const auto before = explorer().starts().size();
        QTest::keyClick(plot(0), Qt::Key_Return);
        QCOMPARE(explorer().starts().size(), before + 1);
    }

    void everyControlHasANameAndAHint() {
        for (QWidget* widget : window_->findChildren<QWidget*>()) {
            const bool control = qobject_cast<QAbstractButton*>(widget) || qobject_cast<QSlider*>(widget) ||
                                 qobject_cast<QComboBox*>(widget) || qobject_cast<QAbstractSpinBox*>(widget);
            const bool internal = widget->objectName().startsWith(QStringLiteral("qt_")) ||
                                  widget->parentWidget()->inherits("QComboBox") || widget->inherits("QScrollBar");
            if (!control || internal || qobject_cast<QPushButton*>(widget)) continue;
            const QString what =
                QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->accessibleName();
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(what));
            QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(what));
            QVERIFY2(widget->focusPolicy() & Qt::TabFocus, qPrintable(what));
        }
    }

private:
    Explorer& explorer() { return window_->explorer(); }
    std::shared_ptr<const session::State> state() { return explorer().state(); }
    PortraitPlot* plot(int side) { return window_->view(side)->plot(); }
    bool settled() { return explorer().isSettled(); }

    void drop(const QString& path) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(QPoint(400, 300), Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(window_.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(QPointF(400, 300), Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(window_.get(), &event);
    }

    std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
