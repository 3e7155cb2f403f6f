// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/saver.h"

#include <filesystem>
#include <system_error>

#include "core/io/save.h"

namespace kappascope::session {

std::unique_ptr<SaveWorker> makeSaveWorker(SaveWorker::Receive receive) {
    return std::make_unique<SaveWorker>(
        [cache = std::make_shared<io::SceneCache>()](const SaveRequest& request, const SaveWorker::Run&) {
            const std::filesystem::path path(request.path.toStdU16String());
            if (request.state) {
                io::writeAtomically(path, sessionBytes(request.state, request.view, cache.get()));
            } else {
                std::error_code missing;
                std::filesystem::remove(path, missing);
            }
            return std::make_shared<const SaveResult>(SaveResult{request.state, request.path});
        },
        std::move(receive));
}

Saver::Saver(Explorer& explorer, QObject* parent) : QObject(parent), explorer_(explorer) {
    worker_ = makeSaveWorker([this](const Delivery<SaveResult>& delivery) { receive(delivery); });
}

void Saver::save(const QString& path) {
    if (busy_ || !explorer_.state()) return;
    busy_ = true;
    worker_->submit({explorer_.state(), explorer_.viewState(), path});
}

void Saver::receive(const Delivery<SaveResult>& delivery) {
    busy_ = false;
    if (delivery.error) emit failed(sentence(*delivery.error));
    if (delivery.result) {
        explorer_.document().setSaved(*delivery.result->state, delivery.result->path);
        emit saved(delivery.result->path);
    }
    emit finished(delivery.result != nullptr);
}

}  // namespace kappascope::session
