// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <array>

#include "core/error.h"
#include "ui/session/state.h"

namespace kappascope::session {

namespace {

/// The table of sentences: %f file, %x field, %1 %2 %3 values, %a all values, %w "in FILE: " or nothing.
struct Sentences {
    Q_DECLARE_TR_FUNCTIONS(Sentences)

public:
    static QString of(ErrorCode code) {
        switch (code) {
            case ErrorCode::cannotOpen:
                return tr("%f cannot be opened: %1. Check that it exists and that you may read it.");
            case ErrorCode::cannotWrite:
                return tr("%f cannot be written: %1. Choose another folder, or make room on the disk.");
            case ErrorCode::tooLarge:
                return tr(
                    "%f is too large: %x would need %1, and the limit is %2. Save the file with fewer units or "
                    "modes.");
            case ErrorCode::truncated: return tr("%f ends early, inside %x. Copy or download the file again.");
            case ErrorCode::malformed:
                return tr("%f is damaged: %x holds %1, which makes no sense there. Save the file again.");
            case ErrorCode::unsupportedFormat:
                return tr(
                    "%f is in a format that Kappascope does not read (it begins with %1). Open a .pt, .npz, circuit "
                    ".json "
                    "or .kappa file.");
            case ErrorCode::forbiddenPickle:
                return tr(
                    "%f was not opened because it asks to run code (%1). Save only the state dict, with "
                    "torch.save(net.state_dict(), …).");
            case ErrorCode::notANetwork:
                return tr(
                    "%f holds no network that Kappascope knows; it holds %a. Expected are m, n, wi, wo or wrec, wi, "
                    "wo.");
            case ErrorCode::missingField: return tr("%f lacks %x. Save it again with this array included.");
            case ErrorCode::wrongShape:
                return tr("%w%x has the shape %1 where %2 is needed. Check its orientation and the number of units.");
            case ErrorCode::notFinite:
                return tr("%w%x holds values that are infinite or not a number. Repair them before opening it.");
            case ErrorCode::newerVersion:
                return tr(
                    "%f was written by a newer Kappascope (format version %1; this one reads up to %2). Update "
                    "Kappascope to open it.");
            case ErrorCode::fractionsDoNotAddUp:
                return tr(
                    "%wthe fractions of the populations add up to %1, not to 1. Correct “fraction” in the circuit.");
            case ErrorCode::covarianceNotPositive:
                return tr(
                    "%wthe covariance %x is not positive semi-definite: its smallest eigenvalue is %1, with a trace "
                    "of %2. Correct its entries.");
            case ErrorCode::badOption: return tr("%w%x cannot be %1; it can be %2.");
            case ErrorCode::unknownTask: return tr("There is no task called %1. Known tasks: %2.");
            case ErrorCode::unknownCondition:
                return tr("The task %x has no condition called %1. Known conditions: %2.");
            case ErrorCode::inputsDoNotMatch:
                return tr("%x has %1 inputs, and the network takes %2. Give one value for each input.");
            case ErrorCode::needsPopulations:
                return tr(
                    "The mean-field level needs populations, and this network has none. Use one Gaussian for the "
                    "whole network, or give a file of labels.");
            case ErrorCode::needsLowRank:
                return tr(
                    "The reduced levels need a low-rank network, and this one is full-rank. Choose a rank for its "
                    "truncated view.");
            case ErrorCode::needsUnits:
                return tr(
                    "The network level needs units, and a circuit has none. Sample a finite network from it first.");
            case ErrorCode::doesNotPart:
                return tr("%w%1 does not part the units: all %2 of them fall on one side. Choose another loading.");
            case ErrorCode::needsTask:
                return tr("This network does not say which task it was trained on. Choose one of these: %1.");
            case ErrorCode::dependentVariables:
                return tr(
                    "In these trials a regression cannot tell these variables apart from each other or from a "
                    "constant: %a. Leave one of them out.");
            case ErrorCode::didNotConverge:
                return tr("The computation of %x did not converge. Try another input or gain.");
            case ErrorCode::trainingDiverged:
                return tr(
                    "The %x became infinite in epoch %1 of the training; the best network so far was kept. Try a "
                    "smaller learning rate, clipped gradients or another seed.");
            case ErrorCode::otherRun:
                return tr(
                    "%f goes on with %x %2, as the run began, not with %1. Leave the option out, or begin a new run.");
            case ErrorCode::runTooLarge:
                return tr(
                    "This training would need %1 GiB of memory, and the limit is %2 GiB. Choose fewer units, a rank "
                    "in place of full rank, or smaller batches.");
            case ErrorCode::outOfMemory:
                return tr("There is not enough memory left for this. Close other programs, or choose fewer units.");
            case ErrorCode::stopped: return tr("The computation was stopped before it was done.");
        }
        return {};
    }

