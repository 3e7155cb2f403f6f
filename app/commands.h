// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace kappascope::app {

/// The program's version, as in CMakeLists.txt.
inline constexpr char version[] = "0.1.0";

/// Whether the arguments name a command (info, portrait, simulate, compare, tour), ask for help, the version or the
/// list of examples, or are words that can be nothing but a mistaken command. Everything else is for the window.
bool isCommand(int argc, char** argv);

/// Runs a command without a display: result on standard output, progress and one sentence for an error on standard
/// error. Makes its own application object (none must exist). Returns the exit code: 0, 2 on wrong usage, 1 on
/// any other failure.
int runCommand(int argc, char** argv);

}  // namespace kappascope::app
