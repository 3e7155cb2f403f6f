// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/math_layout.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

namespace kappascope::painting {

namespace {

// Fractions of the surrounding size.
constexpr double mathScale = 1.12;
constexpr double scriptScale = 0.72;
constexpr double subscriptDrop = 0.20;
constexpr double superscriptRise = 0.36;
constexpr double scriptGap = 0.035;
constexpr double binarySpace = 0.22;
constexpr double thinSpace = 0.17;
constexpr double minusRise = 0.08;
constexpr int nesting = 8;  // a source with deeper groups is drawn flat rather than recursed into

using Kind = Symbol::Kind;

constexpr Symbol symbols[] = {
    {"alpha", 0x3b1, "alpha", Kind::letter},
    {"beta", 0x3b2, "beta", Kind::letter},
    {"gamma", 0x3b3, "gamma", Kind::letter},
    {"delta", 0x3b4, "delta", Kind::letter},
    {"epsilon", 0x3b5, "epsilon", Kind::letter},
    {"zeta", 0x3b6, "zeta", Kind::letter},
    {"eta", 0x3b7, "eta", Kind::letter},
    {"theta", 0x3b8, "theta", Kind::letter},
    {"kappa", 0x3ba, "kappa", Kind::letter},
    {"lambda", 0x3bb, "lambda", Kind::letter},
    {"mu", 0x3bc, "mu", Kind::letter},
    {"nu", 0x3bd, "nu", Kind::letter},
    {"xi", 0x3be, "xi", Kind::letter},
    {"pi", 0x3c0, "pi", Kind::letter},
    {"rho", 0x3c1, "rho", Kind::letter},
    {"sigma", 0x3c3, "sigma", Kind::letter},
    {"tau", 0x3c4, "tau", Kind::letter},
    {"phi", 0x3d5, "phi", Kind::letter},
    {"chi", 0x3c7, "chi", Kind::letter},
    {"psi", 0x3c8, "psi", Kind::letter},
    {"omega", 0x3c9, "omega", Kind::letter},
    {"Gamma", 0x393, "Gamma", Kind::upright},
    {"Delta", 0x394, "Delta", Kind::upright},
    {"Lambda", 0x39b, "Lambda", Kind::upright},
    {"Sigma", 0x3a3, "Sigma", Kind::upright},
    {"Phi", 0x3a6, "Phi", Kind::upright},
    {"Omega", 0x3a9, "Omega", Kind::upright},
    {"sum", 0x2211, "sum", Kind::upright},
    {"infty", 0x221e, "infinity", Kind::upright},
    {"partial", 0x2202, "partial", Kind::upright},
    {"prime", 0x2032, "prime", Kind::closing},
    {"langle", 0x27e8, "<", Kind::opening},
    {"rangle", 0x27e9, ">", Kind::closing},
    {"cdot", 0x22c5, "times", Kind::binary},
    {"times", 0x00d7, "times", Kind::binary},
    {"pm", 0x00b1, "plus or minus", Kind::binary},
    {"to", 0x2192, "to", Kind::binary},
    {"approx", 0x2248, "about", Kind::binary},
    {"le", 0x2264, "at most", Kind::binary},
    {"ge", 0x2265, "at least", Kind::binary},
};

bool isText(Face face) {
    return face == Face::text || face == Face::semiBold;
}

/// The mark that an accent puts over its argument; 0 where the name is none.
char16_t accentOf(QStringView name) {
    return name == u"dot" ? 0x02d9 : name == u"tilde" ? 0x02dc : name == u"hat" ? 0x02c6 : name == u"bar" ? 0x02c9 : 0;
}

double advance(const QString& text, Face face) {
    QFont font = fontOf(face, 10);
    font.setPixelSize(1000);
    return QFontMetricsF(font).horizontalAdvance(text) / 1000;
}

/// Inter draws some signs differently beside digits and capitals, by glyphs that a pdf's text then lacks: alone in
/// their run they stay themselves.
bool standsAlone(QChar c) {
    return !c.isLetterOrNumber() && !c.isSpace() && c != u'.' && c != u',';
}

class Layout {
public:
    Layout(double size, bool bold) : size_(size), bold_(bold) {}

    void addText(const QString& text) {
        const Face face = bold_ ? Face::semiBold : Face::text;
        for (qsizetype from = 0; from < text.size();) {
            qsizetype end = from + 1;
            while (!standsAlone(text[from]) && end < text.size() && !standsAlone(text[end])) ++end;
            // A minus stands at half the height of digits.
            append(text.mid(from, end - from), face, size_, text[from] == QChar(0x2212) ? minusRise * size_ : 0);
            from = end;
        }
    }

