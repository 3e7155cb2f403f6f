// SPDX-License-Identifier: GPL-3.0-or-later
#include "resources/resources.h"

#include <QtCore/qglobal.h>

// Q_INIT_RESOURCE declares a symbol and must stand outside any namespace.
static bool registerResources() {
    Q_INIT_RESOURCE(resources);
    return true;
}

namespace kappascope {

void initResources() {
    static const bool done = registerResources();
    (void)done;
}

}  // namespace kappascope
