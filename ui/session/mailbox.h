// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QEvent>
#include <QObject>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace kappascope::session {

/// Posts an empty event of type User, one thread at a time: Qt guards its list of events by a lock that ThreadSanitizer
/// cannot see, ours it can. What is left, a post of Qt's own in the receiver's thread, .ci/tsan.supp names by this
/// function.
void postWake(QObject* receiver);

/// The one way by which data crosses from a worker to the thread that this object lives in: a mutex and a posted event
/// that carries nothing. put() may be called from any thread; handle is called in the mailbox's own thread, in order.
///
/// The event is posted while the mutex is held, and the receiver takes the mutex before Qt frees the event, so that
/// every access is ordered by a lock that ThreadSanitizer can see.
template <class T>
class Mailbox : public QObject {
public:
    explicit Mailbox(std::function<void(T)> handle, QObject* parent = nullptr)
        : QObject(parent), handle_(std::move(handle)) {}

    void put(T item) {
        const std::scoped_lock lock(mutex_);
        items_.push_back(std::move(item));
        if (items_.size() == 1) postWake(this);
    }

protected:
    bool event(QEvent* event) override {
        if (event->type() != QEvent::User) return QObject::event(event);
        std::vector<T> items;
        {
            const std::scoped_lock lock(mutex_);
            items.swap(items_);
        }
        for (T& item : items) handle_(std::move(item));
        return true;
    }

private:
    std::function<void(T)> handle_;
    std::mutex mutex_;
    std::vector<T> items_;
};

}  // namespace kappascope::session
