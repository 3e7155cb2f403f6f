// SPDX-License-Identifier: GPL-3.0-or-later
// The members of the part "view" that belong to other workspaces.
#include <algorithm>
#include <utility>

#include "ui/session/session_parts.h"

namespace kappascope::session::parts {

namespace {

// The words of the format: never to be changed, only added to.
constexpr std::array<std::pair<Workspace, const char*>, 4> workspaces{{
    {Workspace::explore, "explore"},
    {Workspace::train, "train"},
    {Workspace::connectivity, "connectivity"},
    {Workspace::behaviour, "behaviour"},
}};
constexpr std::array<std::pair<Asked, const char*>, 3> askedOnes{{
    {Asked::network, "network"},
    {Asked::circuit, "circuit"},
    {Asked::both, "both"},
}};
constexpr std::array<std::pair<EpairsOf, const char*>, 2> tested{{
    {EpairsOf::loadings, "loadings"},
    {EpairsOf::selectivity, "selectivity"},
}};

constexpr std::array behaviourMembers{"asked", "silenced", "trials", "noise", "seed", "shown"};
constexpr std::array selectivityMembers{"window", "axes", "change", "unit", "test"};

template <class Value, std::size_t count>
std::string wordOf(const std::array<std::pair<Value, const char*>, count>& table, Value value) {
    for (const auto& [each, word] : table)
        if (each == value) return word;
    return {};
}

/// The value of a member's word. Words of newer programs are not known: `otherwise`.
template <class Value, std::size_t count>
Value valueOf(const std::array<std::pair<Value, const char*>, count>& table, const Json& json, const std::string& key,
              const std::string& path, Value otherwise) {
    const auto word = io::textMember(json, key, path);
    for (const auto& [each, known] : table)
        if (word == known) return each;
    return otherwise;
}

/// What is chosen, rising: a unit, or the first and last of three or more in a row; from 0.
Json unitsToJson(const std::vector<char>& hit) {
    Json list = Json::array();
    for (std::size_t first = 0; first < hit.size(); ++first) {
        if (!hit[first]) continue;
        std::size_t last = first;
        while (last + 1 < hit.size() && hit[last + 1]) ++last;
        if (last - first >= 2)
            list.push_back({first, last});
        else
            for (std::size_t unit = first; unit <= last; ++unit) list.push_back(unit);
        first = last;
    }
    return list;
}

std::shared_ptr<const std::vector<char>> unitsFrom(const Json& list, std::size_t count) {
    if (!list.is_array()) malformed("view.units", list);
    std::vector<char> hit(list.empty() ? 0 : count, 0);
    std::uint64_t least = 0;  // each is beyond the one before: never more of them than there are units
    const auto unit = [&](const Json& json) {
        if (!json.is_number_unsigned()) malformed("view.units", json);
        const auto value = json.get<std::uint64_t>();
        if (value < least || value >= count) malformed("view.units", json);
        least = value + 1;
        return static_cast<std::ptrdiff_t>(value);
    };
    for (const Json& each : list) {
        const bool several = each.is_array();
        if (several && each.size() != 2) malformed("view.units", each);
        const auto first = unit(several ? each[0] : each);
        const auto last = several ? unit(each[1]) : first;
        std::fill(hit.begin() + first, hit.begin() + last + 1, 1);
    }
    return hit.empty() ? nullptr : std::make_shared<const std::vector<char>>(std::move(hit));
}

Json behaviourToJson(const BehaviourLook& look) {
    Json json{{"asked", wordOf(askedOnes, look.asked)},
              {"silenced", look.inactivated},
              {"trials", look.trials},
              {"seed", look.seed},
              {"shown", look.selectivity ? "selectivity" : "choices"}};
    if (look.noise) json["noise"] = *look.noise;
    return json;
}

BehaviourLook behaviourFrom(const Json& json, const State& state) {
    const std::string path = "view.behaviour.";
    if (!json.is_object()) malformed("view.behaviour", json);
    BehaviourLook look;
    look.asked = valueOf(askedOnes, json, "asked", path, look.asked);
    if (const Json* silenced = io::member(json, "silenced")) {
        if (!silenced->is_array() || (!silenced->empty() && std::cmp_not_equal(silenced->size(), state.populations())))
            malformed(path + "silenced", *silenced);
        look.inactivated = io::numbers(*silenced, path + "silenced");
        for (const double share : look.inactivated)
            if (!(share >= 0 && share <= 1)) malformed(path + "silenced", share);
    }
    look.trials = integerWithin(json, "trials", path, look.trials, 1, BehaviourLook::mostTrials);
    look.noise = io::numberMember(json, "noise", path);
    if (look.noise && !(*look.noise >= 0 && *look.noise <= BehaviourLook::mostNoise))
        malformed(path + "noise", *look.noise);
    if (const Json* seed = io::member(json, "seed")) {
        if (!seed->is_number_unsigned() || seed->get<std::uint64_t>() > BehaviourLook::largestSeed)
            malformed(path + "seed", *seed);
        look.seed = seed->get<std::uint64_t>();
    }
    look.selectivity = io::textMember(json, "shown", path) == "selectivity";
    return look;
}

Json selectivityToJson(const SelectivityLook& look) {
    return {{"window", text(look.window)},
            {"axes", look.axes},
            {"change", look.changeVariable},
            {"unit", look.unit},
            {"test", wordOf(tested, look.testOf)}};
}

SelectivityLook selectivityFrom(const Json& json, const State& state) {
    const std::string path = "view.selectivity.";
    if (!json.is_object()) malformed("view.selectivity", json);
    constexpr int mostVariable = SelectivityLook::mostVariables - 1;
    SelectivityLook look;
    look.window = shortText(json, "window", path);
    if (const Json* axes = io::member(json, "axes")) {
        if (!axes->is_array() || axes->size() != look.axes.size()) malformed(path + "axes", *axes);
        for (std::size_t k = 0; k < look.axes.size(); ++k)
            look.axes[k] = integerWithin({{"axes", (*axes)[k]}}, "axes", path, 0, 0, mostVariable);
    }
    look.changeVariable = integerWithin(json, "change", path, 0, 0, mostVariable);
    const auto units = state.network ? state.network->units() : 0;
    look.unit = integerWithin(json, "unit", path, -1, -1, static_cast<int>(units) - 1);
    look.testOf = valueOf(tested, json, "test", path, look.testOf);
    return look;
}

}  // namespace

void addPages(Json& view, const PageViews& pages) {
    view["workspace"] = wordOf(workspaces, pages.workspace);
    view["diagrams"] = pages.diagrams;
    view["behaviour"] = behaviourToJson(pages.behaviour);
    view["selectivity"] = selectivityToJson(pages.selectivity);
    if (pages.units) view["units"] = unitsToJson(*pages.units);
}

std::optional<std::string> readPages(const Json& view, const State& state, PageViews& pages) {
    std::optional<std::string> damaged;
    const auto read = [&](const char* key, auto part) {
        const Json* found = io::member(view, key);
        if (!found) return;
        try {
            part(*found);
        } catch (const Error& error) {
            if (!damaged) damaged = error.field();
        }
    };
    read("workspace",
         [&](const Json&) { pages.workspace = valueOf(workspaces, view, "workspace", "view.", pages.workspace); });
    read("diagrams", [&](const Json& json) {
        if (!json.is_array() || json.size() != pages.diagrams.size()) malformed("view.diagrams", json);
        std::array<bool, 2> diagrams{};
        for (std::size_t side = 0; side < diagrams.size(); ++side) {
            if (!json[side].is_boolean()) malformed("view.diagrams", json);
            diagrams[side] = json[side].get<bool>();
        }
        pages.diagrams = diagrams;
    });
    read("units", [&](const Json& json) {
        pages.units = unitsFrom(json, state.network ? static_cast<std::size_t>(state.network->units()) : 0);
    });
    read("behaviour", [&](const Json& json) { pages.behaviour = behaviourFrom(json, state); });
    read("selectivity", [&](const Json& json) { pages.selectivity = selectivityFrom(json, state); });
    return damaged;
}

Json unknownOfPages(const Json& view) {
    Json unknown = Json::object();
    const auto keep = [&](const char* key, const auto& members) {
        const Json* part = io::member(view, key);
        if (!part || !part->is_object()) return;
        if (Json rest = others(*part, members); !rest.empty()) unknown[key] = std::move(rest);
    };
    keep("behaviour", behaviourMembers);
    keep("selectivity", selectivityMembers);
    return unknown;
}

}  // namespace kappascope::session::parts
