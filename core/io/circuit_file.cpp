// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/circuit_file.h"

#include <array>
#include <utility>

#include "core/error.h"
#include "core/io/text.h"

namespace kappascope::io {

namespace {

constexpr std::size_t mostPopulations = 1000;

std::vector<std::string> keys(const Json& object) {
    constexpr std::size_t most = 16;
    std::vector<std::string> result;
    for (const auto& [key, value] : object.items()) {
        if (result.size() == most) {
            result.push_back("+" + std::to_string(object.size() - most));
            break;
        }
        result.push_back(printable(key));
    }
    return result;
}

int sizeMember(const Json& json, const std::string& key, std::int64_t smallest) {
    const auto size = integerMember(json, key);
    if (!size) throw Error(ErrorCode::missingField, key);
    if (*size < smallest) throw Error(ErrorCode::malformed, key, {std::to_string(*size)});
    if (*size > mostCircuitLoadings)
        throw Error(ErrorCode::tooLarge, key, {std::to_string(*size), std::to_string(mostCircuitLoadings)});
    return static_cast<int>(*size);
}

// The words of the format: never to be changed, only added to.
constexpr std::array<std::pair<reduction::Origin::Kind, const char*>, 2> origins{{
    {reduction::Origin::Kind::refinedToFlow, "refined-to-flow"},
    {reduction::Origin::Kind::trainedOnTask, "trained-on-task"},
}};
constexpr std::size_t mostOriginName = 1000;

/// What a newer program may say is unknown to this one.
reduction::Origin originFrom(const Json& json) {
    if (!json.is_object()) throw Error(ErrorCode::malformed, "origin", {json.type_name()});
    reduction::Origin origin;
    const auto word = textMember(json, "kind", "origin.");
    for (const auto& [kind, each] : origins)
        if (word == each) origin.kind = kind;
    origin.network = textMember(json, "network", "origin.").value_or("");
    if (origin.network.size() > mostOriginName)
        throw Error(ErrorCode::tooLarge, "origin.network",
                    {std::to_string(origin.network.size()), std::to_string(mostOriginName)});
    return origin;
}

Eigen::VectorXd vectorOf(const Json& list, Eigen::Index size, const std::string& field) {
    const auto values = numbers(list, field);
    if (static_cast<Eigen::Index>(values.size()) != size)
        throw Error(ErrorCode::wrongShape, field, {std::to_string(values.size()), std::to_string(size)});
    return Eigen::Map<const Eigen::VectorXd>(values.data(), size);
}

reduction::Population populationFrom(const Json& json, Eigen::Index loadings, std::size_t index) {
    const std::string path = "populations[" + std::to_string(index) + "].";
    if (!json.is_object()) throw Error(ErrorCode::malformed, path.substr(0, path.size() - 1), {json.type_name()});
    reduction::Population population;
    population.name = textMember(json, "name", path).value_or("");
    const auto fraction = numberMember(json, "fraction", path);
    if (!fraction) throw Error(ErrorCode::missingField, path + "fraction");
    population.fraction = *fraction;
    population.gain = numberMember(json, "gain", path).value_or(1);
    const Json* mean = member(json, "mean");
    if (!mean) throw Error(ErrorCode::missingField, path + "mean");
    population.mean = vectorOf(*mean, loadings, path + "mean");
    const Json* covariance = member(json, "covariance");
    if (!covariance) throw Error(ErrorCode::missingField, path + "covariance");
    if (!covariance->is_array()) throw Error(ErrorCode::malformed, path + "covariance", {covariance->type_name()});
    if (static_cast<Eigen::Index>(covariance->size()) != loadings)
        throw Error(ErrorCode::wrongShape, path + "covariance",
                    {std::to_string(covariance->size()) + " rows", std::to_string(loadings) + " rows"});
    population.covariance.resize(loadings, loadings);
    for (Eigen::Index i = 0; i < loadings; ++i)
        population.covariance.row(i) =
            vectorOf((*covariance)[static_cast<std::size_t>(i)], loadings, path + "covariance").transpose();
    return population;
}

}  // namespace

reduction::Circuit circuitFromJson(const Json& json, const std::string& name) {
    if (!json.is_object()) throw Error(ErrorCode::notANetwork, "", {std::string("JSON ") + json.type_name()});
    const auto format = json.find("format");
    if (format != json.end() && *format != "kappascope-circuit")
        throw Error(ErrorCode::notANetwork, "", {"format " + printable(jsonText(*format).substr(0, 60))});
    if (const Json* circuits = member(json, "circuits");
        circuits && circuits->is_object() && !member(json, "populations")) {
        auto names = keys(*circuits);
        names.insert(names.begin(), std::to_string(circuits->size()) + " circuits");
        throw Error(ErrorCode::notANetwork, "circuits", std::move(names));
    }
    if (format == json.end() && !member(json, "populations")) throw Error(ErrorCode::notANetwork, "", keys(json));
    checkVersion(json, circuitVersion);

    reduction::Circuit circuit;
    circuit.name = textMember(json, "name").value_or(name);
    circuit.rank = sizeMember(json, "rank", 1);
    circuit.inputs = sizeMember(json, "inputs", 0);
    circuit.outputs = sizeMember(json, "outputs", 0);
    circuit.bias = booleanMember(json, "bias").value_or(false);
    if (circuit.loadings() > mostCircuitLoadings)
        throw Error(ErrorCode::tooLarge, "rank, inputs, outputs",
                    {std::to_string(circuit.loadings()), std::to_string(mostCircuitLoadings)});
    circuit.inputNames = textsMember(json, "input_names");
    if (!circuit.inputNames.empty() && static_cast<int>(circuit.inputNames.size()) != circuit.inputs)
        throw Error(ErrorCode::wrongShape, "input_names",
                    {std::to_string(circuit.inputNames.size()), std::to_string(circuit.inputs)});
    const Json* populations = member(json, "populations");
    if (!populations) throw Error(ErrorCode::missingField, "populations");
    if (!populations->is_array() || populations->empty())
        throw Error(ErrorCode::malformed, "populations", {populations->type_name()});
    if (populations->size() > mostPopulations)
        throw Error(ErrorCode::tooLarge, "populations",
                    {std::to_string(populations->size()), std::to_string(mostPopulations)});
    for (std::size_t p = 0; p < populations->size(); ++p)
        circuit.populations.push_back(populationFrom((*populations)[p], circuit.loadings(), p));
    if (const Json* task = member(json, "task")) circuit.task = taskFromJson(*task);
    if (const Json* origin = member(json, "origin")) circuit.origin = originFrom(*origin);
    circuit.validate();
    return circuit;
}

Json circuitToJson(const reduction::Circuit& circuit) {
    if (circuit.loadings() > mostCircuitLoadings)
        throw Error(ErrorCode::tooLarge, "rank, inputs, outputs",
                    {std::to_string(circuit.loadings()), std::to_string(mostCircuitLoadings)});
    Json json{{"format", "kappascope-circuit"}, {"version", circuitVersion}, {"name", circuit.name},
              {"rank", circuit.rank},           {"inputs", circuit.inputs},  {"outputs", circuit.outputs},
              {"populations", Json::array()}};
    if (circuit.bias) json["bias"] = true;
    if (!circuit.inputNames.empty()) json["input_names"] = circuit.inputNames;
    if (!circuit.task.id.empty()) json["task"] = taskToJson(circuit.task);
    for (const auto& [kind, word] : origins)
        if (circuit.origin.kind == kind) json["origin"] = {{"kind", word}, {"network", circuit.origin.network}};
    for (const auto& population : circuit.populations) {
        Json rows = Json::array();
        for (Eigen::Index i = 0; i < population.covariance.rows(); ++i) {
            Json row = Json::array();
            for (Eigen::Index j = 0; j < population.covariance.cols(); ++j) row.push_back(population.covariance(i, j));
            rows.push_back(std::move(row));
        }
        Json mean = Json::array();
        for (const double value : population.mean) mean.push_back(value);
        json["populations"].push_back({{"name", population.name},
                                       {"fraction", population.fraction},
                                       {"gain", population.gain},
                                       {"mean", std::move(mean)},
                                       {"covariance", std::move(rows)}});
    }
    return json;
}

network::TaskReference taskFromJson(const Json& json) {
    network::TaskReference task;
    if (json.is_string()) {
        task.id = json.get<std::string>();
        return task;
    }
    task.id = textMember(json, "id", "task.").value_or("");
    const Json* options = member(json, "options");
    if (!options) return task;
    if (!options->is_object()) throw Error(ErrorCode::malformed, "task.options", {options->type_name()});
    for (const auto& [key, value] : options->items()) {
        if (value.is_string())
            task.options[key] = value.get<std::string>();
        else if (value.is_number())
            task.options[key] = toText(*numberMember(*options, key, "task.options."));
        else if (value.is_boolean())
            task.options[key] = value.get<bool>() ? "1" : "0";
    }
    return task;
}

Json taskToJson(const network::TaskReference& task) {
    Json options = Json::object();
    for (const auto& [key, text] : task.options) {
        const auto value = toNumber(text);
        // What is not a number's own text stays a text, so that it reads back the same.
        if (value && toText(*value) == text)
            options[key] = *value;
        else
            options[key] = text;
    }
    return {{"id", task.id}, {"options", std::move(options)}};
}

}  // namespace kappascope::io
