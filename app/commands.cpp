// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <QCoreApplication>
#include <QFileInfo>
#include <QGuiApplication>
#include <algorithm>
#include <array>
#include <clocale>
#include <cstdio>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "app/commands_common.h"
#include "app/commands_output.h"
#include "core/error.h"
#include "resources/resources.h"
#include "ui/session/state.h"
#include "ui/session/trained.h"

namespace kappascope::app {

namespace {

constexpr int failure = 1;
constexpr int wrongUsage = 2;

void complain(const QString& sentence) {
    std::fprintf(stderr, "kappascope: %s\n", sentence.toUtf8().constData());
}

/// Errors of what was typed rather than of what was found.
bool isUsage(const Error& error) {
    switch (error.code()) {
        case ErrorCode::needsTask:
        case ErrorCode::unknownTask:
        case ErrorCode::unknownCondition: return true;
        case ErrorCode::badOption:
            return error.file().empty() || error.field() == "rank" || error.field() == "units" ||
                   error.field() == "populations";
        case ErrorCode::inputsDoNotMatch: return error.file().empty();
        default: return false;
    }
}

void listExamples(bool json) {
    Json list = Json::array();
    Table table({Texts::tr("id"), Texts::tr("title"), Texts::tr("units"), Texts::tr("what to try")});
    for (const auto& example : session::examples()) {
        list.push_back({{"id", example.id.toStdString()},
                        {"title", example.title.toStdString()},
                        {"summary", example.summary.toStdString()},
                        {"units", example.units}});
        table.add({example.id, example.title, QString::number(example.units), example.summary});
    }
    for (const auto& trained : session::trainedNetworks()) {
        list.push_back({{"id", trained.id.toStdString()},
                        {"title", trained.title.toStdString()},
                        {"summary", trained.summary.toStdString()},
                        {"units", trained.units}});
        table.add({trained.id, trained.title, QString::number(trained.units), trained.summary});
    }
    if (json)
        print(list);
    else
        print(table.text());
}

/// Qt's remarks about the machine (no run-time folder, for one) are none of the user's business here.
void passOn(QtMsgType type, const QMessageLogContext&, const QString& message) {
    if (type == QtCriticalMsg || type == QtFatalMsg) std::fprintf(stderr, "%s\n", message.toUtf8().constData());
}

/// The class of application that a command needs. Figures always use the offscreen platform, so that resolution and
/// fonts do not depend on a screen.
std::unique_ptr<QCoreApplication> makeApplication(bool draws, int& argc, char** argv) {
    std::unique_ptr<QCoreApplication> application;
    if (draws) {
        qInstallMessageHandler(passOn);
        qputenv("QT_QPA_PLATFORM", "offscreen");
        application = std::make_unique<QGuiApplication>(argc, argv);
    } else {
        application = std::make_unique<QCoreApplication>(argc, argv);
    }
    // Qt takes the user's locale for everything; numbers stay with the point.
    std::setlocale(LC_NUMERIC, "C");
    return application;
}

int run(const std::function<void()>& work) {
    try {
        work();
        return 0;
    } catch (const UsageError& error) {
        complain(error.sentence());
        return wrongUsage;
    } catch (const Error& error) {
        complain(session::sentence(error));
        return isUsage(error) ? wrongUsage : failure;
    } catch (const std::bad_alloc&) {
        complain(Texts::tr("There is not enough memory for this."));
    } catch (const std::exception& error) {
        complain(Texts::tr("Something unexpected happened: %1.").arg(QString::fromUtf8(error.what())));
    }
    return failure;
}

}  // namespace

bool isCommand(int argc, char** argv) {
    constexpr std::array<std::string_view, 19> known{"populations", "resample", "behaviour", "selectivity", "couplings",
                                                     "train",       "evaluate", "info",      "portrait",    "simulate",
                                                     "compare",     "figure",   "tour",      "--list",      "--json",
                                                     "--help",      "-h",       "--version", "--help-all"};
    constexpr std::array<std::string_view, 9> ofTheWindow{"--screenshot", "--size", "--example", "--dark", "--gallery",
                                                          "--part",       "--show", "--layers",  "--card"};
    if (argc < 2) return false;
    const std::string_view first = argv[1];
    const auto isIn = [](const auto& list, std::string_view text) {
        return std::find(list.begin(), list.end(), text) != list.end();
    };
    if (isIn(known, first)) return true;
    // An option that the window does not know is refused here, where no display is needed to say so.
    if (first.starts_with("--") && first.size() > 2) return !isIn(ofTheWindow, first.substr(0, first.find('=')));
    // A bare word that is no file and no example can only be a mistyped command.
    if (first.empty() || first.front() == '-' || first.find_first_of("./\\:") != std::string_view::npos) return false;
    const QString word = QString::fromLocal8Bit(argv[1]);
    const auto& examples = session::examples();
    const bool isExample =
        std::any_of(examples.begin(), examples.end(), [&word](const auto& example) { return example.id == word; });
    return !isExample && !session::findTrained(word) && !QFileInfo::exists(word);
}

int runCommand(int argc, char** argv) {
    CLI::App root(
        Texts::tr("Phase portraits of low-rank recurrent networks. Without a command: opens the window.").toStdString(),
        "kappascope");
    bool list = false;
    bool json = false;
    root.add_flag("--list", list, Texts::tr("list the bundled examples").toStdString());
    root.add_flag("--json", json, Texts::tr("list them as JSON").toStdString());
    root.set_version_flag("--version", std::string("kappascope ") + version);
    root.set_help_all_flag("--help-all", Texts::tr("help of every command").toStdString());
    root.require_subcommand(0, 1);
    const std::vector<Command> commands{
        makeInfo(root),   makePortrait(root),   makeSimulate(root),  makeCompare(root),     makeFigure(root),
        makeTour(root),   makeTrain(root),      makeEvaluate(root),  makePopulations(root), makeResample(root),
        makeRefine(root), makeReductions(root), makeBehaviour(root), makeSelectivity(root), makeCouplings(root)};

    try {
        root.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return root.exit(error);
        QString reason = QString::fromUtf8(error.what()).simplified();
        if (!reason.endsWith(u'.')) reason += u'.';
        complain(Texts::tr("%1 (kappascope --help-all shows what there is.)").arg(reason));
        return wrongUsage;
    }

    const auto chosen =
        std::find_if(commands.begin(), commands.end(), [](const Command& c) { return c.parser->parsed(); });
    int ownArgc = 1;
    const auto application = makeApplication(chosen != commands.end() && chosen->draws, ownArgc, argv);
    initResources();
    if (chosen != commands.end()) return run(chosen->run);
    if (list) return run([json] { listExamples(json); });
    complain(Texts::tr("No command was given (kappascope --help-all shows what there is)."));
    return wrongUsage;
}

}  // namespace kappascope::app
