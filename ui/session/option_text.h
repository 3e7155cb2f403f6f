// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace kappascope::session {

/// An option of a task or of a training in words, through tr().
struct OptionText {
    QString label;       ///< may hold $mathematics$
    QString help;        ///< one sentence with symbol and unit
    QString zero = {};   ///< what 0 means, where it does not mean a number: "none"
    bool scale = false;  ///< a size of unknown order: steps multiply
};

/// Of the ids that tasks and training::optionsFor() have; the id itself where it has no words.
OptionText optionText(const QString& id);

}  // namespace kappascope::session
