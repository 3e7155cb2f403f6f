// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/time_panel.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/session/trial_choices.h"
#include "ui/widgets/agreement_view.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/style.h"
#include "ui/widgets/task_options.h"
#include "ui/widgets/time_plot.h"

namespace kappascope::widgets {

namespace {

using session::Explorer;

constexpr int choicesWidth = 226, smallestHeight = 204;

QString speedText(double speed) {
    if (speed >= 1) return QString::number(speed) + u'×';
    return speed == 0.5 ? QStringLiteral("½×") : speed == 0.25 ? QStringLiteral("¼×") : QStringLiteral("⅛×");
}

/// How the two levels are drawn.
class LineKey : public QWidget {
public:
    explicit LineKey(QWidget* parent) : QWidget(parent) { setFixedHeight(18); }

    void setTexts(const QString& solid, const QString& dashed) {
        texts_ = {solid, dashed};
        setAccessibleName(texts_.join(QStringLiteral(", ")));
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setFont(pixelFont(12));
        const double middle = height() / 2.0;
        double x = 1;
        for (int i = 0; i < texts_.size(); ++i) {
            if (texts_[i].isEmpty()) continue;
            QPen pen(palette().color(QPalette::WindowText), i == 0 ? 2.2 : 1.5);
            if (i == 1) pen.setDashPattern({3.6, 1.8});
            painter.setPen(pen);
            painter.drawLine(QPointF(x, middle), QPointF(x + 22, middle));
            painter.setPen(palette().color(QPalette::PlaceholderText));
            const double width = painter.fontMetrics().horizontalAdvance(texts_[i]);
            painter.drawText(QRectF(x + 28, 0, width + 2, height()), Qt::AlignVCenter, texts_[i]);
            x += width + 46;
        }
    }

private:
    QStringList texts_;
};

}  // namespace

TimePanel::TimePanel(Explorer& explorer, QWidget* parent)
    : QFrame(parent), explorer_(explorer), theme_(&painting::Theme::light()) {
    setObjectName(QStringLiteral("card"));
    auto* header = makeHeader();
    body_ = new QWidget(this);
    plot_ = new TimePlot(body_);
    auto* bodyLayout = new QHBoxLayout(body_);
    bodyLayout->setContentsMargins(0, 0, 0, 0);
    bodyLayout->setSpacing(6);
    bodyLayout->addWidget(makeChoices());
    bodyLayout->addWidget(plot_, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->setSpacing(3);
    layout->addWidget(header);
    layout->addWidget(body_, 1);
    wire();
    arrange();
    showOffers();
    showPlayback();
}

QWidget* TimePanel::makeHeader() {
    auto* header = new QWidget(this);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(3);
    fold_ = addButton(row, QStringLiteral("fold"), tr("Fold the time plots"),
                      tr("Give the portraits all the room, or bring the time plots back"),
                      QKeySequence(Qt::CTRL | Qt::Key_T));
    auto* heading = new QLabel(tr("TRIAL"), header);
    heading->setObjectName(QStringLiteral("heading"));
    heading->setFont(pixelFont(11, true));
    row->addWidget(heading);
    row->addSpacing(8);

    invitation_ = new QLabel(header);
    row->addWidget(invitation_);
    offerRow_ = new QHBoxLayout;
    offerRow_->setSpacing(6);
    row->addLayout(offerRow_);

    player_ = new QWidget(header);
    auto* player = new QHBoxLayout(player_);
    player->setContentsMargins(0, 0, 0, 0);
    player->setSpacing(1);
    stop_ = addButton(player, QStringLiteral("stop"), tr("Back to the sliders"),
                      tr("Leave the trial: the portraits show the input of the sliders again"));
    play_ = addButton(player, QStringLiteral("play"), tr("Play"),
                      tr("Play or pause: v(t) of the trial moves through both portraits"), QKeySequence(Qt::Key_K));
    slower_ = addButton(player, QStringLiteral("slower"), tr("Slower"), tr("Half the speed"),
                        QKeySequence(Qt::Key_BracketLeft));
    speed_ = new QLabel(player_);
    speed_->setAlignment(Qt::AlignCenter);
    speed_->setFixedWidth(26);
    speed_->setToolTip(tr("Seconds of the trial in a second"));
    player->addWidget(speed_);
    faster_ = addButton(player, QStringLiteral("faster"), tr("Faster"), tr("Twice the speed"),
                        QKeySequence(Qt::Key_BracketRight));
    loop_ = addButton(player, QStringLiteral("loop"), tr("Loop"), tr("Begin again at the end"));
    loop_->setCheckable(true);
    player->addSpacing(8);
    moment_ = new MathWidget({}, 12, player_);
    moment_->setElastic(Qt::AlignLeft);
    agreement_ = new AgreementView(explorer_, player_);
    player->addWidget(moment_, 10);
    player->addWidget(agreement_, 21);
    row->addWidget(player_, 1);
    row->addStretch(0);
    return header;
}

QWidget* TimePanel::makeChoices() {
    auto* choices = new QWidget(body_);
    choices->setFixedWidth(choicesWidth);
    task_ = new ChoiceBox(choices);
    task_->setAccessibleName(tr("Task"));
    task_->setToolTip(tr("The task whose trial runs through both portraits"));
    condition_ = new ChoiceBox(choices);
    condition_->setAccessibleName(tr("Condition"));
    condition_->setToolTip(tr("The trial's condition; choose the random trial again for another one"));
    for (ChoiceBox* box : {task_, condition_}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(10);
    }
    noise_ = new QDoubleSpinBox(choices);
    noise_->setRange(0, 1);
    noise_->setDecimals(3);
    noise_->setSingleStep(0.01);
    noise_->setLocale(QLocale::c());
    noise_->setAccessibleName(tr("State noise sigma"));
    noise_->setToolTip(
        tr("σ: standard deviation of the noise that every unit gets in every step; above 0 the inputs are noisy too"));
    trials_ = new QSpinBox(choices);
    trials_->setRange(1, 100);
    trials_->setAccessibleName(tr("Number of noisy trials"));
    trials_->setToolTip(tr("How many noisy trials of the condition are drawn, with their mean and spread"));
    for (QAbstractSpinBox* box : {static_cast<QAbstractSpinBox*>(noise_), static_cast<QAbstractSpinBox*>(trials_)}) {
        box->setButtonSymbols(QAbstractSpinBox::NoButtons);
        box->setAlignment(Qt::AlignRight);
        box->setKeyboardTracking(false);
        box->setFocusPolicy(Qt::StrongFocus);
    }
    noise_->setFixedWidth(54);
    trials_->setFixedWidth(40);

    auto* numbers = new QHBoxLayout;
    numbers->setSpacing(6);
    numbers->addWidget(new MathWidget(tr("noise $\\sigma$"), 12, choices));
    numbers->addWidget(noise_);
    numbers->addStretch(1);
    numbers->addWidget(new MathWidget(tr("trials"), 12, choices));
    numbers->addWidget(trials_);
    auto* layout = new QVBoxLayout(choices);
    layout->setContentsMargins(2, 2, 0, 4);
    layout->setSpacing(6);
    auto* conditionRow = new QHBoxLayout;
    conditionRow->setSpacing(4);
    options_ = new TaskOptionsButton(explorer_, choices);
    conditionRow->addWidget(condition_, 1);
    conditionRow->addWidget(options_);
    layout->addWidget(task_);
    layout->addLayout(conditionRow);
    layout->addLayout(numbers);
    auto* key = new LineKey(choices);
    connect(&explorer_, &Explorer::trialChanged, key, [this, key] {
        const auto trial = explorer_.trial();
        const bool meanField = trial && trial->reduced && trial->reduced->level == session::Level::meanField;
        key->setTexts(trial && trial->network ? tr("network") : QString(), !trial || !trial->reduced ? QString()
                                                                           : meanField               ? tr("mean field")
                                                                                       : tr("exact flow"));
    });
    layout->addWidget(key);
    layout->addStretch(1);
    return choices;
}

QToolButton* TimePanel::addButton(QHBoxLayout* row, const QString& icon, const QString& name, const QString& help,
                                  const QKeySequence& key) {
    auto* button = new QToolButton(this);
    button->setAccessibleName(name);
    button->setToolTip(key.isEmpty() ? help : tr("%1 (%2)").arg(help, key.toString(QKeySequence::NativeText)));
    button->setIconSize(QSize(16, 16));
    button->setFocusPolicy(Qt::StrongFocus);
    row->addWidget(button);
    icons_.emplace_back(button, icon);
    if (!key.isEmpty()) connect(new QShortcut(key, this), &QShortcut::activated, button, &QToolButton::click);
    return button;
}

void TimePanel::wire() {
    session::Playback& playback = explorer_.playback();
    connect(fold_, &QToolButton::clicked, this, [this] { setFolded(!folded_); });
    connect(stop_, &QToolButton::clicked, this, [this] {
        explorer_.playback().pause();
        explorer_.setScrubber(-1);
    });
    connect(play_, &QToolButton::clicked, &playback, &session::Playback::toggle);
    connect(slower_, &QToolButton::clicked, &playback, &session::Playback::slower);
    connect(faster_, &QToolButton::clicked, &playback, &session::Playback::faster);
    connect(loop_, &QToolButton::toggled, &playback, &session::Playback::setLoops);
    connect(plot_, &TimePlot::spacePressed, &playback, &session::Playback::toggle);
    connect(plot_, &TimePlot::scrubbed, this, [this](int step) {
        explorer_.playback().pause();
        explorer_.setScrubber(step);
    });
    for (const auto& [key, by] : {std::pair{Qt::Key_Comma, -1}, std::pair{Qt::Key_Period, 1}})
        connect(new QShortcut(QKeySequence(key), this), &QShortcut::activated, this, [this, by = by] {
            explorer_.playback().pause();
            explorer_.setScrubber(std::max(0, explorer_.scrubber() + by));
        });
    connect(task_, &QComboBox::activated, this, [this](int i) { chooseTask(task_->itemData(i).toString()); });
    connect(condition_, &QComboBox::activated, this, &TimePanel::chooseCondition);
    connect(noise_, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        auto choice = explorer_.state()->trial;
        choice.noise = value;
        explorer_.document().setTrial(choice);
    });
    connect(trials_, &QSpinBox::valueChanged, this, [this](int value) {
        auto choice = explorer_.state()->trial;
        choice.trials = value;
        explorer_.document().setTrial(choice);
    });
    connect(&playback, &session::Playback::changed, this, &TimePanel::showPlayback);
    connect(&explorer_, &Explorer::stateChanged, this, [this](session::Changes what) {
        if (what.testFlag(session::Change::network) || what.testFlag(session::Change::circuit)) showOffers();
        if (what != session::Changes(session::Change::gains)) showState();
    });
    connect(&explorer_, &Explorer::portraitChanged, this, [this] {
        bool passing = false;
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto result = explorer_.result(side);
            passing = passing || (result && !result->complete);
        }
        plot_->setQuick(passing);
    });
    connect(&explorer_, &Explorer::trialChanged, this, &TimePanel::showTrial);
    connect(&explorer_, &Explorer::scrubberChanged, this, &TimePanel::showMoment);
}

