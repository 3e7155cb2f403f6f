// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace kappascope {

/// Makes the bundled files (":/fonts", ":/examples", ":/icons") known to Qt. The library is static, so that nothing
/// else does; any number of calls, from any thread.
void initResources();

}  // namespace kappascope
