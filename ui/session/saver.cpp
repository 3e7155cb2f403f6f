// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/saver.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <filesystem>
#include <utility>

#include "core/io/save.h"

namespace kappascope::session {

namespace {

std::filesystem::path systemPath(const QString& path) {
    return {path.toStdU16String()};
}

/// The files of networks that belong to a session at `path`.
QStringList networkFiles(const QString& path) {
    const QFileInfo info(path);
    return info.dir().entryList({info.completeBaseName() + QStringLiteral("-*.networks")}, QDir::Files);
}

void removeNetworkFiles(const QString& path, const QString& butThis = {}) {
    const QDir folder = QFileInfo(path).dir();
    for (const QString& name : networkFiles(path))
        if (name != butThis) QFile::remove(folder.filePath(name));
}

qint64 bytesOf(const network::Network* network) {
    if (!network) return 0;
    const Eigen::Index numbers = network->connectivity.size() + network->m.size() + network->n.size() +
                                 network->inputWeights.size() + network->outputWeights.size();
    return static_cast<qint64>(numbers) * 8;
}

/// What a worker remembers of its last save.
class Writer {
public:
    void write(const SaveRequest& request) {
        const io::Scene scene = sceneFrom(request.state, request.view);
        if (request.apartFrom && bytesOf(scene.network.get()) > *request.apartFrom) {
            writeApart(scene, request.path);
            return;
        }
        io::writeAtomically(systemPath(request.path), io::sceneBytes(scene, &cache_));
        if (request.apartFrom) removeNetworkFiles(request.path);
    }

private:
    void writeApart(const io::Scene& scene, const QString& path) {
        const QFileInfo info(path);
        if (network_ != scene.network || shown_ != scene.shown || path_ != path) {
            // A name of its own: the session that is there still needs the file that it names.
            beside_ = QStringLiteral("%1-%2.networks")
                          .arg(info.completeBaseName(), QString::number(QRandomGenerator::global()->generate64(), 16));
            io::writeAtomically(systemPath(info.dir().filePath(beside_)), io::networksBytes(scene));
            network_ = scene.network;
            shown_ = scene.shown;
            path_ = path;
        }
        io::writeAtomically(systemPath(path), io::sceneBytesBeside(scene, beside_.toStdString()));
        removeNetworkFiles(path, beside_);
    }

    io::SceneCache cache_;
    std::shared_ptr<const network::Network> network_;
    std::shared_ptr<const network::Network> shown_;
    QString path_;
    QString beside_;
};

}  // namespace

std::unique_ptr<SaveWorker> makeSaveWorker(SaveWorker::Receive receive) {
    return std::make_unique<SaveWorker>(
        [writer = std::make_shared<Writer>()](const SaveRequest& request, const SaveWorker::Run&) {
            if (request.state)
                writer->write(request);
            else
                removeSession(request.path);
            return std::make_shared<const SaveResult>(SaveResult{request.state, request.path});
        },
        std::move(receive));
}

void removeSession(const QString& path) {
    QFile::remove(path);
    removeNetworkFiles(path);
}

Saver::Saver(Explorer& explorer, QObject* parent) : QObject(parent), explorer_(explorer) {
    worker_ = makeSaveWorker([this](const Delivery<SaveResult>& delivery) { receive(delivery); });
}

void Saver::save(const QString& path) {
    if (busy_ || !explorer_.state()) return;
    busy_ = true;
    viewChanges_ = explorer_.viewChanges();
    worker_->submit({explorer_.state(), explorer_.viewState(), path, {}});
}

void Saver::receive(const Delivery<SaveResult>& delivery) {
    busy_ = false;
    if (delivery.error) emit failed(sentence(*delivery.error));
    if (delivery.result) {
        explorer_.setViewSaved(viewChanges_);
        explorer_.document().setSaved(*delivery.result->state, delivery.result->path);
        emit saved(delivery.result->path);
    }
    emit finished(delivery.result != nullptr);
}

}  // namespace kappascope::session
