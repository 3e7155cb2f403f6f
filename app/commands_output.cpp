// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands_output.h"

#include <QSaveFile>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <mutex>
#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

#include "app/commands_common.h"
#include "core/error.h"
#include "core/io/text.h"

namespace kappascope::app {

namespace {

bool errorIsATerminal() {
#ifdef _WIN32
    return _isatty(_fileno(stderr)) != 0;
#else
    return isatty(STDERR_FILENO) != 0;
#endif
}

void printBytes(std::string_view bytes) {
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() && std::fflush(stdout) == 0;
    if (!written)
        throw Error(ErrorCode::cannotWrite, {}, {std::strerror(errno)}, Texts::tr("Standard output").toStdString());
}

}  // namespace

Json toJson(const Eigen::VectorXd& vector) {
    Json result = Json::array();
    for (const double value : vector) result.push_back(value);
    return result;
}

Json toJson(const Eigen::VectorXcd& vector) {
    Json result = Json::array();
    for (const auto& value : vector) result.push_back({value.real(), value.imag()});
    return result;
}

Json columnsToJson(const Eigen::MatrixXd& matrix) {
    Json result = Json::array();
    for (Eigen::Index k = 0; k < matrix.cols(); ++k) result.push_back(toJson(Eigen::VectorXd(matrix.col(k))));
    return result;
}

Json toJson(const QStringList& list) {
    Json result = Json::array();
    for (const auto& text : list) result.push_back(text.toStdString());
    return result;
}

Json numbersToJson(const std::map<std::string, double>& values) {
    Json json = Json::object();
    for (const auto& [id, value] : values) json[id] = value;
    return json;
}

QString shown(double value, int digits) {
    const auto text = io::toText(value, digits);
    return QString::fromStdString(text == "-0" ? "0" : text);
}

QString shown(const Eigen::VectorXd& vector, int digits) {
    QStringList parts;
    for (const double value : vector) parts << shown(value, digits);
    return QStringLiteral("(%1)").arg(parts.join(QStringLiteral(", ")));
}

QString Table::text() const {
    std::vector<qsizetype> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max<std::size_t>(widths.size(), static_cast<std::size_t>(row.size())));
        for (qsizetype c = 0; c < row.size(); ++c)
            widths[static_cast<std::size_t>(c)] = std::max(widths[static_cast<std::size_t>(c)], row[c].size());
    }
    QString result;
    for (const auto& row : rows_) {
        QString line;
        for (qsizetype c = 0; c < row.size(); ++c)
            line += QStringLiteral("  ") + row[c].leftJustified(widths[static_cast<std::size_t>(c)]);
        while (line.endsWith(u' ')) line.chop(1);
        result += line + u'\n';
    }
    return result;
}

void print(const QString& text) {
    printBytes(text.toStdString());
}

void print(const Json& json) {
    printBytes(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void writeWhole(const QString& path, std::string_view bytes) {
    QSaveFile file(path);
    const bool written =
        file.open(QIODevice::WriteOnly) &&
        file.write(bytes.data(), static_cast<qint64>(bytes.size())) == static_cast<qint64>(bytes.size()) &&
        file.commit();
    if (!written) throw Error(ErrorCode::cannotWrite, {}, {file.errorString().toStdString()}, path.toStdString());
}

Progress::Progress(const QString& what, int steps)
    : what_(what.toStdString()), steps_(steps), thread_([this](std::stop_token stop) { report(stop); }) {}

Progress::~Progress() = default;

void Progress::report(std::stop_token stop) {
    using namespace std::chrono_literals;
    using Clock = std::chrono::steady_clock;
    const bool terminal = errorIsATerminal();
    const auto begun = Clock::now();
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    bool drawn = false;
    while (!wake.wait_for(lock, stop, terminal ? 200ms : 5000ms, [] { return false; }) && !stop.stop_requested()) {
        const double elapsed = std::chrono::duration<double>(Clock::now() - begun).count();
        const double fraction = steps_ > 0 ? static_cast<double>(done_) / steps_ : 0;
        std::string line = what_;
        if (steps_ > 0) {
            const auto filled = static_cast<std::size_t>(std::clamp(fraction, 0.0, 1.0) * 30);
            if (terminal) line += " [" + std::string(filled, '#') + std::string(30 - filled, '.') + "]";
            line += " " + std::to_string(static_cast<int>(100 * fraction)) + " %";
        }
        line += ", " + std::to_string(static_cast<int>(elapsed)) + " s";
        if (fraction > 0.02)
            line +=
                Texts::tr(", about %1 s left").arg(static_cast<int>(elapsed * (1 - fraction) / fraction)).toStdString();
        std::fprintf(stderr, terminal ? "\r%s\033[K" : "%s\n", line.c_str());
        std::fflush(stderr);
        drawn = terminal;
    }
    if (drawn) std::fputs("\r\033[K", stderr);
}

}  // namespace kappascope::app
