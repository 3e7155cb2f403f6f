// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/window.h"

int main(int argc, char** argv) {
    using namespace kappascope::app;
    return isCommand(argc, argv) ? runCommand(argc, argv) : runWindow(argc, argv);
}