    void addMathematics(const QString& text) { mathematics(text, size_ * mathScale, 0, nesting); }

    std::vector<TextRun> runs;
    double x = 0;

private:
    void append(const QString& text, Face face, double size, double lift) {
        if (text.isEmpty()) return;
        const double width = advance(text, face) * size;
        // Neighbours of one kind become one run, so that a pdf's text reads in words.
        if (!runs.empty()) {
            TextRun& last = runs.back();
            const bool alone = isText(face) && (standsAlone(text.front()) || standsAlone(last.text.back()));
            if (!alone && last.face == face && last.sizePt == size && last.at.y() == -lift &&
                std::abs(last.at.x() + last.width - x) < 1e-9) {
                last.text += text;
                last.width = advance(last.text, face) * size;
                x = last.at.x() + last.width;
                return;
            }
        }
        runs.push_back({text, face, size, {x, -lift}, width});
        x += width;
    }

    void operand(const QString& text, Face face, double size, double lift) {
        append(text, face, size, lift);
        afterOperand_ = true;
    }

    void binary(const QString& text, double size, double lift) {
        // A sign after nothing, or after another operator, is a sign of what follows and stands close to it.
        const bool spaced = afterOperand_ && size > size_ * mathScale * 0.9;
        const double space = spaced ? binarySpace * size : 0;
        x += space;
        append(text, Face::mathUpright, size, lift);
        x += space;
        afterOperand_ = false;
    }

    void scripts(const QString& text, int& i, double size, double lift, int depth) {
        // Both scripts of one base stand above each other.
        const double from = x + scriptGap * size;
        double end = from;
        while (i < text.size() && (text[i] == u'_' || text[i] == u'^')) {
            const bool below = text[i] == u'_';
            ++i;
            const QString inner = readArgument(text, i);
            x = from;
            mathematics(inner, size * scriptScale, lift + size * (below ? -subscriptDrop : superscriptRise), depth - 1);
            end = std::max(end, x);
        }
        x = end + scriptGap * size;
        afterOperand_ = true;
    }

    void accent(QChar mark, const QString& inner, double size, double lift, int depth) {
        const double from = x;
        mathematics(inner, size, lift, depth - 1);
        const double to = x;
        const double width = advance(mark, Face::mathUpright) * size;
        // Letters lean: the mark stands over their upper half.
        runs.push_back({mark, Face::mathUpright, size, {(from + to - width) / 2 + 0.06 * size, -lift}, width});
        afterOperand_ = true;
    }

    void command(const QString& text, int& i, double size, double lift, int depth) {
        ++i;
        if (i < text.size() && !text[i].isLetter()) {
            const QChar c = text[i++];
            if (c == u',' || c == u' ')
                x += (c == u',' ? thinSpace : 0.28) * size;
            else
                operand(c, Face::mathUpright, size, lift);
            return;
        }
        const QString name = readName(text, i);
        if (const char16_t mark = accentOf(name); mark && depth > 0) {
            accent(mark, readArgument(text, i), size, lift, depth);
        } else if (name == u"text") {
            operand(readArgument(text, i), Face::text, size / mathScale, lift);
        } else if (const Symbol* symbol = findSymbol(name)) {
            const QString character{QChar(symbol->character)};
            if (symbol->kind == Kind::binary) {
                binary(character, size, lift);
            } else {
                append(character, symbol->kind == Kind::letter ? Face::mathItalic : Face::mathUpright, size, lift);
                afterOperand_ = symbol->kind != Kind::opening;
            }
        } else if (!name.isEmpty()) {
            operand(name, Face::mathUpright, size, lift);
        }
    }

    void mathematics(const QString& text, double size, double lift, int depth) {
        afterOperand_ = false;
        for (int i = 0; i < text.size();) {
            const QChar c = text[i];
            if (c == u'\\') {
                command(text, i, size, lift, depth);
            } else if ((c == u'_' || c == u'^') && depth > 0) {
                scripts(text, i, size, lift, depth);
            } else {
                ++i;
                if (c == u'{' || c == u'}' || c.isSpace()) continue;
                if (c == u'-')
                    binary(QChar(0x2212), size, lift);
                else if (c == u'=' || c == u'+' || c == u'<' || c == u'>')
                    binary(c, size, lift);
                else if (c == u'\'')
                    operand(QChar(0x2032), Face::mathUpright, size, lift);
                else if (c == u'(' || c == u'[' || c == u'|') {
                    append(c, Face::mathUpright, size, lift);
                    afterOperand_ = false;
                } else if (c == u',') {
                    append(c, Face::mathUpright, size, lift);
                    x += thinSpace * size;
                    afterOperand_ = false;
                } else
                    operand(c, c.isLetter() ? Face::mathItalic : Face::mathUpright, size, lift);
            }
        }
    }

