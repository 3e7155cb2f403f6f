// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace kappascope::app {

/// Opens a window for each file or example among the arguments (the first bundled example without any) and runs until
/// the last is closed. With --screenshot FILE [--size WxH] [--dark] [--example ID] [--show WHAT] it shows nothing and
/// writes a picture of the window once both portraits are complete; WHAT is one of equations, help, question and
/// restore. Returns the exit code.
int runWindow(int argc, char** argv);

}  // namespace kappascope::app
