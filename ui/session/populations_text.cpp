// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/populations_text.h"

#include <QCoreApplication>

namespace kappascope::session {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("populations", text);
}

}  // namespace

QString reasonSentence(const statistics::Populations& populations) {
    using enum statistics::CountReason;
    const QString p = populations.epairs ? QString::number(populations.epairs->p, 'g', 3) : QString();
    switch (populations.reason) {
        case given: return tr("You chose the number.");
        case smallestStable:
            return tr(
                "The smallest number within one standard error of the best evidence whose populations are the same in "
                "refits of parts of the units.");
        case noStructure:
            return p.isEmpty() ? tr("The evidence sees no more than one population.")
                               : tr("Neither the evidence nor the directions of the loadings (ePAIRS, p = %1) speak "
                                    "for more than one population.")
                                     .arg(p);
        case oneByEvidence:
            return tr("One population has as much evidence as several, though the directions of the loadings are "
                      "clustered (ePAIRS, p = %1).")
                .arg(p);
        case bestOfStable:
            return tr(
                "No number near the best evidence gives the same populations in refits; of those that do, this "
                "one has the best evidence.");
        case onlyOneIsPossible: break;
    }
    return tr("There are too few units for several populations.");
}

QStringList fitWarnings(const statistics::Populations& populations, std::optional<int> asked) {
    QStringList warnings;
    if (asked && populations.fit.count() < *asked)
        warnings << tr("Of %1 populations the fit occupies %2: the others hold less than 2 % of the units each.")
                        .arg(*asked)
                        .arg(populations.fit.count());
    if (!populations.fit.converged)
        warnings << tr("The best start had not converged; more starts may find a better fit.");
    return warnings;
}

}  // namespace kappascope::session