    static QString of(io::WarningCode code) {
        switch (code) {
            case io::WarningCode::biasReadOutWithoutIt:
                return tr(
                    "The file has a bias b; such files were read out from φ(x), without b. If z looks wrong, change "
                    "the "
                    "readout.");
            case io::WarningCode::outputsAreRates:
                return tr(
                    "The output weights are N times the identity: the outputs are the rates of recorded units, not a "
                    "readout.");
            case io::WarningCode::fullRankTruncation:
                return tr(
                    "This network is full-rank. Its portrait shows the leading modes of J only, which often fails: a "
                    "trained J still holds its random start.");
            case io::WarningCode::unknownKeys: return tr("These entries of the file were not used: %a.");
            case io::WarningCode::convertedFromSingle:
                return tr("The file's numbers are in single precision (about seven digits).");
            case io::WarningCode::slopeSuggestsOtherScaling:
                return tr(
                    "With the other scaling the network would be livelier: the slope at the origin is %1 with 1/N and "
                    "%2 without. If the portrait looks dead, change the scaling.");
            case io::WarningCode::viewNotRead:
                return tr(
                    "How this session was looked at could not be read (%1 is damaged), so the portraits are fitted "
                    "anew. "
                    "Network, input and gains are as they were saved.");
            case io::WarningCode::pageNotRead:
                return tr(
                    "A part of how this session was looked at could not be read (%1 is damaged) and has its default. "
                    "All else is as it was saved.");
        }
        return {};
    }

    static QString ofScaling(io::Reason reason) {
        switch (reason) {
            case io::Reason::statedInFile: return tr("The file states this scaling.");
            case io::Reason::chosenByUser: return tr("You chose this scaling.");
            case io::Reason::fullRankStored: return tr("J is stored as it is, so there is no factor.");
            case io::Reason::mixtureConvention: return tr("Files with a Gaussian basis are written without 1/N.");
            case io::Reason::memoryNeedsIt:
                return tr(
                    "With the other factor the origin would be a dead sink or wildly unstable (slopes at the origin: "
                    "%1 "
                    "with 1/N, %2 without).");
            case io::Reason::convention: return tr("Nothing in the file tells the factor; this is the usual one.");
        }
        return {};
    }

    static QString ofReadout(io::Reason reason) {
        switch (reason) {
            case io::Reason::statedInFile: return tr("The file states this readout.");
            case io::Reason::chosenByUser: return tr("You chose this readout.");
            case io::Reason::fullRankStored: return tr("Full-rank files are read out from the rates.");
            case io::Reason::mixtureConvention: return tr("Files with a Gaussian basis are read out from the rates.");
            case io::Reason::memoryNeedsIt: return tr("Files with a bias were read out from φ(x), without b.");
            case io::Reason::convention: return tr("Nothing in the file tells the readout; this is the usual one.");
        }
        return {};
    }

    static QString missing() { return tr("something unexpected"); }
    static QString theFile() { return tr("The file"); }
    static QString where(const QString& file) { return tr("In %1, ").arg(file); }
};

QString shown(const std::string& text) {
    constexpr qsizetype limit = 160;
    QString result = QString::fromStdString(text).simplified();
    if (result.size() > limit) result = result.left(limit - 1) + QChar(0x2026);
    return result;
}

/// Replaces the marks in one pass, so that a value that looks like a mark stays what it is.
QString filled(const QString& text, const std::vector<std::string>& values, const QString& field = {},
               const QString& file = {}) {
    QStringList all;
    for (const auto& value : values) all += shown(value);
    const auto value = [&](int i) { return i < all.size() && !all[i].isEmpty() ? all[i] : Sentences::missing(); };
    QString result;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != u'%' || i + 1 == text.size()) {
            // A sentence begins with a capital; names of files and fields stay as they are.
            result += result.isEmpty() ? text[i].toUpper() : text[i];
            continue;
        }
        switch (text[++i].unicode()) {
            case u'f': result += file.isEmpty() ? Sentences::theFile() : file; break;
            case u'x': result += field.isEmpty() ? Sentences::missing() : field; break;
            case u'w': result += file.isEmpty() ? QString() : Sentences::where(file); break;
            case u'a': result += all.isEmpty() ? Sentences::missing() : all.join(QStringLiteral(", ")); break;
            case u'1': result += value(0); break;
            case u'2': result += value(1); break;
            case u'3': result += value(2); break;
            default: result += QStringLiteral("%") + text[i];
        }
    }
    return result;
}

}  // namespace

QString sentence(const Error& error) {
    QString file = QString::fromStdString(error.file());
    return filled(Sentences::of(error.code()), error.values(), shown(error.field()), file);
}

QString sentence(const io::Warning& warning) {
    return filled(Sentences::of(warning.code), warning.values);
}

QString sentence(const io::Proposal& proposal, network::Scaling) {
    return filled(Sentences::ofScaling(proposal.reason), proposal.values);
}

QString sentence(const io::Proposal& proposal, network::Readout) {
    return filled(Sentences::ofReadout(proposal.reason), proposal.values);
}

}  // namespace kappascope::session
