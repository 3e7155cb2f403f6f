// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <QString>
#include <QStringList>
#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace kappascope::app {

/// Keys in the order in which they are set; doubles are written so that they read back as the same number.
using Json = nlohmann::ordered_json;

Json toJson(const Eigen::VectorXd& vector);
/// [[re, im], ...]
Json toJson(const Eigen::VectorXcd& vector);
/// Columns become the entries: a K x T matrix gives T lists of K.
Json columnsToJson(const Eigen::MatrixXd& matrix);
Json toJson(const QStringList& list);
/// {id: number, ...}
Json numbersToJson(const std::map<std::string, double>& values);

/// A number for people: `digits` significant digits, "-0" as "0".
QString shown(double value, int digits = 6);
/// "(0, 0.5)"
QString shown(const Eigen::VectorXd& vector, int digits = 6);

/// Lines of text in columns.
class Table {
public:
    explicit Table(QStringList header) : rows_{std::move(header)} {}
    void add(QStringList row) { rows_.push_back(std::move(row)); }
    QString text() const;

private:
    std::vector<QStringList> rows_;
};

/// Standard output, checked: throws Error cannotWrite.
void print(const QString& text);
void print(const Json& json);

/// Writes a file whole or not at all. Throws Error cannotWrite.
void writeWhole(const QString& path, std::string_view bytes);

/// Progress on standard error while it lives: a bar on a terminal, a line every 5 s otherwise, nothing for work that is
/// done at once.
class Progress {
public:
    /// what: "Simulating trials". steps: how many there are; 0: unknown, the time alone is shown.
    Progress(const QString& what, int steps);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// One more step is done. From any thread.
    void step() { ++done_; }

private:
    void report(std::stop_token stop);
    std::string what_;
    int steps_;
    std::atomic<int> done_{0};
    std::jthread thread_;
};

}  // namespace kappascope::app
