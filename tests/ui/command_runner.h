// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>
#include <nlohmann/json.hpp>

#include "app/commands.h"

namespace kappascope::test {

/// Variable that turns a test program into the program itself, so that commands run in a process of their own.
inline constexpr char asProgram[] = "KAPPASCOPE_TEST_AS_PROGRAM";

/// What main() of such a test begins with: true where this process is to run a command.
inline bool runsAsProgram() {
    return qEnvironmentVariableIsSet(asProgram);
}

/// How a command ended.
struct Run {
    int exitCode = -1;
    QByteArray out;
    QByteArray err;

    nlohmann::json json() const { return nlohmann::json::parse(out.toStdString()); }
};

/// Runs "kappascope ARGUMENTS" without a display.
inline Run run(const QStringList& arguments, const QString& locale = {}) {
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(asProgram, QStringLiteral("1"));
    environment.remove(QStringLiteral("DISPLAY"));
    environment.remove(QStringLiteral("WAYLAND_DISPLAY"));
    if (!locale.isEmpty()) environment.insert(QStringLiteral("LC_ALL"), locale);
    process.setProcessEnvironment(environment);
    process.start(QCoreApplication::applicationFilePath(), arguments);
    process.waitForFinished(600'000);
    Run result;
    result.exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    result.out = process.readAllStandardOutput();
    result.err = process.readAllStandardError();
    return result;
}

/// What a file holds; nothing where there is none.
inline QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A command line as a shell splits it, without "kappascope".
inline QStringList wordsOf(const QString& command) {
    QProcess shell;
    shell.start(QStringLiteral("sh"), {QStringLiteral("-c"), QStringLiteral("printf '%s\\n' ") + command});
    shell.waitForFinished(60'000);
    QStringList words = QString::fromUtf8(shell.readAllStandardOutput()).split(u'\n');
    if (!words.isEmpty()) words.removeLast();
    if (!words.isEmpty()) words.removeFirst();
    return words;
}

}  // namespace kappascope::test