void TimePanel::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    for (const auto& [button, icon] : icons_) button->setIcon(themedIcon(icon, theme));
    options_->setIcon(themedIcon(QStringLiteral("options"), theme));
    agreement_->setTheme(theme);
    showPlayback();
    arrange();
    plot_->setTheme(theme);
}

MathWidget* TimePanel::agreement() const {
    return agreement_->label();
}

void TimePanel::setFolded(bool folded) {
    folded_ = folded;
    arrange();
}

void TimePanel::setIcon(QToolButton* button, const QString& icon) {
    for (auto& each : icons_) {
        if (each.first != button) continue;
        if (each.second == icon) return;
        each.second = icon;
    }
    button->setIcon(themedIcon(icon, *theme_));
}

void TimePanel::arrange() {
    const bool has = explorer_.state() && !explorer_.state()->trial.task.isEmpty();
    const bool open = has && !folded_;
    for (QPushButton* offer : offers_) offer->setVisible(!has);
    // A new arrangement lays out the whole window: not at every step of a slider.
    const std::pair arrangement(has, open);
    if (std::exchange(arrangement_, arrangement) == arrangement) return;
    invitation_->setVisible(!has);
    player_->setVisible(has);
    fold_->setEnabled(has);
    body_->setVisible(open);
    setIcon(fold_, open || !has ? QStringLiteral("fold") : QStringLiteral("unfold"));
    setMinimumHeight(open ? smallestHeight : 0);
    setSizePolicy(QSizePolicy::Preferred, open ? QSizePolicy::Expanding : QSizePolicy::Fixed);
    updateGeometry();
}

