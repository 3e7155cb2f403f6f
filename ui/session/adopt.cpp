// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/adopt.h"

#include <QCoreApplication>

#include "core/io/save.h"
#include "ui/session/train_desk.h"
#include "ui/session/trial_choices.h"

namespace kappascope::session {

OpenedFile openTrained(const RunSnapshot& snapshot) {
    const training::Settings& settings = *snapshot.settings;
    io::Provenance provenance;
    provenance.seed = settings.seed;
    const std::string bytes = io::networkBytes(snapshot.network(), provenance);
    const QString title = QCoreApplication::translate("Adopt", "%1, seed %2")
                              .arg(taskTitle(QString::fromStdString(settings.task)))
                              .arg(settings.seed);
    return openBytes(bytes, TrainDesk::nameOf(settings) + QStringLiteral(".npz"), title);
}

}  // namespace kappascope::session
