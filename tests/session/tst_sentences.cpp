// SPDX-License-Identifier: GPL-3.0-or-later
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include "core/error.h"
#include "ui/session/state.h"

using namespace kappascope;

namespace {

bool isSentence(const QString& text) {
    static const QRegularExpression leftOver(QStringLiteral("%[a-z0-9]"));
    const bool begins = text.startsWith(QLatin1String("net.pt")) || text.startsWith(QLatin1String("something")) ||
                        text[0] == text[0].toUpper();
    return text.size() > 15 && begins && text.endsWith(u'.') && !leftOver.match(text).hasMatch();
}

}  // namespace

class TestSentences : public QObject {
    Q_OBJECT

private slots:
    void everyErrorHasItsOwn() {
        QSet<QString> seen;
        for (int code = 0; code <= static_cast<int>(ErrorCode::stopped); ++code) {
            const Error error(static_cast<ErrorCode>(code), "FIELD", {"ONE", "TWO", "THREE"}, "net.pt");
            const QString text = session::sentence(error);
            QVERIFY2(isSentence(text), qPrintable(text));
            QVERIFY2(!seen.contains(text), qPrintable(text));
            seen.insert(text);
        }
        QCOMPARE(name(ErrorCode::stopped), std::string_view("stopped"));
    }

    void noneNeedsItsValues() {
        for (int code = 0; code <= static_cast<int>(ErrorCode::stopped); ++code) {
            const QString text = session::sentence(Error(static_cast<ErrorCode>(code)));
            QVERIFY2(isSentence(text), qPrintable(text));
        }
    }

    void loaderErrorsNameFileAndField() {
        for (const ErrorCode code :
             {ErrorCode::tooLarge, ErrorCode::truncated, ErrorCode::malformed, ErrorCode::missingField,
              ErrorCode::wrongShape, ErrorCode::notFinite, ErrorCode::covarianceNotPositive}) {
            const QString text = session::sentence(Error(code, "wi", {"3 x 4", "4 x 3"}, "/home/me/net.pt"));
            QVERIFY2(text.contains(QStringLiteral("net.pt")), qPrintable(text));
            QVERIFY2(text.contains(QStringLiteral("wi")), qPrintable(text));
        }
        for (const ErrorCode code : {ErrorCode::cannotOpen, ErrorCode::unsupportedFormat, ErrorCode::forbiddenPickle,
                                     ErrorCode::notANetwork, ErrorCode::newerVersion, ErrorCode::fractionsDoNotAddUp}) {
            const QString text = session::sentence(Error(code, {}, {"FOUND", "KNOWN"}, "net.pt"));
            QVERIFY2(text.contains(QStringLiteral("net.pt")) && text.contains(QStringLiteral("FOUND")),
                     qPrintable(text));
        }
    }

    void valuesAreNotTakenForMarks() {
        const QString text = session::sentence(Error(ErrorCode::cannotOpen, {}, {"100%1 %f"}, "a%2b.pt"));
        QVERIFY2(text.contains(QStringLiteral("a%2b.pt")) && text.contains(QStringLiteral("100%1 %f")),
                 qPrintable(text));
    }

    void longValuesAreCutShort() {
        const QString text = session::sentence(Error(ErrorCode::notANetwork, {}, {std::string(5000, 'x')}, "net.pt"));
        QVERIFY(text.size() < 500);
    }

    void everyWarningHasItsOwn() {
        QSet<QString> seen;
        for (int code = 0; code <= static_cast<int>(io::WarningCode::viewNotRead); ++code) {
            const QString text = session::sentence(io::Warning{static_cast<io::WarningCode>(code), {"ONE", "TWO"}});
            QVERIFY2(isSentence(text) && !seen.contains(text), qPrintable(text));
            seen.insert(text);
        }
    }

    void everyReasonHasItsOwn() {
        QSet<QString> scaling, readout;
        for (int code = 0; code <= static_cast<int>(io::Reason::convention); ++code) {
            const io::Proposal proposal{static_cast<io::Reason>(code), {"0.28", "-0.99"}};
            const QString a = session::sentence(proposal, network::Scaling::overN);
            const QString b = session::sentence(proposal, network::Readout::rate);
            QVERIFY2(isSentence(a) && !scaling.contains(a), qPrintable(a));
            QVERIFY2(isSentence(b) && !readout.contains(b), qPrintable(b));
            scaling.insert(a);
            readout.insert(b);
        }
    }
};

QTEST_GUILESS_MAIN(TestSentences)
#include "tst_sentences.moc"