void TimePanel::showOffers() {
    for (QPushButton* offer : offers_) offer->deleteLater();
    offers_.clear();
    const QSignalBlocker quiet(task_);
    task_->clear();
    task_->addItem(tr("No trial"), QString());
    if (!explorer_.state()) return;
    for (const QString& id : session::tasksFor(*explorer_.state())) {
        const QString title = session::taskTitle(id);
        task_->addItem(title, id);
        auto* offer = new QPushButton(title, this);
        offer->setCursor(Qt::PointingHandCursor);
        connect(offer, &QPushButton::clicked, this, [this, id] { chooseTask(id); });
        offerRow_->addWidget(offer);
        offers_.push_back(offer);
    }
    const int inputs = explorer_.state()->inputs();
    invitation_->setText(!offers_.empty() ? tr("Choose a task to run a trial through both portraits")
                         : inputs == 1    ? tr("No task has 1 input, as this network has")
                                          : tr("No task has %1 inputs, as this network has").arg(inputs));
    arrange();
}

void TimePanel::showState() {
    const session::TrialChoice& choice = explorer_.state()->trial;
    const QSignalBlocker quietTask(task_), quietCondition(condition_), quietNoise(noise_), quietTrials(trials_);
    task_->setCurrentIndex(std::max(0, task_->findData(choice.task)));
    if (conditionsOf_ != choice.task) {
        conditionsOf_ = choice.task;
        condition_->clear();
        if (task_->currentIndex() > 0)
            for (const QString& name : session::conditionsOf(choice.task)) condition_->addItem(name, name);
        condition_->addItem(tr("A random trial"), QString());
    }
    int shown = condition_->findData(choice.condition);
    if (shown < 0) {  // of the task's grammar, from a session or the command line
        condition_->insertItem(0, choice.condition, choice.condition);
        shown = 0;
    }
    condition_->setCurrentIndex(shown);
    noise_->setValue(choice.noise);
    trials_->setValue(choice.trials);
    trials_->setEnabled(choice.noise > 0);
    arrange();
}

