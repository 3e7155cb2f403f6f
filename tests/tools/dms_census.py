#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains networks on dms and prints, as rows of a Markdown table, what their portraits show at rest and with either
stimulus held on: stable points, stable cycles.

    tests/tools/dms_census.py build/release/app/kappascope FOLDER full 1 2 3      # full rank, leading modes, trained on
    tests/tools/dms_census.py build/release/app/kappascope FOLDER low 1 2 3       # rank 2 from the start

The networks stay in FOLDER; what is there already is not trained again. Other options of `train` go after `--`.
"""
import json
import pathlib
import subprocess
import sys


def main():
    words = sys.argv[1:]
    extra = []
    if "--" in words:
        extra = words[words.index("--") + 1:]
        words = words[:words.index("--")]
    program, folder, road, *seeds = words
    folder = pathlib.Path(folder)

    def call(*arguments):
        result = subprocess.run([program, *arguments], stdout=subprocess.PIPE, text=True)
        if result.returncode != 0:
            raise RuntimeError(f"{arguments[0]} failed")
        return json.loads(result.stdout)

    def train(path, *arguments):
        if not path.exists():
            call("train", "--task", "dms", "-o", str(path), "--threads", "1", "--json", *arguments)

    for seed in seeds:
        network = folder / f"{road}-{seed}.npz"
        try:
            if road == "full":
                full = folder / f"full-rank-{seed}.npz"
                train(full, "--rank", "full", "--until-accuracy", "0.97", "--seed", seed, *extra)
                train(network, "--from", str(full), "--rank", "2", "--seed", seed)
            else:
                train(network, "--seed", seed, *extra)
            accuracy = call("evaluate", str(network), "--seed", seed, "--threads", "1", "--json")["accuracy"]
            cells = []
            for held in ("0,0", "1,0", "0,1"):
                portrait = call("portrait", str(network), "--input", held, "--threads", "1", "--json")
                points = sum(point["unstable_directions"] == 0 for point in portrait["fixed_points"])
                cycles = [cycle["period_tau"] for cycle in portrait["limit_cycles"] if cycle["stable"]]
                text = f"{points} points" if points != 1 else "1 point"
                if cycles:
                    text += ", cycle of " + " and ".join(f"{period:.1f} tau" for period in cycles)
                cells.append(text.replace("0 points, ", "") + ("" if portrait["complete"] == "proven" else " (?)"))
            print(f"| {road}, {seed} | {100 * accuracy:.1f} % | " + " | ".join(cells) + " |", flush=True)
        except RuntimeError as error:
            print(f"| {road}, {seed} | {error} | | | |", flush=True)


if __name__ == "__main__":
    main()
