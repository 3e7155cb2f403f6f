// SPDX-License-Identifier: GPL-3.0-or-later
// What the window shows of the agreement is what the command that it offers prints, digit for digit.
#include <QApplication>
#include <QClipboard>
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QToolButton>

#include "tests/ui/command_runner.h"
#include "tests/ui/window_fixtures.h"
#include "ui/session/trial_choices.h"
#include "ui/widgets/agreement_view.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/population_card.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/side_panel.h"
#include "ui/widgets/time_panel.h"
#include "ui/widgets/value_slider.h"

using namespace kappascope;
using namespace kappascope::widgets;
using test::choose;
using test::patience;
using test::run;

namespace {

/// The cells of the table's row of a level over all conditions: rms kappa, rms z, same choice, chance.
QStringList printedRow(const QByteArray& table, const QString& level) {
    for (const QString& line : QString::fromUtf8(table).split(u'\n')) {
        const QStringList cells = line.split(QRegularExpression(QStringLiteral("\\s{2,}")), Qt::SkipEmptyParts);
        if (cells.size() > 5 && cells[0] == QStringLiteral("all") && cells[1] == level) return cells.mid(2, 4);
    }
    return {};
}

}  // namespace

class TestWindowCompare : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { window_.reset(); }

    void bundledCircuits_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("task");
        QTest::addColumn<bool>("exact");
        QTest::newRow("two populations") << "effective-connectivity"
                                         << "dms" << false;
        QTest::newRow("an identity") << "effective-connectivity"
                                     << "dms" << true;
        QTest::newRow("rank 1") << "context-dependent-decision"
                                << "mante" << false;
        QTest::newRow("one input") << "two-memories"
                                   << "rdm" << false;
    }
    void bundledCircuits() {
        QFETCH(QString, id);
        QFETCH(QString, task);
        QFETCH(bool, exact);
        window_ = std::make_unique<MainWindow>(QStringLiteral("rotation"));
        window_->show();
        session::OpenOptions options;
        options.units = 500;
        explorer().open(id, options);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state() && explorer().state()->source == id && explorer().isSettled(),
                                 patience);
        if (exact) choose(window_->view(1)->levelBox(), QStringLiteral("Exact flow"));
        choose(panel()->taskBox(), session::taskTitle(task));
        const QString first = panel()->conditionBox()->currentText();
        for (int k = 0; k < 3; ++k) choose(panel()->conditionBox(), QStringLiteral("A random trial"));
        QCOMPARE(explorer().state()->trial.seed, std::uint64_t(3));
        choose(panel()->conditionBox(), first);
        panel()->noise()->setValue(0.05);
        panel()->trials()->setValue(2);
        window_->sidePanel()->population(0)->gain()->number()->setValue(0.85);
        isPrinted(exact ? QStringLiteral("exact") : QStringLiteral("mean-field"));
    }

    void publishedNetworks_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("task");
        QTest::addColumn<bool>("exact");
        QTest::newRow("rank 2") << "dms_rank2_512.pt"
                                << "dms" << false;
        QTest::newRow("full rank") << "mante_fr_fig1.pt"
                                   << "mante" << true;
    }
    void publishedNetworks() {
        KAPPASCOPE_NEEDS_REFERENCE();
        QFETCH(QString, name);
        QFETCH(QString, task);
        QFETCH(bool, exact);
        window_ =
            std::make_unique<MainWindow>(QString::fromStdString(reference::networkFile(name.toStdString()).string()));
        window_->show();
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state() && explorer().isSettled(), patience);
        choose(panel()->taskBox(), session::taskTitle(task));
        if (exact)
            explorer().setLevel(1, session::Level::exact);
        else
            QTest::mouseClick(window_->view(1)->remedy(), Qt::LeftButton);
        panel()->noise()->setValue(0.03);
        isPrinted(exact ? QStringLiteral("exact") : QStringLiteral("mean-field"));
    }

private:
    void isPrinted(const QString& level) {
        const auto compared = [this] {
            return explorer().isSettled() && explorer().trial() && explorer().trial()->comparison &&
                   explorer().trial()->state->revision == explorer().state()->revision;
        };
        QTRY_VERIFY_WITH_TIMEOUT(compared(), 4 * patience);
        AgreementView* agreement = panel()->agreementView();
        QVERIFY(agreement->copyButton()->isVisible());
        QTest::mouseClick(agreement->copyButton(), Qt::LeftButton);
        const QString command = QGuiApplication::clipboard()->text();
        QVERIFY2(command.startsWith(QStringLiteral("kappascope compare ")), qPrintable(command));
        QVERIFY(agreement->copyButton()->toolTip().contains(command));

        const auto table = run(test::wordsOf(command));
        QVERIFY2(table.exitCode == 0, table.err.constData());
        const QStringList printed = printedRow(table.out, level);
        QVERIFY2(printed.size() == 4, table.out.constData());
        const QString shown = agreement->label()->source();
        const QString expected = QStringLiteral(
                                     "all conditions: %1rms $\\kappa$ %2 · rms $z$ %3 · same choice %4 "
                                     "(chance %5)")
                                     .arg(table.out.contains("identity") && level == QStringLiteral("exact") &&
                                                  !explorer().state()->isTruncated()
                                              ? QStringLiteral("identity · ")
                                              : QString(),
                                          printed[0], printed[1], printed[2], printed[3]);
        QCOMPARE(shown, expected);

        // Beneath the rounded digits they are the same doubles.
        const auto exactly = run(test::wordsOf(command + QStringLiteral(" --json")));
        const auto* all = explorer().trial()->comparison->of(*session::levelFromId(level));
        const auto json = exactly.json();
        for (const auto& one : json.at("levels")) {
            if (one.at("level").get<std::string>() != level.toStdString()) continue;
            QVERIFY(one.at("rms_kappa").get<double>() == all->rmsKappa);
            QVERIFY(one.at("rms_z").get<double>() == all->rmsZ);
            QVERIFY(one.at("same_choice").get<double>() == all->sameChoice);
            QVERIFY(one.at("chance").get<double>() == all->chance);
        }
    }

    session::Explorer& explorer() { return window_->explorer(); }
    TimePanel* panel() { return window_->timePanel(); }

    std::unique_ptr<MainWindow> window_;
};

int main(int argc, char** argv) {
    if (test::runsAsProgram()) return app::runCommand(argc, argv);
    QApplication application(argc, argv);
    TestWindowCompare test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_compare.moc"