void TimePanel::chooseTask(const QString& id) {
    if (!explorer_.state() || explorer_.state()->trial.task == id) return;
    auto choice = id.isEmpty() ? session::TrialChoice() : session::firstTrial(*explorer_.state(), id);
    choice.noise = explorer_.state()->trial.noise;
    choice.trials = explorer_.state()->trial.trials;
    explorer_.document().setTrial(choice);
}

void TimePanel::chooseCondition(int index) {
    auto choice = explorer_.state()->trial;
    const QString condition = condition_->itemData(index).toString();
    if (condition.isEmpty() && choice.condition.isEmpty()) ++choice.seed;
    choice.condition = condition;
    explorer_.document().setTrial(choice);
}

void TimePanel::showTrial() {
    plot_->setTrial(explorer_.trial());
    showMoment();
}

void TimePanel::showMoment() {
    plot_->setPosition(explorer_.trialPosition());
    const auto trial = explorer_.trial();
    const int step = explorer_.scrubber();
    moment_->setMuted(!trial || step < 0);
    stop_->setEnabled(trial && step >= 0);
    if (!trial || step < 0 || step >= trial->steps()) {
        moment_->setSource(tr("Play, or drag in the plots: both portraits follow $v(t)$"), tr("Play, or drag"));
        return;
    }
    QStringList values;
    const Eigen::VectorXd v = trial->drive(step);
    for (const double value : v.head(std::min<Eigen::Index>(4, v.size()))) values += shownNumber(value, 2);
    const QString time = tr("$t$ = %1 ms").arg(std::lround((step + 1) * trial->stepMs));
    const QString epoch = QString::fromStdString(trial->epoch(step));
    moment_->setSource(tr("%1 · %2 · $v = (%3)$").arg(time, epoch, values.join(QStringLiteral(",\\, "))),
                       tr("%1 · %2").arg(time, epoch));
}

void TimePanel::showPlayback() {
    const session::Playback& playback = explorer_.playback();
    setIcon(play_, playback.isPlaying() ? QStringLiteral("pause") : QStringLiteral("play"));
    play_->setAccessibleName(playback.isPlaying() ? tr("Pause") : tr("Play"));
    speed_->setText(speedText(playback.speed()));
    slower_->setEnabled(playback.canSlower());
    faster_->setEnabled(playback.canFaster());
    const QSignalBlocker quiet(loop_);
    loop_->setChecked(playback.loops());
}

}  // namespace kappascope::widgets
