// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trained.h"

#include <QCoreApplication>
#include <algorithm>

namespace kappascope::session {

namespace {

struct TrainedTexts {
    Q_DECLARE_TR_FUNCTIONS(TrainedNetworks)
};

}  // namespace

const std::vector<TrainedNetwork>& trainedNetworks() {
    static const std::vector<TrainedNetwork> all{
        {QStringLiteral("trained-rdm"), QStringLiteral("rdm"), TrainedTexts::tr("Trained: perceptual decision"),
         TrainedTexts::tr("One mode: the stimulus decides which of two states the network falls into.")},
        {QStringLiteral("trained-romo"), QStringLiteral("romo"), TrainedTexts::tr("Trained: parametric working memory"),
         TrainedTexts::tr("The first frequency is kept along a line of slow states, then compared with the second.")},
        {QStringLiteral("trained-mante"), QStringLiteral("mante"),
         TrainedTexts::tr("Trained: context-dependent decision"),
         TrainedTexts::tr("One mode, two stimuli: the cue says which of them moves it.")},
        {QStringLiteral("trained-raposo"), QStringLiteral("raposo"),
         TrainedTexts::tr("Trained: multi-sensory decision"),
         TrainedTexts::tr("Two senses, alone or together, push one mode to one of two states.")},
        {QStringLiteral("trained-dms"), QStringLiteral("dms"), TrainedTexts::tr("Trained: delayed match to sample"),
         TrainedTexts::tr(
             "Two memories at rest. Hold A on and they dissolve into a limit cycle; hold B on and they stay."),
         256},
        {QStringLiteral("trained-flipflop"), QStringLiteral("flipflop"), TrainedTexts::tr("Trained: 3-bit flip-flop"),
         TrainedTexts::tr("Three modes hold eight memories, one for each setting of the three bits.")},
    };
    return all;
}

const TrainedNetwork* findTrained(const QString& id) {
    const auto& all = trainedNetworks();
    const auto found = std::find_if(all.begin(), all.end(), [&id](const auto& each) { return each.id == id; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace kappascope::session
