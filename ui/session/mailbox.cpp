// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/mailbox.h"

#include <QCoreApplication>

namespace kappascope::session {

void postWake(QObject* receiver) {
    QCoreApplication::postEvent(receiver, new QEvent(QEvent::User));
}

}  // namespace kappascope::session
