// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/fonts.h"

#include <QFontDatabase>
#include <QStringList>

#include "resources/resources.h"

namespace kappascope::painting {

void loadFonts() {
    static const bool loaded = [] {
        initResources();
        for (const char* file : {"Inter-Regular", "Inter-SemiBold", "STIXGeneral-Regular", "STIXGeneral-Italic"})
            QFontDatabase::addApplicationFont(QStringLiteral(":/fonts/%1.otf").arg(QLatin1String(file)));
        return true;
    }();
    (void)loaded;
}

QFont fontOf(Face face, double pointSize) {
    loadFonts();
    const bool mathematics = face == Face::mathItalic || face == Face::mathUpright;
    QFont font(mathematics ? QStringLiteral("STIXGeneral") : QStringLiteral("Inter"));
    font.setStyleHint(mathematics ? QFont::Serif : QFont::SansSerif);
    font.setPointSizeF(pointSize);
    font.setItalic(face == Face::mathItalic);
    if (face == Face::semiBold) font.setWeight(QFont::DemiBold);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QFont uiFont(double pointSize, bool semiBold) {
    return fontOf(semiBold ? Face::semiBold : Face::text, pointSize);
}

QFont mathFont(double pointSize) {
    return fontOf(Face::mathItalic, pointSize);
}

}  // namespace kappascope::painting
