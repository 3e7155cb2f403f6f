// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/mailbox.h"

#include <QCoreApplication>
#include <mutex>

namespace kappascope::session {

void postWake(QObject* receiver) {
    static std::mutex one;
    const std::scoped_lock lock(one);
    QCoreApplication::postEvent(receiver, new QEvent(QEvent::User));
}

}  // namespace kappascope::session