    double size_;
    bool bold_;
    bool afterOperand_ = false;
};

QString mathematicsAloud(const QString& text, int depth) {
    QString out;
    const auto word = [&out](const QString& w) {
        if (!out.isEmpty() && !out.endsWith(u' ') && !out.endsWith(u'<') && !out.endsWith(u'(')) out += u' ';
        out += w + u' ';
    };
    for (int i = 0; i < text.size();) {
        const QChar c = text[i];
        if (c == u'\\') {
            ++i;
            if (i < text.size() && !text[i].isLetter()) {
                out += u' ';
                ++i;
                continue;
            }
            const QString name = readName(text, i);
            if (name == u"text" || (accentOf(name) && depth > 0)) {
                const QString inner = readArgument(text, i);
                word(name == u"text" ? inner : mathematicsAloud(inner, depth - 1) + u' ' + name);
            } else {
                const Symbol* symbol = findSymbol(name);
                const QString reading = symbol ? QString::fromLatin1(symbol->reading) : name;
                if (symbol && (symbol->kind == Kind::opening || symbol->kind == Kind::closing) && reading.size() == 1) {
                    if (symbol->kind == Kind::closing) out = out.trimmed();
                    out += reading;
                } else {
                    word(reading);
                }
            }
        } else if ((c == u'_' || c == u'^') && depth > 0) {
            ++i;
            const QString inner = mathematicsAloud(readArgument(text, i), depth - 1);
            word(c == u'_' ? inner : QStringLiteral("to the ") + inner);
        } else {
            ++i;
            if (c == u'{' || c == u'}') continue;
            if (c == u'=')
                word(c);
            else if (c == u'\'')
                word(QStringLiteral("prime"));
            else {
                if (!c.isLetterOrNumber() && c != u'-' && out.endsWith(u' ')) out.chop(1);
                out += c;
            }
        }
    }
    return out.simplified();
}

}  // namespace

std::vector<SourcePart> splitAtDollars(const QString& source) {
    std::vector<SourcePart> parts;
    QString plain;
    const auto flush = [&parts, &plain] {
        if (!plain.isEmpty()) parts.push_back({plain, false});
        plain.clear();
    };
    for (int i = 0; i < source.size(); ++i) {
        if (source[i] == u'\\' && i + 1 < source.size() && source[i + 1] == u'$') {
            plain += source[++i];
        } else if (source[i] == u'$') {
            const auto end = source.indexOf(u'$', i + 1);
            if (end < 0) {
                plain += source[i];
                continue;
            }
            flush();
            parts.push_back({source.mid(i + 1, end - i - 1), true});
            i = static_cast<int>(end);
        } else {
            plain += source[i];
        }
    }
    flush();
    return parts;
}

const Symbol* findSymbol(QStringView name) {
    for (const Symbol& symbol : symbols)
        if (name == QLatin1String(symbol.name)) return &symbol;
    return nullptr;
}

QString readName(const QString& text, int& i) {
    QString name;
    while (i < text.size() && text[i].isLetter()) name += text[i++];
    return name;
}

QString readArgument(const QString& text, int& i) {
    if (i >= text.size()) return {};
    if (text[i] == u'\\') {
        const int from = i++;
        readName(text, i);
        return text.mid(from, i - from);
    }
    if (text[i] != u'{') return text[i++];
    const int from = ++i;
    int open = 1;
    while (i < text.size() && open > 0) {
        if (text[i] == u'{') ++open;
        if (text[i] == u'}') --open;
        ++i;
    }
    return text.mid(from, i - from - (open == 0 ? 1 : 0));
}

std::vector<TextRun> layOut(const QString& source, double sizePt, bool semiBold, double& width) {
    Layout layout(sizePt, semiBold);
    for (const SourcePart& part : splitAtDollars(source)) {
        if (part.mathematics)
            layout.addMathematics(part.text);
        else
            layout.addText(part.text);
    }
    width = layout.x;
    return std::move(layout.runs);
}

QString readAloud(const QString& source) {
    QString out;
    for (const SourcePart& part : splitAtDollars(source))
        out += part.mathematics ? mathematicsAloud(part.text, nesting) : part.text;
    return out.simplified();
}

}  // namespace kappascope::painting
