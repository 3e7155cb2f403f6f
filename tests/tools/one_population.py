#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains networks on each task, draws networks from the one Gaussian that fits their loadings, and prints, as rows of a
Markdown table, the accuracy of both: which tasks need several populations.

    tests/tools/one_population.py build/release/app/kappascope FOLDER [TASK ...] [--seeds 1 2 3] [--draws 10]

The networks stay in FOLDER; what is there already is not trained again.
"""
import argparse
import json
import pathlib
import statistics
import subprocess


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("tasks", nargs="*", default=["rdm", "raposo", "romo", "mante", "dms"])
    parser.add_argument("--seeds", nargs="*", type=int, default=list(range(1, 11)))
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--threads", default="2")
    options = parser.parse_args()

    def call(*arguments):
        command = [options.program, *arguments, "--threads", options.threads, "--json"]
        result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(result.stdout)

    print("| task | networks | trained | one Gaussian | networks from lowest to highest |")
    print("|---|---|---|---|---|", flush=True)
    for task in options.tasks:
        trained, means = [], []
        for seed in options.seeds:
            network = options.folder / f"{task}-{seed}.npz"
            if not network.exists():
                call("train", "--task", task, "--seed", str(seed), "-o", str(network))
            result = call("resample", str(network), "--populations", "1", "--draws", str(options.draws), "--seed",
                          str(100 * seed), "--trials", "200", "-o", str(options.folder / f"{task}-{seed}-drawn.npz"))
            trained.append(result["accuracy"]["trained"])
            means.append(result["accuracy"]["resampled"]["mean"])
        scatter = ", ".join(f"{mean:.2f}" for mean in sorted(means))
        print(f"| {task} | {len(means)} | {statistics.mean(trained):.3f} | {statistics.mean(means):.3f} | {scatter} |",
              flush=True)


if __name__ == "__main__":
    main()
