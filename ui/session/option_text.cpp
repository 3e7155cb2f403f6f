// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/option_text.h"

#include <QCoreApplication>
#include <QHash>

namespace kappascope::session {

namespace {

struct Options {
    Q_DECLARE_TR_FUNCTIONS(Options)
};

QHash<QString, OptionText> taskTexts() {
    using O = Options;
    return {
        {QStringLiteral("cue"),
         {O::tr("cue amplitude"), O::tr("Level of the context's or modality's cue, as inputs are")}},
        {QStringLiteral("input-noise"),
         {O::tr("input noise"),
          O::tr("Standard deviation of the noise on the inputs, a step; random and noisy trials have it")}},
        {QStringLiteral("delay-min"),
         {O::tr("shortest delay"), O::tr("Steps; random trials draw their delay from this on")}},
        {QStringLiteral("delay-max"),
         {O::tr("longest delay"), O::tr("Steps; random trials draw their delay up to this")}},
        {QStringLiteral("probability"),
         {O::tr("pulses a step"), O::tr("Probability of a pulse on each input in each step")}},
        {QStringLiteral("spacing"),
         {O::tr("pulse spacing"), O::tr("Steps from one pulse of a named condition to the next")}},
    };
}

QHash<QString, OptionText> trainingTexts() {
    using O = Options;
    return {
        {QStringLiteral("units"), {O::tr("units $N$"), O::tr("Number of units N"), {}, true}},
        {QStringLiteral("rank"),
         {O::tr("rank $R$"), O::tr("Number of modes R of the connectivity J = m nᵀ / N"), O::tr("full")}},
        {QStringLiteral("noise"),
         {O::tr("state noise $\\sigma$"),
          O::tr("σ: standard deviation of the noise on each unit's state, a step"),
          {},
          true}},
        {QStringLiteral("overlap"),
         {O::tr("start: $n$ along $m$"),
          O::tr("The start is n = c m + N(0, 1): how far the first n lies along m (low rank)")}},
        {QStringLiteral("populations"),
         {O::tr("populations"),
          O::tr("Train the Gaussian mixture that units are drawn from, with so many populations, in place of the "
                "weights of each unit (low rank)"),
          O::tr("none")}},
        {QStringLiteral("lr"),
         {O::tr("learning rate"), O::tr("Step size of Adam; smaller is slower and safer"), {}, true}},
        {QStringLiteral("batch"),
         {O::tr("batch, trials"), O::tr("Trials of a mini-batch: one step of Adam each"), {}, true}},
        {QStringLiteral("clip"),
         {O::tr("clip gradient at"), O::tr("Largest norm of a gradient; longer ones are shortened to it"),
          O::tr("none"), true}},
        {QStringLiteral("trials"), {O::tr("training trials"), O::tr("Trials of an epoch"), {}, true}},
        {QStringLiteral("validation-trials"),
         {O::tr("validation trials"), O::tr("Trials that judge every epoch; none of them is trained on"), {}, true}},
        {QStringLiteral("curriculum"),
         {O::tr("short delays first"),
          O::tr("A curriculum: delays grow from stage to stage, where the task's recipe has one")}},
        {QStringLiteral("epochs"),
         {O::tr("at most, epochs"),
          O::tr("The run ends after so many epochs; of a curriculum, in its last stage"),
          {},
          true}},
        {QStringLiteral("until-accuracy"),
         {O::tr("at accuracy"), O::tr("The run ends as soon as this share of the validation trials is right, 0 to 1"),
          O::tr("never")}},
        {QStringLiteral("until-loss"),
         {O::tr("at loss"), O::tr("The run ends as soon as the validation loss is so low"), O::tr("never"), true}},
        {QStringLiteral("train-m"), {O::tr("$m$"), O::tr("m: the output directions of the connectivity, N × R")}},
        {QStringLiteral("train-n"), {O::tr("$n$"), O::tr("n: the input-selection vectors of the connectivity, N × R")}},
        {QStringLiteral("train-w"), {O::tr("$w$"), O::tr("w: the readout weights, N × O")}},
        {QStringLiteral("train-I"), {O::tr("$I$"), O::tr("I: the input weights, N × S")}},
        {QStringLiteral("train-si"), {O::tr("$s_i$"), O::tr("sᵢ: a scale of each input, S numbers")}},
        {QStringLiteral("train-so"), {O::tr("$s_o$"), O::tr("sₒ: a scale of each output, O numbers")}},
        {QStringLiteral("train-bias"), {O::tr("$b$"), O::tr("b: a bias of each unit, N numbers")}},
        {QStringLiteral("train-means"),
         {O::tr("$\\mu$"), O::tr("μ: the mean loadings of each population, where a mixture is trained")}},
        {QStringLiteral("train-x0"),
         {O::tr("$x_0$"), O::tr("x₀: the state of each unit at the start of a trial, N numbers")}},
    };
}

}  // namespace

OptionText optionText(const QString& id) {
    auto all = taskTexts();
    all.insert(trainingTexts());
    const auto found = all.constFind(id);
    return found == all.cend() ? OptionText{id, id} : *found;
}

}  // namespace kappascope::session
