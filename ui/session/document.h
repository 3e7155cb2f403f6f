// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFlags>
#include <QObject>
#include <QUndoStack>
#include <map>
#include <memory>

#include "ui/session/state.h"

namespace kappascope::session {

/// What a change touched.
enum class Change {
    network = 1,  ///< another network, or its scaling, rank or readout
    circuit = 2,  ///< another circuit
    gains = 4,    ///< gains or switches
    input = 8,    ///< u
    trial = 16,   ///< task, condition, noise
};
Q_DECLARE_FLAGS(Changes, Change)
Q_DECLARE_OPERATORS_FOR_FLAGS(Changes)

/// The current state and the way back: every change is a command that holds before and after. Commands of one slider
/// drag (equal key and drag) merge. Lives in the UI thread; others get shared_ptr<const State>.
class Document : public QObject {
    Q_OBJECT

public:
    explicit Document(QObject* parent = nullptr);

    /// Null until something is open.
    const std::shared_ptr<const State>& state() const { return state_; }
    QUndoStack& undoStack() { return undo_; }

    /// A new drag: its changes merge with each other, and with nothing before.
    int beginDrag() { return ++drag_; }

    /// u_s. drag: from beginDrag(), 0 for a change of its own. Not finite or unknown: ignored.
    void setInput(int s, double value, int drag = 0);
    /// g_p, clamped to 0..2.
    void setGain(int p, double value, int drag = 0);
    void setOn(int p, bool on);
    /// Task, condition and noise. noise and trials are clamped to their ranges; a noise that is not finite is ignored.
    void setTrial(TrialChoice trial, int drag = 0);

    /// Another state altogether (a file, a scaling, a circuit), undoable under `text`.
    void replace(std::shared_ptr<const State> next, const QString& text);
    /// The first state: nothing to undo behind it.
    void start(std::shared_ptr<const State> first);
    /// What was opened from a file, undoable under `text`. path: its session file, empty where it is none yet.
    /// asSaved: nothing would be lost by closing it.
    void open(std::shared_ptr<const State> opened, const QString& path, bool asSaved, const QString& text);

    /// The session file of the current state; empty until it is saved. Undoing an "open" brings back the one before.
    QString path() const;
    /// The same where that file holds the present network and circuit; empty where they are others, or none is saved.
    QString networkPath() const;
    /// Everything is as it was opened or saved last.
    bool isClean() const;
    /// `saved` was written to the session file `path`.
    void setSaved(const State& saved, const QString& path);

signals:
    void changed(kappascope::session::Changes what);
    /// isClean() or path() may be another now.
    void savedChanged();

private:
    class Command;
    void push(State next, const QString& text, const QString& key = {}, int drag = 0);
    void set(std::shared_ptr<const State> state);

    std::shared_ptr<const State> state_;
    QUndoStack undo_;
    int drag_ = 0;
    std::uint64_t revision_ = 0;

    /// Where the states of one origin are kept, and which of them is.
    struct File {
        QString path;
        std::uint64_t savedRevision = 0;
        std::shared_ptr<const network::Network> network = {};
        std::shared_ptr<const reduction::Circuit> circuit = {};
    };
    std::map<std::uint64_t, File> files_;
    std::uint64_t origin_ = 0;
};

}  // namespace kappascope::session
