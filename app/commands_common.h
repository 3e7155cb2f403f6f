// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>
#include <QCoreApplication>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/tasks/task.h"
#include "ui/session/state.h"

namespace kappascope::app {

/// Texts of the command line go through Texts::tr().
struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Commands)
};

/// Wrong usage of the command line: exit code 2 and this sentence.
class UsageError : public std::exception {
public:
    explicit UsageError(QString sentence) : sentence_(std::move(sentence)), what_(sentence_.toStdString()) {}
    const QString& sentence() const { return sentence_; }
    const char* what() const noexcept override { return what_.c_str(); }

private:
    QString sentence_;
    std::string what_;
};

/// A sub-command, ready to run once the arguments are parsed.
struct Command {
    CLI::App* parser = nullptr;
    bool draws = false;  ///< needs QGuiApplication on the offscreen platform
    std::function<void()> run;
};

/// Options that most commands share, as they were typed.
struct CommonOptions {
    std::string net;
    std::string scaling = "auto";
    std::string readout = "auto";
    std::string level;
    std::string input;
    std::string gain;
    std::string populations;
    std::string circuit;  ///< a file
    std::optional<int> rank;
    std::optional<std::int64_t> units;
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0: as many as the machine has
    bool json = false;
    bool needsUnits = false;  ///< of the command: a circuit gets a finite network, whatever the level
};

/// Adds NET and the options above to a sub-command.
void addCommonOptions(CLI::App& parser, CommonOptions& options);

/// What a command works on: the state with its input and gains as asked for.
struct Opened {
    std::shared_ptr<const session::State> state;
    session::Level level = session::Level::exact;
    QStringList warnings;
    bool rankGiven = false;
};

/// Opens NET. The level is exact for networks, mean-field for circuits (exact where --units samples them), unless it
/// was given; input: zero unless given, but a session's own; gains: the file's unless given. Throws UsageError or
/// Error.
Opened openNet(const CommonOptions& options);

/// Throws UsageError where the outputs of the state's network are its units' own rates, which no circuit has.
void refuseRates(const session::State& state);

/// What its warnings say of a sampled state, whose network is not null.
QString drawnText(const session::State& state);

/// "0.2,-1" as numbers. name: the option, for the sentence. Throws UsageError.
Eigen::VectorXd parseNumbers(const std::string& text, const QString& name);

/// Calls work(index) for 0..count-1 on several threads (at most `threads`; 0: as many as the machine has). The first
/// exception ends the loop and is thrown again.
void forEach(int count, int threads, const std::function<void(int)>& work);

Command makeInfo(CLI::App& root);
Command makePortrait(CLI::App& root);
Command makeSimulate(CLI::App& root);
Command makeCompare(CLI::App& root);
Command makeFigure(CLI::App& root);
Command makeTour(CLI::App& root);
Command makeTrain(CLI::App& root);
Command makeEvaluate(CLI::App& root);
Command makeBehaviour(CLI::App& root);
Command makeSelectivity(CLI::App& root);
Command makeCouplings(CLI::App& root);
Command makePopulations(CLI::App& root);
Command makeResample(CLI::App& root);
Command makeRefine(CLI::App& root);
Command makeReductions(CLI::App& root);

}  // namespace kappascope::app
